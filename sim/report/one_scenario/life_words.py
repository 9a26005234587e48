"""What is said of one customer's weeks: who, what happened, what they felt, why they bought or left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.formatting import digits, fixed, listing, money, percent, points
from sim.common.style import clauses
from sim.report.names import segment_labels
from sim.report.one_scenario import reasons
from sim.report.one_scenario.diary_tables import as_customer, counted, state, weeks_left
from sim.report.phrases import say

if TYPE_CHECKING:
    import pandas as pd

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


def heading(life: Life) -> str:
    """Return how the customer's year ends, and what the strategy has to do with it."""
    trips = life.diary["trips"].sum()
    more = int(trips - life.baseline["trips"].sum())
    if more:
        kind = "more" if more > 0 else "fewer"
        change = say(f"one_scenario.life_words.than_under_doing_nothing.{kind}", number=abs(more))
    else:
        change = say("one_scenario.life_words.as_many_as_under_doing")
    return say(
        "one_scenario.life_words.customer",
        person=life.person,
        fate=_fate(weeks_left(life.diary), weeks_left(life.baseline)),
        bought=_rounded("use" if life.contract else "purchase", trips),
        change=change,
    )


def _fate(left: int, anyway: int) -> str:
    """Return when a customer leaves, and when they would have left anyway; 0 is never."""
    if left and anyway and left != anyway:
        when = "later" if left > anyway else "earlier"
        return say(f"one_scenario.life_words.leaves.{when}", left=left, anyway=anyway)
    if left:
        alike = "alike" if anyway else "because_of_it"
        return say(f"one_scenario.life_words.leaves.{alike}", left=left)
    if anyway:
        return say("one_scenario.life_words.stays_and_would_have_left", anyway=anyway)
    return say("one_scenario.life_words.stays_to_the_end")


def difference(life: Life, strategy: str) -> str:
    """Return what the strategy changes in how the customer feels and chooses."""
    both = as_customer(life.diary).index.intersection(as_customer(life.baseline).index)
    felt, chosen = (
        float((life.diary[name][both] - life.baseline[name][both]).mean())
        for name in ("satisfaction", "share")
    )
    if abs(felt) < _SMALL and abs(chosen) < _SMALL / 10:
        return say("one_scenario.life_words.hardly_changes_what_this_customer", strategy=strategy)
    does = "raises" if felt >= 0 else "lowers"
    return say(
        f"one_scenario.life_words.satisfaction.{does}",
        strategy=strategy,
        felt=state(abs(felt)),
        share=points(chosen),
    )


def _who(story: Story, life: Life) -> str:
    who = life.start
    segment = list(segment_labels().values())[1 + int(who["value_segment"])]
    known: dict[str, Any] = {
        "segment": segment,
        "tenure": fixed(who["tenure"]),
        "yearly": digits(who["category_rate"] * WEEKS_A_YEAR),
        "share": percent(who["base_share"]),
        "amount": money(who["mean_spend"], story.market.currency),
    }
    if not life.contract:
        return say("one_scenario.life_words.who_one_of_the_known", **known)
    ahead = say("one_scenario.life_words.this_week")
    if who["renewal_week"]:
        ahead = say("one_scenario.life_words.in_weeks", weeks=fixed(who["renewal_week"]))
    return say(
        "one_scenario.life_words.who_one_of_the_a",
        times=_rounded("time", who["renewals"]),
        ahead=ahead,
        period=story.market.period,
        **known,
    )


def _happened(story: Story, life: Life) -> str:
    sums, currency = life.diary.sum(numeric_only=True), story.market.currency
    kind = "use" if life.contract else "purchase"
    parts = [
        say(
            f"one_scenario.life_words.here_and_elsewhere.{kind}",
            number=_rounded(kind, sums["trips"]),
            paid=money(sums["spend"], currency),
            elsewhere=fixed(sums["rival_trips"]),
        ),
        _rounded("service_failure", sums["n_failures"]),
        _contacts(sums),
    ]
    if sums.get("reward_face", 0) > 0:
        worth = money(sums["reward_face"], currency)
        parts.append(say("one_scenario.life_words.rewards_worth", amount=worth))
    praise = sums["n_positive_talk"]
    parts.append(
        say(
            "one_scenario.life_words.about_us_of_praise",
            talks=_rounded("talk", praise + sums["n_negative_talk"]),
            praise=fixed(praise),
        )
    )
    return say("one_scenario.life_words.what_happened", names=listing(parts))


def _contacts(sums: pd.Series) -> str:
    """Return how often a customer turned to the service, and how long they waited each time."""
    contacts = _rounded("contact_with_service", sums["n_contacts"])
    if not sums["n_contacts"] > 0:
        return contacts
    wait = _time(sums["wait_minutes"] / sums["n_contacts"])
    return say("one_scenario.life_words.with_a_wait", contacts=contacts, time=wait)


def _time(minutes: float) -> str:
    if minutes < 180:
        return say("one_scenario.life_words.minutes", number=digits(minutes))
    return say("one_scenario.life_words.hours", number=digits(minutes / 60))


def _rounded(what: str, number: float) -> str:
    """Return how many of something there are, in whole ones."""
    return counted(what, round(number))


def _felt(life: Life) -> str:
    mine = as_customer(life.diary)
    low, high = mine["satisfaction"].idxmin(), mine["satisfaction"].idxmax()
    met = mine["will_expectation"].diff()
    met.iloc[0] = mine["will_expectation"].iloc[0] - life.start["will_expectation"]
    bought = mine["trips"] > 0
    better = int((met[bought] > 0).sum())
    return say(
        f"one_scenario.life_words.what_they_felt.{'use' if life.contract else 'purchase'}",
        began=state(life.start["satisfaction"]),
        ended=state(mine["satisfaction"].iloc[-1]),
        low=low + 1,
        lowest=state(mine["satisfaction"][low]),
        high=high + 1,
        highest=state(mine["satisfaction"][high]),
        better=better,
        weeks=_rounded("week", bought.sum()),
    )


def _came_to_feel(life: Life) -> list[str]:
    """Return what became of trust, attachment and patience with messages, where it matters."""
    mine, says = as_customer(life.diary), []
    before = mine["trust"].shift(fill_value=life.start["trust"])
    week = (mine["trust"] - before).idxmin()
    if before[week] - mine["trust"][week] >= _TRUST_LOST:
        why = "by_failure" if mine["n_failures"][week] > 0 else "otherwise"
        says.append(
            say(
                f"one_scenario.life_words.trust_broke.{why}",
                week=week + 1,
                before=state(before[week]),
                trust=state(mine["trust"][week]),
                ended=state(mine["trust"].iloc[-1]),
            )
        )
    attached = mine["attachment"].iloc[-1]
    if attached >= _ATTACHED:
        says.append(
            say("one_scenario.life_words.the_care_they_felt_built", attached=state(attached))
        )
    tired = mine["fatigue"].idxmax()
    if mine["fatigue"][tired] >= _TIRED:
        count = digits(mine["fatigue"][tired])
        says.append(
            say(
                "one_scenario.life_words.messages_above_the_usual_were",
                number=count,
                week=tired + 1,
            )
        )
    return (
        [say("one_scenario.life_words.what_they_came_to_feel", names=clauses(says))] if says else []
    )
