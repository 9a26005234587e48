"""Tables beside the purchases are taken in like them, and what they show is measured in the market.

Serves: L4.1a L4.1b L4.1c
"""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kurtosis, norm
from test_own_evidence import TRIAL
from test_own_evidence import _write as write_evidence
from typer.testing import CliRunner

from sim.calibration.calibrate import calibrate
from sim.calibration.forgetting.forget import forget
from sim.calibration.measured import NO_KIND, measured_beside
from sim.cli import main
from sim.common.errors import InputError
from sim.common.paths import clients_folder
from sim.evidence.own import write_own_parameters
from sim.intake.beside import _mean
from sim.intake.intake import take_in
from sim.intake.keys import key_path, pseudonym
from sim.intake.ratios import ratio_of
from sim.market.covariances import interval_of, joint_laws
from sim.market.market import load_market
from tests.quick import foresee_little

#: Chance that a figure misses its tolerance though all is right: 1 in 10 000, both sides.
_SURE = norm.isf(0.5e-4)
#: Numbers of a market are written in six digits, those that others are made of before.
_ROUNDED = 2e-5
WHO = "card-017"


def _made(folder, customers=150):
    """Write a log, messages, tickets and answers of a shop, and return the paths."""
    luck = np.random.default_rng(5)
    names = np.array([f"card-{one:03d}" for one in range(customers)])

    def lines(mean):
        n = luck.poisson(mean, customers)
        day = pd.Timestamp("2023-01-01") + pd.to_timedelta(luck.integers(0, 364, n.sum()), "D")
        return np.repeat(names, n), pd.Series(day)

    n = luck.negative_binomial(1, 0.12, customers) + 1
    who = np.repeat(names, n)
    day = pd.Timestamp("2023-01-01") + pd.to_timedelta(luck.integers(0, 364, n.sum()), "D")
    paid = luck.lognormal(3, 0.5, len(who)).round(2)
    table = pd.DataFrame({"customer": who, "date": day.strftime("%Y-%m-%d"), "amount": paid})
    table.to_csv(folder / "sales.csv", index=False)
    who, day = lines(20.0)
    mails = pd.DataFrame({"Kundennr": who, "versendet am": day.dt.strftime("%d.%m.%Y")})
    mails.to_csv(folder / "mails.csv", index=False, sep=";")
    who, day = lines(1.5)
    minutes = luck.gamma(2.0, 4.0, len(who)).round(1)
    desk = pd.DataFrame(
        {"customer id": who, "opened": day.dt.strftime("%Y-%m-%d"), "minutes": minutes}
    )
    desk.loc[::10, "minutes"] = np.nan  # not closed yet
    desk["type"] = np.where(np.arange(len(desk)) % 3 == 0, "Complaint", "Question")
    desk["text"] = "please call me: anna.berg@example.org"
    desk.to_csv(folder / "desk.csv", index=False)
    who, day = lines(1.0)
    answers = pd.DataFrame({"customer": who, "date": day.dt.strftime("%Y-%m-%d")})
    answers["score"] = luck.integers(1, 6, len(who))
    answers.to_csv(folder / "answers.csv", index=False)
    return {key: [folder / f"{name}.csv"] for key, name in (
        ("contacts", "mails"), ("tickets", "desk"), ("survey", "answers"))}  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A client whose log and other tables were taken in by the command, and what that printed."""
    folder = tmp_path_factory.mktemp("beside")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOYALTY_CLIENTS", str(folder / "clients"))
        tables = _made(folder)
        words = ["intake", str(folder / "sales.csv"), "--name", "shop"]
        for key, (path,) in tables.items():
            words += [f"--{key}", str(path)]
        done = CliRunner().invoke(main.app, words)
        assert done.exit_code == 0, done.output
        yield folder, done.output


def test_each_table_comes_out_with_the_same_pseudonyms_and_no_word_of_its_texts(shop):
    folder, told = shop
    intake = clients_folder() / "shop" / "intake"
    log, mails, desk, answers = (
        pd.read_parquet(intake / f"{name}.parquet")
        for name in ("log", "contacts", "tickets", "survey")
    )
    assert list(mails) == ["customer", "date"] and list(desk) == [
        "customer",
        "date",
        "minutes",
        "kind",
    ]
    assert list(answers) == ["customer", "date", "score"]
    for name, table in (("mails", mails), ("desk", desk), ("answers", answers)):
        raw = pd.read_csv(folder / f"{name}.csv", sep=";" if name == "mails" else ",")
        assert len(table) == len(raw) and table["customer"].nunique() == raw.iloc[:, 0].nunique()
        assert set(table["customer"]) <= set(log["customer"])
    quality = json.loads((intake / "quality.json").read_text())
    assert any(one["kind"] == "e-mail" or "mail" in one["kind"] for one in quality["personal"])
    kept = "".join(path.read_text(errors="ignore") for path in intake.glob("*") if path.is_file())
    assert "anna.berg" not in told + kept and "card-0" not in told + kept
    assert "mean score" in told and "versendet am" in told


def test_what_the_tables_show_is_estimated_in_the_market_with_n_interval_and_source(
    shop, monkeypatch
):
    foresee_little(monkeypatch.setattr)
    log = clients_folder() / "shop" / "intake" / "log.parquet"
    done = CliRunner().invoke(main.app, ["calibrate", str(log), "--name", "shop"])
    assert done.exit_code == 0, done.output
    values = load_market("shop").values
    for name, table in (
        ("usual_messages", "contacts"),
        ("contacts_per_trip", "tickets"),
        ("failures_per_trip", "tickets"),
        ("handling_minutes", "tickets"),
        ("survey_share", "survey"),
    ):
        number = values[name]
        assert number.status == "estimated" and number.standard_error > 0, name
        assert (
            number.source.startswith(f"{table}.parquet, 2023-") and "95 % interval" in number.method
        )
    # mails come at 20 a year whoever one is, minutes have a mean of 8
    minutes = values["handling_minutes"]
    assert abs(minutes.value - 8.0) < _SURE * minutes.standard_error
    # of failures 0.4 are told, as complaints; what is no complaint is a question
    _, tickets = _in_common(log.parent)
    complaints, questions = ((tickets["kind"] == one).sum() for one in ("complaint", "question"))
    told = values["failures_per_trip"].value * 0.4 / values["contacts_per_trip"].value
    assert told == pytest.approx(complaints / questions, rel=_ROUNDED)


def _in_common(intake):
    """Purchases and tickets of the days that both tables cover."""
    log, tickets = (pd.read_parquet(intake / f"{name}.parquet") for name in ("log", "tickets"))
    first = max(log["date"].min(), tickets["date"].min())
    last = min(log["date"].max(), tickets["date"].max())
    return (table[table["date"].between(first, last)] for table in (log, tickets))


@pytest.mark.parametrize("own", [False, True])
def test_failures_are_known_as_well_as_complaints_and_the_markets_own_share_that_is_told(
    clients, tmp_path, own
):
    """The interval of what is drawn is that of complaints over a drawn share, both by their own law."""
    tables = _made(tmp_path)
    log = str(take_in([tmp_path / "sales.csv"], "shop", others=tables).log)
    calibrate(log, "shop", trade="grocery")
    low, likely, high = 0.2, 0.4, 0.6
    if own:
        low, likely, high = 0.7, 0.8, 0.84
        found = {
            "value": likely,
            "low": low,
            "high": high,
            "informs": "market_life.complaint_share",
        }
        write_evidence(clients / "shop", TRIAL | found | {"lever": "market_life"})
        write_own_parameters("shop")
        calibrate(log, "shop", trade="grocery", force=True)
    market = load_market("shop")
    number = market.values["failures_per_trip"]
    bought, told = _in_common(clients / "shop" / "intake")
    who = bought.groupby("customer").size()
    complaints = told[told["kind"] == "complaint"].groupby("customer").size()
    per = pd.DataFrame({"over": complaints, "under": who}).fillna(0.0)
    ratio, error = ratio_of(per["over"].to_numpy(float), per["under"].to_numpy(float))
    assert number.value == pytest.approx(ratio / likely, rel=_ROUNDED)
    luck, n = np.random.default_rng(2), 20_000
    share = low + (high - low) * luck.beta(
        1 + 4 * (likely - low) / (high - low), 1 + 4 * (high - likely) / (high - low), n
    )
    drawn = error / ratio * luck.normal(size=n) - np.log(share)
    laws = joint_laws(market.values, market.covariances)
    low, high = interval_of("failures_per_trip", number, laws)
    spread = np.log(high / low) / (2 * norm.isf(0.05))  # of the log, whose law is normal
    assert abs(drawn.std() / spread - 1) < _SURE * _error_of_spread(drawn)


def _error_of_spread(values):
    """Return the relative standard error of the standard deviation of independent values."""
    return np.sqrt((kurtosis(values, fisher=False) - 1) / (4 * len(values)))


def test_tickets_that_do_not_say_what_they_are_measure_minutes_alone_and_say_so(clients, tmp_path):
    (path,) = _made(tmp_path)["tickets"]
    table = pd.read_csv(path)
    table.drop(columns="type").to_csv(path, index=False)
    made = take_in([tmp_path / "sales.csv"], "shop", others={"tickets": [path]})
    found, told = measured_beside(str(made.log))
    assert set(found) == {"handling_minutes"} and told == [NO_KIND]
    table.assign(type=table["type"].replace("Complaint", "Q7")).to_csv(path, index=False)
    with pytest.raises(InputError, match="complaint or question") as refused:
        take_in([tmp_path / "sales.csv"], "shop", ["tickets.kind=type"], others={"tickets": [path]})
    assert "--set tickets.kinds.WORD=complaint" in (refused.value.hint or "")
    said = ["tickets.kind=type", "tickets.kinds.Q7=complaint"]
    take_in([tmp_path / "sales.csv"], "shop", said, others={"tickets": [path]})
    again = take_in(
        [tmp_path / "sales.csv"], "shop", others={"tickets": [path]}
    )  # the mapping knows
    assert "failures_per_trip" in measured_beside(str(again.log))[0]


def test_usual_messages_are_those_of_the_months_in_which_a_customer_was_one(clients, tmp_path):
    """All are customers from the first day on: 20 messages a year are 20 / 12 a month."""
    tables = _made(tmp_path)
    sales = pd.read_csv(tmp_path / "sales.csv")
    first = sales.drop_duplicates("customer").assign(date="2023-01-01")
    pd.concat([first, sales]).to_csv(tmp_path / "sales.csv", index=False)
    made = take_in([tmp_path / "sales.csv"], "shop", others={"contacts": tables["contacts"]})
    number = measured_beside(str(made.log))[0]["usual_messages"]
    lines = len(pd.read_csv(tmp_path / "mails.csv"))
    days = (pd.Timestamp("2023-12-30") - pd.Timestamp("2023-01-01")).days + 1
    customers = sales["customer"].nunique()
    assert number["value"] == pytest.approx(lines / customers / days * 365.25 / 12, rel=0.01)
    off = abs(number["value"] - 20 * (365.25 / 364) / 12) / number["standard_error"]
    assert off < _SURE


def test_a_ratio_over_customers_has_the_error_that_it_shows_over_many_logs():
    """To first order; what is left, a share of 1 / customers, is a hundredth of the tolerance."""
    luck, logs, customers = np.random.default_rng(1), 2_000, 2_000
    found = []
    for _ in range(logs):
        under = luck.poisson(5, customers) + 1.0
        over = luck.poisson(luck.gamma(2.0, 0.5, customers) * under).astype(float)
        found.append(ratio_of(over, under))
    ratios, errors = np.array(found).T
    of_mean = errors.std() / errors.mean() / np.sqrt(logs)
    tolerance = _SURE * np.hypot(_error_of_spread(ratios), of_mean)
    assert 1 / customers < tolerance / 100
    assert abs(ratios.std() / errors.mean() - 1) < tolerance
    assert _mean([(1.0, 1.0)] * 4) is None  # fewer than five customers: nothing is told


def test_what_is_open_in_a_table_beside_is_refused_with_its_own_option(clients, tmp_path):
    tables = _made(tmp_path)
    for path, old in ((tables["survey"][0], "score"), (tables["contacts"][0], "versendet am")):
        path.write_text(path.read_text().replace(old, "feld_7"))
    with pytest.raises(InputError) as refused:
        take_in([tmp_path / "sales.csv"], "shop", others=tables)
    hints = " ".join(fault.hint or "" for fault in refused.value.faults)
    assert "--set survey.score=COLUMN" in hints and "--set contacts.date=COLUMN" in hints
    assert not (clients / "shop").exists()
    said = ["survey.score=feld_7", "contacts.date=feld_7"]
    assert len(take_in([tmp_path / "sales.csv"], "shop", said, others=tables).beside) == 3
    again = take_in([tmp_path / "sales.csv"], "shop", others=tables)  # the mapping knows by now
    assert len(again.beside) == 3


def test_a_table_of_few_customers_measures_nothing_and_says_so(clients, tmp_path):
    tables = _made(tmp_path)
    (path,) = tables["survey"]
    pd.read_csv(path).head(8).to_csv(path, index=False)
    made = take_in([tmp_path / "sales.csv"], "shop", others={"survey": [path]})
    found, told = measured_beside(str(made.log))
    assert found == {} and len(told) == 1 and "survey.parquet measures nothing" in told[0]


def test_whoever_is_forgotten_is_in_no_table(clients, tmp_path):
    tables = _made(tmp_path)
    intake = take_in([tmp_path / "sales.csv"], "shop", others=tables).log.parent
    theirs = pseudonym(key_path("shop").read_bytes(), WHO)
    files = [f"{name}.parquet" for name in ("log", *tables)]
    assert all(theirs in set(pd.read_parquet(intake / name)["customer"]) for name in files)
    forget(WHO, "shop")
    assert not any(
        theirs in set(pd.read_parquet(path)["customer"]) for path in intake.glob("*.parquet")
    )
    again = take_in([tmp_path / "sales.csv"], "shop", others=tables)
    assert all(one.forgotten > 0 for one in again.beside)
    assert not any(
        theirs in set(pd.read_parquet(path)["customer"]) for path in intake.glob("*.parquet")
    )
