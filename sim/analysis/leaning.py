"""On which uncertain value the answer leans: regressions over the futures of a comparison.

Each uncertain value differs from future to future, independently of the others (of what was estimated
together, each by its own part: `sim.market.covariances.Joint`). A straight line through
the gains per customer over one value (ordinary least squares) says how much of their variance goes with
it, and what the gains would be at its ends, all else as uncertain as before: an end and the centre are
read from the same futures, like for like. Gains are taken per customer of the firm, since every amount
goes with the number of customers; over that number itself the line is one over its inverse, as what a
firm spends whatever its size is shared by its customers. The law of buying is 0 or 1: its line goes
through the means of both.

Gains per customer may go with the number of customers where that is drawn too, so that their mean times
that of the number is not the mean gain. What the gain would be at an end is therefore read from the line
that counts a future by its customers (weighted least squares, the ratio estimator of Cochran 1977,
section 6.3): times the mean number it goes through the mean gain, which the ends then stand around. Its
errors hold however the scatter differs from future to future (HC3; MacKinnon & White 1985). How much of
the variance goes with a value, and whether that is more than chance, is told by the plain line.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import OLS, WLS
from statsmodels.stats.multitest import multipletests
from statsmodels.tools import add_constant

from sim.analysis.intervals import ALPHA
from sim.analysis.known_futures import SIZE, Futures
from sim.analysis.verdict import Verdict
from sim.experiment.uncertain_values import LAW
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
        interval of the difference, or the leaning is not clear.
    """

    value: float
    gain: float
    low: float
    high: float
    best: str
    answer: str


@dataclass(frozen=True)
class Turn:
    """Where, from what was chosen towards an end, something else first becomes better.

    Attributes
    ----------
    side : {"below", "above"}
        Of `at`, where it is better.
    at : float
        The value.
    best : str
        The scenario that is better from there on, of those that are clearly so at the end, where another
        may be best.
    """

    side: Literal["below", "above"]
    at: float
    best: str


