"""What others found: the findings that parameters and pages rest on, and their sources."""

import re
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from sim.errors import InputError
from sim.project import root
from sim.validation import read_rows, read_text, validate

_ENTRY = re.compile(r"^@\w+\{\s*([^,\s]+)\s*,", re.MULTILINE)


class Finding(BaseModel):
    """One row of ``data/evidence.csv``."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    id: str = Field(pattern=r"^E\d{2,3}$", description="name by which parameters and pages cite it")
    lever: str = Field(description="a lever, or market_life for what happens without any")
    finding: str = Field(min_length=1, description="what was found, in plain words")
    effect_measure: str = Field(min_length=1, description="what `value` is; shares, not per cent")
    value: float | None = Field(description="the published effect; empty for a finding in words")
    low: float | None = Field(description="low end of what is plausible; not a confidence limit")
    high: float | None = Field(description="high end of it")
    context: str = Field(min_length=1, description="who was studied, where, how")
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
        "excerpt; no if it is from memory"
    )
    caveat: str = Field(description="what to beware of")
    role: Literal["input", "target", "context"] = Field(
        description="input: the value of a published parameter rests on it; target: the model is "
        "held against it, so no value may rest on it; context: direction or background"
    )
    range_basis: Literal["judgement", "source", "none"] = Field(
        description="where `low` and `high` come from"
    )

    @field_validator("value", "low", "high", mode="before")
    @classmethod
    def _empty_is_none(cls, cell: Any) -> Any:
        return None if cell == "" else cell

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
    findings: dict[str, Finding] = {}
    for where, cells in read_rows("evidence.csv"):
        finding = validate(Finding, cells, where)
        if finding.id in findings:
            raise InputError(where, "id", finding.id, "each id once")
        findings[finding.id] = finding
    return tuple(findings.values())


def bib_keys(path: Path | None = None) -> tuple[str, ...]:
    """Give the keys of the works in ``data/references.bib``, in the order of the file.

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
