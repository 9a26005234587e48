"""What finding out is worth: the value of perfect information on each uncertain value, in money.

Without finding out one takes the scenario d with the largest mean gain, doing nothing among them. Who
knew a value x would take the best one there, so that knowing it is worth (expected value of partial
perfect information, Strong, Oakley & Brennan 2014)

    E_x[ max_d E(gain_d | x) ] - max_d E(gain_d)

E(gain_d | x) is read from the futures by a regression on x, by normal scores z of the ranks of x: on z
and z^2 for a single value, on the z of each for the values that one study tells. Regressions are of the
difference from the scenario with the largest mean, per customer of the firm, as every amount goes with
the number of customers; over that number itself they are of the difference in money.

Two guards keep noise from being worth something. What is fitted is shrunk to the variance that
adjusted R^2 leaves of it (Ezekiel 1930), for a maximum over fitted values gains by their errors. And an
amount is told only if it is more than chance, of all that was looked at: amounts of futures whose
gains were shuffled say how large chance makes them, and at most one in ten told is by chance (Benjamini &
Hochberg 1995). Those told are the largest of many, and so rather too large than too small.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, special, stats
from statsmodels.stats.multitest import multipletests

from sim.analysis.intervals import ALPHA
from sim.analysis.known_futures import SIZE, Futures
from sim.common.random_numbers import Floats
from sim.common.size import ENOUGH_FUTURES

#: Shuffled amounts of questions of a kind, about; shuffles for them at most; resamples for an interval.
_SHUFFLED, _SHUFFLES, _RESAMPLES = 10_000, 199, 200
#: A value that is worth as much as matters shows with this chance among the futures that are asked for.
_POWER = 0.8
#: Most values of a study that are regressed on together, and futures for each of them at least.
_MOST_TOGETHER, _FUTURES_EACH = 5, 5
#: Seeds shuffles and resamples: the same futures give the same answer.
_SEED = 1


@dataclass(frozen=True)
class Worth:
    """What knowing one value, or all that one study tells, would be worth.

    Attributes
    ----------
    addresses : tuple of str
        As in `sim.experiment.futures.Future.values`.
    study : str
        Id of the finding that tells them all; empty for a single value.
    amount, low, high : float
        The firm's money, with its 90 % interval.
    """

    addresses: tuple[str, ...]
    study: str
    amount: float
    low: float
    high: float


@dataclass(frozen=True)
class Information:
    """What is worth finding out.

    Attributes
    ----------
    ceiling : float
        What knowing everything would be worth, luck included: nothing is worth more.
    matters : float
        An amount below this is as good as none.
    found : tuple of Worth
        What is worth more than chance explains, the largest first.
    looked_at : int
        Values that differ from future to future.
    needed : int or None
        Where nothing was found: about how many futures would show a value that is worth what matters;
        None if none can be.
    """

    ceiling: float
    matters: float
    found: tuple[Worth, ...]
    looked_at: int
    needed: int | None = None

    @property
    def is_small(self) -> bool:
        """Whether even knowing everything would be worth less than what matters."""
        return self.ceiling < self.matters or self.ceiling <= 0


@dataclass(frozen=True)
class _Question:
    """What could be known: addresses, and columns over futures that tell it, of norm 1."""

    addresses: tuple[str, ...]
    study: str
    columns: Floats


@dataclass(frozen=True)
class _Gains:
    """Gains on the scale of a regression, futures by scenarios; their means and that scale in money."""

    values: Floats
    means: Floats
    scale: float


def value_of_information(
    futures: Futures,
    matter: Collection[str],
    studies: Mapping[str, Collection[str]],
    matters: float,
) -> Information | None:
    """Return what knowing values, and what studies tell, would be worth.

    Parameters
    ----------
    futures : Futures
    matter : collection of str
        Addresses of the values that can move the gain of any strategy.
    studies : mapping
        Id of a finding -> addresses of the values that it informs.
    matters : float
        An amount below this is as good as none.

    Returns
    -------
    Information or None
        None of fewer than `ENOUGH_FUTURES`.
    """
    moving = futures.moving(matter)
    if len(futures.gains) < ENOUGH_FUTURES:
        return None
    gains: Floats = futures.gains.to_numpy(dtype=float)
    ceiling = float(gains.max(axis=1).mean() - gains.mean(axis=0).max())
    without = Information(ceiling, matters, (), len(moving))
    if without.is_small:
        return without
    questions = _questions(futures, moving, studies)
    chance = np.ones(len(questions))
    for kind in {_kind(one) for one in questions}:
        places = [i for i, one in enumerate(questions) if _kind(one) == kind]
        chance[places] = _chances([questions[i] for i in places], _gains(futures, kind))
    clear = multipletests(chance, alpha=ALPHA, method="fdr_bh")[0] if len(chance) else []
    told = [
        _worth(one, _gains(futures, _kind(one)))
        for one, sure in zip(questions, clear, strict=True)
        if sure
    ]
    found = tuple(sorted(told, key=lambda one: -one.amount))
    needed = None if found else _needed(gains, matters, len(questions))
    return Information(ceiling, matters, found, len(moving), needed)


def _questions(
    futures: Futures, moving: list[str], studies: Mapping[str, Collection[str]]
) -> list[_Question]:
    """Return what could be known: each value, and what each study tells of two or more."""
    scores = {name: _scores(futures.values[name]) for name in moving}
    found = [_Question((name,), "", _columns([z, z**2])) for name, z in scores.items()]
    most = min(_MOST_TOGETHER, len(futures.gains) // _FUTURES_EACH)
    seen = set()
    for study, addresses in studies.items():
        told = tuple(name for name in moving if name in addresses and name != SIZE)
        if 1 < len(told) <= most and told not in seen:
            seen.add(told)
            found.append(_Question(told, study, _columns([scores[name] for name in told])))
    return found


def _scores(values: pd.Series) -> Floats:
    """Return the normal scores of the ranks of values (Blom 1958: van der Waerden's are alike)."""
    return special.ndtri((stats.rankdata(values) - 0.5) / len(values))


def _columns(given: list[Floats]) -> Floats:
    """Return orthonormal columns that span some, each less its mean; of two values one is enough."""
    centred = np.column_stack(given)
    centred = centred - centred.mean(axis=0)
    left, size, _ = np.linalg.svd(centred, full_matrices=False)
    return left[:, size > 1e-8 * size[0]]


def _kind(question: _Question) -> tuple[int, bool]:
    """Return what questions have in common whose amounts chance makes alike."""
    return question.columns.shape[1], question.addresses == (SIZE,)


def _gains(futures: Futures, kind: tuple[int, bool]) -> _Gains:
    """Return the gains that questions of a kind are regressed on."""
    means = futures.gains.mean().to_numpy(dtype=float)
    if kind[1]:
        return _Gains(futures.gains.to_numpy(dtype=float), means, 1.0)
    values = futures.per_customer.to_numpy(dtype=float)
    return _Gains(values, means, float(futures.firm.mean()))


def _amounts(columns: Floats, gains: _Gains) -> Floats:
    """Return what knowing is worth, question by question.

    Parameters
    ----------
    columns : ndarray, shape (questions, futures, k)
    gains : _Gains
    """
    _, n, k = columns.shape
    best = int(np.argmax(gains.means))
    differences = gains.values - gains.values[:, [best]]
    differences = differences - differences.mean(axis=0)
    fitted = columns @ (np.swapaxes(columns, 1, 2) @ differences)
    whole = np.maximum((differences**2).sum(axis=0), np.finfo(float).tiny)
    share = (fitted**2).sum(axis=1) / whole
    adjusted = np.maximum(1.0 - (1.0 - share) * (n - 1) / (n - 1 - k), 0.0)
    kept = np.sqrt(adjusted / np.maximum(share, np.finfo(float).tiny))
    over_best = gains.means - gains.means[best] + gains.scale * kept[:, None, :] * fitted
    amounts: Floats = over_best.max(axis=2).mean(axis=1)
    return amounts


def _chances(questions: list[_Question], gains: _Gains) -> Floats:
    """Return how often shuffled gains are worth as much as what is found, of questions of a kind."""
    columns = np.stack([one.columns for one in questions])
    seen, rng = _amounts(columns, gains), np.random.default_rng(_SEED)
    times = min(_SHUFFLED // len(questions) + 1, _SHUFFLES)
    shuffled = np.concatenate(
        [
            _amounts(columns, _Gains(rng.permutation(gains.values), gains.means, gains.scale))
            for _ in range(times)
        ]
    )
    above = len(shuffled) - np.searchsorted(np.sort(shuffled), seen, side="left")
    return np.asarray((1.0 + above) / (1.0 + len(shuffled)), dtype=np.float64)


def _worth(question: _Question, gains: _Gains) -> Worth:
    """Return what one question is worth, with its interval by resampling futures (Efron 1979)."""
    n, rng = len(gains.values), np.random.default_rng(_SEED)
    amount = float(_amounts(question.columns[None], gains)[0])
    again = []
    offset = gains.means - gains.scale * gains.values.mean(axis=0)
    for _ in range(_RESAMPLES):
        rows = rng.integers(n, size=n)
        values = gains.values[rows]
        columns = _columns(list(question.columns[rows].T))
        means = offset + gains.scale * values.mean(axis=0)
        again.append(float(_amounts(columns[None], _Gains(values, means, gains.scale))[0]))
    low, high = np.quantile(again, [ALPHA / 2, 1 - ALPHA / 2])
    return Worth(question.addresses, question.study, amount, float(low), float(high))


def loss(mean: float, spread: float) -> float:
    """Return E max(0, y) - max(0, mean) of a normal y: what knowing y is worth.

    The unit normal loss (Raiffa & Schlaifer 1961): s phi(m / s) - |m| Phi(-|m| / s).
    """
    if spread <= 0:
        return 0.0
    at = abs(mean) / spread
    return float(spread * stats.norm.pdf(at) - abs(mean) * stats.norm.sf(at))


def _needed(gains: Floats, matters: float, questions: int) -> int | None:
    """Return about how many futures would show a value that is worth what matters.

    Of the scenario that knowing everything would most often take instead: the spread s of what a value
    makes of its gain at which knowing it is worth what matters, by `loss`; then the futures in which a
    correlation of s over the spread of the gain shows with the chance `_POWER` at the error rate of
    one of all that is looked at, by Fisher's z.
    """
    best = int(np.argmax(gains.mean(axis=0)))
    over = gains - gains[:, [best]]
    means, spreads = over.mean(axis=0), over.std(axis=0, ddof=1)
    worth = [loss(m, s) for m, s in zip(means, spreads, strict=True)]
    rival = int(np.argmax(worth))
    mean, spread = float(means[rival]), float(spreads[rival])
    if not 0 < matters < worth[rival] or not questions:
        return None
    part = optimize.brentq(lambda s: loss(mean, s) - matters, 1e-6 * spread, spread)
    steps = stats.norm.isf(ALPHA / (2 * questions)) + stats.norm.ppf(_POWER)
    return int(np.ceil((steps / np.arctanh(min(part / spread, 0.999))) ** 2 + 3))
