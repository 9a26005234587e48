"""What the sample says of a plan."""

from dataclasses import dataclass, field

from sim.analysis.intervals import Interval
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats
from sim.playbook.affordability import Shortfall
from sim.playbook.strategies import Strategy


@dataclass(frozen=True)
class Estimate:
    """What a plan adds over doing nothing in a small sample of futures; money is the firm's.

    Attributes
    ----------
    plan : Strategy
        As sized to the budget.
    futures, customers, weeks, seed : int
        Of the sample, which is that of `sim.compare` with these.
    gain : Interval
        In customer equity.
    cost : Interval
        A year.
    parts : dict
        What the gain is the sum of: ``before`` (discounted profit of the horizon, costs of levers not
        counted), ``cost`` (those, discounted) and ``after`` (what customers still bring then).
    quarters : dict
        Lever -> its cost in each 13 weeks over doing nothing, mean over futures.
    firm : float
        Customers of the firm, mean over futures: a plan and its budget are sized per customer.
    gains : ndarray, shape (futures,)
        Future by future: those of another plan are in the same ones.
    brings : dict
        Lever -> what the gain loses without it, whose money is then spent on nothing else. Empty until
        that was run, and where there is one lever only.
    too_expensive : Shortfall or None
        By how much the budget does not pay it.
    """

    plan: Strategy
    futures: int
    customers: int
    weeks: int
    seed: int
    gain: Interval
    cost: Interval
    parts: dict[str, float]
    quarters: dict[str, Floats]
    firm: float
    gains: Floats
    brings: dict[str, Interval] = field(default_factory=dict)
    too_expensive: Shortfall | None = None


def yearly(estimate: Estimate, lever: str) -> float:
    """Return what a lever costs a year, by its quarters."""
    return float(estimate.quarters[lever].sum()) * WEEKS_A_YEAR / estimate.weeks
