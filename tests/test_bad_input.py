"""Whatever people type, export or edit either works or is refused with one clear message.

Inputs are made up by hypothesis, `EXAMPLES` in all: the same few hundred each time in `make test`,
thousands of new ones in `make fuzz`. A traceback, a warning or a number that is not finite is a fault.
"""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from fuzz import clear_caches, live, live_at_both_ends, original, put, share, works_or_says
from hypothesis import given
from hypothesis import strategies as st
from spoiled import (
    command_lines,
    log_files,
    parquet_tables,
    spoiled_bytes,
    spoiled_table,
    spoiled_yaml,
)
from typer.testing import CliRunner

from sim.analysis import preset_effects
from sim.calibration import calibrate as calibration
from sim.calibration.rfm_histories import check_enough
from sim.calibration.transactions import read_log
from sim.checks import check
from sim.checks.validation import validate as facts
from sim.cli import main
from sim.common.errors import InputError
from sim.evidence.findings import load_evidence, load_facts
from sim.evidence.meta_analysis import parameters
from sim.evidence.parameters import load_parameters
from sim.experiment import compare as experiment
from sim.experiment import plan, run_once
from sim.intake.intake import take_in
from sim.market.market import load_market
from sim.playbook.cases import load_case
from sim.playbook.claims import load_sources
from sim.playbook.effect_rows import load_effects
from sim.playbook.pages import load_page
from sim.playbook.strategy_files import load_strategy

MARKETS = ("data/markets/grocery.yaml", "data/markets/subscription.yaml")
HISTORY = "data/markets/grocery.history.csv"
PLAN = "playbook/strategies/balanced.yaml"
PAGE = "playbook/levers/incentives.md"
CASE = ("playbook/cases/hotel_group.yaml", "playbook/cases/hotel_group.md")
TABLES = (
    "data/parameters.csv",
    "data/parameter_definitions.csv",
    "data/evidence.csv",
    "data/stylised_facts.csv",
    "data/effects.csv",
    "data/references.bib",
    "data/README.md",
    "playbook/sources.csv",
)
_WRITTEN = {file: original(file) for file in (*MARKETS, HISTORY, PLAN, PAGE, *CASE, *TABLES)}
_HISTORY_HEAD = b"".join(_WRITTEN[HISTORY].splitlines(keepends=True)[:20])


# --- a firm's log ---------------------------------------------------------------------------------
@share(0.13)
@given(log_files())
def test_every_csv_log_is_read_or_refused(tmp_path, content):
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    log = works_or_says(read_log, str(path))
    if log is not None:
        assert log.n_lines > 0
        assert np.isfinite(log.occasions["amount"]).all()
        works_or_says(check_enough, log.occasions, "log.csv")


_PLANTED = ("Zaphod-4711", "ford@example.org", "9187236450")


@share(0.08)
@given(
    st.lists(st.sampled_from(_PLANTED), min_size=1, max_size=4),
    st.lists(st.sampled_from(["", "5", "-5", "nan", "x", "1,5", "2024-02-30", "\xe9"]), min_size=2),
    st.sampled_from(
        [b"customer,date,amount\n", b"", b"a,b,c\n", b"\xff\xfe", b"customer,date,date\n"]
    ),
    st.permutations([0, 1, 2]),
    st.sampled_from([None, "card", "customer"]),
    st.booleans(),
)
def test_no_message_about_a_log_holds_a_customers_id(tmp_path, ids, cells, head, order, asked, bad):
    lines = []
    for i, who in enumerate(ids):
        row = (who, cells[0] if i else "2024-01-05", cells[1] if i or bad else "5")
        lines.append(",".join(row[place] for place in order))
    path = tmp_path / "log.csv"
    path.write_bytes(head + "\n".join(lines).encode("latin-1"))
    try:
        log = read_log(str(path), asked)
        told = f"{log.description} {log.provenance} {log.cautions}"
        check_enough(log.occasions, "log.csv")
    except InputError as error:
        told = f"{error.message} {error.found!r} {error!r} {error.args}"
    assert not any(planted in told for planted in _PLANTED)


