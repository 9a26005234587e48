"""What a calibration gives: a market, its histories, and what they rest on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.calibration.maximum_likelihood import Estimate
from sim.calibration.panel_window import Window
from sim.common.paths import shown
from sim.market.market import Market
from sim.market.matters import WHY, first_to_check


@dataclass(frozen=True)
class Calibration:
    """A market, the histories its week 0 starts from, and the statistics behind it.

    Attributes
    ----------
    market : Market
    histories : pandas.DataFrame
        ``frequency``, ``recency``, ``T``, ``monetary_value``; one row per customer, no ids.
    estimates : dict of str to Estimate
        ``purchases`` and ``spend``, or ``renewals``; ``.results`` are statsmodels results.
    window : Window or None
        From which a panel's customers count; those of a cohort count from their first purchase.
    written : tuple of Path
        Files written; empty if they held the same already.
    customers : numpy.ndarray or None
        The number that the log gives to the customer of each history; in no file.
    choices : tuple of str
        Which laws were chosen, and why.
    """

    market: Market
    histories: pd.DataFrame
    estimates: dict[str, Estimate]
    written: tuple[Path, ...] = ()
    window: Window | None = None
    customers: np.ndarray | None = None
    choices: tuple[str, ...] = ()

    def __str__(self) -> str:
        market = self.market
        lines = [
            f"Market {market.name}: {market.data.n_customers:,} customers, "
            f"{market.data.first_date} to {market.data.last_date}"
        ]
        for name, number in market.values.items():
            if number.status == "estimated":
                lines.append(f"  {name:24} {number.value:10.4g}  +- {number.standard_error:.2g}")
        lines += self.choices
        n_assumed = sum(n.status == "assumed" for n in market.values.values())
        trade = market.trade
        of = (
            f"as is usual in the trade {trade}" if trade else "as for any firm (--trade knows more)"
        )
        lines.append(f"  and {n_assumed} values assumed, {of}. Check first, as they matter most:")
        for name in first_to_check(market):
            number = market.values[name]
            ends = f"({number.low:g} to {number.high:g})"
            lines.append(f"  {name:24} {number.value:10.4g}  {ends}  {WHY[name]}")
        lines.append(
            f"  `loyalty assume {market.name} --set NAME=VALUE,SOURCE` states what you know"
        )
        lines += [f"Caution: {text}" for text in market.data.cautions]
        lines += [f"Written: {shown(path)}" for path in self.written] or ["Nothing has changed."]
        return "\n".join(lines)
