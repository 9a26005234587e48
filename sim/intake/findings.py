"""What an intake finds: what it concluded of a file and why, and which lines it left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.common.translated import told


@dataclass(frozen=True)
class Phrase:
    """A text whose gaps are filled when it is shown, in the language that is spoken then."""

    text: str
    gaps: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return told(self.text, **self.gaps)


@dataclass(frozen=True)
class Conclusion:
    """What was concluded of a whole file or column, and by what evidence.

    Attributes
    ----------
    what, why : Phrase
    value : Phrase or str
    key, setting : str
        The same in the client's mapping, if the next export shall be read so too.
    """

    what: Phrase
    value: Phrase | str
    why: Phrase
    key: str = ""
    setting: str = ""

    def written(self) -> dict[str, str]:
        """Return it as plain values, in the language that is spoken."""
        return {"what": str(self.what), "value": str(self.value), "why": str(self.why)}


@dataclass(frozen=True)
class LeftOut:
    """Lines that are in no purchase: how many, their share of sales, how some look, and why.

    Attributes
    ----------
    reason : str
        Key of `REASONS`.
    lines : int
    share : float
        Of the sales in the files, returns counted as they are without their sign.
    examples : tuple of str
        Forms of the cells that are wrong; never what they say.
    """

    reason: str
    lines: int
    share: float
    examples: tuple[str, ...]


#: What is left out and what was done, by reason.
REASONS = {
    "malformed": Phrase("lines with more or fewer fields than the header, left out"),
    "no_customer": Phrase("lines without a customer, left out: nobody knows whose they are"),
    "shared_customer": Phrase("lines under an id that many share (guests), left out"),
    "total": Phrase(
        "lines that add others up, left out: they say so, or have neither customer nor day"
    ),
    "rounded_customer": Phrase(
        "lines whose id a spreadsheet has rounded (as 9.9E+15), left out: it is no one's"
    ),
    "no_day": Phrase("lines without a day that can be read, left out"),
    "future_day": Phrase("lines of a day that is still to come, left out"),
    "placeholder_day": Phrase(
        "lines with a day that stands for an unknown one (as 9999-12-31), left out"
    ),
    "no_amount": Phrase("lines without an amount that can be read, left out"),
    "no_currency": Phrase("lines without a currency, where others have one, left out"),
    "nothing_bought": Phrase("lines of nil, left out: nothing was bought then"),
    "cancelled": Phrase("lines of cancelled purchases, left out"),
    "repeated": Phrase("lines that an earlier file has too, counted once"),
    "returned": Phrase("lines of returns, kept apart"),
    "returned_before": Phrase("returns of more than was bought before in these files, left out"),
}
#: Reasons of what is no sale of its own: shares of sales are taken without it.
NO_SALES = ("returned_before", "total")
