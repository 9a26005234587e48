"""Where rates move, a simulated cohort keeps the law that the forecast fits: mean, spread, survival.

Means and shares are held at a false-alarm rate of 1 in 10 000. A variance is held by the normal law of a
mean of squared deviations, whose own spread is estimated.
"""

import numpy as np
import pytest

from sim.common.calendar import WEEKS_A_YEAR
from sim.model.kinds import kind_of
from sim.playbook.strategies import Play
from sim.world.population import ACTIVE, LAPSED
from tests.moving import LEAVING, PAUSES, grid_moments, moving_market, moving_world
from tests.worlds import assert_mean, assert_share, strategy, uncoupled, world

_NOBODY = {"inflow_per_year": 0.0, "prospects_per_customer": 0.01}
#: So few leave in a year where away is a pause that it is beside the point; the closed form has it.
_STAYS = {"yearly_attrition": 1e-4}
_LEFT = -np.log1p(-1e-4) / WEEKS_A_YEAR
CASES = {
    "leaving": ({**LEAVING, "winback_per_year": 0.0}, {}),
    "pauses": (PAUSES, _STAYS),
}


@pytest.fixture(scope="module")
def cohorts():
    n = 20_000
    return {
        case: moving_world(values, n, WEEKS_A_YEAR, parameters=uncoupled(), **_NOBODY, **more).run()
        for case, (values, more) in CASES.items()
    }


@pytest.mark.parametrize("case", CASES)
def test_a_cohorts_purchases_of_a_year_have_the_mean_and_the_spread_of_the_fitted_law(
    cohorts, case
):
    mean, variance = grid_moments(CASES[case][0], WEEKS_A_YEAR, _LEFT)
    n = cohorts[case].setting.n_customers
    bought = cohorts[case].customers.columns["frequency"][:n].astype(float)
    assert_mean(bought, mean, "purchases of a year")
    assert_mean((bought - mean) ** 2, variance, "squared deviation of purchases of a year")


def test_expected_purchases_week_by_week_are_those_of_the_closed_form(cohorts):
    """M(t) = m H(t) + (M(0) - m H(0)) e^(-(p + kappa) t): for new customers m H(t), drift keeps it."""
    mean = PAUSES["purchase_shape"] / PAUSES["purchase_alpha"]
    people, n = cohorts["pauses"].customers.columns, cohorts["pauses"].setting.n_customers
    expected = np.zeros(n)
    for kind in ("quick", "slow"):
        begin, end = PAUSES[f"{kind}_pausing"], PAUSES["pause_return"]
        often, weeks = end / (begin + end), np.arange(1, WEEKS_A_YEAR + 1)
        here = often + (1 - often) * np.exp(-(begin + end) * weeks)
        expected[people["pause_rate"][:n] == begin] = mean * here.sum()
    assert expected.all()
    assert_mean(people["frequency"][:n] - expected, 0.0, "purchases less what is expected")


def test_survivors_are_those_of_two_hazards(cohorts):
    share, quick, slow = (LEAVING[k] for k in ("quick_leavers", "quick_leaving", "slow_leaving"))
    model = cohorts["leaving"]
    n, weeks = model.setting.n_customers, WEEKS_A_YEAR
    left = share * np.exp(-quick * weeks) + (1 - share) * np.exp(-slow * weeks)
    people = model.customers.columns
    assert_share((people["status"][:n] == ACTIVE).sum(), n, left, "survivors of a year")
    path = kind_of(model.market).survival_of_newcomers(model.market, weeks)
    assert path[0] == 1.0 and path[-1] == pytest.approx(left, rel=1e-12)


def test_whoever_pauses_is_a_customer_who_buys_nothing_and_the_share_settles_as_expected(cohorts):
    model = cohorts["pauses"]
    people, n = model.customers.columns, model.setting.n_customers
    assert (people["status"][:n][people["pausing"][:n]] == ACTIVE).mean() > 0.999
    assert not model.last_week.view.trips[people["pausing"]].any()
    pausing = sum(
        share * hazard / (hazard + PAUSES["pause_return"])
        for share, hazard in (
            (PAUSES["quick_pausers"], PAUSES["quick_pausing"]),
            (1 - PAUSES["quick_pausers"], PAUSES["slow_pausing"]),
        )
    )  # after a year the start is forgotten to e^-14
    assert_share(people["pausing"][:n].sum(), n, pausing, "pausing after a year")


