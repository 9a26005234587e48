"""What the work of a play costs: wages by role, in whole and half people, or an agency's hours.

A firm pays its own people whether they are busy or not. A role's H hours a week, of the firm in its true
size, are bought as half-time posts of h = 20 hours, and what fills no post as one more of them or as an
agency's hours, whichever is cheaper:

    cost = w (h floor(H / h) + min(h, m rest)),   rest = H - h floor(H / h),   w = r x service wage,

h being half a working week, m `agency_wage_ratio`, and r 1 for service, `analyst_wage_ratio` for those
who analyse, write and design, and `engineer_wage_ratio` for those who build. It never falls with H and
has no jumps. Posts cannot be divided, so that small firms pay more for an hour of work: the
indivisibility that textbooks name as a first source of economies of scale. What the staff at hand do
beside their work, such as a training or an answer to a complaint, costs its minutes: nobody is hired.
"""

from typing import Literal, Protocol

from sim.common.calendar import WORK_HOURS_A_WEEK
from sim.market.market import Market

Role = Literal["service", "analyst", "engineer"]
HALF_POST = WORK_HOURS_A_WEEK / 2


class FirmOfWeek(Protocol):
    """Whose work it is: a firm's market, and its customers per simulated customer."""

    market: Market
    scale: float


def wage_of(market: Market, role: Role) -> float:
    """Return what an hour of somebody in a role costs, overheads included."""
    ratio = 1.0 if role == "service" else market[f"{role}_wage_ratio"]
    return market["wage_per_hour"] * ratio


def paid_hours(hours: float, agency_wage_ratio: float) -> float:
    """Return the hours of own staff that cost as much as a week's hours of work do.

    Parameters
    ----------
    hours : float
        Of one role in one week.
    agency_wage_ratio : float
        What an agency's hour costs over one of own staff.

    Returns
    -------
    float
        At least `hours`, and the same where they fill half-time posts.

    Examples
    --------
    >>> paid_hours(2.0, 1.6), paid_hours(15.0, 1.6), paid_hours(40.0, 1.6)
    (3.2, 20.0, 40.0)
    """
    posts, rest = divmod(hours, HALF_POST)
    return posts * HALF_POST + min(HALF_POST, agency_wage_ratio * rest)


def work(week: FirmOfWeek, hours: float, role: Role = "service") -> float:
    """Return what hours of the firm's people cost, as the part of the simulated customers.

    Parameters
    ----------
    week : FirmOfWeek
    hours : float
        Of the whole firm, this week.
    role : {"service", "analyst", "engineer"}

    Returns
    -------
    float
        Currency.
    """
    paid = paid_hours(hours, week.market["agency_wage_ratio"])
    return paid * wage_of(week.market, role) / week.scale


def price_of_hour(week: FirmOfWeek, hours: float, role: Role = "service") -> float:
    """Return what an hour costs of work that grows with the number of customers.

    Parameters
    ----------
    week : FirmOfWeek
    hours : float
        That the simulated customers take in all, this week.
    role : {"service", "analyst", "engineer"}

    Returns
    -------
    float
        Currency per hour.
    """
    if hours <= 0:
        return wage_of(week.market, role)
    return work(week, hours * week.scale, role) / hours
