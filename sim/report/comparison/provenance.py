"""Where the numbers of a report come from: assumptions, blind spots, the trail of each number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.common.formatting import capital, digits, money
from sim.evidence.findings import Finding, load_evidence
from sim.measures.definitions import measures_in
from sim.model.ordinary_mechanisms import mechanism_label
from sim.report.comparison.assumptions import used_parameters
from sim.report.section import Table

if TYPE_CHECKING:
    from sim.analysis.comparison import Comparison
    from sim.market.market import Market


def unknowns(comparison: Comparison) -> list[str]:
    """Return what the report cannot know, in plain words."""
    market, manifest = comparison.market, comparison.manifest
    people = manifest.central.n_customers
    data = market.data
    found = studies(comparison)
    unchecked = sum(finding.verified == "no" for finding in found)
    return [
        *(f"Data: {caution}" for caution in data.cautions),
        "Nothing here was tried on this firm's customers. How strongly people respond comes from "
        "published studies of other firms; a small randomised trial at this firm would tell more.",
        f"{unchecked} of the {len(found)} findings used were cited from memory and not checked "
        "against their source; the table of studies says which.",
        *_silent(market),
        *_contagion(manifest.reproduction),
        "Rivals do not answer. If one copies the strategy or cuts its prices, the gain shrinks.",
        "Shocks to the whole market (a recession, a new entrant, a scandal) are not simulated.",
        "The intervals hold the luck of the draw and the uncertainty of the numbers in the table "
        "of assumptions. They do not hold the possibility that the model leaves out something that "
        "matters.",
        f"{people:,} simulated customers stand for the {market['firm_customers']:,.0f} of the "
        f"firm. The horizon is {manifest.weeks} weeks; what comes after it is a calculation "
        "with all levers off.",
    ]


def _contagion(number: float) -> list[str]:
    """Return how contagious leaving is, where others see it."""
    if not number:
        return []
    return [
        "Leaving is seen by friends here, and makes them likelier to leave: one loss brings "
        f"{digits(number)} further losses (R, at central values). Above 0.5 a market is refused, for "
        "its results would hang on the tail of a cascade."
    ]


def _silent(market: Market) -> list[str]:
    """Return what the kind of data that a market rests on does not show."""
    if market.is_contractual:
        return [
            f"The data end {market.data.last_date}, at the last renewal. How many stay beyond it is "
            "what the law says, and whatever has changed since is not in it.",
            "A table of survivors shows how many renewed. It does not show who, why, how much they "
            "used the service, or what they paid; that part is assumed or taken from studies.",
            "A renewal is the only day on which customers leave here. Cancelling within a period, "
            "changes of plan and free trials are not simulated.",
            "A use brings no money. Points, tiers and other terms of purchase therefore move use, and "
            "renewals only through satisfaction; a lower fee moves renewals as far as the market "
            "assumes, and brings no new customers. What rewards do for renewals in such a market is "
            "not in the evidence used here.",
        ]
    return [
        f"The data end on {market.data.last_date}. Whatever changed since then is not in them.",
        "A sales log shows who bought. It does not show why, what people bought elsewhere, or who "
        "had already left in mind; that part is assumed or taken from studies.",
    ]


def studies(comparison: Comparison) -> list[Finding]:
    """Return the findings that the parameters used here rest on."""
    cited = {item for row in used_parameters(comparison) for item in row.evidence}
    return [finding for finding in load_evidence() if finding.id in cited]


def studies_table(comparison: Comparison) -> Table:
    """Return the studies behind the parameters used here."""
    columns = ["Finding", "What was found", "Who was studied", "Study", "Kind", "Checked", "Beware"]
    rows = [
        (
            finding.id,
            finding.finding,
            finding.context,
            f"{finding.authors} ({finding.year}). {finding.journal}",
            finding.grade,
            "yes" if finding.verified == "yes" else "from memory",
            finding.caveat,
        )
        for finding in studies(comparison)
    ]
    return Table(
        "The studies behind the numbers",
        pd.DataFrame(rows, columns=columns),
        "Kind: A meta-analysis or large field experiment, B single strong study, C practitioners "
        "or vendors, D concept or review. Checked: whether the finding was seen in the work's "
        "abstract or an excerpt. All findings are in data/evidence.csv.",
    )


def trail_table(comparison: Comparison) -> Table:
    """Return, for each gain, the files, parameters and evidence it comes from."""
    rows, currency = [], comparison.market.currency
    gains = comparison.effects_on("customer_equity")["difference"]
    for name in comparison.ranking:
        levers = comparison.levers_of(name)
        used = [row for row in comparison.manifest.parameters if row.lever in levers]
        evidence = sorted({item for row in used for item in row.evidence})
        rows.append(
            {
                "Gain of": comparison.title(name),
                "Amount": money(gains[name], currency, signed=True),
                "Run files": f"runs/central/{name}/",
                "Parameters": f"{len(used)} rows: {', '.join(map(mechanism_label, levers))}",
                "Evidence": ", ".join(evidence) or "none",
            }
        )
    return Table(
        "From each gain back to its evidence",
        pd.DataFrame(rows),
        "In summary.csv: column customer_equity in the rows of variant central and segment total, "
        "the strategy less the baseline of the same replication (runs/central/baseline/), "
        "averaged. The parameters are rows of data/parameters.csv; those of ordinary market life "
        "come on top for every strategy. Evidence: rows of data/evidence.csv.",
    )


def columns_table(comparison: Comparison) -> Table:
    """Return the column of summary.csv in which each measure of the report stands."""
    known = dict.fromkeys(comparison.measures["measure"])
    rows = [
        {"Measure": capital(word.label), "Column": name}
        for name, word in measures_in(comparison.market.is_contractual).items()
        if name in known
    ]
    return Table(
        "Where each measure stands in summary.csv",
        pd.DataFrame(rows),
        "Changes and intervals are worked out as for the gains. How each measure is defined: "
        "data/README.md.",
    )


def made_table(comparison: Comparison) -> Table:
    """Return what made the comparison, so that it can be made again."""
    manifest, market = comparison.manifest, comparison.market
    central = manifest.central
    rows = {
        "Comparison": manifest.id,
        "Workbench": manifest.workbench,
        "Seed": str(manifest.seed),
        "Simulated futures": f"{central.replications} per strategy, the same luck for all",
        "Simulated customers": f"{central.n_customers:,}, each standing for "
        f"{digits(central.scale)} of the firm's",
        "Weeks": str(manifest.weeks),
        "Made again with": manifest.command,
        "Market made with": market.data.command,
        "Data": f"{market.data.source}, {market.data.first_date} to {market.data.last_date} "
        f"({market.data.licence})",
    }
    return Table(
        "What made this report",
        pd.DataFrame({"What": list(rows), "Value": list(rows.values())}),
        "The manifest beside this report holds the market, the strategies, all parameters and the "
        "versions of the libraries in full.",
    )
