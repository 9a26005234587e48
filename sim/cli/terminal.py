"""What a person sees of a command: how far it is, small tables, and what went wrong."""

import errno
import math
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
import typer.exceptions
from typer.core import TyperGroup

from sim.cli import machine
from sim.cli.spoken import speaking
from sim.common.composed import retold
from sim.common.errors import InputError, nearest
from sim.common.style import style
from sim.common.translated import told, translated

#: Exit codes besides 0: the input is wrong; something outside failed; stopped by Ctrl-C (128 + SIGINT);
#: a report does not come out again (`loyalty reproduce`).
WRONG_INPUT, FAILED, STOPPED, DIFFERS = 2, 1, 130, 3

#: Under this name a command's own name and what follows it stand while the options before it are read.
WORDS = "words"

#: Commands that go on where they were when they are given again.
_GO_ON = frozenset(
    ("compare", "effects", "explain", "optimise", "portfolio", "reproduce", "score", "validate")
)

#: Letters of the lines and blanks around a column, and where a heading is parted first.
_FRAME, _AFTER_A_SLASH = 3, re.compile(r"(?<=[^\W\d]/)(?=[^\W\d])")

#: Faults of the machine, not of the workbench: these get a message instead of a traceback.
OUTSIDE = {
    errno.ENOSPC: "The disk is full",
    errno.EDQUOT: "The disk quota is used up",
    errno.EACCES: "Permission denied",
    errno.EROFS: "The file system is read-only",
}


class Commands(TyperGroup):
    """Turns errors into messages and exit codes, for all commands."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; turn errors that a person can mend into messages on stderr."""
        as_json = machine.OPTION in ctx.args
        ctx.meta[WORDS] = [*getattr(ctx, "_protected_args", ()), *ctx.args]
        try:
            return super().invoke(ctx)
        except InputError as error:
            _refuse(error, as_json)
        except typer.exceptions.TyperException as error:
            number = _of_a_number(error)
            if number is not None:
                _refuse(number, as_json)
            _say_plainly(error)
            if as_json and not isinstance(error, (typer.Exit, typer.Abort)):
                machine.tell({"faults": [machine.usage_fault(error)]})
            raise
        except KeyboardInterrupt:
            _end_stopped(ctx.invoked_subcommand)
        except SystemError as error:
            # a compiled library that is stopped while it loads tells so by what it was caused by
            if not _was_interrupted(error):
                raise
            _end_stopped(ctx.invoked_subcommand)
        except MemoryError:
            with speaking():
                says = "Not enough memory. Use fewer --customers or fewer --jobs."
                stop(translated(says), FAILED)
        except OSError as error:
            if error.errno not in OUTSIDE:
                raise
            place = f" ({error.filename})" if error.filename else ""
            with speaking():
                what = translated(OUTSIDE[error.errno])
                says = "{what}{place}. Mend it and run the same command again."
                stop(told(says, what=what, place=place), FAILED)


def _end_stopped(command: str | None) -> NoReturn:
    """End a command that was stopped, with a line on whether it goes on where it was."""
    keeps = command in _GO_ON
    with speaking():
        again = style().gap + translated("The same command continues it.")
        stop(translated("Stopped.") + again * keeps, STOPPED)


def _was_interrupted(error: BaseException | None) -> bool:
    """Return whether Ctrl-C is behind an error."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _refuse(error: InputError, as_json: bool) -> NoReturn:
    """Print what is wrong on stderr, for a machine too where it asks, and end."""
    if as_json:
        machine.tell({"faults": machine.faults([error])})
    with speaking():
        stop(str(error), error.exit_code)


def _of_a_number(error: Any) -> InputError | None:
    """Return what a person wrote for an option that takes a number, as a fault like any other."""
    faults = getattr(error.__cause__, "errors", None)
    if faults is None or getattr(error, "param", None) is None:
        return None
    schema = error.param.get_runtime_param().adapter.json_schema()
    kinds = {"integer": ("a whole number", int), "number": ("a number", float)}
    for one in (schema, *schema.get("anyOf", ())):
        if one.get("type") in kinds:
            (expected, read), found = kinds[one["type"]], faults()[0]["input"]
            low, high = one.get("minimum"), one.get("maximum")
            if low is None or high is None:
                return InputError("command line", error.param.opts[0], found, expected)
            expected = f"{expected} from {low} to {high}"
            try:
                close = min(max(read(found), low), high)
            except ValueError:
                close = math.nan
            close = None if math.isnan(close) else str(close)
            return InputError("command line", error.param.opts[0], found, expected, close)
    return None


def _say_plainly(error: Any) -> None:
    """Take what is of the machinery out of a wrong option's message, and name the nearest choice."""
    message = getattr(error, "message", None)
    if not isinstance(message, str):
        return
    error.message = message.removeprefix("Value error, ")
    choice = re.fullmatch(r"'(.*)' is not one of (.*?)\.?", error.message)
    if choice is None:
        return
    choices = re.findall(r"'([^']*)'", choice[2])
    begin = [one for one in choices if choice[1] and one.startswith(choice[1])]
    close = begin[0] if len(begin) == 1 else nearest(choice[1], choices)
    if close:
        error.message += f" Did you mean '{close}'?"


