"""A panel that shows who joined: its law by `stock_and_flow`, and how many new customers come.

With p_i the chance of each first seen in the window to be new, and a_j of each customer to be one still,

    inflow = K / A,   K = sum p_i,   A = sum a_j,
    SE = inflow sqrt(1 / K + sum p (1 - p) / K^2 + sum a (1 - a) / A^2 + g' C g),

the luck of how many came in this year, of who of them is new and of who is still here, and the error of
the law: C the covariance of the logs of its parameters, g the slopes of log K - log A over them. A
window is a year and holds each season once.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.calibration.inflow import LEAST
from sim.calibration.maximum_likelihood import Estimate, fit_nbd, fit_panel, maximise
from sim.calibration.panel_window import Window, most_joined, reaches_back
from sim.calibration.stock_and_flow import StockAndFlow
from sim.common.random_numbers import Floats
from sim.market.values import range_of_value

#: What newcomers buy, and the scale of leaving in windows, to begin with: from quick leaving, since where
#: hardly any is said the likelihood is flat.
_BEGIN, _SOON = 0.5, 2.0
#: The error of the log of what newcomers buy from which it is not told.
_LARGEST_ERROR = 0.5
#: Of the log of a parameter, for a slope.
_STEP = 0.01


class WindowFit(NamedTuple):
    """The law of a panel's window, which says by it who counts from when.

    `inflow` is new customers a year per active one with the standard error, if the log tells it.
    """

    purchases: Estimate
    window: Window
    inflow: tuple[float, float] | None = None


def fit_window(
    occasions: pd.DataFrame, histories: pd.DataFrame, window: Window, leaving: bool
) -> WindowFit:
    """Fit a panel's window by the richest law that it tells.

    With newcomers, and with drop-out if it shows; else with drop-out alone, since leavers would count as
    slow buyers; else without.

    Parameters
    ----------
    occasions : DataFrame
        ``customer``, ``day``, ``amount``, one row per customer-day of the whole log.
    histories : DataFrame
        Of the window.
    window : Window
    leaving : bool
        Whether the log may say who left.
    """
    if not leaving:
        return WindowFit(fit_nbd(histories, window), window)
    found = _fit_newcomers(occasions, histories, window)
    if found is not None:
        return found
    plain = fit_panel(histories, window)
    return WindowFit(fit_nbd(histories, window) if plain.unidentified() else plain, window)


def _fit_newcomers(
    occasions: pd.DataFrame, histories: pd.DataFrame, window: Window
) -> WindowFit | None:
    """Fit the law of stock and flow, None where the log does not tell it (as `fit_window`)."""
    if not reaches_back(occasions, window.start):
        return None
    panel = StockAndFlow(occasions, window)
    if (~panel.known).sum() < LEAST or not panel.known.any():
        return None

    def density(r: float, alpha: float, _: float, beta: float, w: float) -> Floats:
        return panel.law(r, alpha, beta, w)

    start = {
        "purchase_shape": 1.0,
        "purchase_alpha": float(histories["T"].mean() / histories["frequency"].mean()),
        "drop_out_shape": 1.0,
        "drop_out_beta": _SOON * window.weeks,
        "newcomer_purchases": _BEGIN,
    }
    customers, fixed = np.zeros(panel.known.size), {"drop_out_shape": 1.0}
    whole = found = maximise(customers, density, start, fixed)
    unseen = "drop_out_beta" in whole.unidentified()
    if unseen:  # how many left stays open; what the others buy does not
        fixed["drop_out_beta"] = whole.values["drop_out_beta"]
        found = maximise(customers, density, start | fixed, fixed)
    if found.unidentified() or not _told(found):
        return None
    finite = np.isfinite(list(whole.log_errors.values())).all()
    law = whole if finite else found
    here, new = panel.customers_and_newcomers(law.values)
    if new.sum() < LEAST or law.covariance is None:
        return None
    told = replace(window, newcomers=most_joined(float(new.mean())))
    inflow = _inflow(panel, law, here, new)
    return WindowFit(_without_leaving(found) if unseen else found, told, inflow)


def _without_leaving(found: Estimate) -> Estimate:
    """Return a law of purchases alone, where the log does not tell how many leave."""
    values = {name: value for name, value in found.values.items() if name in found.errors}
    return replace(found, values=values, fixed=())


def _told(found: Estimate) -> bool:
    """Return whether the law tells what newcomers buy, within what a market may state."""
    low, high = range_of_value("newcomer_purchases")
    known = found.log_errors["newcomer_purchases"] < _LARGEST_ERROR
    return known and low < found.values["newcomer_purchases"] < high


def _inflow(panel: StockAndFlow, law: Estimate, here: Floats, new: Floats) -> tuple[float, float]:
    """Return new customers a year per active one with their standard error.

    `here` and `new` are what the panel says by the law.
    """
    came, active = float(new.sum()), float(here.sum())
    slopes = []
    for name in law.log_errors:
        moved = {**law.values, name: law.values[name] * np.exp(_STEP)}
        slopes.append((_log_ratio(panel, moved) - np.log(came / active)) / _STEP)
    by_law = float(np.array(slopes) @ np.asarray(law.covariance) @ np.array(slopes))
    by_luck = 1.0 / came + _spread(new) + _spread(here)
    return came / active, came / active * float(np.sqrt(by_luck + by_law))


def _log_ratio(panel: StockAndFlow, values: Mapping[str, float]) -> float:
    here, new = panel.customers_and_newcomers(values)
    return float(np.log(new.sum() / here.sum()))


def _spread(chance: Floats) -> float:
    """Return the relative variance of a number of people, each with a chance."""
    return float(np.sum(chance * (1.0 - chance)) / chance.sum() ** 2)
