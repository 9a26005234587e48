"""What each play of a found plan adds that is not to be believed before a trial, and on which studies.

The search knows what the plan gains less without each of its plays. How the gain is to be shared out
among them, and which help each other, takes hundreds of runs more: of a gain that nobody should believe
yet they are made where somebody asks for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.advice.search.read import judged_gain
from sim.common.formatting import capital, fixed, futures, money
from sim.report.comparison.chosen import doubted_of, search_of
from sim.report.comparison.plans_found import plan_name, play_name
from sim.report.comparison.plays import foundations_table
from sim.report.parts_words import studies_in_words
from sim.report.phrases import say
from sim.report.section import Section, Short, Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers
    from sim.report.comparison.plans_found import Answer


def doubted_plays_section(comparison: Answers) -> Section | None:
    """Return what each play of an explained plan in doubt adds; None without one, or of a single play."""
    answer, explained = search_of(comparison), doubted_of(comparison)
    if answer is None or explained is None or len(answer["plays_of_plan"]) < 2:
        return None
    plays, currency = answer["plays_of_plan"], answer["currency"]
    first = max(plays, key=lambda one: float(one["adds"]))
    name = plan_name(answer, answer["recommended"])
    gain = money(judged_gain(answer), currency, signed=True)
    heading = say(
        "comparison.plays_in_doubt.heading",
        name=name,
        play=play_name(first),
        adds=money(first["adds"], currency, signed=True),
        gain=gain,
    )
    how = say(
        "comparison.plays_in_doubt.how", name=name, futures=fixed(first["futures"]), gain=gain
    )
    tables = [_adds_table(answer, explained, name)]
    if explained.parts is not None:
        tables.append(foundations_table(explained, explained.parts))
    return Section(
        "plays",
        heading,
        [how, say("comparison.plays_in_doubt.more")],
        tables=tables,
        short=Short([how]),
    )


def _adds_table(answer: Answer, explained: Answers, name: str) -> Table:
    """Return what each play adds, the largest first, how often it earns its cost, and its studies."""
    currency = answer["currency"]
    rows = []
    for one in sorted(answer["plays_of_plan"], key=lambda one: -one["adds"]):
        row = {
            say("column.play"): capital(play_name(one)),
            say("comparison.plays_in_doubt.adds"): money(one["adds"], currency, signed=True),
            say("comparison.plays_in_doubt.earns"): futures(one["earns"], one["futures"]),
        }
        if explained.parts is not None:
            row[say("column.rests_on")] = studies_in_words(explained.parts.rests_on(one["lever"]))
        rows.append(row)
    return Table(say("comparison.plays_in_doubt.caption", name=name), pd.DataFrame(rows))
