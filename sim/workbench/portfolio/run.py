"""Carry out a portfolio: several markets at a time, resumable, a page on how far it is."""

import json
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from joblib import cpu_count

from sim.common.version import __version__
from sim.common.writing import clear_partial, lock, write_text
from sim.experiment.portfolio_file import Asked, Portfolio, read_portfolio
from sim.experiment.workers import Progress
from sim.report.phrases import in_language
from sim.report.portfolio.page import build_index
from sim.report.portfolio.state import State
from sim.report.rendering import render
from sim.workbench.portfolio import kept
from sim.workbench.portfolio.work import Event, Task, as_line, do

_PROGRAM = "sim.workbench.portfolio.work"
#: What is shown of the last words of a process that ended before its task.
_LAST_WORDS = 300


@dataclass(frozen=True)
class Done:
    """A portfolio as far as it is.

    Attributes
    ----------
    folder, page : Path
        Where it is kept, and its index page.
    portfolio : Portfolio
    states : list of State
        Of each entry, in the order of the file.
    """

    folder: Path
    page: Path
    portfolio: Portfolio
    states: list[State]


def run_portfolio(
    file: Path,
    out: Path | None = None,
    language: str = "en",
    jobs: int = 0,
    say: Progress | None = None,
) -> Done:
    """Carry out what is missing of a portfolio; the same call goes on with one that was stopped.

    Parameters
    ----------
    file : Path
        As `sim.experiment.portfolio_file.Definition` says.
    out : Path, optional
        Folder for page and reports (`sim.workbench.portfolio.kept.folder_of`).
    language : str
        Of page and reports.
    jobs : int
        Processes in all; 0 takes one per processor. With 1 entries are worked out in this process.
    say : callable, optional
        Called with (entries done, entries in all, what was last done).

    Returns
    -------
    Done

    Raises
    ------
    InputError
        If the file is wrong, or the folder holds something else or is in use. What goes wrong with an
        entry is told of it, and the others go on.
    """
    portfolio = read_portfolio(file)
    folder = kept.folder_of(portfolio) if out is None else out
    with lock(folder):
        kept.begin(folder, portfolio, f"loyalty portfolio {file}")
        for place in (folder, folder / kept.ANSWERS):
            clear_partial(place, deep=False)
        work = _Work(folder, portfolio, language, say or _silent)
        work.show()
        processes = jobs or cpu_count()
        _carry_out(list(work.tasks(processes)), processes, work.take)
    return Done(folder, kept.page_of(folder, language), portfolio, work.states())


