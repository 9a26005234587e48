r"""Emotional connection: care at personal moments, a warm welcome, stories, and responsible conduct.

But for responsible conduct, the lever itself makes nobody buy. It gives care, from which attachment
builds over a year (`sim.model.week.attitudes`), and attachment acts: a little on the choice of the firm,
next to nothing on staying, and against what rivals offer and a price above the usual. Only who wants care
feels it as such,

    care_i = moments_i a_i 1{wants_i} + stories a_i story_care 1{fit_i > 0} + warmth warm_care habit_i,

a being the attention that earlier messages left and habit the share of weeks with a purchase. To the
others a personal message is one message more, and tires; so does every story. Listening tells who
wants care, as far as data are right, and spares part of the others:

    moments_i = moments (1 - listening x data quality)    for who does not want them.

Whoever has opted out gets neither touches nor stories (`sim.levers.messages`).

| symbol | name | unit | shape |
|---|---|---|---|
| wants | `wants_care` | yes/no | (people,) |
| moments, stories | settings over 52, over 52 / 12 | touches, messages a week | scalar |
| story_care, warm_care | care felt in a story, in a week with a purchase | touches | scalar |

*Responsible conduct* takes a share x of the margin of what customers buy in the week, at list prices. Of
d = x / (x + half), times the share of customers for whom the firm does it, come a standing
(`sim.world.reputation`) and a change of the sales of those customers,

    D = responsible_reputation d,    purchase = responsible_lift d / (1 - S),

the second next to nothing, with a range that reaches to a loss: conduct that regards the goods and the
staff wins some, care for the environment repels some (ailawadi2014), and a label that moves sales by a
tenth stands on the goods that bear it (hainmueller2015).

Sources: khamitov2019 (attachment and choice), gustafsson2005 (not on staying), watson2015 (feeling and
doing differ), vandoorn2017 and aljarah2020 (conduct and what people say). Known limits: who wants care
does not change; no scandal breaks an attachment; staff are as warm as they were trained to be; which kind
of conduct it is makes no difference, nor whether anybody calls it a pose; customers know of it at once.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.common.calendar import WEEKS_A_MONTH, WEEKS_A_YEAR
from sim.common.random_numbers import Floats
from sim.levers.base import ActivePlay, Cost, Delivery, Mechanism, Schema, Week
from sim.levers.messages import let_in
from sim.world.population import Column
from sim.world.staffing import price_of_hour, work


class EmotionalConnection(Mechanism):
    """What makes a customer feel known and at home."""

    name: ClassVar[str] = "emotional_connection"

    class Settings(Schema):
        """What the firm chooses; by default nobody is cared for beyond the usual."""

        moments: float = Field(
            0, ge=0, le=52, description="personal touches at personal moments, per person and year"
        )
        listening: float = Field(
            0, ge=0, le=1, description="share of customers of whom is asked whether they want care"
        )
        stories: float = Field(
            0, ge=0, le=8, description="stories on brand and values to everyone, per month"
        )
        warmth: float = Field(
            0, ge=0, le=1, description="share of staff trained to listen and to welcome"
        )
        responsibility: float = Field(
            0,
            ge=0,
            le=0.2,
            description="responsible conduct and products, as a share of the margin of what is bought",
        )

    class Parameters(Schema):
        """Who feels care, and what it takes; what responsible conduct brings."""

        care_wanted: float = Field(gt=0, lt=1, description="people who want personal care, share")
        story_care: float = Field(ge=0, le=1, description="care felt in a story, touches")
        warm_care: float = Field(ge=0, description="care felt in a week with a visit, touches")
        touch_minutes: float = Field(ge=0, description="work per personal touch, minutes")
        listening_minutes: float = Field(ge=0, description="work per customer and year, minutes")
        story_hours: float = Field(ge=0, description="work per story, hours")
        warmth_hours: float = Field(ge=0, description="training per employee and year, hours")
        half_responsibility: float = Field(
            gt=0, description="conduct that brings half of the most, share of margin"
        )
        responsible_reputation: float = Field(ge=0, description="standing at most, SD")
        responsible_lift: float = Field(description="own sales at most, log points")

    columns: ClassVar[tuple[Column, ...]] = (
        Column("wants_care", "bool", 0, "yes/no", "wants to be cared for as a person"),
    )
    intensity_settings: ClassVar[tuple[str, ...]] = ("moments", "warmth", "responsibility")
    audiences: ClassVar[Mapping[str, tuple[str, ...]]] = {"responsibility": ("everyone",)}

    def begin(self, week: Week, own: dict[str, NDArray[Any]]) -> None:
        """Draw who wants personal care."""
        luck = week.uniform("need for personal care", once=True)
        own["wants_care"][:] = luck < self.parameters.care_wanted

    def effects(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> dict[str, Floats]:
        """Return what customers buy more, or less, for responsible conduct."""
        term: Floats | None = None
        for play in plays:
            if play.settings.responsibility:
                term = np.zeros(play.reached.size) if term is None else term
                lift = self.parameters.responsible_lift * self._conduct(play)
                term[play.rows] += lift / (1.0 - week.share_behind_a_trip)
        return {} if term is None else {"purchase": term}

    def deliver(
        self,
        week: Week,
        plays: Sequence[ActivePlay],
        own: Mapping[str, NDArray[Any]],
        delivery: Delivery,
    ) -> None:
        """Add care for those who feel it as such, and messages for all others."""
        p, people = self.parameters, week.people
        for play in plays:
            chosen, rows, noticed = play.settings, play.rows, week.attention_of(play.rows)
            if chosen.responsibility:
                known = self._conduct(play) * play.mean_reach(week.customers)
                delivery.reputation += p.responsible_reputation * known
            touched, told = self._touches(week, play, own), self._told(week, play)
            wants = own["wants_care"][rows]
            # what reaches people badly carried out is not felt, and tires all the same
            care = touched * play.execution * wants * noticed
            if chosen.stories:
                suits = people["suitability"][rows] > 0
                care += play.strength * told * p.story_care * suits * noticed
            if chosen.warmth:
                care += play.strength * chosen.warmth * p.warm_care * people["habit"][rows]
            delivery.add("care", play, care)
            delivery.add("messages", play, touched * ~wants + play.effort * told)

    def cost(self, week: Week, play: ActivePlay, own: Mapping[str, NDArray[Any]]) -> Cost:
        """Return the work on touches, listening, stories and training."""
        p, chosen, wage = self.parameters, play.settings, week.market["wage_per_hour"]
        employees = week.market["staff_per_1000_customers"] / 1000
        trained = employees * chosen.warmth * p.warmth_hours / WEEKS_A_YEAR
        asked = chosen.listening * p.listening_minutes / 60 / WEEKS_A_YEAR
        touches = self._touches(week, play, own) * p.touch_minutes / 60
        beside = play.effort * (trained + asked)
        each = touches * price_of_hour(week, float(touches.sum())) + beside * wage
        written = play.paid_effort * chosen.stories / WEEKS_A_MONTH * p.story_hours
        fixed, conduct = work(week, written, "analyst"), 0.0
        if chosen.responsibility:
            sold = play.mean_reach(week.customers) * float(week.spend.sum())
            conduct = play.effort * chosen.responsibility * week.market["gross_margin"] * sold
        return Cost(fixed + conduct, each, 0.0, play.rows, grows=conduct)

    def _conduct(self, play: ActivePlay) -> float:
        """Return how much is done of what responsible conduct can do, as far as it is carried out."""
        share = play.settings.responsibility
        return play.strength * share / (share + self.parameters.half_responsibility)

    @staticmethod
    def _touches(week: Week, play: ActivePlay, own: Mapping[str, NDArray[Any]]) -> Floats:
        """Return the personal touches made this week with each whom a play is for, wanted or not."""
        spared = play.settings.listening * week.firm.data_quality * ~own["wants_care"][play.rows]
        welcome = let_in(week, EmotionalConnection.name, "moments", play.rows)
        return play.effort * play.settings.moments / WEEKS_A_YEAR * (1.0 - spared) * welcome

    @staticmethod
    def _told(week: Week, play: ActivePlay) -> Floats | float:
        """Return the stories a week that those whom a play is for let in."""
        welcome = let_in(week, EmotionalConnection.name, "stories", play.rows)
        return play.settings.stories / WEEKS_A_MONTH * welcome
