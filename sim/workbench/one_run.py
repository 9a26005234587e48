"""Run one strategy once, beside doing nothing; the result with its frames and figures."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path

import pandas as pd

from sim.common.calendar import WEEKS_A_YEAR
from sim.experiment.customer_stories import Life, Story, follow_customers
from sim.experiment.run_once import RunPair, run_once
from sim.market.market import Market
from sim.measures.of_run import horizon_measures
from sim.measures.weekly import TOTAL, Columns, columns_by_segment, term_means, weekly_paths
from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.strategies import Strategy
from sim.report.notebook_display import table_html, table_text
from sim.report.one_scenario.sections import (
    life_section,
    market_picture,
    measures_of_both,
    rule,
    run_caution,
)
from sim.workbench.frame import Frame, Plot, ShownSection
from sim.workbench.given import checked


@dataclass(frozen=True)
class Customer:
    """A customer who was followed under the strategy and, with the same luck, under doing nothing.

    Attributes
    ----------
    person : int
        Row of the customer: ``model.customers[person]``.
    diary, baseline : Frame
        What happened, week by week, under the strategy and under doing nothing.
    """

    story: Story
    life: Life

    @property
    def person(self) -> int:
        """Row of the customer among all people of the model."""
        return self.life.person

    @property
    def rule(self) -> str:
        """The rule by which the customer was chosen."""
        return rule(self.story, self.life.role)

    @property
    def diary(self) -> Frame:
        """What happened under the strategy, one row per week."""
        return Frame(self.life.diary)

    @property
    def baseline(self) -> Frame:
        """What happened under doing nothing, one row per week."""
        return Frame(self.life.baseline)

    @property
    def told(self) -> ShownSection:
        """The customer's story, with its figure and tables."""
        return ShownSection.of(life_section(self.story, self.life))

    def _ipython_display_(self) -> None:
        self.told._ipython_display_()


