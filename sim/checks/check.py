"""Whether everything that people write fits together: pages, strategies, markets, evidence.

Every check gives all the faults it can find, one clear message each, and none stops the others.
"""

from collections.abc import Callable

from sim.advice.score.definitions import MAKERS
from sim.advice.score.scored import OF_KINDS, scored
from sim.analysis.preset_effects import wanted_rows
from sim.checks.converted import cost_now
from sim.checks.coverage import serving_tests, unknown_ids
from sim.checks.effect_tables import market_currencies
from sim.checks.evidence import check_evidence, read_findings
from sim.checks.faults import Faults, attempt, unknown_name
from sim.checks.generated_parts import renewed, with_places
from sim.checks.generated_tables import generated_files
from sim.checks.levers import check_levers
from sim.checks.playbook import check_playbook
from sim.common.errors import InputError
from sim.common.formatting import listing
from sim.common.paths import client_names, names_in, root, shown
from sim.common.reading import read_text
from sim.common.writing import clear_partial, lock, write_text
from sim.evidence import own
from sim.evidence.findings import load_evidence, load_facts
from sim.evidence.meta_analysis import write_parameters
from sim.evidence.parameters import FILE as PARAMETERS
from sim.evidence.parameters import load_parameters
from sim.experiment.fingerprint import code_digest
from sim.experiment.learn import check_up_to_date
from sim.experiment.portfolio_file import read_portfolio
from sim.market.declared import sections
from sim.market.market import Market, load_market
from sim.market.missing import completed
from sim.market.places import case_market_paths, market_paths
from sim.market.renamed import with_new_names
from sim.market.trades import load_trades
from sim.market.values import VALUES
from sim.playbook.acting import load_acting
from sim.playbook.cases import load_case
from sim.playbook.claims import load_sources
from sim.playbook.effect_rows import load_effects
from sim.playbook.formats import WHAT_CHANGES, in_present_format
from sim.playbook.pages import load_page
from sim.playbook.preset_verdict import parameters_in
from sim.playbook.reviewed_rows import load_reviewed
from sim.playbook.strategy_places import strategy_paths
from sim.world.week_zero import read_history

#: Generated parts that follow from what users add: another state of these is no fault.
OF_USERS = ("strategies",)


def check() -> list[InputError]:
    """Check all that people write, and that it fits the code.

    Returns
    -------
    list of InputError
        Every fault found; empty when all is well.
    """
    parts: tuple[Callable[[], Faults], ...] = (
        check_levers,
        lambda: check_playbook(read_findings()[0]),
        unknown_ids,
        _check_markets,
        _check_portfolios,
        check_evidence,
        _check_generated,
    )
    clear_caches()
    faults = []
    for part in parts:
        try:
            faults += list(part())
        except InputError as fault:  # something a whole part rests on cannot be read
            faults.append(fault)
    return list({fault.message: fault for fault in faults}.values())


def clear_caches() -> None:
    """Clear what was read before, so that what is on the disk is what counts."""
    for loader in (
        load_page,
        load_case,
        load_evidence,
        load_facts,
        load_parameters,
        load_sources,
        load_acting,
        load_reviewed,
        load_effects,
        scored,
        market_currencies,
        parameters_in,
        sections,
        serving_tests,
    ):
        loader.cache_clear()
    own.clear_caches()


def notes() -> list[str]:
    """Return what is no fault but should be known: effects, score and lists that are out of date.

    Returns
    -------
    list of str
        Sentences; empty when every preset has a row made from what is there now, and every strategy is
        in the list.

    Raises
    ------
    InputError
        If a page, a market, ``data/effects.csv`` or ``data/score.csv`` is wrong.
    """
    rows, wanted = load_effects(), wanted_rows()
    missing = [key for key in wanted if key not in rows]
    stale = [key for key in rows if rows[key].made_from != wanted.get(key)]
    said = []
    for keys, what in ((missing, "not run yet"), (stale, "made by an earlier state")):
        if keys:
            levers = ", ".join(dict.fromkeys(lever for _, lever, _ in keys))
            said.append(
                f"data/effects.csv: {len(keys)} of {len(wanted)} effects {what} ({levers}). "
                "`loyalty effects` runs them."
            )
    now = code_digest(None, MAKERS)
    all_scored = [*scored().values(), *scored(OF_KINDS).values()]
    if any((rows["code"] != now).any() for rows in all_scored):
        said.append(
            "data/score.csv: the advice of an earlier state. `loyalty score --record` scores this one's."
        )
    for path, where, parts in generated_files():
        text, own = read_text(path, where), {x: parts[x] for x in parts if x in OF_USERS}
        if renewed(text, own, where) != text:
            said.append(
                f"{where}: another list of {listing(list(own))}. `loyalty check --fix` renews it."
            )
    return said


