"""Faults in what is told of what people write."""

from tests.faults.fault import Fault

FAULTS = (
    Fault(
        "a fault in one field of a play hides what its others say together",
        "common.whole",
        "return [fault for fault in beside.errors() if _field_of(fault) not in told]",
        "return []",
        "told_together",
    ),
    Fault(
        "levers say nothing of a strategy whose file is wrong elsewhere",
        "playbook.strategy_files",
        "raise together([refused, *_faults_of_levers(path)]) from None",
        "raise refused",
        "told_together",
    ),
    Fault(
        "a market's ranges are told once its names are right",
        "market.value_faults",
        "known = [name for name in values if name not in unknown]",
        "known = [] if unknown else [*values]",
        "told_together",
    ),
    Fault(
        "a scenario with a start that is none runs as a fresh one",
        "model.scenario",
        "if not isinstance(start, str) or start not in STARTS:",
        "if not isinstance(start, str):",
        "strict_api",
    ),
    Fault(
        "a play with neither preset nor settings runs, and does nothing",
        "playbook.strategy_files",
        "if not play.settings:",
        "if play.settings is None:",
        "idle_plays",
    ),
    Fault(
        "what follows from a misspelt field is told as well",
        "common.whole",
        "            found[close] = found.pop(name)",
        "            pass",
        "told_alone",
    ),
    Fault(
        "a value that there is not makes a contract of a market",
        "value_faults",
        "contract = any(name in written for name in CONTRACT_VALUES)",
        "contract = any(name in (*written, *meant.values()) for name in CONTRACT_VALUES)",
        "told_alone",
    ),
)
