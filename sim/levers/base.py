"""The contract between a lever and the week.

A mechanism owns its columns and writes nothing else; it reads everybody's through read-only views. It
adds named terms to the outcomes on their link scale, delivers named quantities to the experience, and
says what it costs. The `effort` of a play (0 to 1) holds ramp and budget and is what is paid for;
`strength` is the part that the firm carries out, and what reaches people: those of audience and reach.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats, WeekDraws, normal
from sim.levers.active_play import ActivePlay as ActivePlay  # part of the contract
from sim.levers.delivery import Cost as Cost
from sim.levers.delivery import Delivery as Delivery
from sim.levers.schema import Schema as Schema
from sim.levers.schema import check_needed as check_needed
from sim.market.market import Market
from sim.world.capability import Capability
from sim.world.customer_stage import STAGES, are_customers, stage
from sim.world.ledger import Ledger
from sim.world.population import Column
from sim.world.usual_contact import UsualContact
from sim.world.voices import Voices

#: A column of the weekly table, and what is added to it for some people, by their rows.
Counted = tuple[str, NDArray[np.floating[Any]], NDArray[np.int64]]


@dataclass
class Week:
    """What a mechanism may see of the week.

    Attributes
    ----------
    number : int
    people : mapping of str to read-only ndarray
    market : Market
    share_behind_a_trip : float
        Mean share of wallet behind a trip of week 0: less it, a log of own trips over one of the logit.
    scale : float
        The firm's customers per simulated customer.
    firm : Capability
        How well the firm carries out its plans, and how true its data are.
    attention : ndarray, shape (people,), or float
        Share of a message that gets through, `usual.attention` for whoever of late got as many as usual.
    usual : UsualContact
        The firm's messages when nothing is done.
    opting_out : float
        Chance to opt out of them this week (`sim.model.week.opting_out`).
    voices : Voices
    uniform : WeekDraws
        One per person, or of some ``rows``, for this week or, with ``once=True``, for all.
    firm_luck : callable
        One for the whole firm and this week, by ``firm_luck(decision)``.
    trips, spend, complaints : ndarray, shape (people,)
        This week's, spend at list prices; zero before they happen.
    referred_by, by_talk : ndarray, shape (people,)
        New customers whom each one's recommendations won this week, and whether word of mouth without
        one made somebody a customer; zero before they join.
    kept : dict of str to object
        What a lever has worked out of the week and needs again in it, by its name.
    """

    number: int
    people: Mapping[str, NDArray[Any]]
    market: Market
    share_behind_a_trip: float
    scale: float
    firm: Capability
    attention: Floats | float
    usual: UsualContact
    opting_out: float
    voices: Voices
    uniform: WeekDraws
    firm_luck: Callable[[str], float]
    trips: NDArray[np.int64]
    spend: Floats
    complaints: NDArray[np.int64]
    referred_by: Floats
    by_talk: NDArray[np.bool_]
    kept: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def stages(self) -> NDArray[np.int8]:
        """Return everybody's stage of life as the firm sees it, by index of `STAGES`."""
        return stage(self.people, self.number, self.market.leaving_is_seen)

    @cached_property
    def customers(self) -> NDArray[np.bool_]:
        """Return whom the firm sees as its customers: all that it does not see as lost."""
        return are_customers(self.stages)

    @cached_property
    def prospects(self) -> NDArray[np.bool_]:
        """Return who was a prospect when the week began."""
        return self.stages == STAGES.index("prospect")

    @property
    def known_margin(self) -> float:
        """Return a week's margin of the firm's known customers, for the simulated people."""
        known = self.market["firm_customers"] / self.scale
        return known * self.market.yearly_margin / WEEKS_A_YEAR

    def attention_of(self, rows: NDArray[np.int64]) -> Floats | float:
        """Return the share of a message that gets through to some people."""
        return self.attention if isinstance(self.attention, float) else self.attention[rows]

    def sociability(self, rows: NDArray[np.int64] | None = None) -> Floats:
        """Return the score behind the number of people who hear each person, SD."""
        return normal(self.uniform("ties", rows, once=True))


def blend(plays: Sequence[ActivePlay], value: Callable[[Any], float], people: int) -> Floats:
    """Return each person the strength-weighted sum of a setting over the plays of a lever.

    Audiences of one lever's plays do not overlap, so that each person gets one play's value.
    """
    total = np.zeros(people)
    for play in plays:
        worth = value(play.settings)
        if worth:
            total += play.spread(play.strength * worth)
    return total


def open_to_prospects(week: Week, play: ActivePlay) -> Floats:
    """Return how far a play reaches each prospect, shape (people,).

    One for prospects is for those whom it is for; what is there for customers is open to everybody, as
    far as it is there for a customer on average.
    """
    if (play.served & week.prospects).any():
        return play.strengths
    return np.full(play.reached.size, play.mean_strength(week.customers))


