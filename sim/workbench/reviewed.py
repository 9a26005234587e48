"""What reviews are worth in each built-in market, kept from a portfolio that was carried out.

``python -m sim.workbench.reviewed``, or ``make reviewed``, carries out what is missing of
``playbook/portfolios/reviewed_plans.yaml``, and writes ``playbook/reviewed.csv``.
"""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime

from sim.analysis.answers import Answers
from sim.analysis.judged import judged_comparison
from sim.analysis.reviewed import reviewed, worth_of_reviews
from sim.common.paths import root
from sim.common.writing import write_text
from sim.playbook.reviewed_rows import FILE, Reviewed
from sim.workbench.portfolio.kept import comparison_of
from sim.workbench.portfolio.run import run_portfolio

PORTFOLIO = "playbook/portfolios/reviewed_plans.yaml"


def rows_of(answers: Answers, day: str) -> Iterator[Reviewed]:
    """Yield what reviews add to each reviewed strategy that the firm can pay for.

    Parameters
    ----------
    answers : Answers
    day : str
        On which it is kept, as ``2026-01-31``.
    """
    manifest = answers.manifest
    gains = answers.effects_on("customer_equity")["difference"]
    for name, partner in reviewed(answers).items():
        worth = worth_of_reviews(answers, name, partner)
        adds = (worth.mean, worth.expected_low, worth.expected_high)
        mean, low, high = (_rounded(amount / manifest.firm) for amount in adds)
        yield Reviewed(
            market=answers.market.name,
            strategy=name,
            fixed=partner,
            gain_fixed=_rounded(gains[partner] / manifest.firm),
            adds=mean,
            adds_low=low,
            adds_high=high,
            customers=manifest.n_customers,
            weeks=manifest.weeks,
            futures=manifest.futures,
            made_on=day,
            version=manifest.workbench,
            comparison=manifest.id,
        )


def as_table(rows: list[Reviewed]) -> str:
    """Write rows as the file holds them."""
    out = io.StringIO()
    table = csv.DictWriter(out, list(Reviewed.model_fields), lineterminator="\n")
    table.writeheader()
    table.writerows(row.model_dump() for row in rows)
    return out.getvalue()


def _rounded(amount: float) -> float:
    """Return an amount to four significant digits: more would be luck."""
    return float(f"{amount:.4g}")


def main() -> None:
    """Carry out the portfolio, and keep what reviews add in each of its markets."""
    done = run_portfolio(root() / PORTFOLIO, jobs=1)
    day = datetime.now(UTC).date().isoformat()
    rows = [
        row
        for entry in done.portfolio.entries
        for row in rows_of(judged_comparison(comparison_of(done.folder, entry.name)), day)
    ]
    write_text(root() / FILE, as_table(rows))


if __name__ == "__main__":
    main()
