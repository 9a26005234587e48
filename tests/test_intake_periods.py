"""A table of months, a currency in a header, lines that add up: read as what they are, or asked about.

Serves: L4.1a
"""

import pandas as pd
import pytest

from sim.calibration.transactions import read_log
from sim.common.errors import InputError
from sim.intake.intake import take_in

MONTHS = pd.period_range("2023-01", "2023-12", freq="M")


def _file(folder, text, name="export.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _panel(day, silent=25, gone=()):
    """Return a table of 12 months of 60 accounts, `silent` of whom never buy; some lines are gone."""
    lines = [
        f"A{account:03d},{day(month)},{0 if account < silent or (account + at) % 3 else 10 + account}"
        for account in range(60)
        for at, month in enumerate(MONTHS)
        if (account, at) not in gone
    ]
    return "customer,date,amount\n" + "\n".join(lines) + "\n"


def test_months_of_nil_in_a_table_of_months_make_no_silent_account_active(clients, tmp_path):
    path = _file(tmp_path, _panel(lambda month: f"{month.end_time:%Y-%m-%d}"))
    made = take_in([path], "shop")
    log = pd.read_parquet(made.log)
    assert made.customers == 35 and len(log) == 35 * 4 and (log["amount"] > 0).all()
    assert {one.reason: one.lines for one in made.left_out} == {"nothing_bought": 60 * 12 - 35 * 4}
    assert "nothing" in (clients / "shop" / "intake" / "mapping.yaml").read_text()
    with pytest.raises(InputError, match="none where nothing was bought"):
        read_log(str(path))
    kept = take_in([path], "other", ["nil=bought"])
    assert kept.customers == 60


def test_nil_in_a_table_with_holes_is_asked_about(clients, tmp_path):
    """Each fifth account lacks a month: neither a whole table of months nor a list of purchases."""
    holes = {(account, 5) for account in range(0, 60, 5)}
    path = _file(tmp_path, _panel(lambda month: f"{month}-01", gone=holes))
    with pytest.raises(InputError) as refused:
        take_in([path], "shop")
    assert refused.value.field == "nil" and "--set nil=nothing" in (refused.value.hint or "")
    assert take_in([path], "shop", ["nil=nothing"]).customers == 35


def test_nil_in_a_list_of_purchases_stays_a_purchase(clients, tmp_path):
    days = pd.date_range("2023-01-01", periods=40, freq="D")
    lines = [f"a{i % 7},{d:%Y-%m-%d},{0 if i % 5 == 0 else 9}" for i, d in enumerate(days)]
    made = take_in([_file(tmp_path, "customer,date,amount\n" + "\n".join(lines) + "\n")], "shop")
    assert len(pd.read_parquet(made.log)) == 40 and not made.left_out


@pytest.mark.parametrize(
    "day",
    [
        str,
        "{0.year}/{0.month}".format,
        "{0.month:02d}.{0.year}".format,
        "{0.year}年{0.month}月".format,
    ]
    + [lambda month: month.strftime("%B %Y")],
    ids=["iso", "slash", "german", "chinese", "by name"],
)
def test_a_column_of_months_is_read_as_their_first_days_and_told(clients, tmp_path, day):
    made = take_in([_file(tmp_path, _panel(day))], "shop")
    assert set(pd.read_parquet(made.log)["date"].dt.day) == {1}
    (told,) = (one for one in made.conclusions["export.csv"] if str(one.what) == "order of dates")
    assert "first day" in str(told.value) and str(told.why).endswith("occurs")


def test_a_month_among_days_is_no_day_and_the_remedy_is_named(clients, tmp_path):
    path = _file(tmp_path, _panel(lambda m: str(m) if m.month == 5 else f"{m}-03"))
    with pytest.raises(InputError, match="60 of 720 lines") as refused:
        take_in([path], "shop")
    assert "months as 2024-01" in (refused.value.hint or "")


def test_what_adds_others_up_is_in_no_share_of_sales(clients, tmp_path):
    lines = [f"a{i % 7},2023-01-{1 + i % 28:02d},10" for i in range(300)] + [",2023-01-05,100"]
    text = "customer,date,amount\n" + "\n".join(lines) + "\nSumme,,3100\n,,3100\n"
    made = take_in([_file(tmp_path, text)], "shop")
    shares = {one.reason: (one.lines, one.share) for one in made.left_out}
    assert shares == {"total": (2, 0.0), "no_customer": (1, pytest.approx(100 / 3100))}
    rules = {rule.rule: rule.share_of_sales for rule in made.quality.rules}
    assert rules["no_customer"] == pytest.approx(100 / 3100)
    assert rules["same_line"] == pytest.approx(10 * made.quality.rules[-1].lines / 3100, abs=1)


def test_amounts_in_another_currency_by_the_header_alone_are_converted_or_refused(
    clients, tmp_path
):
    head = "Kunde,Datum,Betrag {}\n"
    lines = "".join(f"k{i % 5},2023-02-{i:02d},10\n" for i in range(1, 20))
    one = _file(tmp_path, head.format("EUR") + lines, "one.csv")
    other = _file(tmp_path, head.format("$") + lines.replace("2023-", "2024-"), "other.csv")
    american = _file(tmp_path, head.format("USD") + lines.replace("2023-", "2024-"), "usd.csv")
    made = take_in([one], "shop")
    assert made.currency == "EUR"
    assert "names of columns" in str(made.conclusions[""][0].why)
    with pytest.raises(InputError, match="in one currency"):
        take_in([one, american], "two")
    dollars = _file(tmp_path, head.format("in US$") + lines.replace("2023-", "2024-"), "usd.csv")
    assert dollars == american and take_in([dollars], "own").currency == "USD"
    both = take_in([one, american], "two", ["currency=EUR", "rates.USD=0.9"])
    by_year = {year.year: year.sales for year in both.years}
    assert by_year == {2023: pytest.approx(190), 2024: pytest.approx(171)}
    with pytest.raises(
        InputError, match="in one currency"
    ):  # a sign that several have: not guessed
        take_in([one, other], "three")


def test_many_lines_without_a_currency_are_no_other_currencys_nor_left_out_unasked(
    clients, tmp_path
):
    lines = "".join(f"k{i % 5},2023-02-{i:02d},{'€' if i % 2 else ''}10\n" for i in range(1, 20))
    path = _file(tmp_path, "Kunde,Datum,Betrag\n" + lines)
    with pytest.raises(InputError, match="9 lines without one"):
        take_in([path], "shop")
    made = take_in([path], "shop", ["currency=EUR"])
    assert (
        made.currency == "EUR" and made.years[0].sales == pytest.approx(190) and not made.left_out
    )
