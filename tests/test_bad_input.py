"""Whatever people type, export or edit either works or is refused with one clear message.

Inputs are made up by hypothesis, `EXAMPLES` in all: the same few hundred each time in `make test`,
thousands of new ones in `make fuzz`. A traceback, a warning or a number that is not finite is a fault.
"""

import os

import numpy as np
import pandas as pd
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spoiled import command_lines, log_files, parquet_tables, spoiled_bytes, spoiled_yaml
from typer.testing import CliRunner

from sim import cli, consistency
from sim.errors import InputError
from sim.evidence import load_evidence, load_facts
from sim.experiment import compare as experiment
from sim.experiment import single
from sim.history import calibrate as calibration
from sim.history.histories import _read_histories, check_enough
from sim.history.transactions import read_log
from sim.market import RANGES, VALUES, Market, load_market
from sim.model import LoyaltyModel
from sim.parameters import load_parameters
from sim.playbook import load_page
from sim.project import root
from sim.scenario import Scenario
from sim.strategy import Strategy, load_strategy
from sim.validation import validate

EXAMPLES = int(os.environ.get("EXAMPLES", "300"))
MARKET = "data/markets/grocery.yaml"
HISTORY = "data/markets/grocery.history.csv"
PLAN = "playbook/strategies/balanced.yaml"
PAGE = "playbook/levers/incentives.md"
TABLES = (
    "data/parameters.csv",
    "data/parameter_definitions.csv",
    "data/evidence.csv",
    "data/stylised_facts.csv",
    "data/references.bib",
    "data/README.md",
)


def share(part: float):
    """Spend a part of all examples on a test."""
    return settings(
        max_examples=max(1, round(EXAMPLES * part)),
        derandomize="EXAMPLES" not in os.environ,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def works_or_says(function, *arguments):
    """Give what the function gives, or None if it said what is wrong."""
    try:
        return function(*arguments)
    except InputError as error:
        assert "expected" in error.message
        assert len(error.message) < 2000, error.message
        return None


def _forget() -> None:
    for reader in (load_page, load_evidence, load_facts, load_parameters, _read_histories):
        reader.cache_clear()


def _live(market, strategy: Strategy, draw: int | None = None) -> None:
    """Let a small market live for a few weeks: every number must be finite."""
    weekly = LoyaltyModel(Scenario(market, strategy, 100, 4, 1, draw)).run().weekly
    assert np.isfinite(weekly.drop(columns="segment").to_numpy(float)).all()


def _live_at_all_ends(market, strategy: Strategy, draw: int | None = None) -> None:
    for part in experiment.variants(market, 100, 2).values():
        _live(market.with_values(**part["values"]), strategy, draw)


# --- a firm's log ---------------------------------------------------------------------------------
@share(0.16)
@given(log_files())
def test_every_csv_log_is_read_or_refused(tmp_path, content):
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    log = works_or_says(read_log, str(path))
    if log is not None:
        assert log.n_lines > 0
        assert np.isfinite(log.occasions["amount"]).all()
        works_or_says(check_enough, log.occasions, "log.csv")


@share(0.1)
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
    """Give a made-up log: customers with gamma rates, who may join late and leave early."""
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
    _forget()
    _firm(**firm).to_csv(tmp_path / "log.csv", index=False)
    made = works_or_says(calibration.calibrate, str(tmp_path / "log.csv"), "firm", *[None] * 4,
                         "auto", "EUR", True)  # fmt: skip
    if made is not None:
        _live(load_market("firm"), load_strategy("balanced"))


# --- what people write -----------------------------------------------------------------------------
def _original(file: str) -> bytes:
    return (root() / file).read_bytes()


_WRITTEN = {file: _original(file) for file in (MARKET, HISTORY, PLAN, PAGE, *TABLES)}
_HISTORY_HEAD = b"".join(_WRITTEN[HISTORY].splitlines(keepends=True)[:20])


@share(0.15)
@given(spoiled_yaml(yaml.safe_load(_WRITTEN[MARKET])), st.sampled_from([None, 0]))
def test_every_market_file_makes_a_market_that_lives_or_is_refused(checkout, content, draw):
    (checkout / MARKET).write_bytes(content)
    market = works_or_says(load_market, "grocery")
    if market is not None:
        works_or_says(_live_at_all_ends, market, load_strategy("balanced"), draw)


def test_every_value_of_a_market_has_a_range():
    assert set(RANGES) == set(VALUES)


_WITHIN = st.fixed_dictionaries(
    {},
    optional={
        name: st.one_of(st.sampled_from(ends), st.floats(*ends)) for name, ends in RANGES.items()
    },
)


@share(0.05)
@given(_WITHIN, st.sampled_from(["grocery", "music_shop", "subscription"]))
def test_every_market_within_the_stated_ranges_lives_or_is_refused(changed, name):
    content = load_market(name).model_dump()
    for key, value in changed.items():
        if key in content["values"]:
            content["values"][key] |= {"value": value, "low": value, "high": value}
    market = works_or_says(validate, Market, content, name)
    if market is not None:
        works_or_says(_live, market, load_strategy("balanced"))


@share(0.1)
@given(spoiled_bytes(_HISTORY_HEAD))
def test_every_history_file_starts_a_market_that_lives_or_is_refused(checkout, content):
    (checkout / HISTORY).write_bytes(content)
    _forget()
    works_or_says(_live, load_market("grocery"), load_strategy("baseline"))


@share(0.12)
@given(spoiled_yaml(yaml.safe_load(_WRITTEN[PLAN])))
def test_every_strategy_can_be_carried_out_or_is_refused(checkout, content):
    (checkout / PLAN).write_bytes(content)
    _forget()
    strategy = works_or_says(load_strategy, "balanced")
    if strategy is not None:
        works_or_says(_live, load_market("grocery"), strategy)


@share(0.05)
@given(spoiled_bytes(_WRITTEN[PAGE]), spoiled_yaml(yaml.safe_load(_WRITTEN[PAGE].split(b"---")[1])))
def test_every_page_is_read_or_refused(checkout, page, matter):
    body = _WRITTEN[PAGE].split(b"---\n", 2)[2]
    for content in (page, b"---\n" + matter + b"---\n" + body):
        (checkout / PAGE).write_bytes(content)
        _forget()
        works_or_says(load_page, "incentives")
    consistency.check()


@share(0.04)
@given(st.sampled_from(TABLES), st.data())
def test_every_table_and_bibliography_is_checked_without_a_traceback(checkout, file, data):
    (checkout / file).write_bytes(data.draw(spoiled_bytes(_WRITTEN[file])))
    _forget()
    works_or_says(load_parameters)
    works_or_says(load_evidence)
    works_or_says(load_facts)
    consistency.check()
    works_or_says(consistency.fix)
    (checkout / file).write_bytes(_WRITTEN[file])


# --- what people type ------------------------------------------------------------------------------
class Accepted(Exception):
    """All of a command's input was accepted, and the work would begin."""


def _begin(*_arguments, **_options):
    raise Accepted


@share(0.22)
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
            (single, "size_strategies"),
            (single, "LoyaltyModel"),
            (calibration, "fit_laws"),
        ):
            patch.setattr(module, name, _begin)
        done = CliRunner().invoke(cli.app, words)
    if isinstance(done.exception, Accepted):
        return
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code in (0, 2), done.output
    assert "Traceback" not in done.output
    if done.exit_code:
        assert done.stderr.strip()
