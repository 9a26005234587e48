"""From the runs of a comparison to its answers: paired effects, paths, reasons, money, the verdict."""

from dataclasses import astuple, fields
from pathlib import Path

import numpy as np
import pandas as pd

from sim.analysis.answers import Answers
from sim.analysis.changes import changes_of
from sim.analysis.choice import equity_of, luck_of_firm, unaffordable_in, verdict_of
from sim.analysis.costs_and_payback import costs_and_payback
from sim.analysis.intervals import Interval, Seen, paired_interval
from sim.analysis.known_futures import futures_of, that_can_move
from sim.analysis.leaning import Leaning, leader_of, leanings
from sim.analysis.reviewed import reviews_table
from sim.analysis.verdict import Verdict
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.errors import InputError
from sim.experiment import result_store
from sim.experiment.manifest import Key, Manifest, read_manifest
from sim.experiment.summary import Views, collect_measures
from sim.experiment.uncertain_values import LAW
from sim.measures.definitions import PAIRED
from sim.measures.weekly import TOTAL, term_means, weekly_paths
from sim.model.observers.recorder import OWED, REVIEW
from sim.playbook.strategies import BASELINE


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
    seen = _Seen(manifest)
    measures = collect_measures(folder, manifest, seen.visit)
    effects = _effects(manifest, measures)
    verdict = verdict_of(manifest, measures)
    return Answers(
        manifest=manifest,
        market=manifest.market,
        strategies=strategies,
        measures=measures,
        effects=effects,
        paths=seen.path_effects(strategies),
        contributions=seen.contribution_effects(strategies),
        money=costs_and_payback(manifest, strategies, measures, effects, seen.by_lever),
        verdict=verdict,
        leanings=_leanings(manifest, measures, verdict),
        changes=changes_of(folder, manifest),
        reviews=reviews_table(seen.reviews),
        folder=folder,
    )


def _leanings(manifest: Manifest, measures: pd.DataFrame, verdict: Verdict) -> list[Leaning]:
    """Return on which uncertain values the answer leans: those that can move the leading strategy."""
    if len(unaffordable_in(manifest)) == len(manifest.strategies):
        return []  # no value makes the firm pay what it cannot
    told = [f"market.{name}" for name, one in manifest.market.values.items() if one.show_ends]
    told += [LAW]  # by which law customers buy is told, whether or not the answer leans on it
    futures = futures_of(manifest, equity_of(measures, 0)[list(verdict.options.index)])
    return leanings(futures, verdict, that_can_move(manifest, [leader_of(verdict)]), told)


def _require_finished(folder: Path, manifest: Manifest) -> None:
    missing = len(result_store.missing_runs(folder, manifest.runs))
    if missing or not manifest.finished:
        total = len(manifest.runs)
        found = "the last step is missing"
        if missing:
            found = f"{missing} of {total} runs are missing or damaged"
        raise InputError(
            str(folder),
            "comparison",
            found,
            "a finished comparison",
            hint=f"Continue it with `{manifest.command_in(folder)}`.",
        )


