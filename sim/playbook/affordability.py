r"""Whether a firm can pay a strategy, and from which size of firm it could.

A strategy is too dear for a firm where its budget does not pay it even for `LEAST_REACH` of those it was
written for: planned at central values and usual volumes, as a mean per year over the horizon. Whoever
serves fewer follows another plan. With b the budget, F what is the same for any number of customers and
V what is not, both at that reach and per known customer of a firm of n,

    too dear:     F + V > b
    fits from     N = n F / (b - V)   customers,   at no size where V >= b.

F and V are those of a firm of n. A larger one buys hours cheaper (`sim.world.staffing`) and may build
what a small one rents (`sim.world.renting`), so that N is rather too large.
"""

from dataclasses import dataclass

from sim.playbook.strategies import Strategy

#: Least part of its reach to which a plan is scaled down: one that serves fewer would be another plan.
LEAST_REACH = 0.2


@dataclass(frozen=True)
class Shortfall:
    """By how much a strategy is too dear for a firm, and why.

    Attributes
    ----------
    written : float
        Its cost as written over the budget; infinite where there is none.
    least : float
        Its cost for `LEAST_REACH` of its customers over the budget, likewise.
    play : str
        Key of the play that takes most of the latter.
    part : float
        What part of it that play takes.
    from_customers : float or None
        Customers of the firm from which the budget pays it, None where it does at no size.
    """

    written: float
    least: float
    play: str
    part: float
    from_customers: float | None


def shortfall(sized: Strategy, customers: float) -> Shortfall | None:
    """Return by how much a planned strategy is too dear for a firm, None where its budget pays it.

    Parameters
    ----------
    sized : Strategy
        As `sim.experiment.budget.size_strategies` gives it.
    customers : float
        Of the firm that it was planned for.
    """
    if not sized.is_unaffordable:
        return None
    budget, least = sized.budget or 0.0, sum(sized.least.values())
    fixed = sum(sized.least_fixed.values())
    most = max(sized.least, key=lambda key: sized.least[key])
    left = budget - (least - fixed)
    return Shortfall(
        (sized.as_written or 0.0) / budget if budget > 0 else float("inf"),
        least / budget if budget > 0 else float("inf"),
        most,
        sized.least[most] / least,
        customers * fixed / left if left > 0 else None,
    )
