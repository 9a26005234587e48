"""Make the report of a comparison: the documents asked for, and beside them what they rest on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from jupyter_core.utils import ensure_event_loop

from sim.analysis.answers import Answers
from sim.analysis.judged import judged_comparison
from sim.analysis.parts_of_plan import parts_of_plan, worths_in_plan
from sim.common.beside import beside
from sim.common.errors import InputError
from sim.common.formatting import listing
from sim.common.paths import client_folder, root
from sim.common.reading import LARGEST_RESULT, read_bytes
from sim.common.results import MANIFEST
from sim.common.translated import told
from sim.common.writing import check_target, new_folder, write, write_text
from sim.experiment import result_store
from sim.experiment.manifest import Manifest, check_finished, read_manifest
from sim.report.comparison.chosen import doubted_of, told_of
from sim.report.comparison.content import build_content
from sim.report.documents.brand import Brand
from sim.report.documents.formats import DEFAULT, ENGLISH, FILES, file_in, make_document
from sim.report.normalise_notebook import normalise
from sim.report.notebook_format import nbformat
from sim.report.phrases import in_language
from sim.report.run_notebook import run_notebook

NOTEBOOK = "3_compare_strategies.ipynb"
FIGURE, EXECUTED = "figure.png", "report.ipynb"


def make_report(
    folder: Path | str,
    out: Path | str | None = None,
    say: Callable[[str], None] = print,
    formats: Sequence[str] = DEFAULT,
    brand: Brand | None = None,
    language: str = ENGLISH,
    judged: Answers | None = None,
) -> Path:
    """Write the report of a finished comparison.

    Parameters
    ----------
    folder : Path
        Folder of a finished comparison.
    out : Path, optional
        Folder for the report; ``reports/<market>`` if not given, or ``reports/<market>-2`` and so
        on when that holds the report of another comparison.
    say : callable
        Called with a sentence when there is something to know: the report exists already, or something
        is left out of it.
    formats : sequence of str
        Which documents, of `sim.report.documents.formats.FILES`.
    brand : Brand, optional
        Whose documents they are.
    language : str
        Of the documents (`sim.report.phrases.languages`); the notebook beside them is in English.
    judged : Answers, optional
        The comparison as `sim.analysis.judged.judged_comparison` gives it, where it has been read.

    Returns
    -------
    Path
        The first document. Beside it the others, ``summary.csv`` and ``manifest.json``, and beside a
        page ``figure.png`` (the key figure) and ``report.ipynb`` (the notebook of this comparison,
        executed).

    Raises
    ------
    InputError
        If the folder is no finished comparison, or `out` holds something else, or is being written to.
    NotebookError
        If the notebook failed; nothing is written then.
    """
    folder = Path(folder).resolve()
    manifest = read_manifest(folder)
    check_finished(folder, manifest)
    target, exists = _target(manifest, out)
    files = {name: file_in(FILES[name], language) for name in formats}
    whose = brand or Brand()
    if not exists:
        with new_folder(target) as bundle:
            _write_documents(bundle, folder, manifest, files, whose, language, say, judged)
            for name in (result_store.SUMMARY, MANIFEST):  # the summary only as it was written
                write(bundle / name, read_bytes(folder / name, str(folder / name), LARGEST_RESULT))
        return target / files[formats[0]]
    there = [file for file in files.values() if (target / file).exists()]
    if there:
        with in_language(language):
            says = (
                "Of comparison {id} {files} is there already and left as it is. Delete it in {folder} "
                "to make it anew."
                if len(there) == 1
                else "Of comparison {id} {files} are there already and left as they are. Delete them "
                "in {folder} to make them anew."
            )
            say(told(says, id=manifest.id, files=listing(there), folder=target))
    missing = {name: file for name, file in files.items() if file not in there}
    if missing:
        _write_documents(target, folder, manifest, missing, whose, language, say, judged)
    return target / files[formats[0]]


def as_reported(folder: Path, judged: Answers | None = None) -> Answers:
    """Return a finished comparison as its report tells it: with what its plays and their parts bring.

    Parameters
    ----------
    folder : Path
    judged : Answers, optional
        As `make_report` takes it.
    """
    comparison = judged or judged_comparison(folder)
    told, doubted = told_of(comparison), doubted_of(comparison)
    explained = doubted or told
    first, place = explained.ranking[0], explained.folder or folder
    parts, worths = parts_of_plan(explained, first, place), comparison.worths
    if doubted is not None:  # what its plays add is known from the search, and not believed
        worths = None
    elif told is not comparison or worths is None:  # of a plan that does not lead, or is another
        worths = worths_in_plan(told, first, place)
    return replace(comparison, parts=parts, worths=worths)


def reports_folder(market: str) -> Path:
    """Return the folder in which reports on a market lie unless another one is asked for."""
    client = client_folder(market)
    return client / "reports" if client else root() / "reports"


def _target(manifest: Manifest, out: Path | str | None) -> tuple[Path, bool]:
    """Return the folder to write to, and whether it holds this very report already."""
    if out is not None:
        target = Path(out).resolve()
        if _is_free(target):
            return target, False
        if _holds(target, manifest.id):
            return target, True
        raise InputError(
            "--out",
            "folder",
            str(out),
            "a folder that is new, empty or of the same comparison",
            hint="Reports are never overwritten: choose another folder, or delete this one.",
        )
    name, number = manifest.market.name, 1
    while True:
        target = reports_folder(name) / (name if number == 1 else f"{name}-{number}")
        if _is_free(target):
            return target, False
        if _holds(target, manifest.id):
            return target, True
        number += 1


def check_place(market: str, out: Path | str | None = None) -> None:
    """Refuse, before a comparison is run, a folder that its report could not be written to.

    Parameters
    ----------
    market : str
        Name of the market.
    out : Path, optional
        As `make_report` takes it.

    Raises
    ------
    InputError
        If something on the way is no folder, or may not be written to.
    """
    check_target(reports_folder(market) / market if out is None else Path(out))


def _is_free(target: Path) -> bool:
    """Return whether a folder can be written to without losing anything."""
    return not target.exists() or (target.is_dir() and not any(target.iterdir()))


def _holds(target: Path, identity: str) -> bool:
    """Return whether a folder holds the report of a comparison."""
    try:
        return read_manifest(target).id == identity
    except InputError:
        return False


def _write_documents(
    bundle: Path,
    folder: Path,
    manifest: Manifest,
    files: Mapping[str, str],
    brand: Brand,
    language: str,
    say: Callable[[str], None],
    judged: Answers | None,
) -> None:
    """Write documents, and with a page its figure and the notebook that shows the work.

    Without what each play brings where no runs can be made beside those of the comparison; says so. The
    notebook runs in a process of its own meanwhile: it takes as long as all else.
    """
    result_store.check_summary(folder, manifest)
    shows_work = "html" in files and (language == ENGLISH or not (bundle / EXECUTED).exists())
    with TemporaryDirectory(ignore_cleanup_errors=True) as aside:
        run = beside(_run, Path(aside) / EXECUTED, folder, manifest) if shows_work else None
        comparison = as_reported(folder, judged)
        with in_language(language):
            if comparison.parts is None:
                left_out = (
                    "Left out: what the gain is made of, and what each play is worth. That takes more "
                    "runs by what made {folder}, and its code, libraries or records have changed since, "
                    "or it cannot be written to. Made again, all is told: {command}"
                )
                say(told(left_out, folder=folder, command=manifest.command))
            content = build_content(comparison)
            for name, file in files.items():
                write(bundle / file, make_document(name, comparison, content, brand))
            if "html" in files:
                answer = next(iter(content.sections.values()))
                write(bundle / file_in(FIGURE, language), answer.pictures[0].png)
        if run is not None:
            write_text(bundle / EXECUTED, run.result())


def _run(out: Path, folder: Path, manifest: Manifest) -> str:
    """Run the notebook that shows the work for this comparison; return it without times and paths."""
    parameters = {
        "market": manifest.market.name,
        "strategies": list(manifest.strategies),
        "customers": manifest.n_customers,
        "weeks": manifest.weeks,
        "futures": manifest.futures,
        "seed": manifest.seed,
        "results_dir": str(folder),
    }
    try:
        made = run_notebook(root() / "notebooks" / NOTEBOOK, out, parameters)
    finally:
        ensure_event_loop().close()  # that of this thread, which nobody else would close
    text = nbformat.writes(normalise(nbformat.read(made, as_version=4)))
    return text.replace(str(folder), folder.name)
