"""The laws of a market, fitted to a log: which ones, their numbers, and how well they fit.

With `drop_out` "auto" a log counts as a panel, on which drop-out cannot be measured, when customers
first appear where those of a panel would (`position_of_first_purchase` from 0.4 to 0.6). A log that
mixes customers of long standing with new ones is therefore a panel while most are old; "measured"
would take an old customer's first purchase in the log for an acquisition.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from sim.calibration.holdout import cohort_holdout, panel_holdout, spend_spread, weekly_dispersion
from sim.calibration.maximum_likelihood import (
    EVEN_SHAPE,
    Estimate,
    fit_gamma_gamma,
    fit_nbd,
    fit_pareto_nbd,
    spend_rate_correlation,
)
from sim.calibration.pareto_nbd import expected_purchases
from sim.calibration.rfm_histories import (
    PANEL_DAYS,
    check_enough,
    cohort_histories,
    panel_histories,
    position_of_first_purchase,
)
from sim.calibration.season import fit_season
from sim.calibration.transactions import BUILT_IN, Log
from sim.common.errors import InputError
from sim.market.values import VALUES

DropOut = Literal["auto", "measured", "assumed"]
#: Where first purchases lie in a panel; 0.5 if rates are steady and nobody is lost.
PANEL_POSITION = (0.4, 0.6)
#: What a shape says that was set because the data do not tell it from a larger one.
_ALIKE = {
    "purchase_shape": "all customers buy at much the same rate",
    "drop_out_shape": "all customers leave at much the same rate",
    "spend_shape": "a customer spends much the same each time",
    "spend_shape_between": "all customers spend much the same",
}


@dataclass(frozen=True)
class Laws:
    """What was fitted: whether drop-out was, on which histories, with which result."""

    measured: bool
    histories: pd.DataFrame
    purchases: Estimate
    spend: Estimate


def fit_laws(log: Log, drop_out: DropOut, where: str) -> tuple[Laws, list[str]]:
    """Fit purchases and spend; with "auto", assume drop-out where the log does not show it."""
    cautions = []
    measured = drop_out == "measured"
    if drop_out == "auto":
        low, high = PANEL_POSITION
        measured = not low <= position_of_first_purchase(log.occasions) <= high
    if measured:
        histories = cohort_histories(log.occasions, log.last_day)
        purchases = fit_pareto_nbd(histories)
        unclear = purchases.unidentified()
        if unclear and drop_out == "measured":
            raise _not_identified(where, purchases, unclear)
        if unclear:
            measured = False
            cautions.append("The log does not tell the rate of drop-out; it is assumed.")
        elif log.source not in BUILT_IN:
            cautions.append(
                "Each customer's first purchase in the log is taken for the first one ever; if many "
                "were customers before the log begins, use --drop-out assumed."
            )
    if not measured:
        start = log.last_day - pd.Timedelta(days=PANEL_DAYS - 1)
        check_enough(log.occasions[log.occasions["day"] >= start], f"{where}, last year")
        histories = panel_histories(log.occasions, log.last_day)
        purchases = fit_nbd(histories)
        if purchases.unidentified():
            raise _not_identified(where, purchases, purchases.unidentified())
        if log.source not in BUILT_IN:
            cautions.append(
                "Purchase rates come from the log's last year and from those who bought in it; how "
                "many leave in a year is assumed, not measured."
            )
    spend = fit_gamma_gamma(histories)
    if spend.unidentified():
        raise _not_identified(where, spend, spend.unidentified())
    return Laws(measured, histories, purchases, spend), cautions


def _not_identified(where: str, estimate: Estimate, names: list[str]) -> InputError:
    """Return which parameters the data do not identify, and what to do."""
    life = [name for name in names if name.startswith("drop_out")]
    names = life or names
    found = f"{estimate.values[names[0]]:.3g} +- {estimate.errors.get(names[0], np.nan):.2g}"
    hint = "Use a longer log, or more customers."
    if life:
        hint = "The log does not show who left: add --drop-out assumed."
    return InputError(
        where, " and ".join(names), found, "an estimate with a finite error", hint=hint
    )


def estimated_values(log: Log, laws: Laws) -> dict[str, dict[str, Any]]:
    """Return the market's estimated values, each with standard error, source and method."""
    first = log.first_day if laws.measured else _window_start(log, laws)
    data = f"{log.source}, {first:%Y-%m-%d} to {log.last_day:%Y-%m-%d}"
    named = (
        (laws.purchases, "Pareto/NBD" if laws.measured else "negative binomial, truncated at zero"),
        (laws.spend, "Gamma-Gamma"),
    )
    numbers = {
        name: _number(name, value, estimate.errors[name], data, f"maximum likelihood, {law}")
        for estimate, law in named
        for name, value in estimate.values.items()
        if name not in estimate.fixed
    }
    for name in (*laws.purchases.fixed, *laws.spend.fixed):
        numbers[name] = {
            "value": EVEN_SHAPE,
            "low": EVEN_SHAPE / 4,
            "high": EVEN_SHAPE * 4,
            "unit": VALUES[name].unit,
            "status": "assumed",
            "source": f"{_ALIKE[name]} in this log; any large value says so",
        }
    r, alpha = (laws.purchases.values[name] for name in ("purchase_shape", "purchase_alpha"))
    rho, error = spend_rate_correlation(laws.histories, r, alpha)
    numbers["spend_rate_correlation"] = _number(
        "spend_rate_correlation", rho, error, data, "Pearson, log rate and log mean spend"
    )
    for name, (value, error) in _season(log, laws).items():
        numbers[name] = _number(name, value, error, data, "Poisson regression, Fourier terms")
    if log.source not in BUILT_IN:  # the built-in logs are selections of a firm's customers
        numbers["firm_customers"] = _number(
            "firm_customers", len(laws.histories), 0.0, data, "customers counted"
        )
    return numbers


