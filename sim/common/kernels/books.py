"""What a trip changes in the firm's records of a customer."""

from typing import Any

from sim.common.kernels import compiled


@compiled
def book_trips(
    buyers: Any,
    trips: Any,
    amount: Any,
    recent_spend: Any,
    frequency: Any,
    monetary_value: Any,
    recency: Any,
    tenure: Any,
) -> None:
    """Book the trips of a week.

    Parameters
    ----------
    buyers : ndarray of int, shape (m,)
        Rows, each once.
    trips : ndarray of int, shape (m,)
    amount : ndarray of float, shape (m,)
        Spend of the week.
    recent_spend, frequency, monetary_value, recency : ndarray, shape (people,)
        Columns, written.
    tenure : ndarray, shape (people,)
        Column, read: the age at this purchase.
    """
    for i in range(buyers.size):
        row = buyers[i]
        before = frequency[row]
        recent_spend[row] += amount[i]
        monetary_value[row] = (monetary_value[row] * before + amount[i]) / (before + trips[i])
        frequency[row] = before + trips[i]
        recency[row] = tenure[row]
