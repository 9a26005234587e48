"""Where the numbers of a report come from: assumptions, blind spots, the trail of each number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.common.composed import retold
from sim.common.formatting import capital, digits, fixed, listing, money
from sim.common.style import day, style
from sim.common.translated import translated
from sim.evidence.findings import OWN, Finding, load_evidence
from sim.evidence.own import own_findings
from sim.report.comparison.assumptions import used_parameters
from sim.report.comparison.licences import licences_table
from sim.report.names import measures_in, mechanism_label, source_of_data
from sim.report.phrases import say
from sim.report.section import Section, Short, Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers
    from sim.market.market import Market


def trail_section(comparison: Answers) -> Section:
    """Return where numbers come from, and what made them."""
    return Section(
        "trail",
        say("comparison.provenance.every_number_can_be_traced"),
        [],
        tables=[
            trail_table(comparison),
            columns_table(comparison),
            studies_table(comparison),
            made_table(comparison),
            licences_table(comparison),
        ],
        appendix=True,
    )


def unknown_section(comparison: Answers) -> Section:
    """Return what no simulation could tell, the main of it in the story and in the brief."""
    main = Short(bullets=main_unknowns(comparison))
    heading = say("comparison.provenance.what_no_simulation_could_tell")
    return Section("unknown", heading, [], unknowns(comparison), short=main, brief=main)


def unknowns(comparison: Answers) -> list[str]:
    """Return what the report cannot know, in plain words."""
    market, manifest = comparison.market, comparison.manifest
    people = manifest.n_customers
    found = studies(comparison)
    unchecked = sum(finding.verified == "no" for finding in found)
    return [
        *(say("comparison.provenance.data", caution=retold(x)) for x in market.cautions),
        _tried_here(comparison),
        say(
            "comparison.provenance.of_the_findings_used_were", unchecked=unchecked, found=len(found)
        ),
        *_silent(market),
        say("comparison.provenance.rivals_do_not_answer_if"),
        say("comparison.provenance.shocks_to_the_whole_market"),
        *_contagion(manifest.reproduction),
        say("comparison.provenance.the_intervals_hold_the_luck"),
        say(
            "comparison.provenance.simulated_customers_stand_for_the",
            people=fixed(people),
            firm_customers=fixed(manifest.firm),
            weeks=manifest.weeks,
        ),
    ]


#: Blind spots told in short, and of these such as come from the data; the appendix lists all.
_MAIN, _OF_DATA = 4, 2


def main_unknowns(comparison: Answers) -> list[str]:
    """Return the first blind spots: that nothing was tried yet, what is silent, and those of the data."""
    lines, of_data = unknowns(comparison), len(comparison.market.cautions)
    return [*lines[of_data:][:_MAIN], *lines[:of_data][:_OF_DATA]]


def _tried_here(comparison: Answers) -> str:
    """Return whether anything was tried on the firm's customers."""
    whole = sorted(_learned(comparison.market))
    own = [finding for finding in _own_used(comparison) if finding not in whole]
    if whole and own:
        return say("comparison.provenance.tried_both_ways", own=listing(own), whole=listing(whole))
    if whole:
        return say("comparison.provenance.tried_as_a_whole", own=listing(whole))
    if own:
        return say("comparison.provenance.of_the_parameters_some_rest", own=listing(own))
    return say("comparison.provenance.nothing_here_was_tried_on")


def _contagion(number: float) -> list[str]:
    """Return how contagious leaving is, where others see it."""
    if not number:
        return []
    return [say("comparison.provenance.leaving_is_seen_by_friends", number=digits(number))]


def _silent(market: Market) -> list[str]:
    """Return what the kind of data that a market rests on does not show; a case rests on none."""
    if market.based_on:
        return []
    last = retold(day(market.data.last_date))
    if market.is_contractual:
        return [
            say("comparison.provenance.the_data_end_at_the", last_date=last),
            say("comparison.provenance.a_table_of_survivors_shows"),
            say("comparison.provenance.a_renewal_is_the_only"),
            say("comparison.provenance.a_use_brings_no_money"),
        ]
    return [
        say("comparison.provenance.the_data_end_on_whatever", last_date=last),
        say("comparison.provenance.a_sales_log_shows_who"),
    ]


def studies(comparison: Answers) -> list[Finding]:
    """Return the findings that the parameters used here rest on."""
    cited = {item for row in used_parameters(comparison) for item in row.evidence}
    cited |= _learned(comparison.market)
    known = (*own_findings(comparison.market.name), *load_evidence())
    return [finding for finding in known if finding.id in cited]