@dataclass(frozen=True, repr=False)
class Run:
    """One run of a strategy and one of doing nothing, with the same people and luck.

    One run shows what happens and why; which strategy is best takes many (`compare`). In a notebook it
    shows its measures.

    Attributes
    ----------
    pair : RunPair
        What was run: ``pair.baseline`` is the weekly table of doing nothing.
    customers : dict of str to Customer
        Those who were followed, by the rule by which they were chosen: ``stays``, ``leaves``,
        ``changes``. Empty unless `run` was asked to follow them.

    Examples
    --------
    >>> one = run("grocery", "balanced", customers=200, weeks=8)
    >>> list(one.measures.columns)
    ['doing_nothing', 'strategy', 'difference']
    >>> one.model.week
    8
    """

    pair: RunPair
    customers: dict[str, Customer]

    @property
    def market(self) -> Market:
        """The market that was simulated."""
        return self.pair.market

    @property
    def strategy(self) -> Strategy:
        """The strategy, for as many customers as the market's budget pays."""
        return self.pair.strategy

    @property
    def model(self) -> LoyaltyModel:
        """The Mesa model under the strategy, after its last week."""
        return self.pair.model

    @cached_property
    def weekly(self) -> Frame:
        """Sums over people, not scaled to the firm: a row per scenario, week and segment.

        A lever that is off has no columns: what it adds is 0.
        """
        both = {"baseline": self.pair.baseline, self.strategy.name: self.pair.weekly}
        table = pd.concat(both, names=["scenario"]).reset_index(level="scenario")
        return Frame(table.reset_index(drop=True).fillna(0.0))

    @cached_property
    def measures(self) -> Frame:
        """Every measure over the horizon: ``doing_nothing``, ``strategy``, ``difference``; the firm's."""
        found = {}
        for name, table in (("doing_nothing", self.pair.baseline), ("strategy", self.pair.weekly)):
            values = horizon_measures(table, self.market, self.pair.scale)
            found[name] = values[values["segment"] == TOTAL].set_index("measure")["value"]
        frame = Frame(found)
        return Frame(frame.assign(difference=frame["strategy"] - frame["doing_nothing"]))

    @cached_property
    def paths(self) -> Frame:
        """Differences from doing nothing: a row per week, a column per measure."""
        after, before = (weekly_paths(each, self.pair.scale) for each in self._totals)
        frame = Frame({name: after[name] - before[name] for name in after})
        frame.index = pd.RangeIndex(1, len(frame) + 1, name="week")
        return frame

    @cached_property
    def contributions(self) -> Frame:
        """What moves behaviour: mechanisms by outcomes, mean term per person less doing nothing's."""
        after, before = (term_means(each) for each in self._totals)
        rows = [(*term, value - before.get(term, 0.0)) for term, value in after.items()]
        table = pd.DataFrame(rows, columns=["outcome", "mechanism", "difference"])
        wide = table.pivot(index="mechanism", columns="outcome", values="difference").fillna(0.0)
        return Frame(wide.drop(index="offset", errors="ignore"))

    @cached_property
    def costs(self) -> Frame:
        """What each lever cost the firm a year: ``planned`` and ``actual``."""
        firm, total = self.market["firm_customers"], self._totals[0]
        planned: dict[str, float] = {}
        for play, cost in self.strategy.planned.items():
            lever = play.split(":")[0]
            planned[lever] = planned.get(lever, 0.0) + cost * firm
        actual = {
            name[5:]: float(flow.mean()) * WEEKS_A_YEAR * self.pair.scale
            for name, flow in total.items()
            if name.startswith("cost.")
        }
        frame = Frame({"planned": planned, "actual": actual}).fillna(0.0)
        frame.index.name = "lever"
        return Frame(frame)

    @property
    def _totals(self) -> list[Columns]:
        return [columns_by_segment(t)[TOTAL] for t in (self.pair.weekly, self.pair.baseline)]

    def plot_paths(self) -> Plot:
        """Draw how profit, customers kept and satisfaction part from doing nothing, week by week.

        Examples
        --------
        >>> one.plot_paths().alt.startswith("Profit, customers kept and satisfaction")
        True
        """
        picture = market_picture(self.pair)
        return Plot.of(picture.figure, picture.alt)

    def __repr__(self) -> str:
        return table_text(measures_of_both(self.pair))

    def _repr_html_(self) -> str:
        """Return the measures under both, scaled to the firm."""
        said, table = run_caution(self.pair), table_html(measures_of_both(self.pair))
        ignore = "mathjax_ignore tex2jax_ignore"
        return f'<div class="says {ignore}"><p>{escape(said)}</p>{table}</div>'


@checked()
def run(
    market: Market | str,
    strategy: Strategy | str,
    *,
    customers: int = 1_000,
    weeks: int = 52,
    seed: int = 1,
    out: Path | str | None = None,
    follow: bool = False,
    on_progress: Callable[[int, int, str], None] | None = None,
) -> Run:
    """Run a strategy once, beside doing nothing on the same people and luck.

    Parameters
    ----------
    market : Market or str
        A market, as read or changed in code, or its name.
    strategy : Strategy or str
        A strategy built in code, or its name; it is planned under the market's budget.
    customers, weeks, seed : int
        Customers in the simulation, horizon, luck.
    out : Path or str, optional
        A new folder for ``weekly.parquet`` and ``manifest.json``. Without it no file is kept.
    follow : bool
        Whether to follow three customers week by week; everything is run twice then.
    on_progress : callable, optional
        Called with (weeks done, weeks in all, scenario).

    Returns
    -------
    Run

    Raises
    ------
    InputError
        If an argument is wrong, or the folder holds something.

    Examples
    --------
    >>> one = run("grocery", "balanced", customers=200, weeks=8, follow=True)
    >>> bool(one.customers["stays"].diary["trips"].sum() > 0)
    True
    """
    folder = None if out is None else Path(out)
    if not follow:
        return Run(run_once(market, strategy, customers, weeks, seed, folder, on_progress), {})
    story = follow_customers(market, strategy, customers, weeks, seed)
    return Run(story, {life.role: Customer(story, life) for life in story.lives})
