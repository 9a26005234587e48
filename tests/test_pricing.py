"""Prices move sales as published, antagonise who overpaid, and are booked to the cent.

Serves: I2.3
"""

from functools import cache

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit

from sim.evidence.parameters import ParameterTable, load_parameters
from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.strategies import Play, Strategy
from sim.world.population import ACTIVE
from tests.benchmark.plain_rules import bill
from tests.worlds import (
    DO_NOTHING,
    FALSE_ALARM,
    assert_books_agree,
    assert_mean,
    strategy,
    uncoupled,
)
from tests.worlds import (
    unvalued_world as world,
)

P = load_parameters().values("pricing")
DEAF = {"price_elasticity": 0.0, "antagonised_loss": 0.0, "unfair_trust_loss": 0.0}


def pricing(start_week: int = 0, **settings: float) -> Strategy:
    play = Play(lever="pricing", settings=settings, owner="market")
    return strategy(play.model_copy(update={"start_week": start_week}))


def parameters(**values: float) -> ParameterTable:
    """Attitudes and what one is used to paying move nothing, so that the lever stands alone."""
    return uncoupled().replace("market_life", reference_effect=0.0).replace("pricing", **values)


def run(plays: Strategy, table: ParameterTable | None = None, **options):
    options = {"n": 2_000, "weeks": 26, "start": "posterior", "execution": 1.0} | options
    return world(plays=plays, parameters=table, breaches_per_year=0.0, shared=True, **options).run()


def assert_positive(values: list[float], what: str) -> None:
    """Fail unless the mean of paired runs is above 0 by more than luck gives."""
    found = np.asarray(values)
    t = found.mean() / (found.std(ddof=1) / np.sqrt(found.size))
    assert t > stats.t.isf(FALSE_ALARM, found.size - 1), f"{what}: {found}"


# -- elasticity ------------------------------------------------------------------------------------
def _told_by_elasticity(plays: Strategy, seed: int) -> LoyaltyModel:
    """A run in which nothing but the elasticity acts on trips, and nobody comes or goes."""
    table = parameters(satisfied_slope=0.0, antagonised_loss=0.0, unfair_trust_loss=0.0)
    none = {"yearly_attrition": 0.0001, "inflow_per_year": 0.0, "winback_per_year": 0.0}
    return run(plays, table, seed=seed, n=2_500, weeks=26, **none)


@cache
def _usual(seed: int) -> LoyaltyModel:
    return _told_by_elasticity(DO_NOTHING, seed)


@pytest.mark.parametrize(
    ("settings", "price"),
    [
        ({"price_rise": 0.05}, 1.05),
        ({"price_cut": 0.05}, 0.95),
        ({"price_cut": 0.1, "basket_share": 0.3}, 0.97),
    ],
)
def test_the_published_elasticity_comes_back_from_paired_runs(settings, price) -> None:
    """Brands' elasticities on the logit itself, or on the whole basket, would be off by far."""
    found, off = [], []
    for seed in range(10):
        on, usual = _told_by_elasticity(pricing(**settings), seed), _usual(seed)
        trips = [model.weekly["trips"].sum() for model in (on, usual)]
        found.append(np.log(trips[0] / trips[1]) / np.log(price))
        off.append(found[-1] - _of_the_logit(usual, price))
    # The curve of the logit, and who happens to be in the sample, take it off the published value.
    assert np.mean(found) == pytest.approx(P["price_elasticity"], rel=0.05)
    assert_mean(np.array(off), 0.0, "elasticity, less that of these very people")


def _of_the_logit(model, price: float) -> float:
    """The elasticity of these customers' expected trips that a change of their logits gives."""
    people = model.customers.columns
    term = P["price_elasticity"] * np.log(price) / (1 - model.state.baseline.share_behind_a_trip)
    use, share = people["category_rate"] * (people["status"] == ACTIVE), people["base_share"]
    moved = np.sum(use * expit(np.log(share / (1 - share)) + term))
    return float(np.log(moved / np.sum(use * share)) / np.log(price))


