"""A scenario: the market, strategy, horizon, random numbers and parameters of one run."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from sim.common.errors import InputError
from sim.common.given import whole
from sim.evidence.own import parameters_for
from sim.evidence.parameters import ParameterTable
from sim.market.market import Market
from sim.playbook.settings import resolve
from sim.playbook.strategies import Strategy


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
    start: Literal["posterior", "fresh"] = "posterior"
    acquired_over: int = 0
    people: int | None = None
    off: tuple[str, ...] = ()
    rare: Rare | None = None

    def __post_init__(self) -> None:
        """Take the market's parameters unless others are given; refuse what cannot be run."""
        for name, kind in (("market", Market), ("strategy", Strategy)):
            if not isinstance(given := getattr(self, name), kind):
                raise InputError("scenario", name, given, f"a {kind.__name__}")
        if not self.strategy.is_resolved:
            full = resolve(self.strategy, f"strategy {self.strategy.name}")
            object.__setattr__(self, "strategy", full)
        whole("scenario", "n_customers", self.n_customers, 1)
        whole("scenario", "weeks", self.weeks, 1)
        whole("scenario", "seed", self.seed, 0)
        if self.people is not None:
            whole("scenario", "people", self.people, 0)
        most = self.weeks if self.start == "fresh" else 0
        whole("scenario", "acquired_over", self.acquired_over, 0, most)
        if not self.parameters.rows:
            object.__setattr__(self, "parameters", parameters_for(self.market))
