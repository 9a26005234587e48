"""What the calibration made of a purchase log, and how well it foresees, in words and tables."""

from __future__ import annotations

import pandas as pd

from sim.calibration.describe_log import Portrait
from sim.calibration.tracking import by_frequency, weekly_tracking
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.formatting import NONE, capital, compact, digits, money, percent
from sim.market.values import value_label
from sim.report.phrases import say
from sim.report.purchase_log import figures as draw
from sim.report.section import Picture, Section, Table

#: Misses below a tenth are not worth a sentence.
_MISS = 0.1
_FIT = {
    "holdout_weeks": (say("purchase_log.laws.weeks_foreseen"), digits),
    "holdout_purchases": (say("purchase_log.laws.purchases_that_came_in_them"), digits),
    "holdout_purchases_error": (say("purchase_log.laws.expected_from_each_ones_history"), "share"),
    "holdout_cumulative_repeats_error": (
        say("purchase_log.laws.all_repeat_purchases_since_the"),
        "share",
    ),
    "holdout_weekly_mape": (say("purchase_log.laws.mean_miss_of_a_single"), "share"),
    "holdout_individual_mae": (say("purchase_log.laws.mean_miss_of_a_single_2"), digits),
    "holdout_sales_error": (say("purchase_log.laws.sales_against_actual"), "share"),
    "weekly_none_observed": (say("purchase_log.laws.customer_weeks_without_a_purchase"), "level"),
    "weekly_none_implied": (say("purchase_log.laws.the_same_as_the_law"), "level"),
    "spend_cv_observed": (say("purchase_log.laws.spread_of_spend_per_purchase"), digits),
    "spend_cv_implied": (say("purchase_log.laws.the_same_as_the_law"), digits),
}


def calibration(made: Portrait) -> Section:
    """Return what the calibration read from the log, and what it had to assume."""
    rows = []
    for name, number in made.market.values.items():
        if number.status == "estimated":
            rows.append(
                {
                    say("column.value"): capital(value_label(name)),
                    say("column.estimate"): digits(number.value),
                    say("column.standard_error"): digits(number.standard_error or 0.0),
                    say("column.unit"): number.unit,
                    say("column.method"): number.method or NONE,
                }
            )
    spend = money(made.market.mean_trip_spend, made.market.currency)
    rate = made.market["purchase_shape"] / made.market["purchase_alpha"] * WEEKS_A_YEAR
    lost = (
        say("purchase_log.laws.and_who_leaves")
        if made.measured
        else say("purchase_log.laws.but_not_who_leaves")
    )
    return Section(
        "calibration",
        say("purchase_log.laws.the_log_tells_of_the", rows=len(rows), lost=lost),
        [say("purchase_log.laws.the_average_customer_buys_times", rate=compact(rate), spend=spend)],
        tables=[Table(say("purchase_log.laws.what_was_estimated_from_the"), pd.DataFrame(rows))],
    )


def foresight(made: Portrait) -> Section:
    """Return how well laws that saw half of the log foresee the other half."""
    fit, occasions = made.market.fit, made.log.occasions
    rows = []
    for name, (words, kind) in _FIT.items():
        if name in fit:
            write = kind if callable(kind) else None
            text = write(fit[name]) if write else percent(fit[name], signed=kind == "share")
            rows.append({say("column.figure"): words, say("column.value"): text})
    if "holdout_purchases_error" not in fit:
        return Section("foresight", say("purchase_log.laws.the_log_is_too_short"))
    error = fit["holdout_purchases_error"]
    word = "more" if error > 0 else "fewer"
    heading = say("purchase_log.laws.from_the_first_half_of", share=percent(abs(error)), word=word)
    weekly, half = weekly_tracking(occasions) if made.measured else (None, 0)
    groups = by_frequency(occasions, made.measured)
    table = [
        {
            say("column.purchases_in_the_first_half"): name,
            say("column.customers"): f"{line['customers']:,.0f}",
            say("column.came_each"): f"{line['actual']:.2f}",
            say("column.expected_each"): f"{line['expected']:.2f}",
        }
        for name, (_, line) in zip(
            draw.group_names(groups["low"], groups["high"]), groups.iterrows(), strict=True
        )
    ]
    figure = draw.foresight_figure(
        groups, weekly, half, say("purchase_log.laws.the_second_half_foreseen_from")
    )
    return Section(
        "foresight",
        heading,
        [
            say("purchase_log.laws.the_laws_were_fitted_again"),
            *_misses(groups, fit),
        ],
        pictures=[
            Picture(figure, say("purchase_log.laws.purchases_that_came_and_were", heading=heading))
        ],
        tables=[
            Table(say("purchase_log.laws.purchases_per_customer_in_the"), pd.DataFrame(table)),
            Table(say("purchase_log.laws.how_well_the_laws_fit"), pd.DataFrame(rows)),
        ],
    )


def _misses(groups: pd.DataFrame, fit: dict[str, float]) -> list[str]:
    """Return where the laws miss by more than a tenth."""
    says, last = [], groups.iloc[-1]
    name = draw.group_names(groups["low"], groups["high"])[-1]
    if abs(last["expected"] / max(last["actual"], 1e-9) - 1) > _MISS:
        says.append(
            say(
                "purchase_log.laws.those_with_purchases_in_the",
                name=name,
                actual=f"{last['actual']:.1f}",
                expected=f"{last['expected']:.1f}",
            )
        )
    observed, implied = fit.get("spend_cv_observed", 0.0), fit.get("spend_cv_implied", 0.0)
    if observed and implied and abs(implied / observed - 1) > _MISS:
        word = "wider" if implied > observed else "narrower"
        says.append(
            say(
                "purchase_log.laws.the_law_of_spend_implies",
                word=word,
                implied=digits(implied),
                observed=digits(observed),
            )
        )
    return says
