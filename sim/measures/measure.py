"""What a measure is, and the ratios and flows that most of them are made of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.formatting import Kind
from sim.measures.weekly import Columns

#: Weeks at the end of the horizon over which shares and survey scores are taken.
WINDOW = WEEKS_A_YEAR

#: Where a measure is shown: in a report's table of all measures, in that of the strategies told in
#: short, in what `loyalty run` prints.
Place = Literal["report", "short", "terminal"]


@dataclass(frozen=True, kw_only=True)
class MeasureRecord:
    """What is written about a measure.

    Attributes
    ----------
    label : str
        What a report calls it.
    kind : str
        How its value is written.
    unit, definition, window : str
        As in the table of ``data/README.md``.
    higher_is_better : bool or None
        None where neither is.
    sources : tuple of str
        Claims of ``playbook/sources.csv`` that the measure serves.
    shown : tuple of str
        Where it is shown.
    contract_label : str
        What a report calls it under contracts, where that differs.
    in_contracts : bool
        Whether it makes sense under contracts.
    """

    label: str
    kind: Kind
    unit: str
    definition: str
    window: str
    higher_is_better: bool | None
    sources: tuple[str, ...] = ()
    shown: tuple[Place, ...] = ("report",)
    contract_label: str = ""
    in_contracts: bool = True


@dataclass(frozen=True, kw_only=True)
class Measure(MeasureRecord):
    """A measure of a single run; `scaled` ones are turned into the firm's."""

    function: Callable[[Columns, float], float]
    scaled: bool = False


@dataclass(frozen=True, kw_only=True)
class PairedMeasure(MeasureRecord):
    """A measure that exists only against doing nothing with the same customers and luck."""

    function: Callable[[Columns, Columns, float], float]


def ratio(over: float, under: float) -> float:
    """Return a ratio, or NaN where there is nothing under it."""
    return float(over / under) if under > 0 else float("nan")


def yearly(flow: str) -> Callable[[Columns, float], float]:
    """Return the function that gives a flow per year over the horizon."""
    return lambda columns, _: float(columns[flow].mean() * WEEKS_A_YEAR)


def at_end(over: str, under: str) -> Callable[[Columns, float], float]:
    """Return the function that gives a ratio in the last week."""
    return lambda columns, _: ratio(columns[over][-1], columns[under][-1])


def recent(over: str, under: str, times: float = 1.0) -> Callable[[Columns, float], float]:
    """Return the function that gives `times` a ratio over the last weeks of the horizon."""
    return lambda columns, _: (
        times * ratio(columns[over][-WINDOW:].sum(), columns[under][-WINDOW:].sum())
    )
