"""Where customers buy is read from a column of purchases, and the channels of the market are those."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, norm
from typer.testing import CliRunner

from sim.calibration.calibrate import calibrate
from sim.calibration.forgetting.forget import forget
from sim.calibration.measured_channels import (
    measured_channels,
    seldom_told,
    too_few_in_channels,
)
from sim.cli import main
from sim.common.errors import InputError
from sim.evidence.parameters import load_parameters
from sim.experiment.uncertain_values import draw_values, with_shares
from sim.intake.intake import take_in
from sim.market.market import load_market
from sim.market.numbers import MarketPart
from tests.quick import foresee_little

#: Chance that a figure misses its tolerance though all is right: 1 in 10 000, both sides.
_CHANCE = 1e-4
#: Numbers of a market are written in six digits.
_ROUNDED = 1e-5
SHARES = {"store": 0.6, "online": 0.3, "app": 0.1}
#: What clients call them, and their column, in six languages.
WORDS = {
    "Sales channel": ("Store", "Online", "App"),
    "Vertriebskanal": ("Filiale", "Onlineshop", "App"),
    "Canal de vente": ("magasin", "boutique en ligne", "appli"),
    "Canal de venta": ("Tienda", "en línea", "aplicación"),
    "销售渠道": ("门店", "线上", "小程序"),
    "販売チャネル": ("店舗", "オンライン", "アプリ"),
}


def _made(folder, customers=200, column="Sales channel", seed=4, stays=0.9):
    """Write the sales of a shop whose customers each prefer a channel, and return them."""
    luck = np.random.default_rng(seed)
    names = np.array([f"card-{one:03d}" for one in range(customers)])
    n = luck.negative_binomial(1, 0.08, customers) + 2
    who = np.repeat(names, n)
    day = pd.Timestamp("2023-01-01") + pd.to_timedelta(luck.integers(0, 364, len(who)), "D")
    likes = np.repeat(luck.choice(3, customers, p=list(SHARES.values())), n)
    where = np.where(luck.random(len(who)) < stays, likes, luck.integers(0, 3, len(who)))
    table = pd.DataFrame({"customer": who, "date": day})
    table["amount"] = luck.lognormal(3, 0.5, len(who)).round(2)
    table[column] = np.array(WORDS[column])[where]
    table = table.drop_duplicates(["customer", "date"]).reset_index(drop=True)
    return _written(folder, table)


def _written(folder, table):
    table.to_csv(folder / "sales.csv", index=False)
    return table


def _take(folder, *said, **options):
    return take_in([folder / "sales.csv"], "shop", said, **options)


def _shares(made, **options):
    parts, told = measured_channels(str(made.log), **options)
    return {part["name"]: part["share"]["value"] for part in parts}, told


def _preferred(table, column="Sales channel"):
    """How many customers bought most often where, of equal ones where they bought last."""
    found = {}
    for customer, some in table.sort_values("date").groupby("customer"):
        times, last = some[column].value_counts(), some.groupby(column)["date"].max()
        best = [where for where in times.index if times[where] == times.max()]
        found[customer] = max(best, key=lambda where: last[where])
    return pd.Series(found).value_counts()


@pytest.mark.parametrize("column", WORDS)
def test_channels_are_read_in_six_languages_and_customers_counted_where_they_prefer(
    clients, tmp_path, column
):
    counts = _preferred(_made(tmp_path, column=column), column)
    shares, told = _shares(_take(tmp_path))
    assert told == [] and sum(shares.values()) == pytest.approx(1.0, abs=1e-9)
    for name, word in zip(SHARES, WORDS[column], strict=True):
        assert shares[name] == pytest.approx(counts[word] / counts.sum(), rel=_ROUNDED)
    assert list(shares) == sorted(shares, key=shares.get, reverse=True)


def test_the_interval_holds_the_true_share_as_often_as_it_says(tmp_path, monkeypatch):
    """Of 200 logs, by the chance of a normal interval at this share: it misses by luck once in 10 000."""
    monkeypatch.setattr("sim.calibration.measured_channels.client_of", lambda _: "shop")
    luck, logs, n, share = np.random.default_rng(6), 200, 300, SHARES["online"]
    hits, path = 0, tmp_path / "log.parquet"
    for _ in range(logs):
        where = np.where(luck.random(n) < share, "online", "store")
        day = pd.Timestamp("2024-05-01")
        table = pd.DataFrame({"customer": np.arange(n), "date": day, "channel": where})
        table.to_parquet(path)
        (number,) = (
            one["share"] for one in measured_channels(str(path))[0] if one["name"] == "online"
        )
        hits += abs(number["value"] - share) < norm.isf(0.025) * number["standard_error"]
    found = np.arange(1, n) / n
    held = np.abs(found - share) < norm.isf(0.025) * np.sqrt(found * (1 - found) / n)
    chance = binom.pmf(np.arange(1, n), n, share)[held].sum()
    assert chance > 0.93 and binom.cdf(hits, logs, chance) > _CHANCE / 2
    assert binom.sf(hits - 1, logs, chance) > _CHANCE / 2


def test_a_market_has_the_channels_of_its_log_and_futures_draw_them_by_their_errors(
    clients, tmp_path, monkeypatch
):
    foresee_little(monkeypatch.setattr)
    _made(tmp_path)
    words = ["intake", str(tmp_path / "sales.csv"), "--name", "shop"]
    told = CliRunner().invoke(main.app, words).output
    assert "channel: Sales channel" in told and "Online: online" in told
    log = clients / "shop" / "intake" / "log.parquet"
    done = CliRunner().invoke(main.app, ["calibrate", str(log), "--name", "shop"])
    assert done.exit_code == 0 and "  channels.online " in done.output, done.output
    market = load_market("shop")
    assert {part.name for part in market.channels} == set(SHARES)
    assert market.online_channels.sum() == 2
    drawn = draw_values(market, load_parameters().rows, 400, 1)
    each = zip(*drawn.values(), strict=True)
    futures = [with_shares(market, dict(zip(drawn, one, strict=True))) for one in each]
    for part in market.channels:
        number = part.share
        assert number.status == "estimated" and number.source.startswith("log.parquet, 2023-")
        spread = np.std([one[f"channels.{part.name}"] for one in futures])
        # a standard deviation of n draws has an error of about 1 / sqrt(2 n) of it
        assert abs(spread / number.standard_error - 1) < norm.isf(_CHANCE / 2) / np.sqrt(2 * 400)


def test_an_export_that_does_not_say_where_leaves_log_and_channels_as_they_were(clients, tmp_path):
    _written(tmp_path, _made(tmp_path).drop(columns="Sales channel"))
    made = _take(tmp_path)
    assert list(pd.read_parquet(made.log)) == ["customer", "date", "amount", "lines"]
    assert measured_channels(str(made.log)) == ([], [])
    calibrate(str(made.log), "shop", trade="fashion")
    found = {part.name: part.share.status for part in load_market("shop").channels}
    assert found == {"online": "assumed", "store": "assumed"}


def test_a_channel_of_fewer_than_five_customers_is_told_as_other(clients, tmp_path):
    table = _made(tmp_path, stays=1.0)
    some = table["customer"].isin(table["customer"].unique()[:6])
    few = table["customer"].isin(table["customer"].unique()[:3])
    table["Sales channel"] = table["Sales channel"].mask(some, "Fair").mask(few, "Party")
    _written(tmp_path, table)
    done = _take(tmp_path)
    shares, _ = _shares(done)
    assert set(shares) == {*SHARES, "other"}
    assert shares["other"] == pytest.approx(6 / table["customer"].nunique(), rel=_ROUNDED)
    told = " ".join(str(one.value) for one in done.conclusions["sales.csv"])
    assert "Party" not in told and "Fair" not in told and "Store: store" in told
    three = table[
        ~table["Sales channel"].eq("Party")
    ]  # three alone: the smallest other goes with them
    _written(tmp_path, three)
    shares, _ = _shares(_take(tmp_path, force=True))
    assert set(shares) == {"store", "online", "other"} and shares["other"] > 0.05


def test_the_clients_own_words_are_channels_and_can_be_joined(clients, tmp_path):
    table = _made(tmp_path)
    names = {"Store": "Haus Nord", "Online": "haus nord ", "App": "Katze"}
    _written(tmp_path, table.assign(**{"Sales channel": table["Sales channel"].map(names)}))
    shares, _ = _shares(_take(tmp_path))
    assert set(shares) == {"Haus Nord", "Katze"}  # of two spellings the one of most lines
    shares, _ = _shares(_take(tmp_path, "channels.Katze=app"))
    assert set(shares) == {"Haus Nord", "app"}
    again, _ = _shares(_take(tmp_path))  # the mapping knows by now
    assert again == shares


def test_a_word_that_is_not_known_is_said_to_count_as_not_online_until_the_client_says_what_it_is(
    clients, tmp_path
):
    table = _made(tmp_path)
    names = {"Store": "Haus Nord", "Online": "Katze", "App": "Kunden-App"}
    _written(tmp_path, table.assign(**{"Sales channel": table["Sales channel"].map(names)}))

    def asked(*said):
        told = _take(tmp_path, *said).conclusions["sales.csv"]
        return [str(one.value) for one in told if "channels.WORD=online" in str(one.why)]

    assert asked() == ["Haus Nord, Katze"]  # an app is one by its name
    assert asked("channels.Katze=online", "channels.Haus Nord=Haus Nord") == []
    assert _online(_take(tmp_path)) == {"online", "Kunden-App"}


def _online(made):
    """Give the channels of a log that a market takes for online."""
    parts, _ = measured_channels(str(made.log))
    return {part["name"] for part in parts if MarketPart(**part).is_online}


def test_two_columns_of_channels_are_refused_with_how_to_take_one_or_none(clients, tmp_path):
    table = _made(tmp_path)
    _written(tmp_path, table.assign(channel="Store"))
    with pytest.raises(InputError) as refused:
        _take(tmp_path)
    hint = refused.value.hint
    assert '--set channel="Sales channel"' in hint and "--set channel=-" in hint
    assert "channel" in pd.read_parquet(_take(tmp_path, "channel=Sales channel").log)
    assert "channel" not in pd.read_parquet(_take(tmp_path, "channel=-", force=True).log)


def test_a_word_that_tells_nothing_is_no_channel_unless_the_client_says_so(clients, tmp_path):
    table = _made(tmp_path)
    words = ("unbekannt", "N/A", "-", "\N{BRAILLE PATTERN BLANK}")
    for place, word in enumerate(words):
        table.loc[place * 5 : place * 5 + 4, "Sales channel"] = word
    _written(tmp_path, table)
    made = _take(tmp_path)
    log = pd.read_parquet(made.log)
    assert set(log["channel"].dropna()) == set(SHARES)
    assert log["channel"].isna().sum() == 5 * len(words)
    told = " ".join(str(one.value) for one in made.conclusions["sales.csv"])
    assert not any(word in told for word in words[:2])
    log = pd.read_parquet(_take(tmp_path, "channels.unbekannt=fair").log)
    assert (log["channel"] == "fair").sum() == 5


def test_a_column_of_too_many_words_is_not_read_and_says_how_it_is(clients, tmp_path):
    table = _made(tmp_path)
    shops = np.random.default_rng(1).integers(0, 20, len(table))
    table["Sales channel"] = [f"House {one}" for one in shops]
    _written(tmp_path, table)
    for _ in range(2):  # the next export is read likewise
        made = _take(tmp_path)
        told = [str(one.why) for one in made.conclusions["sales.csv"] if str(one.what) == "channel"]
        assert len(told) == 1 and "channels.WORD" in told[0]
        assert measured_channels(str(made.log)) == ([], [])


def test_channels_that_say_too_little_stay_assumed_and_say_so(clients, tmp_path):
    table = _made(tmp_path)
    one = table.assign(**{"Sales channel": "Store"})
    _written(tmp_path, one)
    assert measured_channels(str(_take(tmp_path).log)) == ([], [too_few_in_channels()])
    half = table["Sales channel"].mask(np.arange(len(table)) % 2 == 0, "")
    _written(tmp_path, table.assign(**{"Sales channel": half}))
    made = _take(tmp_path)
    known = pd.read_parquet(made.log)["channel"].notna().mean()
    assert measured_channels(str(made.log)) == ([], [seldom_told(known)])
    calibrate(str(made.log), "shop")
    market = load_market("shop")
    assert seldom_told(known) in market.data.cautions
    assert {part.share.status for part in market.channels} == {"assumed"}


def test_a_return_is_bought_nowhere_and_a_day_of_two_channels_is_of_most_of_its_lines(
    clients, tmp_path
):
    table = _made(tmp_path)
    first = table.iloc[[0]]
    day = [first.assign(**{"Sales channel": name}) for name in ("App", "Online", "Online")]
    back = [first.assign(**{"Sales channel": "App", "amount": -0.01})] * 3
    _written(tmp_path, pd.concat([table.iloc[1:], *day, *back]))
    log = pd.read_parquet(_take(tmp_path).log)
    where = log[(log["lines"] == 6)]["channel"]
    assert where.tolist() == ["online"]


def test_a_log_that_says_where_is_read_and_cut_as_any_other(clients, tmp_path):
    table = _made(tmp_path)
    made = _take(tmp_path)
    day = "2023-09-30"
    counts = _preferred(table[table["date"] <= day])
    shares, _ = _shares(made, until=day)
    assert shares["store"] == pytest.approx(counts["Store"] / counts.sum(), rel=_ROUNDED)
    forget("card-017", "shop")
    log = pd.read_parquet(made.log)
    assert list(log) == ["customer", "date", "amount", "lines", "channel"]
    assert log["customer"].nunique() == table["customer"].nunique() - 1
    calibrate(str(made.log), "shop", until=day)
