"""What the gain of a strategy is made of; the result with its frames and its figure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from sim.analysis.made_of import Parts, findings_behind, largest_first, parts_table
from sim.common.errors import InputError
from sim.common.translated import told, translated
from sim.evidence.own import parameters_for
from sim.evidence.parameters import Setting, set_parameters
from sim.experiment import made_of as experiment
from sim.experiment.budget import size_strategies
from sim.experiment.compare import check_numbers
from sim.experiment.futures import draw_futures
from sim.experiment.made_of import SETS, WHOLE, Case, Setup
from sim.experiment.terms_at_work import terms_at_work
from sim.market.market import Market, load_market
from sim.model.rare_events import breaches_in
from sim.playbook.strategies import Strategy
from sim.playbook.strategy_files import as_strategy
from sim.report.parts_figure import parts_figure
from sim.report.parts_words import studies_in_words
from sim.workbench.frame import Frame, Plot
from sim.workbench.given import checked

#: What can be looked at.
PARTS = ("terms", "ends", "messages", "sizes")


@dataclass(frozen=True, repr=False)
class MadeOf:
    """What the gain of a strategy is made of; all money is the firm's.

    Gains are means over futures that differ by people and luck alone, with the 90 % interval of the mean;
    what a part brings is paired, so that it is known better than either gain.

    Attributes
    ----------
    parts : Parts
        What was found, as one table.

    Examples
    --------
    >>> made = made_of("grocery", "service_first", customers=100, weeks=4, futures=2, parts=["terms"])
    >>> list(made.terms.columns[:2])
    ['without', 'brings']
    """

    parts: Parts

    @property
    def gain(self) -> Frame:
        """The strategy as it is: ``gain`` with its interval, and its ``cost`` a year."""
        return Frame(self.parts.table.head(1)[["gain", "gain_low", "gain_high", "cost"]])

    @property
    def terms(self) -> Frame:
        """What each lever and each of its terms brings, and the studies that this rests on."""
        found = self.parts.brings
        rests = [studies_in_words(self.parts.rests_on(what)) for what in found["what"]]
        return Frame(found.drop(columns="kind").set_index("what").assign(rests_on=rests))

    @property
    def ends(self) -> Frame:
        """The gain at both ends of each parameter, the one that moves it most first.

        Parameters that move nothing in this plan are left out.
        """
        table = self.parts.of_kind("parameter")
        rows = {}
        for what, pair in table.groupby("what", sort=False):
            low, high = (one for _, one in pair.sort_values("value").iterrows())
            rows[what] = {
                "low": low["value"],
                "gain_at_low": low["gain"],
                "high": high["value"],
                "gain_at_high": high["gain"],
                "moves": high["gain"] - low["gain"],
                "rests_on": studies_in_words(self.parts.rests_on(str(what))),
            }
        found = pd.DataFrame.from_dict(rows, orient="index")
        if found.empty:
            return Frame(found)
        most = table["change"].abs().groupby(table["what"]).max()
        found = found[most.loc[found.index] > 0]
        return Frame(found.loc[largest_first(found["moves"])])

    @property
    def messages(self) -> Frame:
        """The gain of a firm of which customers get so many messages a month as it is."""
        return self._by_value("messages", "usual messages a month")

    @property
    def sizes(self) -> Frame:
        """The gain, all of it and per customer, and the cost of a firm of so many customers."""
        found = self._by_value("size", "customers of the firm")
        return Frame(found.assign(gain_per_customer=found["gain"] / found.index))

    def _by_value(self, kind: str, label: str) -> Frame:
        table = self.parts.of_kind(kind).set_index("value")
        return Frame(table[["gain", "gain_low", "gain_high", "cost"]].rename_axis(label))

    def plot(self) -> Plot:
        """Draw what each lever and term brings, with its interval.

        Examples
        --------
        >>> made.plot().alt.endswith(".")
        True
        """
        figure = parts_figure(self.parts)
        return Plot.titled(figure, translated("What each part of the gain brings."))

    def __repr__(self) -> str:
        size = self.parts
        said = told(
            "{strategy} in {market}: {futures} futures of {customers:,} customers, {weeks} weeks, "
            "all else at its central value",
            strategy=translated(size.strategy.title),
            market=translated(size.market.title),
            futures=size.futures,
            customers=size.customers,
            weeks=size.weeks,
        )
        return f"{said}\n{self.terms!r}"


@checked()
def made_of(
    market: Market | str,
    strategy: Strategy | str,
    *,
    parts: Iterable[str] = PARTS,
    customers: int = 1_000,
    weeks: int = 52,
    futures: int = 8,
    seed: int = 1,
    out: Path | str | None = None,
    jobs: int = 0,
    parameters: Mapping[str, Setting] | None = None,
    on_progress: Callable[[int, int, str], None] | None = None,
) -> MadeOf:
    """Find what the gain of a strategy is made of, everything else at its central value.

    Parameters
    ----------
    market : Market or str
    strategy : Strategy or str
        It is planned under the market's budget unless it is a fixed plan (see `size`).
    parts : iterable of str
        ``terms``: without each lever and each of its terms; ``ends``: at both ends of each parameter of
        its levers; ``messages``: where customers get 0, 1, 2 or 4 messages a month as it is; ``sizes``:
        in firms of a tenth, as many and ten times the customers.
    customers, weeks, futures, seed : int
        Customers in each run, horizon, lives of people and luck, and which.
    out : Path or str, optional
        Folder that keeps every run, so that one that was stopped continues there.
    jobs : int
        Processes; 0 takes one per core where that saves time.
    parameters : mapping, optional
        As for `compare`.
    on_progress : callable, optional
        Called with (runs done, runs in all, what was last done).

    Returns
    -------
    MadeOf

    Raises
    ------
    InputError
        If an argument is wrong.

    Examples
    --------
    >>> made = made_of("grocery", "service_first", customers=100, weeks=4, futures=2, parts=["sizes"])
    >>> len(made.sizes)
    3
    """
    chosen = _checked(parts)
    check_numbers(None, customers, weeks, futures, seed, jobs)
    if isinstance(market, str):
        market = load_market(market)
    design = as_strategy(strategy, market.name)
    if not design.plays:
        raise InputError("made_of", "strategy", design.name, "a strategy with plays")
    table = parameters_for(market)
    table = table.with_rows(set_parameters(table.rows, parameters or {}))
    plan = _planned(market, design, weeks)
    drawn = draw_futures(market, (), futures, seed)[:futures]
    lives = [replace(one, values={}) for one in drawn]
    breaches = breaches_in([plan])
    setup = Setup(market, plan, table, customers, weeks, lives, breaches=breaches)
    terms = terms_at_work(setup.scenario(WHOLE, lives[0], {}))
    cases = _cases(setup, terms, chosen)
    others = [case for case in cases if case.kind in SETS]
    plans = {case: _planned(experiment.market_of(setup, case), design, weeks) for case in others}
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "made_of" if out is None else Path(out)
        gains = experiment.work_out(setup, cases, plans, folder, jobs, on_progress)
    used = [row for row in table.rows if row.lever in {play.lever for play in plan.plays}]
    found = Parts(
        market, plan, futures, customers, weeks, parts_table(gains), terms,
        findings_behind(market, used),
    )  # fmt: skip
    return MadeOf(found)


def _checked(parts: Iterable[str]) -> list[str]:
    chosen = list(parts)
    for name in chosen:
        if name not in PARTS:
            raise InputError("made_of", "parts", name, "one of " + ", ".join(PARTS))
    return chosen


def _planned(market: Market, design: Strategy, weeks: int) -> Strategy:
    """Return a strategy as planned for a market; one that has been stays as it is."""
    if design.is_sized:
        return design
    return size_strategies(market, [design], weeks)[design.name]


def _cases(setup: Setup, terms: Iterable[str], chosen: list[str]) -> list[Case]:
    """Return what is to be run, the strategy as it is first."""
    cases = [WHOLE]
    if "terms" in chosen:
        cases = experiment.parts_cases(setup.strategy, terms)
    if "ends" in chosen:
        cases += experiment.ends_cases(setup.strategy, setup.table)
    kinds = {"messages": "messages", "sizes": "size"}
    wanted = {kinds[name] for name in chosen if name in kinds}
    return cases + [c for c in experiment.market_cases(setup.market) if c.kind in wanted]
