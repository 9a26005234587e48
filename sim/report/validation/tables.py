"""The tables of a validation in words: facts with their bands, and the test of bias."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.common.composed import retold
from sim.common.formatting import compact, digits, range_of
from sim.common.style import style
from sim.common.translated import translated
from sim.report.phrases import say


def fact_rows(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return the table of facts: a header and one row per statistic.

    Parameters
    ----------
    table : DataFrame
        As `sim.checks.validation.validate.table_of` gives it.
    """
    heads = ("fact", "band", "simulated", "99_interval", "verdict")
    rows: list[tuple[str, ...]] = [tuple(say(f"column.{head}") for head in heads)]
    for row in table.itertuples():
        band = range_of(row.band_low, row.band_high, compact)
        simulated, interval = digits(row.value), ""
        if np.isfinite(row.value):
            interval = range_of(row.low, row.high, digits)
        fact = f"{row.id} {translated(row.statistic)}"
        rows.append((fact, band, simulated, interval, verdict_word(row.verdict)))
    return rows


def bias_rows(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return the table of the test of bias: a header and one row per lever.

    Parameters
    ----------
    table : DataFrame
        As `sim.checks.validation.bias.bias_table` gives it.
    """
    heads = ("compared", "as_observed", "in_an_experiment", "observed_over_effect", "published")
    rows: list[tuple[str, ...]] = [tuple(say(f"column.{head}") for head in heads)]
    for row in table.itertuples():
        sides = [
            digits(value) + style().bracket.format(range_of(low, high, digits))
            for value, low, high in (
                (row.naive, row.naive_low, row.naive_high),
                (row.randomised, row.randomised_low, row.randomised_high),
            )
        ]
        words = translated(row.compared), translated(row.published)
        rows.append((words[0], *sides, digits(row.over), words[1]))
    return rows


def reasons(table: pd.DataFrame) -> list[str]:
    """Return a line for each statistic that is not green, with its reason."""
    rows = [row for row in table.itertuples() if row.reason]
    said = [(row.id, verdict_word(row.verdict), retold(row.reason)) for row in rows]
    return [say("validation.tables.is", id=id, verdict=is_, reason=why) for id, is_, why in said]


def basis_word(basis: str) -> str:
    """Return what a statistic rests on, ``prediction`` or ``read_out``, in words."""
    return say(f"validation.tables.basis.{basis}")


def verdict_word(verdict: str) -> str:
    """Return what a verdict, ``green``, ``red``, ``undecided`` or ``untested``, is called."""
    return say(f"validation.tables.verdict.{verdict}")
