"""Faults in what is concluded of a raw export, and in what becomes of its lines."""

from tests.faults.fault import Fault

FAULTS = (
    Fault(
        "a point before three digits is a decimal point for sure",
        "amounts",
        "    if either:\n",
        "    if False:\n",
        "intake",
    ),
    Fault(
        "a month before a day is as good as the other way round",
        "days",
        "if len(best) > 1 and _differ(database, best):",
        "if False:",
        "intake",
    ),
    Fault(
        "pounds and euros are added up",
        "currencies",
        "if len(signs) > 1:",
        "if len(signs) > 9:",
        "intake",
    ),
    Fault(
        "a return is forgotten after the day on which it came",
        "purchases",
        "set net = o.net - before_it + after_it",
        "set net = greatest(0, o.net)",
        "intake",
    ),
    Fault(
        "guests are one customer",
        "customers",
        '"shared_customer": own,',
        '"shared_customer": own[:1],',
        "intake",
    ),
    Fault(
        "a unit price is what was paid",
        "load",
        "if several and equal > 0.5 * several:",
        "if several and equal > 1.5 * several:",
        "intake",
    ),
    Fault(
        "a pseudonym is the same under every key",
        "customers",
        'padded = key.ljust(_BLOCK, b"\\0")',
        'padded = key[:0].ljust(_BLOCK, b"\\0")',
        "intake",
    ),
    Fault(
        "a log is replaced by one that lacks lines of it",
        "former",
        "    if lost:",
        "    if False:",
        "intake",
    ),
    Fault(
        "whatever lies far from the median is unusual",
        "quality.unusual",
        "least = max(_LEAST, float(norm.isf(_CHANCE / (2 * n))))",
        "least = 2.0",
        "quality",
    ),
    Fault(
        "a change of a month is held against its mean alone",
        "quality.drift",
        "* spread * np.sqrt(1 + 1 / n)",
        "* spread * np.sqrt(1 / n)",
        "quality",
    ),
    Fault(
        "a day that is to come is one that cannot be read",
        "days",
        "then 'future_day' else",
        "then 'no_day' else",
        "quality",
    ),
    Fault(
        "an order whose money was paid back is a return",
        "intake.names",
        '"return": """return, ',
        '"return": """return, refund, refunded, ',
        "intake",
    ),
    Fault(
        "a first purchase is of a newcomer wherever the log begins",
        "measured_talk",
        "if first.min() <= begins - _BEFORE * _DAY:",
        "if True:",
        "intake_customers",
    ),
    Fault(
        "what is sent back is a share of what is kept",
        "measured_returns",
        'each["bought"].to_numpy(float))',
        '(each["bought"] - each["returned"]).to_numpy(float))',
        "intake_returns",
    ),
)
