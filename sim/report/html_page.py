"""Make the report of a comparison: run the notebook, render one offline page, bundle it."""

import base64
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from sim.common.errors import InputError
from sim.common.paths import root
from sim.experiment import result_store
from sim.experiment.manifest import MANIFEST, Manifest, read_manifest
from sim.report.comparison.sentences import report_title
from sim.report.run_notebook import run_notebook

TEMPLATE = Path(__file__).parent / "template"
NOTEBOOK = "3_compare_strategies.ipynb"
#: Cells that explain the notebook itself are not part of the report.
NOTEBOOK_ONLY = "notebook-only"
PAGE, FIGURE, EXECUTED = "report.html", "figure.png", "report.ipynb"


def make_report(
    folder: Path | str, out: Path | str | None = None, say: Callable[[str], None] = print
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
        Called with a sentence when there is something to know (the report exists already).

    Returns
    -------
    Path
        The page, ``report.html``. Beside it: ``figure.png`` (the key figure), ``summary.csv`` and
        ``manifest.json``.

    Raises
    ------
    InputError
        If the folder is no finished comparison, or `out` holds something else.
    NotebookError
        If the notebook failed; nothing is written then.
    """
    folder = Path(folder).resolve()
    manifest = read_manifest(folder)
    if not manifest.finished:
        raise InputError(
            str(folder),
            "comparison",
            "an unfinished comparison",
            "a finished comparison",
            hint=f"Continue it with `{manifest.command}`.",
        )
    target, exists = _target(manifest, out)
    if exists:
        say(
            f"The report of comparison {manifest.id} is there already and is left as it is. "
            f"Delete {target} to make it anew."
        )
        return target / PAGE
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as temporary:
        bundle = Path(temporary) / "bundle"
        bundle.mkdir()
        _fill(bundle, folder, manifest)
        if target.is_dir():
            target.rmdir()  # empty, as _target made sure
        bundle.rename(target)
    return target / PAGE


def reports_folder() -> Path:
    """Return the folder in which reports lie unless another one is asked for."""
    return root() / "reports"


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
        target = reports_folder() / (name if number == 1 else f"{name}-{number}")
        if _is_free(target):
            return target, False
        if _holds(target, manifest.id):
            return target, True
        number += 1


def _is_free(target: Path) -> bool:
    """Return whether a folder can be written to without losing anything."""
    return not target.exists() or (target.is_dir() and not any(target.iterdir()))


def _holds(target: Path, identity: str) -> bool:
    """Return whether a folder holds the report of a comparison."""
    try:
        return (target / PAGE).is_file() and read_manifest(target).id == identity
    except InputError:
        return False


def _fill(bundle: Path, folder: Path, manifest: Manifest) -> None:
    """Run the notebook beside the bundle and write all files of the bundle."""
    central = manifest.central
    parameters = {
        "market": manifest.market.name,
        "strategies": list(manifest.strategies),
        "customers": central.n_customers,
        "weeks": manifest.weeks,
        "replications": central.replications,
        "seed": manifest.seed,
        "results_dir": str(folder),
    }
    executed = run_notebook(root() / "notebooks" / NOTEBOOK, bundle.parent / EXECUTED, parameters)
    notebook = nbformat.read(executed, as_version=4)
    (bundle / PAGE).write_text(render(notebook, manifest), encoding="utf-8")
    (bundle / FIGURE).write_bytes(base64.b64decode(_pictures(notebook)[0]))
    for name in (result_store.SUMMARY, MANIFEST):
        shutil.copyfile(folder / name, bundle / name)


def _pictures(notebook: NotebookNode) -> list[str]:
    """Return all figures of an executed notebook, as base64."""
    return [
        output.data["image/png"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]


def render(notebook: NotebookNode, manifest: Manifest) -> str:
    """Render an executed notebook as one page that needs nothing else.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; its level-two headings begin the sections.
    manifest : Manifest
        Of the comparison it reports.

    Returns
    -------
    str
        HTML without code cells, scripts or references to other files.
    """
    from nbconvert import HTMLExporter

    central, market = manifest.central, manifest.market
    count = len(manifest.strategies)
    report = {
        "title": report_title(market.title),
        "version": manifest.workbench,
        "meta": f"{count} {'strategy' if count == 1 else 'strategies'} and doing nothing, each in "
        f"{central.replications} simulated futures of {manifest.weeks} weeks with "
        f"{central.n_customers:,} customers. Data: {market.data.source}.",
        "footer": f"Made by the loyalty workbench {manifest.workbench} from comparison "
        f"{manifest.id}. The files beside this page hold the results of every run "
        "(summary.csv) and everything they follow from (manifest.json).",
        "css": (TEMPLATE / "report.css").read_text(encoding="utf-8"),
        "sections": _sections(notebook),
    }
    exporter = HTMLExporter(
        template_name=TEMPLATE.name,
        template_file="index.html.j2",
        extra_template_basedirs=[str(TEMPLATE.parent)],
    )
    page, _ = exporter.from_notebook_node(notebook, resources={"report": report})
    return page


def _sections(notebook: NotebookNode) -> list[dict[str, Any]]:
    """Return the sections of the report: label, key for links, and cells after the heading."""
    sections: list[dict[str, Any]] = []
    for cell in notebook.cells:
        if NOTEBOOK_ONLY in cell.metadata.get("tags", []):
            continue
        heading = re.match(r"## (.+)", cell.source) if cell.cell_type == "markdown" else None
        if heading:
            label = heading.group(1).strip()
            key = re.sub(r"\W+", "-", label.lower()).strip("-")
            sections.append({"label": label, "key": key, "cells": []})
        elif sections:
            sections[-1]["cells"].append(cell)
    return sections
