"""The cases that the sources tell: each a page, a market to run it in, and strategies to try there."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from sim.common.errors import InputError, nearest
from sim.common.paths import names_in, root
from sim.common.reading import validate
from sim.common.text import Name, Title
from sim.playbook.pages import front_matter
from sim.playbook.strategy_places import case_strategy_names


class Case(BaseModel):
    """The front matter of a case's page."""

    model_config = ConfigDict(extra="forbid")
    id: Name
    title: Title
    summary: str
    market: str = Field(
        description="a market of data/markets, or the case's own file beside the page"
    )
    strategies: list[str] = Field(
        min_length=1,
        description="of playbook/strategies, or of playbook/cases/strategies for what the case tells",
    )
    evidence: list[str]
    sources: list[str] = Field(min_length=1)


#: What a case's page says, in this order. What is assumed holds a generated table.
PARTS = ("What is told", "What is assumed", "What the evidence says", "Try it")


def case_names() -> list[str]:
    """Return the names of the cases in ``playbook/cases``, sorted."""
    return names_in(case_path("any").parent, ".md")


def case_path(name: str) -> Path:
    """Return the path of a case's page."""
    return root() / "playbook" / "cases" / f"{name}.md"


def market_of(strategy: str) -> str | None:
    """Return the market of the case that tells a strategy of its own, None of any other strategy.

    Examples
    --------
    >>> market_of("ask_after_the_flight"), market_of("balanced")
    ('airline', None)
    """
    if strategy not in case_strategy_names():
        return None
    cases = map(load_case, case_names())
    return next((case.market for case in cases if strategy in case.strategies), None)


@cache
def load_case(name: str) -> Case:
    """Read and validate the page of a case.

    Parameters
    ----------
    name : str

    Returns
    -------
    Case

    Raises
    ------
    InputError
        If there is no such case, or its front matter is wrong.
    """
    if name not in case_names():
        expected = "one of " + ", ".join(case_names())
        raise InputError("playbook/cases", "case", name, expected, nearest(name, case_names()))
    where = str(case_path(name).relative_to(root()))
    case = validate(Case, front_matter(case_path(name)), where)
    if case.id != name:
        raise InputError(where, "id", case.id, f"the page's own name, {name}")
    return case