class _Work:
    """What is done of a portfolio while it is carried out."""

    def __init__(self, folder: Path, portfolio: Portfolio, language: str, say: Progress) -> None:
        self.folder, self.portfolio, self.language, self.say = folder, portfolio, language, say
        self.failures: dict[str, kept.Failure] = {}

    def lacking(self) -> list[Asked]:
        """Return the entries that are not done."""
        return [
            one
            for one in self.portfolio.entries
            if not kept.is_done(self.folder, one.name, self.language)
        ]

    def tasks(self, processes: int) -> Iterator[Task]:
        """Yield the entries to work out, market by market."""
        by_market: dict[str, list[Asked]] = {}
        for one in self.lacking():
            by_market.setdefault(one.market, []).append(one)
        each = max(1, processes // len(by_market)) if by_market else 1
        for entries in by_market.values():
            yield Task(entries, str(self.folder.resolve()), self.language, each)

    def take(self, event: Event) -> None:
        """Take note of what came of an entry, and show it."""
        of, name = len(self.portfolio.entries), event["name"]
        if event["event"] == "step":
            done, all_of_it = event["done"], event["of"]
            share = f" {100 * done // all_of_it} %" if all_of_it else ""
            self.say(of - len(self.lacking()), of, f"{name}{share}")
            return
        if event["event"] == "failed":
            self.failures[name] = event["failure"]
            kept.keep_failures(self.folder, self.failures)
        self.show()
        self.say(of - len(self.lacking()), of, name)

    def states(self) -> list[State]:
        """Return how far each entry is."""
        return [
            State(
                one.name,
                one.title,
                kept.answer_of(self.folder, one.name),
                self.failures.get(one.name),
                self._report(one.name),
            )
            for one in self.portfolio.entries
        ]

    def _report(self, name: str) -> str:
        """Return where the report of an entry lies beside the page; empty if there is none."""
        for language in (self.language, "en"):
            path = kept.report_of(self.folder, name, language)
            if path.exists():
                return path.relative_to(self.folder).as_posix()
        return ""

    def show(self) -> None:
        """Write the page anew."""
        with in_language(self.language):
            title = self.portfolio.title or self.portfolio.file.stem
            content = build_index(title, self.states(), self.portfolio.id, __version__)
            write_text(kept.page_of(self.folder, self.language), render(content))


def _carry_out(tasks: Sequence[Task], processes: int, take: Callable[[Event], None]) -> None:
    """Work out tasks, here or several at a time in processes of their own."""
    if processes == 1:
        for task in tasks:
            do(task, take)
        return
    told: queue.Queue[Event | None] = queue.Queue()
    waiting: queue.Queue[Task] = queue.Queue()
    for task in tasks:
        waiting.put(task)
    at_work = min(processes, len(tasks))
    with _all_ended(waiting) as started:
        for _ in range(at_work):
            worker = threading.Thread(target=_work_off, args=(waiting, told, started), daemon=True)
            worker.start()
        while at_work:
            event = told.get()
            if event is None:
                at_work -= 1
            else:
                take(event)


def _work_off(
    waiting: queue.Queue[Task], told: queue.Queue[Event | None], started: "_Started"
) -> None:
    """Hand tasks to processes of their own until none waits; a last None says so."""
    while True:
        try:
            task = waiting.get_nowait()
        except queue.Empty:
            told.put(None)
            return
        try:
            _in_a_process(task, told.put, started)
        except OSError as error:  # no process could be started
            for one in task.entries:
                failure = {"kind": "ended", "text": str(error)[:_LAST_WORDS], "code": 1}
                told.put({"event": "failed", "name": one.name, "failure": failure})


def _in_a_process(task: Task, tell: Callable[[Event], None], started: "_Started") -> None:
    """Let a process do a task; whatever it has not told when it ends has failed."""
    left = [one.name for one in task.entries]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        )
        started.add(process)
        assert process.stdin is not None and process.stdout is not None
        with suppress(OSError):  # it has ended: that is told below
            process.stdin.write(as_line(task))
            process.stdin.flush()  # and stays open: its end would end the process
        with process.stdout as lines:
            for event in filter(None, map(_read, lines)):
                if event["event"] != "step":
                    left.remove(event["name"])
                tell(event)
        code = process.wait()
        with suppress(OSError):
            process.stdin.close()
        errors.seek(0)
        words = errors.read().strip().splitlines()[-1:]
    for name in left:
        tell({"event": "failed", "name": name, "failure": _ended(code, words)})


def _ended(code: int, words: list[str]) -> kept.Failure:
    """Return what to tell of a process that ended before its task."""
    return {"kind": "ended", "text": "".join(words)[:_LAST_WORDS], "code": code}


def _read(line: str) -> Event | None:
    try:
        event: Event = json.loads(line)
    except ValueError:
        return None  # a line that was cut off when the process was ended
    return event


class _Started:
    """Processes that are at work, until they are to end: whatever is started afterwards ends at once."""

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[str]] = []
        self._ends, self._lock = False, threading.Lock()

    def add(self, process: subprocess.Popen[str]) -> None:
        """Take a process among them."""
        with self._lock:
            self._processes.append(process)
            if self._ends:
                _end(process)

    def end(self) -> None:
        """End those that still run, with all that they have started."""
        with self._lock:
            self._ends = True
            for process in self._processes:
                _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None and process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()  # on which it ends with all that it has started


@contextmanager
def _all_ended(waiting: queue.Queue[Task]) -> Iterator[_Started]:
    """Collect processes; when the block is left none is begun any more, and those that run are ended."""
    started = _Started()
    try:
        yield started
    finally:
        with suppress(queue.Empty):
            while True:
                waiting.get_nowait()
        started.end()


def _silent(_done: int, _total: int, _label: str) -> None:
    """Ignore progress."""
