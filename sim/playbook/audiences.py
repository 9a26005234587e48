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
