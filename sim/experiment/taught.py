r"""What trials taught of each uncertain number, beyond what chance would do.

Trials weigh n futures (`sim.market.learned`). What trials taught of a number is how its places u in these
futures by their weights w differ from the same places unweighted: places of a sample that doubles as it
grows do not average 1/2 unless n is a power of two. With z = (u, cos 2 pi u), the first for a number that
went to one side, the second for one that went to the middle or to both ends, C their covariance, and

    d = sum (w - 1/n) z,   s^2 = sum (w - 1/n)^2,

weights that have nothing to do with a number, any order of them as likely as another, give d a mean of
nil and a covariance of s^2 C, so that d' C^-1 d / s^2 has about a chi-squared law of two degrees. (The
cosine stands for a variance as its law is symmetric and short-tailed: where few futures count, squares
exceed what is stated.) Equal weights teach nothing: d is nil then. A number is called informed where what
is found is less likely than `FALSE_ALARM` over the count of all numbers (Bonferroni): where trials tell
nothing of any, one or more is called so in at most that share of cases. All others keep their ranges.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from sim.common.random_numbers import Floats
from sim.evidence.parameters import Parameter
from sim.experiment.latin_hypercube import spread
from sim.experiment.learned_places import where_they_act
from sim.experiment.uncertain_values import LAW, ranges_of, values_at
from sim.market.market import Market

#: Chance that anything is called informed where nothing is.
FALSE_ALARM = 0.05
_MIDDLE = (0.05, 0.95)


@dataclass(frozen=True)
class Informed:
    """A number of which trials taught something: the middle 90 % of its law before and now."""

    address: str
    before: tuple[float, float]
    now: tuple[float, float]

    @property
    def narrower(self) -> float:
        """Return by which share its law is narrower; negative where it is wider."""
        return 1.0 - (self.now[1] - self.now[0]) / (self.before[1] - self.before[0])

    @property
    def is_narrower(self) -> bool:
        """Return whether its law is narrower by what a whole percentage shows."""
        return round(self.narrower, 2) > 0


@dataclass(frozen=True)
class Taught:
    """What trials taught.

    Attributes
    ----------
    informed : tuple of Informed
        The surest first.
    uncertain : int
        Numbers that are uncertain in all.
    """

    informed: tuple[Informed, ...]
    uncertain: int


def taught(market: Market, parameters: Iterable[Parameter]) -> Taught | None:
    """Return what the trials of a market taught; None where none was learned from.

    Parameters
    ----------
    market : Market
    parameters : iterable of Parameter
        From which its futures are drawn.

    Returns
    -------
    Taught or None
        Parameters of a lever that was tried are judged where it acts. Which law of buying holds is left
        out: it is one of two.
    """
    learned = market.learned
    if learned is None:
        return None
    rows = list(parameters)
    addresses = [address for address in ranges_of(market, rows) if address != LAW]
    found = []
    for address in addresses:
        weights = where_they_act(learned, {address.partition(".")[0]})
        weights = weights / weights.sum()
        places = spread(address, len(weights), learned.seed)
        chance = _by_chance(places, weights)
        if chance < FALSE_ALARM / len(addresses):
            now = _middle(places, weights)
            found.append((chance, Informed(address, *_ends(market, rows, address, now))))
    found.sort(key=lambda one: (one[0], one[1].address))
    return Taught(tuple(one for _, one in found), len(addresses))


def _by_chance(places: Floats, weights: Floats) -> float:
    """Return how likely weights that know nothing of the places move them as far as these do."""
    apart = weights - 1.0 / len(weights)
    off = float(apart @ apart)
    if off <= np.finfo(float).eps ** 2:  # equal but for rounding
        return 1.0
    sides = np.stack([places, np.cos(2.0 * np.pi * places)])
    moved = sides @ apart
    inverse = np.linalg.pinv(np.cov(sides), rcond=1e-9)  # of two places one direction is empty
    return float(chdtrc(2, moved @ inverse @ moved / off))


def _middle(places: Floats, weights: Floats) -> Floats:
    """Return the middle 90 % of places by their weights."""
    order = np.argsort(places)
    below = np.cumsum(weights[order]) - weights[order] / 2
    found: Floats = np.interp(_MIDDLE, below, places[order])
    return found


def _ends(
    market: Market, rows: Sequence[Parameter], address: str, now: Floats
) -> list[tuple[float, float]]:
    """Return the middle 90 % of a number's law before trials, and where it stands now.

    Of numbers that a log told together it is the number's own part, the others at their centre.
    """
    moved = {address: np.append(_MIDDLE, now)}
    values = values_at(market, rows, lambda each: moved.get(each, np.full(4, 0.5)))[address]
    return [(values[0], values[1]), (values[2], values[3])]
