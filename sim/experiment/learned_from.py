"""What trials teach a market: the weights of simulated futures by what was measured.

Nothing is read or written here: whoever keeps it is `sim.experiment.learn`.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from sim.common.errors import InputError
from sim.common.random_numbers import Floats
from sim.experiment.trial_outcomes import NOTHING, SEED, foretold, simulated, weighed
from sim.experiment.workers import Progress
from sim.market.learned import Learned, Plan, Tried, effective_number
from sim.market.market import Market
from sim.playbook.strategies import Strategy

#: What is learned is worth so many equal futures or more, as many as a comparison takes by default.
LEAST_EFFECTIVE = 50
#: A measured difference farther than this from all futures is one that none allows.
FARTHEST = 3.0
#: What to do about it, after campaigns and after a trial.
_OFF = {
    False: "Name a plan that does what the campaigns did. If this one does, the model's ranges are too "
    "narrow for this firm, and no comparison of this plan is to be believed.",
    True: "Look at arms, weeks and currency of the table. If they are right, the model's ranges are too "
    "narrow for this firm, and no comparison of this plan is to be believed.",
}


class NoFuture(InputError):
    """A trial came out as no future allows."""


class TooFewFutures(InputError):
    """Too few futures agree with what was measured; ``needed`` of them may be enough."""

    needed = 0


def learned_from(
    market: Market,
    trials: Sequence[Tried],
    plans: Sequence[tuple[Strategy, int]],
    futures: int,
    jobs: int,
    say: Progress,
    market_file: str = "",
    parameters: str = "",
    least: int | None = None,
) -> Learned:
    """Return what trials teach of a market.

    Parameters
    ----------
    market : Market
        Whatever it has learned before is left out: all trials count anew.
    trials : sequence of Tried
        In the order in which they were measured.
    plans : sequence of (Strategy, int)
        What each tried, and for how many weeks.
    futures : int
        In which trials are simulated.
    jobs, say
        As `sim.experiment.trial_outcomes.simulated` takes them.
    market_file, parameters : str
        Digests of what was read, to be kept with what was learned.
    least : int, optional
        Equal futures that what is learned must be worth; `LEAST_EFFECTIVE` by default.

    Raises
    ------
    NoFuture
        If no future allows what the last trial measured.
    TooFewFutures
        If too few agree with it.
    """
    bare = market.model_copy(update={"learned": None})
    outcomes = simulated(bare, plans, futures, jobs, say)
    told = _told(trials, outcomes)
    weights, idle = weighed(outcomes, trials)
    _check_enough(weights, trials[-1], outcomes[-1], least or LEAST_EFFECTIVE)
    return Learned(
        seed=SEED,
        market=market_file,
        parameters=parameters,
        trials=told,
        weights=weights.tolist(),
        plans={
            name: Plan(levers=_levers(name, trials, plans), idle=chances.tolist())
            for name, chances in idle.items()
        },
    )


def _levers(
    strategy: str, trials: Sequence[Tried], plans: Sequence[tuple[Strategy, int]]
) -> list[str]:
    """Return the levers of a plan that was tried."""
    tried = zip(trials, plans, strict=True)
    plays = [play for one, (plan, _) in tried if one.strategy == strategy for play in plan.plays]
    return list(dict.fromkeys(play.lever for play in plays))


def _told(trials: Sequence[Tried], outcomes: Floats) -> list[Tried]:
    """Return trials with what was foretold before and after each."""
    futures = outcomes.shape[1]
    weights, told = np.full(futures, 1.0 / futures), list[Tried]()
    idle: Mapping[str, Floats] = {}
    unknown = np.full(futures, NOTHING)
    for k, trial in enumerate(trials):
        before = foretold(outcomes[k], weights, idle.get(trial.strategy, unknown))
        weights, idle = weighed(outcomes[: k + 1], trials[: k + 1])
        after = foretold(outcomes[k], weights, idle[trial.strategy])
        told.append(trial.model_copy(update={"before": before, "after": after}))
    return told


def _check_enough(weights: Floats, trial: Tried, outcome: Floats, least: int) -> None:
    """Refuse what no future agrees with, whether the plan acts in it or not, or too few do."""
    allowed = np.append(outcome, 0.0)  # a plan that does nothing makes no difference
    if float(np.abs(allowed - trial.difference).min()) / trial.error > FARTHEST:
        low, high = allowed.min(), allowed.max()
        raise NoFuture(
            trial.name,
            "difference",
            f"{trial.difference:.2f}",
            f"a difference in spend per customer that a future allows: {low:.2f} to {high:.2f}",
            hint=_OFF[trial.by_lot],
        )
    enough = effective_number(weights)
    if enough >= least:
        return
    needed = int(np.ceil(1.2 * len(weights) * least / enough / 100) * 100)
    fault = TooFewFutures(
        trial.name,
        "futures",
        f"{len(weights)} worth {enough:.0f} equal ones",
        f"futures that are worth {least} equal ones after the trial",
        hint=f"Take more: `--futures {needed}`.",
    )
    fault.needed = needed
    raise fault