@contextmanager
def progress(unit: str, total: int | None = None) -> Iterator[Callable[[int, int, str], None]]:
    """Show progress: a bar with the time left on a terminal, else a line per tenth.

    Parameters
    ----------
    unit : str
        What is counted ("runs").
    total : int, optional
        How many there are, when that is known before the first is done.

    Yields
    ------
    callable
        To be called with (done, of, what is being done).
    """
    if not sys.stderr.isatty():
        yield _Lines(unit)
        return
    from rich import progress as parts
    from rich.console import Console

    with speaking():
        counts = translated(unit)
    columns = (
        parts.TextColumn("{task.description}", markup=False),
        parts.BarColumn(),
        parts.MofNCompleteColumn(),
        parts.TextColumn(counts),
        parts.TimeRemainingColumn(),
    )
    with parts.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)

        def show(done: int, of: int, what: str = "") -> None:
            with speaking():
                what = retold(what)
            if done == of and not bar.tasks[0].completed:
                bar.console.print(what, markup=False)  # all was done before
            so_far = done if of else None  # what has no count leaves that of before
            bar.update(task, completed=so_far, total=of or total, description=what)

        yield show


class _Lines:
    """Progress for a log file: a line for each step without a count, then one per tenth of it."""

    def __init__(self, unit: str) -> None:
        self.unit, self.tenth = unit, 0

    def __call__(self, done: int, of: int, what: str = "") -> None:
        with speaking():
            if (not of or (done == of and not self.tenth)) and what:
                typer.echo(f"  {retold(what)}", err=True)
            elif of and done * 10 // of > self.tenth:
                self.tenth = done * 10 // of
                typer.echo("  " + counted(done, of, self.unit), err=True)


def counted(done: int, of: int, unit: str) -> str:
    """Return how many are done of how many."""
    return told("{done} of {of} {unit}", done=done, of=of, unit=translated(unit))


def show_table(table: list[tuple[str, ...]], title: str, words: bool = False) -> None:
    """Print a table on standard output.

    Parameters
    ----------
    table : list of tuple of str
        Rows, the header first; all columns but the first are set to the right.
    title : str
        Stands above it.
    words : bool
        Whether all columns are words: these are set to the left, with a line between rows.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    table = _folded(table, console.width)
    shown = Table(title=Text(title), show_lines=words)  # as text: a title may look like markup
    for i, heading in enumerate(table[0]):
        shown.add_column(
            Text(heading), justify="right" if i and not words else "left", overflow="fold"
        )
    for row in table[1:]:
        shown.add_row(*map(Text, row))
    console.print(shown)


def _folded(table: list[tuple[str, ...]], room: int) -> list[tuple[str, ...]]:
    """Return a table whose widest columns are folded into a room, and no number within it.

    A terminal would make all columns narrower, and break Chinese, which has no blanks, where a line
    is full, and other languages at the blank between a currency and its amount. Where the room is too
    narrow for amounts, headings end lines at a slash, and in Chinese currencies go on the next line.
    """
    from sim.report.wrapping import least_width, width_of, wrapped

    columns = [
        [cell.splitlines() or [""] for cell in column] for column in zip(*table, strict=True)
    ]
    widths = [max(width_of(line) for cell in column for line in cell) for column in columns]
    spare = [
        width - max(least_width(line) for cell in column for line in cell)
        for width, column in zip(widths, columns, strict=True)
    ]
    while sum(widths) + _FRAME * len(widths) + 1 > room and any(spare):
        widest = max(range(len(widths)), key=lambda i: (spare[i] > 0, widths[i]))
        widths[widest], spare[widest] = widths[widest] - 1, spare[widest] - 1
    if sum(widths) + _FRAME * len(widths) + 1 > room:
        head = tuple(_AFTER_A_SLASH.sub("\n", heading) for heading in table[0])
        apart = [tuple(map(_currency_apart, row)) for row in table]
        for narrower in ([head, *table[1:]], apart):
            if narrower != table:
                return _folded(narrower, room)
    folded = [
        [
            "\n".join(part for line in cell for part in wrapped(line, max(width, 1)))
            for cell in column
        ]
        for column, width in zip(columns, widths, strict=True)
    ]
    return list(zip(*folded, strict=True))


def _currency_apart(cell: str) -> str:
    """Return a cell of Chinese with the names of currencies on lines of their own."""
    if not style().wide:
        return cell
    sizes, names = "".join(style().sizes), "|".join(map(re.escape, style().symbols.values()))
    return re.sub(rf"(?<=[\d{sizes}])(?={names})", "\n", cell)


def stop(message: str, code: int) -> NoReturn:
    """Print a message on stderr and end with an exit code.

    Parameters
    ----------
    message : str
        What is wrong and what to do.
    code : int
        Exit code.
    """
    typer.echo(message, err=True)
    raise SystemExit(code)
