"""The two laws of spend, as all that asks for one sees them: calibration, week 0, the weeks, the values.

A market has the values of one: Gamma-Gamma (`sim.calibration.gamma_gamma`) or log-normal
(`sim.calibration.log_normal`). Both give each customer a mean spend of their own, amounts around it that
are independent of how often one buys, and what a history says of that mean.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy import special

from sim.calibration import gamma_gamma, log_normal
from sim.common.kernels.sums import largest, sums_at
from sim.common.random_numbers import Floats, Ints, gamma, gamma_sum
from sim.market.market import Market
from sim.market.values import SPEND_LAWS


class Draw(Protocol):
    """Uniforms of a week (`sim.common.random_numbers.WeekDraws`)."""

    def __call__(self, decision: str, rows: Ints, /) -> Floats:
        """Return uniforms of a decision for some people."""

    def in_turn(self, decisions: tuple[str, ...], rows: Ints, times: Ints) -> tuple[Ints, Floats]:
        """Return uniforms of people who decide several times, as `Draws.in_turn` does."""


@lru_cache(maxsize=256)
def _decisions(name: str, trips: int) -> tuple[str, ...]:
    """Return the decisions of the amounts of some trips: the first has the plain name."""
    return tuple(f"{name} of purchase {trip + 1}" if trip else name for trip in range(trips))


class SpendLaw(ABC):
    """How much customers spend on an occasion, and how they differ."""

    @abstractmethod
    def own_mean(self, score: Floats) -> Floats:
        """Return the mean spend of people who stand at these normal scores, lowest first."""

    @abstractmethod
    def own_mean_given(self, uniform: Floats, trips: Floats, mean: Floats) -> Floats:
        """Draw people's mean spend given their occasions so far and the mean of those."""

    @abstractmethod
    def expected(self, trips: npt.ArrayLike, mean: npt.ArrayLike) -> Floats:
        """Return the expected spend of the next occasion given those so far and their mean."""

    @abstractmethod
    def log_density(self, amount: Floats, trips: Floats, mean: Floats) -> Floats:
        """Return the log density of an amount to come given a customer's occasions and their mean."""

    @abstractmethod
    def mean_of(self, uniform: Floats, count: Floats, mean: Floats) -> Floats:
        """Draw the mean of some amounts of customers whose own mean is given."""

    @abstractmethod
    def spend(
        self, draw: Draw, rows: Ints, trips: Ints, mean: Floats, decision: str = "spend"
    ) -> Floats:
        """Draw what people spend on some trips together, each around the person's mean."""

    @abstractmethod
    def part(self, draw: Draw, rows: Ints, trip: int) -> Floats:
        """Return the part of a trip, counted from 0, in what `spend` gives people: up to a factor."""

    @abstractmethod
    def coefficient_of_variation(self) -> float:
        """Return standard deviation / mean of spend per occasion in the population; inf without."""


@dataclass(frozen=True)
class GammaGamma(SpendLaw):
    """Amounts are gamma around a mean whose inverse is gamma between people (Fader, Hardie & Lee 2005).

    Attributes
    ----------
    within, between, scale : float
        Shapes p and q, and scale v.
    """

    within: float
    between: float
    scale: float

    def own_mean(self, score: Floats) -> Floats:
        """Return p / nu, nu ~ Gamma(q, v), the highest spend for the lowest nu."""
        low_nu = special.gammainccinv(self.between, special.ndtr(score))
        return self.within * self.scale / np.maximum(low_nu, 1e-9)

    def own_mean_given(self, uniform: Floats, trips: Floats, mean: Floats) -> Floats:
        """Draw p / nu, nu ~ Gamma(q + p x, v + x mean)."""
        nu = special.gammainccinv(self.between + self.within * trips, uniform)
        return self.within * (self.scale + trips * mean) / np.maximum(nu, 1e-9)

    def expected(self, trips: npt.ArrayLike, mean: npt.ArrayLike) -> Floats:
        """Return the expected spend; infinite without a trip where the law has no mean."""
        return gamma_gamma.expected_spend(trips, mean, self.within, self.between, self.scale)

    def log_density(self, amount: Floats, trips: Floats, mean: Floats) -> Floats:
        """Return the log density of a gamma variable whose rate is gamma: a beta prime law."""
        p, shape = self.within, self.between + self.within * trips
        rate = self.scale + trips * mean
        beta = special.betaln(p, shape)
        return (
            (p - 1) * np.log(amount)
            + shape * np.log(rate)
            - beta
            - (p + shape) * np.log(rate + amount)
        )

    def mean_of(self, uniform: Floats, count: Floats, mean: Floats) -> Floats:
        """Draw a gamma variable of shape p x around the own mean."""
        shape = self.within * count
        return mean * special.gammaincinv(shape, uniform) / shape

    def spend(
        self, draw: Draw, rows: Ints, trips: Ints, mean: Floats, decision: str = "spend"
    ) -> Floats:
        """Draw the sum of gamma variables by one uniform, which is gamma as well."""
        return gamma_sum(draw(decision, rows), trips, self.within) * mean / self.within

    def part(self, draw: Draw, rows: Ints, trip: int) -> Floats:
        """Draw a gamma variable: given a sum, shares are Dirichlet and independent of it."""
        return gamma(draw(f"share of purchase {trip}", rows), self.within, 1.0)

    def coefficient_of_variation(self) -> float:
        """Return standard deviation / mean; infinite for q of 2 or less."""
        return gamma_gamma.coefficient_of_variation(self.within, self.between)


