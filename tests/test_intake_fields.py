"""Fields within fields of JSON are columns, told from keys that are data; all cells tell what one is."""

import json

import duckdb
import pytest

from sim.common.errors import InputError
from sim.intake.intake import take_in
from sim.intake.stored import open_json


def _written(folder, lines):
    path = folder / "orders.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


class _Counting:
    """A database that counts what it is asked."""

    def __init__(self):
        self.database, self.asked = duckdb.connect(), 0

    def execute(self, query):
        self.asked += 1
        return self.database.execute(query)


def _columns(folder, lines):
    database = _Counting()
    return open_json(_written(folder, lines), database).names, database.asked


def test_a_field_with_a_key_for_each_product_is_one_column(tmp_path):
    lines = [{"customer": {"id": i}, "basket": {f"sku{i}": {"n": 1}}} for i in range(200)]
    assert _columns(tmp_path, lines)[0] == ("customer.id", "basket")


def test_an_object_without_keys_is_a_field_that_is_empty_where_others_have_some(tmp_path):
    names, _ = _columns(tmp_path, [{"who": {}, "never": {}}, {"who": None}, {"who": {"id": 1}}])
    assert names == ("who.id", "never")
    for other in ("K1", ["K1"]):
        assert _columns(tmp_path, [{"who": other}, {"who": {"id": 1}}])[0] == ("who", "who.id")


def test_many_columns_are_found_by_no_more_questions_than_few(tmp_path):
    """Each key was asked for by itself: 500 columns took half a minute, 2,000 six."""
    found = [_columns(tmp_path, [dict.fromkeys(map(str, range(n)), 1)]) for n in (3, 300)]
    assert [len(names) for names, _ in found] == [3, 300]
    assert found[0][1] == found[1][1]


def test_a_key_and_a_field_within_a_field_of_one_name_are_two_columns_of_which_one_is_meant(
    clients, tmp_path
):
    line = {"customer": {"id": "b"}, "customer.id": "a", "date": "2024-01-02", "amount": 3.5}
    with pytest.raises(InputError) as refused:
        take_in([_written(tmp_path, [line] * 3)], "shop")
    assert [one.field for one in refused.value.faults] == ["customer"]


def test_a_second_currency_is_seen_however_late_it_comes(clients, tmp_path):
    """In a column whose name nobody knows, and that is in one currency for a hundred thousand lines."""
    day = ",2024-01-31,10,"
    text = "customer,date,amount,Whg\n" + f"a{day}EUR\n" * 100_001 + f"b{day}CHF\n"
    path = tmp_path / "late.csv"
    path.write_text(text)
    with pytest.raises(InputError, match="CHF"):
        take_in([path], "shop", ["repeated=kept"])
