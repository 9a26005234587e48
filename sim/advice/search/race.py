r"""Judge plans on fresh futures: ranking and selection on paired differences.

All plans and doing nothing meet the same futures, none of which took part in the search. After `FIRST` of
them, and then every `ROUND`, the procedure of Kim & Nelson (2001) takes out what is surely not the best:
with S^2_ij the variance of the difference of two plans in the first n0 futures, k plans, and an
indifference amount d, plan i goes where

    mean_j - mean_i > W_ij,   W_ij = max(0, (h^2 S^2_ij / d - d r) / (2 r)),
    h^2 = 2 eta (n0 - 1),     eta = ((2 alpha / (k - 1))^(-2 / (n0 - 1)) - 1) / 2

after r futures. The best, if it is better than all others by d, is taken out with a chance of alpha at
most, whatever the correlation of plans. Futures are dear, so that those after the first go to the
`CLOSEST` plans that are left; the others stay where they are, and are told with the futures they had.
That is a rule of thumb: no error rate is claimed for a plan that is left behind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.advice.search.trials import Trials
from sim.common.random_numbers import Floats
from sim.playbook.strategies import BASELINE, Strategy

#: Futures that all plans meet, and how many more go to the closest at a time.
FIRST, ROUND = 10, 10
#: Plans that go on.
CLOSEST = 3
#: Chance that the best is taken out.
ALPHA = 0.1


@dataclass
class Race:
    """Gains of plans in fresh futures.

    Attributes
    ----------
    gains : dict of str to ndarray
        Name of a plan, ``baseline`` among them -> gains, shape (futures that it met,).
    out : dict of str to int
        Plans that are surely not the best, and after how many futures.
    """

    gains: dict[str, Floats] = field(default_factory=dict)
    out: dict[str, int] = field(default_factory=dict)

    def means(self) -> dict[str, float]:
        """Return the mean gain of each plan, the largest first."""
        found = {name: float(each.mean()) for name, each in self.gains.items()}
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0] != BASELINE, one[0])))

    @property
    def left(self) -> list[str]:
        """Plans that may be the best, by mean gain."""
        return [name for name in self.means() if name not in self.out]

    def closest(self) -> list[str]:
        """Return plans other than doing nothing that may be the best and lead."""
        return [name for name in self.left if name != BASELINE][:CLOSEST]


def run_race(trials: Trials, plans: Mapping[str, Strategy], indifferent: float) -> Race:
    """Let plans meet fresh futures until the best is known, or there are no more.

    Parameters
    ----------
    trials : Trials
    plans : mapping of str to Strategy
        Sized; without doing nothing.
    indifferent : float
        Difference in gain that does not matter, money of the firm.
    """
    most, race = trials.size.futures, Race()
    names, n = list(plans), min(FIRST, most)
    gains = trials.gains([plans[name] for name in names], "fresh", range(n))
    for name, each in zip(names, gains.T, strict=True):
        if np.isfinite(each).all():
            race.gains[name] = each
    race.gains[BASELINE] = np.zeros(n)
    _take_out(race, indifferent, n)
    while n < most and len(race.left) > 1 and (closest := race.closest()):
        n = min(n + ROUND, most)
        gains = trials.gains([plans[name] for name in closest], "fresh", range(n))
        race.gains |= dict(zip(closest, gains.T, strict=True))
        race.gains[BASELINE] = np.zeros(n)
        _take_out(race, indifferent, n)
    return race


def beside(trials: Trials, plans: Mapping[str, Strategy]) -> dict[str, Floats]:
    """Return the gains of plans that may not be recommended, in the first of the fresh futures.

    They take no part in the race: what the limits bar would take the place of a plan that can be had.
    """
    if not plans:
        return {}
    n = min(FIRST, trials.size.futures)
    gains = trials.gains(list(plans.values()), "fresh", range(n))
    return {name: x for name, x in zip(plans, gains.T, strict=True) if np.isfinite(x).all()}


def width(variance: float, first: int, plans: int, indifferent: float, n: int) -> float:
    """Return by how much a mean must be behind another for a plan to be surely not the best.

    Parameters
    ----------
    variance : float
        Of the difference in the first futures.
    first : int
        How many these are, 2 or more.
    plans : int
        That compete, 2 or more.
    indifferent : float
        Above 0.
    n : int
        Futures so far.
    """
    eta = 0.5 * ((2 * ALPHA / (plans - 1)) ** (-2 / (first - 1)) - 1)
    h2 = 2 * eta * (first - 1)
    return max(0.0, (h2 * variance / indifferent - indifferent * n) / (2 * n))


def _take_out(race: Race, indifferent: float, n: int) -> None:
    """Take out what is surely not the best after n futures, of the plans that met them all."""
    there = [name for name in race.left if len(race.gains[name]) == n]
    first = min(FIRST, n)

    def surely_behind(name: str, other: str) -> bool:
        gap = race.gains[other] - race.gains[name]
        variance = float(gap[:first].var(ddof=1))
        return float(gap.mean()) > width(variance, first, len(race.gains), indifferent, n)

    behind = [x for x in there if any(surely_behind(x, other) for other in there if other != x)]
    race.out |= dict.fromkeys(behind, n)


def earning(
    trials: Trials, plan: Strategy, without: Sequence[Strategy], futures: int
) -> list[tuple[float, float]]:
    """Return what each play of a plan adds to it, and in which share of fresh futures it earns its cost.

    The futures are those by which plans are judged and pruned, so that no play is told to lose for which
    a plan was not pruned.

    Parameters
    ----------
    trials : Trials
    plan : Strategy
    without : sequence of Strategy
        The plan without its first play, its second, and so on.
    futures : int
    """
    gains = trials.gains([plan, *without], "fresh", range(futures))
    added = gains[:, :1] - gains[:, 1:]
    return [(float(each.mean()), float(np.mean(each > 0))) for each in added.T]
