"""A panel whose customers join and leave is read by the law that a market has for both.

Serves: L1.2c
"""

import functools

import numpy as np
import pandas as pd
import pytest
from joining_logs import SHOP, Stock, Truth, joining_log
from scipy import integrate, stats

from sim.calibration.calibrate import market_of_log
from sim.calibration.fit import Laws, fit_laws
from sim.calibration.fit_told import JOINING, NOT_TOLD_APART
from sim.calibration.inflow import LEAST
from sim.calibration.joining_panel import fit_window
from sim.calibration.maximum_likelihood import fit_panel
from sim.calibration.panel_window import Window
from sim.calibration.stock_and_flow import StockAndFlow
from sim.calibration.transactions import Log
from sim.common.random_numbers import Draws
from sim.market.market import load_market
from sim.workbench.simulated_log import simulate_log
from sim.world.population import ACTIVE
from sim.world.week_zero import make_people

#: One false alarm in 10,000 over the numbers of a test.
FALSE_ALARM = 1e-4
FIRMS = (Stock(), Stock(w=1.0), Stock(w=0.3, alpha=8.0, growth=1.5))


@functools.cache
def _fitted(firm: Stock, seed: int = 1) -> tuple[Laws, Truth, Log]:
    log, truth = firm.log(seed)
    return fit_laws(log, "auto", "a firm")[0], truth, log


def _off(laws: Laws, true: dict[str, float]) -> list[float]:
    """Return by how many standard errors the logs of estimates are off."""
    law = laws.purchases
    return [np.log(law.values[name] / value) / law.log_errors[name] for name, value in true.items()]


@pytest.mark.parametrize("firm", FIRMS, ids=str)
def test_how_customers_buy_leave_and_come_is_found_within_its_error(firm):
    """Rates, leaving, what newcomers buy and how many come, each z below one limit for all."""
    laws, (inflow, *_), _ = _fitted(firm)
    law = laws.purchases
    true = {"purchase_shape": firm.r, "purchase_alpha": firm.alpha}
    true |= {"drop_out_beta": firm.beta, "newcomer_purchases": firm.w}
    z = _off(laws, true)
    z.append((laws.inflow[0] - inflow) / laws.inflow[1])
    assert np.max(np.abs(z)) < stats.norm.isf(FALSE_ALARM / 2 / len(FIRMS) / len(z))
    assert laws.inflow[1] < 0.15 * inflow and law.log_errors["newcomer_purchases"] < 0.3


@pytest.mark.slow
def test_half_of_the_intervals_hold_the_truth_about_half_of_the_time():
    """Of 12 small logs, what 50 % intervals of leaving, newcomers' purchases and inflow hold.

    Errors may hang together within a log: each number is counted for itself, binomial.
    """
    firm, held = Stock(400, alpha=8.0, w=0.6, beta=150.0), []
    for seed in range(12):
        laws, (inflow, *_), _ = _fitted(firm, seed)
        z = _off(laws, {"drop_out_beta": firm.beta, "newcomer_purchases": firm.w})
        z.append((laws.inflow[0] - inflow) / laws.inflow[1])
        held.append(np.abs(z) < stats.norm.isf(0.25))
    low, high = stats.binom.ppf((FALSE_ALARM / 6, 1 - FALSE_ALARM / 6), 12, 0.5)
    counts = np.sum(held, axis=0)
    assert np.all((counts >= low) & (counts <= high)), counts


def test_a_law_that_knows_nothing_of_newcomers_takes_light_leavers_for_slow_buyers():
    """What is mended, so that the tests above can fail: two thirds of the leaving, fewer purchases."""
    firm = FIRMS[0]
    laws, _, log = _fitted(firm)
    plain = fit_panel(laws.histories, laws.window)
    assert plain.values["drop_out_beta"] > 1.4 * firm.beta
    found = laws.purchases
    assert (
        abs(np.log(found.values["drop_out_beta"] / firm.beta))
        < 4 * found.log_errors["drop_out_beta"]
    )


