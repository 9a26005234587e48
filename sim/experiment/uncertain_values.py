"""What is uncertain of a market and of how people respond, and where each value stands in its law.

A value is named by its address (`sim.experiment.futures.Future`). Values that are assumed go through a
range; those that a log tells follow their joint law.
"""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from scipy import special

from sim.common.random_numbers import Floats
from sim.evidence.parameters import Parameter, pert_quantile
from sim.experiment.latin_hypercube import spread
from sim.market.covariances import Joint, joint_laws
from sim.market.market import Market
from sim.market.numbers import MarketPart, Number, effective_shares
from sim.market.values import NEVER_DRAWN, WHOLE

#: Address of the law of buying: 1 where customers' rates move, 0 where they stay.
LAW = "law.moving_rates"


def uncertain(
    market: Market, parameters: Iterable[Parameter]
) -> dict[str, tuple[float, float, float]]:
    """Return what futures draw through a range: address -> (low, most likely, high).

    Parameters
    ----------
    market : Market
        Its assumed values with a range are drawn, but for what the firm chooses, and its law of buying
        where it states two.
    parameters : iterable of Parameter
        Those with a range are drawn.
    """
    numbers = {
        f"market.{name}": number
        for name, number in market.values.items()
        if name not in NEVER_DRAWN
    }
    for kind, parts in parts_of(market):
        if len(parts) > 1:  # the share of one alone is all
            numbers |= {f"{kind}.{part.name}": part.share for part in parts}
    if market.moving_rates is not None:
        numbers |= {f"moving.{name}": one for name, one in market.moving_rates.values.items()}
    found = {
        address: ends for address, number in numbers.items() if (ends := _range(address, number))
    }
    if market.moving_rates is not None:
        found[LAW] = (0.0, market.moving_rates.weight, 1.0)
    return found | {
        f"{row.lever}.{row.parameter}": (row.low, row.value, row.high)
        for row in parameters
        if row.distribution == "pert" and row.low < row.high
    }


def ranges_of(
    market: Market, parameters: Iterable[Parameter]
) -> dict[str, tuple[float, float, float]]:
    """Return the range of all that futures draw: of an estimate, the 90 % interval of its own part."""
    joint = {
        address: ends
        for addresses, law in joint_of(market)
        for address, ends in zip(addresses, law.ranges().values(), strict=True)
    }
    return uncertain(market, parameters) | joint


def draw_values(
    market: Market, parameters: Iterable[Parameter], futures: int, seed: int
) -> dict[str, list[float]]:
    """Return the draws of each value through its range, future by future: shares as they were drawn."""
    return values_at(market, parameters, lambda address: spread(address, futures, seed))


def values_at(
    market: Market, parameters: Iterable[Parameter], places: Callable[[str], Floats]
) -> dict[str, list[float]]:
    """Return each value where it stands in its law, future by future: shares as they were drawn."""
    drawn = {
        address: [_drawn(address, u, *ends) for u in places(address)]
        for address, ends in uncertain(market, parameters).items()
    }
    for addresses, law in joint_of(market):
        scores = special.ndtri(np.stack([places(each) for each in addresses]))
        drawn |= dict(zip(addresses, law.values(scores).tolist(), strict=True))
    for name in WHOLE:
        if f"market.{name}" in drawn:
            drawn[f"market.{name}"] = [float(round(x)) for x in drawn[f"market.{name}"]]
    return drawn


def with_shares(market: Market, values: dict[str, float]) -> dict[str, float]:
    """Return what was drawn of a future, with its shares as they are simulated."""
    found = dict(values)
    for kind, parts in parts_of(market):
        if drawn := of_kind(values, f"{kind}."):
            shares = effective_shares(parts, drawn)
            found |= {
                f"{kind}.{part.name}": share for part, share in zip(parts, shares, strict=True)
            }
    return found


def parts_of(market: Market) -> tuple[tuple[str, list[MarketPart]], ...]:
    """Return what has shares of a market, by the first word of their addresses."""
    return ("rivals", market.rivals), ("channels", market.channels)


def of_kind(values: Mapping[str, float], prefix: str) -> dict[str, float]:
    """Return the values whose addresses begin with a prefix, by the rest of their addresses."""
    return {
        address.removeprefix(prefix): value
        for address, value in values.items()
        if address.startswith(prefix)
    }


def _drawn(address: str, uniform: float, low: float, likely: float, high: float) -> float:
    """Return the quantile of a value's law; of the law of buying, 1 with the chance that is stated."""
    if address == LAW:
        return float(uniform >= 1.0 - likely)
    return pert_quantile(uniform, low, likely, high)


def joint_of(market: Market) -> list[tuple[list[str], Joint]]:
    """Return addresses and joint laws of what a log told, of the market and of where its rates move."""
    laws = [("market.", one) for one in joint_laws(market.values, market.covariances)]
    if moving := market.moving_rates:
        laws += [("moving.", one) for one in joint_laws(moving.values, moving.covariances)]
    return [([prefix + name for name in law.names], law) for prefix, law in laws]


def _range(address: str, number: Number) -> tuple[float, float, float] | None:
    """Return the ends of a number and what is most likely, None if it is not drawn.

    Numbers that are assumed are drawn so, and shares of rivals or channels that a log tells.
    """
    part = address.startswith(("rivals.", "channels."))
    drawn = ("assumed", "estimated") if part else ("assumed",)
    if number.status not in drawn or number.low is None or number.high is None:
        return None
    return (number.low, number.value, number.high) if number.low < number.high else None
