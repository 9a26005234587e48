"""Kinds of market: with contracts, and without. A further kind is one more module here."""

from sim.market.market import Market
from sim.model.kinds.contractual import Contractual
from sim.model.kinds.market_kind import MarketKind
from sim.model.kinds.noncontractual import NonContractual


def kind_of(market: Market) -> MarketKind:
    """Return what is particular to a market's kind."""
    return Contractual() if market.is_contractual else NonContractual()
