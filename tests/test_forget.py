"""A customer who asks to be forgotten is: nowhere half, and not back with the next export.

Serves: L4.1c
"""

import json
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.analysis.load_comparison import load_comparison
from sim.calibration.calibrate import calibrate
from sim.calibration.forgetting.forget import forget
from sim.cli import main
from sim.common import staged
from sim.common.errors import InputError
from sim.common.paths import clients_folder
from sim.common.staged import STAGED
from sim.experiment.fingerprint import history_digest
from sim.intake.forgotten import forgotten_since, read_record
from sim.intake.intake import take_in
from sim.intake.keys import key_path, pseudonym
from sim.market.market import load_market
from tests.quick import foretell_little
from tests.sections import parts_of

WHO = "Ford-017"


def _lines(seed=5, customers=150):
    luck = np.random.default_rng(seed)
    n = luck.poisson(6, customers) + 1
    day = pd.Timestamp("2023-01-01") + pd.to_timedelta(luck.integers(0, 360, n.sum()), "D")
    who = [f"Ford-{one:03d}" for one in np.repeat(np.arange(customers), n)]
    paid = luck.lognormal(3, 0.5, n.sum()).round(2)
    paid[[name == WHO for name in who].index(True)] = 90_000  # stands out
    table = pd.DataFrame({"customer": who, "date": day.strftime("%Y-%m-%d"), "amount": paid})
    bad = pd.DataFrame({"customer": [WHO, "Ford-001"], "date": "2031-01-01", "amount": 7.0})
    return pd.concat([table, bad])


