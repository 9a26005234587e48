"""What trades say of values that no purchase log shows: the sets of ``data/trades.yaml``.

A value of a market comes from the log, else from what is known of the log's own source, else from the
trade, else from ``default`` of ``data/assumptions.yaml`` (`sim.calibration.market_file.complete`).
"""

from functools import cache
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, model_validator

from sim.common.errors import InputError, nearest
from sim.common.paths import root
from sim.common.reading import read_yaml, validate, wrong
from sim.common.text import Currency, Title
from sim.market.numbers import MarketPart, Number, check_parts
from sim.market.values import VALUES

#: Trades that have a set; a firm of another trade has the values of ``default``.
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
FILE = "data/trades.yaml"
#: Values of the sets that no market has yet: read over until it has.
_AHEAD = frozenset(
    {
        "usual_messages",
        "usual_matching",
        "analyst_wage_ratio",
        "engineer_wage_ratio",
    }
)


class Trade(BaseModel):
    """What a trade says: every number assumed, with its range and its reason.

    Attributes
    ----------
    title : str
        What a reader calls it.
    currency : str
        What its money is in.
    values : dict of str to Number
        By name of the market's value.
    rivals, channels : list of MarketPart
        Whose shares add up to 1.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    title: Title
    currency: Currency
    values: dict[str, Number]
    rivals: list[MarketPart]
    channels: list[MarketPart]

    @model_validator(mode="after")
    def _is_a_set(self) -> "Trade":
        for name, number in self.values.items():
            field = f"values.{name}"
            if name not in VALUES:
                if name in _AHEAD:
                    continue
                expected = "the name of a market's value"
                raise wrong(field, name, expected, nearest(name, VALUES))
            if number.status != "assumed":
                raise wrong(f"{field}.status", number.status, "assumed: no firm measured it")
            if number.unit != VALUES[name].unit:
                raise wrong(f"{field}.unit", number.unit, VALUES[name].unit)
            number.check_range(field, *VALUES[name].range)
        check_parts(self.rivals, "rivals")
        check_parts(self.channels, "channels")
        for name in _AHEAD - VALUES.keys():
            self.values.pop(name, None)
        return self


@cache
def load_trades() -> dict[str, Trade]:
    """Read the sets of all trades.

    Returns
    -------
    dict of str to Trade
        In the order of `TRADES`.

    Raises
    ------
    InputError
        If the file lacks a trade, has another one, or a number of it is wrong.
    """
    written = read_yaml(root() / FILE)
    for name in {*TRADES} ^ {*written}:
        raise InputError(FILE, name, ", ".join(written), "a set for each of " + ", ".join(TRADES))
    return {name: validate(Trade, written[name], FILE, name) for name in TRADES}
