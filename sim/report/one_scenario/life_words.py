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
from sim.report.phrases import say

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
    change = say("one_scenario.life_words.as_many_as_under_doing")
    if more:
        change = say(
            "one_scenario.life_words.than_under_doing_nothing",
            more=abs(more),
            words="more" if more > 0 else "fewer",
        )
    if not left:
        fate = (
            say("one_scenario.life_words.stays_to_the_end")
            if not anyway
            else say("one_scenario.life_words.stays_and_would_have_left", anyway=anyway)
        )
    elif not anyway:
        fate = say("one_scenario.life_words.leaves_in_week_and_would", left=left)
    elif left == anyway:
        fate = say("one_scenario.life_words.leaves_in_week_with_the", left=left)
    else:
        word = "only " if left > anyway else ""
        fate = say(
            "one_scenario.life_words.leaves_in_week_under_doing",
            word=word,
            left=left,
            anyway=anyway,
        )
    return say(
        "one_scenario.life_words.customer",
        person=life.person,
        fate=fate,
        bought=bought,
        change=change,
    )


def difference(life: Life, strategy: str) -> str:
    """Return what the strategy changes in how the customer feels and chooses."""
    both = as_customer(life.diary).index.intersection(as_customer(life.baseline).index)
    felt, chosen = (
        float((life.diary[name][both] - life.baseline[name][both]).mean())
        for name in ("satisfaction", "share")
    )
    if abs(felt) < _SMALL and abs(chosen) < _SMALL / 10:
        return say("one_scenario.life_words.hardly_changes_what_this_customer", strategy=strategy)
    word = "raises" if felt >= 0 else "lowers"
    return say(
        "one_scenario.life_words.this_customers_satisfaction_by_on",
        strategy=strategy,
        word=word,
        felt=fixed(abs(felt)),
        share=points(chosen),
    )


def _who(story: Story, life: Life) -> str:
    who = life.start
    segment = list(SEGMENT_LABELS)[1 + int(who["value_segment"])]
    yearly = who["category_rate"] * WEEKS_A_YEAR
    if life.contract:
        ahead = (
            say("one_scenario.life_words.weeks", renewal_week=f"{who['renewal_week']:.0f}")
            if who["renewal_week"]
            else say("one_scenario.life_words.this_week")
        )
        times = _count(who["renewals"], "time") if who["renewals"] else "never"
        fee = money(who["mean_spend"], story.market.currency)
        return say(
            "one_scenario.life_words.who_one_of_the_a",
            segment_labels=SEGMENT_LABELS[segment],
            tenure=f"{who['tenure']:.0f}",
            times=times,
            ahead=ahead,
            fee=fee,
            period=story.market.period,
            yearly=digits(yearly),
            share=percent(who["base_share"]),
        )
    return say(
        "one_scenario.life_words.who_one_of_the_known",
        segment_labels=SEGMENT_LABELS[segment],
        tenure=f"{who['tenure']:.0f}",
        yearly=digits(yearly),
        share=percent(who["base_share"]),
        amount=money(who["mean_spend"], story.market.currency),
    )


def _happened(story: Story, life: Life) -> str:
    sums, currency = life.diary.sum(numeric_only=True), story.market.currency
    paid = money(sums["spend"], currency)
    bought = say(
        "one_scenario.life_words.here_for", number=_count(sums["trips"], "purchase"), paid=paid
    )
    if life.contract:
        bought = say(
            "one_scenario.life_words.fees_of_here", paid=paid, number=_count(sums["trips"], "use")
        )
    parts = [
        say(
            "one_scenario.life_words.and_elsewhere",
            bought=bought,
            rival_trips=f"{sums['rival_trips']:.0f}",
        ),
        _count(sums["n_failures"], say("one_scenario.life_words.service_failure")),
    ]
    contacts = _count(
        sums["n_contacts"],
        say("one_scenario.diary_tables.contact_with_service"),
        say("one_scenario.diary_tables.contacts_with_service"),
    )
    if sums["n_contacts"] > 0:
        contacts += say(
            "one_scenario.life_words.a_wait_of",
            time=_time(sums["wait_minutes"] / sums["n_contacts"]),
        )
    parts.append(contacts)
    if sums.get("reward_face", 0) > 0:
        parts.append(
            say(
                "one_scenario.life_words.rewards_worth", amount=money(sums["reward_face"], currency)
            )
        )
    said = _count(sums["n_positive_talk"] + sums["n_negative_talk"], "talk", "talks")
    parts.append(
        say(
            "one_scenario.life_words.about_us_of_praise",
            said=said,
            n_positive_talk=f"{sums['n_positive_talk']:.0f}",
        )
    )
    return say("one_scenario.life_words.what_happened", names=listing(parts))


