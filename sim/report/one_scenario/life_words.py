"""What is said of one customer's weeks: who, what happened, what they felt, why they bought or left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.formatting import digits, listing, money, percent, points
from sim.measures.weekly import SEGMENT_LABELS
from sim.report.one_scenario import reasons
from sim.report.one_scenario.diary_tables import as_customer, fixed, weeks_left
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
        reasons.bought(story, life),
        *reasons.left(story, life),
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
        say("common.contact_with_service"),
        say("common.contacts_with_service"),
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
