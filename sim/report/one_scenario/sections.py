"""What the notebook on one scenario shows: three customers week by week, then the whole market."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.common.formatting import capital, money, percent
from sim.levers.outcomes import outcome_labels
from sim.measures.weekly import TOTAL, columns_by_segment, term_means
from sim.model.ordinary_mechanisms import mechanism_label
from sim.report.one_scenario import life_words
from sim.report.one_scenario.diary_tables import notable_weeks, quarter_table, why_table
from sim.report.one_scenario.figures import life_figure, market_figure
from sim.report.section import Content, Picture, Section, Table

if TYPE_CHECKING:
    from sim.experiment.customer_stories import Life, Story
    from sim.experiment.run_once import RunPair

_ROLES = {
    "stays": "A high-value customer who stays",
    "leaves": "A customer who leaves",
    "changes": "The customer for whom the strategy changes most",
}


def story_content(story: Story) -> Content:
    """Return the sections of a story ``people, stays, leaves, changes, market, why``."""
    lives = {life.role: life for life in story.lives}
    parts = [_people(story)]
    parts += [life_section(story, lives[r]) if r in lives else _nobody(r) for r in _ROLES]
    parts += [_market(story), _why(story)]
    name = f"{story.strategy.title} in {story.market.title}: one run of {story.weeks} weeks"
    return Content(name, parts[-2].heading, {part.key: part for part in parts})


def _people(story: Story) -> Section:
    from sim.experiment.customer_stories import rules

    found = [life.role for life in story.lives]
    said = rules(story.market.is_contractual)
    return Section(
        "people",
        f"{capital(_number(len(found)))} customers are followed, chosen by rule",
        [
            f"Everybody is simulated twice with the same luck: once under {story.strategy.title}, once "
            "while the firm does nothing new. Among them these are looked at:"
        ],
        [f"{_ROLES[role]}: {said[role]}." for role in found],
    )


def _number(count: int) -> str:
    return ("no", "one", "two", "three")[count]


def _nobody(role: str) -> Section:
    return Section(role, f"{_ROLES[role]}: there is none in this run")


def life_section(story: Story, life: Life) -> Section:
    """Return what is told of a customer, with the figure of the weeks and the tables."""
    heading = life_words.heading(story, life)
    what = "uses" if life.contract else "purchases"
    figure = life_figure(
        life, story.strategy.title, life_words.difference(life, story.strategy.title)
    )
    return Section(
        life.role,
        heading,
        bullets=life_words.paragraphs(story, life),
        pictures=[Picture(figure, f"A customer's weeks: {what}, events, attitudes. {heading}.")],
        tables=[
            quarter_table(life, story.market.currency),
            notable_weeks(life),
            why_table(life, story.strategy.title),
        ],
    )


def _market(story: Story) -> Section:
    from sim.experiment.run_once import in_words

    _, *rows = in_words(story)
    columns = ["Measure", "Doing nothing", story.strategy.title, "Difference"]
    finding = f"{story.strategy.title} changes customer equity by {rows[0][-1]} in this run"
    return Section(
        "market",
        finding,
        [
            "This is one future of many: it shows what happens and why, and cannot say which strategy is "
            "best. For that, compare strategies over many futures (notebook 3, or loyalty compare)."
        ],
        pictures=[
            Picture(
                market_figure(story, profit_finding(story)),
                f"Profit, customers kept and satisfaction against doing nothing. {finding}.",
            )
        ],
        tables=[
            Table("The market under both, scaled to the firm", pd.DataFrame(rows, columns=columns))
        ],
    )


def profit_finding(story: RunPair) -> str:
    """Return what the strategy has brought or cost by the end."""
    change = [columns_by_segment(t)[TOTAL]["profit"].sum() for t in (story.weekly, story.baseline)]
    amount = money((change[0] - change[1]) * story.scale, story.market.currency, signed=True)
    return f"Profit of the {story.weeks} weeks together: {amount} against doing nothing"


def _why(story: Story) -> Section:
    means = [term_means(columns_by_segment(t)[TOTAL]) for t in (story.weekly, story.baseline)]
    rows = []
    for outcome, words in outcome_labels(story.market.is_contractual).items():
        terms = {k[1]: v - means[1].get(k, 0.0) for k, v in means[0].items() if k[0] == outcome}
        for name in sorted(terms, key=lambda n: -abs(terms[n])):
            if abs(terms[name]) >= 0.0005:
                change = percent(float(np.expm1(terms[name])), signed=True)
                rows.append(
                    {"Outcome": capital(words), "Through": mechanism_label(name), "Change": change}
                )
    first = f"most through {rows[0]['Through']}" if rows else "hardly at all"
    choosing = outcome_labels(story.market.is_contractual)["purchase"]
    return Section(
        "why",
        f"{rows[0]['Outcome'] if rows else 'Behaviour'} changes {first}",
        [
            "Mean effect per person and week against doing nothing, on the odds "
            f"({choosing}), the risk "
            "(leaving), the rate (joining, recommending us) or the amount (spend)."
        ],
        tables=[
            Table(
                "What changes behaviour, all customers",
                pd.DataFrame(rows, columns=["Outcome", "Through", "Change"]),
            )
        ],
    )
