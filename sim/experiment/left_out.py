"""A strategy without some of its plays: whoever leaves a play out spends its money on nothing else."""

from collections.abc import Collection

from sim.playbook.strategies import Strategy


def without_lever(strategy: Strategy, lever: str) -> Strategy:
    """Return a strategy without one lever; what each other play may spend stays as it is."""
    return with_plays(strategy, [play.key for play in strategy.plays if play.lever != lever])


def with_plays(strategy: Strategy, kept: Collection[str]) -> Strategy:
    """Return a strategy with some of its plays alone; what each of them may spend stays as it is."""
    plays = [play for play in strategy.plays if play.key in kept]
    allowed = strategy.allowances()
    return strategy.model_copy(
        update={
            "plays": plays,
            "planned": {key: cost for key, cost in strategy.planned.items() if key in kept},
            "budget": None if allowed is None else sum(allowed[key] for key in kept),
        }
    )
