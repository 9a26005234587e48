r"""Whether a firm builds what a play starts with, or rents it: the cheaper of the two over the plan.

A points programme, a platform, joined channels and a forum can be built by the firm's own engineers or
rented by the month. With H the hours of building over T weeks of the ramp, n the customers whom the
play is for in its first week, W the weeks from then to the end of the play or of the plan, and w the
wage of service staff:

    building = T cost(H / T) + W u,      cost(.) as in `sim.world.staffing`, for engineers
    fee(n)   = w (h + n s / 3600),       a month; h `rent_hours_per_month`, s `rent_seconds_per_customer`
    renting  = (m + 12 W / 52) fee(n),   m `rent_setup_months`

u being what upkeep of its own takes the firm's people in a week (a forum; `Cost.upkeep`), and the firm
rents where renting < building. What is built costs the same for any number of customers,
what is rented is asked for each of them (a fixed cost becomes a variable one: bayrak2011): so small
firms rent and large ones build. What contracts and changes cost beside (makhlouf2020) is left out. The
fee follows the customers of each week; once chosen, it stays. Other work (analysts, hosts) is the same
either way, and what is built is worth nothing after the plan. A ramp that the plan cuts off is paid for
as far as it goes. A community that the firm keeps already has the same choice without the building, which
is spent (`sim.levers.community.usual_community`).
"""

from dataclasses import dataclass

from sim.common.calendar import MONTHS_A_YEAR, WEEKS_A_YEAR
from sim.market.market import Market
from sim.world.staffing import paid_hours, wage_of

SECONDS_AN_HOUR = 3600


@dataclass(frozen=True)
class Start:
    """What starting a play costs the whole firm, either way, over the plan.

    Attributes
    ----------
    building : float
        Currency, one-off, and its upkeep of all weeks.
    whole_setup, setup : float
        Currency, one-off, of what is rented: all of it, and as far as the plan goes.
    fees : float
        Currency, of all weeks, of what is rented for as many customers as in the first.
    """

    building: float
    whole_setup: float
    setup: float
    fees: float

    @property
    def renting(self) -> float:
        """Return what renting costs in all."""
        return self.setup + self.fees

    @property
    def is_rented(self) -> bool:
        """Return whether the firm rents: the cheaper is taken, and of two equal ones its own."""
        return self.renting < self.building


def monthly_fee(market: Market, customers: float) -> tuple[float, float]:
    """Return what a rented service asks a month: whatever the number of customers, and for these.

    Examples
    --------
    >>> from sim.market.market import load_market
    >>> shop = load_market("grocery").with_values(wage_per_hour=20.0)
    >>> tuple(round(part) for part in monthly_fee(shop, 9_000))
    (100, 200)
    """
    wage = market["wage_per_hour"]
    each = wage * market["rent_seconds_per_customer"] / SECONDS_AN_HOUR
    return wage * market["rent_hours_per_month"], customers * each


def weekly_fee(market: Market, customers: float) -> tuple[float, float]:
    """Return the same a week."""
    fixed, each = monthly_fee(market, customers)
    return fixed * MONTHS_A_YEAR / WEEKS_A_YEAR, each * MONTHS_A_YEAR / WEEKS_A_YEAR


def start_of(
    market: Market,
    hours: float,
    ramp_weeks: int,
    customers: float,
    weeks: int,
    upkeep: float = 0.0,
) -> Start:
    """Return what a play's start costs either way.

    Parameters
    ----------
    market : Market
    hours : float
        That building takes, of engineers.
    ramp_weeks : int
        Over which it is built, or set up.
    customers : float
        Of the whole firm, whom the play is for.
    weeks : int
        For which it is on.
    upkeep : float
        Currency a week of what is built.

    Returns
    -------
    Start
    """
    part = min(1.0, weeks / ramp_weeks)
    paid = paid_hours(hours / ramp_weeks, market["agency_wage_ratio"]) * wage_of(market, "engineer")
    setup = market["rent_setup_months"] * sum(monthly_fee(market, customers))
    built = part * ramp_weeks * paid + weeks * upkeep
    return Start(built, setup, part * setup, weeks * sum(weekly_fee(market, customers)))


def customers_from_which_it_is_built(
    market: Market, hours: float, ramp_weeks: int, weeks: int, upkeep: float = 0.0
) -> float:
    """Return from how many customers on building is the cheaper, at least 0, infinite if at none."""
    none, one = (start_of(market, hours, ramp_weeks, n, weeks, upkeep) for n in (0.0, 1.0))
    each = one.renting - none.renting
    left = none.building - none.renting
    if left <= 0:
        return 0.0
    return left / each if each > 0 else float("inf")
