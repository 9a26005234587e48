"""What to do with the money: which plan, or none, and how sure that is.

Of the plans whose mean gain is within the indifference amount of the best, doing nothing among them, the
one with the fewest plays is recommended. It is to be *chosen* if its mean gain is surely above nil, by
Hall's interval at an error rate shared by all plans that were judged (Bonferroni); *chosen unless* where
an uncertain value clearly has a threshold within its range, beyond which doing nothing is better. *Do
nothing*: no plan that may be the best surely could bring as much as matters. Else it is *undecided*, and
about how many futures would settle it follows from how intervals narrow with their number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from sim.advice.search.race import ALPHA, Race
from sim.advice.search.refine import worst_tenth
from sim.advice.search.trials import Trials
from sim.analysis.intervals import mean_interval
from sim.analysis.leaning import LEAST_FUTURES, Futures, leanings
from sim.analysis.verdict import decide
from sim.experiment.fingerprint import always_in
from sim.experiment.futures import independent_values
from sim.experiment.uncertain_values import ranges_of
from sim.playbook.strategies import BASELINE, Strategy

Kind = Literal["choose", "choose_unless", "do_nothing", "undecided"]
#: More futures than these are not asked for.
MOST_FUTURES = 100_000


@dataclass(frozen=True)
class Threshold:
    """Where the answer turns.

    Attributes
    ----------
    address : str
        Of the uncertain value (`sim.experiment.futures.Future.values`).
    value : float
    side : {"below", "above"}
        Where doing nothing is better.
    """

    address: str
    value: float
    side: Literal["below", "above"]


@dataclass(frozen=True)
class Verdict:
    """What to do.

    Attributes
    ----------
    kind : str
    recommended : str
        Name of a plan, or ``baseline``.
    leading : str
        The plan with the largest mean gain, whether it is recommended or not; of those that met all
        futures, unless it is settled that nothing is to be done.
    unless : tuple of Threshold
    needed : int or None
        About how many futures would settle it, if it is undecided; None if `MOST_FUTURES` would not.
    """

    kind: Kind
    recommended: str
    leading: str
    unless: tuple[Threshold, ...] = ()
    needed: int | None = None


def judge(race: Race, plans: Mapping[str, Strategy], indifferent: float) -> Verdict:
    """Return the verdict on plans that met fresh futures; thresholds are not looked for.

    Parameters
    ----------
    race : Race
    plans : mapping of str to Strategy
        Those that may be recommended.
    indifferent : float
        Gain that does not matter, money of the firm.
    """
    means = {name: mean for name, mean in race.means().items() if name in plans}
    most = max((len(race.gains[name]) for name in means), default=0)
    led = [name for name in means if len(race.gains[name]) == most]
    if not led:
        return Verdict("do_nothing", BASELINE, BASELINE)
    leading, best = led[0], max(means[led[0]], 0.0)
    near = [name for name in led if means[name] >= best - indifferent]
    if best < indifferent:
        near.append(BASELINE)
    size = {name: len(plans[name].plays) if name in plans else 0 for name in near}
    recommended = min(near, key=lambda name: (size[name], -means.get(name, 0.0)))
    shared, judged = len(race.gains) - 1, recommended

    def kind_at(n: int) -> Kind:
        narrower = np.sqrt(most / n)
        low, _ = _narrowed(race.gains[judged], ALPHA / shared, narrower)
        if recommended != BASELINE:
            return "choose" if low > 0 else "undecided"
        highest = max(_narrowed(race.gains[name], ALPHA, narrower)[1] for name in led)
        return "do_nothing" if highest < indifferent else "undecided"

    kind, more = kind_at(most), 2 * most
    while kind == "undecided" and more <= MOST_FUTURES and kind_at(more) == "undecided":
        more *= 2
    needed = more if kind == "undecided" and more <= MOST_FUTURES else None
    if kind == "do_nothing":
        # what is surely worse than doing nothing can still be the best of plans
        leading = next(iter(means))
    return Verdict(kind, recommended, leading, needed=needed)


def thresholds(trials: Trials, race: Race, plan: Strategy, indifferent: float) -> list[Threshold]:
    """Return where, within the ranges of uncertain values, doing nothing is clearly better than a plan.

    Parameters
    ----------
    trials : Trials
    race : Race
    plan : Strategy
        That met all futures of the race, under its name.
    indifferent : float
    """
    gains = race.gains[plan.name]
    if len(gains) < LEAST_FUTURES:
        return []
    market, drawn = trials.market, trials.futures["fresh"][: len(gains)]
    table = pd.DataFrame({BASELINE: np.zeros(len(gains)), plan.name: gains})
    futures = Futures(
        table,
        pd.Series(trials.sizes("fresh")[: len(gains)]),
        pd.DataFrame(independent_values(market, drawn)),
        ranges_of(market, trials.table.rows),
    )
    owners = always_in((play.lever for play in plan.plays), market) | {
        "market",
        "moving",
        "rivals",
        "channels",
    }
    matter = [address for address in futures.ranges if address.partition(".")[0] in owners]
    found = leanings(futures, decide(table, matters=indifferent), matter, ())
    return [Threshold(one.address, turn.at, turn.side) for one in found for turn in one.turns]


def describe(race: Race, plans: Mapping[str, Strategy]) -> pd.DataFrame:
    """Return what each plan brings, the largest mean gain first.

    Returns
    -------
    DataFrame
        Index: name, ``baseline`` among them. ``plays``, ``gain`` with the 90 % interval of its mean
        (``low``, ``high``), ``worst`` tenth of futures, ``loses`` (share of futures), ``futures``,
        ``frontier``: whether no other plan has both a larger gain and a better worst tenth.
    """
    rows = {}
    for name, mean in race.means().items():
        gains = race.gains[name]
        low, high = mean_interval(gains, ALPHA)
        rows[name] = {
            "plays": len(plans[name].plays) if name in plans else 0,
            "gain": mean,
            "low": low,
            "high": high,
            "worst": worst_tenth(gains),
            "loses": float(np.mean(gains < 0)),
            "futures": len(gains),
        }
    table = pd.DataFrame.from_dict(rows, orient="index")
    gain, worst = table["gain"].to_numpy(), table["worst"].to_numpy()
    better = (gain[:, None] > gain) & (worst[:, None] > worst)  # row over column
    return table.assign(frontier=~better.any(axis=0))


def _narrowed(gains: np.ndarray, alpha: float, by: float) -> tuple[float, float]:
    """Return the interval of a mean as it would be if its errors were smaller by a factor."""
    mean = float(gains.mean())
    low, high = mean_interval(gains, alpha)
    return mean + by * (low - mean), mean + by * (high - mean)
