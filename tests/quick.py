"""Comparisons made quick, for tests of how they run and are kept, not of what they find.

Few people find the budgets, and one value of the market alone is run at its ends: 12 runs for one
strategy and two replications, instead of 44 in the grocery market.
"""

from collections.abc import Callable
from itertools import islice
from typing import Any

from sim.experiment import budget, compare

PILOT_CUSTOMERS = 200
_all_variants = compare.variants


def _central_and_one_value(*arguments: Any) -> dict[str, Any]:
    return dict(islice(_all_variants(*arguments).items(), 3))


def make_quick(put: Callable[[Any, str, Any], None] = setattr) -> None:
    """Make comparisons quick with `monkeypatch.setattr`, or for good in a process of their own."""
    put(budget, "_PILOT_CUSTOMERS", PILOT_CUSTOMERS)
    put(compare, "variants", _central_and_one_value)
