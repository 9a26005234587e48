"""`loyalty validate`: test each fact in turn, keep what is finished, and write one table.

::

    manifest.json      what determines the results, and what made them
    facts/S14.json     the statistics of one fact: value, interval, how it was measured
    facts.csv          one row per statistic: band, simulated value, verdict, reason
    bias.csv           four levers: what a firm's records show beside what an experiment shows

Every fact has a file of its own, so that the same command goes on where it was stopped. A folder of other
results (another model, market, size or seed) is refused, never overwritten.
"""

import json
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from joblib import cpu_count
from pydantic import Field

from sim.checks.validation.bias import bias_table
from sim.checks.validation.catalogue import NO_REASON, REASONS, TESTS, facts_by_group
from sim.checks.validation.leaving import contracts
from sim.checks.validation.statistic import Found, Statistic, Untested, judge
from sim.checks.validation.worlds import Setup
from sim.common.errors import InputError, nearest
from sim.common.given import whole
from sim.common.reading import read_bytes
from sim.common.results import MANIFEST
from sim.common.writing import check_target, clear_partial, lock, occupants, write, write_json
from sim.evidence.findings import Fact
from sim.evidence.own import parameters_for
from sim.experiment import result_store
from sim.experiment.fingerprint import code_digest, describe, identify, libraries
from sim.experiment.manifest import DESCRIBED, MOST_BYTES, Made, read_made
from sim.experiment.workers import Progress, in_any_order
from sim.market.market import Market, load_market

TABLE, BIAS = "facts.csv", "bias.csv"
_LEAST = {"customers": 100, "replications": 2, "more": 1}


class ValidationManifest(Made):
    """What determines the results of a validation, and what made them."""

    made_with: ClassVar[str] = "loyalty validate"
    described: ClassVar[frozenset[str]] = DESCRIBED | {
        *("customers", "replications", "more", "facts", "market_with_contracts")
    }
    kind: Literal["validation"] = "validation"
    id: str = Field(min_length=1)
    customers: int = Field(gt=0)
    replications: int = Field(gt=0)
    more: int = Field(
        gt=0, description="how many times as many worlds where a verdict is undecided"
    )
    facts: list[Fact]
    market_with_contracts: Market | None = Field(description="where leaving by contract is tested")


def validate(
    market: str,
    folder: Path,
    facts: list[str] | None = None,
    customers: int = 4_000,
    replications: int = 10,
    seed: int = 1,
    jobs: int = 0,
    on_progress: Progress | None = None,
    command: str = "",
    more: int = 4,
) -> pd.DataFrame:
    """Test facts in a market, or go on with it, and write the table.

    Parameters
    ----------
    market : str
        Name of a file in ``data/markets``.
    folder : Path
        New, empty, or of the same validation.
    facts : list of str, optional
        Names such as S14; all by default.
    customers, replications, seed : int
        Size and number of the simulated worlds, and luck of the first.
    jobs : int
        Processes; 0 takes one per processor, 1 stays in this process.
    on_progress : callable, optional
        Called with (facts done, of, what was last done).
    command : str
        What a person gives to make this table.
    more : int
        A fact with an undecided statistic is tested again in so many times as many worlds; 1 leaves it.

    Returns
    -------
    DataFrame
        The table of all facts tested in this folder so far (see `table_of`).

    Raises
    ------
    InputError
        If a name is unknown, or the folder is in use or holds something else.
    """
    wanted = _check(facts, customers=customers, replications=replications, more=more)
    setup = Setup(load_market(market), customers, replications, seed)
    say = on_progress or (lambda done, of, what: None)
    for path in (_path(folder, wanted[0]), folder / TABLE, folder / BIAS):
        check_target(path)
    with lock(folder):
        _open(folder, describe_validation(setup, more), command)
        clear_partial(folder)
        missing = [name for name in wanted if not _path(folder, name).exists()]
        done = len(wanted) - len(missing)
        say(done, len(wanted), "finished before: nothing to run" if not missing else "")
        processes = min(jobs or cpu_count(), max(len(missing), 1))
        for name in in_any_order(
            partial(_test, setup, more, folder), [(m,) for m in missing], processes
        ):
            done += 1
            say(done, len(wanted), name)
        found = read_facts(folder)
        table = table_of(found)
        for name, content in ((TABLE, table), (BIAS, bias_table(found))):
            text = content.to_csv(index=False, lineterminator="\n")
            write(folder / name, text.encode())
    return table


def describe_validation(setup: Setup, more: int) -> dict[str, Any]:
    """Return all that determines the results, ready for JSON."""
    rows = [row.model_dump(mode="json") for group in facts_by_group().values() for row in group]
    size: dict[str, Any] = {
        "customers": setup.customers,
        "replications": setup.replications,
        "seed": setup.seed,
        "more": more,
    }
    elsewhere = contracts()  # where leaving is tested if this market does not show it
    other = elsewhere.model_dump(mode="json") if elsewhere else None
    made = describe(setup.market, [], **size, facts=rows, market_with_contracts=other)
    every = [row.model_dump(mode="json") for row in parameters_for(setup.market).rows]
    return {**made, "parameters": every, "code": code_digest(makers=(__name__,))}


