"""What is known at the horizon of the weeks after it: what levers leave behind, and the last rates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.common.random_numbers import Floats


@dataclass(frozen=True)
class LastWeek:
    """Rates of the last week, all terms included, each of shape (m,).

    Attributes
    ----------
    logit_share : ndarray
        Logit of the share of trips that go to the firm.
    hazard : ndarray
        Of leaving: per week, or under a contract of a renewal.
    margin : ndarray
        Of a trip, or of a period's fee.
    cost : ndarray
        Of the levers per week.
    """

    logit_share: Floats
    hazard: Floats
    margin: Floats
    cost: Floats


@dataclass(frozen=True)
class AfterHorizon:
    """What is left after the horizon, as functions of the weeks since.

    Attributes
    ----------
    quality : callable
        Quality units that the levers still deliver, shape (m,).
    terms : callable
        Terms that the levers leave behind, by outcome, each of shape (m,).
    elsewhere : callable
        What the market gives elsewhere, M.
    given_back : ndarray, shape (m,), or float
        Part of each one's spend that it costs what the firm does as usual.
    """

    quality: Callable[[float], Floats | float]
    terms: Callable[[float], Mapping[str, Floats]]
    elsewhere: Callable[[float], float]
    given_back: Floats | float = 0.0
