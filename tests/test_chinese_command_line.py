"""The main path of the command line speaks Chinese when asked, and writes the same files."""

import json
import re
from types import SimpleNamespace

import pytest
from test_calibration_own_log import _write_log
from typer.testing import CliRunner

from sim.checks.validation import brands, validate
from sim.checks.validation.bias import KINDS, WORDS, bias_table
from sim.checks.validation.statistic import Statistic, Untested
from sim.cli import main
from sim.cli.spoken import VARIABLE
from sim.cli.terminal import progress
from sim.common.errors import InputError
from sim.market.market import load_market
from sim.report.phrases import in_language
from tests.quick import FORESEEN, foresee_little, foretell_little, make_quick

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
    assert done.stderr.startswith("STRATEGY：strategy：读到'balancd'，应为baseline, balanced")
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
    foresee_little(monkeypatch.setattr)
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
    assert "注意：" in done.stdout and f"情景：{FORESEEN}/{FORESEEN}" in done.stderr
    told = done.stdout.replace("--drop-out assumed", "").replace("loyalty assume shop", "")
    assert _english(told + done.stderr) == []


def test_a_forecast_and_its_page_are_told_in_chinese(tmp_path, monkeypatch):
    foretell_little(monkeypatch.setattr)
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


def test_a_run_is_told_without_an_english_sentence_and_writes_the_same_files(tmp_path):
    small = ["--strategy", "service_first", "--customers", "100", "--weeks", "4"]
    told = {}
    for code in ("en", "zh"):
        out = ["--out", str(tmp_path / code), "--lang", code]
        told[code] = _call("run", "--market", "grocery", *small, *out)
        assert told[code].exit_code == 0, told[code].output
    assert "Service first in grocery: one run of 4 weeks" in told["en"].stdout
    assert "grocery中的服务优先：一次模拟，4周" in told["zh"].stdout
    assert _english(told["zh"].stdout + told["zh"].stderr) == []
    files = [{f.name: f.read_bytes() for f in (tmp_path / code).iterdir()} for code in told]
    assert files[0] == files[1]


def test_a_validation_is_told_without_an_english_sentence_whatever_it_found(monkeypatch):
    far, at_an_end = Statistic(1e9, 9e8, 2e9), Statistic(1.0, -1e9, 1e9)
    few = brands._too_few_brands(load_market("music_shop"))
    rows = [row.id for group in validate.facts_by_group().values() for row in group]
    found = dict.fromkeys(rows, far) | {"S01": at_an_end, "S02a": few}
    found["S13a"] = Untested("Too few of 4,000 customers leave: simulate more of them.")
    found["S20d"] = Untested("No rate of contact up to 8 messages a month is a best one within.")
    found |= {f"bias.{name}.{kind}": Statistic(1.0, 0.5, 2.0) for name in WORDS for kind in KINDS}
    made = SimpleNamespace(facts=validate.table_of(found), bias=bias_table(found))
    monkeypatch.setattr("sim.validate", lambda *_, **__: made)
    assert _english(_call("validate").stdout)  # the same words in English are noticed
    done = _call("validate", "--lang", "zh")
    assert done.exit_code == 0, done.output
    assert "grocery在模型中的表现" in done.stdout and "看起来更好" in done.stdout
    assert (made.facts["reason"] != "").all()
    assert _english(done.stdout) == []


@pytest.mark.parametrize("changed", [True, False])
def test_parameters_and_effects_are_told_in_chinese(monkeypatch, changed):
    monkeypatch.setattr("sim.evidence.meta_analysis.write_parameters", lambda: changed)
    monkeypatch.setattr("sim.analysis.preset_effects.run_effects", lambda *_: [])
    monkeypatch.setattr("sim.checks.check.fix", list)
    done = _call("parameters", "--lang", "zh")
    assert done.exit_code == 0 and "个参数" in done.stdout
    assert ("已重新写入" in done.stdout) == changed and ("没有变化" in done.stdout) != changed
    assert "有0项效果" in _call("effects", "--lang", "zh").stdout
    assert _call("parameters").stdout.endswith("written anew.\n" if changed else "unchanged.\n")
