"""How newcomers came is read from a client's table of customers, and measured in the market."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, norm
from typer.testing import CliRunner

from sim.calibration.calibrate import calibrate
from sim.calibration.forgetting.forget import forget
from sim.calibration.measured import measured_beside
from sim.calibration.measured_talk import (
    NO_SOURCE,
    measured_talk,
    partly_told,
    too_few_newcomers,
)
from sim.cli import main
from sim.common.errors import InputError
from sim.intake.intake import take_in
from sim.intake.keys import key_path, pseudonym
from sim.intake.ratios import share_of
from sim.market.market import load_market
from tests.quick import foresee_little

#: Chance that a figure misses its tolerance though all is right: 1 in 10 000, both sides.
_CHANCE = 1e-4
#: Numbers of a market are written in six digits.
_ROUNDED = 1e-5
SHARE = 0.3
WHO = "card-017"
#: What clients call word of mouth, and other ways, in six languages.
WORDS = {
    "recommendation": ("Friends", "Empfehlung", "Bouche à oreille", "recomendación", "朋友推荐", "紹介"),
    "other": ("Advertising", "Werbung", "publicité", "anuncio", "广告", "チラシ"),
}  # fmt: skip


def _made(folder, customers=300, days=700, language=0):
    """Write sales and members of a shop whose customers join all the time; return the members."""
    luck = np.random.default_rng(11)
    names = np.array([f"card-{one:03d}" for one in range(customers)])
    joined = luck.integers(0, days, customers)
    n = luck.negative_binomial(1, 0.12, customers) + 1
    day = np.repeat(joined, n) + np.floor(luck.random(n.sum()) * np.repeat(days - joined, n))
    day[np.cumsum(n) - n] = joined  # all buy on the day on which they join
    start = pd.Timestamp("2023-01-01")
    sales = pd.DataFrame(
        {"customer": np.repeat(names, n), "date": start + pd.to_timedelta(day, "D")}
    )
    sales["amount"] = luck.lognormal(3, 0.5, len(sales)).round(2)
    sales.to_csv(folder / "sales.csv", index=False)
    told = luck.random(customers) < SHARE
    first, second = (words[language] for words in WORDS.values())
    members = pd.DataFrame(
        {
            "Kundennr": names,
            "name": "Anna Berg",
            "e-mail": "anna.berg@example.org",
            "Mitglied seit": (start + pd.to_timedelta(joined, "D")).strftime("%d.%m.%Y"),
            "Quelle": np.where(told, first, second),
        }
    )
    return _members(folder, members)


def _members(folder, table):
    """Write a table of members, and return it."""
    table.to_csv(folder / "members.csv", index=False, sep=";")
    return table


def _take(folder, *said):
    files = {"customers": [folder / "members.csv"]}
    return take_in([folder / "sales.csv"], "shop", said, others=files)


def _new(members, made):
    """Members who joined in the 364 days up to the log's last one."""
    last = pd.read_parquet(made.log)["date"].max()
    joined = pd.to_datetime(members["Mitglied seit"], format="%d.%m.%Y")
    return members[joined.between(last - pd.Timedelta(days=363), last)]


@pytest.mark.parametrize("language", range(6))
def test_how_newcomers_came_is_read_in_six_languages_and_counted(clients, tmp_path, language):
    members = _made(tmp_path, language=language)
    made = _take(tmp_path)
    new = _new(members, made)
    told = int((new["Quelle"] == WORDS["recommendation"][language]).sum())
    number = measured_beside(str(made.log))[0]["talk_share_of_inflow"]
    middle, error = share_of(told, len(new))
    assert number["value"] == pytest.approx(middle, rel=_ROUNDED)
    assert number["standard_error"] == pytest.approx(error, rel=_ROUNDED)
    assert f"{told} of {len(new)} came by recommendation" in number["method"]
    assert number["source"].startswith("customers.parquet")


