"""What prospects make of what they have heard."""

from typing import Any

import numpy as np

from sim.common.kernels import compiled


@compiled
def parts_of_hazard(
    praise: Any,
    blame: Any,
    usual_blame: Any,
    rows: Any,
    talk_share: float,
    usual_praise: float,
    kappa: float,
    customers: float,
    log_mean: float,
) -> Any:
    """Return what talk makes of the joining hazard, in parts.

    The law and its sources are those of `sim.model.week.word_of_mouth`.

    Parameters
    ----------
    praise, blame, usual_blame : ndarray of float, shape (people,)
        P and B that each person has in mind, and b, the usual messages of blame a week.
    rows : ndarray of int, shape (m,)
    talk_share, usual_praise, kappa, customers : float
        omega, P* A_w, kappa and A_w.
    log_mean : float
        ln E e^(-kappa B) for one message of blame a week.

    Returns
    -------
    ndarray of float, shape (3, m)
        The factor by praise, the share of it that is due to word of mouth, and the log of what blame
        leaves of it.
    """
    out = np.empty((3, rows.size))
    for i in range(rows.size):
        row = rows[i]
        told = talk_share * praise[row] / usual_praise
        reached = 1.0 - talk_share + told
        usually = customers * (usual_blame[row] * log_mean)
        out[0, i] = reached
        out[1, i] = told / reached if reached > 0 else 0.0
        out[2, i] = -kappa * blame[row] - usually
    return out
