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
    tells, words : str
        What its ``status`` is called there, and its words in the mapping.
    known : tuple of str
        What its words may say.
    day : str
        What its ``date`` is called there.
    needs_day : bool
        Whether each of its lines has one.
    """

    key: str
    roles: tuple[str, ...]
    number: str = "amount"
    needs_number: bool = False
    tells: str = "status"
    words: str = "statuses"
    known: tuple[str, ...] = ()
    day: str = "date"
    needs_day: bool = True

    @property
    def numbers(self) -> tuple[str, ...]:
        """Name of its number, if it may have one."""
        return (self.number,) if "amount" in self.roles else ()

    def called(self, key: str) -> str:
        """Return what a key of the mapping is called for this table."""
        own = {"amount": self.number, "status": self.tells, "date": self.day}
        return own.get(key, key) if self.key else key

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
TICKETS = Kind(
    "tickets",
    ("customer", "date", "amount", "status"),
    "minutes",
    tells="kind",
    words="kinds",
    known=("complaint", "question"),
)
SURVEY = Kind("survey", ("customer", "date", "amount"), "score", needs_number=True)
#: Customers, one a line, with the day of joining and how each came, as far as these are known.
CUSTOMERS = Kind(
    "customers",
    ("customer", "date", "status"),
    tells="source",
    words="sources",
    known=("recommendation", "other"),
    day="joined",
    needs_day=False,
)
BESIDE = (CONTACTS, TICKETS, SURVEY, CUSTOMERS)
