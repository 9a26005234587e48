"""Compare strategies; the result with its frames and figures."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from sim.analysis.answers import Answers
from sim.analysis.judged import judged_comparison
from sim.common.size import LOOK_SIZE
from sim.common.translated import told, translated
from sim.evidence.parameters import Setting
from sim.experiment import compare as experiment
from sim.market.market import Market
from sim.playbook.strategies import Strategy
from sim.playbook.strategy_places import strategy_names
from sim.report.comparison.content import build_section
from sim.report.comparison.gains_figure import gain_figure, segment_figure
from sim.report.comparison.glance import at_a_glance
from sim.report.comparison.money_figure import money_figure
from sim.report.comparison.paths_figure import paths_figure
from sim.report.comparison.size import size_sentence
from sim.report.comparison.why_figure import why_figure
from sim.report.notebook_display import table_html
from sim.report.section import Table
from sim.workbench.command_line import command_of
from sim.workbench.frame import Frame, Plot, ShownSection
from sim.workbench.given import checked


@dataclass(frozen=True, repr=False)
class Comparison(Answers):
    """A finished comparison; all money and head counts are the firm's.

    Two intervals go with a gain: ``expected_low`` to ``expected_high`` is where the firm's expected
    gain lies (9 times in 10), ``low`` to ``high`` what one firm may see, luck included. How well the
    simulation knows the mean over futures is ``ci_low`` to ``ci_high``. In a notebook it shows its
    answer.

    Attributes
    ----------
    gains : Frame
        Index: strategy, best first. ``gain`` in customer equity over doing nothing with its intervals,
        ``probability`` of being best, ``regret``, share of futures in which it ``loses``.
    paths : Frame
        ``scenario, week, measure``, ``difference`` from doing nothing and its intervals.
    contributions : Frame
        ``scenario, segment, outcome, mechanism, difference``: what moves behaviour, on the scale on
        which effects add up (the log of odds, risks, rates or amounts).
    costs : Frame
        Index: strategy. ``budget, planned, actual`` cost a year, what it brings back, and when.
    measures : Frame
        ``scenario, segment, measure, future, luck, value``: every measure of every run.
    verdict : Verdict
    leanings : list of Leaning
        On which uncertain values the answer leans.
    market : Market
    strategies : list of str

    Examples
    --------
    >>> result = compare("grocery", ["balanced"], customers=100, weeks=4, futures=2)
    >>> list(result.gains.columns[:3])
    ['gain', 'expected_low', 'expected_high']
    >>> result.plot_gains().savefig("gains.png")
    """

    @classmethod
    def of(cls, answers: Answers) -> "Comparison":
        """Return a comparison with frames that show themselves in three digits, and plots."""
        values = {field.name: getattr(answers, field.name) for field in fields(Answers)}
        return cls(**{k: Frame(v) if isinstance(v, pd.DataFrame) else v for k, v in values.items()})

    @property
    def gains(self) -> Frame:
        """What each strategy adds to customer equity, best first."""
        return Frame(super().gains)

    @property
    def costs(self) -> Frame:
        """What each strategy costs a year, and what that brings back."""
        return Frame(super().costs)

    @property
    def gains_by_segment(self) -> Frame:
        """What each strategy adds to customer equity, by segment."""
        return Frame(super().gains_by_segment)

    @property
    def answer(self) -> str:
        """The verdict in one sentence."""
        return at_a_glance(self)[0]

    @property
    def size(self) -> str:
        """How large the comparison is, and what that means for its verdict."""
        return size_sentence(self)

    def plot_gains(self, by_segment: bool = False) -> Plot:
        """Draw what each strategy adds to customer equity, over all customers or by segment.

        Examples
        --------
        >>> result.plot_gains(by_segment=True).alt.endswith(".")
        True
        """
        figure = segment_figure(self) if by_segment else gain_figure(self)
        return Plot.titled(figure, translated("Gain in customer equity over doing nothing."))

    def plot_paths(self) -> Plot:
        """Draw how profit, customers kept and satisfaction part from doing nothing, week by week.

        Examples
        --------
        >>> len(result.plot_paths().axes)
        3
        """
        figure = paths_figure(self)
        return Plot.titled(figure, translated("Cumulative profit, customers kept, satisfaction."))

    def plot_why(self, strategy: str = "") -> Plot:
        """Draw what a strategy changes in behaviour, and through which mechanism.

        Parameters
        ----------
        strategy : str
            The leading one where none is named.

        Examples
        --------
        >>> result.plot_why("balanced").alt.startswith("Change in behaviour by mechanism")
        True
        """
        figure = why_figure(self, strategy or self.ranking[0])
        return Plot.titled(figure, translated("Change in behaviour by mechanism."))

    def plot_costs(self) -> Plot:
        """Draw what each strategy costs a year, planned and actual, and lever by lever.

        Examples
        --------
        >>> result.plot_costs().alt.startswith("Cost planned, actual and by lever")
        True
        """
        return Plot.titled(money_figure(self), translated("Cost planned, actual and by lever."))

    def section(self, name: str) -> ShownSection:
        """Return a section of the report: its finding, text, figures and tables.

        Parameters
        ----------
        name : str
            One of ``answer, comparison, paths, why, made_of, plays, segments, money, leanings, losing,
            finding_out, trial, likeness, assumptions, unknown, trail``.

        Examples
        --------
        >>> result.section("money").heading.startswith("With ")
        True
        """
        return ShownSection.of(build_section(self, name))

    def _glance(self) -> Table:
        _, rows = at_a_glance(self)
        market = translated(self.market.title)
        caption = told("Customer equity over doing nothing, {market}", market=market)
        return Table(caption, pd.DataFrame(rows[1:], columns=rows[0]))

    def __repr__(self) -> str:
        return f"{self.answer}\n{self.size}\n{self._glance().frame.to_string(index=False)}"

    def _repr_html_(self) -> str:
        """Return the answer, the size of the comparison and a line for each strategy."""
        said = f"<p><strong>{escape(self.answer)}</strong></p><p>{escape(self.size)}</p>"
        ignore = "mathjax_ignore tex2jax_ignore"
        return f'<div class="says {ignore}">{said}{table_html(self._glance())}</div>'


@checked()
def compare(
    market: Market | str,
    strategies: Strategy | str | Iterable[Strategy | str] | None = None,
    *,
    customers: int | None = None,
    weeks: int = LOOK_SIZE["weeks"],
    futures: int = LOOK_SIZE["futures"],
    seed: int = 1,
    out: Path | str | None = None,
    jobs: int = 0,
    minutes: float | None = None,
    parameters: Mapping[str, Setting] | None = None,
    cluster: str = "",
    people: int | None = None,
    on_progress: Callable[[int, int, str], None] | None = None,
    command: str = "",
) -> Comparison:
    """Compare strategies with doing nothing, in the same futures.

    Parameters
    ----------
    market : Market or str
    strategies : Strategy or str, or iterable of them, optional
        Strategies built in code, or their names; all of the playbook by default. They reach as
        many customers as the market's budget pays, fixed plans (see `size`) all of them.
    customers, weeks, futures : int
        Customers simulated (money is the firm's), horizon, joint draws of all that is uncertain. Left
        open it is a look, within a minute; `loyalty compare` takes ``**REPORT_SIZE`` (`sim.common.size`).
    seed : int
        Another one shares no future with it.
    out : Path or str, optional
        Folder that keeps every run; one that was stopped continues there. Without it no file is kept.
    jobs : int
        Processes; 0 takes one per core where that saves time.
    minutes : float, optional
        Finds the futures, and the customers if left open, that make the most of this time.
    parameters : mapping, optional
        Strengths of response by address, ``LEVER.NAME``: a number that no future draws, or (low, most
        likely, high) to draw from. Values of the market are set so by `Market.with_values`.
    cluster : str
        Runs on dask: ``local``, or the address of a scheduler.
    people : int, optional
        Seed of people who are the customers in all futures; each has its own without it.
    on_progress : callable, optional
        Called with (runs done, runs in all, what was last done).
    command : str
        What continues the comparison, for its manifest; by default the call or the command it equals.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        If an argument is wrong, or the folder holds something else.

    Examples
    --------
    >>> market = load_market("grocery").with_values(gross_margin=0.3)
    >>> rewards = Play(lever="incentives", preset="points_programme")
    >>> mine = Strategy(name="rewards", plays=[rewards])
    >>> result = compare(market, [mine, "balanced"], customers=100, weeks=4, futures=2)
    >>> sorted(result.gains.index)
    ['balanced', 'rewards']
    """
    given: list[Any] = list(strategy_names() if strategies is None else strategies)
    customers = LOOK_SIZE["customers"] if customers is None and minutes is None else customers
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "comparison" if out is None else Path(out)
        experiment.compare(
            market,
            given,
            customers=customers,
            weeks=weeks,
            futures=futures,
            seed=seed,
            out=folder,
            jobs=jobs,
            minutes=minutes,
            cluster=cluster,
            people=people,
            parameters=parameters,
            on_progress=on_progress,
            command=command
            or command_of(market, given, customers, weeks, futures, seed, out, minutes),
        )
        return Comparison.of(judged_comparison(folder, jobs, on_progress))


@checked()
def read_comparison(folder: Path | str) -> Comparison:
    """Read a finished comparison.

    Where a strategy leads, what its plays are worth is run beside it unless its folder keeps that.

    Parameters
    ----------
    folder : Path or str
        Folder that `compare` or `loyalty compare` filled.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        If it is none, or is unfinished or damaged.

    Examples
    --------
    >>> kept = compare("grocery", ["balanced"], customers=100, weeks=4, futures=2, out="kept")
    >>> read_comparison("kept").answer == kept.answer
    True
    """
    return Comparison.of(judged_comparison(folder))
