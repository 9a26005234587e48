"""What results were made from, as it stands in ``manifest.json`` of their folder."""

import json
import shlex
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from sim.common.calendar import weekly_rate
from sim.common.errors import InputError
from sim.common.own_digest import without_seal
from sim.common.reading import read_bytes, validate
from sim.common.results import MANIFEST, check_made
from sim.evidence.parameters import Parameter, ParameterTable
from sim.experiment import of_search
from sim.experiment.fingerprint import identify
from sim.experiment.futures import Future, draw_futures
from sim.experiment.made_again import make_again, without_folder
from sim.experiment.run_id import plan_of, run_ids
from sim.market.market import Market
from sim.model.scenario import Scenario
from sim.playbook.strategies import BASELINE, DO_NOTHING, Strategy

#: State of the file's layout; a manifest of another state is refused, with what makes it anew.
FORMAT = 4
#: A manifest with all strategies and parameters has some 100 kB.
MOST_BYTES = 20_000_000

#: A name that becomes a folder's: it leads nowhere else.
FolderName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=200)]
#: What `sim.experiment.fingerprint.describe` gives of whatever is made.
DESCRIBED = frozenset({"workbench", "code", "seed", "market", "history", "chosen", "parameters"})
#: One run: (scenario, future, luck).
Key = tuple[str, int, int]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Compared(_Part):
    """A strategy as it was run."""

    title: str
    plan: dict[str, float] = Field(description="planned yearly cost per lever and known customer")
    sized: Strategy
    code: str = Field(description="digest of the code that makes its runs")


class Made(_Part):
    """What the manifests of a comparison, a run and a validation have in common."""

    made_with: ClassVar[str]
    #: Names of what the id is worked out from, none where there is no id.
    described: ClassVar[frozenset[str]] = frozenset()
    format: int = FORMAT
    command: str = Field(description="what a person gives to make or continue it")
    workbench: str
    code: str = Field(description="digest of the code that makes runs")
    seed: int = Field(ge=0)
    market: Market
    history: str = Field(description="digest of the customer histories")
    chosen: dict[str, Strategy] = Field(description="strategies before they were sized")
    parameters: list[Parameter]
    libraries: dict[str, str]
    machine: dict[str, str] = Field(
        {}, description="system, processor and compiler; earlier manifests do not say"
    )


class RunManifest(Made):
    """What determines a single run, and what made it."""

    made_with: ClassVar[str] = "loyalty run"
    kind: Literal["run"] = "run"
    n_customers: int = Field(gt=0)
    weeks: int = Field(gt=0)
    sized: dict[str, Strategy] = Field(description="strategies as they were run")
    scale: float = Field(gt=0, description="customers of the firm per simulated one")


class Manifest(Made):
    """What determines the results of a comparison, and what made them.

    `id` is worked out from what `sim.experiment.fingerprint.describe` gives of it.
    """

    made_with: ClassVar[str] = "loyalty compare"
    described: ClassVar[frozenset[str]] = DESCRIBED | {"n_customers", "weeks", "futures", "people"}
    kind: Literal["comparison"] = "comparison"
    id: str = Field(min_length=1)
    finished: bool
    n_customers: int = Field(gt=0)
    weeks: int = Field(gt=0)
    futures: int = Field(gt=0)
    people: int | None = Field(None, ge=0, description="seed of people who are in all futures")
    breaches: Literal["drawn", "weighed"] = Field("drawn", description="how rare events come")
    reproduction: float = Field(ge=0, description="further losses that one loss brings")
    baseline_code: str = Field(description="digest of the code that makes runs of doing nothing")
    strategies: dict[FolderName, Compared] = Field(description="without the baseline")
    summary: str = Field("", description="digest of summary.csv, once finished")
    previous: str = Field("", description="folder beside this one of the comparison before")

    @cached_property
    def drawn(self) -> list[Future]:
        """The futures, and then the second lives of some, as all strategies meet them."""
        return draw_futures(self.market, self.parameters, self.futures, self.seed)

    @property
    def firm(self) -> float:
        """Customers of the firm, mean over the futures: one number unless it is assumed."""
        sizes = [self._firm_in(future) for future in self.drawn if not future.luck]
        return sum(sizes) / len(sizes)

    def _firm_in(self, future: Future) -> float:
        return future.values.get("market.firm_customers", self.market["firm_customers"])

    def scale(self, future: Future) -> float:
        """Return the customers of the firm per simulated one in a future."""
        return self._firm_in(future) / self.n_customers

    def discount(self, future: Future) -> float:
        """Return the continuous discount rate per week in a future."""
        rate = future.values.get("market.discount_rate", self.market["discount_rate"])
        return weekly_rate(rate)

    def command_in(self, folder: Path) -> str:
        """Return the command that goes on with it in a folder, wherever it was made."""
        if not self.command.startswith("loyalty "):
            return self.command
        return f"{without_folder(self.command)} --out {shlex.quote(str(folder))}"

    @property
    def plans(self) -> dict[str, Strategy]:
        """What is run, by name, doing nothing first."""
        return {BASELINE: DO_NOTHING} | {name: one.sized for name, one in self.strategies.items()}

    @cached_property
    def runs(self) -> dict[Key, str]:
        """All runs with their names, futures in order, then scenarios, doing nothing first."""
        codes = {BASELINE: self.baseline_code}
        codes |= {name: one.code for name, one in self.strategies.items()}
        plans = {name: plan_of(plan, codes[name]) for name, plan in self.plans.items()}
        table, addresses = self.table, {row.key for row in self.parameters}
        found: dict[Key, str] = {}
        for future in self.drawn:
            # parameters are told by their numbers: records of them all would take most of the time
            of_market = {n: x for n, x in future.values.items() if n not in addresses}
            base = self.scenario(replace(future, values=of_market), table)
            ids = run_ids(base, future.values, plans.values(), self.history, self.libraries)
            for name, run in zip(plans, ids, strict=True):
                found[name, future.number, future.luck] = run
        return found

    def scenario(self, future: Future, table: ParameterTable) -> Scenario:
        """Return doing nothing in a future; strategies replace its own."""
        size = (self.n_customers, self.weeks)
        nothing = future.scenario(self.market, table, DO_NOTHING, *size, people=self.people)
        return replace(nothing, rare=future.rare if self.breaches == "weighed" else None)

    @property
    def table(self) -> ParameterTable:
        """The parameters that its runs depend on, before a future draws them."""
        return ParameterTable(tuple(self.parameters))

    def budget(self, strategy: str) -> float:
        """Return the budget of a strategy: the firm's money a year, 0 where it has none."""
        return (self.strategies[strategy].sized.budget or 0.0) * self.firm


