"""Which function tests which fact, and known reasons why a statistic misses its band."""

from collections.abc import Callable

from sim.checks.validation import (
    brands,
    equity,
    experience,
    incentives,
    leaving,
    purchase_counts,
    referral_and_community,
)
from sim.checks.validation.statistic import Found
from sim.checks.validation.worlds import Setup
from sim.evidence.findings import Fact, load_facts

#: By the name of a fact, without the letter of its statistic.
TESTS: dict[str, Callable[[Setup], Found]] = {
    "S01": purchase_counts.counts_are_nbd,
    "S02": brands.brands_suffer_twice,
    "S03": brands.buyers_are_shared,
    "S04": purchase_counts.heavy_buyers,
    "S06": leaving.cohorts_settle,
    "S09": experience.bad_counts_more,
    "S10": experience.no_recovery_paradox,
    "S11": experience.praise_outnumbers_blame,
    "S13": leaving.churn_is_contagious,
    "S14": incentives.promotion_bump_and_dip,
    "S16": incentives.points_press_and_reset,
    "S17": incentives.members_would_buy_anyway,
    "S18": incentives.effect_of_losing_status,
    "S19": referral_and_community.others_make_customers_look_better,
    "S20": equity.equity_follows_retention,
}

_CONTACT = (
    "The customers of the study bought because of its e-mails. Here most buy anyway, and contact adds a "
    "small part to what they are worth: to miss its best rate cannot cost more than that."
)
#: Why a statistic may lie outside its band. No band is widened and no parameter moved for it.
REASONS = {
    "S16a": "The cards of the study were those of a café (E36). In another trade what it found counts "
    "for two thirds at most, as every finding does, and of that the headroom of members, and its wearing "
    "off, leave about half.",
    "S19c": "As in the study (E86), each one's own past is allowed for. What it still found may be that "
    "people join when they are about to buy more; nobody here joins for such a reason.",
    "S20a": _CONTACT,
    "S20b": _CONTACT,
    "S20c": "The band is of firms whose customers were taken to be alike. Where some leave far more "
    "easily than others, most of the value is in those who would stay anyway.",
    "S20e": "The elasticity is the share that winning customers has in equity, and nothing else. Firms "
    "of the study paid half a year to two years of margin for a customer (from memory) and had most of "
    "theirs yet to win; where one costs less, or most are there already, the share is smaller.",
}
#: Of one that misses its band for no reason that is known.
NO_REASON = "No reason is known: the model misses this."


def group(row: str) -> str:
    """Return the name of a fact without the letter of its statistic: S14 for S14a."""
    return row[:3]


def facts_by_group() -> dict[str, list[Fact]]:
    """Return the rows of ``data/stylised_facts.csv`` by fact, in the order of the file."""
    found: dict[str, list[Fact]] = {}
    for row in load_facts():
        found.setdefault(group(row.id), []).append(row)
    return found
