"""From the runs of a comparison to its answers: paired effects, paths, reasons, money, the verdict."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from sim.analysis.answers import Answers
from sim.analysis.changes import changes_of
from sim.analysis.intervals import Interval, paired_interval
from sim.analysis.verdict import Verdict, decide
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.errors import InputError
from sim.experiment import result_store
from sim.experiment.manifest import CENTRAL, Key, Manifest, read_manifest
from sim.experiment.summary import collect_measures
from sim.measures.definitions import PAIRED
from sim.measures.weekly import TOTAL, Columns, term_means, weekly_paths
from sim.playbook.strategies import BASELINE

#: A strategy is off plan if its actual cost differs from the planned one by more than this share.
OFF_PLAN = 0.05


def load_comparison(folder: Path | str) -> Answers:
    """Read a finished comparison and work out its answers.

    Parameters
    ----------
    folder : Path
        Folder that `sim.experiment.compare.compare` filled.

    Returns
    -------
    Answers

    Raises
    ------
    InputError
        If the folder is no comparison, is unfinished or is damaged.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    _require_finished(folder, manifest)
    strategies = list(manifest.strategies)
    central = _Central(manifest.scale)
    measures = collect_measures(folder, manifest, central.visit)
    effects = _effects(measures)
    return Answers(
        manifest=manifest,
        market=manifest.market,
        strategies=strategies,
        measures=measures,
        effects=effects,
        paths=central.path_effects(strategies),
        contributions=central.contribution_effects(strategies),
        money=_money(manifest, strategies, measures, effects, central),
        verdict=_verdicts(manifest, measures),
        changes=changes_of(folder, manifest),
    )


def _require_finished(folder: Path, manifest: Manifest) -> None:
    missing = len(result_store.missing_runs(folder, manifest))
    if missing or not manifest.finished:
        total = len(manifest.run_keys())
        found = "the last step is missing"
        if missing:
            found = f"{missing} of {total} runs are missing or damaged"
        raise InputError(
            str(folder),
            "comparison",
            found,
            "a finished comparison",
            hint=f"Continue it with `{manifest.command}`.",
        )


class _Central:
    """What is kept of each central run besides its measures."""

    def __init__(self, scale: float) -> None:
        self.scale = scale
        self.weeks: np.ndarray = np.empty(0)
        self.paths: dict[tuple[str, int], dict[str, np.ndarray]] = {}
        self.terms: dict[tuple[str, int], dict[str, dict[tuple[str, str], float]]] = {}
        self.costs: dict[tuple[str, int], dict[str, float]] = {}

    def visit(self, key: Key, segments: dict[str, Columns]) -> None:
        """Keep paths, mean terms and yearly cost by lever of a run."""
        variant, scenario, replication = key
        if variant != CENTRAL:
            return
        run, total = (scenario, replication), segments[TOTAL]
        self.weeks = total["week"]
        self.paths[run] = weekly_paths(total, self.scale)
        self.terms[run] = {name: term_means(columns) for name, columns in segments.items()}
        self.costs[run] = {
            name: float(flow.mean() * WEEKS_A_YEAR * self.scale)
            for name, flow in total.items()
            if name.startswith("cost.")
        }

    def replications(self, scenario: str) -> list[int]:
        """Return the replications of a scenario."""
        return [replication for name, replication in self.paths if name == scenario]

    def path_effects(self, strategies: list[str]) -> pd.DataFrame:
        """Return the paired difference of each path in each week."""
        rows = []
        for name in strategies:
            draws = self.replications(name)
            for measure in self.paths[name, draws[0]]:
                gaps = np.stack(
                    [self.paths[name, k][measure] - self.paths[BASELINE, k][measure] for k in draws]
                )
                for week, gap in zip(self.weeks, gaps.T, strict=True):
                    rows.append((name, int(week), measure, *_difference(paired_interval(gap))))
        names = ["scenario", "week", "measure", "difference", "ci_low", "ci_high", "low", "high"]
        return pd.DataFrame(rows, columns=names)

    def contribution_effects(self, strategies: list[str]) -> pd.DataFrame:
        """Return the mean over draws of each mean term, less the baseline's (0 where there is none).

        A term need not arise in every draw: a breach happens in some futures only.
        """
        rows = []
        for name in strategies:
            draws = self.replications(name)
            for segment in self.terms[name, draws[0]]:
                arisen = dict.fromkeys(term for k in draws for term in self.terms[name, k][segment])
                for term in arisen:
                    gaps = [
                        self.terms[name, k][segment].get(term, 0.0)
                        - self.terms[BASELINE, k][segment].get(term, 0.0)
                        for k in draws
                    ]
                    rows.append((name, segment, *term, float(np.mean(gaps))))
        names = ["scenario", "segment", "outcome", "mechanism", "difference"]
        return pd.DataFrame(rows, columns=names)


