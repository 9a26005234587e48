"""The trades that ``data/trades.yaml`` speaks of; apart, so that help needs no library to name them."""

from typing import Literal, get_args

#: Trades that have a set of their own; a firm of another trade has the values of ``default``.
TradeName = Literal[
    "grocery",
    "fashion",
    "electronics",
    "restaurant",
    "travel",
    "hotel",
    "subscription",
    "bank",
    "b2b_supply",
]
TRADES: tuple[str, ...] = get_args(TradeName)
