"""What others found: the findings that parameters and pages rest on, and their sources."""

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sim.common.paths import root
from sim.common.reading import read_text, wrong
from sim.common.tables import EMPTY_IS_NONE, SPLIT, Words, read_table
from sim.market.trade_names import TradeName

#: With what the ids of a firm's own findings begin.
OWN = "F"
#: Trades in which effects were measured, and in which markets are; `several` holds in each.
Trade = TradeName | Literal["other", "several"]
#: Whether customers had contracts; `either` where it does not matter.
Relation = Literal["contract", "no_contract", "either"]
_ENTRY = re.compile(r"^@\w+\{\s*([^,\s]+)\s*,", re.MULTILINE)


def _split_calls(cell: Any) -> Any:
    """Split a cell into the calls that stand in it, with semicolons between them."""
    if not isinstance(cell, str):
        return cell
    return [call.strip() for call in cell.split(";") if call.strip()]


class Finding(BaseModel):
    """One row of ``data/evidence.csv``."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    id: str = Field(pattern=r"^E\d{2,3}$", description="name by which parameters and pages cite it")
    lever: str = Field(description="a lever, or market_life for what happens without any")
    finding: str = Field(min_length=1, description="what was found, in plain words")
    effect_measure: str = Field(min_length=1, description="what `value` is; shares, not per cent")
    value: Annotated[float | None, EMPTY_IS_NONE] = Field(
        description="the published effect; empty for a finding in words"
    )
    low: Annotated[float | None, EMPTY_IS_NONE] = Field(
        description="low end of what is plausible; not a confidence limit"
    )
    high: Annotated[float | None, EMPTY_IS_NONE] = Field(description="high end of it")
    context: str = Field(min_length=1, description="who was studied, where, how")
    trade: Trade = Field(
        description="trade it was measured in, by `context`, or `other`, or `several` (also of reviews "
        "and concepts); a laboratory or a firm without a word of its trade is `other`"
    )
    relation: Relation = Field(
        description="whether its customers had a contract: `contract`, `no_contract`, or `either`; a "
        "laboratory or shop without a word of it has none"
    )
    authors: str = Field(min_length=1, description="authors as cited")
    year: int = Field(ge=1900, le=2100, description="year of publication")
    title: str = Field(min_length=1, description="title of the work")
    journal: str = Field(min_length=1, description="journal, volume, pages; or kind of work")
    bib_key: str = Field(min_length=1, description="its key in data/references.bib")
    grade: Literal["A", "B", "C", "D"] = Field(
        description="A meta-analysis or large field experiment, B single strong study, "
        "C practitioners or vendors, D concept or review without numbers"
    )
    verified: Literal["yes", "no"] = Field(
        description="yes if the value, or the finding in words, was seen in an abstract or an "
        "excerpt, or worked out from published data; no if it is from memory"
    )
    caveat: str = Field(description="what to beware of")
    direction: Literal["for", "mixed", "against", "none"] = Field(
        description="for: the lever pays, or doing without harms; mixed: no effect, or both ways; "
        "against: it harms; none: the finding does not say whether the lever works"
    )
    role: Literal["input", "target", "context"] = Field(
        description="input: the value of the parameters in `informs` rests on it; target: the model is "
        "held against it, so no value may rest on it; context: direction or background"
    )
    range_basis: Literal["judgement", "source", "none"] = Field(
        description="where `low` and `high` come from"
    )
    informs: Words = Field(
        description="parameters whose value rests on it, as `lever.parameter`, with blanks between; "
        "empty unless the role is input"
    )
    conversion: Annotated[list[str], BeforeValidator(_split_calls)] = Field(
        description="for each of them the function of `sim/evidence/conversions.py` that turns the "
        "effect into the parameter's unit, as `inverse` or `share_points_to_log_points(share=0.35)`; "
        "`same` where it is in that unit already; semicolons between"
    )
    discount: Annotated[list[float], SPLIT] = Field(
        description="share of the effect that is kept after selection bias and the like, 1 for all "
        "of it; three numbers with blanks between are for value, low and high; the caveat says why"
    )
    _file: str = "data/evidence.csv"

    @model_validator(mode="after")
    def _informs_as_its_role_says(self) -> "Finding":
        if (self.role == "input") != bool(self.informs):
            raise wrong("informs", " ".join(self.informs), "parameters exactly for the role input")
        if self.informs and (self.value is None or self.low is None):
            raise wrong("value", self.value, "value, low and high for the role input")
        if len(self.conversion) != len(self.informs):
            raise wrong("conversion", "; ".join(self.conversion), "one for each of `informs`")
        if len(self.discount) not in ((1, 3) if self.informs else (0,)):
            raise wrong("discount", self.discount, "one or three numbers exactly for inputs")
        if not all(0 < kept <= 1 for kept in self.discount):
            raise wrong("discount", self.discount, "shares above 0, up to 1")
        return self

    @model_validator(mode="after")
    def _is_ordered(self) -> "Finding":
        if (self.low is None) != (self.high is None):
            raise ValueError("both low and high, or neither")
        if self.low is not None and self.high is not None:
            middle = self.low if self.value is None else self.value
            if not self.low <= middle <= self.high:
                raise ValueError("low <= value <= high")
        if (self.range_basis == "none") != (self.low is None):
            raise ValueError("range_basis none exactly where there is no range")
        return self

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
        return f"{self._file}, {self.id}"


class OwnFinding(Finding):
    """One row of ``clients/NAME/evidence.csv``: what the firm itself found, in a trial say."""

    id: str = Field(pattern=r"^F\d{2,3}$", description="F and a number: no id of data/evidence.csv")
    bib_key: str = Field(min_length=1, description="`own`, or a key in data/references.bib")
    trade: Trade | Literal[""] = Field("", description="nothing: it is the firm's own")  # type: ignore[assignment]
    relation: Relation | Literal[""] = Field("", description="nothing, likewise")  # type: ignore[assignment]


class Fact(BaseModel):
    """One row of ``data/stylised_facts.csv``: one statistic of a fact that the model must show."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    id: str = Field(pattern=r"^S\d{2}[a-z]?$", description="name; S14a, S14b ... share a fact")
    fact: str = Field(min_length=1, description="what is found again and again, in plain words")
    statistic: str = Field(min_length=1, description="the number that the model is held against")
    low: float = Field(description="low end of the band in which the fact counts as shown")
    high: float = Field(description="high end of it")
    reference: str = Field(min_length=1, description="what was published")
    source: str = Field(min_length=1, description="who published it")
    bib_key: Words = Field(
        min_length=1, description="their keys in data/references.bib, with blanks between"
    )
    verified: Literal["yes", "finding", "no"] = Field(
        description="yes if the number was seen in an abstract or an excerpt; finding if only the "
        "finding in words was, so that the band is judgement; no if it is from memory"
    )
    test: str = Field(min_length=1, description="how the model shows it")
    evidence: Words = Field(description="ids of `evidence.csv`, with blanks between")
    kind: Literal["hard", "soft"] = Field(
        description="hard: a model that misses it is wrong; soft: it may, and says so"
    )
    basis: Literal["read_out", "prediction"] = Field(
        description="read_out: the statistic gives back what was put in, as a parameter or a law of the "
        "market; prediction: nothing that was put in says it"
    )
    note: str = Field(description="what a reader should know")

    @model_validator(mode="after")
    def _is_ordered(self) -> "Fact":
        if not self.low <= self.high:
            raise ValueError("low <= high")
        return self


