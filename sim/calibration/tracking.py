"""How the laws, calibrated on the first half of a log, follow the second: week by week, and by habit."""

import numpy as np
import pandas as pd

from sim.calibration.holdout import split
from sim.calibration.maximum_likelihood import fit_nbd, fit_pareto_nbd
from sim.calibration.panel_window import Window, panel_histories
from sim.calibration.pareto_nbd import conditional_expected_purchases, expected_purchases
from sim.calibration.rfm_histories import cohort_histories

#: First counts of the groups by purchases in the first half: of a cohort, of a panel.
_COHORT_GROUPS = (0, 1, 2, 3, 4, 5, 6, 7)
_PANEL_GROUPS = (0, 1, 5, 10, 20, 30, 40, 60, 80)


def weekly_tracking(occasions: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Follow a cohort's repeat purchases week by week, with the law of its first half.

    Parameters
    ----------
    occasions : DataFrame
        ``customer``, ``day``, ``amount``, one row per customer-day.

    Returns
    -------
    tuple of DataFrame and int
        Columns ``week`` (from 1), ``actual`` and ``expected`` repeat purchases of the customers
        acquired in the first half; and the last week of that half. No rows where half the log does
        not identify drop-out.
    """
    early, _, cut, _ = split(occasions)
    fitted = fit_pareto_nbd(cohort_histories(early, cut))
    start, end = occasions["day"].min(), occasions["day"].max()
    half = ((cut - start).days + 1) // 7
    if fitted.unidentified():
        return pd.DataFrame({"week": [], "actual": [], "expected": []}), half
    mine = occasions[occasions["customer"].isin(early["customer"])]
    born = mine.groupby("customer")["day"].transform("min")
    n_weeks = ((end - start).days + 1) // 7
    repeats = (mine["day"] - start).dt.days[mine["day"] > born].to_numpy() // 7
    actual = np.bincount(repeats[repeats < n_weeks], minlength=n_weeks)
    births = (early.groupby("customer")["day"].min() - start).dt.days
    days, customers = np.unique(births, return_counts=True)
    ends = 7 * np.arange(n_weeks + 1)[:, None] - 1
    age = np.maximum(ends - days, 0) / 7.0
    total = (expected_purchases(age, *fitted.values.values()) * customers).sum(axis=1)
    table = pd.DataFrame(
        {"week": np.arange(1, n_weeks + 1), "actual": actual, "expected": np.diff(total)}
    )
    return table, half


def by_frequency(occasions: pd.DataFrame, window: Window | None) -> pd.DataFrame:
    """Compare what customers of each frequency buy in the second half with what was expected of them.

    Parameters
    ----------
    occasions : DataFrame
    window : Window or None
        Of a panel, whose purchases in it count; of a cohort (None) repeat purchases do.

    Returns
    -------
    DataFrame
        One row per group that exists: ``low`` and ``high`` counts in the first half (inf for the
        last), ``customers``, ``actual`` and ``expected`` purchases per customer in the second.
    """
    inside = occasions if window is None else occasions[occasions["day"] >= window.start]
    early, late, cut, weeks = split(inside)
    if window is None:
        histories = cohort_histories(early, cut)
        law = fit_pareto_nbd(histories).values.values()
        known = (histories[name].to_numpy(float) for name in ("frequency", "recency", "T"))
        expected = conditional_expected_purchases(weeks, *known, *law)
    else:
        half = window.until(cut)
        histories = panel_histories(occasions, half)
        r, alpha = fit_nbd(histories, half).values.values()
        expected = weeks * (r + histories["frequency"]) / (alpha + histories["T"])
    actual = late.groupby("customer").size().reindex(histories.index, fill_value=0)
    firsts = _COHORT_GROUPS if window is None else _PANEL_GROUPS
    group = np.searchsorted(firsts, histories["frequency"], side="right") - 1
    table = pd.DataFrame({"actual": actual.to_numpy(), "expected": np.asarray(expected)})
    means = table.groupby(group).mean()
    means.insert(0, "customers", np.bincount(group, minlength=len(firsts))[means.index])
    low = np.array(firsts)[means.index]
    high = np.array([*(first - 1 for first in firsts[1:]), np.inf])[means.index]
    means.insert(0, "high", high)
    means.insert(0, "low", low)
    return means.reset_index(drop=True)
