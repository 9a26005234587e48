"""What is planted of persons in a raw export is in nothing that comes of it: file, page, log, message.

Serves: L4.1c
"""

import io
import tempfile
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from sim.calibration.calibrate import calibrate
from sim.cli import main
from sim.common.paths import root
from tests.quick import foretell_little, make_quick

#: What no output may hold: ids, names, e-mail addresses, phones, addresses.
PLANTED = (
    "KD-77",
    "Beeblebrox",
    "Slartibartfast",
    "galaxy.example",
    "+49 171 55",
    "0171-55",
    "Magrathea",
)
#: The page that says what is kept, in both languages.
PAGES = ("data/privacy.md", "data/privacy.zh.md")


def _export(path: Path, customers: int = 60, weeks: int = 30, seed: int = 9) -> Path:
    """Write an export with persons in its ids, columns of their own, remarks, states and headers."""
    luck = np.random.default_rng(seed)
    n = luck.poisson(5, customers) + 1
    who = np.repeat(np.arange(customers), n)
    day = pd.Timestamp("2023-01-02") + pd.to_timedelta(luck.integers(0, 7 * weeks, n.sum()), "D")
    paid = luck.lognormal(3, 0.5, n.sum())
    paid[7] = 70_000  # stands out
    mail = np.array([f"zaphod{k}@galaxy.example" for k in who])
    table = pd.DataFrame(
        {
            "Kundennr": np.where(who % 2, mail, np.array([f"KD-77{k:03d}" for k in who])),
            "Name": [f"Zaphod Beeblebrox {k}" for k in who],
            "E-Mail": mail,
            "Telefon": [f"+49 171 55{k:05d}" for k in who],
            "Anschrift": [f"Magratheaweg {k}" for k in who],
            "Bemerkung": [f"Frau Slartibartfast, 0171-55{k:05d}, bitte anrufen" for k in who],
            "Belegart": np.where(luck.random(n.sum()) < 0.02, "storniert", "Verkauf"),
            "Datum": day.strftime("%d.%m.%Y"),
            "Betrag": [f"{x:.2f}".replace(".", ",") for x in paid],
        }
    )
    table.loc[7, "Belegart"] = "Verkauf"
    wrong = table.iloc[:2].assign(Datum=["Zaphod Beeblebrox", "31.12.9999"])
    pd.concat([table, wrong]).to_csv(path, sep=";", index=False)
    return path


def _refused(folder: Path) -> list[list[str]]:
    """Write files that are refused, each because of a cell in which a person stands."""
    head = "Kundennr;Datum;Betrag;Belegart\n"
    body = {
        "unreadable": head + "KD-77001;Zaphod Beeblebrox;Magrathea;Verkauf\n" * 5,
        "states": head + "KD-77001;02.01.2023;5,10;ruf Frau Slartibartfast an: 0171-5512345\n" * 5,
        "headless": "KD-77001;zaphod@galaxy.example;5\nKD-77002;zaphod@galaxy.example;6\n",
        "currencies": "Kundennr;Datum;Betrag;Währung\nKD-77001;02.01.2023;5,10;Beeblebrox\n"
        "KD-77002;03.01.2023;5,20;EUR\n",
    }
    made = []
    for name, text in body.items():
        (folder / f"{name}.csv").write_text(text)
        made += [
            ["intake", str(folder / f"{name}.csv"), "--name", "other"],
            ["calibrate", str(folder / f"{name}.csv"), "--name", "other"],
        ]
    return made


@pytest.fixture(scope="module")
def handed(tmp_path_factory):
    """All that comes out of a planted export: a folder, and what was printed."""
    yield from _all_of_it(tmp_path_factory.mktemp("planted"), 60, "html,brief,pptx,xlsx,pdf")


