"""The laws of a market, fitted to a log: which ones, their numbers, and how well they fit.

With `drop_out` "auto" a log counts as a panel when the largest group of its customers were customers
before it begins (`sim.calibration.origins`): "measured" would take an old one's first purchase in it for
an acquisition.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from sim.calibration.fit_told import (
    NO_DROP_OUT,
    of_a_cohort,
    of_a_panel,
    of_gaps,
    of_periods,
    of_returns,
)
from sim.calibration.holdout import cohort_holdout, panel_holdout, spend_spread, weekly_dispersion
from sim.calibration.inflow import inflow_of
from sim.calibration.joining_panel import fit_window
from sim.calibration.maximum_likelihood import (
    EVEN_SHAPE,
    Estimate,
    fit_nbd,
    fit_pareto_nbd,
    spend_rate_correlation,
)
from sim.calibration.origins import Origins, origins_of
from sim.calibration.panel_window import Window, panel_histories, window_of
from sim.calibration.pareto_nbd import expected_purchases
from sim.calibration.returns import came_back
from sim.calibration.rfm_histories import check_enough, cohort_histories
from sim.calibration.season import season_of
from sim.calibration.source_file import BUILT_IN
from sim.calibration.spend_choice import NAMES, SpendChoice, fit_spend
from sim.calibration.spend_law import law_of
from sim.calibration.spend_said import spend_said, without_amounts
from sim.calibration.transactions import Log
from sim.common.errors import InputError
from sim.market.values import VALUES

DropOut = Literal["auto", "measured", "assumed"]
#: What a shape says that was set because the data do not tell it from a larger one.
_ALIKE = {
    "purchase_shape": "all customers buy at much the same rate",
    "drop_out_shape": "all customers leave at much the same rate",
    "spend_shape": "a customer spends much the same each time",
    "spend_shape_between": "all customers spend much the same",
    "spend_spread_within": "a customer spends much the same each time",
    "spend_spread_between": "all customers spend much the same",
}
#: What a shape of drop-out says that one window does not tell.
_EXPONENTIAL = "the log's last year tells how many leave, not how their rates differ: exponential"
#: How new customers were counted, of a cohort or of a panel.
_INFLOW = {
    True: "first purchases of the last year over the customers still active by their histories",
    False: "first seen in the last year, but for who was there unseen, over the customers still active",
}


class Fitted(NamedTuple):
    """A law of spend: its parameters, and why this law."""

    estimate: Estimate
    choice: SpendChoice


@dataclass(frozen=True)
class Laws:
    """What was fitted, and on which histories: of a cohort (no window), or of a panel's window.

    No law of spend without amounts. `inflow`: new customers a year per active one and the error, if told.
    """

    window: Window | None
    origins: Origins
    histories: pd.DataFrame
    purchases: Estimate
    spend: Fitted | None
    inflow: tuple[float, float] | None = None

    @property
    def cohort(self) -> bool:
        """Whether all customers count from their first purchase."""
        return self.window is None


def fit_laws(log: Log, drop_out: DropOut, where: str) -> tuple[Laws, list[str]]:
    """Fit purchases and spend; with "auto", assume drop-out where the log does not show it."""
    cautions, occasions = [*of_periods(log), *of_gaps(log)], log.open_occasions
    origins = origins_of(occasions)
    cohort = drop_out == "measured"
    if drop_out == "auto":
        cohort = not origins.of_a_panel
    window = None if cohort else window_of(occasions, log.last_day, origins)
    if window is None:
        histories = cohort_histories(occasions, log.last_day)
        purchases = fit_pareto_nbd(histories)
        unclear = purchases.unidentified()
        if unclear and drop_out == "measured":
            raise _not_identified(where, purchases, unclear)
        if unclear:  # a window's counts would take newcomers for old customers who buy seldom
            purchases = fit_nbd(histories, None)
            cautions.append(NO_DROP_OUT)
        inflow = inflow_of(occasions, log.last_day, origins, histories, purchases)
        if log.source not in BUILT_IN:
            returns = came_back(occasions, histories, purchases)
            inflow = (
                inflow if returns is None else None
            )  # over customers of whom too many seem active
            cautions += of_returns(returns)
            cautions.append(of_a_cohort(origins, (log.last_day - log.first_day).days / 7))
    else:
        histories = panel_histories(occasions, window)
        inside = occasions[occasions["day"] >= window.start]
        check_enough(inside, f"{where}, {window.in_words}", log.spend is None)
        # the built-in panel was picked among frequent shoppers: those who left are not in it
        own = log.source not in BUILT_IN
        leaving = own and drop_out == "auto"
        purchases, window, inflow = fit_window(occasions, histories, window, leaving)
        histories = panel_histories(occasions, window)
        if own:
            leaving = "drop_out_beta" in purchases.values
            cautions.append(of_a_panel(origins, window, leaving, inflow is not None))
    if purchases.unidentified():
        raise _not_identified(where, purchases, purchases.unidentified())
    if log.spend is not None:
        histories = without_amounts(histories)
        return Laws(window, origins, histories, purchases, None, inflow), cautions
    spend = Fitted(*fit_spend(counted_occasions(log, window)))
    return Laws(window, origins, histories, purchases, spend, inflow), cautions


def counted_occasions(log: Log, window: Window | None) -> pd.DataFrame:
    """Return the occasions that histories count: repeat purchases, or those of a panel's window."""
    occasions = log.open_occasions
    if window is not None:
        return window.counted(occasions)
    first = occasions.groupby("customer")["day"].transform("min")
    return occasions[occasions["day"] > first]


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
    first = log.first_day if laws.window is None else laws.window.start
    data = f"{log.source}, {first:%Y-%m-%d} to {log.last_day:%Y-%m-%d}"
    named = [(laws.purchases, _law_of_purchases(laws))]
    if laws.spend is not None:
        named.append((laws.spend.estimate, NAMES[laws.spend.choice.name]))
    numbers = {
        name: _number(name, value, estimate.errors[name], data, f"maximum likelihood, {law}")
        for estimate, law in named
        for name, value in estimate.values.items()
        if name not in estimate.fixed
    }
    for estimate, _ in named:
        numbers |= {name: _set(name, estimate.values[name]) for name in estimate.fixed}
    numbers |= _of_spend(laws, laws.spend, numbers, data) if laws.spend else spend_said(log)
    for name, (value, error) in season_of(log, laws.cohort, partial(_grown, laws)).items():
        numbers[name] = _number(name, value, error, data, "Poisson regression, Fourier terms")
    if laws.inflow is not None:
        method = _INFLOW[laws.cohort]
        numbers["inflow_per_year"] = _number("inflow_per_year", *laws.inflow, data, method)
    if log.source not in BUILT_IN:  # the built-in logs are selections of a firm's customers
        numbers["firm_customers"] = _number(
            "firm_customers", len(laws.histories), 0.0, data, "customers counted"
        )
    return numbers


