"""Since when the customers of a log have been customers is told by when they first appear in it.

Serves: L4.1a
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import sim
from sim.calibration.fit import fit_laws
from sim.calibration.maximum_likelihood import fit_nbd
from sim.calibration.origins import origins_of
from sim.calibration.panel_window import Window, panel_histories
from sim.calibration.transactions import Log, read_log
from tests.customer_lives import live

FALSE_ALARM = 1e-4
DAYS, BEGIN = 364, pd.Timestamp("2024-01-01")
#: True shares: of long standing, acquired over the first fifth, and later.
TRUE, BURST = (0.3, 0.5, 0.2), 0.2


def _first_seen(n: int, shares=TRUE, seed: int = 5) -> pd.DataFrame:
    """Return the occasions of a log of which each customer's origin is drawn, first ones and others."""
    luck = np.random.default_rng(seed)
    x = 1 + luck.negative_binomial(0.7, 0.1, n)
    u, origin = luck.uniform(size=n), luck.choice(3, n, p=shares)
    t = np.choose(origin, [1 - (1 - u) ** (1 / x), BURST * u, u])
    first = np.minimum((t * DAYS).astype(int), DAYS - 2)
    customer = np.repeat(np.arange(n), x)
    day = np.where(np.r_[True, customer[1:] != customer[:-1]], first[customer], DAYS - 1)
    day[:2], day[-1] = day[:2] * [0, 1], DAYS - 1  # the log begins on its first day
    return pd.DataFrame(
        {"customer": customer, "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(day, "D")}
    )


def _errors(n: int) -> np.ndarray:
    """Return the standard errors of the shares when all else is known, from the information of n."""
    seen = _first_seen(20_000, seed=9).groupby("customer")["day"]
    t = ((seen.min() - BEGIN).dt.days.to_numpy() + 0.5) / DAYS
    x = seen.size().to_numpy()
    parts = np.stack([x * (1 - t) ** (x - 1), (t <= BURST) / BURST, np.ones_like(t)])
    score = (parts[:2] - parts[2]) / (np.array(TRUE) @ parts)
    covariance = np.linalg.inv(n * (score @ score.T) / t.size)
    gain = np.array([[1, 0], [0, 1], [-1, -1]])
    return np.sqrt(np.diag(gain @ covariance @ gain.T))


def test_the_shares_of_a_mixed_log_are_found():
    n = 4_000
    found = origins_of(_first_seen(n))
    z = (np.array([found.long_standing, found.at_start, found.later]) - TRUE) / _errors(n)
    assert np.abs(z).max() < stats.norm.isf(FALSE_ALARM / 2 / 3)
    assert found.weeks == pytest.approx(BURST * 52, abs=1.0)


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
    assert (found.long_standing > 0.5) == (acquired_over == 0), found


def test_the_calibration_reads_a_cohort_of_twelve_weeks_as_one_and_says_so():
    still = {"inflow_per_year": 0, "prospects_per_customer": 0, "winback_per_year": 0}
    market = sim.load_market("music_shop").with_values(**still)
    log = sim.simulate_log(market, customers=2_000, weeks=52, acquired_over=12)
    occasions = log.rename(columns={"date": "day"}).assign(lines=1)
    occasions = occasions.groupby(["customer", "day"], as_index=False).sum()
    laws, cautions = fit_laws(Log("a shop", pd.DataFrame(occasions), "", "", ""), "auto", "a shop")
    assert laws.cohort
    assert any("one cohort, acquired within about 12 weeks" in said for said in cautions), cautions


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
