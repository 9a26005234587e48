"""What the notebook on a purchase log shows: counts, laws and how well the laws foresee."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from sim.calibration import describe_log as facts
from sim.calibration.describe_log import FREQUENCY_GROUPS, RECENCY_GROUPS, Portrait
from sim.common.formatting import capital, compact, digits, percent, points
from sim.report.purchase_log import figures as draw
from sim.report.purchase_log.laws import calibration, foresight
from sim.report.section import Content, Picture, Section, Table

_TOP = 0.2
#: Groups whose customers bought within the last quarter count as recent.
_RECENT = 14
#: Months after the first purchase that a table of cohorts shows.
_AHEAD = (1, 2, 3, 6, 9, 12, 18, 24)
_MANY = 12


def log_content(made: Portrait) -> Content:
    """Say what a purchase log shows, and what it does not.

    Parameters
    ----------
    made : Portrait
        The log, with the market that it calibrates.

    Returns
    -------
    Content
        Sections ``data, cohorts, frequency, concentration, segments, calibration, foresight``.
    """
    parts = [_cohorts(made), _frequency(made), _concentration(made)]
    parts += [_segments(made), calibration(made), foresight(made)]
    named = [replace(part, heading=f"{made.log.source}: {part.heading}") for part in parts]
    first = _data(made)
    return Content(first.heading, first.heading, {part.key: part for part in (first, *named)})


def _data(made: Portrait) -> Section:
    log, source = made.log, made.market.data
    return Section(
        "data",
        f"{log.source}: {log.n_customers:,} customers and {len(log.occasions):,} purchases, "
        f"{source.first_date} to {source.last_date}",
        [
            f"{capital(log.description)}. A purchase is one customer on one day; {log.n_lines:,} lines "
            "of the log were added up to that."
        ],
        [f"Where it comes from: {log.provenance}.", f"Licence: {log.licence}."]
        + [f"Caution: {text}" for text in source.cautions],
    )


def _cohorts(made: Portrait) -> Section:
    if not made.measured:
        return _panel_months(made)
    shares = facts.cohorts(made.log)
    ahead = [n for n in _AHEAD if n in shares.columns]
    mean = {
        n: float(np.average(shares[n].dropna(), weights=shares["customers"][shares[n].notna()]))
        for n in ahead
    }
    heading = f"{percent(mean[ahead[0]])} of new customers buy again in the next month"
    if len(ahead) > 1:
        heading += f", {percent(mean[ahead[-1]])} in month {ahead[-1]}"
    last = shares.iloc[-_MANY:]
    rows = [
        {"First purchase": str(month), "Customers": f"{line['customers']:,.0f}"}
        | {f"Month {n}": percent(line[n]) for n in ahead}
        for month, line in last.iterrows()
    ]
    rows.append(
        {"First purchase": "All", "Customers": f"{shares['customers'].sum():,.0f}"}
        | {f"Month {n}": percent(mean[n]) for n in ahead}
    )
    return Section(
        "cohorts",
        heading,
        [
            "Each row follows the customers whose first purchase in the log fell into one month. What "
            "falls off is of two kinds that no table tells apart: customers who are gone, and customers "
            "who simply have not bought again yet. The laws below do tell them apart."
        ],
        pictures=[
            Picture(
                draw.cohort_figure(shares, "How many come back, month by month"),
                f"Cohorts by month. {heading}.",
            )
        ],
        tables=[Table("Share of new customers who buy in a later month", pd.DataFrame(rows))],
    )


def _panel_months(made: Portrait) -> Section:
    table, place = facts.months(made.log), made.market.fit["position_of_first_purchase"]
    heading = "This log has no cohorts: nobody's first purchase in it is known to be their first"
    rows = [
        {"Month": str(month), "Buy": percent(line["buying"]), "Buy again": percent(line["again"])}
        for month, line in table.iloc[-_MANY:].iterrows()
    ]
    return Section(
        "cohorts",
        heading,
        [
            f"First purchases lie where they would if all had been customers before (at {digits(place)} "
            "on a scale on which a panel has 0.5 and a cohort far less), so that cohorts by first month "
            "would only sort the frequent from the rare buyers. How many customers leave cannot be read "
            "from such a log; the market assumes it and says so. What can be read is who comes back."
        ],
        pictures=[
            Picture(
                draw.months_figure(
                    table,
                    f"In a month {percent(table['buying'].mean())} of the customers buy, and "
                    f"{percent(table['again'].mean())} of those buy again in the next",
                ),
                "Share of customers buying by month, and buying again.",
            )
        ],
        tables=[Table("Customers who buy, and buy again in the next month", pd.DataFrame(rows))],
    )


def _frequency(made: Portrait) -> Section:
    table, law = facts.frequencies(made)
    gap = (table["observed"] - table["expected"]).abs()
    names = draw.group_names(table["low"], table["high"])
    miss = points(float(gap.max()), signed=False)
    heading = f"The NBD is off by at most {miss} of the customers in any group"
    what = "repeat purchases" if made.measured else "purchases"
    window = f"{law['weeks']:.0f} weeks after the first" if made.measured else "the last year"
    rows = [
        {
            capital(what): name,
            "In the log": percent(line["observed"]),
            "NBD": percent(line["expected"]),
        }
        for name, (_, line) in zip(names, table.iterrows(), strict=True)
    ]
    cohort = (
        "An NBD without drop-out: it fits the counts of one window even where customers leave, and would "
        "then expect too much of the next one."
    )
    panel = (
        "Who bought nothing is in no log; the NBD is cut at zero accordingly. It assumes steady rates, "
        "chance from week to week, and tastes that follow a gamma law."
    )
    figure = draw.frequency_figure(
        table, "How often customers buy, and what the NBD expects", f"{what} in {window}"
    )
    return Section(
        "frequency",
        heading,
        [
            f"Counted over {window}. Shape {digits(law['shape'])}: the smaller, the more unequal are "
            f"customers; a mean of {compact(law['shape'] / law['scale'] * law['weeks'])} {what}. "
            + (cohort if made.measured else panel)
        ],
        pictures=[Picture(figure, f"Share of customers by number of {what}. {heading}.")],
        tables=[Table(f"Customers by number of {what}", pd.DataFrame(rows))],
    )


def _concentration(made: Portrait) -> Section:
    grouped = made.log.occasions.groupby("customer")
    values = {"sales": grouped["amount"].sum(), "purchases": grouped.size()}
    top = {name: facts.share_of_top(held, _TOP) for name, held in values.items()}
    heading = f"The best {_TOP:.0%} of customers bring {percent(top['sales'])} of sales"
    if abs(top["sales"] - 0.8) > 0.05:
        heading += ", not the proverbial 80%"
    curves = {name: facts.concentration(held) for name, held in values.items()}
    rows = [
        {
            "Best customers": f"{share:.0%}",
            "Share of sales": percent(facts.share_of_top(values["sales"], share)),
            "Share of purchases": percent(facts.share_of_top(values["purchases"], share)),
        }
        for share in (0.01, 0.05, 0.1, 0.2, 0.5)
    ]
    return Section(
        "concentration",
        heading,
        [
            "Part of any such concentration is luck: who happened to buy much in this period is on top "
            "of the list by construction, and buys less in the next (see the last section). A plan for "
            f"the top {_TOP:.0%} alone leaves out {percent(1 - top['sales'])} of the sales."
        ],
        pictures=[
            Picture(
                draw.concentration_figure(curves, _TOP, "What the best customers bring"),
                f"{heading}.",
            )
        ],
        tables=[Table("How much the best customers bring", pd.DataFrame(rows))],
    )


def _segments(made: Portrait) -> Section:
    table = facts.segments(made)
    table["people"] = table["customers"] / table["customers"].sum()
    rows = _names(FREQUENCY_GROUPS, table["frequency"])
    columns = _names(RECENCY_GROUPS, table["recency"])
    titles = {"Customers": "people", "Sales so far": "spend", "Expected purchases": "ahead"}
    grids = {
        name: table.pivot(index="frequency", columns="recency", values=column)
        for name, column in titles.items()
    }
    recent = table[table["recency"] < _RECENT].sum()
    heading = (
        f"{percent(recent['people'])} of customers bought within a quarter of the end; "
        f"{percent(recent['ahead'])} of the next year's purchases are expected from them"
    )
    lines = [
        {
            "Purchases": rows[line["frequency"]],
            "Weeks since the last": columns[line["recency"]],
            "Customers": f"{line['customers']:,.0f}",
            "Of sales": percent(line["spend"]),
            "Of purchases to come": percent(line["ahead"]),
            "Each, next year": digits(line["each"]),
        }
        for _, line in table.sort_values("ahead", ascending=False).head(_MANY).iterrows()
    ]
    law = (
        "the law with drop-out"
        if made.measured
        else "the law without drop-out, which the log does not show: those long absent count too much"
    )
    figure = draw.segments_figure(
        grids,
        list(rows.values()),
        list(columns.values()),
        "Where customers, sales and purchases to come are",
    )
    return Section(
        "segments",
        heading,
        [f"Expected purchases are those of the coming 52 weeks, by {law}."],
        pictures=[Picture(figure, f"Groups by frequency and recency. {heading}.")],
        tables=[Table("Groups from which most is to come", pd.DataFrame(lines))],
    )


def _names(firsts: tuple[int, ...], present: pd.Series) -> dict[int, str]:
    """Name the groups that exist by their first value."""
    lasts = [*(first - 1 for first in firsts[1:]), np.inf]
    names = draw.group_names(pd.Series(firsts), pd.Series(lasts))
    found = set(present)
    return {first: name for first, name in zip(firsts, names, strict=True) if first in found}
