r"""The rates at which customers buy after the horizon when nothing is done: as they are, or as they move.

Where rates move (`sim.model.week.moving_rates`), with H the chance to be here and M the expected rate
times being here,

    dH = -p H + rho (1 - H),   dM = -(p + kappa) M + m (kappa H + rho (1 - H)),   m = r / alpha

(a fresh rate comes with a redraw and with the end of a pause; drift keeps the mean), so that

    H(t) = h + (H(0) - h) e^(-(p + rho) t),   h = rho / (p + rho)
    M(t) = m H(t) + (M(0) - m H(0)) e^(-(p + kappa) t),

H being 1 where away is leaving. Of a customer here the mean rate is M / H; what is bought elsewhere
stays.
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from scipy.special import logit

from sim.common.random_numbers import Floats, Ints
from sim.market.market import Market
from sim.world.population import People

_NEXT_TO_NONE = 1e-12  # trips a week: what a log can bear


class Rates(NamedTuple):
    """What holds at a time when nothing is done, each of shape (m,).

    Attributes
    ----------
    category : ndarray
        Trips per week in the category, of whoever is here.
    logit_share : ndarray
        Logit of the firm's share of them.
    own : ndarray
        The firm's.
    here : ndarray or float
        Chance to be here, 1 where nobody pauses.
    """

    category: Floats
    logit_share: Floats
    own: Floats
    here: Floats | float


class RatesAhead(Protocol):
    """The rates after the horizon of some customers, when nothing is done.

    Attributes
    ----------
    moves : bool
    """

    moves: bool

    @property
    def phases(self) -> int:
        """Phases from one purchase to the next."""

    def at(self, weeks: float) -> Rates:
        """Return what holds so many weeks after the horizon."""


class SteadyRates:
    """Rates that stay as they are at the horizon.

    Parameters
    ----------
    people : dict of ndarray
        Columns at the horizon.
    rows : ndarray of int, shape (m,)
    """

    moves = False
    phases = 1

    def __init__(self, people: People, rows: Ints) -> None:
        category, share = people["category_rate"][rows], people["base_share"][rows]
        self._rates = Rates(category, logit(share), category * share, 1.0)

    def at(self, weeks: float) -> Rates:
        """Return the rates of the horizon."""
        return self._rates


@dataclass(frozen=True)
class ExpectedRates:
    """Rates that move, in expectation.

    Attributes
    ----------
    elsewhere, own : ndarray, shape (m,)
        Trips per week to rivals, and here unless pausing, at the horizon.
    here : ndarray, shape (m,), or float
        1, or 0 for whoever pauses then.
    begin : ndarray, shape (m,), or float
        Hazard p of beginning a pause.
    end, redraw : float
        Hazard rho of ending one, and kappa.
    mean : float
        Of fresh rates, m.
    phases : int
        From one purchase to the next.
    """

    elsewhere: Floats
    own: Floats
    here: Floats | float
    begin: Floats | float
    end: float
    redraw: float
    mean: float
    phases: int = 1
    moves = True

    @classmethod
    def of(cls, people: People, rows: Ints, market: Market) -> "ExpectedRates":
        """Return the rates ahead of some customers of a market where rates move."""
        category = people["category_rate"][rows]
        own, pauses = category * people["base_share"][rows], market.has_pauses
        return cls(
            np.maximum(category - own, _NEXT_TO_NONE),
            own,
            np.where(people["pausing"][rows], 0.0, 1.0) if pauses else 1.0,
            people["pause_rate"][rows] if pauses else 0.0,
            market["pause_return"] if pauses else 1.0,
            market["rate_redraw"],
            market["purchase_shape"] / market.alpha_ahead,
            market.purchase_phases,
        )

    @property
    def _left(self) -> Floats:
        """M(0) - m H(0): what fades with redraws and pauses."""
        return (self.own - self.mean) * self.here

    def at(self, weeks: float) -> Rates:
        """Return the mean rates of whoever is here, and the chance to be."""
        both, often = self.begin + self.end, self.end / (self.begin + self.end)
        here = often + (self.here - often) * np.exp(-both * weeks)
        bought = self.mean * here + self._left * np.exp(-(self.begin + self.redraw) * weeks)
        own = np.maximum(bought / here, _NEXT_TO_NONE)
        return Rates(self.elsewhere + own, np.log(own / self.elsewhere), own, here)

    def discounted(self, leaving: Floats) -> Floats:
        """Return the expected trips here, each discounted at a hazard of leaving and interest.

        Parameters
        ----------
        leaving : ndarray, shape (m,)
            Sum of both, per week, positive.

        Returns
        -------
        ndarray, shape (m,)
            The integral of e^(-leaving t) M(t): trips.
        """
        both, often = self.begin + self.end, self.end / (self.begin + self.end)
        here = often / leaving + (self.here - often) / (leaving + both)
        return self.mean * here + self._left / (leaving + self.begin + self.redraw)


def rates_ahead(people: People, rows: Ints, market: Market) -> RatesAhead:
    """Return the rates after the horizon of some customers, by the market's law."""
    if market.rates_move:
        return ExpectedRates.of(people, rows, market)
    return SteadyRates(people, rows)
