"""The verdict: which strategy to choose, that doing nothing is as good, or that more futures are needed.

In a future all scenarios share their luck and their strengths of response, so that the one with the
largest customer equity is the one to have chosen there. Doing nothing takes part.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.stats.proportion import proportion_confint

from sim.analysis.intervals import ALPHA, Interval, paired_interval
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
        that share's interval), and the interval of its mean gain is above zero. ``do_nothing``: the
        interval of no strategy's mean gain reaches the amount that matters. ``no_clear_winner``: a gain
        is certain, but no strategy is best in 80 % of futures. ``undecided``: there are too few futures
        to say which of these it is.
    strategy : str or None
        The strategy with the largest mean gain; None if the verdict is to do nothing.
    probability, probability_low, probability_high : float
        Share of futures in which it (doing nothing, if that is the verdict) has the largest customer
        equity, with Wilson's 90 % interval.
    gain : Interval
        Gain in customer equity over doing nothing of the strategy with the largest; the firm's money.
    runner_up : str or None
        The next best by mean gain, doing nothing (``baseline``, gain 0) taking part.
    options : DataFrame
        Per scenario, ``baseline`` included, best first: ``probability`` of being best with ``low``
        and ``high``, mean ``gain``, mean ``regret`` (what is lost in comparison with the best of
        each future, if this one is chosen), ``loses`` (share of futures with less than doing nothing).
    needed : int or None
        About how many futures would settle it, if it is undecided.
    matters : float
        A mean gain below this amount was as good as none.
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

    @property
    def chosen(self) -> str:
        """The scenario to choose: a strategy, or doing nothing."""
        return BASELINE if self.strategy is None else self.strategy


def decide(
    equity: pd.DataFrame,
    again: pd.DataFrame | None = None,
    luck_of_firm: float = 1.0,
    matters: float = 0.0,
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

    Returns
    -------
    Verdict
    """
    gains = gains_over_nothing(equity)
    lives = gains_over_nothing(again) if again is not None and len(again) else gains.iloc[:0]
    options = _options(gains)
    order = [name for name in options.index if name != BASELINE]
    best = order[0]
    gain = paired_interval(gains[best], lives[best], luck_of_firm)
    highest = max(paired_interval(gains[name]).ci_high for name in order)
    kind = _kind(gain, highest, options.loc[best, "probability"], len(gains), matters)
    chosen = BASELINE if kind == "do_nothing" else best
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
        needed=_needed(gain, highest, options.loc[best, "probability"], matters)
        if kind == "undecided"
        else None,
        matters=matters,
    )


def gains_over_nothing(equity: pd.DataFrame) -> pd.DataFrame:
    """Return what each scenario adds to customer equity over doing nothing, future by future."""
    return equity.sub(equity[BASELINE], axis=0)


def _kind(gain: Interval, highest: float, best: float, n: int, matters: float) -> str:
    """Return what the intervals say; `highest` is the upper end of all means, `best` a share of n."""
    if highest < matters or highest <= 0:
        return "do_nothing"
    if not gain.ci_low > 0:
        return "undecided"
    low, high = _wilson(best * n, n)
    if best >= SURE:
        return "winner" if low >= LEAST_SURE else "undecided"
    return "no_clear_winner" if high < SURE else "undecided"


def _needed(gain: Interval, highest: float, best: float, matters: float) -> int | None:
    """Return the number of futures, twice as many as now or more, that would settle it if all else held.

    None if even `MOST_FUTURES` would not.
    """
    n = 2 * gain.n
    while n <= MOST_FUTURES:
        narrower = np.sqrt(gain.n / n)
        mean, half = gain.mean, (gain.mean - gain.ci_low) * narrower
        top = mean + (highest - mean) * narrower
        wider = replace(gain, ci_low=mean - half, ci_high=mean + half, n=n)
        if _kind(wider, top, best, n, matters) != "undecided":
            return n
        n *= 2
    return None


def _wilson(count: float, n: int) -> tuple[float, float]:
    low, high = proportion_confint(count, n, alpha=ALPHA, method="wilson")
    return float(low), float(high)


def _options(gains: pd.DataFrame) -> pd.DataFrame:
    """Return probability of being best, mean gain and regret of each scenario, best gain first."""
    # On a tie doing nothing is best: it asks for no effort.
    names = [BASELINE, *(name for name in gains.columns if name != BASELINE)]
    values: NDArray[np.float64] = gains[names].to_numpy(dtype=float)
    n = len(values)
    count = np.bincount(values.argmax(axis=1), minlength=len(names))
    low, high = proportion_confint(count, n, alpha=ALPHA, method="wilson")
    table = pd.DataFrame(
        {
            "probability": count / n,
            "low": low,
            "high": high,
            "gain": values.mean(axis=0),
            "regret": (values.max(axis=1, keepdims=True) - values).mean(axis=0),
            "loses": (values < 0).mean(axis=0),
        },
        index=pd.Index(names, name="scenario"),
    )
    return table.sort_values("gain", ascending=False, kind="stable")
