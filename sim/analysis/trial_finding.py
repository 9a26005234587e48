"""What a trial of the firm's own found of plays whose gain is doubted, as a verdict holds it."""

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["shown", "open", "nothing"]


@dataclass(frozen=True)
class Finding:
    """What a trial found of doubted plays.

    Attributes
    ----------
    outcome : str
        ``shown``, ``open`` or ``nothing``, by the rule of `sim.analysis.shown_by_trial`.
    difference, low, high : float
        In spend per customer with the plan that was tried, with its middle 90 %.
    weeks : int
    """

    outcome: Outcome
    difference: float
    low: float
    high: float
    weeks: int
