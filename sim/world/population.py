"""The people of a market: traits that never change, and the state that does, as columns.

Known customers are drawn from the firm's own histories, each from their posterior: given frequency x,
recency t_x and age T, a customer is alive with the Pareto/NBD probability; if alive, the purchase rate
is Gamma(r + x, alpha + T) and the drop-out rate Gamma(s, beta + T), independent (Schmittlein, Morrison
& Colombo 1987). Prospects are drawn from the population's laws. The rest of the category is bought at
rate lambda' ~ Gamma(b, alpha), b = r (1 - share) / share, so that the share of wallet is beta and the
category rate gamma, independent: the two-brand Dirichlet of Goodhardt, Ehrenberg & Chatfield (1984).
"""

from dataclasses import dataclass
from typing import Any

import mesa
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from sim.calibration.drawn_histories import drawn_histories
from sim.calibration.pareto_nbd import probability_alive
from sim.calibration.rfm_histories import read_histories
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.paths import root
from sim.common.random_numbers import Draws, Floats, Ints, gamma, normal
from sim.market.market import Market
from sim.world.contracts import fees, set_contracts
from sim.world.customer_view import CustomerView

PROSPECT, ACTIVE, LAPSED = 0, 1, 2
#: Value segments of the reports, best first, with their shares of known customers by expected margin.
VALUE_SEGMENTS = ("high_value", "potential", "ordinary")
VALUE_SHARES = (0.2, 0.3)
_CASE_SEED = 2**31  # of no run that anybody is likely to make
_RESTING_WEEKS = WEEKS_A_YEAR  # a lapsed customer is a prospect again after a year


@dataclass(frozen=True)
class Column:
    """What a column of the customers holds.

    Attributes
    ----------
    name, dtype, start : str, str, float
    unit, meaning : str
    """

    name: str
    dtype: str
    start: float
    unit: str
    meaning: str

    def filled(self, people: int) -> NDArray[Any]:
        """Return the column as it starts; zeros take no memory until they are written."""
        if self.start == 0:
            return np.zeros(people, dtype=self.dtype)
        return np.full(people, self.start, dtype=self.dtype)


#: Columns that the ordinary life of the market owns; levers add their own.
COLUMNS = (
    Column("category_rate", "float64", 0, "trips per week", "purchase rate in the whole category"),
    Column("base_share", "float64", 0, "share", "share of wallet when nothing is done"),
    Column(
        "drop_out_rate",
        "float64",
        0,
        "per week",
        "hazard of dropping out when nothing is done; under a contract, of each renewal",
    ),
    Column(
        "mean_spend", "float64", 0, "currency per trip", "mean spend of a trip, or fee of a period"
    ),
    Column("fit", "float64", 0, "SD of an encounter", "how well the firm suits this person"),
    Column("channel", "int8", 0, "index", "preferred channel"),
    Column("value_segment", "int8", 0, "index", "value segment at week 0, for reports"),
    Column("status", "int8", 0, "code", "0 prospect, 1 active, 2 lapsed"),
    Column("week_lapsed", "int32", 0, "week", "week of the last drop-out"),
    Column("kept", "bool", 0, "yes/no", "active at week 0 and never dropped out since"),
    Column("referred", "bool", 0, "yes/no", "joined on a friend's recommendation"),
    Column("satisfaction", "float64", 0, "SD", "overall satisfaction S"),
    Column("will_expectation", "float64", 0, "SD of an encounter", "what the customer expects, W"),
    Column("trust", "float64", 0, "SD", "trust that the firm keeps its promises"),
    Column("attachment", "float64", 0, "SD", "emotional tie to the firm"),
    Column("habit", "float64", 0, "share", "fading share of weeks with a purchase"),
    Column("usual_habit", "float64", 0, "share", "what it is when nothing is done"),
    Column("fatigue", "float64", 0, "messages", "messages above the usual still in mind"),
    Column("praise_heard", "float64", 0, "messages", "praise of the firm heard of late"),
    Column("blame_heard", "float64", 0, "messages", "blame of the firm heard of late"),
    Column("stock", "float64", 0, "trips", "goods bought ahead of need"),
    Column("reference_price", "float64", 1, "share", "what one is used to paying, over list price"),
    Column("frequency", "int32", 0, "occasions", "repeat purchase occasions so far"),
    Column("recency", "float64", 0, "weeks", "age at the last purchase"),
    Column("tenure", "float64", 0, "weeks", "age as a customer"),
    Column("monetary_value", "float64", 0, "currency per trip", "mean spend of the trips so far"),
    Column("recent_spend", "float64", 0, "currency per year", "spend of the last year, fading"),
)
#: Columns that only markets with contracts have.
CONTRACT_COLUMNS = (
    Column("renewal_week", "int32", 0, "week", "week of the next renewal, if active"),
    Column("renewals", "int32", 0, "renewals", "renewals since joining"),
    Column("fee_paid", "float64", 0, "currency per period", "fee last paid, at list price"),
)


