"""Values of a market whose names changed, and how a file with the old ones gets the new ones."""

import re
from typing import NamedTuple


class Renamed(NamedTuple):
    """A value whose name changed, and the version since which it has the new one."""

    old: str
    new: str
    version: str


RENAMED = (
    Renamed("purchase_rate", "purchase_alpha", "0.2.0"),
    Renamed("drop_out_rate", "drop_out_beta", "0.2.0"),
    Renamed("failures_at_purchase", "failure_share_at_purchase", "0.2.0"),
    Renamed("failures_after_sale", "failure_share_after_sale", "0.2.0"),
)
#: Addresses of what futures draw by the numbers of an older name, so that results stay what they were.
DRAWN_AS = {
    "market.failure_share_at_purchase": "market.failures_at_purchase",
    "market.failure_share_after_sale": "market.failures_after_sale",
    "community.seed_cost": "community.sample_cost",
    "market_life.suitability_spread": "market_life.fit_spread",
}


def renamed_to(name: str) -> Renamed | None:
    """Return under what name a value of an older name stands now, None if the name is no such one."""
    return next((renamed for renamed in RENAMED if renamed.old == name), None)


def with_new_names(text: str) -> str:
    """Return the text of a market file in which every value has its present name.

    Parameters
    ----------
    text : str
        YAML; only keys change, so that comments, order and numbers stay as they are.

    Returns
    -------
    str
    """
    for renamed in RENAMED:
        key = rf"(^|[{{,])(\s*['\"]?){renamed.old}(?=['\"]?\s*:)"
        text = re.sub(key, rf"\1\2{renamed.new}", text, flags=re.MULTILINE)
    return text
