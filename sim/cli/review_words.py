"""How a plan learns, in words: its goals, its reviews, and the rules that they follow."""

import typer

from sim.cli.terminal import show_table
from sim.common.formatting import compact, percent
from sim.common.style import style
from sim.common.translated import told, translated
from sim.playbook.audiences import AUDIENCES
from sim.playbook.pages import load_page
from sim.playbook.reviews import EACH, Reviews, Rule
from sim.playbook.strategies import Strategy

#: What the firm sees of itself, findings and deeds, as a plan calls them.
MEASURES = {
    "csat": "satisfied answers to the survey",
    "nps": "net promoter score of the survey",
    "repeat_rate": "customers on record who bought in the last 12 weeks",
    "purchases": "purchases of a customer on record a year",
    "reputation": "reputation with prospects in a brand survey, standard deviations beyond the usual",
}
FINDINGS = {
    "pays": "clearly pays",
    "unclear": "is not clear to pay",
    "loses": "clearly loses",
    "goal_met": "the goal is met: {goal}",
    "goal_missed": "the goal is missed: {goal}",
}
DEEDS = {
    "stop": "it stops",
    "shrink": "it shrinks to {by} of itself",
    "stretch": "it grows to {by} of itself",
    "retarget": "it turns to {audience}",
    "move_budget": "{by} of its money goes to {to}",
    "go_on": "it goes on as it is",
}
JUDGED_BY = {
    "held_out": (
        "Reviewed every {weeks} weeks, by {share} of each play's customers who are drawn to go without "
        "it; a review takes {hours} hours of an analyst."
    ),
    "members": (
        "Reviewed every {weeks} weeks, by those who take part beside all other customers: who buys much "
        "joins sooner, so that this misleads; a review takes {hours} hours of an analyst."
    ),
}


def show_reviews(strategy: Strategy) -> None:
    """Print how a plan learns, if it is reviewed."""
    if strategy.reviews is not None:
        show_table(how_it_learns(strategy), translated("How it learns"), True)
        typer.echo("\n".join([when_it_learns(strategy.reviews), *goals_in_words(strategy)]))


def how_it_learns(strategy: Strategy) -> list[tuple[str, ...]]:
    """Return the rules of a plan that is reviewed: a header, then a row per rule; empty if it is not."""
    if strategy.reviews is None:
        return []
    head = (
        translated("if a review finds that a play"),
        translated("which play"),
        translated("then"),
    )
    return [head, *(_rule(rule, strategy) for rule in strategy.reviews.rules)]


def when_it_learns(reviews: Reviews) -> str:
    """Return when results are looked at, and how plays are judged, as a sentence."""
    weeks, share = compact(reviews.every_weeks), percent(reviews.hold_out)
    hours = compact(reviews.hours)
    return told(JUDGED_BY[reviews.judged_by], weeks=weeks, share=share, hours=hours)


def goals_in_words(strategy: Strategy) -> list[str]:
    """Return the goals of a plan, a sentence each."""
    says = "Goal: {measure}, at least {target} by week {week}"
    return [
        told(
            says,
            measure=translated(MEASURES[goal.measure]),
            target=compact(goal.target),
            week=compact(goal.by_week),
        )
        for goal in strategy.goals
    ]


def _rule(rule: Rule, strategy: Strategy) -> tuple[str, ...]:
    """Return a rule as a row."""
    goal = translated(MEASURES[rule.goal]) if rule.goal else ""
    found = told(FINDINGS[rule.when], goal=goal)
    whom = translated(AUDIENCES[rule.audience]) if rule.audience else ""
    to = _play(rule.to) if rule.to else ""
    then = told(DEEDS[rule.do], by=percent(rule.factor), audience=whom, to=to)
    return found, _play(rule.play), then


def _play(key: str) -> str:
    """Return a play by its key, in words."""
    if key == EACH:
        return translated("each play")
    lever, audience, *_ = key.split(":")
    return translated(load_page(lever).title) + style().comma + translated(AUDIENCES[audience])
