"""What earlier origins teach: forecasts from days within calibration, held against what then came.

From each origin the laws are fitted anew on what was known by then. That gives two things that a fit on
all of the calibration cannot: how much better one law foretells than the other, and by how much all
customers together moved away from what luck and the laws explain, in level and from week to week. The
hold-out has no part in it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar

from sim.calibration.forecast.histories import Histories, histories_until, purchases_after
from sim.calibration.forecast.moving_rates import fit_moving_rates
from sim.calibration.forecast.outlook import Outlook, look_ahead
from sim.calibration.forecast.prediction import HALF
from sim.calibration.forecast.refined_prior import fit_refined_prior
from sim.common.calendar import WEEKS_A_YEAR

#: Origins lie these shares of the calibration before its end; each looks ahead to the end at most.
_SHARES = (1 / 2, 1 / 3, 1 / 6)
#: With a shorter calibration there are no origins, and a horizon of fewer weeks teaches nothing.
_LEAST_WEEKS, _LEAST_AHEAD = 12, 2
#: Customers that origins are judged on, when there are more.
_JUDGED = 2_000
#: The level of a year of all customers' purchases where no log shows how it moves: a fifth worse or
#: better, and the standard deviation of that (Pert law).
YEAR_ENDS = 0.8, 1.2
YEAR_LEVEL = (YEAR_ENDS[1] - YEAR_ENDS[0]) / float(np.sqrt(28))
#: The same of a week by itself, as much as one origin where a log has some.
_USUAL_SHOCK = 0.05
#: Degrees of freedom of the half-t law of what is not seen of the level (Gelman 2006), and the share for
#: which an origin counts: three look at much the same weeks.
_FREEDOM, _COUNTS = 4.0, 0.5
_SPREADS = np.geomspace(1e-3, 1e2, 400)
#: Customers by which the evidence for one law is drawn to half and half.
_DRAWN = 5.0


@dataclass(frozen=True)
class Common:
    """What moves all customers together, as shares of the mean (standard deviations).

    Attributes
    ----------
    level : float
        Of the whole horizon.
    shock : float
        Of each week by itself.
    """

    level: float
    shock: float = _USUAL_SHOCK

    @property
    def of_week(self) -> float:
        """Of one week."""
        return float(np.hypot(self.level, self.shock))

    def of_total(self, weeks: int) -> float:
        """Of the sum over so many weeks."""
        return float(np.hypot(self.level, self.shock / np.sqrt(weeks)))


@dataclass(frozen=True)
class Origin:
    """One forecast from within the calibration, by both laws, and what came.

    Attributes
    ----------
    weeks : int
        It looked ahead.
    one, other : Outlook
        By the law of refined rates, and by that of moving rates; scored.
    by_week : numpy.ndarray
        What came, shape (weeks,).
    """

    weeks: int
    one: Outlook
    other: Outlook
    by_week: np.ndarray


def look_back(occasions: pd.DataFrame, end: pd.Timestamp, weeks: int, phases: int) -> list[Origin]:
    """Forecast from earlier days, and see what came.

    Parameters
    ----------
    occasions : pandas.DataFrame
        The log; what comes after `end` is not looked at.
    end : pandas.Timestamp
        Last day of calibration.
    weeks : int
        Horizon of the forecast that this is for; none of these looks further.
    phases : int
        How regular purchases were found to be.
    """
    occasions = occasions[occasions["day"] <= end]
    length = ((end - occasions["day"].min()).days + 1) // 7
    if length < _LEAST_WEEKS:
        return []
    made = []
    for share in _SHARES:
        back = int(length * share)
        ahead = min(back, weeks)
        origin = end - pd.Timedelta(weeks=back)
        known = histories_until(occasions, origin).sample(_JUDGED)
        if ahead < _LEAST_AHEAD or not _has_time(known):
            continue
        came, by_week = purchases_after(occasions, known, origin, ahead)
        laws = fit_refined_prior(known), fit_moving_rates(known, phases)
        one, other = (look_ahead(law, known, ahead, came) for law in laws)
        made.append(Origin(ahead, one, other, by_week))
    return made


def _has_time(known: Histories) -> bool:
    """Return whether anybody has had a week to come back in."""
    return len(known) > 0 and int(known.first_ago.max()) >= 7


def weight_by_evidence(origins: list[Origin], weeks: int) -> float:
    """Return the weight of the first law: between half and what earlier origins show to be best.

    Best is the mixture with the highest probability of what customers did after all origins (stacking;
    Yao, Vehtari, Simpson & Gelman 2018). What differs between the laws grows with the horizon, and half
    guards against what shorter horizons cannot show: the weight goes from half to the best by the share
    of the horizon ahead that the origins have seen, on average.

    Parameters
    ----------
    origins : list of Origin
    weeks : int
        Horizon ahead.
    """
    scored = [(o.one.scores, o.other.scores) for o in origins]
    pairs = [(np.exp(-a.log_score), np.exp(-b.log_score)) for a, b in scored if a and b]
    if not pairs:
        return HALF

    def loss(weight: float) -> float:
        drawn = _DRAWN * (np.log(weight) + np.log(1.0 - weight))
        likely = sum(np.log(weight * a + (1.0 - weight) * b).sum() / len(a) for a, b in pairs)
        customers = np.mean([len(a) for a, _ in pairs])
        return -float(drawn + likely * customers)

    best = minimize_scalar(loss, bounds=(1e-3, 1.0 - 1e-3), method="bounded").x
    seen = float(np.mean([min(origin.weeks / weeks, 1.0) for origin in origins]))
    return float(round(HALF + seen * (best - HALF), 3))


def common_movement(origins: list[Origin], weight: float, weeks: int) -> Common:
    """Return how far all customers together move, beyond luck and the difference of the laws.

    Parameters
    ----------
    origins : list of Origin
    weight : float
        Of the first law.
    weeks : int
        Horizon ahead: the variance of the level is taken to grow with it, as that of a random walk.
    """
    seen, shocks = [], [_USUAL_SHOCK**2]
    for origin in origins:
        moved, noise, shock = _moved(origin, weight)
        seen.append((moved, noise, origin.weeks / weeks))
        shocks.append(shock)
    usual = YEAR_LEVEL * float(np.sqrt(weeks / WEEKS_A_YEAR))
    return Common(_spread_of_level(seen, usual), float(np.sqrt(max(float(np.mean(shocks)), 0.0))))


def _spread_of_level(seen: list[tuple[float, float, float]], usual: float) -> float:
    """Return the level's standard deviation over the horizon: never 0, as few origins cannot show that.

    The root of the posterior mean of its variance, from normal deviations and a half-t law whose mean
    square is that of `usual` (Gelman 2006, Bayesian Analysis 1, 515-534). Origins overlap, so that each
    counts for a part of one (composite likelihood; Varin, Reid & Firth 2011).

    Parameters
    ----------
    seen : list of (float, float, float)
        Of each origin: by what share of the mean the level was off, the variance of luck in it, and its
        weeks as a share of the horizon.
    usual : float
        What is taken for it where nothing is seen.
    """
    spread, scale = usual * _SPREADS, usual * np.sqrt((_FREEDOM - 2.0) / _FREEDOM)
    log = -(_FREEDOM + 1.0) / 2.0 * np.log1p((spread / scale) ** 2 / _FREEDOM) + np.log(spread)
    for moved, noise, part in seen:
        variance = part * spread**2 + noise
        log = log - _COUNTS * 0.5 * (np.log(variance) + moved**2 / variance)
    weight = np.exp(log - log.max())
    return float(np.sqrt(weight @ spread**2 / weight.sum()))


def _moved(origin: Origin, weight: float) -> tuple[float, float, float]:
    """Return by what share the level was off, its variance by luck, and that of a week beyond luck."""
    mean, luck, total_luck = _mixed(origin, weight)
    total = mean.sum()
    if total <= 0 or (mean <= 0).any():
        return 0.0, 1.0, 0.0
    level = origin.by_week.sum() / total - 1.0
    off = origin.by_week / (mean * (1.0 + level)) - 1.0 if level > -1 else np.zeros(len(mean))
    shock = float((off**2).sum() / (len(mean) - 1) - (luck / mean**2).mean())
    return float(level), float(total_luck / total**2 + max(shock, 0.0) / len(mean)), shock


def _mixed(origin: Origin, weight: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Return mean and luck by week, and the variance of the total that luck and the laws explain."""
    one, other = origin.one, origin.other
    mean = weight * one.week_mean + (1.0 - weight) * other.week_mean
    luck = weight * one.week_variance + (1.0 - weight) * other.week_variance
    total = weight * one.total_variance + (1.0 - weight) * other.total_variance
    gap = float((one.week_mean - other.week_mean).sum())
    return mean, luck, total + weight * (1.0 - weight) * gap**2
