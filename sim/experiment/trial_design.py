"""The design of a trial, as the firm gets it: ``clients/NAME/trials/DESIGN.yaml``.

`loyalty trial` writes it, and `loyalty learn` finds it by the name of the tried arm. Campaigns in
a firm's records are kept likewise, by the plan for which they are taken
(`sim.experiment.campaigns_as_trial`).
"""

import math
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.common.paths import client_folder, shown
from sim.common.reading import read_text, read_yaml, validate, wrong
from sim.common.writing import lock, write_text
from sim.playbook.strategies import BASELINE, Strategy

#: The arm that goes on as it is.
CONTROL = BASELINE
_FOLDER = "trials"
_COLUMNS = {
    "customer": {"unit": "customer", "columns": "customer, arm, spend"},
    "place": {"unit": "place", "columns": "place, arm, customers, spend (of all of them)"},
}
#: What was drawn by lot where nothing was: campaigns are found in the firm's records.
RECORDS = "records"
#: Of k pairs the lot may fall in 2^k ways, so that of fewer even the clearest result comes about by
#: chance in more than one case of twenty, on either side.
LEAST_PAIRS = 6


class Design(BaseModel):
    """What is done in a trial."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    arm: str = Field(
        pattern=r"^[a-z][a-z0-9_]*$", description="name of the tried arm and of the file"
    )
    unit: Literal["customer", "place", "records"] = Field(description="what is drawn by lot")
    customers: int = Field(gt=0, description="of each arm")
    weeks: int = Field(gt=0)
    currency: str
    plan: Strategy = Field(description="what is tried, as it was sized")
    # what only a trial has that is still to come
    first_look: float | None = Field(None, description="standard errors that end it at half time")
    at_end: float | None = Field(None, description="standard errors that are enough at the end")
    cost: float | None = Field(None, description="of the plan per customer over the weeks")
    gain: float | None = Field(None, description="expected before the trial, the firm's money")
    comparison: str | None = Field(None, description="id of the comparison it was designed from")

    @model_validator(mode="after")
    def _is_whole(self) -> "Design":
        """Refuse a trial that lacks what its design says."""
        needed = ("first_look", "at_end", "cost", "gain", "comparison")
        if self.unit != RECORDS and (lacks := [n for n in needed if getattr(self, n) is None]):
            raise wrong(lacks[0], "nothing", "what `loyalty trial` wrote")
        return self


def trial_files(market: str) -> list[Path]:
    """Return the files of the designs of a client's trials, none for other markets."""
    client = client_folder(market)
    return sorted((client / _FOLDER).glob("*.yaml")) if client else []


def trial_designs(market: str) -> dict[str, Design]:
    """Return the designs of a client's trials by the name of the tried arm, none for other markets.

    Raises
    ------
    InputError
        If a file is wrong.
    """
    paths = trial_files(market)
    return {path.stem: validate(Design, read_yaml(path), shown(path)) for path in paths}


def pairs_of_places(customers: int) -> tuple[int, int]:
    """Return how many pairs of places a trial takes, however many customers a place has.

    Where a share r of the variance lies between the places of a pair, n customers of each arm become
    n (1 + (m - 1) r) in places of m (Kish 1965), which are more than n r places.

    Returns
    -------
    int, int
        Where r is .01 and where it is .1; `LEAST_PAIRS` at least.
    """
    few, many = (max(LEAST_PAIRS, math.ceil(customers / parts)) for parts in (100, 10))
    return few, many


def write_design(market: str, design: Design, warning: str = "") -> Path | None:
    """Keep a design with a client's files, under the name of its arm or that with a number.

    Parameters
    ----------
    market : str
    design : Design
    warning : str, optional
        Why not to run it, which stands at the top of the file.

    Returns
    -------
    Path or None
        The file, which is there already if the same was designed before; None for a market that is no
        client's.
    """
    client = client_folder(market)
    if client is None:
        return None
    with lock(client):
        return keep_design(client, named_apart(market, design), warning)


def named_apart(market: str, design: Design) -> Design:
    """Return a design under the name of its arm, or that with a number where another one has it."""
    known, name, number = trial_designs(market), design.arm, 1
    while (found := known.get(name)) and found != design.model_copy(update={"arm": name}):
        number += 1
        name = f"{design.arm}_{number}"
    return design.model_copy(update={"arm": name})


def keep_design(client: Path, design: Design, warning: str = "") -> Path:
    """Write a design into a client's folder that is held, unless it is there; return its file.

    A warning is put above one that is there as well.
    """
    path = client / _FOLDER / f"{design.arm}.yaml"
    above = f"# Warning: {warning}\n" if warning else ""
    if not path.exists():
        content = design.model_dump(mode="json", exclude_none=True)
        text = yaml.safe_dump(content, sort_keys=False, width=100, allow_unicode=True)
        write_text(path, above + _head(design) + text)
    elif above and not (text := read_text(path, shown(path))).startswith("# Warning"):
        write_text(path, above + text)
    return path


def _head(design: Design) -> str:
    """Return what stands above the numbers, for whoever runs the trial."""
    if design.unit == RECORDS:
        return _OF_RECORDS
    head = _HEAD.format(arm=design.arm, control=CONTROL, **_COLUMNS[design.unit])
    if design.unit == "customer":
        return head
    few, many = pairs_of_places(design.customers)
    return head + _OF_PLACES.format(few=few, many=many)


_OF_RECORDS = """\
# No trial: the campaigns that the firm's records show, and the plan for which `loyalty learn` takes them.
"""
_OF_PLACES = """\
# Places are drawn in pairs that are alike: {few} pairs or more where a hundredth of what customers
# differ by lies between places of a pair, {many} or more where a tenth does. Where there are no places,
# draw each customer who can be given the plan alone: one such is a place, with 1 in the column customers.
"""
_HEAD = """\
# A trial, as `loyalty trial` designed it. Draw each {unit} by lot for one arm: {arm} or {control}.
# Afterwards `loyalty learn` reads a table with a line for each {unit} and the columns {columns}.
# Spend is all that was spent in these weeks at list prices, before any discount, with what new customers
# spent whom the old ones brought; 0 if nothing.
"""
