"""Groups of so few people that a count or a mean says something of one of them: these are not shown."""

from collections.abc import Iterable

import numpy as np

#: People that a group has at least whose number, or mean, is shown.
FEWEST = 5


def shown(counts: Iterable[float]) -> np.ndarray:
    """Return which groups are shown, by how many people are in each.

    Where the groups that are too small hold fewer than `FEWEST` people together, the smallest of the
    others goes with them: from a total and all other groups one could else tell what they hold.

    Examples
    --------
    >>> shown([30, 9, 3]).tolist()
    [True, False, False]
    >>> shown([30, 9, 3, 4, 0]).tolist()
    [True, True, False, False, True]
    """
    people = np.asarray(list(counts), dtype=float)
    small = (people > 0) & (people < FEWEST)
    if 0 < people[small].sum() < FEWEST and (large := people >= FEWEST).any():
        small[np.flatnonzero(large)[np.argmin(people[large])]] = True
    return ~small
