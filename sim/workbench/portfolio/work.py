"""Work out entries of a portfolio: each a comparison, its report and its answer.

Run as a program it reads a task from its input and tells what comes of it line by line; when the input
ends, whoever started it is gone, and it ends at once with what it has begun.
"""

import json
import math
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sim.analysis.answers import Answers
from sim.analysis.plain import plain_answer
from sim.common.errors import InputError
from sim.experiment.compare import compare
from sim.experiment.portfolio_file import Asked
from sim.experiment.workers import Progress
from sim.playbook.strategies import BASELINE
from sim.report.comparison.chosen import is_plan_chosen, search_of
from sim.report.comparison.plans_found import plan_name
from sim.report.html_page import as_reported, make_report
from sim.report.run_notebook import NotebookError
from sim.workbench.command_line import command_of
from sim.workbench.portfolio.kept import Failure, answer_of, beside, comparison_of, keep_answer
from sim.workbench.search import search_beside

#: Seconds between two lines on how far an entry is.
_PAUSE = 0.5
#: What comes of a task: ``step``, ``done`` or ``failed``, of which entry, and what.
Event = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """Entries to work out one after another: those of a market, so that none takes another's folder.

    Attributes
    ----------
    entries : sequence of Asked
    out : str
        Folder of the portfolio.
    language : str
        Of the reports.
    jobs : int
        Processes of each comparison.
    """

    entries: Sequence[Asked]
    out: str
    language: str
    jobs: int


def do(task: Task, tell: Callable[[Event], None]) -> None:
    """Work out the entries of a task; one that fails stops no other."""
    for asked in task.entries:
        try:
            make_entry(asked, Path(task.out), task.language, task.jobs, _steps(asked, tell))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told of this entry
            tell({"event": "failed", "name": asked.name, "failure": _failure(error)})
        else:
            tell({"event": "done", "name": asked.name})


def make_entry(asked: Asked, out: Path, language: str, jobs: int, say: Progress) -> None:
    """Compare strategies in a market, seek the best plan if asked, write the report, keep the answer."""
    names = list(asked.strategies)
    size = (asked.customers, asked.weeks, asked.futures, asked.seed)
    folder, others = comparison_of(out, asked.name), beside(out)
    command = command_of(asked.market, names, *size, None)
    given: dict[str, Any] = {"jobs": jobs, "on_progress": say, "command": command}
    compare(asked.market, names, *size, out=folder, beside=others, **given)
    if asked.search:
        search_beside(asked.market, folder, asked.weeks, asked.seed, jobs, say)
    say(0, 0, "writing the report")
    make_report(folder, out / asked.name, say=_silent, language=language)
    if answer_of(out, asked.name) is None:
        keep_answer(out, asked.name, _answer(as_reported(folder), folder))


def _answer(comparison: Answers, folder: Path) -> dict[str, Any]:
    """Return what the page shows of an entry, and what a machine gets of it."""
    first, options = comparison.ranking[0], comparison.verdict.options["probability"]
    told = plain_answer(comparison) | {
        "folder": str(folder),
        "title": comparison.market.title,
        "plan": first,
        "plan_title": comparison.manifest.strategies[first].title,
        "is_found": False,
        "pays_none": comparison.pays_none,
        "best_in": float(options[first]),
        "nothing_best_in": float(options[BASELINE]),
        "customers": comparison.manifest.firm,
        "nothing": float(comparison.effects_on("customer_equity").loc[first, "baseline_mean"]),
        "strategies": len(comparison.strategies),
        "simulated": comparison.manifest.n_customers,
        "weeks": comparison.manifest.weeks,
        "workbench": comparison.manifest.workbench,
    }
    search = search_of(comparison)
    if search is not None and is_plan_chosen(comparison):
        best = search["told"]
        told |= {"is_found": True, "plan": search["recommended"]}
        told |= {"plan_title": plan_name(search, search["recommended"]), "gain": best["gain"]}
        told |= {"expected_low": best["low"], "expected_high": best["high"], "best_in": None}
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in told.items()
    }


def _steps(asked: Asked, tell: Callable[[Event], None]) -> Progress:
    """Return what tells how far an entry is, now and then."""
    last = [-math.inf]

    def say(done: int, of: int, what: str) -> None:
        now = time.monotonic()
        if now - last[0] >= _PAUSE or not of:
            last[0] = now
            tell({"event": "step", "name": asked.name, "done": done, "of": of, "what": what})

    return say


def _failure(error: Exception) -> Failure:
    """Return what went wrong as plain values; where it is a bug, with its traceback."""
    if isinstance(error, InputError):
        fields = ("where", "field", "found", "expected", "nearest", "hint")
        plain = {name: getattr(error, name) for name in fields}
        if not isinstance(plain["found"], str | int | float | bool | None):
            plain["found"] = str(plain["found"])
        return {"kind": "input", "text": str(error), "fault": plain}
    if isinstance(error, NotebookError):
        return {"kind": "notebook", "text": str(error)}
    if isinstance(error, MemoryError):
        return {"kind": "memory", "text": "not enough memory"}
    trace = "".join(traceback.format_exception(error))
    return {"kind": "bug", "text": f"{type(error).__name__}: {error}", "traceback": trace}


def _silent(_sentence: str) -> None:
    """Ignore what a report says of files that are there already."""


def main() -> None:
    """Do the task on standard input, and tell what comes of it on standard output."""
    if hasattr(os, "setsid"):
        os.setsid()  # a group of its own, to be ended as one with its workers
    told = json.loads(sys.stdin.readline())
    task = Task(**told | {"entries": [_asked(one) for one in told["entries"]]})
    threading.Thread(target=_end_with_the_input, daemon=True).start()
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no line of these

    def tell(event: Event) -> None:
        lines.write(json.dumps(event) + "\n")
        lines.flush()

    do(task, tell)


def as_line(task: Task) -> str:
    """Return a task as the line that the program reads."""
    return json.dumps(asdict(task)) + "\n"


def _asked(told: dict[str, Any]) -> Asked:
    return Asked(**told | {"strategies": tuple(told["strategies"])})


def _end_with_the_input() -> None:
    """Wait for the end of the input, and end with all that was started."""
    while os.read(0, 1024):  # not by `sys.stdin`, whose lock a program that ends would wait for
        pass
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    main()
