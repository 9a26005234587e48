"""The design of a trial, as the firm gets it: ``clients/NAME/trials/DESIGN.yaml``.

`loyalty trial` writes it, and `loyalty learn` finds it by the name of the tried arm.
"""

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from sim.common.paths import client_folder, shown
from sim.common.reading import read_yaml, validate
from sim.common.writing import lock, write_text
from sim.playbook.strategies import BASELINE, Strategy

#: The arm that goes on as it is.
CONTROL = BASELINE
_FOLDER = "trials"
_COLUMNS = {
    "customer": {"unit": "customer", "columns": "customer, arm, spend"},
    "place": {"unit": "place", "columns": "place, arm, customers, spend (of all of them)"},
}


class Design(BaseModel):
    """What is done in a trial."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    arm: str = Field(
        pattern=r"^[a-z][a-z0-9_]*$", description="name of the tried arm and of the file"
    )
    unit: Literal["customer", "place"] = Field(description="what is drawn by lot")
    customers: int = Field(gt=0, description="of each arm")
    weeks: int = Field(gt=0)
    first_look: float = Field(description="standard errors that end it at half time")
    at_end: float = Field(description="standard errors that are enough at the end")
    cost: float = Field(description="of the plan per customer over the weeks")
    currency: str
    gain: float = Field(description="expected gain of the plan before the trial, the firm's money")
    comparison: str = Field(description="id of the comparison it was designed from")
    plan: Strategy = Field(description="what is tried, as it was sized")


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


def write_design(market: str, design: Design) -> Path | None:
    """Keep a design with a client's files, under the name of its arm or that with a number.

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
        known, name, number = trial_designs(market), design.arm, 1
        while (found := known.get(name)) and found != design.model_copy(update={"arm": name}):
            number += 1
            name = f"{design.arm}_{number}"
        path = client / _FOLDER / f"{name}.yaml"
        if found is None:
            content = design.model_copy(update={"arm": name}).model_dump(mode="json")
            text = yaml.safe_dump(content, sort_keys=False, width=100, allow_unicode=True)
            write_text(
                path, _HEAD.format(arm=name, control=CONTROL, **_COLUMNS[design.unit]) + text
            )
    return path


#: What stands above the numbers, for whoever runs the trial.
_HEAD = """\
# A trial, as `loyalty trial` designed it. Draw each {unit} by lot for one arm: {arm} or {control}.
# Afterwards `loyalty learn` reads a table with a line for each {unit} and the columns {columns}.
# Spend is all that was spent in these weeks at list prices, before any discount, with what new customers
# spent whom the old ones brought; 0 if nothing.
"""
