"""On which uncertain values the gain of a plan hangs: all screened (Morris), then shares of its spread.

Every value that can move the plan goes through its range. *Screening* (Morris 1991): from random points
each value is moved by itself through two thirds of its range, from the 5th to the 95th percentile; mu* is
the mean size of what that changes (Campolongo, Cariboni & Saltelli 2007), mu its mean, sigma how much it
differs from point to point, so that a sigma as large as mu* means that others decide what the value does.
*Shares* (Sobol; Saltelli et al. 2010): of the variance of the gain, what the first values explain each by
itself and with all that they interact with, all others together being one more; samples are scrambled
Sobol points through the whole of each law. All runs share one future's people and luck, so that a gain
moves with values alone, but for purchases and departures that a moved value tips over.

Where trials taught the market something, laws are those that they left (`sim.experiment.learned_places`),
each by itself, and the plan acts in all runs. Samples and indices are those of SALib (Herman & Usher
2017; Iwanaga, Usher & Herman 2022).
"""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from sim.analysis.answers import Answers
from sim.analysis.known_futures import that_can_move
from sim.analysis.parts_of_plan import FOLDER, check_plan, setup_of
from sim.common.errors import InputError
from sim.common.own_digest import read_sealed, with_seal
from sim.common.random_numbers import Floats
from sim.common.reading import validate
from sim.common.writing import write_json
from sim.experiment.learned_places import futures_as_learned
from sim.experiment.made_of import WHOLE, Setup, work_out
from sim.experiment.workers import Progress

#: Kept in the folder of the comparison.
FILE = "influence.json"
#: Of a screening: trajectories, levels of the grid, and the percentiles between which values move.
TRAJECTORIES, _LEVELS, _ENDS = 10, 4, (0.05, 0.95)
#: Values whose shares are told, and base points of their samples, a power of two.
_FIRST, _POINTS = 6, 64
#: Customers of each run at most, confidence of intervals, and resamples for them.
_CUSTOMERS, _CONFIDENCE, _RESAMPLES = 1_000, 0.9, 500
#: Points that are run together: more take memory, fewer time.
_AT_ONCE = 100
_MOST_BYTES = 1_000_000
#: All values that are not among the first.
OTHERS = "others"


class Moved(BaseModel):
    """What moving one value by itself changes; the firm's money."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    address: str
    size: float
    error: float
    mean: float
    spread: float


class Share(BaseModel):
    """Share of the variance of the gain, alone and with all interactions, each with half an interval."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    address: str
    alone: float
    alone_error: float
    total: float
    total_error: float


class Influence(BaseModel):
    """On which values a gain hangs.

    Attributes
    ----------
    comparison, plan : str
        Id of the comparison, and the plan in it.
    customers, weeks, runs : int
        Of each run; and runs with the plan.
    deviation : float
        Standard deviation of the gain where all values are drawn, the firm's money.
    moved : list of Moved
        The one that changes most first.
    shares : list of Share
        Of the first of them, and of all others together; empty where nothing moves the gain.
    as_learned : bool
        Whether laws are those that trials of the market left.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    comparison: str
    plan: str
    customers: int
    weeks: int
    runs: int
    deviation: float
    moved: list[Moved]
    shares: list[Share]
    as_learned: bool = False


@dataclass(frozen=True)
class _Model:
    """The gain of a plan as a function of where values stand in their laws."""

    setup: Setup
    folder: Path
    jobs: int
    say: Progress | None

    def gains(self, addresses: Sequence[str], places: Floats) -> Floats:
        """Return the gain at each point, shape (points,), from places of shape (points, addresses)."""
        found = [
            self._some(addresses, some, at, len(places))
            for at, some in enumerate(np.split(places, range(_AT_ONCE, len(places), _AT_ONCE)))
        ]
        return np.concatenate(found)

    def _some(self, addresses: Sequence[str], places: Floats, at: int, points: int) -> Floats:
        """Return the gain at a few points, from the `at`-th few on: as many as fit into memory."""
        by_address = dict(zip(addresses, places.T, strict=True))
        one, levers = self.setup, {play.lever for play in self.setup.strategy.plays}
        given = (one.market, one.table.rows, by_address, one.futures[0], levers)
        setup, folder = replace(one, futures=futures_as_learned(*given)), self.folder / FOLDER

        def say(done: int, of: int, what: str) -> None:
            if self.say is not None:
                each = of / len(places)  # with and without the plan, where that differs
                self.say(round(each * at * _AT_ONCE) + done, round(each * points), what)

        return work_out(setup, [WHOLE], {}, folder, self.jobs, say, self.folder.parent)[
            WHOLE
        ].equity


def influence_in(comparison: Answers, jobs: int = 0, say: Progress | None = None) -> Influence:
    """Return on which values the gain of the leading strategy hangs, and keep it with the comparison.

    Parameters
    ----------
    comparison : Answers
        With its folder; runs are kept there, and what was stopped goes on.
    jobs : int
        Processes; 0 takes one per processor where that saves time.
    say : callable, optional
        Called with (runs done, runs in all, what was last done).

    Raises
    ------
    InputError
        If other code, libraries or histories made the comparison, or its folder is closed.
    """
    manifest, name, folder = comparison.manifest, comparison.ranking[0], comparison.folder
    assert folder is not None
    check_plan(comparison, name, folder)
    whole = setup_of(comparison, name)
    setup = replace(whole, customers=min(whole.customers, _CUSTOMERS))
    model, seed = _Model(setup, folder, jobs, say), manifest.seed
    moved, runs = screened(that_can_move(manifest, [name]), model.gains, seed)
    first = [one.address for one in moved[:_FIRST] if one.size > 0]
    others = [one.address for one in moved if one.address not in first and one.size > 0]
    shares, deviation, more = shares_of(first, others, model.gains, seed)
    found = Influence(
        comparison=manifest.id,
        plan=name,
        customers=setup.customers,
        weeks=setup.weeks,
        runs=runs + more,
        deviation=deviation,
        moved=moved,
        shares=shares,
        as_learned=comparison.market.learned is not None,
    )
    write_json(folder / FILE, with_seal(found.model_dump(mode="json")))
    return found


def read_influence(comparison: Answers) -> Influence | None:
    """Return what was found of a comparison, None where nobody looked, or not at what trials left.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    path = comparison.folder / FILE if comparison.folder else None
    if path is None or not path.is_file():
        return None
    content = read_sealed(path, _MOST_BYTES)
    if content is None:
        again = f"loyalty sensitivity {shlex.quote(str(comparison.folder))} --screen"
        hint = f"Delete it, or make it again: `{again}`."
        found = "missing, edited or damaged"
        raise InputError(str(path), "influence", found, "the file as it was written", hint=hint)
    made = validate(Influence, content, str(path))
    is_of_now = made.as_learned == (comparison.market.learned is not None)
    return made if made.comparison == comparison.manifest.id and is_of_now else None


