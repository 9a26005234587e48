"""The tables of the page on how good the advice is, from ``data/score.csv``.

A run on other seeds stands beside the first in each table.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from sim.advice.score.definitions import definitions
from sim.advice.score.gaps import gaps_of
from sim.advice.score.scored import scored
from sim.advice.score.tally import Figure, figures_of, gains_table, reliability, worlds_of
from sim.advice.score.words import EVENTS, GAPS, KINDS, VERDICTS, WAYS, WORDS
from sim.common.formatting import MINUS, fixed, markdown_table, range_of
from sim.playbook.strategy_files import load_strategy

_STRUCTURES = {
    "own": "the model's structure",
    "null": "no lever does anything",
    "other": "another structure",
}


def runs_table() -> str:
    """Return which runs there are: seed, worlds, what state of the workbench gave the advice."""
    stated = sum(definitions().worlds.values())
    rows = [
        (str(seed), f"{len(worlds_of(table))} of {stated}", f"`{table['code'].iloc[0]}`")
        for seed, table in scored().items()
    ]
    return markdown_table(
        ("seed", "worlds of those stated", "digest of the code that advised"), rows
    )


def figures_table() -> str:
    """Return the figures of the score with interval, n and aim, and whether the aim is met."""
    runs = {seed: {one.name: one for one in figures_of(table)} for seed, table in scored().items()}
    rows = []
    for name, words in WORDS.items():
        row = [words.label, words.aim.told if words.aim else ""]
        for found in runs.values():
            one = found[name]
            row.append(_told(one))
            row.append(words.aim.met(one.value, one.low, one.high) if words.aim else "")
        rows.append(row)
    return markdown_table(["figure", "aim", *_by_run(runs, "value", "met")], rows)


def kinds_table() -> str:
    """Return for each kind of world how often something is advised, and what advice and best bring."""
    tables = {seed: dict(list(table.groupby("kind"))) for seed, table in scored().items()}
    rows = []
    for kind, label in KINDS.items():
        row = [label]
        for kinds in tables.values():
            row += _of_kind(kinds[kind]) if kind in kinds else [""] * 4
        rows.append(row)
    head = _by_run(
        tables,
        *("worlds, something advised", "advice brings", "best plan brings"),
        "90 % intervals hold",
    )
    return markdown_table(["kind of world", *head], rows)


def _of_kind(table: pd.DataFrame) -> list[str]:
    worlds = worlds_of(table)
    gains = gains_table(worlds)
    held = next(one for one in figures_of(table) if one.name == "coverage_90")
    told = [
        _amount(*(gains.loc[way, x] for x in ("mean", "low", "high"))) for way in ("advice", "best")
    ]
    counts = f"{len(worlds)}, {int(worlds['chosen'].sum())}"
    return [counts, *told, _amount(held.value, held.low, held.high)]


def verdicts_table() -> str:
    """Return what following the advice brings where it was said in these words."""
    tables = {seed: worlds_of(table).groupby("verdict") for seed, table in scored().items()}
    rows = []
    for kind, label in VERDICTS.items():
        row = [label]
        for groups in tables.values():
            here = groups.get_group(kind) if kind in groups.groups else None
            row += ["0, 0", "", ""] if here is None else _of_verdict(here)
        rows.append(row)
    head = _by_run(tables, "worlds, a plan leads", "advice brings", "of these plans lose")
    return markdown_table(["what was said", *head], rows)


def _of_verdict(worlds: pd.DataFrame) -> list[str]:
    one, led = gains_table(worlds).loc["advice"], worlds[worlds["chosen"]]
    lost = int((led["advice"] < 0).sum())
    brings = _amount(*(one[x] for x in ("mean", "low", "high")))
    return [f"{len(worlds)}, {len(led)}", brings, f"{lost} of {len(led)}" if len(led) else ""]


def gaps_table() -> str:
    """Return where the gain is lost that the best plan would have brought more than the advice."""
    runs = {seed: gaps_of(worlds_of(table)) for seed, table in scored().items()}
    keys = list(dict.fromkeys(key for found in runs.values() for key in found.index))
    rows = []
    for structure, gap in keys:
        row = [_STRUCTURES[structure], GAPS[gap]]
        for found in runs.values():
            one = found.loc[(structure, gap)] if (structure, gap) in found.index else None
            row.append("" if one is None else _amount(one["mean"], one["low"], one["high"]))
        rows.append(row)
    return markdown_table(["worlds of", "lost to", *_by_run(runs, "yearly budgets")], rows)


def ways_table() -> str:
    """Return what each way of choosing brings on average, the best first."""
    runs = {seed: gains_table(worlds_of(table)) for seed, table in scored().items()}
    first = next(iter(runs.values()))
    rows = []
    for way in first["mean"].sort_values(ascending=False).index:
        row = [WAYS.get(way) or f"always {_title(way.removeprefix('always '))}"]
        for found in runs.values():
            one = found.loc[way]
            row.append(f"{_amount(one['mean'], one['low'], one['high'])}, {one['worlds']:.0f}")
        rows.append(row)
    return markdown_table(["way of choosing", *_by_run(runs, "mean gain, worlds")], rows)


def reliability_table() -> str:
    """Return how often came what was said with some probability."""
    runs = {seed: reliability(table) for seed, table in scored().items()}
    keys = sorted({key for found in runs.values() for key in found.index})
    rows = []
    for what, low, high in keys:
        row = [EVENTS[what], range_of(low, high, lambda x: fixed(x, 2))]
        for found in runs.values():
            there = (what, low, high) in found.index
            one = found.loc[(what, low, high)] if there else None
            row += ["", ""] if one is None else [fixed(one["said"], 2), _came(one)]
        rows.append(row)
    head = _by_run(runs, "said, mean", "came true, of plans")
    return markdown_table(["what was said of a plan", "with", *head], rows)


def _came(row: pd.Series) -> str:
    return f"{fixed(row['came'], 2)}, {row['n']:.0f}"


def _told(one: Figure) -> str:
    if np.isnan(one.value):
        return f"nothing to tell it by (n {one.n})"
    return f"{_amount(one.value, one.low, one.high)}, n {one.n}"


def _amount(value: float, low: float, high: float) -> str:
    """Write a figure with its interval in two decimals."""
    return f"**{_two(value)}** ({_two(low)} to {_two(high)})"


def _two(value: float) -> str:
    text = f"{value:.2f}".replace("-", MINUS)
    return "0.00" if text == f"{MINUS}0.00" else text


def _title(name: str) -> str:
    return str(load_strategy(name).title)


def _by_run(runs: Iterable[int], *columns: str) -> list[str]:
    """Return headings of columns for each run, named by its seed where there are several."""
    seeds = list(runs)
    several = len(seeds) > 1
    return [f"{column}, seed {seed}" if several else column for seed in seeds for column in columns]


#: Generated parts of the page.
PARTS = {
    "runs": runs_table,
    "figures": figures_table,
    "verdicts": verdicts_table,
    "gaps": gaps_table,
    "kinds": kinds_table,
    "ways": ways_table,
    "reliability": reliability_table,
}
