"""Find the best plan for a budget: seek it, judge it on fresh futures beside the named strategies.

A folder holds one search. Stopped, it goes on by the same call; finished, it is never overwritten, and
its files are the same whatever the number of processes and whether or not it was stopped.
"""

from dataclasses import asdict
from pathlib import Path
from statistics import fmean
from typing import Any

import pandas as pd
from joblib import cpu_count

from sim.advice.search.answer import file_of, plays_of, told_of, trial_of_plays
from sim.advice.search.asked import Asked, check_asked, within_budget
from sim.advice.search.candidates import Limits, content_of, strategy_of
from sim.advice.search.place import (
    check_place,
    free_place,
    is_finished,
    open_place,
    put_aside,
)
from sim.advice.search.prune import judge_pruned
from sim.advice.search.race import beside, run_race
from sim.advice.search.read import (
    ANSWER,
    FOUND,
    PLAN,
    TRIALS,
    is_answered,
    kind_of,
    read_answer,
)
from sim.advice.search.refine import refine, worst_tenth
from sim.advice.search.seek import FUTURES, Plays, Sought, build_up, screen
from sim.advice.search.trials import Trials, clear_kept
from sim.advice.search.verdict import Verdict, thresholds
from sim.analysis.choice import MATTERS
from sim.common.own_digest import with_seal
from sim.common.version import __version__
from sim.common.writing import clear_partial, lock, write_json, write_text
from sim.evidence.own import parameters_for
from sim.evidence.parameters import ParameterTable
from sim.experiment import budget as budgets
from sim.experiment.fingerprint import code_digest, history_digest
from sim.experiment.learn import check_up_to_date
from sim.experiment.workers import Progress
from sim.levers import BY_NAME
from sim.market.market import Market, load_market
from sim.playbook.strategies import BASELINE, Strategy
from sim.playbook.strategy_files import load_strategy
from sim.playbook.strategy_places import client_strategy_names, strategy_names

#: What decides a search.
_MAKERS = ("sim.advice.search.optimise",)
#: What is being done, as it is told.
STAGES = {
    "screen": "screening every preset",
    "build": "building up a plan",
    "refine": "refining the plan",
    "size": "planning what the best plans and the named strategies cost",
    "judge": "judging them on fresh futures",
    "earn": "asking which plays earn their cost",
}
#: Plans that were sought and are judged.
_FINALISTS = 5


def optimise(
    market: Market | str,
    asked: Asked,
    out: Path | str | None = None,
    jobs: int = 0,
    on_progress: Progress | None = None,
    command: str = "",
    move_other: bool = False,
) -> Path:
    """Find the best plan for a budget, and keep the search in a folder.

    Parameters
    ----------
    market : Market or str
    asked : Asked
    out : Path, optional
        New, empty, or of the same search; one among the market's results by default.
    jobs : int
        Processes; 0 takes one per processor.
    on_progress : callable, optional
        Called with (0, 0, what is being done).
    command : str
        What makes or continues it.
    move_other : bool
        Whether another search in the folder is moved beside it, by its id.

    Returns
    -------
    Path
        The folder, with ``answer.json`` (`sim.advice.search.read`), ``trials.csv`` and, if a plan is
        recommended, its strategy file.

    Raises
    ------
    InputError
        If an argument is wrong, or the folder holds something else.
    """
    say = on_progress or _silent
    market = load_market(market) if isinstance(market, str) else market
    check_up_to_date(market)
    table = parameters_for(market)
    check_asked(asked, jobs, table)
    description = _description(market, table, asked)
    folder = Path(out) if out is not None else free_place(market.name, description)
    if not move_other:
        check_place(folder, description)
    # what is refused leaves no folder behind that would be another search's
    paid = None
    if not is_finished(folder, description):
        say(0, 0, "planning what each strategy costs")
        paid = within_budget(market, table, asked, jobs or cpu_count())
    if move_other:
        put_aside(folder, description)
    with lock(folder):
        open_place(folder, description, command)
        clear_partial(folder)
        if is_answered(folder):
            clear_kept(folder)
            _write_absent_plan(folder, market.name)
            say(1, 1, "finished before: nothing to run")
            return folder
        market, limits = paid or within_budget(market, table, asked, jobs or cpu_count())
        trials = Trials(folder, market, table, asked.size, FUTURES, jobs or cpu_count(), say)
        answer, plan = _search(trials, limits, say)
        write_text(folder / TRIALS, _csv(trials))
        if plan is not None:
            write_text(folder / PLAN.format(market=market.name), plan)
        told = {"market": market.name, "currency": market.currency, **answer}
        write_json(folder / ANSWER, with_seal(told))
        clear_kept(folder)
    return folder


def _write_absent_plan(folder: Path, market: str) -> None:
    """Write the plan's strategy file of a finished search again, where somebody moved it away."""
    answer, path = read_answer(folder), folder / PLAN.format(market=market)
    if answer["plays_of_plan"] and not path.exists():
        write_text(path, file_of(market, answer["plays_of_plan"], kind_of(answer)))


