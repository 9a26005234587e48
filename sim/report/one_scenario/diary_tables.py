"""The tables of one customer's diary: by quarter, the weeks that mattered, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.common.calendar import WEEKS_A_QUARTER, WEEKS_A_YEAR
from sim.common.formatting import NONE, capital, compact, digits, fixed, money, percent, range_of
from sim.common.style import style
from sim.report.names import change_by, mechanism_label
from sim.report.phrases import say
from sim.report.section import Table

if TYPE_CHECKING:
    from sim.experiment.customer_stories import Life

_MOST_WEEKS = 8
#: States below this are not shown: they would read 0.00.
_SEEN = 0.005


def as_customer(diary: pd.DataFrame) -> pd.DataFrame:
    """Return the weeks of a diary in which its person was a customer who could leave."""
    return diary[diary["exposed.churn"] > 0]


def weeks_left(diary: pd.DataFrame) -> int:
    """Return the number of the week in which the person first left, counted from 1, or 0."""
    weeks = diary.index[diary["new_dropped_out"] > 0]
    return int(weeks[0]) + 1 if len(weeks) else 0


def risk(life: Life, hazard: float) -> str:
    """Write the chance to leave within a year at a weekly hazard, or at a renewal at its own."""
    if life.contract:
        return say(
            "one_scenario.diary_tables.at_a_renewal", share=percent(float(-np.expm1(-hazard)))
        )
    return say(
        "one_scenario.diary_tables.a_year", share=percent(float(-np.expm1(-hazard * WEEKS_A_YEAR)))
    )


def quarter_table(life: Life, currency: str) -> Table:
    """Return the diary by quarters of a year.

    Parameters
    ----------
    life : Life
    currency : str

    Returns
    -------
    Table
        A row for each thirteen weeks; flows are sums, states those of the last week as a customer.
    """
    rows = []
    mine = as_customer(life.diary)
    for start in range(0, len(life.diary), WEEKS_A_QUARTER):
        stop = min(start + WEEKS_A_QUARTER, len(life.diary))
        part = mine[(mine.index >= start) & (mine.index < stop)]
        row = {say("column.weeks"): range_of(start + 1, stop, fixed)}
        sums = life.diary.loc[start : stop - 1].sum(numeric_only=True)
        bought, paid = ("uses", "paid") if life.contract else ("purchases", "spend")
        row[say(f"one_scenario.diary_tables.column.{bought}")] = fixed(sums["trips"])
        row[say("one_scenario.diary_tables.column.elsewhere")] = fixed(sums["rival_trips"])
        row[say(f"one_scenario.diary_tables.column.{paid}")] = money(sums["spend"], currency)
        row[say("one_scenario.diary_tables.column.failures")] = fixed(sums["n_failures"])
        row[say("one_scenario.diary_tables.column.contacts")] = compact(sums["n_contacts"])
        row[say("one_scenario.diary_tables.column.minutes_waited")] = compact(sums["wait_minutes"])
        if "points" in part:
            points = fixed(part["points"].iloc[-1]) if len(part) else NONE
            row[say("one_scenario.diary_tables.column.points")] = points
            rewards = money(sums["reward_face"], currency)
            row[say("one_scenario.diary_tables.column.rewards")] = rewards
        talk = fixed(sums["n_positive_talk"] + sums["n_negative_talk"])
        row[say("one_scenario.diary_tables.column.talk")] = talk
        for name, column in _shown_states(mine).items():
            row[name] = state(part[column].iloc[-1]) if len(part) else NONE
        rows.append(row)
    return Table(
        say("one_scenario.diary_tables.the_diary_by_quarters"),
        pd.DataFrame(rows),
        say("one_scenario.diary_tables.satisfaction_and_trust_standard_deviations"),
    )


def _shown_states(mine: pd.DataFrame) -> dict[str, str]:
    """Return the columns of states by their headings; those that only levers move, where they did."""
    shown = {
        say("column.satisfaction"): "satisfaction",
        say("column.expectation"): "will_expectation",
        say("column.trust"): "trust",
    }
    for name, column in (
        (say("one_scenario.diary_tables.column.attachment"), "attachment"),
        (say("one_scenario.diary_tables.column.messages_in_mind"), "fatigue"),
    ):
        if (mine[column] >= _SEEN).any():
            shown[name] = column
    return shown


def notable_weeks(life: Life) -> Table:
    """Return the weeks in which most changed for a customer, in order of time.

    The week of leaving is always among them; the others are those in which satisfaction moved most.
    """
    mine = as_customer(life.diary)
    before = mine["satisfaction"].shift(fill_value=life.start["satisfaction"])
    expected = mine["will_expectation"].shift(fill_value=life.start["will_expectation"])
    size = (mine["satisfaction"] - before).abs()
    size[mine["new_dropped_out"] > 0] = np.inf
    chosen = size.sort_values(ascending=False, kind="stable").index[:_MOST_WEEKS].sort_values()
    rows = [
        {
            say("column.week"): str(week + 1),
            say("column.what_happened"): what_happened(mine.loc[week], life.contract),
            say("column.experience"): _experience(mine.loc[week], expected[week]),
            say("column.satisfaction"): range_of(before[week], mine["satisfaction"][week], state),
            say("column.chance_to_choose_us"): percent(mine["share"][week]),
            say("column.risk_of_leaving"): risk(life, mine["hazard"][week]),
        }
        for week in chosen
    ]
    return Table(
        say("one_scenario.diary_tables.the_weeks_in_which_satisfaction"),
        pd.DataFrame(rows),
        say("one_scenario.diary_tables.chance_and_risk_are_those"),
    )


def what_happened(week: pd.Series, contract: bool = False) -> str:
    """Return in a few words what a diary holds for a week."""
    said = []
    if contract and week["spend"] > 0:
        said.append(say("one_scenario.diary_tables.paid_the_fee"))
    for column, what in (
        ("trips", "use" if contract else "purchase"),
        ("n_failures", "failure"),
        ("n_contacts", "contact_with_service"),
    ):
        if week[column] > 0:
            said.append(counted(what, week[column]))
    if week["wait_minutes"] >= 1:
        said.append(
            say(
                "one_scenario.diary_tables.waited_minutes",
                wait_minutes=digits(week["wait_minutes"]),
            )
        )
    if week.get("reward_face", 0) > 0:
        said.append(say("one_scenario.diary_tables.a_reward"))
    if week["n_positive_talk"] > 0:
        said.append(say("one_scenario.diary_tables.praised_us"))
    if week["n_negative_talk"] > 0:
        said.append(say("one_scenario.diary_tables.warned_others"))
    if week["new_dropped_out"] > 0:
        said.append(say("one_scenario.diary_tables.left"))
    return capital(style().comma.join(said)) or say("one_scenario.diary_tables.nothing")


def counted(what: str, number: float) -> str:
    """Return how many of something there are, in words if there are none.

    Parameters
    ----------
    what : str
        Its key in the catalogue's part ``one_scenario.diary_tables.counted``.
    number : float
        Some are shares of what happened: a contact's wait may be spread over weeks.
    """
    if not number:
        return say(f"one_scenario.diary_tables.counted.no.{what}")
    return say(
        f"one_scenario.diary_tables.counted.{what}",
        count=int(np.ceil(number)),
        number=compact(number),
    )


def state(value: float) -> str:
    """Write a number around zero with two decimals."""
    return fixed(value, 2)


def _experience(week: pd.Series, expected: float) -> str:
    """Return how the week's encounters compared with what the customer had come to expect."""
    if week["trips"] == 0:
        return NONE
    return (
        say("one_scenario.diary_tables.better_than_expected")
        if week["will_expectation"] > expected
        else say("one_scenario.diary_tables.worse_than_expected")
    )


