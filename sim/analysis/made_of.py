"""What a gain is made of: what each part of it brings, and on which findings that rests.

A part brings the gain as it is less the gain without it, future by future, so that luck that both have in
common drops out; the mean has the interval of `sim.analysis.intervals.mean_interval`. Parts need not add
up to the gain: what two levers win together is less than the sum of each, and who is kept also buys.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from sim.analysis.intervals import mean_interval
from sim.evidence.findings import Finding, load_evidence
from sim.evidence.own import own_findings
from sim.evidence.parameters import Parameter
from sim.experiment.made_of import WHOLE, Case, Gain
from sim.market.market import Market
from sim.playbook.strategies import Strategy

COLUMNS = [
    *("kind", "what", "value", "gain", "gain_low", "gain_high"),
    *("change", "change_low", "change_high", "cost"),
]


@dataclass(frozen=True)
class Parts:
    """What the gain of a strategy is made of; all money is the firm's.

    Attributes
    ----------
    market : Market
    strategy : Strategy
        As planned for the market.
    futures, customers, weeks : int
        Size of what was run.
    table : DataFrame
        A row per case (`sim.experiment.made_of.Case`): ``kind, what, value``, mean ``gain`` over doing
        nothing with its 90 % interval (``gain_low, gain_high``), ``change`` from the gain as it is with
        its own, and ``cost`` a year over doing nothing.
    comes_from : dict
        Term -> the parameters with a range from which it comes, those with findings behind them first.
    findings : dict
        Parameter -> the findings on which its value rests; none where it is assumed.
    """

    market: Market
    strategy: Strategy
    futures: int
    customers: int
    weeks: int
    table: pd.DataFrame
    comes_from: dict[str, list[str]] = field(default_factory=dict)
    findings: dict[str, list[Finding]] = field(default_factory=dict)

    @property
    def whole(self) -> pd.Series:
        """The strategy as it is."""
        return self.table.iloc[0]

    def of_kind(self, *kinds: str) -> pd.DataFrame:
        """Return the cases of some kinds."""
        return self.table[self.table["kind"].isin(kinds)]

    @property
    def brings(self) -> pd.DataFrame:
        """What each lever and each term brings, levers first, the largest first.

        Returns
        -------
        DataFrame
            ``kind, what, without`` (the gain without it), ``brings, brings_low, brings_high``.
        """
        found = self.of_kind("lever", "term")
        found = found.loc[largest_first(found["change"])].sort_values("kind", kind="stable")
        return pd.DataFrame(
            {
                "kind": found["kind"],
                "what": found["what"],
                "without": found["gain"],
                "brings": -found["change"],
                "brings_low": -found["change_high"],
                "brings_high": -found["change_low"],
            }
        ).reset_index(drop=True)

    def rests_on(self, what: str) -> list[Finding]:
        """Return the findings behind a lever, a term or a parameter, each once."""
        if what in self.findings:
            addresses = [what]
        elif "." in what:
            addresses = self.comes_from.get(what, [])
        else:
            terms = (x for x in self.comes_from if x.partition(".")[0] == what)
            addresses = [x for term in terms for x in self.comes_from[term]]
        return list({f.id: f for x in addresses for f in self.findings.get(x, ())}.values())


def parts_table(gains: Mapping[Case, Gain]) -> pd.DataFrame:
    """Return the table of `Parts` from what was run, the strategy as it is first.

    Parameters
    ----------
    gains : mapping
        With `WHOLE`; of the same futures, two or more.
    """
    whole = gains[WHOLE]
    rows = []
    for case, gain in {WHOLE: whole, **gains}.items():
        change = gain.equity - whole.equity
        ends = (*mean_interval(gain.equity), float(change.mean()), *mean_interval(change))
        rows.append((*case, float(gain.equity.mean()), *ends, float(gain.cost.mean())))
    return pd.DataFrame(rows, columns=COLUMNS).astype({"value": float})


def findings_behind(market: Market, rows: Iterable[Parameter]) -> dict[str, list[Finding]]:
    """Return the findings on which the value of each parameter rests, none where it is assumed.

    Parameters
    ----------
    market : Market
        Whose own findings count as well.
    rows : iterable of Parameter
    """
    known = (*own_findings(market.name), *load_evidence())
    return {
        row.key: [one for one in known if one.id in row.evidence and row.key in one.informs]
        for row in rows
    }


def largest_first(change: pd.Series) -> pd.Index:
    """Return the index by size, and as it was where sizes differ by no more than rounding.

    Two terms that take the same runs apart bring the same, up to the last digits: which of them is
    first must not hang on the processor.
    """
    size = change.abs()
    return (size / size.max()).round(6).sort_values(ascending=False, kind="stable").index