def read_manifest(folder: Path) -> Manifest:
    """Read what made a comparison.

    Parameters
    ----------
    folder : Path
        Folder of a comparison, finished or not, or of its report.

    Returns
    -------
    Manifest

    Raises
    ------
    InputError
        If the folder is no comparison, or its manifest is damaged or of another state of the
        workbench; the message then names the command that makes the comparison anew.
    """
    return read_made(folder, Manifest)


def check_finished(folder: Path, manifest: Manifest) -> None:
    """Refuse a comparison that has no numbers yet.

    Raises
    ------
    InputError
        With the command that goes on with it.
    """
    if not manifest.finished:
        raise InputError(
            str(folder),
            "comparison",
            "an unfinished comparison",
            "a finished comparison",
            hint=f"Continue it with `{manifest.command_in(folder)}`.",
        )


def read_made[M: Made](folder: Path, schema: type[M]) -> M:
    """Read the manifest of a folder of results.

    Parameters
    ----------
    folder : Path
    schema : type
        Of which command the results must be.

    Returns
    -------
    Made

    Raises
    ------
    InputError
        If the folder holds no such results, or its manifest is damaged or of another state of the
        workbench; the message then names the command that makes them anew.
    """
    path = folder / MANIFEST
    content = _read(folder, path, schema.made_with)
    if of_search.is_search(content):
        raise of_search.refused(folder, content, schema.made_with)
    anew = make_again(schema.made_with, content.get("command"))
    if content.get("format") != FORMAT:
        raise InputError(
            str(path),
            "format",
            content.get("format", "none"),
            f"{FORMAT}: another version of the workbench made this",
            hint=f"{anew} Old results are kept as they are.",
        )
    sealed = without_seal(content)
    if sealed is None:
        expected = "the file as it was written: what it says would not be what made the results"
        raise InputError(str(path), "content", "edited or damaged", expected, hint=anew)
    content = sealed
    kind = schema.model_fields["kind"].default
    if content.get("kind", kind) != kind:
        expected = f"{kind}, as `{schema.made_with}` makes"
        hint = "Give another folder."
        raise InputError(str(path), "kind", content["kind"], expected, hint=hint)
    try:
        made = validate(schema, content, str(path))
    except InputError as fault:
        first, expected = fault.faults[0], "a manifest as this version of the workbench writes it"
        raise InputError(str(path), first.field, first.found, expected, hint=anew) from None
    # whoever edits a manifest can seal it anew: the id shows that it made other results
    described = {name: content[name] for name in schema.described & content.keys()}
    if described and content["id"] != (own := identify(described)):
        expected = f"{own}, which follows from the seed, the market and all else that it says"
        raise InputError(str(path), "id", content["id"], expected, hint=anew)
    return made


def _read(folder: Path, path: Path, made_with: str) -> dict[str, Any]:
    """Return the mapping in the file, or raise an error that names what is there instead."""
    check_made(folder, made_with)
    try:
        content = json.loads(read_bytes(path, str(path), MOST_BYTES))
        if not isinstance(content, dict):
            raise ValueError
    except (ValueError, RecursionError):
        raise InputError(
            str(path),
            "manifest",
            "a damaged file",
            f"the manifest that `{made_with}` wrote",
            hint="Make it again in another folder.",
        ) from None
    return content
