"""What reviews added to plans beside the same never reviewed: the rows of ``playbook/reviewed.csv``.

`sim.workbench.reviewed` writes them from a portfolio that was carried out, and ``playbook/reviewed.md``
shows them.
"""

from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from sim.common.tables import read_table

FILE = "playbook/reviewed.csv"


class Reviewed(BaseModel):
    """One reviewed strategy in one market, against the same plan never reviewed, on the same luck."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    market: str = Field(description="name of a market")
    strategy: str = Field(description="name of a strategy with reviews")
    fixed: str = Field(description="name of the same plan that nobody reviews")
    gain_fixed: float = Field(
        description="what the fixed plan adds to customer equity over doing nothing new, per known "
        "customer, currency"
    )
    adds: float = Field(description="what the reviews add to that, mean over futures")
    adds_low: float = Field(
        description="low end of the middle 90 % of futures, which hold what is uncertain, and luck"
    )
    adds_high: float = Field(description="high end of it")
    customers: int = Field(description="customers in each run")
    weeks: int = Field(description="horizon")
    futures: int = Field(description="joint draws of all that is uncertain")
    made_on: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="day on which it was kept")
    version: str = Field(description="version of the workbench that ran it")
    comparison: str = Field(pattern=r"^[0-9a-f]{12}$", description="id of the comparison")


@cache
def load_reviewed() -> dict[tuple[str, str], Reviewed]:
    """Read ``playbook/reviewed.csv``.

    Returns
    -------
    dict
        (market, strategy) -> row, in the order of the file.

    Raises
    ------
    InputError
        If a row is wrong or stands twice.
    """
    return read_table(
        "reviewed.csv",
        Reviewed,
        lambda row: (row.market, row.strategy),
        "strategy",
        "each row once",
        folder="playbook",
    )