def test_the_interval_holds_the_true_share_as_often_as_it_says():
    """Of 300 tables, by Wilson's own chance at this share: it misses by luck once in 10 000."""
    luck, tables, n = np.random.default_rng(2), 300, 80
    date = pd.to_datetime(["2024-06-01"] * n + ["2022-01-01"])
    log = pd.DataFrame({"customer": np.arange(n + 1), "date": date})
    hits = 0
    for _ in range(tables):
        source = np.where(luck.random(n) < SHARE, "recommendation", "other")
        table = pd.DataFrame({"customer": np.arange(n), "date": pd.NaT, "source": source})
        table["date"] = pd.to_datetime(table["date"])
        number = measured_talk(table, log)[0]["talk_share_of_inflow"]
        hits += abs(number["value"] - SHARE) < norm.isf(0.025) * number["standard_error"]
    counts = np.arange(n + 1)
    middles, errors = np.array([share_of(int(one), n) for one in counts]).T
    held = np.abs(middles - SHARE) < norm.isf(0.025) * errors
    chance = binom.pmf(counts, n, SHARE)[held].sum()
    assert chance > 0.93 and binom.cdf(hits, tables, chance) > _CHANCE / 2
    assert binom.sf(hits - 1, tables, chance) > _CHANCE / 2


def test_the_command_takes_customers_in_and_a_calibration_tells_the_share(
    clients, tmp_path, monkeypatch
):
    foresee_little(monkeypatch.setattr)
    _made(tmp_path)
    words = ["intake", str(tmp_path / "sales.csv"), "--name", "shop"]
    done = CliRunner().invoke(main.app, [*words, "--customers", str(tmp_path / "members.csv")])
    assert done.exit_code == 0 and "how the customer came: Quelle" in done.output, done.output
    intake = clients / "shop" / "intake"
    kept = "".join(path.read_text(errors="ignore") for path in intake.glob("*") if path.is_file())
    assert "anna.berg" not in kept + done.output and "card-0" not in kept + done.output
    quality = json.loads((intake / "quality.json").read_text())
    assert {"name", "e-mail"} <= {one["column"] for one in quality["personal"]}
    done = CliRunner().invoke(
        main.app, ["calibrate", str(intake / "log.parquet"), "--name", "shop"]
    )
    assert done.exit_code == 0, done.output
    told = [line for line in done.output.splitlines() if "talk_share_of_inflow" in line]
    number = load_market("shop").values["talk_share_of_inflow"]
    assert "+-" in told[0] and number.status == "estimated"
    assert abs(number.value - SHARE) < norm.isf(_CHANCE / 2) * number.standard_error


def test_a_word_that_nobody_knows_is_asked_for_and_known_the_next_time(clients, tmp_path):
    members = _made(tmp_path)
    told = members["Quelle"] == WORDS["recommendation"][0]
    _members(tmp_path, members.assign(Quelle=members["Quelle"].where(~told, "KWK")))
    with pytest.raises(InputError, match="recommendation or other") as refused:
        _take(tmp_path)
    assert refused.value.field == "source"
    assert "--set customers.sources.WORD=recommendation" in (refused.value.hint or "")
    assert "--set customers.source=-" in (refused.value.hint or "")
    with pytest.raises(InputError, match="recommendation"):
        _take(tmp_path, "customers.sources.KWK=friend")
    first = _take(tmp_path, "customers.sources.KWK=recommendation")
    found = measured_beside(str(first.log))
    assert "talk_share_of_inflow" in found[0]
    assert measured_beside(str(_take(tmp_path).log)) == found


@pytest.mark.parametrize("word", ["unbekannt", "Keine Angabe", "N/A", "未填写", "-"])
def test_a_word_for_not_knowing_is_as_an_empty_cell(clients, tmp_path, word):
    members = _made(tmp_path)
    some = members["Kundennr"].isin(members["Kundennr"][::3])
    found = []
    for cell in ("", word):
        _members(tmp_path, members.assign(Quelle=members["Quelle"].mask(some, cell)))
        found.append(measured_beside(str(_take(tmp_path).log)))
    assert found[0] == found[1] and "talk_share_of_inflow" in found[0][0]