@dataclass(frozen=True)
class Leaning:
    """How the answer leans on one uncertain value.

    Attributes
    ----------
    address : str
        As in `sim.experiment.futures.Future.values`.
    share : float
        Share of the variance of the leading strategy's gain that goes with it: r squared of the gain for
        the number of customers, and for all else r squared of the gain per customer times what that
        number leaves.
    clear : bool
        Whether that is more than chance, of all values looked at: at most one in ten told is by chance
        (Benjamini & Hochberg 1995).
    low, high : End
    turns : tuple of Turn
        Towards each end at which something else is clearly better, where between the ends it becomes so.
    """

    address: str
    share: float
    clear: bool
    low: End
    high: End
    turns: tuple[Turn, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether the answer is clearly another one at an end."""
        return "other" in (self.low.answer, self.high.answer)


def leanings(
    futures: Futures, verdict: Verdict, matter: Collection[str], always: Collection[str]
) -> list[Leaning]:
    """Return on what the answer leans, the values that change it first, then by share.

    Parameters
    ----------
    futures : Futures
    verdict : Verdict
    matter : collection of str
        Addresses of the values that can move the gain of the leading strategy.
    always : collection of str
        Those of them that are told even if no leaning shows.

    Returns
    -------
    list of Leaning
        Of the values on which a leaning is clear, and of those of `always`; empty if there are fewer
        than `LEAST_FUTURES`.
    """
    leader = leader_of(verdict)
    gains = futures.gains[leader]
    moving = futures.moving(matter)
    if len(gains) < LEAST_FUTURES or not moving or not gains.nunique() > 1:
        return []
    per_customer = futures.per_customer[leader]
    lines = {n: _line(gains if n == SIZE else per_customer, futures.values[n]) for n in moving}
    left = 1.0 - (_share(lines[SIZE]) if SIZE in lines else 0.0)
    clear = multipletests([line.f_pvalue for line in lines.values()], alpha=ALPHA, method="fdr_bh")
    found = [
        _leaning(name, _share(line) * (1.0 if name == SIZE else left), bool(sure), futures, verdict)
        for (name, line), sure in zip(lines.items(), clear[0], strict=True)
        if sure or name in always
    ]
    return sorted(found, key=lambda one: (not one.changes, not one.clear, -one.share))


def leader_of(verdict: Verdict) -> str:
    """Return the strategy with the largest mean gain, chosen or not."""
    return next(str(name) for name in verdict.options.index if name != BASELINE)


def _share(line: Any) -> float:
    return float(line.rsquared)


def _leaning(
    address: str, share: float, clear: bool, futures: Futures, verdict: Verdict
) -> Leaning:
    low, _, high = futures.ranges[address]
    net = _net(futures, verdict)
    at_low, at_high = (_end(address, place, futures, verdict, net) for place in (low, high))
    if not clear:  # a line that may be chance turns nothing
        at_low, at_high = (_unsure(end) for end in (at_low, at_high))
    turns: list[Turn] = []
    for side, end in _sides(at_low, at_high):
        if end.answer == "other" and address != LAW:  # between two laws there is no other
            turn = _turn(address, end.value, futures, net.sub(net[verdict.chosen], axis=0))
            if turn is not None and low <= turn[0] <= high:
                turns.append(Turn(side, *turn))
    return Leaning(address, share, clear, at_low, at_high, tuple(turns))


def _sides(low: End, high: End) -> list[tuple[Literal["below", "above"], End]]:
    return [("below", low), ("above", high)]


def _turn(
    address: str, end: float, futures: Futures, over: pd.DataFrame
) -> tuple[float, str] | None:
    """Return where the first of all that are clearly better at an end becomes so, and which it is.

    `over` is what each scenario gains more than the chosen one. The line is followed from the mean of the
    values, where the chosen one is best.
    """
    place, firm = _place(address, futures), futures.firm
    at = 1.0 / end if address == SIZE else end
    begin = float(np.average(place, weights=firm))
    found: list[tuple[float, float, str]] = []
    for name in over.columns:
        better = _at(at, over[name], place, firm)[1] > 0
        crossing = _crossing(over[name], place, firm) if better else None
        if crossing:
            found.append((abs(crossing - begin), crossing, name))
    if not found:
        return None
    _, crossing, name = min(found)
    return (1.0 / crossing if address == SIZE else crossing), name


def _unsure(end: End) -> End:
    """Return an end at which another answer only seems better."""
    return replace(end, answer="unsure") if end.answer == "other" else end


def _place(address: str, futures: Futures) -> pd.Series:
    """Return what a line of gains per customer is over: the value, or the inverse of a number."""
    values = futures.values[address]
    return 1.0 / values if address == SIZE else values


def _end(address: str, place: float, futures: Futures, verdict: Verdict, net: pd.DataFrame) -> End:
    """Return what the lines say at one value, of gains and of gains net of what matters."""
    gains, over, by = futures.per_customer, _place(address, futures), futures.firm
    at, firm = (1.0 / place, place) if address == SIZE else (place, float(futures.firm.mean()))
    mean = {name: _at(at, net[name], over, by)[0] for name in net.columns if name != BASELINE}
    best = max(mean, key=lambda name: mean[name])
    if mean[best] <= 0:
        best = BASELINE
    answer = "same"
    if best != verdict.chosen:
        _, low, _ = _at(at, net[best] - net[verdict.chosen], over, by)
        answer = "other" if low > 0 else "unsure"
    gain, least, most = (firm * each for each in _at(at, gains[leader_of(verdict)], over, by))
    return End(place, gain, least, most, best, answer)


def _net(futures: Futures, verdict: Verdict) -> pd.DataFrame:
    """Return gains per customer less what a gain must be to matter, as the verdict counts them."""
    gains, firm = futures.per_customer, float(futures.firm.mean())
    return (gains - verdict.matters / firm).assign(**{BASELINE: gains[BASELINE]})


def _line(y: pd.Series, x: pd.Series) -> Any:
    """Return the line of least squares of statsmodels."""
    return OLS(y.to_numpy(), add_constant(x.to_numpy())).fit()


def _by_customers(y: pd.Series, x: pd.Series, firm: pd.Series) -> Any:
    """Return the line that counts a future by its customers, with errors that hold for any scatter."""
    line = WLS(y.to_numpy(), add_constant(x.to_numpy()), firm.to_numpy())
    return line.fit(cov_type="HC3", use_t=True)


def _at(place: float, y: pd.Series, x: pd.Series, firm: pd.Series) -> tuple[float, float, float]:
    """Return the mean of a line by customers at one place, and its 90 % interval."""
    found = _by_customers(y, x, firm).get_prediction(np.array([[1.0, place]]))
    low, high = found.conf_int(alpha=ALPHA)[0]
    return float(found.predicted_mean[0]), float(low), float(high)


def _crossing(difference: pd.Series, value: pd.Series, firm: pd.Series) -> float | None:
    """Return where the line of a difference by customers is nil."""
    level, slope = _by_customers(difference, value, firm).params
    return float(-level / slope) if slope else None
