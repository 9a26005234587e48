r"""Several levers together bring less than the sum of each.

What levers add in favour of the firm to the same outcome is combined like chances of which one is enough,

    total = cap (1 - Prod_l (1 - x_l / cap)),

so that one lever alone does what it does alone, each further one finds less left to win, and all together
stay below the cap. What levers do against the firm adds up in full. Each lever's term is scaled by the
same factor, total / Sum x, so that the terms still add up to what happens.
"""

import numpy as np

from sim.common.kernels.terms import add_gain, scale_gain
from sim.common.random_numbers import Floats


def combine(terms: dict[str, Floats], cap: float, favourable: int) -> dict[str, Floats]:
    """Return the terms of several levers as they act together.

    Parameters
    ----------
    terms : dict of str to ndarray, each of shape (people,)
        By lever.
    cap : float
        Most that they bring together, on the outcome's link scale; one lever alone may exceed it.
    favourable : {1, -1}
        Sign of what is good for the firm.

    Returns
    -------
    dict of str to ndarray
    """
    if len(terms) < 2:
        return terms
    plain, total = (np.zeros(next(iter(terms.values())).size) for _ in range(2))
    for term in terms.values():
        add_gain(term, favourable, cap, plain, total)
    factor = np.divide(total, plain, out=np.ones_like(plain), where=plain > 0)
    return {name: scale_gain(term, favourable, factor) for name, term in terms.items()}
