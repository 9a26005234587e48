"""Evidence from elsewhere: one rule for what a finding is worth in a market that is not the one studied.

A parameter that findings inform is up to two steps away from a market: one if none of its findings was
measured in the market's trade or in several trades (two trades are several), one more if none was
measured in the market's relation, with a contract or without. A market without a trade is of another
trade than any, and so is `other`. With x the value on the scale on which it is pooled and x0 no effect,
each step

    x <- x0 + 2/3 (x - x0),

moves the end of the range that lies nearer to x0 to x0 where the range does not reach it already, and
leaves the far end. Where no effect has no meaning (a half-life, a share, a time, a cost) the value stays
and each end goes half as far again from it. GRADE rates evidence down for indirectness likewise, a level
for each serious difference (guyatt2011); the sizes of a step are a judgement, written down before any
result was looked at. What a firm found itself is direct, and so is what it states.
"""

from dataclasses import replace

from sim.evidence.parameters import Parameter, ParameterTable
from sim.evidence.scales import SCALES, rounded
from sim.market.market import Market

#: Share of an effect that one step keeps, and by how much it widens a range where there is none.
KEPT, WIDER = 2 / 3, 1.5


def trade_of(market: Market) -> str | None:
    """Return a market's trade; none where its file states none."""
    return market.trade


def relation_of(market: Market) -> str:
    """Return the relation in which a market's customers stand to the firm, as findings name it."""
    return "contract" if market.is_contractual else "no_contract"


def steps_to(row: Parameter, market: Market) -> tuple[bool, bool]:
    """Return whether the findings behind a parameter are of another trade, of another relation.

    Parameters
    ----------
    row : Parameter
    market : Market

    Returns
    -------
    trade, relation : bool
        Both false where no finding informs it.
    """
    return _steps(row, trade_of(market), relation_of(market))


def _steps(row: Parameter, trade: str | None, relation: str) -> tuple[bool, bool]:
    """Return the same of a market that is known by its trade and relation alone."""
    trades, relations = set(row.trades), set(row.relations)
    if not trades:
        return False, False
    covered = len(trades) > 1 or "several" in trades or trade in trades
    return not covered, not relations & {relation, "either"}


def most_steps(row: Parameter) -> int:
    """Return the steps between a parameter and the market that is farthest from its findings."""
    trades, relations = set(row.trades), set(row.relations)
    one_trade = len(trades) == 1 and "several" not in trades
    return one_trade + (len(relations) == 1 and "either" not in relations)


def carried_over(row: Parameter, steps: int) -> Parameter:
    """Return a parameter so many steps away from where it was measured.

    Parameters
    ----------
    row : Parameter
        As measured.
    steps : int
        0, 1 or 2.

    Returns
    -------
    Parameter
        The same row if there is no step.
    """
    if not steps:
        return row
    there, back = SCALES[row.pooling]
    value, low, high = (there(end) for end in (row.value, row.low, row.high))
    if row.no_effect is None:
        wider = WIDER**steps
        ends = {"low": value + wider * (low - value), "high": value + wider * (high - value)}
        return row.model_copy(update={name: rounded(back(end)) for name, end in ends.items()})
    none = there(row.no_effect)
    kept = rounded(back(none + KEPT**steps * (value - none)))
    reach = {"low": min(row.low, row.no_effect), "high": max(row.high, row.no_effect)}
    return row.model_copy(update={"value": kept, **reach})


def in_market(table: ParameterTable, market: Market) -> ParameterTable:
    """Return parameters as they hold in a market, evidence from elsewhere counted for less."""
    return in_trade(table, trade_of(market), relation_of(market))


def in_trade(table: ParameterTable, trade: str | None, relation: str) -> ParameterTable:
    """Return the same for a market that is still being made: of its trade and relation.

    Parameters
    ----------
    table : ParameterTable
    trade : str or None
        As `trade_of` gives it.
    relation : str
        As `relation_of` gives it.
    """
    rows = tuple(carried_over(row, sum(_steps(row, trade, relation))) for row in table.rows)
    return replace(table, rows=rows)
