"""What a run holds from week to week, and what one week adds to it.

A function of the week takes a `WeekState` (or the few arrays that it needs) and writes what its docstring
names: customers' columns, the recorder, the ledger. Nothing else carries anything from one part of a week
to the next, and no field comes into being in the middle of one.
"""

from dataclasses import dataclass, field

import numpy as np

from sim.common.random_numbers import Draws, Floats, Ints, WeekDraws
from sim.levers.base import ActivePlay, Delivery, Mechanism, Schema, Week
from sim.levers.outcomes import OUTCOMES
from sim.market.market import Market
from sim.model.firm import Firm
from sim.model.observers.recorder import Recorder
from sim.model.week import attitudes
from sim.model.week.baseline import Baseline
from sim.model.week.data_breach import FirstBreach
from sim.model.week.life_parameters import LifeParameters
from sim.model.week.satisfaction import Experience
from sim.model.week.terms import Terms
from sim.playbook.strategies import Play
from sim.world.ledger import Ledger
from sim.world.population import People, ReadOnlyColumns
from sim.world.social_network import Ties
from sim.world.usual_contact import UsualContact
from sim.world.voices import Voices


@dataclass
class Levers:
    """The levers of a run.

    Attributes
    ----------
    all : list of Mechanism
        Every lever, in the order in which they act.
    in_use : list of Mechanism
        Those with a play.
    plays : dict of str to list of Play
        The strategy's plays by lever, in the order in which they are written.
    settings : dict of str to Schema
        Validated settings by the key of a play.
    """

    all: list[Mechanism]
    in_use: list[Mechanism]
    plays: dict[str, list[Play]]
    settings: dict[str, Schema]


@dataclass
class RunState:
    """What a run holds from week to week.

    Attributes
    ----------
    week : int
        Weeks that are over.
    market : Market
        As drawn.
    life : LifeParameters
    draws : Draws
        Of the luck.
    who : Draws
        Of who people are: what is decided of a person once.
    scale : float
        Customers of the firm per simulated customer.
    people : dict of str to ndarray, each of shape (people,)
        The customers' columns.
    ties : Ties
    experience : Experience
    baseline : Baseline
        What is frozen at week 0.
    firm : Firm
    levers : Levers
    ledger : Ledger
    recorder : Recorder
    logit_share : ndarray, shape (people,)
        Logit of the share of wallet when nothing is done; it moves where rates do.
    usual : UsualContact
    voices : Voices
    acquired_over : int
        Weeks over which a fresh cohort is acquired; 0 if all are there at week 0.
    owed_joins : float
        People who came early, on a recommendation, and whose own time to join is still ahead.
    first_breach : FirstBreach or None
        Where breaches are weighed: when the first one comes. None where they are drawn.
    """

    market: Market
    life: LifeParameters
    draws: Draws
    who: Draws
    scale: float
    people: People
    ties: Ties
    experience: Experience
    baseline: Baseline
    firm: Firm
    levers: Levers
    ledger: Ledger
    recorder: Recorder
    logit_share: Floats
    usual: UsualContact
    voices: Voices
    acquired_over: int = 0
    owed_joins: float = 0.0
    first_breach: FirstBreach | None = None
    week: int = 0

    @property
    def size(self) -> int:
        """Number of people."""
        return self.draws.size

    def own(self, mechanism: Mechanism) -> People:
        """Return a lever's own columns, to write in."""
        return {column.name: self.people[column.name] for column in mechanism.columns}

    def given_back(self, rows: Ints) -> Floats | float:
        """Return the part of some people's spend that it costs what the firm does as usual."""
        total: Floats | float = 0.0
        for mechanism in self.levers.in_use:
            own = {name: column[rows] for name, column in self.own(mechanism).items()}
            total = total + mechanism.given_back_as_usual(self.market, own)
        return total

    def lever_view(self) -> Week:
        """Return what levers may see of the week that begins."""
        draws, number = self.draws, self.week
        last = self.baseline.path.opting_out.size - 1  # seen from the end, no week is ahead

        def firm_luck(decision: str) -> float:
            return float(draws.uniform(f"firm: {decision}", number + 1, size=1)[0])

        return Week(
            number=number,
            people=ReadOnlyColumns(self.people),
            market=self.market,
            share_behind_a_trip=self.baseline.share_behind_a_trip,
            scale=self.scale,
            firm=self.firm.capability,
            attention=attitudes.attention(self.people, self.life, self.usual),
            usual=self.usual,
            opting_out=float(self.baseline.path.opting_out[min(number, last)]),
            voices=self.voices,
            uniform=WeekDraws(draws, number + 1, self.who),
            firm_luck=firm_luck,
            trips=np.zeros(self.size, dtype=np.int64),
            spend=np.zeros(self.size),
            complaints=np.zeros(self.size, dtype=np.int64),
            referred_by=np.zeros(self.size),
            by_talk=np.zeros(self.size, dtype=np.bool_),
        )


@dataclass
class WeekState:
    """What one week adds to a run.

    Attributes
    ----------
    run : RunState
    view : Week
        What levers may see; `trips`, `spend`, `complaints`, `referred_by` and `by_talk` are filled as
        they happen.
    delivery : Delivery
        What the levers deliver together.
    plays : dict of str to list of ActivePlay
        This week's plays by lever.
    own : dict of str to dict of str to ndarray
        The columns that each lever writes in.
    terms : dict of str to dict of str to ndarray
        The levers' terms by outcome and lever.
    at_risk : ndarray of int, shape (m,)
        Rows of the customers who were active when the week began.
    stays : ndarray, shape (m,)
        Fraction of the week for which each of them stays.
    """

    run: RunState
    view: Week
    delivery: Delivery = field(default_factory=Delivery)
    plays: dict[str, list[ActivePlay]] = field(default_factory=dict)
    own: dict[str, People] = field(default_factory=dict)
    terms: dict[str, Terms] = field(default_factory=lambda: {outcome: {} for outcome in OUTCOMES})
    at_risk: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    stays: Floats = field(default_factory=lambda: np.zeros(0))
