"""The scales on which effects are pooled, discounted and carried over to another market."""

import math
from collections.abc import Callable
from typing import Literal

from sim.evidence.log_odds import expit, logit

Scale = Literal["linear", "log", "logit"]


def _logit_inside(share: float) -> float:
    # a judged end of 0 or 1 means close to it
    return logit(min(max(share, 1e-3), 1 - 1e-3))


#: The way there and the way back.
SCALES: dict[Scale, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "linear": (float, float),
    "log": (math.log, math.exp),
    "logit": (_logit_inside, expit),
}


def rounded(number: float) -> float:
    """Round to two decimals, or to two digits below a tenth: ranges are judged, not exact."""
    if number == 0:
        return 0.0  # never -0.0
    if not math.isfinite(number):
        return number
    return round(number, max(2, 1 - math.floor(math.log10(abs(number)))))
