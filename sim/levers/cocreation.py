r"""Co-creation: customers have ideas, vote on them, and see some of them on the shelf.

*Taking part.* Each call reaches customers as a message. Of those who notice it

    p_i = expit(a + b_z z_i + b_A A_i)

take part: few, and rather the sociable (z, the score behind how many people hear them) and the attached
(A). *Ownership*: whoever took part feels it as `ownership` relevant touches, and trusts the firm more by
`empowerment` at most once a year; both in proportion to the say that those who take part have, so that a
vote that is ignored brings nothing.

*Launches.* Every so many weeks an offer made by customers replaces one by designers, on a share b of the
basket, if anybody has taken part since the last launch. Its sales are e^X of what the designers' would
have been, X ~ N(S gain, spread^2), once for the whole firm: users' ideas are a little better on average
and differ more, so that some flop. S is the share of what customers want that as many tell as have taken
part since (`sim.world.voices`): `gain` was measured on contests of many, and an idea of a handful is no
better than a designer's, as it misses what others would have told. A launch adds
b X to the log of own sales, which halves every `launch_half_life_weeks`. In its first weeks the label
that customers had the idea adds b l to those who see it, and nothing later.

| symbol | name | unit | shape |
|---|---|---|---|
| z | score behind the number of ties | SD | (people,) |
| A | `attachment` | SD | (people,) |
| b | `launch_share` | share of the basket | scalar |
| bX | `launch_appeal` | log points of own sales | (people,) |
| l | `label_lift` | log points | scalar |

Sources: nishikawa2013, nishikawa2017, fuchs2011. Known limits: bystanders feel nothing (replications
find little); beyond S more ideas do not make the best of them better; who joins after a launch is not
moved by it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.special import expit

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats, normal
from sim.levers.base import ActivePlay, Cost, Delivery, Mechanism, Schema, Week
from sim.levers.messages import let_in
from sim.world.population import ACTIVE, Column
from sim.world.staffing import price_of_hour, work


def is_call(week: int, calls: float) -> bool:
    """Return whether one of so many calls a year falls into a week; they are spread evenly."""
    return np.floor((week + 1) * calls / WEEKS_A_YEAR) > np.floor(week * calls / WEEKS_A_YEAR)


def is_launch(week: int, calls: float, every: int) -> bool:
    """Return whether an offer is to be launched: every so many weeks, if anybody is asked for ideas."""
    return calls > 0 and every > 0 and (week + 1) % every == 0


class Cocreation(Mechanism):
    """Customers who help to design, choose and tell."""

    name: ClassVar[str] = "cocreation"
    label: ClassVar[str] = "co-creation"

    class Settings(Schema):
        """What the firm chooses; by default nobody is asked."""

        calls: float = Field(0, ge=0, le=26, description="calls for ideas or votes a year")
        say: float = Field(
            0, ge=0, le=1, description="share of the choice that is left to those who take part"
        )
        launch_every: int = Field(
            0,
            ge=0,
            le=104,
            description="weeks between two launches of customers' ideas; 0 means none",
        )
        launch_share: float = Field(
            0.02, ge=0, le=0.5, description="share of the basket that a launch covers"
        )
        label: float = Field(
            0, ge=0, le=1, description="share of customers told that customers had the idea"
        )

    class Parameters(Schema):
        """Who takes part, what it does to them, and what launches bring."""

        part_intercept: float = Field(description="log odds that an average customer takes part, 1")
        part_sociable: float = Field(description="change of it per SD of sociability, 1")
        part_attached: float = Field(description="change of it per SD of attachment, 1")
        ownership: float = Field(ge=0, description="relevant touches that taking part is worth")
        empowerment: float = Field(ge=0, description="trust won by having a say, SD")
        label_lift: float = Field(ge=0, description="sales of what bears the label, log points")
        label_weeks: float = Field(ge=1, description="how long a launch is new, weeks")
        launch_gain: float = Field(description="mean sales over designers' offers, log points")
        launch_spread: float = Field(ge=0, description="SD of that between launches, log points")
        launch_half_life_weeks: float = Field(gt=0, description="half-life of an offer, weeks")
        call_hours: float = Field(ge=0, description="work for one call, hours")
        entry_minutes: float = Field(ge=0, description="work per person who takes part, minutes")
        launch_hours: float = Field(ge=0, description="extra work for one launch, hours")

    columns: ClassVar[tuple[Column, ...]] = (
        Column("took_part", "bool", 0, "yes/no", "takes part in a call this week"),
        Column("newly_heard", "bool", 0, "yes/no", "takes part for the first time in a year"),
        Column("last_part", "int16", -1000, "week", "week of taking part last"),
        Column("launch_appeal", "float64", 0, "log points", "what co-created offers add to sales"),
        Column("labelled", "float64", 0, "share", "basket on which the label is seen"),
        Column("week_launched", "int16", -1, "week", "week of the last launch"),
    )
    intensity_settings: ClassVar[tuple[str, ...]] = ("calls",)

    def update(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Let people take part, launch what is due, and let earlier launches grow old."""
        p = self.parameters
        own["took_part"][:] = own["newly_heard"][:] = False
        own["launch_appeal"] *= 2.0 ** (-1.0 / p.launch_half_life_weeks)
        if own["labelled"].any():
            own["labelled"] *= week.number - own["week_launched"] < p.label_weeks
        for play in plays:
            chosen = play.settings
            if is_call(week.number, chosen.calls) and play.served.any():
                self._call(week, play, own)
            if is_launch(week.number, chosen.calls, chosen.launch_every) and play.served.any():
                self._launch(week, play, own)

    def effects(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> dict[str, Floats]:
        """Return what launched offers and their label do to purchases."""
        if not (own["launch_appeal"].any() or own["labelled"].any()):
            return {}
        term = own["launch_appeal"] + self.parameters.label_lift * own["labelled"]
        return {"purchase": term / (1.0 - week.share_behind_a_trip)}

    def deliver(
        self,
        week: Week,
        plays: Sequence[ActivePlay],
        own: Mapping[str, NDArray[Any]],
        delivery: Delivery,
    ) -> None:
        """Add calls as messages, and what taking part does to those who did."""
        p = self.parameters
        for play in plays:
            if is_call(week.number, play.settings.calls):
                delivery.add(
                    "messages", play, play.strength * let_in(week, self.name, "calls", play.rows)
                )
                heard = play.settings.say * (play.strength > 0)
                delivery.add("care", play, p.ownership * heard * own["took_part"][play.rows])
                trust = p.empowerment * heard * own["newly_heard"][play.rows]
                delivery.add("trust_gained", play, trust)

    def lasting_terms(
        self, week: Week, own: Mapping[str, NDArray[Any]], weeks: float
    ) -> dict[str, Floats]:
        """Return what is left of launched offers."""
        left = own["launch_appeal"] * 2.0 ** (-weeks / self.parameters.launch_half_life_weeks)
        return {"purchase": left / (1.0 - week.share_behind_a_trip)} if left.any() else {}

    def cost(self, week: Week, play: ActivePlay, own: Mapping[str, NDArray[Any]]) -> Cost:
        """Return hours per call and launch, and minutes of an analyst per person who takes part."""
        p, chosen = self.parameters, play.settings
        hours = 0.0
        if is_call(week.number, chosen.calls):
            hours += p.call_hours
        if (own["week_launched"][play.rows] == week.number).any():
            hours += p.launch_hours
        entries = play.rows[own["took_part"][play.rows]]
        fixed = work(week, play.paid_effort * hours, "analyst")
        each = p.entry_minutes / 60
        price = price_of_hour(week, each * entries.size, "analyst")
        return Cost(fixed, 0.0, each * price, entries)

    def _call(self, week: Week, play: ActivePlay, own: dict[str, NDArray[Any]]) -> None:
        """Draw who takes part, among those whom a call reaches and who notice it."""
        p, people = self.parameters, week.people
        rows = play.rows[people["status"][play.rows] == ACTIVE]
        odds = p.part_intercept + p.part_sociable * week.sociability(rows)
        chance = expit(odds + p.part_attached * people["attachment"][rows])
        chance = chance * play.strength * week.attention_of(rows)
        chance = chance * let_in(week, self.name, "calls", rows)
        joins = rows[week.uniform("take part", rows) < chance]
        own["took_part"][joins] = True
        own["newly_heard"][joins] = week.number - own["last_part"][joins] >= WEEKS_A_YEAR
        own["last_part"][joins] = week.number

    def _launch(self, week: Week, play: ActivePlay, own: dict[str, NDArray[Any]]) -> None:
        """Bring an offer to the shelf; how good it is, is one draw for the whole firm."""
        p, chosen = self.parameters, play.settings
        entries = np.count_nonzero(own["last_part"] > own["week_launched"].max()) * week.scale
        if not entries:
            return
        gain = p.launch_gain * week.voices.share_told(entries)
        luck = float(normal(np.array([week.firm_luck("co-created launch")]))[0])
        own["launch_appeal"] += (
            play.strengths * chosen.launch_share * (gain + p.launch_spread * luck)
        )
        seen = week.uniform("sees the label", play.rows) < chosen.label * play.strength
        own["labelled"][play.rows] = chosen.launch_share * seen
        own["week_launched"][play.rows] = week.number
