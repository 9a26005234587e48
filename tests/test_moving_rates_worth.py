"""What customers whose rates move are worth after the horizon is what living on brings, discounted.

The simulation goes on without levers for the weeks of the residual; margins of each customer's trips, at
their mean spend, are discounted week by week in the middle of the week. Nobody who left counts again.
"""

import numpy as np
import pytest
from scipy import integrate

from sim.calibration.two_kinds import chances_alive
from sim.model.horizon import residual_equity
from sim.model.kinds import kind_of
from sim.model.residual_value.rates_ahead import ExpectedRates
from sim.world.population import ACTIVE
from tests.moving import LEAVING, PAUSES, moving_world
from tests.worlds import assert_mean, uncoupled

_CLOSED = {"inflow_per_year": 0.0, "prospects_per_customer": 0.01, "winback_per_year": 0.0}
CASES = {"leaving": (LEAVING, {}), "pauses": (PAUSES, {"yearly_attrition": 0.3})}
#: After so many weeks at this discount rate, e^-5 of what is then to come is left of a worth.
_AHEAD, _DISCOUNT = 260, float(np.expm1(52 * 5 / 260))


def _worth_by_living_on(case: str, before: int) -> tuple[np.ndarray, np.ndarray]:
    """Return per customer the worth that is foretold after some weeks, and what then came of it.

    What is foretold beyond the weeks that are lived is taken off at its expected size at the end.
    """
    values, more = CASES[case]
    model = moving_world(
        values, 6_000, before + _AHEAD, parameters=uncoupled(), discount_rate=_DISCOUNT,
        **{**_CLOSED, **more},
    )  # fmt: skip
    run = model.state
    while model.week < before:
        model.step()
    run.week = before - 1  # the worth is that after the last week that was lived
    rows = np.flatnonzero(run.people["status"] == ACTIVE)
    foretold = residual_equity(run, model.kind, rows)
    run.week, delta = before, model.market.weekly_discount
    margin = run.people["mean_spend"][rows] * model.market["gross_margin"]
    came = np.zeros(rows.size)
    for week in range(_AHEAD):
        model.step()
        trips = model.last_week.view.trips[rows] * run.people["kept"][rows]
        # a purchase of the week in which somebody leaves counts as well
        gone = (run.people["status"][rows] != ACTIVE) & (
            run.people["week_lapsed"][rows] == week + before
        )
        trips = np.where(gone, model.last_week.view.trips[rows], trips)
        came += margin * trips * np.exp(-delta * (week + 0.5))
    there = np.flatnonzero(run.people["status"][rows] == ACTIVE)
    came[there] += residual_equity(run, model.kind, rows[there]) * np.exp(-delta * _AHEAD)
    return foretold, came


@pytest.mark.parametrize("case", CASES)
def test_residual_value_is_what_customers_without_levers_go_on_to_bring(case):
    foretold, came = _worth_by_living_on(case, 6)
    assert foretold.min() > 0
    assert_mean((came - foretold) / foretold.mean(), 0.0, "what came over what was foretold")


@pytest.mark.parametrize("case", CASES)
def test_a_sustained_value_without_levers_is_the_residual_value(case):
    values, more = CASES[case]
    model = moving_world(values, 500, 4, parameters=uncoupled(), **{**_CLOSED, **more}).run()
    table = model.weekly.groupby("week").sum(numeric_only=True).iloc[-1]
    # the residual's steps of up to 13 weeks take a rate in their middle
    assert table["sustained_equity"] == pytest.approx(table["residual_equity"], rel=0.01)
    assert table["firm_view_equity"] > 0


@pytest.mark.parametrize("case", CASES)
def test_expected_rates_ahead_are_those_of_the_weekly_chain_of_states(case):
    """H and M of the closed form, against the chances of a week's states multiplied up."""
    values, _ = CASES[case]
    model = moving_world(values, 300, 8).run()
    people = model.customers.columns
    rows = np.flatnonzero(people["status"] == ACTIVE)
    market = model.market
    ahead = ExpectedRates.of(people, rows, market)
    mean, redraw = market["purchase_shape"] / market["purchase_alpha"], market["rate_redraw"]
    own = people["category_rate"][rows] * people["base_share"][rows]
    begin = people["pause_rate"][rows] if market.has_pauses else np.zeros(rows.size)
    end = market["pause_return"] if market.has_pauses else 1.0
    here = 1.0 - (people["pausing"][rows] if market.has_pauses else 0.0)
    bought, turned = own * here, -np.expm1(-(begin + end)) / (begin + end)
    for week in range(1, 40):
        same = np.exp(-(begin + redraw))
        fresh = here * (1 - begin * turned - same) + (1 - here) * end * turned
        bought, here = bought * same + mean * fresh, here * same + fresh
        rates = ahead.at(week)
        share = 1 / (1 + np.exp(-rates.logit_share))
        np.testing.assert_allclose(rates.here * np.ones(rows.size), here, rtol=1e-9)
        np.testing.assert_allclose(rates.own * rates.here, bought, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(rates.category * share, rates.own, rtol=1e-9)


def test_kinds_agree_on_the_chance_to_stay():
    model = moving_world(LEAVING, 400, 1)
    people, start = model.customers.columns, model.customers.columns["status"] == ACTIVE
    stay = kind_of(model.market).chance_to_stay(people, start, model.market)(0)
    assert set(np.round(-np.log(stay), 9)) == {0.08, 0.004}


def test_what_a_history_says_of_two_kinds_is_the_integral_over_when_they_left():
    x = np.array([0.0, 0.0, 1.0, 4.0, 30.0, 150.0])
    t_x = np.array([0.0, 0.0, 12.0, 50.0, 40.0, 51.0])
    age = np.array([3.0, 80.0, 60.0, 52.0, 70.0, 52.0])
    (r, alpha), (share, *hazards) = (0.8, 1.6), (0.3, 0.08, 0.004)
    found = chances_alive(x, t_x, age, (r, alpha), (share, *hazards))
    for k in range(x.size):
        alive, left = [], 0.0
        for part, hazard in zip((share, 1 - share), hazards, strict=True):
            alive.append(part * np.exp(-hazard * age[k]))
            left += part * hazard * integrate.quad(
                lambda t, k=k, h=hazard: ((alpha + age[k]) / (alpha + t)) ** (r + x[k])
                * np.exp(-h * t), t_x[k], age[k], limit=400)[0]  # fmt: skip
        expected = np.array(alive) / (sum(alive) + left)
        # a rule of 24 nodes: to a thousandth, of what chance makes of a customer's file
        np.testing.assert_allclose([one[k] for one in found], expected, rtol=1e-3)
