"""What the calibration made of a purchase log, and how well it foresees, in words and tables."""

from __future__ import annotations

import pandas as pd

from sim.calibration.describe_log import Portrait
from sim.calibration.tracking import by_frequency, weekly_tracking
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.formatting import NONE, capital, compact, digits, money, percent
from sim.market.values import value_label
from sim.report.purchase_log import figures as draw
from sim.report.section import Picture, Section, Table

#: Misses below a tenth are not worth a sentence.
_MISS = 0.1
_FIT = {
    "holdout_weeks": ("Weeks foreseen", digits),
    "holdout_purchases": ("Purchases that came in them", digits),
    "holdout_purchases_error": ("Expected from each one's history, against that", "share"),
    "holdout_cumulative_repeats_error": ("All repeat purchases since the start, against actual", "share"),
    "holdout_weekly_mape": ("Mean miss of a single week", "share"),
    "holdout_individual_mae": ("Mean miss of a single customer, purchases", digits),
    "holdout_sales_error": ("Sales, against actual", "share"),
    "weekly_none_observed": ("Customer-weeks without a purchase", "level"),
    "weekly_none_implied": ("The same, as the law implies", "level"),
    "spend_cv_observed": ("Spread of spend per purchase (SD / mean)", digits),
    "spend_cv_implied": ("The same, as the law implies", digits),
}  # fmt: skip


def calibration(made: Portrait) -> Section:
    """Return what the calibration read from the log, and what it had to assume."""
    rows = []
    for name, number in made.market.values.items():
        if number.status == "estimated":
            rows.append(
                {
                    "Value": capital(value_label(name)),
                    "Estimate": digits(number.value),
                    "Standard error": digits(number.standard_error or 0.0),
                    "Unit": number.unit,
                    "Method": number.method or NONE,
                }
            )
    spend = money(made.market.mean_trip_spend, made.market.currency)
    rate = made.market["purchase_shape"] / made.market["purchase_alpha"] * WEEKS_A_YEAR
    lost = "and who leaves" if made.measured else "but not who leaves"
    return Section(
        "calibration",
        f"The log tells {len(rows)} of the market's values: how often, how much, {lost}",
        [
            f"The average customer buys {compact(rate)} times a year, for {spend} each. Other values "
            "no purchase log can tell, such as the gross margin; they are assumed in "
            "data/assumptions.yaml, each with a range."
        ],
        tables=[Table("What was estimated from the log", pd.DataFrame(rows))],
    )


def foresight(made: Portrait) -> Section:
    """Return how well laws that saw half of the log foresee the other half."""
    fit, occasions = made.market.fit, made.log.occasions
    rows = []
    for name, (words, kind) in _FIT.items():
        if name in fit:
            write = kind if callable(kind) else None
            text = write(fit[name]) if write else percent(fit[name], signed=kind == "share")
            rows.append({"Figure": words, "Value": text})
    if "holdout_purchases_error" not in fit:
        return Section("foresight", "The log is too short to test a forecast on its second half")
    error = fit["holdout_purchases_error"]
    word = "more" if error > 0 else "fewer"
    heading = (
        f"From the first half of the log the law expects {percent(abs(error))} {word} purchases in the "
        "second half than came"
    )
    weekly, half = weekly_tracking(occasions) if made.measured else (None, 0)
    groups = by_frequency(occasions, made.measured)
    table = [
        {
            "Purchases in the first half": name,
            "Customers": f"{line['customers']:,.0f}",
            "Came, each": f"{line['actual']:.2f}",
            "Expected, each": f"{line['expected']:.2f}",
        }
        for name, (_, line) in zip(
            draw.group_names(groups["low"], groups["high"]), groups.iterrows(), strict=True
        )
    ]
    figure = draw.foresight_figure(groups, weekly, half, "The second half, foreseen from the first")
    return Section(
        "foresight",
        heading,
        [
            "The laws were fitted again on the first half of the log alone and asked about the second. "
            "They know that some of what heavy buyers bought was luck, and expect less of them.",
            *_misses(groups, fit),
        ],
        pictures=[Picture(figure, f"Purchases that came and were expected. {heading}.")],
        tables=[
            Table("Purchases per customer in the second half", pd.DataFrame(table)),
            Table("How well the laws fit", pd.DataFrame(rows)),
        ],
    )


def _misses(groups: pd.DataFrame, fit: dict[str, float]) -> list[str]:
    """Return where the laws miss by more than a tenth."""
    says, last = [], groups.iloc[-1]
    name = draw.group_names(groups["low"], groups["high"])[-1]
    if abs(last["expected"] / max(last["actual"], 1e-9) - 1) > _MISS:
        says.append(
            f"Those with {name} purchases in the first half came {last['actual']:.1f} times in the "
            f"second, against {last['expected']:.1f} expected: tastes change, and the law does not "
            "know it."
        )
    observed, implied = fit.get("spend_cv_observed", 0.0), fit.get("spend_cv_implied", 0.0)
    if observed and implied and abs(implied / observed - 1) > _MISS:
        word = "wider" if implied > observed else "narrower"
        says.append(
            f"The law of spend implies amounts that spread {word} than they do "
            f"({digits(implied)} against {digits(observed)}, standard deviation over mean): the averages "
            "are right, single amounts are not."
        )
    return says
