"""Who buys again: the weeks ahead, groups of customers, what they are worth, and how good that was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.calibration.forecast.forecast import Forecast
from sim.calibration.forecast.groups import SALES, WORTH_WEEKS, Worth
from sim.calibration.forecast.scores import OR_MORE
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.few import shown
from sim.common.formatting import digits, fixed, fixed_percent, money, percent, range_of
from sim.common.style import day, labelled, style
from sim.report.few import left_out
from sim.report.forecast.figure import weeks_figure
from sim.report.forecast.scores import reading, score_rows, verdict
from sim.report.phrases import say
from sim.report.section import Content, Picture, Section, Table

#: Rows of the table of weeks at most; more weeks are added up by fours.
_MANY = 26
_FOUR = 4


@dataclass(frozen=True)
class About:
    """What a page says around a forecast.

    Attributes
    ----------
    source : str
        The log.
    currency : str
        Of its amounts.
    worth : Worth
        How a customer's worth was counted.
    version : str
        Of the workbench.
    """

    source: str
    currency: str
    worth: Worth = SALES
    version: str = ""


def forecast_content(made: Forecast, about: About) -> Content:
    """Return the page on a forecast.

    Parameters
    ----------
    made : Forecast
    about : About

    Returns
    -------
    Content
        Sections ``answer, weeks, again, worth`` and, where the log goes on, ``scores``.
    """
    rest = [_weeks(made), _again(made), _worth(made, about), *_scores(made)]
    parts = [_answer(made, rest), *rest]
    return Content(
        title=say("forecast.sections.title", source=about.source),
        answer=parts[0].heading,
        sections={part.key: part for part in parts},
        meta=say("forecast.sections.meta", weeks=len(made.weekly), end=day(made.end.date())),
        footer=say("forecast.sections.footer", version=about.version),
        version=about.version,
        kicker=say("forecast.sections.kicker"),
    )


def in_one(content: Content) -> Section:
    """Return a page's sections as one, for a notebook: the first one's finding, all texts and tables."""
    answer, *parts = content.sections.values()
    return Section(
        "who_buys_again",
        labelled(content.title, answer.heading),
        [text for part in parts for text in part.sentences],
        answer.bullets,
        [picture for part in parts for picture in part.pictures],
        [table for part in parts for table in part.tables],
    )


def _answer(made: Forecast, rest: list[Section]) -> Section:
    """Return how much is expected, and the findings of the other sections."""
    total = made.total
    gaps: dict[str, Any] = {
        "weeks": len(made.weekly),
        "end": day(made.end.date()),
        "expected": fixed(total["expected"]),
        "ends": range_of(total["low"], total["high"], fixed),
    }
    if made.score is not None:
        came = fixed(made.score["purchases"])
        heading = say("forecast.sections.purchases_came", came=came, **gaps)
    else:
        heading = say("forecast.sections.purchases_expected", **gaps)
    bullets = [part.heading for part in rest[1:]]
    return Section("answer", heading, [], bullets, label=say("forecast.sections.label.answer"))


def _weeks(made: Forecast) -> Section:
    known = made.weekly[made.weekly["actual"].notna()]
    heading = say("forecast.sections.weeks_expected", weeks=len(made.weekly))
    if len(known):
        inside = known["actual"].between(known["low"], known["high"]).sum()
        heading = say("forecast.sections.weeks_inside", inside=int(inside), weeks=len(known))
    sentences = [say("forecast.sections.of_these_customers", customers=fixed(len(made.customers)))]
    if gaps := made.laws["left_out"]:
        sentences.append(say("forecast.sections.left_out", days=style().comma.join(gaps)))
    return Section(
        "weeks",
        heading,
        sentences,
        pictures=[
            Picture(
                weeks_figure(made.weekly),
                say("forecast.sections.weeks_alt", heading=heading),
            )
        ],
        tables=[_weeks_table(made.weekly)],
        label=say("forecast.sections.label.weeks"),
    )


def _weeks_table(weekly: pd.DataFrame) -> Table:
    """Return expected and actual purchases by week, or by four weeks where there are many."""
    step = 1 if len(weekly) <= _MANY else _FOUR
    rows = []
    for first in range(0, len(weekly), step):
        part = weekly.iloc[first : first + step]
        names = [str(week) for week in dict.fromkeys(part["week"].iloc[[0, -1]])]
        row = {
            say("column.week"): "\N{EN DASH}".join(names),
            say("column.expected"): fixed(part["expected"].sum()),
        }
        if step == 1:
            row[say("column.range")] = range_of(part["low"].sum(), part["high"].sum(), fixed)
        known = part["actual"].notna().all()
        row[say("column.came")] = fixed(float(part["actual"].sum())) if known else ""
        rows.append(row)
    frame = pd.DataFrame(rows)
    if weekly["actual"].notna().any():
        return Table(say("forecast.sections.weeks_table.came"), frame)
    return Table(
        say("forecast.sections.weeks_table.expected"), frame.drop(columns=say("column.came"))
    )


def _again(made: Forecast) -> Section:
    groups, known = made.groups, made.score is not None
    mean = float(np.average(groups["again"], weights=groups["customers"]))
    gaps: dict[str, Any] = {"share": percent(mean), "weeks": len(made.weekly)}
    if known:
        came = float(np.average(groups["came_again"], weights=groups["customers"]))
        heading = say("forecast.sections.again_came", came=percent(came), **gaps)
    else:
        heading = say("forecast.sections.again_expected", **gaps)
    rows = []
    for line in groups[shown(groups["customers"])].to_dict("records"):
        row = {
            say("column.purchases_so_far"): _purchases(line["frequency"]),
            say("column.customers"): fixed(line["customers"]),
            say("column.buy_again"): percent(line["again"]),
        }
        if known:
            row[say("column.did")] = percent(line["came_again"])
        row[say("column.expected_each")] = digits(line["expected"])
        if known:
            row[say("column.came_each")] = digits(line["came"])
        rows.append(row)
    return Section(
        "again",
        heading,
        [say("forecast.sections.how_often_says_most"), *left_out(groups["customers"])],
        tables=[Table(say("forecast.sections.again_table"), pd.DataFrame(rows))],
        label=say("forecast.sections.label.again"),
    )


def _purchases(group: str) -> str:
    """Return how often customers of a group bought after the first time."""
    least, more, _ = group.partition(OR_MORE)
    return say("forecast.sections.or_more", least=least) if more else group


def _worth(made: Forecast, about: About) -> Section:
    groups, worth = made.groups, about.worth
    years = WORTH_WEEKS // WEEKS_A_YEAR
    mean = float(np.average(groups["worth"], weights=groups["customers"]))
    kind = "sales" if worth == SALES else "margin"
    heading = say(
        f"forecast.sections.worth_of.{kind}", amount=money(mean, about.currency), years=years
    )
    if kind == "margin":
        counted = say(
            "forecast.sections.counted_margin",
            margin=fixed_percent(worth.margin),
            discount=fixed_percent(worth.discount),
            years=years,
        )
    else:
        counted = say("forecast.sections.counted_sales", years=years)
    rows = [
        {
            say("column.purchases_so_far"): _purchases(line["frequency"]),
            say("column.customers"): fixed(line["customers"]),
            say("column.worth_each"): money(line["worth"], about.currency),
            say("column.nine_in_ten"): range_of(
                line["worth_low"], line["worth_high"], lambda value: money(value, about.currency)
            ),
        }
        for line in groups[shown(groups["customers"])].to_dict("records")
    ]
    return Section(
        "worth",
        heading,
        [counted, say("forecast.sections.the_range_of_worth"), *left_out(groups["customers"])],
        tables=[Table(say("forecast.sections.worth_table"), pd.DataFrame(rows))],
        label=say("forecast.sections.label.worth"),
    )


def _scores(made: Forecast) -> list[Section]:
    """Return how good the forecast was, where the log says what came."""
    if made.score is None:
        return []
    header, *rows = score_rows(made.score)
    columns = [say("column.figure"), *header[1:]]
    table = Table(
        say("forecast.sections.scores_table"),
        pd.DataFrame(rows, columns=columns),
        reading(),
    )
    return [
        Section(
            "scores",
            verdict(made.score),
            [say("forecast.sections.nothing_was_chosen")],
            tables=[table],
            label=say("forecast.sections.label.scores"),
        )
    ]
