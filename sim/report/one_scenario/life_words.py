"""What is said of one customer's weeks: who, what happened, what they felt, why they bought or left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.formatting import digits, listing, money, percent, points
from sim.measures.weekly import SEGMENT_LABELS
from sim.model.ordinary_mechanisms import mechanism_label
from sim.report.one_scenario.diary_tables import as_customer, fixed, risk, weeks_left

if TYPE_CHECKING:
    from sim.experiment.customer_stories import Life, Story

#: Terms below one per cent are not worth a word.
_SMALL = 0.01
#: From where a state is worth a word: a loss of trust within a week (SD), attachment (of at most
#: about one), messages still in mind.
_TRUST_LOST, _ATTACHED, _TIRED = 0.2, 0.1, 2.0


def paragraphs(story: Story, life: Life) -> list[str]:
    """Return what is said of a customer, in reading order."""
    return [
        _who(story, life),
        _happened(story, life),
        _felt(life),
        *_came_to_feel(life),
        _bought(story, life),
        *_left(story, life),
    ]


def heading(story: Story, life: Life) -> str:
    """Return how the customer's year ends, and what the strategy has to do with it."""
    left, anyway = weeks_left(life.diary), weeks_left(life.baseline)
    more = int(life.diary["trips"].sum() - life.baseline["trips"].sum())
    bought = _count(life.diary["trips"].sum(), "use" if life.contract else "purchase")
    change = "as many as under doing nothing"
    if more:
        change = f"{abs(more)} {'more' if more > 0 else 'fewer'} than under doing nothing"
    if not left:
        fate = "stays to the end" if not anyway else f"stays, and would have left in week {anyway}"
    elif not anyway:
        fate = f"leaves in week {left}, and would have stayed under doing nothing"
    elif left == anyway:
        fate = f"leaves in week {left}, with the strategy or without"
    else:
        word = "only " if left > anyway else ""
        fate = f"leaves {word}in week {left}, under doing nothing in week {anyway}"
    return f"Customer {life.person} {fate}: {bought}, {change}"


def difference(life: Life, strategy: str) -> str:
    """Return what the strategy changes in how the customer feels and chooses."""
    both = as_customer(life.diary).index.intersection(as_customer(life.baseline).index)
    felt, chosen = (
        float((life.diary[name][both] - life.baseline[name][both]).mean())
        for name in ("satisfaction", "share")
    )
    if abs(felt) < _SMALL and abs(chosen) < _SMALL / 10:
        return f"{strategy} hardly changes what this customer feels and does"
    word = "raises" if felt >= 0 else "lowers"
    return (
        f"{strategy} {word} this customer's satisfaction by {fixed(abs(felt))} on average, and changes "
        f"the chance to choose us by {points(chosen)}"
    )


def _who(story: Story, life: Life) -> str:
    who = life.start
    segment = list(SEGMENT_LABELS)[1 + int(who["value_segment"])]
    yearly = who["category_rate"] * WEEKS_A_YEAR
    if life.contract:
        ahead = f"{who['renewal_week']:.0f} weeks" if who["renewal_week"] else "this week"
        times = _count(who["renewals"], "time") if who["renewals"] else "never"
        fee = money(who["mean_spend"], story.market.currency)
        return (
            f"Who: one of the {SEGMENT_LABELS[segment]}, a subscriber for {who['tenure']:.0f} weeks who "
            f"has renewed {times} and decides again in {ahead}. Pays {fee} for "
            f"{story.market.period} weeks, and usually uses such services {digits(yearly)} times a "
            f"year, {percent(who['base_share'])} of the times this one."
        )
    return (
        f"Who: one of the {SEGMENT_LABELS[segment]}, known to the firm for {who['tenure']:.0f} weeks. "
        f"Usually buys {digits(yearly)} times a year in the category, {percent(who['base_share'])} of "
        f"them here, for {money(who['mean_spend'], story.market.currency)} each."
    )


def _happened(story: Story, life: Life) -> str:
    sums, currency = life.diary.sum(numeric_only=True), story.market.currency
    paid = money(sums["spend"], currency)
    bought = f"{_count(sums['trips'], 'purchase')} here for {paid}"
    if life.contract:
        bought = f"fees of {paid}, {_count(sums['trips'], 'use')} here"
    parts = [
        f"{bought} and {sums['rival_trips']:.0f} elsewhere",
        _count(sums["n_failures"], "service failure"),
    ]
    contacts = _count(sums["n_contacts"], "contact with service", "contacts with service")
    if sums["n_contacts"] > 0:
        contacts += f" (a wait of {_time(sums['wait_minutes'] / sums['n_contacts'])})"
    parts.append(contacts)
    if sums.get("reward_face", 0) > 0:
        parts.append(f"rewards worth {money(sums['reward_face'], currency)}")
    said = _count(sums["n_positive_talk"] + sums["n_negative_talk"], "talk", "talks")
    parts.append(f"{said} about us, {sums['n_positive_talk']:.0f} of praise")
    return f"What happened: {listing(parts)}."


def _time(minutes: float) -> str:
    return f"{digits(minutes)} minutes" if minutes < 180 else f"{digits(minutes / 60)} hours"


def _count(number: float, one: str, many: str = "") -> str:
    count = int(round(number))
    return f"{count or 'no'} {one if count == 1 else many or one + 's'}"


