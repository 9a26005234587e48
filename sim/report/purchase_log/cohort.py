"""What the notebook on one's data shows of a cohort of subscribers: survival, the law, its foresight."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.calibration.calibrate import build_market
from sim.calibration.shifted_beta_geometric import fit_sbg, renewal_law, survival
from sim.calibration.subscription_cohort import SOURCE, read_cohort
from sim.common.formatting import NONE, capital, digits, fixed, percent, points
from sim.market.market import Market
from sim.report.names import value_label
from sim.report.phrases import say
from sim.report.purchase_log.survival_figure import survival_figure
from sim.report.section import Content, Picture, Section, Table

#: Renewals from which the law must foresee the others.
_SEEN = 4
_AHEAD = 3


@dataclass(frozen=True)
class _Cohort:
    """Customers by renewals, the market made of them, and the law's parameters."""

    customers: pd.Series
    market: Market

    @property
    def law(self) -> tuple[float, float, float]:
        return renewal_law(self.market)


def cohort_content() -> Content:
    """Return what a published cohort of subscribers shows, and what it does not.

    Returns
    -------
    Content
        The sections of `sim.report.purchase_log.sections.log_content`; those that need purchases say so.
    """
    made = _Cohort(read_cohort(), build_market(SOURCE, "portrait").market)
    parts = [_survival(made), *_absent(), _ages(made), _calibration(made), _foresight(made)]
    named = [replace(part, heading=f"{SOURCE}: {part.heading}") for part in parts]
    first = _data(made)
    return Content(first.heading, first.heading, {part.key: part for part in (first, *named)})


def compare_with_law(customers: pd.Series, law: tuple[float, ...], ahead: int = 0) -> pd.DataFrame:
    """Set a cohort beside the shifted beta-geometric law, or its generalisation.

    Parameters
    ----------
    customers : Series
        Customers left, by renewals.
    law : tuple of float
        alpha and beta, and c where it is not 1.
    ahead : int
        Renewals after the last that was observed.

    Returns
    -------
    DataFrame
        Indexed by renewals, as `sim.report.purchase_log.survival_figure.survival_figure` takes it.
    """
    renewals = np.arange(len(customers) + ahead)
    left = (customers / customers.iloc[0]).reindex(renewals)
    table = pd.DataFrame({"left": left, "expected": survival(renewals, *law)}, index=renewals)
    table["retention"] = table["left"] / table["left"].shift()
    table["expected_retention"] = table["expected"] / table["expected"].shift()
    return table


def _data(made: _Cohort) -> Section:
    source = made.market.data
    return Section(
        "data",
        say(
            "purchase_log.cohort.subscribers_followed_over_renewals",
            source=SOURCE,
            customers=fixed(source.n_customers),
            renewals=made.customers.index[-1],
        ),
        [f"{source.description}."],
        [
            say("common.where_it_comes_from", provenance=source.provenance),
            say("common.licence", licence=source.licence),
        ]
        + [say("common.caution", text=text) for text in source.cautions],
    )


def _survival(made: _Cohort) -> Section:
    table = compare_with_law(made.customers, made.law, _AHEAD)
    gap = points(float((table["left"] - table["expected"]).abs().max()), signed=False)
    first, last = table["retention"].iloc[1], table["retention"].dropna().iloc[-1]
    heading = say(
        "purchase_log.cohort.renew_the_first_time_of",
        first=percent(first),
        last=percent(last),
        gap=gap,
    )
    rows = [
        {
            say("column.renewals"): str(n),
            say("column.left"): percent(line["left"]),
            say("column.by_the_law"): percent(line["expected"]),
            say("column.renew_of_those_left"): percent(line["retention"]),
            say("column.renewing_by_the_law"): percent(line["expected_retention"]),
        }
        for n, line in table.iterrows()
    ]
    alpha, beta, _ = made.law
    return Section(
        "cohorts",
        heading,
        [
            say("purchase_log.cohort.under_a_contract_the_end"),
            say(
                "purchase_log.cohort.the_shifted_beta_geometric_law",
                alpha=digits(alpha),
                beta=digits(beta),
                share=percent(alpha / (alpha + beta)),
            ),
        ],
        pictures=[
            Picture(
                survival_figure(table, int(made.customers.index[-1]), heading),
                say("purchase_log.cohort.survival_and_retention_by_renewals", heading=heading),
            )
        ],
        tables=[Table(say("purchase_log.cohort.a_cohort_of_subscribers_and"), pd.DataFrame(rows))],
    )


