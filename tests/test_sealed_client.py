"""A client's files can be sealed in one that nobody reads without the key, and come back as they were.

Serves: L4.1c
"""

import json
import os
import shutil
import stat

import pytest
from typer.testing import CliRunner

from sim.cli import main
from sim.common.errors import InputError
from sim.experiment.manifest import MANIFEST
from sim.experiment.of_client import PORTFOLIO, outside
from sim.intake import sealed_client
from sim.intake.keys import key_path
from sim.intake.sealed_client import seal_client, sealed_path, unseal_client

SECRET = b"Zaphod Beeblebrox"


@pytest.fixture
def shop(clients):
    folder = clients / "shop"
    (folder / "results" / "deep").mkdir(parents=True, mode=0o700)
    for path in (folder, folder / "results", folder / "results" / "deep"):
        path.chmod(0o700)
    (folder / "shop.yaml").write_bytes(SECRET * 3)
    (folder / "empty.csv").write_bytes(b"")
    (folder / "results" / "deep" / "run.parquet").write_bytes(os.urandom(3 << 20) + SECRET)
    for path in folder.rglob("*.*"):
        path.chmod(0o600)
    return folder


def _state(folder):
    return {
        str(path.relative_to(folder)): (
            stat.S_IMODE(path.stat().st_mode),
            path.read_bytes() if path.is_file() else None,
        )
        for path in sorted(folder.rglob("*"))
        if path.name != ".lock"
    }


def _run(*words):
    return CliRunner().invoke(main.app, [*words])


def test_all_files_come_back_as_they_were_and_none_is_read_meanwhile(shop, clients):
    before = _state(shop)
    done = _run("seal", "shop")
    assert done.exit_code == 0, done.output
    assert [path.name for path in clients.iterdir()] == ["shop.sealed"]
    path = sealed_path("shop")
    assert SECRET not in path.read_bytes() and b"shop.yaml" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(key_path("shop").stat().st_mode) == 0o600
    assert not key_path("shop").is_relative_to(clients)
    done = _run("unseal", "shop")
    assert done.exit_code == 0, done.output
    assert _state(shop) == before and not path.exists()
    assert stat.S_IMODE(shop.stat().st_mode) == 0o700


def test_a_client_is_not_sealed_while_numbers_of_it_lie_open_elsewhere(shop, clients):
    of_both, of_other, report = (
        clients / "portfolios" / "both",
        clients / "portfolios" / "other",
        clients / "laden" / "reports" / "q3",
    )
    entries = {"shop": {"market": "shop", "id": "1"}, "laden": {"market": "laden", "id": "2"}}
    for folder, content in (
        (of_both, {"entries": entries}),
        (of_other, {"entries": {"laden": entries["laden"]}}),
    ):
        folder.mkdir(parents=True)
        (folder / PORTFOLIO).write_text(json.dumps(content))
    for folder in (report, of_both / "shop", shop / "reports" / "shop"):
        folder.mkdir(parents=True)
        (folder / MANIFEST).write_text(json.dumps({"market": {"name": "shop"}}))
    assert outside("shop") == [of_both, report]
    refused = _run("seal", "shop")
    assert refused.exit_code == 2 and str(of_other) not in refused.output
    assert all(str(folder) in refused.output for folder in (of_both, report))
    assert shop.is_dir() and not sealed_path("shop").exists()
    for folder in (of_both, report):
        shutil.rmtree(folder)
    assert _run("seal", "shop").exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("compare", "--market", "shop"),
        ("compare", "--market=shop"),
        ("report", "{clients}/shop/results/shop"),
        ("quality", "shop"),
        ("forget", "x", "--name", "shop"),
        ("intake", "export.csv", "--name", "shop"),
        ("forecast", "--transactions", "{clients}/shop/intake/log.parquet"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_each_command_on_a_sealed_client_says_how_it_is_opened(shop, clients, words):
    seal_client("shop")
    done = _run(*(word.format(clients=clients) for word in words))
    assert done.exit_code == 2 and "loyalty unseal shop" in done.output, done.output
    assert [path.name for path in clients.iterdir()] == ["shop.sealed"]


def test_a_folder_of_clients_named_before_the_command_is_looked_at(shop, clients, monkeypatch):
    seal_client("shop")
    monkeypatch.setenv("LOYALTY_CLIENTS", str(clients.parent / "none"))
    done = _run("--clients", str(clients), "quality", "shop")
    assert done.exit_code == 2 and "loyalty unseal shop" in done.output
    said = _run("--clients", str(clients), "quality", "shop", "--lang", "zh")
    assert said.exit_code == 2 and "请先打开：`loyalty unseal shop`" in said.output


def test_other_clients_go_on_while_one_is_sealed(shop, clients):
    seal_client("shop")
    assert "unseal" not in _run("quality", "other").output


def test_without_the_key_or_with_another_nothing_opens_and_nothing_is_lost(
    shop, clients, monkeypatch
):
    seal_client("shop")
    content = sealed_path("shop").read_bytes()
    monkeypatch.setenv("LOYALTY_KEYS", str(clients.parent / "elsewhere"))
    with pytest.raises(InputError, match="no key"):
        unseal_client("shop")
    (clients.parent / "elsewhere").mkdir()
    (clients.parent / "elsewhere" / "shop.key").write_bytes(bytes(32))
    with pytest.raises(InputError, match="does not fit"):
        unseal_client("shop")
    monkeypatch.delenv("LOYALTY_KEYS")
    for place in (30, len(content) // 2, len(content) - 1):
        spoiled = bytearray(content)
        spoiled[place] ^= 1
        sealed_path("shop").write_bytes(bytes(spoiled))
        with pytest.raises(InputError, match="was changed"):
            unseal_client("shop")
    sealed_path("shop").write_bytes(content[: -(1 << 20)])
    with pytest.raises(InputError, match="was changed"):
        unseal_client("shop")
    assert [path.name for path in clients.iterdir()] == ["shop.sealed"]
    sealed_path("shop").write_bytes(content)
    assert (unseal_client("shop") / "shop.yaml").read_bytes() == SECRET * 3


def test_stopped_while_it_is_sealed_nothing_is_lost(shop, clients, monkeypatch):
    before = _state(shop)
    for name in ("_pack", "_digest"):
        with monkeypatch.context() as patch:
            patch.setattr(sealed_client, name, _stop)
            with pytest.raises(KeyboardInterrupt):
                seal_client("shop")
        assert _state(shop) == before and not sealed_path("shop").exists()
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", _stop)
        with pytest.raises(KeyboardInterrupt):
            seal_client("shop")
    assert not shop.exists() and sealed_path("shop").exists()
    _run("check", "--help")
    assert [path.name for path in clients.iterdir()] == ["shop.sealed"], (
        "no rest of it is left open"
    )
    assert _state(unseal_client("shop")) == before


def _stop(*words, **more):
    raise KeyboardInterrupt


def test_of_two_that_stand_side_by_side_the_open_folder_counts(shop, clients):
    seal_client("shop")
    kept = sealed_path("shop").read_bytes()
    unseal_client("shop")
    (shop / "new.csv").write_bytes(b"later")
    sealed_path("shop").write_bytes(kept)
    with pytest.raises(InputError, match="not open as well"):
        unseal_client("shop")
    seal_client("shop")
    assert (unseal_client("shop") / "new.csv").read_bytes() == b"later"
