"""What trials of the firm's own found, and what that changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.common.formatting import capital, fixed, fixed_percent, money, range_of, some
from sim.common.style import paragraph
from sim.common.translated import translated
from sim.experiment.own_trials import NINETY
from sim.experiment.taught import Informed, Taught, taught
from sim.experiment.trial_outcomes import NOTHING
from sim.report.comparison.assumptions import address_label, amount
from sim.report.comparison.chosen import is_chosen, is_plan_chosen
from sim.report.phrases import say
from sim.report.section import Section, Short, Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers
    from sim.market.learned import Tried
    from sim.market.market import Market

#: Informed numbers that are named in a sentence.
_NAMED = 5


def learned_section(comparison: Answers) -> Section | None:
    """Return what trials found and changed, the newest first; None where none was learned from."""
    learned = comparison.market.learned
    if learned is None:
        return None
    newest = learned.trials[-1]
    bullets = [line for one in reversed(learned.trials) for line in _lines(one, comparison)]
    known = taught(comparison.market, comparison.manifest.parameters)
    assert known is not None
    bullets.append(known_better(comparison.market, known))
    how = [
        say(
            "comparison.learned.how",
            futures=fixed(len(learned.weights)),
            effective=fixed(learned.effective),
        ),
        *(
            say(f"comparison.learned.limits.{kind}")
            for kind in dict.fromkeys(map(_kind, learned.trials))
        ),
    ]
    currency = comparison.market.currency
    heading = say(
        f"comparison.learned.heading.{_kind(newest)}",
        name=translated(newest.title),
        difference=money(newest.difference, currency, signed=True),
        weeks=str(newest.weeks),
    )
    short = Short(bullets=bullets)
    tables = [_known_better(comparison, known)] if known.informed else []
    return Section("learned", heading, how, bullets, [], tables, short=short, brief=short)


def _kind(tried: Tried) -> str:
    return "by_lot" if tried.by_lot else "records"


def known_better(market: Market, known: Taught) -> str:
    """Return which numbers a market's trials informed, the surest first, and that others keep ranges.

    What a trial moved is known better only where its law is narrower.
    """
    uncertain = fixed(known.uncertain)
    if not known.informed:
        return say("comparison.learned.taught.none", uncertain=uncertain)
    better = [one for one in known.informed if one.is_narrower]
    moved = [one for one in known.informed if not one.is_narrower]
    told = {"some": _counted(market, better), "moved": _counted(market, moved)}
    lines = [
        say(f"comparison.learned.taught.{kind}", uncertain=uncertain, **gaps)
        for kind, gaps in told.items()
        if gaps
    ]
    return paragraph([*lines, say("comparison.learned.taught.others")])


def _counted(market: Market, informed: Sequence[Informed]) -> dict[str, Any]:
    """Return how many numbers there are and what they are called; nothing of none."""
    names = [address_label(market, one.address) for one in informed]
    return {"informed": fixed(len(names)), "names": some(names, _NAMED)} if names else {}


def _known_better(comparison: Answers, known: Taught) -> Table:
    """Return where the numbers stood that trials informed, and where they stand."""
    rows = [
        {
            say("column.number"): capital(address_label(comparison.market, one.address)),
            say("column.before"): _between(comparison, one.address, one.before),
            say("column.now"): _between(comparison, one.address, one.now),
            say("column.narrower"): fixed_percent(one.narrower)
            if one.is_narrower
            else say("comparison.learned.taught.no_narrower"),
        }
        for one in known.informed
    ]
    caption, note = (say(f"comparison.learned.taught.{part}") for part in ("caption", "note"))
    return Table(caption, pd.DataFrame(rows), note)


def _between(comparison: Answers, address: str, ends: tuple[float, float]) -> str:
    return range_of(*ends, lambda end: amount(comparison, address, end, named=False))


def _lines(trial: Tried, comparison: Answers) -> list[str]:
    """Return what a trial measured, what was expected before and is now, and what the gain is."""
    currency, name = comparison.market.currency, translated(trial.title)
    reach = NINETY * trial.error
    numbers: dict[str, Any] = {
        part: money(value, currency, signed=True)
        for part, value in {
            "difference": trial.difference,
            "low": trial.difference - reach,
            "high": trial.difference + reach,
        }.items()
    }
    people: dict[str, Any] = {"tried": fixed(trial.tried), "control": fixed(trial.control)}
    lines = [
        say(
            f"comparison.learned.found.{_kind(trial)}",
            name=name,
            finding=trial.finding,
            **numbers,
            **people,
        )
    ]
    for key, expected in (("before", trial.before), ("now", trial.after)):
        each: dict[str, Any] = {
            part: money(x, currency, signed=True) for part, x in expected.model_dump().items()
        }
        lines.append(say(f"comparison.learned.{key}", **each))
    learned = comparison.market.learned
    assert learned is not None
    chances: dict[str, Any] = {
        "before": fixed_percent(NOTHING),
        "now": fixed_percent(learned.chance_of_nothing(trial.strategy)),
    }
    lines.append(say("comparison.learned.nothing", name=name, **chances))
    gains = comparison.effects_on("customer_equity")["difference"]
    if trial.strategy in gains.index and trial.gain is not None:
        amounts = {"before": trial.gain, "now": float(gains[trial.strategy])}
        told: dict[str, Any] = {k: money(x, currency, signed=True) for k, x in amounts.items()}
        lines.append(
            say(f"comparison.learned.gain.{_choice(trial, comparison)}", name=name, **told)
        )
    return lines


def _choice(trial: Tried, comparison: Answers) -> str:
    """Return whether a plan that was tried is chosen now, by what the report chooses."""
    if comparison.verdict.strategy != trial.strategy:
        return "not_chosen"
    if is_plan_chosen(comparison):  # what a search found may be this very plan
        return "beside"
    return "chosen" if is_chosen(comparison) else "open"