@pytest.mark.parametrize("firm", FIRMS[:2], ids=str)
def test_those_still_there_and_how_soon_they_leave_start_a_run_as_they_are(firm, tmp_path):
    """At true values; chances to be active hold to 3 %, as the module of the start says.

    Newcomers for customers of long standing, all would leave a fifth too late.
    """
    _, truth, log = _fitted(firm)
    made = market_of_log(log, "own", figures=False)
    made.histories.to_csv(tmp_path / "own.history.csv", index=False)
    values = {"purchase_shape": firm.r, "purchase_alpha": firm.alpha}
    values |= {"drop_out_beta": firm.beta, "newcomer_purchases": firm.w}
    market = made.market.with_values(**values).with_histories(tmp_path / "own.history.csv")
    n = len(made.histories)
    people = make_people(market, Draws(7, n + 10), n, 0.5)
    here = people["status"][:n] == ACTIVE
    chance, rates = here.mean(), people["drop_out_rate"][:n][here]
    limit = stats.norm.isf(FALSE_ALARM / 2 / 2 / len(FIRMS))
    # twice: the luck of the log's own customers, and of those drawn
    luck = np.sqrt(2 * n * chance * (1 - chance))
    assert abs(here.sum() - truth.active) < limit * luck + 0.03 * truth.active
    luck = rates.std() * np.sqrt(2 / rates.size)
    assert abs(rates.mean() - truth.hazard) < limit * luck
    assert limit * luck < 0.3 * truth.hazard


def test_a_history_s_likelihood_is_that_of_its_integral():
    """Poisson purchases, S(t) = (1 + m t / beta)^-s: by numerical integration over rate and time."""
    r, alpha, beta, w, weeks, before = 1.3, 4.0, 200.0, 0.6, 365 / 7, 30.0
    start = pd.Timestamp("2022-01-03")
    day = [start - pd.Timedelta(days=210), start + pd.Timedelta(days=69)]  # known: once, week 10
    day += [start + pd.Timedelta(days=d) for d in (100, 170)]  # first seen on day 100: once more
    day += [start + pd.Timedelta(days=d) for d in range(-3, 362, 3)]  # often: so far rates reach
    table = pd.DataFrame({"customer": [0, 0, 1, 1, *(len(day) - 4) * [2]], "day": day})
    table["amount"] = 1.0
    window = Window(start, start + pd.Timedelta(days=364))
    panel = StockAndFlow(table, window)
    told = panel.law(r, alpha, beta, w)
    density = stats.gamma(r, scale=1 / alpha).pdf
    flow = stats.gamma(w * r, scale=1 / alpha).pdf

    def of(rate, x, last, until, shape, silent=0.0):
        m = flow(rate) / density(rate)
        here = lambda t: (1 + m * t / beta) ** -shape  # noqa: E731
        leaves = lambda t: shape * m / beta * (1 + m * t / beta) ** (-shape - 1)  # noqa: E731
        gone = integrate.quad(
            lambda t: np.exp(-rate * t) * leaves(t), silent + last, silent + until
        )[0]
        return rate**x * (gone + np.exp(-rate * (silent + until)) * here(silent + until))

    def mean(law, *history):
        return integrate.quad(lambda rate: law(rate) * of(rate, *history), 1e-9, 12, limit=200)[0]

    none = [mean(density, 0, 0.0, t, 1) for t in (weeks, before, before + weeks)]
    late = none[1] - none[2]
    seen = 1 - none[0] - late
    known = mean(density, 1, 10.0, weeks, 1) - mean(density, 1, 10.0, weeks, 1, before)
    assert told[0] == pytest.approx(np.log(known / seen), abs=2e-3)
    share = 2 * late / seen  # two were seen before
    own = 264 / 7
    new = mean(flow, 1, 10.0, own, 2) * (1 - share) / weeks
    old = mean(density, 2, weeks - own + 10.0, weeks, 1, before) * share / late
    assert told[1] == pytest.approx(np.log(new + old), abs=2e-3)


