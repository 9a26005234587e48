r"""Personalisation: messages and offers fitted to the person, and unasked calls to keep customers.

A message gets through with the attention a_i that earlier ones have left (`sim.model.week.attitudes`).
Of the firm's messages, n a week with n_m of them matched, each that is heard adds about as many trips to
rare as to frequent customers, more if it fits,

    trips_i = b a_i l_i (n + g n_m q c f_i) (1 + g' familiarity),      relevant_i = a_i l_i n_m q f_i,

l being the share of messages that i lets in (`consent`: some opt out), f how well those that are matched
fit i, one on average (`portrait`), q the data quality and c the response of people who have control of
their data over that of others (tucker2014: clicks on personal messages, so it acts on these alone). They
are taken from what is bought elsewhere. The usual messages have brought theirs already, so that what acts
is the difference from what those bring at the usual attention (`contact`, `response.share_term`): two
more find people partly tired, and the usual ones are heard less for them. The same holds of what follows.

Matched offers raise what a purchase is worth, where a study measured it: in recommendations on a screen
(jannach2019). They act on customers whose channel is online, and on purchases of a week in which at
least one that fits was heard,

    spend term = spend gain [exp(-relevant usually) - exp(-relevant_i)].

A recommendation takes nothing off the price; a matched discount is a play of `incentives`, which pays
for it. Showing that one knows people adds nothing on average (g' is 0) and puts off those who worry,

    purchase term - k familiarity (1 - openness) max(concern_i, 0) a_i l_i n / (1 - S).

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
(R). Known limits: the better plan itself costs the firm nothing; work saved by writing less is not
credited.

The lever takes part without a play as well: some opt out of the usual messages, and whoever tires of
stories or surveys hears them less (`sim.levers.messages`).
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats, normal
from sim.levers.base import ActivePlay, Cost, Delivery, Mechanism, Schema, Week
from sim.levers.messages import let_in
from sim.levers.personalisation import consent, contact, portrait, response, settings
from sim.levers.personalisation.listeners import Listeners
from sim.market.market import Market
from sim.world.population import ACTIVE, LAPSED, VALUE_SEGMENTS, Column
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
    audiences: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "preference_centre": ("everyone", *VALUE_SEGMENTS, "new", "active", "at_risk")
    }
    build_hours: ClassVar[str] = "platform_build_hours"
    keeps_consent: ClassVar[bool] = True

    def begin(self, week: Week, own: dict[str, NDArray[Any]]) -> None:
        """Draw how each would take a call, who has opted out, and what was seen of everybody."""
        own["call_response"][:] = normal(week.uniform("response to calls", once=True))
        portrait.begin(week, own, self.parameters)
        consent.begin(week, own)

    @classmethod
    def goes_on(cls, market: Market) -> bool:
        """Return whether people opt out of what the firm writes already."""
        return consent.is_asked(market)

    def update(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Let people choose, reminders fade and grow, and call this week's people."""
        p, active = self.parameters, week.people["status"] == ACTIVE
        consent.choose(week, plays, own, p)
        week.kept.pop(self.name, None)  # people have chosen since
        here = Listeners.of(week, own, p, plays)
        if plays or own["reminded"].any() or self._usual_differs(week, here):
            more, usual = here.relevant, here.usually_relevant
            mind = response.reminded_above(own["reminded"], more, usual, p.reminder_half_life_weeks)
            own["reminded"][:] = mind * active
        own["called"][:] = False
        for play in plays:
            if play.settings.retention_calls > 0:
                rate = play.strength * play.settings.retention_calls / WEEKS_A_YEAR
                welcome = let_in(week, self.name, "retention_calls", play.rows)
                rows = play.rows[week.uniform("call", play.rows) < rate * welcome]
                chosen = self.seen_response(week, own, rows) <= 1.0 - play.settings.left_out
                own["called"][rows[chosen]] = True
        if own["called"].any() or own["woken_weeks"].any():
            own["woken_weeks"][:] = np.maximum(own["woken_weeks"] - 1.0, 0.0) * active
            own["woken_weeks"][np.flatnonzero(own["called"] & active)] = p.call_weeks

    def effects(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> dict[str, Floats]:
        """Return the terms of messages, matched offers, reminders and calls."""
        p, here = self.parameters, Listeners.of(week, own, self.parameters, plays)
        terms = {"churn": self._churn(own)}
        if not (plays or self._usual_differs(week, here)):
            return terms if terms["churn"].any() else {}
        sent = contact.usual_contact(week.usual)
        groups: list[tuple[NDArray[np.int64], Floats | float, ActivePlay | None]] = []
        for play in plays:
            if play.rows.size:
                fresh = here.worth(sent, play.rows)
                worth = fresh + play.strength * (here.planned_worth(play) - fresh)
                groups.append((play.rows, worth, play))
        others = np.flatnonzero(self._others(week, plays, here))
        if others.size:
            groups.append((others, here.worth(sent, others), None))
        for rows, worth, whose in groups:
            usual = p.message_trips * week.usual.attention * here.usual_worth(rows)
            heard = week.attention_of(rows) * here.let_in(rows)
            added = p.message_trips * heard * worth - usual
            self._add_trips(week, rows, np.broadcast_to(added, rows.shape), usual, terms)
            if whose is not None:
                self._put_off(week, whose, here, terms)
        offers = response.offers_met(here.relevant, here.usually_relevant)
        online = week.market.online_channels
        if np.any(offers) and online.any():
            terms["spend"] = p.matching_spend * offers * online[week.people["channel"]]
        return terms

    @staticmethod
    def _usual_differs(week: Week, here: Listeners) -> bool:
        """Return whether the usual messages are to anybody not what they were."""
        firm, usual = week.firm, week.market["data_quality"]
        return bool(not here.as_usual or firm.data_quality != usual or firm.openness)

    def _others(
        self, week: Week, plays: Sequence[ActivePlay], here: Listeners
    ) -> NDArray[np.bool_]:
        """Return customers without a play to whom the usual messages are not what they were."""
        if not self._usual_differs(week, here):
            return np.zeros(week.trips.size, dtype=bool)
        others: NDArray[np.bool_] = week.people["status"] == ACTIVE
        for each in plays:
            others &= ~each.reached
        return others

    def deliver(
        self,
        week: Week,
        plays: Sequence[ActivePlay],
        own: Mapping[str, NDArray[Any]],
        delivery: Delivery,
    ) -> None:
        """Add messages, which tire, and the little care that is felt in those that fit."""
        here = Listeners.of(week, own, self.parameters, plays)
        for play in plays:
            delivery.add("messages", play, here.added(play))
        if here.some_chose:
            delivery.messages -= here.kept_out() * (week.people["status"] == ACTIVE)
        if plays or self._usual_differs(week, here):
            felt = here.relevant - here.usually_relevant
            delivery.care += self.parameters.care_in_message * felt
        if own["called"].any():
            delivery.messages += own["called"].astype(float)

    def settle(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Look at what people did this week."""
        portrait.look(week, own, self.parameters)

    def lasting_terms(
        self, week: Week, own: Mapping[str, NDArray[Any]], weeks: float
    ) -> dict[str, Floats]:
        """Return what is left when only the usual goes on, which brings back all who let it in."""
        rate = 1.0 / self.parameters.reminder_half_life_weeks
        rate = rate + Listeners.of(week, own, self.parameters).usually_relevant
        missed = (1.0 - week.opting_out) ** weeks  # some would have opted out by then anyway
        faded = np.where(own["let_in"] > 0.0, 2.0 ** (-weeks * rate), missed)
        left = {
            "reminded": own["reminded"] * faded,
            "woken_weeks": np.maximum(own["woken_weeks"] - weeks, 0.0),
            "call_response": own["call_response"],
        }
        terms = {"churn": self._churn(left)}
        return terms | {"purchase": own["missed"] * missed} if own["missed"].any() else terms

    def cost(self, week: Week, play: ActivePlay, own: Mapping[str, NDArray[Any]]) -> Cost:
        """Return the platform, analysts' hours, the sending of messages, and the work of calls."""
        p, chosen, wage = self.parameters, play.settings, week.market["wage_per_hour"]
        matched = max(chosen.matching - week.usual.matching, 0.0)  # the usual is matched already
        analysed = max(matched, float(chosen.left_out > 0))
        here = Listeners(week, own, p)
        sent = np.maximum(here.added(play) - here.kept_out(play.rows), 0.0)
        hours = analysed * p.analyst_hours + chosen.preference_centre * p.centre_hours
        called = own["called"][play.rows] if chosen.retention_calls > 0 else 0.0
        calls = called * p.call_minutes / 60
        return Cost(
            work(week, play.paid_effort * hours, "analyst"),
            sent * p.message_seconds / 3600 * wage,
            calls * price_of_hour(week, float(np.sum(calls))),
            play.rows,
            (analysed > 0) * p.platform_build_hours
            + (chosen.preference_centre > 0) * p.centre_build_hours,
        )

    def seen_response(
        self, week: Week, own: Mapping[str, NDArray[Any]], rows: NDArray[np.int64]
    ) -> Floats:
        """Return the rank of some people's response to calls as a trial before week 0 showed it."""
        error = normal(week.uniform("seen response to calls", rows, once=True))
        seen = self.parameters.trial_accuracy * week.market["data_quality"]
        return ndtr(seen * own["call_response"][rows] + np.sqrt(1.0 - seen**2) * error)

    def _add_trips(
        self,
        week: Week,
        rows: NDArray[np.int64],
        added: Floats,
        usual: Floats | float,
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

    def _put_off(
        self, week: Week, play: ActivePlay, here: Listeners, terms: dict[str, Floats]
    ) -> None:
        """Take off what is lost with those who worry that the firm knows them."""
        shown = play.strength * play.settings.familiarity * (1.0 - week.firm.openness)
        sent = contact.planned_contact(play.settings, week.usual).messages
        if not shown * sent:
            return
        worry = np.maximum(contact_concern(week, play.rows), 0.0)
        got = sent * week.attention_of(play.rows) * here.let_in(play.rows)
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
