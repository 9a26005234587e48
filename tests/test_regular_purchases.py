"""Where purchases are regular, they have the mean and the spread of the law that the forecast fits.

Means are held at a false-alarm rate of 1 in 10 000; a variance by the normal law of a mean of squared
deviations, whose own spread is estimated.
"""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chisquare, poisson

from sim.calibration.calibrate import calibrate
from sim.calibration.forecast.histories import histories_until
from sim.calibration.forecast.moving_rates import NAMES, MovingRates, moves_of, rate_grid
from sim.calibration.forecast.rate_horizon import StateForecast
from sim.calibration.moving_market import _PAUSING, _section, _slopes
from sim.calibration.transactions import read_log
from sim.common.random_numbers import Draws
from sim.common.reading import validate
from sim.market.market import Market, load_market
from sim.world.regular_purchases import chance_of_a_purchase
from sim.world.week_zero import make_people
from tests.moving import PAUSES, moving_world, with_moving_histories, with_section
from tests.worlds import assert_mean, uncoupled

FALSE_ALARM = 1e-4
#: Nobody joins or leaves, as far as a market may say so.
_NOBODY = {"inflow_per_year": 0.0, "prospects_per_customer": 0.01, "yearly_attrition": 1e-6}
#: Everybody buys alike, at .5 a week, for ever.
_ALIKE = {"purchase_shape": 9_000.0, "purchase_alpha": 18_000.0, "rate_drift": 0.0,
          "rate_redraw": 0.0, "quick_pausing": 0.0, "slow_pausing": 0.0}  # fmt: skip


def _purchases(values: dict[str, float], n: int, weeks: int) -> np.ndarray:
    """Return the purchases of each customer of a fresh cohort."""
    model = moving_world(values, n, weeks, parameters=uncoupled(), **_NOBODY).run()
    return model.customers.columns["frequency"][:n].astype(float)


@pytest.mark.parametrize("phases", [1, 2, 3])
def test_purchases_of_a_cohort_at_one_rate_are_counts_of_an_erlang_law(phases):
    n, weeks = 4_000, 16
    bought = _purchases({**PAUSES, **_ALIKE, "purchase_phases": phases}, n, weeks)
    so_many = np.arange(200)
    chance = poisson.pmf(so_many, phases * 0.5 * weeks)
    count = so_many // phases
    mean = float(chance @ count)
    assert_mean(bought, mean, "purchases")
    assert_mean((bought - mean) ** 2, float(chance @ (count - mean) ** 2), "squared deviation")


def test_a_cohort_with_drift_and_pauses_buys_as_the_forecast_of_regular_purchases_says():
    n, weeks, phases, rate = 6_000, 26, 2, np.geomspace(1e-3, 14.0, 90)
    names = ("purchase_shape", "purchase_alpha", "rate_drift", "rate_redraw", "quick_pausing")
    logs = np.log([PAUSES[name] for name in (*names, "slow_pausing", "pause_return")])
    often = PAUSES["quick_pausers"]
    law = moves_of(np.insert(logs, 4, np.log(often / (1 - often))), rate, 1.0)
    ahead = StateForecast.of(law, rate, phases, weeks, 1)
    # states: class by class, phase by phase the rates, then away; everybody begins in the first phase
    start = np.zeros((2, phases * len(rate) + 1))
    start[:, : len(rate)] = law.start
    mean = float(start.ravel() @ ahead.mean.sum(axis=1))
    bought = _purchases({**PAUSES, "purchase_phases": phases}, n, weeks)
    assert_mean(bought, mean, "purchases of half a year")


def test_known_customers_stand_in_any_phase_and_new_ones_in_the_first(tmp_path):
    values = {**PAUSES, "purchase_phases": 3}
    stated = with_moving_histories(with_section(load_market("grocery"), values), tmp_path)
    market, n = stated.with_moving_rates(), 3_000
    people = make_people(market, Draws(1, 2 * n), n, 0.1, "posterior")
    in_phase = np.bincount(people["purchase_phase"][:n], minlength=3)
    assert chisquare(in_phase).pvalue > FALSE_ALARM
    assert not people["purchase_phase"][n:].any()


@pytest.mark.parametrize("phases", [1, 2, 3])
def test_the_chance_of_a_purchase_in_a_week_is_that_of_any_phase(phases):
    rate = np.array([0.0, 0.1, 1.0, 4.0])
    missing = [poisson.sf(phases - 1 - phase, phases * rate) for phase in range(phases)]
    assert chance_of_a_purchase(phases, rate) == pytest.approx(np.mean(missing, axis=0), abs=1e-12)


def _log(n: int, days: int) -> pd.DataFrame:
    """Return the log of customers who buy at steady rates of their own, a purchase taking two phases."""
    luck = np.random.default_rng(5)
    gaps = luck.gamma(2, 1.0 / (2.0 * luck.gamma(8.0, 0.06, n)[:, None]), (n, 150))
    day = np.floor(7 * np.cumsum(gaps, axis=1)).astype(int)
    log = pd.DataFrame({"customer": np.repeat(np.arange(n), 150), "day": day.ravel()})
    log = log[log["day"] < days].drop_duplicates()
    log["day"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(log["day"], "D")
    log["amount"] = np.round(luck.gamma(4.0, 5.0, len(log)), 2)
    return log


def test_a_market_says_how_regular_the_purchases_of_its_log_were(tmp_path):
    table = _log(80, 190)
    table.to_csv(tmp_path / "log.csv", index=False)
    log = read_log(str(tmp_path / "log.csv"))
    known = histories_until(log.open_occasions, log.last_day)
    usual = (4.0, 8.0, 0.002, 0.001, 0.27, 0.1, 0.005, 0.02)
    law = MovingRates(dict(zip(NAMES, usual, strict=True)), 2, rate_grid(known), 14, {1: -9.0})
    made = _section(log, law, known, 0.5, _PAUSING, _slopes(law, _PAUSING))
    content = load_market("grocery").model_dump() | {"moving_rates": made}
    market = validate(Market, content, "own.yaml")
    assert market.moving_rates is not None and "Erlang-2" in market.moving_rates.reason
    assert market.with_moving_rates().purchase_phases == 2


@pytest.mark.slow
def test_a_log_of_regular_purchases_becomes_a_market_with_as_regular_purchases(tmp_path):
    _log(210, 190).to_csv(tmp_path / "log.csv", index=False)
    made = calibrate(str(tmp_path / "log.csv"), "own", folder=tmp_path, moving=lambda _: None)
    assert made.market.with_moving_rates().purchase_phases == 2