@pytest.fixture(scope="module")
def _made(tmp_path_factory):
    """A client with a log, a market and two forecasts, made once."""
    folder = tmp_path_factory.mktemp("forget")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOYALTY_CLIENTS", str(folder / "clients"))
        foretell_little(patch.setattr)
        _lines().to_csv(folder / "export.csv", index=False)
        log = folder / "clients" / "shop" / "intake" / "log.parquet"
        take_in([folder / "export.csv"], "shop")
        assert CliRunner().invoke(main.app, ["quality", "shop"]).exit_code == 0
        calibrate(str(log), "shop")
        ahead = ["forecast", "--market", "shop", "--horizon-weeks", "4", "--out"]
        for more in (["next"], ["names", "--reveal"]):
            words = [*ahead, str(log.parents[1] / more[0]), *more[1:]]
            done = CliRunner().invoke(main.app, words)
            assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def shop(_made, tmp_path, monkeypatch):
    """The same in a folder to spoil."""
    import shutil

    shutil.copytree(_made, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("LOYALTY_CLIENTS", str(tmp_path / "clients"))
    market = tmp_path / "clients" / "shop" / "shop.yaml"
    market.write_text(market.read_text().replace(str(_made), str(tmp_path)))
    return tmp_path


def _theirs():
    return pseudonym(key_path("shop").read_bytes(), WHO)


def _traces(folder: Path) -> list[str]:
    """Return the files in which the customer is found, by id or by pseudonym."""
    who, found = _theirs(), []
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name == "forgotten.json":
            continue
        content = path.read_bytes()
        if path.suffix == ".parquet":
            content = pd.read_parquet(path).to_csv().encode()
        if any(word.encode() in content for word in (WHO, who, who[:12])):
            found.append(path.name)
    return found


def _state(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock" and not path.name.endswith(".html")
    }


def test_nothing_of_a_forgotten_customer_is_kept_and_all_others_are(shop):
    folder = clients_folder() / "shop"
    assert {"log.parquet", "rejected.parquet", "quality.json", "forecast.csv"} <= set(
        _traces(folder)
    )
    log, history = (pd.read_parquet(folder / "intake" / "log.parquet"), folder / "shop.history.csv")
    lines = history.read_text().splitlines()
    done = CliRunner().invoke(main.app, ["forget", WHO, "--name", "shop"])
    assert done.exit_code == 0, done.output
    assert WHO not in done.output and _traces(folder) == []
    left = pd.read_parquet(folder / "intake" / "log.parquet")
    assert left.equals(log[log["customer"] != _theirs()].reset_index(drop=True))
    assert len(history.read_text().splitlines()) == len(lines) - 1
    (gone,) = set(lines) - set(history.read_text().splitlines())
    theirs = log[log["customer"] == _theirs()]
    assert float(gone.split(",")[0]) == len(theirs)  # of a panel all count
    assert float(gone.split(",")[3]) == pytest.approx(theirs["amount"].mean(), abs=1e-4)
    quality = json.loads((folder / "intake" / "quality.json").read_text())
    taken = quality["history"][-1]
    assert taken["customers"] == left["customer"].nunique() and taken["purchases"] == len(left)
    assert taken["sales"] == pytest.approx(left["amount"].sum())
    for month in quality["months"]:
        inside = left[left["date"].dt.strftime("%Y-%m") == month["month"]]
        assert month["customers"] == inside["customer"].nunique()
        assert month["sales"] == pytest.approx(inside["amount"].sum())
    for name in ("next", "names"):
        assert len(pd.read_csv(folder / name / "forecast.csv")) == left["customer"].nunique()


def test_the_same_export_brings_nobody_back_and_says_so(shop):
    forget(WHO, "shop")
    done = CliRunner().invoke(main.app, ["intake", str(shop / "export.csv"), "--name", "shop"])
    assert done.exit_code == 0, done.output
    n = int((_lines()["customer"] == WHO).sum())
    assert f"{n} lines of customers who asked to be forgotten" in done.output
    assert _traces(clients_folder() / "shop" / "intake") == []
    again = take_in([shop / "export.csv"], "shop")
    assert again.forgotten == n and again.lines == len(_lines())


def test_without_the_key_nobody_is_forgotten_nor_brought_back(shop, monkeypatch):
    monkeypatch.setenv("LOYALTY_KEYS", str(shop / "elsewhere"))
    with pytest.raises(InputError, match="no key"):
        forget(WHO, "shop")
    monkeypatch.delenv("LOYALTY_KEYS")
    forget(WHO, "shop")
    monkeypatch.setenv("LOYALTY_KEYS", str(shop / "elsewhere"))
    with pytest.raises(InputError, match="no key"):
        take_in([shop / "export.csv"], "shop", force=True)
    (shop / "elsewhere").mkdir()
    (shop / "elsewhere" / "shop.key").write_bytes(bytes(32))
    with pytest.raises(InputError, match="another key"):
        take_in([shop / "export.csv"], "shop", force=True)


def test_by_pseudonym_as_well_and_a_second_time_changes_nothing(shop):
    folder = clients_folder() / "shop"
    forget(_theirs(), "shop")
    assert _traces(folder) == []
    before = _state(folder)
    assert forget(WHO, "shop").files == () and forget(_theirs(), "shop").files == ()
    assert _state(folder) == before and len(read_record("shop").customers) == 1


def test_an_unknown_customer_is_refused_without_being_named(shop):
    before = _state(clients_folder())
    done = CliRunner().invoke(main.app, ["forget", "Trillian-99", "--name", "shop"])
    assert done.exit_code == 2 and "Trillian" not in done.output and "aaaaaaaa-99" in done.output
    assert _state(clients_folder()) == before


def test_a_market_of_another_log_is_told_before_anything_is_changed(shop):
    lines = _lines()
    lines[lines["customer"] != "Ford-003"].to_csv(shop / "other.csv", index=False)
    take_in([shop / "other.csv"], "shop", force=True)
    before = _state(clients_folder())
    with pytest.raises(InputError, match="another log than the one that it was made from"):
        forget(WHO, "shop")
    assert _state(clients_folder()) == before


@pytest.mark.parametrize(
    "after", [False, True], ids=["before it is decided", "in the middle of it"]
)
def test_stopped_all_is_changed_or_nothing(shop, monkeypatch, after):
    folder = clients_folder() / "shop"
    start, files = _state(folder), 9 if after else 3
    _stop_at(monkeypatch, 8 + files if after else files)
    with pytest.raises(KeyboardInterrupt):
        forget(WHO, "shop")
    monkeypatch.undo()
    monkeypatch.setenv("LOYALTY_CLIENTS", str(folder.parent))
    now = {k: v for k, v in _state(folder).items() if not k.startswith(STAGED)}
    if not after:
        assert now == start and not (folder / STAGED / "order.json").exists()
        return
    assert 0 < sum(now[name] != start[name] for name in start) < 8
    assert CliRunner().invoke(main.app, ["quality", "shop"]).exit_code == 0
    assert _traces(folder) == [] and not (folder / STAGED).exists()
    assert len(read_record("shop").customers) == 1


def _stop_at(monkeypatch, number):
    """Let the command be stopped when it writes its so manieth file of all that are changed."""
    true, left = staged.write, iter(range(number))

    def write(*words, **more):
        if next(left, None) is None:
            raise KeyboardInterrupt
        true(*words, **more)

    monkeypatch.setattr(staged, "write", write)


def test_files_are_changed_together_wherever_it_is_stopped(tmp_path, monkeypatch):
    names = ["a", "b", "inside/c", "gone"]
    for stop in range(2 * len(names)):
        folder = tmp_path / str(stop)
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(b"old")
        wanted = {folder / name: b"new" for name in names[:3]} | {folder / "gone": None}
        with monkeypatch.context() as patch:
            _stop_at(patch, stop)
            with suppress(KeyboardInterrupt):
                staged.change_together(folder, wanted)
        decided = staged.finish_changes(folder)
        found = [path.read_bytes() if (path := folder / name).exists() else None for name in names]
        assert found == ([b"old"] * 4 if stop < 3 else [b"new"] * 3 + [None])
        assert decided == (3 <= stop < 6)


def test_what_a_result_was_made_with_is_known_from_its_histories(shop):
    before = history_digest(load_market("shop"))
    forget(WHO, "shop")
    middle = history_digest(load_market("shop"))
    forget("Ford-001", "shop")
    assert [one.pseudonym for one in forgotten_since("shop", before)][0] == _theirs()
    assert len(forgotten_since("shop", before)) == 2 and len(forgotten_since("shop", middle)) == 1
    assert forgotten_since("shop", history_digest(load_market("shop"))) == ()


def test_a_result_made_again_names_who_was_forgotten_since(shop):
    small = ["--strategies", "balanced", "--customers", "100", "--weeks", "4", "--futures", "2"]
    compare = ["compare", "--market", "shop", *small, "--jobs", "1"]
    first = CliRunner().invoke(main.app, compare)
    assert first.exit_code == 0 and "forgotten" not in first.output
    _forgotten_by_command()
    again = CliRunner().invoke(main.app, compare)
    assert again.exit_code == 0
    assert "shop was made with customers who were forgotten since" in again.output
    assert _theirs()[:12] in again.output
    former = clients_folder() / "shop" / "results" / "shop"
    refused = CliRunner().invoke(main.app, [*compare, "--out", str(former)])
    assert refused.exit_code == 2 and _theirs()[:12] in refused.output
    told = parts_of(load_comparison(former), "answer", "quality")
    assert any(_theirs()[:12] in text for text in told["answer"].sentences)
    assert "quality" in told.sections
    now = parts_of(load_comparison(former.with_name("shop-2")), "answer")
    assert not any(_theirs()[:12] in text for text in now["answer"].sentences)


def _forgotten_by_command():
    """Forget the customer, of whom a report lies in a portfolio too."""
    clients = clients_folder()
    results, report = (
        clients / "shop" / "results" / "shop",
        clients / "portfolios" / "brands" / "shop",
    )
    report.mkdir(parents=True)
    (report / "manifest.json").write_bytes((results / "manifest.json").read_bytes())
    for _ in range(2):  # a second time as well: they are still there
        done = CliRunner().invoke(main.app, ["forget", WHO, "--name", "shop"])
        told = done.output.split("left until made again:")[1].replace("\n", "")
        assert str(results) in told and str(report) in told


def test_no_other_log_of_the_client_brings_a_forgotten_customer_back(shop):
    forget(WHO, "shop")
    with pytest.raises(InputError, match="1 of those who asked to be forgotten") as refused:
        lines, log = _lines(), str(shop / "clean.csv")
        lines[lines["date"] < "2031"].to_csv(log, index=False)
        calibrate(log, "shop", force=True)
    assert WHO not in refused.value.message
    for words in (
        ["calibrate", log, "--name", "another"],
        ["forecast", "--transactions", log, "--horizon-weeks", "4", "--out", "x"],
    ):  # whatever it is called, it is the log of the shop: most of its customers are the shop's
        again = CliRunner().invoke(main.app, words)
        assert again.exit_code == 2 and "1 of those who asked" in again.output, again.output
        assert "--name shop" in again.output and WHO not in again.output
