"""Customers who joined over years count from when they joined, in a panel's window as in a cohort.

Serves: L4.1a
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from joining_logs import SHOP, WHOLESALER, Firm, joining_log
from scipy import stats

from sim.calibration.fit import Laws, fit_laws
from sim.calibration.maximum_likelihood import fit_panel
from sim.calibration.origins import Origins, origins_of, share_of_new
from sim.calibration.panel_window import Window, panel_histories, window_of
from sim.common.calendar import WEEKS_A_YEAR

FALSE_ALARM = 1e-4
#: So many times the customers, so that errors are small.
LARGE = 8
BEGIN = pd.Timestamp("2022-01-01")


def _days(*days: int) -> list[pd.Timestamp]:
    return [BEGIN + pd.Timedelta(days=day) for day in days]


def _two_customers() -> pd.DataFrame:
    """Return two years of one customer from before the second and one who joins in it."""
    table = pd.DataFrame({"customer": [0, 0, 0, 1, 1, 1], "day": _days(0, 365, 729, 659, 673, 715)})
    return table.assign(amount=[1.0, 2.0, 4.0, 9.0, 5.0, 7.0])


def test_a_newcomer_has_their_own_weeks_and_their_first_purchase_apart():
    occasions = _two_customers()
    window = Window(*_days(365, 729), newcomers=True)
    found = panel_histories(occasions, window)
    assert found["frequency"].tolist() == [2, 2]
    assert found["T"].tolist() == [365 / 7, 70 / 7]
    assert found["recency"].tolist() == [365 / 7, 56 / 7]
    assert found["monetary_value"].tolist() == [3.0, 6.0]
    assert window.known_before(found).tolist() == [True, False]
    assert window.counted(occasions)["amount"].tolist() == [2.0, 4.0, 5.0, 7.0]


def test_where_newcomers_are_not_told_all_count_over_the_window():
    occasions, window = _two_customers(), Window(*_days(365, 729))
    found = panel_histories(occasions, window)
    assert found["frequency"].tolist() == [2, 3]
    assert found["T"].tolist() == [365 / 7] * 2
    assert window.known_before(found).all()
    assert len(window.counted(occasions)) == 5


def test_a_newcomer_of_the_window_s_first_day_is_told_from_who_was_there_before():
    occasions = pd.DataFrame({"customer": [0, 0, 1], "day": _days(0, 400, 365), "amount": 1.0})
    window = Window(*_days(365, 729), newcomers=True)
    assert window.known_before(panel_histories(occasions, window)).tolist() == [True, False]


def _first_seen_in_a_window(days_before: int) -> Window:
    """Return the window of a log that begins some days before its last year.

    Two hundred customers buy weekly throughout; fifty join in the last year and do so too.
    """
    end, rows, luck = days_before + 365, [], np.random.default_rng(3)
    for customer in range(250):
        first = customer % 7 if customer < 200 else days_before + int(luck.integers(5, 300))
        rows += [(customer, day) for day in range(first, end, 7)]
    table = pd.DataFrame(rows, columns=["customer", "day"])
    table["day"] = BEGIN + pd.to_timedelta(table["day"], "D")
    return window_of(table, BEGIN + pd.Timedelta(days=end - 1), origins_of(table))


def test_newcomers_are_told_only_where_the_log_reaches_back_before_the_window():
    assert _first_seen_in_a_window(200).newcomers
    assert not _first_seen_in_a_window(30).newcomers


def test_where_all_are_of_long_standing_nobody_who_buys_seldom_is_taken_for_a_newcomer():
    occasions = _two_customers()
    old, mixed = Origins(1.0, 0.0, 0.0, 1.0), Origins(0.5, 0.0, 0.5, 1.0)
    start = _days(365)[0]
    assert share_of_new(occasions, old, start) == 0.0
    # three purchases, the first after .90 of the log: x (1 - t)^(x - 1) = .03 of old customers
    assert share_of_new(occasions, mixed, start) > 0.9


@pytest.fixture(scope="module", params=[WHOLESALER, SHOP], ids=["wholesaler", "shop"])
def joined(request) -> tuple[Firm, Laws, pd.DataFrame]:
    firm = replace(request.param, customers=LARGE * request.param.customers)
    log = joining_log(firm, 11)
    return firm, fit_laws(log, "auto", "a firm")[0], log.open_occasions


def _off_rate(firm: Firm, fit) -> float:
    """Return by how many errors the mean rate lies off the truth, two on a day being one."""
    spread = fit.covariance
    error = np.sqrt(spread[0, 0] + spread[1, 1] - 2 * spread[0, 1])
    found = fit.values["purchase_shape"] / fit.values["purchase_alpha"]
    days = 7 * (1 - (1 + firm.rate / firm.shape / 7) ** -firm.shape)
    return abs(np.log(found / days)) / error


def _off_leaving(firm: Firm, fit) -> float:
    """Return by how many errors the share lost in a year, 52 / (beta + 52), lies off the truth."""
    beta = fit.values["drop_out_beta"]
    found = WEEKS_A_YEAR / (beta + WEEKS_A_YEAR)
    error = fit.log_errors["drop_out_beta"] * beta / (beta + WEEKS_A_YEAR)
    return abs(np.log(found / firm.lost)) / error


def test_rate_and_leaving_of_customers_who_joined_over_years_are_recovered(joined):
    firm, laws, _ = joined
    assert laws.window is not None and laws.window.newcomers
    limit = stats.norm.isf(FALSE_ALARM / 2 / 2 / 2)
    assert _off_rate(firm, laws.purchases) < limit
    assert _off_leaving(firm, laws.purchases) < limit


def test_newcomers_counted_since_the_window_s_start_would_be_slow_buyers_who_stay(joined):
    """What is mended: one cause keeps both the rate and the leaving too low."""
    firm, laws, occasions = joined
    blind = replace(laws.window, newcomers=False)
    fit, right = fit_panel(panel_histories(occasions, blind), blind), laws.purchases
    rate, better = (f.values["purchase_shape"] / f.values["purchase_alpha"] for f in (fit, right))
    assert rate < better
    assert fit.values["drop_out_beta"] > right.values["drop_out_beta"]
    if firm.lost > 0.2:  # a third of those in the window are newcomers, of the wholesaler's a tenth
        limit = stats.norm.isf(FALSE_ALARM / 2 / 2)
        assert min(_off_rate(firm, fit), _off_leaving(firm, fit)) > limit
