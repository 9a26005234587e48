"""What trials of a firm's own taught of everything that is uncertain: futures, and how much each counts.

``clients/NAME/learned.yaml``, which `loyalty learn` writes (`sim.experiment.learn`). Futures of a seed
are drawn from the ranges that are stated, and each counts as much as what was measured is likely in it
(importance sampling), so that whatever goes with the outcome of a trial moves together with it. In each
a plan that was tried may do nothing here, with a chance of its own. Comparisons draw their futures from
these.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from sim.common.paths import shown
from sim.common.random_numbers import Floats, Ints
from sim.common.reading import parse_yaml, read_text, validate
from sim.common.text import Title

FILE = "learned.yaml"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Foretold(_Part):
    """What futures say of the outcome of a trial: mean and middle 90 %, money per customer."""

    mean: float
    low: float
    high: float


class Tried(_Part):
    """A trial and what it measured."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="of its design and its tried arm")
    strategy: str = Field(description="the plan that was tried")
    title: Title
    finding: str = Field(pattern=r"^F\d{2,3}$", description="id in the firm's own evidence")
    day: str = Field(description="on which it was learned")
    weeks: int = Field(gt=0)
    tried: int = Field(gt=0, description="customers with the plan")
    control: int = Field(gt=0, description="and without")
    difference: float = Field(description="spend per customer with the plan, less without")
    error: float = Field(gt=0, description="standard error of it")
    gain: float | None = Field(
        None, description="expected before a trial, the firm's money; of campaigns none"
    )
    by_lot: bool = Field(True, description="a trial; else campaigns of the firm's records")
    before: Foretold
    after: Foretold


class Plan(_Part):
    """A plan that was tried, and how likely it does nothing here."""

    levers: list[str]
    idle: list[float] = Field(description="the chance in each future")


class Learned(_Part):
    """Weighted futures, and what they rest on."""

    seed: int = Field(ge=0)
    market: str = Field(description="digest of the market's file")
    parameters: str = Field(description="digest of its parameters")
    trials: list[Tried] = Field(min_length=1)
    weights: list[float] = Field(min_length=2)
    plans: dict[str, Plan]

    @property
    def effective(self) -> float:
        """Kish's effective number of futures."""
        return effective_number(np.array(self.weights))

    def chosen(self, uniforms: Floats) -> Ints:
        """Return the numbers of futures by inverting the weights' distribution."""
        ends = np.cumsum(self.weights)
        found: Ints = np.searchsorted(ends / ends[-1], uniforms, side="right")
        return found

    def idle(self, future: int, chosen: int, uniforms: Mapping[str, Floats]) -> list[str]:
        """Return the levers that do nothing in a future, which is the chosen one of those weighted."""
        found = [
            lever
            for name, plan in self.plans.items()
            if uniforms[name][future] < plan.idle[chosen]
            for lever in plan.levers
        ]
        return list(dict.fromkeys(found))

    def chance_of_nothing(self, strategy: str) -> float:
        """Return how likely a plan that was tried does nothing here."""
        return float(np.array(self.weights) @ self.plans[strategy].idle)


def effective_number(weights: Floats) -> float:
    """Return how many equal futures weights are worth (Kish 1965)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def learned_beside(market: Path) -> Learned | None:
    """Return what stands beside a market's file of its trials, None if nothing does.

    Raises
    ------
    InputError
        If the file is wrong.
    """
    path = market.with_name(FILE)
    if not path.exists():
        return None
    return validate(Learned, parse_yaml(read_text(path, shown(path)), shown(path)), shown(path))
