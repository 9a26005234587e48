"""Measures: what a weekly table says about loyalty and money, each with its definition and window.

A run leaves one table (`LoyaltyModel.weekly`): a row per week and value segment, every column a sum
over people, so that segments add up to the whole firm. The functions here turn such sums into the
numbers of a report. Flows are per year over the horizon, so that they compare with a budget; shares
and survey scores are of the last 52 weeks, so that a whole year's seasons are in them and the ramp of
a new play mostly is not; states are those of the last week.

Customer equity is the objective: discounted profit in the horizon, plus what the remaining customers
are worth after it, less the expected cost of rewards still outstanding (Rust, Lemon & Zeithaml 2004
for the idea; the residual is worked out per customer by the model).
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.market import Market

WEEKS_PER_YEAR = 52
#: Weeks at the end of the horizon over which shares and survey scores are taken.
WINDOW = 52
TOTAL = "total"

#: Sums over people: name of a column -> its value in each week.
Columns = Mapping[str, np.ndarray]


class Measure(NamedTuple):
    """How one measure is worked out and what it means."""

    function: Callable[[Columns, float], float]
    unit: str
    definition: str
    window: str
    higher_is_better: bool
    scaled: bool = False


def columns_by_segment(weekly: pd.DataFrame) -> dict[str, dict[str, np.ndarray]]:
    """Split a weekly table into columns per segment, with the total of all segments first.

    Parameters
    ----------
    weekly : DataFrame
        One row per week and segment; all other columns additive over people.

    Returns
    -------
    dict
        Segment (``total`` first) -> column -> float64 array of shape (weeks,). Two columns are added:
        ``cost`` (the sum of all ``cost.<lever>``) and ``profit`` (margin less cost).
    """
    names = [name for name in weekly.columns if name not in ("week", "segment")]
    values = weekly[names].to_numpy(dtype=float)
    week, segment = weekly["week"].to_numpy(), weekly["segment"].to_numpy(dtype=object)
    parts = {}
    for name in dict.fromkeys(segment):
        rows = np.flatnonzero(segment == name)
        parts[name] = values[rows[np.argsort(week[rows], kind="stable")]]
    weeks = np.unique(week).astype(float)
    whole = {TOTAL: np.sum(list(parts.values()), axis=0), **parts}
    return {name: _with_profit(names, block, weeks) for name, block in whole.items()}


def _with_profit(names: list[str], block: np.ndarray, weeks: np.ndarray) -> dict[str, np.ndarray]:
    columns = dict(zip(names, block.T, strict=True))
    costs = [columns[name] for name in names if name.startswith("cost.")]
    columns["week"] = weeks
    columns["cost"] = np.sum(costs, axis=0) if costs else np.zeros(len(weeks))
    columns["profit"] = columns["margin"] - columns["cost"]
    return columns


def _per_year(flow: np.ndarray) -> float:
    return float(flow.sum() * WEEKS_PER_YEAR / len(flow))


def _recent(flow: np.ndarray) -> float:
    return float(flow[-WINDOW:].sum())


def _ratio(over: float, under: float) -> float:
    return float(over / under) if under > 0 else float("nan")


def _discounted(columns: Columns, flow: str, discount: float) -> float:
    return float(np.sum(np.exp(-discount * columns["week"]) * columns[flow]))


def _equity(columns: Columns, discount: float) -> float:
    horizon = len(columns["week"])
    after = columns["residual_equity"][-1] - columns["liability"][-1]
    return _discounted(columns, "profit", discount) + float(np.exp(-discount * horizon) * after)


def _talk(columns: Columns) -> np.ndarray:
    return columns["n_positive_talk"] + columns["n_negative_talk"]


_YEARLY = "the horizon, per year"
_LAST_YEAR = f"last {WINDOW} weeks"
_END = "last week"

#: Every measure of a single run: name -> how it is worked out. `scaled` ones are turned into the firm's.
MEASURES: dict[str, Measure] = {
    "customer_equity": Measure(
        _equity,
        "currency",
        "Discounted profit in the horizon, plus the discounted margin that the customers of the "
        "last week still bring with all levers off, less the expected cost of rewards outstanding",
        "the horizon and after",
        True,
        True,
    ),
    "profit": Measure(
        lambda c, _: _per_year(c["profit"]),
        "currency per year",
        "Margin less the cost of all levers (discounts and redeemed rewards are costs)",
        _YEARLY,
        True,
        True,
    ),
    "margin": Measure(
        lambda c, _: _per_year(c["margin"]),
        "currency per year",
        "Spend at the firm times gross margin, before the cost of levers",
        _YEARLY,
        True,
        True,
    ),
    "cost": Measure(
        lambda c, _: _per_year(c["cost"]),
        "currency per year",
        "Cost of all levers, discounts and redeemed rewards included",
        _YEARLY,
        False,
        True,
    ),
    "retention": Measure(
        lambda c, _: _ratio(c["n_start_active"][-1], c["n_start"][-1]),
        "share",
        "Customers active at the start who never dropped out since, of all active at the start",
        _END,
        True,
    ),
    "repeat_rate": Measure(
        lambda c, _: _ratio(c["n_bought_12w"][-1], c["n_active"][-1]),
        "share",
        "Active customers who bought in the last 12 weeks, of all active customers",
        _END,
        True,
    ),
    "share_of_wallet": Measure(
        lambda c, _: _ratio(
            _recent(c["spend"]), _recent(c["spend"]) + _recent(c["rival_spend"])
        ),
        "share",
        "Spend at the firm, of the spend at the firm and its rivals",
        _LAST_YEAR,
        True,
    ),
    "csat": Measure(
        lambda c, _: _ratio(_recent(c["n_satisfied"]), _recent(c["n_surveyed"])),
        "share",
        "Satisfied answers, of all answers to the survey (with its response bias)",
        _LAST_YEAR,
        True,
    ),
    "nps": Measure(
        lambda c, _: (
            100
            * _ratio(
                _recent(c["n_promoter"]) - _recent(c["n_detractor"]), _recent(c["n_surveyed"])
            )
        ),
        "points",
        "Promoters less detractors, per 100 answers to the survey (with its response bias)",
        _LAST_YEAR,
        True,
    ),
    "positive_talk_share": Measure(
        lambda c, _: _ratio(_recent(c["n_positive_talk"]), _recent(_talk(c))),
        "share",
        "Positive messages, of all messages customers send to each other about the firm",
        _LAST_YEAR,
        True,
    ),
    "messages": Measure(
        lambda c, _: _ratio(
            1000 * WEEKS_PER_YEAR * _recent(_talk(c)), _recent(c["n_active"])
        ),
        "messages per 1000 active customers and year",
        "Messages about the firm, positive and negative",
        _LAST_YEAR,
        True,
    ),
    "trips": Measure(
        lambda c, _: _ratio(WEEKS_PER_YEAR * _recent(c["trips"]), _recent(c["n_active"])),
        "trips per active customer and year",
        "Trips to the firm",
        _LAST_YEAR,
        True,
    ),
    "active_customers": Measure(
        lambda c, _: float(c["n_active"][-1]),
        "customers",
        "Active customers, old and new",
        _END,
        True,
        True,
    ),
    "new_customers": Measure(
        lambda c, _: _per_year(c["new_joined"]),
        "customers per year",
        "People who became customers for the first time (those who returned are not counted)",
        _YEARLY,
        True,
        True,
    ),
    "response_minutes": Measure(
        lambda c, _: _ratio(_recent(c["wait_minutes"]), _recent(c["n_contacts"])),
        "minutes",
        "Mean wait of those who contacted the service desk",
        _LAST_YEAR,
        False,
    ),
}

#: Measures that exist only against doing nothing on the same luck: name -> (unit, definition, window,
#: higher is better).
PAIRED: dict[str, tuple[str, str, str, bool]] = {
    "return": (
        "currency per currency spent",
        "Gain in customer equity over doing nothing, per discounted cost; none if nothing is spent",
        "the horizon and after",
        True,
    ),
    "payback_week": (
        "week",
        "First week from which the running total of profit stays at or above that of doing nothing "
        "until the end of the horizon; infinite if there is none",
        "the horizon",
        False,
    ),
}


def customer_equity(weekly: pd.DataFrame, weekly_discount: float) -> float:
    """Give the customer equity of the people in a weekly table, in their own money (not scaled).

    Parameters
    ----------
    weekly : DataFrame
        Weekly table; segments are added up.
    weekly_discount : float
        Continuous discount rate delta per week.

    Returns
    -------
    float
        sum_w exp(-delta w) profit_w + exp(-delta H) (residual_equity - liability) of the last week,
        with H the number of weeks.
    """
    return _equity(columns_by_segment(weekly)[TOTAL], weekly_discount)


def horizon_measures(weekly: pd.DataFrame, market: Market, scale: float) -> pd.DataFrame:
    """Give all measures of one run, for the firm and for each value segment.

    Parameters
    ----------
    weekly : DataFrame
        Weekly table of the run.
    market : Market
        Its discount rate is used.
    scale : float
        Customers of the firm per simulated customer; multiplies money and head counts.

    Returns
    -------
    DataFrame
        Columns ``segment`` (``total`` and each segment), ``measure``, ``value``; NaN where a ratio has
        nothing under it (no answers to the survey, say).
    """
    return _long(measure_segments(columns_by_segment(weekly), market.weekly_discount, scale))


def measure_segments(
    segments: Mapping[str, Columns], discount: float, scale: float
) -> dict[str, dict[str, float]]:
    """Give segment -> measure -> value from the columns of a run (see `columns_by_segment`)."""
    return {
        segment: {
            name: measure.function(columns, discount) * (scale if measure.scaled else 1.0)
            for name, measure in MEASURES.items()
        }
        for segment, columns in segments.items()
    }


def paired_measures(
    weekly: pd.DataFrame, baseline_weekly: pd.DataFrame, market: Market
) -> pd.DataFrame:
    """Give the measures that need the same customers, with the same luck, under doing nothing.

    Parameters
    ----------
    weekly, baseline_weekly : DataFrame
        Weekly tables of a strategy and of the baseline with the same seed and draw.
    market : Market
        Its discount rate is used.

    Returns
    -------
    DataFrame
        Columns ``segment``, ``measure`` (``return``, ``payback_week``), ``value``. A return is NaN
        when no more is spent than under doing nothing; a payback is infinite when it is not reached
        within the horizon.
    """
    return _long(
        pair_segments(
            columns_by_segment(weekly),
            columns_by_segment(baseline_weekly),
            market.weekly_discount,
        )
    )


def pair_segments(
    segments: Mapping[str, Columns], baseline: Mapping[str, Columns], discount: float
) -> dict[str, dict[str, float]]:
    """Give segment -> paired measure -> value from the columns of two runs on the same luck."""
    result = {}
    for segment, columns in segments.items():
        base = baseline[segment]
        gain = _equity(columns, discount) - _equity(base, discount)
        cost = _discounted(columns, "cost", discount) - _discounted(base, "cost", discount)
        result[segment] = {
            "return": _ratio(gain, cost),
            "payback_week": payback_week(columns["profit"] - base["profit"], columns["week"]),
        }
    return result


def payback_week(difference: np.ndarray, week: np.ndarray) -> float:
    """Give the first week from which the running total of `difference` is never below zero again.

    Parameters
    ----------
    difference : ndarray, shape (weeks,)
        Profit less the baseline's profit in each week.
    week : ndarray, shape (weeks,)
        The weeks' numbers.

    Returns
    -------
    float
        A week, or infinity when the running total ends below zero.
    """
    below = np.flatnonzero(np.cumsum(difference) < 0)
    if not len(below):
        return float(week[0])
    return float(week[below[-1] + 1]) if below[-1] + 1 < len(week) else float("inf")


def weekly_paths(columns: Columns, scale: float) -> dict[str, np.ndarray]:
    """Give what a report draws over time: measure -> array of shape (weeks,).

    ``cumulative_profit`` (currency, undiscounted) and ``active_customers`` are the firm's; `retention`
    and ``share_of_wallet`` (of that week's spend) are shares; ``satisfaction`` is the mean over active
    customers in standard deviations of the baseline market.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "cumulative_profit": np.cumsum(columns["profit"]) * scale,
            "retention": columns["n_start_active"] / columns["n_start"],
            "satisfaction": columns["satisfaction_sum"] / columns["n_active"],
            "share_of_wallet": columns["spend"] / (columns["spend"] + columns["rival_spend"]),
            "active_customers": columns["n_active"] * scale,
        }


def definitions_table() -> str:
    """Give the Markdown table of all measures that ``data/README.md`` shows."""
    rows = [
        (name, m.unit, m.window, m.definition, m.higher_is_better) for name, m in MEASURES.items()
    ]
    rows += [
        (name, unit, window, definition, better)
        for name, (unit, definition, window, better) in PAIRED.items()
    ]
    lines = ["| measure | unit | window | definition | better |", "|---|---|---|---|---|"]
    for name, unit, window, definition, better in rows:
        word = "higher" if better else "lower"
        lines.append(f"| `{name}` | {unit} | {window} | {definition} | {word} |")
    return "\n".join(lines) + "\n"


def _long(values: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    rows = [
        (segment, measure, value)
        for segment, measures in values.items()
        for measure, value in measures.items()
    ]
    return pd.DataFrame(rows, columns=["segment", "measure", "value"])
