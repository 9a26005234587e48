"""Which terms a strategy's levers bring, and from which parameters each of them comes.

One run at central values listens to the levers. In some weeks each parameter is moved to another place of
its range, and what the lever then brings to the very same week is set beside what it brings: a term that
differs comes from it. So a part of a gain can be traced to the studies it rests on.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.common.calendar import WEEKS_A_QUARTER
from sim.common.random_numbers import Floats
from sim.evidence.parameters import ParameterTable
from sim.levers.base import ActivePlay, Delivery, Mechanism, Week
from sim.model.common_start import prepare
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.model.switched_off import ABLE, DELIVERED, REFERRALS, layered
from sim.world.capability import Capability

#: People in the run that listens: which terms there are does not hang on their number.
CUSTOMERS = 500
#: What a lever brings to a week, by term.
Brought = dict[str, Any]


class _Listening(Mechanism):
    """What comes before a lever's own class to note what it brings."""

    moved: ClassVar[Mapping[str, Mechanism]]
    #: Term -> parameters that it comes from.
    heard: ClassVar[dict[str, set[str]]]

    def equip(self, week: Week, efforts: Sequence[tuple[Any, float]], firm: Capability) -> None:
        """Move what the firm is able to do, and note what moved, and by which parameters."""

        def equipped(lever: Any, others: bool) -> Brought:
            able = replace(firm)
            _calls(lever, others).equip(week, efforts, able)
            return {t: getattr(able, f) - getattr(firm, f) for t, f in ABLE.items()}

        self._note(week, equipped)
        super().equip(week, efforts, firm)

    def update(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Move the lever's columns, and note what the week then gets, and by which parameters."""

        def brought(lever: Any, others: bool) -> Brought:
            columns = {name: column.copy() for name, column in own.items()}
            if others:
                columns |= _begun_otherwise(week, self, lever)
            source = _calls(lever, others)
            source.update(week, plays, columns)
            delivery = Delivery()
            source.deliver(week, plays, columns, delivery)
            found = dict(source.effects(week, plays, columns))
            found |= {term: copy(getattr(delivery, name)) for term, name in DELIVERED.items()}
            return found | {REFERRALS: source.referrals(week, plays, columns)}

        self._note(week, brought)
        super().update(week, plays, own)

    def _note(self, week: Week, brings: Any) -> None:
        """Note which terms there are, and at both ends of a quarter from which parameters."""
        here: Brought = {name: x for name, x in brings(self, False).items() if np.any(x)}
        for name in here:
            self.heard.setdefault(name, set())
        if not here or week.number % WEEKS_A_QUARTER not in (0, WEEKS_A_QUARTER - 1):
            return
        for parameter, other in self.moved.items():
            there = brings(other, True)
            for name, term in here.items():
                if not np.array_equal(_full(there.get(name, 0.0)), _full(term)):
                    self.heard[name].add(parameter)


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
    scenario = replace(scenario, n_customers=min(CUSTOMERS, scenario.n_customers), off=())
    start = prepare(scenario)
    used = list(dict.fromkeys(play.lever for play in scenario.strategy.plays))
    heard: dict[str, dict[str, set[str]]] = {name: {} for name in used}
    levers = tuple(
        layered(
            lever,
            _Listening,
            heard=heard[lever.name],
            moved=_moved(lever, scenario.parameters),
        )
        if lever.name in used
        else lever
        for lever in start.levers
    )
    LoyaltyModel(scenario, start=replace(start, levers=levers), valued=False).run()
    return {
        f"{lever}.{term}": sorted(f"{lever}.{name}" for name in names)
        for lever, terms in heard.items()
        for term, names in terms.items()
    }


def _moved(lever: Mechanism, table: ParameterTable) -> dict[str, Mechanism]:
    """Return a lever with each of its uncertain parameters at the end that is farther from its value."""
    found: dict[str, Mechanism] = {}
    for row in table.rows:
        if row.lever == lever.name and row.distribution == "pert" and row.low < row.high:
            far = max(row.low, row.high, key=lambda end: abs(end - row.value))
            settings = lever.parameters.model_copy(update={row.parameter: far})
            found[row.parameter] = type(lever)(settings)
    return found
