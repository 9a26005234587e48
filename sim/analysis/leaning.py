"""On which uncertain value the answer leans: regressions over the futures of a comparison.

Each uncertain value differs from future to future, independently of the others. A straight line through
the gains over one value (ordinary least squares) says how much of their variance goes with it, and what
the gains would be at its ends, all else as uncertain as before: an end and the centre are read from the
same futures, like for like.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.stats.multitest import multipletests

from sim.analysis.intervals import ALPHA
from sim.analysis.verdict import Verdict
from sim.playbook.strategies import BASELINE

#: Fewer futures say nothing about a line with its scatter.
LEAST_FUTURES = 8


@dataclass(frozen=True)
class End:
    """What the answer would be at one end of a value.

    Attributes
    ----------
    value : float
    gain, low, high : float
        Mean gain there of the strategy with the largest overall, with its 90 % interval.
    best : str
        The scenario with the largest mean gain there; doing nothing (``baseline``) if none is as large
        as matters.
    answer : {"same", "other", "unsure"}
        Whether what was chosen is still best; ``unsure`` if another seems better by less than the
        interval of the difference.
    """

    value: float
    gain: float
    low: float
    high: float
    best: str
    answer: str


@dataclass(frozen=True)
class Leaning:
    """How the answer leans on one uncertain value.

    Attributes
    ----------
    address : str
        As in `sim.experiment.futures.Future.values`.
    share : float
        Share of the variance of the leading strategy's gain that goes with it (r squared).
    clear : bool
        Whether that is more than chance, of all values looked at: at most one in ten told is by chance
        (Benjamini & Hochberg 1995).
    low, high : End
    threshold : float or None
        Where between the ends something else becomes best, if it clearly does at an end.
    """

    address: str
    share: float
    clear: bool
    low: End
    high: End
    threshold: float | None = None

    @property
    def changes(self) -> bool:
        """Whether the answer is clearly another one at an end."""
        return "other" in (self.low.answer, self.high.answer)


def leanings(
    gains: pd.DataFrame,
    values: pd.DataFrame,
    ranges: dict[str, tuple[float, float, float]],
    verdict: Verdict,
    always: frozenset[str],
) -> list[Leaning]:
    """Return on what the answer leans, the values that change it first, then by share.

    Parameters
    ----------
    gains : DataFrame
        Futures by scenarios: gain over doing nothing.
    values : DataFrame
        Futures by addresses: what was drawn.
    ranges : dict
        Address -> (low, most likely, high).
    verdict : Verdict
    always : frozenset of str
        Addresses that are told even if no leaning shows.

    Returns
    -------
    list of Leaning
        Of the values on which a leaning is clear, and of those of `always`; empty if there are fewer
        than `LEAST_FUTURES`.
    """
    if len(gains) < LEAST_FUTURES or values.empty:
        return []
    leader = next(name for name in verdict.options.index if name != BASELINE)
    moving = [name for name in values.columns if values[name].nunique() > 1]
    lines = {name: _line(gains[leader], values[name]) for name in moving}
    if not lines or not gains[leader].nunique() > 1:
        return []
    clear = multipletests([line.f_pvalue for line in lines.values()], alpha=ALPHA, method="fdr_bh")[
        0
    ]
    found = [
        _leaning(name, float(line.rsquared), bool(sure), ranges[name], gains, values[name], verdict)
        for (name, line), sure in zip(lines.items(), clear, strict=True)
        if sure or name in always
    ]
    return sorted(found, key=lambda one: (not one.changes, not one.clear, -one.share))


def _leaning(
    address: str,
    share: float,
    clear: bool,
    ends: tuple[float, float, float],
    gains: pd.DataFrame,
    value: pd.Series,
    verdict: Verdict,
) -> Leaning:
    at = {
        end: _end(place, gains, value, verdict) for end, place in zip("lh", ends[::2], strict=True)
    }
    threshold = None
    net = _net(gains, verdict)
    for end in at.values():
        if end.answer == "other":
            threshold = _crossing(net[end.best] - net[verdict.chosen], value)
    return Leaning(address, share, clear, at["l"], at["h"], threshold)


def _end(place: float, gains: pd.DataFrame, value: pd.Series, verdict: Verdict) -> End:
    """Return what the lines say at one value."""
    leader = next(name for name in verdict.options.index if name != BASELINE)
    net = _net(gains, verdict)
    mean = {name: _at(place, net[name], value)[0] for name in net.columns if name != BASELINE}
    best = max(mean, key=lambda name: mean[name])
    if mean[best] <= 0:
        best = BASELINE
    answer = "same"
    if best != verdict.chosen:
        _, low, _ = _at(place, net[best] - net[verdict.chosen], value)
        answer = "other" if low > 0 else "unsure"
    return End(place, *_at(place, gains[leader], value), best, answer)


def _net(gains: pd.DataFrame, verdict: Verdict) -> pd.DataFrame:
    """Return gains less the amount from which on they matter, as the verdict counts them."""
    return (gains - verdict.matters).assign(**{BASELINE: gains[BASELINE]})


def _line(y: pd.Series, x: pd.Series) -> sm.regression.linear_model.RegressionResultsWrapper:
    return sm.OLS(y.to_numpy(), sm.add_constant(x.to_numpy())).fit()


def _at(place: float, y: pd.Series, x: pd.Series) -> tuple[float, float, float]:
    """Return the mean of a line at one place, and its 90 % interval."""
    found = _line(y, x).get_prediction(np.array([[1.0, place]]))
    low, high = found.conf_int(alpha=ALPHA)[0]
    return float(found.predicted_mean[0]), float(low), float(high)


def _crossing(difference: pd.Series, value: pd.Series) -> float | None:
    """Return where the line of a difference is nil."""
    level, slope = _line(difference, value).params
    return float(-level / slope) if slope else None
