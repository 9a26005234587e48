"""Each value of a market is declared once, and one of an earlier version is converted or refused."""

import pytest
import yaml

from sim.checks import check
from sim.checks.generated_tables import market_table
from sim.common.errors import InputError
from sim.common.random_numbers import Draws
from sim.evidence.parameters import load_parameters, pert_quantile
from sim.experiment.futures import draw_futures
from sim.experiment.uncertain_values import draw_values, uncertain
from sim.market.market import load_market
from sim.market.places import market_names
from sim.market.renamed import DRAWN_AS, RENAMED, with_new_names
from sim.market.values import NEVER_DRAWN, SEASON, VALUES, is_required, value_label


def _with_old_names(text: str) -> str:
    for renamed in RENAMED:
        text = text.replace(f"{renamed.new}:", f"{renamed.old}:")
    return text


def test_every_value_of_a_market_is_in_the_table_of_the_data_in_its_own_words():
    lines = market_table().splitlines()[2:]
    assert len(lines) == len(VALUES)
    for line, (name, value) in zip(lines, VALUES.items(), strict=True):
        assert line.startswith(f"| `{name}` | {value.unit} | {value.meaning} |")


def test_every_value_has_a_label_that_is_no_name_of_the_code():
    for contract in (False, True):
        labels = [
            value_label(name, contract) for name in VALUES if "_" not in value_label(name, contract)
        ]
        assert len(set(labels)) == len(VALUES)  # no two alike


@pytest.mark.parametrize("name", market_names())
def test_a_market_has_what_its_kind_requires_in_the_units_of_the_records(name):
    market = load_market(name)
    for value in VALUES:
        if is_required(value, market.is_contractual):
            assert market.values[value].unit == VALUES[value].unit
    assert all(value in VALUES or SEASON.fullmatch(value) for value in market.values)


@pytest.mark.parametrize("name", market_names())
def test_every_assumption_and_estimate_is_drawn_but_what_the_firm_chooses(name):
    market = load_market(name)
    drawn = [future.values for future in draw_futures(market, (), 4, 3)]
    moved = {v for v in market.values if len({one.get(f"market.{v}") for one in drawn}) > 1}
    assumed, estimated = (
        {value for value, number in market.values.items() if unsure(number)}
        for unsure in (
            lambda n: n.status == "assumed" and n.low != n.high,
            lambda n: n.status == "estimated" and n.standard_error > 0,
        )
    )
    assert NEVER_DRAWN & assumed and estimated
    assert moved == (assumed | estimated) - NEVER_DRAWN


def test_a_value_that_is_set_holds_whichever_law_of_buying_does():
    market = load_market("music_shop").with_values(winback_per_year=0.2, gross_margin=0.5)
    lives = [(future, future.market(market)) for future in draw_futures(market, (), 8, 1)]
    assert {drawn["winback_per_year"] for _, drawn in lives} == {0.2}
    assert {drawn["gross_margin"] for _, drawn in lives} == {0.5}
    assert {drawn.rates_move for _, drawn in lives} == {True, False}
    for future, drawn in lives:  # what the section does not state is the market's own, as drawn
        assert drawn["desk_load"] == future.values["market.desk_load"]


def test_a_market_with_an_old_name_is_refused_with_the_command_that_converts_it(checkout):
    path = checkout / "data" / "markets" / "grocery.yaml"
    path.write_text(_with_old_names(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(InputError, match="purchase_alpha.*loyalty check --fix"):
        load_market("grocery")
    assert "purchase_alpha" in " ".join(str(fault) for fault in check.check())


def test_all_values_that_a_file_lacks_are_named_at_once(checkout):
    path = checkout / "data" / "markets" / "grocery.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    for name in ("usual_rebate", "usual_community"):
        del data["values"][name]
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(InputError, match="usual_rebate, usual_community.*loyalty check --fix"):
        load_market("grocery")


def test_check_fix_gives_old_market_files_their_names_and_changes_nothing_else(checkout):
    before = {}
    for path in (checkout / "data" / "markets").glob("*.yaml"):
        before[path] = path.read_bytes()
        path.write_bytes(_with_old_names(before[path].decode()).encode())
        assert path.read_bytes() != before[path]
    changed = check.fix()
    assert {path.relative_to(checkout).as_posix() for path in before} <= set(changed)
    assert {path: path.read_bytes() for path in before} == before
    assert check.check() == []


def test_what_is_drawn_by_the_numbers_of_an_older_name_is_drawn_and_has_no_such_name():
    market, rows = load_market("grocery"), load_parameters().rows
    drawn, values = uncertain(market, rows), draw_values(market, rows, 1, 1)
    for new, old in DRAWN_AS.items():
        assert new in drawn and old not in drawn
        luck = Draws(1, 1).uniform(f"future:{old}")[0]
        assert values[new] == [pert_quantile(luck, *drawn[new])]


def test_only_keys_get_a_new_name():
    text = "values: {purchase_rate: {source: the purchase_rate of last year}}\n# purchase_rate\n"
    assert with_new_names(text) == text.replace("{purchase_rate:", "{purchase_alpha:")


@pytest.mark.parametrize("name", ["grocery", "hotel_group"])
def test_a_market_that_somebody_changes_is_not_what_the_next_reader_gets(name):
    first = load_market(name)
    whole = first.model_dump()
    first.values.clear()
    first.rivals.clear()
    assert load_market(name).model_dump() == whole
