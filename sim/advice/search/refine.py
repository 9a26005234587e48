"""Refine a plan by Optuna: which of its plays, at which intensity, for whom, from when.

The tree-structured Parzen estimator for several objectives (Bergstra et al. 2011; Ozaki et al. 2022)
proposes plans, a batch at a time, and is told two things of each: the mean gain, and the mean of the
worst tenth of the futures (of few futures, the worst). Batches have a fixed size and trials are kept, so
that the number of processes changes nothing, and a search that goes on makes the same proposals again.
"""

import warnings
from typing import Any

import numpy as np

from sim.advice.search.candidates import STARTS, variants_of
from sim.advice.search.seek import Plays, Sought, name_of
from sim.playbook.strategies import Play

#: Proposals at a time, and how many times.
BATCH, BATCHES = 6, 3
#: Told of a plan that cannot be: as bad, and as far beyond the budget, as nothing that can.
_FAR = 1e18


def refine(sought: Sought, plan: Plays, seed: int) -> None:
    """Try plans near one; what is found stands in `sought`.

    Parameters
    ----------
    sought : Sought
    plan : tuple of Play
        Where to begin.
    seed : int
        Of the proposals.
    """
    if not plan:
        return
    import optuna  # its start takes as long as a run

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        sampler = optuna.samplers.TPESampler(
            seed=seed % 2**32, n_startup_trials=BATCH, multivariate=True
        )
    study = optuna.create_study(directions=["maximize", "maximize"], sampler=sampler)
    study.enqueue_trial(_as_it_is(plan))
    for _ in range(BATCHES):
        asked = [study.ask() for _ in range(BATCH)]
        plans = [_proposed(trial, plan, sought) for trial in asked]
        can_be = [plays for plays in plans if plays and sought.limits.allow(plays)]
        found = dict(zip(map(name_of, can_be), sought.play(can_be), strict=True))
        for trial, plays in zip(asked, plans, strict=True):
            gain, cost = found.get(name_of(plays), (np.nan, np.inf))
            trial.set_constraint("beyond the budget", min(cost - sought.limits.budget, _FAR))
            kept = sought.gains.get(name_of(plays))
            worst = worst_tenth(kept) if kept is not None else gain
            study.tell(trial, [gain, worst] if np.isfinite(gain) else [-_FAR, -_FAR])


def _as_it_is(plan: Plays) -> dict[str, Any]:
    """Return the proposal that is the plan itself."""
    return {
        f"{what} {i}": value
        for i, play in enumerate(plan)
        for what, value in (
            ("on", True),
            ("start", play.start_week),
            ("audience", play.audience),
            ("intensity", play.intensity),
        )
    }


def worst_tenth(gains: Any) -> float:
    """Return the mean of the worst tenth of gains, of fewer than twenty the worst."""
    return float(np.sort(gains)[: max(1, len(gains) // 10)].mean())


def _proposed(trial: Any, plan: Plays, sought: Sought) -> Plays:
    """Return the plan that a trial proposes; without plays if it drops them all."""
    plays = [
        _varied(trial, i, play)
        for i, play in enumerate(plan)
        if play in sought.limits.include or trial.suggest_categorical(f"on {i}", [True, False])
    ]
    return tuple(plays)


def _varied(trial: Any, i: int, play: Play) -> Play:
    """Return a play with audience, intensity and first week as a trial proposes."""
    variants = [play, *variants_of(play)]
    audiences = sorted({one.audience for one in variants})
    change: dict[str, Any] = {
        "start_week": trial.suggest_categorical(f"start {i}", list(STARTS)),
        "audience": trial.suggest_categorical(f"audience {i}", audiences),
    }
    intensities = sorted({one.intensity for one in variants})
    if len(intensities) > 1:
        change["intensity"] = trial.suggest_categorical(f"intensity {i}", intensities)
    return play.model_copy(update=change)
