"""Fixed plans: strategies planned once, under one budget or another, and compared as they are."""

from sim.common.errors import InputError
from sim.experiment.budget import size_strategies
from sim.market.market import Market, load_market
from sim.playbook.strategies import Strategy
from sim.playbook.strategy_files import as_strategy
from sim.workbench.given import checked


@checked()
def size(
    strategy: Strategy | str,
    market: Market | str,
    *,
    budget_share: float | None = None,
    weeks: int = 52,
) -> Strategy:
    """Return a strategy as a fixed plan under a budget, which `compare` runs as it is.

    Parameters
    ----------
    strategy : Strategy or str
        A strategy, or its name.
    market : Market or str
        Where it is sized.
    budget_share : float, optional
        Budget as a share of the yearly margin when nothing is done; the market's own by default. One
        that is given becomes part of the plan's name, so that several budgets can be compared.
    weeks : int
        Horizon over which costs are planned.

    Returns
    -------
    Strategy
        With full settings, `budget`, `planned` and `as_written` (currency per known customer and year).

    Raises
    ------
    InputError
        If a name is unknown, or the budget is no share.

    Examples
    --------
    >>> small, large = (size("balanced", "grocery", budget_share=x, weeks=8) for x in (0.02, 0.08))
    >>> round(large.budget / small.budget), large.name
    (4, 'balanced_at_8_percent')
    """
    if isinstance(market, str):
        market = load_market(market)
    design = as_strategy(strategy, market.name)
    if not design.plays:
        raise InputError("size", "strategy", design.name, "a strategy with plays")
    if budget_share is not None:
        if not 0 < budget_share <= 1:
            expected = "a share of the yearly margin, above 0 and up to 1"
            raise InputError("size", "budget_share", budget_share, expected)
        market = market.with_any_values(budget_share=budget_share)
        percent = f"{100 * budget_share:.3g}"
        called = {
            "name": f"{design.name}_at_{percent.replace('.', '_')}_percent",
            "title": f"{design.title} at {percent} %",
        }
        design = design.model_copy(update=called)
    return size_strategies(market, [design], weeks)[design.name]
