"""The committed worlds of the score, one row of ``data/score.csv`` for each world and plan.

Worlds of one kind that were scored beside the runs stand in ``data/score_kinds.csv``.
"""

from collections.abc import Mapping
from functools import cache
from typing import Annotated

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from sim.advice.score.definitions import Kind
from sim.common.paths import root
from sim.common.tables import EMPTY_IS_NONE, read_table
from sim.common.writing import write_text

FILE, OF_KINDS = "score.csv", "score_kinds.csv"


class Scored(BaseModel):
    """What was foretold of a plan in a world, and what it really brings there."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    seed: int = Field(description="of the run of the score that the world belongs to")
    code: str = Field(description="digest of the code that advised")
    kind: Kind = Field(description="kind of world, as in `score.yaml`")
    number: int = Field(description="of the world among its kind, from 0")
    trade: str = Field(description="trade of the firm")
    log: str = Field(
        description="`cohort` where the log holds all since the firm's first day, `panel` "
        "where it shows the end only"
    )
    firm_customers: float = Field(description="customers of the whole firm")
    budget: float = Field(description="what the firm may spend a year, money of the firm")
    verdict: str = Field(description="kind of verdict")
    advised: str = Field(description="plan that is advised, `baseline` where it is to do nothing")
    tried: Annotated[str | None, EMPTY_IS_NONE] = Field(
        None,
        description="plan that leads and was tried in one trial; empty where none leads, or the one that "
        "does costs nothing, and in a run without trials",
    )
    trial_share: Annotated[float | None, EMPTY_IS_NONE] = Field(
        None, description="what the trial takes of that plan for all customers and a year"
    )
    again: Annotated[str | None, EMPTY_IS_NONE] = Field(
        None, description="plan that is advised in other futures without a trial"
    )
    after: Annotated[str | None, EMPTY_IS_NONE] = Field(
        None,
        description="plan that is advised in those futures after the trial, as before where there was "
        "none; empty in a run without trials",
    )
    plan: str = Field(description="strategy that the row is about")
    gain: float = Field(
        description="expected gain in customer equity as foretold, money of the firm"
    )
    low50: float = Field(description="low end of its 50 % interval")
    high50: float = Field(description="high end of it")
    low80: float = Field(description="low end of its 80 % interval")
    high80: float = Field(description="high end of it")
    low90: float = Field(description="low end of its 90 % interval")
    high90: float = Field(description="high end of it")
    probability: float = Field(description="foretold probability to be the best plan")
    loses: float = Field(description="foretold probability to lose money")
    knowable: Annotated[float | None, EMPTY_IS_NONE] = Field(
        description="expected gain by many more futures of the same log and priors; empty in worlds of "
        "another structure"
    )
    lives_lost: float = Field(description="share of true lives in which the plan loses")
    lives_best: float = Field(description="share of true lives in which it is the best")
    true: float = Field(description="mean gain of the true lives, money of the firm")
    true_error: float = Field(description="its standard error")
    first_lives: float = Field(description="mean gain of the first half of the lives")
    later_lives: float = Field(description="mean gain of the other half")


@cache
def scored(file: str = FILE) -> dict[int, pd.DataFrame]:
    """Return the committed worlds by the seed of their run, the first run first.

    Parameters
    ----------
    file : str
        `FILE`, or `OF_KINDS` for the worlds of one kind beside the runs.

    Raises
    ------
    InputError
        If the file is wrong.
    """

    def key(row: Scored) -> tuple[str, ...]:
        return str(row.seed), row.kind, str(row.number), row.plan

    rows = read_table(file, Scored, key, "plan", "each plan once in a world").values()
    table = pd.DataFrame([row.model_dump() for row in rows]).astype({"knowable": float})
    return {int(str(seed)): part for seed, part in table.groupby("seed", sort=False)}


def numbered_together(runs: Mapping[int, pd.DataFrame], kind: str) -> pd.DataFrame:
    """Return the worlds of one kind of several runs, numbered as if they were of one.

    Parameters
    ----------
    runs : mapping of int to DataFrame
        Seed of a run -> a row per world and plan.
    kind : str
    """
    parts, first = [], 0
    for part in runs.values():
        rows = part[part["kind"] == kind]
        parts.append(rows.assign(number=rows["number"] + first))
        first = int(parts[-1]["number"].max()) + 1 if len(rows) else first
    return pd.concat(parts)


def record(table: pd.DataFrame, file: str = FILE) -> None:
    """Put worlds into the committed ones, in place of those of the same seed (and kind, of one kind).

    Parameters
    ----------
    table : DataFrame
        A row per world and plan.
    file : str
        As `scored` takes it.

    Raises
    ------
    InputError
        If the committed ones are wrong.
    """
    path, new = root() / "data" / file, ["seed"] if file == FILE else ["seed", "kind"]
    parts = list(scored(file).values()) if path.exists() else []
    before = dict(list(pd.concat(parts).groupby(new, sort=False))) if parts else {}
    runs = before | dict(list(table.groupby(new)))
    write_text(path, pd.concat(runs.values()).to_csv(index=False, lineterminator="\n"))
    scored.cache_clear()
