"""What customers are worth, added up as time passes."""

from typing import Any

from sim.common.kernels import compiled


@compiled
def earn(total: Any, alive: Any, margin: Any, rate: Any, leaving: Any, left: Any) -> None:
    """Add what customers are worth in some weeks to come, and let some of them leave.

    Parameters
    ----------
    total, alive : ndarray of float, shape (m,)
        Worth so far, and the discounted chance to be there still; written.
    margin, rate, leaving : ndarray of float, shape (m,)
        Of a trip; trips per week; hazard of leaving and discount per week.
    left : ndarray of float, shape (m,)
        What is left of `alive` at the end of these weeks, e^(-leaving weeks).
    """
    for i in range(total.size):
        total[i] += alive[i] * margin[i] * rate[i] * (1 - left[i]) / leaving[i]
        alive[i] *= left[i]
