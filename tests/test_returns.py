"""Easy returns and try-outs on a screen act as far as goods come back, and returns cost.

Serves: I2.6b C2.2b
"""

import numpy as np
import pytest

from sim.evidence.parameters import load_parameters
from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.strategies import Play, Strategy
from sim.world.population import ACTIVE, PROSPECT
from tests.worlds import DO_NOTHING, strategy, world

P = load_parameters().values("omnichannel")
RATE = 0.2


def omnichannel(audience: str = "everyone", **settings: float) -> Strategy:
    return strategy(
        Play(lever="omnichannel", owner="technology", audience=audience, settings=settings)
    )


def first_week(plays: Strategy, market: str = "grocery", **values: float) -> LoyaltyModel:
    options = {"return_rate": RATE} if market == "grocery" else {}
    options |= {"execution": 1.0} | values
    model = world(market, plays, 800, 1, start="posterior", shared=True, **options)
    model.step()
    return model


def terms(model: LoyaltyModel, outcome: str) -> np.ndarray | None:
    return model.last_week.terms[outcome].get("omnichannel")


def on_screen(model: LoyaltyModel) -> np.ndarray:
    return model.market.online_channels[model.customers.columns["channel"]]


def spend(model: LoyaltyModel) -> float:
    return float(model.weekly["spend"].sum())


def test_easy_returns_win_sales_in_proportion_to_what_comes_back():
    lifts = []
    for rate in (0.1, 0.2):
        model = first_week(omnichannel(easy_returns=1.0), return_rate=rate)
        customers = model.last_week.view.customers
        behind = model.last_week.view.share_behind_a_trip
        lifts.append(terms(model, "purchase")[customers].max() * (1.0 - behind))
    assert lifts[1] == pytest.approx(P["returns_pull"] * 0.2)
    assert lifts[1] == pytest.approx(2 * lifts[0])


def test_more_comes_back_where_it_is_easy_and_less_where_one_could_try():
    easy = first_week(omnichannel(easy_returns=1.0))
    tried = first_week(omnichannel(tryout=1.0))
    customers = easy.last_week.view.customers
    more, fewer = RATE * (1 + P["returns_raised"]), RATE * (1 - P["tryout_kept"])
    everybody = np.ones(easy.state.size, dtype=bool)
    for model, rate, who in ((easy, more, everybody), (tried, fewer, on_screen(tried))):
        kept, those = terms(model, "spend"), customers & who
        assert those.any() and not kept[customers & ~who].any()
        np.testing.assert_allclose(kept[those], np.log((1 - rate) / (1 - RATE)))


def test_the_way_back_is_paid_for_each_return_and_its_loss_for_further_ones():
    """What usual returns cost besides is in the margin of doing nothing."""
    model = first_week(omnichannel(easy_returns=0.5))
    rate = RATE * (1 + 0.5 * P["returns_raised"])
    kept = model.last_week.view.spend[model.last_week.view.customers].sum()
    each = P["return_freight"] * rate + P["return_loss"] * (rate - RATE)
    due = 0.5 * each / (1 - rate) * kept
    assert model.weekly["cost.omnichannel"].sum() == pytest.approx(due)


def test_under_contracts_nothing_comes_back():
    plain = first_week(DO_NOTHING, "subscription")
    easy = first_week(omnichannel(easy_returns=1.0), "subscription")
    assert spend(easy) == spend(plain) and not easy.weekly["cost.omnichannel"].sum()


def test_a_try_out_brings_prospects_and_changes_no_purchase_of_customers():
    model = first_week(omnichannel("prospect", tryout=1.0))
    people, joining = model.customers.columns, terms(model, "join")
    prospects = model.last_week.view.prospects & (people["status"] == PROSPECT)
    screen = on_screen(model)
    assert (prospects & screen).any() and not joining[prospects & ~screen].any()
    np.testing.assert_allclose(joining[prospects & screen], P["tryout_joining"])
    assert not terms(model, "purchase")[people["status"] == ACTIVE].any()


def test_a_try_out_on_a_screen_does_nothing_where_nobody_meets_the_firm_on_one():
    market = world("grocery", DO_NOTHING, 20, 1).market
    offline = market.with_shares(channels={"online": 0.0})
    tried, plain = (
        world(offline, plays, 800, 1, start="posterior", return_rate=RATE)
        for plays in (omnichannel(tryout=1.0), DO_NOTHING)
    )
    for model in (tried, plain):
        model.step()
    assert not np.any(terms(tried, "join")) and spend(tried) == spend(plain)


def test_a_try_out_is_built_and_kept_up():
    half, whole = (first_week(omnichannel(tryout=t), rent_hours_per_month=1e5) for t in (0.5, 1.0))
    paid = [model.weekly["cost.omnichannel"].sum() * model.scale for model in (half, whole)]
    wage = half.market["wage_per_hour"] * half.market["engineer_wage_ratio"]
    assert paid[0] > 0.5 * (P["tryout_build_hours"] + P["tryout_hours"]) * wage
    assert paid[1] == pytest.approx(2 * paid[0], rel=0.05)  # whole posts and agency's hours
