r"""Facts about brands: double jeopardy and duplication of purchase (S02, S03).

The firm's trips and those to rivals are simulated; which rival a trip goes to is not, since no lever
depends on it. It is drawn here from outside: a person's rate at rival j is Gamma(b share_j, alpha), so
that, given the rate at all rivals together, its parts are Dirichlet (Goodhardt, Ehrenberg & Chatfield
1984), and the trips of a week are multinomial.
These random numbers have addresses of their own and change no others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from sim.checks.validation.statistic import Found, Untested, pooled
from sim.checks.validation.worlds import Setup, each, run_watched, world
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Draws, Floats, Ints, binomial, gamma
from sim.market.market import Market

#: Brands whose sizes differ are needed, and no fewer (Ehrenberg, Uncles & Goodhardt 2004).
_LEAST_RIVALS = 4
_QUARTER = 12  # weeks of a longer window, for comparison


def split_trips(draws: Draws, shape: float, shares: Sequence[float], rivals: Ints) -> Ints:
    """Split each person's weekly trips to rivals over the rivals.

    Parameters
    ----------
    draws : Draws
        Luck, of the size of the population.
    shape : float
        Shape b of the gamma law of rates at all rivals together.
    shares : sequence of float
        Of each rival; they add up to 1.
    rivals : ndarray of int, shape (weeks, people)
        Trips to all rivals together.

    Returns
    -------
    ndarray of int, shape (rivals, weeks, people)
    """
    weight = np.array(
        [gamma(draws.uniform(f"rate at rival {j}"), shape * s, 1.0) for j, s in enumerate(shares)]
    )
    weight = np.maximum(weight, 1e-300)
    split = np.zeros((len(shares), *rivals.shape), dtype=np.int64)
    for week, left in enumerate(rivals.copy()):
        for j in range(len(shares)):
            chance = weight[j] / weight[j:].sum(axis=0)
            split[j, week] = binomial(draws.uniform(f"trips to rival {j}", week + 1), left, chance)
            left -= split[j, week]
    return split


def brand_weeks(market: Market) -> int:
    """Return the window in which brands are compared, weeks.

    w (1 - b) is nearly constant only as long as few buy a brand again and again, and published tables
    are of such windows: the longest up to a year in which no brand is expected to reach more than half
    of the people, and at least a week, the step of the model.
    """
    shape, scale = market["purchase_shape"], market["purchase_alpha"]
    elsewhere = shape * (1 / market["share_of_wallet"] - 1)
    largest = max(shape, *(elsewhere * rival.share.value for rival in market.rivals))
    reached = -np.expm1(-largest * np.log1p(np.arange(1, WEEKS_A_YEAR + 1) / scale))
    return max(1, int(np.sum(reached <= 0.5)))


def unevenness_by_law(market: Market, weeks: int) -> float:
    """Return the coefficient of variation of w (1 - b) over brands that the Dirichlet law itself gives.

    A brand of shape k is bought, over T weeks, by b = 1 - (1 + T / alpha)^-k, each w = k T / (alpha b)
    times: w (1 - b) is all but constant only as long as b is small (Goodhardt, Ehrenberg & Chatfield
    1984).
    """
    shape, time = market["purchase_shape"], weeks / market["purchase_alpha"]
    elsewhere = shape * (1 / market["share_of_wallet"] - 1)
    shapes = np.array([shape, *(elsewhere * rival.share.value for rival in market.rivals)])
    reached = -np.expm1(-shapes * np.log1p(time))
    return _spread(shapes * time / reached * (1 - reached))


def _spread(constant: Floats) -> float:
    return float(constant.std(ddof=1) / constant.mean())


@dataclass(frozen=True)
class Brands:
    """Purchases of each brand by the people of a panel, added up over replications.

    Attributes
    ----------
    people : int
    trips : ndarray, shape (brands,)
    buyers : ndarray, shape (brands, brands)
        Who bought both; on the diagonal who bought the brand.
    """

    people: int
    trips: Floats
    buyers: Floats

    @classmethod
    def of(cls, trips: Ints) -> "Brands":
        """Count a panel's trips, shape (brands, people)."""
        bought = trips > 0
        both = np.array([[np.sum(x & y) for y in bought] for x in bought], dtype=float)
        return cls(trips.shape[1], trips.sum(axis=1).astype(float), both)

    @classmethod
    def total(cls, parts: "Sequence[Brands]") -> "Brands":
        """Add up panels."""
        return cls(
            sum(part.people for part in parts),
            np.sum([part.trips for part in parts], axis=0),
            np.sum([part.buyers for part in parts], axis=0),
        )

    @property
    def penetration(self) -> Floats:
        """Share b of people who bought each brand."""
        return self.buyers.diagonal() / self.people

    @property
    def per_buyer(self) -> Floats:
        """Purchases w of each brand per buyer of it."""
        return self.trips / self.buyers.diagonal()

    def double_jeopardy(self) -> float:
        """Return the rank correlation of penetration and purchases per buyer."""
        return float(stats.spearmanr(self.penetration, self.per_buyer).statistic)

    def unevenness(self) -> float:
        """Return the coefficient of variation of w (1 - b) over brands."""
        return _spread(self.per_buyer * (1 - self.penetration))

    def duplication(self) -> tuple[float, float]:
        """Return D, the slope of the share of X's buyers who buy Y on Y's penetration, and its R^2.

        The line goes through the origin; R^2 is that around the mean share, the stricter of the two.
        """
        apart = ~np.eye(self.penetration.size, dtype=bool)
        also = (self.buyers / self.buyers.diagonal()[:, None])[apart]
        other = np.broadcast_to(self.penetration, apart.shape)[apart]
        slope = float(np.sum(also * other) / np.sum(other**2))
        missed = float(np.sum((also - slope * other) ** 2))
        return slope, 1.0 - missed / float(np.sum((also - also.mean()) ** 2))


