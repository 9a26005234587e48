r"""Omnichannel: one firm in all channels, for those who use several, and for those who may come to.

Who uses several channels at week 0 is drawn by how often people buy, and does nothing to anybody: the
calibration holds what they are. That is why they look so valuable:

    P(several_i) = expit(logit(share) + slope z(log lambda_i)).

A nudge tells customers of one channel what a second is good for. Each message that gets through wins some
of them over, and only what they then buy more is caused by the second channel:

    b_i <- 2^(-1/h) b_i, or 1 when won over,      purchase term = lift b_i / (1 - S).

Of the failures that users of several channels meet, a part happens at the change of channel; a case that
travels along averts them. Points, prices and recognition that hold everywhere raise the quality they
see. Serving people in the channel they prefer raises the choice of the firm by those who do not prefer
the main one. A showroom raises the joining hazard of prospects, e^(showroom_joining); so does a try-out
on a screen, of the part of the range that it covers, e^(tryout_joining t). It is met by those alone whose
channel is on a screen (o = 1, else 0), t = o tryout, and does nothing where a firm sells through none.

*Returns.* Of what is bought a share r comes back (`return_rate` of the market); spend is what is kept.
A way back that is free and easy takes a risk from buyers, the more the oftener it is needed; it is used
somewhat more often. The firm pays the way back of each, and work and loss of value of further ones, since
those of usual returns are in its books. A try-out spares returns:

    r' = r (1 + returns_raised e - tryout_kept t),
    purchase term = returns_pull r e / (1 - S),   joining x e^(returns_pull r e),
    spend x (1 - r') / (1 - r),
    cost = e [return_freight r' + return_loss (r' - r)+] / (1 - r') x spend,

e being `easy_returns`, as far as it reaches a person, and t as above. Under contracts nothing comes back.

| symbol | name | unit | shape |
|---|---|---|---|
| several | `multichannel` at week 0 | yes/no | (people,) |
| b, h | `second_channel`, second_channel_half_life_weeks | share, weeks | (people,) |
| z(log lambda) | SDs of the log of the own purchase rate | 1 | (people,) |
| r, e | `return_rate`, `easy_returns` | share | scalar |
| o, t | channel on a screen, `tryout` there | yes/no, share | (people,) |

Sources: montaguti2016 (nudge), herhausen2015 (quality), bell2018 (showroom), kushwaha2013 (what is merely
observed), gallino2018, tan2022 and yang2019 (try-outs on a screen), anderson2009, bower2012 and
janakiraman2016 (returns). Known limits: whoever is won over stays so, with an effect that fades; channels
cost the same to serve; a showroom spares no returns; nobody abuses easy returns.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.special import expit, logit

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats
from sim.levers.base import (
    ActivePlay,
    Cost,
    Delivery,
    Mechanism,
    Schema,
    Week,
    open_to_prospects,
)
from sim.levers.messages import let_in
from sim.world.population import ACTIVE, Column
from sim.world.staffing import work
from sim.world.traits import rate_scores


class Omnichannel(Mechanism):
    """What happens to customers between the channels."""

    name: ClassVar[str] = "omnichannel"

    class Settings(Schema):
        """What the firm chooses; by default the channels stay as they are."""

        handover: float = Field(
            0, ge=0, le=1, description="share of changes of channel at which the case travels along"
        )
        portability: float = Field(
            0, ge=0, le=1, description="share of points, prices and services valid in every channel"
        )
        preferred: float = Field(
            0, ge=0, le=1, description="share of the range and service had in any preferred channel"
        )
        nudges: float = Field(
            0, ge=0, le=52, description="messages on a second channel, per person and year"
        )
        showroom: float = Field(
            0, ge=0, le=1, description="share of prospects with a showroom within reach"
        )
        tryout: float = Field(
            0, ge=0, le=1, description="share of the range that can be tried on a screen"
        )
        easy_returns: float = Field(
            0, ge=0, le=1, description="share of purchases that can be sent back free and easily"
        )

    class Parameters(Schema):
        """Who uses several channels, what it changes, and what it takes."""

        multichannel_share: float = Field(gt=0, lt=1, description="users of several, share")
        multichannel_slope: float = Field(description="change of its logit per SD of log rate, 1")
        handover_failures: float = Field(ge=0, le=1, description="failures at a change, share")
        integration_quality: float = Field(ge=0, description="gain of users, quality units")
        preferred_lift: float = Field(ge=0, description="gain in the preferred channel, log points")
        nudge_success: float = Field(ge=0, le=1, description="won over by a message, share")
        second_channel_lift: float = Field(description="own sales once won over, log points")
        second_channel_half_life_weeks: float = Field(gt=0, description="time to fade, weeks")
        showroom_joining: float = Field(description="joining with a showroom, log hazard")
        nudge_seconds: float = Field(ge=0, description="sending and upkeep, seconds of work")
        integration_build_hours: float = Field(ge=0, description="work to join all channels, hours")
        integration_hours: float = Field(ge=0, description="for joining all, hours per week")
        showroom_hours: float = Field(ge=0, description="of a showroom for all, hours per week")
        tryout_joining: float = Field(description="joining with try-outs of all, log hazard")
        tryout_kept: float = Field(ge=0, le=1, description="returns spared by a try-out, share")
        tryout_build_hours: float = Field(ge=0, description="work to show all on a screen, hours")
        tryout_hours: float = Field(ge=0, description="for new articles, hours per week")
        returns_pull: float = Field(ge=0, description="own sales per share sent back, log points")
        returns_raised: float = Field(ge=0, description="returns added where easy, share")
        return_freight: float = Field(ge=0, le=1, description="way back, share of the price")
        return_loss: float = Field(ge=0, le=1, description="further return, share of its price")

    columns: ClassVar[tuple[Column, ...]] = (
        Column("multichannel", "bool", 0, "yes/no", "uses several channels"),
        Column("second_channel", "float64", 0, "share", "what is left of having been won over"),
    )
    for_prospects: ClassVar[tuple[str, ...]] = ("showroom", "tryout", "easy_returns")
    build_hours: ClassVar[str] = "integration_build_hours"
    intensity_settings: ClassVar[tuple[str, ...]] = (
        "handover",
        "portability",
        "preferred",
        "showroom",
        "tryout",
        "easy_returns",
    )

    def begin(self, week: Week, own: dict[str, NDArray[Any]]) -> None:
        """Draw who uses several channels: those who buy often do so more often."""
        p, score = self.parameters, rate_scores(week.people)
        chance = expit(logit(p.multichannel_share) + p.multichannel_slope * score)
        own["multichannel"][:] = week.uniform("several channels", once=True) < chance

    def update(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Win some over to a second channel."""
        p, second = self.parameters, own["second_channel"]
        second *= 2.0 ** (-1.0 / p.second_channel_half_life_weeks)
        for play in plays:
            if not play.settings.nudges * play.strength:
                continue
            could = (week.people["status"] == ACTIVE) & play.reached & ~own["multichannel"]
            rows = np.flatnonzero(could)
            sent = play.strength * play.settings.nudges / WEEKS_A_YEAR
            luck = week.uniform("second channel", rows)
            near = np.flatnonzero(luck < sent * p.nudge_success)  # nobody else, if all took notice
            rows, luck = rows[near], luck[near]
            sent = sent * let_in(week, self.name, "nudges", rows)
            won = rows[luck < sent * week.attention_of(rows) * p.nudge_success]
            own["multichannel"][won] = True
            second[won] = 1.0

    def effects(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> dict[str, Floats]:
        """Return the terms of a second channel, of the preferred one, and of a showroom."""
        p, lift = self.parameters, self.parameters.second_channel_lift * own["second_channel"]
        shares = [part.share.value for part in week.market.channels]
        for play in plays:
            served = p.preferred_lift * play.strength * play.settings.preferred
            if served:
                elsewhere = week.people["channel"] != int(np.argmax(shares))
                lift += served * (elsewhere & play.reached)
            if pull := self._pull_of_returns(week, play):
                lift += play.spread(play.strength * pull)
        terms = {"purchase": lift / (1.0 - week.share_behind_a_trip)}
        joining = self._joining(week, plays)
        if np.any(joining):
            terms["join"] = joining
        logs = [self._kept_share(week, play) for play in plays]
        if any(np.any(kept) for kept in logs):
            each = [play.spread(kept) for play, kept in zip(plays, logs, strict=True)]
            terms["spend"] = np.sum(each, axis=0)
        return terms

    def deliver(
        self,
        week: Week,
        plays: Sequence[ActivePlay],
        own: Mapping[str, NDArray[Any]],
        delivery: Delivery,
    ) -> None:
        """Avert failures at changes of channel, raise what users of several see, and send messages."""
        p = self.parameters
        for play in plays:
            several = own["multichannel"][play.rows]
            averted = p.handover_failures * play.strength * play.settings.handover
            better = p.integration_quality * play.strength * play.settings.portability
            for name, gain in (("failures_averted", averted), ("quality", better)):
                if gain:
                    delivery.add(name, play, gain * several)
            delivery.add("messages", play, self._sent(week, play, own))

    def lasting_terms(
        self, week: Week, own: Mapping[str, NDArray[Any]], weeks: float
    ) -> dict[str, Floats]:
        """Return what a second channel still does to those who were won over."""
        p = self.parameters
        left = own["second_channel"] * 2.0 ** (-weeks / p.second_channel_half_life_weeks)
        return {"purchase": p.second_channel_lift * left / (1.0 - week.share_behind_a_trip)}

    def cost(self, week: Week, play: ActivePlay, own: Mapping[str, NDArray[Any]]) -> Cost:
        """Return building and upkeep of what joins the channels, the showroom, and the messages."""
        p, chosen, wage = self.parameters, play.settings, week.market["wage_per_hour"]
        joined = (chosen.handover + chosen.portability + chosen.preferred) / 3.0
        kept = play.paid_effort * joined * p.integration_hours
        kept += play.paid_effort * chosen.tryout * p.tryout_hours
        shown = play.paid_effort * chosen.showroom * p.showroom_hours
        sent = self._sent(week, play, own)
        back: Floats | float = 0.0
        if chosen.easy_returns and not week.market.is_contractual:
            back = self._cost_of_returns(week, play)
        return Cost(
            work(week, kept, "engineer") + work(week, shown),
            sent * p.nudge_seconds / 3600 * wage,
            back * play.effort * week.spend[play.rows] if np.any(back) else 0.0,
            play.rows,
            joined * p.integration_build_hours + chosen.tryout * p.tryout_build_hours,
        )

    def _joining(self, week: Week, plays: Sequence[ActivePlay]) -> Floats | float:
        """Return what showrooms, try-outs and easy returns add to the joining of prospects."""
        p = self.parameters
        joining: Floats | float = 0.0
        rooms = [play for play in plays if play.settings.showroom]
        shown = sum(play.settings.showroom * open_to_prospects(week, play) for play in rooms)
        if np.any(shown):
            joining = p.showroom_joining * np.minimum(shown, 1.0)
        for play in plays:
            each: Floats | float = self._pull_of_returns(week, play)
            if play.settings.tryout:
                each = each + p.tryout_joining * play.settings.tryout * _on_screen(week)
            if np.any(each):
                joining = joining + each * open_to_prospects(week, play)
        return joining

    def _pull_of_returns(self, week: Week, play: ActivePlay) -> float:
        """Return what easy returns do to the sales of those whom a play reaches, log points."""
        if week.market.is_contractual or not play.settings.easy_returns:
            return 0.0
        rate = week.market["return_rate"]
        return float(self.parameters.returns_pull * play.settings.easy_returns * rate)

    def _returned(self, week: Week, play: ActivePlay) -> Floats | float:
        """Return the share that those whom a play reaches send back, r', shape (m,) if they differ."""
        if week.market.is_contractual:
            return 0.0
        p, chosen = self.parameters, play.settings
        more: Floats | float = p.returns_raised * chosen.easy_returns
        if chosen.tryout:
            more = more - p.tryout_kept * chosen.tryout * _on_screen(week)[play.rows]
        return np.minimum(week.market["return_rate"] * (1.0 + play.strength * more), 0.95)

    def _cost_of_returns(self, week: Week, play: ActivePlay) -> Floats | float:
        """Return what easy returns cost over what their buyers keep, as a share of its price."""
        p, back = self.parameters, self._returned(week, play)
        further = np.maximum(back - week.market["return_rate"], 0.0)
        each = p.return_freight * back + p.return_loss * further
        return play.settings.easy_returns * each / (1.0 - back)

    def _kept_share(self, week: Week, play: ActivePlay) -> Floats | float:
        """Return the log of what they keep of what they buy, over what is kept as usual."""
        if week.market.is_contractual:
            return 0.0
        return np.log1p(-self._returned(week, play)) - np.log1p(-week.market["return_rate"])

    @staticmethod
    def _sent(week: Week, play: ActivePlay, own: Mapping[str, NDArray[Any]]) -> Floats | float:
        """Return the messages sent this week, to those of one channel who let them in."""
        if not play.settings.nudges:
            return 0.0
        just_won = own["second_channel"][play.rows] == 1.0  # over by this very message
        of_one = ~own["multichannel"][play.rows] | just_won
        welcome = let_in(week, Omnichannel.name, "nudges", play.rows)
        return play.effort * play.settings.nudges / WEEKS_A_YEAR * of_one * welcome


def _on_screen(week: Week) -> NDArray[np.bool_]:
    """Return whose channel is on a screen, shape (people,)."""
    return week.market.online_channels[week.people["channel"]]
