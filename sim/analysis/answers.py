"""A finished comparison: its tables, and the answers to what is asked of it.

All scenarios meet the same futures. Every statement is therefore about paired differences from doing
nothing. Three intervals go with a mean (`sim.analysis.intervals`): ``ci_low`` to ``ci_high`` says how
well the mean over futures is known, ``expected_low`` to ``expected_high`` where the firm's expected
difference lies, ``low`` to ``high`` what one firm may see, luck included.
"""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from sim.analysis.changes import Changes
from sim.analysis.choice import lives_in, unaffordable_in
from sim.analysis.leaning import Leaning
from sim.analysis.made_of import Parts
from sim.analysis.titles import title_of
from sim.analysis.verdict import Verdict
from sim.analysis.worth_of_plays import WorthOfPlays
from sim.experiment.manifest import Manifest
from sim.market.market import Market
from sim.measures.measure import ratio
from sim.measures.weekly import TOTAL
from sim.playbook.affordability import Shortfall
from sim.playbook.strategies import BASELINE
from sim.world.removable_leaving import hazard_factor

#: Terms smaller than this (a twentieth of a per cent) are not shown.
VISIBLE = 0.0005
#: So many strategies are told in full, best first; the others are told in short.
LEADERS = 4
INTERVALS = ["expected_low", "expected_high", "low", "high", "ci_low", "ci_high"]


