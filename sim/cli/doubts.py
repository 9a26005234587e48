"""Why a finished comparison says what it says, when it loses, what to find out, the trial to run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import machine, machine_doubts
from sim.cli.app import Comparison, Language, app
from sim.cli.asked import asked, with_time
from sim.cli.machine import Json
from sim.cli.spoken import speaking
from sim.cli.terminal import progress, show_table
from sim.common.translated import told, translated

if TYPE_CHECKING:
    from sim.analysis.answers import Answers
    from sim.analysis.influence import Influence
    from sim.report.section import Section

#: The option that several commands share.
Asked = Annotated[
    str | None,
    typer.Option(
        "--strategy",
        metavar="NAME",
        help="The plan that a search found (best_for_MARKET), or the strategy that comes first.  "
        "[default: what the report asks for]",
    ),
]


@app.command(
    epilog="""\b
Examples:
  loyalty explain data/results/grocery
      what the report explains: what each play is worth, which pairs help or hurt
  loyalty explain data/results/grocery --plan lifecycle_care_plan
      another one of the comparison

\b
Some 240 runs with some of its plays alone, and 64 with parts switched off, of the size of the comparison
and in its own futures: one or two minutes of a processor at the usual size. They are kept in its folder;
what was stopped goes on, and the report takes them from there. Of a plan that is not to be believed
before a trial the report leaves out how the gain is shared out, and says what each play adds.
"""
)
def explain(
    folder: Comparison,
    plan: Annotated[
        str | None,
        typer.Option(
            "--plan",
            "--strategy",
            metavar="NAME",
            help="A strategy of it, or the plan that a search found.  [default: what it advises or asks "
            "to try, else the strategy that comes first]",
        ),
    ] = None,
    jobs: Annotated[
        int, typer.Option(metavar="N", min=0, max=1024, help="Runs at a time; 0 takes all cores.")
    ] = 0,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Explain a gain: what each play is worth, which pairs help or hurt, on which studies it rests.

    Worths (Shapley) add up to the gain in the futures that are looked at. A pair is told only if it
    stands out from noise, so that at most one in ten told is by chance.
    """
    from dataclasses import replace

    from sim.analysis.parts_of_plan import check_plan, parts_of_plan, worths_in_plan
    from sim.report.comparison.made_of import made_of_section
    from sim.report.comparison.plays import plays_section

    found = asked(folder, plan, "explained", any_of_it=True)
    folder = found.folder or folder
    name = plan or found.ranking[0]
    check_plan(found, name, folder)
    with progress("runs") as on_progress:
        parts = parts_of_plan(found, name, folder, jobs, with_time(on_progress, folder))
    with progress("runs") as on_progress:
        worths = worths_in_plan(found, name, folder, jobs, with_time(on_progress, folder))
    found = replace(found, parts=parts, worths=worths)
    if as_json:
        machine.tell(machine_doubts.of_explained(folder, found))
        return
    with speaking():
        if (section := plays_section(found)) is None:
            typer.echo(translated("The plan has a single play: all of its gain is that play's."))
        else:
            _show(section, found)
        _show(made_of_section(found), found)


@app.command(
    epilog="""\b
Examples:
  loyalty stress data/results/grocery
      the limits within which the advice is wrong most often

\b
All is read from the futures of the comparison, and the report says the same. What its plays are worth is
run first where a strategy leads and no command did before, and so is a plan that a search found, which
is asked where the report advises it, in as many other futures.
"""
)
def stress(
    folder: Comparison, strategy: Asked = None, lang: Language = "en", as_json: Json = False
) -> None:
    """Find when the advice loses: where futures lie in which it is wrong, and where the answer turns.

    A pattern is told only if it is stronger than chance. Thresholds of single values, below or above
    which something else is best, follow.
    """
    from sim.common.size import ENOUGH_FUTURES
    from sim.report.comparison.leanings import thresholds
    from sim.report.comparison.losing import losing_section

    found = asked(folder, strategy, "chosen")
    if as_json:
        machine.tell(machine_doubts.of_losing(found))
        return
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
  loyalty sensitivity data/results/grocery --screen
      on which numbers the gain hangs: each moved by itself, then shares of the spread

