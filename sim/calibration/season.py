"""The season of a firm's purchases, from its counts of each week."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from sim.calibration.transactions import Log
from sim.common.calendar import WEEKS_A_YEAR
from sim.intake.gaps import days_within


def season_of(
    log: Log, repeats: bool, grown: Callable[[np.ndarray], np.ndarray]
) -> dict[str, tuple[float, float]]:
    """Fit the season on all whole weeks of a log but for its gaps, week 0 being the one after its end.

    Parameters
    ----------
    log : Log
    repeats : bool
        Whether a customer's first purchase is left out.
    grown : callable
        Open weeks before the end, an array -> what the laws expect to have been bought by then.

    Returns
    -------
    dict
        As `fit_season`.
    """
    weeks = ((log.last_day - log.first_day).days + 1) // 7
    back = np.arange(weeks, -1, -1)
    begin = [log.last_day + pd.Timedelta(days=1 - 7 * int(ago)) for ago in back]
    closed = np.array([days_within(log.gaps, day) for day in begin]) / 7.0
    occasions = log.occasions
    for gap in log.gaps:
        occasions = occasions[(occasions["day"] < gap.first) | (occasions["day"] > gap.last)]
    if repeats:
        first = occasions.groupby("customer")["day"].transform("min")
        occasions = occasions[occasions["day"] > first]
    ago = (log.last_day - occasions["day"]).dt.days.to_numpy() // 7
    counts = np.bincount(ago[ago < weeks], minlength=weeks)[::-1]
    return fit_season(counts, np.diff(grown(back - closed)))


def fit_season(
    counts: np.ndarray, expected: np.ndarray, harmonics: int = 2
) -> dict[str, tuple[float, float]]:
    """Fit the season of weekly purchase counts by Poisson regression with Fourier terms.

    Parameters
    ----------
    counts : numpy.ndarray
        Purchases in successive weeks; the last is the week before week 0 of a run.
    expected : numpy.ndarray
        What the calibrated laws expect in each week (the offset; a constant for a panel).
    harmonics : int
        Waves a year.

    Returns
    -------
    dict
        ``season_cos1`` ... -> (estimate, standard error), log rate; empty where the counts span less
        than two full years, since season and growth could not be told apart. A trend is taken out,
        errors are widened for overdispersion (Pearson's chi-square).
    """
    if len(counts) < 104:
        return {}
    week = np.arange(-len(counts), 0)
    columns = {"level": np.ones(len(counts)), "trend": week / WEEKS_A_YEAR}
    for k in range(1, harmonics + 1):
        columns[f"season_cos{k}"] = np.cos(2 * np.pi * k * week / WEEKS_A_YEAR)
        columns[f"season_sin{k}"] = np.sin(2 * np.pi * k * week / WEEKS_A_YEAR)
    kept = expected > 0
    model = GLM(
        counts[kept],
        pd.DataFrame(columns)[kept],
        family=Poisson(),
        offset=np.log(expected[kept]),
    )
    fitted = model.fit(scale="X2")
    return {
        name: (float(fitted.params[name]), float(fitted.bse[name]))
        for name in columns
        if name.startswith("season_")
    }
