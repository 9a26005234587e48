"""Make a finished report's comparison again, and say whether its numbers are the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sim.common.errors import InputError
from sim.common.results import MANIFEST
from sim.experiment.manifest import Manifest, check_finished, read_manifest
from sim.experiment.reproduce.differences import Difference
from sim.experiment.reproduce.inputs import inputs_changed
from sim.experiment.reproduce.numbers import Numbers, compare_numbers
from sim.experiment.reproduce.rerun import folder_of, is_begun, run_again
from sim.experiment.reproduce.versions import versions_changed
from sim.experiment.result_store import check_summary
from sim.experiment.workers import Progress

#: Folders that a message names at most.
_SHOWN = 5
#: Called with what differs, before anything is run.
Found = Callable[[Sequence[Difference], Sequence[Difference]], None]


@dataclass(frozen=True)
class Reproduced:
    """What came of a report that was to be made again.

    Attributes
    ----------
    manifest : Manifest
        What it was made from.
    inputs : list of Difference
        Inputs on disk that are others now.
    versions : list of Difference
        What computes now that did not then.
    folder : Path or None
        What was run again; None if nothing was, since an input is another one.
    numbers : Numbers or None
    """

    manifest: Manifest
    inputs: list[Difference] = field(default_factory=list)
    versions: list[Difference] = field(default_factory=list)
    folder: Path | None = None
    numbers: Numbers | None = None

    @property
    def same(self) -> bool | None:
        """Whether every number came out again; None if nothing was run."""
        return None if self.numbers is None else self.numbers.same


def reproduce(
    report: Path,
    out: Path | None = None,
    kept: bool = False,
    jobs: int = 0,
    say: Progress | None = None,
    on_found: Found | None = None,
) -> Reproduced:
    """Run a finished report's comparison again by the code of now, in a folder of its own.

    Parameters
    ----------
    report : Path
        Folder of a finished comparison, or of its report; nothing in it is changed.
    out : Path, optional
        Folder for what is run again (`sim.experiment.reproduce.rerun.folder_of`).
    kept : bool
        Runs with the inputs that the report kept even where those on disk are others by now.
    jobs : int
        Processes; 0 takes one per processor.
    say : callable, optional
        Called with (runs done, runs in all, what was last done).
    on_found : callable, optional
        Called with the inputs and the versions that differ, before anything is run.

    Returns
    -------
    Reproduced
        With no numbers if an input that decides is another one now and is not to be left aside. The
        histories of customers are not kept in a report: where they are others, nothing can be run.

    Raises
    ------
    InputError
        If the folder is no finished report, or is damaged; or if an input is gone.
    """
    manifest = _read(report)
    check_finished(report, manifest)
    check_summary(report, manifest)
    inputs, versions = inputs_changed(manifest), versions_changed(manifest)
    if on_found:
        on_found(inputs, versions)
    others = [one for one in inputs if one.decides]
    if any(one.kind == "history" or not kept for one in others):
        return Reproduced(manifest, inputs, versions)
    folder = folder_of(manifest) if out is None else out
    if folder.resolve() == report.resolve():
        expected = "another folder than that of the report"
        raise InputError("--out", "folder", str(out), expected)
    if folder.exists() and not is_begun(
        folder, manifest
    ):  # what is finished there was not run anew
        expected = "a folder that is new, empty or of the same comparison, unfinished"
        raise InputError("--out", "folder", str(out), expected)
    run_again(manifest, folder, jobs, say or _silent)
    return Reproduced(manifest, inputs, versions, folder, compare_numbers(report, folder))


def _read(report: Path) -> Manifest:
    """Return the manifest of a report; of what only leads to one, name the folder to give."""
    folders = [] if (report / MANIFEST).exists() else _folders_near(report)
    if folders:
        found = "a file of a report" if report.is_file() else "a folder that holds reports"
        hint = f"Give the folder itself: {_listed(folders)}."
        expected = "the folder of one report, or of its comparison"
        raise InputError(str(report), "folder", found, expected, hint=hint)
    return read_manifest(report)


def _folders_near(report: Path) -> list[Path]:
    """Return the folders of reports that a file lies in, or that a folder such as a portfolio's holds."""
    if report.is_file():
        return [report.parent] if (report.parent / MANIFEST).is_file() else []
    return [path.parent for path in sorted(report.glob(f"*/{MANIFEST}"))]


def _listed(folders: Sequence[Path]) -> str:
    """Return the first few folders, for a message."""
    return ", ".join(map(str, folders[:_SHOWN])) + (", ..." if len(folders) > _SHOWN else "")


def _silent(_done: int, _total: int, _label: str) -> None:
    """Ignore progress."""
