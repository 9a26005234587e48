"""What the notebook on a purchase log shows: counts, laws and how well the laws foresee."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from sim.calibration import describe_log as facts
from sim.calibration.describe_log import Portrait
from sim.common.few import FEWEST, shown
from sim.common.formatting import (
    capital,
    compact,
    digits,
    fixed,
    fixed_percent,
    percent,
    points,
)
from sim.common.style import day
from sim.report.few import left_out
from sim.report.phrases import say
from sim.report.purchase_log import figures as draw
from sim.report.purchase_log.laws import calibration, foresight
from sim.report.purchase_log.recency_groups import segments
from sim.report.section import Content, Picture, Section, Table

_TOP = 0.2
#: Months after the first purchase that a table of cohorts shows.
_AHEAD = (1, 2, 3, 6, 9, 12, 18, 24)
_MANY = 12


def log_content(made: Portrait) -> Content:
    """Return what a purchase log shows, and what it does not.

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
    parts += [segments(made), calibration(made), foresight(made)]
    named = [replace(part, heading=f"{made.log.source}: {part.heading}") for part in parts]
    first = _data(made)
    return Content(first.heading, first.heading, {part.key: part for part in (first, *named)})


def _data(made: Portrait) -> Section:
    log, source = made.log, made.market.data
    return Section(
        "data",
        say(
            "purchase_log.sections.customers_and_purchases_to",
            source=log.source,
            n_customers=fixed(log.n_customers),
            occasions=fixed(len(log.occasions)),
            first_date=day(source.first_date),
            last_date=day(source.last_date),
        ),
        [
            say(
                "purchase_log.sections.a_purchase_is_one_customer",
                description=capital(log.description),
                n_lines=fixed(log.n_lines),
            )
        ],
        [
            say("common.where_it_comes_from", provenance=log.provenance),
            say("common.licence", licence=log.licence),
        ]
        + [say("common.caution", text=text) for text in source.cautions],
    )


def _cohorts(made: Portrait) -> Section:
    if not made.cohort:
        return _panel_months(made)
    every = facts.cohorts(made.log)
    shares = every[shown(every["customers"])].dropna(axis=1, how="all")
    ahead = [n for n in _AHEAD if n in shares.columns]
    if not ahead:
        return Section("cohorts", say("purchase_log.sections.too_few_by_month", least=FEWEST))
    mean = {
        n: float(np.average(shares[n].dropna(), weights=shares["customers"][shares[n].notna()]))
        for n in ahead
    }
    heading = say("purchase_log.sections.of_new_customers_buy_again", share=percent(mean[ahead[0]]))
    if len(ahead) > 1:
        heading += say(
            "purchase_log.sections.in_month", share=percent(mean[ahead[-1]]), ahead=ahead[-1]
        )
    return Section(
        "cohorts",
        heading,
        [
            say("purchase_log.sections.each_row_follows_the_customers"),
            *left_out(every["customers"]),
        ],
        pictures=[
            Picture(
                draw.cohort_figure(shares, say("purchase_log.sections.how_many_come_back_month")),
                say("purchase_log.sections.cohorts_by_month", heading=heading),
            )
        ],
        tables=[_cohorts_table(shares, every["customers"].sum(), mean)],
    )


def _cohorts_table(shares: pd.DataFrame, customers: int, mean: dict[int, float]) -> Table:
    """Return which share of each month's new customers buys again, and of all."""
    last = shares.iloc[-_MANY:]
    rows = [
        {
            say("column.first_purchase"): str(month),
            say("column.customers"): fixed(line["customers"]),
        }
        | {say("purchase_log.sections.month", n=n): percent(line[n]) for n in mean}
        for month, line in last.iterrows()
    ]
    rows.append(
        {
            say("column.first_purchase"): say("purchase_log.sections.all"),
            say("column.customers"): fixed(customers),
        }
        | {say("purchase_log.sections.month", n=n): percent(mean[n]) for n in mean}
    )
    return Table(say("purchase_log.sections.share_of_new_customers_who"), pd.DataFrame(rows))


