"""What of the firm's messages reaches whom: let in, heard, and fitting as far as each person is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.random_numbers import Floats
from sim.levers.base import ActivePlay, Week
from sim.levers.personalisation import contact, portrait, response
from sim.levers.personalisation.contact import Contact

Rows = NDArray[np.int64] | slice
_EVERYBODY = slice(None)
_KEPT = "personalisation"


@dataclass(frozen=True)
class Listeners:
    """Those to whom the firm writes, in a week.

    Attributes
    ----------
    week : Week
    own : mapping of str to ndarray
        Columns of the lever.
    p : Parameters
    plays : sequence of ActivePlay
        This week's of the lever.
    """

    week: Week
    own: Mapping[str, NDArray[Any]]
    p: Any
    plays: Sequence[ActivePlay] = ()

    @classmethod
    def of(
        cls,
        week: Week,
        own: Mapping[str, NDArray[Any]],
        p: Any,
        plays: Sequence[ActivePlay] = (),
    ) -> "Listeners":
        """Return those of a week, found once for all that follows from the same columns and plays."""
        here = week.kept.get(_KEPT)
        if here is None or here.own is not own or here.plays is not plays:
            here = week.kept[_KEPT] = cls(week, own, p, plays)
        return here

    @cached_property
    def some_chose(self) -> bool:
        """Return whether anybody lets in another share than when nothing is done."""
        return bool((self.own["let_in"] != self.own["let_in_as_usual"]).any())

    @cached_property
    def as_usual(self) -> bool:
        """Return whether everybody hears of a usual message what they usually do."""
        return isinstance(self.week.attention, float) and not self.some_chose

    @cached_property
    def fit(self) -> Floats:
        """Return how well matched messages fit everybody."""
        return portrait.fit(self.own, self.p)

    def let_in(self, rows: Rows = _EVERYBODY) -> Floats:
        """Return the share of all messages that some people let in."""
        part: Floats = self.own["let_in"][rows]
        return part

    def let_in_as_usual(self, rows: Rows = _EVERYBODY) -> Floats:
        """Return the share of the usual messages that some people let in when nothing is done."""
        part: Floats = self.own["let_in_as_usual"][rows]
        return part

    def worth(self, sent: Contact, rows: Rows) -> Floats | float:
        """Return the messages that some are worth to people, those that fit counting for more."""
        control = response.control_factor(self.week.firm.openness, self.p.control_response)
        return self._worth(sent, self.week.firm.data_quality * control, rows)

    def planned_worth(self, play: ActivePlay) -> Floats | float:
        """Return what those of a play, carried out in full, are worth if all are noticed and let in."""
        plan = contact.planned_contact(play.settings, self.week.usual)
        shown = 1.0 + self.p.familiarity_gain * play.settings.familiarity
        return self.worth(plan, play.rows) * shown

    def usual_worth(self, rows: Rows) -> Floats:
        """Return the worth of the usual messages to people when nothing is done."""
        return self.let_in_as_usual(rows) * self.worth_if_let_in(rows)

    def worth_if_let_in(self, rows: Rows) -> Floats | float:
        """Return that worth to who lets all in, on the usual data and without control of them."""
        sent = contact.usual_contact(self.week.usual)
        return self._worth(sent, self.week.market["data_quality"], rows)

    def _worth(self, sent: Contact, right: float, rows: Rows) -> Floats | float:
        fitting = self.p.relevance_gain * (sent.matched * right)
        return sent.messages + (fitting * self.fit[rows] if fitting else 0.0)

    @cached_property
    def usually_relevant(self) -> Floats | float:
        """Return the relevant messages a week that get through to each when nothing is done."""
        sent = contact.usual_contact(self.week.usual)
        heard = self.week.usual.attention * (sent.matched * self.week.market["data_quality"])
        return heard * self.fit * self.let_in_as_usual() if heard else 0.0

    @cached_property
    def relevant(self) -> Floats:
        """Return the relevant messages that get through to each this week."""
        week, sent = self.week, contact.usual_contact(self.week.usual)
        relevant = np.zeros(week.trips.size)
        relevant += week.attention * (sent.matched * week.firm.data_quality)
        for play in self.plays:
            plan = contact.planned_contact(play.settings, week.usual)
            matched = sent.moved(plan, play.strength).matched
            relevant[play.rows] = week.attention_of(play.rows) * (matched * week.firm.data_quality)
        if relevant.any():
            relevant *= self.fit
        return relevant * self.let_in()

    def added(self, play: ActivePlay) -> Floats:
        """Return the messages that a play sends above the usual, those badly planned among them."""
        plan = contact.planned_contact(play.settings, self.week.usual)
        added = plan.messages - self.week.usual.messages
        return self.let_in(play.rows) * (added * (play.effort if added > 0 else play.strength))

    def kept_out(self, rows: Rows = _EVERYBODY) -> Floats:
        """Return the usual messages that some people do not let in, but would if nothing were done."""
        return (self.let_in_as_usual(rows) - self.let_in(rows)) * self.week.usual.messages
