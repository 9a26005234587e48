r"""Personalisation: messages and offers fitted to the person, and unasked calls to keep customers.

A message gets through with the attention that earlier ones have left (`sim.model.week.attitudes`). Of
those heard, h, each adds about as many trips to rare as to frequent customers, more if it fits,

    trips_i = h_i b (1 + g fit c) (1 + g' familiarity),     fit = matching x data quality,

taken from what is bought elsewhere (`response.added_share`); c is the response of people who have
control of their data over that of others (tucker2014). Matched offers raise what a trip is worth. Showing
that one knows people adds nothing on average (g' is 0) and puts off those who worry,

    purchase term - k familiarity (1 - openness) max(concern_i, 0) h_i / (1 - S).

Relevant messages keep the firm in mind (R, fading by halves in T weeks), which spares hazard, and are
felt as a little care. All messages sent tire, also those that nobody planned well: fatigue takes
attention and makes people react, so that profit has an inner best frequency.

An unasked call wakes those who stay out of habit. For some weeks it changes the log hazard by

    e - v^2 / 2 + v z_i,    z_i ~ N(0, 1), independent of how likely i is to leave,

e being the log of the mean hazard ratio (ascarza2016): most likely bad on average, good for some. Who
those are a trial shows, with error; the risk of leaving does not (ascarza2018).

| symbol | name | unit |
|---|---|---|
| b, g, g' | message_trips, relevance_gain, familiarity_gain | trips, share, share |
| c, k | control_response, identity_reactance | 1, log points |
| R, T | `reminded`, reminder_half_life_weeks | share, weeks |
| e, v, z | call_effect, call_spread, `call_response` | log hazard, SD |

Sources: hillstrom2008 (b), jannach2019 (spend), sahni2018 and defau2023 (g'), wattal2012 (k), wang2022
(R). Known limits: messages are evenly spaced; the better plan itself costs the firm nothing; nobody
unsubscribes; prospects are not written to.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats, normal
from sim.levers.base import ActivePlay, Cost, Delivery, Mechanism, Schema, Week
from sim.levers.personalisation import response, settings
from sim.world.population import ACTIVE, LAPSED, Column


def contact_concern(week: Week, rows: NDArray[np.int64]) -> Floats:
    """Return how much some people worry about what firms know of them, SD."""
    return normal(week.uniform("privacy concern", rows, once=True))


class Personalisation(Mechanism):
    """What people are told and offered, and how often."""

    name: ClassVar[str] = "personalisation"
    Settings: ClassVar[type[Schema]] = settings.Settings
    Parameters: ClassVar[type[Schema]] = settings.Parameters
    columns: ClassVar[tuple[Column, ...]] = settings.COLUMNS

    def begin(self, week: Week, own: dict[str, NDArray[Any]]) -> None:
        """Draw how each would take a call."""
        own["call_response"][:] = normal(week.uniform("response to calls", once=True))

    def update(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Let reminders fade and grow, and call this week's people."""
        p, half_life = self.parameters, self.parameters.reminder_half_life_weeks
        active = week.people["status"] == ACTIVE
        mind = response.kept_in_mind(own["reminded"], 0.0, half_life)
        own["called"][:] = False
        for play in plays:
            rows = play.rows
            relevant = self._heard(week, play) * self._fit(week, play)
            if np.any(relevant):
                mind[rows] = response.kept_in_mind(own["reminded"][rows], relevant, half_life)
            if play.settings.retention_calls > 0:
                rate = play.strength * play.settings.retention_calls / WEEKS_A_YEAR
                rows = rows[week.uniform("call", rows) < rate]
                chosen = self.seen_response(week, own, rows) <= 1.0 - play.settings.left_out
                own["called"][rows[chosen & active[rows]]] = True
        own["reminded"][:] = mind * active
        if own["called"].any() or own["woken_weeks"].any():
            own["woken_weeks"][:] = np.maximum(own["woken_weeks"] - 1.0, 0.0) * active
            own["woken_weeks"][np.flatnonzero(own["called"])] = p.call_weeks

    def effects(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> dict[str, Floats]:
        """Return the terms of messages, matched offers, reminders and calls."""
        p, people, size = self.parameters, week.people, week.trips.size
        terms = {"churn": self._churn(own)}
        for play in plays:
            chosen, rows, got = play.settings, play.rows, self._heard(week, play)
            control = response.control_factor(week.firm.openness, p.control_response)
            fit = self._fit(week, play) * control
            known = 1.0 + p.familiarity_gain * chosen.familiarity
            trips = p.message_trips * got * (1.0 + p.relevance_gain * fit) * known
            if rows.size and np.any(trips):
                share, category = people["base_share"][rows], people["category_rate"][rows]
                won = response.added_share(share, category, trips, p.winnable_trips)
                shown = chosen.familiarity * (1.0 - week.firm.openness)
                if shown:
                    worry = np.maximum(contact_concern(week, rows), 0.0)
                    put_off = p.identity_reactance * shown * got * worry
                    won -= put_off / (1.0 - week.market.share_behind_a_trip)
                terms.setdefault("purchase", np.zeros(size))[rows] = won
                away = np.flatnonzero(people["status"][rows] == LAPSED)
                terms.setdefault("join", np.zeros(size))[rows[away]] = self._coming_back(
                    week, np.broadcast_to(trips, rows.shape)[away]
                )
            if rows.size and fit and play.strength:
                spend = play.spread(p.matching_spend * play.strength * fit)
                terms["spend"] = terms.get("spend", 0.0) + spend
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
            sent = response.heard(play.effort * play.settings.messages, 1.0)
            delivery.add("messages", play, sent)
            felt = self._heard(week, play) * self._fit(week, play)
            delivery.add("care", play, self.parameters.care_in_message * felt)
        if own["called"].any():
            delivery.messages += own["called"].astype(float)

    def lasting_terms(
        self, week: Week, own: Mapping[str, NDArray[Any]], weeks: float
    ) -> dict[str, Floats]:
        """Return what is left of reminders and of calls when neither goes on."""
        faded = 2.0 ** (-weeks / self.parameters.reminder_half_life_weeks)
        left = {
            "reminded": own["reminded"] * faded,
            "woken_weeks": np.maximum(own["woken_weeks"] - weeks, 0.0),
            "call_response": own["call_response"],
        }
        return {"churn": self._churn(left)}

    def cost(self, week: Week, play: ActivePlay, own: Mapping[str, NDArray[Any]]) -> Cost:
        """Return analysts' hours, the sending of messages, and the work of calls."""
        p, chosen, wage = self.parameters, play.settings, week.market["wage_per_hour"]
        analysed = max(chosen.matching, float(chosen.left_out > 0)) * play.paid_effort
        sent = response.heard(play.effort * chosen.messages, 1.0)
        calls = own["called"][play.rows] if chosen.retention_calls > 0 else 0.0
        return Cost(
            analysed * p.analyst_hours * wage / week.scale,
            sent * p.message_seconds / 3600 * wage,
            calls * p.call_minutes / 60 * wage,
            play.rows,
        )

    def seen_response(
        self, week: Week, own: Mapping[str, NDArray[Any]], rows: NDArray[np.int64]
    ) -> Floats:
        """Return the rank of some people's response to calls as a trial before week 0 showed it."""
        error = normal(week.uniform("seen response to calls", rows, once=True))
        seen = self.parameters.trial_accuracy * week.market["data_quality"]
        return ndtr(seen * own["call_response"][rows] + np.sqrt(1.0 - seen**2) * error)

    def _heard(self, week: Week, play: ActivePlay) -> Floats | float:
        """Return the messages of a play that get through this week to those whom it is for."""
        attention = week.attention_of(play.rows)
        return response.heard(play.strength * play.settings.messages, attention)

    @staticmethod
    def _fit(week: Week, play: ActivePlay) -> float:
        """Return the share of a play's contents that fit the person: matched, on data that are right."""
        return play.settings.matching * week.firm.data_quality

    def _churn(self, own: Mapping[str, NDArray[Any]]) -> Floats:
        p = self.parameters
        term = p.reminder_churn * own["reminded"]
        woken = np.flatnonzero(own["woken_weeks"] > 0)
        term[woken] += response.call_term(own["call_response"][woken], p.call_effect, p.call_spread)
        return term

    def _coming_back(self, week: Week, trips: Floats) -> Floats:
        """Return the term of coming back: messages add purchases to the few that come by themselves."""
        usual = week.market.winback_hazard
        added = self.parameters.lapsed_response * trips * (usual > 0)
        return np.log1p(added / max(usual, 1e-12))
