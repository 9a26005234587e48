"""What the workbench was asked to cover: each claim of the three source documents, by id."""

from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sim.common.tables import read_table


class Claim(BaseModel):
    """One row of ``playbook/sources.csv``."""

    model_config = ConfigDict(extra="forbid")
    id: str = Field(
        pattern=r"^[LCI]\d(\.C?\d+[a-z]?)?(\(\d\))?$",
        description="letter of the document and place in it; pages, measures and tests name it",
    )
    claim: str = Field(min_length=1, description="what the document says, in our words")
    document: Literal[
        "Enterprise customer-loyalty improvement plan",
        "Reaching whole-lifecycle customer care",
        "Social interaction and loyalty",
    ] = Field(description="which document: L, C or I, in this order")


@cache
def load_sources() -> dict[str, Claim]:
    """Read ``playbook/sources.csv``.

    Returns
    -------
    dict
        Id -> claim, in the order of the file.

    Raises
    ------
    InputError
        If a row is wrong or an id stands twice.
    """
    return read_table("sources.csv", Claim, lambda row: row.id, folder="playbook")
