"""What is open in the cockpit: a market, a plan with its history, pinned plans, a full comparison."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

from joblib import cpu_count

from sim.analysis.intervals import Interval, paired_interval
from sim.cockpit.background import Background, Show
from sim.cockpit.draft import Draft, History, free_name, opened, save
from sim.cockpit.estimate import Estimate
from sim.cockpit.sample import Sample
from sim.common.errors import InputError
from sim.common.paths import client_names
from sim.experiment.compare import compare
from sim.market.market import load_market
from sim.market.places import market_names
from sim.playbook.strategies import BASELINE
from sim.playbook.strategy_files import load_strategy
from sim.playbook.strategy_places import known_strategies
from sim.workbench.command_line import command_of


@dataclass(frozen=True)
class Pinned:
    """A plan that was put aside, with what the sample said of it."""

    draft: Draft
    estimate: Estimate


@dataclass(frozen=True)
class Beside:
    """A pinned plan beside the one that leads among them.

    Attributes
    ----------
    name : str
    estimate : Estimate
    behind : Interval or None
        How much less it adds than the leading one, in the futures that both were tried in; None of the
        leading one itself.
    """

    name: str
    estimate: Estimate
    behind: Interval | None


def openable_markets() -> list[str]:
    """Return the markets that can be chosen: built-in ones, then those of clients."""
    return [*market_names(), *client_names()]


class Session:
    """A market with a plan that is changed step by step, and what is seen of it.

    Parameters
    ----------
    market : str
    **size : int or tuple
        As `Sample` takes them.
    """

    def __init__(self, market: str, **size: Any) -> None:
        self._size = size
        self.background = Background()
        self.history = History()
        self.estimate: Estimate | None = None
        self.open_market(market)

    def open_market(self, name: str) -> None:
        """Take another market: the plan stays, what was pinned belongs to the former one and goes."""
        self.sample = Sample(load_market(name), **self._size)
        self.pins: dict[str, Pinned] = {}
        self.estimate = None

    @property
    def market(self) -> str:
        """Name of the market."""
        return self.sample.market.name

    @property
    def draft(self) -> Draft:
        """The plan as it is now."""
        return self.history.draft

    def change(self, draft: Draft) -> bool:
        """Take a plan that was changed, and return whether it differs from the one before.

        One that bears the name of a strategy but is another plan gets a name of its own, so that nobody
        takes it for that strategy.
        """
        known = draft.name in self.openable_strategies()
        if known and draft.plays != opened(draft.name, self.market).plays:
            draft = draft.renamed(free_name(draft.name, self.market))
        return self.history.take(draft)

    def openable_strategies(self) -> list[str]:
        """Return the strategies that can be opened here."""
        return [name for name in known_strategies(self.market) if name != BASELINE]

    def look(self, show: Show) -> None:
        """Try the plan as it is now, in the background.

        Parameters
        ----------
        show : callable
            Called with each `Estimate`, or with the error that says what is wrong.
        """
        self.estimate = None
        sample, draft = self.sample, self.draft

        def found(what: Estimate | Exception) -> None:
            if self.draft is not draft or self.sample is not sample:
                return
            self.estimate = what if isinstance(what, Estimate) else None
            for name, pin in self.pins.items():
                if self.estimate and pin.draft.plays == draft.plays:
                    self.pins[name] = replace(pin, estimate=self.estimate)
            show(what)

        self.background.post(_steps(sample, draft), found)

    def pin(self) -> str:
        """Put the plan aside with what was last seen of it, and return under which name.

        Raises
        ------
        InputError
            If nothing has been seen of it yet.
        """
        if self.estimate is None:
            raise InputError("cockpit", "plan", "no estimate", "a plan that was tried: wait for it")
        name, number = self.draft.name, 2
        while name in self.pins and self.pins[name].draft.plays != self.draft.plays:
            name, number = f"{self.draft.name}_{number}", number + 1
        draft = self.draft if name == self.draft.name else self.draft.renamed(name)
        self.pins[name] = Pinned(draft, self.estimate)
        return name

    def pinned(self) -> list[Beside]:
        """Return the pinned plans, the one that adds most first, the others beside it."""
        order = sorted(self.pins, key=lambda name: -self.pins[name].estimate.gain.mean)
        found = []
        for name in order:
            first, own = (self.pins[each].estimate for each in (order[0], name))
            n = min(first.futures, own.futures)
            behind = paired_interval(first.gains[:n] - own.gains[:n])
            found.append(Beside(name, own, None if name == order[0] else behind))
        return found

    def saved_pins(self) -> list[str]:
        """Write the pinned plans that are no strategies yet, and return the names of all.

        Raises
        ------
        InputError
            If one has the name of another strategy: none is overwritten.
        """
        if not self.pins:
            raise InputError("cockpit", "plans", "none pinned", "at least one: pin it first")
        known, unsaved = known_strategies(self.market), []
        for name, pin in self.pins.items():
            if name not in known:
                unsaved.append(pin.draft)
            elif load_strategy(name, self.market).plays != pin.draft.design(self.market).plays:
                hint = "Strategies are never overwritten: pin it under another name."
                raise InputError("cockpit", "name", name, "a name of its own", None, hint)
        for draft in unsaved:
            save(draft, self.market)
        return list(self.pins)


def _steps(sample: Sample, draft: Draft) -> Iterator[Estimate | None]:
    """Try a plan; where there is no play yet, make ready for one."""
    if draft.plays:
        yield from sample.steps(draft.design(sample.market.name))
    yield from sample.warm()


class Sent:
    """A full comparison under way, in processes of its own; what is run of it is kept.

    Parameters
    ----------
    market : str
    strategies : list of str
        Names that `loyalty compare` knows.
    customers, weeks, futures, seed : int
    say : callable
        Called with (runs done, runs in all, what was last done).
    ended : callable
        Called with the folder of its results, or with what went wrong; with None where it was stopped.
    jobs : int
        Processes; 0 takes one per processor, so that the cockpit goes on answering.
    """

    def __init__(
        self,
        market: str,
        strategies: list[str],
        customers: int,
        weeks: int,
        futures: int,
        seed: int,
        say: Callable[[int, int, str], None],
        ended: Callable[[Path | Exception | None], None],
        jobs: int = 0,
    ) -> None:
        self.command = command_of(market, strategies, customers, weeks, futures, seed, None)
        self._asked = (market, strategies, customers, weeks, futures, seed)
        self._say, self._ended, self._jobs = say, ended, jobs or cpu_count()
        self._stopped = Event()
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the run that is under way; `command` goes on with what is kept."""
        self._stopped.set()

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended, and return whether it did in time."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            folder = compare(
                *self._asked, jobs=self._jobs, on_progress=self._heard, command=self.command
            )
        except _Stop:
            self._ended(None)
        except Exception as fault:  # whatever it is, whoever waits must hear of it
            self._ended(fault)
        else:
            self._ended(folder)

    def _heard(self, done: int, total: int, what: str) -> None:
        """Hand progress on, unless it is to stop."""
        if self._stopped.is_set():
            raise _Stop
        self._say(done, total, what)


class _Stop(Exception):
    """What ends a comparison that was stopped."""
