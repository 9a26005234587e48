"""What a lever hands to the week: what its plays cost, and what this week's encounters are like."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.common.kernels import is_each
from sim.common.random_numbers import Floats
from sim.levers.active_play import ActivePlay


@dataclass
class Cost:
    """Money of one play in one week, for the simulated people.

    Attributes
    ----------
    fixed : float
        For all whom the play is for together, evenly; but for what of it `grows`, whatever their number.
    per_person : ndarray, shape (m,), or float
        For being served.
    per_event : ndarray, shape (m,), or float
        For what happened: discounts given, rewards redeemed, contacts answered.
    rows : ndarray of int, shape (m,), optional
        Whom the last two are for; everybody by default.
    to_build : float
        Hours of engineers that all of the play's start takes the firm in its true size, the same each
        week; whether it is built or rented is up to the firm.
    upkeep : float
        Work of this week that what is built takes of the firm's own people, and what is rented does not.
    built : float
        One-off work of this week, over the ramp: what is fixed and paid once.
    per_served : float
        For each of those whom the play is for.
    grows : float
        What of `fixed` is the more the larger the firm, such as a share of its margin: it falls evenly on
        those served as well, and is no reason to be large.
    """

    fixed: float
    per_person: Floats | float
    per_event: Floats | float
    rows: NDArray[np.int64] | None = None
    to_build: float = 0.0
    upkeep: float = 0.0
    built: float = 0.0
    per_served: float = 0.0
    grows: float = 0.0


@dataclass
class Delivery:
    """What the levers together deliver to this week; all neutral at 0.

    Each is one number for everybody, or an array with one per person. Levers add to it with ``+=``.

    Attributes
    ----------
    quality
        Quality units above the baseline, before saturation.
    failures_averted
        Share of failures, wherever they are met, that the customer is spared.
    averted_at_purchase, averted_in_use, averted_after_sale
        The same of those met at the purchase, in delivery or use, and after the sale.
    automation
        Share of routine contacts answered by automated service.
    automation_quality
        Effect of an automated answer on the encounter, SD.
    contacts_averted
        Share of routine contacts that do not arise.
    extra_staff
        Desk capacity added, as a share of the usual.
    priority
        Share of a person's contacts that are answered before those of others.
    price
        Log of the price paid on an average basket over that of week 0.
    markup
        Log of the list price over week 0's, not negative: all margin. A lower one is a cost of its play.
    voice
        Share of the failures that would go unsaid which are now complained about.
    recovery
        Share of the harm that handling a complaint leaves which is now mended too.
    messages
        Messages to each person above the usual, of any kind and from any lever; negative for fewer.
    care
        Touches above the usual that are felt as relevant and personal.
    trust_gained, trust_lost
        Change of trust at once, SD; both not negative.
    contagion
        How much more than usual one's friends' leaving counts, share.
    posts
        What the firm and its members add on platforms, over what customers write in a usual week.
    answering
        How much faster blame goes out of sight there, share.
    reach_bought
        Money of this week for reach there, by its worth, for the simulated people.
    reputation
        Standing to which what the firm does for its name would bring it in the end, SD between firms.
    """

    quality: Floats | float = 0.0
    failures_averted: Floats | float = 0.0
    averted_at_purchase: Floats | float = 0.0
    averted_in_use: Floats | float = 0.0
    averted_after_sale: Floats | float = 0.0
    automation: Floats | float = 0.0
    automation_quality: float = 0.0
    contacts_averted: Floats | float = 0.0
    extra_staff: float = 0.0
    priority: Floats | float = 0.0
    price: Floats | float = 0.0
    markup: Floats | float = 0.0
    voice: Floats | float = 0.0
    recovery: Floats | float = 0.0
    messages: Floats | float = 0.0
    care: Floats | float = 0.0
    trust_gained: Floats | float = 0.0
    trust_lost: Floats | float = 0.0
    contagion: Floats | float = 0.0
    posts: float = 0.0
    answering: float = 0.0
    reach_bought: float = 0.0
    reputation: float = 0.0

    def add(self, name: str, play: ActivePlay, value: Floats | float) -> None:
        """Add something for those whom a play reaches: one number, or one for each of its rows."""
        if not (is_each(value) or value):
            return
        before, added = getattr(self, name), play.spread(value)
        if is_each(before):
            before += added
            return
        if before:
            added += before
        setattr(self, name, added)

    def has(self, name: str) -> bool:
        """Return whether anybody is delivered anything of a kind."""
        value = getattr(self, name)
        return bool(value.any() if isinstance(value, np.ndarray) else value)

    def at(self, name: str, rows: NDArray[np.int64]) -> Floats | float:
        """Return what is delivered to some people."""
        value = getattr(self, name)
        return value[rows] if isinstance(value, np.ndarray) and value.ndim else value
