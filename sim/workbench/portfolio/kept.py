"""The folder of a portfolio: what lies where, and how far it is.

::

    portfolio.json         what it is made of: id of each comparison, and the command
    NAME/                  report of an entry, with the manifest and the summary of its comparison
    comparisons/NAME/      the comparison itself, as `loyalty compare` keeps it
    answers/NAME.json      its answer, written last: with it the entry is done, and never made anew
    failures.json          entries that failed, and why, while there are any
    index.html             the page; index.zh.html in Chinese

What a comparison of the market, or another portfolio beside this one, has run before is not run again.
"""

import json
from pathlib import Path
from typing import Any

from sim.common.errors import InputError
from sim.common.paths import PORTFOLIOS, clients_folder, root
from sim.common.reading import read_bytes
from sim.common.version import __version__
from sim.common.writing import occupants, remove, write_json
from sim.experiment.of_client import PORTFOLIO
from sim.experiment.portfolio_file import Portfolio
from sim.report.documents.formats import FILES, file_in

COMPARISONS = "comparisons"
FAILURES, ANSWERS, INDEX = "failures.json", "answers", "index.html"
_MOST_BYTES = 20_000_000
#: What went wrong, as plain values: a fault of `InputError`, or a kind and a text.
Failure = dict[str, Any]


def folder_of(portfolio: Portfolio) -> Path:
    """Return where a portfolio is kept unless a folder is named.

    Returns
    -------
    Path
        Named after its file, in ``reports/portfolios``; where a client is among the markets in
        ``portfolios`` of that client's folder, which is sealed with it, and where several are in that of
        the clients' folder. Then ``NAME-2`` and so on: the first that holds this very portfolio,
        finished or not, or nothing.
    """
    clients = portfolio.clients
    of_clients = clients_folder() / clients[0] if len(clients) == 1 else clients_folder()
    parent = (of_clients if clients else root() / "reports") / PORTFOLIOS
    number = 1
    while True:
        folder = parent / (portfolio.file.stem + ("" if number == 1 else f"-{number}"))
        if not folder.exists() or not occupants(folder) or _id_in(folder) == portfolio.id:
            return folder
        number += 1


def begin(folder: Path, portfolio: Portfolio, command: str) -> None:
    """Write what a portfolio is made of into its folder, which is locked; refuse one of another.

    Raises
    ------
    InputError
        If the folder holds other files, or another portfolio.
    """
    if occupants(folder) and _id_in(folder) != portfolio.id:
        raise InputError(
            "--out",
            "folder",
            str(folder),
            "a folder that is new, empty or of this portfolio",
            hint="What is finished is never overwritten: choose another folder.",
        )
    content = {
        "id": portfolio.id,
        "workbench": __version__,
        "command": command,
        "entries": {one.name: {"market": one.market, "id": one.id} for one in portfolio.entries},
    }
    write_json(folder / PORTFOLIO, content)
    remove(folder / FAILURES)


def _id_in(folder: Path) -> str | None:
    found = _read(folder / PORTFOLIO)
    return str(found["id"]) if "id" in found else None


def page_of(folder: Path, language: str) -> Path:
    """Return where the index page of a language lies."""
    return folder / file_in(INDEX, language)


def comparison_of(folder: Path, name: str) -> Path:
    """Return where the comparison of an entry lies: the market's own results stay as they are."""
    return folder / COMPARISONS / name


def beside(folder: Path) -> list[Path]:
    """Return the folders in which the comparisons of this portfolio and those beside it lie."""
    return sorted(folder.resolve().parent.glob(f"*/{COMPARISONS}"))


def report_of(folder: Path, name: str, language: str) -> Path:
    """Return where the report of an entry lies."""
    return folder / name / file_in(FILES["html"], language)


def keep_answer(folder: Path, name: str, answer: dict[str, Any]) -> None:
    """Keep the answer of an entry: it is done."""
    write_json(folder / ANSWERS / f"{name}.json", answer)


def answer_of(folder: Path, name: str) -> dict[str, Any] | None:
    """Return the answer of an entry that is done, else None."""
    return _read(folder / ANSWERS / f"{name}.json") or None


def is_done(folder: Path, name: str, language: str) -> bool:
    """Return whether an entry is done, its report in a language with it."""
    answer = answer_of(folder, name)
    return answer is not None and report_of(folder, name, language).exists()


def keep_failures(folder: Path, failures: dict[str, Failure]) -> None:
    """Keep which entries failed, and why."""
    if failures:
        write_json(folder / FAILURES, failures)
    else:
        remove(folder / FAILURES)


def _read(path: Path) -> dict[str, Any]:
    """Return the mapping in a file, nothing if there is none that can be read."""
    try:
        found = json.loads(read_bytes(path, str(path), _MOST_BYTES))
    except (InputError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
