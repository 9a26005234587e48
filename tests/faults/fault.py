"""What a deliberate fault is."""

from typing import NamedTuple


class Fault(NamedTuple):
    """What is put in place of what, in which module, and the tests (`test_NAME.py`) that may notice.

    The module is the end of its dotted name, as ``week.plays``. Where none of that name holds the text
    any more, the one module of `sim` that does is meant, so that moving code breaks no fault.
    """

    what: str
    module: str
    old: str
    new: str
    tests: str