class CustomerSet(mesa.Agent):
    """All people of the market as one Mesa agent that owns their columns.

    ``model.agents`` holds the firm's side (departments, rivals, channels, the desk) and this one set;
    a person is a row, looked at through ``customers[i]``. Rows are never removed or used again.

    Parameters
    ----------
    model : mesa.Model
    columns : dict of str to ndarray, each of shape (people,)
    """

    def __init__(self, model: mesa.Model, columns: dict[str, NDArray[Any]]) -> None:
        super().__init__(model)
        self.columns = columns

    def __len__(self) -> int:
        return self.columns["status"].size

    def __getitem__(self, row: int) -> CustomerView:
        if not -len(self) <= row < len(self):
            raise IndexError(f"person {row} of {len(self)}")
        return CustomerView(self.columns, row % len(self))

    def get(self, name: str) -> NDArray[Any]:
        """Return a column, read-only."""
        view = self.columns[name].view()
        view.flags.writeable = False
        return view

    def select(self, **equal: float) -> NDArray[np.int64]:
        """Return the rows on which the named columns have the given values."""
        chosen = np.ones(len(self), dtype=bool)
        for name, value in equal.items():
            chosen &= self.columns[name] == value
        return np.flatnonzero(chosen)

    def agg(self, name: str, function: Any) -> Any:
        """Apply a function to the active customers' values of a column."""
        return function(self.columns[name][self.columns["status"] == ACTIVE])

    def groupby(self, by: str, name: str) -> pd.Series:
        """Return the mean of a column over the active customers, by the values of another column."""
        rows = self.columns["status"] == ACTIVE
        return pd.Series(self.columns[name][rows]).groupby(self.columns[by][rows]).mean()


def read_history(market: Market) -> pd.DataFrame:
    """Return the customers' histories of a market, as `sim.calibration.rfm_histories.read_histories`.

    Those of a case are drawn from its own laws, the same ones whatever the seed of a run.
    """
    if market.based_on:
        draws = Draws(_CASE_SEED, market.data.n_customers)
        rate = _population_rates(market, draws)
        spend = _population_spend(market, draws, rate)
        return drawn_histories(draws, rate, spend, market["spend_shape"])
    path = market.history_path
    return read_histories(path, str(path.relative_to(root())))


def make_people(
    market: Market, draws: Draws, n_customers: int, fit_spread: float, start: str = "posterior"
) -> dict[str, NDArray[Any]]:
    """Draw the people of a market as they stand at week 0.

    Parameters
    ----------
    market : Market
    draws : Draws
        Of the size of the whole population.
    n_customers : int
        Customers known to the firm; the other rows are prospects.
    fit_spread : float
        Standard deviation of `fit`, in SD of an encounter.
    start : {"posterior", "fresh"}
        Known customers from their histories, or just acquired (a cohort for tests of known laws).

    Returns
    -------
    dict of str to ndarray, each of shape (draws.size,)
        The columns of `COLUMNS`, and under contracts those of `CONTRACT_COLUMNS`.
    """
    columns = COLUMNS + CONTRACT_COLUMNS if market.is_contractual else COLUMNS
    people = {c.name: c.filled(draws.size) for c in columns}
    known, everybody = np.arange(n_customers), np.arange(draws.size)
    people["status"][known] = ACTIVE
    history = read_history(market) if start == "posterior" else None
    # whoever gets their rates from a history needs none from the population's laws
    unknown = everybody if history is None or market.is_contractual else everybody[n_customers:]
    rate = np.zeros(draws.size)
    rate[unknown] = _population_rates(market, draws, unknown)
    if market.is_contractual:
        people["mean_spend"] = fees(market, draws)
        set_contracts(people, market, draws, rate, n_customers, history)
    else:
        people["mean_spend"][unknown] = _population_spend(market, draws, rate[unknown], unknown)
        left = unknown if "drop_out_beta" in market.values else everybody
        people["drop_out_rate"][left] = gamma(
            draws.uniform("drop-out rate", rows=left),
            market["drop_out_shape"],
            market.drop_out_beta,
        )
        if history is not None:
            drop_out, spend = people["drop_out_rate"], people["mean_spend"]
            _set_posterior(people, market, draws, known, rate, drop_out, spend, history)
    shape_rivals = (
        market["purchase_shape"] * (1 - market["share_of_wallet"]) / market["share_of_wallet"]
    )
    rival_rate = gamma(draws.uniform("rival rate"), shape_rivals, market["purchase_alpha"])
    people["category_rate"] = rate + rival_rate
    people["base_share"] = np.clip(rate / (rate + rival_rate), 1e-9, 1 - 1e-9)
    people["usual_habit"] = -np.expm1(-rate)
    people["habit"] = people["usual_habit"].copy()
    people["fit"] = fit_spread * normal(draws.uniform("fit"))
    shares = np.cumsum([part.share.value for part in market.channels])
    people["channel"] = np.minimum(
        np.searchsorted(shares, draws.uniform("channel")), shares.size - 1
    ).astype(np.int8)
    paid = people["mean_spend"] * (1.0 if market.is_contractual else rate)
    people["value_segment"] = _value_segment(paid, n_customers)
    people["kept"] = people["status"] == ACTIVE
    return people


