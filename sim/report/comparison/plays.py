"""What each play of the leading strategy is worth in it, which pairs help or hurt, on what that rests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.common.composed import retold
from sim.common.formatting import capital, fixed, money, range_of
from sim.common.size import ENOUGH_FUTURES
from sim.report.comparison.assumptions import address_label, amount, number_of
from sim.report.parts_words import part_label, play_label, studies_in_words
from sim.report.phrases import say
from sim.report.section import Section, Short, Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers
    from sim.analysis.made_of import Parts
    from sim.analysis.shapley import Pair, Value
    from sim.analysis.worth_of_plays import WorthOfPlays

#: Terms whose parameters are named, the largest first, and parameters of each.
_TERMS, _EACH = 8, 4


def plays_section(comparison: Answers) -> Section | None:
    """Return what each play is worth; None where nobody looked, or there is a single play."""
    worths = comparison.worths
    if worths is None or len(worths.values) < 2:
        return None
    size = _size(comparison, worths)
    bullets = (
        []
        if _few(worths)
        else [
            *(_pair_in_words(comparison, worths, one) for one in worths.pairs if one.is_told),
            *(_loss_in_words(comparison, worths, one) for one in worths.values if one.high < 0),
        ]
    )
    how = say(f"comparison.plays.how.{'exact' if worths.is_exact else 'sampled'}")
    return Section(
        "plays",
        _finding(comparison, worths),
        [size, how, _about_pairs(worths)],
        bullets,
        tables=[
            _worths_table(comparison, worths),
            *([_pairs_table(comparison, worths)] if worths.has_pairs else []),
            *([foundations_table(comparison, comparison.parts)] if comparison.parts else []),
        ],
        short=Short([size], bullets),
    )


def _signed(comparison: Answers, value: float) -> str:
    return money(value, comparison.market.currency, signed=True)


def _title(worths: WorthOfPlays) -> str:
    return retold(worths.strategy.title)


def _few(worths: WorthOfPlays) -> bool:
    """Return whether it was looked at in too few futures for a verdict, so that none is told here."""
    return worths.futures < ENOUGH_FUTURES


def _finding(comparison: Answers, worths: WorthOfPlays) -> str:
    """Return which play is worth most, that none clearly is, all clearly lose, or too little is known."""
    if _few(worths):
        return say("comparison.plays.few", name=_title(worths), futures=fixed(worths.futures))
    sure = [one for one in worths.values if one.low > 0]
    first = max(sure or worths.values, key=lambda one: one.mean)
    told: dict[str, Any] = {
        "name": _title(worths),
        "play": play_label(worths.key_of(first.player)),
    }
    worth = _signed(comparison, first.mean)
    if sure:
        gain = _signed(comparison, worths.gain)
        return say("comparison.plays.most", **told, worth=worth, gain=gain)
    if first.high < 0:
        return say("comparison.plays.all_lose", **told, worth=worth)
    return say("comparison.plays.unsure", **told, worth=worth)


def _size(comparison: Answers, worths: WorthOfPlays) -> str:
    """Return in which futures plays were left out, and what the plan gains there and over all."""
    told: dict[str, Any] = {
        "name": _title(worths),
        "runs": fixed(worths.runs),
        "futures": fixed(worths.futures),
        "gain": _signed(comparison, worths.gain),
    }
    if worths.futures == comparison.futures:
        return say("comparison.plays.size_all", **told)
    over_all = float(comparison.gains.loc[worths.strategy.name, "gain"])
    return say(
        "comparison.plays.size",
        all=fixed(comparison.futures),
        over_all=_signed(comparison, over_all),
        **told,
    )


def _about_pairs(worths: WorthOfPlays) -> str:
    """Return how pairs were looked at, whether one stands out, or that there are too many."""
    if not worths.has_pairs:
        return say("comparison.plays.pairs.too_many", plays=fixed(len(worths.values)))
    told = sum(one.is_told for one in worths.pairs)
    return say(
        f"comparison.plays.pairs.{'some' if told else 'none'}", looked=fixed(len(worths.pairs))
    )


def _pair_in_words(comparison: Answers, worths: WorthOfPlays, pair: Pair) -> str:
    """Return that two plays help each other, or get in each other's way."""
    one, other = (play_label(worths.key_of(player)) for player in pair.players)
    kind = "help" if pair.mean > 0 else "hurt"
    return say(
        f"comparison.plays.{kind}",
        one=capital(one),
        other=other,
        amount=money(abs(pair.mean), comparison.market.currency),
        interval=_interval(comparison, pair),
    )


def _loss_in_words(comparison: Answers, worths: WorthOfPlays, value: Value) -> str:
    """Return that a play costs more than it brings."""
    return say(
        "comparison.plays.loses",
        play=capital(play_label(worths.key_of(value.player))),
        amount=money(-value.mean, comparison.market.currency),
    )


def _worths_table(comparison: Answers, worths: WorthOfPlays) -> Table:
    """Return what each play is worth, the largest first, and on which studies its lever rests."""
    rows = []
    for one in sorted(worths.values, key=lambda one: -one.mean):
        key = worths.key_of(one.player)
        row = {
            say("column.play"): capital(play_label(key)),
            say("column.worth"): _signed(comparison, one.mean),
            say("column.its_90_interval"): _interval(comparison, one),
        }
        if comparison.parts is not None:
            behind = comparison.parts.rests_on(key.partition(":")[0])
            row[say("column.rests_on")] = studies_in_words(behind)
        rows.append(row)
    caption = say("comparison.plays.caption", name=_title(worths))
    return Table(caption, pd.DataFrame(rows), say("comparison.plays.note"))


def _pairs_table(comparison: Answers, worths: WorthOfPlays) -> Table:
    """Return how much more each pair brings together than one by one."""
    rows = [
        {
            say("column.pair"): say(
                "comparison.plays.pair",
                one=capital(play_label(worths.key_of(pair.players[0]))),
                other=play_label(worths.key_of(pair.players[1])),
            ),
            say("column.more_together"): _signed(comparison, pair.mean),
            say("column.its_90_interval"): _interval(comparison, pair),
            say("column.stands_out"): say(f"comparison.plays.{'yes' if pair.is_told else 'no'}"),
        }
        for pair in worths.pairs
    ]
    return Table(say("comparison.plays.pairs.caption"), pd.DataFrame(rows))


def foundations_table(comparison: Answers, parts: Parts) -> Table:
    """Return from which parameters the largest terms come, and on which study each of these rests."""
    found = parts.brings
    rows = []
    for _, term in found[found["kind"] == "term"].head(_TERMS).iterrows():
        for address in parts.comes_from.get(term["what"], [])[:_EACH]:
            value = number_of(comparison, address).value
            rows.append(
                {
                    say("column.part"): capital(part_label(term["what"])),
                    say("column.brings"): _signed(comparison, term["brings"]),
                    say("column.parameter"): capital(address_label(comparison.market, address)),
                    say("column.value"): amount(comparison, address, value),
                    say("column.rests_on"): studies_in_words(parts.rests_on(address)),
                }
            )
    return Table(say("comparison.plays.foundations"), pd.DataFrame(rows))


def _interval(comparison: Answers, one: Value | Pair) -> str:
    return range_of(one.low, one.high, lambda end: _signed(comparison, end))