def test_satisfied_customers_mind_a_rise_less_and_enjoy_a_cut_as_much() -> None:
    for settings, buffered in (({"price_rise": 0.05}, True), ({"price_cut": 0.05}, False)):
        model = world(plays=pricing(**settings), n=600, weeks=2, start="posterior", execution=1.0)
        model.step()
        lever = next(m for m in model.state.levers.all if m.name == "pricing")
        felt = model.customers.columns["satisfaction"]
        felt[:200], felt[200:400], felt[400:] = 1.0, 0.0, -3.0
        terms = lever.effects(
            model.state.lever_view(), model.last_week.plays["pricing"], model.state.own(lever)
        )
        now = model.state.own(lever)["price_now"] != 0
        groups = (slice(0, 200), slice(200, 400), slice(400, 600))
        happy, middling, unhappy = (terms["price"][rows][now[rows]].mean() for rows in groups)
        slope = P["satisfied_slope"] if buffered else 0.0
        assert happy / middling == pytest.approx(1 + slope)
        assert unhappy / middling == pytest.approx(1 - slope)  # and never more than at one SD


# -- money -------------------------------------------------------------------------------------------
def test_what_a_rise_brings_is_margin_in_full_and_goods_cost_what_they_did() -> None:
    """Booked as more spend at the usual margin, three quarters of a rise would be lost as goods."""
    rise, table = 0.08, parameters(**DEAF)
    options = {"inflow_per_year": 0.0, "winback_per_year": 0.0}
    on, off = (run(p, table, **options) for p in (pricing(price_rise=rise), DO_NOTHING))
    a, b = (m.weekly[["trips", "spend", "margin"]].sum() for m in (on, off))
    assert a["trips"] == b["trips"]
    assert a["spend"] == pytest.approx(b["spend"] * (1 + rise))
    assert a["margin"] == pytest.approx(b["margin"] + rise * b["spend"])
    assert on.ledger.balance("cost_of_goods") == pytest.approx(
        off.ledger.balance("cost_of_goods"), abs=0.05
    )
    assert -on.ledger.balance("sales") == pytest.approx(a["spend"], abs=0.05)
    assert_books_agree(on)
    hours = bill(P["change_hours"], on.market) / on.scale
    assert on.weekly["cost.pricing"].sum() == pytest.approx(hours)


def test_a_cut_is_a_cost_on_every_trip_and_leaves_the_list_price() -> None:
    table = parameters(**DEAF)
    options = {"inflow_per_year": 0.0, "winback_per_year": 0.0}
    plays = pricing(price_cut=0.1, basket_share=0.4)
    on, off = (run(p, table, **options) for p in (plays, DO_NOTHING))
    assert on.weekly["margin"].sum() == off.weekly["margin"].sum()
    hours = bill(P["change_hours"], on.market) / on.scale
    expected = 0.04 * off.weekly["spend"].sum() + hours
    assert on.weekly["cost.pricing"].sum() == pytest.approx(expected)
    assert_books_agree(on)


def test_a_rise_that_goes_on_is_worth_its_margin_for_ever_and_nothing_once_it_stops() -> None:
    table = parameters(**DEAF)
    plays = (pricing(price_rise=0.05), DO_NOTHING)
    on, off = (run(p, table, valued=True).weekly for p in plays)
    last = on["week"] == on["week"].max()
    a, b = (t.loc[last, ["residual_equity", "sustained_equity"]].sum() for t in (on, off))
    gross = world(n=100).market["gross_margin"]
    assert a["residual_equity"] == pytest.approx(b["residual_equity"])
    gain = a["sustained_equity"] / b["sustained_equity"]
    # less the hours of the change, if that was in the last quarter
    assert gain == pytest.approx((gross + 0.05) / gross, rel=0.01)


def test_a_dearer_contract_is_margin_in_full_too() -> None:
    table = parameters(**DEAF)
    options = {"market": "subscription", "n": 1_000, "weeks": 60, "inflow_per_year": 0.0}
    options |= {"winback_per_year": 0.0, "fee_on_renewal": 0.0}
    on, off = (run(p, table, **options) for p in (pricing(price_rise=0.1), DO_NOTHING))
    a, b = (m.weekly[["spend", "margin"]].sum() for m in (on, off))
    assert a["spend"] == pytest.approx(1.1 * b["spend"])
    assert a["margin"] == pytest.approx(b["margin"] + 0.1 * b["spend"])
    assert_books_agree(on)


