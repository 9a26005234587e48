"""Levers with some of their terms switched off, to see what a gain is made of.

A lever brings terms of four kinds: to an outcome (``purchase``, ``churn``, ...), to what is delivered in
encounters (``delivery.quality``, ... after the fields of `sim.levers.base.Delivery`), to what the firm is
able to do (``capability.execution``, ... after those of `sim.world.capability.Capability`) and to the
chance of recommending the firm (``referrals``). A term of a lever is named ``personalisation.churn``. One
that is off does not act, neither week by week nor after the horizon; all else of the lever goes on, its
cost included, so that two runs differ by what the term brings. What it brings by way of others (who stays
also buys) goes with it, so that the parts of a gain need not add up to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import fields
from typing import Any, ClassVar

from numpy.typing import NDArray

from sim.common.random_numbers import Floats
from sim.levers.base import ActivePlay, Delivery, Mechanism, Week
from sim.levers.outcomes import OUTCOMES
from sim.world.capability import Capability

REFERRALS = "referrals"
#: Term -> field, of what is delivered and of what the firm is able to do.
DELIVERED = {f"delivery.{one.name}": one.name for one in fields(Delivery)}
ABLE = {f"capability.{one.name}": one.name for one in fields(Capability)}
#: All names that a term may have.
TERMS = (*OUTCOMES, *DELIVERED, *ABLE, REFERRALS)


class SwitchedOff(Mechanism):
    """What comes before a lever's own class to keep terms from acting."""

    off: ClassVar[frozenset[str]] = frozenset()

    def equip(self, week: Week, efforts: Sequence[tuple[Any, float]], firm: Capability) -> None:
        """Move what is on of what the firm is able to do."""
        before = _kept(self.off, firm, ABLE)
        super().equip(week, efforts, firm)
        _put_back(firm, before)

    def effects(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> dict[str, Floats]:
        """Return the terms that are on."""
        return _on(self.off, super().effects(week, plays, own))

    def lasting_terms(
        self, week: Week, own: Mapping[str, NDArray[Any]], weeks: float
    ) -> dict[str, Floats]:
        """Return the terms that are on, some weeks after the lever has stopped."""
        return _on(self.off, super().lasting_terms(week, own, weeks))

    def deliver(
        self,
        week: Week,
        plays: Sequence[ActivePlay],
        own: Mapping[str, NDArray[Any]],
        delivery: Delivery,
    ) -> None:
        """Add what is on to what this week's encounters are like."""
        before = _kept(self.off, delivery, DELIVERED)
        super().deliver(week, plays, own, delivery)
        _put_back(delivery, before)

    def lasting_quality(self, own: Mapping[str, NDArray[Any]], weeks: float) -> Floats | float:
        """Return the quality that is still delivered some weeks later, none where it is off."""
        return 0.0 if "delivery.quality" in self.off else super().lasting_quality(own, weeks)

    def referrals(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> Floats | float:
        """Return each customer's chance of recommending the firm, none where that is off."""
        return 0.0 if REFERRALS in self.off else super().referrals(week, plays, own)


# Functions, not methods: a lever may have methods of the same names.
def _on(off: frozenset[str], terms: dict[str, Floats]) -> dict[str, Floats]:
    return {name: term for name, term in terms.items() if name not in off}


def _kept(off: frozenset[str], holder: object, terms: Mapping[str, str]) -> dict[str, Any]:
    """Return copies of the fields that are to stay as they are: levers may add in place."""
    return {field: copy(getattr(holder, field)) for t, field in terms.items() if t in off}


def _put_back(holder: object, before: Mapping[str, Any]) -> None:
    for field, value in before.items():
        setattr(holder, field, value)


def with_terms_off(lever: Mechanism, off: Iterable[str]) -> Mechanism:
    """Return a lever without some of its terms, itself where all are on.

    Parameters
    ----------
    lever : Mechanism
    off : iterable of str
        Terms of any levers, each as ``LEVER.TERM``; a `Scenario` has refused those that are none.
    """
    mine = frozenset(one.partition(".")[2] for one in off if one.partition(".")[0] == lever.name)
    return layered(lever, SwitchedOff, off=mine) if mine else lever


def layered(lever: Mechanism, layer: type[Mechanism], **values: Any) -> Mechanism:
    """Return a lever whose calls go through the methods of a layer first, with values of its own."""
    kind = type(lever)
    made = type(f"{layer.__name__}{kind.__name__}", (layer, kind), {**values})
    return made(lever.parameters)
