"""How large a comparison is unless asked otherwise."""

#: Customers that a single run takes: there is but one, so that it may be large.
RUN_CUSTOMERS = 10_000
#: What `loyalty compare` takes, and so what a report usually rests on.
REPORT_SIZE = {"customers": 2_500, "weeks": 104, "futures": 50}
#: What `sim.compare` takes, so that who tries things in code sees each within a minute.
LOOK_SIZE = {"customers": 1_000, "weeks": 52, "futures": 8}
#: So many futures have a middle 90 %, whatever the law of what they bring.
ENOUGH_FUTURES = 19
#: What `loyalty optimise` takes: a run of a thousand customers takes hardly longer than one of 500.
SEARCH_SIZE = {"customers": 1_000, "weeks": 104, "futures": 30, "max_plays": 4}
