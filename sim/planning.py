"""Plan strategies to the same yearly budget, by pilot runs.

Strategies say how they divide a budget; how much training, staff or reward that buys depends on the
market. A pilot of the whole week, at central parameters and without a spending cap, gives each play's
cost; the settings that carry the cost are scaled until it meets the play's share, to at most `MOST_SCALE`
times the design: beyond that it would be another design. Plays without such settings (segmentation) cost
what they cost, and the others share what is left. The budget is a cap: what a design cannot use, the firm
keeps.
"""

from joblib import Parallel, delayed, parallel_config

from sim.market import WEEKS_A_YEAR, Market
from sim.mechanisms import BY_NAME
from sim.model import LoyaltyModel
from sim.scenario import Scenario
from sim.strategy import BASELINE, Play, Strategy, load_strategy

#: How far a setting is scaled up from its preset to use up a budget.
MOST_SCALE = 3.0
_PILOT_CUSTOMERS, _PILOT_SEED = 5_000, 0
_CLOSE_ENOUGH, _MOST_PILOTS = 0.005, 8


def size_strategies(
    market: Market, names: list[str], weeks: int, jobs: int = 1
) -> dict[str, Strategy]:
    """Give strategies whose planned yearly cost is the market's budget.

    Parameters
    ----------
    market : Market
        At its central values.
    names : list of str
        Strategies of the playbook; the baseline is always added.
    weeks : int
        Horizon; costs are planned as a mean per year over it.
    jobs : int
        Processes to plan in.

    Returns
    -------
    dict of str to Strategy
        With full settings, `budget` and `planned` (currency per known customer and year), and budget
        shares as planned. A setting that meets its bound, or `MOST_SCALE` times its preset, stays
        there, and the plan is then below the budget: the report says so.
    """
    baseline = load_strategy(BASELINE)
    table = _pilot_model(market, baseline, weeks).weekly
    per_year = WEEKS_A_YEAR / weeks / _PILOT_CUSTOMERS
    budget = market["budget_share"] * float(table["margin"].sum()) * per_year
    sized = {BASELINE: baseline.model_copy(update={"budget": 0.0})}
    others = [load_strategy(name) for name in names if name != BASELINE]
    with parallel_config(backend="loky", n_jobs=jobs, inner_max_num_threads=1):
        plans = Parallel()(delayed(_size)(market, other, weeks, budget) for other in others)
    return sized | {plan.name: plan for plan in plans}


def _size(market: Market, strategy: Strategy, weeks: int, budget: float) -> Strategy:
    plays = list(strategy.plays)
    per_year = WEEKS_A_YEAR / weeks / _PILOT_CUSTOMERS
    costs: dict[str, float] = {}
    for _ in range(_MOST_PILOTS):
        trial = strategy.model_copy(update={"plays": plays})
        spent = _pilot_costs(market, trial, weeks)
        costs = {key: cost * per_year for key, cost in spent.items()}
        targets = _targets(strategy.plays, costs, budget)
        ratio = {key: target / costs[key] for key, target in targets.items() if costs[key] > 0}
        if all(abs(r - 1) < _CLOSE_ENOUGH for r in ratio.values()):
            break
        designs = {play.key: play.settings for play in strategy.plays}
        scaled = [_scale(play, ratio.get(play.key, 1.0), designs[play.key]) for play in plays]
        if scaled == plays:  # every setting left to scale is at its bound
            break
        plays = scaled
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


def _targets(plays: list[Play], costs: dict[str, float], budget: float) -> dict[str, float]:
    """Give the cost that each sizable play should have."""
    sizable = [p for p in plays if BY_NAME[p.lever].sized_by]
    fixed = sum(costs[p.key] for p in plays if p not in sizable)
    shares = sum(p.budget_share for p in sizable)
    left = max(0.0, budget - fixed)
    return {p.key: left * p.budget_share / shares for p in sizable if shares > 0}


def _scale(play: Play, ratio: float, design: dict[str, float]) -> Play:
    """Multiply the settings that carry the cost, as far as schema and design allow."""
    mechanism = BY_NAME[play.lever]
    settings = dict(play.settings)
    for name in mechanism.sized_by:
        if not settings.get(name):
            continue
        upper = next(
            (m.le for m in mechanism.Settings.model_fields[name].metadata if hasattr(m, "le")),
            float("inf"),
        )
        settings[name] = min(settings[name] * ratio, upper, MOST_SCALE * design[name])
    return play.model_copy(update={"settings": settings})


def _pilot_costs(market: Market, strategy: Strategy, weeks: int) -> dict[str, float]:
    model = _pilot_model(market, strategy, weeks)
    return {key: cost for d in model.departments for key, cost in d.spent.items()}


def _pilot_model(market: Market, strategy: Strategy, weeks: int) -> LoyaltyModel:
    uncapped = strategy.model_copy(update={"budget": None})
    return LoyaltyModel(Scenario(market, uncapped, _PILOT_CUSTOMERS, weeks, _PILOT_SEED)).run()
