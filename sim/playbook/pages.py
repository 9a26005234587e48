"""The playbook: one page per lever, with the presets that strategies refer to."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.common.errors import InputError, nearest
from sim.common.paths import root
from sim.common.reading import read_text, validate
from sim.common.safe_yaml import parse_yaml
from sim.common.text import Name, Title
from sim.levers import BY_NAME

DEPARTMENTS = ("market", "technology", "service", "brand")
Sign = Literal["+", "-", "0"]


class Preset(BaseModel):
    """A ready-made way to use a lever."""

    model_config = ConfigDict(extra="forbid")
    summary: str
    settings: dict[str, float]


class Risk(BaseModel):
    """What may go wrong; one that is written as a sentence alone goes with whatever the lever does."""

    model_config = ConfigDict(extra="forbid")
    says: str
    of: list[str] = Field([], description="settings that bring it; none stands for all")

    @model_validator(mode="before")
    @classmethod
    def _of_all(cls, written: Any) -> Any:
        return {"says": written} if isinstance(written, str) else written


class Page(BaseModel):
    """The front matter of a lever's page."""

    model_config = ConfigDict(extra="forbid")
    id: Name
    title: Title
    summary: str
    owner: Literal["market", "technology", "service", "brand"]
    presets: dict[str, Preset] = Field(min_length=1)
    expects: dict[str, Sign]
    evidence: list[str]
    measures: list[str]
    needs: list[str] = []
    sources: list[str]
    risks: list[Risk]
    risks_of_ending: list[str] = Field(
        [], description="of a play that ends what the firm does already, in place of the others"
    )
    beliefs: dict[str, str] = Field({}, description="id of a finding -> what it contradicts")


#: What a page says, in this order. What is known and what the simulation says hold a generated table.
PARTS = (
    "The idea",
    "What to do on Monday",
    "What it costs",
    "What is known",
    "What the model assumes",
    "When it fails",
    "What the simulation says",
)


def page_path(lever: str) -> Path:
    """Return the path of a lever's page."""
    return root() / "playbook" / "levers" / f"{lever}.md"


@cache
def load_page(lever: str) -> Page:
    """Read and validate the page of a lever.

    Parameters
    ----------
    lever : str

    Returns
    -------
    Page

    Raises
    ------
    InputError
        If the page is missing, its front matter is wrong, or a preset or a risk does not fit the lever.
    """
    if lever not in BY_NAME:
        raise InputError(
            "playbook", "lever", lever, "one of " + ", ".join(BY_NAME), nearest(lever, BY_NAME)
        )
    path = page_path(lever)
    where = str(path.relative_to(root()))
    page = validate(Page, front_matter(path), where)
    if page.id != lever:
        raise InputError(where, "id", page.id, f"the page's own name, {lever}")
    for name, preset in page.presets.items():
        validate(BY_NAME[lever].Settings, preset.settings, where, f"presets.{name}.settings", False)
    known = list(BY_NAME[lever].Settings.model_fields)
    for i, risk in enumerate(page.risks):
        for name in risk.of:
            if name not in known:
                raise InputError(
                    where, f"risks.{i}.of", name, "one of " + ", ".join(known), nearest(name, known)
                )
    return page


def front_matter(path: Path) -> dict[str, Any]:
    """Read the YAML block between the two ``---`` lines at the top of a page.

    Parameters
    ----------
    path : Path

    Returns
    -------
    dict

    Raises
    ------
    InputError
        If there is no page or no such block.
    """
    where = str(path.relative_to(root()))
    text = read_text(path, where)
    parts = text.split("---\n", 2)
    if len(parts) < 3 or parts[0].strip():
        raise InputError(
            where, "front matter", text[:20], "YAML between two lines of --- at the top"
        )
    return parse_yaml(parts[1], where, lines_before=1)
