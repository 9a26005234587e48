"""Since when the customers of a log have been customers is told by when they first appear in it.

Serves: L4.1a
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from joining_logs import SELDOM, YOUNG_SHOP, YOUNG_WHOLESALER, joining_log
from scipy import stats

import sim
from sim.calibration.fit import fit_laws
from sim.calibration.fit_told import OLD_TOLD
from sim.calibration.maximum_likelihood import fit_nbd
from sim.calibration.origins import origins_of
from sim.calibration.panel_window import Window, panel_histories
from sim.calibration.transactions import Log, read_log
from tests.customer_lives import live

FALSE_ALARM = 1e-4
DAYS, BEGIN = 364, pd.Timestamp("2024-01-01")
#: True shares: of long standing, acquired over the first fifth, and later.
TRUE, BURST = (0.3, 0.5, 0.2), 0.2
#: The gamma law of purchases in the log: shape and mean.
SHAPE, MEAN = 0.7, 5.0


def _log(n: int, shares=TRUE, seed: int = 5, mean: float = MEAN) -> pd.DataFrame:
    """Return the occasions of customers who stay, each of an origin, of whom newcomers have less time."""
    luck = np.random.default_rng(seed)
    origin, u = luck.choice(3, n, p=shares), luck.uniform(size=n)
    begun = np.choose(origin, [np.zeros(n), BURST * u, u])
    # of old customers, those who buy in the log are seen: the others are replaced by more of them
    pool = luck.poisson(luck.gamma(SHAPE, mean / SHAPE, 20 * n))
    seen = pool[pool > 0][:n]
    new = luck.poisson(luck.gamma(SHAPE, mean / SHAPE, n) * (1 - begun))
    more = np.where(origin == 0, seen, new)
    who = np.repeat(np.arange(n), more)
    joined = np.flatnonzero(origin > 0)
    at = np.r_[begun[joined], begun[who] + luck.uniform(size=who.size) * (1 - begun[who])]
    log = pd.DataFrame({"customer": np.r_[joined, who], "day": (at * DAYS).astype(int)})
    log["day"] = BEGIN + pd.to_timedelta(log["day"], "D")
    return log.drop_duplicates(ignore_index=True)


def _most_by_chance(n: int, mean: float) -> float:
    """Return what the share of old customers passes once in 10,000 logs of n newcomers.

    Its information where it is none is E[(f_old / f_new - 1)^2], by the laws of the log.
    """
    t = (np.arange(2_000) + 0.5) / 2_000
    k, r = np.arange(200)[:, None], SHAPE
    new = stats.nbinom.pmf(k, r, r / (r + mean * (1 - t)))
    first = stats.nbinom.pmf(k + 1, r, r / (r + mean)) / (1 - (r / (r + mean)) ** r)
    old = first * (k + 1) * (1 - t) ** k
    information = np.mean(np.sum((old - new) ** 2 / np.maximum(new, 1e-300), axis=0))
    return stats.norm.isf(FALSE_ALARM) / np.sqrt(n * information)


def _off(times: int, n: int) -> np.ndarray:
    """Return by how many of their own standard errors the mean shares of some logs lie off the truth."""
    found = [origins_of(_log(n, seed=seed)) for seed in range(times)]
    shares = np.array([[one.long_standing, one.at_start, one.later] for one in found])
    return (shares.mean(axis=0) - TRUE) / (shares.std(axis=0, ddof=1) / np.sqrt(times))


def test_the_shares_of_a_mixed_log_are_found():
    times = 8
    assert np.abs(_off(times, 1_000)).max() < stats.t.isf(FALSE_ALARM / 2 / 3, times - 1)
    assert origins_of(_log(4_000)).weeks == pytest.approx(BURST * 52, abs=1.5)


@pytest.mark.slow
def test_the_shares_of_many_mixed_logs_are_found():
    times = 40
    assert np.abs(_off(times, 1_000)).max() < stats.t.isf(FALSE_ALARM / 2 / 3, times - 1)


@pytest.mark.parametrize("mean", [2.0, MEAN, 20.0])
def test_where_all_join_steadily_nobody_seems_to_be_an_old_customer(mean):
    """Who joins late has no time to buy again, which looks old where all count over the whole log."""
    n = 3_000
    found = origins_of(_log(n, (0.0, 0.0, 1.0), mean=mean))
    assert found.long_standing < _most_by_chance(n, mean)


@pytest.mark.slow
@pytest.mark.parametrize("firm", [YOUNG_SHOP, YOUNG_WHOLESALER, *SELDOM], ids=lambda f: f"{f.rate}")
def test_of_a_young_firm_whose_customers_leave_too_few_seem_old_for_a_reader_to_be_told(firm):
    firm = replace(firm, customers=600)
    found = [origins_of(joining_log(firm, seed).occasions).long_standing for seed in range(12)]
    assert max(found) < OLD_TOLD and np.mean(found) < OLD_TOLD / 3


def test_the_built_in_logs_are_a_panel_and_a_cohort_of_twelve_weeks():
    assert origins_of(read_log("complete-journey").occasions).long_standing > 0.9
    cohort = origins_of(read_log("cdnow").occasions)
    assert cohort.at_start > 0.99 and cohort.weeks == pytest.approx(12, abs=1.5)


@pytest.mark.parametrize("market", ["grocery", "music_shop"])
@pytest.mark.parametrize(
    ("weeks", "acquired_over"), [(52, 0), (52, 4), (52, 12), (52, 26), (104, 12)]
)
def test_a_cohort_that_joined_over_weeks_is_no_panel_and_customers_with_histories_are_one(
    market, weeks, acquired_over
):
    """Inflow, those who leave and those who come back besides, as the market has them."""
    log = sim.simulate_log(market, customers=400, weeks=weeks, acquired_over=acquired_over)
    occasions = pd.DataFrame({"customer": log["customer"], "day": pd.to_datetime(log["date"])})
    found = origins_of(occasions.drop_duplicates())
    assert found.of_a_panel == (acquired_over == 0), found


def test_the_calibration_reads_a_cohort_of_twelve_weeks_as_one_and_says_so():
    still = {"inflow_per_year": 0, "prospects_per_customer": 0, "winback_per_year": 0}
    market = sim.load_market("music_shop").with_values(**still)
    log = sim.simulate_log(market, customers=2_000, weeks=52, acquired_over=12)
    occasions = log.rename(columns={"date": "day"}).assign(lines=1)
    occasions = occasions.groupby(["customer", "day"], as_index=False).sum()
    laws, cautions = fit_laws(Log("a shop", pd.DataFrame(occasions), "", "", ""), "auto", "a shop")
    assert laws.cohort
    assert any("one cohort, acquired within about 12 weeks" in said for said in cautions), cautions


def test_a_log_in_which_a_few_are_old_customers_is_a_cohort_all_the_same():
    table = _log(1_500, (0.1, 0.7, 0.2)).assign(lines=1, amount=20.0)
    assert origins_of(table).long_standing > 0.03
    laws, _ = fit_laws(Log("a shop", table, "", "", ""), "auto", "a shop")
    assert laws.cohort


def test_newcomers_whose_leaving_does_not_show_count_by_their_own_weeks():
    """Accounts of a wholesaler that opened within the log, and none of which ever closes."""
    rate = 0.2
    table = live(400, 60, seed=6, law=(1.2, 1.2 / rate, 1.0, 1e7), joined=50).assign(lines=1)
    log = Log("shop.csv", table, "a shop", "own", "made up")
    laws, cautions = fit_laws(log, "auto", "a shop")
    assert laws.cohort and list(laws.purchases.values) == ["purchase_shape", "purchase_alpha"]
    assert any("does not tell the rate of drop-out" in said for said in cautions)
    assert (laws.histories["T"].nunique() > 50) and laws.histories["frequency"].min() == 0

    def off(fit):
        (r, alpha), spread = fit.values.values(), fit.covariance
        error = np.sqrt(spread[0, 0] + spread[1, 1] - 2 * spread[0, 1])
        # the day of a purchase is rounded down, and two on a day are one: a rate of .2 loses 2 %
        return max(abs(np.log(r / alpha / rate)) - 0.02, 0) / error

    assert off(laws.purchases) < stats.norm.isf(FALSE_ALARM / 2)
    year = Window(log.last_day - pd.Timedelta(days=364), log.last_day)
    # a window's counts take them for old customers who buy seldom
    assert off(fit_nbd(panel_histories(table, year), year)) > stats.norm.isf(FALSE_ALARM / 2)
