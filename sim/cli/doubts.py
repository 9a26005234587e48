"""When the advice of a finished comparison loses, what to find out first, and the trial to run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import Language, app
from sim.cli.spoken import speaking
from sim.cli.terminal import show_table
from sim.common.translated import told

if TYPE_CHECKING:
    from sim.analysis.answers import Answers
    from sim.report.section import Section

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a comparison.")]


@app.command(
    epilog="""\b
Examples:
  loyalty stress data/results/grocery
      the limits within which the advice is wrong most often

\b
Nothing is run: all is read from the futures of the comparison. The report says the same.
"""
)
def stress(folder: Folder, lang: Language = "en") -> None:
    """Find when the advice loses: where futures lie in which it is wrong, and where the answer turns.

    A pattern is told only if it is stronger than chance. Thresholds of single values, below or above
    which something else is best, follow.
    """
    from sim.analysis.load_comparison import load_comparison
    from sim.common.size import ENOUGH_FUTURES
    from sim.report.comparison.leanings import thresholds
    from sim.report.comparison.losing import losing_section

    found = load_comparison(folder)
    with speaking():
        _show(losing_section(found), found)
        if found.futures >= ENOUGH_FUTURES:  # fewer do not tell, as has just been said
            for line in thresholds(found):
                typer.echo(line)


@app.command(
    epilog="""\b
Examples:
  loyalty sensitivity data/results/grocery
      which numbers are worth finding out before deciding, and what that is worth

\b
Nothing is run: all is read from the futures of the comparison. The report says the same.
"""
)
def sensitivity(folder: Folder, lang: Language = "en") -> None:
    """Rank what to find out first: what knowing each uncertain number would be worth in money.

    The worth is that of a better choice of strategy, not of the knowledge itself. Where nothing is worth
    more than chance explains, that is the answer.
    """
    from sim.analysis.load_comparison import load_comparison
    from sim.report.comparison.finding_out import finding_out_section

    found = load_comparison(folder)
    with speaking():
        _show(finding_out_section(found), found)


@app.command(
    epilog="""\b
Examples:
  loyalty trial clients/shop/results/shop
      the trial of the plan that comes first: arms, customers, weeks, when to stop, its worth

\b
Nothing is run: all is read from the futures of the comparison. The report says the same. Of a market of
your own the design is kept as clients/NAME/trials/PLAN.yaml, for `loyalty learn`.
"""
)
def trial(folder: Folder, lang: Language = "en") -> None:
    """Design the trial to run first: arms, who is drawn, how many, how long, when to stop, its worth.

    Where the firm is too small to tell, or the result not worth what the trial costs, that is the answer.
    """
    from sim.analysis.load_comparison import load_comparison
    from sim.analysis.trial import design_of, trial_of
    from sim.common.paths import shown
    from sim.experiment.trial_design import write_design
    from sim.report.comparison.trial import trial_section

    found = load_comparison(folder)
    designed = None if found.pays_none else trial_of(found)
    kept = designed and write_design(found.market.name, design_of(found, designed))
    with speaking():
        _show(trial_section(found), found)
        if kept:
            says = "Design: {file}. What it measured, `loyalty learn {market} TRIAL.csv` reads."
            typer.echo(told(says, file=shown(kept), market=found.market.name))


def _show(section: Section | None, comparison: Answers) -> None:
    """Print a section of a report, or the answer where it has none: the firm can pay nothing."""
    from sim.common.style import ended
    from sim.report.comparison.sentences import headline

    if section is None:
        typer.echo(headline(comparison))
        return
    short = section.short
    typer.echo(ended(section.heading))
    for line in [] if short is None else [*short.sentences, *short.bullets]:
        typer.echo(line)
    for table in section.tables:
        rows = [tuple(table.frame.columns), *table.frame.itertuples(index=False, name=None)]
        show_table(rows, table.caption)
