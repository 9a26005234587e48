"""A call that goes on beside others, for what waits for another process most of the time."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread


def beside[T](function: Callable[..., T], *arguments: object) -> Future[T]:
    """Begin a call in a thread of its own.

    Parameters
    ----------
    function : callable
    *arguments : object

    Returns
    -------
    Future
        Its `result` waits for what the function gives, and raises what that raised. A command that ends
        before, by a fault or by Ctrl-C, does not wait for it.
    """
    future = Future[T]()

    def work() -> None:
        try:
            future.set_result(function(*arguments))
        except BaseException as error:  # noqa: BLE001 - whatever it is, `result` raises it
            future.set_exception(error)

    Thread(target=work, daemon=True).start()
    return future
