r"""The ratio of two sums over customers, with its error.

Customers are independent where one customer's lines are not: of :math:`R = \sum y_i / \sum x_i` over *n*
customers the standard error is :math:`\sqrt{n / (n - 1) \sum (y_i - R x_i)^2} / \sum x_i` (Cochran 1977,
Sampling Techniques, section 6.8). A share of customers has Wilson's interval, which holds at any share.
"""

import numpy as np

from sim.common.random_numbers import Floats

#: Standard errors on either side of a 95 % interval.
NINETY_FIVE = 1.96


def ratio_of(over: Floats, under: Floats) -> tuple[float, float]:
    """Return the ratio of two sums over customers and its standard error; two customers at least.

    Examples
    --------
    >>> ratio_of(np.array([1.0, 3.0]), np.array([2.0, 2.0]))
    (1.0, 0.5)
    """
    n, whole = len(over), under.sum()
    ratio = over.sum() / whole
    error = np.sqrt(n / (n - 1) * ((over - ratio * under) ** 2).sum()) / whole
    return float(ratio), float(error)


def share_of(count: int, n: int) -> tuple[float, float]:
    """Return the middle of Wilson's 95 % interval of a share, and what a standard error is of its half.

    A normal law about the middle (Agresti & Coull 1998) has that interval, which the share itself, k / n,
    with its own error has not.

    Examples
    --------
    >>> middle, error = share_of(20, 100)
    >>> f"{middle - 1.96 * error:.3f} {middle + 1.96 * error:.3f}"
    '0.133 0.289'
    """
    z, share = NINETY_FIVE, count / n
    middle = (count + z**2 / 2.0) / (n + z**2)
    error = np.sqrt(n * share * (1.0 - share) + z**2 / 4.0) / (n + z**2)
    return float(middle), float(error)
