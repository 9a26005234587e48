"""What a table is of: purchases, or one of the tables that a client may have beside them."""

from dataclasses import dataclass

from sim.intake.mapping import ROLES


@dataclass(frozen=True)
class Kind:
    """What a table is of.

    Attributes
    ----------
    key : str
        By which the command line, the mapping and files call it; empty for purchases.
    roles : tuple of str
        Columns that it may have; all have ``customer`` and ``date``.
    number : str
        What its ``amount`` is called there.
    needs_number : bool
        Whether it is of no use without.
    """

    key: str
    roles: tuple[str, ...]
    number: str = "amount"
    needs_number: bool = False

    @property
    def numbers(self) -> tuple[str, ...]:
        """Name of its number, if it may have one."""
        return (self.number,) if "amount" in self.roles else ()

    def called(self, key: str) -> str:
        """Return what a key of the mapping is called for this table."""
        return {"amount": self.number, "status": "kind"}.get(key, key) if self.key else key

    @property
    def tells_kind(self) -> bool:
        """Whether each of its lines may say what it is."""
        return self.key != "" and "status" in self.roles

    @property
    def file(self) -> str:
        """Name of the file that an intake writes."""
        return f"{self.key}.parquet"

    @property
    def rejected(self) -> str:
        """Name of the file of its lines that were left out."""
        return f"{self.key}_rejected.parquet"


PURCHASES = Kind("", ROLES)
#: Messages to customers, one a line; questions and complaints; answers to a question on satisfaction.
CONTACTS = Kind("contacts", ("customer", "date"))
TICKETS = Kind("tickets", ("customer", "date", "amount", "status"), "minutes")
SURVEY = Kind("survey", ("customer", "date", "amount"), "score", needs_number=True)
BESIDE = (CONTACTS, TICKETS, SURVEY)
