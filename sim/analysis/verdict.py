"""The verdict: which strategy to choose, that doing nothing is as good, or that more futures are needed.

In a future all scenarios share their luck and their strengths of response, so that the one with the
largest customer equity is the one to have chosen there. Doing nothing takes part. Whatever says that a
strategy is clearly better than doing nothing takes it from here (`Verdict.clearly_better`). What is too
dear for the firm (`sim.playbook.affordability`) takes no part, so that it is best in no future.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.stats.proportion import proportion_confint

from sim.analysis.intervals import ALPHA, Interval, Seen, mean_interval, paired_interval
from sim.analysis.trial_finding import Finding
from sim.common.size import ENOUGH_FUTURES
from sim.playbook.strategies import BASELINE

#: A winner is best in at least this share of futures, and by the lower end of that share's interval in
#: at least the second.
SURE, LEAST_SURE = 0.8, 2 / 3
#: More futures than these are not asked for.
MOST_FUTURES = 100_000


@dataclass(frozen=True)
class Verdict:
    """What to choose.

    Attributes
    ----------
    kind : str
        ``winner``: one strategy is best in at least 80 % of futures (in two thirds by the lower end of
        that share's interval), and its mean gain is surely above zero and as large as matters.
        ``do_nothing``: the interval of no strategy's mean gain reaches the amount that matters.
        ``no_clear_winner``: such a gain, but no strategy is best in 80 % of futures. ``undecided``:
        there are too few futures to say which of these it is, always so of fewer than
        `ENOUGH_FUTURES`: whether the gain may be a loss is then read from an assumed law alone.
        ``too_good``: one leads, but half of its gain or more is beyond belief, as its plays show one by
        one; it is known to what reads a comparison by `sim.analysis.judged`. ``not_settled``: it is so
        after a trial too (`sim.analysis.shown_by_trial`).
    strategy : str or None
        The strategy with the largest mean gain; None if the verdict is to do nothing, or if it is open
        and no mean gain is as large as matters so far.
    probability, probability_low, probability_high : float
        Share of futures in which it (doing nothing, if there is none) has the largest customer
        equity, with Wilson's 90 % interval.
    gain : Interval
        Gain in customer equity over doing nothing of the strategy with the largest; the firm's money.
    runner_up : str or None
        The next best by mean gain, doing nothing (``baseline``, gain 0) taking part.
    options : DataFrame
        Per scenario, ``baseline`` included, best first: ``probability`` of being best with ``low``
        and ``high``, mean ``gain``, mean ``regret`` (what is lost in comparison with the best of
        each future, if this one is chosen), ``loses`` (share of futures with less than doing nothing).
        Without those that are too dear for the firm, unless all are: then doing nothing is best always.
    needed : int or None
        About how many futures would settle it, if it is undecided.
    matters : float
        A mean gain below this amount was as good as none.
    clearly_better : tuple of str
        Strategies whose mean gain is surely above zero and as large as matters, by the rule that a winner
        meets; none of fewer than `ENOUGH_FUTURES`.
    doubtful : tuple of str
        Where one leads: the plays, by their keys, that add more than should be believed, if half of its
        gain or more comes from them.
    found : Finding or None
        What trials of the firm's own found of these plays.
    """

    kind: str
    strategy: str | None
    probability: float
    probability_low: float
    probability_high: float
    gain: Interval
    runner_up: str | None
    options: pd.DataFrame = field(repr=False, compare=False)
    needed: int | None = None
    matters: float = 0.0
    clearly_better: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    found: Finding | None = None

    @property
    def chosen(self) -> str:
        """The scenario to choose: a strategy, or doing nothing."""
        return BASELINE if self.strategy is None else self.strategy


def has_leader(verdict: Verdict, futures: int) -> bool:
    """Return whether a strategy leads, by enough futures, so that it matters whether it is believed."""
    first = next(name for name in verdict.options.index if name != BASELINE)
    return verdict.strategy == first and futures >= ENOUGH_FUTURES


def decide(
    equity: pd.DataFrame,
    again: pd.DataFrame | None = None,
    luck_of_firm: float = 1.0,
    matters: float = 0.0,
    lives: tuple[pd.DataFrame, NDArray[np.float64]] | None = None,
    unaffordable: Collection[str] = (),
) -> Verdict:
    """Apply the rule to customer equity future by future.

    Parameters
    ----------
    equity : DataFrame
        One row per future, one column per scenario, ``baseline`` among them.
    again : DataFrame, optional
        The same of the second lives of the first futures.
    luck_of_firm : float
        As in `sim.analysis.intervals.paired_interval`.
    matters : float
        A mean gain below this amount is as good as none.
    lives : tuple, optional
        Where `equity` is the mean over what may come about in a future: the same of each life, and its
        chance. Who is best, who loses and what is regretted are told of lives, by their chances.
    unaffordable : collection of str
        Strategies that the firm cannot pay, which nobody can choose.

    Returns
    -------
    Verdict
    """
    if unaffordable:
        return _among_payable(equity, again, luck_of_firm, matters, lives, list(unaffordable))
    gains = gains_over_nothing(equity)
    second = gains_over_nothing(again) if again is not None and len(again) else gains.iloc[:0]
    each, weights = (gains, np.ones(len(gains))) if lives is None else lives
    each = gains_over_nothing(each)
    options = _options(each, weights)
    order = [name for name in options.index if name != BASELINE]
    best = order[0]
    seen = None if lives is None else Seen(each[best].to_numpy(dtype=float), weights)
    gain = paired_interval(gains[best], second[best], luck_of_firm, seen)
    means = [_Mean.of(gains[name], len(order)) for name in order]
    share, n = float(options.loc[best, "probability"]), len(gains)
    kind = _kind(means, share, n, matters)
    chosen = BASELINE if kind == "do_nothing" or not means[0].is_enough(matters) else best
    others = [name for name in options.index if name != chosen]
    row = options.loc[chosen]
    return Verdict(
        kind=kind,
        strategy=None if chosen == BASELINE else chosen,
        probability=float(row["probability"]),
        probability_low=float(row["low"]),
        probability_high=float(row["high"]),
        gain=gain,
        runner_up=others[0] if others else None,
        options=options,
        needed=_needed(means, share, n, matters) if kind == "undecided" else None,
        matters=matters,
        clearly_better=tuple(
            name for name, mean in zip(order, means, strict=True) if mean.is_clear(n, matters)
        ),
    )


def _among_payable(
    equity: pd.DataFrame,
    again: pd.DataFrame | None,
    luck_of_firm: float,
    matters: float,
    lives: tuple[pd.DataFrame, NDArray[np.float64]] | None,
    unaffordable: list[str],
) -> Verdict:
    """Apply the rule to what the firm can pay; where it can pay nothing, nothing is to be done."""
    payable = equity.drop(columns=unaffordable)
    if len(payable.columns) > 1:
        later = None if again is None else again.drop(columns=unaffordable, errors="ignore")
        each = None if lives is None else (lives[0].drop(columns=unaffordable), lives[1])
        return decide(payable, later, luck_of_firm, matters, each)
    found, n = decide(equity, again, luck_of_firm, matters, lives), len(equity)
    low, high = _wilson(n, n)
    certain = {"probability": 1.0, "low": low, "high": high}
    options = found.options.assign(probability=0.0, low=0.0, high=1.0 - low)
    options.loc[BASELINE, list(certain)] = certain
    return replace(
        found,
        kind="do_nothing",
        strategy=None,
        probability=1.0,
        probability_low=low,
        probability_high=high,
        runner_up=None,
        options=options,
        needed=None,
        clearly_better=(),
    )


def gains_over_nothing(equity: pd.DataFrame) -> pd.DataFrame:
    """Return what each scenario adds to customer equity over doing nothing, future by future."""
    return equity.sub(equity[BASELINE], axis=0)


@dataclass(frozen=True)
class _Mean:
    """What is known of a strategy's mean gain: the mean, what it surely is, and what it hardly exceeds.

    The largest of several means is large by luck as well, so that each is held against zero at a smaller
    error rate (Bonferroni). That all are small needs no such care: each must be.
    """

    value: float
    surely: float
    highest: float

    @classmethod
    def of(cls, gains: pd.Series, among: int) -> "_Mean":
        """Return it of gains in futures, of one among some strategies."""
        values = gains.to_numpy(dtype=float)
        surely, _ = mean_interval(values, ALPHA / among)
        return cls(float(values.mean()), surely, mean_interval(values)[1])

    def narrower(self, by: float) -> "_Mean":
        """Return it as it would be if its errors were smaller by a factor."""
        ends = (self.value + by * (end - self.value) for end in (self.surely, self.highest))
        return _Mean(self.value, *ends)

    def is_enough(self, matters: float) -> bool:
        """Return whether it is a gain, and as large as matters."""
        return self.value > 0 and self.value >= matters

    def is_clear(self, n: int, matters: float) -> bool:
        """Return whether it is surely a gain and as large as matters, by n futures."""
        return n >= ENOUGH_FUTURES and self.surely > 0 and self.is_enough(matters)


def _kind(means: list[_Mean], best: float, n: int, matters: float) -> str:
    """Return what mean gains say, the largest first, and the share of n futures in which it is best."""
    if n < ENOUGH_FUTURES:
        return "undecided"
    highest = max(mean.highest for mean in means)
    if highest < matters or highest <= 0:
        return "do_nothing"
    if not means[0].is_clear(n, matters):
        return "undecided"
    low, high = _wilson(best * n, n)
    if best >= SURE:
        return "winner" if low >= LEAST_SURE else "undecided"
    return "no_clear_winner" if high < SURE else "undecided"


def _needed(means: list[_Mean], best: float, n: int, matters: float) -> int | None:
    """Return the number of futures, twice as many as now or more, that would settle it if all else held.

    None if even `MOST_FUTURES` would not.
    """
    more = 2 * n
    while more <= MOST_FUTURES:
        later = [mean.narrower(float(np.sqrt(n / more))) for mean in means]
        if _kind(later, best, more, matters) != "undecided":
            return more
        more *= 2
    return None


def _wilson(count: float, n: int) -> tuple[float, float]:
    low, high = proportion_confint(count, n, alpha=ALPHA, method="wilson")
    return float(low), float(high)


def _options(gains: pd.DataFrame, weights: NDArray[np.float64]) -> pd.DataFrame:
    """Return probability of being best, mean gain and regret of each scenario, best gain first.

    Parameters
    ----------
    gains : DataFrame
        Futures, or their lives, by scenarios.
    weights : ndarray, shape (lives,)
        Those of a future add up to 1.
    """
    # On a tie doing nothing is best: it asks for no effort. Others share the future.
    names = [BASELINE, *(name for name in gains.columns if name != BASELINE)]
    values: NDArray[np.float64] = gains[names].to_numpy(dtype=float)
    best = values == values.max(axis=1, keepdims=True)
    best[best[:, 0], 1:] = False
    n, weight = float(weights.sum()), weights[:, None]
    count = (weight * (best / best.sum(axis=1, keepdims=True))).sum(axis=0)
    low, high = proportion_confint(count, n, alpha=ALPHA, method="wilson")
    table = pd.DataFrame(
        {
            "probability": count / n,
            "low": low,
            "high": high,
            "gain": (weight * values).sum(axis=0) / n,
            "regret": (weight * (values.max(axis=1, keepdims=True) - values)).sum(axis=0) / n,
            "loses": (weight * (values < 0)).sum(axis=0) / n,
        },
        index=pd.Index(names, name="scenario"),
    )
    return table.sort_values("gain", ascending=False, kind="stable")
