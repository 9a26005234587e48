"""Groups of customers by how often and how recently they bought, and what is to come from each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.calibration import describe_log as facts
from sim.calibration.describe_log import FREQUENCY_GROUPS, RECENCY_GROUPS, Portrait
from sim.common.few import shown
from sim.common.formatting import digits, fixed, percent
from sim.report.few import left_out
from sim.report.phrases import say
from sim.report.purchase_log import figures as draw
from sim.report.section import Picture, Section, Table

#: Groups whose customers bought within the last quarter count as recent.
_RECENT = 14
#: So many groups at most stand in the table.
_MANY = 12


def segments(made: Portrait) -> Section:
    """Return the section on groups by frequency and recency."""
    every = facts.segments(made)
    every["people"] = every["customers"] / every["customers"].sum()
    table = every[shown(every["customers"])]
    rows = _names(FREQUENCY_GROUPS, table["frequency"])
    columns = _names(RECENCY_GROUPS, table["recency"])
    titles = {
        say("column.customers"): "people",
        say("column.sales_so_far"): "spend",
        say("column.expected_purchases"): "ahead",
    }
    grids = {
        name: table.pivot(index="frequency", columns="recency", values=column)
        for name, column in titles.items()
    }
    recent = every[every["recency"] < _RECENT].sum()
    heading = say(
        "purchase_log.recency_groups.of_customers_bought_within_a",
        share=percent(recent["people"]),
        ahead=percent(recent["ahead"]),
    )
    law = (
        "with_drop_out"
        if made.cohort and "drop_out_beta" in made.market.values
        else "without_drop_out"
    )
    figure = draw.segments_figure(
        grids,
        list(rows.values()),
        list(columns.values()),
        say("purchase_log.recency_groups.where_customers_sales_and_purchases"),
    )
    return Section(
        "segments",
        heading,
        [
            say(f"purchase_log.recency_groups.expected_purchases.{law}"),
            *left_out(every["customers"]),
        ],
        pictures=[
            Picture(
                figure,
                say("purchase_log.recency_groups.groups_by_frequency_and_recency", heading=heading),
            )
        ],
        tables=[_table(table, rows, columns)],
    )


def _table(groups: pd.DataFrame, rows: dict[int, str], columns: dict[int, str]) -> Table:
    """Return the groups from which most is to come, in words."""
    lines = [
        {
            say("column.purchases"): rows[line["frequency"]],
            say("column.weeks_since_the_last"): columns[line["recency"]],
            say("column.customers"): fixed(line["customers"]),
            say("column.of_sales"): percent(line["spend"]),
            say("column.of_purchases_to_come"): percent(line["ahead"]),
            say("column.each_next_year"): digits(line["each"]),
        }
        for _, line in groups.sort_values("ahead", ascending=False).head(_MANY).iterrows()
    ]
    return Table(say("purchase_log.recency_groups.groups_from_which_most_is"), pd.DataFrame(lines))


def _names(firsts: tuple[int, ...], present: pd.Series) -> dict[int, str]:
    """Name the groups that exist by their first value."""
    lasts = [*(first - 1 for first in firsts[1:]), np.inf]
    names = draw.group_names(pd.Series(firsts), pd.Series(lasts))
    found = set(present)
    return {first: name for first, name in zip(firsts, names, strict=True) if first in found}