@pytest.mark.parametrize("day", ["1900-01-01", "2999-12-31", "soon"])
def test_days_of_joining_that_are_none_are_refused_with_what_to_do(clients, tmp_path, day):
    members = _made(tmp_path)
    _members(tmp_path, members.assign(**{"Mitglied seit": members["Mitglied seit"].mask(
        members.index < 40, day)}))  # fmt: skip
    with pytest.raises(InputError) as refused:
        _take(tmp_path)
    hint = refused.value.hint or ""
    assert "empty" in hint and "--set customers.joined=-" in hint
    assert _take(tmp_path, "customers.joined=-").beside[0].lines == len(members)


@pytest.mark.parametrize("days", [700, 400])
def test_without_days_of_joining_the_first_purchase_tells_where_the_log_reaches_back(
    clients, tmp_path, days
):
    members = _made(tmp_path, days=days)
    with_days = measured_beside(str(_take(tmp_path).log))
    _members(tmp_path, members.drop(columns="Mitglied seit"))
    without = measured_beside(str(_take(tmp_path, "customers.joined=-").log))
    assert without == (with_days if days == 700 else ({}, [too_few_newcomers()]))


def test_a_day_of_joining_that_cannot_be_read_is_told_and_one_that_is_not_known_is_none(
    clients, tmp_path
):
    members = _made(tmp_path)
    some = members.copy()
    some.loc[:40, "Mitglied seit"] = ""
    some.loc[41, "Mitglied seit"] = "31.02.2023"
    _members(tmp_path, some)
    made = _take(tmp_path)
    table = pd.read_parquet(made.log.with_name("customers.parquet"))
    assert list(table) == ["customer", "date", "source"]
    assert len(table) == len(members) - 1 and table["date"].isna().sum() == 41
    assert [one.lines for one in made.beside[0].left_out] == [1]


def test_what_a_table_of_customers_does_not_tell_stays_assumed_and_is_said(clients, tmp_path):
    members = _made(tmp_path)
    _members(tmp_path, members.drop(columns="Quelle"))
    made = _take(tmp_path)
    assert measured_beside(str(made.log)) == ({}, [NO_SOURCE])
    calibrate(str(made.log), "shop")
    market = load_market("shop")
    assert market.values["talk_share_of_inflow"].status == "assumed"
    assert NO_SOURCE in market.data.cautions
    new = _new(members, made)
    told = members["Quelle"].where(~members["Kundennr"].isin(new["Kundennr"]), "Werbung")
    _members(tmp_path, members.assign(Quelle=told))  # nobody among the newcomers, which may be luck
    assert measured_beside(str(_take(tmp_path).log)) == ({}, [too_few_newcomers()])
    told = members["Quelle"].mask(members["Kundennr"].isin(new["Kundennr"][::2]), "")
    _members(tmp_path, members.assign(Quelle=told))
    found, cautions = measured_beside(str(_take(tmp_path).log))
    known = len(new) - len(new[::2])
    assert f"of {known} came" in found["talk_share_of_inflow"]["method"]
    assert cautions == [partly_told(known / len(new))]


def test_two_lines_of_a_customer_that_differ_tell_nothing(clients, tmp_path):
    members = _made(tmp_path)
    made = _take(tmp_path)
    new = _new(members, made)
    again = new.iloc[:10]
    other = again.assign(Quelle=np.where(again["Quelle"] == "Friends", "Radio", "Friends"))
    _members(tmp_path, pd.concat([members, other]))
    found, cautions = measured_beside(str(_take(tmp_path).log))
    assert f"of {len(new) - 10} came" in found["talk_share_of_inflow"]["method"]
    known = 1 - 10 / len(new)
    assert cautions == ([] if known >= 0.95 else [partly_told(known)])


def test_whoever_is_forgotten_is_no_newcomer(clients, tmp_path):
    _made(tmp_path)
    made = _take(tmp_path)
    theirs = pseudonym(key_path("shop").read_bytes(), WHO)
    path = made.log.with_name("customers.parquet")
    assert theirs in set(pd.read_parquet(path)["customer"])
    forget(WHO, "shop")
    assert theirs not in set(pd.read_parquet(path)["customer"])
    assert _take(tmp_path).beside[0].forgotten == 1
    assert theirs not in set(pd.read_parquet(path)["customer"])
