"""What is known of the futures of a comparison: what was drawn in each, and what strategies gain there.

What answers lean on, when advice loses and what is worth finding out are read from it; nothing is run.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from sim.analysis.verdict import gains_over_nothing
from sim.experiment.fingerprint import always_in
from sim.experiment.futures import independent_values
from sim.experiment.manifest import Manifest
from sim.experiment.uncertain_values import ranges_of

#: Address of the number of customers of the firm.
SIZE = "market.firm_customers"
#: To which values that go together are alike.
_DIGITS = 9
#: First words of the addresses that are of the market, not of a lever.
_OF_MARKET = {"market", "moving", "law", "rivals", "channels"}


@dataclass(frozen=True)
class Futures:
    """What is known of the futures of a comparison.

    Attributes
    ----------
    gains : DataFrame
        Futures by scenarios: gain over doing nothing.
    firm : Series
        Customers of the firm in each.
    values : DataFrame
        Futures by addresses: what was drawn.
    ranges : dict
        Address -> (low, most likely, high).
    """

    gains: pd.DataFrame
    firm: pd.Series
    values: pd.DataFrame
    ranges: dict[str, tuple[float, float, float]]

    @cached_property
    def per_customer(self) -> pd.DataFrame:
        """Gains per customer of the firm."""
        return self.gains.div(self.firm.to_numpy(), axis=0)

    def moving(self, among: Iterable[str]) -> list[str]:
        """Return the addresses among some whose values differ from future to future.

        Of values of which one tells the other, as the shares of two channels do, the first stands for
        both.
        """
        some = set(among)
        names = [name for name in self.values if name in some and self.values[name].nunique() > 1]
        first = {_course(self.values[name]): name for name in reversed(names)}
        return [name for name in names if first[_course(self.values[name])] == name]


def _course(values: pd.Series) -> tuple[float, ...]:
    """Return how values go from future to future: the same of all that a straight line ties together."""
    off = (values - values.mean()).to_numpy(dtype=float)
    return tuple(np.round(off / off[np.argmax(np.abs(off))], _DIGITS))


def futures_of(manifest: Manifest, equity: pd.DataFrame) -> Futures:
    """Return what is known of the futures of a comparison, second lives left out.

    Parameters
    ----------
    manifest : Manifest
    equity : DataFrame
        Customer equity, futures by scenarios.
    """
    drawn = [one for one in manifest.drawn if not one.luck]
    return Futures(
        gains_over_nothing(equity),
        pd.Series([manifest.scale(one) * manifest.n_customers for one in drawn]),
        pd.DataFrame(independent_values(manifest.market, drawn)),
        ranges_of(manifest.market, manifest.parameters),
    )


def that_can_move(manifest: Manifest, strategies: Iterable[str]) -> list[str]:
    """Return the addresses of the values that can move the gains of some strategies."""
    plays = [play for name in strategies for play in manifest.strategies[name].sized.plays]
    owners = always_in((play.lever for play in plays), manifest.market) | _OF_MARKET
    ranges = ranges_of(manifest.market, manifest.parameters)
    return [address for address in ranges if address.partition(".")[0] in owners]
