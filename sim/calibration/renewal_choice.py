"""Which law of renewal a cohort follows: shifted beta-geometric, or with chances that move with time.

The generalisation has one parameter more. It is chosen where that parameter is identified and gains more
log-likelihood than chance gives with a probability of 5 % (Wilks 1938: twice the gain is chi-square with
one degree of freedom). How both foretell the later renewals from the earlier half is reported beside.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.calibration.maximum_likelihood import EVEN_LOSS, Estimate
from sim.calibration.shifted_beta_geometric import fit_bdw, fit_sbg, survival
from sim.common.translated import told

#: What a reader calls the laws.
NAMES = {"sbg": "shifted beta-geometric", "bdw": "beta-discrete-Weibull"}
_FITS = {"sbg": fit_sbg, "bdw": fit_bdw}
#: Renewals that a fit of three parameters must see at the least, and as many must be left to judge.
_LEAST_SEEN = 4


@dataclass(frozen=True)
class RenewalChoice:
    """The law chosen, and why.

    Attributes
    ----------
    name : str
        Key of `NAMES`.
    estimate : Estimate
        Of all renewals.
    gain : float
        Log-likelihood that the generalisation gains.
    misses : dict of str to float
        Mean error, by law, of the share left after each later renewal, foretold from the earlier half;
        empty where there are too few renewals.
    """

    name: str
    estimate: Estimate
    gain: float
    misses: dict[str, float]

    @property
    def in_words(self) -> str:
        """What was chosen, and why."""
        says = "Renewals are taken for {law}: {reason}."
        return told(says, law=NAMES[self.name], reason=self.reason)

    @property
    def reason(self) -> str:
        """Why this law."""
        if self.name == "bdw":
            says = "chances that move with time gain {gain:.3g} of log-likelihood"
            return told(says, gain=self.gain)
        return told(
            "chances that move with time gain {gain:.3g} of log-likelihood, no more than {least:g}",
            gain=self.gain,
            least=EVEN_LOSS,
        )


def choose_renewals(customers: pd.Series) -> RenewalChoice:
    """Choose a law of renewal and fit it.

    Parameters
    ----------
    customers : Series
        Customers left after 0, 1, ... renewals.

    Returns
    -------
    RenewalChoice
    """
    plain, moving = fit_sbg(customers), None
    if len(customers) > _LEAST_SEEN:
        moving = fit_bdw(customers)
    gain = max(float(moving.results.llf - plain.results.llf), 0.0) if moving else 0.0
    misses = _misses(customers)
    if moving is None or moving.unidentified() or gain <= EVEN_LOSS:
        return RenewalChoice("sbg", plain, gain, misses)
    return RenewalChoice("bdw", moving, gain, misses)


def _misses(customers: pd.Series) -> dict[str, float]:
    """Return how far each law, fitted to the earlier half of the renewals, misses the later shares."""
    seen = max((len(customers) + 1) // 2, _LEAST_SEEN + 1)
    if len(customers) <= seen:
        return {}
    later = np.arange(seen, len(customers))
    actual = customers.to_numpy()[seen:] / customers.iloc[0]
    return {
        name: float(
            np.abs(survival(later, *fit(customers.iloc[:seen]).values.values()) - actual).mean()
        )
        for name, fit in _FITS.items()
    }
