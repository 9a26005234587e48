"""Comparisons made quick, for tests of how they run and are kept, not of what they find."""

from collections.abc import Callable
from typing import Any

from sim.experiment import budget

#: Few people find the budgets.
PILOT_CUSTOMERS = 200


def make_quick(put: Callable[[Any, str, Any], None] = setattr) -> None:
    """Make comparisons quick with `monkeypatch.setattr`, or for good in a process of their own."""
    put(budget, "PILOT_CUSTOMERS", PILOT_CUSTOMERS)