def _of_spend(
    laws: Laws, spend: Fitted, numbers: Mapping[str, dict[str, Any]], data: str
) -> dict[str, dict[str, Any]]:
    """Return the first value of the law of spend with why this law, and how spend goes with the rate."""
    first = next(iter(spend.estimate.values))  # the others of its law stand beside it
    found = {}
    if "method" in numbers[first]:
        way = (
            "mean over customers, log-normal" if first == "spend_mean" else numbers[first]["method"]
        )
        found[first] = numbers[first] | {"method": f"{way}: {spend.choice.reason}"}
    r, alpha = (laws.purchases.values[name] for name in ("purchase_shape", "purchase_alpha"))
    rho, error = spend_rate_correlation(laws.histories, r, alpha)
    method = "Pearson, log rate and log mean spend"
    return found | {
        "spend_rate_correlation": _number("spend_rate_correlation", rho, error, data, method)
    }


def _set(name: str, value: float) -> dict[str, Any]:
    """Return a value that was set since the log does not tell it from none, or from a larger one."""
    # a shape is not drawn: its scale, which goes with it, would stay behind
    wide, says = (1, "large") if "shape" in name else (2, "small")
    source = f"{_ALIKE[name]} in this log; any {says} value says so"
    if name == "drop_out_shape" and value != EVEN_SHAPE:
        source = _EXPONENTIAL
    return {
        "value": value,
        "low": value / wide,
        "high": value * wide,
        "unit": VALUES[name].unit,
        "status": "assumed",
        "source": source,
    }


def _grown(laws: Laws, weeks: np.ndarray) -> np.ndarray:
    """Return what the laws expect to be bought so many weeks before the log ends, all before included."""
    if not laws.cohort:
        return -weeks
    born, law = laws.histories["T"].to_numpy(), tuple(laws.purchases.values.values())
    if len(law) == 2:  # without drop-out
        return np.array([np.maximum(born - back, 0.0).sum() for back in weeks]) * law[0] / law[1]
    return np.array([expected_purchases(born - back, *law).sum() for back in weeks])


def _law_of_purchases(laws: Laws) -> str:
    """Name the law of purchases, as a market file has it."""
    leaving = "drop_out_beta" in laws.purchases.values
    if laws.cohort:
        return "Pareto/NBD" if leaving else "negative binomial, by each customer's own weeks"
    if "newcomer_purchases" in laws.purchases.values:
        return "Pareto/NBD of stock and newcomers, light customers leaving sooner"
    if leaving:
        return "Pareto/NBD of a panel, truncated at zero"
    return "negative binomial, truncated at zero"


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
    occasions = log.open_occasions
    spend = laws.spend.choice.name if laws.spend else None
    if laws.window is None:
        checks = cohort_holdout(occasions, spend)
    else:
        r, alpha = (laws.purchases.values[name] for name in ("purchase_shape", "purchase_alpha"))
        checks = weekly_dispersion(occasions, laws.window, r, alpha)
        checks |= panel_holdout(occasions, laws.window, spend)
    figures = {
        "share_of_long_standing": laws.origins.long_standing,
        "share_acquired_at_the_start": laws.origins.at_start,
        "weeks_of_acquisition_at_the_start": laws.origins.weeks,
        "purchases_log_likelihood": laws.purchases.results.llf,
        "purchases_aic": laws.purchases.results.aic,
        "purchases_bic": laws.purchases.results.bic,
        **_spend_figures(log, laws),
        **checks,
    }
    return {name: rounded(float(value)) for name, value in figures.items()}


def _spend_figures(log: Log, laws: Laws) -> dict[str, float]:
    """Return the figures on the law of spend, none where the log has no amounts."""
    if laws.spend is None:
        return {}
    estimate, choice = laws.spend
    amounts = counted_occasions(log, laws.window)["amount"]
    return {
        "spend_log_likelihood": estimate.results.llf,
        "spend_aic": estimate.results.aic,
        **{f"spend_score_{name}": score for name, score in choice.scores.items()},
        "spend_scored_purchases": choice.amounts,
        **spend_spread(laws.histories, amounts, law_of(estimate.values)),
    }
