"""Strategies that are too dear for the firm: by how much, why, and from which size they would fit.

They stand apart from the ranking, since nobody can choose them (`sim.playbook.affordability`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.choice import told_best, unaffordable_in
from sim.common.formatting import NONE, digits, fixed_percent, futures, listing, money, rough
from sim.common.style import bracketed
from sim.common.translated import translated
from sim.playbook.affordability import LEAST_REACH, Shortfall
from sim.playbook.strategies import BASELINE
from sim.report.names import mechanism_label
from sim.report.phrases import say
from sim.report.section import Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers
    from sim.experiment.manifest import Manifest


def before_it_is_run(manifest: Manifest) -> list[str]:
    """Return which strategies are too dear, before they are run, if some are."""
    unaffordable = unaffordable_in(manifest)
    if not unaffordable:
        return []
    names = [
        bracketed(translated(manifest.strategies[name].title), times(by.least))
        for name, by in unaffordable.items()
    ]
    total = len(manifest.strategies) - (BASELINE in manifest.strategies)
    budget = money(max(manifest.budget(name) for name in unaffordable), manifest.market.currency)
    return [
        say(
            "comparison.unaffordable.before",
            count=len(unaffordable),
            total=total,
            names=listing(names),
            budget=budget,
        )
    ]


def apart(comparison: Answers) -> list[str]:
    """Return which strategies stand apart as too dear, if some do and others do not."""
    if not comparison.unaffordable or comparison.pays_none:
        return []
    names = listing(
        [
            bracketed(comparison.title(name), times(by.least))
            for name, by in comparison.unaffordable.items()
        ]
    )
    count, total = len(comparison.unaffordable), len(comparison.strategies)
    return [say("comparison.unaffordable.apart", count=count, total=total, names=names)]


def one_by_one(comparison: Answers) -> list[str]:
    """Return a sentence on each strategy that is too dear, the nearest to the budget first."""
    return [sentence(comparison.title(name), by) for name, by in comparison.unaffordable.items()]


def sentence(title: str, by: Shortfall) -> str:
    """Return that a strategy is too dear, by how much, for which play, and who could pay it."""
    return say(
        "comparison.unaffordable.one",
        name=title,
        least=times(by.least),
        part=fixed_percent(by.part),
        lever=_carried_by(by),
        payer=_payer(by),
        reach=fixed_percent(LEAST_REACH),
    )


def tables(comparison: Answers) -> list[Table]:
    """Return by how much strategies are too dear, for what, and what they would bring, if some are."""
    gains, currency = comparison.effects_on("customer_equity"), comparison.market.currency
    rows = [
        {
            say("column.strategy"): comparison.title(name),
            say("column.cost_as_written"): money(
                comparison.money.loc[name, "design_cost"], currency
            ),
            say("column.times_the_budget"): times(by.written),
            say("column.times_at_least"): times(by.least),
            say("column.carried_by"): say(
                "comparison.unaffordable.carried",
                lever=_carried_by(by),
                part=fixed_percent(by.part),
            ),
            say("column.fits_from"): _fits(by),
            say("column.if_paid_for"): money(gains.loc[name, "difference"], currency, signed=True),
        }
        for name, by in comparison.unaffordable.items()
    ]
    if not rows:
        return []
    note = say(
        "comparison.unaffordable.note",
        amount=money(comparison.money["budget"].max(), currency),
        reach=fixed_percent(LEAST_REACH),
    )
    return [Table(say("comparison.unaffordable.caption"), pd.DataFrame(rows), note)]


def short_tables(comparison: Answers) -> list[Table]:
    """Return by how much strategies are too dear and for whom they would fit, where that is no answer."""
    if comparison.pays_none:
        return []
    shown = [
        say(f"column.{name}") for name in ("strategy", "times_at_least", "carried_by", "fits_from")
    ]
    return [
        replace(table, frame=table.frame[shown].rename(columns={shown[0]: table.caption}), note="")
        for table in tables(comparison)
    ]


def best_in(comparison: Answers, name: str) -> str:
    """Return in how many futures a scenario is best, or that the firm cannot pay it."""
    if name in comparison.unaffordable:
        return say("common.too_dear")
    return futures(told_best(comparison.verdict, comparison.futures)[name], comparison.futures)


def headline(comparison: Answers) -> str:
    """Return that nothing is to be done since all is too dear, and what comes nearest."""
    nearest, by = next(iter(comparison.unaffordable.items()))
    return say(
        "comparison.unaffordable.headline",
        count=len(comparison.strategies),
        name=comparison.title(nearest),
        least=times(by.least),
        reach=fixed_percent(LEAST_REACH),
        payer=_payer(by),
    )


def times(share: float) -> str:
    """Write a cost over the budget as a factor, a dash where there is no budget."""
    return (
        say("comparison.unaffordable.times", factor=digits(share)) if np.isfinite(share) else NONE
    )


def _carried_by(by: Shortfall) -> str:
    return mechanism_label(by.play.split(":")[0])


def _fits(by: Shortfall) -> str:
    """Return from which size of firm the budget would pay it."""
    if by.from_customers is None:
        return say("comparison.unaffordable.at_no_size")
    return say("comparison.unaffordable.from", customers=rough(by.from_customers))


def _payer(by: Shortfall) -> str:
    """Return which firm could pay it as a sentence."""
    if by.from_customers is None:
        return say("comparison.unaffordable.no_payer")
    return say("comparison.unaffordable.payer", customers=rough(by.from_customers))
