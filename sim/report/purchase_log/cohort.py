"""What the notebook on one's data shows of a cohort of subscribers: survival, the law, its foresight."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.calibration.calibrate import build_market
from sim.calibration.shifted_beta_geometric import fit_sbg, survival
from sim.calibration.subscription_cohort import SOURCE, read_cohort
from sim.common.formatting import NONE, capital, digits, percent, points
from sim.market.market import Market
from sim.market.values import value_label
from sim.report.purchase_log.survival_figure import survival_figure
from sim.report.section import Content, Picture, Section, Table

#: Renewals from which the law must foresee the others.
_SEEN = 4
_AHEAD = 3


@dataclass(frozen=True)
class _Cohort:
    """Customers by renewals, the market made of them, and the law's two parameters."""

    customers: pd.Series
    market: Market

    @property
    def law(self) -> tuple[float, float]:
        return self.market["renewal_alpha"], self.market["renewal_beta"]


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


def compare_with_law(
    customers: pd.Series, law: tuple[float, float], ahead: int = 0
) -> pd.DataFrame:
    """Set a cohort beside the shifted beta-geometric law.

    Parameters
    ----------
    customers : Series
        Customers left, by renewals.
    law : tuple of float
        alpha and beta.
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
        f"{SOURCE}: {source.n_customers:,} subscribers, followed over "
        f"{made.customers.index[-1]} renewals",
        [f"{source.description}."],
        [f"Where it comes from: {source.provenance}.", f"Licence: {source.licence}."]
        + [f"Caution: {text}" for text in source.cautions],
    )


def _survival(made: _Cohort) -> Section:
    table = compare_with_law(made.customers, made.law, _AHEAD)
    gap = points(float((table["left"] - table["expected"]).abs().max()), signed=False)
    first, last = table["retention"].iloc[1], table["retention"].dropna().iloc[-1]
    heading = (
        f"{percent(first)} renew the first time, {percent(last)} of those left the last time; the "
        f"law is off by at most {gap}"
    )
    rows = [
        {
            "Renewals": str(n),
            "Left": percent(line["left"]),
            "By the law": percent(line["expected"]),
            "Renew, of those left": percent(line["retention"]),
            "Renewing by the law": percent(line["expected_retention"]),
        }
        for n, line in table.iterrows()
    ]
    alpha, beta = made.law
    return Section(
        "cohorts",
        heading,
        [
            "Under a contract the end is seen, so that nothing need be guessed about who has left. "
            "Retention rises with age, although nobody need become more loyal: each customer leaves "
            "with the same chance at every renewal, and those who leave easily leave first.",
            f"The shifted beta-geometric law says it with two numbers, alpha {digits(alpha)} and beta "
            f"{digits(beta)}: chances to leave have a mean of {percent(alpha / (alpha + beta))} among "
            "new customers, and differ widely, since alpha is below 1.",
        ],
        pictures=[
            Picture(
                survival_figure(table, int(made.customers.index[-1]), heading),
                f"Survival and retention by renewals. {heading}.",
            )
        ],
        tables=[Table("A cohort of subscribers and the law of renewal", pd.DataFrame(rows))],
    )


def _absent() -> list[Section]:
    """Return which questions a table of survivors does not answer."""
    return [
        Section(
            "frequency",
            "This table has no uses and no purchases: how often people use the service is assumed",
            ["A subscriber pays once a period, so that payments have no distribution to fit."],
        ),
        Section(
            "concentration",
            "This table has no amounts: fees, and how they differ between customers, are assumed",
        ),
    ]


def _ages(made: _Cohort) -> Section:
    customers, (alpha, beta) = made.customers, made.law
    share = customers / customers.sum()
    stays = (beta + customers.index) / (alpha + beta + customers.index)
    next_year = float((share * stays).sum())
    heading = (
        f"{percent(next_year)} of a firm's customers would renew next time; of those who have renewed "
        f"{customers.index[-1]} times {percent(float(stays[-1]))}"
    )
    rows = [
        {
            "Renewals so far": str(k),
            "Customers": percent(share[k]),
            "Renew next time": percent(stays[k]),
            "Five renewals on": percent(float(survival(5, alpha, beta, k))),
        }
        for k in customers.index
    ]
    return Section(
        "segments",
        heading,
        [
            "How often a customer has renewed says most of what a firm can know about the next time. The "
            "shares are those of a firm that has won as many customers in each of eight years: they are "
            "constructed, and week 0 of a simulation starts from them."
        ],
        tables=[
            Table("Customers by renewals so far, and what the law expects", pd.DataFrame(rows))
        ],
    )


def _calibration(made: _Cohort) -> Section:
    numbers = made.market.values
    rows = [
        {
            "Value": capital(value_label(name)),
            "Estimate": digits(number.value),
            "Standard error": digits(number.standard_error or 0.0),
            "Unit": number.unit,
            "Method": number.method or NONE,
        }
        for name, number in numbers.items()
        if number.status == "estimated"
    ]
    assumed = sum(number.status == "assumed" for number in numbers.values())
    return Section(
        "calibration",
        f"The cohort tells {len(rows)} of the market's values: who renews, and nothing about money",
        [
            f"The other {assumed} values are assumed in data/assumptions.yaml, each with a range: fee, "
            "margin, use, new customers. Replace them by your own before believing any sum of money."
        ],
        tables=[Table("What was estimated from the cohort", pd.DataFrame(rows))],
    )


def _foresight(made: _Cohort) -> Section:
    early = made.customers.iloc[: _SEEN + 1]
    law = tuple(fit_sbg(early).values.values())
    table = compare_with_law(made.customers, (law[0], law[1]))
    late = table.iloc[_SEEN + 1 :]
    off = late["expected"] - late["left"]
    worst = float(off.iloc[int(off.abs().argmax())])
    word = "too many" if worst > 0 else "too few"
    heading = (
        f"From the first {_SEEN} renewals the law foresees the next {len(late)} to within "
        f"{points(abs(worst), signed=False)} of the cohort ({word})"
    )
    rows = [
        {"Renewals": str(n), "Left": percent(line["left"]), "Foreseen": percent(line["expected"])}
        for n, line in late.iterrows()
    ]
    return Section(
        "foresight",
        heading,
        ["The law was fitted again on the first renewals alone and asked about the later ones."],
        pictures=[Picture(survival_figure(table, _SEEN, heading), f"{heading}.")],
        tables=[Table("The later renewals, foreseen from the earlier", pd.DataFrame(rows))],
    )
