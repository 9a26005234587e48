"""Trials: plans played in futures on common luck, beside doing nothing there.

What all plans of a future start from is made once in each process. A task, some plans in one future,
writes its own file when it is done; what is kept is never played again, so that a search that was killed
goes on where it was, and finds the same whatever the number of processes.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

import numpy as np

from sim.advice.equity import customer_equity
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.errors import InputError
from sim.common.own_digest import read_sealed, with_seal
from sim.common.random_numbers import Floats
from sim.common.writing import remove, write_json
from sim.evidence.parameters import ParameterTable
from sim.experiment.futures import Future, draw_futures
from sim.experiment.workers import Progress, in_any_order
from sim.market.market import Market
from sim.model.common_start import CommonStart, prepare
from sim.model.loyalty_model import LoyaltyModel
from sim.model.rare_events import breaches_in, run_lives
from sim.model.scenario import Scenario
from sim.playbook.strategies import DO_NOTHING, Strategy

#: Futures in which plans are sought, others in which those that were found are judged, and others again
#: by which what one brings is told: a plan that leads among many does so by luck as well. Some of these
#: are lived again.
Lot = Literal["search", "fresh", "told", "again"]
#: How rare events come in a run (`sim.model.rare_events`).
Breaches = Literal["drawn", "weighed"]
#: Folder of what is kept of tasks until the search is over, and the most bytes of one of its files.
KEPT, _MOST_BYTES = "trials", 1_000_000
#: Plans of one task: few enough to share out, and enough to be worth a start.
_TOGETHER = 6


class Tried(NamedTuple):
    """What came of a plan in a future.

    Attributes
    ----------
    equity : float or None
        Customer equity, money of the firm; None of a plan that asks for what the market does not have.
    costs : dict of str to float
        Key of a play -> what it cost, money per known customer and year.
    """

    equity: float | None
    costs: dict[str, float]


@dataclass(frozen=True)
class Nothing:
    """Doing nothing in a future, known by its name and the digest of the world it is of."""

    name: str
    world: str
    scenario: Scenario = field(compare=False)


@dataclass(frozen=True)
class Size:
    """How large trials are.

    Attributes
    ----------
    customers, weeks : int
        Of each run.
    futures : int
        Fresh ones, at most.
    seed : int
        Of the fresh futures, which are those of a comparison with it.
    """

    customers: int
    weeks: int
    futures: int
    seed: int


class Trials:
    """Plays plans, and keeps what came of each.

    Parameters
    ----------
    folder : Path
        Of the search, held by the caller.
    market : Market
    table : ParameterTable
    size : Size
    sought : int
        Futures in which plans are sought.
    processes : int
    say : callable
        Called with (0, 0, what is being done).
    """

    def __init__(
        self,
        folder: Path,
        market: Market,
        table: ParameterTable,
        size: Size,
        sought: int,
        processes: int,
        say: Progress,
    ) -> None:
        self.folder, self.market, self.table = folder, market, table
        self.size, self.processes, self.say = size, processes, say
        drawn = draw_futures(market, table.rows, size.futures, size.seed)
        first = draw_futures(market, table.rows, sought, seed_of(size.seed, "search"))
        last = draw_futures(market, table.rows, size.futures, seed_of(size.seed, "told"))
        lots: dict[Lot, list[Future]] = {"search": first, "fresh": drawn, "told": last}
        self.futures = {lot: [one for one in all_ if not one.luck] for lot, all_ in lots.items()}
        self.futures["again"] = [one for one in last if one.luck]
        self.found: dict[tuple[Lot, int, str], Tried] = {}
        world = (market.model_dump_json(), repr(table.rows), repr(size))
        self.world = hashlib.sha256("".join(world).encode()).hexdigest()[:12]
        for path in sorted((folder / KEPT).glob("*.json")):
            self._take(path)

    def gains(self, plans: Sequence[Strategy], lot: Lot, futures: range) -> Floats:
        """Return what plans add to customer equity over doing nothing.

        Returns
        -------
        ndarray, shape (futures, plans)
            Money of the firm; NaN of a plan that is refused.
        """
        self._play(plans, lot, futures)
        beside = [name_of(DO_NOTHING, breaches_in([plan])) for plan in plans]
        return np.array(
            [
                [
                    _gain(self.found[lot, k, name_of(plan)], self.found[lot, k, usual])
                    for plan, usual in zip(plans, beside, strict=True)
                ]
                for k in futures
            ]
        )

    def costs(self, plan: Strategy, lot: Lot, futures: range) -> dict[str, float]:
        """Return the mean cost of each play of a plan, money per known customer and year."""
        each = [self.found[lot, k, name_of(plan)].costs for k in futures]
        return {key: float(np.mean([one.get(key, 0.0) for one in each])) for key in each[0]}

    def spending(self, plan: Strategy, lot: Lot, futures: range) -> dict[str, float]:
        """Return the mean cost of each play, the firm's money a year at its size in each future."""
        sizes, names = self.sizes(lot), self.costs(plan, lot, futures)
        each = [self.found[lot, k, name_of(plan)].costs for k in futures]
        return {x: float(np.mean([sizes[k] * each[k].get(x, 0.0) for k in futures])) for x in names}

    def sizes(self, lot: Lot) -> list[float]:
        """Return the customers of the firm in each future."""
        known = self.market["firm_customers"]
        return [one.values.get("market.firm_customers", known) for one in self.futures[lot]]

    def table_of_all(self) -> list[dict[str, Any]]:
        """Return all that was found, in an order of its own."""
        return [
            {"lot": lot, "future": k, "plan": name, "equity": trial.equity, **_costs(trial)}
            for (lot, k, name), trial in sorted(self.found.items())
        ]

    def _play(self, plans: Sequence[Strategy], lot: Lot, futures: range) -> None:
        """Play what is missing of some plans, and of doing nothing beside each."""
        wanted: dict[Breaches, dict[str, Strategy]] = {}
        for plan in plans:
            breaches = breaches_in([plan])
            usual = {name_of(DO_NOTHING, breaches): DO_NOTHING}
            wanted[breaches] = wanted.get(breaches, usual) | {name_of(plan): plan}
        tasks = []
        for k, (breaches, named) in product(futures, wanted.items()):
            missing = sorted(name for name in named if (lot, k, name) not in self.found)
            for i in range(0, len(missing), _TOGETHER):
                part = {name: named[name] for name in missing[i : i + _TOGETHER]}
                tasks.append((self._nothing(lot, k, breaches), part))
        if not tasks:
            return
        for name, trials in in_any_order(try_plans, tasks, min(self.processes, len(tasks))):
            one = {each: trial._asdict() for each, trial in trials.items()}
            told = hashlib.sha256(" ".join(sorted(one)).encode()).hexdigest()[:12]
            kept = with_seal({"future": name, "plans": one})
            write_json(self.folder / KEPT / f"{name}_{told}.json", kept)
            self._add(name, trials)

    def _nothing(self, lot: Lot, number: int, breaches: Breaches) -> Nothing:
        """Return doing nothing in a future, with its rare events weighed or drawn."""
        future, size = self.futures[lot][number], self.size
        scenario = future.scenario(self.market, self.table, DO_NOTHING, size.customers, size.weeks)
        rare = future.rare if breaches == "weighed" else None
        name = f"{lot}_{number:05d}_{breaches}"
        return Nothing(name, self.world, replace(scenario, rare=rare))

    def _take(self, path: Path) -> None:
        """Take over a file of an earlier call; one that is not as it was written counts as missing."""
        try:
            kept = read_sealed(path, _MOST_BYTES)
        except InputError:
            return
        if kept is not None:
            self._add(kept["future"], {name: Tried(**x) for name, x in kept["plans"].items()})

    def _add(self, name: str, trials: Mapping[str, Tried]) -> None:
        lot, number, _ = name.split("_")
        for plan, trial in trials.items():
            self.found[cast(Lot, lot), int(number), plan] = trial


