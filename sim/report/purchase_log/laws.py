"""What the calibration made of a purchase log, and how well it foresees, in words and tables."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from sim.calibration.describe_log import Portrait
from sim.calibration.tracking import by_frequency, weekly_tracking
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.few import shown
from sim.common.formatting import NONE, capital, compact, digits, fixed, money, percent
from sim.report.few import left_out
from sim.report.names import value_label
from sim.report.phrases import say
from sim.report.purchase_log import figures as draw
from sim.report.section import Picture, Section, Table

#: Misses below a tenth are not worth a sentence.
_MISS = 0.1


def _signed(share: float) -> str:
    return percent(share, signed=True)


#: Figures of a fit that are shown, and how each is written.
_FIT: dict[str, Callable[[float], str]] = {
    "holdout_weeks": digits,
    "holdout_purchases": digits,
    "holdout_purchases_error": _signed,
    "holdout_cumulative_repeats_error": _signed,
    "holdout_weekly_mape": _signed,
    "holdout_individual_mae": digits,
    "holdout_sales_error": _signed,
    "weekly_none_observed": percent,
    "weekly_none_implied": percent,
    "spend_score_gamma_gamma": digits,
    "spend_score_log_normal": digits,
    "spend_cv_observed": digits,
    "spend_cv_implied": digits,
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
    leaving = made.cohort and "drop_out_beta" in made.market.values
    told = "who_leaves" if leaving else "not_who_leaves"
    return Section(
        "calibration",
        say(f"purchase_log.laws.the_log_tells.{told}", rows=len(rows)),
        [say("purchase_log.laws.the_average_customer_buys_times", rate=compact(rate), spend=spend)],
        tables=[Table(say("purchase_log.laws.what_was_estimated_from_the"), pd.DataFrame(rows))],
    )


def foresight(made: Portrait) -> Section:
    """Return how well laws that saw half of the log foresee the other half."""
    fit, occasions = made.market.fit, made.log.occasions
    rows = []
    for name, write in _FIT.items():
        if name in fit:
            words = say(f"purchase_log.laws.fit.{name}")
            rows.append({say("column.figure"): words, say("column.value"): write(fit[name])})
    if "holdout_purchases_error" not in fit:
        return Section("foresight", say("purchase_log.laws.the_log_is_too_short"))
    error = fit["holdout_purchases_error"]
    more = "more" if error > 0 else "fewer"
    heading = say(f"purchase_log.laws.expects.{more}", share=percent(abs(error)))
    weekly, half = weekly_tracking(occasions) if made.cohort else (None, 0)
    every = by_frequency(occasions, made.window)
    groups = every[shown(every["customers"])]
    table = [
        {
            say("column.purchases_in_the_first_half"): name,
            say("column.customers"): fixed(line["customers"]),
            say("column.came_each"): fixed(line["actual"], 2),
            say("column.expected_each"): fixed(line["expected"], 2),
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
            *left_out(every["customers"]),
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
                actual=fixed(last["actual"], 1),
                expected=fixed(last["expected"], 1),
            )
        )
    observed, implied = fit.get("spend_cv_observed", 0.0), fit.get("spend_cv_implied", 0.0)
    if observed and implied and abs(implied / observed - 1) > _MISS:
        spread = "wider" if implied > observed else "narrower"
        says.append(
            say(
                f"purchase_log.laws.amounts_spread.{spread}",
                implied=digits(implied),
                observed=digits(observed),
            )
        )
    return says