def fix() -> list[str]:
    """Renew what is generated, and bring market files of an earlier version up to date.

    What rests on something that is wrong stays as it is; `check` then says what is wrong.

    Returns
    -------
    list of str
        Names of the files that changed; of strategies of an earlier format also what they mean now.
    """
    clear_caches()
    with lock(root() / "data"):
        files = generated_files()
        for folder in {root() / "data", *(path.parent for path, *_ in files)}:
            clear_partial(folder, deep=False)
        converted = _convert_markets() + _convert_strategies()
        changed = [PARAMETERS] if attempt(write_parameters)[0] else []
        changed += _renew_own_parameters()
        for path, where, parts in files:
            old = attempt(read_text, path, where)[0]
            if old is None:
                continue
            new = attempt(renewed, with_places(old, parts), parts, where)[0]
            if new not in (None, old):
                write_text(path, new)
                changed.append(where)
    return converted + changed


def _convert_strategies() -> list[str]:
    """Write strategy files of an earlier format anew."""
    changed = []
    for path in strategy_paths():
        old = attempt(read_text, path, shown(path))[0]
        new = in_present_format(old or "")
        if old is not None and new != old:
            write_text(path, new)
            changed.append(f"{shown(path)} ({WHAT_CHANGES}; {cost_now(path, old)})")
    return changed


def _renew_own_parameters() -> list[str]:
    """Pool the evidence of clients that have some anew."""
    changed = []
    for market in client_names():
        if own.evidence_folder(market):
            made, _ = attempt(own.write_own_parameters, market)
            if made and made[1]:
                changed.append(shown(made[0]))
    return changed


def _convert_markets() -> list[str]:
    """Write market files of an earlier version anew: present names of values, and those that lack."""
    changed = []
    for path in (*market_paths(), *case_market_paths()):
        old = attempt(read_text, path, shown(path))[0]
        if old is None:
            continue
        new = attempt(completed, with_new_names(old), shown(path))[0]
        if new not in (None, old):
            write_text(path, new)
            changed.append(shown(path))
    return changed


# -- markets ---------------------------------------------------------------------------------------
def _check_markets() -> Faults:
    yield from attempt(load_trades)[1]
    for path in market_paths():
        where = shown(path)
        market, faults = attempt(load_market, path.stem)
        yield from faults
        if market is None:
            continue
        for name, value in VALUES.items():
            if name in market.values:
                unit = market.values[name].unit
                yield from unknown_name(where, f"values.{name}.unit", unit, [value.unit])
        yield from _check_history(market)
        yield from attempt(check_up_to_date, market)[1]


def _check_history(market: Market) -> Faults:
    where = shown(market.history_path)
    table, faults = attempt(read_history, market)
    yield from faults
    if table is None:
        return
    customers = market.data.histories or market.data.n_customers
    if len(table) != customers:
        yield InputError(where, "rows", len(table), f"one for each of {customers} customers")


def _check_portfolios() -> Faults:
    folder = root() / "playbook" / "portfolios"
    for name in names_in(folder, ".yaml"):
        yield from attempt(read_portfolio, folder / f"{name}.yaml")[1]


# -- what is generated -----------------------------------------------------------------------------
def _check_generated() -> Faults:
    for path, where, parts in generated_files():
        text, faults = attempt(read_text, path, where)
        yield from faults
        if text is None:
            continue
        due = {name: write for name, write in parts.items() if name not in OF_USERS}
        new, faults = attempt(renewed, text, due, where)
        yield from faults
        if new is not None and new != text:
            yield InputError(
                where,
                "generated tables",
                "tables of an earlier state",
                "what the code and the playbook say now",
                hint="Run `loyalty check --fix`.",
            )
