r"""How much an experience weighs: much for who is new to the firm, little for who has known it long.

A customer believes something of what the firm is worth to them, and each encounter corrects it. With p
the uncertainty of that belief over the noise of one encounter, the weight of the k-th experience is the
gain of the filter of a level that wanders (Kalman 1960),

    r_k = p_k / (1 + p_k),   p_{k+1} = r_k + r^2 / (1 - r),   p_1 = max(1 / n0, r / (1 - r)),

r = 1 - w being the gain it settles at: Bayes' weight 1 / (n0 + k) at first, as if what was believed
beforehand were n0 experiences, and a constant one once the belief is as sure as a firm that changes
lets it be. (Bayes' weight alone sinks to nothing: nothing that a firm does would ever be felt.)

What is known of the weight of the past, w, was measured among customers as they are, new ones and old.
The weights are therefore scaled so that their mean over the encounters that today's customers have in the
year to come is 1 - w,

    g_k = (1 - w) r_k / r*,   r* = sum_i sum_k P(N_i >= k) r_{x_i + k} / sum_i m_i,   N_i ~ Poisson(m_i),

x_i being the experiences so far and m_i those to be expected in a year. n encounters of a week after x
others keep the part (1 - g_{x+1}) ... (1 - g_{x+n}) of satisfaction.

| symbol | parameter | unit |
|---|---|---|
| n0 | prior_experiences | experiences |
| w | satisfaction_memory | 1 |

Sources: bolton1998 (the longer a customer is there, the less an experience counts beside the past ones),
erdem1996 and iyengar2007 (buyers learn from their first experiences, by Bayes' rule). Known limits:
what is expected, W, is learnt at one speed; a log that begins late takes old customers for newer ones;
the purchase with which somebody joins is not felt; who leaves within the year counts as if still here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtrc

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.kernels.encounters import tabled
from sim.common.random_numbers import Floats, Ints
from sim.model.week.life_parameters import LifeParameters
from sim.world.population import People

_NEW = 64  # experiences after which weights have settled


@dataclass(frozen=True)
class ExperienceWeights:
    """The weights of a customer's first, second, ... experience in satisfaction.

    Attributes
    ----------
    weights : ndarray, shape (experiences + 1,)
        g_1, g_2, ..., the last one for all later ones as well.
    left : ndarray, shape (experiences + 1,)
        Log of what the first 0, 1, ... experiences leave of what was there before.
    """

    weights: Floats
    left: Floats

    @classmethod
    def of(
        cls, people: People, start: NDArray[np.bool_], life: LifeParameters
    ) -> "ExperienceWeights":
        """Return the weights that hold in a market.

        Parameters
        ----------
        people : dict of ndarray
            Columns at week 0.
        start : ndarray of bool, shape (people,)
            Today's customers.
        life : LifeParameters
        """
        settled, so_far = 1.0 - life.satisfaction_memory, people["frequency"][start]
        a_year = WEEKS_A_YEAR * people["category_rate"][start] * people["base_share"][start]
        weights = gains(life.prior_experiences, settled)
        if a_year.any():
            weights *= settled / mean_ahead(weights, so_far.astype(np.int64), a_year)
        return cls(weights, np.concatenate(([0.0], np.cumsum(np.log1p(-weights[:-1])))))

    def of_next(self, so_far: Floats | Ints) -> Floats:
        """Return the weight of the next experience, shape (m,); straight lines between whole numbers."""
        return tabled(self.weights, so_far)

    def kept(self, so_far: Ints, encounters: Ints) -> Floats:
        """Return the part of satisfaction that is left after further encounters, shape (m,)."""
        return np.exp(self._log_left(so_far + encounters) - self._log_left(so_far))

    def _log_left(self, experiences: Ints) -> Floats:
        last = self.left.size - 1
        later = np.maximum(experiences - last, 0)
        return self.left[np.minimum(experiences, last)] + later * np.log1p(-self.weights[-1])


def gains(prior: float, settled: float) -> Floats:
    """Return the weights r_1, r_2, ... before they are scaled, the last one settled.

    Parameters
    ----------
    prior : float
        Experiences that the belief beforehand is worth, n0.
    settled : float
        Weight r of an experience of who has known the firm long.
    """
    found, unsure = np.full(_NEW + 1, settled), max(1.0 / prior, settled / (1.0 - settled))
    for k in range(_NEW):
        found[k] = unsure / (1.0 + unsure)
        unsure = found[k] + settled**2 / (1.0 - settled)
    return found


def mean_ahead(weights: Floats, so_far: Ints, expected: Floats) -> float:
    """Return the mean weight of the encounters to come, r*.

    Parameters
    ----------
    weights : ndarray
        As of `gains`.
    so_far : ndarray of int, shape (m,)
        Experiences of each customer.
    expected : ndarray, shape (m,)
        Mean of the Poisson number of those to come.
    """
    more, settled = weights[:-1] - weights[-1], weights[-1]
    extra = 0.0
    for k in range(1, _NEW + 1):
        new = so_far + k <= _NEW
        extra += float(np.sum(pdtrc(k - 1, expected[new]) * more[so_far[new] + k - 1]))
    return float(settled + extra / expected.sum())