def _difference(interval: Interval) -> tuple[float, float, float, float, float]:
    return interval.mean, interval.ci_low, interval.ci_high, interval.low, interval.high


def _effects(measures: pd.DataFrame) -> pd.DataFrame:
    """Return paired differences from the baseline, with both intervals."""
    keys = ["variant", "scenario", "segment", "measure"]
    values = {
        key: group.to_numpy()
        for key, group in measures.groupby(keys, sort=False, observed=True)["value"]
    }
    rows = []
    for (variant, scenario, segment, measure), value in values.items():
        if scenario == BASELINE or measure == "payback_week":
            continue
        base = values.get((variant, BASELINE, segment, measure), np.zeros_like(value))
        interval = paired_interval(value - base)
        known = np.isfinite(value - base)
        means = [float(x[known].mean()) if known.any() else np.nan for x in (base, value)]
        if measure in PAIRED:
            means[0] = np.nan
        rows.append(
            (variant, scenario, segment, measure, *means, *_difference(interval), interval.n)
        )
    names = ["baseline_mean", "mean", "difference", "ci_low", "ci_high", "low", "high", "n"]
    return pd.DataFrame(rows, columns=[*keys, *names])


def _money(
    manifest: Manifest,
    strategies: list[str],
    measures: pd.DataFrame,
    effects: pd.DataFrame,
    central: _Central,
) -> pd.DataFrame:
    """Return planned and actual cost, return and payback of each strategy."""
    total = measures[(measures["variant"] == CENTRAL) & (measures["segment"] == TOTAL)]
    effect = effects[(effects["variant"] == CENTRAL) & (effects["segment"] == TOTAL)]
    effect = effect.set_index(["scenario", "measure"])
    rows = []
    for name in strategies:
        own = total[total["scenario"] == name]
        cost = paired_interval(own.loc[own["measure"] == "cost", "value"])
        payback = own.loc[own["measure"] == "payback_week", "value"]
        plan = manifest.strategies[name].plan
        budget, design = manifest.budget(name), sum(plan.values())
        planned = min(design, budget)  # a play stops when its share of the budget is used up
        draws = [central.costs[name, k] for k in central.replications(name)]
        rows.append(
            {
                "budget": budget,
                "design_cost": design,
                "planned_cost": planned,
                "actual_cost": cost.mean,
                "low": cost.low,
                "high": cost.high,
                "off_plan": bool(abs(cost.mean - planned) > OFF_PLAN * planned),
                "return": effect.loc[(name, "return"), "mean"],
                "return_low": effect.loc[(name, "return"), "low"],
                "return_high": effect.loc[(name, "return"), "high"],
                "payback_week": float(payback.median()),
                "payback_share": float(np.isfinite(payback).mean()),
                **{lever: float(np.mean([draw[lever] for draw in draws])) for lever in draws[0]},
                **{f"plan.{lever}": value for lever, value in plan.items()},
            }
        )
    return pd.DataFrame(rows, index=pd.Index(strategies, name="scenario"))


def _verdicts(manifest: Manifest, measures: pd.DataFrame) -> Verdict:
    """Return the central verdict, with those at the ends of the market's values."""
    equity = measures[(measures["measure"] == "customer_equity") & (measures["segment"] == TOTAL)]
    verdicts = {
        variant: decide(rows.pivot(index="replication", columns="scenario", values="value"))
        for variant, rows in equity.groupby("variant", sort=False)
    }
    ends: dict[str, dict[str, Verdict]] = {}
    for variant in manifest.variants:
        if variant != CENTRAL:
            value, _, end = variant.rpartition("_")
            ends.setdefault(value, {})[end] = verdicts[variant]
    return replace(verdicts[CENTRAL], ends=ends)
