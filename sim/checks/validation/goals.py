"""Facts about goals with a deadline (S18c, S18d): who reaches a stretched goal, and what missing it does.

Set up as the randomised trial was (wang2016): customers whom the firm has known for eight months are
each asked for a set percentage more than what they bought before, have eight months for it, and are
watched for eight more. The percentage was not seen; three tenths is what a stretched goal is taken to
be. Who reaches it is found by what they buy; those who miss it are held against themselves without a
goal, on the same luck.
"""

import numpy as np

from sim.checks.validation.statistic import Found, Untested, pooled
from sim.checks.validation.worlds import BASELINE, Setup, each, play, watch, world
from sim.common.random_numbers import Floats

#: Eight months: before, to the deadline, and after it.
_WEEKS = 35
_STRETCHED = {"goal_stretch": 0.3, "goal_within": _WEEKS, "goal_every": 520, "goal_rebate": 0.05}


def _goals(setup: Setup, seed: int) -> Floats:
    """Return how many were asked and how many made it, and later trips of the others both ways."""
    trips, asked, made = [], np.zeros(0), np.zeros(0)
    for strategy in (play("incentives", _STRETCHED), BASELINE):
        model = world(setup, seed, 2 * _WEEKS, strategy)
        panel, people = watch(model, "trips"), model.customers.columns
        while model.week < model.setting.weeks:
            model.step()
            if strategy is not BASELINE and model.week == 1:
                asked = people["goal_trips"].copy()
        trips.append(panel["trips"])
    made = trips[0][:_WEEKS].sum(axis=0)
    missed = (asked > 0) & (made < asked)
    after = [flow[_WEEKS:, missed].sum() for flow in trips]
    return np.array([(asked > 0).sum(), ((asked > 0) & ~missed).sum(), *after])


def goals_with_a_deadline(setup: Setup) -> Found:
    """S18c, S18d: few reach a stretched goal, and those who miss it buy less after the deadline."""
    parts = each(setup, lambda seed: _goals(setup, seed))
    if any((part[[0, 3]] == 0).any() for part in parts):
        nobody = Untested("The firm has known nobody here for eight months.")
        return {"S18c": nobody, "S18d": nobody}

    def reached(parts: list[Floats]) -> float:
        asked, made, _, _ = np.sum(parts, axis=0)
        return float(made / asked)

    def change(parts: list[Floats]) -> float:
        *_, goal, without = np.sum(parts, axis=0)
        return float(goal / without - 1)

    note = "Asked for three tenths more than on record, within eight months."
    return {"S18c": pooled(parts, reached, note), "S18d": pooled(parts, change, note)}
