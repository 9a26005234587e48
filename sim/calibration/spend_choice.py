"""Which law of spend a log follows: each is fitted to its first half and asked about the second.

What is scored is what a simulation uses: the density of each later amount of a known customer, given how
many occasions came before and their mean. The higher mean log score is chosen (Gneiting & Raftery 2007,
"Strictly proper scoring rules": no law gains by saying what it does not hold).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from sim.calibration.holdout import split
from sim.calibration.maximum_likelihood import Estimate
from sim.calibration.spend_fit import FITS, spend_table
from sim.calibration.spend_law import law_of
from sim.common.translated import told, translated

#: What a reader calls the laws.
NAMES = {"gamma_gamma": "Gamma-Gamma", "log_normal": "log-normal"}
#: With fewer later amounts a score is mostly luck.
_FEWEST = 30
#: Chosen where nothing later can judge, or the other cannot be fitted: its mean always exists.
_ALWAYS = "log_normal"
#: Parameters of a law fitted to a table, or None where it cannot be.
Fit = Callable[[pd.DataFrame], Mapping[str, float] | None]


@dataclass(frozen=True)
class SpendChoice:
    """The law chosen, and why.

    Attributes
    ----------
    name : str
        As in `sim.market.values.SPEND_LAWS`.
    scores : dict of str to float
        Mean log score of a later amount by law, higher is better; empty where nothing could be scored.
    amounts : int
        Later amounts scored.
    """

    name: str
    scores: dict[str, float]
    amounts: int

    @property
    def in_words(self) -> str:
        """What was chosen, and why."""
        says = "Spend is taken for {law}: {reason}."
        return told(says, law=NAMES[self.name], reason=self.reason)

    @property
    def reason(self) -> str:
        """Why this law."""
        if not self.scores:
            return translated(
                "too few later purchases to judge by; its mean exists whatever the amounts are"
            )
        others = {name: score for name, score in self.scores.items() if name != self.name}
        if not others:
            return translated("the other law cannot be told from this log")
        other, score = next(iter(others.items()))
        own = self.scores[self.name]
        return told(
            "it foretells the {amounts:,} later purchases with a log score of {own:.4g} each, "
            "{other} with {score:.4g}",
            amounts=self.amounts,
            own=own,
            other=NAMES[other],
            score=score,
        )


def choose_law(occasions: pd.DataFrame, fits: Mapping[str, Fit]) -> SpendChoice:
    """Choose between laws of spend by the second half of a log.

    Parameters
    ----------
    occasions : DataFrame
        ``customer``, ``day`` and ``amount``, one row per customer-day, those that are counted.
    fits : mapping of str to callable
        How each law is fitted to a table of `sim.calibration.spend_fit.spend_table`.

    Returns
    -------
    SpendChoice
    """
    early, late, _, _ = split(occasions)
    table = spend_table(early)
    late = late[late["customer"].isin(table.index) & (late["amount"] > 0)]
    if len(late) < _FEWEST:
        return SpendChoice(_ALWAYS, {}, len(late))
    known = table.loc[late["customer"]]
    trips, mean = (known[name].to_numpy(float) for name in ("frequency", "monetary_value"))
    amount, scores = late["amount"].to_numpy(float), {}
    for name, fit in fits.items():
        if (values := fit(table)) is not None:
            scores[name] = float(law_of(values).log_density(amount, trips, mean).mean())
    best = max(scores, key=lambda name: scores[name], default=_ALWAYS)
    return SpendChoice(best, scores, len(late))


def fit_spend(occasions: pd.DataFrame) -> tuple[Estimate, SpendChoice]:
    """Choose a law of spend and fit it to all occasions.

    Parameters
    ----------
    occasions : DataFrame
        As for `choose_law`.
    """
    fits, table = {name: _identified(name) for name in FITS}, spend_table(occasions)
    choice = choose_law(occasions, fits)
    estimate = FITS[choice.name](table)
    if estimate.unidentified():  # by all occasions, though half of them seemed to do
        scores = {name: score for name, score in choice.scores.items() if name != choice.name}
        choice = SpendChoice(_ALWAYS, scores, choice.amounts)
        estimate = FITS[choice.name](table)
    return estimate, choice


def _identified(name: str) -> Fit:
    """Return a fit of a law that says None where the data do not identify it."""

    def fit(table: pd.DataFrame) -> Mapping[str, float] | None:
        estimate = FITS[name](table)
        return None if estimate.unidentified() else estimate.values

    return fit
