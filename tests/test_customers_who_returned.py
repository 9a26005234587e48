"""Who left and came back after a year is told, where the law of purchases takes them for slow buyers."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from joining_logs import START, Firm, joining_log

from sim.calibration.fit import fit_laws
from sim.calibration.maximum_likelihood import fit_pareto_nbd
from sim.calibration.returns import came_back
from sim.calibration.rfm_histories import cohort_histories
from sim.calibration.transactions import Log

#: A young shop of which many leave, seen from its first day.
SHOP = Firm(500, 3, 3, 0.15, 0.8, 0.55, 35)
TOLD = "bought again after more than a year"


def _with_returns(log: Log, share: float) -> tuple[Log, int]:
    """Return a log in which a share of those whose last purchase is old begin again, and how many."""
    days = log.occasions["day"]
    last = log.occasions.groupby("customer")["day"].max()
    left = last[last < days.max() - pd.Timedelta(weeks=80)]
    back = left.sample(frac=share, random_state=1)
    again = pd.DataFrame({"customer": np.repeat(back.index, 3)})
    later = np.tile([60 * 7, 63 * 7, 66 * 7], len(back))
    again["day"] = np.repeat(back.to_numpy(), 3) + pd.to_timedelta(later, "D")
    again = again.assign(amount=20.0, lines=1)
    occasions = pd.concat([log.occasions, again]).sort_values(["customer", "day"])
    return replace(log, occasions=occasions.reset_index(drop=True)), len(back)


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_told_where_all_follow_the_law(seed):
    log = joining_log(SHOP, seed)
    histories = cohort_histories(log.occasions, log.last_day)
    assert came_back(log.occasions, histories, fit_pareto_nbd(histories)) is None


def test_those_who_came_back_are_counted_and_told():
    log, back = _with_returns(joining_log(SHOP, 1), 0.4)
    days = log.occasions.groupby("customer")["day"].diff().dt.days
    counted = log.occasions.loc[days > 364, "customer"].nunique()
    histories = cohort_histories(log.occasions, log.last_day)
    seen, expected = came_back(log.occasions, histories, fit_pareto_nbd(histories))
    assert seen == counted >= back and expected < 0.6 * seen
    laws, cautions = fit_laws(log, "measured", "a shop")
    assert laws.inflow is None
    assert [text for text in cautions if TOLD in text and f"{seen:,} customers" in text]
    laws, cautions = fit_laws(joining_log(SHOP, 1), "measured", "a shop")
    assert laws.inflow is not None
    assert not [text for text in cautions if TOLD in text]


def test_a_silence_of_a_year_that_does_not_end_is_no_return():
    table = pd.DataFrame({"customer": [0, 0, 1], "day": [0, 364, 0]})
    table["day"] = START + pd.to_timedelta(table["day"], "D")
    histories = pd.DataFrame({"frequency": [1, 0], "recency": [52.0, 0.0], "T": [104.0, 104.0]})
    assert came_back(table, histories, fit_pareto_nbd(histories)) is None
