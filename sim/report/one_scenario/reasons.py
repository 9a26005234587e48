"""Why a customer bought, stayed or left, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.common.formatting import listing, money, percent
from sim.common.translated import translated
from sim.report.names import change_by, mechanism_label
from sim.report.one_scenario.diary_tables import as_customer, risk, weeks_left
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.experiment.customer_stories import Life, Story

#: Terms below one per cent are not worth a word.
_SMALL = 0.01


def bought(story: Story, life: Life) -> str:
    """Return why a customer chose the firm as often as they did."""
    mine = as_customer(life.diary)
    text = say(
        f"one_scenario.reasons.why_they.{'used_us' if life.contract else 'bought_here'}",
        share=percent(mine["share"].mean()),
        inclined=percent(mine["base_share"].iloc[0]),
        moved=_moved(mine, "purchase", life.removable),
    )
    given = mine["reward_face"].sum() if "reward_face" in mine else 0.0
    pull = mine.get("term.purchase.incentives", pd.Series([0.0])).abs().max()
    if given > 0 and pull < _SMALL:
        currency = story.market.currency
        text += say(
            "one_scenario.reasons.the_rewards_moved_nothing_they", amount=money(given, currency)
        )
    return text


def _moved(mine: pd.DataFrame, outcome: str, removable: float) -> str:
    """Name what moved an outcome by more than one per cent, calibration left out."""
    start = f"term.{outcome}."
    means = mine[[name for name in mine if name.startswith(start)]].mean()
    said = [
        f"{mechanism_label(name.removeprefix(start))} {change_by(outcome, term, removable)}"
        for name, term in means.items()
        if abs(term) >= _SMALL and not str(name).endswith(".offset")
    ]
    return say(f"one_scenario.reasons.changed_by.{outcome}", names=listing(said)) if said else ""


def left(story: Story, life: Life) -> list[str]:
    """Return why a customer left or stayed, and whether the strategy made the difference."""
    mine, week = as_customer(life.diary), weeks_left(life.diary)
    usual = risk(life, mine["drop_out_rate"].iloc[0])
    if not week:
        says = [
            say(
                "one_scenario.reasons.why_they_stayed_their_risk",
                risk=risk(life, mine["hazard"].mean()),
                usual=usual,
                moved=_moved(mine, "churn", life.removable),
            )
        ]
    elif life.contract:
        says = [
            say(
                "one_scenario.reasons.why_they_left_the_renewal",
                week=week,
                risk=risk(life, mine["hazard"][week - 1]),
                usual=usual,
                moved=_moved(mine.loc[[week - 1]], "churn", life.removable),
            )
        ]
    else:
        last = mine.loc[[week - 1]]
        hazard = float(last["hazard"].iloc[0])
        lived = float(-np.expm1(-mine["hazard"][: week - 1].sum()))
        says = [
            say(
                "one_scenario.reasons.why_they_left_in_week",
                week=week,
                share=percent(float(-np.expm1(-hazard))),
                risk=risk(life, hazard),
                usual=usual,
                moved=_moved(last, "churn", life.removable),
                lived=percent(lived),
                others=""
                if lived > 0.5
                else say("one_scenario.reasons.most_like_this_one_were_still_there"),
            )
        ]
    return says + _turned(story, life, week)


def _turned(story: Story, life: Life, week: int) -> list[str]:
    """Return what made the difference where the strategy moved the week of leaving."""
    anyway = weeks_left(life.baseline)
    if week == anyway:
        return []
    first = min(w for w in (week, anyway) if w) - 1
    with_it, without = (risk(life, diary["hazard"][first]) for diary in (life.diary, life.baseline))
    return [
        say(
            "one_scenario.reasons.what_made_the_difference_in",
            first=first + 1,
            with_it=with_it,
            title=translated(story.strategy.title),
            without=without,
        )
    ]
