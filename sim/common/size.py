"""How large a comparison is unless asked otherwise."""

#: What `loyalty compare` takes, and so what a report usually rests on.
REPORT_SIZE = {"customers": 2_500, "weeks": 104, "futures": 50}