def _search(trials: Trials, limits: Limits, say: Progress) -> tuple[dict[str, Any], str | None]:
    """Return the answer, and the text of the recommended plan's strategy file."""
    market, size, sought = trials.market, trials.size, Sought(trials, limits)
    say(0, 0, STAGES["screen"])
    screened = screen(sought)
    say(0, 0, STAGES["build"])
    build_up(sought, screened.queue)
    say(0, 0, STAGES["refine"])
    refine(sought, sought.best(), size.seed)
    say(0, 0, STAGES["size"])
    written = _finalists(sought)
    named = [
        load_strategy(name, market.name)
        for name in [*strategy_names(), *client_strategy_names(market.name)]
        if name != BASELINE
    ]
    found = [strategy_of(plays, name) for name, plays in written.items()]
    asked = (size.weeks, trials.processes, trials.table)
    plans = budgets.size_strategies(market, [*found, *named], *asked)
    del plans[BASELINE]
    say(0, 0, STAGES["judge"])
    indifferent = MATTERS * limits.budget * fmean(trials.sizes("fresh"))
    allowed = {name: p for name, p in plans.items() if name in written or _keeps(p, limits)}
    race = run_race(trials, allowed, indifferent)
    judged = judge_pruned(trials, race, allowed, written, limits.include, indifferent)
    allowed, written, race, verdict = judged.plans, judged.written, judged.race, judged.verdict
    plans |= allowed
    plays: list[dict[str, Any]] = []
    if verdict.recommended != BASELINE:
        say(0, 0, STAGES["earn"])
        plan = plans[verdict.recommended]
        plays = plays_of(trials, race, plan, written.get(plan.name))
        if verdict.kind == "choose" and (turns := thresholds(trials, race, plan, indifferent)):
            verdict = Verdict("choose_unless", plan.name, verdict.leading, tuple(turns))
    dear = [plan.title for plan in plans.values() if _is_over_budget(plan, limits)]
    barred = {x: p for x, p in plans.items() if x not in allowed and not _is_over_budget(p, limits)}
    race.gains |= beside(trials, barred)
    answer = told_of(trials, limits, screened, plans, race, verdict)
    answer |= {"plays_of_plan": plays, "over_budget": dear, **trial_of_plays(market, plays)}
    text = file_of(market.name, plays, kind_of(answer)) if plays else None
    return answer, text


def _finalists(sought: Sought) -> dict[str, Plays]:
    """Return plans to be judged: those with the largest mean, the best worst tenth, the fewest plays.

    No two of them do the same, by whatever presets and intensities, and none does nothing: one that
    moves no future is doing nothing under another name.
    """
    means = {
        name: float(each.mean())
        for name, each in sought.gains.items()
        if sought.plays[name] and (each.any() or sought.limits.include)
    }
    order = sorted(means, key=lambda name: (-means[name], name))
    chosen = order[:2]
    chosen += sorted(order, key=lambda name: (-worst_tenth(sought.gains[name]), name))[:1]
    for most in range(1, sought.limits.most_plays):  # shorter plans that lead among their like
        chosen += [name for name in order if len(sought.plays[name]) == most][:1]
    kept: dict[str, Plays] = {}
    for name in chosen:
        kept.setdefault(content_of(strategy_of(sought.plays[name])), sought.plays[name])
    return {f"{FOUND}{i}": plays for i, plays in enumerate(list(kept.values())[:_FINALISTS], 1)}


def _keeps(plan: Strategy, limits: Limits) -> bool:
    """Return whether a named strategy keeps to the limits, and fits the budget as it is planned."""
    return (
        not _is_over_budget(plan, limits) and bool(limits.allow(plan.plays)) and not limits.include
    )


def _is_over_budget(plan: Strategy, limits: Limits) -> bool:
    """Return whether a plan costs more than the budget as it is planned."""
    return sum(plan.planned.values()) > 1.01 * limits.budget


def _description(market: Market, table: ParameterTable, asked: Asked) -> dict[str, Any]:
    """Return all that determines a search, ready for JSON."""
    names = [*strategy_names(), *client_strategy_names(market.name)]
    return {
        "workbench": __version__,
        "code": code_digest(list(BY_NAME), _MAKERS),
        "asked": asdict(asked),
        "market": market.model_dump(mode="json"),
        "history": history_digest(market),
        "strategies": {x: load_strategy(x, market.name).model_dump(mode="json") for x in names},
        "parameters": [row.model_dump(mode="json") for row in table.rows],
    }


def _csv(trials: Trials) -> str:
    """Return all trials as a table."""
    table = pd.DataFrame(trials.table_of_all())
    return str(table.to_csv(index=False, lineterminator="\n"))


def _silent(_done: int, _total: int, _label: str) -> None:
    """Ignore progress."""