@dataclass(frozen=True)
class LogNormal(SpendLaw):
    """Logs of amounts are normal around a log that is normal between people.

    Attributes
    ----------
    mean, between, within : float
        Mean spend M, SDs b and w of the log.
    """

    mean: float
    between: float
    within: float

    def own_mean(self, score: Floats) -> Floats:
        """Return M exp(b z - b^2 / 2)."""
        return self.mean * np.exp(self.between * score - self.between**2 / 2.0)

    def own_mean_given(self, uniform: Floats, trips: Floats, mean: Floats) -> Floats:
        """Draw the exponential of a normal variable, whose law follows from the history."""
        centre, spread = self._own_log(trips, mean)
        return np.exp(centre + spread * special.ndtri(uniform))

    def expected(self, trips: npt.ArrayLike, mean: npt.ArrayLike) -> Floats:
        """Return the expected spend, which always exists."""
        return log_normal.expected_spend(trips, mean, self.mean, self.between, self.within)

    def log_density(self, amount: Floats, trips: Floats, mean: Floats) -> Floats:
        """Return the log density of a log-normal variable: both parts add up."""
        centre, spread = self._own_log(trips, mean)
        variance = spread**2 + self.within**2
        off = np.log(amount) - centre + self.within**2 / 2.0
        return -0.5 * (off**2 / variance + np.log(2.0 * np.pi * variance)) - np.log(amount)

    def mean_of(self, uniform: Floats, count: Floats, mean: Floats) -> Floats:
        """Draw a log-normal variable of the mean's variance around the own mean (Fenton 1960)."""
        return mean * log_normal.deviation(uniform, log_normal.spread_of_mean(count, self.within))

    def spend(
        self, draw: Draw, rows: Ints, trips: Ints, mean: Floats, decision: str = "spend"
    ) -> Floats:
        """Draw each trip's amount by a uniform of its own: a sum of log-normals has no law to invert."""
        most = int(largest(trips))
        buyers, uniform = draw.in_turn(_decisions(decision, most), rows, trips)
        return sums_at(buyers, log_normal.deviation(uniform, self.within), rows.size) * mean

    def part(self, draw: Draw, rows: Ints, trip: int) -> Floats:
        """Return a trip's amount over the own mean, bit by bit as it was drawn for the sum."""
        return log_normal.deviation(draw(_decisions("spend", trip + 1)[trip], rows), self.within)

    def coefficient_of_variation(self) -> float:
        """Return standard deviation / mean, which always exists."""
        return log_normal.coefficient_of_variation(self.between, self.within)

    def _own_log(self, trips: npt.ArrayLike, mean: npt.ArrayLike) -> tuple[Floats, Floats]:
        return log_normal.own_log(trips, mean, self.mean, self.between, self.within)


#: The laws by name, each made from its values in the order in which they are declared.
LAWS: dict[str, Callable[..., SpendLaw]] = {"gamma_gamma": GammaGamma, "log_normal": LogNormal}


def law_of(values: Mapping[str, float]) -> SpendLaw:
    """Return the law of spend that some values state, by their names.

    Examples
    --------
    >>> law = law_of({"spend_mean": 20.0, "spend_spread_between": 0.5, "spend_spread_within": 1.0})
    >>> float(law.expected(0, 0.0))
    20.0
    """
    for name, keys in SPEND_LAWS.items():
        if all(key in values for key in keys):
            return LAWS[name](*(values[key] for key in keys))
    raise KeyError("no law of spend is stated in full")


def spend_law(market: Market) -> SpendLaw:
    """Return the law of spend of a market without contracts."""
    named = (key for keys in SPEND_LAWS.values() for key in keys)
    return law_of({key: market[key] for key in named if key in market.values})