\b
Without --screen all is read from the futures of the comparison, and the report says the same. What its
plays are worth is run first where a strategy leads and no command did before, and so is a plan that a
search found, which is asked where the report advises it, in as many other futures.
With --screen some 1,000 to 2,000 runs with the plan are made, and as many without it, of 1,000 customers
at most: five to twenty minutes of a processor. They are kept, what was stopped goes on, and reports that
are written afterwards say what was found.
"""
)
def sensitivity(
    folder: Comparison,
    strategy: Asked = None,
    screen: Annotated[
        bool,
        typer.Option(
            "--screen",
            help="Run the plan with each uncertain number moved (Morris), then with all drawn (Sobol).",
        ),
    ] = False,
    jobs: Annotated[
        int, typer.Option(metavar="N", min=0, max=1024, help="Runs at a time; 0 takes all cores.")
    ] = 0,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Rank what to find out first: what knowing each uncertain number would be worth in money.

    The worth is that of a better choice of strategy, not of the knowledge itself. Where nothing is worth
    more than chance explains, that is the answer.
    """
    from sim.report.comparison.finding_out import finding_out_section
    from sim.report.comparison.influence import section_of

    found = asked(folder, strategy, "chosen")
    screened = _screened(found, jobs) if screen else None
    if as_json:
        machine.tell(machine_doubts.of_information(found, screened))
        return
    with speaking():
        _show(section_of(found, screened) if screened else finding_out_section(found), found)


@app.command(
    epilog="""\b
Examples:
  loyalty trial clients/shop/results/shop
      the trial of the plan that comes first: arms, customers, weeks, when to stop, its worth

\b
All is read from the futures of the comparison, and the report says the same. What its plays are worth is
run first where a strategy leads and no command did before. A plan that a search found is run first as
well, in as many other futures, and kept beside it; then it is the trial of this plan that
the report tells, where it advises the plan or asks to try it. Of a market of your own the design is kept
as clients/NAME/trials/PLAN.yaml, for `loyalty learn`.
"""
)
def trial(
    folder: Comparison, strategy: Asked = None, lang: Language = "en", as_json: Json = False
) -> None:
    """Design the trial to run first: arms, who is drawn, how many, how long, when to stop, its worth.

    Where the firm is too small to tell, or the result not worth what the trial costs, that is the answer,
    and the design that is kept says so at its top.
    """
    from sim.analysis.trial import design_of, trial_of, warning_of
    from sim.common.paths import shown
    from sim.experiment.trial_design import write_design
    from sim.report.comparison.chosen import is_asked_doubted
    from sim.report.comparison.trial import trial_section

    found = asked(folder, strategy, "tried")
    doubted = is_asked_doubted(found, folder)
    designed = None if found.pays_none else trial_of(found, doubted)
    design = None if designed is None else design_of(found, designed)
    warning = "" if designed is None else warning_of(designed, found.market.currency, doubted)
    kept = None if design is None else write_design(found.market.name, design, warning)
    if as_json:
        machine.tell(machine_doubts.of_trial(found, designed, kept))
        return
    with speaking():
        _show(trial_section(found, doubted), found)
        if kept:
            says = (
                "Design, with a warning: {file}. What it measured if it is run all the same, "
                "`loyalty learn {market} TRIAL.csv` reads."
                if warning
                else "Design: {file}. What it measured, `loyalty learn {market} TRIAL.csv` reads."
            )
            typer.echo(told(says, file=shown(kept), market=found.market.name))


def _screened(found: Answers, jobs: int) -> Influence:
    """Return on which values the gain of the plan that is asked hangs."""
    from sim.analysis.influence import influence_in

    with progress("runs") as on_progress:
        return influence_in(found, jobs, on_progress)


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
