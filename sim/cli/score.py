"""How good the workbench's advice is: its score in worlds of known truth."""

import math
import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli import machine
from sim.cli.app import app
from sim.cli.machine import Json
from sim.cli.terminal import progress, show_table

Row = tuple[str, ...]
_Kind = Annotated[
    str | None, typer.Option(metavar="KIND", help="The only kind of worlds, of data/score.yaml.")
]
_Recorded = Annotated[
    bool,
    typer.Option(
        "--record",
        help="Put the worlds into data/score.csv, those of one kind into score_kinds.csv beside it, for "
        "the page.",
    ),
]


@app.command(
    epilog="""\b
Examples:
  loyalty score --worlds 8
      a first look: a few minutes on each processor for every world
  loyalty score
      all worlds that data/score.yaml states
  loyalty score --seed 7
      fresh worlds, in a folder of their own
  loyalty score --kind nothing_works --worlds 20 --seed 7
      firms of one kind alone, in which no lever does anything
  loyalty score --record
      and put what came out into data/score.csv; `loyalty check --fix` then renews playbook/score.md

\b
A score that was stopped continues with the same command, and the same command with more worlds adds
them. What a world is, and how advice is asked for in it, stands in data/score.yaml.
"""
)
def score(
    worlds: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=10_000, help="How many.  [default: as stated]"),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=0, max=2**32 - 1, help="Of the worlds.  [default: as stated]"
        ),
    ] = None,
    jobs: Annotated[
        int, typer.Option(metavar="N", min=0, max=1024, help="Worlds at a time; 0 takes all cores.")
    ] = 0,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for them.  [default: data/results/score_SEED]"),
    ] = None,
    kind: _Kind = None,
    recorded: _Recorded = False,
    as_json: Json = False,
) -> None:
    """Score the advice: made-up firms of known truth, from the log of each to what the advice brings.

    Each firm writes a log of purchases; the workbench reads it, calibrates a market, compares its
    strategies and advises; then every strategy is lived through by the firm's true customers. Where one
    leads, the firm also runs the trial that is designed of it, learns from that and asks again. Writes
    score.csv, a row for each world and plan.
    """
    import pandas as pd

    from sim.advice.score.score import TABLE
    from sim.advice.score.score import score as make
    from sim.advice.score.scored import FILE, OF_KINDS, record

    command = " ".join(
        ["loyalty score"]
        + [
            f"--{name} {shlex.quote(str(value))}"
            for name, value in (("worlds", worlds), ("seed", seed), ("out", out), ("kind", kind))
            if value is not None
        ]
    )
    with progress("worlds") as on_progress:
        folder = make(worlds, seed, out, jobs, on_progress, command, kind)
    table = pd.read_csv(folder / TABLE)
    if recorded:
        record(table, OF_KINDS if kind else FILE)
    if as_json:
        machine.tell({"folder": str(folder), **_content(table)})
        return
    for rows, title in _tables(table):
        show_table(rows, title)
    typer.echo(f"Written to {folder}")


def _content(table: Any) -> dict[str, Any]:
    """Return the score for a machine."""
    from sim.advice.score.tally import figures_of, gains_table, reliability, worlds_of

    figures = {
        one.name: {"value": one.value, "low": one.low, "high": one.high, "n": one.n}
        for one in figures_of(table)
    }
    worlds = worlds_of(table)
    gains = {way: dict(row) for way, row in gains_table(worlds).iterrows()}
    said = reliability(table).reset_index().to_dict("records")
    return {"worlds": len(worlds), "figures": figures, "gains": gains, "reliability": said}


def _tables(table: Any) -> list[tuple[list[Row], str]]:
    """Return what is shown: of all worlds and of each kind, and what ways of choosing bring."""
    from sim.advice.score.tally import figures_of, gains_table, worlds_of
    from sim.advice.score.words import WAYS, WORDS

    found: list[tuple[list[Row], str]] = []
    rows: list[Row]
    kinds = dict(list(table.groupby("kind")))
    for name, part in {"all worlds": table, **kinds}.items():
        rows = [("figure", "value", "90 % interval", "of", "aim")]
        for one in figures_of(part):
            ends = "" if math.isnan(one.low) else f"{one.low:.2f} to {one.high:.2f}"
            value = "" if math.isnan(one.value) else f"{one.value:.2f}"
            words = WORDS[one.name]
            aim = words.aim.told if words.aim else ""
            rows.append((words.label, value, ends, str(one.n), aim))
        worlds = len(part.groupby(["kind", "number"]))
        found.append((rows, f"{name.replace('_', ' ')}: {worlds} worlds"))
    gains = gains_table(worlds_of(table))
    rows = [("way of choosing", "mean gain", "90 % interval", "worlds")]
    for way, row in gains.iterrows():
        ends = f"{row['low']:.2f} to {row['high']:.2f}"
        label = WAYS.get(str(way), str(way).replace("_", " "))
        rows.append((label, f"{row['mean']:.2f}", ends, f"{row['worlds']:.0f}"))
    found.append((rows, "What a way of choosing brings, in yearly budgets"))
    return [*found, _said_and_came(table)]


def _said_and_came(table: Any) -> tuple[list[Row], str]:
    """Return what was said with some probability beside how often it came true."""
    from sim.advice.score.tally import reliability
    from sim.advice.score.words import EVENTS

    rows: list[Row] = [("what was said of a plan", "probability", "mean", "came true", "of")]
    for one in reliability(table).reset_index().to_dict("records"):
        ends = f"{one['from']:.2f} to {one['to']:.2f}"
        mean, came = f"{one['said']:.2f}", f"{one['came']:.2f}"
        rows.append((EVENTS[one["what"]], ends, mean, came, str(one["n"])))
    return rows, "What was said with a probability, and how often it came true"
