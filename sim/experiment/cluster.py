"""Tasks on a dask cluster: processes of this machine, or of others that have the same workbench."""

import logging
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from itertools import islice
from typing import Any

from sim.common.errors import InputError
from sim.experiment.fingerprint import code_digest, libraries

#: A cluster that is started for the time of a command.
LOCAL = "local"
#: Tasks at the scheduler for each run at a time: enough that none is idle, few enough for its memory.
_AHEAD = 3
_SECONDS_TO_CONNECT = 20
#: Seconds without a result after which it is looked whether workers are left, and between two looks.
_SECONDS_TO_WONDER = 5.0
_SECONDS_BETWEEN = 0.02
#: What is said where none is.
NO_WORKER = "no worker of the cluster is left: it goes on when one joins"


def on_cluster[T](
    function: Callable[..., T],
    tasks: Iterable[tuple[Any, ...]],
    cluster: str,
    processes: int,
    tell: Callable[[str], None],
) -> Iterator[T]:
    """Run tasks on a dask cluster and yield their results as they come.

    A task whose worker is lost is given to another one; where none is left, that is told, once until
    another joins.

    Parameters
    ----------
    function : callable
        Importable by name.
    tasks : iterable of tuple
        Arguments of each call.
    cluster : str
        ``local``, or the address of a scheduler such as ``tcp://10.0.0.1:8786``.
    processes : int
        Workers of a local cluster.
    tell : callable
        Called with `NO_WORKER` where no worker is left.

    Yields
    ------
    object
        What the function gives, in any order.

    Raises
    ------
    InputError
        If there is no cluster at the address, or its workers have another workbench.
    """
    from distributed import CancelledError, KilledWorker, as_completed
    from distributed.comm import CommClosedError

    with ExitStack() as stack:
        client = _connect(stack, cluster, processes)
        _check_workers(client, cluster)
        calls = ((function_as_here, state_of_workbench(), function, *task) for task in tasks)
        first = islice(calls, _AHEAD * _runs_at_once(client))
        running = as_completed([client.submit(*call, pure=False) for call in first])
        watch = _Watch(client, tell)
        try:
            for done in _as_they_end(running, watch):
                for call in islice(calls, 1):
                    running.add(client.submit(*call, pure=False))
                yield _result(done, watch)
        except (KilledWorker, CancelledError, CommClosedError) as fault:
            raise InputError(
                "--cluster",
                "cluster",
                type(fault).__name__,
                "workers that live, with memory enough for a run each",
                hint="Finished runs are kept: the same command goes on from there.",
            ) from fault


class _Watch:
    """Tells that no worker is left, once until another joins."""

    def __init__(self, client: Any, tell: Callable[[str], None]) -> None:
        self.client, self.tell, self.is_told = client, tell, False

    def look(self) -> None:
        """Look whether workers are left, after a time in which nothing came."""
        is_left = bool(self.client.nthreads())
        if not is_left and not self.is_told:
            self.tell(NO_WORKER)
        self.is_told = not is_left


def _as_they_end(running: Any, watch: _Watch) -> Iterator[Any]:
    """Yield tasks as they end."""
    last = time.monotonic()
    while not running.is_empty():
        if running.has_ready():
            yield next(running)
            last = time.monotonic()
        elif time.monotonic() - last > _SECONDS_TO_WONDER:
            watch.look()
            last = time.monotonic()
        else:
            time.sleep(_SECONDS_BETWEEN)


def _result(done: Any, watch: _Watch) -> Any:
    """Return the result of a task that ended; lost with its worker, it is worked out again."""
    while True:
        try:
            return done.result(timeout=_SECONDS_TO_WONDER)
        except TimeoutError:
            watch.look()


def check_cluster(cluster: str) -> int:
    """Refuse, before any work, a cluster that does not answer or that has other workers.

    Parameters
    ----------
    cluster : str
        Nothing is checked of none, nor of ``local``, which is started when it is needed.

    Returns
    -------
    int
        Runs that its workers make at a time, 0 where nothing is checked.
    """
    if cluster in ("", LOCAL):
        return 0
    with ExitStack() as stack:
        client = _connect(stack, cluster, 1)
        _check_workers(client, cluster)
        return _runs_at_once(client)


def _runs_at_once(client: Any) -> int:
    """Return how many threads the workers of a cluster have."""
    return sum(client.nthreads().values())


def _connect(stack: ExitStack, cluster: str, processes: int) -> Any:
    """Return a client of the cluster; a local one is started, and ends with the stack."""
    from distributed import Client, LocalCluster

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # faults are told in our own words
    if cluster == LOCAL:
        with _interrupts_kept_from_workers():
            started = LocalCluster(
                n_workers=processes,
                threads_per_worker=1,
                dashboard_address=None,
                silence_logs=logging.CRITICAL,
            )
        cluster = stack.enter_context(started)
    try:
        return stack.enter_context(Client(cluster, timeout=_SECONDS_TO_CONNECT))
    except (OSError, ValueError, TypeError) as fault:  # the last for want of keys of tls
        raise InputError(
            "--cluster",
            "address",
            cluster,
            "local, or the address of a dask scheduler that answers, as tcp://HOST:PORT",
            hint="Start one with `dask scheduler`, and workers with `dask worker ADDRESS`.",
        ) from fault


@contextmanager
def _interrupts_kept_from_workers() -> Iterator[None]:
    """Keep Ctrl-C from processes that are started meanwhile: the command, which sees it, ends them.

    The terminal gives it to all of them, and each worker would tell where it was stopped.
    """
    if not hasattr(signal, "pthread_sigmask"):  # not on Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _check_workers(client: Any, cluster: str) -> None:
    """Refuse a cluster without workers, or with workers whose runs would be others than ours."""
    found = client.run(state_of_workbench)
    if not found:
        hint = f"Start some with `dask worker {cluster}`, in a checkout that has been set up."
        raise InputError("--cluster", "workers", "none", "at least one worker", hint=hint)
    for address, state in found.items():
        _check_state(address, state, state_of_workbench())


def function_as_here(state: dict[str, str], function: Callable[..., Any], *task: Any) -> Any:
    """Call a function in a worker, if its workbench is that of the command; it may have joined since.

    Raises
    ------
    InputError
        If code or libraries differ.
    """
    from distributed import get_worker

    _check_state(get_worker().address, state_of_workbench(), state)
    return function(*task)


def _check_state(address: str, found: dict[str, str], own: dict[str, str]) -> None:
    """Refuse a worker whose runs would be others than those of this command."""
    differs = [name for name, value in own.items() if found.get(name) != value]
    if differs:
        raise InputError(
            "--cluster",
            f"worker {address}",
            ", ".join(f"{name} {found.get(name)}" for name in differs),
            ", ".join(f"{name} {own[name]}" for name in differs) + ", as here",
            hint="Bring all workers to the same commit and run `make setup` there.",
        )


@cache
def state_of_workbench() -> dict[str, str]:
    """Return what decides whether two machines give the same bytes: code and libraries."""
    return {"code": code_digest(), **libraries()}
