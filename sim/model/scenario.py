"""A scenario: the market, strategy, horizon, random numbers and parameters of one run."""

from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple, get_args

from sim.common.errors import InputError, check_all, nearest, refuse_all
from sim.common.given import number, whole
from sim.evidence.own import parameters_for
from sim.evidence.parameters import ParameterTable
from sim.levers import BY_NAME
from sim.market.market import Market
from sim.model.switched_off import TERMS
from sim.playbook.settings import resolve
from sim.playbook.strategies import Strategy

Start = Literal["posterior", "fresh"]
STARTS: tuple[Start, ...] = get_args(Start)
_WHERE = "scenario"


class Rare(NamedTuple):
    """Uniforms of a run's rare events, where these are weighed (`sim.model.rare_events`).

    Attributes
    ----------
    when : float
        Says in which week the first breach comes.
    place : float
        Protection of more than 1 less this averts it.
    which : float or None
        Says which life is lived of a strategy that changes no breach: both if None.
    """

    when: float
    place: float
    which: float | None = None


@dataclass(frozen=True)
class Scenario:
    """What a run is made of.

    Attributes
    ----------
    market : Market
    strategy : Strategy
        Sized by `sim.experiment.budget` where budgets matter; presets and intensities become settings.
    n_customers : int
        Customers known to the firm; prospects come on top.
    weeks : int
        Horizon.
    seed : int
        Of people and luck.
    parameters : ParameterTable
        How strongly people respond; those of the market at their central values if none are given.
    start : {"posterior", "fresh"}
        Customers with their histories, or a cohort just acquired.
    people : int or None
        Seed of the people (traits, ties, attitudes at week 0), if not that of the luck: with it, one
        firm's customers live through many futures.
    off : tuple of str
        Terms of levers that do not act, each as ``LEVER.TERM`` (`sim.model.switched_off`).
    acquired_over : int
        Of a fresh start: weeks over which the cohort is acquired, each in a week of their own, with
        a first purchase at its end. With 0 all are there at week 0, that purchase behind them.
    rare : Rare or None
        How rare events come where they are weighed; None where they happen by luck.

    Examples
    --------
    >>> Scenario(load_market("grocery"), load_strategy("baseline"), n_customers=100, weeks=4).seed
    1
    """

    market: Market
    strategy: Strategy
    n_customers: int
    weeks: int
    seed: int = 1
    parameters: ParameterTable = ParameterTable(())
    start: Start = "posterior"
    acquired_over: int = 0
    people: int | None = None
    off: tuple[str, ...] = ()
    rare: Rare | None = None

    def __post_init__(self) -> None:
        """Take the market's parameters unless others are given; refuse what cannot be run."""
        check_all(*(partial(check, self) for check in _CHECKS))
        if not self.strategy.is_resolved:
            full = resolve(self.strategy, f"strategy {self.strategy.name}")
            object.__setattr__(self, "strategy", full)
        if not self.parameters.rows:
            object.__setattr__(self, "parameters", parameters_for(self.market))


def _check_kinds(scenario: Scenario) -> None:
    kinds = {"market": Market, "strategy": Strategy, "parameters": ParameterTable}
    given = {name: getattr(scenario, name) for name in kinds}
    refuse_all(
        [
            InputError(_WHERE, name, given[name], f"a {kind.__name__}")
            for name, kind in kinds.items()
            if not isinstance(given[name], kind)
        ]
    )


def _check_numbers(scenario: Scenario) -> None:
    least = {"n_customers": 1, "weeks": 1, "seed": 0, "people": 0}
    given = {name: getattr(scenario, name) for name in least}
    if scenario.people is None:
        del given["people"]
    check_all(*(partial(whole, _WHERE, name, one, least[name]) for name, one in given.items()))


def _check_start(scenario: Scenario) -> None:
    """Refuse a start that is none, and a cohort that would be acquired longer than the run lasts."""
    start, weeks = scenario.start, scenario.weeks
    if not isinstance(start, str) or start not in STARTS:
        expected = "one of " + ", ".join(STARTS)
        raise InputError(_WHERE, "start", start, expected, nearest(start, STARTS))
    most: int | None = 0
    if start == "fresh":
        try:
            most = whole(_WHERE, "weeks", weeks, 1)
        except InputError:  # which is told by itself: nobody knows yet what would be too long
            most = None
    whole(_WHERE, "acquired_over", scenario.acquired_over, 0, most)


def _check_off(scenario: Scenario) -> None:
    """Refuse terms that no lever has."""
    off = scenario.off
    if not isinstance(off, tuple):
        raise InputError(_WHERE, "off", off, "a tuple of terms, each as LEVER.TERM")
    known = [f"{lever}.{term}" for lever in BY_NAME for term in TERMS]
    expected = "terms of levers, each as LEVER.TERM"
    refuse_all(
        [
            InputError(_WHERE, "off", one, expected, nearest(one, known))
            for one in off
            if one not in known
        ]
    )


def _check_rare(scenario: Scenario) -> None:
    """Refuse what are no uniforms."""
    rare = scenario.rare
    if rare is None:
        return
    if not isinstance(rare, Rare):
        raise InputError(_WHERE, "rare", rare, "a Rare, or nothing")
    given = {
        name: one for name, one in rare._asdict().items() if name != "which" or one is not None
    }
    check_all(*(partial(number, _WHERE, f"rare.{n}", one, 0.0, 1.0) for n, one in given.items()))


_CHECKS = (_check_kinds, _check_numbers, _check_start, _check_off, _check_rare)
