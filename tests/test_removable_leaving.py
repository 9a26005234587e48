"""A firm keeps those who leave for reasons that it can remove, and nobody else."""

import numpy as np
import pytest
from scipy.special import expit

from sim.evidence.parameters import load_parameters
from sim.model.horizon import residual_equity
from sim.model.kinds import kind_of
from sim.playbook.strategies import Play
from sim.world.population import ACTIVE
from sim.world.removable_leaving import hazard_factor
from tests.worlds import DO_NOTHING, assert_mean, strategy, uncoupled, world

ALONE = {"inflow_per_year": 0.0, "winback_per_year": 0.0, "breaches_per_year": 0.0}
#: Levers whose terms of leaving are the largest, to the point of harm.
STRONG = strategy(
    Play(
        lever="personalisation",
        settings={"messages": 4, "matching": 0.6, "retention_calls": 6},
        owner="market",
    ),
    Play(lever="feedback", settings={"survey_every": 4}, owner="service"),
    Play(lever="service_quality", settings={"training_hours": 40}, owner="service"),
)


@pytest.mark.parametrize("removable", [0.0, 0.3, 1.0])
def test_terms_move_the_removable_part_alone(removable):
    terms = np.array([-2.0, -0.1, 0.0, 0.1, 2.0])
    expected = (1 - removable) + removable * np.exp(terms)
    np.testing.assert_allclose(hazard_factor(terms, removable), expected, rtol=1e-14)
    assert hazard_factor(terms, removable)[2] == 1.0
    if removable == 0.3:  # the obvious wrong version lets a large term take all of leaving away
        assert np.abs(np.exp(removable * terms) - expected).max() > 0.25


@pytest.mark.parametrize("market", ["grocery", "music_shop", "subscription"])
def test_where_nothing_is_removable_no_lever_and_no_attitude_changes_who_leaves(market):
    weeks = {"subscription": 60}.get(market, 40)
    left = {}
    for removable in (0.0, 1.0):
        for plays in (DO_NOTHING, STRONG):
            for table in (load_parameters(), uncoupled()):
                values = {**ALONE, "removable_drop_out": removable}
                model = world(market, plays, 800, weeks, parameters=table, **values).run()
                gone = model.customers.columns["week_lapsed"][:800].copy()
                left.setdefault(removable, []).append(gone)
    assert (left[0.0][0] > 0).sum() > 20, "somebody leaves"
    for other in left[0.0][1:]:
        np.testing.assert_array_equal(other, left[0.0][0])
    assert any((other != left[1.0][0]).any() for other in left[1.0][1:])


@pytest.mark.parametrize("market", ["grocery", "subscription"])
@pytest.mark.parametrize("removable", [0.0, 0.2, 0.5, 1.0])
def test_the_mean_of_leaving_is_kept_whatever_part_is_removable(market, removable):
    model = world(market, n=2_000, weeks=1, start="posterior", removable_drop_out=removable)
    people, life = model.customers.columns, model.state.life
    active = people["status"] == ACTIVE
    hazard, felt = people["drop_out_rate"][active], people["satisfaction"][active]
    eta = model.state.baseline.offsets["churn"] + life.satisfaction_on_churn * felt
    moved = hazard * hazard_factor(eta, removable)
    if model.market.is_contractual:  # chances are far from small there
        hazard, moved = -np.expm1(-hazard), -np.expm1(-moved)
    assert moved.mean() == pytest.approx(hazard.mean(), rel=1e-9)
    assert (moved != hazard).any() == (removable > 0)


@pytest.mark.parametrize("removable", [0.2, 0.7])
def test_as_many_leave_as_the_two_hazards_together_say(removable):
    n = 20_000
    table = uncoupled().replace("market_life", trust_on_churn=-1.0)
    model = world(n=n, weeks=1, parameters=table, removable_drop_out=removable, **ALONE)
    people = model.customers.columns
    people["drop_out_rate"][:n], people["trust"][:n] = 0.5, -1.0
    model.run()
    gone = people["status"][:n] != ACTIVE
    assert_mean(gone * 1.0, -np.expm1(-0.5 * (1 - removable + removable * np.e)), "left")


def test_what_customers_are_worth_later_counts_with_both_hazards():
    """With a term that never fades, of those who were referred, worth has its closed form."""
    table = uncoupled().replace("market_life", referred_churn=-1.0)
    worth = {}
    for removable in (0.0, 0.4):
        model = world(n=300, parameters=table, removable_drop_out=removable)
        people, market = model.customers.columns, model.market
        people["referred"][:] = True
        rows = np.flatnonzero(people["status"] == ACTIVE)
        worth[removable] = residual_equity(model.state, kind_of(market), rows)
        share = expit(model.state.baseline.logit_share[rows])
        margin = people["mean_spend"][rows] * market["gross_margin"]
        left = 1 - removable + removable * np.exp(-1.0)
        leaving = people["drop_out_rate"][rows] * left + market.weekly_discount
        closed = margin * people["category_rate"][rows] * share / leaving
        np.testing.assert_allclose(worth[removable], closed, rtol=1e-9)
    assert (worth[0.4] > worth[0.0]).all()


def test_under_contracts_what_they_are_worth_has_no_part_of_what_no_firm_can_change():
    table = uncoupled().replace("market_life", referred_churn=-1.0)
    worth = {}
    for referred in (False, True):
        for removable in (0.0, 0.4):
            values = {**ALONE, "removable_drop_out": removable}
            model = world("subscription", n=300, parameters=table, **values)
            people = model.customers.columns
            people["referred"][:] = referred
            rows = np.flatnonzero(people["status"] == ACTIVE)
            kind = kind_of(model.market)
            worth[removable, referred] = residual_equity(model.state, kind, rows).sum()
    assert worth[0.0, True] == worth[0.0, False] == worth[0.4, False] < worth[0.4, True]


def test_friends_who_left_draw_along_as_much_as_is_removable():
    found = {
        removable: world(
            "subscription", n=500, weeks=1, start="posterior", removable_drop_out=removable
        ).reproduction
        for removable in (0.0, 0.5, 1.0)
    }
    assert found[0.0] == 0.0
    assert found[0.5] == pytest.approx(found[1.0] / 2)
