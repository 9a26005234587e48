"""What each preset of each lever does by itself, in every market: the rows of ``data/effects.csv``.

A preset is run for everyone, from week 0, at its own cost and without a budget, against doing nothing
in the same futures. Rows that are finished are kept, so that a command that was stopped goes on where
it was.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd
from joblib import cpu_count

from sim.analysis.acts_through import acts_through
from sim.analysis.effect_row import PresetRun, effect_row, summarise_run
from sim.common.errors import InputError, nearest
from sim.common.paths import root
from sim.common.writing import check_target, lock, write
from sim.evidence.own import parameters_for
from sim.experiment.fingerprint import (
    always_in,
    code_digest,
    history_digest,
    identify,
    parameters_of,
)
from sim.experiment.futures import Future, draw_futures
from sim.experiment.workers import Progress, in_any_order
from sim.levers import BY_NAME, MECHANISMS
from sim.market.market import Market, load_market
from sim.market.places import market_names
from sim.model.rare_events import breaches_in, run_lives, table_of
from sim.model.scenario import Scenario
from sim.playbook.effect_rows import FILE, Effect, load_effects, settings_text
from sim.playbook.pages import load_page
from sim.playbook.strategies import DO_NOTHING, Play, Strategy

#: Size of each run and how many: all presets in all markets take minutes.
CUSTOMERS, WEEKS, FUTURES, SEED = 5_000, 104, 8, 1

#: One preset in one market; for doing nothing no lever, and how rare events come.
Key = tuple[str, str, str]


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
        keys = [*dict.fromkeys(_beside(key) for key in missing), *missing]
        tasks = [(key, k, scenario(*key, k)) for key in keys for k in range(FUTURES)]
        say(0, len(tasks), "running" if tasks else "finished before: nothing to run")
        runs: dict[Key, dict[int, PresetRun]] = {key: {} for key in keys}
        waiting = dict.fromkeys(missing)
        outcomes = in_any_order(_run, tasks, min(jobs or cpu_count(), max(1, len(tasks))))
        for done, (key, k, outcome) in enumerate(outcomes, 1):
            runs[key][k] = outcome
            say(done, len(tasks), " ".join(key).strip())
            for whole in [key for key in waiting if _is_whole(runs, key)]:
                through = acts_through(load_market(whole[0]), alone(*whole[1:]))
                base = runs[_beside(whole)]
                rows[whole] = effect_row(
                    whole, wanted[whole], runs[whole], base, through, CUSTOMERS
                )
                del waiting[whole]
                _save(rows, wanted)
        return _save(rows, wanted)


def _is_whole(runs: dict[Key, dict[int, PresetRun]], key: Key) -> bool:
    """Return whether all runs of a preset, and of doing nothing beside it, are done."""
    return len(runs[key]) == len(runs[_beside(key)]) == FUTURES


def _beside(key: Key) -> Key:
    """Return doing nothing beside a preset: as rare events come in the preset's runs."""
    return key[0], "", "weighed" if BY_NAME[key[1]].guards else "drawn"


_LEVERS = [mechanism.name for mechanism in MECHANISMS]


def wanted_rows() -> dict[Key, str]:
    """Return all rows that there should be, in order, each with the digest of what makes it."""
    size = {"customers": CUSTOMERS, "weeks": WEEKS, "futures": FUTURES, "seed": SEED}
    markets = {name: load_market(name) for name in market_names()}
    numbers = {name: _numbers_of(market) for name, market in markets.items()}
    used = {
        (market, name): frozenset(always_in([name], markets[market]))
        for market in markets
        for name in _LEVERS
    }
    code = dict[frozenset[str], str]()
    for (market, name), levers in used.items():
        if levers not in code:
            code[levers] = code_digest([name], market=markets[market])
    return {
        (market, lever, preset): identify(
            {
                **size,
                "market": numbers[market],
                "lever": [code[used[market, lever]], _strengths(lever, markets[market])],
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
    """Return one run of a preset, or of doing nothing where there is no lever (see `Key`)."""
    strategy = alone(lever, preset) if lever else DO_NOTHING
    breaches = breaches_in([strategy]) if lever else preset
    table = parameters_for(market)
    drawn = _futures(market, FUTURES)[future]
    one = drawn.scenario(load_market(market), table, strategy, CUSTOMERS, WEEKS)
    return replace(one, rare=drawn.rare if breaches == "weighed" else None)


def alone(lever: str, preset: str) -> Strategy:
    """Return the strategy that is one preset, for everyone and from the first week."""
    page = load_page(lever)
    play = Play(lever=lever, settings=page.presets[preset].settings, owner=page.owner)
    return Strategy(name="alone", title=preset, summary="", plays=[play])


@cache
def _futures(market: str, futures: int) -> list[Future]:
    """Return the futures in which all presets of a market are run."""
    return draw_futures(load_market(market), parameters_for(market).rows, futures, SEED)


def _run(key: Key, future: int, scenario: Scenario) -> tuple[Key, int, PresetRun]:
    lives = run_lives(scenario)
    return key, future, summarise_run(lives[0][1], table_of(lives))


def _save(rows: dict[Key, Effect], wanted: dict[Key, str]) -> list[Effect]:
    """Write the rows in the order of markets, levers and presets, and return them."""
    ordered = [rows[key] for key in wanted if key in rows]
    table = pd.DataFrame(
        [row.model_dump() for row in ordered], columns=list(Effect.model_fields), dtype=object
    )
    write(root() / FILE, table.to_csv(index=False, lineterminator="\n").encode())
    load_effects.cache_clear()
    return ordered
