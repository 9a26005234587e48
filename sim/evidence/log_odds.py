"""The log of odds, as findings give shares and as they are pooled."""

import math


def logit(share: float) -> float:
    """Return the log of the odds of a share."""
    return math.log(share / (1 - share))


def expit(log_odds: float) -> float:
    """Return the share whose odds have this log."""
    return 1 / (1 + math.exp(-log_odds))