def _season(log: Log, laws: Laws) -> dict[str, tuple[float, float]]:
    """Fit the season on all whole weeks of the log, week 0 being the one after the last day."""
    n_weeks = ((log.last_day - log.first_day).days + 1) // 7
    occasions, expected = log.occasions, np.ones(n_weeks)
    if laws.measured:
        first = occasions.groupby("customer")["day"].transform("min")
        occasions = occasions[occasions["day"] > first]
        born = laws.histories["T"].to_numpy()
        ends = [
            expected_purchases(born - back, *laws.purchases.values.values()).sum()
            for back in range(n_weeks, -1, -1)
        ]
        expected = np.diff(ends)
    back = (log.last_day - occasions["day"]).dt.days.to_numpy() // 7
    counts = np.bincount(back[back < n_weeks], minlength=n_weeks)[::-1]
    return fit_season(counts, expected)


def _window_start(log: Log, laws: Laws) -> pd.Timestamp:
    """Return the first day of a panel's window."""
    days = round(7 * float(laws.histories["T"].max()))
    return log.last_day - pd.Timedelta(days=days - 1)


def _number(name: str, value: float, error: float, data: str, method: str) -> dict[str, Any]:
    """Return one estimated number, rounded to six digits so that the file is stable and readable."""
    return {
        "value": rounded(value),
        "unit": VALUES[name].unit if name in VALUES else "log rate",
        "status": "estimated",
        "standard_error": rounded(error),
        "source": data,
        "method": method,
    }


def rounded(value: float) -> float:
    """Return the number to six digits, which is what the files hold."""
    return float(f"{value:.6g}")


def fit_figures(log: Log, laws: Laws) -> dict[str, float]:
    """Return the figures that say how well the laws fit."""
    occasions = log.occasions
    if laws.measured:
        first = occasions.groupby("customer")["day"].transform("min")
        counted, checks = occasions["day"] > first, cohort_holdout(occasions)
    else:
        r, alpha = (laws.purchases.values[name] for name in ("purchase_shape", "purchase_alpha"))
        counted = occasions["day"] >= _window_start(log, laws)
        checks = weekly_dispersion(occasions, r, alpha) | panel_holdout(occasions)
    p, q = (laws.spend.values[name] for name in ("spend_shape", "spend_shape_between"))
    figures = {
        "position_of_first_purchase": position_of_first_purchase(occasions),
        "purchases_log_likelihood": laws.purchases.results.llf,
        "purchases_aic": laws.purchases.results.aic,
        "purchases_bic": laws.purchases.results.bic,
        "spend_log_likelihood": laws.spend.results.llf,
        "spend_aic": laws.spend.results.aic,
        **spend_spread(laws.histories, occasions["amount"][counted], p, q),
        **checks,
    }
    return {name: rounded(float(value)) for name, value in figures.items()}
