"""A Latin hypercube sample that doubles as it grows, each value by its own address."""

import numpy as np

from sim.common.random_numbers import Draws, Floats
from sim.market.renamed import DRAWN_AS


def spread(address: str, n: int, seed: int) -> Floats:
    """Return n uniforms of which the first m, a power of two, lie one in each m-th of the unit interval.

    From m values to 2 m: each lies in one half of its m-th; the new ones lie in the other halves, in
    random order (Sallaberry, Helton & Hora 2008 double a Latin hypercube so).
    """
    draws, decision = Draws(seed, 1), f"future:{DRAWN_AS.get(address, address)}"
    found = draws.uniform(decision)
    while (m := len(found)) < n:
        order = np.argsort(draws.uniform(f"{decision}:order", m, m))
        empty = np.floor(2 * m * found).astype(np.int64) ^ 1
        place = draws.uniform(f"{decision}:place", m, m)
        found = np.concatenate([found, (empty[order] + place) / (2 * m)])
    return found[:n]