class _Seen:
    """What is kept of each run besides its measures; of second lives nothing."""

    def __init__(self, manifest: Manifest) -> None:
        self.scales = {future.number: manifest.scale(future) for future in manifest.drawn}
        self.futures = range(manifest.futures)
        self.weeks: np.ndarray = np.empty(0)
        self.paths: dict[tuple[str, int], dict[str, np.ndarray]] = {}
        #: Paths of a run's lives, the run itself where it has one; and the chance of the second.
        self.lives: dict[tuple[str, int], list[dict[str, np.ndarray]]] = {}
        self.chances: dict[int, float] = {}
        #: (scenario, segment) -> (outcome, mechanism) -> sum over futures of the mean term
        self.terms: dict[tuple[str, str], dict[tuple[str, str], float]] = {}
        self.costs: dict[tuple[str, int], dict[str, float]] = {}
        #: (scenario, future, week, ``WHAT.PLAY or goal``, value) of what reviews found and did
        self.reviews: list[tuple[str, int, int, str, float]] = []
        #: Strategy -> ``bound.<lever>`` -> share of futures in which a strength is at a bound.
        self.bounds: dict[str, dict[str, float]] = {}

    def visit(self, key: Key, views: Views, chance: float) -> None:
        """Keep paths, mean terms and yearly cost by lever of a run, and the paths of its lives."""
        scenario, number, luck = key
        if luck:
            return
        segments, *lives = views
        run, total, scale = (scenario, number), segments[TOTAL], self.scales[number]
        self.weeks = total["week"]
        self.paths[run] = weekly_paths(total, scale)
        self.lives[run] = [weekly_paths(life[TOTAL], scale) for life in lives] or [self.paths[run]]
        self.chances[number] = chance
        for name, columns in segments.items():
            sums = self.terms.setdefault((scenario, name), {})
            for term, mean in term_means(columns).items():
                sums[term] = sums.get(term, 0.0) + mean
        for name in (one for one in total if one.startswith(REVIEW)):
            for week in np.flatnonzero(total[name]):
                noted = (int(week) + 1, name.removeprefix(REVIEW), float(total[name][week]))
                self.reviews.append((*run, *noted))
        for name, people in total.items():
            if name.startswith("bound.") and people.any():
                bounds = self.bounds.setdefault(scenario, {})
                bounds[name] = bounds.get(name, 0.0) + 1.0 / len(self.futures)
        self.costs[run] = {
            name: float(flow.mean() * WEEKS_A_YEAR * scale)
            for name, flow in total.items()
            if name.startswith("cost.") or name == OWED
        }

    def by_lever(self, name: str) -> dict[str, float]:
        """Return a strategy's mean yearly costs over doing nothing, what was owed, and ends that bind."""
        usual = [self.costs[BASELINE, k] for k in self.futures]
        own = [self.costs[name, k] for k in self.futures]
        over = {
            lever: float(
                np.mean(
                    [a.get(lever, 0.0) - b.get(lever, 0.0) for a, b in zip(own, usual, strict=True)]
                )
            )
            for lever in dict.fromkeys(lever for one in own for lever in one)
        }
        over["owed_cost"] = over.pop(OWED, 0.0)
        return over | self.bounds.get(name, {})

    def path_effects(self, strategies: list[str]) -> pd.DataFrame:
        """Return the paired difference of each path in each week."""
        rows = []
        weights = np.concatenate([self._weights(k) for k in self.futures])
        for name in strategies:
            for measure in self.paths[name, 0]:
                gaps = np.stack(
                    [
                        self.paths[name, k][measure] - self.paths[BASELINE, k][measure]
                        for k in self.futures
                    ]
                )
                lives = np.stack(
                    [
                        one[measure] - base[measure]
                        for k in self.futures
                        for one, base in zip(
                            self.lives[name, k], self.lives[BASELINE, k], strict=True
                        )
                    ]
                )
                for week, gap, each in zip(self.weeks, gaps.T, lives.T, strict=True):
                    seen = Seen(each, weights) if len(each) > len(gap) else None
                    found = paired_interval(gap, seen=seen)
                    ends = (found.ci_low, found.ci_high, found.low, found.high)
                    rows.append((name, int(week), measure, found.mean, *ends))
        names = ["scenario", "week", "measure", "difference", "ci_low", "ci_high", "low", "high"]
        return pd.DataFrame(rows, columns=names)

    def _weights(self, number: int) -> list[float]:
        """Return the chances of the lives of a future."""
        chance = self.chances[number]
        return [1.0 - chance, chance] if len(self.lives[BASELINE, number]) > 1 else [1.0]

    def contribution_effects(self, strategies: list[str]) -> pd.DataFrame:
        """Return the mean over futures of each mean term, less the baseline's (0 where there is none).

        A term need not arise in every future: a breach happens in some only.
        """
        rows = []
        for name in strategies:
            for (scenario, segment), sums in self.terms.items():
                if scenario != name:
                    continue
                usual = self.terms[BASELINE, segment]
                for term, total in sums.items():
                    gap = (total - usual.get(term, 0.0)) / len(self.futures)
                    rows.append((name, segment, *term, gap))
        names = ["scenario", "segment", "outcome", "mechanism", "difference"]
        return pd.DataFrame(rows, columns=names)


def _effects(manifest: Manifest, measures: pd.DataFrame) -> pd.DataFrame:
    """Return paired differences from the baseline, with their intervals."""
    keys = ["luck", "scenario", "segment", "measure"]
    columns = ["value", "spared", "struck", "chance"]
    found_in = {
        key: group.to_numpy()
        for key, group in measures.groupby(keys, sort=False, observed=True)[columns]
    }
    values = {key: group[:, 0] for key, group in found_in.items()}
    weight = luck_of_firm(manifest)
    rows = []
    for (luck, *key), value in values.items():
        scenario, segment, measure = key
        if luck or scenario == BASELINE or measure == "payback_week":
            continue
        base = values.get((0, BASELINE, segment, measure), np.zeros_like(value))
        again = values.get((1, *key), np.empty(0))
        again = again - values.get((1, BASELINE, segment, measure), np.zeros_like(again))
        usual = found_in.get((0, BASELINE, segment, measure))
        seen = seen_in(found_in[0, *key], usual)
        found = paired_interval(value - base, again, weight, seen)
        known = np.isfinite(value - base)
        means = [float(x[known].mean()) if known.any() else np.nan for x in (base, value)]
        if measure in PAIRED:
            means[0] = np.nan
        rows.append((*key, *means, *astuple(found)))
    ends = [field.name for field in fields(Interval)]
    names = [*keys[1:], "baseline_mean", "mean", "difference", *ends[1:]]
    return pd.DataFrame(rows, columns=names)


def seen_in(values: np.ndarray, usual: np.ndarray | None) -> Seen | None:
    """Return what one firm may see of a measure, None where each future has but one life.

    Parameters
    ----------
    values, usual : ndarray, shape (futures, 4)
        Value, value in the life without and with a rare event, and the chance of the second: under a
        strategy, and under doing nothing where there is a value.
    """
    chance = values[:, 3]
    if not chance.any():
        return None
    lives = values[:, 1:3] if usual is None else values[:, 1:3] - usual[:, 1:3]
    return Seen(lives.T.ravel(), np.concatenate([1.0 - chance, chance]))
