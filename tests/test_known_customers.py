"""In a future, known customers stand where its law of buying puts them."""

import numpy as np
import pandas as pd
import pytest

from sim.calibration.calibrate import calibrate
from sim.calibration.forecast.histories import histories_until
from sim.calibration.forecast.moving_errors import covariance_of
from sim.calibration.forecast.moving_rates import MovingRates, fit_moving_rates
from sim.calibration.known_customers import known_customers
from sim.calibration.rfm_histories import AWAY_BY, RATE_BY
from sim.common.random_numbers import Draws
from sim.experiment.futures import draw_futures
from sim.market.market import Market
from sim.world.population import ACTIVE
from sim.world.week_zero import make_people, read_history
from tests.moving_logs import LEAVING, PAUSES, moving_log
from tests.quick import foretell_little

NAMES = tuple("abcdefgh")


def _law(n: int, weeks: int, log: dict[str, float]):
    table = moving_log(log, n, weeks, 3)
    known = histories_until(table, table["day"].max())
    return fit_moving_rates(known, phases=1), known


def _totals(law: MovingRates, known, third: np.ndarray) -> np.ndarray:
    """Return the mean rate, nil for who is away, and the share away, of each third of the customers."""
    here, away, inverse = law.known_at_end(known)
    rate = here.sum(axis=0) @ (7.0 * -np.expm1(-law.rate / 7.0))
    gone = away.sum(axis=0)
    return np.array([[x[inverse][third == k].mean() for k in range(3)] for x in (rate, gone)])


def _by_slopes(table: pd.DataFrame, off: np.ndarray, third: np.ndarray) -> np.ndarray:
    """Return the same from what a market says of each customer, values being off by some logs."""
    by_rate, by_away = (
        table[[prefix + name for name in NAMES]].to_numpy() @ off for prefix in (RATE_BY, AWAY_BY)
    )
    gone = table["quick_away"] + table["slow_away"]
    odds = gone / (1 - gone) * np.exp(by_away)
    gone = (odds / (1 + odds)).to_numpy()
    rate = (table["moving_shape"] / table["moving_scale"]).to_numpy() * np.exp(by_rate) * (1 - gone)
    return np.array([[x[third == k].mean() for k in range(3)] for x in (rate, gone)])


@pytest.mark.parametrize(
    ("log", "n", "weeks", "draws"),
    [(LEAVING, 600, 60, 12), pytest.param(PAUSES, 2_000, 78, 60, marks=pytest.mark.slow)],
)
def test_what_is_known_of_customers_moves_with_the_law_as_the_filter_run_anew_says(
    log, n, weeks, draws
):
    """No luck: without the slopes all that moves would be missed, with them three quarters are met."""
    law, known = _law(n, weeks, log)
    table = known_customers(law, known, NAMES, np.eye(len(NAMES)))
    logs, covariance = covariance_of(law, known)
    root, luck = np.linalg.cholesky(covariance), np.random.default_rng(1)
    rate = (table["moving_shape"] / table["moving_scale"]).to_numpy()
    third = np.argsort(np.argsort(rate)) * 3 // len(rate)
    shifts = [root @ luck.standard_normal(len(logs)) for _ in range(draws)]
    anew = np.array([_totals(law.at(logs + shift), known, third) for shift in shifts])
    told = np.array([_by_slopes(table, shift, third) for shift in shifts])
    base = _totals(law, known, third)
    missed = ((anew - told) ** 2).mean(axis=0) / ((anew - base) ** 2).mean(axis=0)
    assert missed.max() < 0.25, missed.round(2)


@pytest.fixture(scope="module")
def market(tmp_path_factory) -> Market:
    folder = tmp_path_factory.mktemp("known")
    moving_log(LEAVING, 300, 40, 3).to_csv(folder / "log.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        foretell_little(patch.setattr)
        made = calibrate(str(folder / "log.csv"), "own", folder=folder, moving=lambda what: None)
    return made.market.with_histories(folder / "own.history.csv")


def _people(market: Market, n: int) -> dict[str, np.ndarray]:
    return make_people(market, Draws(1, n), n, 1.0)


def test_each_customer_of_a_future_buys_at_the_rate_that_its_law_gives_them(market):
    name, off, n = "rate_drift", 0.4, 300
    section = market.moving_rates
    drawn = section.values[name].value * np.exp(off)
    usual, other = market.with_moving_rates(), market.with_moving_rates(**{name: drawn})
    assert usual.off_estimate == {} and other.off_estimate == pytest.approx({name: off})
    own = [people["category_rate"] * people["base_share"] for people in
           (_people(usual, n), _people(other, n))]  # fmt: skip
    history = read_history(market)
    row = np.argsort(Draws(1, n).uniform("history"), kind="stable")
    leans = off * history[RATE_BY + name].to_numpy()[row]
    assert np.abs(leans).max() > 0.01  # else nothing would be shown
    assert np.log(own[1] / own[0]) == pytest.approx(leans, abs=1e-6)


def test_more_customers_are_away_in_a_future_whose_law_says_so(market):
    history, section, n = read_history(market), market.moving_rates, 300
    gone = history["quick_away"] + history["slow_away"]
    leans = {x: (history[AWAY_BY + x] * gone * (1 - gone)).sum() for x in section.values}
    name = max(leans, key=lambda x: abs(leans[x]))
    away = [
        (_people(market.with_moving_rates(**{name: number}), n)["status"] != ACTIVE).sum()
        for number in section.values[name].value * np.exp(np.sign(leans[name]) * np.r_[-1, 0, 1])
    ]
    assert away[0] < away[1] < away[2]  # of the same people and luck


def test_what_somebody_has_stated_says_nothing_of_where_customers_stand(market):
    section = market.moving_rates.set_to({"rate_drift": 0.05})
    stated = market.model_copy(update={"moving_rates": section})
    assert stated.with_moving_rates().off_estimate == {}
    futures = [one for one in draw_futures(market, (), 4, 1) if one.values["law.moving_rates"]]
    assert all(len(one.market(market).off_estimate) == len(section.values) for one in futures)
