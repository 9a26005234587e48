"""How many customers come is measured where a log shows it, and assumed where it does not.

Serves: L1.2c
"""

import functools

import numpy as np
import pandas as pd
import pytest
from joining_logs import SELDOM, START, joining_log

from sim.calibration.calibrate import market_of_log
from sim.calibration.fit import fit_laws
from sim.calibration.in_words import in_words
from sim.calibration.inflow import LEAST, inflow_of
from sim.calibration.transactions import Log
from sim.market.market import Market
from tests.worlds import Z_LIMIT

FIRM = SELDOM[1]


@functools.cache
def _log(seed: int) -> Log:
    return joining_log(FIRM, seed)


@functools.cache
def _market(seed: int) -> Market:
    return market_of_log(_log(seed), "shop", figures=False).market


def test_the_inflow_of_a_firm_that_is_seen_from_its_first_day_is_measured_within_its_error():
    """Of N who joined steadily over Y years, at a hazard h, N (1 - exp(-h Y)) / (h Y) are active."""
    hazard = -np.log1p(-FIRM.lost) * FIRM.years
    true = hazard / (1 - np.exp(-hazard)) / FIRM.years
    found = [_market(seed).values["inflow_per_year"] for seed in (0, 1)]
    assert all(one.status == "estimated" for one in found)
    z = [(one.value - true) / one.standard_error for one in found]
    assert np.max(np.abs(z)) < Z_LIMIT
    assert all(0.02 < one.standard_error / one.value < 0.25 for one in found)
    assert "for each active customer, by the log" in in_words(_market(0))


@pytest.mark.parametrize("what", ["as it is", "few", "of long standing", "short"])
def test_a_log_that_does_not_show_who_is_new_leaves_the_inflow_assumed(what):
    log = _log(0)
    occasions = log.open_occasions
    laws, _ = fit_laws(log, "auto", "log")
    asked = [occasions, log.last_day, laws.origins, laws.histories, laws.purchases]
    if what == "few":
        late = occasions.groupby("customer")["day"].min() > log.last_day - pd.Timedelta(weeks=52)
        asked[0] = occasions[~occasions["customer"].isin(late[late].index[LEAST - 1 :])]
    elif what == "of long standing":
        asked[2] = laws.origins.__class__(0.2, 0.0, 0.8, 1.0)
    elif what == "short":
        asked[0] = occasions[occasions["day"] > log.last_day - pd.Timedelta(weeks=40)]
    assert (inflow_of(*asked) is None) == (what != "as it is")


def test_who_comes_after_a_start_with_many_at_once_is_counted_as_new():
    """A shop that wins most of its customers in its first half-year, and others at a steady pace."""
    luck, at_once, n, weeks, lost = np.random.default_rng(4), 700, 1300, 104, 0.01
    born = np.r_[luck.uniform(0, 26, at_once), luck.uniform(0, weeks, n - at_once)]
    end = np.minimum(born + luck.exponential(1 / lost, n), weeks)
    counts = luck.poisson(luck.gamma(1.0, 0.3, n) * (end - born))
    who = np.repeat(np.arange(n), counts)
    at = np.r_[born, born[who] + luck.uniform(size=who.size) * (end - born)[who]]
    table = pd.DataFrame({"customer": np.r_[np.arange(n), who], "day": np.floor(7 * at)})
    table = table.drop_duplicates().assign(amount=20.0, lines=1).sort_values(["customer", "day"])
    table["day"] = START + pd.to_timedelta(table["day"], "D")
    laws, _ = fit_laws(Log("log.csv", table, "a firm", "own", "made up"), "auto", "log")
    assert laws.cohort and laws.origins.at_start > laws.origins.later
    true = (n - at_once) / 2 / (end >= weeks).sum()  # expected in a year, for each who is there
    assert abs(laws.inflow[0] - true) < Z_LIMIT * laws.inflow[1]
    assert laws.inflow[1] < 0.15 * true