def _felt(life: Life) -> str:
    mine = as_customer(life.diary)
    low, high = mine["satisfaction"].idxmin(), mine["satisfaction"].idxmax()
    met = mine["will_expectation"].diff()
    met.iloc[0] = mine["will_expectation"].iloc[0] - life.start["will_expectation"]
    bought = mine["trips"] > 0
    better = int((met[bought] > 0).sum())
    what = "use" if life.contract else "purchase"
    return (
        f"What they felt: satisfaction began at {fixed(life.start['satisfaction'])} and ended at "
        f"{fixed(mine['satisfaction'].iloc[-1])} standard deviations (0 is the average customer), "
        f"lowest in week {low + 1} ({fixed(mine['satisfaction'][low])}) and highest in week "
        f"{high + 1} ({fixed(mine['satisfaction'][high])}). In {better} of "
        f"{_count(bought.sum(), 'week')} with a {what} the experience was better than expected."
    )


def _came_to_feel(life: Life) -> list[str]:
    """Return what became of trust, attachment and patience with messages, where it matters."""
    mine, says = as_customer(life.diary), []
    before = mine["trust"].shift(fill_value=life.start["trust"])
    week = (mine["trust"] - before).idxmin()
    if before[week] - mine["trust"][week] >= _TRUST_LOST:
        when = ", when service failed" if mine["n_failures"][week] > 0 else ""
        says.append(
            f"trust broke in week {week + 1}{when} ({fixed(before[week])} to "
            f"{fixed(mine['trust'][week])} standard deviations), and stood at "
            f"{fixed(mine['trust'].iloc[-1])} in the end"
        )
    attached = mine["attachment"].iloc[-1]
    if attached >= _ATTACHED:
        says.append(
            f"the care they felt built an emotional attachment of {fixed(attached)} (1 is very close)"
        )
    tired = mine["fatigue"].idxmax()
    if mine["fatigue"][tired] >= _TIRED:
        count = digits(mine["fatigue"][tired])
        says.append(f"{count} messages above the usual were still in mind in week {tired + 1}")
    return [f"What they came to feel: {'; '.join(says)}."] if says else []


def _bought(story: Story, life: Life) -> str:
    mine = as_customer(life.diary)
    what, did = ("uses", "used us") if life.contract else ("purchases", "bought here")
    text = (
        f"Why they {did}: on average {percent(mine['share'].mean())} of their {what} were due "
        f"to come to us, against {percent(mine['base_share'].iloc[0])} by inclination alone"
        f"{_moved(mine, 'purchase')}. The rest is chance from week to week."
    )
    given = mine["reward_face"].sum() if "reward_face" in mine else 0.0
    pull = mine.get("term.purchase.incentives", pd.Series([0.0])).abs().max()
    if given > 0 and pull < _SMALL:
        currency = story.market.currency
        text += (
            f" The rewards ({money(given, currency)}) moved nothing: they buy so often that they "
            "earn them anyway."
        )
    return text


def _moved(mine: pd.DataFrame, outcome: str) -> str:
    """Name what moved an outcome by more than one per cent, calibration left out."""
    start = f"term.{outcome}."
    means = mine[[name for name in mine if name.startswith(start)]].mean()
    said = [
        f"{mechanism_label(name.removeprefix(start))} {percent(np.expm1(term), signed=True)}"
        for name, term in means.items()
        if abs(term) >= _SMALL and not str(name).endswith(".offset")
    ]
    word = "the odds" if outcome == "purchase" else "the risk"
    return f" ({word} changed by {listing(said)})" if said else ""


def _left(story: Story, life: Life) -> list[str]:
    mine, week = as_customer(life.diary), weeks_left(life.diary)
    usual = risk(life, mine["drop_out_rate"].iloc[0])
    if not week:
        says = [
            f"Why they stayed: their risk of leaving was {risk(life, mine['hazard'].mean())}, "
            f"against {usual} by temperament alone{_moved(mine, 'churn')}."
        ]
    elif life.contract:
        says = [
            f"Why they left: the renewal was due in week {week}, and the risk was "
            f"{risk(life, mine['hazard'][week - 1])}, against {usual} by temperament "
            f"alone{_moved(mine.loc[[week - 1]], 'churn')}."
        ]
    else:
        last = mine.loc[[week - 1]]
        hazard = float(last["hazard"].iloc[0])
        lived = float(-np.expm1(-mine["hazard"][: week - 1].sum()))
        says = [
            f"Why they left: in week {week} the risk was {percent(float(-np.expm1(-hazard)))} for the "
            f"week or {risk(life, hazard)}, against {usual} by "
            f"temperament alone{_moved(last, 'churn')}. The chance to have left by then was "
            f"{percent(lived)}: most customers like this one were still there."
        ]
        if lived > 0.5:
            says[0] = says[0].rpartition(":")[0] + "."
    return says + _turned(story, life, week)


def _turned(story: Story, life: Life, week: int) -> list[str]:
    """Return what made the difference where the strategy moved the week of leaving."""
    anyway = weeks_left(life.baseline)
    if week == anyway:
        return []
    first = min(w for w in (week, anyway) if w) - 1
    with_it, without = (risk(life, diary["hazard"][first]) for diary in (life.diary, life.baseline))
    return [
        f"What made the difference: in week {first + 1} the risk was {with_it} under "
        f"{story.strategy.title} and {without} under doing nothing. The luck was the same, and fell "
        "between the two."
    ]
