r"""Friends resemble each other: who hears whom depends on how alike two people are.

Four traits are turned into normal scores of their ranks, z_a: how often a person buys here, how much at a
time, how soon this person leaves, and how well the firm suits them. With s the normal score of the rank
of sum_a z_a, person i's listener is whoever stands at

    q s_i + sqrt(1 - q^2) e,   e ~ N(0, 1),   q = rho / (mean over a of corr(z_a, s)^2),

in the order of s. Friends' scores then correlate with q, and their traits with q corr(z_a, s)^2, which is
rho on average (the market's `likeness_of_friends`): one fourth of q where the four are independent, so
that rho is at most about a fourth. Scores are standard normal for speakers and listeners alike,
whence everybody is heard by as many as before; and the scatter e is a share of the whole population
rather than a number of people, so that two friends' friends are hardly ever friends. (Sorting by score
and taking neighbours ties cliques instead.) Attitudes follow: who finds the firm suits them has friends
who do.

Sources: mcpherson2001 (friends are alike in nearly all that was looked at), haenlein2011 (in what they
spend, telephone customers), nitzan2011 and aral2009 (so that much of what looks like contagion is
likeness). Known limits: one likeness for all traits; where a trait is drawn anew, it is not the friends'.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from sim.common.random_numbers import Floats, Ints

_LARGEST = 0.95  # of q: nearer to one, all ties of a person would lead to the same few


@dataclass(frozen=True)
class Likeness:
    """In which order people stand, and how near to each other friends stand in it.

    Attributes
    ----------
    order : ndarray of int, shape (people,)
        Rows by score.
    place : ndarray of int, shape (people,)
        Each row's place in it.
    nearness : float
        Correlation q of two friends' scores.
    """

    order: Ints
    place: Ints
    nearness: float

    def listeners(self, uniform: Floats, speaker: Ints) -> Ints:
        """Return who hears each tie's speaker.

        Parameters
        ----------
        uniform : ndarray, shape (ties,)
        speaker : ndarray of int, shape (ties,)
            Rows.

        Returns
        -------
        ndarray of int, shape (ties,)
            Rows; nobody listens to themselves.
        """
        people = self.order.size
        score = ndtri((self.place[speaker] + 0.5) / people)
        near = self.nearness * score + np.sqrt(1 - self.nearness**2) * ndtri(uniform)
        pick = np.minimum(np.floor(ndtr(near) * (people - 1)), people - 2).astype(np.int64)
        return self.order[pick + (pick >= self.place[speaker])]


def likeness(people: Mapping[str, NDArray[Any]], correlation: float) -> Likeness | None:
    """Return how friends resemble each other, or None where they do not.

    Parameters
    ----------
    people : mapping of str to ndarray
        Columns at week 0.
    correlation : float
        Of two friends in a trait, rho.
    """
    traits = [
        people["category_rate"] * people["base_share"],
        people["mean_spend"],
        people["drop_out_rate"],
        people["suitability"],
    ]
    scores = [score for score in map(normal_scores, traits) if score.any()]
    if correlation == 0.0 or not scores:
        return None
    total = np.sum(scores, axis=0)
    order = np.argsort(total, kind="stable")
    place = np.argsort(order, kind="stable")
    shared = np.mean([np.corrcoef(score, total)[0, 1] ** 2 for score in scores])
    return Likeness(order, place, min(_LARGEST, correlation / float(shared)))


def normal_scores(values: NDArray[Any]) -> Floats:
    """Return the standard normal scores of values' ranks, equal values having the mean rank."""
    _, which, count = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - count / 2
    return ndtri(middle / values.size)[which]
