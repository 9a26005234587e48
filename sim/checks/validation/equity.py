"""Facts about what loyalty is worth: contact, and elasticities of customer equity (S20).

Each driver is raised by one per cent and costs nothing, as in the study, and the worth of all
customers to come counts; the same customers with the same luck live on in both markets.
"""

import numpy as np
from scipy.optimize import brentq

from sim.checks.validation.contact import too_little_and_too_much
from sim.checks.validation.statistic import Found, Untested, mean_of
from sim.checks.validation.worlds import Setup, each, equity, world
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats
from sim.model.loyalty_model import LoyaltyModel
from sim.world.population import ACTIVE

_MORE = 0.01


def yearly_retention(hazard: Floats, exposures: float) -> float:
    """Return the share of customers expected to be there a year later.

    Parameters
    ----------
    hazard : ndarray, shape (customers,)
        Of each, per exposure.
    exposures : float
        In a year: weeks, or renewals.

    Returns
    -------
    float
    """
    return float(np.mean(np.exp(-hazard * exposures)))


def hazard_factor(hazard: Floats, exposures: float, more: float = _MORE) -> float:
    """Return the factor on everybody's hazard that raises yearly retention by a part of itself.

    Raises
    ------
    ValueError
        If retention would have to be above one.
    """
    wanted = (1 + more) * yearly_retention(hazard, exposures)
    return float(brentq(lambda f: yearly_retention(f * hazard, exposures) - wanted, 0.0, 1.0))


def _exposures(model: LoyaltyModel) -> float:
    period = model.market.values.get("renewal_weeks")
    return WEEKS_A_YEAR / period.value if period is not None else WEEKS_A_YEAR


def _elasticities(setup: Setup, seed: int) -> Floats:
    """Return elasticities to retention, margin, cost of acquisition; yearly retention; the yardstick."""
    usual, stayed = (world(setup, seed, WEEKS_A_YEAR, valued=True) for _ in range(2))
    columns, exposures = stayed.customers.columns, _exposures(stayed)
    hazard = columns["drop_out_rate"][columns["status"] == ACTIVE]
    columns["drop_out_rate"] *= hazard_factor(hazard, exposures)
    margin = setup.market["gross_margin"]
    # what is paid for a customer stays the same sum of money, as it is stated in years of margin
    won = setup.market["acquisition_cost"]
    richer = setup.market.with_any_values(
        gross_margin=(1 + _MORE) * margin, acquisition_cost=won / (1 + _MORE)
    )
    dearer = setup.market.with_any_values(acquisition_cost=(1 + _MORE) * won)
    others = (setup.in_market(market) for market in (richer, dearer))
    lives = [stayed, *(world(other, seed, WEEKS_A_YEAR, valued=True) for other in others)]
    base, *worth = (equity(model, "equity_with_future_customers") for model in (usual, *lives))
    kept, rate = yearly_retention(hazard, exposures), setup.market["discount_rate"]
    reaction = np.log(np.array(worth) / base) / np.log(1 + _MORE)
    return np.array([*reaction, kept, (1 + rate) / (1 + rate - kept)])


def equity_follows_retention(setup: Setup) -> Found:
    """S20: too little and too much contact cost money; customer equity reacts most to retention."""
    return {**too_little_and_too_much(setup.times(0.5)), **elasticities(setup)}


def elasticities(setup: Setup) -> Found:
    """S20c to e: customer equity reacts most to retention, one to one to margin, least to acquisition."""
    if setup.market["gross_margin"] * (1 + _MORE) > 1:
        reason = Untested("Margins of this market cannot be raised.")
        return dict.fromkeys(("S20c", "S20d", "S20e"), reason)
    found = np.array(each(setup, lambda seed: _elasticities(setup, seed)))
    kept, simple = found[:, 3].mean(), found[:, 4].mean()
    note = (
        f"At a yearly retention of {kept:.2f}. Were all customers alike it would be {simple:.1f}; here "
        "most of the value is in those who stay anyway."
    )
    only = (
        "Future customers and the cost of winning them are counted, as in the study. Winning one costs "
        f"{setup.market['acquisition_cost']:.2g} years of margin here."
    )
    return {
        "S20c": mean_of(found[:, 0], note),
        "S20d": mean_of(found[:, 1], "Before any cost that does not grow with sales."),
        "S20e": mean_of(-found[:, 2], only),
    }
