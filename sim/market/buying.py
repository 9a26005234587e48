"""What a market's values say of how its customers buy, leave and come back."""

import numpy as np
from scipy import special

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats, gamma
from sim.market.moving_rates import share_here
from sim.market.numbers import Number

#: Rates over which leaving is averaged, evenly by their chance.
_GRID = 512


def light_leave_sooner(scaled: Floats, r: float, w: float) -> Floats:
    """Return m, by what customers' hazards of leaving differ by how much they buy.

    Its mean over present customers is 1 (`sim.world.newcomers`).

    Parameters
    ----------
    scaled : ndarray
        Purchase rates over the scale of their law, alpha lambda.
    r : float
        Shape of that law.
    w : float
        What newcomers buy over what present customers buy.
    """
    light = (1.0 - w) * r
    return np.exp(special.gammaln(r) - special.gammaln(w * r) - light * np.log(scaled))


class BuyingLaws:
    """Which laws of buying and leaving a market has, and what follows from their values."""

    values: dict[str, Number]

    def __getitem__(self, name: str) -> float:
        """Return one value, by name."""
        return self.values[name].value

    @property
    def is_contractual(self) -> bool:
        """Whether customers have a contract: a fee once a period, and an end at renewal only."""
        return "renewal_weeks" in self.values

    @property
    def rates_move(self) -> bool:
        """Whether customers' purchase rates move, as `sim.market.moving_rates` says."""
        return "rate_drift" in self.values

    @property
    def purchase_phases(self) -> int:
        """Phases from one purchase to the next: 1 by chance, more for regular purchases."""
        return int(self["purchase_phases"]) if "purchase_phases" in self.values else 1

    @property
    def has_pauses(self) -> bool:
        """Whether customers pause, where their rates move; else being away is leaving."""
        return "pause_return" in self.values

    @property
    def leaves_in_two_kinds(self) -> bool:
        """Whether customers leave at a hazard of two, where their rates move."""
        return "quick_leavers" in self.values

    @property
    def drop_out_beta(self) -> float:
        """Scale beta (weeks) of the gamma law of drop-out rates.

        Measured markets state it; where attrition is assumed it follows from the share of present
        customers who are lost within a year, 1 - (beta / (beta + 52))^s, the Pareto law's survival
        (Schmittlein, Morrison & Colombo 1987). Where customers leave in two kinds there is no such law.
        """
        if "drop_out_beta" in self.values:
            return self["drop_out_beta"]
        lost = self["yearly_attrition"]
        return WEEKS_A_YEAR / ((1.0 - lost) ** (-1.0 / self["drop_out_shape"]) - 1.0)

    @property
    def lost_in_a_year(self) -> float:
        """Share of customers who leave within a year, of new or of present ones by `known_are_a_stock`.

        The Pareto law's survival (Schmittlein, Morrison & Colombo 1987), over purchase rates where light
        customers leave sooner.
        """
        r, w = self["purchase_shape"], self.newcomer_purchases
        sooner = light_leave_sooner(gamma((np.arange(_GRID) + 0.5) / _GRID, r, 1.0), r, w)
        scale = self.drop_out_beta
        kept = (scale / (scale + sooner * WEEKS_A_YEAR)) ** self["drop_out_shape"]
        return float(1.0 - kept.mean())

    @property
    def newcomer_purchases(self) -> float:
        """What newcomers buy over what known customers buy; 1 where the log shows first purchases."""
        return self["newcomer_purchases"] if "newcomer_purchases" in self.values else 1.0

    @property
    def known_are_a_stock(self) -> bool:
        """Whether the law of leaving is that of present customers, not of newcomers.

        So it is where drop-out is stated as a share of them, and where the log is a panel
        (`sim.world.newcomers`).
        """
        return "yearly_attrition" in self.values or "newcomer_purchases" in self.values

    @property
    def purchase_level(self) -> float:
        """Purchase rates in the time ahead over those that the log shows, the same for everybody."""
        return self["purchase_level"] if "purchase_level" in self.values else 1.0

    @property
    def public_notice(self) -> float:
        """How far breaches, and changes of what customers say, are heard of by all; 0 if not stated."""
        return self["public_notice"] if "public_notice" in self.values else 0.0

    @property
    def alpha_ahead(self) -> float:
        """Scale alpha (weeks) of the gamma law of purchase rates in the time ahead, at its level."""
        return self["purchase_alpha"] / self.purchase_level

    @property
    def mean_trips(self) -> float:
        """Mean trips of an active customer in a week, r / alpha (gamma law of purchase rates).

        Where customers pause, times the share of time for which they do not.
        """
        rate = self["purchase_shape"] / self.alpha_ahead
        return rate * share_here(self) if self.has_pauses else rate

    @property
    def winback_hazard(self) -> float:
        """Weekly hazard at which a lapsed customer comes back when nothing is done."""
        return -float(np.log1p(-self["winback_per_year"])) / WEEKS_A_YEAR
