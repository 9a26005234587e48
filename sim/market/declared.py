"""What is declared of values that no purchase log shows, by trade: numbers as they are written.

A value of a market comes from the log, else from what is known of the log's own source, else from the
trade (``data/trades.yaml``), else from ``default`` of ``data/assumptions.yaml``.
"""

from functools import cache
from typing import Any, NamedTuple

from sim.common.errors import InputError, nearest
from sim.common.paths import root
from sim.common.reading import read_yaml
from sim.market.trade_names import TRADES

ASSUMPTIONS, SETS = "data/assumptions.yaml", "data/trades.yaml"


class Declared(NamedTuple):
    """Declared numbers, each as a market file has them.

    Attributes
    ----------
    currency : str
        What their money is in.
    values : dict
        Name of a market's value -> number.
    rivals, channels : list
        Of name and share.
    """

    currency: str
    values: dict[str, Any]
    rivals: list[Any]
    channels: list[Any]


@cache
def sections(file: str) -> dict[str, Any]:
    """Read a file of declared numbers once."""
    return read_yaml(root() / file)


def declared(trade: str | None = None) -> Declared:
    """Return what is declared of firms of a trade, or of any firm.

    Parameters
    ----------
    trade : str, optional
        One of `TRADES`; what it does not speak of is as for any firm.

    Raises
    ------
    InputError
        If there is no such trade, or a file is wrong.
    """
    base = sections(ASSUMPTIONS).get("default") or {}
    if trade is None:
        own: dict[str, Any] = {}
    elif trade in TRADES:
        own = sections(SETS).get(trade) or {}
    else:
        expected = "one of " + ", ".join(TRADES)
        raise InputError("--trade", "trade", trade, expected, nearest(trade, TRADES))
    values = {**base.get("values", {}), **own.get("values", {})}
    currency = str(own.get("currency", base.get("currency", "")))
    rivals, channels = (own.get(key, base.get(key, [])) for key in ("rivals", "channels"))
    return Declared(currency, values, rivals, channels)
