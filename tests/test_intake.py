"""A raw export becomes the log that it is, or is refused with all that is wrong; nothing is guessed.

Serves: L4.1a L4.1b
"""

import hashlib
import hmac
import json
import os
import re
import stat
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from export_writers import TRUTH
from exports import DIALECTS, EXPORTS
from typer.testing import CliRunner

from sim.calibration.transactions import read_log
from sim.cli import main
from sim.common.errors import InputError
from sim.intake.intake import take_in
from sim.intake.keys import client_key, key_path
from sim.intake.sql import workplace


def _pseudonyms(ids: pd.Series) -> pd.Series:
    key = client_key("shop")
    return ids.map(lambda one: hmac.new(key, one.encode(), hashlib.sha256).hexdigest()[:32])


def _log(made) -> pd.DataFrame:
    return pd.read_parquet(made.log)


@pytest.mark.parametrize("export", [e for e in EXPORTS if not e.refused], ids=lambda e: e.name)
def test_an_ugly_export_becomes_the_purchases_that_it_is(clients, tmp_path, export):
    made = take_in(export.make(tmp_path), "shop", export.said)
    truth = TRUTH.assign(customer=_pseudonyms(TRUTH["who"]))
    truth = truth.sort_values(["customer", "day"], ignore_index=True)
    log = _log(made)
    assert log["customer"].tolist() == truth["customer"].tolist()
    assert log["date"].tolist() == truth["day"].tolist()
    assert log["amount"].tolist() == truth["paid"].tolist()
    assert sorted(one.reason for one in made.left_out) == sorted(export.left_out)
    assert sum(year.sales for year in made.years) == pytest.approx(truth["paid"].sum(), abs=1e-6)


@pytest.mark.parametrize("export", [e for e in EXPORTS if e.refused], ids=lambda e: e.name)
def test_an_export_that_can_be_read_in_two_ways_is_refused_with_all_that_is_open(
    clients, tmp_path, export
):
    with pytest.raises(InputError) as refused:
        take_in(export.make(tmp_path), "shop", export.said)
    assert sorted(fault.field for fault in refused.value.faults) == sorted(export.refused)
    assert not (clients / "shop").exists()
    assert not re.search(r"K\d{4}", refused.value.message)


def _export(name: str):
    return next(export for export in EXPORTS if export.name == name)


