"""Plan strategies to the same yearly budget, by pilot runs.

Strategies say how they divide a budget; how much training, staff or reward that buys depends on the
market. A pilot of the whole week, at central parameters and without a spending cap, gives each play's
cost; the settings that carry the cost are scaled until it meets the play's share, between a third of
the design and three times as much (`MOST_SCALE`): beyond that it would be another design. A play that
is still too costly for its share reaches fewer people. What plays without such settings (segmentation)
leave of their shares goes to the others. The budget is a cap: what a design cannot use, the firm keeps.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from joblib import Parallel, delayed, parallel_config

from sim.common.calendar import WEEKS_A_YEAR
from sim.evidence.own import parameters_for
from sim.evidence.parameters import ParameterTable
from sim.levers import BY_NAME
from sim.market.market import Market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import BASELINE, Play, Strategy
from sim.playbook.strategy_files import as_strategy

#: How far a setting is scaled, up or down from its preset, to meet a budget.
MOST_SCALE = 3.0
_LEAST_REACH, _TOO_COSTLY = 0.02, 1.25
_CLOSE_ENOUGH, _MOST_PILOTS = 0.005, 8
_PILOT_SEED = 0
#: Customers of a pilot, and how many it usually takes to size a strategy.
PILOT_CUSTOMERS, USUAL_PILOTS = 2_500, 4


def size_strategies(
    market: Market,
    strategies: Iterable[Strategy | str],
    weeks: int,
    jobs: int = 1,
    table: ParameterTable | None = None,
) -> dict[str, Strategy]:
    """Return strategies whose planned yearly cost is the market's budget.

    Parameters
    ----------
    market : Market
        At its central values.
    strategies : iterable of Strategy or str
        Strategies, or their names in the playbook; the baseline is always added.
    weeks : int
        Horizon; costs are planned as a mean per year over it.
    jobs : int
        Processes to plan in.
    table : ParameterTable, optional
        How strongly people respond; the market's own parameters if none are given.

    Returns
    -------
    dict of str to Strategy
        With full settings, `budget` and `planned` (currency per known customer and year), and budget
        shares as planned. Where settings and reach have met their bounds, the plan is below the
        budget, or above it: the report says so.
    """
    baseline, table = as_strategy(BASELINE), table or parameters_for(market)
    pilot = PilotRuns(market, weeks, table, PILOT_CUSTOMERS)
    margin = pilot.run(baseline).weekly["margin"]
    budget = market["budget_share"] * float(margin.sum()) * pilot.per_year
    sized = {BASELINE: baseline.model_copy(update={"budget": 0.0})}
    others = [each for each in map(as_strategy, strategies) if each.name != BASELINE]
    with parallel_config(backend="loky", n_jobs=jobs, inner_max_num_threads=1):
        plans = Parallel()(delayed(_size)(pilot, other, budget) for other in others)
    return sized | {plan.name: plan for plan in plans}


@dataclass(frozen=True)
class PilotRuns:
    """Runs that tell what plays cost, all the same but for the strategy.

    Attributes
    ----------
    market : Market
    weeks : int
    table : ParameterTable
    customers : int
    """

    market: Market
    weeks: int
    table: ParameterTable
    customers: int

    @property
    def per_year(self) -> float:
        """What turns money of a run into money per customer and year."""
        return WEEKS_A_YEAR / self.weeks / self.customers

    def run(self, strategy: Strategy) -> LoyaltyModel:
        """Return the run of a strategy without a spending cap."""
        uncapped = strategy.model_copy(update={"budget": None})
        size = (self.customers, self.weeks, _PILOT_SEED)
        return LoyaltyModel(Scenario(self.market, uncapped, *size, self.table)).run()

    def costs(self, strategy: Strategy) -> dict[str, float]:
        """Return what each play costs per customer and year."""
        firm = self.run(strategy).state.firm
        spent = {key: cost for d in firm.departments for key, cost in d.spent.items()}
        return {key: cost * self.per_year for key, cost in spent.items()}


def _size(pilot: PilotRuns, strategy: Strategy, budget: float) -> Strategy:
    plays = list(strategy.plays)
    costs: dict[str, float] = {}
    targets: dict[str, float] = {}
    for _ in range(_MOST_PILOTS):
        trial = strategy.model_copy(update={"plays": plays})
        costs = pilot.costs(trial)
        targets = _targets(plays, strategy.plays, costs, budget)
        ratio = {key: target / costs[key] for key, target in targets.items() if costs[key] > 0}
        if all(abs(r - 1) < _CLOSE_ENOUGH for r in ratio.values()):
            break
        scaled = [
            _scale(play, ratio.get(play.key, 1.0), design)
            for play, design in zip(plays, strategy.plays, strict=True)
        ]
        if _is_as_good(scaled, plays):  # every setting left to scale is at its bound
            break
        plays = scaled
    reaching = [
        _with_reach_restored(p, d, costs, targets)
        for p, d in zip(plays, strategy.plays, strict=True)
    ]
    if reaching != plays:
        plays = reaching
        reached = strategy.model_copy(update={"plays": plays})
        costs = pilot.costs(reached)
    total = sum(costs.values())
    shares = [costs[p.key] / total if total > 0 else 1 / len(plays) for p in plays]
    return strategy.model_copy(
        update={
            "plays": [
                p.model_copy(update={"budget_share": s}) for p, s in zip(plays, shares, strict=True)
            ],
            "budget": budget,
            "planned": costs,
        }
    )


def _targets(
    plays: list[Play], designs: list[Play], costs: dict[str, float], budget: float
) -> dict[str, float]:
    """Return the cost that each play should have: its share, or less if it cannot use so much."""
    targets = {play.key: play.budget_share * budget for play in designs}
    sizable = [play for play in designs if _sized_by(play)]
    shares = sum(play.budget_share for play in sizable)
    for play, design in zip(plays, designs, strict=True):
        if not _sized_by(design):
            in_full = costs[play.key] * design.reach / play.reach
            targets[play.key] = min(targets[play.key], in_full)
    left = budget - sum(targets[play.key] for play in designs if not _sized_by(play))
    return targets | {p.key: left * p.budget_share / shares for p in sizable if shares > 0}


def _sized_by(design: Play) -> list[str]:
    """Name the settings by which a play is scaled."""
    return [name for name in BY_NAME[design.lever].sized_by if design.settings.get(name)]


def _scale(play: Play, ratio: float, design: Play) -> Play:
    """Multiply what carries the cost: first settings, as far as schema and design allow, then reach."""
    fields = BY_NAME[play.lever].Settings.model_fields
    settings, done = dict(play.settings), 1.0
    for name in _sized_by(design):
        upper = next((m.le for m in fields[name].metadata if hasattr(m, "le")), float("inf"))
        most = min(upper, MOST_SCALE * design.settings[name])
        wanted = settings[name] * ratio
        settings[name] = min(max(wanted, design.settings[name] / MOST_SCALE), most)
        done = settings[name] / play.settings[name]
    reach = min(design.reach, max(_LEAST_REACH, play.reach * ratio / done))
    if ratio > 1.0 and settings != play.settings:  # widen the reach again before all else is tried
        reach = play.reach
    return play.model_copy(update={"settings": settings, "reach": reach})


def _is_as_good(scaled: list[Play], plays: list[Play]) -> bool:
    """Return whether plays were scaled by no more than costs need to be met."""
    return all(
        abs(new - old) <= _CLOSE_ENOUGH * abs(old)
        for after, before in zip(scaled, plays, strict=True)
        for new, old in (
            (after.reach, before.reach),
            *((after.settings[name], before.settings[name]) for name in _sized_by(before)),
        )
    )


def _with_reach_restored(
    play: Play, design: Play, costs: dict[str, float], targets: dict[str, float]
) -> Play:
    """Return the play with its designed reach where a small one hardly saves, as its cost is fixed."""
    too_costly = costs[play.key] > _TOO_COSTLY * targets[play.key]
    return play.model_copy(update={"reach": design.reach}) if too_costly else play