@share(0.06)
@given(
    st.one_of(log_files(), parquet_tables()),
    st.sampled_from(["csv", "csv.gz", "jsonl", "xlsx", "parquet"]),
)
def test_every_raw_export_is_taken_in_or_refused(clients, tmp_path, content, ending):
    path = tmp_path / f"export.{ending}"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        content.to_parquet(path)
    made = works_or_says(take_in, [path], "shop")
    if made is not None:
        assert made.customers > 0 and np.isfinite(made.years[0].sales)
    shutil.rmtree(clients, ignore_errors=True)


@share(0.08)
@given(parquet_tables(), st.binary(max_size=3), st.integers(0, 400))
def test_every_parquet_log_is_read_or_refused(tmp_path, table, extra, place):
    path = tmp_path / "log.parquet"
    table.to_parquet(path)
    if extra:
        whole = path.read_bytes()
        path.write_bytes(whole[:place] + extra + whole[place + len(extra) :])
    log = works_or_says(read_log, str(path))
    if log is not None:
        assert np.isfinite(log.occasions["amount"]).all()


def _firm(
    customers: int, days: int, a_year: float, amount: float, spread: float, joins: float, seed: int
) -> pd.DataFrame:
    """Return a made-up log: customers with gamma rates, who may join late and leave early."""
    luck = np.random.default_rng(seed)
    rate = luck.gamma(1.5, a_year / 1.5, customers) / 365
    start = np.floor(luck.uniform(0, joins * days, customers))
    end = np.minimum(days, start + luck.exponential(2 * days, customers))
    trips = 1 + luck.poisson(rate * (end - start))
    who = np.repeat(np.arange(customers), trips)
    place = luck.uniform(size=who.size)
    place[np.cumsum(trips) - trips] = 0.0
    when = np.floor(start[who] + place * (end - start)[who])
    paid = amount * np.exp(spread * luck.normal(size=who.size))
    day = pd.Timestamp("2021-01-01") + pd.to_timedelta(when, "D")
    return pd.DataFrame({"customer": who, "date": day.strftime("%Y-%m-%d"), "amount": paid})


@share(0.01)
@given(
    st.fixed_dictionaries(
        {
            "customers": st.integers(1, 150),
            "days": st.sampled_from([1, 40, 120, 400, 900]),
            "a_year": st.sampled_from([0.5, 4.0, 30.0, 300.0]),
            "amount": st.sampled_from([1e-6, 1.0, 40.0, 1e9]),
            "spread": st.sampled_from([0.0, 1e-9, 0.3, 4.0]),
            "joins": st.sampled_from([0.0, 0.2, 1.0]),
            "seed": st.integers(0, 2**32 - 1),
        }
    )
)
def test_every_firm_gets_a_market_that_lives_or_learns_what_its_log_lacks(checkout, tmp_path, firm):
    clear_caches()
    _firm(**firm).to_csv(tmp_path / "log.csv", index=False)
    made = works_or_says(calibration.calibrate, str(tmp_path / "log.csv"), "firm", *[None] * 4,
                         "auto", "EUR", True)  # fmt: skip
    if made is not None:
        live(load_market("firm"), load_strategy("balanced"))


# --- what people write -----------------------------------------------------------------------------
@share(0.12)
@given(
    st.sampled_from(MARKETS).flatmap(
        lambda file: st.tuples(st.just(file), spoiled_yaml(yaml.safe_load(_WRITTEN[file])))
    ),
    st.booleans(),
)
def test_every_market_file_makes_a_market_that_lives_or_is_refused(checkout, written, drawn):
    file, content = written
    put(checkout, file, content)
    market = works_or_says(load_market, Path(file).stem)
    if market is not None:
        works_or_says(live_at_both_ends, market, load_strategy("balanced"), drawn)
    put(checkout, file, _WRITTEN[file])


