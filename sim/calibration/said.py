"""What a firm says of itself beside its log: currency, trade, and what an hour of service costs.

All money that is assumed is relative to what customers spend, or an hour of work. An hour is worth twenty
in one currency and six hundred in another, so that a wage declared in dollars is taken for no other
currency: the firm is asked. Amounts whose currency nobody stated are read as if in that of the wage.
"""

import math
import shlex
from dataclasses import asdict, dataclass, replace
from typing import Any

from sim.common.currencies import CURRENCIES
from sim.common.errors import InputError, check_all, nearest
from sim.market.declared import declared
from sim.market.values import VALUES, WAGE


@dataclass(frozen=True)
class Said:
    """What is said of a firm.

    Attributes
    ----------
    currency : str, optional
        What amounts are in.
    trade : str, optional
        One of `sim.market.trade_names.TRADES`.
    wage : float, optional
        Hourly cost of a service employee with overheads, in that currency.
    """

    currency: str | None = None
    trade: str | None = None
    wage: float | None = None

    def check(self) -> None:
        """Refuse a currency or trade that there is not, and a wage that is missing or not above 0.

        Raises
        ------
        InputError
            That names the options.
        """
        check_all(self._check_currency, self._check_wage)

    def _check_currency(self) -> None:
        if self.currency and self.currency.upper() not in CURRENCIES:
            close = nearest(self.currency.upper(), CURRENCIES)
            expected = "the three letters of a currency (ISO 4217), as EUR"
            raise InputError("--currency", "currency", self.currency, expected, close)

    def _check_wage(self) -> None:
        known = declared(self.trade)
        if self.wage is not None:
            most = VALUES[WAGE].range[1]
            if not (math.isfinite(self.wage) and 0 < self.wage <= most):
                expected = f"a number above 0 and at most {most:g}"
                raise InputError("--wage", "wage", self.wage, expected)
        elif self.currency and self.currency.upper() != known.currency:
            raise InputError(
                "--wage",
                "wage",
                "nothing",
                f"what an hour of a service employee costs the firm, in {self.currency}",
                hint=f"Add --wage AMOUNT: pay of an hour with taxes and overheads. The usual wage is "
                f"known in {known.currency} only, and is of no use in {self.currency}.",
            )

    def of(self, stated: str | None, source: str) -> "Said":
        """Return the same where a log states what its amounts are in.

        Raises
        ------
        InputError
            If another currency is said, or the wage is missing in that of the log.
        """
        if stated is None:
            return self
        if self.currency and self.currency.upper() != stated:
            raise InputError(
                source,
                "currency",
                stated,
                f"amounts in {self.currency.upper()}, as --currency says",
                hint=f"Say --currency {stated}, or have `loyalty intake` convert them.",
            )
        said = replace(self, currency=stated)
        said.check()
        return said

    def options(self) -> dict[str, str | None]:
        """Return the options of the command by which it is said."""
        return {name: None if v is None else f"{v}" for name, v in asdict(self).items()}

    def values(self) -> dict[str, dict[str, Any]]:
        """Return the values of the market that the firm itself states."""
        if self.wage is None:
            return {}
        source = "stated by the firm with --wage: an hour of a service employee with overheads"
        number = {"value": float(self.wage), "unit": VALUES[WAGE].unit, "status": "stated"}
        return {WAGE: number | {"source": source}}

    def cautions(self, currency: str | None) -> list[str]:
        """Return what to beware of, given the currency that the log is known to be in."""
        if currency is not None:
            return []
        wage = f", and {WAGE} is assumed in dollars" if self.wage is None else ""
        return [f"The currency was not given (--currency): amounts are called units{wage}."]


def command_of(
    source: str,
    name: str,
    until: str | None,
    customer: str | None,
    date: str | None,
    amount: str | None,
    drop_out: str,
    said: Said,
) -> str:
    """Return the command by which a market can be made again."""
    asked = {"until": until, "customer": customer, "date": date, "amount": amount}
    asked |= {"drop-out": None if drop_out == "auto" else drop_out, **said.options()}
    options = [part for key, value in asked.items() if value for part in (f"--{key}", value)]
    return shlex.join(["loyalty", "calibrate", source, "--name", name, *options])