def read_facts(folder: Path) -> Found:
    """Read what was found so far: by row of ``data/stylised_facts.csv``, and ``bias.CASE.KIND``.

    Raises
    ------
    InputError
        If a file is damaged.
    """
    found: Found = {}
    for path in sorted((folder / "facts").glob("*.json")):
        try:
            content = json.loads(read_bytes(path, str(path), MOST_BYTES))
            for row, values in content.items():
                found[row] = Untested(**values) if "reason" in values else Statistic(**values)
        except (ValueError, TypeError, OSError):
            raise InputError(
                str(path), "fact", "a damaged file", "the statistics of a fact",
                hint="Delete it and give the same command again.",
            ) from None  # fmt: skip
    return found


def table_of(found: Found) -> pd.DataFrame:
    """Return the table of facts.

    Parameters
    ----------
    found : dict
        What was found, by row of ``data/stylised_facts.csv``.

    Returns
    -------
    DataFrame
        One row per statistic tested, in the order of that file: ``id``, ``fact``, ``statistic``,
        ``kind``, ``basis``, ``reference``, ``band_low``, ``band_high``; ``value``, ``low``, ``high``,
        simulated, with its interval, which holds the truth with a chance of 99 %, a second look
        allowed for; ``verdict`` (green, red, undecided, untested), ``reason`` for all but green, and
        ``note``, how it was measured.
    """
    rows = []
    for row in (row for group in facts_by_group().values() for row in group if row.id in found):
        one = found[row.id]
        verdict, reason = judge(one, row.low, row.high)
        if verdict == "red":
            reason = REASONS.get(row.id, NO_REASON)
        measured: dict[str, Any] = {"value": np.nan, "low": np.nan, "high": np.nan, "note": ""}
        if isinstance(one, Statistic):
            measured = asdict(one)
        rows.append(
            {
                **{
                    name: getattr(row, name)
                    for name in ("id", "fact", "statistic", "kind", "basis")
                },
                "reference": row.reference,
                "band_low": row.low,
                "band_high": row.high,
                **{name: measured[name] for name in ("value", "low", "high")},
                "verdict": verdict,
                "reason": reason,
                "note": measured["note"],
            }
        )
    return pd.DataFrame(rows)


def _check(facts: list[str] | None, **numbers: int) -> list[str]:
    """Check all arguments but the market's name; return the facts to test."""
    for name, value in numbers.items():
        whole(f"--{name}", name, value, _LEAST[name])
    wanted = list(dict.fromkeys(facts or TESTS))
    for name in wanted:
        if name not in TESTS:
            expected = "one of " + ", ".join(TESTS)
            raise InputError("--facts", "facts", name, expected, nearest(name, TESTS))
    return wanted


def _path(folder: Path, fact: str) -> Path:
    return folder / "facts" / f"{fact}.json"


def _test(setup: Setup, more: int, folder: Path, fact: str) -> str:
    """Test one fact, in more worlds where that leaves a verdict undecided, and write what was found.

    The second look takes in the lives of the first; its intervals allow for both (`statistic`).
    """
    found = TESTS[fact](setup)
    if more > 1 and _is_undecided(found):
        found = TESTS[fact](replace(setup, replications=more * setup.replications))
    content = {row: asdict(one) for row, one in found.items()}
    write_json(_path(folder, fact), content)
    return fact


def _is_undecided(found: Found) -> bool:
    rows = (row for group in facts_by_group().values() for row in group if row.id in found)
    return any(judge(found[row.id], row.low, row.high)[0] == "undecided" for row in rows)


def _open(folder: Path, description: dict[str, Any], command: str) -> None:
    """Begin a folder, or make sure that what it holds was made by the same."""
    inside, made = occupants(folder), identify(description)
    if MANIFEST not in inside:
        if inside:
            raise _refused(folder, "It holds other files")
        manifest = ValidationManifest(
            id=made, command=command, **description, libraries=libraries()
        )
        result_store.write_manifest(folder, manifest)
        return
    manifest = read_made(folder, ValidationManifest)
    if manifest.id != made:
        before = manifest.model_dump(mode="json")
        differing = [key for key, value in description.items() if before[key] != value]
        raise _refused(folder, f"It holds another one (other {', '.join(differing)})")


def _refused(folder: Path, why: str) -> InputError:
    return InputError(
        "--out",
        "folder",
        str(folder),
        "a folder that is new, empty or of this validation",
        hint=f"{why}, and results are never overwritten: choose another folder.",
    )
