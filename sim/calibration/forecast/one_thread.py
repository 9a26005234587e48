"""Keep linear algebra on one thread while laws are fitted.

The tables of a fit are small, thousands of times over: a second thread waits for the first most of the
time, costs ten times the processor time beside other work, and adds numbers up in another order.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold the library of linear algebra to one thread."""
    with threadpool_limits(limits=1, user_api="blas"):
        yield
