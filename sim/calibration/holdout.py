"""How well the calibrated laws foresee purchases they have not seen: the figures under ``fit``.

The log is cut in two halves of whole weeks; the laws are calibrated on the first and asked about the
second. Errors are (expected - actual) / actual.
"""

import numpy as np
import pandas as pd

from sim.calibration import pareto_nbd
from sim.calibration.maximum_likelihood import fit_nbd, fit_pareto_nbd
from sim.calibration.panel_window import Window, panel_histories
from sim.calibration.rfm_histories import cohort_histories, weekly_counts
from sim.calibration.spend_fit import FITS, spend_table
from sim.calibration.spend_law import SpendLaw, law_of

_PURCHASE = ("purchase_shape", "purchase_alpha")
_LIFE = (*_PURCHASE, "drop_out_shape", "drop_out_beta")


def split(occasions: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.Timestamp, float]:
    """Cut a log in half: first half, second half, last day of the first, weeks of the second."""
    start, end = occasions["day"].min(), occasions["day"].max()
    weeks = ((end - start).days + 1) // 7
    cut = start + pd.Timedelta(days=7 * (weeks // 2) - 1)
    early = occasions["day"] <= cut
    return occasions[early], occasions[~early], cut, (end - cut).days / 7.0


def cohort_holdout(occasions: pd.DataFrame, spend: str | None) -> dict[str, float]:
    """Return the hold-out figures of a cohort, as Fader, Hardie & Lee (2005) report them.

    Conditional on history: total purchases, individual errors, sales. Unconditional: cumulative
    repeat purchases, and the mean absolute percentage error of weekly purchases. Empty where half
    the log does not identify drop-out, or nobody came in the second half. `spend` names the law of spend,
    None where the log has no amounts.
    """
    early, late, cut, weeks = split(occasions)
    late = late[late["customer"].isin(early["customer"])]
    if late.empty:
        return {}
    histories = cohort_histories(early, cut)
    fitted = fit_pareto_nbd(histories)
    if fitted.unidentified():
        return {}  # half the log is too short to say who left
    law = [fitted.values[name] for name in _LIFE]
    x, t_x, T = (histories[c].to_numpy(float) for c in ("frequency", "recency", "T"))
    expected = pareto_nbd.conditional_expected_purchases(weeks, x, t_x, T, *law)
    first = early.groupby("customer")["day"].transform("min")
    figures = _individual(histories, expected, late)
    if spend is not None:
        spent = FITS[spend](spend_table(early[early["day"] > first]))
        figures |= _sales(histories, expected, late, spent.values)

    days = np.arange(1, int(round(7 * weeks)) + 1)
    per_day = np.zeros(len(days))
    ages, born = np.unique(T, return_counts=True)
    for age, n in zip(ages, born, strict=True):
        grown = pareto_nbd.expected_purchases(age + np.r_[0, days] / 7.0, *law)
        per_day += n * np.diff(grown)
    ahead = (late["day"] - cut).dt.days.to_numpy()
    whole = len(days) // 7
    actual = np.bincount((ahead - 1) // 7, minlength=whole)[:whole]
    foreseen = per_day[: 7 * whole].reshape(whole, 7).sum(axis=1)
    repeats = x.sum() + len(late)
    total = pareto_nbd.expected_purchases(T + weeks, *law).sum()
    figures["holdout_cumulative_repeats_error"] = float(total / repeats - 1.0)
    busy = actual > 0
    figures["holdout_weekly_mape"] = float(np.mean(np.abs(foreseen[busy] / actual[busy] - 1.0)))
    return {"holdout_weeks": weeks, **figures}


def panel_holdout(occasions: pd.DataFrame, window: Window, spend: str | None) -> dict[str, float]:
    """Return the hold-out figures of a panel: each customer is expected to buy and spend as before.

    `spend` names the law of spend, None where the log has no amounts.
    """
    early, late, cut, weeks = split(occasions[occasions["day"] >= window.start])
    late = late[late["customer"].isin(early["customer"])]
    if late.empty:
        return {}
    first = window.until(cut)
    histories = panel_histories(occasions, first)
    r, alpha = (fit_nbd(histories, first).values[name] for name in _PURCHASE)
    expected = weeks * ((r + histories["frequency"]) / (alpha + histories["T"])).to_numpy(float)
    figures = {"holdout_weeks": weeks, **_individual(histories, expected, late)}
    if spend is None:
        return figures
    law = FITS[spend](spend_table(first.counted(occasions))).values
    return figures | _sales(histories, expected, late, law)


def _individual(
    histories: pd.DataFrame, expected: np.ndarray, late: pd.DataFrame
) -> dict[str, float]:
    """Compare expected purchases, customer by customer, with what came."""
    actual = late.groupby("customer").size().reindex(histories.index, fill_value=0).to_numpy(float)
    return {
        "holdout_purchases": float(actual.sum()),
        "holdout_purchases_error": float(expected.sum() / max(actual.sum(), 1.0) - 1.0),
        "holdout_individual_mae": float(np.mean(np.abs(expected - actual))),
        "holdout_individual_rmse": float(np.sqrt(np.mean((expected - actual) ** 2))),
    }


def _sales(
    histories: pd.DataFrame, expected: np.ndarray, late: pd.DataFrame, spend: dict[str, float]
) -> dict[str, float]:
    """Compare expected sales with what came."""
    per_trip = law_of(spend).expected(histories["frequency"], histories["monetary_value"])
    sales, figures = float((expected * per_trip).sum()), dict[str, float]()
    if np.isfinite(sales) and late["amount"].sum() > 0:
        figures["holdout_sales"] = float(late["amount"].sum())
        figures["holdout_sales_error"] = sales / float(late["amount"].sum()) - 1.0
    return figures


def weekly_dispersion(
    occasions: pd.DataFrame, window: Window, r: float, alpha: float
) -> dict[str, float]:
    """Compare the spread of weekly purchases with what the yearly counts imply.

    A Poisson-gamma law calibrated on yearly counts implies variance / mean = 1 + 1 / alpha of weekly
    counts; purchases at more regular intervals show less. Newcomers are left out: some weeks of the
    window were before their time.
    """
    inside = occasions[occasions["day"] >= window.start]
    if window.newcomers:
        before = occasions["customer"][occasions["day"] < window.start]
        inside = inside[inside["customer"].isin(before)]
    counts = weekly_counts(inside).to_numpy()
    return {
        "weekly_mean_observed": float(counts.mean()),
        "weekly_mean_implied": r / alpha,
        "weekly_variance_to_mean_observed": float(counts.var() / counts.mean()),
        "weekly_variance_to_mean_implied": 1.0 + 1.0 / alpha,
        "weekly_none_observed": float((counts == 0).mean()),
        "weekly_none_implied": float((alpha / (alpha + 1.0)) ** r),
    }


def spend_spread(histories: pd.DataFrame, counted: pd.Series, law: SpendLaw) -> dict[str, float]:
    """Compare the spread of spend per occasion with what a law of spend implies.

    `counted` are the amounts of the occasions that the histories count.
    """
    implied = law.coefficient_of_variation()
    figures = {
        "spend_customers": float((histories["monetary_value"] > 0).sum()),
        "spend_cv_observed": float(counted.std() / counted.mean()),
    }
    if np.isfinite(implied):
        figures["spend_cv_implied"] = implied
    return figures
