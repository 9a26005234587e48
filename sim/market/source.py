"""Where a market comes from."""

from pydantic import BaseModel, ConfigDict, Field

from sim.common.grain import Grain


class Source(BaseModel):
    """The data a market was calibrated on."""

    model_config = ConfigDict(extra="forbid")
    source: str
    description: str
    licence: str
    provenance: str
    n_customers: int = Field(gt=0)
    n_transactions: int = Field(gt=0)
    first_date: str
    last_date: str
    command: str
    grain: Grain = Field(
        "day",
        description="what the day of a purchase stands for",
        exclude_if=lambda grain: grain == "day",
    )
    cautions: list[str] = []
    history: str | None = Field(None, description="digest of the file of histories, as written")
    histories: int | None = Field(
        None, gt=0, description="customers with a history, if not all of the log"
    )
    history_file: str | None = Field(None, description="file of histories, if not the market's own")
