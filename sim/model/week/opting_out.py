"""How many customers opt out of the firm's usual messages in a week, so that the share of those stays."""

import numpy as np

from sim.common.random_numbers import Floats


def usual_opting_out(
    out: float, active: Floats, old: Floats, entered: Floats, left: Floats
) -> Floats:
    r"""Return the chance of opting out of the usual messages that keeps the share of those who have.

    With the share m of customers out at week 0, A_w customers at the start of week w, of whom B_w are of
    week 0, c_j who enter in week j and have not opted out, a share L_a of them left after a weeks, and
    S_w the chance to have stayed in since week 0,

        (1 - m) A_w = S_w [(1 - m) B_w + sum_{j < w - 1} c_j L_{w-1-j} / S_{j+1}] + c_{w-1} L_0,

    of which S follows week by week: as many opt out as make up for newcomers, who have not. The chance
    is 1 - S_{w+1} / S_w, and nil where nobody comes. Nobody is taken to leave the sooner for it.

    Parameters
    ----------
    out : float
        Share m.
    active, old, entered : ndarray, shape (weeks,)
        A, B and c.
    left : ndarray, shape (weeks + 1,)
        L.

    Returns
    -------
    ndarray, shape (weeks,)
        Of the last week that of the week before, as none follows.
    """
    stayed = np.ones(active.size)
    for week in range(1, active.size):
        earlier = np.arange(week - 1)
        among = entered[earlier] * left[week - 1 - earlier] / stayed[earlier + 1]
        unhit = (1.0 - out) * active[week] - entered[week - 1] * left[0]
        could = (1.0 - out) * old[week] + float(np.sum(among))
        stayed[week] = np.clip(unhit / max(could, 1e-12), 0.0, stayed[week - 1])
    chance = 1.0 - stayed[1:] / np.maximum(stayed[:-1], 1e-12)
    return np.append(chance, chance[-1:] if chance.size else 0.0)
