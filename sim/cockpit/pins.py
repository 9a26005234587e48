"""Plans that were put aside, and how they compare in the futures that all of them were tried in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sim.analysis.intervals import Interval, paired_interval
from sim.cockpit.draft import Draft
from sim.cockpit.estimate import Estimate
from sim.cockpit.sample import Sample


@dataclass(frozen=True)
class Pinned:
    """A plan that was put aside, with what the sample said of it.

    Attributes
    ----------
    draft : Draft
    seen : dict
        Futures -> the estimate in the first so many; the first stage of the sample is always among them.
    """

    draft: Draft
    seen: Mapping[int, Estimate]

    def with_more(self, seen: Iterable[Estimate]) -> "Pinned":
        """Return it with further estimates."""
        return replace(self, seen={**self.seen, **{one.futures: one for one in seen}})


@dataclass(frozen=True)
class Beside:
    """A pinned plan beside the one that leads among them.

    Attributes
    ----------
    name : str
    title : str
        Of the strategy that was opened and not changed; else empty.
    estimate : Estimate
        In the futures that all pinned plans were tried in.
    behind : Interval or None
        How much less it adds than the leading one, in the same futures; None of the leading one itself.
    """

    name: str
    title: str
    estimate: Estimate
    behind: Interval | None


@dataclass(frozen=True)
class Sharper:
    """What was found of a pinned plan in more futures."""

    name: str
    estimate: Estimate


def beside(pins: Mapping[str, Pinned]) -> list[Beside]:
    """Return the pinned plans, the one that adds most first, all in the futures that they share."""
    if not pins:
        return []
    shared = max(set.intersection(*(set(pin.seen) for pin in pins.values())))
    seen = {name: pin.seen[shared] for name, pin in pins.items()}
    order = sorted(seen, key=lambda name: -seen[name].gain.mean)
    first, found = order[0], []
    for name in order:
        behind = paired_interval(seen[first].gains - seen[name].gains)
        title = pins[name].draft.kept.get("title", "")
        found.append(Beside(name, title, seen[name], None if name == first else behind))
    return found


def sharpened(sample: Sample, pins: Mapping[str, Pinned]) -> Iterator[Sharper | None]:
    """Try pinned plans in the futures that they were not tried in yet, one run at a time."""
    for name in list(pins):
        for futures in sample.stages:
            pin = pins.get(name)
            if pin is None:  # it was let go meanwhile
                break
            if futures not in pin.seen:
                plan = next(iter(pin.seen.values())).plan
                for _ in sample.lives(plan, futures):
                    yield None
                yield Sharper(name, sample.estimate(plan, futures))
