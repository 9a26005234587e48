"""The page on fixed and reviewed plans shows what a comparison finds, in each built-in market.

Serves: C3.4 I7.6
"""

import pytest

from sim.analysis.reviewed import worth_of_reviews
from sim.checks.reviewed_tables import reviewed_table
from sim.common.paths import root
from sim.experiment.portfolio_file import read_portfolio
from sim.market.places import market_names
from sim.playbook.reviewed_rows import load_reviewed
from sim.playbook.strategy_files import load_strategy
from sim.playbook.strategy_places import further_strategy_names, strategy_names
from sim.workbench.reviewed import PORTFOLIO, as_table, rows_of
from tests.test_reviews_told import _compared


def test_each_reviewed_strategy_of_the_playbook_stands_in_each_built_in_market() -> None:
    reviewed = [
        name
        for name in (*strategy_names(), *further_strategy_names())
        if load_strategy(name).reviews is not None
    ]
    assert reviewed
    expected = {(market, name) for market in market_names() for name in reviewed}
    asked = read_portfolio(root() / PORTFOLIO).entries
    assert {(one.market, name) for one in asked for name in one.strategies} == expected
    told = {(row.market, row.strategy) for row in load_reviewed().values()}
    assert {market for market, _ in told} == set(market_names())
    assert {name for _, name in told} == set(reviewed)
    for market, name in expected - told:  # the firm cannot pay for it
        assert f"`{name}` in {market.replace('_', ' ')}" in reviewed_table()
    for row in load_reviewed().values():
        sizes = {(one.customers, one.weeks, one.futures) for one in asked}
        assert (row.customers, row.weeks, row.futures) in sizes


def test_what_is_kept_is_the_worth_of_the_reviews_per_known_customer() -> None:
    compared = _compared()
    (row,) = rows_of(compared, "2026-01-31")
    first, second = compared.ranking[:2]
    worth, firm = worth_of_reviews(compared, first, second), compared.manifest.firm
    assert (row.strategy, row.fixed) == (first, second)
    for kept, found in (
        (row.adds, worth.mean),
        (row.adds_low, worth.expected_low),
        (row.adds_high, worth.expected_high),
    ):
        assert kept == pytest.approx(found / firm, rel=1e-3)  # four digits are kept


def test_what_is_kept_is_read_and_shown_as_it_was_found(checkout) -> None:
    (row,) = rows_of(_compared(), "2026-01-31")
    row = row.model_copy(update={"market": "grocery", "adds": -1.5})
    (checkout / "playbook" / "reviewed.csv").write_text(as_table([row]), encoding="utf-8")
    load_reviewed.cache_clear()
    assert list(load_reviewed().values()) == [row]
    shown = reviewed_table()
    assert f"| grocery | `{row.strategy}` |" in shown and "**−$1.50**" in shown
    assert "kept on 2026-01-31 by version" in shown
