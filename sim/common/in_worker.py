"""A call in a worker process, which ends soon after the process that started it has ended."""

import os
import threading
import time
from collections.abc import Callable
from functools import cache

#: Seconds between two looks whether it still runs.
_SECONDS = 1.0


def in_worker[T](parent: int, function: Callable[..., T], *arguments: object) -> T:
    """Return what a function gives, in a process that ends when its parent has ended.

    A worker of a process that was killed would wait for its next task for minutes, with all that it has
    loaded.

    Parameters
    ----------
    parent : int
        The process that starts workers; in itself nothing is looked after.
    function : callable
    *arguments : object
    """
    _end_with(parent)
    return function(*arguments)


@cache
def _end_with(parent: int) -> None:
    """Look after the parent from now on, where the system names it as such."""
    if os.getppid() == parent:
        threading.Thread(target=_wait_for_its_end, args=(parent,), daemon=True).start()


def _wait_for_its_end(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_SECONDS)
    os._exit(1)  # no clean-up: whatever is half written has a name of its own
