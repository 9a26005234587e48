"""What reviews of plans found and did, and what they are worth beside the same plans never reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.analysis.reviewed import DEEDS, VERDICTS, at_reviews, reviewed, worth_of_reviews
from sim.common.formatting import fixed, listing, money, money_in, percent, range_of
from sim.measures.definitions import MEASURES
from sim.playbook.reviews import GOAL_FINDINGS
from sim.report.names import measures_in
from sim.report.parts_words import play_label
from sim.report.phrases import say
from sim.report.section import Section, Short, Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers
    from sim.analysis.intervals import Interval


def reviews_section(comparison: Answers) -> Section | None:
    """Return what reviews are worth and what was decided at them; None where nothing is reviewed."""
    pairs = reviewed(comparison)
    if not pairs:
        return None
    found = {name: worth_of_reviews(comparison, name, partner) for name, partner in pairs.items()}
    first = next(name for name in comparison.ranking if name in pairs)
    worth = _worth_table(comparison, pairs, found)
    return Section(
        "reviews",
        _finding(comparison, first, found[first]),
        [
            say("comparison.reviews.how"),
            *_judged(comparison, pairs),
            say("comparison.reviews.limits"),
        ],
        tables=[worth, *(_decisions_table(comparison, name) for name in pairs)],
        short=Short([*_judged(comparison, pairs)], tables=[worth]),
        brief=Short(tables=[worth]),
    )


def _finding(comparison: Answers, name: str, worth: Interval) -> str:
    """Return what reviews add to a plan, hedged as the interval demands."""
    currency = comparison.market.currency
    says = "adds" if worth.expected_low > 0 else "costs" if worth.expected_high < 0 else "unclear"
    amount = money(
        worth.mean if says == "unclear" else abs(worth.mean), currency, says == "unclear"
    )
    return say(f"comparison.reviews.{says}", name=comparison.title(name), amount=amount)


def _judged(comparison: Answers, pairs: dict[str, str]) -> list[str]:
    """Return how plays are judged, once for each way of it."""
    said = {}
    for name in pairs:
        reviews = comparison.manifest.chosen[name].reviews
        if reviews is not None:
            told: dict[str, Any] = {
                "name": comparison.title(name),
                "weeks": fixed(reviews.every_weeks),
            }
            if reviews.judged_by == "held_out":
                told["share"] = percent(reviews.hold_out)
            said[name] = say(f"comparison.reviews.judged_by.{reviews.judged_by}", **told)
    return list(said.values())


def _worth_table(comparison: Answers, pairs: dict[str, str], found: dict[str, Interval]) -> Table:
    """Return each reviewed plan beside the same plan never reviewed."""
    currency = comparison.market.currency
    gains = comparison.effects_on("customer_equity")["difference"]
    signed = money_in(currency, signed=True)
    rows = [
        {
            say("column.strategy"): comparison.title(name),
            say("column.gain_with_reviews"): signed(gains[name]),
            say("column.gain_never_reviewed"): signed(gains[partner]),
            say("column.reviews_add"): signed(found[name].mean),
            say("column.its_90_interval"): range_of(
                found[name].expected_low, found[name].expected_high, signed
            ),
        }
        for name, partner in pairs.items()
    ]
    return Table(say("comparison.reviews.worth"), pd.DataFrame(rows))


def _decisions_table(comparison: Answers, name: str) -> Table:
    """Return what was found and decided at each review, in what share of the futures."""
    currency, rows = comparison.market.currency, []
    for row in at_reviews(comparison, name).to_dict("records"):
        about = str(row["about"])
        gain = "" if pd.isna(row["gain"]) else money(row["gain"], currency, signed=True)
        rows.append(
            {
                say("column.after_week"): fixed(row["week"]),
                say("column.play_or_goal"): _about(comparison, about),
                say("column.gain_as_seen"): gain,
                say("column.found"): _shares(row, (*VERDICTS, *GOAL_FINDINGS)),
                say("column.decided"): _shares(row, DEEDS) or say("comparison.reviews.nothing"),
            }
        )
    return Table(
        say("comparison.reviews.decisions", name=comparison.title(name)),
        pd.DataFrame(rows),
        say("comparison.reviews.decisions_note"),
    )


def _about(comparison: Answers, key: str) -> str:
    """Return a play or the measure of a goal in words."""
    if ":" not in key:
        labels = measures_in(comparison.market.is_contractual)
        return labels[key].label if key in MEASURES else key
    return play_label(key)


def _shares(row: dict, names: tuple[str, ...]) -> str:
    """Return which of some things happened, each with its share of the futures."""
    happened = [
        say(f"comparison.reviews.what.{name}", share=percent(row[name]))
        for name in names
        if row[name] > 0
    ]
    return listing(happened) if happened else ""