def panel(setup: Setup, seed: int, weeks: int) -> Ints:
    """Return the trips to each brand of people who are no selection of the firm's buyers.

    Returns
    -------
    ndarray of int, shape (brands, people)
        The firm first, then its rivals.
    """
    model = world(setup, seed, weeks, start="fresh")
    market, n = model.market, setup.customers
    shape = market["purchase_shape"] * (1 / market["share_of_wallet"] - 1)
    seen = run_watched(model, "trips", "rival_trips")
    shares = [rival.share.value for rival in market.rivals]
    rival = split_trips(model.state.draws, shape, shares, seen["rival_trips"].astype(np.int64))
    own = seen["trips"].astype(np.int64)[None]
    return np.concatenate([own, rival]).sum(axis=1)[:, :n]


def _too_few_brands(market: Market) -> Untested | None:
    if len(market.rivals) >= _LEAST_RIVALS:
        return None
    return Untested(f"The market names {len(market.rivals)} rivals; {_LEAST_RIVALS} are needed.")


def brands_suffer_twice(setup: Setup) -> Found:
    """S02: small brands have fewer buyers, who also buy a little less often."""
    missing = _too_few_brands(setup.market)
    if missing:
        return {"S02a": missing, "S02b": missing}
    weeks = brand_weeks(setup.market)
    parts = each(setup, lambda seed: Brands.of(panel(setup, seed, weeks)))
    longer = Brands.of(panel(setup, setup.seed, _QUARTER)).unevenness()
    by_law = unevenness_by_law(setup.market, _QUARTER)
    note = f"In a window of {weeks} {'week' if weeks == 1 else 'weeks'}."
    return {
        "S02a": pooled(parts, lambda p: Brands.total(p).double_jeopardy(), note),
        "S02b": pooled(
            parts,
            lambda p: Brands.total(p).unevenness(),
            f"{note} In {_QUARTER} weeks it is {longer:.2g}, by the Dirichlet law itself {by_law:.2g}: "
            "nearly everybody has then bought the large brands, and w (1 - b) falls with size.",
        ),
    }


def buyers_are_shared(setup: Setup) -> Found:
    """S03: brands share their buyers in proportion to how many each has."""
    missing = _too_few_brands(setup.market)
    if missing:
        return {"S03": missing}
    weeks = brand_weeks(setup.market)
    parts = each(setup, lambda seed: Brands.of(panel(setup, seed, weeks)))
    slope = Brands.total(parts).duplication()[0]
    note = f"In a window of {weeks} {'week' if weeks == 1 else 'weeks'}; D is {slope:.3g}."
    return {"S03": pooled(parts, lambda p: Brands.total(p).duplication()[1], note)}
