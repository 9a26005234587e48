"""Which terms a strategy's levers bring, and from which parameters each of them comes.

One run at central values listens to the levers. In some weeks each parameter is moved to another place of
its range, and what the lever then brings to the very same week is set beside what it brings: a term that
differs comes from it. So a part of a gain can be traced to the studies it rests on.

What luck of the whole firm decides, such as whether anybody notices a release, is looked at with all luck
there is: the one draw of the run seldom lies where a moved parameter decides otherwise.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import fields, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.common.calendar import WEEKS_A_QUARTER
from sim.common.random_numbers import Floats
from sim.evidence.parameters import ParameterTable
from sim.levers.base import ActivePlay, Cost, Delivery, Mechanism, Week
from sim.model.common_start import prepare
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.model.switched_off import ABLE, DELIVERED, REFERRALS, layered
from sim.world.capability import Capability

#: People in the run that listens: which terms there are does not hang on their number.
CUSTOMERS = 500
#: Luck of the whole firm, 0 to 1, with which a week is looked at where it decides.
LUCKS = tuple((k + 0.5) / 100 for k in range(100))
#: What a lever costs, beside its terms.
_COST = "cost"
#: What a lever brings to a week, by term.
Brought = dict[str, Any]
#: What a lever brings to a week, by the lever, whether it is another form of it, and the week.
Brings = Callable[[Any, bool, Week], Brought]


class _Listening(Mechanism):
    """What comes before a lever's own class to note what it brings."""

    moved: ClassVar[Mapping[str, Mechanism]]
    #: Term, or what it costs -> parameters that it comes from.
    heard: ClassVar[dict[str, set[str]]]
    #: Terms there are at central values, with the luck of the run.
    brought: ClassVar[dict[str, None]]
    #: Quarters in which luck has been looked at.
    tried: ClassVar[set[int]]

    def equip(self, week: Week, efforts: Sequence[tuple[Any, float]], firm: Capability) -> None:
        """Move what the firm is able to do, and note what moved, and by which parameters."""

        def equipped(lever: Any, others: bool, seen: Week) -> Brought:
            able = replace(firm)
            _calls(lever, others).equip(seen, efforts, able)
            return {t: getattr(able, f) - getattr(firm, f) for t, f in ABLE.items()}

        self._note(week, equipped)
        super().equip(week, efforts, firm)

    def update(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Move the lever's columns, and note what the week then gets, and by which parameters."""

        def brought(lever: Any, others: bool, seen: Week) -> Brought:
            columns = {name: column.copy() for name, column in own.items()}
            if others:
                columns |= _begun_otherwise(seen, self, lever)
            source = _calls(lever, others)
            source.update(seen, plays, columns)
            delivery = Delivery()
            source.deliver(seen, plays, columns, delivery)
            found = dict(source.effects(seen, plays, columns))
            found |= {term: copy(getattr(delivery, name)) for term, name in DELIVERED.items()}
            return found | {REFERRALS: source.referrals(seen, plays, columns)}

        self._note(week, brought)
        super().update(week, plays, own)

    def cost(self, week: Week, play: ActivePlay, own: Mapping[str, NDArray[Any]]) -> Cost:
        """Return what a play costs, and note by which parameters."""

        def costs(lever: Any, others: bool, seen: Week) -> Brought:
            columns = {name: column.copy() for name, column in own.items()}
            return {_COST: _amounts(_calls(lever, others).cost(seen, play, columns))}

        self._compare(week, costs)
        return super().cost(week, play, own)

    def _note(self, week: Week, brings: Brings) -> None:
        """Note which terms there are, and from which parameters.

        The latter at both ends of a quarter, and in the first week of it in which luck decides.
        """
        asked: list[str] = []

        def luck(decision: str) -> float:
            asked.append(decision)
            return week.firm_luck(decision)

        here = brings(self, False, replace(week, firm_luck=luck))
        self.brought.update({name: None for name, x in here.items() if np.any(x)})
        quarter, place = divmod(week.number, WEEKS_A_QUARTER)
        if place not in (0, WEEKS_A_QUARTER - 1) and (not asked or quarter in self.tried):
            return
        self._compare(week, brings)
        if asked:
            self.tried.add(quarter)
            for one in LUCKS:
                self._compare(replace(week, firm_luck=_always(one)), brings)

    def _compare(self, week: Week, brings: Brings) -> None:
        """Note which terms another place of which parameter moves."""
        here = brings(self, False, week)
        for parameter, other in self.moved.items():
            there = brings(other, True, week)
            for name in here | there:
                if not np.array_equal(_full(here.get(name, 0.0)), _full(there.get(name, 0.0))):
                    self.heard.setdefault(name, set()).add(parameter)


def _always(luck: float) -> Callable[[str], float]:
    """Return the firm's luck that is the same for all that it decides."""
    return lambda decision: luck


def _amounts(cost: Cost) -> NDArray[Any]:
    """Return all that a cost says, in one row."""
    said = (getattr(cost, one.name) for one in fields(cost))
    return np.concatenate([_full(0.0 if part is None else part) for part in said])


def _calls(lever: Any, other: bool) -> Any:
    """Return what to call of another form of a lever, or of the one that listens: its own methods."""
    return lever if other else super(_Listening, lever)


def _begun_otherwise(week: Week, here: Mechanism, there: Mechanism) -> dict[str, NDArray[Any]]:
    """Return the columns that two forms of a lever begin with unlike each other, of the second."""
    begun = []
    for lever in (here, there):
        columns = {column.name: column.filled(week.trips.size) for column in lever.columns}
        lever.begin(week, columns)
        begun.append(columns)
    return {name: x for name, x in begun[1].items() if not np.array_equal(x, begun[0][name])}


def _full(value: Floats | float) -> Floats:
    """Return a term as an array of its own, one number as one for all."""
    return np.atleast_1d(np.asarray(value, dtype=float))


def terms_at_work(scenario: Scenario) -> dict[str, list[str]]:
    """Return the terms that a strategy's levers bring, each with the parameters that it comes from.

    Parameters
    ----------
    scenario : Scenario
        With the strategy; it is run with few people.

    Returns
    -------
    dict
        ``LEVER.TERM`` -> addresses of parameters with a range, ``LEVER.NAME``, sorted.
    """
    return {
        f"{lever}.{term}": sorted(f"{lever}.{name}" for name in terms.get(term, ()))
        for lever, terms, brought in _listened(scenario)
        for term in brought
    }


def parameters_at_work(scenario: Scenario) -> set[str]:
    """Return the parameters that move what a strategy's levers bring or cost.

    Parameters
    ----------
    scenario : Scenario
        With the strategy; it is run with few people.

    Returns
    -------
    set of str
        Addresses of parameters with a range, ``LEVER.NAME``. A term that is nil at central values counts
        where the parameter may bring it.
    """
    return {
        f"{lever}.{name}"
        for lever, terms, _ in _listened(scenario)
        for names in terms.values()
        for name in names
    }


def _listened(scenario: Scenario) -> list[tuple[str, dict[str, set[str]], list[str]]]:
    """Return each lever of a strategy, what moves its terms and its cost, and the terms it brings."""
    scenario = replace(scenario, n_customers=min(CUSTOMERS, scenario.n_customers), off=())
    start = prepare(scenario)
    used = list(dict.fromkeys(play.lever for play in scenario.strategy.plays))
    heard: dict[str, dict[str, set[str]]] = {name: {} for name in used}
    brought: dict[str, dict[str, None]] = {name: {} for name in used}
    levers = tuple(
        layered(
            lever,
            _Listening,
            heard=heard[lever.name],
            brought=brought[lever.name],
            tried=set(),
            moved=_moved(lever, scenario.parameters),
        )
        if lever.name in used
        else lever
        for lever in start.levers
    )
    LoyaltyModel(scenario, start=replace(start, levers=levers), valued=False).run()
    return [(name, heard[name], list(brought[name])) for name in used]


def _moved(lever: Mechanism, table: ParameterTable) -> dict[str, Mechanism]:
    """Return a lever with each of its uncertain parameters at the end that is farther from its value."""
    found: dict[str, Mechanism] = {}
    for row in table.rows:
        if row.lever == lever.name and row.distribution == "pert" and row.low < row.high:
            far = max(row.low, row.high, key=lambda end: abs(end - row.value))
            settings = lever.parameters.model_copy(update={row.parameter: far})
            found[row.parameter] = type(lever)(settings)
    return found
