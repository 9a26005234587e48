"""How large a comparison is unless asked otherwise."""

#: What `loyalty compare` takes, and so what a report usually rests on.
REPORT_SIZE = {"customers": 10_000, "weeks": 104, "replications": 20}
