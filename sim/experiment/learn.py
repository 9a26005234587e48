"""Learn from a trial: what it measured changes what a client's comparisons draw from then on.

Nothing that is shared changes. With the client's files are kept the finding (``evidence.csv``), the
weighted futures (``learned.yaml``), and both as they were before.
"""

import shlex
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from sim.common.errors import InputError
from sim.common.paths import client_folder, client_names, shown
from sim.common.reading import digest
from sim.common.writing import lock, write_text
from sim.evidence.own import (
    EVIDENCE,
    PARAMETERS,
    as_measured,
    clear_caches,
    own_findings,
    write_own_parameters,
)
from sim.experiment.learned_from import learned_from
from sim.experiment.own_trials import how_to_correct, keep_finding, kept_before, next_id
from sim.experiment.trial_design import RECORDS, Design, keep_design, trial_designs, trial_files
from sim.experiment.trial_result import Measured, read_result
from sim.experiment.workers import Progress
from sim.market.learned import FILE, Foretold, Learned, Tried
from sim.market.market import Market, load_market
from sim.market.places import path_of
from sim.playbook.strategies import Strategy

#: Futures in which a trial is simulated unless asked otherwise.
FUTURES = 1_000
#: Most that are asked for.
MOST_FUTURES = 5_000


@dataclass(frozen=True)
class Outcome:
    """What was learned, and where it stands."""

    learned: Learned
    file: Path
    evidence: Path


def learn(
    name: str,
    result: Path | Measured | None = None,
    futures: int = FUTURES,
    jobs: int = 0,
    on_progress: Progress | None = None,
) -> Outcome:
    """Update what is uncertain about a client's market by a trial, for its comparisons from now on.

    Parameters
    ----------
    name : str
        A client's market.
    result : Path or Measured, optional
        What was measured (`sim.experiment.trial_result`, or of campaigns
        `sim.experiment.campaigns_as_trial`); without it earlier trials are learned again, as after a
        change of the market.
    futures : int
    jobs : int
        Processes; 0 takes one per processor unless there is little to do.
    on_progress : callable, optional
        Called with (runs done, runs in all, what is being done).

    Raises
    ------
    InputError
        If the market is no client's or its folder is in use, the table is wrong or was learned before,
        too few futures agree with it, or a file that was read changes meanwhile; nothing is written then.
    """
    _client(name)
    with lock(path_of(name).parent):  # until all is written: another learns or states nothing
        return _learned(name, result, futures, jobs, on_progress or _silent)


def _learned(
    name: str, result: Path | Measured | None, futures: int, jobs: int, on_progress: Progress
) -> Outcome:
    """Learn in a client's folder that is held."""
    read, parameters = _files(name), _of_parameters(name)
    market, designs, where = _client(name), trial_designs(name), path_of(name)
    trials = list(market.learned.trials) if market.learned else []
    if result is not None:
        found = read_result(result, designs) if isinstance(result, Path) else result
        designs |= {found.arm: found.design} if found.design else {}
        trials.append(_tried(market, found, designs))
    if not trials:
        hint = "Give the table of what a trial measured: `loyalty learn MARKET TRIAL.csv`."
        expected = "a trial to learn from"
        raise InputError("loyalty learn", "TRIAL.csv", "nothing", expected, hint=hint)
    plans = [_plan(trial, designs, name) for trial in trials]
    files = (read[where], parameters)
    learned = learned_from(market, trials, plans, futures, jobs, on_progress, *files)
    _check_unchanged(name, read, result, futures)
    told = learned.trials
    keep_design(where.parent, designs[told[-1].name])
    file = where.with_name(FILE)
    if file.exists() and result is not None:
        write_text(kept_before(where.parent, told[-1].name), file.read_text())
    # first, so that what ends in between leaves no finding twice: the next run adds what is not there
    write_text(file, yaml.safe_dump(learned.model_dump(), sort_keys=False, allow_unicode=True))
    evidence = keep_finding(where.parent, told[-1], market)
    clear_caches()
    write_own_parameters(name)
    return Outcome(learned, file, evidence)


