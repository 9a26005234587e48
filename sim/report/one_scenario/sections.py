"""What is told of one run: three customers week by week, and the whole market."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.common.formatting import money
from sim.common.translated import translated
from sim.measures.weekly import TOTAL, columns_by_segment
from sim.report.one_scenario import life_words
from sim.report.one_scenario.diary_tables import notable_weeks, quarter_table, why_table
from sim.report.one_scenario.figures import life_figure, market_figure
from sim.report.one_scenario.measures_table import measure_rows
from sim.report.phrases import say
from sim.report.section import Picture, Section, Table

if TYPE_CHECKING:
    from sim.experiment.customer_stories import Life, Story
    from sim.experiment.run_once import RunPair


def _kind(story: RunPair) -> str:
    """Return what people do in a market, a key of the catalogue: they use under contracts, or buy."""
    return "use" if story.market.is_contractual else "purchase"


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


def run_title(run: RunPair) -> str:
    """Return what was run: the strategy, where, and how long."""
    strategy, market = translated(run.strategy.title), translated(run.market.title)
    return say(
        "one_scenario.sections.in_one_run_of_weeks", title=strategy, title_2=market, weeks=run.weeks
    )


def run_caution(run: RunPair) -> str:
    """Return what one run can show and what not."""
    customers = f"{run.model.setting.n_customers:,}"
    return say("one_scenario.sections.this_is_one_future_of", customers=customers)


def measures_of_both(run: RunPair) -> Table:
    """Return the firm's measures under both, side by side."""
    _, *rows = measure_rows(run)
    columns = [
        say("column.measure"),
        say("column.doing_nothing"),
        translated(run.strategy.title),
        say("column.difference"),
    ]
    return Table(run_title(run), pd.DataFrame(rows, columns=columns))


def market_picture(run: RunPair) -> Picture:
    """Return the figure of the whole market, week by week."""
    finding = profit_finding(run)
    alt = say("one_scenario.sections.profit_customers_kept_and_satisfaction", finding=finding)
    return Picture(market_figure(run, finding), alt)


def profit_finding(story: RunPair) -> str:
    """Return what the strategy has brought or cost by the end."""
    change = [columns_by_segment(t)[TOTAL]["profit"].sum() for t in (story.weekly, story.baseline)]
    amount = money((change[0] - change[1]) * story.scale, story.market.currency, signed=True)
    return say(
        "one_scenario.sections.profit_of_the_weeks_together", weeks=story.weeks, amount=amount
    )


def rule(story: RunPair, role: str) -> str:
    """Return how a customer with a role was chosen."""
    return say(f"one_scenario.sections.rule.{_kind(story)}.{role}")
