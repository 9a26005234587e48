"""A matched message fits as far as the firm has seen the person, and on average as the studies say.

Serves: L5.2 I7.1
"""

import numpy as np
import pytest

from sim.levers.personalisation import portrait
from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.strategies import Play
from sim.world.population import ACTIVE, PROSPECT
from tests.contact import contact, terms
from tests.worlds import strategy, world

MATCHED = {"messages": 2.0, "matching": 0.6}


def model_of(market: str = "music_shop", **settings: float) -> LoyaltyModel:
    play = Play(lever="personalisation", owner="market", settings=settings or MATCHED)
    return world(market, strategy(play), n=2_000, weeks=6, start="posterior", shared=True)


def fit_of(model: LoyaltyModel) -> np.ndarray:
    return portrait.fit(model.customers.columns, model.state.levers.in_use[0].parameters)


@pytest.mark.parametrize("market", ["grocery", "music_shop", "subscription"])
def test_messages_fit_on_average_as_the_studies_say_those_whom_they_studied(market: str) -> None:
    model = model_of(market)
    people, fit = model.customers.columns, fit_of(model)
    within_a_year = people["tenure"] - people["recency"] < 52
    studied = (people["status"] == ACTIVE) & within_a_year
    assert fit[studied].mean() == pytest.approx(1.0, abs=1e-6)  # not of all, the obvious version
    assert not fit[people["status"] == PROSPECT].any()


def test_who_buys_often_is_known_better_than_who_buys_seldom_or_is_new() -> None:
    tenure, recency = np.array([100.0, 100.0, 0.0, 100.0]), np.array([95.0, 95.0, 0.0, 20.0])
    seen = portrait.seen_before(tenure, recency, np.array([50, 3, 0, 50]), 52.0)
    often, seldom, new, long_ago = portrait.known(seen, 5.0)
    assert often > seldom > new == pytest.approx(1 / 6)
    assert often > long_ago


def test_a_history_leaves_what_its_purchases_leave_one_by_one() -> None:
    tenure, recency, half = 104.0, 90.0, 40.0
    times = np.linspace(0.0, recency, 2_000)
    weights = 2.0 ** (-(tenure - times) / half)
    for frequency in (0, 12):
        left = 2.0 ** (-tenure / half) + frequency * weights.mean()
        found = portrait.seen_before(
            np.array([tenure]), np.array([recency]), np.array([frequency]), half
        )
        assert found[0] == pytest.approx(left, rel=1e-3)


def test_a_portrait_grows_with_a_weeks_purchases_and_complaints_and_fades_without() -> None:
    model = model_of("grocery")
    before = model.customers.columns["portrait"].copy()
    model.step()
    week, kept = model.last_week.view, 2.0 ** (-1 / 52)
    after = model.customers.columns["portrait"]
    np.testing.assert_allclose(after, kept * (before + week.trips + week.complaints))
    assert week.trips.any() and week.complaints.any()


def test_matched_offers_and_reminders_differ_by_how_well_people_are_known() -> None:
    model = contact(messages=2, matching=1, usual_messages=0.0)
    people = model.customers.columns
    reached = model.last_week.plays["personalisation"][0].reached & (people["status"] == ACTIVE)
    people["portrait"][:] = np.where(np.arange(reached.size) % 2, 40.0, 0.5)
    people["fatigue"][:] = 0.0
    spend = terms(model)["spend"]
    well, hardly = (spend[reached & (people["portrait"] == k)] for k in (40.0, 0.5))
    assert well[well > 0].min() > hardly.max() > 0
    plain = contact(messages=2, usual_matching=0.0)
    before = terms(plain)["purchase"]
    plain.customers.columns["portrait"][:] = 0.0
    np.testing.assert_array_equal(terms(plain)["purchase"], before)  # matches nothing


def test_who_says_what_interests_them_is_known_as_after_some_purchases() -> None:
    asked = model_of("grocery", **MATCHED, preference_centre=1.0)
    silent = model_of("grocery", **MATCHED)
    for model in (asked, silent):
        model.step()
    p = asked.state.levers.in_use[0].parameters
    more = asked.customers.columns["portrait"] - silent.customers.columns["portrait"]
    said = more > 0.5 * p.topics_tell
    assert said.any() and said.mean() < 0.05
