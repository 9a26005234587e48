"""Whoever holds a client's key sees customers by the client's own ids, and nobody else does.

Serves: L4.1c
"""

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.cli import main
from sim.common.errors import InputError
from sim.common.sealed import KEY, sealed, unsealed
from sim.intake.keys import key_path
from sim.intake.own_ids import IDS
from tests.quick import foretell_little

#: Where the sealed content is cut or changed: its mark, its salt, a block, its last byte.
PLACES = (0, 10, 30, -1)


@pytest.fixture(scope="module", autouse=True)
def quick():
    """Whose ids are shown is tested here, not what is foretold."""
    with pytest.MonkeyPatch.context() as patch:
        foretell_little(patch.setattr)
        yield


def _export(folder, customers=120, seed=3):
    luck = np.random.default_rng(seed)
    n = luck.poisson(5, customers) + 1
    day = pd.Timestamp("2023-01-01") + pd.to_timedelta(luck.integers(0, 300, n.sum()), "D")
    who = [f"Anna-{one:03d}" for one in np.repeat(np.arange(customers), n)]
    paid = luck.lognormal(3, 0.5, n.sum()).round(2)
    paid[0] = 90_000
    table = pd.DataFrame({"customer": who, "date": day.strftime("%Y-%m-%d"), "amount": paid})
    table.to_csv(folder / "export.csv", index=False)
    return folder / "export.csv"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reveal")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOYALTY_CLIENTS", str(folder / "clients"))
        done = _run("intake", str(_export(folder)), "--name", "shop")
        assert done.exit_code == 0, done.output
        yield folder


def _run(*words):
    return CliRunner().invoke(main.app, [*words])


def _forecast(shop, out, *more):
    log = shop / "clients" / "shop" / "intake" / "log.parquet"
    asked = ("--transactions", str(log), "--horizon-weeks", "4", "--out", str(shop / out))
    return _run("forecast", *asked, *more)


def test_a_forecast_has_own_ids_for_the_holder_of_the_key_only(shop, monkeypatch):
    assert _forecast(shop, "plain").exit_code == 0
    done = _forecast(shop, "names", "--reveal")
    assert done.exit_code == 0, done.output
    plain, named = (pd.read_csv(shop / out / "forecast.csv") for out in ("plain", "names"))
    assert not plain["customer"].str.contains("Anna").any()
    assert set(named["customer"]) == {f"Anna-{one:03d}" for one in range(len(named))}
    columns = ["expected", "p_active"]
    assert plain[columns].equals(named[columns])
    assert "Anna" not in done.output
    monkeypatch.setenv("LOYALTY_KEYS", str(shop / "elsewhere"))
    done = _forecast(shop, "refused", "--reveal")
    assert done.exit_code == 2 and "no key" in done.output
    assert not (shop / "refused").exists()
    assert not (shop / "elsewhere").exists(), "a key is drawn by an intake alone"


def test_another_key_opens_nothing(shop, monkeypatch):
    elsewhere = shop / "other"
    elsewhere.mkdir()
    (elsewhere / "shop.key").write_bytes(bytes(KEY))
    monkeypatch.setenv("LOYALTY_KEYS", str(elsewhere))
    done = _forecast(shop, "refused", "--reveal")
    assert done.exit_code == 2 and "does not fit" in done.output and "Anna" not in done.output


def test_the_page_on_quality_names_nobody_whatever_the_terminal_shows(shop):
    page = shop / "clients" / "shop" / "intake" / "quality.html"
    done = _run("quality", "shop", "--reveal")
    assert done.exit_code == 0 and "Anna-000" in done.output
    assert "Anna" not in page.read_text()
    assert "Anna" not in _run("quality", "shop").output
    assert "Anna-000" in _run("quality", "shop", "--reveal", "--json").output


def test_a_log_with_own_ids_has_nothing_to_reveal(shop):
    asked = ("--transactions", str(shop / "export.csv"), "--horizon-weeks", "4")
    done = _run("forecast", *asked, "--out", str(shop / "refused"), "--reveal")
    assert done.exit_code == 2 and "--reveal" in done.output


def test_ids_lie_sealed_beside_the_log_and_the_key_elsewhere(shop):
    content = (shop / "clients" / "shop" / "intake" / IDS).read_bytes()
    assert b"Anna" not in content
    assert not key_path("shop").is_relative_to(shop / "clients")


@pytest.mark.parametrize("size", [0, 1, 1 << 20, (1 << 20) + 1])
def test_sealed_content_comes_back_and_a_changed_or_shortened_one_is_refused(size):
    key, content = bytes(range(KEY)), np.random.default_rng(1).bytes(size)
    closed = sealed(content, key, "test")
    assert unsealed(closed, key, "test", "file") == content
    assert size < 16 or content[:16] not in closed
    for place in PLACES:
        spoiled = bytearray(closed)
        spoiled[place] ^= 1
        with pytest.raises(InputError):
            unsealed(bytes(spoiled), key, "test", "file")
    for cut in (len(closed) - 1, len(closed) - 17, 24):
        with pytest.raises(InputError):
            unsealed(closed[:cut], key, "test", "file")
    with pytest.raises(InputError):
        unsealed(closed, key, "another word", "file")
