r"""Feedback: complaints that are heard and mended, surveys, answers to reviews, learning.

*Voice.* Of the failures that would go unsaid a share is now complained about,
1 - (1 - v_e ease)(1 - v_r g(reward))(1 - v_l loop). Complaints go to the service desk, where a rush of
them makes everyone wait; usual handling mends part of the harm of each.

*Recovery.* Of the harm which usual handling leaves, compensation, treatment and speed mend

    R = R_max [w_o (1 - 2^(-compensation / half)) + w_t treatment + w_p speed],   w_o + w_t + w_p = 1,

which stays below one: no handling leaves a customer better off than no failure (dematos2007). What is
paid back is a share of the price of what failed, `failed_part` of the trip's: a complaint is about one
thing of a basket. To pay back by the basket would make a refund cost more than what it is for.

*Mere measurement.* A customer's first survey lowers the drop-out hazard of the satisfied (S > 0) by
`measured_churn` for about a year; one that opens with what went well lifts purchases by `praise_lift`,
which fades in a straight line over as long. Later surveys add nothing but a message, and so do surveys
of those whom the firm's ordinary survey has reached before, which after x + 1 purchases leaves out
(1 - survey share)^(x + 1) of them. Who overlooks the survey among other messages is not moved.

*Reviews.* Answering them lifts the rating by `review_stars`, and the joining hazard of those who do not
know the firm yet by `star_join` per star: nothing for a firm that people know (luca2011).

*Learning.* What the firm knows of what its customers miss, `customer_insight`, moves slowly to
learning x (usual + (1 - usual) ease) x S x execution, S being the share of needs that as many voices tell
as complaints the whole firm has heard of late (`sim.world.voices`): a small firm hears of less.
`iteration` fits its releases by it. Where causes are mended, failures become fewer by
mend_causes x customer_insight x `mendable`; what `service_quality` mends before it is noticed comes off
the same failures, and both together take away all of them at most. The part `weakest_link` of this goes
to the touchpoint with most failures alone, at a third of the work: what is heard of one touchpoint mends
nothing at the two others.

*Suggestions* (`sim.levers.feedback.suggestions`) are told apart from complaints: they come from engaged
customers and tell `iteration` what is wanted, the first of them most.

*Work.* The share `learning` of complaints and suggestions is read and sorted, by the piece: hours of
analysts rise with how many there are.

*The loop.* A run counts what is heard, complaints and suggestions, what of it is answered (`close_loop`),
and what is acted on: complaints of which the cause is mended, and useful suggestions that are read.

*Thanks.* A firm may tell customers of their own conduct: thanks, progress, recognition. Each is a
message, and lifts purchases by `thanks_lift` times the messages a month, up to one: nil in trials with
some 500,000 donors (samek2023). Progress towards a reward acts as the goal gradient of `incentives`.

| symbol | name | unit | shape |
|---|---|---|---|
| v_e, v_r, v_l | voice_by_ease, voice_by_reward, voice_by_loop | share | scalar |
| w_o, w_p | outcome_weight, procedure_weight | share | scalar |
| R_max | recovery_most | share | scalar |

Sources: orsingher2010, gelbrich2011, dematos2007, knox2014, proserpio2017, luca2011, dholakia2002,
bone2017, samek2023. Known limits: the same handling for all complaints; no complaints without a failure;
that compensation acts on talk at once and treatment on loyalty for longer (gelbrich2011) is not told
apart.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.common.calendar import MONTHS_A_YEAR, WEEKS_A_YEAR
from sim.common.random_numbers import Floats
from sim.levers.base import ActivePlay, Cost, Counted, Delivery, Mechanism, Schema, Week
from sim.levers.feedback import handling, settings, suggestions
from sim.levers.messages import let_in
from sim.market.market import Market
from sim.market.touchpoints import AVERTED_AT, shares_of_failures, weakest_link
from sim.world.capability import Capability
from sim.world.population import ACTIVE, PROSPECT, Column
from sim.world.staffing import price_of_hour, work


class Feedback(Mechanism):
    """How the firm asks, hears, mends and learns."""

    name: ClassVar[str] = "feedback"
    Settings: ClassVar[type[Schema]] = settings.Settings
    Parameters: ClassVar[type[Schema]] = settings.Parameters
    columns: ClassVar[tuple[Column, ...]] = settings.COLUMNS
    for_prospects: ClassVar[tuple[str, ...]] = ("suggestions",)  # on their first purchase
    intensity_settings: ClassVar[tuple[str, ...]] = (
        "compensation",
        "empathy",
        "speed",
        "reward",
        "close_loop",
        "learning",
    )

    def begin(self, week: Week, own: dict[str, NDArray[Any]]) -> None:
        """Note who has been asked by the ordinary survey before."""
        purchases = week.people["frequency"] + 1
        spared = (1.0 - week.market["survey_share"]) ** purchases
        known = week.people["status"] != PROSPECT
        own["surveyed"][:] = known & (week.uniform("surveyed before") > spared)

    def equip(self, week: Week, efforts: Sequence[tuple[Any, float]], firm: Capability) -> None:
        """Move what the firm knows of its customers' wants towards what it learns from them."""
        told = sum(effort * handling.known(chosen, self.parameters) for chosen, effort in efforts)
        told *= week.voices.share_told(firm.complaints_heard)
        gap = told * firm.execution - firm.customer_insight
        firm.customer_insight += gap / self.parameters.insight_weeks
        p, trip = self.parameters, week.market.mean_trip_spend
        told = sum(effort * suggestions.wants_shown(chosen, trip, p) for chosen, effort in efforts)
        told *= week.voices.share_told(firm.suggestions_heard)
        if told or firm.wants_suggested:
            firm.wants_suggested += (told * firm.execution - firm.wants_suggested) / p.insight_weeks

    def update(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Send this week's surveys, and note what the first one to each customer did."""
        own["asked_now"][:] = False
        for play in plays:
            if play.settings.survey_every > 0:
                self._survey(week, play, own)

    def effects(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> dict[str, Floats]:
        """Return what having been asked does, and what answered reviews do to an unknown firm."""
        terms = self._asked_terms(week, own, week.number)
        join, p = 0.0, self.parameters
        for play in plays:
            answered = play.settings.reply_reviews * play.settings.unknown
            if answered > 0:
                join += answered * play.mean_strength(week.customers) * p.review_stars * p.star_join
            if play.settings.thanks > 0 and p.thanks_lift:
                each = p.thanks_lift * min(play.settings.thanks / MONTHS_A_YEAR, 1.0)
                each *= let_in(week, self.name, "thanks", play.rows)
                thanked = play.spread(play.strength * each / (1.0 - week.share_behind_a_trip))
                terms["purchase"] = terms.get("purchase", 0.0) + thanked
        if join:
            terms["join"] = np.full(week.trips.size, join)
        return terms

    def deliver(
        self,
        week: Week,
        plays: Sequence[ActivePlay],
        own: Mapping[str, NDArray[Any]],
        delivery: Delivery,
    ) -> None:
        """Add complaints that are now made, harm that is now mended, and surveys as messages."""
        p, trip = self.parameters, week.market.mean_trip_spend
        for play in plays:
            delivery.add("voice", play, play.strength * handling.voiced(play.settings, trip, p))
            delivery.add("recovery", play, play.strength * handling.recovered(play.settings, p))
            mended = self._mended(week, play.settings)
            there = mended * play.settings.weakest_link
            delivery.add("failures_averted", play, play.strength * (mended - there))
            delivery.add(AVERTED_AT[weakest_link(week.market)], play, play.strength * there)
            welcome = let_in(week, self.name, "thanks", play.rows)
            thanked = play.strength * welcome * play.settings.thanks / WEEKS_A_YEAR
            delivery.add("messages", play, thanked)
        if own["asked_now"].any():
            delivery.messages += own["asked_now"].astype(float)

    def settle(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Add this week's complaints and suggestions to those that the firm has heard of late."""
        left, firm = 1.0 - 1.0 / self.parameters.insight_weeks, week.firm
        firm.complaints_heard *= left
        firm.complaints_heard += float(week.complaints.sum()) * week.scale
        heard = firm.suggestions_heard * left
        for play in plays:
            if play.settings.suggestions > 0:
                count, _ = suggestions.made(week, play, self.parameters)
                heard += float(count.sum()) * week.scale
        firm.suggestions_heard = heard

    def lasting_terms(
        self, week: Week, own: Mapping[str, NDArray[Any]], weeks: float
    ) -> dict[str, Floats]:
        """Return what having been asked still does some weeks after the last survey could be sent."""
        return self._asked_terms(week, own, week.number + weeks)

    def counted(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> Iterator[Counted]:
        """Yield what is suggested, and what of all that is heard is answered and acted on."""
        p, trip = self.parameters, week.market.mean_trip_spend
        told = np.flatnonzero(week.complaints > 0)
        for play in plays:
            chosen, who = play.settings, told[play.reached[told]]
            answered = play.strength * chosen.close_loop
            yield "n_answered", answered * week.complaints[who], who
            mended = self._mended(week, chosen) * _part_mended(week.market, chosen)
            yield "n_acted_on", play.strength * mended * week.complaints[who], who
            if chosen.suggestions > 0:
                count, who = suggestions.made(week, play, p)
                useful = min(p.useful_suggested * suggestions.further_use(chosen, trip, p), 1.0)
                yield "n_suggestions", count, who
                yield "n_suggestions_useful", useful * count, who
                yield "n_answered", chosen.close_loop * count, who
                yield "n_acted_on", useful * chosen.learning * count, who

    def cost(self, week: Week, play: ActivePlay, own: Mapping[str, NDArray[Any]]) -> Cost:
        """Return hours of channels and analysis, and money and minutes per complaint and contact."""
        p, chosen = self.parameters, play.settings
        minute = week.market["wage_per_hour"] / 60
        fixed = work(week, play.paid_effort * p.channel_hours * chosen.ease)
        fixed += work(week, play.paid_effort * p.learning_hours * chosen.learning, "analyst")
        mending = p.mending_hours * chosen.mend_causes * _touchpoints_mended(chosen)
        fixed += work(week, play.paid_effort * mending)
        met = (week.trips > 0) | own["asked_now"]
        if chosen.thanks > 0:
            met |= week.customers
        rows = np.flatnonzero(met & play.reached)
        trips = week.trips[rows]
        price = p.failed_part * week.spend[rows] / np.maximum(trips, 1)
        minutes = p.empathy_minutes * chosen.empathy + p.speed_minutes * chosen.speed
        minutes += p.reply_minutes * chosen.close_loop
        each = chosen.compensation * price + chosen.reward * p.useful_share + minutes * minute
        answers = chosen.reply_reviews * p.reviews_per_trip * p.reply_minutes * minute
        complaints, suggested = play.effort * week.complaints[rows], np.zeros(rows.size)
        money = each * complaints + play.effort * answers * trips
        if chosen.suggestions > 0:
            suggested = self._suggested(week, play)[rows]
            trip = week.market.mean_trip_spend
            useful = min(p.useful_suggested * suggestions.further_use(chosen, trip, p), 1.0)
            reply = p.reply_minutes * chosen.close_loop * minute
            money += suggested * (reply + chosen.reward * useful)
        read = chosen.learning * p.reading_minutes / 60 * (complaints + suggested)
        money += read * price_of_hour(week, float(read.sum()), "analyst")
        if chosen.survey_every > 0:
            money += p.survey_minutes * minute * own["asked_now"][rows]
        if chosen.thanks > 0:
            thanked = week.customers[rows] * chosen.thanks / WEEKS_A_YEAR
            thanked = thanked * let_in(week, self.name, "thanks", rows)
            money += play.effort * p.thanks_minutes * minute * thanked
        return Cost(fixed, 0.0, money, rows)

    def _suggested(self, week: Week, play: ActivePlay) -> Floats:
        """Return the expected suggestions of everybody this week, shape (people,)."""
        everybody = np.zeros(week.trips.size)
        count, who = suggestions.made(week, play, self.parameters)
        everybody[who] = count
        return everybody

    def _mended(self, week: Week, chosen: Any) -> float:
        """Return the share of failures that do not happen any more, where causes are mended."""
        return chosen.mend_causes * week.firm.customer_insight * self.parameters.mendable

    def _survey(self, week: Week, play: ActivePlay, own: dict[str, NDArray[Any]]) -> None:
        """Ask whoever's turn it is; turns are spread over the weeks between two surveys."""
        every = play.settings.survey_every
        turn = np.floor(every * week.uniform("turn to be surveyed", play.rows, once=True))
        due = play.rows[(week.number + turn) % every == 0]
        welcome = let_in(week, self.name, "survey_every", due)
        sent = week.uniform("sent a survey", due) < play.strength * welcome
        asked = due[sent]
        own["asked_now"][asked] = True
        # whoever has left unseen is asked, and answers nothing
        first = asked[~own["surveyed"][asked] & (week.people["status"][asked] == ACTIVE)]
        noticed = week.uniform("notice a survey", first) < week.attention_of(first)
        praised = week.uniform("asked for praise", first) < play.settings.ask_for_praise
        own["surveyed"][first] = True
        own["week_surveyed"][first] = week.number
        own["pleased_when_asked"][first] = noticed & (week.people["satisfaction"][first] > 0)
        own["asked_for_praise"][first] = noticed & praised

    def _asked_terms(
        self, week: Week, own: Mapping[str, NDArray[Any]], number: float
    ) -> dict[str, Floats]:
        """Return the terms that a first survey leaves in a week, by outcome."""
        if not (own["pleased_when_asked"].any() or own["asked_for_praise"].any()):
            return {}
        p, since = self.parameters, number - own["week_surveyed"]
        felt = since < p.measured_weeks
        left = np.maximum(0.0, 1.0 - since / p.measured_weeks) * (felt & own["asked_for_praise"])
        others = 1.0 - week.share_behind_a_trip
        return {
            "churn": p.measured_churn * (felt & own["pleased_when_asked"]),
            "purchase": p.praise_lift * left / others,
        }


def _part_mended(market: Market, chosen: Any) -> float:
    """Return the share of complaints that are about a touchpoint at which causes are mended."""
    most = max(shares_of_failures(market).values())
    return 1.0 - (1.0 - most) * chosen.weakest_link


def _touchpoints_mended(chosen: Any) -> float:
    """Return the part of the touchpoints at which causes are mended."""
    return 1.0 - chosen.weakest_link * (1.0 - 1.0 / len(AVERTED_AT))
