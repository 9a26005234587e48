r"""Why customers leave: the part of leaving that a firm can remove, and the part that nobody can.

Drop-out is the sum of two hazards of the same customer, which compete (cox1984). With h the calibrated
hazard, m the market's `removable_drop_out` and eta the sum of all terms on the log hazard,

    hazard = h (1 - m) + h m e^eta = h (1 + m (e^eta - 1)).

Customers who drift off, forget, or are discontent can be kept or lost by what a firm does, by attitudes,
by friends who left: all terms act there. Who moves house, no longer needs the category, dies, or whose
payment fails leaves whatever is done. Under contracts h is the hazard of a renewal, and where customers
leave in two kinds m holds for both. Split so, the mean hazard is kept by the same offset whatever m is,
since terms that keep the mean of the removable part keep that of the sum.

Known limits: m is the same for all customers, and a study's change of all leaving is taken as one of the
removable part, which is less in any market where m is below 1.
"""

import numpy as np

from sim.common.random_numbers import Floats


def hazard_factor(terms: Floats, removable: float) -> Floats:
    """Return by what terms on the log hazard multiply the hazard of leaving.

    Parameters
    ----------
    terms : ndarray
        eta, log points of the removable part.
    removable : float
        m, the share of leaving, at usual attitudes, that a firm can remove.

    Returns
    -------
    ndarray
        Exactly 1 without terms, and for everybody where nothing is removable.
    """
    return 1.0 + removable * np.expm1(terms)
