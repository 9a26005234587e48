"""How far an entry of a portfolio is, and what is told of its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.common.composed import retold
from sim.common.errors import InputError
from sim.common.formatting import capital, percent, range_of
from sim.common.style import bracketed
from sim.common.translated import translated
from sim.report.phrases import say

#: Kinds of answers by which a plan is chosen.
CHOSEN = ("winner", "found")
#: And those by which nothing new is done.
NOTHING = ("do_nothing", "too_dear")


@dataclass(frozen=True)
class State:
    """How far an entry of a portfolio is.

    Attributes
    ----------
    name : str
        Of the entry.
    market : str
        Title of its market.
    answer : dict or None
        What it found (`sim.workbench.portfolio.work`); None while it is not done.
    failure : dict or None
        Why it failed, if it did: ``kind``, ``text`` and, of wrong input, ``fault``.
    report : str
        Where its report lies beside the page; empty if there is none.
    """

    name: str
    market: str
    answer: dict[str, Any] | None = None
    failure: dict[str, Any] | None = None
    report: str = ""

    @property
    def word(self) -> str:
        """Whether it is ``done``, ``failed`` or ``to_do``."""
        if self.failure:
            return "failed"
        return "done" if self.answer is not None and self.report else "to_do"

    @property
    def found(self) -> dict[str, Any]:
        """What one that is done found."""
        assert self.answer is not None
        return self.answer

    @property
    def kind(self) -> str:
        """What its answer says to do: the kind of a verdict, or ``found`` for a plan of a search.

        ``too_dear`` says that the firm can pay for none of its plans, ``none_so_far`` that it is
        undecided and no strategy leads: the market's own report tells that by the same
        `Verdict.strategy`.
        """
        if self.found["is_found"]:
            return "found"
        if self.found["pays_none"]:
            return "too_dear"
        kind = str(self.found["verdict"])
        return "none_so_far" if kind == "undecided" and self.found["strategy"] is None else kind

    @property
    def is_chosen(self) -> bool:
        """Whether its answer is to choose a plan."""
        return self.kind in CHOSEN

    @property
    def is_nothing(self) -> bool:
        """Whether its answer is to do nothing new."""
        return self.kind in NOTHING

    @property
    def plan(self) -> str:
        """What the best plan is called."""
        return retold(self.found["plan_title"])

    def share(self, what: str = "gain") -> float:
        """Return an amount as a share of customer equity under doing nothing; NaN where that is none."""
        amount, nothing = self.found[what], self.found["nothing"]
        return float(amount / nothing) if amount is not None and nothing > 0 else float("nan")


def is_done(state: State) -> bool:
    """Return whether there is an answer and its report."""
    return state.word == "done"


def titles_of(states: Sequence[State]) -> dict[str, str]:
    """Return what each entry is called: by its market, and by its own name where two share that."""
    markets = [translated(one.market) for one in states]
    return {
        one.name: bracketed(market, one.name) if markets.count(market) > 1 else market
        for one, market in zip(states, markets, strict=True)
    }


def signed(value: float) -> str:
    """Write a share with its sign."""
    return percent(value, signed=True)


def ends_told(state: State) -> str:
    """Write where the expected share lies."""
    return range_of(state.share("expected_low"), state.share("expected_high"), signed)


def share_told(state: State) -> str:
    """Write the share that the best plan adds, with the interval of what is expected."""
    return bracketed(signed(state.share()), ends_told(state))


def reason_of(state: State) -> str:
    """Return why an entry failed, in the language that is spoken; nothing of one that did not."""
    failure = state.failure
    if failure is None:
        return ""
    if failure.get("fault"):
        return InputError(**failure["fault"]).message
    text = failure["text"] or say("common.none")
    return capital(say(f"portfolio.state.failed.{failure['kind']}", text=text))