_STILL = {"rate_drift": 0.0, "rate_redraw": 0.0, "quick_pausing": 0.0, "slow_pausing": 0.0}


def test_rates_that_could_move_and_do_not_live_the_same_year_as_rates_that_stay():
    values = {k: PAUSES[k] for k in ("purchase_shape", "purchase_alpha")}
    gone = {"winback_per_year": 0.0}  # whoever comes back has a fresh rate where rates move
    stays = world(n=600, weeks=52, **values, **gone, newcomer_purchases=1.0).run().weekly
    moves = moving_world({**PAUSES, **_STILL}, 600, 52, **gone).run().weekly
    assert list(stays) == list(moves)
    for name in stays:
        if stays[name].dtype.kind in "iu" or name in ("trips", "n_active", "new_joined"):
            assert (stays[name] == moves[name]).all(), name
        elif stays[name].dtype.kind == "f":  # the logit of a share is worked out another way
            np.testing.assert_allclose(stays[name], moves[name], rtol=1e-6, atol=1e-6, err_msg=name)


def test_plans_of_a_future_meet_the_same_moves():
    plays = (
        Play(lever="segmentation", settings={"rescore_weeks": 8}, owner="market"),
        Play(
            lever="service_quality",
            settings={"training_hours": 20},
            owner="service",
        ),
    )
    both = [moving_world(PAUSES, 500, 30, strategy(p), yearly_attrition=1e-4).run() for p in plays]
    one, other = (model.customers.columns for model in both)
    same = (one["tenure"] == other["tenure"]) & (one["status"] == ACTIVE)
    assert same[:500].mean() > 0.99
    for name in ("category_rate", "base_share", "pausing"):
        np.testing.assert_array_equal(one[name][same], other[name][same], err_msg=name)
    assert not np.array_equal(one["satisfaction"], other["satisfaction"])


def test_whoever_comes_back_has_a_fresh_rate_and_buys_when_they_do():
    values = {**LEAVING, "quick_leaving": 0.5, "slow_leaving": 0.5, "winback_per_year": 0.98}
    model = moving_world(values, 4_000, 30, parameters=uncoupled(), **_NOBODY)
    people, fresh = model.customers.columns, []
    for _ in range(30):
        away, before = people["status"] == LAPSED, people["category_rate"] * people["base_share"]
        model.step()
        back = away & (people["status"] == ACTIVE)
        assert not model.last_week.view.trips[back].any()
        rate = people["category_rate"] * people["base_share"]
        assert (rate[back] != before[back]).all()
        fresh.append(rate[back])
    rates = np.concatenate(fresh)
    assert rates.size > 1_000
    assert_mean(rates, LEAVING["purchase_shape"] / LEAVING["purchase_alpha"], "fresh rates")


def test_the_rest_of_the_category_stays_and_habit_does_not_fight_the_move():
    model = moving_world({**PAUSES, "rate_drift": 0.05}, 5_000, 40)
    people = model.customers.columns
    elsewhere = people["category_rate"] * (1 - people["base_share"])
    model.run()
    rows = people["status"] == ACTIVE
    now = people["category_rate"] * (1 - people["base_share"])
    kept = rows & (people["tenure"] == 40)
    np.testing.assert_allclose(now[kept], elsewhere[kept], rtol=1e-6, atol=1e-9)
    habit = (people["habit"] - people["usual_habit"])[kept]
    assert_mean(habit, 0.0, "habit over what is usual")


def test_what_a_market_says_of_its_means_is_that_of_its_law():
    pauses, leaving = moving_market(PAUSES), moving_market(LEAVING)
    mean = PAUSES["purchase_shape"] / PAUSES["purchase_alpha"]
    assert leaving.mean_trips == pytest.approx(mean)
    quick, slow = 0.25 / (0.25 + 0.12), 0.25 / (0.25 + 0.02)
    assert pauses.mean_trips == pytest.approx(mean * (0.4 * quick + 0.6 * slow))
