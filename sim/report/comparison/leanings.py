"""On what the answer leans: the assumption to name first, and a table of those that move the gain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.analysis.leaning import LEAST_FUTURES, Turn, leader_of
from sim.common.formatting import capital, compact, fixed_percent, money, money_in, range_of, some
from sim.common.style import clauses, labelled
from sim.common.translated import translated
from sim.experiment.uncertain_values import LAW
from sim.playbook.strategies import BASELINE
from sim.report.comparison.assumptions import address_label, amount, number_of, unit_of
from sim.report.phrases import say
from sim.report.section import Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers
    from sim.analysis.leaning import End, Leaning

#: Assumptions of the short table.
_FIRST = 4


def assumption(comparison: Answers) -> str:
    """Name the assumption the answer leans on most, or that none stands out."""
    first = next((one for one in comparison.leanings if one.changes), None)
    if first is not None:
        return say(
            "comparison.leanings.main_changes",
            name=address_label(comparison.market, first.address),
            range=_range(comparison, first),
            turns=_turns(comparison, first),
        )
    clear = [one for one in comparison.leanings if one.clear]
    if not clear and comparison.futures < LEAST_FUTURES:
        return say("comparison.leanings.main_few", least=LEAST_FUTURES)
    if not clear:
        return say("comparison.leanings.main_none", futures=comparison.futures)
    first = max(clear, key=lambda one: one.share)
    sure = "unsure" if _unsure(first) else "same"
    return say(
        f"comparison.leanings.main.{sure}",
        name=address_label(comparison.market, first.address),
        range=_range(comparison, first),
        share=fixed_percent(first.share),
    )


def _unsure(leaning: Leaning) -> bool:
    """Return whether the answer may be another one at an end of what is assumed."""
    return not leaning.low.answer == leaning.high.answer == "same"


def heading(comparison: Answers) -> str:
    """Return which assumptions would make the answer another one, or on what it leans most."""
    changing = [one for one in comparison.leanings if one.changes]
    clear = [one for one in comparison.leanings if one.clear]
    if changing:
        return say("comparison.leanings.heading.changes", names=_names(comparison, changing))
    if clear:
        key = "leans" if any(_unsure(one) for one in clear) else "amount_leans"
        return say(f"comparison.leanings.heading.{key}", names=_names(comparison, clear))
    if comparison.futures < LEAST_FUTURES:
        return say("comparison.leanings.heading.few", least=LEAST_FUTURES)
    return say("comparison.leanings.heading.none", futures=comparison.futures)


def thresholds(comparison: Answers) -> list[str]:
    """Return for each assumption that changes the answer from where on it does."""
    return [
        say(
            "comparison.leanings.threshold",
            name=capital(address_label(comparison.market, one.address)),
            turns=_turns(comparison, one),
        )
        for one in comparison.leanings
        if one.changes
    ]


def leanings_table(comparison: Answers) -> Table:
    """Return the gain, and what is best, at both ends of each assumption that moves the answer."""
    currency, rows = comparison.market.currency, []
    signed = money_in(currency, signed=True)
    for one in comparison.leanings:
        for end in (one.low, one.high):
            rows.append(
                {
                    say("column.assumption"): _with_unit(comparison, one),
                    say("column.set_to"): amount(comparison, one.address, end.value, named=False),
                    say("column.average_gain_there"): signed(end.gain),
                    say("column.its_90_interval"): range_of(end.low, end.high, signed),
                    say("column.best_there"): _called(comparison, end.best),
                    say("column.same_answer"): say("common.yes")
                    if end.answer == "same"
                    else say(f"comparison.leanings.answer.{end.answer}"),
                    say("column.of_the_spread"): fixed_percent(one.share),
                }
            )
    leader = comparison.title(leader_of(comparison.verdict))
    return Table(
        say("comparison.leanings.caption", name=leader),
        pd.DataFrame(rows),
        say(
            "comparison.leanings.note",
            matters=money(comparison.verdict.matters, currency),
        ),
    )


def short_table(comparison: Answers) -> list[Table]:
    """Return the first of those that are no chance, each in a line with the gain at both ends, if any."""
    currency = comparison.market.currency

    def at(one: Leaning, end: End) -> str:
        value = amount(comparison, one.address, end.value, named=False)
        return labelled(value, money(end.gain, currency, signed=True))

    rows = [
        {
            say("column.assumption"): _with_unit(comparison, one),
            say("column.at_its_low_end"): at(one, one.low),
            say("column.at_its_high_end"): at(one, one.high),
            say("column.of_the_spread"): fixed_percent(one.share),
        }
        for one in [one for one in comparison.leanings if one.clear][:_FIRST]
    ]
    if not rows:
        return []
    leader = comparison.title(leader_of(comparison.verdict))
    note = say("comparison.leanings.short_note", name=leader)
    return [Table(say("comparison.leanings.caption", name=leader), pd.DataFrame(rows), note)]


def _with_unit(comparison: Answers, one: Leaning) -> str:
    """Return a value's label, with its unit in words if neither it nor its numbers show it."""
    name, unit = (
        capital(address_label(comparison.market, one.address)),
        unit_of(comparison, one.address),
    )
    if (
        not unit
        or unit in name.lower().split()
        or amount(comparison, one.address, one.low.value, named=False) != compact(one.low.value)
    ):
        return name
    return say("comparison.leanings.in_unit", name=name, unit=translated(unit))


def _turns(comparison: Answers, one: Leaning) -> str:
    """Return where something else becomes best, and what: the ends at which it clearly does."""
    turns: dict[str, Turn] = {turn.side: turn for turn in one.turns}
    parts = []
    for side, end in (("below", one.low), ("above", one.high)):
        if not _is_other(end):
            continue
        turn = turns.get(side)
        at, best = (end.value, end.best) if turn is None else (turn.at, turn.best)
        key = side if turn else "if" if one.address == LAW else "at"
        told = {"at": amount(comparison, one.address, at), "best": _called(comparison, best)}
        parts.append(say(f"comparison.leanings.{key}", None, **told))
    return clauses(parts)


def _is_other(end: End) -> bool:
    return end.answer == "other"


def _called(comparison: Answers, name: str) -> str:
    """Return the title of a strategy, or doing nothing as within a sentence."""
    return say("common.doing_nothing") if name == BASELINE else comparison.title(name)


def _names(comparison: Answers, some_of: list[Leaning]) -> str:
    return some([address_label(comparison.market, one.address) for one in some_of], 3)


def _range(comparison: Answers, one: Leaning) -> str:
    """Write what is assumed or estimated of a value, and between which ends it may lie."""
    if one.address == LAW:
        chance = number_of(comparison, one.address).value
        return say("comparison.leanings.chance", chance=fixed_percent(chance))
    number = number_of(comparison, one.address)
    estimated = getattr(number, "status", "") == "estimated"
    return say(
        "comparison.leanings.range_estimated" if estimated else "comparison.leanings.range",
        value=amount(comparison, one.address, number.value),
        low=amount(comparison, one.address, one.low.value, named=False),
        high=amount(comparison, one.address, one.high.value, named=False),
    )
