"""What is declared of one value of a market."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class MarketValue:
    """What one value of a market is.

    Attributes
    ----------
    name : str
        Its key in a market file.
    unit : str
        Rates are per week unless the name says otherwise.
    range : tuple of float
        What can be: outside it a number is a slip, or no week could be worked out.
    label : str
        What a report calls it.
    meaning : str
        What it says, for whoever writes a market.
    contract_label : str
        What a report calls it under contracts, where that differs.
    kind : str
        Which markets have it: ``all``, those of ``purchases`` that customers leave at any time, those
        with ``contracts``, or none but where rates are ``moving`` (`sim.market.moving_rates`).
    one_of : bool
        Whether a market has exactly one of the values so marked: they say how customers are lost.
    never_drawn : bool
        Whether no future draws it, though it be assumed: what the firm chooses, and bounds of no run.
    whole : bool
        Whether only whole numbers are possible.
    optional : bool
        Whether a market of its kind may be without it.
    spend_law : str
        The law of spend that it belongs to: a market without contracts has the values of one.
    """

    name: str
    unit: str
    range: tuple[float, float]
    label: str
    meaning: str
    contract_label: str = ""
    kind: Literal["all", "purchases", "contracts", "moving"] = "all"
    one_of: bool = False
    never_drawn: bool = False
    whole: bool = False
    optional: bool = False
    spend_law: Literal["", "gamma_gamma", "log_normal"] = ""
