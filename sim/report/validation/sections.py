"""What notebook 5 shows: each fact with its band, its simulated value, and a figure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.common.formatting import capital, compact, digits, range_of
from sim.report.section import Picture, Section, Table
from sim.report.validation.figure import bias_figure, bias_finding, bias_words, fact_figure, words
from sim.validation import validate


def sections_of(table: pd.DataFrame, bias: pd.DataFrame) -> dict[str, Section]:
    """Return a section for each fact, by its name (S14), and the sections ``all`` and ``bias``.

    Parameters
    ----------
    table, bias : DataFrame
        As `sim.validation.validate.table_of` and `bias_table` give them.
    """
    found = fact_sections(table)
    if len(bias):  # none of the facts that were tested tells of it, otherwise
        found["bias"] = _bias(bias, validate.bias_in_words(bias))
    return found


def fact_sections(table: pd.DataFrame) -> dict[str, Section]:
    """Return a section for each fact, by its name (S14), and one for all of them (``all``).

    Parameters
    ----------
    table : DataFrame
        As `sim.validation.validate.table_of` gives it.
    """
    groups = table.groupby(table["id"].str[:3], sort=False)
    return {"all": _overview(table), **{str(name): _fact(rows) for name, rows in groups}}


def _overview(table: pd.DataFrame) -> Section:
    counts = table["verdict"].value_counts()
    green, red, untested = (int(counts.get(v, 0)) for v in ("green", "red", "untested"))
    heading = (
        f"Of {len(table)} statistics of {table['id'].str[:3].nunique()} facts {green} lie in their "
        f"band, {red} do not, and {untested} could not be tested"
    )
    frame = pd.DataFrame(
        {
            "Statistic": table["id"],
            "What is known": [capital(text) for text in table["statistic"]],
            "Verdict": table["verdict"],
        }
    )
    return Section("all", heading, tables=[Table("All facts", frame)])


def _bias(table: pd.DataFrame, text: list[tuple[str, ...]]) -> Section:
    frame = pd.DataFrame(text[1:], columns=list(text[0]))
    return Section(
        "bias",
        bias_finding(table),
        [
            "As observed: members against others, as a firm's records show them. In an experiment: in "
            "the same world, the offer made to a random half, per person whom it moved; of referral, "
            "everybody who joins made a referred customer against nobody."
        ],
        pictures=[Picture(bias_figure(table), bias_words(table))],
        tables=[Table("The same world, seen in two ways", frame, "In brackets 99% intervals.")],
    )


def _fact(rows: pd.DataFrame) -> Section:
    frame = pd.DataFrame(
        {
            "Statistic": rows["id"] + " " + rows["statistic"],
            "Published": rows["reference"],
            "Band": [range_of(r.band_low, r.band_high, compact) for r in rows.itertuples()],
            "Simulated": [digits(value) for value in rows["value"]],
            "99% interval": [
                range_of(r.low, r.high, digits) if np.isfinite(r.value) else ""
                for r in rows.itertuples()
            ],
            "Verdict": rows["verdict"],
        }
    )
    said = [f"{r.id} is {r.verdict}: {r.reason}" for r in rows.itertuples() if r.reason]
    measured = list(dict.fromkeys(note for note in rows["note"] if note))
    return Section(
        rows["id"].iloc[0][:3],
        rows["fact"].iloc[0],
        measured,
        said,
        [Picture(fact_figure(rows), words(rows))],
        [Table("What is known, and what the model shows", frame)],
    )
