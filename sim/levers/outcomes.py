"""Outcomes: what people do, the scale on which terms add to it, and how a report calls it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """One outcome.

    Attributes
    ----------
    link : str
        The scale on which the terms of mechanisms add.
    label : str
        What a report calls it; empty where it is told as part of another.
    contract_label : str
        What a report calls it under contracts, where that differs.
    in_contracts : bool
        Whether it makes sense under contracts.
    """

    link: str
    label: str = ""
    contract_label: str = ""
    in_contracts: bool = True


#: Outcomes to which terms are added.
OUTCOMES = {
    "purchase": Outcome(
        "logit of the share of the category's trips", label="choosing us", contract_label="using us"
    ),
    "price": Outcome("logit of the same share, for what a lower or higher usual price does"),
    "promotion": Outcome(
        "log of the lift of own trips while a temporary offer lasts",
        label="buying in promotions",
        in_contracts=False,
    ),
    "churn": Outcome(
        "log of the drop-out hazard", label="leaving", contract_label="leaving at renewal"
    ),
    "spend": Outcome(
        "log of the spend per trip", label="spend per purchase", contract_label="the fee"
    ),
    "join": Outcome("log of the joining hazard", label="joining"),
    "talk": Outcome("log of the rate of talking", label="recommending us"),
}


def outcome_labels(contract: bool) -> dict[str, str]:
    """Return what a report calls each outcome, in a market with contracts or without."""
    return {
        name: (outcome.contract_label if contract else "") or outcome.label
        for name, outcome in OUTCOMES.items()
        if outcome.label and (outcome.in_contracts or not contract)
    }
