"""What a trial measured, learned for the market of the firm that ran it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import given, machine
from sim.cli.app import Language, app
from sim.cli.machine import Json
from sim.cli.spoken import again, speaking
from sim.cli.terminal import progress
from sim.common.translated import told, translated

if TYPE_CHECKING:
    from sim.experiment.trial_result import Measured
    from sim.market.learned import Learned


@app.command(
    epilog="""\b
Examples:
  loyalty learn shop trial.csv
      a line for each customer: customer, arm, spend in the weeks of the trial at list prices
  loyalty learn shop --campaigns personal_omnichannel
      from the campaigns in the firm's records, taken for this plan: what `loyalty insight` says that they
      brought, where whom they reached can be told from what customers would have bought anyway
  loyalty learn shop
      learn again from the trials before, after the market or its evidence was changed

\b
Arms are called as the design in clients/NAME/trials/ says (`loyalty trial` writes it); whoever spent
nothing has 0. Where shops were drawn, a line for each: place, arm, customers, spend of all of them.
The finding goes to clients/NAME/evidence.csv, what it teaches to clients/NAME/learned.yaml: comparisons
of this market draw their futures from it from then on, those made before stay as they are, other markets
too. To undo a trial, or correct its table: put learned_before_TRIAL.yaml in the place of learned.yaml, or
delete that after the first trial; delete the row of the trial in evidence.csv; then learn again.
"""
)
def learn(
    market: Annotated[
        str,
        typer.Argument(
            metavar="MARKET", callback=given.market_argument, help="A market of your own."
        ),
    ],
    trial: Annotated[
        Path | None, typer.Argument(metavar="TRIAL.csv", help="What the trial measured.")
    ] = None,
    campaigns: Annotated[
        str | None,
        typer.Option(metavar="STRATEGY", help="Instead: the plan that does what campaigns did."),
    ] = None,
    futures: Annotated[
        int,
        typer.Option(metavar="N", min=100, max=5_000, help="Futures in which it is simulated."),
    ] = 1_000,
    jobs: Annotated[
        int, typer.Option(metavar="N", min=0, max=1024, help="Processes; 0: one per processor.")
    ] = 0,
    lang: Language = "en",
    as_json: Json = False,
) -> None:
    """Learn from a trial: futures count as much as what was measured is likely in them.

    Each trial is simulated in many futures. Those in which it comes out as measured count for more, and
    with them all numbers that go with its outcome.
    """
    from sim.common.paths import shown

    found_in = _in_records(market, trial, campaigns)
    from sim.evidence.own import parameters_for
    from sim.experiment.learn import learn as run_learn
    from sim.experiment.taught import taught
    from sim.experiment.tried_plan import next_command
    from sim.market.market import load_market
    from sim.report.comparison.learned import known_better

    with progress("futures") as on_progress:
        found = run_learn(market, found_in or trial, futures, jobs, on_progress)
    firm = load_market(market)
    known = taught(firm, parameters_for(firm).rows)
    assert known is not None
    if as_json:
        machine.tell(machine.of_learned(market, found, known))
        return
    with speaking():
        _tell(found.learned, firm.currency)
        typer.echo(known_better(firm, known))
        files = {"file": shown(found.file), "evidence": shown(found.evidence)}
        typer.echo(told("Kept in {file} and {evidence}.", **files))
        command = next_command(market, found.learned, again(lang))
        typer.echo(told("Next: `{command}`.", command=command))


def _in_records(market: str, trial: Path | None, strategy: str | None) -> Measured | None:
    """Return what campaigns brought, taken for a strategy; None where none is named."""
    if strategy is None:
        return None
    given.strategies([strategy], market, "--campaigns")
    if trial is not None:
        from sim.common.errors import InputError

        expected = "one of TRIAL.csv and --campaigns at a time"
        raise InputError("loyalty learn", "--campaigns", "both", expected)
    from sim.experiment.campaigns_as_trial import campaigns_as_trial

    return campaigns_as_trial(market, strategy)


def _tell(learned: Learned, currency: str) -> None:
    """Print what each trial found, and what it changed, in the market's currency."""
    from sim.experiment.trial_outcomes import NOTHING

    for one in learned.trials:
        says = (
            "{name}: in {weeks} weeks {title} brought {difference:+.2f} {currency} per customer in "
            "spend (standard error {error:.2f}; {tried} customers with it, {control} without)."
            if one.by_lot
            else "{name}: in {weeks} weeks campaigns, taken for {title}, brought {difference:+.2f} "
            "{currency} per customer in spend (standard error {error:.2f}; {tried} contacts, {control} "
            "rows of others)."
        )
        gaps = one.model_dump(include={"name", "weeks", "difference", "error", "tried", "control"})
        typer.echo(told(says, title=translated(one.title), currency=currency, **gaps))
        says = "  Expected before: {mean:+.2f} {currency} (9 times in 10 from {low:+.2f} to {high:+.2f})."
        typer.echo(told(says, currency=currency, **one.before.model_dump()))
        says = (
            "  Expected now: {mean:+.2f} {currency} (9 times in 10 from {low:+.2f} to {high:+.2f})."
        )
        typer.echo(told(says, currency=currency, **one.after.model_dump()))
        says = "  That it does nothing here: {now:.0%}, {before:.0%} before any trial."
        typer.echo(told(says, now=learned.chance_of_nothing(one.strategy), before=NOTHING))
    says = "{futures} futures, weighted by this, are worth {effective:.0f} equal ones."
    typer.echo(told(says, futures=len(learned.weights), effective=learned.effective))