def _panel_months(made: Portrait) -> Section:
    every, share = facts.months(made.log), made.market.fit["share_of_long_standing"]
    table = every[every["customers"] >= FEWEST]
    heading = say("purchase_log.sections.this_log_has_no_cohorts")
    rows = [
        {
            say("column.month"): str(month),
            say("column.buy"): percent(line["buying"]),
            say("column.buy_again"): percent(line["again"]),
        }
        for month, line in table.iloc[-_MANY:].iterrows()
    ]
    return Section(
        "cohorts",
        heading,
        [
            say("purchase_log.sections.first_purchases_lie_where_they", share=percent(share)),
            *([] if len(table) == len(every) else left_out([FEWEST - 1])),
        ],
        pictures=[
            Picture(
                draw.months_figure(
                    table,
                    say(
                        "purchase_log.sections.in_a_month_of_the",
                        share=percent(table["buying"].mean()),
                        share_2=percent(table["again"].mean()),
                    ),
                ),
                say("purchase_log.sections.share_of_customers_buying_by"),
            )
        ],
        tables=[Table(say("purchase_log.sections.customers_who_buy_and_buy"), pd.DataFrame(rows))],
    )


def _frequency(made: Portrait) -> Section:
    table, law = facts.frequencies(made)
    gap = (table["observed"] - table["expected"]).abs()
    names = draw.group_names(table["low"], table["high"])
    miss = points(float(gap.max()), signed=False)
    heading = say("purchase_log.sections.the_nbd_is_off_by", miss=miss)
    kind = "cohort" if made.cohort else "panel"
    what = say(f"purchase_log.sections.counted.{kind}")
    window = (
        say("purchase_log.sections.window.cohort", weeks=fixed(law["weeks"]))
        if made.cohort
        else say("purchase_log.sections.window.panel", weeks=fixed(law["weeks"]))
    )
    figure = draw.frequency_figure(
        table,
        say("purchase_log.sections.how_often_customers_buy_and"),
        say("purchase_log.sections.counted_in", what=what, window=window),
    )
    return Section(
        "frequency",
        heading,
        [
            say(
                f"purchase_log.sections.law_of_counts.{kind}",
                window=window,
                shape=digits(law["shape"]),
                mean=compact(law["shape"] / law["scale"] * law["weeks"]),
            )
        ],
        pictures=[
            Picture(
                figure,
                say(
                    "purchase_log.sections.share_of_customers_by_number", what=what, heading=heading
                ),
            )
        ],
        tables=[_frequency_table(table, names, what)],
    )


def _frequency_table(table: pd.DataFrame, names: list[str], what: str) -> Table:
    """Return observed and expected shares of customers by group of frequency."""
    rows = [
        {
            capital(what): name,
            say("column.in_the_log"): percent(line["observed"]),
            say("column.nbd"): percent(line["expected"]),
        }
        for name, (_, line) in zip(names, table.iterrows(), strict=True)
    ]
    return Table(say("purchase_log.sections.customers_by_number_of", what=what), pd.DataFrame(rows))


def _concentration(made: Portrait) -> Section:
    grouped = made.log.occasions.groupby("customer")
    values = {"sales": grouped["amount"].sum(), "purchases": grouped.size()}
    top = {name: facts.share_of_top(held, _TOP) for name, held in values.items()}
    heading = say(
        "purchase_log.sections.the_best_of_customers_bring",
        top=fixed_percent(_TOP),
        share=percent(top["sales"]),
    )
    if abs(top["sales"] - 0.8) > 0.05:
        heading += say("purchase_log.sections.not_the_proverbial_80")
    curves = {name: facts.concentration(held) for name, held in values.items()}
    rows = [
        {
            say("column.best_customers"): fixed_percent(share),
            say("column.share_of_sales"): percent(facts.share_of_top(values["sales"], share)),
            say("column.share_of_purchases"): percent(
                facts.share_of_top(values["purchases"], share)
            ),
        }
        for share in (0.01, 0.05, 0.1, 0.2, 0.5)
        if share * made.log.n_customers >= FEWEST
    ]
    return Section(
        "concentration",
        heading,
        [
            say(
                "purchase_log.sections.part_of_any_such_concentration",
                top=fixed_percent(_TOP),
                share=percent(1 - top["sales"]),
            )
        ],
        pictures=[
            Picture(
                draw.concentration_figure(
                    curves, _TOP, say("purchase_log.sections.what_the_best_customers_bring")
                ),
                f"{heading}.",
            )
        ],
        tables=[
            Table(say("purchase_log.sections.how_much_the_best_customers"), pd.DataFrame(rows))
        ],
    )
