"""The tables of one customer's diary: by quarter, the weeks that mattered, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.formatting import MINUS, NONE, capital, compact, digits, money, percent
from sim.model.ordinary_mechanisms import mechanism_label
from sim.report.section import Table

if TYPE_CHECKING:
    from sim.experiment.customer_stories import Life

_QUARTER = 13
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
        return f"{percent(float(-np.expm1(-hazard)))} at a renewal"
    return f"{percent(float(-np.expm1(-hazard * WEEKS_A_YEAR)))} a year"


def fixed(value: float) -> str:
    """Write a number around zero with two decimals."""
    return f"{value:.2f}".replace("-", MINUS)


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
    for start in range(0, len(life.diary), _QUARTER):
        stop = min(start + _QUARTER, len(life.diary))
        part = mine[(mine.index >= start) & (mine.index < stop)]
        row = {"Weeks": f"{start + 1} to {stop}"}
        sums = life.diary.loc[start : stop - 1].sum(numeric_only=True)
        row["Uses" if life.contract else "Purchases"] = f"{sums['trips']:.0f}"
        row["Elsewhere"] = f"{sums['rival_trips']:.0f}"
        row["Paid" if life.contract else "Spend"] = money(sums["spend"], currency)
        row["Failures"] = f"{sums['n_failures']:.0f}"
        row["Contacts"] = compact(sums["n_contacts"])
        row["Minutes waited"] = compact(sums["wait_minutes"])
        if "points" in part:
            row["Points"] = f"{part['points'].iloc[-1]:.0f}" if len(part) else NONE
            row["Rewards"] = money(sums["reward_face"], currency)
        row["Talk"] = f"{sums['n_positive_talk'] + sums['n_negative_talk']:.0f}"
        for name, column in _shown_states(mine).items():
            row[name] = fixed(part[column].iloc[-1]) if len(part) else NONE
        rows.append(row)
    return Table(
        "The diary by quarters",
        pd.DataFrame(rows),
        "Satisfaction and trust: standard deviations from the average customer; expectation: of the "
        "quality of an encounter, 0 is what the market gives; attachment: 0 none, 1 very close; messages "
        "in mind: above the usual; all at the end of the weeks.",
    )


def _shown_states(mine: pd.DataFrame) -> dict[str, str]:
    """Return the columns of states by their headings; those that only levers move, where they did."""
    shown = {"Satisfaction": "satisfaction", "Expectation": "will_expectation", "Trust": "trust"}
    for name, column in (("Attachment", "attachment"), ("Messages in mind", "fatigue")):
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
            "Week": str(week + 1),
            "What happened": what_happened(mine.loc[week], life.contract),
            "Experience": _experience(mine.loc[week], expected[week]),
            "Satisfaction": f"{fixed(before[week])} to {fixed(mine['satisfaction'][week])}",
            "Chance to choose us": percent(mine["share"][week]),
            "Risk of leaving": risk(life, mine["hazard"][week]),
        }
        for week in chosen
    ]
    return Table(
        "The weeks in which satisfaction moved most",
        pd.DataFrame(rows),
        "Chance and risk are those the week began with; what happens in it tells in the next.",
    )


def what_happened(week: pd.Series, contract: bool = False) -> str:
    """Return in a few words what a diary holds for a week."""
    said = []
    if contract and week["spend"] > 0:
        said.append("paid the fee")
    for column, one, many in (
        ("trips", *(("use", "uses") if contract else ("purchase", "purchases"))),
        ("n_failures", "failure", "failures"),
        ("n_contacts", "contact with service", "contacts with service"),
    ):
        if week[column] > 0:
            said.append(f"{compact(week[column])} {one if week[column] == 1 else many}")
    if week["wait_minutes"] >= 1:
        said.append(f"waited {digits(week['wait_minutes'])} minutes")
    if week.get("reward_face", 0) > 0:
        said.append("a reward")
    if week["n_positive_talk"] > 0:
        said.append("praised us")
    if week["n_negative_talk"] > 0:
        said.append("warned others")
    if week["new_dropped_out"] > 0:
        said.append("left")
    return capital(", ".join(said)) or "Nothing"


def _experience(week: pd.Series, expected: float) -> str:
    """Return how the week's encounters compared with what the customer had come to expect."""
    if week["trips"] == 0:
        return NONE
    return "better than expected" if week["will_expectation"] > expected else "worse than expected"


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
    lives = {strategy: as_customer(life.diary), "doing nothing": as_customer(life.baseline)}
    names = sorted(
        {
            name.split(".", 2)[2]
            for diary in lives.values()
            for name in diary
            if name.startswith(("term.purchase.", "term.churn.", "term.promotion."))
        },
        key=lambda name: (name != "satisfaction", name == "offset", name),
    )
    first: dict[str, str] = {"": "By inclination and temperament alone"}
    last: dict[str, str] = {"": "Together"}
    rows = [{"": capital(mechanism_label(name))} for name in names]
    for title, diary in lives.items():
        choosing, leaving = f"Choosing us, {title}", f"Leaving, {title}"
        first[choosing] = percent(diary["base_share"].mean())
        first[leaving] = risk(life, diary["drop_out_rate"].mean())
        last[choosing] = percent(diary["share"].mean())
        last[leaving] = risk(life, diary["hazard"].mean())
        for row, name in zip(rows, names, strict=True):
            for column, outcome in ((choosing, "purchase"), (leaving, "churn")):
                term = _mean_term(diary, outcome, name)
                row[column] = percent(np.expm1(term), signed=True) if term else NONE
    order = [
        "",
        *(c for c in first if c.startswith("Choosing")),
        *(c for c in first if c[0:1] == "L"),
    ]
    return Table(
        f"Why they {'used us' if life.contract else 'bought here'}, why they stayed or left",
        pd.DataFrame([first, *rows, last])[order],
        "Changes are of the odds (choosing us) and of the risk (leaving), means over the weeks as a "
        "customer. The calibration offset is the same for everybody and all strategies.",
    )


def _mean_term(diary: pd.DataFrame, outcome: str, name: str) -> float:
    """Return the mean of a term; a promotion's pull counts as one of choosing us."""
    outcomes = ("purchase", "promotion") if outcome == "purchase" else (outcome,)
    keys = [f"term.{each}.{name}" for each in outcomes]
    return float(sum(diary[key].mean() for key in keys if key in diary))
