"""How often customers buy in each week of the year, over the mean of the year."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.common.calendar import WEEKS_A_YEAR
from sim.market.numbers import Number


def season_of_year(values: Mapping[str, Number]) -> NDArray[np.float64]:
    """Return the multiplier of the purchase rate in each week; its mean over the year is 1.

    Parameters
    ----------
    values : mapping of str to Number
        Of a market; its harmonics ``season_cos1``, ``season_sin1``, ... act on the log rate.

    Returns
    -------
    ndarray, shape (52,)
    """
    week = np.arange(WEEKS_A_YEAR)
    log_rate = np.zeros(WEEKS_A_YEAR)
    for name, number in values.items():
        if name.startswith("season_"):
            wave = np.cos if name.startswith("season_cos") else np.sin
            harmonic = int(name.removeprefix("season_")[3:])
            log_rate += number.value * wave(2 * np.pi * harmonic * week / WEEKS_A_YEAR)
    return np.exp(log_rate) / np.exp(log_rate).mean()