@cache
def load_facts() -> tuple[Fact, ...]:
    """Read ``data/stylised_facts.csv``.

    Returns
    -------
    tuple of Fact

    Raises
    ------
    InputError
        If a row is wrong or an id stands twice.
    """
    return tuple(read_table("stylised_facts.csv", Fact, lambda row: row.id).values())


@cache
def load_evidence() -> tuple[Finding, ...]:
    """Read ``data/evidence.csv``.

    Returns
    -------
    tuple of Finding

    Raises
    ------
    InputError
        If a row is wrong or an id stands twice.
    """
    return tuple(read_table("evidence.csv", Finding, lambda row: row.id).values())


def load_own_evidence(folder: str) -> tuple[OwnFinding, ...]:
    """Read the evidence of a client.

    Parameters
    ----------
    folder : str
        The client's folder: within the checkout, or absolute.

    Returns
    -------
    tuple of OwnFinding

    Raises
    ------
    InputError
        If a row is wrong or an id stands twice.
    """
    rows = read_table("evidence.csv", OwnFinding, lambda row: row.id, folder=folder).values()
    for row in rows:
        row._file = f"{folder}/evidence.csv"
    return tuple(rows)


def bib_keys(path: Path | None = None) -> tuple[str, ...]:
    """Return the keys of the works in ``data/references.bib``, in the order of the file.

    Parameters
    ----------
    path : Path, optional
        Another BibTeX file.

    Returns
    -------
    tuple of str
        With repetitions, if there are any.

    Raises
    ------
    InputError
        If there is no such file, or it is not UTF-8.
    """
    where = "data/references.bib" if path is None else str(path)
    return tuple(_ENTRY.findall(read_text(path or root() / where, where)))
