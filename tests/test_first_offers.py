"""Who never bought here is won by a first offer at its cost, also to those who come anyway.

Serves: C1.2 C2.1
"""

import numpy as np
import pytest

from sim.evidence.parameters import load_parameters
from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.strategies import Play, Strategy
from sim.world.population import ACTIVE, PROSPECT
from tests.worlds import DO_NOTHING, strategy, world

P = load_parameters().values("incentives")


def offer(audience: str = "prospect", **settings: float) -> Strategy:
    return strategy(Play(lever="incentives", owner="market", audience=audience, settings=settings))


def run_of(plays: Strategy, weeks: int = 12, **values: float) -> LoyaltyModel:
    options = {"execution": 1.0, "inflow_per_year": 0.9} | values
    return world("grocery", plays, 800, weeks, start="posterior", shared=True, **options)


def joining(model: LoyaltyModel) -> tuple[np.ndarray, np.ndarray]:
    """What first offers add to joining in a week, and who was a prospect when it began."""
    model.step()
    term = model.last_week.terms["join"]["incentives"]
    return term, model.last_week.view.prospects


def test_a_welcome_is_for_those_who_never_bought_here() -> None:
    term, prospects = joining(run_of(offer(welcome=0.3)))
    np.testing.assert_allclose(term[prospects], P["welcome_elasticity"] * np.log(0.7))
    assert prospects.any() and not term[~prospects].any()


def test_more_samples_reach_fewer_who_had_none() -> None:
    each = [joining(run_of(offer(samples=n)))[0].max() for n in (1.0, 2.0)]
    assert each[0] == pytest.approx(P["sample_joining"] * (1 - np.exp(-1)))
    assert each[1] == pytest.approx(each[0] * (1 + np.exp(-1)))


def test_an_offer_for_customers_is_open_to_prospects() -> None:
    term, prospects = joining(run_of(offer("everyone", welcome=0.3)))
    assert np.median(term[prospects]) == pytest.approx(P["welcome_elasticity"] * np.log(0.7))
    assert not term[~prospects].any()


def test_a_welcome_is_given_to_all_who_come_and_to_no_other() -> None:
    """Also to those who would have come anyway, of whom there are more than of those whom it wins."""
    model = run_of(offer(welcome=0.3))
    given = 0.0
    for _ in range(12):
        before = model.customers.columns["status"] == PROSPECT
        model.step()
        new = before & (model.customers.columns["status"] == ACTIVE)
        given += 0.3 * model.last_week.view.spend[new].sum()
    hours = 12 * P["offer_hours"] * model.market["agency_wage_ratio"]
    fixed = hours * model.market["wage_per_hour"] * model.market["analyst_wage_ratio"]
    paid = model.weekly["cost.incentives"].sum()
    assert given > 0
    assert paid == pytest.approx(given + fixed / model.scale)
    anyway = run_of(DO_NOTHING).run().weekly["new_joined"].sum()
    assert model.weekly["new_joined"].sum() < 2 * anyway


def test_samples_are_paid_for_by_the_prospect() -> None:
    model = run_of(offer(samples=2.0), 1)
    model.step()
    each = P["sample_cost"] * model.market.mean_trip_spend
    each += P["sample_minutes"] / 60 * model.market["wage_per_hour"]
    hours = P["offer_hours"] * model.market["agency_wage_ratio"]
    fixed = hours * model.market["wage_per_hour"] * model.market["analyst_wage_ratio"]
    due = model.last_week.view.prospects.sum() * 2 / 52 * each + fixed / model.scale
    assert model.weekly["cost.incentives"].sum() == pytest.approx(due)


def test_whom_an_offer_won_is_worth_less_than_whom_none_was_made() -> None:
    model = run_of(offer(welcome=0.9), weeks=26).run()
    people = model.customers.columns
    assert people["promoted"].any()
    assert not run_of(DO_NOTHING, weeks=26).run().customers.columns["promoted"].any()


def test_nobody_who_buys_here_has_anything_of_a_first_offer() -> None:
    plain, offered = (
        run_of(DO_NOTHING, inflow_per_year=0.0),
        run_of(offer(welcome=0.5, samples=4.0), inflow_per_year=0.0),
    )
    known = plain.customers.columns["status"] == ACTIVE
    for model in (plain, offered):
        model.step()
    np.testing.assert_array_equal(
        plain.last_week.view.trips[known], offered.last_week.view.trips[known]
    )
