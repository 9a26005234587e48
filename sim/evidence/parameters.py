"""How strongly people respond: one table of parameters, each with range, status and evidence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from scipy import special

from sim.common.errors import InputError, nearest
from sim.common.given import setting
from sim.common.reading import validate, wrong
from sim.common.tables import EMPTY_IS_NONE, Words, read_table
from sim.evidence.scales import Scale

FILE = "data/parameters.csv"
#: What is right where a name stands twice.
_ONCE = "each name once a lever"
#: What somebody sets a number to: certain, or drawn from (low, most likely, high).
Setting = float | tuple[float, float, float]
#: Owner of the parameters of what people do without any lever.
MARKET_LIFE = "market_life"


class Definition(BaseModel):
    """One row of ``data/parameter_definitions.csv``."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    parameter: str = Field(
        description="name, as in the lever's `Parameters` (for `market_life`: `LifeParameters`)"
    )
    lever: str = Field(
        description="the lever, or `market_life` for how people behave when the firm does nothing new"
    )
    unit: str = Field(min_length=1, description="unit of the values; `1` for a pure number")
    distribution: Literal["pert", "fixed"] = Field(
        description="`pert`: drawn between low and high, most often near the value; `fixed`: a "
        "definition, not drawn"
    )
    value: float = Field(description="what is assumed as long as no finding informs the parameter")
    low: float = Field(description="low end of the assumption")
    high: float = Field(description="high end of it")
    pooling: Scale = Field(
        description="scale on which several findings are pooled and discounts act: `linear`; `log` "
        "for ratios and times; `logit` for shares"
    )
    no_effect: Annotated[float | None, EMPTY_IS_NONE] = Field(
        default=None,
        description="what the value would be if there were no effect: 0, or 1 of a ratio; empty where "
        "that has no meaning (a half-life, a share, a time, a cost). Evidence of another trade or "
        "relation moves towards it",
    )
    evidence: Words = Field(
        description="ids of `evidence.csv` that give direction or background, with blanks between"
    )
    note: str = Field(description="why the assumption is what it is, and what a reader should know")

    @model_validator(mode="after")
    def _is_ordered(self) -> "Definition":
        if not self.low <= self.value <= self.high:
            raise ValueError("low <= value <= high")
        if self.distribution == "fixed" and self.low != self.high:
            raise wrong("distribution", "fixed", "low and high equal to the value if fixed")
        if self.no_effect not in (None, 1.0 if self.pooling == "log" else 0.0):
            raise wrong("no_effect", self.no_effect, "1 where pooling is log, else 0, or nothing")
        return self

    @property
    def key(self) -> str:
        """Lever and name, as findings cite it."""
        return f"{self.lever}.{self.parameter}"


class Parameter(BaseModel):
    """One row of ``data/parameters.csv``."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    parameter: str
    lever: str
    value: float
    low: float
    high: float
    distribution: Literal["pert", "fixed"]
    unit: str
    status: Literal["estimated", "published", "assumed"]
    evidence: Words = []
    note: str = ""
    pooling: Scale = "linear"
    no_effect: Annotated[float | None, EMPTY_IS_NONE] = None
    trades: Words = []
    relations: Words = []

    @model_validator(mode="after")
    def _is_ordered(self) -> "Parameter":
        if not self.low <= self.value <= self.high:
            raise ValueError("low <= value <= high")
        if self.status != "assumed" and not self.evidence:
            raise ValueError("evidence ids for a parameter that is not assumed")
        return self

    @property
    def key(self) -> str:
        """Its address: lever and name."""
        return f"{self.lever}.{self.parameter}"


def pert_quantile(uniform: float, low: float, mode: float, high: float) -> float:
    """Invert the PERT law (a beta law on [low, high] with the given mode; Malcolm et al. 1959).

    Parameters
    ----------
    uniform : float
        Strictly between 0 and 1.
    low, mode, high : float
        Ends and most likely value.

    Returns
    -------
    float
    """
    if high <= low:
        return mode
    first = 1.0 + 4.0 * (mode - low) / (high - low)
    return float(low + (high - low) * special.betaincinv(first, 6.0 - first, uniform))


@dataclass(frozen=True)
class ParameterTable:
    """All parameters, as rows keyed by (lever, parameter), and the file they stand in."""

    rows: tuple[Parameter, ...]
    file: str = FILE

    def values(self, lever: str) -> dict[str, float]:
        """Return the values of one lever's parameters, by name."""
        return {row.parameter: row.value for row in self.rows if row.lever == lever}

    def with_values(self, values: Mapping[str, float]) -> "ParameterTable":
        """Return a copy in which the parameters at some addresses, ``LEVER.NAME``, have other values.

        Parameters
        ----------
        values : mapping of str to float
            Addresses of no parameter say nothing here.
        """
        rows = (
            row.model_copy(update={"value": values[row.key]}) if row.key in values else row
            for row in self.rows
        )
        return ParameterTable(tuple(rows), self.file)

    def with_rows(self, rows: Iterable[Parameter]) -> "ParameterTable":
        """Return a copy in which some rows stand in the place of those of the same address."""
        other = {row.key: row for row in rows}
        return ParameterTable(tuple(other.get(row.key, row) for row in self.rows), self.file)

    def replace(self, lever: str, **values: float) -> "ParameterTable":
        """Return a copy in which some values of one lever are set, for tests of limiting cases."""
        known = self.values(lever)
        for name in values:
            if name not in known:
                raise KeyError(f"{lever} has no parameter {name!r}")
        return ParameterTable(
            tuple(
                row.model_copy(update={"value": float(values[row.parameter])})
                if row.lever == lever and row.parameter in values
                else row
                for row in self.rows
            ),
            self.file,
        )


