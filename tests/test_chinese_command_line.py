"""The main path of the command line speaks Chinese when asked, and writes the same files."""

import json
import re

import pytest
from test_calibration_own_log import _write_log
from typer.testing import CliRunner

from sim.cli import main
from sim.cli.spoken import VARIABLE
from sim.cli.terminal import progress
from sim.common.errors import InputError
from sim.report.phrases import in_language
from tests.quick import make_quick

#: Three words of Latin letters in a row are taken for an English sentence.
ENGLISH = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,}){2,}")
SMALL = ["--customers", "100", "--weeks", "4", "--futures", "2", "--jobs", "1"]
COMPARE = ["compare", "--market", "grocery", "--strategies", "balanced,service_first", *SMALL]


@pytest.fixture(scope="module", autouse=True)
def quick():
    """What the command line says is tested here, not what is found."""
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        yield


def _call(*words: str, **environment: str):
    return CliRunner().invoke(main.app, list(words), env={VARIABLE: None, **environment})


def _english(text: str) -> list[str]:
    """Return what reads as an English sentence, commands to type left out."""
    return ENGLISH.findall(re.sub(r"loyalty \w+ \S+.*", "", text))


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    return _call(*COMPARE, "--lang", "zh", "--out", str(tmp_path_factory.mktemp("zh") / "found"))


def test_a_comparison_is_told_without_an_english_sentence(compared):
    assert compared.exit_code == 0, compared.output
    for words in (
        "相对维持现状",
        "均衡型",
        "服务优先",
        "结果：",
        "下一步：loyalty report",
        "--lang zh",
    ):
        assert words in compared.stdout, words
    assert _english(compared.stdout) == []
    assert "运行：" in compared.stderr and _english(compared.stderr) == []


def test_a_plan_is_told_without_an_english_sentence():
    done = _call("plan", "lifecycle_care_plan", "--weeks", "8", "--lang", "zh")
    assert done.exit_code == 0, done.output
    assert "可能出什么问题" in done.stdout and "市场部门" in done.stdout
    assert _english(done.stdout) == []


def test_the_environment_names_the_language_and_the_option_wins():
    plan = ("plan", "rewards_first", "--weeks", "4")
    english = _call(*plan)
    assert "Market department" in english.stdout
    assert "市场部门" in _call(*plan, **{VARIABLE: "zh"}).stdout
    assert _call(*plan, "--lang", "en", **{VARIABLE: "zh"}).stdout == english.stdout
    assert _call(*plan).stdout == english.stdout


def test_a_refusal_keeps_file_field_and_names_in_a_chinese_frame():
    done = _call("plan", "balancd", "--lang", "zh")
    assert done.exit_code == 2
    assert done.stderr.startswith("--strategy：strategy：读到'balancd'，应为baseline, balanced")
    assert "是否指'balanced'？" in done.stderr
    assert _english(done.stderr) == []


def test_a_language_that_is_not_kept_is_refused():
    done = _call("plan", "balanced", "--lang", "xx")
    assert done.exit_code == 2 and "one of en, zh" in done.stderr


def test_a_machine_is_answered_in_english(compared, tmp_path):
    asked = [*COMPARE, "--json", "--out", str(tmp_path / "found")]
    english, chinese = (json.loads(_call(*asked, "--lang", code).stdout) for code in ("en", "zh"))
    assert chinese == english


def test_a_calibration_writes_the_same_files_and_is_told_in_chinese(tmp_path, monkeypatch):
    monkeypatch.setenv("LOYALTY_CLIENTS", "")  # taken back afterwards, with what the option sets
    log = _write_log(tmp_path / "sales.csv", "panel", n=80)
    made = {}
    for code in ("en", "zh"):
        (tmp_path / code).mkdir()
        words = ["--clients", str(tmp_path / code), "calibrate", str(log), "--name", "shop"]
        done = _call(*words, "--drop-out", "assumed", "--currency", "USD", "--lang", code)
        assert done.exit_code == 0, done.output
        folder = tmp_path / code / "shop"
        made[code] = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    assert made["zh"] == made["en"] and len(made["en"]) == 2
    assert "换言之：" in done.stdout and "市场shop：" in done.stdout
    assert "注意：" in done.stdout and "情景：40/40" in done.stderr
    told = done.stdout.replace("--drop-out assumed", "").replace("loyalty assume shop", "")
    assert _english(told + done.stderr) == []


def test_a_forecast_and_its_page_are_told_in_chinese(tmp_path):
    log = _write_log(tmp_path / "sales.csv", "panel", n=80)
    words = ["forecast", "--transactions", str(log), "--horizon-weeks", "4", "--lang", "zh"]
    done = _call(*words, "--calibration-end", "2021-11-30", "--out", str(tmp_path / "ahead"))
    assert done.exit_code == 0, done.output
    assert "此后4周：预期" in done.stdout and "步骤：4/4" in done.stderr
    assert _english(done.stdout + done.stderr) == []
    page = (tmp_path / "ahead" / "forecast.html").read_text("utf-8")
    assert '<html lang="zh">' in page
    assert (
        "or more" not in page
        and _english(re.sub(r"<style>.*?</style>|<[^>]*>", "\n", page, flags=re.DOTALL)) == []
    )
    again = _call(*words, "--out", str(tmp_path / "ahead"))
    assert again.exit_code == 2 and "完成的预测不会被覆盖" in again.stderr


def test_progress_is_told_in_chinese_with_its_numbers(capsys):
    with in_language("zh"), progress("futures") as on_progress:
        for what in ("Fitting rates that move to 2,357 customers", "Working out how sure that is"):
            on_progress(0, 0, what)
    assert capsys.readouterr().err.split() == [
        "正在拟合2,357名用户变动的频率",
        "正在计算其可靠程度",
    ]


def test_a_check_is_told_in_chinese(monkeypatch):
    faults = [InputError("a.yaml", "x", "nothing", "a value (this key is required)")]
    monkeypatch.setattr("sim.checks.check.check", lambda: faults)
    done = _call("check", "--lang", "zh")
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        "a.yaml：x：读到'无'，应为一个值（此键必须有）。",
        "有1处需要改正。",
    ]
