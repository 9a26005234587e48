"""Find the best plan for a budget; the result with its frames."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from joblib import cpu_count

from sim.advice.search import optimise as search
from sim.advice.search.asked import check_asked, within_budget
from sim.advice.search.compared import compare_beside
from sim.advice.search.place import aside_of
from sim.advice.search.read import BESIDE, PLAN, kind_of, read_answer, read_beside
from sim.advice.search.trials import Size
from sim.common.size import SEARCH_SIZE
from sim.evidence.own import parameters_for
from sim.experiment.manifest import read_manifest
from sim.experiment.of_search import limits_in_words
from sim.market.market import Market, load_market
from sim.report.comparison.chosen import asks_for
from sim.workbench.frame import Frame
from sim.workbench.given import checked


@dataclass(frozen=True)
class Kept:
    """What a search keeps to, as `optimise` takes it.

    Attributes
    ----------
    budget : float or None
        The market's own if None.
    max_plays : int
    avoid, include : sequence of str
    capacity : mapping of str to float
    """

    budget: float | None = None
    max_plays: int = SEARCH_SIZE["max_plays"]
    avoid: Sequence[str] = ()
    include: Sequence[str] = ()
    capacity: Mapping[str, float] = field(default_factory=dict)

    @property
    def words(self) -> list[str]:
        """The options that say so; none if nothing is asked for."""
        given = (self.budget, self.max_plays, self.avoid, self.include, self.capacity)
        words = limits_in_words(*given)
        return [] if words == limits_in_words(*astuple(Kept())) else words


@dataclass(frozen=True)
class Optimum:
    """What a search found; all money is the firm's.

    Attributes
    ----------
    folder : Path or None
        Where it is kept, if anywhere.
    answer : dict
        As it stands in ``answer.json`` (`sim.advice.search.read`).

    Examples
    --------
    >>> isinstance(optimum, Optimum), list(optimum.plans.columns[:3])
    (True, ['plays', 'gain', 'low'])
    """

    folder: Path | None
    answer: dict[str, Any]

    @property
    def verdict(self) -> str:
        """What is told to do, as `sim.advice.search.read.kind_of` says."""
        return kind_of(self.answer)

    @property
    def recommended(self) -> str:
        """The plan to choose, ``baseline`` if it is to do nothing."""
        return str(self.answer["recommended"])

    @property
    def plans(self) -> Frame:
        """Every plan that was judged, by its mean gain in fresh futures."""
        return Frame(pd.DataFrame(self.answer["options"]).set_index("name"))

    @property
    def plays(self) -> Frame:
        """The plays of the recommended plan, what each costs and adds, and how often it earns that."""
        return Frame(pd.DataFrame(self.answer["plays_of_plan"]))

    @property
    def plan_file(self) -> Path | None:
        """The strategy file of the recommended plan, if it is kept."""
        if self.folder is None or not self.answer["plays_of_plan"]:
            return None
        return self.folder / PLAN.format(market=self.answer["market"])


@checked()
def optimise(
    market: Market | str,
    budget: float | None = None,
    *,
    max_plays: int = SEARCH_SIZE["max_plays"],
    avoid: Sequence[str] = (),
    include: Sequence[str] = (),
    capacity: Mapping[str, float] | None = None,
    customers: int = SEARCH_SIZE["customers"],
    weeks: int = SEARCH_SIZE["weeks"],
    futures: int = SEARCH_SIZE["futures"],
    seed: int = 1,
    out: Path | str | None = None,
    jobs: int = 0,
    on_progress: Callable[[int, int, str], None] | None = None,
    command: str = "",
    keep: bool = False,
    move_other: bool = False,
) -> Optimum:
    """Find the best plan for a budget, and judge it beside the named strategies on fresh futures.

    Parameters
    ----------
    market : Market or str
    budget : float, optional
        Most to spend in a year, discounts included, money of the firm; the market's own by default.
    max_plays : int
        Of a plan.
    avoid, include : sequence of str
        Levers to leave alone; presets that every plan has, as ``LEVER:PRESET``.
    capacity : mapping, optional
        Department -> hours a week that it has for leading plays.
    customers, weeks, futures : int
        Customers in each run, horizon, and fresh futures for the closest plans, at most.
    seed : int
        Of the fresh futures, which are those of a comparison with this seed.
    out : Path or str, optional
        Folder that keeps the search; without it no file is kept unless `keep` says so.
    jobs : int
        Processes; 0 takes one per core.
    on_progress : callable, optional
        Called with (runs done, runs in all, what is being done).
    command : str
        What continues it, for its manifest.
    keep : bool
        Keep it among the market's results if no folder is named.
    move_other : bool
        Move another search that `out` holds beside it, by its id, where it is kept.

    Returns
    -------
    Optimum

    Raises
    ------
    InputError
        If an argument is wrong, or the folder holds something else.

    Examples
    --------
    >>> others = [name for name in lever_names() if name != "segmentation"]
    >>> found = optimise("grocery", max_plays=1, avoid=others, customers=100, weeks=4, futures=10)
    >>> "baseline" in found.plans.index
    True
    """
    size = Size(customers, weeks, futures, seed)
    hours = dict(capacity or {})
    asked = search.Asked(budget, max_plays, tuple(avoid), tuple(include), hours, size)
    command = command or "the same call of sim.optimise"
    if out is not None or keep:
        folder = search.optimise(market, asked, out, jobs, on_progress, command, move_other)
        return Optimum(folder, read_answer(folder))
    with TemporaryDirectory() as temporary:
        place = Path(temporary) / "search"
        return Optimum(
            None, read_answer(search.optimise(market, asked, place, jobs, on_progress, command))
        )


def market_beside(market: str, kept: Kept, weeks: int, seed: int, jobs: int) -> Market:
    """Return the market of a comparison that has a search beside it: at the budget that is stated.

    So all that is compared is sized to one budget, and a report holds no other.

    Raises
    ------
    InputError
        With what the search would refuse, before anything is compared.
    """
    size = Size(SEARCH_SIZE["customers"], weeks, SEARCH_SIZE["futures"], seed)
    levers, presets = tuple(kept.avoid), tuple(kept.include)
    asked = search.Asked(kept.budget, kept.max_plays, levers, presets, kept.capacity, size)
    found = load_market(market)
    table = parameters_for(found)
    check_asked(asked, jobs, table)
    if kept.budget is None and not kept.include:
        return found
    return within_budget(found, table, asked, jobs or cpu_count())[0]


def search_beside(
    market: str,
    folder: Path,
    weeks: int,
    seed: int,
    jobs: int,
    on_progress: Callable[[int, int, str], None],
    kept: Kept | None = None,
) -> Path | None:
    """Seek the best plan beside a comparison: for a market's own budget, unless it keeps to another.

    Another search that stands there, of an earlier state of the code say, is moved aside first, and its
    new place returned (`sim.advice.search.place`). Where the report chooses what is found or asks to try
    it, it is compared by itself as well, so that the report can tell of it as of a strategy, and has its
    trial.
    """
    place, usual, kept = folder / BESIDE, SEARCH_SIZE, kept or Kept()
    former = aside_of(place)
    size = (usual["customers"], weeks, usual["futures"], seed)
    optimise(
        market,
        **asdict(kept),
        weeks=weeks,
        seed=seed,
        out=place,
        jobs=jobs,
        on_progress=on_progress,
        command=command_of(market, kept, *size, place),
        move_other=True,
    )
    answer = read_beside(folder)
    if answer is not None and asks_for(answer):
        compare_beside(folder, read_manifest(folder), jobs, on_progress)
    return former if former is not None and former.exists() else None


def command_of(
    market: str,
    kept: Kept,
    customers: int,
    weeks: int,
    futures: int,
    seed: int,
    out: Path | None,
) -> str:
    """Return the command that makes or continues a search."""
    parts = [f"loyalty optimise --market {market}"]
    parts += limits_in_words(*astuple(kept))
    parts += [f"--customers {customers} --weeks {weeks} --futures {futures} --seed {seed}"]
    parts += [] if out is None else [f"--out {shlex.quote(str(out))}"]
    return " ".join(parts)
