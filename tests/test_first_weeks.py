"""Guides act in the first weeks alone; a service after the sale and assistants cost what they take.

Serves: C2.1 C2.3b C2.2b
"""

import numpy as np
import pytest

from sim.evidence.parameters import load_parameters
from sim.levers.base import Delivery
from sim.model.horizon import after_horizon
from sim.model.loyalty_model import LoyaltyModel
from sim.model.week import service_encounters
from sim.playbook.strategies import Play, Strategy
from sim.world.population import ACTIVE, PROSPECT
from tests.worlds import DO_NOTHING, strategy, world

P = load_parameters().values("service_quality")


def service(audience: str = "everyone", **settings: float) -> Strategy:
    return strategy(
        Play(lever="service_quality", owner="service", audience=audience, settings=settings)
    )


def run_of(plays: Strategy, weeks: int = 8, market: str = "grocery", **values) -> LoyaltyModel:
    options = {"execution": 1.0, "inflow_per_year": 0.9, "start": "posterior"} | values
    return world(market, plays, 800, weeks, shared=True, **options)


def in_first_weeks(model: LoyaltyModel) -> np.ndarray:
    people = model.customers.columns
    return (people["status"] == ACTIVE) & (people["tenure"] < P["guidance_weeks"])


def test_guides_act_in_the_first_weeks_and_only_there():
    model = run_of(service(guidance=1.0))
    for _ in range(7):
        model.step()
    new = in_first_weeks(model)
    assert new.any()
    model.step()
    terms, behind = model.last_week.terms, model.last_week.view.share_behind_a_trip
    for outcome, size in (
        ("churn", P["guidance_churn"]),
        ("purchase", P["guidance_lift"] / (1 - behind)),
    ):
        term = terms[outcome]["service_quality"]
        np.testing.assert_allclose(term[new], size)
        assert not term[~new].any()


def test_under_contracts_guides_act_at_the_first_renewal_and_at_no_other():
    table = load_parameters().replace("service_quality", guidance_renewal=-0.5)
    model = run_of(service(guidance=1.0), 14, "subscription", parameters=table, renewal_weeks=6.0)
    people, joined = model.customers.columns, np.full(model.state.size, -1)
    known, seen = model.state.baseline.start & (people["renewals"] > 0), np.zeros(2)
    for week in range(14):
        here, prospects = people["status"] == ACTIVE, people["status"] == PROSPECT
        first, gone = here & (joined >= 0), week - joined > 7  # renewed after six whole weeks
        model.step()
        term = model.last_week.terms["churn"].get("service_quality", np.zeros(model.state.size))
        np.testing.assert_allclose(term[first & ~gone], -0.5)
        assert not term[first & gone].any() and not term[known & ~first].any()
        seen += (first & ~gone).sum(), (first & gone).sum()
        joined[prospects & (people["status"] == ACTIVE)] = week
    assert known.any() and seen.min() > 0
    early = np.flatnonzero((joined >= 9) & (joined < 13) & (people["status"] == ACTIVE))
    left = after_horizon(model.state, early).terms
    np.testing.assert_allclose(left(1.0)["churn"], -0.5)
    assert early.size and not left(7.0)["churn"].any()


def test_guides_spare_questions_of_newcomers_alone():
    model = run_of(service(guidance=1.0))
    for _ in range(7):
        model.step()
    new = in_first_weeks(model)
    model.step()
    spared = model.last_week.delivery.contacts_averted
    np.testing.assert_allclose(spared[new], P["guidance_questions"])
    assert not spared[~new].any()


def test_each_newcomer_is_guided_once_and_paid_for_once():
    """In each of the first weeks for a part, as long as they stay; renting is the same with fewer."""
    paid, due = [], 0.0
    for share in (0.5, 1.0):
        model = run_of(service(guidance=share))
        minute, guided = model.market["wage_per_hour"] / 60, 0
        for _ in range(8):
            new = in_first_weeks(model)
            model.step()
            guided += (new & (model.customers.columns["status"] == ACTIVE)).sum()
        due = P["guidance_minutes"] * minute / P["guidance_weeks"] * guided
        paid.append(model.weekly["cost.service_quality"].sum() - share * due)
    assert guided > P["guidance_weeks"]
    assert paid[1] == pytest.approx(paid[0], abs=0.02 * due)


def test_questions_that_do_not_arise_do_not_reach_the_desk():
    contacts = []
    for spared in (0.0, 1.0):
        model = run_of(DO_NOTHING, weeks=2, contacts_per_trip=0.5, failures_per_trip=0.0)
        model.step()
        state = model.last_week
        before = model.weekly["n_contacts"].sum()
        state.delivery = Delivery(contacts_averted=spared)
        model.state.recorder.week = 1
        service_encounters.meet_firm(state)
        contacts.append(model.state.recorder.total("n_contacts") if spared else before)
    assert contacts[0] > 0 and contacts[1] == 0


def test_a_service_after_the_sale_is_seen_and_paid_by_the_purchase():
    model = run_of(service(aftercare=0.5), weeks=1)
    model.step()
    customers = model.last_week.view.customers
    seen = np.asarray(model.last_week.delivery.quality)[customers]
    np.testing.assert_allclose(seen, 0.5 * P["aftercare_quality"])
    trips = model.last_week.view.trips[customers].sum()
    minute = model.market["wage_per_hour"] / 60
    due = 0.5 * P["aftercare_minutes"] * minute * trips
    assert model.weekly["cost.service_quality"].sum() == pytest.approx(due)


def test_an_assistant_is_as_good_as_some_more_staff_and_costs_its_licence():
    """For those at the desk alone: what they handle over how busy they are gives their hours."""
    paid = []
    for cost in (0.0, P["assistant_cost"]):
        table = load_parameters().replace("service_quality", assistant_cost=cost)
        model = run_of(service(assistant=1.0), 1, parameters=table)
        model.step()
        paid.append(model.weekly["cost.service_quality"].sum())
    assert model.last_week.delivery.extra_staff == pytest.approx(P["assistant_gain"])
    trips = model.last_week.view.trips[model.last_week.view.customers].sum()
    market = model.market
    hours = trips * market["contacts_per_trip"] * market["handling_minutes"] / 60
    due = hours / market["desk_load"] * market["wage_per_hour"] * P["assistant_cost"]
    assert paid[1] - paid[0] == pytest.approx(due)


def test_fewer_leave_in_their_first_weeks_where_they_are_guided():
    """On the same luck whoever leaves though guided leaves unguided, too."""
    gone = []
    for plays in (DO_NOTHING, service(guidance=1.0)):
        model = run_of(plays, 1, "grocery", start="fresh", yearly_attrition=0.95)
        before = model.customers.columns["status"] == ACTIVE
        model.step()
        gone.append(before & (model.customers.columns["status"] != ACTIVE))
    assert gone[1].any() and not (gone[1] & ~gone[0]).any()
    assert gone[1].sum() < gone[0].sum()
