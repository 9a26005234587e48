"""Write executed notebooks so that a re-run changes nothing but what really changed.

``python -m sim.report.normalise_notebook notebooks/*.ipynb`` runs each notebook, keeps its outputs (nbval
compares nothing in a cell that was never run) and drops what differs from run to run or from editor
to editor: times, random cell ids, kernel details, controls.
"""

import sys
from pathlib import Path

from sim.common.paths import root
from sim.common.writing import write
from sim.report.notebook_format import NotebookClient, NotebookNode, nbformat
from sim.report.run_notebook import QUIET

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

#: Controls, which a notebook shows only while it runs; their names differ from run to run.
_WIDGET = "application/vnd.jupyter.widget-view+json"


def normalise(notebook: NotebookNode) -> NotebookNode:
    """Drop what differs between runs; outputs, tags and the words for figures stay.

    Parameters
    ----------
    notebook : NotebookNode
        An executed notebook; changed in place.

    Returns
    -------
    NotebookNode
        The same notebook.
    """
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    count = 0
    for place, cell in enumerate(notebook.cells):
        cell.id = f"c{place:03d}"
        cell.metadata = nbformat.from_dict(
            {"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {}
        )
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count if cell.execution_count is not None else None
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = cell.execution_count
            output.get("data", {}).pop(_WIDGET, None)
    return notebook


def execute(path: Path) -> None:
    """Run a notebook with its default parameters and write it normalised in its own place.

    Parameters
    ----------
    path : Path
        The notebook.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails; the notebook is left as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(
        notebook,
        kernel_name="python3",
        resources=resources,
        extra_arguments=QUIET,
    ).execute()
    write(path, (nbformat.writes(normalise(notebook)).rstrip("\n") + "\n").encode())


if __name__ == "__main__":
    given = [Path(name) for name in sys.argv[1:]]
    for path in given or sorted((root() / "notebooks").glob("*.ipynb")):
        execute(path)