def _time(minutes: float) -> str:
    return (
        say("one_scenario.life_words.minutes", minutes=digits(minutes))
        if minutes < 180
        else say("one_scenario.life_words.hours", minutes=digits(minutes / 60))
    )


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
    return say(
        "one_scenario.life_words.what_they_felt_satisfaction_began",
        satisfaction=fixed(life.start["satisfaction"]),
        iloc=fixed(mine["satisfaction"].iloc[-1]),
        low=low + 1,
        satisfaction_2=fixed(mine["satisfaction"][low]),
        high=high + 1,
        satisfaction_3=fixed(mine["satisfaction"][high]),
        better=better,
        number=_count(bought.sum(), "week"),
        what=what,
    )


def _came_to_feel(life: Life) -> list[str]:
    """Return what became of trust, attachment and patience with messages, where it matters."""
    mine, says = as_customer(life.diary), []
    before = mine["trust"].shift(fill_value=life.start["trust"])
    week = (mine["trust"] - before).idxmin()
    if before[week] - mine["trust"][week] >= _TRUST_LOST:
        when = (
            say("one_scenario.life_words.when_service_failed")
            if mine["n_failures"][week] > 0
            else ""
        )
        says.append(
            say(
                "one_scenario.life_words.trust_broke_in_week_to",
                week=week + 1,
                when=when,
                before=fixed(before[week]),
                trust=fixed(mine["trust"][week]),
                iloc=fixed(mine["trust"].iloc[-1]),
            )
        )
    attached = mine["attachment"].iloc[-1]
    if attached >= _ATTACHED:
        says.append(
            say("one_scenario.life_words.the_care_they_felt_built", attached=fixed(attached))
        )
    tired = mine["fatigue"].idxmax()
    if mine["fatigue"][tired] >= _TIRED:
        count = digits(mine["fatigue"][tired])
        says.append(
            say(
                "one_scenario.life_words.messages_above_the_usual_were",
                number=count,
                tired=tired + 1,
            )
        )
    return (
        [say("one_scenario.life_words.what_they_came_to_feel", names="; ".join(says))]
        if says
        else []
    )


def _bought(story: Story, life: Life) -> str:
    mine = as_customer(life.diary)
    what, did = (
        ("uses", say("one_scenario.diary_tables.used_us"))
        if life.contract
        else ("purchases", say("one_scenario.diary_tables.bought_here"))
    )
    text = say(
        "one_scenario.life_words.why_they_on_average_of",
        did=did,
        share=percent(mine["share"].mean()),
        what=what,
        share_2=percent(mine["base_share"].iloc[0]),
        moved=_moved(mine, "purchase"),
    )
    given = mine["reward_face"].sum() if "reward_face" in mine else 0.0
    pull = mine.get("term.purchase.incentives", pd.Series([0.0])).abs().max()
    if given > 0 and pull < _SMALL:
        currency = story.market.currency
        text += say(
            "one_scenario.life_words.the_rewards_moved_nothing_they", amount=money(given, currency)
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
    word = say("findings.the_odds") if outcome == "purchase" else say("findings.the_risk")
    return say("one_scenario.life_words.changed_by", word=word, names=listing(said)) if said else ""


def _left(story: Story, life: Life) -> list[str]:
    mine, week = as_customer(life.diary), weeks_left(life.diary)
    usual = risk(life, mine["drop_out_rate"].iloc[0])
    if not week:
        says = [
            say(
                "one_scenario.life_words.why_they_stayed_their_risk",
                risk=risk(life, mine["hazard"].mean()),
                usual=usual,
                moved=_moved(mine, "churn"),
            )
        ]
    elif life.contract:
        says = [
            say(
                "one_scenario.life_words.why_they_left_the_renewal",
                week=week,
                risk=risk(life, mine["hazard"][week - 1]),
                usual=usual,
                moved=_moved(mine.loc[[week - 1]], "churn"),
            )
        ]
    else:
        last = mine.loc[[week - 1]]
        hazard = float(last["hazard"].iloc[0])
        lived = float(-np.expm1(-mine["hazard"][: week - 1].sum()))
        says = [
            say(
                "one_scenario.life_words.why_they_left_in_week",
                week=week,
                share=percent(float(-np.expm1(-hazard))),
                risk=risk(life, hazard),
                usual=usual,
                moved=_moved(last, "churn"),
                share_2=percent(lived),
            )
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
        say(
            "one_scenario.life_words.what_made_the_difference_in",
            first=first + 1,
            with_it=with_it,
            title=story.strategy.title,
            without=without,
        )
    ]
