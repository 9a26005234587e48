"""Adding up what moves an outcome: the terms that a report shows as the reasons."""

import numpy as np

from sim.common.random_numbers import Floats, Ints
from sim.model.observers.recorder import Recorder

#: Terms of one outcome by what causes them, each of shape (people,).
Terms = dict[str, Floats]


def sum_terms(
    recorder: Recorder,
    outcome: str,
    terms: Terms,
    rows: Ints,
    *others: tuple[str, Floats | float],
) -> Floats:
    """Return the sum of an outcome's terms for some people, and record each.

    Parameters
    ----------
    recorder : Recorder
        Gets a column ``term.<outcome>.<name>`` for each term, and ``exposed.<outcome>``.
    outcome : str
    terms : dict of str to ndarray, each of shape (people,)
        The levers'.
    rows : ndarray of int, shape (m,)
    *others : tuple of str and ndarray, shape (m,), or float
        Name and value of each term that is no lever's.

    Returns
    -------
    ndarray, shape (m,)
        On the outcome's link scale.
    """
    eta = np.zeros(rows.size)
    for name, term in others:
        eta += term
        recorder.add(f"term.{outcome}.{name}", term, rows)
    for name, term in terms.items():
        recorder.add_term(f"term.{outcome}.{name}", term, rows, eta)
    recorder.add(f"exposed.{outcome}", 1, rows)
    return eta