def set_parameters(rows: Iterable[Parameter], settings: Mapping[str, Setting]) -> list[Parameter]:
    """Return parameters of which some are set: certain, or to be drawn from another range.

    Parameters
    ----------
    rows : iterable of Parameter
    settings : mapping
        Address, ``LEVER.NAME`` -> a number, or (low, most likely, high).

    Raises
    ------
    InputError
        If there is no such parameter, or a range is not in order.
    """
    by_key = {row.key: row for row in rows}
    for key, given in settings.items():
        if key not in by_key:
            expected = "a parameter of the levers in use, as LEVER.NAME"
            raise InputError("parameters", "parameter", key, expected, nearest(key, by_key))
        known = setting("parameters", key, given)
        low, value, high = known if isinstance(known, tuple) else (known, known, known)
        stated = {"low": low, "value": value, "high": high, "distribution": "pert"}
        # what somebody states is meant for the market at hand, wherever others measured it
        by_key[key] = by_key[key].model_copy(update={**stated, "trades": [], "relations": []})
    return list(by_key.values())


def load_definitions() -> tuple[Definition, ...]:
    """Read ``data/parameter_definitions.csv``.

    Returns
    -------
    tuple of Definition

    Raises
    ------
    InputError
        If a row is wrong or a name stands twice.
    """
    rows = read_table(
        "parameter_definitions.csv", Definition, lambda row: row.key, "parameter", _ONCE
    )
    return tuple(rows.values())


@cache
def load_parameters() -> ParameterTable:
    """Read ``data/parameters.csv``.

    Returns
    -------
    ParameterTable

    Raises
    ------
    InputError
        If the file cannot be read, a row is wrong, or a name stands twice.
    """
    return read_parameters(FILE)


def read_parameters(file: str) -> ParameterTable:
    """Read a table of parameters: of the workbench, or of a client.

    Parameters
    ----------
    file : str
        Within the checkout, or absolute.

    Raises
    ------
    InputError
        As `load_parameters`.
    """
    folder, _, name = file.rpartition("/")
    rows = read_table(
        name, Parameter, lambda row: (row.lever, row.parameter), "parameter", _ONCE, folder
    )
    return ParameterTable(tuple(rows.values()), file)


def fill[M: BaseModel](schema: type[M], table: ParameterTable, lever: str) -> M:
    """Fill a lever's parameter schema from the table.

    Parameters
    ----------
    schema : type
        The lever's ``Parameters``.
    table : ParameterTable
    lever : str

    Returns
    -------
    BaseModel
        An instance of `schema`.

    Raises
    ------
    InputError
        If a parameter is missing, unknown to the schema, or outside its bounds.
    """
    values, known = table.values(lever), schema.model_fields
    for name in values:
        if name not in known:
            raise InputError(
                table.file,
                f"{lever}.{name}",
                name,
                "one of " + ", ".join(known),
                nearest(name, known),
            )
    return validate(schema, values, table.file, lever, strict=False)
