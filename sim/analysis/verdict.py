"""The verdict: which strategy to choose, how sure that is, or that doing nothing is as good.

Draw by draw, all scenarios share their luck and their strengths of response, so that the one with
the largest customer equity in a draw is the one to have chosen in that future. Doing nothing takes
part.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.stats.proportion import proportion_confint

from sim.analysis.intervals import ALPHA, paired_interval
from sim.playbook.strategies import BASELINE

#: A winner is best in at least this share of draws.
SURE = 0.8


@dataclass(frozen=True)
class Verdict:
    """What to choose.

    Attributes
    ----------
    kind : str
        ``winner``: one strategy is best in at least 80 % of draws, and the 90 % interval of its
        mean gain is above zero. ``do_nothing``: no strategy's mean gain over doing nothing has a 90
        % interval above zero. ``no_clear_winner``: anything else.
    strategy : str or None
        The strategy with the largest mean gain; None if the verdict is to do nothing.
    probability, probability_low, probability_high : float
        Share of draws in which it (doing nothing, if that is the verdict) has the largest customer
        equity, with Wilson's 90 % interval.
    gain, gain_low, gain_high : float
        Mean gain in customer equity over doing nothing, of the strategy with the largest, and its
        90 % interval; the firm's money.
    draw_low, draw_high : float
        90 % prediction interval of the same gain in one draw: what this firm may see.
    runner_up : str or None
        The next best by mean gain, doing nothing (``baseline``, gain 0) taking part.
    options : DataFrame
        Per scenario, ``baseline`` included, best first: ``probability`` of being best with ``low``
        and ``high``, mean ``gain`` and mean ``regret`` (what is lost in comparison with the best of
        each draw, if this one is chosen).
    ends : dict
        Value of the market -> ``low`` and ``high`` -> verdict there.
    """

    kind: str
    strategy: str | None
    probability: float
    probability_low: float
    probability_high: float
    gain: float
    gain_low: float
    gain_high: float
    draw_low: float
    draw_high: float
    runner_up: str | None
    options: pd.DataFrame = field(repr=False, compare=False)
    ends: dict[str, dict[str, "Verdict"]] = field(default_factory=dict)


def decide(equity: pd.DataFrame) -> Verdict:
    """Apply the rule to customer equity draw by draw.

    Parameters
    ----------
    equity : DataFrame
        One row per draw, one column per scenario, ``baseline`` among them.

    Returns
    -------
    Verdict
        With no `ends`.
    """
    gains = equity.sub(equity[BASELINE], axis=0)
    options = _options(gains)
    order = [name for name in options.index if name != BASELINE]
    intervals = {name: paired_interval(gains[name]) for name in order}
    best = order[0]
    gain = intervals[best]
    if all(not interval.ci_low > 0 for interval in intervals.values()):
        kind, chosen = "do_nothing", BASELINE
    elif options.loc[best, "probability"] >= SURE and gain.ci_low > 0:
        kind, chosen = "winner", best
    else:
        kind, chosen = "no_clear_winner", best
    others = [name for name in options.index if name != chosen]
    return Verdict(
        kind=kind,
        strategy=None if chosen == BASELINE else chosen,
        probability=float(options.loc[chosen, "probability"]),
        probability_low=float(options.loc[chosen, "low"]),
        probability_high=float(options.loc[chosen, "high"]),
        gain=gain.mean,
        gain_low=gain.ci_low,
        gain_high=gain.ci_high,
        draw_low=gain.low,
        draw_high=gain.high,
        runner_up=others[0] if others else None,
        options=options,
    )


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
        },
        index=pd.Index(names, name="scenario"),
    )
    return table.sort_values("gain", ascending=False, kind="stable")
