"""What is known of a client's exports: read from ``mapping.yaml``, from ``--set``, and written out again.

The file is written by each intake and read by the next one of the same client, so that the next export
needs no thought. Whatever it says counts; what it leaves open is concluded from the file.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field

from sim.common.errors import InputError
from sim.common.reading import read_yaml, validate
from sim.common.text import Name

#: Columns that an intake knows, by what they are for.
ROLES = (
    "customer",
    "date",
    "amount",
    "quantity",
    "price",
    "invoice",
    "currency_code",
    "status",
    "channel",
)
#: What other tables call a column, where it is not as in a table of purchases.
OWN_KEYS = {"kind": "status", "source": "status", "joined": "date"}
#: As the name of a column: the file has none for this.
NO_COLUMN = "-"
#: An intake's word for what a line is, as `statuses` maps a client's words to it.
Status = Literal["purchase", "return", "cancelled"]
DateOrder = Literal["dmy", "mdy", "ymd"]


class Mapping(BaseModel):
    """How to read a client's exports; what is None is concluded."""

    model_config = ConfigDict(extra="forbid")

    customer: str | None = None
    date: str | None = None
    amount: str | None = None
    quantity: str | None = None
    price: str | None = None
    invoice: str | None = None
    currency_code: str | None = None
    status: str | None = None
    channel: str | None = None
    encoding: str | None = None
    separator: Literal["comma", "semicolon", "tab", "bar"] | None = None
    decimal: Literal["point", "comma"] | None = None
    date_order: DateOrder | None = None
    sheet: str | None = None
    currency: str | None = Field(None, pattern=r"^[A-Z]{3}$")
    rates: dict[str, float] = {}
    spend: float | None = Field(None, gt=0, lt=1e12)
    statuses: dict[str, Status] = {}
    kinds: dict[str, Literal["complaint", "question"]] = {}
    sources: dict[str, Literal["recommendation", "other"]] = {}
    channels: dict[str, Name] = {}
    shared_ids: list[str] = []
    returns: Literal["net", "apart"] = "net"
    repeated: Literal["once", "kept"] | None = None
    nil: Literal["bought", "nothing"] | None = None
    contacts: dict[str, str] = {}
    tickets: dict[str, str] = {}
    survey: dict[str, str] = {}
    customers: dict[str, str] = {}

    def with_said(self, said: Iterable[str]) -> Self:
        """Return the mapping with what was said by ``--set KEY=VALUE``; KEY may be ``rates.GBP``.

        Raises
        ------
        InputError
            With every key or value that cannot be.
        """
        content: dict[str, Any] = self.model_dump(exclude_defaults=True)
        for one in said:
            key, sign, value = one.partition("=")
            if not sign or not key.strip() or not value.strip():
                expected = "KEY=VALUE, as decimal=comma"
                raise InputError("--set", "set", one, expected)
            outer, dot, inner = key.strip().partition(".")
            if dot:
                content[outer] = {**content.get(outer, {}), inner: value.strip()}
            else:
                content[outer] = value.strip()
        return validate(type(self), content, "--set", strict=False)

    def columns(self) -> dict[str, str]:
        """Return the columns that are named, by role."""
        found = {role: getattr(self, role) for role in ROLES}
        return {role: name for role, name in found.items() if name is not None}

    def of(self, kind: str, number: str) -> "Mapping":
        """Return what is known of another table, in which the amount is called `number`.

        Raises
        ------
        InputError
            With every key or value that cannot be.
        """
        said: dict[str, Any] = {}
        for key, one in getattr(self, kind).items():
            outer, dot, inner = OWN_KEYS.get(key, "amount" if key == number else key).partition(".")
            said[outer] = {**said.get(outer, {}), inner: one} if dot else one
        return validate(Mapping, said, kind, strict=False)

    def text(self) -> str:
        """Return the content of ``mapping.yaml``."""
        content = self.model_dump(exclude_defaults=True)
        head = "# How exports of this client are read; `loyalty intake` reads and renews it.\n"
        written = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        return head + (written if content else "{}\n")


def read_mapping(path: Path) -> Mapping:
    """Read the mapping of a client; an empty one if there is none yet.

    Raises
    ------
    InputError
        With all that is wrong with the file.
    """
    return validate(Mapping, read_yaml(path), str(path)) if path.exists() else Mapping()
