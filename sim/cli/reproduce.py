"""A finished report made again: whether its numbers are the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import machine
from sim.cli.app import Language, app
from sim.cli.machine import Json
from sim.cli.spoken import again, speaking
from sim.cli.terminal import DIFFERS, progress, show_table
from sim.common.errors import MOST_FAULTS
from sim.common.errors import shown as quoted
from sim.common.style import style
from sim.common.translated import told, translated

if TYPE_CHECKING:
    from sim.experiment.reproduce.differences import Difference
    from sim.experiment.reproduce.numbers import Moved
    from sim.experiment.reproduce.reproduce import Reproduced

#: What each kind of difference is called beside its place.
KINDS = {
    "workbench": "workbench",
    "code": "code of {field}",
    "library": "library {field}",
    "machine": "machine, {field}",
}


@app.command(
    epilog="""\b
Examples:
  loyalty reproduce reports/grocery
      whether the report comes out again, from the files and by the workbench of now
  loyalty reproduce clients/shop/results/shop --json
      a comparison of a client; for a machine
  loyalty reproduce reports/grocery --kept
      with the inputs that the report kept, though a file on disk has been edited since

\b
What was made is left as it is: all is run again in a folder of its own, and nothing is taken over. An
input that was edited since (a value of the market, a strategy, a parameter, customers' histories) is
named with both values before anything is run, and then nothing is. Stopped, the same command goes on.

\b
Exit codes besides those of every command:
  0  the numbers are the same, all of them, to ten digits
  3  they differ, or an input does
"""
)
def reproduce(
    report: Annotated[
        Path, typer.Argument(metavar="REPORT", help="Folder of a report, or of its comparison.")
    ],
    kept: Annotated[
        bool,
        typer.Option(
            "--kept", help="Use the inputs that the report kept, whatever is on disk now."
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder for what is run again.  [default: data/reproduced/MARKET-ID, of a client "
            "clients/NAME/reproduced/NAME-ID]",
        ),
    ] = None,
    jobs: Annotated[
        int, typer.Option(metavar="N", min=0, max=1024, help="Runs at a time; 0 takes all cores.")
    ] = 0,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Make a finished report again, and say whether its numbers are the same.

    If they are not, names which input or version differs from when it was made: file, field and both
    values.
    """
    from sim.experiment.reproduce.reproduce import reproduce as run_again

    found = _tell_found if not as_json else None
    with progress("runs") as on_progress:
        done = run_again(report, out, kept, jobs, on_progress, found)
    if as_json:
        machine.tell(_for_a_machine(report, done))
    else:
        with speaking():
            _tell_end(done, lang)
    raise typer.Exit(0 if done.same else DIFFERS)


def _tell_found(inputs: Sequence[Difference], versions: Sequence[Difference]) -> None:
    """Print what differs, before anything is run."""
    with speaking():
        if deciding := [one for one in inputs if one.decides]:
            typer.echo(translated("Inputs that are others on disk now than when it was made:"))
            _list(deciding)
        if words := [one for one in inputs if not one.decides]:
            typer.echo(translated("Words that are others, on which no number depends:"))
            _list(words)
        if versions:
            typer.echo(translated("What computes now and did not then:"))
            _list(versions)


def _list(differences: Sequence[Difference]) -> None:
    for one in differences[:MOST_FAULTS]:
        typer.echo(f"  {_in_words(one)}")
    more = len(differences) - MOST_FAULTS
    if more > 0:
        typer.echo("  " + told("... and {more} more.", more=more))


def _in_words(one: Difference) -> str:
    """Return a line on a difference: where it stands, and both values."""
    place = told(KINDS[one.kind], field=one.field) if one.kind in KINDS else ""
    where = place or f"{one.file}{style().label}{one.field}"
    then, now = (
        translated("not known" if one.kind in KINDS else "nothing")
        if value is None
        else value
        if isinstance(value, str) and one.kind in KINDS
        else quoted(value)
        for value in (one.then, one.now)
    )
    return told("{where}: {then} then, {now} now", where=where, then=then, now=now)


def _tell_end(done: Reproduced, lang: str) -> None:
    """Print whether the numbers are the same, and what may be the reason if they are not."""
    from sim.common.formatting import some
    from sim.common.paths import shown

    numbers = done.numbers
    if numbers is None or done.folder is None:
        _tell_nothing_run(done)
        return
    if numbers.same:
        says = "The numbers are the same: all {count:,} of them, to ten digits."
        typer.echo(told(says, count=numbers.of))
    else:
        says = "The numbers differ: {others:,} of {count:,}."
        typer.echo(told(says, others=numbers.others, count=numbers.of))
        if numbers.most is not None:
            typer.echo(_moved(numbers.most))
        show_table(_gains(done), translated("Mean gain in customer equity over doing nothing"))
        typer.echo(_reason(done))
    if numbers.only_then:
        typer.echo(told("Only in the report: {names}", names=some(numbers.only_then)))
    if numbers.only_now:
        typer.echo(told("Only now: {names}", names=some(numbers.only_now)))
    typer.echo(told("Results: {folder}", folder=shown(done.folder)))
    command = f"loyalty report {shown(done.folder)} --out DIR{again(lang)}"
    typer.echo(told("Next:    {command}", command=command))


def _tell_nothing_run(done: Reproduced) -> None:
    """Print why nothing was run, and what can be done."""
    if any(one.kind == "history" for one in done.inputs):
        says = (
            "Nothing was run: the histories of the customers are others now, and a report does not "
            "keep them. Put back the file that it was made from."
        )
    else:
        says = (
            "Nothing was run. `--kept` runs with the inputs that the report kept; `loyalty compare` "
            "compares with those on disk now."
        )
    typer.echo(translated(says))


def _moved(most: Moved) -> str:
    """Return which number moved most, and by how much."""
    from sim.common.formatting import percent

    return told(
        "The largest by {by}: {measure} of {scenario} in future {number}, {segment}: {then:.10g} then, "
        "{now:.10g} now.",
        by=percent(most.by),
        measure=most.measure,
        scenario=most.scenario,
        number=most.future + 1,
        segment=most.segment,
        then=most.then,
        now=most.now,
    )


def _gains(done: Reproduced) -> list[tuple[str, ...]]:
    """Return a row for each strategy: its mean gain then and now."""
    from sim.common.composed import retold
    from sim.common.formatting import money
    from sim.report.phrases import say

    assert done.numbers is not None
    strategies, currency = done.manifest.strategies, done.manifest.market.currency
    rows = [
        (
            retold(strategies[name].title),
            money(then, currency, signed=True),
            money(now, currency, signed=True),
        )
        for name, (then, now) in done.numbers.gains.items()
    ]
    head = (say("comparison.glance.strategy"), translated("When it was made"), translated("Now"))
    return [head, *rows]


def _reason(done: Reproduced) -> str:
    """Return what may be the reason that numbers differ."""
    if done.versions:
        return translated("The inputs being the same, the reason is among what computes, above.")
    return translated(
        "No input and no version that the report names is another one: a machine may be, or what it "
        "does not name."
    )


def _for_a_machine(report: Path, done: Reproduced) -> dict[str, Any]:
    """Return the answer as plain values."""
    from dataclasses import asdict

    numbers = done.numbers
    return {
        "report": str(report),
        "id": done.manifest.id,
        "market": done.manifest.market.name,
        "command": done.manifest.command,
        "same": done.same,
        "inputs": [asdict(one) for one in done.inputs],
        "versions": [asdict(one) for one in done.versions],
        "folder": str(done.folder) if done.folder else None,
        "numbers": None
        if numbers is None
        else {
            "of": numbers.of,
            "others": numbers.others,
            "most": asdict(numbers.most) if numbers.most else None,
            "only_then": numbers.only_then,
            "only_now": numbers.only_now,
            "gains": [
                {"strategy": name, "then": then, "now": now}
                for name, (then, now) in numbers.gains.items()
            ],
        },
    }
