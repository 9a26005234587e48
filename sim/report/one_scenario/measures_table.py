"""The measures of one run beside those of doing nothing, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.common.formatting import capital, change, quantity
from sim.common.translated import translated
from sim.measures.definitions import PAIRED
from sim.measures.of_run import horizon_measures, paired_measures
from sim.measures.weekly import TOTAL
from sim.report.names import measures_in
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.experiment.run_once import RunPair


def measure_rows(pair: RunPair) -> list[tuple[str, ...]]:
    """Return the measures of both runs and their difference: a header and one row each.

    Money and head counts are the firm's.
    """
    market, currency = pair.market, pair.market.currency
    before, after = (
        _of_all(horizon_measures(weekly, market, pair.scale))
        for weekly in (pair.baseline, pair.weekly)
    )
    name = translated(pair.strategy.title)
    rows: list[tuple[str, ...]] = [
        ("", say("common.doing_nothing"), name, say("one_scenario.measures_table.difference"))
    ]
    told = measures_in(market.is_contractual, "terminal")
    for key, measure in told.items():
        if key not in PAIRED:
            rows.append(
                (
                    capital(measure.label),
                    quantity(before[key], measure.kind, currency),
                    quantity(after[key], measure.kind, currency),
                    change(after[key] - before[key], measure.kind, currency),
                )
            )
    paired = _of_all(paired_measures(pair.weekly, pair.baseline, market))
    for key in (key for key in told if key in PAIRED):
        measure = told[key]
        rows.append((capital(measure.label), "", "", quantity(paired[key], measure.kind, currency)))
    return rows


def _of_all(table: pd.DataFrame) -> pd.Series:
    """Return the measures of all customers together, by name."""
    return table[table["segment"] == TOTAL].set_index("measure")["value"]
