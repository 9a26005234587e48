"""A portfolio as a strategist writes it: markets, strategies, and how large each comparison is."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.common.errors import InputError, refuse_all, together
from sim.common.paths import client_folder, shown
from sim.common.reading import read_yaml, validate
from sim.common.size import REPORT_SIZE
from sim.common.text import Title
from sim.experiment.compare import BOUNDS
from sim.experiment.designs import designs_of
from sim.experiment.fingerprint import describe, identify
from sim.experiment.learn import check_up_to_date
from sim.intake.sealed_client import refuse_sealed
from sim.market.market import load_market
from sim.market.places import check_known as check_market
from sim.playbook.strategy_places import check_known, compared_names

#: Markets of a portfolio at most.
MOST = 200


def _bounded(name: str, default: int | None) -> Any:
    low, high = BOUNDS[name]
    return Field(default, ge=low, le=high)


class Entry(BaseModel):
    """A market of a portfolio: its name alone, or with what is to differ there."""

    model_config = ConfigDict(extra="forbid")
    market: str
    name: str = Field("", pattern=r"^([a-z][a-z0-9_]*)?$", max_length=100)
    strategies: list[str] | None = Field(None, min_length=1)
    customers: int | None = _bounded("customers", None)
    futures: int | None = _bounded("futures", None)
    search: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _may_be_a_name(cls, given: Any) -> Any:
        return {"market": given} if isinstance(given, str) else given


class Definition(BaseModel):
    """A file of a portfolio. Horizon and seed are the same everywhere, so that answers compare."""

    model_config = ConfigDict(extra="forbid")
    title: Title = ""
    markets: list[Entry] = Field(min_length=1, max_length=MOST)
    strategies: list[str] | None = Field(None, min_length=1)
    customers: int = _bounded("customers", REPORT_SIZE["customers"])
    weeks: int = _bounded("weeks", REPORT_SIZE["weeks"])
    futures: int = _bounded("futures", REPORT_SIZE["futures"])
    seed: int = _bounded("seed", 1)
    search: bool = False


@dataclass(frozen=True)
class Asked:
    """A comparison of a portfolio, as `sim.experiment.compare.compare` takes it.

    Attributes
    ----------
    name : str
        Of the entry, and of the folder of its report.
    title : str
        Of the market.
    id : str
        Of the comparison.
    search : bool
        Whether the best plan is sought as well, as `loyalty compare --search` does.
    """

    name: str
    market: str
    title: str
    strategies: tuple[str, ...]
    customers: int
    weeks: int
    futures: int
    seed: int
    id: str
    search: bool = False


@dataclass(frozen=True)
class Portfolio:
    """What is asked for, in the order of the file.

    Attributes
    ----------
    file : Path
    title : str
        Of the page; empty if the file names none.
    entries : tuple of Asked
    """

    file: Path
    title: str
    entries: tuple[Asked, ...]

    @property
    def id(self) -> str:
        """Its id: it changes with any input of a comparison, or a search, and not with a title."""
        ids = {one.name: f"{one.id} search" if one.search else one.id for one in self.entries}
        return hashlib.sha256(json.dumps(ids, sort_keys=True).encode()).hexdigest()[:12]

    @property
    def clients(self) -> list[str]:
        """The clients whose markets are among them, sorted."""
        return sorted({one.market for one in self.entries if client_folder(one.market)})


def read_portfolio(path: Path) -> Portfolio:
    """Read a portfolio, and every market and strategy that it names.

    Raises
    ------
    InputError
        With all that is wrong at once, each with its field and the nearest valid name.
    """
    where = shown(path)
    content = read_yaml(path)
    try:
        definition = validate(Definition, content, where)
    except InputError as fault:
        raise together([fault, *_unknown_markets(content, where)]) from None
    faults = list(_named_twice(definition, where))
    entries = []
    for i, entry in enumerate(definition.markets):
        try:
            entries.append(_asked(definition, entry, where, f"markets.{i}"))
        except InputError as fault:
            faults += fault.faults
    refuse_all(list({fault.message: fault for fault in faults}.values()))
    return Portfolio(path, definition.title, tuple(entries))


def _unknown_markets(content: dict[str, Any], where: str) -> Iterator[InputError]:
    """Yield markets that there are not, in a file of which something else is wrong."""
    given = content.get("markets")
    for i, one in enumerate(given if isinstance(given, list) else []):
        name = one.get("market") if isinstance(one, dict) else one
        if isinstance(name, str):
            try:
                check_market(name)
            except InputError as fault:
                yield _at(fault, where, f"markets.{i}.market")


def _named_twice(definition: Definition, where: str) -> Iterator[InputError]:
    names = [entry.name or entry.market for entry in definition.markets]
    for i, name in enumerate(names):
        if name in names[:i]:
            expected = "a name of its own for each entry, as in `name: grocery_small`"
            yield InputError(where, f"markets.{i}.name", name, expected)


def _asked(definition: Definition, entry: Entry, where: str, field: str) -> Asked:
    """Return what is asked for in a market; refuse names that are not known there."""
    try:
        refuse_sealed([entry.market])
        market = load_market(entry.market)
    except InputError as fault:
        if fault.where in ("--market", "command line"):
            raise _at(fault, where, f"{field}.market") from None
        raise
    check_up_to_date(market)
    names = entry.strategies or definition.strategies or compared_names(market.name)
    said = f"{field}.strategies" if entry.strategies else "strategies"
    check_known(names, market.name, where, said)
    try:
        designs = designs_of(market.name, names, definition.weeks)
    except InputError as fault:
        raise _at(fault, where, said) if fault.where == "--strategies" else fault from None
    customers = entry.customers or definition.customers
    size = {"weeks": definition.weeks, "futures": entry.futures or definition.futures}
    size |= {"seed": definition.seed}
    asked: dict[str, Any] = {"n_customers": customers, **size, "people": None}
    made = identify(describe(market, designs, **asked))
    name = entry.name or entry.market
    return Asked(
        name,
        market.name,
        market.title,
        tuple(names),
        customers,
        **size,
        id=made,
        search=definition.search if entry.search is None else entry.search,
    )


def _at(fault: InputError, where: str, field: str) -> InputError:
    """Return a fault of an option as one of the file."""
    return InputError(where, field, fault.found, fault.expected, fault.nearest, fault.hint)
