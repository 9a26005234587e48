"""All measures of a run, for the firm and for each value segment."""

from collections.abc import Mapping

import pandas as pd

from sim.market.market import Market
from sim.measures.definitions import MEASURES, PAIRED
from sim.measures.weekly import Columns, columns_by_segment


def measure_segments(
    segments: Mapping[str, Columns], discount: float, scale: float
) -> dict[str, dict[str, float]]:
    """Return segment -> measure -> value of a run (see `horizon_measures`) from its columns."""
    return {
        segment: {
            name: measure.function(columns, discount) * (scale if measure.scaled else 1.0)
            for name, measure in MEASURES.items()
        }
        for segment, columns in segments.items()
    }


def pair_segments(
    segments: Mapping[str, Columns], baseline: Mapping[str, Columns], discount: float
) -> dict[str, dict[str, float]]:
    """Return segment -> paired measure -> value (see `paired_measures`) of two runs."""
    return {
        segment: {
            name: measure.function(columns, baseline[segment], discount)
            for name, measure in PAIRED.items()
        }
        for segment, columns in segments.items()
    }


def horizon_measures(weekly: pd.DataFrame, market: Market, scale: float) -> pd.DataFrame:
    """Return all measures of one run, for the firm and for each value segment.

    Parameters
    ----------
    weekly : DataFrame
        Weekly table of the run.
    market : Market
        Its discount rate is used.
    scale : float
        Customers of the firm per simulated customer; multiplies money and head counts.

    Returns
    -------
    DataFrame
        Columns ``segment`` (``total`` and each segment), ``measure``, ``value``; NaN where a ratio
        has nothing under it (no answers to the survey, say).
    """
    return _long(measure_segments(columns_by_segment(weekly), market.weekly_discount, scale))


def paired_measures(
    weekly: pd.DataFrame, baseline_weekly: pd.DataFrame, market: Market
) -> pd.DataFrame:
    """Return the measures that need the same customers, with the same luck, under doing nothing.

    Parameters
    ----------
    weekly, baseline_weekly : DataFrame
        Weekly tables of a strategy and of the baseline with the same seed and draw.
    market : Market
        Its discount rate is used.

    Returns
    -------
    DataFrame
        Columns ``segment``, ``measure`` (``return``, ``payback_week``), ``value``. A return is NaN
        when no more is spent than under doing nothing; a payback is infinite when it is not reached
        within the horizon.
    """
    segments, baseline = columns_by_segment(weekly), columns_by_segment(baseline_weekly)
    return _long(pair_segments(segments, baseline, market.weekly_discount))


def _long(values: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    rows = [
        (segment, measure, value)
        for segment, measures in values.items()
        for measure, value in measures.items()
    ]
    return pd.DataFrame(rows, columns=["segment", "measure", "value"])