def _population_rates(market: Market, draws: Draws, rows: Ints | None = None) -> Floats:
    luck = draws.uniform("purchase rate", rows=rows)
    return gamma(luck, market["purchase_shape"], market["purchase_alpha"])


def _population_spend(
    market: Market, draws: Draws, rate: Floats, rows: Ints | None = None
) -> Floats:
    """Draw mean spend p/nu, nu ~ Gamma(q, v) (Fader, Hardie & Lee 2005).

    A Gaussian copula ties it to the purchase rate where the data show a correlation; the closed form of
    the Gamma-Gamma model then holds for spend alone, not for spend and trips together.
    """
    correlation = market["spend_rate_correlation"]
    score = normal(draws.uniform("mean spend", rows=rows))
    if correlation:
        share = special.gammainc(market["purchase_shape"], market["purchase_alpha"] * rate)
        tied = normal(np.clip(share, 1e-12, 1 - 1e-12))
        score = correlation * tied + np.sqrt(1 - correlation**2) * score
    low_nu = special.gammainccinv(market["spend_shape_between"], special.ndtr(score))
    return market["spend_shape"] * market["spend_scale"] / np.maximum(low_nu, 1e-9)


def _set_posterior(
    people: dict[str, NDArray[Any]],
    market: Market,
    draws: Draws,
    known: NDArray[np.int64],
    rate: Floats,
    drop_out: Floats,
    spend: Floats,
    table: pd.DataFrame,
) -> None:
    """Write the known customers' histories, and traits and status drawn given that history."""
    n = known.size
    row = np.floor(draws.uniform("history")[:n] * len(table)).astype(np.int64)
    x, t_x, age, mean = (
        table[c].to_numpy()[row] for c in ("frequency", "recency", "T", "monetary_value")
    )
    r, alpha = market["purchase_shape"], market["purchase_alpha"]
    s, beta = market["drop_out_shape"], market.drop_out_beta
    luck = draws.uniform("purchase rate")[:n]
    if "drop_out_beta" in market.values:
        alive = draws.uniform("alive")[:n] < probability_alive(x, t_x, age, r, alpha, s, beta)
        exposed = np.where(alive, age, t_x)
        drop_out[:n] = gamma(
            draws.uniform("drop-out rate")[:n], s + (~alive).astype(float), beta + exposed
        )  # the dead dropped out soon after their last purchase
    else:
        alive, exposed = np.ones(n, dtype=bool), age
    rate[:n] = gamma(luck, r + x, alpha + exposed)
    p, q, v = market["spend_shape"], market["spend_shape_between"], market["spend_scale"]
    trips = np.where(mean > 0, x, 0.0)
    nu = special.gammainccinv(q + p * trips, draws.uniform("mean spend")[:n])
    spend[:n] = p * (v + trips * mean) / np.maximum(nu, 1e-9)
    people["status"][:n] = np.where(alive, ACTIVE, LAPSED)
    people["week_lapsed"][:n] = -np.ceil(_RESTING_WEEKS * draws.uniform("week lapsed")[:n])
    people["frequency"][:n], people["recency"][:n] = x, t_x
    people["tenure"][:n], people["monetary_value"][:n] = age, mean
    people["recent_spend"][:n] = x * mean / np.maximum(age, 1.0) * WEEKS_A_YEAR


def _value_segment(value: Floats, n_customers: int) -> NDArray[np.int8]:
    """Cut everybody by the known customers' quantiles of expected spend a week."""
    top, middle = np.quantile(
        value[:n_customers], [1 - VALUE_SHARES[0], 1 - VALUE_SHARES[0] - VALUE_SHARES[1]]
    )
    return np.where(value > top, 0, np.where(value > middle, 1, 2)).astype(np.int8)
