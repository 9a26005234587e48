"""The application that the commands belong to, and the options that several of them share."""

from pathlib import Path
from typing import Annotated

import typer

from sim.cli import given
from sim.cli.spoken import VARIABLE, asked, choose
from sim.cli.terminal import WORDS, Commands
from sim.common.size import REPORT_SIZE

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help starts twice as fast and reads the same in a log
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
From a raw export or a clean transaction log to a report:
  loyalty intake export.xlsx --name shop
  loyalty calibrate sales.csv --name shop --customer card --date day --amount total
  loyalty compare --market shop
  loyalty report clients/shop/results/shop

\b
Clients' files in another place, for one command (it stands before the command's name):
  loyalty --clients /secure/clients compare --market shop

\b
`loyalty COMMAND --help` shows examples of each command; `assume`, `check`, `compare`, `explain`,
`forecast`, `insight`, `intake`, `learn`, `optimise`, `portfolio`, `quality`, `reproduce`, `score`,
`sensitivity`, `stress`, `trial` and `validate` answer a machine with --json.

\b
Exit codes:
  0    done
  1    something outside failed: a full disk, no permission, a notebook that stopped
  2    the input is wrong; the message says what, where and what to do
  3    of `loyalty reproduce`: a report does not come out again, or an input was edited
  130  stopped by Ctrl-C; what is finished is kept
""",
)

Market = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        callback=given.market,
        help="A market: of data/markets, of a client, or of a case.",
    ),
]
Comparison = Annotated[
    Path,
    typer.Argument(metavar="DIR", callback=given.comparison, help="Folder of a comparison."),
]
Customers = Annotated[
    int,
    typer.Option(
        metavar="N", min=100, max=10_000_000, help="Customers in the simulation; money is scaled."
    ),
]
Weeks = Annotated[
    int, typer.Option(metavar="N", min=4, max=520, help="Weeks to simulate; 52 make a year.")
]
Futures = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=2,
        max=100_000,
        help=f"Joint draws of all that is uncertain.  [default: {REPORT_SIZE['futures']}]",
    ),
]
CustomerColumn = Annotated[
    str | None, typer.Option(metavar="COL", help="Column that says who bought.")
]
DateColumn = Annotated[str | None, typer.Option(metavar="COL", help="Column that says when.")]
AmountColumn = Annotated[
    str | None, typer.Option(metavar="COL", help="Column that says for how much.")
]
Seed = Annotated[
    int,
    typer.Option(metavar="N", min=0, max=2**32 - 1, help="The same seed gives the same numbers."),
]
Reveal = Annotated[
    bool,
    typer.Option(
        "--reveal", help="Customers by the client's own ids: for the holder of the client's key."
    ),
]
Language = Annotated[
    str,
    typer.Option(
        metavar="CODE",
        envvar=VARIABLE,
        show_envvar=False,
        callback=choose,
        help="Language of answers and documents: en, or zh for Chinese.  "
        f"[default: {VARIABLE}, or en]",
        show_default=False,
    ),
]


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
    clients: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder of the clients' files, for this command.  "
            "[default: LOYALTY_CLIENTS, or clients in the checkout]",
        ),
    ] = None,
) -> None:
    """Find the loyalty strategy a firm should choose, for whom, and how sure one can be."""
    if version:
        from sim.common.version import __version__

        typer.echo(f"loyalty-workbench {__version__}")
        raise typer.Exit
    if clients is not None:
        from sim.common.paths import use_clients

        use_clients(clients)
    _look_at_clients(context)


def _look_at_clients(context: typer.Context) -> None:
    """Carry on with what a killed command had decided on; refuse one on a client who is sealed."""
    from sim.common.paths import clients_folder

    folder, words = clients_folder(), context.meta[WORDS]
    if any(folder.glob("*.sealed")) and words[:1] not in (["seal"], ["unseal"]):
        from sim.intake.sealed_client import refuse_sealed

        choose(context, asked(words))  # the command's own option is not read yet
        refuse_sealed(words)
    if any(folder.glob(".*.sealed-away")):
        from sim.intake.sealed_client import clear_away

        clear_away(folder)
    if any(folder.glob("*/.changes/order.json")):
        from sim.common.staged import finish_all

        finish_all(folder)
