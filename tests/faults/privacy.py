"""Faults in what keeps a client's customers from being known."""

from tests.faults.fault import Fault

FAULTS = (
    Fault(
        "who was forgotten comes back with the next export",
        "intake.forgotten",
        'for table in ("lines", "rejected", "ids"):',
        'for table in ("rejected", "ids"):',
        "forget",
    ),
    Fault(
        "any key will do where customers were forgotten",
        "intake.forgotten",
        "if _check_of(held_key(name)) != record.key:",
        "if not held_key(name):",
        "forget",
    ),
    Fault(
        "a forgotten customer stays in the forecasts",
        "forgetting.forget",
        " | forecasts_without(folder, who)",
        "",
        "forget",
    ),
    Fault(
        "another customer's row goes from the histories",
        "forgetting.kept_market",
        "code = int(theirs",
        "code = 1 + int(theirs",
        "forget_histories",
    ),
    Fault(
        "what is decided is not carried on with",
        "common.staged",
        "            with lock(folder):\n                finish_changes(folder)\n",
        "            pass\n",
        "forget",
    ),
    Fault(
        "a group of two is shown",
        "common.few",
        "FEWEST = 5",
        "FEWEST = 2",
        "few",
    ),
    Fault(
        "a total tells what the one small group holds",
        "common.few",
        "if 0 < people[small].sum() < FEWEST and",
        "if False and",
        "few",
    ),
    Fault(
        "a word of the client's file is shown with whom it names",
        "intake.states",
        "without_personal(word) if counts",
        "word if counts",
        "personal",
    ),
    Fault(
        "ids are kept as they are",
        "intake.own_ids",
        "return sealed(parquet, key, _WHAT)",
        "return parquet",
        "reveal",
    ),
    Fault(
        "a sealed file may be cut off",
        "common.sealed",
        'return number.to_bytes(11, "big") + bytes([last])',
        'return number.to_bytes(12, "big")',
        "reveal",
    ),
    Fault(
        "the folder goes before the sealed file was read back",
        "intake.sealed_client",
        "if _digest(Unsealer(file, key, _WHAT, str(partial))) != packed:",
        "if False:",
        "sealed_client",
    ),
)