def check_up_to_date(market: Market) -> None:
    """Refuse what was learned before the market or its evidence was changed.

    Raises
    ------
    InputError
        With the command that learns it again.
    """
    found = market.learned
    if found is None or market.name not in client_names():
        return
    now = (_of_file(market.name), _of_parameters(market.name))
    if (found.market, found.parameters) != now:
        raise InputError(
            shown(path_of(market.name).with_name(FILE)),
            "content",
            "learned before the market or its evidence was changed",
            "what its trials teach now",
            hint=f"Run `loyalty learn {market.name}`.",
        )


def _client(name: str) -> Market:
    """Return a client's market; refuse one that comes with the workbench."""
    market = load_market(name)
    if client_folder(name) is None:
        raise InputError(
            "loyalty learn",
            "market",
            name,
            "a market of your own: " + (", ".join(client_names()) or "none is there yet"),
            hint="Markets that come with the workbench stay as they are for everybody. "
            "`loyalty calibrate LOG --name NAME` makes your own.",
        )
    return market


def _tried(market: Market, found: Measured, designs: dict[str, Design]) -> Tried:
    """Return a trial that has just been measured; what it teaches is worked out afterwards."""
    before = {trial.name for trial in (market.learned.trials if market.learned else [])}
    if found.arm in before:
        expected = "a trial that was not learned from yet: each counts once"
        hint = how_to_correct(path_of(market.name).parent, found.arm, market.learned)
        raise InputError("loyalty learn", "arm", found.arm, expected, hint=hint)
    design, unknown = designs[found.arm], Foretold(mean=0.0, low=0.0, high=0.0)
    return Tried(
        name=found.arm,
        strategy=design.plan.name,
        title=design.plan.title,
        finding=next_id(own_findings(market.name)),
        day=date.today().isoformat(),
        weeks=design.weeks,
        tried=found.tried,
        control=found.control,
        difference=found.difference,
        error=found.error,
        gain=design.gain,
        by_lot=design.unit != RECORDS,
        before=unknown,
        after=unknown,
    )


def _plan(trial: Tried, designs: dict[str, Design], market: str) -> tuple[Strategy, int]:
    """Return what was tried, and for how many weeks."""
    if trial.name not in designs:
        where = f"clients/{market}/trials/{trial.name}.yaml"
        raise InputError(where, "file", "nothing", "the design of a trial that was learned from")
    return designs[trial.name].plan, trial.weeks


def _files(name: str) -> dict[Path, str]:
    """Return the files of a client that a trial is learned from, with a digest of each that is there."""
    market = path_of(name)
    beside = (f"{name}.history.csv", EVIDENCE, PARAMETERS, FILE)
    paths = [market, *map(market.with_name, beside), *trial_files(name)]
    return {path: digest(path.read_bytes()) for path in paths if path.is_file()}


def _check_unchanged(
    name: str, read: dict[Path, str], result: Path | Measured | None, futures: int
) -> None:
    """Refuse what was simulated from files that are others by now: an editor asks for no lock."""
    now = _files(name)
    changed = [path for path in {**read, **now} if read.get(path) != now.get(path)]
    if changed:
        table = [] if result is None else [str(result)]
        if isinstance(result, Measured) and result.design:
            table = ["--campaigns", result.design.plan.name]
        size = [] if futures == FUTURES else ["--futures", str(futures)]
        command = shlex.join(["loyalty", "learn", name, *table, *size])
        raise InputError(
            shown(changed[0]),
            "content",
            "another than when the simulation began",
            "a file that stays as it is while a trial is learned",
            hint=f"Nothing was written. Run it again: `{command}`.",
        )


def _of_file(name: str) -> str:
    """Return a digest of a market's file."""
    return digest(path_of(name).read_bytes())


def _of_parameters(name: str) -> str:
    """Return a digest of what parameters of a market are drawn from."""
    rows = [(row.key, row.low, row.value, row.high) for row in as_measured(name).rows]
    return digest(repr(rows).encode())


def _silent(_done: int, _total: int, _label: str) -> None:
    """Ignore progress."""
