"""A panel from which people leave has its rates read as those of customers, not of those who left."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.calibration.calibrate import build_market
from sim.calibration.maximum_likelihood import fit_nbd, fit_panel
from sim.calibration.panel_window import Window
from sim.common.calendar import WEEKS_A_YEAR

#: One false alarm in 10,000 over the parameters of a test.
FALSE_ALARM = 1e-4
SHAPE, ALPHA, N = 1.2, 3.0, 2000
BEGIN = pd.Timestamp("2023-01-02")
#: Of 52 weeks.
YEAR = Window(BEGIN, BEGIN + pd.Timedelta(days=363))


def _panel(lost: float, n: int = N, seed: int = 5) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a year of customers of long standing, a share of whom leave: histories and the log."""
    rng = np.random.default_rng(seed)
    rate, life = rng.gamma(SHAPE, 1 / ALPHA, n), np.full(n, np.inf)
    if lost:
        beta = WEEKS_A_YEAR / (1 / (1 - lost) - 1)
        life = rng.exponential(1 / rng.gamma(1.0, 1 / beta, n))
    rows = []
    for i in range(n):
        end = min(life[i], 52.0)
        days = np.unique((7 * rng.uniform(0, end, rng.poisson(rate[i] * end))).astype(int))
        rows += [(i, day, rng.gamma(4.0, 5.0)) for day in days]
    log = pd.DataFrame(rows, columns=["customer", "day", "amount"])
    seen = log.groupby("customer")["day"].agg(["size", "max"])
    histories = pd.DataFrame({"frequency": seen["size"], "recency": (seen["max"] + 1) / 7.0})
    return histories.assign(T=52.0, monetary_value=20.0), log


@pytest.mark.parametrize("lost", [0.1, 0.3])
def test_rates_of_a_panel_are_recovered_though_some_left_and_so_is_how_many(lost):
    """Days do not repeat, so that the law of rates without drop-out is fitted to many who stayed."""
    found = fit_panel(_panel(lost)[0], YEAR)
    stayed = fit_nbd(_panel(0.0, 4 * N, 6)[0], YEAR)
    limit = stats.norm.isf(FALSE_ALARM / 2 / 3)
    for name in ("purchase_shape", "purchase_alpha"):
        error = np.hypot(found.log_errors[name], stayed.log_errors[name])
        assert abs(np.log(found.values[name] / stayed.values[name])) < limit * error, name
    beta = WEEKS_A_YEAR / (1 / (1 - lost) - 1)
    z = np.log(found.values["drop_out_beta"] / beta) / found.log_errors["drop_out_beta"]
    assert abs(z) < limit


def test_without_drop_out_in_the_law_those_who_left_would_count_as_slow_buyers():
    """What is mended, so that the test above can fail: NBD finds .77 of the shape, .83 of the mean."""
    blind, stayed = (
        fit_nbd(_panel(0.3)[0], YEAR).values,
        fit_nbd(_panel(0.0, 4 * N, 6)[0], YEAR).values,
    )
    assert blind["purchase_shape"] < 0.85 * stayed["purchase_shape"]


@pytest.mark.parametrize(("lost", "told"), [(0.0, "yearly_attrition"), (0.3, "drop_out_beta")])
def test_a_firm_s_panel_measures_leaving_where_it_shows_and_assumes_it_elsewhere(
    tmp_path, lost, told
):
    log = _panel(lost, 500)[1]
    log["day"] = BEGIN + pd.to_timedelta(log["day"], "D")
    log.to_csv(tmp_path / "log.csv", index=False)
    market = build_market(str(tmp_path / "log.csv"), "own").market
    assert told in market.values
    assert market.values["newcomer_purchases"].status == "assumed"  # it shows no first purchases
    silent = any("fell silent" in text for text in market.cautions)
    assert silent == (told == "drop_out_beta")
    if silent:
        assert market.values["drop_out_beta"].status == "estimated"
        assert market["drop_out_shape"] == 1.0
        shape = market.values["drop_out_shape"]
        assert shape.status == "assumed" and shape.low == shape.high == 1.0
