"""The tables of the page on how good the advice is, from ``data/score.csv``.

A run on other seeds stands beside the first in each table.
"""

from collections.abc import Iterable
from functools import cached_property

import numpy as np
import pandas as pd
from pandas.util import hash_pandas_object

from sim.advice.score.definitions import NOTHING_WORKS, definitions
from sim.advice.score.gaps import gaps_of
from sim.advice.score.scored import OF_KINDS, numbered_together, scored
from sim.advice.score.tally import Figure, figures_of, gains_table, reliability, worlds_of
from sim.advice.score.words import EVENTS, GAPS, KINDS, VERDICTS, WAYS, WORDS
from sim.analysis.plausibility import DOUBTED
from sim.common.formatting import MINUS, fixed, markdown_table, range_of
from sim.playbook.strategy_files import load_strategy

_STRUCTURES = {
    "own": "the model's structure",
    "null": "no lever does anything",
    "other": "another structure",
}


class _Run:
    """A run of the score, with what is told of it: each thing worked out once, by several tables."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table
        self.worlds = worlds_of(table)

    @cached_property
    def figures(self) -> dict[str, Figure]:
        return {one.name: one for one in figures_of(self.table)}

    @cached_property
    def kinds(self) -> dict[str, "_Run"]:
        return {str(kind): _Run(part) for kind, part in self.table.groupby("kind")}

    @cached_property
    def gains(self) -> pd.DataFrame:
        return gains_table(self.worlds)

    @cached_property
    def verdicts(self) -> dict[str, tuple[pd.DataFrame, pd.Series]]:
        groups = self.worlds.groupby("verdict")
        return {str(kind): (part, gains_table(part).loc["advice"]) for kind, part in groups}


#: Runs that were tallied before, by the content of their table: checks read the same one many times.
_TALLIED: dict[bytes, _Run] = {}


def _runs() -> dict[int, _Run]:
    """Return the committed runs by their seed."""
    tables = {seed: (hash_pandas_object(t).to_numpy().tobytes(), t) for seed, t in scored().items()}
    runs = {seed: _TALLIED.get(key) or _Run(table) for seed, (key, table) in tables.items()}
    _TALLIED.clear()
    _TALLIED.update({key: runs[seed] for seed, (key, _) in tables.items()})
    return runs


def runs_table() -> str:
    """Return which runs there are: seed, worlds, what state of the workbench gave the advice."""
    stated = sum(definitions().worlds.values())
    rows = [
        (str(seed), f"{len(run.worlds)} of {stated}", f"`{run.table['code'].iloc[0]}`")
        for seed, run in _runs().items()
    ]
    return markdown_table(
        ("seed", "worlds of those stated", "digest of the code that advised"), rows
    )


def figures_table() -> str:
    """Return the figures of the score with interval, n and aim, and whether the aim is met."""
    runs = _runs()
    rows = []
    for name, words in WORDS.items():
        row = [words.label, words.aim.told if words.aim else ""]
        for run in runs.values():
            one = run.figures[name]
            row.append(_told(one))
            row.append(words.aim.met(one.value, one.low, one.high) if words.aim else "")
        rows.append(row)
    return markdown_table(["figure", "aim", *_by_run(runs, "value", "met")], rows)


#: What is told of firms in which nothing works.
OF_NULLS = (
    "false_winners",
    "loss_where_nothing_works",
    "kept_that_lose",
    "kept_again_that_lose",
    "silenced_where_nothing_works",
)


def nulls_table() -> str:
    """Return what advice and one trial come to in firms where no lever does anything, beside the runs."""
    table = numbered_together(scored(OF_KINDS), NOTHING_WORKS)
    run, rows = _Run(table), []
    for name in OF_NULLS:
        label, aim, one = WORDS[name].label, WORDS[name].aim, run.figures[name]
        is_of_these = aim is not None and name.endswith("nothing_works")  # others are of all firms
        told = (
            (aim.told, aim.met(one.value, one.low, one.high)) if aim and is_of_these else ("", "")
        )
        rows.append((label, told[0], _told(one), told[1]))
    rows.append((WAYS["after"], "", _of_way(run.gains.loc["after"]), ""))
    seeds = " and ".join(str(seed) for seed in table["seed"].unique())
    return markdown_table(["figure", "aim", f"value, seeds {seeds}", "met"], rows)


def kinds_table() -> str:
    """Return for each kind of world how often something is advised, and what advice and best bring."""
    runs = _runs()
    rows = []
    for kind, label in KINDS.items():
        row = [label]
        for run in runs.values():
            row += _of_kind(run.kinds[kind]) if kind in run.kinds else [""] * 4
        rows.append(row)
    head = _by_run(
        runs,
        *("worlds, something advised", "advice brings", "best plan brings"),
        "90 % intervals hold",
    )
    return markdown_table(["kind of world", *head], rows)


def _of_kind(run: _Run) -> list[str]:
    held = run.figures["coverage_90"]
    told = [
        _amount(*(run.gains.loc[way, x] for x in ("mean", "low", "high")))
        for way in ("advice", "best")
    ]
    counts = f"{len(run.worlds)}, {int(run.worlds['chosen'].sum())}"
    return [counts, *told, _amount(held.value, held.low, held.high)]


def verdicts_table() -> str:
    """Return what following the advice brings where it was said in these words."""
    runs = _runs()
    rows = []
    for kind, label in VERDICTS.items():
        row = [label]
        for run in runs.values():
            here = run.verdicts.get(kind)
            if here is None:
                asked = kind not in DOUBTED or run.table["after"].notna().any()
                row += ["0, 0" if asked else "not asked", "", ""]
                continue
            row += _of_verdict(*here)
        rows.append(row)
    head = _by_run(runs, "worlds, a plan is followed", "advice brings", "of these plans lose")
    return markdown_table(["what was said", *head], rows)


def _of_verdict(worlds: pd.DataFrame, gains: pd.Series) -> list[str]:
    led = worlds[worlds["chosen"]]
    lost = int((led["advice"] < 0).sum())
    brings = _amount(*(gains[x] for x in ("mean", "low", "high")))
    return [f"{len(worlds)}, {len(led)}", brings, f"{lost} of {len(led)}" if len(led) else ""]


def gaps_table() -> str:
    """Return where the gain is lost that the best plan would have brought more than the advice."""
    runs = {seed: gaps_of(run.worlds) for seed, run in _runs().items()}
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
    runs = {seed: run.gains for seed, run in _runs().items()}
    means = pd.concat([found["mean"] for found in runs.values()])
    rows = []
    for way in means.groupby(level=0).first()[means.index.unique()].sort_values()[::-1].index:
        row = [WAYS.get(way) or f"always {_title(way.removeprefix('always '))}"]
        for found in runs.values():
            one = found.loc[way] if way in found.index else None
            row.append("" if one is None else _of_way(one))
        rows.append(row)
    return markdown_table(["way of choosing", *_by_run(runs, "mean gain, worlds")], rows)


def _of_way(one: pd.Series) -> str:
    return f"{_amount(one['mean'], one['low'], one['high'])}, {one['worlds']:.0f}"


def reliability_table() -> str:
    """Return how often came what was said with some probability."""
    runs = {seed: reliability(run.table) for seed, run in _runs().items()}
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
    "nulls": nulls_table,
    "ways": ways_table,
    "reliability": reliability_table,
}
