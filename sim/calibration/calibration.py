"""What a calibration gives: a market, its histories, and what they rest on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.calibration.maximum_likelihood import Estimate
from sim.calibration.panel_window import Window
from sim.calibration.renewal_choice import RenewalChoice
from sim.calibration.spend_choice import SpendChoice
from sim.common.composed import retold
from sim.common.paths import shown
from sim.common.translated import told, translated
from sim.market.market import Market
from sim.market.matters import FIRST, first_to_check


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
    choices : tuple of SpendChoice or RenewalChoice
        Which laws were chosen, and why.
    """

    market: Market
    histories: pd.DataFrame
    estimates: dict[str, Estimate]
    written: tuple[Path, ...] = ()
    window: Window | None = None
    customers: np.ndarray | None = None
    choices: tuple[SpendChoice | RenewalChoice, ...] = ()

    def __str__(self) -> str:
        market = self.market
        lines = [
            told(
                "Market {name}: {customers:,} customers, {first} to {last}",
                name=market.name,
                customers=market.data.n_customers,
                first=retold(market.data.first_date),
                last=retold(market.data.last_date),
            )
        ]
        for name, number in market.values.items():
            if number.status == "estimated":
                lines.append(f"  {name:24} {number.value:10.4g}  +- {number.standard_error:.2g}")
        for part in market.channels:
            number, address = part.share, f"channels.{part.name}"
            if number.status == "estimated":
                lines.append(f"  {address:24} {number.value:10.4g}  +- {number.standard_error:.2g}")
        lines += [choice.in_words for choice in self.choices]
        lines += self._assumed()
        cautions = map(retold, market.data.cautions)
        lines += [told("Caution: {text}", text=text) for text in cautions]
        written = [told("Written: {path}", path=shown(path)) for path in self.written]
        return "\n".join([*lines, *(written or [translated("Nothing has changed.")])])

    def _assumed(self) -> list[str]:
        """Return how much is assumed, what of it to check first, and how to state what is known."""
        market = self.market
        trade = (
            told("as is usual in the trade {trade}", trade=market.trade)
            if market.trade
            else translated("as for any firm (--trade knows more)")
        )
        lines = [
            told(
                "  and {count} values assumed, {trade}. Check first, as they matter most:",
                count=sum(n.status == "assumed" for n in market.values.values()),
                trade=trade,
            )
        ]
        for name, why in list(first_to_check(market).items())[:FIRST]:
            number = market.values[name]
            ends = told("({low:g} to {high:g})", low=number.low, high=number.high)
            lines.append(f"  {name:24} {number.value:10.4g}  {ends}  {translated(why)}")
        states = "  `loyalty assume {market} --set NAME=VALUE,SOURCE` states what you know"
        return [*lines, told(states, market=market.name)]
