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
from typing import Protocol

import numpy as np
from scipy.special import logit

from sim.common.random_numbers import Floats, Ints
from sim.market.market import Market
from sim.world.population import People


class RatesAhead(Protocol):
    """The rates after the horizon of some customers, when nothing is done.

    Attributes
    ----------
    moves : bool
    """

    moves: bool

    def at(self, weeks: float) -> tuple[Floats, Floats, Floats | float]:
        """Return what holds so many weeks after the horizon, each of shape (m,).

        Returns
        -------
        tuple of ndarray
            The category's trips per week of whoever is here, logit of the firm's share of them, and
            the chance to be here (1.0 for everybody where nobody pauses).
        """


class SteadyRates:
    """Rates that stay as they are at the horizon.

    Parameters
    ----------
    people : dict of ndarray
        Columns at the horizon.
    rows : ndarray of int, shape (m,)
    """

    moves = False

    def __init__(self, people: People, rows: Ints) -> None:
        self._rates = people["category_rate"][rows], logit(people["base_share"][rows])

    def at(self, weeks: float) -> tuple[Floats, Floats, Floats | float]:
        """Return the rates of the horizon."""
        return *self._rates, 1.0


@dataclass(frozen=True)
class ExpectedRates:
    """Rates that move, in expectation.

    Attributes
    ----------
    elsewhere, own : ndarray, shape (m,)
        Trips per week to rivals, and here unless pausing, at the horizon.
    here : ndarray, shape (m,)
        1, or 0 for whoever pauses then.
    begin : ndarray, shape (m,)
        Hazard p of beginning a pause.
    end, redraw, mean : float
        Hazard rho of ending one, kappa, and the mean m of fresh rates.
    """

    elsewhere: Floats
    own: Floats
    here: Floats
    begin: Floats
    end: float
    redraw: float
    mean: float
    moves = True

    @classmethod
    def of(cls, people: People, rows: Ints, market: Market) -> "ExpectedRates":
        """Return the rates ahead of some customers of a market where rates move."""
        category, share = people["category_rate"][rows], people["base_share"][rows]
        own, nobody = category * share, np.zeros(rows.size)
        pauses = market.has_pauses
        return cls(
            category - own,
            own,
            np.where(people["pausing"][rows], 0.0, 1.0) if pauses else nobody + 1.0,
            people["pause_rate"][rows] if pauses else nobody,
            market["pause_return"] if pauses else 1.0,
            market["rate_redraw"],
            market["purchase_shape"] / market["purchase_alpha"],
        )

    @property
    def _left(self) -> Floats:
        """M(0) - m H(0): what fades with redraws and pauses."""
        return (self.own - self.mean) * self.here

    def at(self, weeks: float) -> tuple[Floats, Floats, Floats | float]:
        """Return the mean rates of whoever is here, and the chance to be."""
        both, often = self.begin + self.end, self.end / (self.begin + self.end)
        here = often + (self.here - often) * np.exp(-both * weeks)
        bought = self.mean * here + self._left * np.exp(-(self.begin + self.redraw) * weeks)
        own = np.maximum(bought / here, 1e-12)
        category = self.elsewhere + own
        return category, logit(np.clip(own / category, 1e-9, 1 - 1e-9)), here

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
