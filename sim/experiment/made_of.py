"""What a gain is made of: the runs of a strategy with one thing different at a time.

Each case changes one thing: a lever or some plays are left out, a term is switched off
(`sim.model.switched_off`), a parameter stands at an end of its range, the firm writes to its customers
more or less often as it is, or the firm has another size. All cases meet the same people and luck, and
each is set beside doing nothing in the same future. Where the market is another one, the strategy is
planned for it anew, as such a firm would. Cases that leave the market as it is keep the plan: whoever
leaves a lever or a play out spends its part of the budget on nothing else.

A run is named and kept as those of comparisons are (`sim.experiment.result_store`), so that one that was
stopped goes on, and nothing is run twice.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from itertools import batched
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from sim.common.random_numbers import Floats
from sim.evidence.parameters import ParameterTable
from sim.experiment import result_store
from sim.experiment.fingerprint import code_digest, history_digest, libraries
from sim.experiment.futures import Future
from sim.experiment.left_out import with_plays, without_lever
from sim.experiment.manifest import Key
from sim.experiment.run_id import run_id
from sim.experiment.runs_beside import run_beside
from sim.experiment.workers import Progress
from sim.market.market import Market
from sim.measures.of_run import measure_segments
from sim.measures.weekly import TOTAL, Columns, columns_by_segment, with_other_life
from sim.model.scenario import Scenario
from sim.playbook.strategies import BASELINE, DO_NOTHING, Strategy

Kind = Literal["whole", "plays", "lever", "term", "parameter", "messages", "size"]
#: Usual messages a month, and customers of the firm over those it has, at which a strategy is looked at.
MESSAGES, SIZES = (0.0, 1.0, 2.0, 4.0), (0.1, 1.0, 10.0)
#: The value of the market that a kind of case sets.
SETS = {"messages": "usual_messages", "size": "firm_customers"}
_AT_ONCE = 64


class Case(NamedTuple):
    """One thing that is different.

    Attributes
    ----------
    kind : str
    what : str
        The only plays that are left (`those`), the lever that is left out, the term that is off
        (``LEVER.TERM``), or the parameter that is moved (``LEVER.NAME``).
    value : float or None
        What a parameter, the usual messages or the firm's customers are set to.
    """

    kind: Kind
    what: str = ""
    value: float | None = None


WHOLE = Case("whole")
_AND = " + "


def those(plays: Iterable[str]) -> Case:
    """Return the case in which some plays alone are left, by their keys in the order of the plan."""
    return Case("plays", _AND.join(plays))


@dataclass(frozen=True)
class Setup:
    """What all cases have in common.

    Attributes
    ----------
    market : Market
    strategy : Strategy
        As planned for the market.
    table : ParameterTable
    customers, weeks : int
    futures : sequence of Future
    people : int or None
        As in `Scenario`.
    breaches : {"drawn", "weighed"}
        How rare events come (`sim.model.rare_events`): in all cases as in the whole.
    """

    market: Market
    strategy: Strategy
    table: ParameterTable
    customers: int
    weeks: int
    futures: Sequence[Future]
    people: int | None = None
    breaches: Literal["drawn", "weighed"] = "drawn"

    def scenario(self, case: Case, future: Future, plans: Mapping[Case, Strategy]) -> Scenario:
        """Return the run of the strategy in a case, in a future.

        Parameters
        ----------
        case : Case
        future : Future
        plans : mapping
            The strategy as planned for each case of another market.
        """
        size = (self.customers, self.weeks)
        plan = plans.get(case, self.strategy)
        if case.kind == "lever":
            plan = without_lever(plan, case.what)
        if case.kind == "plays":
            plan = with_plays(plan, case.what.split(_AND))
        where = (future.number, future.luck, case if case.kind in SETS else WHOLE)
        if where not in self._drawn:
            market = market_of(self, case)
            made = future.scenario(market, self.table, plan, *size, people=self.people)
            made = replace(made, rare=future.rare if self.breaches == "weighed" else None)
            self._drawn[where] = made
        made = replace(self._drawn[where], strategy=plan)
        if case.kind == "term":
            return replace(made, off=(*made.off, case.what))
        if case.kind == "parameter" and case.value is not None:
            return replace(made, parameters=made.parameters.with_values({case.what: case.value}))
        return made

    @cached_property
    def _drawn(self) -> dict[tuple[int, int, Case], Scenario]:
        """What `scenario` drew before: a future's market and parameters are those of all its cases."""
        return {}


class Gain(NamedTuple):
    """What a strategy adds in a case, future by future; the firm's money.

    Attributes
    ----------
    equity : ndarray, shape (futures,)
        Gain in customer equity over doing nothing.
    cost : ndarray, shape (futures,)
        What it costs a year, over doing nothing; below nothing where it ends what the firm does.
    """

    equity: Floats
    cost: Floats


def parts_cases(strategy: Strategy, terms: Iterable[str]) -> list[Case]:
    """Return the strategy as it is, without each of its levers (if it has several), and without terms."""
    levers = list(dict.fromkeys(play.lever for play in strategy.plays))
    without = [Case("lever", name) for name in levers] if len(levers) > 1 else []
    return [WHOLE, *without, *(Case("term", name) for name in terms)]


