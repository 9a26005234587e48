"""Whether what is written of a market fits together: values, rates that move, covariances and shares.

Each part is judged by what can be read of it, whatever is wrong in the others.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticCustomError

from sim.common.whole import readable
from sim.market.covariances import Covariance, faults_of_covariances
from sim.market.declared import declared
from sim.market.moving_rates import MovingRates
from sim.market.numbers import MarketPart, Number, faults_of_parts
from sim.market.trade_names import TRADES
from sim.market.value_faults import value_faults


def faults_between(content: Mapping[str, Any]) -> list[PydanticCustomError]:
    """Return all that does not fit together in a market (`sim.common.whole.Fitting`)."""
    faults, values = list[PydanticCustomError](), dict[str, Number]()
    if isinstance(written := content.get("values"), Mapping):
        values = {
            str(name): one for name, found in written.items() if (one := _read(Number, found))
        }
        unread = {str(name) for name in written} - values.keys()
        faults = value_faults(values, own_wage=_own_wage(content), unread=unread)
        if unread or faults:
            values = {}  # too little is right to hold other parts against it
    moving = _read(MovingRates, content.get("moving_rates"))
    if moving is not None:
        faults += moving.faults(values)
    if values:
        errors = _each(Covariance, content.get("covariances"))
        faults += faults_of_covariances(values, [one for one in errors if one is not None])
    return [*faults, *_of_shares(content)]


def _own_wage(content: Mapping[str, Any]) -> str:
    """Return the market's name if no declared wage is in its currency, else nothing."""
    trade, currency = content.get("trade"), content.get("currency")
    known = isinstance(currency, str) and (trade is None or trade in TRADES)
    is_own = known and currency != declared(trade).currency
    return str(content.get("name", "")) if is_own else ""


def _of_shares(content: Mapping[str, Any]) -> Iterator[PydanticCustomError]:
    """Yield what is wrong with the shares of rivals and of channels; of some alone, each by itself."""
    for field in ("rivals", "channels"):
        parts = _each(MarketPart, content.get(field))
        if parts and None not in parts:
            yield from faults_of_parts([part for part in parts if part is not None], field)


def _each[M: BaseModel](model: type[M], found: object) -> list[M | None]:
    """Return each of a list as it was read, None where it is wrong; none of what is no list."""
    return [_read(model, one) for one in found] if isinstance(found, list) else []


def _read[M: BaseModel](model: type[M], found: object) -> M | None:
    """Return what was read, if nothing in it is wrong."""
    read, faulty = readable(model, found)
    return None if faulty else read