def clear_kept(folder: Path) -> None:
    """Remove what a search kept of its tasks."""
    for path in sorted((folder / KEPT).glob("*.json")):
        remove(path)
    if (folder / KEPT).is_dir():
        (folder / KEPT).rmdir()


def _gain(trial: Tried, usual: Tried) -> float:
    """Return what a plan adds over doing nothing, NaN of one that is refused."""
    if trial.equity is None or usual.equity is None:
        return float("nan")
    return trial.equity - usual.equity


def _costs(trial: Tried) -> dict[str, str]:
    """Return the costs of a trial as one cell."""
    return {"costs": " ".join(f"{key}={cost!r}" for key, cost in sorted(trial.costs.items()))}


def seed_of(seed: int, lot: Lot) -> int:
    """Return the seed of a lot of futures other than those that judge."""
    return int.from_bytes(hashlib.sha256(f"{lot} {seed}".encode()).digest()[:4], "little")


def name_of(plan: Strategy, breaches: Breaches | None = None) -> str:
    """Return 12 hexadecimal digits that two plans share only if they are played alike.

    Parameters
    ----------
    plan : Strategy
    breaches : str, optional
        How rare events come (`sim.model.rare_events.breaches_in`); as the plan says by default.
    """
    content = {
        "plays": [play.model_dump(mode="json") for play in plan.plays],
        "goals": [goal.model_dump(mode="json") for goal in plan.goals],
        "reviews": plan.reviews.model_dump(mode="json") if plan.reviews else None,
        "allowances": plan.allowances() if plan.plays else None,
        "breaches": breaches or breaches_in([plan]),
    }
    told = json.dumps(content, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:12]


@lru_cache(maxsize=12)
def _start(nothing: Nothing) -> CommonStart:
    """Return what all plans of a future start from: made once in a process."""
    return prepare(nothing.scenario)


def try_plans(nothing: Nothing, plans: dict[str, Strategy]) -> tuple[str, dict[str, Tried]]:
    """Return the name of a future, and what comes of plans in it.

    Parameters
    ----------
    nothing : Nothing
    plans : dict
        Name of a plan (`name_of`) -> the plan.
    """
    found = {}
    for name, plan in plans.items():
        try:
            lives = run_lives(replace(nothing.scenario, strategy=plan), _start(nothing))
        except InputError:
            found[name] = Tried(None, {})
            continue
        found[name] = Tried(customer_equity(lives), _yearly_costs(lives))
    return nothing.name, found


def _yearly_costs(lives: list[tuple[float, LoyaltyModel]]) -> dict[str, float]:
    """Return what each play of a run cost, per known customer and year."""
    size = lives[0][1].setting
    per_year = WEEKS_A_YEAR / size.weeks / size.n_customers
    costs: dict[str, float] = {}
    for chance, model in lives:
        for department in model.state.firm.departments:
            for key, spent in department.spent.items():
                costs[key] = costs.get(key, 0.0) + chance * per_year * spent
    return costs
