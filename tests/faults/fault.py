"""What a deliberate fault is."""

from typing import NamedTuple


class Fault(NamedTuple):
    """What is put in place of what, in which file, and the tests (`test_NAME.py`) that may notice."""

    what: str
    file: str
    old: str
    new: str
    tests: str
