"""Names, phones, e-mail and postal addresses in a file are found, counted, and shown by their forms.

Serves: L4.1c
"""

import duckdb
import pytest
from typer.testing import CliRunner

from sim.cli import main
from sim.common.errors import InputError
from sim.intake.intake import take_in
from sim.intake.personal import find_personal, without_personal
from sim.intake.quality.quality import needed_quality
from sim.intake.source import Cells, Source

#: What is personal, by kind, in six languages.
FOUND = {
    "email": ["anna@example.org", "reply to jörg.meier+shop@mail.example.de please"],
    "phone": ["+49 171 1234567", "call 030/1234567", "13812345678", "0049 30 123456", "555-123-4567"],
    "address": ["Hauptstraße 5, Berlin", "12 Baker Street", "12 rue de la Paix", "Calle Mayor 12",
                "北京市朝阳区建国路88号", "渋谷1丁目"],
    "name": ["for Frau Schmidt", "Frau Anna Schmidt", "Mr Beeblebrox", "M. et Mme Dupont",
             "王小明先生", "佐藤様"],
}  # fmt: skip
#: What looks like it and is not.
PLAIN = ["2024-01-31 10:00", "01.02.2024 17:30", "12.50", "1,234.56", "INV-2024-0001", "536365", "paid",
         "blue T-shirt 42", "SKU 99 red", "K00017"]  # fmt: skip


def _kinds(text: str) -> set[str]:
    """Return which kinds are found in a cell of a column whose name tells nothing."""
    with duckdb.connect() as database:
        database.execute("create table cells (c0 varchar)")
        database.execute("insert into cells values (?)", [text])
        source = Source(("remark",), "cells", {"remark": Cells("c0", "c0")})
        return {one.kind for one in find_personal(database, "file", source, {})}


@pytest.mark.parametrize(("kind", "text"), [(kind, t) for kind, ts in FOUND.items() for t in ts])
def test_what_is_personal_is_found_and_masked(kind, text):
    assert _kinds(text) == {kind}
    assert without_personal(text) != text and "Schmidt" not in without_personal(text)


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_not_is_left(text):
    assert _kinds(text) == set() and without_personal(text) == text


def test_each_column_is_counted_by_name_and_pattern_and_the_page_tells_it(clients, tmp_path):
    remark = ["see ford@example.org"] * 7 + [""] * 33
    lines = [
        f"K{k},Ford Prefect {k},2023-0{1 + k % 9}-11,{5 + k},{remark[k]},{k}" for k in range(40)
    ]
    path = tmp_path / "export.csv"
    path.write_text("customer,Name,date,amount,remark,Telefon\n" + "\n".join(lines) + "\n")
    done = CliRunner().invoke(main.app, ["intake", str(path), "--name", "shop"])
    assert done.exit_code == 0 and "3 columns hold personal data" in done.output
    found = {(one.column, one.kind): (one.lines, one.of) for one in needed_quality("shop").personal}
    assert found == {
        ("Name", "name"): (40, 40),
        ("remark", "email"): (7, 40),
        ("Telefon", "phone"): (40, 40),
    }
    page = (clients / "shop" / "intake" / "quality.html").read_text()
    assert "phone numbers" in page and "Prefect" not in page and "ford@" not in page


def test_words_of_a_status_column_are_shown_without_what_is_personal(clients, tmp_path):
    lines = [f"K{k % 5},2023-01-{10 + k},5,asked Frau Schmidt" for k in range(10)]
    path = tmp_path / "export.csv"
    path.write_text("customer,date,amount,status\n" + "\n".join(lines) + "\n")
    with pytest.raises(InputError) as refused:
        take_in([path], "shop")
    assert "asked aaaa aaaaaaa" in refused.value.message and "Schmidt" not in refused.value.message
