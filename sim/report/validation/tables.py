"""The tables of a validation in words: facts with their bands, and the test of bias."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.common.formatting import compact, digits, range_of
from sim.report.phrases import say


def fact_rows(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return the table of facts: a header and one row per statistic.

    Parameters
    ----------
    table : DataFrame
        As `sim.validation.validate.table_of` gives it.
    """
    heads = ("fact", "band", "simulated", "99_interval", "verdict")
    rows: list[tuple[str, ...]] = [tuple(say(f"column.{head}") for head in heads)]
    for row in table.itertuples():
        band = range_of(row.band_low, row.band_high, compact)
        simulated, interval = digits(row.value), ""
        if np.isfinite(row.value):
            interval = range_of(row.low, row.high, digits)
        rows.append(
            (f"{row.id} {row.statistic}", band, simulated, interval, verdict_word(row.verdict))
        )
    return rows


def bias_rows(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return the table of the test of bias: a header and one row per lever.

    Parameters
    ----------
    table : DataFrame
        As `sim.validation.bias.bias_table` gives it.
    """
    heads = ("compared", "as_observed", "in_an_experiment", "observed_over_effect", "published")
    rows: list[tuple[str, ...]] = [tuple(say(f"column.{head}") for head in heads)]
    for row in table.itertuples():
        sides = [
            f"{digits(value)} ({range_of(low, high, digits)})"
            for value, low, high in (
                (row.naive, row.naive_low, row.naive_high),
                (row.randomised, row.randomised_low, row.randomised_high),
            )
        ]
        rows.append((row.compared, *sides, digits(row.over), row.published))
    return rows


def reasons(table: pd.DataFrame) -> list[str]:
    """Return a line for each statistic that is not green, with its reason."""
    return [
        say("validation.tables.is", id=row.id, verdict=verdict_word(row.verdict), reason=row.reason)
        for row in table.itertuples()
        if row.reason
    ]


def basis_word(basis: str) -> str:
    """Return what a statistic rests on, ``prediction`` or ``read_out``, in words."""
    return say(f"validation.tables.basis.{basis}")


def verdict_word(verdict: str) -> str:
    """Return what a verdict, ``green``, ``red``, ``undecided`` or ``untested``, is called."""
    return say(f"validation.tables.verdict.{verdict}")