# -- fairness ------------------------------------------------------------------------------------------
def test_those_who_bought_shortly_before_a_cut_are_antagonised_and_the_others_not() -> None:
    start = 20
    table = parameters(price_elasticity=0.0, unfair_trust_loss=0.0)
    model = world(
        plays=pricing(start, price_cut=0.2), n=3_000, weeks=start + 60, start="posterior",
        parameters=table, execution=1.0,
    )  # fmt: skip
    people = model.customers.columns
    while model.week < start:
        model.step()
    assert not people["antagonised"].any()
    since = people["tenure"] - people["recency"]
    model.step()
    lately = (people["status"] == ACTIVE) & people["kept"]
    overpaid = 1 - np.exp(np.log(0.8) / P["overpaid_scale"])
    expected = overpaid * 2 ** (-since / P["notice_weeks"])
    np.testing.assert_allclose(people["antagonised"][lately], expected[lately], rtol=1e-9)
    assert expected[lately & (since < 2)].min() > 5 * expected[lately & (since > 25)].max() > 0
    first = people["antagonised"].copy()
    while model.week < start + 1 + round(P["antagonism_half_life_weeks"]):
        model.step()
    kept = lately & people["kept"]
    # felt once, and forgiven by halves, also by those who buy at the new price since
    np.testing.assert_allclose(people["antagonised"][kept], first[kept] / 2, rtol=0.02)


def test_antagonised_buyers_buy_less_by_as_much_as_told() -> None:
    """Everybody buys at the new price; only what was paid before differs."""
    table = parameters(price_elasticity=0.0, unfair_trust_loss=0.0)
    plays, gap = pricing(6, price_cut=0.2), []
    for seed in range(8):
        options = {"seed": seed, "n": 3_000, "weeks": 20}
        on, off = (run(p, table, **options).weekly for p in (plays, DO_NOTHING))
        later = on["week"] >= 6
        gap.append(float(np.log(off.loc[later, "trips"].sum() / on.loc[later, "trips"].sum())))
    assert_positive(gap, "loss by antagonised buyers")
    assert np.mean(gap) < -P["antagonised_loss"]  # the most that anybody loses


def test_prices_that_swing_lose_customers_that_steady_ones_keep() -> None:
    """The mean price is the same; a model without memory of what was paid would see no difference."""
    lost = []
    for seed in range(8):
        options = {"seed": seed, "n": 2_500, "weeks": 40}
        steady, swinging = (
            run(plays, parameters(), **options).weekly["trips"].sum()
            for plays in (DO_NOTHING, pricing(swing=0.1, swing_weeks=4))
        )
        lost.append(float(np.log(steady / swinging)))
    assert_positive(lost, "loss by swings")


def test_a_rise_without_a_reason_costs_trust_and_one_with_a_reason_none() -> None:
    trust = {}
    for seen in (0.0, 0.5, 1.0):
        table = load_parameters().replace("pricing", open_price_trust=0.0)
        model = run(pricing(price_rise=0.1, transparency=seen), table, weeks=1, n=800)
        usual = run(DO_NOTHING, weeks=1, n=800)
        kept = model.customers.columns["kept"] & usual.customers.columns["kept"]
        lost = usual.customers.columns["trust"] - model.customers.columns["trust"]
        trust[seen] = float(np.median(lost[kept]))
    full = P["unfair_trust_loss"] * np.log(1.1)
    assert trust[0.0] == pytest.approx(full)
    assert trust[0.5] == pytest.approx(full / 2)
    assert trust[1.0] == pytest.approx(0.0, abs=1e-12)


def test_prices_that_stand_are_not_risen_anew_each_week_nor_for_whoever_joins() -> None:
    options = {"n": 1_000, "weeks": 30, "inflow_per_year": 1.0}
    model = run(pricing(2, price_rise=0.1), **options)
    people = model.customers.columns
    active = people["status"] == ACTIVE
    for name in ("price_now", "price_before"):
        np.testing.assert_allclose(people[name][active], np.log(1.1))
    assert not people["antagonised"].any()
    new = active & ~people["kept"]
    assert new.sum() > 50
    # The rise of week 2 is long half forgotten by those who lived through it; the new never felt it.
    assert people["trust"][new].mean() > people["trust"][active & ~new].mean() + 0.05


def test_dear_firms_win_fewer_new_customers() -> None:
    options = {"n": 2_000, "weeks": 40, "inflow_per_year": 0.5}
    fewer = []
    for seed in range(6):
        on, off = (
            run(p, seed=seed, **options).weekly["new_joined"].sum()
            for p in (pricing(price_rise=0.2), DO_NOTHING)
        )
        fewer.append(float(off - on))
    assert_positive(fewer, "new customers lost")
