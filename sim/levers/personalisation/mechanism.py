r"""Personalisation: messages and offers fitted to the person, and unasked calls to keep customers.

A message gets through with the attention a_i that earlier ones have left (`sim.model.week.attitudes`).
Of the firm's messages, n a week with n_m of them matched, each that is heard adds about as many trips to
rare as to frequent customers, more if it fits,

    trips_i = b a_i (n + g n_m q c) (1 + g' familiarity),      relevant_i = a_i n_m q,

q being the data quality and c the response of people who have control of their data over that of
others (tucker2014: clicks on personal messages, so it acts on these alone). They are taken from what is
bought elsewhere. The usual messages have brought theirs already, so that what acts is the difference
from what those bring at the usual attention (`contact`, `response.share_term`): two more find people
partly tired, and the usual ones are heard less for them. The same holds of what follows.

Matched offers raise what a purchase is worth, where a study measured it: in recommendations on a screen
(jannach2019). They act on customers whose channel is online, and on purchases of a week in which at
least one that fits was heard,

    spend term = spend gain [exp(-relevant usually) - exp(-relevant_i)].

A recommendation takes nothing off the price; a matched discount is a play of `incentives`, which pays
for it. Showing that one knows people adds nothing on average (g' is 0) and puts off those who worry,

    purchase term - k familiarity (1 - openness) max(concern_i, 0) a_i n / (1 - S).

Relevant messages keep the firm in mind (R above the usual, by halves in T weeks), which spares hazard,
and are felt as a little care. All messages sent tire, also those that nobody planned well: fatigue takes
attention and makes people react, so that profit has an inner best frequency. Fewer than usual may be
sent as well.

An unasked call wakes those who stay out of habit. For some weeks it changes the log hazard by

    e - v^2 / 2 + v z_i,    z_i ~ N(0, 1), independent of how likely i is to leave,

e being the log of the mean hazard ratio (ascarza2016): most likely bad on average, good for some. Who
those are a trial shows, with error; the risk of leaving does not (ascarza2018).

| symbol | name | unit |
|---|---|---|
| b, g, g' | message_trips, relevance_gain, familiarity_gain | trips, share, share |
| c, k | control_response, identity_reactance | 1, log points |
| spend gain | matching_spend | log spend |
| R, T | `reminded`, reminder_half_life_weeks | share, weeks |
| e, v, z | call_effect, call_spread, `call_response` | log hazard, SD |

Sources: hillstrom2008 (b), jannach2019 (spend), sahni2018 and defau2023 (g'), wattal2012 (k), wang2022
(R). Known limits: the better plan itself costs the firm nothing; nobody unsubscribes; work saved by
writing less is not credited; where this lever has no play, the usual messages are taken to be heard as
usual, however many those of others tire.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats, normal
from sim.levers.base import ActivePlay, Cost, Delivery, Mechanism, Schema, Week
from sim.levers.personalisation import contact, response, settings
from sim.levers.personalisation.contact import Contact
from sim.world.population import ACTIVE, LAPSED, Column
from sim.world.staffing import price_of_hour, work


def contact_concern(week: Week, rows: NDArray[np.int64]) -> Floats:
    """Return how much some people worry about what firms know of them, SD."""
    return normal(week.uniform("privacy concern", rows, once=True))


class Personalisation(Mechanism):
    """What people are told and offered, and how often."""

    name: ClassVar[str] = "personalisation"
    Settings: ClassVar[type[Schema]] = settings.Settings
    Parameters: ClassVar[type[Schema]] = settings.Parameters
    columns: ClassVar[tuple[Column, ...]] = settings.COLUMNS
    build_hours: ClassVar[str] = "platform_build_hours"

    def begin(self, week: Week, own: dict[str, NDArray[Any]]) -> None:
        """Draw how each would take a call."""
        own["call_response"][:] = normal(week.uniform("response to calls", once=True))

    def update(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Let reminders fade and grow, and call this week's people."""
        p, active = self.parameters, week.people["status"] == ACTIVE
        relevant = self._relevant(week, plays)
        mind = response.reminded_above(
            own["reminded"], relevant, self._usually(week), p.reminder_half_life_weeks
        )
        own["reminded"][:] = mind * active
        own["called"][:] = False
        for play in plays:
            if play.settings.retention_calls > 0:
                rate = play.strength * play.settings.retention_calls / WEEKS_A_YEAR
                rows = play.rows[week.uniform("call", play.rows) < rate]
                chosen = self.seen_response(week, own, rows) <= 1.0 - play.settings.left_out
                own["called"][rows[chosen]] = True
        if own["called"].any() or own["woken_weeks"].any():
            own["woken_weeks"][:] = np.maximum(own["woken_weeks"] - 1.0, 0.0) * active
            own["woken_weeks"][np.flatnonzero(own["called"] & active)] = p.call_weeks

    def effects(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> dict[str, Floats]:
        """Return the terms of messages, matched offers, reminders and calls."""
        terms = {"churn": self._churn(own)}
        fresh, p = self._worth(week, contact.usual_contact(week.usual)), self.parameters
        usual = p.message_trips * week.usual.attention * self._usual_worth(week)
        groups: list[tuple[NDArray[np.int64], float, ActivePlay | None]] = [
            (play.rows, fresh + play.strength * (self._planned_worth(week, play) - fresh), play)
            for play in plays
            if play.rows.size
        ]
        if not isinstance(week.attention, float) or fresh != self._usual_worth(week):
            others = week.people["status"] == ACTIVE
            for each in plays:
                others &= ~each.reached
            groups.append((np.flatnonzero(others), fresh, None))
        for rows, worth, play in groups:
            added = p.message_trips * week.attention_of(rows) * worth - usual
            self._add_trips(week, rows, np.broadcast_to(added, rows.shape), usual, terms)
            if play is not None:
                self._put_off(week, play, terms)
        offers = response.offers_met(self._relevant(week, plays), self._usually(week))
        online = week.market.online_channels
        if np.any(offers) and online.any():
            terms["spend"] = p.matching_spend * offers * online[week.people["channel"]]
        return terms

    def deliver(
        self,
        week: Week,
        plays: Sequence[ActivePlay],
        own: Mapping[str, NDArray[Any]],
        delivery: Delivery,
    ) -> None:
        """Add messages, which tire, and the little care that is felt in those that fit."""
        for play in plays:
            delivery.add("messages", play, self._added(week, play))
        felt = self._relevant(week, plays) - self._usually(week)
        if np.any(felt):
            delivery.care += self.parameters.care_in_message * felt
        if own["called"].any():
            delivery.messages += own["called"].astype(float)

    def lasting_terms(
        self, week: Week, own: Mapping[str, NDArray[Any]], weeks: float
    ) -> dict[str, Floats]:
        """Return what is left of reminders and of calls when no more than the usual goes on."""
        # the usual messages go on, and bring everybody back to what is usual
        faded = 2.0 ** (
            -weeks * (1.0 / self.parameters.reminder_half_life_weeks + self._usually(week))
        )
        left = {
            "reminded": own["reminded"] * faded,
            "woken_weeks": np.maximum(own["woken_weeks"] - weeks, 0.0),
            "call_response": own["call_response"],
        }
        return {"churn": self._churn(left)}

    def cost(self, week: Week, play: ActivePlay, own: Mapping[str, NDArray[Any]]) -> Cost:
        """Return the platform, analysts' hours, the sending of messages, and the work of calls."""
        p, chosen, wage = self.parameters, play.settings, week.market["wage_per_hour"]
        matched = max(chosen.matching - week.usual.matching, 0.0)  # the usual is matched already
        analysed = max(matched, float(chosen.left_out > 0))
        sent = max(self._added(week, play), 0.0)
        called = own["called"][play.rows] if chosen.retention_calls > 0 else 0.0
        calls = called * p.call_minutes / 60
        return Cost(
            work(week, play.paid_effort * analysed * p.analyst_hours, "analyst"),
            sent * p.message_seconds / 3600 * wage,
            calls * price_of_hour(week, float(np.sum(calls))),
            play.rows,
            (analysed > 0) * p.platform_build_hours,
        )

    def seen_response(
        self, week: Week, own: Mapping[str, NDArray[Any]], rows: NDArray[np.int64]
    ) -> Floats:
        """Return the rank of some people's response to calls as a trial before week 0 showed it."""
        error = normal(week.uniform("seen response to calls", rows, once=True))
        seen = self.parameters.trial_accuracy * week.market["data_quality"]
        return ndtr(seen * own["call_response"][rows] + np.sqrt(1.0 - seen**2) * error)

    def _planned_worth(self, week: Week, play: ActivePlay) -> float:
        """Return the messages a week that a play, carried out in full, is worth if all are noticed."""
        plan = contact.planned_contact(play.settings, week.usual)
        shown = 1.0 + self.parameters.familiarity_gain * play.settings.familiarity
        return self._worth(week, plan) * shown

    def _worth(self, week: Week, sent: Contact) -> float:
        """Return the messages that some are worth, those that fit counting for more."""
        control = response.control_factor(week.firm.openness, self.parameters.control_response)
        fit = sent.matched * week.firm.data_quality * control
        return sent.messages + self.parameters.relevance_gain * fit

    def _usual_worth(self, week: Week) -> float:
        """Return the same of the usual messages, on the usual data and without control of them."""
        sent = contact.usual_contact(week.usual)
        fit = sent.matched * week.market["data_quality"]
        return sent.messages + self.parameters.relevance_gain * fit

    @staticmethod
    def _usually(week: Week) -> float:
        """Return the relevant messages a week that get through when nothing is done."""
        sent = contact.usual_contact(week.usual)
        return week.usual.attention * (sent.matched * week.market["data_quality"])

    @staticmethod
    def _relevant(week: Week, plays: Sequence[ActivePlay]) -> Floats:
        """Return the relevant messages, matched on right data, that get through to each this week."""
        sent = contact.usual_contact(week.usual)
        relevant = np.zeros(week.trips.size)
        relevant += week.attention * (sent.matched * week.firm.data_quality)
        for play in plays:
            plan = contact.planned_contact(play.settings, week.usual)
            matched = sent.moved(plan, play.strength).matched
            got = week.attention_of(play.rows) * (matched * week.firm.data_quality)
            relevant[play.rows] = got
        return relevant

    @staticmethod
    def _added(week: Week, play: ActivePlay) -> float:
        """Return the messages that a play sends above the usual, those badly planned among them."""
        plan = contact.planned_contact(play.settings, week.usual)
        added = plan.messages - week.usual.messages
        return added * (play.effort if added > 0 else play.strength)

    def _add_trips(
        self,
        week: Week,
        rows: NDArray[np.int64],
        added: Floats,
        usual: float,
        terms: dict[str, Floats],
    ) -> None:
        """Add what trips above or below those of the usual messages make of choosing and coming back."""
        if not added.any():
            return
        p, people, size = self.parameters, week.people, week.trips.size
        share, category = people["base_share"][rows], people["category_rate"][rows]
        won = response.share_term(share, category, added, usual, p.winnable_trips)
        terms.setdefault("purchase", np.zeros(size))[rows] = won
        away = np.flatnonzero(people["status"][rows] == LAPSED)
        if away.size:
            terms.setdefault("join", np.zeros(size))[rows[away]] = self._coming_back(
                week, added[away]
            )

    def _put_off(self, week: Week, play: ActivePlay, terms: dict[str, Floats]) -> None:
        """Take off what is lost with those who worry that the firm knows them."""
        shown = play.strength * play.settings.familiarity * (1.0 - week.firm.openness)
        sent = contact.planned_contact(play.settings, week.usual).messages
        if not shown * sent:
            return
        worry = np.maximum(contact_concern(week, play.rows), 0.0)
        got = sent * week.attention_of(play.rows)
        lost = self.parameters.identity_reactance * shown * got * worry
        purchase = terms.setdefault("purchase", np.zeros(week.trips.size))
        purchase[play.rows] -= lost / (1.0 - week.share_behind_a_trip)

    def _churn(self, own: Mapping[str, NDArray[Any]]) -> Floats:
        p = self.parameters
        term = p.reminder_churn * own["reminded"]
        woken = np.flatnonzero(own["woken_weeks"] > 0)
        term[woken] += response.call_term(own["call_response"][woken], p.call_effect, p.call_spread)
        return term

    def _coming_back(self, week: Week, trips: Floats) -> Floats:
        """Return the term of coming back: messages add purchases to the few that come by themselves.

        Those that are missing take away in proportion, and never more than there are.
        """
        usual = week.market.winback_hazard
        added = self.parameters.lapsed_response * trips * (usual > 0) / max(usual, 1e-12)
        return np.where(added > 0, np.log1p(np.maximum(added, 0.0)), added)
