"""Whether the sets of ``data/trades.yaml`` can be values of a market: each number checked."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from sim.common.errors import InputError, nearest
from sim.common.reading import validate, wrong
from sim.common.several import together
from sim.common.text import Currency, Title
from sim.market.declared import SETS, sections
from sim.market.numbers import MarketPart, Number, faults_of_parts
from sim.market.trade_names import TRADES
from sim.market.values import VALUES


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
        faults = [*_of_values(self.values), *faults_of_parts(self.rivals, "rivals")]
        faults += faults_of_parts(self.channels, "channels")
        if faults:
            raise together(faults)
        return self


def _of_values(values: Mapping[str, Number]) -> Iterator[PydanticCustomError]:
    """Yield what is wrong with the values of a trade."""
    for name, number in values.items():
        field = f"values.{name}"
        if name not in VALUES:
            yield wrong(field, name, "the name of a market's value", nearest(name, VALUES))
            continue
        if number.status != "assumed":
            yield wrong(f"{field}.status", number.status, "assumed: no firm measured it")
        if number.unit != VALUES[name].unit:
            yield wrong(f"{field}.unit", number.unit, VALUES[name].unit)
        yield from number.out_of(field, *VALUES[name].range)


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
    written = sections(SETS)
    for name in {*TRADES} ^ {*written}:
        raise InputError(SETS, name, ", ".join(written), "a set for each of " + ", ".join(TRADES))
    return {name: validate(Trade, written[name], SETS, name) for name in TRADES}