def _file(folder: Path, text: str, name: str = "export.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_what_was_concluded_makes_the_next_export_need_no_thought(clients, tmp_path):
    """A first export shows that commas part decimals and days come first; a second alone would not."""
    first = _file(
        tmp_path, "wer;wann;Betrag\na;31.01.2024;1,5\nb;01.02.2024;2,25\na;02.02.2024;3\n"
    )
    second = _file(
        tmp_path, "wer;wann;Betrag\na;03.04.2024;1.234\nb;04.05.2024;2.000\n", "next.csv"
    )
    with pytest.raises(InputError) as refused:
        take_in([second], "other", ["customer=wer", "date=wann"])
    assert {fault.field for fault in refused.value.faults} == {"decimal", "date_order"}
    take_in([first], "shop", ["customer=wer", "date=wann"])
    log = _log(take_in([second], "shop", force=True)).sort_values("date")
    assert log["amount"].tolist() == [1234.0, 2000.0]
    assert log["date"].dt.strftime("%m-%d").tolist() == ["04-03", "05-04"]
    mapping = clients / "shop" / "intake" / "mapping.yaml"
    mapping.write_text(mapping.read_text().replace("decimal: comma", "decimal: coma"))
    with pytest.raises(InputError, match=r"mapping.yaml: decimal: found 'coma'.*'comma'"):
        take_in([second], "shop")


def test_a_return_is_set_against_the_purchase_before_it_or_kept_apart(clients, tmp_path):
    lines = "a,2024-01-01,10\na,2024-02-01,20\na,2024-02-13,-25\na,2024-03-01,7\nb,2024-02-02,-4\n"
    lines += "b,2024-03-03,9\nb,2024-03-03,-2\n"
    path = _file(tmp_path, "customer,date,amount\n" + lines)
    netted = take_in([path], "shop")
    log = _log(netted).sort_values(["date", "amount"])
    assert log["amount"].tolist() == [5.0, 7.0, 7.0]
    assert log["date"].dt.strftime("%m-%d").tolist() == ["01-01", "03-01", "03-03"]
    (before,) = netted.left_out
    assert (before.reason, before.lines) == ("returned_before", 1)
    apart = take_in([path], "shop", ["returns=apart"])
    assert sorted(_log(apart)["amount"]) == [7.0, 9.0, 10.0, 20.0]
    assert [(one.reason, one.lines) for one in apart.left_out] == [("returned", 3)]
    assert apart.left_out[0].share == pytest.approx(31 / 77)


def test_several_currencies_are_converted_by_the_clients_rates_only(clients, tmp_path):
    text = "customer,date,amount,currency\na,2024-01-31,10,EUR\nb,2024-02-01,20,GBP\na,2024-02-02,1,EUR\n"
    path = _file(tmp_path, text)
    made = take_in([path], "shop", ["currency=EUR", "rates.GBP=1.17"])
    assert sorted(_log(made)["amount"]) == [1.0, 10.0, 23.4]
    assert made.currency == "EUR"
    for said in (["currency=EUR"], ["currency=USD", "rates.GBP=1.17"]):
        with pytest.raises(InputError, match="a rate for each other"):
            take_in([path], "other", said)
    one = _file(tmp_path, text.replace("GBP", "EUR"), "one.csv")
    with pytest.raises(InputError, match="the currency of the file, EUR"):
        take_in([one], "third", ["currency=USD"])


def test_no_id_leaves_the_export_and_only_its_owner_opens_what_is_written(clients, tmp_path):
    names = ("Zaphod", "ford@example.org", "918723645")
    text = "customer,date,amount\n" + "".join(
        f"{name},2024-01-{day},{amount}\n"
        for name in names
        for day, amount in ((11, 5), (22, 7), (41, 8), (13, "x"))
    )
    with pytest.raises(InputError) as refused:
        take_in([_file(tmp_path, text)], "shop")
    assert {fault.field for fault in refused.value.faults} == {"date", "amount"}
    lines = "".join(
        f"{name},2024-02-{day},1\n" for name in names for day in range(10, 29) for _ in "a" * 20
    )
    made = take_in([_file(tmp_path, text + lines)], "shop")
    folder = clients / "shop" / "intake"
    whole = b"".join(path.read_bytes() for path in folder.iterdir()) + str(made).encode()
    assert not any(name.encode() in whole for name in names)
    assert not any(name in refused.value.message for name in names)
    rejected = pd.read_parquet(folder / "rejected.parquet")
    assert len(rejected) == 6 and set(rejected["customer"]) == set(_pseudonyms(pd.Series(names)))
    assert set(rejected["example"]) == {"9999-99-99", "a"}
    assert not key_path("shop").is_relative_to(clients)
    private = [*made.written, key_path("shop")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
    assert {stat.S_IMODE(path.parent.stat().st_mode) for path in private} == {0o700}


def test_lines_that_cannot_be_read_are_left_out_only_while_they_are_few(clients, tmp_path):
    """One in a hundred may be; of more, the file is read wrongly."""
    head, good = (
        "customer,date,amount\n",
        [f"c{i % 40},2024-01-{1 + i % 28:02d},5.5\n" for i in range(198)],
    )
    few = take_in([_file(tmp_path, head + "".join([*good, "c1,2024-01-05,?\n"]))], "shop")
    assert [(one.reason, one.lines) for one in few.left_out] == [("no_amount", 1)]
    with pytest.raises(InputError, match=r"3 of 201 lines, first line 199"):
        take_in([_file(tmp_path, head + "".join([*good, *3 * ["c1,2024-01-05,?\n"]]))], "shop")


@pytest.mark.parametrize(
    "source", ["cdnow", pytest.param("complete-journey", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda one: one[0])
def test_a_public_log_comes_back_from_any_dialect(clients, tmp_path, source, dialect):
    _, write = dialect
    truth = read_log(source).occasions
    truth = truth[truth["customer"] < (400 if source == "cdnow" else 20)]
    path = write(tmp_path, truth)
    made = take_in([path], "shop")
    read = read_log(str(made.log)).occasions
    found = read.groupby("customer")["amount"].agg(["size", "sum"]).sort_values(["size", "sum"])
    wanted = truth.groupby("customer")["amount"].agg(["size", "sum"]).sort_values(["size", "sum"])
    assert found["size"].tolist() == wanted["size"].tolist()
    assert found["sum"].tolist() == pytest.approx(wanted["sum"].tolist(), abs=0.005 * len(truth))
    assert sorted(read["day"]) == sorted(truth["day"])


def test_the_command_prints_what_it_concluded_and_what_is_to_be_confirmed(clients, tmp_path):
    (path,) = _export("german, titles and a total").make(tmp_path)
    told = CliRunner().invoke(main.app, ["intake", str(path), "--name", "shop"]).stdout
    for words in (
        "encoding: cp1252",
        "separator: semicolon",
        "header: line 4",
        "decimal mark: comma",
        "order of dates: day, month, year",
        "currency: EUR",
        "To be confirmed",
        "--name shop --currency EUR --wage WAGE_PER_HOUR",
    ):
        assert words in told, told
    said = CliRunner().invoke(main.app, ["intake", str(path), "--name", "shop", "--lang", "zh"])
    left = re.sub(
        r"/\S+|loyalty calibrate.*|--\S+|cp1252|EUR|Kd-Nr\.|\w+betrag|aaa\S*", "", said.stdout
    )
    assert not re.search(r"[A-Za-z]{4} [a-z]{2}", left), left
    machine = CliRunner().invoke(main.app, ["intake", str(path), "--name", "shop", "--json"])
    record = json.loads(machine.stdout)
    assert record["currency"] == "EUR" and record["customers"] == TRUTH["who"].nunique()


@pytest.mark.parametrize("word", ["Refunded", "refund", "退款", "返金", "Erstattung", "remboursé"])
def test_a_refunded_order_is_taken_for_neither_a_return_nor_a_purchase_unasked(
    clients, tmp_path, word
):
    """It was deducted from what its customer had bought besides."""
    lines = "a,2024-01-01,10,paid\na,2024-02-01,20,WORD\nb,2024-02-02,30,completed\n"
    path = _file(tmp_path, "customer,date,amount,status\n" + lines.replace("WORD", word))
    with pytest.raises(InputError, match="status.*--set statuses.WORD=purchase"):
        take_in([path], "shop")
    with pytest.raises(InputError, match="status"):
        read_log(str(path))
    made = take_in([path], "shop", [f"statuses.{word}=cancelled"])
    assert sorted(_log(made)["amount"]) == [10.0, 30.0]


def test_a_clean_log_with_lines_that_add_others_up_is_refused(tmp_path):
    """The total of a month was a customer who spent more than all others."""
    lines = "K1,2024-01-01,10\nK2,2024-01-02,20\nGrand Total,2024-01-31,30\n"
    with pytest.raises(InputError, match="no lines that add others up.*loyalty intake export.csv"):
        read_log(str(_file(tmp_path, "customer,date,amount\n" + lines)))


def test_an_intake_that_would_lose_lines_of_the_log_of_that_name_needs_force(clients, tmp_path):
    """Next month's export by itself replaced the log of the months before, unasked."""
    head, first = "customer,date,amount,status\n", "a,2024-01-01,10,paid\nb,2024-01-02,20,paid\n"
    second = "a,2024-02-01,7,paid\n"
    january = take_in([_file(tmp_path, head + first)], "shop").log.read_bytes()
    february = _file(tmp_path, head + second, "february.csv")
    with pytest.raises(
        InputError, match=r"--name.*2 of 2 purchases gone, 2 customers, 100.0% of sales"
    ) as no:
        take_in([february], "shop")
    assert "--force" in no.value.message
    folder = clients / "shop" / "intake"
    assert (folder / "log.parquet").read_bytes() == january
    less = _file(tmp_path, head + first.replace(",20,", ",2,"), "less.csv")
    with pytest.raises(InputError, match="1 of 2 purchases gone"):
        take_in([less], "shop")
    changed = first.replace(",20,paid", ",20,cancelled") + second + "a,2024-02-02,-12,paid\n"
    grown = _log(take_in([_file(tmp_path, head + changed, "grown.csv")], "shop"))
    assert grown["amount"].tolist() == [5.0]  # what was returned or cancelled since is not lost
    for nth in ("", "-2"):
        standing = (folder / "log.parquet").read_bytes()
        assert take_in([february], "shop", force=True).customers == 1
        (kept,) = folder.glob(f"before-????-??-??{nth}")
        assert (kept / "log.parquet").read_bytes() == standing
        assert {stat.S_IMODE(path.stat().st_mode) for path in kept.iterdir()} == {0o600}


@pytest.mark.parametrize(("first", "kept"), [(0, True), (10_001, False)])
def test_a_customer_zero_is_one_among_small_numbers_and_nobody_among_large_ones(
    tmp_path, first, kept
):
    """A log numbered from 0 whose customer 1 never came was refused."""
    ids = [0, *(first + number for number in range(2, 30))]
    lines = [f"{i},2025-{month:02}-15,{20 + i % 7}.50" for i in ids for month in range(1, 13)]
    path = _file(tmp_path, "\n".join(["customer,date,amount", *lines]))
    if kept:
        assert read_log(str(path)).occasions["customer"].nunique() == len(ids)
    else:
        with pytest.raises(InputError, match="one customer's each"):
            read_log(str(path))


def test_what_a_killed_intake_left_goes_with_the_next_and_what_runs_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = Path(tempfile.mkdtemp(prefix="loyalty-intake-"))
    (left / "intake.duckdb").write_bytes(b"customers")
    os.utime(left, (1, 1))
    with workplace() as (database, running):
        assert not left.exists()
        os.utime(running, (1, 1))
        with workplace():
            assert running.exists() and database.execute("select 1").fetchall() == [(1,)]
