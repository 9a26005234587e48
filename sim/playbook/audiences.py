"""Names of the audiences that a play can be for."""

from typing import Literal

Audience = Literal[
    "everyone",
    "high_value",
    "potential",
    "ordinary",
    "prospect",
    "new",
    "active",
    "at_risk",
    "lapsed",
]
#: What an audience is called.
AUDIENCES: dict[str, str] = {
    "everyone": "everyone",
    "high_value": "high-value customers",
    "potential": "customers with potential",
    "ordinary": "ordinary customers",
    "prospect": "prospects",
    "new": "new customers",
    "active": "active customers",
    "at_risk": "customers at risk",
    "lapsed": "lapsed customers",
}