def _absent() -> list[Section]:
    """Return which questions a table of survivors does not answer."""
    return [
        Section(
            "frequency",
            say("purchase_log.cohort.this_table_has_no_uses"),
            [say("purchase_log.cohort.a_subscriber_pays_once_a")],
        ),
        Section(
            "concentration",
            say("purchase_log.cohort.this_table_has_no_amounts"),
        ),
        Section(
            "who_buys_again",
            say("purchase_log.cohort.nobody_buys_again_under"),
        ),
    ]


def _ages(made: _Cohort) -> Section:
    customers = made.customers
    share = customers / customers.sum()
    stays = pd.Series(survival(1, *made.law, before=customers.index), customers.index)
    next_year = float((share * stays).sum())
    heading = say(
        "purchase_log.cohort.of_a_firms_customers_would",
        share=percent(next_year),
        renewals=customers.index[-1],
        loyal=percent(float(stays.iloc[-1])),
    )
    rows = [
        {
            say("column.renewals_so_far"): str(k),
            say("column.customers"): percent(share[k]),
            say("column.renew_next_time"): percent(stays[k]),
            say("column.five_renewals_on"): percent(float(survival(5, *made.law, before=k))),
        }
        for k in customers.index
    ]
    return Section(
        "segments",
        heading,
        [say("purchase_log.cohort.how_often_a_customer_has")],
        tables=[Table(say("purchase_log.cohort.customers_by_renewals_so_far"), pd.DataFrame(rows))],
    )


def _calibration(made: _Cohort) -> Section:
    numbers = made.market.values
    rows = [
        {
            say("column.value"): capital(value_label(name)),
            say("column.estimate"): digits(number.value),
            say("column.standard_error"): digits(number.standard_error or 0.0),
            say("column.unit"): number.unit,
            say("column.method"): number.method or NONE,
        }
        for name, number in numbers.items()
        if number.status == "estimated"
    ]
    assumed = sum(number.status == "assumed" for number in numbers.values())
    return Section(
        "calibration",
        say("purchase_log.cohort.the_cohort_tells_of_the", rows=len(rows)),
        [say("purchase_log.cohort.the_other_values_are_assumed", assumed=assumed)],
        tables=[Table(say("purchase_log.cohort.what_was_estimated_from_the"), pd.DataFrame(rows))],
    )


def _foresight(made: _Cohort) -> Section:
    early = made.customers.iloc[: _SEEN + 1]
    law = tuple(fit_sbg(early).values.values())
    table = compare_with_law(made.customers, (law[0], law[1]))
    late = table.iloc[_SEEN + 1 :]
    off = late["expected"] - late["left"]
    worst = float(off.iloc[int(off.abs().argmax())])
    heading = say(
        f"purchase_log.cohort.foresees.{'too_many' if worst > 0 else 'too_few'}",
        seen=_SEEN,
        late=len(late),
        share=points(abs(worst), signed=False),
    )
    rows = [
        {
            say("column.renewals"): str(n),
            say("column.left"): percent(line["left"]),
            say("column.foreseen"): percent(line["expected"]),
        }
        for n, line in late.iterrows()
    ]
    return Section(
        "foresight",
        heading,
        [say("purchase_log.cohort.the_law_was_fitted_again")],
        pictures=[Picture(survival_figure(table, _SEEN, heading), f"{heading}.")],
        tables=[
            Table(say("purchase_log.cohort.the_later_renewals_foreseen_from"), pd.DataFrame(rows))
        ],
    )
