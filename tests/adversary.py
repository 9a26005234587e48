"""A greedy adversary: it looks for the most absurd plan that presets can make in a market.

Forward search: begin with nothing, try each preset of each lever that the plan does not use yet, add the
one with the best score, and stop when none is better. Presets are as their pages write them, for
everyone, and plans run without a budget, so that nothing is in the way of an absurd one.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sim.evidence.own import parameters_for
from sim.experiment.futures import draw_futures
from sim.levers import MECHANISMS
from sim.market.market import load_market
from sim.measures.equity import discounted, equity
from sim.measures.weekly import TOTAL, Columns, columns_by_segment
from sim.model.common_start import CommonStart, prepare
from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.pages import load_page
from sim.playbook.strategies import DO_NOTHING, Play, Strategy

#: Gain and discounted cost of a plan over doing nothing, means over futures.
Score = Callable[[float, float], float]


@dataclass(frozen=True)
class Size:
    """How thoroughly it looks.

    Attributes
    ----------
    customers, weeks, futures : int
        Of a run.
    plays : int
        Of a plan, at most.
    further : int, optional
        How many of the best presets alone are tried as further plays; all of them by default.
    """

    customers: int
    weeks: int
    futures: int
    plays: int
    further: int | None = None


def gain(gained: float, _cost: float) -> float:
    """Score a plan by what it adds to customer equity."""
    return gained


def return_on_cost(gained: float, cost: float) -> float:
    """Score a plan by what it adds per cost; what costs nothing and gains is infinitely good."""
    if cost <= 0:
        return np.inf if gained > 0 else -np.inf
    return gained / cost


#: What the adversary is after, and how a plan that does so is named.
SCORES: dict[str, Score] = {"greatest_gain": gain, "greatest_return": return_on_cost}


def presets() -> list[Play]:
    """Return a play for each preset of each lever."""
    return [
        Play(lever=m.name, preset=name, settings=preset.settings, owner=load_page(m.name).owner)
        for m in MECHANISMS
        for name, preset in load_page(m.name).presets.items()
    ]


class Adversary:
    """Searches the plans of one market; what was run is known."""

    def __init__(self, market: str, size: Size, seed: int = 1) -> None:
        self.size, firm, table = size, load_market(market), parameters_for(market)
        self._lives: list[tuple[CommonStart, Columns, float]] = []
        for future in draw_futures(firm, table.rows, size.futures, seed):
            if future.luck:
                continue
            nothing = future.scenario(firm, table, DO_NOTHING, size.customers, size.weeks)
            start = prepare(nothing)
            weekly = LoyaltyModel(nothing, start=start).run().weekly
            self._lives.append((start, _total(weekly), nothing.market.weekly_discount))
        self._known: dict[frozenset[tuple[str, str | None]], tuple[float, float]] = {}

    def search(self, score: Score) -> list[Play]:
        """Return the plays of the best plan that greedy steps reach."""
        chosen: list[Play] = []
        open_to_it, best = presets(), -np.inf
        while len(chosen) < self.size.plays:
            used = {play.lever for play in chosen}
            left = [play for play in open_to_it if play.lever not in used]
            tried = [(score(*self._worth([*chosen, play])), play) for play in left]
            tried.sort(key=lambda one: -one[0])
            if not tried or not tried[0][0] > best:
                break
            best, play = tried[0]
            if not chosen:
                open_to_it = [each for _, each in tried[: self.size.further]]
            chosen.append(play)
        return chosen

    def _worth(self, plays: list[Play]) -> tuple[float, float]:
        """Return mean gain and mean discounted cost of a plan."""
        key = frozenset((play.lever, play.preset) for play in plays)
        if key not in self._known:
            written = [play.model_copy(update={"preset": None}) for play in plays]
            plan = Strategy(name="tried", plays=written)
            pairs = []
            for start, base, rate in self._lives:
                scenario = replace(start.scenario, strategy=plan)
                columns = _total(LoyaltyModel(scenario, start=start).run().weekly)
                pairs.append(
                    (
                        equity(columns, rate) - equity(base, rate),
                        discounted(columns, "cost", rate) - discounted(base, "cost", rate),
                    )
                )
            gained, cost = np.mean(pairs, axis=0)
            self._known[key] = float(gained), float(cost)
        return self._known[key]


def _total(weekly) -> Columns:
    return columns_by_segment(weekly)[TOTAL]


def absurd_plans(market: str, size: Size) -> list[Strategy]:
    """Return the plan with the greatest gain and the one with the greatest return that it finds."""
    adversary = Adversary(market, size)
    return [
        Strategy(name=name, plays=[p.model_copy(update={"settings": {}}) for p in plays])
        for name, score in SCORES.items()
        if (plays := adversary.search(score))
    ]
