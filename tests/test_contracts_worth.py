"""What customers under contract are worth is what a long life brings."""

import numpy as np
import pytest

from sim.calibration.shifted_beta_geometric import renewal_law, survival
from sim.market.market import load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.observers.diary import keep_tally
from sim.model.residual_value.contractual import residual_fees
from sim.model.residual_value.noncontractual import Relaxation
from sim.world.population import ACTIVE
from tests.test_contracts import alone
from tests.worlds import assert_mean, stating, uncoupled, world

#: Survivors of 1000 who joined in one year (Fader & Hardie 2007, regular segment).
PUBLISHED = [1000, 631, 468, 382, 326, 289, 262, 241]
ALPHA, BETA = 0.704, 1.182
#: Nobody joins or comes back, and no friend's leaving counts.
ALONE = {"inflow_per_year": 0.0, "winback_per_year": 0.0, "defection_visible": 0.0}


def _residual(model: LoyaltyModel, rows: np.ndarray) -> np.ndarray:
    people = model.customers.columns
    states = (people, rows, model.state.experience, model.state.baseline.offsets)
    market, behind = model.market, model.state.baseline.share_behind_a_trip
    relaxation = Relaxation(people, rows, model.state.life, behind, market["removable_drop_out"])
    return residual_fees(*states, relaxation, market, model.week)


def test_worth_of_even_customers_is_its_closed_form():
    model = alone(500, 1, renewal_alpha=0.25e6, renewal_beta=0.75e6, fee_spread=0.0)
    market, rows = model.market, np.arange(500)
    stay, keep = 0.75, np.exp(-52 * market.weekly_discount)
    people = model.customers.columns
    people["drop_out_rate"][:] = -np.log(stay)
    closed = market["fee_mean"] * market["gross_margin"] * stay * keep / (1 - stay * keep)
    np.testing.assert_allclose(_residual(model, rows), closed, rtol=1e-10)
    people["renewal_week"][:] = 10
    sooner = closed * np.exp(42 * market.weekly_discount)
    np.testing.assert_allclose(_residual(model, rows), sooner, rtol=1e-10)


@pytest.mark.parametrize(("coupled", "duration"), [(False, 1.0), (True, 1.0), (False, 1.6)])
def test_residual_is_the_mean_of_a_long_life(coupled, duration):
    n, weeks = 4_000, 520
    values = {"prospects_per_customer": 0.01, **ALONE, "purchase_alpha": 2.0}
    table = None if coupled else uncoupled()
    market = stating(load_market("subscription"), renewal_duration=duration)
    model = world(market, n=n, weeks=weeks, start="posterior", parameters=table, **values)
    promised = _residual(model, np.arange(n))
    tally = keep_tally(model.state, "n_due")
    delta, worth = model.market.weekly_discount, np.zeros(n)
    people, gross = model.customers.columns, model.market["gross_margin"]
    for week in range(weeks):
        made = people["renewals"][:n].copy()
        model.step()
        paid = people["renewals"][:n] > made
        worth += paid * people["mean_spend"][:n] * gross * np.exp(-delta * week)
    left = (people["status"][:n] == ACTIVE) * _residual(model, np.arange(n))
    assert tally.sums["n_due"].sum() > 0
    assert_mean(worth + left * np.exp(-delta * weeks) - promised, 0.0, "lived less promised")


@pytest.mark.parametrize("duration", [1.0, 1.6])
def test_the_firms_own_view_is_right_where_nothing_is_done_to_renewals(duration):
    n = 20_000
    model = alone(n, 1, duration, fee_spread=0.0)
    model.run()
    market, total = model.market, 0.0
    keep = np.exp(-market.weekly_discount)
    for year in range(1, 11):
        left = survival(year, *renewal_law(market))
        total += float(left) * keep ** (52 * year - 1)
    found = model.weekly["firm_view_equity"].sum() / n
    assert found == pytest.approx(total * market["fee_mean"] * market["gross_margin"], rel=1e-9)
