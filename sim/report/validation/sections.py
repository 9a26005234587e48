"""What notebook 5 shows: each fact with its band, its simulated value, and a figure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.common.formatting import capital, compact, digits, range_of
from sim.report.phrases import say
from sim.report.section import Picture, Section, Table
from sim.report.validation.figure import bias_figure, bias_finding, bias_words, fact_figure, words
from sim.report.validation.tables import basis_word, bias_rows, reasons, verdict_word

BASES = ("prediction", "read_out")


def sections_of(table: pd.DataFrame, bias: pd.DataFrame) -> dict[str, Section]:
    """Return a section for each fact, by its name (S14), and the sections ``all`` and ``bias``.

    Parameters
    ----------
    table, bias : DataFrame
        As `sim.checks.validation.validate.table_of` and `bias_table` give them.
    """
    found = fact_sections(table)
    if len(bias):  # none of the facts that were tested tells of it, otherwise
        found["bias"] = _bias(bias, bias_rows(bias))
    return found


def fact_sections(table: pd.DataFrame) -> dict[str, Section]:
    """Return a section for each fact, by its name (S14), and one for all of them (``all``).

    Parameters
    ----------
    table : DataFrame
        As `sim.checks.validation.validate.table_of` gives it.
    """
    groups = table.groupby(table["id"].str[:3], sort=False)
    return {"all": _overview(table), **{str(name): _fact(rows) for name, rows in groups}}


def _overview(table: pd.DataFrame) -> Section:
    parts = {basis: table.loc[table["basis"] == basis, "verdict"] for basis in BASES}
    heading = say(
        "validation.sections.of_predictions",
        predictions=len(parts["prediction"]),
        read_outs=len(parts["read_out"]),
        **{
            f"{basis}_{verdict}": int((verdicts == verdict).sum())
            for basis, verdicts in parts.items()
            for verdict in ("green", "red")
        },
    )
    told = {v: int((table["verdict"] == v).sum()) for v in ("undecided", "untested")}
    frame = pd.DataFrame(
        {
            say("column.statistic"): table["id"],
            say("column.what_is_known"): [capital(text) for text in table["statistic"]],
            say("column.basis"): table["basis"].map(basis_word),
            say("column.verdict"): table["verdict"].map(verdict_word),
        }
    )
    bullets = [say("validation.sections.not_told", **told)]
    return Section(
        "all", heading, bullets, tables=[Table(say("validation.sections.all_facts"), frame)]
    )


def _bias(table: pd.DataFrame, text: list[tuple[str, ...]]) -> Section:
    frame = pd.DataFrame(text[1:], columns=list(text[0]))
    return Section(
        "bias",
        bias_finding(table),
        [say("validation.sections.as_observed_members_against_others")],
        pictures=[Picture(bias_figure(table), bias_words(table))],
        tables=[
            Table(
                say("validation.sections.the_same_world_seen_in"),
                frame,
                say("validation.sections.in_brackets_99_intervals"),
            )
        ],
    )


def _fact(rows: pd.DataFrame) -> Section:
    frame = pd.DataFrame(
        {
            say("column.statistic"): rows["id"] + " " + rows["statistic"],
            say("column.published"): rows["reference"],
            say("column.band"): [
                range_of(r.band_low, r.band_high, compact) for r in rows.itertuples()
            ],
            say("column.simulated"): [digits(value) for value in rows["value"]],
            say("column.99_interval"): [
                range_of(r.low, r.high, digits) if np.isfinite(r.value) else ""
                for r in rows.itertuples()
            ],
            say("column.verdict"): rows["verdict"].map(verdict_word),
        }
    )
    measured = list(dict.fromkeys(note for note in rows["note"] if note))
    return Section(
        rows["id"].iloc[0][:3],
        rows["fact"].iloc[0],
        measured,
        reasons(rows),
        [Picture(fact_figure(rows), words(rows))],
        [Table(say("validation.sections.what_is_known_and_what"), frame)],
    )