class Mechanism:
    """How one lever acts on people.

    Parameters
    ----------
    parameters : Schema
        How strongly people respond.
    """

    name: ClassVar[str] = ""
    #: What a report calls it, where that is not its name with blanks.
    label: ClassVar[str] = ""
    Settings: ClassVar[type[Schema]] = Schema
    Parameters: ClassVar[type[Schema]] = Schema
    columns: ClassVar[tuple[Column, ...]] = ()
    #: Settings that say how much is done: what a play's `intensity` multiplies.
    intensity_settings: ClassVar[tuple[str, ...]] = ()
    #: Whether it builds what others are carried out with, so that its own effort is its strength.
    builds_capability: ClassVar[bool] = False
    #: Settings that are for some audiences alone, and which; what is for everyone alone changes the firm.
    audiences: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    #: Settings that act on prospects, who have not bought here: a play for them alone needs one of these.
    for_prospects: ClassVar[tuple[str, ...]] = ()
    #: Whether a play for everyone meets whoever shops, also whom the firm takes for lost.
    on_the_shelf: ClassVar[bool] = False
    #: Whether others need its columns even where it has no play.
    always: ClassVar[bool] = False
    #: Parameter that says how many hours it takes to build what a play starts with, if anything.
    build_hours: ClassVar[str] = ""
    #: Parameter that says how many hours a week what is built takes of service staff, if any.
    upkeep_hours: ClassVar[str] = ""
    #: Settings that change how often a rare event happens, or what it costs (`sim.model.rare_events`).
    guards: ClassVar[tuple[str, ...]] = ()
    #: Whether it keeps who lets messages in: it takes part wherever a play writes.
    keeps_consent: ClassVar[bool] = False
    #: Whether its plays may buy reach on platforms, `Delivery.reach_bought`.
    buys_reach: ClassVar[bool] = False
    #: Column that says who takes part in what it offers, where people choose to.
    member_column: ClassVar[str] = ""

    def __init__(self, parameters: Any) -> None:
        self.parameters = parameters

    @classmethod
    def confined(cls, settings: Mapping[str, float]) -> dict[str, tuple[str, ...]]:
        """Return which of a play's settings are for some audiences alone, with these."""
        return {name: whom for name, whom in cls.audiences.items() if settings.get(name, 0.0) > 0.0}

    @classmethod
    def is_idle(cls, settings: Mapping[str, float], audience: str) -> bool:
        """Return whether nothing of a play with these settings acts on an audience of prospects."""
        return audience == "prospect" and not any(settings.get(x, 0) > 0 for x in cls.for_prospects)

    @classmethod
    def changes_the_firm(cls, settings: Mapping[str, float]) -> bool:
        """Return whether a play is of the whole firm, so that no customer can go without it."""
        return cls.builds_capability or ("everyone",) in cls.confined(settings).values()

    def begin(self, week: Week, own: dict[str, NDArray[Any]]) -> None:
        """Set the lever's columns as they stand at week 0."""

    def equip(self, week: Week, efforts: Sequence[tuple[Any, float]], firm: Capability) -> None:
        """Move what the firm is able to do, before any play is carried out.

        Parameters
        ----------
        week : Week
        efforts : sequence of (Settings, float)
            Each play's settings and its effort this week, from 0 to 1.
        firm : Capability
            To be changed in place.
        """

    def update(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Move the lever's columns before the trips, from last week's state."""

    def effects(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> dict[str, Floats]:
        """Return terms per outcome, each of shape (people,), on the outcome's link scale."""
        return {}

    def deliver(
        self,
        week: Week,
        plays: Sequence[ActivePlay],
        own: Mapping[str, NDArray[Any]],
        delivery: Delivery,
    ) -> None:
        """Add to what this week's encounters are like."""

    def settle(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Book this week's trips."""

    def cost(self, week: Week, play: ActivePlay, own: Mapping[str, NDArray[Any]]) -> Cost:
        """Return what a play costs this week."""
        return Cost(0.0, 0.0, 0.0)

    @classmethod
    def goes_on(cls, market: Market) -> bool:
        """Return whether the firm does something of it already, which goes on without a play."""
        return False

    def cost_as_usual(self, week: Week, own: Mapping[str, NDArray[Any]]) -> Floats:
        """Return what that costs this week, shape (people,); a play's cost is what it costs beyond."""
        return np.zeros(week.trips.size)

    def given_back_as_usual(
        self, market: Market, own: Mapping[str, NDArray[Any]]
    ) -> Floats | float:
        """Return the part of people's spend that it costs in the long run, of those in `own`."""
        return 0.0

    def referrals(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> Floats | float:
        """Return each active customer's chance of recommending the firm to a friend this week."""
        return 0.0

    def lasting_terms(
        self, week: Week, own: Mapping[str, NDArray[Any]], weeks: float
    ) -> dict[str, Floats]:
        """Return the terms per outcome left some weeks after the lever stopped, of those in `own`."""
        return {}

    def lasting_quality(self, own: Mapping[str, NDArray[Any]], weeks: float) -> Floats | float:
        """Return the quality that is still delivered some weeks later, as in `lasting_terms`."""
        return 0.0

    def at_bound(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> NDArray[np.bool_] | None:
        """Return for whom a strength stands at a bound of the model, None if for nobody; it is told."""
        return None

    def counted(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> Iterable[Counted]:
        """Return what a run counts of the lever, beside what its plays do; it changes nothing."""
        return ()

    def book(self, own: Mapping[str, NDArray[Any]], ledger: Ledger) -> None:
        """Post what the lever promised and honoured this week, at face value."""
