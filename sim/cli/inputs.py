"""Parameters, and a check of what people wrote."""

from typing import Annotated

import typer

from sim.cli import machine
from sim.cli.app import Language, app
from sim.cli.machine import Json
from sim.cli.spoken import speaking
from sim.cli.terminal import WRONG_INPUT, stop
from sim.common.composed import retold
from sim.common.paths import shown
from sim.common.translated import told, translated


@app.command(
    epilog="""\b
Examples:
  loyalty check          after any edit in playbook/ or data/
  loyalty check --fix    write what is generated anew first: parameters, tables of the read-me files
"""
)
def check(
    fix: Annotated[bool, typer.Option("--fix", help="Renew what is generated first.")] = False,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Check every page, strategy, market, parameter and piece of evidence.

    Prints what is wrong, where, and how to mend it. Exit code 0 when all is well, else 2.
    """
    from sim.checks import check

    renewed = check.fix() if fix else []
    faults = check.check()
    notes = [] if faults else check.notes()
    if as_json:
        found = {"renewed": renewed, "faults": machine.faults(faults)}
        machine.tell(found | {"notes": notes})
        raise typer.Exit(WRONG_INPUT if faults else 0)
    with speaking():
        for name in renewed:
            typer.echo(told("Renewed: {name}", name=name))
        for fault in faults:
            typer.echo(fault.message, err=True)
        if faults:
            says = "{count} fault to mend." if len(faults) == 1 else "{count} faults to mend."
            stop(told(says, count=len(faults)), WRONG_INPUT)
        says = "All pages, strategies, markets, parameters and evidence are in order."
        typer.echo(translated(says))
        for note in notes:
            typer.echo(told("Note: {note}", note=retold(note)))


@app.command(
    epilog="""\b
Examples:
  loyalty parameters
      after any edit of data/evidence.csv or data/parameter_definitions.csv
  loyalty parameters --market shop
      after any edit of clients/shop/evidence.csv: what this firm found itself, in a trial say
"""
)
def parameters(
    market: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="A client with evidence of its own: for its runs alone."),
    ] = None,
    lang: Language = "en",
) -> None:
    """Pool the evidence into data/parameters.csv: how strongly people respond, and how sure that is.

    Converts each finding into the unit of the parameters it informs, discounts it, and pools those that
    inform the same one. A parameter that no finding informs is assumed, and says so.
    """
    from sim.evidence import meta_analysis, own
    from sim.evidence.parameters import FILE

    if market is not None:
        path, changed = own.write_own_parameters(market)
        rows = list(own.parameters_for(market).rows)
        informed = sum(row.status == "estimated" for row in rows)
        says = "{file}: {count} parameters, {informed} of them with evidence of the firm's own; {state}."
        _tell_parameters(says, changed, file=shown(path), count=len(rows), informed=informed)
        return
    changed = meta_analysis.write_parameters()
    rows = meta_analysis.parameters()
    published = sum(row.status == "published" for row in rows)
    says = "{file}: {count} parameters, {published} from findings and {assumed} assumed; {state}."
    counts = {"count": len(rows), "published": published, "assumed": len(rows) - published}
    _tell_parameters(says, changed, file=FILE, **counts)


def _tell_parameters(says: str, changed: bool, **gaps: object) -> None:
    """Print what a file of parameters holds, and whether it was written anew."""
    with speaking():
        state = translated("written anew") if changed else translated("unchanged")
        typer.echo(told(says, state=state, **gaps))