def test_a_simulated_grocer_whose_newcomers_are_light_is_read_as_it_was_made():
    """Two thirds of the leaving were seen before, and no newcomers; that few come back is no law's."""
    values = {"yearly_attrition": 0.12, "inflow_per_year": 0.2, "newcomer_purchases": 0.4}
    market = load_market("grocery").with_values(purchase_level=0.5, **values)
    log = simulate_log(market, customers=1500, weeks=104, seed=11, acquired_over=0)
    first = log.groupby("customer")["date"].min()
    last = log["date"].max()
    log = log.rename(columns={"date": "day"}).groupby(["customer", "day"], as_index=False).sum()
    laws, _ = fit_laws(Log("log.csv", log.assign(lines=1), "a firm", "own", "made up"), "auto", "x")
    limit = stats.norm.isf(FALSE_ALARM / 2 / 3)
    true = {"drop_out_beta": market.drop_out_beta, "newcomer_purchases": 0.4}
    assert np.max(np.abs(_off(laws, true))) < limit
    year, spring = (last - pd.Timedelta(days=days) for days in (365, 91))
    came = float((first > year).sum())
    bought = [log.loc[log["day"] > since, "customer"].nunique() for since in (year, spring)]
    new, error = laws.inflow  # for each who is there: some who bought are not, some did not buy
    assert came / bought[0] - limit * error < new < came / bought[1] + limit * error


def test_a_panel_that_begins_shortly_before_its_last_year_says_what_it_cannot_tell():
    """The miss of a law without newcomers is told where too few weeks before the window mend it."""
    firm = Stock(weeks=58)
    for log, told in ((firm.log(1)[0], False), (_fitted(FIRMS[0])[2], True)):
        laws, cautions = fit_laws(log, "auto", "a firm")
        assert laws.window is not None and (laws.inflow is not None) == told
        assert any(NOT_TOLD_APART in text for text in cautions) != told
        assert any(JOINING in text for text in cautions) == told


def test_an_even_firm_s_panel_tells_how_many_come_too():
    """Leaving at one rate for all, light or not, is another law; the number who come is found still."""
    log = joining_log(SHOP, 1)
    laws, _ = fit_laws(log, "auto", "a shop")
    hazard = -np.log1p(-SHOP.lost) * SHOP.years
    true = hazard / (1 - np.exp(-hazard)) / SHOP.years
    assert abs(laws.inflow[0] - true) < stats.norm.isf(FALSE_ALARM / 2) * laws.inflow[1]
    number = market_of_log(log, "shop", figures=False).market.values["inflow_per_year"]
    assert number.status == "estimated" and number.value == pytest.approx(laws.inflow[0], rel=1e-4)


@pytest.mark.parametrize("what", ["as it is", "few", "short", "drop-out assumed"])
def test_a_panel_that_does_not_show_who_joined_leaves_it_assumed(what):
    laws, _, log = _fitted(FIRMS[0])
    occasions, window = log.open_occasions, laws.window
    if what == "few":
        first = occasions.groupby("customer")["day"].min()
        new = first[first >= window.start].index[LEAST - 1 :]
        occasions = occasions[~occasions["customer"].isin(new)]
    elif what == "short":
        occasions = occasions[occasions["day"] >= window.start - pd.Timedelta(days=60)]
    found = fit_window(occasions, laws.histories, window, what != "drop-out assumed")
    assert (found.inflow is None) == (what != "as it is")
    assert ("newcomer_purchases" in found.purchases.values) == (what == "as it is")


def test_the_law_is_finite_where_customers_are_much_alike():
    """As good as nobody then buys nothing for long: two chances that share all but rounding differ."""
    rng, rows, weeks = np.random.default_rng(1), [], 208
    for customer in range(60):
        begin = 0.0 if customer < 40 else rng.uniform(0.0, weeks)
        days = np.unique(np.floor(7 * np.r_[begin, rng.uniform(begin, weeks, int(weeks - begin))]))
        day = pd.Timestamp("2020-01-01") + pd.to_timedelta(days, "D")
        rows.append(pd.DataFrame({"customer": customer, "day": day, "amount": 1.0}))
    occasions = pd.concat(rows, ignore_index=True)
    end = pd.Timestamp("2020-01-01") + pd.Timedelta(days=7 * weeks - 1)
    panel = StockAndFlow(occasions, Window(end - pd.Timedelta(days=364), end, False))
    assert (~panel.known).any()
    laws = [panel.law(shape, 0.95 * shape, 188.0, 0.97) for shape in (5.0, 20.0, 60.0, 300.0)]
    assert np.isfinite(laws).all()
