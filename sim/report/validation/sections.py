"""What notebook 5 shows: each fact with its band, its simulated value, and a figure."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from sim.common.errors import InputError
from sim.common.formatting import capital, compact, digits, range_of
from sim.report.comparison.source import without_widgets
from sim.report.section import Picture, Section, Table
from sim.report.validation.figure import bias_figure, bias_finding, bias_words, fact_figure, words


def facts_for(
    results_dir: str, market: str, customers: int, replications: int, seed: int
) -> dict[str, Section]:
    """Return the sections that a notebook shows: one for each fact, and ``all`` and ``bias``.

    Parameters
    ----------
    results_dir : str
        Folder that `loyalty validate` wrote; the other arguments do not matter then. Empty: test the
        facts here and now, in this process, and keep no files.
    market : str
    customers, replications, seed : int
        As in `sim.validation.validate.validate`.

    Returns
    -------
    dict
        Section by the name of the fact, such as S14.

    Raises
    ------
    InputError
        If the folder is none of a validation, or an argument is wrong.
    """
    with without_widgets():
        from sim.validation import validate
    if results_dir:
        folder = Path(results_dir)
        if not (folder / validate.TABLE).exists():
            raise InputError(
                "results_dir", "folder", results_dir, f"a folder with {validate.TABLE}",
                hint="Make one with `loyalty validate --out DIR`.",
            )  # fmt: skip
        found = validate.read_facts(folder)
    else:
        with TemporaryDirectory() as temporary:
            folder = Path(temporary) / "facts"
            validate.validate(market, folder, None, customers, replications, seed, jobs=1)
            found = validate.read_facts(folder)
    table, bias = validate.table_of(found), validate.bias_table(found)
    return {**fact_sections(table), "bias": _bias(bias, validate.bias_in_words(bias))}


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