def _all_of_it(folder: Path, customers: int, formats: str):
    export = _export(folder / "export.csv", customers)
    refused = folder / "refused"
    refused.mkdir()
    out, shop = folder / "out", folder / "out" / "clients" / "shop"
    small = ["--customers", "100", "--weeks", "4", "--futures", "2", "--jobs", "1"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOYALTY_CLIENTS", str(out / "clients"))
        out.mkdir()
        patch.setattr(tempfile, "tempdir", str(out))  # what is left there is looked at too
        for quick in (make_quick, foretell_little):
            quick(patch.setattr)
        said = [_run("intake", export, "--name", "shop", "--json"), _run("quality", "shop")]
        log = shop / "intake" / "log.parquet"
        calibrate(str(log), "shop")
        ahead = ["forecast", "--market", "shop", "--horizon-weeks", "4", "--out"]
        said += [_run(*ahead, shop / "next")]
        said += [_run("compare", "--market", "shop", "--strategies", "balanced", *small)]
        said += [_run("report", shop / "results" / "shop", "--format", formats)]
        said += [_run("forget", "KD-77002", "--name", "shop")]
        said += [_run("intake", export, "--name", "shop")]
        said += [_run(*words, code=2) for words in _refused(refused)]
        said += [_run("forget", "KD-77555", "--name", "shop", code=2)]
    yield out, "\n".join(said)


def _run(*words, code: int = 0) -> str:
    done = CliRunner().invoke(main.app, [str(word) for word in words])
    assert done.exit_code == code, f"{words}: {done.output}"
    return done.output


def _text(path: Path, content: bytes) -> str:
    """Return what a file holds as text, packed or not."""
    if path.suffix == ".parquet":
        return pd.read_parquet(io.BytesIO(content)).to_csv()
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return "\n".join(_text(Path(n), packed.read(n)) for n in packed.namelist())
    return content.decode("utf-8", errors="ignore")


def _found(text: str) -> list[str]:
    return [word for word in PLANTED if word.lower() in text.lower()]


def test_nothing_planted_is_in_any_file_or_message(handed):
    out, said = handed
    files = [path for path in out.rglob("*") if path.is_file()]
    kinds = {path.suffix for path in files}
    wanted = {".parquet", ".json", ".yaml", ".csv", ".html", ".ipynb", ".pptx", ".xlsx", ".pdf"}
    assert wanted <= kinds and len(said) > 2000
    found = {}
    for path in files:
        content = path.read_bytes()
        both = f"{path.name} {_text(path, content)} {content.decode('latin-1')}"
        if words := _found(both):
            found[str(path.relative_to(out))] = words
    assert found == {}
    assert _found(said.replace("\n", "")) == []


def test_the_search_finds_what_is_planted(handed, tmp_path):
    """So that it is no search that cannot find: in the export, and packed in a workbook."""
    out, _ = handed
    export = out.parent / "export.csv"
    assert set(_found(_text(export, export.read_bytes()))) == set(PLANTED)
    pd.read_csv(export, sep=";").head(40).to_excel(tmp_path / "x.xlsx")
    content = (tmp_path / "x.xlsx").read_bytes()
    assert set(_found(_text(tmp_path / "x.xlsx", content))) == set(PLANTED)


def test_what_was_found_is_told_and_counted(handed):
    _, said = handed
    assert "1 purchase, fewer than 5 customers" in said, "somebody stands out"
    for words in ("6 columns hold personal data", "Name", "Telefon", "Anschrift", "Bemerkung"):
        assert words in said


@pytest.mark.parametrize("page", PAGES)
def test_the_page_on_privacy_names_each_file_that_is_kept(handed, page):
    out, _ = handed
    rows = [
        line.split("|")[1] for line in (root() / page).read_text().splitlines() if line[:3] == "| `"
    ]
    named = [part.strip(" ,`") for row in rows for part in row.split("`,")]
    assert len(named) > 15
    client = out / "clients" / "shop"
    kept = [str(path.relative_to(client)) for path in client.rglob("*") if path.is_file()]
    shown = [name.replace("NAME", "shop") for name in named]
    assert [name for name in kept if not any(fnmatch(name, one) for one in shown)] == []


@pytest.mark.slow
def test_nothing_planted_is_in_what_comes_of_a_larger_export_in_chinese(tmp_path, monkeypatch):
    monkeypatch.setenv("LOYALTY_LANG", "zh")
    (made,) = _all_of_it(tmp_path, 400, "html,brief,pptx,xlsx,pdf")
    test_nothing_planted_is_in_any_file_or_message(made)
