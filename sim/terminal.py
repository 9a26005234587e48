"""What a person sees while a command works: how far it is, and small tables."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(unit: str, total: int | None = None) -> Iterator[Callable[[int, int], None]]:
    """Show how far the work is: a bar with the time left on a terminal, else a line per tenth."""
    if not sys.stderr.isatty():
        yield _Lines(unit)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn(unit), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(unit, total=total)
        yield lambda done, of: bar.update(task, completed=done, total=of)


class _Lines:
    """Progress for a log file: one line each time another tenth is done."""

    def __init__(self, unit: str) -> None:
        self.unit, self.tenth = unit, 0

    def __call__(self, done: int, of: int) -> None:
        if of and done * 10 // of > self.tenth:
            self.tenth = done * 10 // of
            typer.echo(f"  {done} of {of} {self.unit}", err=True)


def show_table(table: list[tuple[str, ...]], title: str) -> None:
    """Print a table whose first row is its header; numbers stand to the right."""
    from rich.console import Console
    from rich.table import Table

    shown = Table(title=title)
    for i, heading in enumerate(table[0]):
        shown.add_column(heading, justify="right" if i else "left")
    for row in table[1:]:
        shown.add_row(*row)
    Console().print(shown)
