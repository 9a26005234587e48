"""How the errors of a market's estimated values go together, and their joint law in the futures.

A maximum of the likelihood is known with errors that are nearly normal on the scale on which it was
fitted (Cramer 1946): the log for what is positive. They go together, mostly so strongly (shape and scale
of one gamma law) that draws of each alone would make firms that the log rules out.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from scipy import special

from sim.common.random_numbers import Floats
from sim.common.reading import wrong
from sim.common.text import Name
from sim.market.numbers import Number
from sim.market.values import range_of_value

#: A standard normal variable exceeds this with probability 5 %.
_NINETY = float(special.ndtri(0.95))


class Covariance(BaseModel):
    """The covariance of the errors of values that were estimated together."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    values: list[Name] = Field(min_length=1)
    scale: Literal["log", "plain"] = Field(description="log: of the logs of the values")
    matrix: list[list[float]]

    @model_validator(mode="after")
    def _is_covariance(self) -> "Covariance":
        n = len(self.values)
        expected = f"{n} rows of {n} numbers, symmetric and positive definite"
        if len(self.matrix) != n or any(len(row) != n for row in self.matrix):
            raise ValueError(expected)
        matrix = np.array(self.matrix)
        if not np.array_equal(matrix, matrix.T) or np.linalg.eigvalsh(matrix)[0] <= 0:
            raise ValueError(expected)
        return self


@dataclass(frozen=True)
class Joint:
    """The joint law of values: normal, on the scale of their covariance.

    The k-th value is what those before it carry along, and a part of its own: independent parts, by the
    Cholesky root. With a shape before its scale, the shape's part moves the scale with it and hardly the
    mean, and the scale's own part is the mean at a given shape.

    Attributes
    ----------
    names : tuple of str
    log : bool
        Whether the law is one of logs.
    centre, root : numpy.ndarray
        Estimates on the scale of the law, and the root of their covariance; shapes (d,) and (d, d).
    """

    names: tuple[str, ...]
    log: bool
    centre: Floats
    root: Floats

    def values(self, scores: Floats) -> Floats:
        """Return values from independent normal scores, both of shape (d, n), within what is possible."""
        found = self._natural(self.centre[:, None] + self.root @ scores)
        ends = np.array([range_of_value(name) for name in self.names])
        return np.clip(found, ends[:, :1], ends[:, 1:])

    def own_parts(self, values: Floats) -> Floats:
        """Return what values would be with all others as estimated: independent; shapes (d, n)."""
        on_scale = np.log(values) if self.log else values
        scores = np.linalg.solve(self.root, on_scale - self.centre[:, None])
        return self._natural(self.centre[:, None] + np.diag(self.root)[:, None] * scores)

    def ranges(self) -> dict[str, tuple[float, float, float]]:
        """Return the 90 % interval of each value's own part where it can be: (low, estimate, high)."""
        off = _NINETY * np.diag(self.root)
        bounds = np.array([range_of_value(name) for name in self.names])
        parts = [self._natural(self.centre + side * off) for side in (-1, 0, 1)]
        ends = [np.clip(part, *bounds.T).tolist() for part in parts]
        return dict(zip(self.names, zip(*ends, strict=True), strict=True))

    def intervals(self) -> dict[str, tuple[float, float]]:
        """Return the 90 % interval of each value, whatever the others are: (low, high)."""
        off = _NINETY * np.sqrt(np.sum(self.root**2, axis=1))
        bounds = np.array([range_of_value(name) for name in self.names])
        ends = [self._natural(self.centre + side * off) for side in (-1, 1)]
        low, high = (np.clip(end, *bounds.T).tolist() for end in ends)
        return dict(zip(self.names, zip(low, high, strict=True), strict=True))

    def _natural(self, on_scale: Floats) -> Floats:
        return np.exp(on_scale) if self.log else on_scale


def joint_laws(values: Mapping[str, Number], covariances: Iterable[Covariance]) -> list[Joint]:
    """Return the joint laws of the values that still are as a log told them.

    A value that somebody has stated since (its status is another, or its standard error nil) is left out,
    and the others keep their own law: what is known better says nothing of the errors of the log, and
    the law without it is the wider one.

    Parameters
    ----------
    values : mapping of str to Number
        Of the market; estimates as they stand there are the centre.
    covariances : iterable of Covariance
    """
    found = []
    kept = [name for name, number in values.items() if _is_estimate(number)]
    for one in without(covariances, kept):
        centre, log = np.array([values[name].value for name in one.values]), one.scale == "log"
        root = np.linalg.cholesky(np.array(one.matrix))
        found.append(Joint(tuple(one.values), log, np.log(centre) if log else centre, root))
    return found


def interval_of(
    name: str, number: Number, laws: Iterable[Joint]
) -> tuple[float | None, float | None]:
    """Return the range of a number: as stated, or the 90 % interval of an estimate.

    Parameters
    ----------
    name : str
    number : Number
    laws : iterable of Joint
        Of the values that stand beside it; an estimate in none of them has a normal law, cut where
        nothing can be.

    Returns
    -------
    tuple
        Both ends, or None twice for a number that is fixed.
    """
    if number.low is not None and number.high is not None:
        return number.low, number.high
    if number.standard_error is None:
        return None, None
    for law in laws:
        if name in law.names:
            return law.intervals()[name]
    off, (least, most) = _NINETY * number.standard_error, range_of_value(name)
    return max(number.value - off, least), min(number.value + off, most)


def _is_estimate(number: Number) -> bool:
    return number.status == "estimated" and bool(number.standard_error)


def without(covariances: Iterable[Covariance], kept: Collection[str]) -> list[Covariance]:
    """Return the covariances of some values alone: what the others are is of no account any more."""
    found = []
    for one in covariances:
        rows = [k for k, name in enumerate(one.values) if name in kept]
        if rows:
            matrix = np.array(one.matrix)[np.ix_(rows, rows)].tolist()
            names = [one.values[k] for k in rows]
            found.append(one.model_copy(update={"values": names, "matrix": matrix}))
    return found


def faults_of_covariances(
    values: Mapping[str, Number], covariances: list[Covariance], section: str = "covariances"
) -> Iterator[PydanticCustomError]:
    """Yield covariances of what the market does not have, or twice, or of logs of no positive number."""
    seen: set[str] = set()
    for i, one in enumerate(covariances):
        for name in one.values:
            field = f"{section}.{i}.values"
            if name not in values:
                yield wrong(field, name, "values of this market")
            elif name in seen:
                yield wrong(field, name, "each value once")
            elif one.scale == "log" and values[name].value <= 0:
                yield wrong(field, f"{name} = {values[name].value:g}", "values above 0 for logs")
            seen.add(name)
