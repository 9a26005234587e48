"""Rows of people: who has a status, and sets of rows."""

from typing import Any

import numpy as np

from sim.common.kernels import compiled


@compiled
def rows_with(column: Any, value: int) -> Any:
    """Return the rows on which a column has a value, ascending.

    Parameters
    ----------
    column : ndarray of int, shape (people,)
    value : int

    Returns
    -------
    ndarray of int, shape (m,)
    """
    count = 0
    for i in range(column.size):
        count += column[i] == value
    out, k = np.empty(count, np.int64), 0
    for i in range(column.size):
        if column[i] == value:
            out[k] = i
            k += 1
    return out


@compiled
def rows_above(column: Any, limit: int) -> Any:
    """Return the rows on which a column is above a limit; parameters as in `rows_with`."""
    count = 0
    for i in range(column.size):
        count += column[i] > limit
    out, k = np.empty(count, np.int64), 0
    for i in range(column.size):
        if column[i] > limit:
            out[k] = i
            k += 1
    return out


@compiled
def rows_below(values: Any, limits: Any) -> Any:
    """Return where values are below limits of their own.

    Parameters
    ----------
    values, limits : ndarray of float, shape (m,)

    Returns
    -------
    ndarray of int
        Ascending.
    """
    out, k = np.empty(values.size, np.int64), 0
    for i in range(values.size):
        if values[i] < limits[i]:
            out[k] = i
            k += 1
    return out[:k].copy()


@compiled
def rows_hit(uniform: Any, hazard: Any) -> Any:
    """Return where a hazard strikes within its time: with chance 1 - e^-hazard.

    Parameters
    ----------
    uniform, hazard : ndarray of float, shape (m,)

    Returns
    -------
    ndarray of int
        Ascending.
    """
    out, k = np.empty(uniform.size, np.int64), 0
    for i in range(uniform.size):
        # 1 - e^-h is at most h: most need no exponential
        if uniform[i] < hazard[i] and uniform[i] < -np.expm1(-hazard[i]):
            out[k] = i
            k += 1
    return out[:k].copy()


@compiled
def union(rows: Any, others: Any) -> Any:
    """Return the rows that are among the one or the others, ascending.

    Parameters
    ----------
    rows, others : ndarray of int, shapes (m,) and (n,)
        Ascending, each there once.

    Returns
    -------
    ndarray of int
    """
    out = np.empty(rows.size + others.size, np.int64)
    i = j = k = 0
    while i < rows.size or j < others.size:
        take = j == others.size or (i < rows.size and rows[i] <= others[j])
        row = rows[i] if take else others[j]
        if j < others.size and others[j] == row:
            j += 1
        if take:
            i += 1
        out[k] = row
        k += 1
    return out[:k]


@compiled
def without(rows: Any, others: Any) -> Any:
    """Return the rows that are not among the others, ascending; parameters as in `union`."""
    out = np.empty(rows.size, np.int64)
    j = k = 0
    for i in range(rows.size):
        while j < others.size and others[j] < rows[i]:
            j += 1
        if j == others.size or others[j] != rows[i]:
            out[k] = rows[i]
            k += 1
    return out[:k]