def ends_cases(strategy: Strategy, table: ParameterTable) -> list[Case]:
    """Return both ends of each uncertain parameter of the levers that a strategy uses."""
    used = {play.lever for play in strategy.plays}
    rows = [row for row in table.rows if row.lever in used and row.distribution == "pert"]
    return [
        Case("parameter", row.key, end)
        for row in rows
        if row.low < row.high
        for end in (row.low, row.high)
    ]


def market_cases(market: Market) -> list[Case]:
    """Return the strategy under other usual messages, and in firms of other sizes."""
    firm = market["firm_customers"]
    sizes = [Case("size", "", max(1.0, round(part * firm))) for part in SIZES]
    return [*(Case("messages", "", number) for number in MESSAGES), *sizes]


def market_of(setup: Setup, case: Case) -> Market:
    """Return the market of a case."""
    if case.kind in SETS and case.value is not None:
        return setup.market.with_any_values(**{SETS[case.kind]: case.value})
    return setup.market


def work_out(
    setup: Setup,
    cases: Iterable[Case],
    plans: Mapping[Case, Strategy],
    folder: Path,
    jobs: int = 0,
    say: Progress | None = None,
    others: Path | None = None,
    only: Mapping[Case, Collection[int]] | None = None,
) -> dict[Case, Gain]:
    """Run each case, and doing nothing beside it, in each future.

    Parameters
    ----------
    setup : Setup
    cases : iterable of Case
    plans : mapping
        The strategy as planned for each case of another market.
    folder : Path
        Keeps the runs.
    jobs : int
        Processes; 0 takes one per processor where that saves time.
    say : callable, optional
        Called with (runs done, runs in all, what was last done).
    others : Path, optional
        Folder in whose folders comparisons lie, from which runs are taken over.
    only : mapping, optional
        Places of the futures in which a case is run that is not run in all.

    Returns
    -------
    dict
        In the order of the cases, with the futures of each in their order.
    """
    runs, places = _Runs(setup), only or {}
    asked = {
        case: [
            runs.pair(setup.scenario(case, future, plans))
            for k, future in enumerate(setup.futures)
            if case not in places or k in places[case]
        ]
        for case in cases
    }
    of_runs = (runs.names, runs.scenarios, runs.starts)
    run_beside(folder, *of_runs, jobs, say or (lambda *_: None), others)
    found = _measures(folder, runs)
    return {
        case: Gain(
            np.array([found[run][0] - found[nothing][0] for run, nothing in pairs]),
            np.array([found[run][1] - found[nothing][1] for run, nothing in pairs]),
        )
        for case, pairs in asked.items()
    }


class _Runs:
    """The runs that cases need, each once: two cases may have one in common."""

    def __init__(self, setup: Setup) -> None:
        self.names: dict[Key, str] = {}
        self.scenarios: dict[Key, Scenario] = {}
        #: Run -> doing nothing beside it.
        self.beside: dict[Key, Key] = {}
        #: Run -> all that it starts from: what doing nothing depends on, terms, and all parameters.
        self.starts: dict[Key, tuple[Key, tuple[str, ...], tuple[float, ...]]] = {}
        self._keys: dict[str, Key] = {}
        self._history = history_digest(setup.market)
        self._libraries = libraries()
        self._code = cache(partial(code_digest, market=setup.market))  # of the same levers once

    def pair(self, scenario: Scenario) -> tuple[Key, Key]:
        """Return the run of a scenario, and of doing nothing beside it."""
        nothing = replace(scenario, strategy=DO_NOTHING, off=())
        run, usual = self._key(scenario), self._key(nothing)
        self.beside |= {usual: usual, run: usual}
        for key in (usual, run):  # doing nothing may be that of another case, with other parameters
            one = self.scenarios[key]
            values = tuple(row.value for row in one.parameters.rows)
            self.starts[key] = (usual, one.off, values)
        return run, usual

    def _key(self, scenario: Scenario) -> Key:
        levers = frozenset(play.lever for play in scenario.strategy.plays)
        name = run_id(scenario, self._history, self._code(levers), self._libraries)
        if name not in self._keys:
            what = scenario.strategy.name if levers else BASELINE
            key = self._keys[name] = (what, len(self.names), 0)
            self.names[key], self.scenarios[key] = name, scenario
        return self._keys[name]


def _measures(folder: Path, runs: _Runs) -> dict[Key, tuple[float, float]]:
    """Return customer equity and yearly cost of each run, the firm's money."""
    found = {}
    for some in batched(runs.names, _AT_ONCE):
        tables = dict[Key, Columns]()
        keys = (*(runs.beside[key] for key in some), *some)
        for key, weekly in result_store.read_runs(folder, {k: runs.names[k] for k in keys}):
            market = runs.scenarios[key].market
            scale = market["firm_customers"] / runs.scenarios[key].n_customers
            tables[key] = weekly
            both = with_other_life(weekly, tables[runs.beside[key]])
            whole = {TOTAL: columns_by_segment(both)[TOTAL]}
            measures = measure_segments(whole, market.weekly_discount, scale)[TOTAL]
            found[key] = measures["customer_equity"], measures["cost"]
    return found
