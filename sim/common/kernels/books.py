"""What a week changes in the firm's records of its customers."""

from typing import Any

from sim.common.kernels import compiled


@compiled
def book_week(
    customers: Any,
    kept: float,
    buyers: Any,
    trips: Any,
    amount: Any,
    recent_spend: Any,
    frequency: Any,
    monetary_value: Any,
    recency: Any,
    tenure: Any,
) -> None:
    """Book the trips of a week, at whose end customers are a week older.

    Parameters
    ----------
    customers : ndarray of int
        Rows of those who were customers when the week began, each once.
    kept : float
        Share of everybody's recent spend that is still recent.
    buyers : ndarray of int, shape (m,)
        Rows, each once.
    trips : ndarray of int, shape (m,)
    amount : ndarray of float, shape (m,)
        Spend of the week.
    recent_spend, frequency, monetary_value, recency, tenure : ndarray, shape (people,)
        Columns, written; tenure is the age at this purchase.
    """
    for i in range(customers.size):
        tenure[customers[i]] += 1.0
    for i in range(recent_spend.size):
        recent_spend[i] *= kept
    for i in range(buyers.size):
        row = buyers[i]
        before = frequency[row]
        recent_spend[row] += amount[i]
        monetary_value[row] = (monetary_value[row] * before + amount[i]) / (before + trips[i])
        frequency[row] = before + trips[i]
        recency[row] = tenure[row]