def why_table(life: Life, strategy: str) -> Table:
    """Return the terms of choosing and of leaving by name, and what they result in.

    Parameters
    ----------
    life : Life
    strategy : str
        Title of the strategy.

    Returns
    -------
    Table
        One row per term: its effect on the odds of choosing the firm and on the risk of leaving,
        under the strategy and under doing nothing; the mean over the weeks as a customer.
    """
    lives = {
        strategy: as_customer(life.diary),
        say("common.doing_nothing"): as_customer(life.baseline),
    }
    names = sorted(
        {
            name.split(".", 2)[2]
            for diary in lives.values()
            for name in diary
            if name.startswith(("term.purchase.", "term.churn.", "term.promotion."))
        },
        key=lambda name: (name != "satisfaction", name == "offset", name),
    )
    first: dict[str, str] = {
        "": say("one_scenario.diary_tables.by_inclination_and_temperament_alone")
    }
    last: dict[str, str] = {"": say("one_scenario.diary_tables.together")}
    rows = [{"": capital(mechanism_label(name))} for name in names]
    columns: dict[str, list[str]] = {"purchase": [], "churn": []}
    for title, diary in lives.items():
        choosing = say("one_scenario.diary_tables.choosing_us", title=title)
        leaving = say("one_scenario.diary_tables.leaving", title=title)
        columns["purchase"].append(choosing)
        columns["churn"].append(leaving)
        first[choosing] = percent(diary["base_share"].mean())
        first[leaving] = risk(life, diary["drop_out_rate"].mean())
        last[choosing] = percent(diary["share"].mean())
        last[leaving] = risk(life, diary["hazard"].mean())
        for row, name in zip(rows, names, strict=True):
            for column, outcome in ((choosing, "purchase"), (leaving, "churn")):
                term = _mean_term(diary, outcome, name)
                row[column] = change_by(outcome, term, life.removable) if term else NONE
    return Table(
        say(f"one_scenario.diary_tables.why_they.{'used_us' if life.contract else 'bought_here'}"),
        pd.DataFrame([first, *rows, last])[["", *columns["purchase"], *columns["churn"]]],
        say("one_scenario.diary_tables.changes_are_of_the_odds"),
    )


def _mean_term(diary: pd.DataFrame, outcome: str, name: str) -> float:
    """Return the mean of a term; a promotion's pull counts as one of choosing us."""
    outcomes = ("purchase", "promotion") if outcome == "purchase" else (outcome,)
    keys = [f"term.{each}.{name}" for each in outcomes]
    return float(sum(diary[key].mean() for key in keys if key in diary))
