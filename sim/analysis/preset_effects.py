"""What each preset of each lever does by itself, in every market: the rows of ``data/effects.csv``.

A preset is run for everyone, from week 0, at its own cost and without a budget, against doing nothing
in the same futures. Rows that are finished are kept, so that a command that was stopped goes on where
it was.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from joblib import cpu_count

from sim.analysis.intervals import paired_interval
from sim.common.errors import InputError, nearest
from sim.common.paths import root
from sim.common.random_numbers import Floats
from sim.common.writing import check_target, lock, write
from sim.evidence.own import parameters_for
from sim.experiment.fingerprint import code_digest, history_digest, identify, parameters_of
from sim.experiment.futures import Future, draw_futures
from sim.experiment.workers import Progress, in_any_order
from sim.levers import MECHANISMS
from sim.market.market import Market, load_market
from sim.market.places import market_names
from sim.measures.of_run import measure_segments
from sim.measures.weekly import TOTAL, columns_by_segment
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.effect_rows import FILE, Effect, load_effects, settings_text
from sim.playbook.pages import load_page
from sim.playbook.strategies import DO_NOTHING, Play, Strategy

#: Size of each run and how many: all presets in all markets take minutes.
CUSTOMERS, WEEKS, FUTURES, SEED = 5_000, 104, 8, 1

#: One preset in one market; lever and preset are empty for doing nothing.
Key = tuple[str, str, str]


class PresetRun(NamedTuple):
    """What is kept of one run, per known customer."""

    measures: dict[str, float]
    margin: Floats


def run_effects(
    markets: list[str] | None = None,
    levers: list[str] | None = None,
    jobs: int = 0,
    on_progress: Progress | None = None,
) -> list[Effect]:
    """Run the presets that have no up-to-date row, and write ``data/effects.csv`` after each.

    Parameters
    ----------
    markets, levers : list of str, optional
        Only these; by default all. Rows of the others stay as they are.
    jobs : int
        Processes; 0 takes one per processor.
    on_progress : callable, optional
        Called with (runs done, runs in all, what was last done).

    Returns
    -------
    list of Effect
        All rows of the file, by market, lever and preset.

    Raises
    ------
    InputError
        If a name is unknown, or a page or market is wrong.
    """
    say: Callable[[int, int, str], None] = on_progress or (lambda *_: None)
    _futures.cache_clear()  # what is on the disk now is what counts
    wanted = wanted_rows()
    asked = _asked(markets, market_names(), "--market"), _asked(levers, _LEVERS, "--lever")
    check_target(root() / FILE)
    for name in asked[1]:
        check_target(root() / "playbook" / "levers" / f"{name}.md")
    with lock(root() / "data"):
        rows = {key: row for key, row in load_effects().items() if key in wanted}
        missing = [
            key
            for key, made_from in wanted.items()
            if key[0] in asked[0]
            and key[1] in asked[1]
            and not _is_current(rows.get(key), made_from)
        ]
        keys = [(market, "", "") for market in dict.fromkeys(key[0] for key in missing)] + missing
        tasks = [(key, k, scenario(*key, k)) for key in keys for k in range(FUTURES)]
        say(0, len(tasks), "running" if tasks else "finished before: nothing to run")
        runs: dict[Key, dict[int, PresetRun]] = {key: {} for key in keys}
        waiting = dict.fromkeys(missing)
        outcomes = in_any_order(_run, tasks, min(jobs or cpu_count(), max(1, len(tasks))))
        for done, (key, k, outcome) in enumerate(outcomes, 1):
            runs[key][k] = outcome
            say(done, len(tasks), " ".join(key).strip())
            for whole in [key for key in waiting if _is_whole(runs, key)]:
                rows[whole] = effect_row(whole, wanted[whole], runs[whole], runs[whole[0], "", ""])
                del waiting[whole]
                _save(rows, wanted)
        return _save(rows, wanted)


def _is_whole(runs: dict[Key, dict[int, PresetRun]], key: Key) -> bool:
    """Return whether all runs of a preset, and of doing nothing beside it, are done."""
    return len(runs[key]) == len(runs[key[0], "", ""]) == FUTURES


_LEVERS = [mechanism.name for mechanism in MECHANISMS]


def wanted_rows() -> dict[Key, str]:
    """Return all rows that there should be, in order, each with the digest of what makes it."""
    size = {"customers": CUSTOMERS, "weeks": WEEKS, "futures": FUTURES, "seed": SEED}
    markets = {name: load_market(name) for name in market_names()}
    numbers = {name: _numbers_of(market) for name, market in markets.items()}
    code = {name: code_digest([name]) for name in _LEVERS}
    return {
        (market, lever, preset): identify(
            {
                **size,
                "market": numbers[market],
                "lever": [code[lever], _strengths(lever, markets[market])],
                "settings": settings_text(content.settings),
            }
        )
        for market in markets
        for lever in _LEVERS
        for preset, content in load_page(lever).presets.items()
    }


def _numbers_of(market: Market) -> list[Any]:
    """Return what decides runs in a market: its numbers, without titles, sources and notes."""
    drawn = ("value", "low", "high", "status")
    values = {name: [getattr(number, x) for x in drawn] for name, number in market.values.items()}
    parts = [
        [part.name, part.share.value, part.share.low, part.share.high]
        for part in (*market.rivals, *market.channels)
    ]
    return [values, parts, market.based_on, history_digest(market)]


def _strengths(lever: str, market: Market) -> list[list[Any]]:
    """Return the numbers of the parameters that a run of one lever in a market depends on."""
    return [
        [row.lever, row.parameter, row.value, row.low, row.high, row.distribution]
        for row in parameters_of([lever], market)
    ]


def _is_current(row: Effect | None, made_from: str) -> bool:
    return row is not None and row.made_from == made_from


def _asked(names: list[str] | None, known: list[str], option: str) -> list[str]:
    for name in names or ():
        if name not in known:
            expected = "one of " + ", ".join(known)
            raise InputError(option, option[2:], name, expected, nearest(name, known))
    return names or known


def scenario(market: str, lever: str, preset: str, future: int) -> Scenario:
    """Return one run of a preset, or of doing nothing where lever and preset are empty."""
    strategy = DO_NOTHING
    if lever:
        page = load_page(lever)
        play = Play(
            lever=lever,
            settings=page.presets[preset].settings,
            owner=page.owner,
        )
        strategy = Strategy(name="alone", title=preset, summary="", plays=[play])
    table = parameters_for(market)
    drawn = _futures(market, FUTURES)[future]
    return drawn.scenario(load_market(market), table, strategy, CUSTOMERS, WEEKS)


@cache
def _futures(market: str, futures: int) -> list[Future]:
    """Return the futures in which all presets of a market are run."""
    return draw_futures(load_market(market), parameters_for(market).rows, futures, SEED)


def _run(key: Key, future: int, scenario: Scenario) -> tuple[Key, int, PresetRun]:
    weekly = LoyaltyModel(scenario).run().weekly
    return key, future, summarise_run(weekly, scenario.market, scenario.n_customers)


def summarise_run(weekly: pd.DataFrame, market: Market, customers: int) -> PresetRun:
    """Return what is kept of a run, per known customer.

    Parameters
    ----------
    weekly : DataFrame
        Weekly table of the run.
    market : Market
    customers : int
        Known customers in the run.

    Returns
    -------
    PresetRun
        Measures of the whole firm, and the margin before costs of each week.
    """
    columns = columns_by_segment(weekly)[TOTAL]
    measures = measure_segments({TOTAL: columns}, market.weekly_discount, 1.0 / customers)
    return PresetRun(measures[TOTAL], columns["margin"] / customers)


def effect_row(
    key: Key, made_from: str, runs: dict[int, PresetRun], base: dict[int, PresetRun]
) -> Effect:
    """Return the row of a preset from its runs and those of doing nothing with the same numbers."""
    market, lever, preset = key
    difference = {
        name: np.array([runs[k].measures[name] - base[k].measures[name] for k in sorted(runs)])
        for name in ("customer_equity", "cost", "retention", "trips", "csat")
    }
    gain = paired_interval(difference["customer_equity"])
    margin, usual = (np.array([one[k].margin for k in sorted(runs)]) for one in (runs, base))
    return Effect(
        market=market,
        lever=lever,
        preset=preset,
        settings=settings_text(load_page(lever).presets[preset].settings),
        equity=_short(gain.mean),
        equity_low=_short(gain.ci_low),
        equity_high=_short(gain.ci_high),
        cost=_short(difference["cost"].mean()),
        **{name: _mean(difference[name]) for name in ("retention", "trips", "csat")},
        shows_week=shows_from(margin, usual, CUSTOMERS),
        customers=CUSTOMERS,
        weeks=WEEKS,
        futures=len(runs),
        made_from=made_from,
    )


def shows_from(margin: Floats, usual: Floats, customers: int) -> int | None:
    """Return the first week from which an effect shows to the end.

    Parameters
    ----------
    margin, usual : ndarray, shape (futures, weeks)
        Margin before costs of a preset, and of doing nothing in the same futures.
    customers : int
        Known customers in each run, N.

    Returns
    -------
    int or None
        The first week (from 0) from which the mean of the running totals of margin - usual stays above
        both its standard error and N eps times the running total of |usual|; None if there is none.

    Notes
    -----
    With eps = 2.2e-16, the spacing of numbers at 1, N eps times the sum of what is added up is the
    most that rounding can do to a sum of N numbers (Higham 2002, section 4.2).
    """
    total = np.cumsum(margin - usual, axis=1)
    error = total.std(axis=0, ddof=1) / np.sqrt(len(total))
    rounding = customers * np.finfo(float).eps * np.cumsum(np.abs(usual), axis=1).mean(axis=0)
    hidden = np.flatnonzero(total.mean(axis=0) <= np.maximum(error, rounding))
    first = int(hidden[-1]) + 1 if len(hidden) else 0
    return first if first < total.shape[1] else None


def _mean(values: Floats) -> float | None:
    """Return the mean of the differences that exist (no answers to a survey give none)."""
    finite = values[np.isfinite(values)]
    return _short(finite.mean()) if len(finite) else None


def _short(value: float) -> float:
    """Round to four digits, and to zero below 1e-9."""
    return float(f"{value:.4g}") if abs(value) >= 1e-9 else 0.0


def _save(rows: dict[Key, Effect], wanted: dict[Key, str]) -> list[Effect]:
    """Write the rows in the order of markets, levers and presets, and return them."""
    ordered = [rows[key] for key in wanted if key in rows]
    table = pd.DataFrame(
        [row.model_dump() for row in ordered], columns=list(Effect.model_fields), dtype=object
    )
    write(root() / FILE, table.to_csv(index=False, lineterminator="\n").encode())
    load_effects.cache_clear()
    return ordered
