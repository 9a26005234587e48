"""Outcomes: what people do, the scale on which terms add to it, and how a report calls it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """One outcome.

    Attributes
    ----------
    label : str
        What a report calls it; empty where it is told as part of another.
    contract_label : str
        What a report calls it under contracts, where that differs.
    in_contracts : bool
        Whether it makes sense under contracts.
    """

    label: str = ""
    contract_label: str = ""
    in_contracts: bool = True


#: Outcomes to which terms are added, each with the scale on which they add.
OUTCOMES = {
    # logit of the share of the category's trips
    "purchase": Outcome(label="choosing us", contract_label="using us"),
    # logit of the same share, for what a lower or higher usual price does
    "price": Outcome(),
    # log of the lift of own trips while a temporary offer lasts
    "promotion": Outcome(label="buying in promotions", in_contracts=False),
    # log of the drop-out hazard
    "churn": Outcome(label="leaving", contract_label="leaving at renewal"),
    # log of the spend per trip
    "spend": Outcome(label="spend per purchase", contract_label="the fee"),
    # log of the joining hazard
    "join": Outcome(label="joining"),
    # log of the rate of talking
    "talk": Outcome(label="recommending us"),
}


def outcome_labels(contract: bool) -> dict[str, str]:
    """Return what a report calls each outcome, in a market with contracts or without."""
    return {
        name: (outcome.contract_label if contract else "") or outcome.label
        for name, outcome in OUTCOMES.items()
        if outcome.label and (outcome.in_contracts or not contract)
    }
