"""Mechanisms that are no levers: how a report calls them and what they are."""

from dataclasses import dataclass

from sim.common.formatting import spaced
from sim.levers import BY_NAME, lever_label


@dataclass(frozen=True)
class OrdinaryMechanism:
    """A mechanism of the ordinary life, or a price that a lever sets.

    Attributes
    ----------
    label : str
        What a report calls it.
    meaning : str
        What it is, for a reader of the reasons; empty where that is no reason.
    """

    label: str
    meaning: str = ""


# fmt: off
#: By the name that their terms carry in the weekly table.
ORDINARY_MECHANISMS = {
    "satisfaction": OrdinaryMechanism("satisfaction",
        "how encounters compare with what the customer had come to expect"),
    "trust": OrdinaryMechanism("trust in the firm",
        "belief that the firm keeps its promises: lost at once where one is broken and not "
        "made good, regained slowly"),
    "attachment": OrdinaryMechanism("emotional attachment",
        "emotional tie that builds slowly through care felt as meant, and fades without it"),
    "habit": OrdinaryMechanism("habit",
        "coming here again because one has come of late; it fades in those who do not come"),
    "fatigue": OrdinaryMechanism("too many messages",
        "messages above the usual that are still in mind: they put off, and later ones are "
        "missed"),
    "breach": OrdinaryMechanism("a breach of customers' data",
        "customers' data were lost or misused; the hurt fades over months"),
    "contagion": OrdinaryMechanism("friends who left",
        "friends have just left, and leaving was seen"),
    "word_of_mouth": OrdinaryMechanism("word of mouth",
        "what customers tell others, good and bad"),
    "referral": OrdinaryMechanism("having been recommended",
        "having come on a friend's recommendation"),
    "reference_price": OrdinaryMechanism("the price one is used to",
        "the price against what one is used to paying; a rise weighs more than a fall"),
    "incentives_price": OrdinaryMechanism("incentives: lower prices",
        "what points and coupons take off the price"),
    "pricing_price": OrdinaryMechanism("pricing: the price itself",
        "the price itself: a lower one wins customers and costs margin"),
    "fee": OrdinaryMechanism("the fee to pay",
        "a lower or higher fee at the renewal"),
    "offset": OrdinaryMechanism("calibration offset"),
}
# fmt: on

#: Owner of the parameters of the ordinary life, and what a report calls it.
MARKET_LIFE, MARKET_LIFE_LABEL = "market_life", "ordinary market life"


def mechanism_label(name: str) -> str:
    """Return what a report calls a mechanism: a lever, one of the ordinary life, or all of that life."""
    if name == MARKET_LIFE:
        return MARKET_LIFE_LABEL
    if name in ORDINARY_MECHANISMS:
        return ORDINARY_MECHANISMS[name].label
    return lever_label(name) if name in BY_NAME else spaced(name)
