"""The scores of all models on the same customers and weeks: what ``score.json`` holds."""

from typing import Any

import numpy as np

from sim.calibration.forecast.histories import Histories
from sim.calibration.forecast.laws import OWN
from sim.calibration.forecast.outlook import Outlook
from sim.calibration.forecast.rolling import Common
from sim.calibration.forecast.scores import frequency_class, frequency_labels, paired_t


def score(
    outlooks: dict[str, Outlook],
    known: Histories,
    actual: np.ndarray,
    weekly: np.ndarray,
    common: Common,
) -> dict[str, Any]:
    """Score every model.

    Parameters
    ----------
    outlooks : dict of str to Outlook
        By model, with scores by customer; ``own`` among them.
    known : Histories
    actual, weekly : numpy.ndarray
        Purchases in the horizon, by customer and by week.
    common : Common
        What moves all customers together, in the intervals of the own law; the others have luck alone.

    Returns
    -------
    dict
        ``models``: model -> metric -> value; ``by_frequency``: customers by their purchases within
        calibration, with the mean expected by each model, the mean actual, and the log scores.
    """
    ours = outlooks[OWN].scores
    models = {}
    for name, outlook in outlooks.items():
        if outlook.scores is None or ours is None:
            continue
        made = outlook.scores.summary() | _in_all(
            outlook, actual, weekly, common if name == OWN else Common(0.0, 0.0)
        )
        if name != OWN:
            made["own_better_log_score_t"] = paired_t(ours.log_score, outlook.scores.log_score)
        models[name] = made
    return {
        "customers": len(known),
        "weeks": len(weekly),
        "purchases": int(actual.sum()),
        "models": models,
        "by_frequency": _by_frequency(outlooks, known, actual),
    }


def _in_all(
    outlook: Outlook, actual: np.ndarray, weekly: np.ndarray, common: Common
) -> dict[str, float | bool]:
    """Return the scores of the weeks and of the total."""
    low, high = outlook.week_interval(common.of_week)
    expected, total = float(outlook.week_mean.sum()), float(actual.sum())
    least, most = outlook.total_interval(common.of_total(len(weekly)))
    busy = weekly > 0
    off = np.abs(outlook.week_mean[busy] / weekly[busy] - 1.0)
    return {
        "weeks_inside_90": float(((weekly >= low) & (weekly <= high)).mean()),
        "weekly_mape": float(off.mean()) if busy.any() else float("nan"),
        "total_expected": expected,
        "total_low": least,
        "total_high": most,
        "total_error": expected / total - 1.0 if total else float("nan"),
        "total_inside_90": bool(least <= total <= most),
    }


def _by_frequency(
    outlooks: dict[str, Outlook], known: Histories, actual: np.ndarray
) -> list[dict[str, Any]]:
    """Return a row per class of calibration frequency that has customers."""
    of = frequency_class(known.frequency)
    rows = []
    for position, label in enumerate(frequency_labels()):
        here = of == position
        if not here.any():
            continue
        row: dict[str, Any] = {"frequency": label, "customers": int(here.sum())}
        row["actual"] = float(actual[here].mean())
        row["expected"] = {k: float(made.mean[here].mean()) for k, made in outlooks.items()}
        row["log_score"] = {
            k: float(made.scores.log_score[here].mean())
            for k, made in outlooks.items()
            if made.scores is not None
        }
        rows.append(row)
    return rows