def screened(
    addresses: Sequence[str], gains: Callable[[Sequence[str], Floats], Floats], seed: int
) -> tuple[list[Moved], int]:
    """Return what each value moves, the largest first, and how many points that took.

    Parameters
    ----------
    addresses : sequence of str
    gains : callable
        From addresses and places in (0, 1), shape (points, addresses), to gains, shape (points,).
    seed : int
    """
    from SALib.analyze import morris as analyse
    from SALib.sample import morris as sample

    asked = _problem(addresses, _ENDS)
    points = sample.sample(asked, TRAJECTORIES, num_levels=_LEVELS, seed=seed)
    found = analyse.analyze(
        asked,
        points,
        gains(addresses, points),
        num_resamples=_RESAMPLES,
        conf_level=_CONFIDENCE,
        num_levels=_LEVELS,
        seed=seed,
    )
    # an effect of SALib is per unit of the grid: a step is two thirds of it
    step = _LEVELS / (2 * (_LEVELS - 1))
    columns = (step * np.asarray(found[x]) for x in ("mu_star", "mu_star_conf", "mu", "sigma"))
    moved = [
        Moved(address=name, size=size, error=error, mean=mean, spread=spread)
        for name, size, error, mean, spread in zip(addresses, *columns, strict=True)
    ]
    return sorted(moved, key=lambda one: -one.size), len(points)


def shares_of(
    first: Sequence[str],
    others: Sequence[str],
    gains: Callable[[Sequence[str], Floats], Floats],
    seed: int,
) -> tuple[list[Share], float, int]:
    """Return shares of the variance, the standard deviation of the gain, and how many points that took.

    Parameters
    ----------
    first : sequence of str
        Values whose own shares are told.
    others : sequence of str
        Those that are one together.
    gains, seed
        As `screened`.
    """
    from SALib.analyze import sobol as analyse
    from SALib.sample import sobol as sample

    if not first:
        return [], 0.0, 0
    addresses = [*first, *others]
    asked = _problem(addresses, (0.0, 1.0)) | {
        "groups": [*first, *(OTHERS for _ in others)],
    }
    points = sample.sample(asked, _POINTS, calc_second_order=False, seed=seed)
    found = gains(addresses, points)
    indices = analyse.analyze(
        asked,
        found,
        calc_second_order=False,
        num_resamples=_RESAMPLES,
        conf_level=_CONFIDENCE,
        seed=seed,
    )
    names = [*first, OTHERS] if others else list(first)
    columns = (indices[x] for x in ("S1", "S1_conf", "ST", "ST_conf"))
    shares = [
        Share(address=name, alone=alone, alone_error=error, total=total, total_error=of_total)
        for name, alone, error, total, of_total in zip(names, *columns, strict=True)
    ]
    return shares, float(np.std(_independent(found, len(names)), ddof=1)), len(points)


def _problem(addresses: Sequence[str], ends: tuple[float, float]) -> dict[str, Any]:
    """Return what SALib asks: each value's place in its law."""
    return {
        "num_vars": len(addresses),
        "names": list(addresses),
        "bounds": [list(ends) for _ in addresses],
    }


def _independent(found: Floats, groups: int) -> Floats:
    """Return the gains of the first and last of the points of each block, which share no value."""
    blocks = found.reshape(-1, groups + 2)
    return np.concatenate([blocks[:, 0], blocks[:, -1]])
