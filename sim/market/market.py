"""A market: one firm's customers, category and economics, each number with its origin."""

import json
import pickle
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field, PrivateAttr
from pydantic_core import PydanticCustomError

from sim.common.calendar import WEEKS_A_YEAR, weekly_rate
from sim.common.errors import InputError, check_all, nearest, refuse_all, together
from sim.common.paths import client_names, root, shown
from sim.common.reading import LARGEST_TABLE, digest, parse_yaml, read_bytes, read_text, validate
from sim.common.text import Currency, Name, Title
from sim.common.whole import Fitting
from sim.market.buying import BuyingLaws
from sim.market.case_market import derive, read_case_market, spend_divisor
from sim.market.covariances import Covariance
from sim.market.fitting import faults_between
from sim.market.hold_out import HoldOut
from sim.market.learned import Learned, learned_beside
from sim.market.moving_rates import MovingRates
from sim.market.numbers import MarketPart, Number, set_shares
from sim.market.places import check_known, market_names, path_of
from sim.market.season import season_of_year
from sim.market.set_values import check_ranges, set_values
from sim.market.source import Source
from sim.market.trade_names import TradeName


class Market(Fitting, BuyingLaws):
    """Customers, category and economics of one firm.

    Examples
    --------
    >>> market = load_market("grocery")
    >>> market.with_values(gross_margin=0.25)["gross_margin"]
    0.25
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    name: Name = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Title
    currency: Currency
    trade: TradeName | None = None
    data: Source
    values: dict[str, Number]
    covariances: list[Covariance] = []
    rivals: list[MarketPart] = Field(min_length=1)
    channels: list[MarketPart] = Field(min_length=1)
    moving_rates: MovingRates | None = None
    fit: dict[str, float] = {}
    hold_out: HoldOut | None = None
    learned: Learned | None = None
    based_on: str = Field(
        "", description="for the market of a case: the market it was derived from"
    )

    #: Where rates move in a future: log of each value drawn over its estimate.
    _off_estimate: dict[str, float] = PrivateAttr(default_factory=dict)

    @classmethod
    def faults_between(cls, content: Mapping[str, Any]) -> Sequence[PydanticCustomError]:
        """Return what does not fit together of values, rates that move, covariances and shares."""
        return faults_between(content)

    @property
    def cautions(self) -> list[str]:
        """What to beware of in its data, without what somebody has put right since."""
        wage = self.values.get("wage_per_hour")
        corrected = wage is not None and "in dollars" not in wage.source
        return [
            text
            for text in self.data.cautions
            if not (corrected and text.startswith("wage_per_hour"))
        ]

    @property
    def period(self) -> int:
        """Weeks from one renewal to the next, of a market with contracts."""
        return int(self["renewal_weeks"])

    @property
    def weekly_discount(self) -> float:
        """Continuous discount rate per week."""
        return weekly_rate(self["discount_rate"])

    @property
    def mean_trip_spend(self) -> float:
        """Mean spend of a trip over customers, in currency: stated, or p v / (q - 1) of Gamma-Gamma.

        Under contracts it is the mean fee: a use is not paid for by itself.
        """
        for name in ("fee_mean", "spend_mean"):
            if name in self.values:
                return self[name]
        below = spend_divisor(self["spend_shape_between"])
        return self["spend_shape"] * self["spend_scale"] / below

    @property
    def yearly_margin(self) -> float:
        """Mean yearly margin of a customer while active, in currency, by the market's own laws.

        Under contracts it is the mean fee of a year times gross margin, else mean trips times mean spend
        of a trip times gross margin, as if rate and spend did not go together.
        """
        paid = 1.0 / self.period if self.is_contractual else self.mean_trips
        return WEEKS_A_YEAR * paid * self.mean_trip_spend * self["gross_margin"]

    @property
    def acquisition_cost(self) -> float:
        """Cost of winning a customer by paid reach, in currency."""
        return self["acquisition_cost"] * self.yearly_margin

    @property
    def leaving_is_seen(self) -> bool:
        """Whether the firm sees who has left: at the end of a contract, or where friends do too."""
        return self.is_contractual or bool(self["defection_visible"])

    @property
    def online_channels(self) -> NDArray[np.bool_]:
        """Which channels customers meet on a screen, in the order of `channels`."""
        return np.array([part.is_online for part in self.channels])

    @property
    def history_path(self) -> Path:
        """The table of customer histories that week 0 starts from."""
        if self.data.history_file:
            return Path(self.data.history_file)
        return path_of(self.name).with_name(f"{self.name}.history.csv")

    def season(self, week: int) -> float:
        """Return the multiplier of the purchase rate in a week; its mean over a year is 1.

        Harmonics ``season_cos1``, ``season_sin1``, ... act on the log rate; a market without them has
        no season that its data could show. Week 0 is the week after the log's last day.
        """
        return float(self._seasons[week % WEEKS_A_YEAR])

    @cached_property
    def _seasons(self) -> NDArray[np.float64]:
        return season_of_year(self.values)

    def with_values(self, **values: float | tuple[float, float, float]) -> "Market":
        """Return a copy in which some values are set, where rates move too.

        A number is certain from then on, no future draws it; (low, most likely, high) is drawn. What
        cannot be so is refused by an InputError (`sim.market.set_values`).
        """
        given = (self.values, values, self.name)
        check_all(partial(set_values, *given), partial(check_ranges, *given))
        return self.with_any_values(**values)

    def with_any_values(self, **values: float | tuple[float, float, float]) -> "Market":
        """Return a copy as `with_values`, whatever the ranges: at limits of laws, with small budgets."""
        changed, moving = set_values(self.values, values, self.name), self.moving_rates
        if moving is not None:
            moving = moving.set_to({name: values[name] for name in values if name in moving.values})
        copy = self.model_copy(update={"values": changed, "moving_rates": moving})
        copy.__dict__.pop("_seasons", None)  # worked out again from the new values
        return copy

    def with_moving_rates(self, **values: float | tuple[float, float, float]) -> "Market":
        """Return the market as it is where customers' rates move, values of that section set by name.

        Raises
        ------
        InputError
            If it does not say how rates move.
        """
        section = self.moving_rates
        if section is None:
            hint = "A calibration from a log that is long enough writes the section."
            raise InputError(self.name, "moving_rates", "nothing", "such a section", hint=hint)
        moved = section.set_to(values)
        over = moved.over(self.values)
        errors = section.covariances_over(self.covariances, over)
        content = {"values": over, "covariances": errors, "moving_rates": None}
        copy = self.model_copy(update=content)
        copy._off_estimate = section.off_estimate(moved)
        copy.__dict__.pop("_seasons", None)
        return copy

    @property
    def off_estimate(self) -> dict[str, float]:
        """Where rates move: by how much the log of each value is off what the log of purchases told."""
        return self._off_estimate

    def with_histories(self, file: Path | str) -> "Market":
        """Return a copy whose customers start from the histories in a file, as a calibration writes it.

        Raises
        ------
        InputError
            If the file is missing, or no regular file.
        """
        path = Path(file).resolve()
        written = digest(read_bytes(path, shown(path), LARGEST_TABLE))
        data = self.data.model_copy(update={"history_file": str(path), "history": written})
        return self.model_copy(update={"data": data, "based_on": ""})

    def with_shares(
        self, rivals: Mapping[str, float] | None = None, channels: Mapping[str, float] | None = None
    ) -> "Market":
        """Return a copy with shares of rivals and channels set by name, made to add up to 1."""
        first, second = set_shares(self.rivals, rivals), set_shares(self.channels, channels)
        return self.model_copy(update={"rivals": first, "channels": second})


def load_market(name: str) -> Market:
    """Read and validate one market.

    Parameters
    ----------
    name : str
        Name of a file in ``data/markets``, of a client in ``clients``, or, for the market of a case, of
        a file in ``playbook/cases``, without its ending.

    Returns
    -------
    Market

    Raises
    ------
    InputError
        If there is no such market, or its file is wrong.

    Examples
    --------
    >>> load_market("music_shop").currency
    'USD'
    """
    check_known(name)
    if name in (*market_names(), *client_names()):
        path = path_of(name)
        market = market_of(read_text(path, shown(path)), path)
        return market.model_copy(update={"learned": learned_beside(path)})
    path = root() / "playbook" / "cases" / f"{name}.yaml"
    market = _load_case_market(path)
    refuse_all(_misnamed(market.name, path))
    return market


def market_of(text: str, path: Path) -> Market:
    """Validate the text of a market's file.

    Raises
    ------
    InputError
        With all that is wrong, also if it names the market otherwise than the file is named.
    """
    where = shown(path)
    try:
        market: Market = pickle.loads(_valid(text, where))
    except InputError as refused:
        name = parse_yaml(text, where).get("name")
        raise together([refused, *_misnamed(name, path)]) from None
    refuse_all(_misnamed(market.name, path))
    return market


@lru_cache(maxsize=64)
def _valid(text: str, where: str) -> bytes:
    """Validate a market: the same text is read many times over. Each reader gets a copy of its own.

    It is kept pickled, since a copy is made of that in a third of the time of `copy.deepcopy`.
    """
    return pickle.dumps(validate(Market, parse_yaml(text, where), where))


def _misnamed(name: object, path: Path) -> list[InputError]:
    """Return the fault that a market is not called as its file is, if its name can be read."""
    if not isinstance(name, str) or name == path.stem:
        return []
    return [InputError(shown(path), "name", name, f"the file's own name, {path.stem}")]


def _load_case_market(path: Path) -> Market:
    """Read the market of a case, and work it out from the market it is based on."""
    where = str(path.relative_to(root()))
    case = read_case_market(path.stem)
    base = load_market(case.based_on) if case.based_on in market_names() else None
    if base is None or base.is_contractual:
        bases = [name for name in market_names() if not load_market(name).is_contractual]
        expected = "a market of data/markets without contracts: " + ", ".join(bases)
        raise InputError(where, "based_on", case.based_on, expected, nearest(case.based_on, bases))
    derived = derive(case, base.values, base.data.command)
    content = json.dumps(derived, ensure_ascii=False)  # JSON is YAML
    market: Market = pickle.loads(_valid(content, where))
    return market
