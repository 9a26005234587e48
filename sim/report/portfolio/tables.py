"""The tables of a portfolio: markets side by side, and how far each entry is."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sim.common.formatting import NONE, in_futures, money, range_of
from sim.common.style import bracketed
from sim.report.phrases import say
from sim.report.portfolio.state import (
    State,
    ends_told,
    is_done,
    reason_of,
    share_told,
    signed,
    titles_of,
)
from sim.report.rendering import link
from sim.report.section import Table

_ACROSS = (
    *("market", "verdict", "plan", "share", "share_range", "customer", "firm", "best", "report"),
)


def _head(*names: str) -> tuple[str, ...]:
    return tuple(say(f"portfolio.tables.column.{name}") for name in names)


def markets_table(done: Sequence[State], titles: dict[str, str]) -> Table:
    """Return a row for each market that is done, in the order given, with a link to its report."""
    rows = [_row(one, titles[one.name]) for one in done]
    return Table(
        say("portfolio.tables.across"),
        pd.DataFrame(rows, columns=_head(*_ACROSS), dtype=object),
        say("portfolio.tables.across_note"),
    )


def _row(state: State, title: str) -> tuple[str, ...]:
    found = state.found
    amount, low, high = (found[name] for name in ("gain", "expected_low", "expected_high"))

    def told(value: float) -> str:
        return money(value, found["currency"], signed=True)

    return (
        title,
        say(f"portfolio.tables.verdict.{state.kind}"),
        state.plan,
        signed(state.share()),
        ends_told(state),
        told(amount / found["customers"]),
        bracketed(told(amount), range_of(low, high, told)),
        NONE if found["best_in"] is None else in_futures(found["best_in"], found["futures"]),
        link(state.report, say("portfolio.tables.report", market=title)),
    )


def progress_table(states: Sequence[State], titles: dict[str, str]) -> Table:
    """Return a row for each entry: its state, and where one failed, why."""
    rows = [(one.name, titles[one.name], _state(one), reason_of(one)) for one in states]
    head = _head("entry", "market", "state", "reason")
    frame = pd.DataFrame(rows, columns=head, dtype=object)
    if not any(one.failure for one in states):
        frame = frame.drop(columns=head[-1])
    return Table(say("portfolio.tables.progress"), frame)


def short_table(states: Sequence[State]) -> list[tuple[str, ...]]:
    """Return a row for each entry: its state and what its best plan adds; the header first."""
    titles = titles_of(states)
    rows = [
        (titles[one.name], _state(one))
        + ((one.plan, share_told(one)) if is_done(one) else ("", ""))
        for one in states
    ]
    return [_head("market", "state", "plan", "share"), *rows]


def _state(state: State) -> str:
    return say(f"portfolio.tables.state.{state.word}")