@share(0.07)
@given(spoiled_bytes(_HISTORY_HEAD))
def test_every_history_file_starts_a_market_that_lives_or_is_refused(checkout, content):
    put(checkout, HISTORY, content)
    works_or_says(live, load_market("grocery"), load_strategy("baseline"))


@share(0.1)
@given(spoiled_yaml(yaml.safe_load(_WRITTEN[PLAN])))
def test_every_strategy_can_be_carried_out_or_is_refused(checkout, content):
    put(checkout, PLAN, content)
    strategy = works_or_says(load_strategy, "balanced")
    if strategy is not None:
        works_or_says(live, load_market("grocery"), strategy)


@share(0.05)
@given(spoiled_bytes(_WRITTEN[PAGE]), spoiled_yaml(yaml.safe_load(_WRITTEN[PAGE].split(b"---")[1])))
def test_every_page_is_read_or_refused(checkout, page, matter):
    body = _WRITTEN[PAGE].split(b"---\n", 2)[2]
    for content in (page, b"---\n" + matter + b"---\n" + body):
        put(checkout, PAGE, content)
        works_or_says(load_page, "incentives")
    check.check()


@share(0.05)
@given(
    spoiled_yaml(yaml.safe_load(_WRITTEN[CASE[0]])),
    spoiled_yaml(yaml.safe_load(_WRITTEN[CASE[1]].split(b"---")[1])),
)
def test_every_case_is_told_in_a_market_that_lives_or_is_refused(checkout, market, matter):
    put(checkout, CASE[0], market)
    found = works_or_says(load_market, "hotel_group")
    if found is not None:
        works_or_says(live, found, load_strategy("balanced"), 0)
    body = _WRITTEN[CASE[1]].split(b"---\n", 2)[2]
    put(checkout, CASE[1], b"---\n" + matter + b"---\n" + body)
    case = works_or_says(load_case, "hotel_group")
    if case is not None:
        assert case.strategies and case.sources
    check.check()


@share(0.06)
@given(st.sampled_from(TABLES), st.data())
def test_every_table_and_bibliography_is_checked_without_a_traceback(checkout, file, data):
    how = spoiled_table if file.endswith(".csv") else spoiled_bytes
    put(checkout, file, data.draw(how(_WRITTEN[file])))
    for reader in (
        load_parameters,
        load_evidence,
        load_facts,
        load_effects,
        load_sources,
        parameters,
    ):
        works_or_says(reader)
    check.check()
    works_or_says(check.notes)
    works_or_says(check.fix)
    put(checkout, file, _WRITTEN[file])


# --- what people type ------------------------------------------------------------------------------
class Accepted(Exception):
    """All of a command's input was accepted, and the work would begin."""


def _begin(*_arguments, **_options):
    raise Accepted


@share(0.16)
@given(command_lines())
def test_every_command_line_is_accepted_or_ends_with_code_2_and_a_message(
    checkout, monkeypatch, words
):
    inside = checkout / "here" / "deep"
    inside.mkdir(parents=True, exist_ok=True)
    (inside / "log.csv").write_text("customer,date,amount\nann,2024-01-05,10\n")
    with monkeypatch.context() as patch:
        patch.chdir(inside)
        for module, name in (
            (experiment, "size_strategies"),
            (run_once, "size_strategies"),
            (run_once, "LoyaltyModel"),
            (plan, "size_strategies"),
            (preset_effects, "in_any_order"),
            (facts, "in_any_order"),
            (calibration, "fit_laws"),
        ):
            patch.setattr(module, name, _begin)
        done = CliRunner().invoke(main.app, words)
    if isinstance(done.exception, Accepted):
        return
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code in (0, 2), done.output
    assert "Traceback" not in done.output
    if done.exit_code:
        assert done.stderr.strip()
