"""What a market assumes: the numbers that matter most, and what the firm states in their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import given, machine
from sim.cli.app import Language, app
from sim.cli.machine import Json
from sim.cli.spoken import speaking
from sim.common.translated import told, translated

if TYPE_CHECKING:
    from sim.market.numbers import Number
    from sim.workbench.assumed import Matter


@app.command(
    epilog="""\b
Examples:
  loyalty assume shop
      the five numbers that matter most, why, and what they are now
  loyalty assume shop --set "gross_margin=0.31,accounts of 2024"
      the firm's own gross margin: certain from now on, no future draws it
  loyalty assume shop --set "wage_per_hour=28,payroll" --set "usual_messages=3,mail of March"
      two at once; if one of them is wrong, nothing is written

\b
VALUE is in the unit that the list names, with a decimal point; a share of 31 % is 0.31 or 31%. SOURCE
says where it is from, in words.
The file clients/NAME/NAME.yaml keeps all else. Comparisons made before stay as they are; the next one has
the new numbers, and a folder of its own. A number that you know only roughly stays assumed: change its
`low` and `high` in the file instead.
"""
)
def assume(
    market: Annotated[
        str,
        typer.Argument(
            metavar="MARKET", callback=given.market_argument, help="A market of your own."
        ),
    ],
    stated: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE,SOURCE", help="State a value; may be repeated."),
    ] = None,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Show the numbers of a market that matter most, or state what the firm knows.

    Which ones matter is read from the newest finished comparison of the market; without one they come in
    a fixed order: what multiplies every gain, what bounds it, what it costs.
    """
    from sim.market.market import load_market
    from sim.market.stated import state, stated_numbers
    from sim.workbench.assumed import what_matters

    said = stated or []
    made = state(market, said) if said else load_market(market)
    names = list(stated_numbers(made, said))
    if as_json:
        found, folder = what_matters(made)
        matters = [
            {"name": one.name, "label": one.label, "why": one.why, **one.number.written()}
            for one in found
        ]
        machine.tell(
            {"market": made.name, "stated": names, "comparison": folder, "matter": matters}
        )
        return
    with speaking():
        found, folder = what_matters(made)
        for name in names:
            typer.echo(_stated(name, made.values[name]))
        for line in _what_matters(found, folder, bool(names)):
            typer.echo(line)


def _stated(name: str, number: Number) -> str:
    """Return what the firm has stated of a value."""
    says = "{name} is {value:g} {unit}: {source}"
    unit = translated(number.unit)
    return told(says, name=name, value=number.value, unit=unit, source=number.source)


def _what_matters(found: Iterable[Matter], folder: str, changed: bool) -> Iterator[str]:
    """Return the lines on what matters most, read from a comparison if there is one."""
    after = (
        told("by the comparison in {folder}", folder=folder)
        if folder
        else translated("as no comparison is finished yet")
    )
    says = "What matters most now, {after}:" if changed else "What matters most, {after}:"
    yield told(says, after=after)
    for one in found:
        number = one.number
        ends = (
            ""
            if number.low is None
            else told(" ({low:g} to {high:g})", low=number.low, high=number.high)
        )
        yield told(
            "  {name}: {value:g}{ends} {unit}, {status}",
            name=one.name,
            value=number.value,
            ends=ends,
            unit=translated(number.unit),
            status=translated(number.status),
        )
        yield f"      {translated(one.why)}"