@dataclass(frozen=True)
class Answers:
    """A finished comparison and what follows from it; all money and head counts are the firm's.

    Attributes
    ----------
    manifest : Manifest
        What made it.
    market : Market
    strategies : list of str
        Without the baseline, in the order asked for.
    measures : DataFrame
        ``scenario, segment, measure, future, luck, value``; luck is 1 in the second lives. ``spared``,
        ``struck`` and ``chance`` are the values without and with a rare event and how likely it is
        (`sim.experiment.summary`).
    effects : DataFrame
        ``scenario, segment, measure, baseline_mean, mean, difference, ci_low, ci_high, expected_low,
        expected_high, low, high, luck, n``, paired with the baseline. ``return`` is itself such a
        difference (its baseline_mean is NaN). ``payback_week`` is censored by the horizon and stands in
        `money`.
    paths : DataFrame
        ``scenario, week, measure, difference, ci_low, ci_high, low, high``.
    contributions : DataFrame
        ``scenario, segment, outcome, mechanism, difference``: mean term per exposed person over the
        horizon less that of the baseline, on the outcome's link scale.
    money : DataFrame
        Index: strategy. ``budget`` (a year, a cap), ``design_cost`` (what the design would cost a year
        without the cap), ``planned_cost`` (for as many as the cap pays; of what it does not pay the
        former), ``actual_cost`` with ``low``, ``high`` (a year; prediction interval), ``owed_cost`` (what
        of it plays paid while they stood still, as it was promised), ``off_plan``, ``cost.<lever>`` and
        ``plan.<lever>`` (a year), ``bound.<lever>`` (share of futures in which a strength stands at a
        bound of the model), ``return`` with ``return_low``, ``return_high`` (prediction interval),
        ``payback_week`` (median over futures; infinite if half or more do not pay back within the
        horizon), ``payback_share`` (of futures that do).
    verdict : Verdict
    leanings : list of Leaning
        On which uncertain values the answer leans, the most important first.
    changes : Changes or None
        Since the last comparison of the market, where there is one.
    parts : Parts or None
        What the gain of the leading strategy is made of, where that was looked at.
    worths : WorthOfPlays or None
        What each of its plays is worth, likewise.
    reviews : DataFrame
        What reviews found and did: ``scenario, future, week, what, about, value``; of a future with two
        lives the share of them by their chances. Empty where nothing is reviewed.
    folder : Path or None
        Where it is kept.
    """

    manifest: Manifest
    market: Market
    strategies: list[str]
    measures: pd.DataFrame
    effects: pd.DataFrame
    paths: pd.DataFrame
    contributions: pd.DataFrame
    money: pd.DataFrame
    verdict: Verdict
    leanings: list[Leaning]
    changes: Changes | None = None
    parts: Parts | None = None
    worths: WorthOfPlays | None = None
    reviews: pd.DataFrame = field(default_factory=pd.DataFrame)
    folder: Path | None = None

    def title(self, name: str) -> str:
        """Return the title of a strategy, by its file (`sim.analysis.titles`)."""
        return title_of(self.manifest, name)

    @property
    def futures(self) -> int:
        """Count the futures that were simulated, second lives not counted."""
        return self.manifest.futures

    @property
    def ranking(self) -> list[str]:
        """Return the strategies by mean gain in customer equity, largest first.

        Those that the firm can pay; where it can pay none, all, so that there is something to tell of.
        """
        return [name for name in self.verdict.options.index if name != BASELINE]

    @cached_property
    def unaffordable(self) -> dict[str, Shortfall]:
        """Return by how much strategies are too dear for the firm, the nearest to its budget first."""
        return unaffordable_in(self.manifest)

    @property
    def pays_none(self) -> bool:
        """Return whether all strategies are too dear for the firm."""
        return len(self.unaffordable) == len(self.strategies)

    @property
    def leaders(self) -> list[str]:
        """Return the strategies that are told in full: all, or the best few of many."""
        order = self.ranking
        return order if len(order) <= LEADERS + 1 else order[:LEADERS]

    @property
    def gains(self) -> pd.DataFrame:
        """Return what each strategy adds to customer equity over doing nothing, best first.

        Returns
        -------
        DataFrame
            Index: strategy. ``gain`` (mean), ``expected_low, expected_high`` (one firm's expected gain),
            ``low, high`` (what one firm may see), ``ci_low, ci_high`` (of the mean), ``probability`` of
            being best, mean ``regret`` against the best of each future, share of futures in which it
            ``loses``, and of the variance that is ``luck``.
        """
        gains = self.effects_on("customer_equity").rename(columns={"difference": "gain"})
        options = self.verdict.options[["probability", "regret", "loses"]]
        return gains[["gain", *INTERVALS, "luck"]].join(options).loc[self.ranking]

    @property
    def costs(self) -> pd.DataFrame:
        """Return what each strategy costs a year and what that brings back, best first.

        Returns
        -------
        DataFrame
            Index: strategy. ``budget, planned, actual, low, high`` (a year; one firm's actual cost),
            ``return_on_cost`` (a share), ``payback_week`` and ``payback_share`` as in `money`.
        """
        table = self.money.loc[self.ranking]
        table = table.rename(columns={"planned_cost": "planned", "actual_cost": "actual"})
        returns = [self.return_on_cost(name) for name in table.index]
        names = ["budget", "planned", "actual", "low", "high"]
        return table[names].assign(
            return_on_cost=returns,
            payback_week=table["payback_week"],
            payback_share=table["payback_share"],
        )

    @property
    def probability_best(self) -> pd.Series:
        """Return, per scenario, the share of futures in which it has the largest customer equity."""
        return self.verdict.options["probability"]

    def effects_on(self, measure: str) -> pd.DataFrame:
        """Return the effects on one measure over all customers, by strategy."""
        if measure not in self._effects_on:
            table = self.effects
            rows = table[(table["segment"] == TOTAL) & (table["measure"] == measure)]
            self._effects_on[measure] = rows.set_index("scenario").reindex(self.strategies)
        return self._effects_on[measure].copy()

    @cached_property
    def _effects_on(self) -> dict[str, pd.DataFrame]:
        """What `effects_on` found before: a report asks for each measure once a strategy."""
        return {}

    def loses(self, name: str, measure: str = "customer_equity") -> float:
        """Return the share of futures in which a strategy has less of a measure than doing nothing.

        A future that is lived with and without a rare event counts by the chances of the two.
        """
        if measure not in self._lives_of:
            self._lives_of[measure] = lives_in(self.measures, measure)
        if (lives := self._lives_of[measure]) is None:
            draws = self.draws_of(measure)
            return float((draws[name] < draws[BASELINE]).mean())
        each, weights = lives
        return float(np.average(each[name] < each[BASELINE], weights=weights))

    @cached_property
    def _lives_of(self) -> dict[str, tuple[pd.DataFrame, np.ndarray] | None]:
        """What `loses` found before."""
        return {}

    @property
    def gains_by_segment(self) -> pd.DataFrame:
        """Return the effects on customer equity by strategy and segment."""
        table = self.effects
        rows = table[(table["segment"] != TOTAL) & (table["measure"] == "customer_equity")]
        return rows.set_index(["scenario", "segment"])

    def draws_of(self, measure: str) -> pd.DataFrame:
        """Return a measure over all customers: futures by scenarios."""
        if measure not in self._draws_of:
            table = self.measures
            rows = table[
                (table["luck"] == 0) & (table["segment"] == TOTAL) & (table["measure"] == measure)
            ]
            self._draws_of[measure] = rows.pivot(index="future", columns="scenario", values="value")
        return self._draws_of[measure].copy()

    @cached_property
    def _draws_of(self) -> dict[str, pd.DataFrame]:
        """What `draws_of` found before, for the same reason."""
        return {}

    def path(self, name: str, measure: str) -> pd.DataFrame:
        """Return one strategy's path of one measure, by weeks passed (the first week is week 0)."""
        table = self.paths
        rows = table[(table["scenario"] == name) & (table["measure"] == measure)]
        rows = rows.sort_values("week")
        return rows.assign(week=rows["week"] + 1)

    def contributions_of(self, name: str) -> pd.DataFrame:
        """Return the average terms of one strategy, mechanisms by outcomes, largest first.

        Mechanisms that change nothing by a twentieth of a per cent are left out, as is the calibration
        offset, which is the same in all scenarios. Terms of leaving, which act on the part of it that a
        firm can remove, are given as what they change of all leaving.
        """
        if name not in self._terms_of:
            self._terms_of[name] = self._terms(name)
        return self._terms_of[name].copy()

    @cached_property
    def _terms_of(self) -> dict[str, pd.DataFrame]:
        """What `contributions_of` found before: a report asks for each strategy several times."""
        return {}

    def _terms(self, name: str) -> pd.DataFrame:
        table = self.contributions
        rows = table[(table["scenario"] == name) & (table["segment"] == TOTAL)]
        wide = rows.pivot(index="mechanism", columns="outcome", values="difference").fillna(0.0)
        wide = wide.drop(index="offset", errors="ignore")
        if "churn" in wide:
            removable = self.market["removable_drop_out"]
            wide["churn"] = np.log(hazard_factor(wide["churn"].to_numpy(), removable))
        size = wide.abs().max(axis=1)
        order = size.sort_values(ascending=False, kind="stable").index
        return wide.loc[[mechanism for mechanism in order if size[mechanism] >= VISIBLE]]

    @property
    def lever_costs(self) -> pd.DataFrame:
        """Return the actual yearly cost, strategies by levers, levers by their largest cost.

        Levers on which no strategy spends anything are left out.
        """
        names = [name for name in self.money.columns if name.startswith("cost.")]
        costs = (
            self.money.loc[self.ranking, names].fillna(0.0).rename(columns=lambda name: name[5:])
        )
        largest = costs.abs().max().sort_values(ascending=False, kind="stable")
        return costs[[name for name in largest.index if largest[name] > 0]]

    def levers_of(self, name: str) -> list[str]:
        """Return the levers that a strategy uses, in the order of its plan."""
        return list(self.manifest.strategies[name].plan)

    @property
    def levers(self) -> list[str]:
        """Return the levers that any strategy uses, those of the leading strategy first."""
        return list(dict.fromkeys(x for name in self.ranking for x in self.levers_of(name)))

    def return_on_cost(self, name: str) -> float:
        """Return the mean gain in customer equity per mean discounted cost.

        A ratio of means over all futures, so that it has the sign of the mean gain and none is left out,
        not those in which nothing is gained or nothing spent; the mean of each future's ratio need not,
        for futures with little cost would weigh as much as the others (ratio estimators: Cochran 1977,
        chapter 6). NaN if no more is spent than under doing nothing.
        """
        gain, cost = (
            float((draws[name] - draws[BASELINE]).mean())
            for draws in (self.draws_of("customer_equity"), self.draws_of("discounted_cost"))
        )
        return ratio(gain, cost)
