"""What is open in the cockpit: a market, a plan with its history, pinned plans, a full comparison."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Event, Thread
from typing import Any

from joblib import cpu_count

from sim.cockpit.background import Background, Show
from sim.cockpit.draft import Draft, History, free_name, opened, save
from sim.cockpit.estimate import Estimate
from sim.cockpit.pins import Beside, Pinned, Sharper, beside, sharpened
from sim.cockpit.sample import Sample
from sim.common.errors import InputError
from sim.common.paths import client_names
from sim.experiment.compare import compare
from sim.market.market import load_market
from sim.market.places import market_names
from sim.playbook.strategies import BASELINE
from sim.playbook.strategy_places import known_strategies
from sim.workbench.command_line import command_of


def openable_markets() -> list[str]:
    """Return the markets that can be chosen: built-in ones, then those of clients."""
    return [*market_names(), *client_names()]


class Session:
    """A market with a plan that is changed step by step, and what is seen of it.

    Parameters
    ----------
    market : str
    first : Draft, optional
        The plan that it opens with; no step goes back behind it.
    **size : int or tuple
        As `Sample` takes them.
    """

    def __init__(self, market: str, first: Draft | None = None, **size: Any) -> None:
        self._size = size
        self.background = Background()
        self.history = History(first)
        self._seen: dict[int, Estimate] = {}
        self.open_market(market)

    def open_market(self, name: str) -> None:
        """Take another market: the plan stays, what was pinned belongs to the former one and goes."""
        self.sample = Sample(load_market(name), **self._size)
        self.pins: dict[str, Pinned] = {}
        self._seen = {}

    @property
    def market(self) -> str:
        """Name of the market."""
        return self.sample.market.name

    @property
    def estimate(self) -> Estimate | None:
        """What was last seen of the plan as it is now, in most futures; None before the first of it."""
        return self._seen[max(self._seen)] if self._seen else None

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
        if known and not draft.acts_as(opened(draft.name, self.market)):
            draft = draft.renamed(free_name(draft.name, self.market))
        return self.history.take(draft)

    def openable_strategies(self) -> list[str]:
        """Return the strategies that can be opened here."""
        return [name for name in known_strategies(self.market) if name != BASELINE]

    def look(self, show: Show) -> None:
        """Try the plan as it is now, in the background, then pinned plans in as many futures.

        Parameters
        ----------
        show : callable
            Called with each `Estimate` of the plan, again where pinned ones were tried in more futures,
            or with the error that says what is wrong.
        """
        self._seen = {}
        sample, draft = self.sample, self.draft

        def found(what: Estimate | Sharper | Exception) -> None:
            if self.draft is not draft or self.sample is not sample:
                return
            if isinstance(what, Estimate):
                self._seen = {**self._seen, what.futures: what}
                for name, pin in list(self.pins.items()):
                    if pin.draft.acts_as(draft):
                        self.pins[name] = pin.with_more([what])
                show(what)
            elif isinstance(what, Sharper):
                if what.name in self.pins:
                    self.pins[what.name] = self.pins[what.name].with_more([what.estimate])
                if self.estimate:
                    show(self.estimate)
            else:
                self._seen = {}
                show(what)

        self.background.post(_steps(sample, draft, self.pins), found)

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
        while name in self.pins and not self.pins[name].draft.acts_as(self.draft):
            name, number = f"{self.draft.name}_{number}", number + 1
        draft = self.draft if name == self.draft.name else self.draft.renamed(name)
        before = self.pins.get(name, Pinned(draft, {}))
        self.pins[name] = before.with_more(self._seen.values())
        return name

    def pinned(self) -> list[Beside]:
        """Return the pinned plans, the one that adds most first, all in the futures that they share."""
        return beside(self.pins)

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
            elif not pin.draft.acts_as(opened(name, self.market)):
                hint = "Strategies are never overwritten: pin it under another name."
                raise InputError("cockpit", "name", name, "a name of its own", None, hint)
        for draft in unsaved:
            save(draft, self.market)
        return list(self.pins)


def _steps(
    sample: Sample, draft: Draft, pins: Mapping[str, Pinned]
) -> Iterator[Estimate | Sharper | None]:
    """Try a plan, then the pinned ones in as many futures; where there is no play, make ready for one."""
    if draft.plays:
        yield from sample.steps(draft.design(sample.market.name))
    yield from sharpened(sample, pins)
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
