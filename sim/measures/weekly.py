"""The weekly table of a run, as columns per value segment.

A run leaves one table (`LoyaltyModel.weekly`): a row per week and segment, every column a sum over
people, so that segments add up to the whole firm. Where rare events are weighed
(`sim.model.rare_events`) it tells two lives, or one of two, and its columns are what is expected of
both.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.market.touchpoints import FAILURES_AT
from sim.model.observers.recorder import LIFE, WEIGHT
from sim.world.population import VALUE_SEGMENTS

#: Name of the sum of all segments.
TOTAL = "total"
#: What a report calls the segments, the whole first.
SEGMENT_LABELS = {
    TOTAL: "all customers",
    **{name: f"{name.replace('_', '-')} customers" for name in VALUE_SEGMENTS},
}

#: Sums over people: name of a column -> its value in each week.
Columns = Mapping[str, np.ndarray]
#: Columns that a run has only where there is something to record.
_ABSENT_IS_NONE = (
    *("new_by_talk", "new_referred", "new_by_platform"),
    *("n_taking_part", "n_opted_out", "platform_reach", "platform_posts", "reputation"),
    *("n_complaints", "n_suggestions", "n_suggestions_useful", "n_answered", "n_acted_on"),
    *("n_contacts_first", "wait_minutes_first"),
    *FAILURES_AT.values(),
)
#: Columns that say what a row tells, and are no sums over people.
_KEYS = ("week", "segment", LIFE, WEIGHT)


def lives_of(weekly: pd.DataFrame | Columns) -> list[tuple[float, Columns]]:
    """Return the lives that a weekly table tells, each with its chance: one of chance 1, or two."""
    if LIFE not in weekly:
        return [(1.0, {str(name): np.asarray(weekly[name]) for name in weekly})]
    life = np.asarray(weekly[LIFE])
    parts = []
    for number in np.unique(life):
        rows = np.flatnonzero(life == number)
        begin, end = int(rows[0]), int(rows[-1]) + 1
        # a life's rows stand together as a rule: then its columns are looked at, not copied
        there = slice(begin, end) if end - begin == len(rows) else rows
        parts.append({str(name): np.asarray(weekly[name])[there] for name in weekly})
    return [(float(part[WEIGHT][0]), part) for part in parts]


def with_other_life(weekly: Columns, nothing: Columns) -> Columns:
    """Return a weekly table with both lives, where it tells one of two.

    Parameters
    ----------
    weekly : mapping
        Columns of the table of a run.
    nothing : mapping
        The same of doing nothing in the same future, with both lives.

    Returns
    -------
    mapping
        The life that was not lived is the one that was, plus what doing nothing differs by between them
        (`sim.model.rare_events` says why that is no bias).
    """
    if LIFE not in weekly or len(np.unique(weekly[LIFE])) > 1:
        return weekly
    number = int(weekly[LIFE][0])
    _, own = lives_of(weekly)[0]
    usual = [life for _, life in lives_of(nothing)]
    other, none = dict(own), np.zeros(len(own["week"]))
    for name in usual[number].keys() - {"week", "segment"}:
        between = usual[1 - number][name] - usual[number][name]
        other[name] = own.get(name, none) + between
    lives = (own, other) if number == 0 else (other, own)
    return {
        name: np.concatenate([life.get(name, none) for life in lives])
        for name in dict.fromkeys([*own, *other])
    }


def columns_by_segment(weekly: pd.DataFrame | Columns) -> dict[str, dict[str, np.ndarray]]:
    """Split a weekly table into columns per segment, with the total of all segments first.

    Parameters
    ----------
    weekly : DataFrame, or mapping of its columns
        One row per week and segment; all other columns additive over people.

    Returns
    -------
    dict
        Segment (``total`` first) -> column -> float64 array of shape (weeks,). Added are ``cost``
        (the sum of all ``cost.<lever>``), ``profit`` (margin less cost and the cost of
        acquisition), ``n_kept`` (active customers who were so a week before), ``wallet`` (spend at the
        firm and its rivals), ``n_messages`` and ``n_net_promoter``, and zeros for
        what a run records only where there is any. Of two lives, the mean by their chances.
    """
    names = [str(name) for name in weekly if name not in _KEYS]
    (_, first), *others = lives_of(weekly)
    values = usual = _block(first, names)
    for chance, life in others:
        # added to the first, so that what is the same in both stays so to the last bit
        values = values + chance * (_block(life, names) - usual)
    week, segment = first["week"], np.asarray(first["segment"], dtype=object)
    parts = {}
    for name in dict.fromkeys(segment):
        rows = np.flatnonzero(segment == name)
        parts[name] = values[rows[np.argsort(week[rows], kind="stable")]]
    weeks = np.unique(week).astype(float)
    whole = {TOTAL: np.sum(list(parts.values()), axis=0), **parts}
    return {name: _with_sums(names, block, weeks) for name, block in whole.items()}


def _block(weekly: Columns, names: list[str]) -> np.ndarray:
    """Return columns side by side, shape (rows, columns)."""
    return np.column_stack([np.asarray(weekly[name], dtype=float) for name in names])


def _with_sums(names: list[str], block: np.ndarray, weeks: np.ndarray) -> dict[str, np.ndarray]:
    columns = dict(zip(names, block.T, strict=True))
    costs = [columns[name] for name in names if name.startswith("cost.")]
    columns["week"] = weeks
    columns["cost"] = np.sum(costs, axis=0) if costs else np.zeros(len(weeks))
    columns["profit"] = columns["margin"] - columns["cost"] - columns["acquisition_cost"]
    columns["n_kept"] = columns["n_active"] - columns["new_joined"] - columns["new_won_back"]
    columns["wallet"] = columns["spend"] + columns["rival_spend"]
    columns["n_messages"] = columns["n_positive_talk"] + columns["n_negative_talk"]
    none = np.zeros(len(weeks))
    for name in _ABSENT_IS_NONE:
        columns.setdefault(name, none)
    columns["n_net_promoter"] = columns["n_promoter"] - columns["n_detractor"]
    return columns


def weekly_paths(columns: Columns, scale: float) -> dict[str, np.ndarray]:
    """Return what a report draws over time: measure -> array of shape (weeks,).

    Parameters
    ----------
    columns : mapping
        One segment of `columns_by_segment`.
    scale : float
        Customers of the firm per simulated customer.

    Returns
    -------
    dict
        ``cumulative_profit`` (currency, not discounted) and ``active_customers`` are the firm's;
        ``retention`` and ``share_of_wallet`` (of that week's spend) are shares; ``satisfaction`` is
        the mean over active customers in standard deviations of the baseline market. NaN where
        nobody is left to take a mean over.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "cumulative_profit": np.cumsum(columns["profit"]) * scale,
            "retention": columns["n_start_active"] / columns["n_start"],
            "satisfaction": columns["satisfaction_sum"] / columns["n_active"],
            "share_of_wallet": columns["spend"] / columns["wallet"],
            "active_customers": columns["n_active"] * scale,
        }


def term_means(columns: Columns) -> dict[tuple[str, str], float]:
    """Return the mean term per exposed person and week on the link scale, by outcome and mechanism.

    Parameters
    ----------
    columns : mapping
        One segment of `columns_by_segment`, with ``exposed.<outcome>`` and
        ``term.<outcome>.<mechanism>``.

    Returns
    -------
    dict
        (outcome, mechanism) -> sum of the term over people and weeks, divided by the people and
        weeks it applied to; 0 where it applied to nobody.
    """
    means = {}
    for name, term in columns.items():
        if name.startswith("term."):
            _, outcome, mechanism = name.split(".", 2)
            exposed = columns[f"exposed.{outcome}"].sum()
            means[outcome, mechanism] = float(term.sum() / exposed) if exposed > 0 else 0.0
    return means
