"""What the index page of a portfolio says: the answers side by side, and how far it is."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.common.formatting import fixed, in_futures, listing
from sim.common.size import ENOUGH_FUTURES
from sim.common.style import bracketed, ended
from sim.report.phrases import say
from sim.report.portfolio.figure import Bar, shares_figure
from sim.report.portfolio.state import State, is_done, share_told, titles_of
from sim.report.portfolio.tables import markets_table, progress_table
from sim.report.section import Content, Picture, Section


def build_index(title: str, states: Sequence[State], identity: str, version: str) -> Content:
    """Return what the page says.

    Parameters
    ----------
    title : str
        Of the portfolio.
    states : sequence of State
        In the order of its file.
    identity, version : str
        Of the portfolio, and of the workbench.
    """
    titles = titles_of(states)
    done = sorted(filter(is_done, states), key=_largest_first)
    sections = [_answer(states, done, titles)]
    if done:
        sections += [_markets(done, titles), _how(done)]
    sections.append(_progress(states, titles))
    return Content(
        title=title,
        answer=sections[0].heading,
        sections={one.key: one for one in sections},
        meta=say("portfolio.page.meta", count=len(states), done=str(len(done))),
        footer=say("portfolio.page.footer", version=version, id=identity),
        version=version,
        id=identity,
        kicker=say("portfolio.page.kicker"),
    )


def answer_of_all(states: Sequence[State]) -> str:
    """Return in one sentence what to do across the markets that are done."""
    return ended(_heading(list(filter(is_done, states)), titles_of(states)))


def _largest_first(state: State) -> tuple[bool, float]:
    size = state.share()
    return math.isnan(size), -size


def _answer(states: Sequence[State], done: Sequence[State], titles: dict[str, str]) -> Section:
    """Return what to do, in one sentence and a line for each market, with the figure beside it."""
    drawn = [one for one in done if not math.isnan(one.share())]
    pictures = []
    if drawn:
        told = [bracketed(titles[one.name], share_told(one)) for one in drawn]
        alt = ended(say("portfolio.page.alt") + listing(told))
        pictures.append(Picture(shares_figure([_bar(titles[one.name], one) for one in drawn]), alt))
    lines = [
        say(
            "portfolio.page.line",
            market=titles[one.name],
            says=_says(one),
        )
        for one in done
    ]
    below = [say("portfolio.page.brackets")] if done else []
    return Section(
        "answer",
        _heading(done, titles),
        [*_unfinished(states, titles), *below],
        lines,
        pictures,
        label=say("label.answer"),
    )


def _says(state: State) -> str:
    """Return what to do in a market, by the rule of its own report."""
    plan, gain, found = state.plan, share_told(state), state.found
    if state.kind == "none_so_far":
        best = in_futures(found["nothing_best_in"], found["futures"])
        return say("portfolio.page.says.none_so_far", plan=plan, gain=gain, futures=best)
    return say(f"portfolio.page.says.{state.kind}", plan=plan, gain=gain)


def _bar(title: str, state: State) -> Bar:
    ends = (state.share("expected_low"), state.share("expected_high"))
    return title, state.share(), *ends, state.is_chosen


def _heading(done: Sequence[State], titles: dict[str, str]) -> str:
    """Return in how many markets there is something to choose, and where."""
    if not done:
        return say("portfolio.page.heading.nothing_done")
    chosen = [bracketed(titles[one.name], one.plan) for one in done if one.is_chosen]
    if chosen and len(done) == 1:
        return say("portfolio.page.heading.choose_here", names=listing(chosen))
    if chosen:
        return say(
            "portfolio.page.heading.choose",
            of=str(len(done)),
            chosen=str(len(chosen)),
            names=listing(chosen),
        )
    nothing = [titles[one.name] for one in done if one.is_nothing]
    still = [titles[one.name] for one in done if not one.is_nothing]
    if not still:
        return say("portfolio.page.heading.do_nothing", count=len(done))
    if not nothing:
        return say("portfolio.page.heading.open", count=len(done))
    return say("portfolio.page.heading.some_open", nothing=listing(nothing), still=listing(still))


def _unfinished(states: Sequence[State], titles: dict[str, str]) -> list[str]:
    """Return which entries failed, and which are to do."""
    said = []
    for word in ("failed", "to_do"):
        names = [titles[one.name] for one in states if one.word == word]
        if names:
            said.append(say(f"portfolio.page.some.{word}", count=len(names), names=listing(names)))
    return said


def _markets(done: Sequence[State], titles: dict[str, str]) -> Section:
    """Return the comparison across markets, the largest share first."""
    return Section(
        "markets",
        say("portfolio.page.markets", count=len(done)),
        tables=[markets_table(done, titles)],
        label=say("portfolio.page.label.markets"),
    )


def _how(done: Sequence[State]) -> Section:
    """Return how to read the comparison: what may be set beside what, and how sure it is."""
    sizes = {(one.found["simulated"], one.found["futures"]) for one in done}
    futures = [one.found["futures"] for one in done]
    least, most = fixed(min(futures)), fixed(max(futures))
    bullets = [
        say("portfolio.page.how.share"),
        say("portfolio.page.how.interval"),
        say("portfolio.page.how.order"),
        say("portfolio.page.how.currencies"),
        say("portfolio.page.how.weeks", weeks=fixed(done[0].found["weeks"])),
    ]
    if len(sizes) > 1:
        bullets.append(say("portfolio.page.how.sizes", least=least, most=most))
    if min(futures) < ENOUGH_FUTURES:
        bullets.append(say("portfolio.page.how.look", enough=fixed(ENOUGH_FUTURES)))
    return Section(
        "how",
        say("portfolio.page.how_heading"),
        bullets=bullets,
        label=say("portfolio.page.label.how"),
    )


def _progress(states: Sequence[State], titles: dict[str, str]) -> Section:
    """Return the status of each entry, with the reason of one that failed."""
    done, failed, to_do = (
        str(sum(one.word == word for one in states)) for word in ("done", "failed", "to_do")
    )
    return Section(
        "states",
        say("portfolio.page.states", done=done, failed=failed, to_do=to_do),
        tables=[progress_table(states, titles)],
        label=say("portfolio.page.label.states"),
    )
