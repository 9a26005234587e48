"""What the workbench was asked to cover: each claim of the three source documents, by id."""

from functools import cache

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.common.reading import wrong
from sim.common.tables import read_table

#: The documents, by the letter with which the ids of their claims begin.
DOCUMENTS = {
    "L": "Enterprise customer-loyalty improvement plan",
    "C": "Reaching whole-lifecycle customer care",
    "I": "Social interaction and loyalty",
}


class Claim(BaseModel):
    """One row of ``playbook/sources.csv``."""

    model_config = ConfigDict(extra="forbid")
    id: str = Field(
        pattern=r"^[LCI]\d[a-z]?(\.C?\d+[a-z]?)?(\(\d\))?$",
        description="letter of the document and place in it; pages, measures and tests name it",
    )
    claim: str = Field(min_length=1, description="what the document says, in our words")
    document: str = Field(description="which document: L, C or I, in this order")
    nothing_acts: str = Field(description="why nothing acts on it here, where nothing does")
    in_part: str = Field(
        description="where something acts on a part of it, what is to be said of the rest"
    )

    @model_validator(mode="after")
    def _is_of_its_document(self) -> "Claim":
        if self.document != DOCUMENTS[self.id[0]]:
            expected = f"the document of the letter {self.id[0]}, {DOCUMENTS[self.id[0]]}"
            raise wrong("document", self.document, expected)
        return self


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
