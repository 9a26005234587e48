"""Futures at places of laws as trials left them.

Trials give each of many futures a weight (`sim.market.learned`). A value's law is then that of its places
in these futures by their weights: a uniform number goes to the weighted quantile of the places, and from
there through the value's range, or its part of a joint law, as ever. What a trial tied together is taken
apart by it: values are moved one by one here, each by its own law.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import numpy as np

from sim.common.random_numbers import Floats
from sim.evidence.parameters import Parameter
from sim.experiment.futures import Future, futures_at
from sim.experiment.latin_hypercube import spread
from sim.experiment.uncertain_values import joint_of, uncertain
from sim.market.learned import Learned
from sim.market.market import Market


def futures_as_learned(
    market: Market,
    parameters: Iterable[Parameter],
    places: Mapping[str, Floats],
    like: Future,
    levers: Collection[str],
) -> list[Future]:
    """Return futures whose values stand at places of their laws as the market's trials left them.

    Parameters
    ----------
    market, parameters, places, like
        As `sim.experiment.futures.futures_at`, which this is where nothing was learned.
    levers : collection of str
        Of the plan that is looked at: where one of it was tried, futures count by how likely it acts
        in them, and in all that are returned it acts.
    """
    learned = market.learned
    if learned is None:
        return futures_at(market, parameters, places, like)
    rows, weights = list(parameters), where_they_act(learned, levers)
    of_laws = [address for some, _ in joint_of(market) for address in some]
    middle = np.full(len(next(iter(places.values()))), 0.5)
    left = {
        address: _left(learned.seed, weights, address, places.get(address, middle))
        for address in [*uncertain(market, rows), *of_laws]
    }
    return futures_at(market, rows, left, replace(like, off=()))


def where_they_act(learned: Learned, levers: Collection[str]) -> Floats:
    """Return the weights of futures, of those in which a plan that was tried of some levers acts."""
    weights = np.array(learned.weights)
    for plan in learned.plans.values():
        if set(plan.levers) & set(levers):
            weights = weights * (1.0 - np.array(plan.idle))
    return weights if weights.sum() > 0 else np.array(learned.weights)


def _left(seed: int, weights: Floats, address: str, uniforms: Floats) -> Floats:
    """Return the weighted quantiles of a value's places in the futures of trials."""
    there = spread(address, len(weights), seed)
    order = np.argsort(there)
    sorted_weights = weights[order] / weights.sum()
    found: Floats = np.interp(
        uniforms, np.cumsum(sorted_weights) - sorted_weights / 2, there[order]
    )
    return found
