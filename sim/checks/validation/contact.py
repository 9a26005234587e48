"""Facts about how often to write to customers (S20, first part).

The number of messages is varied and all else is kept, offers matched to the person among it; what a
rate is worth is read from a smooth curve through the rates tried.
"""

from collections.abc import Sequence

import numpy as np
from scipy.interpolate import Akima1DInterpolator

from sim.checks.validation.statistic import Found, Statistic, Untested, pooled
from sim.checks.validation.worlds import Setup, each, equity, play, world
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats

#: Messages a month in all, of which some are usual already.
_RATES = np.array([0.0, 0.5, 1.0, 2.0, 3.0, 4.5, 7.0, 11.0])
_MATCHING = 0.6
#: The study's rates over its best: 4 and 10 e-mails a month, 7 being best (Zhang & others 2017).
_LESS, _MORE = 4 / 7, 10 / 7


def best_rate(rates: Floats, worth: Floats) -> float:
    """Return the rate at the top of a curve through some points, shape (rates,) each."""
    fine = np.linspace(rates[0], rates[-1], 2_001)
    return float(fine[np.argmax(Akima1DInterpolator(rates, worth)(fine))])


def loss_beside_the_best(rates: Floats, worth: Floats, factor: float) -> float:
    """Return what a multiple of the best rate is worth over the best, less 1, by the same curve."""
    curve, best = Akima1DInterpolator(rates, worth), best_rate(rates, worth)
    return float(curve(min(factor * best, rates[-1])) / curve(best) - 1)


def too_little_and_too_much(setup: Setup) -> Found:
    """S20a and b: less contact than is best costs profit, and so does more."""

    def one(seed: int) -> Floats:
        usual = setup.market["usual_messages"]
        plays = [{"messages": rate - usual, "matching": _MATCHING} for rate in _RATES]
        return np.array(
            [
                equity(world(setup, seed, WEEKS_A_YEAR, play("personalisation", p), valued=True))
                for p in plays
            ]
        )

    parts = each(setup, one)
    mean = np.mean(parts, axis=0)
    best = best_rate(_RATES, mean)
    if not 0 < best < _RATES[-1]:
        reason = f"No rate of contact up to {_RATES[-1]:g} messages a month is a best one within."
        return {"S20a": Untested(reason), "S20b": Untested(reason)}

    def loss(factor: float) -> Statistic:
        def of(parts: Sequence[Floats]) -> float:
            return loss_beside_the_best(_RATES, np.mean(parts, axis=0), factor)

        of_gain = loss_beside_the_best(_RATES, mean - mean[0], factor)
        note = (
            f"Best: {best:.1f} messages a month in all, which over none add "
            f"{mean.max() / mean[0] - 1:.2%} to customer equity. Of what they add {-of_gain:.0%} is "
            f"lost at {factor:.2f} times as many."
        )
        return pooled(parts, of, note)

    return {"S20a": loss(_LESS), "S20b": loss(_MORE)}
