"""Of two commands that begin comparisons of a market at once each run is made once, by one of them."""

from collections.abc import Iterator
from threading import Event, Thread
from typing import Any

import pytest

from sim.common.errors import InputError
from sim.common.writing import LOCK
from sim.experiment import compare as experiment
from sim.experiment import results_folder
from sim.experiment.results_folder import WAITING
from sim.experiment.time_budget import Size
from tests.quick import make_quick

SIZE: dict[str, Any] = {"customers": 100, "weeks": 4, "futures": 2, "seed": 3, "jobs": 1}
#: More than a loaded machine needs for any one step.
PATIENCE = 120.0


@pytest.fixture
def results(tmp_path, monkeypatch):
    """Return the folder among whose folders comparisons lie."""
    make_quick(monkeypatch.setattr)
    for module in (results_folder, experiment):
        monkeypatch.setattr(module, "results_of", lambda _market: tmp_path / "results")
    return tmp_path / "results"


class _First:
    """A command that stands still while it plans until the second waits, then until that is over."""

    def __init__(self, **more: Any) -> None:
        self.plans, self.is_waited_for, self.second_is_over = Event(), Event(), Event()
        self.faults: list[BaseException] = []
        self._thread = Thread(target=self._work, args=(more,))

    def _work(self, more: dict[str, Any]) -> None:
        try:
            experiment.compare("grocery", ["balanced"], **SIZE | more, on_progress=self._stand)
        except BaseException as fault:
            self.faults.append(fault)

    def _stand(self, _done: int, _total: int, what: str) -> None:
        if what.startswith("planning"):
            self.plans.set()
            assert self.is_waited_for.wait(PATIENCE)
        elif what == "running":
            assert self.second_is_over.wait(PATIENCE)

    def __enter__(self) -> "_First":
        self._thread.start()
        assert self.plans.wait(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self.is_waited_for.set()
        self.second_is_over.set()
        self._thread.join(PATIENCE)
        assert not self.faults

    def hear(self, _done: int, _total: int, what: str) -> None:
        """Take what the second command says."""
        if what == WAITING:
            self.is_waited_for.set()


@pytest.fixture
def sizes(monkeypatch) -> Iterator[list[Size]]:
    """Let each command that seeks a size find another one; give those that were found."""
    found: list[Size] = []

    def size_in(*_):
        found.append(Size(100, 2 + len(found)))
        return found[-1]

    monkeypatch.setattr(experiment, "size_in", size_in)
    return found


@pytest.mark.parametrize("more", [{}, {"minutes": 1.0, "customers": None}], ids=["size", "minutes"])
def test_of_two_equal_commands_one_waits_until_the_other_has_begun_and_is_told_of_it(
    results, sizes, more
):
    with _First(**more) as first:
        with pytest.raises(InputError, match="in use by process") as refused:
            experiment.compare("grocery", ["balanced"], **SIZE | more, on_progress=first.hear)
        assert first.is_waited_for.is_set()
        assert str(results / "grocery") in str(refused.value)
    assert [path.name for path in results.iterdir()] == ["grocery"]
    assert len(sizes) == bool(more)


def test_a_comparison_of_another_size_gets_a_folder_of_its_own_meanwhile(results):
    with _First() as first:
        other = experiment.compare(
            "grocery", ["balanced"], **SIZE | {"customers": 200}, on_progress=first.hear
        )
        assert other == results / "grocery-2"
    assert sorted(path.name for path in results.iterdir()) == ["grocery", "grocery-2"]


def test_what_a_command_that_was_killed_while_it_planned_left_is_taken_over(results):
    left = (results / "grocery" / LOCK, results / ".grocery.begins")
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("process 1 on another")
    assert experiment.compare("grocery", ["balanced"], **SIZE) == results / "grocery"
    assert not any(path.exists() for path in left)
