"""What results were made from, as it stands in ``manifest.json`` of their folder."""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from sim.common.errors import InputError
from sim.common.reading import read_bytes, validate
from sim.evidence.parameters import Parameter
from sim.market.market import Market
from sim.playbook.strategies import BASELINE, Strategy

MANIFEST = "manifest.json"
#: The variant with the market's central values; the others are ends of values.
CENTRAL = "central"
#: State of the file's layout; a manifest of another state is refused, with what makes it anew.
FORMAT = 3
#: Name under which a manifest holds the digest of all else in it.
SEAL = "seal"
#: A manifest with all strategies and parameters has some 100 kB.
MOST_BYTES = 20_000_000

#: A name that becomes a folder's: it leads nowhere else.
FolderName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=200)]
#: One run: (variant, scenario, replication).
Key = tuple[str, str, int]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Variant(_Part):
    """A market that a comparison runs: the central one, or one end of a value."""

    values: dict[str, float] = Field(description="values set in the market")
    n_customers: int = Field(gt=0)
    replications: int = Field(gt=0)
    scale: float = Field(gt=0, description="customers of the firm per simulated one")
    reduced: bool = Field(description="whether people or runs are fewer than in the central one")


class Compared(_Part):
    """A strategy as it was run."""

    title: str
    plan: dict[str, float] = Field(description="planned yearly cost per lever, the firm's money")
    sized: Strategy


class Made(_Part):
    """What the manifests of a comparison, a run and a validation have in common."""

    made_with: ClassVar[str]
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
    kind: Literal["comparison"] = "comparison"
    id: str = Field(min_length=1)
    finished: bool
    n_customers: int = Field(gt=0)
    weeks: int = Field(gt=0)
    replications: int = Field(gt=0)
    variants: dict[FolderName, Variant]
    scale: float = Field(gt=0, description="of the central variant")
    reproduction: float = Field(ge=0, description="further losses that one loss brings")
    strategies: dict[FolderName, Compared] = Field(description="without the baseline")
    summary: str = Field("", description="digest of summary.csv, once finished")
    previous: str = Field("", description="folder beside this one of the comparison before")

    @property
    def central(self) -> Variant:
        """The variant with the market's central values."""
        return self.variants[CENTRAL]

    def run_keys(self) -> list[Key]:
        """Return all runs: variants in order, then replications, then scenarios."""
        scenarios = [BASELINE, *self.strategies]
        return [
            (variant, scenario, replication)
            for variant, content in self.variants.items()
            for replication in range(content.replications)
            for scenario in scenarios
        ]

    def budget(self, strategy: str) -> float:
        """Return the budget of a strategy: the firm's money a year, 0 where it has none."""
        per_customer = self.strategies[strategy].sized.budget or 0.0
        return per_customer * self.market["firm_customers"]


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
    manifest = read_made(folder, Manifest)
    if CENTRAL not in manifest.variants:
        raise InputError(
            str(folder / MANIFEST),
            "variants",
            list(manifest.variants),
            f"{CENTRAL} in them",
            hint=_anew(Manifest, manifest.command),
        )
    return manifest


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
    anew = _anew(schema, content.get("command"))
    if content.get("format") != FORMAT:
        raise InputError(
            str(path),
            "format",
            content.get("format", "none"),
            f"{FORMAT}: another version of the workbench made this",
            hint=f"{anew} Old results are kept as they are.",
        )
    if content.pop(SEAL, None) != seal_of(content):
        expected = "the file as it was written: what it says would not be what made the results"
        raise InputError(str(path), "content", "edited or damaged", expected, hint=anew)
    kind = schema.model_fields["kind"].default
    if content.get("kind", kind) != kind:
        expected = f"{kind}, as `{schema.made_with}` makes"
        hint = "Give another folder."
        raise InputError(str(path), "kind", content["kind"], expected, hint=hint)
    try:
        return validate(schema, content, str(path))
    except InputError as fault:
        raise fault.with_hint(anew) from None


def seal_of(content: dict[str, Any]) -> str:
    """Return a digest of a manifest's content without its seal, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def _anew(schema: type[Made], command: object) -> str:
    """Return how results are made again: the command, in a folder of its own."""
    if not isinstance(command, str) or not command.startswith("loyalty ") or len(command) > 2_000:
        return f"Make it again with `{schema.made_with}`, in another folder."
    return f"Make it again, in another folder: `{command.split(' --out ')[0]}`."


def _read(folder: Path, path: Path, made_with: str) -> dict[str, Any]:
    """Return the mapping in the file, or raise an error that names what is there instead."""
    if not (path.exists() or path.is_symlink()):
        found = "no manifest.json" if folder.is_dir() else "no such folder"
        raise InputError(
            str(folder),
            "folder",
            found,
            f"a folder that `{made_with}` made",
            hint=f"Make one with `{made_with} --market NAME --out DIR`.",
        )
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