def _learned(market: Market) -> set[str]:
    """Return the ids of the trials that weigh all futures."""
    return {trial.finding for trial in market.learned.trials} if market.learned else set()


def _own_used(comparison: Answers) -> list[str]:
    """Return the ids of the firm's own findings that the parameters used here rest on."""
    cited = {item for row in used_parameters(comparison) for item in row.evidence}
    return sorted(item for item in cited if item.startswith(OWN))


def studies_table(comparison: Answers) -> Table:
    """Return the studies behind the parameters used here."""
    columns = [
        say("column.finding"),
        say("comparison.provenance.what_was_found"),
        say("comparison.provenance.who_was_studied"),
        say("column.study"),
        say("column.kind"),
        say("column.checked"),
        say("column.beware"),
    ]
    rows = [
        (
            finding.id,
            retold(finding.finding),
            retold(finding.context),
            f"{finding.authors} ({finding.year}). {translated(finding.journal)}",
            finding.grade,
            say("common.yes")
            if finding.verified == "yes"
            else say("comparison.provenance.from_memory"),
            retold(finding.caveat),
        )
        for finding in studies(comparison)
    ]
    return Table(
        say("comparison.provenance.the_studies_behind_the_numbers"),
        pd.DataFrame(rows, columns=columns),
        say("comparison.provenance.kind_a_meta_analysis_or"),
    )


def trail_table(comparison: Answers) -> Table:
    """Return, for each gain, the files, parameters and evidence it comes from."""
    rows, currency = [], comparison.market.currency
    gains = comparison.effects_on("customer_equity")["difference"]
    for name in comparison.ranking:
        levers = comparison.levers_of(name)
        used = [row for row in comparison.manifest.parameters if row.lever in levers]
        evidence = sorted({item for row in used for item in row.evidence})
        rows.append(
            {
                say("column.gain_of"): comparison.title(name),
                say("column.amount"): money(gains[name], currency, signed=True),
                say("column.run_files"): f"runs/{name}/",
                say("column.parameters"): say(
                    "comparison.provenance.rows",
                    used=len(used),
                    names=style().comma.join(map(mechanism_label, levers)),
                ),
                say("column.evidence"): style().comma.join(evidence) or say("common.none"),
            }
        )
    return Table(
        say("comparison.provenance.from_each_gain_back_to"),
        pd.DataFrame(rows),
        say("comparison.provenance.in_summarycsv_column_customerequity_in"),
    )


def columns_table(comparison: Answers) -> Table:
    """Return the column of summary.csv in which each measure of the report stands."""
    known = dict.fromkeys(comparison.measures["measure"])
    rows = [
        {say("column.measure"): capital(word.label), say("column.column"): name}
        for name, word in measures_in(comparison.market.is_contractual).items()
        if name in known
    ]
    return Table(
        say("comparison.provenance.where_each_measure_stands_in"),
        pd.DataFrame(rows),
        say("comparison.provenance.changes_and_intervals_are_worked"),
    )


def made_table(comparison: Answers) -> Table:
    """Return what made the comparison, so that it can be made again."""
    manifest, market = comparison.manifest, comparison.market
    own = _own_used(comparison)
    of_firm = {}
    if own:
        where = say("comparison.provenance.in_file", market=market.name, own=listing(own))
        of_firm[say("column.own_evidence")] = where
    rows = {
        say("column.comparison"): manifest.id,
        say("column.workbench"): manifest.workbench,
        say("column.seed"): str(manifest.seed),
        say("column.simulated_futures"): say(
            "comparison.provenance.per_strategy_the_same_luck", futures=fixed(manifest.futures)
        ),
        say("column.simulated_customers"): say(
            "comparison.provenance.each_standing_for_of_the",
            n_customers=fixed(manifest.n_customers),
            scale=digits(manifest.firm / manifest.n_customers),
        ),
        say("column.weeks"): str(manifest.weeks),
        say("column.made_again_with"): manifest.command,
        say("column.market_made_with"): market.data.command,
        **of_firm,
        say("column.data"): say(
            "comparison.provenance.to",
            source=source_of_data(market),
            first_date=retold(day(market.data.first_date)),
            last_date=retold(day(market.data.last_date)),
            licence=retold(market.data.licence),
        ),
    }
    return Table(
        say("comparison.provenance.what_made_this_report"),
        pd.DataFrame({say("column.what"): list(rows), say("column.value"): list(rows.values())}),
        say("comparison.provenance.the_manifest_beside_this_report"),
    )
