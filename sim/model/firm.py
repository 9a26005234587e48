"""The firm's side of a market as Mesa agents: departments, channels, and the rivals beside them."""

from dataclasses import dataclass
from functools import lru_cache

import mesa
import numpy as np

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.errors import InputError, nearest
from sim.common.formatting import NEAR_BUDGET
from sim.common.kernels.sums import count_by_channel
from sim.common.random_numbers import Draws, Ints
from sim.levers import BY_NAME
from sim.playbook.strategies import Play
from sim.world.capability import Capability
from sim.world.platform import Platform
from sim.world.renting import Start
from sim.world.reputation import Reputation
from sim.world.service_desk import ServiceDesk

#: A play may spend so much more than its allowance before it stops: what is on budget is not stopped.
_NEAR = 1 + NEAR_BUDGET


def years_released(week: int, horizon: int) -> float:
    """Return for how many years money is there by a week: those begun, of the last what the plan has.

    A plan of half a year spends half of what a year is given.
    """
    return min(week // WEEKS_A_YEAR + 1, horizon / WEEKS_A_YEAR)


class Department(mesa.Agent):
    """A department that owns levers, carries out its plays and watches their budget.

    Parameters
    ----------
    model : mesa.Model
    name : str
        market, technology, service or brand.
    plays : list of Play
        The plays it owns.
    allowances : dict of str to float, or None
        Money a year that each play may spend, for the simulated people; None means no limit.
    horizon : int
        Weeks of the plan.

    Attributes
    ----------
    spent, built, effort : dict of str to float
        Key of a play -> what it has cost, how much of that was one-off work, and this week's effort.
    granted : dict of str to float
        Key of a play -> money beside its allowance, so that a later allowance does not change the past.
    used_up : dict of str to bool
        Key of a play -> whether it stands still this week for want of money.
    largest_week : dict of str to float
        Key of a play -> what its largest week so far has cost, without one-off work.
    starts : dict of str to Start
        Key of a play -> what it took to start it either way, of plays that have begun with something
        to build or to rent.
    fixed : dict of str to ndarray, each of shape (weeks,)
        What was paid in each week whatever the number of customers, one-off work included.

    Examples
    --------
    >>> model = LoyaltyModel(strategy="balanced", customers=100, weeks=4)
    >>> for department in model.agents.select(agent_type=Department):
    ...     print(department.name, [play.lever for play in department.plays])
    market ['incentives']
    technology []
    service ['service_quality']
    brand []
    """

    def __init__(
        self,
        model: mesa.Model,
        name: str,
        plays: list[Play],
        allowances: dict[str, float] | None,
        horizon: int,
    ) -> None:
        super().__init__(model)
        self.name, self.plays, self.allowances = name, plays, allowances
        self.horizon = horizon
        self.spent = {play.key: 0.0 for play in plays}
        self.built = {play.key: 0.0 for play in plays}
        self.granted = {play.key: 0.0 for play in plays}
        self.fixed = {play.key: np.zeros(horizon) for play in plays}
        self.starts: dict[str, Start] = {}
        self.effort = {play.key: 0.0 for play in plays}
        self.used_up = {play.key: False for play in plays}
        self.largest_week = {play.key: 0.0 for play in plays}

    def step(self) -> None:
        """Set this week's effort for each play: its ramp, or 0 once it ends or has no money left.

        A play begins no week that what is left of its allowance may not pay, as its largest week so far
        tells: it pauses for the rest of the year, and goes on with the next year's money. What it
        owes by then, such as a reward that was promised, is still honoured. What is not spent in a year
        may be spent in the next. A play that ends may spend all that is meant for it from its first week
        on: its allowance is a mean over the years of the plan. One-off work is written off evenly over
        these years, for the same reason.
        """
        week = self.model.week
        for play in self.plays:
            key = play.key
            ramped = min(1.0, max(0.0, (week - play.start_week + 1) / play.ramp_weeks))
            if play.end_week is not None and week >= play.end_week:
                ramped = 0.0
            self.used_up[key] = False
            if self.allowances is not None and ramped > 0.0:
                whole = self.horizon / WEEKS_A_YEAR
                years = years_released(week, self.horizon) if play.end_week is None else whole
                released = years * self.allowances[key] + self.granted[key]
                charged = self.spent[key] - self.built[key] * (1 - years / whole)
                ahead = charged + self.largest_week[key]
                if charged > 0 and (charged >= released or ahead > _NEAR * released):
                    ramped, self.used_up[key] = 0.0, True
            self.effort[key] = ramped

    def pause(self, lever: str) -> None:
        """Switch a lever's plays off for this week: neither carried out nor paid for.

        Raises
        ------
        InputError
            If there is no such lever; one without plays here is none to switch off.
        """
        if lever not in BY_NAME:
            known = "one of " + ", ".join(BY_NAME)
            raise InputError("pause", "lever", lever, known, nearest(lever, BY_NAME))
        for play in self.plays:
            if play.lever == lever:
                self.effort[play.key] = 0.0

    def take(self, play: Play, successor_of: str) -> None:
        """Own a play that takes the place and the money of another, which has ended."""
        self.plays.append(play)
        self.fixed[play.key] = np.zeros(self.horizon)
        for by_key in (self.spent, self.built, self.granted):
            by_key[play.key] = by_key[successor_of]
        self.effort[play.key], self.used_up[play.key], self.largest_week[play.key] = 0.0, False, 0.0
        if self.allowances is not None:
            self.allowances[play.key] = self.allowances[successor_of]

    def book(self, key: str, cost: float, built: float = 0.0, fixed: float = 0.0) -> None:
        """Charge a week's cost to a play, and note how much was one-off work, and fixed beside it."""
        self.spent[key] += cost
        self.built[key] += built
        self.largest_week[key] = max(self.largest_week[key], cost - built)
        self.fixed[key][self.model.week] += fixed + built


class Channel(mesa.Agent):
    """A way to buy, with the share of people who prefer it.

    Parameters
    ----------
    model : mesa.Model
    name : str
    share : float

    Examples
    --------
    >>> model = LoyaltyModel(customers=100, weeks=4)
    >>> model.agents.select(agent_type=Channel).get("name")
    ['store', 'online']
    """

    def __init__(self, model: mesa.Model, name: str, share: float) -> None:
        super().__init__(model)
        self.name, self.share = name, share
        self.trips = 0

    def serve(self, trips: int) -> None:
        """Take this week's trips."""
        self.trips = trips


def campaign_runs(draws: Draws, rival: str, week: int, per_year: float, weeks: int) -> bool:
    """Return whether a campaign of a rival runs: it began this week or in one of the weeks before.

    Parameters
    ----------
    draws : Draws
        Luck of the firm, the same for every strategy.
    rival : str
        Its name.
    week : int
    per_year : float
        Rate at which campaigns begin.
    weeks : int
        How long a campaign lasts; week 0 may find one that began before.
    """
    chance = -float(np.expm1(-per_year / WEEKS_A_YEAR))
    return any(_begins(draws.seed, rival, week + weeks - back, chance) for back in range(weeks))


@lru_cache(maxsize=4096)
def _begins(seed: int, rival: str, week: int, chance: float) -> bool:
    """Return whether a campaign begins; kept, as the weeks that follow and other strategies ask again."""
    return bool(Draws(seed, 1).uniform(f"firm: campaign of {rival}", week)[0] < chance)


class Rival(mesa.Agent):
    """A competitor: it receives its share of the trips that go elsewhere, and runs campaigns.

    Parameters
    ----------
    model : mesa.Model
    name : str
    share : float
        Of the trips that do not go to the firm.
    campaign_weeks : int
        How long a campaign lasts, at least 1.

    Attributes
    ----------
    campaigning : bool
        Whether a campaign of it runs this week (`sim.model.week.rival_campaigns`).

    Examples
    --------
    >>> model = LoyaltyModel(customers=100, weeks=4)
    >>> model.agents.select(agent_type=Rival).agg("share", sum)
    1.0
    """

    def __init__(self, model: mesa.Model, name: str, share: float, campaign_weeks: int) -> None:
        super().__init__(model)
        self.name, self.share = name, share
        self.trips, self.campaigning = 0.0, False
        self.campaign_weeks = campaign_weeks

    def step(self) -> None:
        """Find out whether a campaign runs this week."""
        run = self.model.state
        rate = run.market["rival_campaigns_per_year"]
        self.campaigning = campaign_runs(run.draws, self.name, run.week, rate, self.campaign_weeks)

    def serve(self, trips: float) -> None:
        """Take its share of this week's trips to rivals."""
        self.trips = trips * self.share


@dataclass
class Firm:
    """The firm as its customers meet it.

    Attributes
    ----------
    capability : Capability
        How well it carries out its plans, and how true its data are.
    departments : list of Department
    channels : list of Channel
    rivals : list of Rival
        The rest of the category, beside the firm.
    desk : ServiceDesk
    platform : Platform
        What is written of the firm in public.
    reputation : Reputation
        What the public thinks of it.
    """

    capability: Capability
    departments: list[Department]
    channels: list[Channel]
    rivals: list[Rival]
    desk: ServiceDesk
    platform: Platform
    reputation: Reputation

    def efforts(self) -> dict[str, float]:
        """Return every play's effort this week, by its key."""
        return {key: effort for one in self.departments for key, effort in one.effort.items()}

    def take_trips(self, channel: Ints, trips: Ints, elsewhere: float) -> None:
        """Share a week's trips out among channels and rivals.

        Parameters
        ----------
        channel : ndarray of int, shape (m,)
            The channel that each buyer prefers.
        trips : ndarray of int, shape (m,)
            Theirs to the firm.
        elsewhere : float
            Everybody's trips to rivals.
        """
        by_channel = count_by_channel(channel, trips, len(self.channels))
        for rival in self.rivals:
            rival.serve(elsewhere)
        for one, n in zip(self.channels, by_channel.tolist(), strict=True):
            one.serve(n)
