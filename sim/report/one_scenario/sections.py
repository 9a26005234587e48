"""What the notebook on one scenario shows: three customers week by week, then the whole market."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.common.formatting import capital, money
from sim.common.style import ended, labelled
from sim.common.translated import translated
from sim.measures.weekly import TOTAL, columns_by_segment, term_means
from sim.report.names import change_by, mechanism_label, outcome_labels
from sim.report.one_scenario import life_words
from sim.report.one_scenario.diary_tables import notable_weeks, quarter_table, why_table
from sim.report.one_scenario.figures import life_figure, market_figure
from sim.report.one_scenario.measures_table import measure_rows
from sim.report.phrases import say
from sim.report.section import Content, Picture, Section, Table

if TYPE_CHECKING:
    from sim.experiment.customer_stories import Life, Story
    from sim.experiment.run_once import RunPair

#: The three customers who are told of, in the order of the sections.
ROLES = ("stays", "leaves", "changes")


def story_content(story: Story) -> Content:
    """Return the sections of a story ``people, stays, leaves, changes, market, why``."""
    lives = {life.role: life for life in story.lives}
    parts = [_people(story)]
    parts += [life_section(story, lives[r]) if r in lives else _nobody(r) for r in ROLES]
    parts += [_market(story), _why(story)]
    name = say(
        "one_scenario.sections.in_one_run_of_weeks",
        title=translated(story.strategy.title),
        title_2=translated(story.market.title),
        weeks=story.weeks,
    )
    return Content(name, parts[-2].heading, {part.key: part for part in parts})


def _people(story: Story) -> Section:
    found = [life.role for life in story.lives]
    return Section(
        "people",
        say(f"one_scenario.sections.customers_are_followed.{len(found)}"),
        [
            say(
                "one_scenario.sections.everybody_is_simulated_twice_with",
                title=translated(story.strategy.title),
            )
        ],
        [ended(labelled(_role(role), rule(story, role))) for role in found],
    )


def _kind(story: RunPair) -> str:
    """Return what people do in a market, a key of the catalogue: they use under contracts, or buy."""
    return "use" if story.market.is_contractual else "purchase"


def _role(role: str) -> str:
    return say(f"one_scenario.sections.role.{role}")


def _nobody(role: str) -> Section:
    heading = say("one_scenario.sections.there_is_none_in_this", role=_role(role))
    return Section(role, heading)


def life_section(story: Story, life: Life) -> Section:
    """Return what is told of a customer, with the figure of the weeks and the tables."""
    heading = life_words.heading(life)
    figure = life_figure(
        life,
        translated(story.strategy.title),
        life_words.difference(life, translated(story.strategy.title)),
    )
    return Section(
        life.role,
        heading,
        bullets=life_words.paragraphs(story, life),
        pictures=[
            Picture(
                figure,
                say(f"one_scenario.sections.weeks_of.{_kind(story)}", heading=heading),
            )
        ],
        tables=[
            quarter_table(life, story.market.currency),
            notable_weeks(life),
            why_table(life, translated(story.strategy.title)),
        ],
    )


def _market(story: Story) -> Section:
    _, *rows = measure_rows(story)
    columns = [
        say("column.measure"),
        say("column.doing_nothing"),
        translated(story.strategy.title),
        say("column.difference"),
    ]
    finding = say(
        "one_scenario.sections.changes_customer_equity_by_in",
        title=translated(story.strategy.title),
        rows=rows[0][-1],
    )
    return Section(
        "market",
        finding,
        [say("one_scenario.sections.this_is_one_future_of")],
        pictures=[
            Picture(
                market_figure(story, profit_finding(story)),
                say(
                    "one_scenario.sections.profit_customers_kept_and_satisfaction", finding=finding
                ),
            )
        ],
        tables=[
            Table(
                say("one_scenario.sections.the_market_under_both_scaled"),
                pd.DataFrame(rows, columns=columns),
            )
        ],
    )


def profit_finding(story: RunPair) -> str:
    """Return what the strategy has brought or cost by the end."""
    change = [columns_by_segment(t)[TOTAL]["profit"].sum() for t in (story.weekly, story.baseline)]
    amount = money((change[0] - change[1]) * story.scale, story.market.currency, signed=True)
    return say(
        "one_scenario.sections.profit_of_the_weeks_together", weeks=story.weeks, amount=amount
    )


def _why(story: Story) -> Section:
    means = [term_means(columns_by_segment(t)[TOTAL]) for t in (story.weekly, story.baseline)]
    rows = []
    for outcome, words in outcome_labels(story.market.is_contractual).items():
        terms = {k[1]: v - means[1].get(k, 0.0) for k, v in means[0].items() if k[0] == outcome}
        for name in sorted(terms, key=lambda n: -abs(terms[n])):
            if abs(terms[name]) >= 0.0005:
                change = change_by(outcome, terms[name], story.market["removable_drop_out"])
                rows.append(
                    {
                        say("column.outcome"): capital(words),
                        say("column.through"): mechanism_label(name),
                        say("column.change"): change,
                    }
                )
    heading = say("one_scenario.sections.behaviour_changes_hardly_at_all")
    if rows:
        heading = say(
            "one_scenario.sections.changes_most_through",
            outcome=rows[0][say("column.outcome")],
            through=rows[0][say("column.through")],
        )
    choosing = outcome_labels(story.market.is_contractual)["purchase"]
    return Section(
        "why",
        heading,
        [say("one_scenario.sections.mean_effect_per_person_and", choosing=choosing)],
        tables=[
            Table(
                say("one_scenario.sections.what_changes_behaviour_all_customers"),
                pd.DataFrame(
                    rows,
                    columns=[say("column.outcome"), say("column.through"), say("column.change")],
                ),
            )
        ],
    )


def rule(story: RunPair, role: str) -> str:
    """Return how a customer with a role was chosen."""
    return say(f"one_scenario.sections.rule.{_kind(story)}.{role}")
