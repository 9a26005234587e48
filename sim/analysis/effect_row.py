"""What a preset did by itself, from its runs and those of doing nothing: a row of the effects."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.analysis.intervals import paired_interval
from sim.common.random_numbers import Floats
from sim.measures.equity import discounted
from sim.measures.of_run import measure_segments
from sim.measures.weekly import TOTAL, columns_by_segment
from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.effect_rows import Effect, settings_text
from sim.playbook.pages import load_page


class PresetRun(NamedTuple):
    """What is kept of one run, per known customer.

    Attributes
    ----------
    measures : dict of str to float
        Of the whole firm.
    margin : ndarray, shape (weeks,)
        Before costs.
    spent, fixed : float
        What the plays cost over the plan, and how much of it is fixed or built once, in today's money.
    firm_customers : float
        Known customers of the whole firm.
    """

    measures: dict[str, float]
    margin: Floats
    spent: float
    fixed: float
    firm_customers: float


def summarise_run(model: LoyaltyModel, weekly: pd.DataFrame) -> PresetRun:
    """Return what is kept of a run that is over.

    Parameters
    ----------
    model : LoyaltyModel
        Of two lives the first: what is fixed is the same in both.
    weekly : DataFrame
        Its weekly table, or that of both lives.

    Returns
    -------
    PresetRun
    """
    customers, delta = model.setting.n_customers, model.market.weekly_discount
    columns = columns_by_segment(weekly)[TOTAL]
    measures = measure_segments({TOTAL: columns}, delta, 1.0 / customers)
    fixed = sum(paid for one in model.state.firm.departments for paid in one.fixed.values())
    today = np.exp(-delta * columns["week"])
    return PresetRun(
        measures[TOTAL],
        columns["margin"] / customers,
        discounted(columns, "cost", delta) / customers,
        float(np.sum(today * fixed)) / customers,
        customers * model.scale,
    )


def effect_row(
    key: tuple[str, str, str],
    made_from: str,
    runs: dict[int, PresetRun],
    base: dict[int, PresetRun],
    through: tuple[str, ...],
    customers: int,
) -> Effect:
    """Return the row of a preset.

    Parameters
    ----------
    key : tuple of str
        Market, lever and preset.
    made_from : str
        Digest of what makes it.
    runs, base : dict of int to PresetRun
        Future -> its run, and that of doing nothing.
    through : tuple of str
        Parameters that it acts through (`sim.analysis.acts_through`).
    customers : int
        In each run.

    Returns
    -------
    Effect
    """
    market, lever, preset = key
    difference = {
        name: np.array([runs[k].measures[name] - base[k].measures[name] for k in sorted(runs)])
        for name in ("customer_equity", "cost", "retention", "trips", "csat")
    }
    spent, fixed = (
        np.array([getattr(runs[k], x) - getattr(base[k], x) for k in sorted(runs)])
        for x in ("spent", "fixed")
    )
    gain = difference["customer_equity"]
    margin, usual = (np.array([one[k].margin for k in sorted(runs)]) for one in (runs, base))
    return Effect(
        market=market,
        lever=lever,
        preset=preset,
        settings=settings_text(load_page(lever).presets[preset].settings),
        **_interval("equity", gain),
        **_interval("won", gain + spent),
        **_interval("before_fixed", gain + fixed),
        fixed=_short(float(np.mean([runs[k].fixed * runs[k].firm_customers for k in runs]))),
        acts_through=" ".join(through),
        cost=_short(difference["cost"].mean()),
        **{name: _mean(difference[name]) for name in ("retention", "trips", "csat")},
        shows_week=shows_from(margin, usual, customers),
        customers=customers,
        weeks=margin.shape[1],
        futures=len(runs),
        made_from=made_from,
    )


def shows_from(margin: Floats, usual: Floats, customers: int) -> int | None:
    """Return the first week from which an effect shows to the end.

    Parameters
    ----------
    margin, usual : ndarray, shape (futures, weeks)
        Margin before costs of a preset, and of doing nothing in the same futures.
    customers : int
        Known customers in each run, N.

    Returns
    -------
    int or None
        The first week (from 0) from which the mean of the running totals of margin - usual stays above
        both its standard error and N eps times the running total of |usual|; None if there is none.

    Notes
    -----
    With eps = 2.2e-16, the spacing of numbers at 1, N eps times the sum of what is added up is the
    most that rounding can do to a sum of N numbers (Higham 2002, section 4.2).
    """
    total = np.cumsum(margin - usual, axis=1)
    error = total.std(axis=0, ddof=1) / np.sqrt(len(total))
    rounding = customers * np.finfo(float).eps * np.cumsum(np.abs(usual), axis=1).mean(axis=0)
    hidden = np.flatnonzero(total.mean(axis=0) <= np.maximum(error, rounding))
    first = int(hidden[-1]) + 1 if len(hidden) else 0
    return first if first < total.shape[1] else None


def _interval(name: str, values: Floats) -> dict[str, float]:
    """Return the columns of a mean over futures and the ends of its interval."""
    found = paired_interval(values)
    ends = {"": found.mean, "_low": found.ci_low, "_high": found.ci_high}
    return {name + end: _short(value) for end, value in ends.items()}


def _mean(values: Floats) -> float | None:
    """Return the mean of the differences that exist (no answers to a survey give none)."""
    finite = values[np.isfinite(values)]
    return _short(finite.mean()) if len(finite) else None


def _short(value: float) -> float:
    """Round to four digits, and to zero below 1e-9."""
    return float(f"{value:.4g}") if abs(value) >= 1e-9 else 0.0
