"""Rules of the week at their extremes, where what must happen can be told without arithmetic.

Serves: L2.1 L2.2 I2.1 I2.6 I3.3 I2.4 C2.3
"""

import numpy as np
import pytest
from worlds import world

from sim.common.calendar import WEEKS_A_YEAR
from sim.market.market import load_market
from sim.market.numbers import Number
from sim.model.firm import Department
from sim.playbook.strategies import Play
from sim.world.service_desk import ServiceDesk

#: So many standard deviations that luck has no say.
DELIGHTED, DISGUSTED = 60.0, -60.0


def _after_a_week(satisfaction: float) -> dict[str, float]:
    """Return the sums of a week that all customers began equally satisfied."""
    model = world(n=400, weeks=2, survey_share=1.0)
    model.customers.columns["satisfaction"][:] = satisfaction
    model.step()
    return model.weekly.drop(columns=["week", "segment"]).sum().to_dict()


def test_the_delighted_stay_buy_only_here_praise_and_recommend():
    week = _after_a_week(DELIGHTED)
    assert week["trips"] > 0
    assert (week["new_dropped_out"], week["rival_trips"]) == (0, 0)
    assert week["n_promoter"] == week["n_satisfied"] == week["n_surveyed"] > 0
    assert (week["n_detractor"], week["n_negative_talk"]) == (0, 0)
    assert week["n_positive_talk"] > 0


def test_the_disgusted_leave_or_buy_elsewhere_and_have_nothing_good_to_say():
    week = _after_a_week(DISGUSTED)
    assert week["new_dropped_out"] > week["n_active"] - week["new_joined"] - week["new_won_back"]
    assert week["trips"] <= week["new_joined"] + week["new_won_back"] + week["new_referred"]
    assert (week["n_promoter"], week["n_positive_talk"]) == (0, 0)


def test_failures_that_are_mended_in_part_leave_people_worse_off_than_none():
    """The same people, once with a failure on each trip and a complaint about it, once with none."""
    felt = []
    for failures in (0.0, 1.0):
        model = world(n=400, weeks=2)
        model.state.life = model.state.life.model_copy(update={"complaint_share": 1.0})
        model.state.market = model.market.with_values(failures_per_trip=failures)
        model.state.firm.desk.waits_at = lambda *_, usual=model.state.firm.desk.usual_wait: (
            (usual, usual)
        )  # the queue stays out of it
        model.step()
        people = model.customers.columns
        bought = (people["tenure"] > 0) & (people["recency"] == people["tenure"])
        felt.append(people["satisfaction"][bought])
    assert felt[0].size > 100
    assert (felt[1] < felt[0]).all()


def test_the_last_purchase_of_this_weeks_buyers_was_at_their_present_age():
    model = world(n=400, weeks=2, inflow_per_year=0.0)
    for week in (1, 2):
        before = model.customers.columns["frequency"].copy()
        model.step()
        people = model.customers.columns
        bought = people["frequency"] > before
        assert bought.sum() > 100
        assert (people["tenure"][bought] == week).all()
        assert (people["recency"][bought] == week).all()
        assert (people["recency"][~bought] < week).all()


def test_a_play_works_from_its_first_week_and_in_full_after_its_ramp():
    play = Play(lever="incentives", start_week=3, ramp_weeks=4, owner="market")
    model = world(n=100, weeks=1)
    department = Department(model, "market", [play], None, 104)
    efforts = []
    for week in range(9):
        model.state.week = week
        department.step()
        efforts.append(department.effort[play.key])
    assert efforts == [0, 0, 0, 0.25, 0.5, 0.75, 1, 1, 1]


def test_more_staff_shorten_the_wait_and_fewer_lengthen_it():
    usual, load, minutes, hours = 5_000.0, 0.9, 10.0, 70.0
    waits = [
        ServiceDesk(world(weeks=1), 1.0, usual, load, minutes, hours).serve(usual, extra)
        for extra in (-0.05, 0.0, 0.1, 0.5)
    ]
    assert waits == sorted(waits, reverse=True)
    assert len(set(waits)) == len(waits)


def test_a_season_peaks_in_the_week_that_its_harmonics_say():
    market, height = load_market("grocery"), 0.3
    wave = Number(
        value=height, unit="log rate", status="estimated", standard_error=0, source="test"
    )
    market = market.model_copy(update={"values": {**market.values, "season_cos1": wave}})
    season = np.array([market.season(week) for week in range(2 * WEEKS_A_YEAR)])
    assert season.argmax() == 0
    assert season[0] / season[WEEKS_A_YEAR // 2] == pytest.approx(np.exp(2 * height))
    assert season[:WEEKS_A_YEAR].mean() == pytest.approx(1.0)
    np.testing.assert_array_equal(season[:WEEKS_A_YEAR], season[WEEKS_A_YEAR:])
