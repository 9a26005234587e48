"""What people write is read within bounds: a clear error at once, all faults of a file together."""

import os
import pickle
import re
import signal
import time
from contextlib import contextmanager

import pytest
import yaml
from fuzz import share, works_or_says
from hypothesis import given, settings
from hypothesis import strategies as st
from spoiled import spoiled_tree, values

from sim.common import safe_yaml
from sim.common.errors import InputError, InputErrors
from sim.common.reading import LARGEST_YAML, read_bytes, read_rows, read_yaml, validate
from sim.common.right import RIGHT
from sim.common.safe_yaml import parse_yaml
from sim.common.text_tables import REFUSALS, rows_of
from sim.experiment.manifest import FORMAT, read_manifest
from sim.experiment.portfolio_file import read_portfolio
from sim.market.market import Market, load_market
from sim.playbook.strategies import Strategy, StrategyFile
from sim.report.phrases import in_language
from sim.report.run_notebook import check_parameters
from tests.stored import write_sealed

#: Processor seconds that a refusal may take; most take a thousandth.
SECONDS = 3.0
#: Seconds by the clock after which none is waited for, on however busy a machine.
PATIENCE = 60.0
_NINE = ["a: &a [" + "x," * 9 + "]"]
for _above, _own in zip("abcdefgh", "bcdefghi", strict=True):
    _NINE.append(f"{_own}: &{_own} [" + f"*{_above}," * 9 + "]")
BOMB = "\n".join(_NINE)


def _no_answer(*_signal):
    raise AssertionError("neither read nor refused")


@contextmanager
def at_once():
    """Fail if the processor is busy for longer than a refusal may take, or if none comes at all.

    What waits for a pipe or reads a device without end is ended by an alarm, where the system has one.
    """
    before = time.process_time()
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, _no_answer)
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        yield
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
    assert time.process_time() - before < SECONDS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOMB, "more than 20000 values"),
        ("a: [" + "1," * 100_000 + "]", "more than 20000 values"),
        ("a: " + "[" * 100_000, "nested more than 20 deep"),
        ("a: &a [*a]", "an alias within what it repeats"),
        ("title: one\nname: x\ntitle: two", "line 3: found \"the key 'title' a second time\""),
        ("yes: 1\ntrue: 2", "line 2: found \"the key 'true' a second time\""),
        ('title: "\\e[31m"', "a control character"),
        ('title: "\\ud800"', "a control character"),
        ("title: a\x00b", "special characters are not allowed"),
        ("title: " + "b" * 10_001, "a text of 10001 characters"),
        ("!!python/object:os.system x", "could not determine a constructor"),
        ("- a", "found 'list'"),
    ],
)
def test_yaml_that_is_no_plain_mapping_of_bounded_size_is_refused_at_once(text, words):
    with at_once(), pytest.raises(InputError) as refused:
        parse_yaml(text, "x.yaml")
    assert words in refused.value.message
    assert len(refused.value.message) < 500


@pytest.mark.skipif(safe_yaml._QUICK is None, reason="PyYAML was built without libyaml")
@settings(max_examples=300, deadline=None)
@given(st.text("ab:-?[]{},&*!|>%@`\"'#~ \t\n01.e<=\\é\x85\u2028\ufeff", max_size=30))
def test_what_libyaml_reads_pyyaml_reads_alike(text):
    if safe_yaml._READ_APART.search(text):
        return
    try:
        quick = yaml.load(text, safe_yaml._QUICK)
    except Exception:
        return
    assert repr(yaml.load(text, safe_yaml._Loader)) == repr(quick)


def test_yaml_means_what_it_looks_like():
    text = "day: 2024-01-05\ntime: 1:30\nhex: 0x1F\ncode: 007\nsmall: 1e-5\nwhole: 10\nlarge: -1_0"
    assert parse_yaml(text, "x") == {
        "day": "2024-01-05", "time": "1:30", "hex": "0x1F", "code": "007", "small": 1e-5,
        "whole": 10, "large": "-1_0",
    }  # fmt: skip


def _not_regular(folder):
    (folder / "folder.yaml").mkdir()
    (folder / "one.yaml").symlink_to(folder / "two.yaml")
    (folder / "two.yaml").symlink_to(folder / "one.yaml")
    (folder / "large.yaml").write_text("a: b\n" * LARGEST_YAML)
    found = [folder / name for name in ("folder.yaml", "one.yaml", "large.yaml", "x\0.yaml")]
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.yaml")
        (folder / "zero.yaml").symlink_to("/dev/zero")
        found += [folder / "pipe.yaml", folder / "zero.yaml"]
    return found


def test_what_is_no_regular_file_of_bounded_size_is_refused_at_once(tmp_path):
    for path in _not_regular(tmp_path):
        with at_once(), pytest.raises(InputError, match="expected"):
            read_yaml(path)
        with at_once(), pytest.raises(InputError, match="expected"):
            read_bytes(path, str(path), 100)


def test_a_manifest_that_is_no_regular_file_is_refused_at_once(tmp_path):
    for path in _not_regular(tmp_path):
        folder = tmp_path / "comparison"
        folder.mkdir(exist_ok=True)
        (folder / "manifest.json").unlink(missing_ok=True)
        if "\0" in path.name or not path.exists():
            continue
        (folder / "manifest.json").symlink_to(path)
        with at_once(), pytest.raises(InputError, match="expected"):
            read_manifest(folder)


@share(0.05)
@given(st.data())
def test_every_manifest_is_read_or_refused(tmp_path, data):
    content = data.draw(
        st.one_of(values, spoiled_tree({"format": FORMAT, "id": "x", "command": "loyalty"}))
    )
    try:
        write_sealed(tmp_path, content)
    except (ValueError, TypeError):
        return  # what JSON cannot say
    works_or_says(read_manifest, tmp_path)


@share(0.05)
@given(st.dictionaries(st.sampled_from(["market", "weeks", "strategies", "x"]), values, max_size=3))
def test_every_parameter_of_a_notebook_is_taken_or_refused(given):
    defaults = {"market": "grocery", "weeks": 52, "strategies": ["balanced"]}
    works_or_says(check_parameters, given, defaults, "notebook")


@pytest.mark.parametrize("found", [True, "12", None, [1.0], "0x1F"])
def test_what_is_no_number_does_not_stand_for_one(found):
    content = load_market("grocery").model_dump()
    content["values"]["gross_margin"]["value"] = found
    with pytest.raises(InputError, match=r"values\.gross_margin\.value: .*valid number"):
        validate(Market, content, "x.yaml")


def test_a_whole_number_stands_for_a_number():
    content = load_market("grocery").model_dump()
    content["values"]["firm_customers"] |= {"value": 500, "low": 500, "high": 500}
    assert validate(Market, content, "x.yaml")["firm_customers"] == 500.0


def _strategy(**changes):
    return {"name": "x", "title": "X", "summary": "", "plays": []} | changes


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": "x" * 5000}, "title: found 'xxx"),
        ({"title": "two\nlines"}, "one line of text"),
        ({"title": "\x1b[31mred"}, "one line of text"),
        ({"name": "a" * 5000}, "at most 100 characters"),
        ({"plays": [{"lever": "pricing"}] * 300}, "at most 100 items"),
        ({"goals": 10**5000}, "goals"),
    ],
)
def test_endless_or_unshown_text_and_hundreds_of_plays_are_refused_at_once(changes, words):
    with at_once(), pytest.raises(InputError) as refused:
        Strategy.of_file(_strategy(**changes), "x.yaml")
    assert words in refused.value.message
    assert len(refused.value.message) < 500
    assert "\x1b" not in refused.value.message


def test_what_is_worked_out_of_a_strategy_is_no_key_of_its_file():
    """A budget in a file once stood for that of the market, so that a plan had no limit."""
    worked_out = set(Strategy.model_fields) - set(StrategyFile.model_fields)
    assert "budget" in worked_out
    for key in worked_out:
        with pytest.raises(InputError, match=f"{key}: found") as refused:
            Strategy.of_file(_strategy(**{key: 900_000.0}), "x.yaml")
        assert not worked_out & set(re.findall(r"\w+", refused.value.expected))


def test_all_faults_of_a_file_are_told_together_each_on_its_line():
    play = {"lever": "pricing", "intensity": True, "reech": 0.5}
    with pytest.raises(InputErrors) as refused:
        Strategy.of_file(_strategy(title=3, plays=[play]), "x.yaml")
    told = refused.value.message.splitlines()
    assert len(told) == len(refused.value.faults) == 3
    assert "Did you mean 'reach'?" in told[0]
    assert {fault.field for fault in refused.value.faults} == {
        "title", "plays.0.reech", "plays.0.intensity",
    }  # fmt: skip
    assert str(pickle.loads(pickle.dumps(refused.value))) == refused.value.message


def test_of_very_many_faults_the_first_are_told_and_the_others_counted():
    times = [{"phase": f"p{i}", "start_week": i, "end_week": i + 1} for i in range(50)]
    plays = [{"lever": "pricing", "reech": 1, **when} for when in times]
    with pytest.raises(InputErrors) as refused:
        Strategy.of_file(_strategy(plays=plays), "x.yaml")
    assert refused.value.message.splitlines()[-1] == "... and 30 more."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("id,claim\n1,2" + "," * 1_000_000, "(no column)"),
        ("," * 1_000_000 + "\n1", "at most 100 columns"),
        ("id,id\n1,2", "each column once"),
        ("id,claim\n1," + "x" * 20_000, "a text of at most 10000"),
        ("id,claim\n1,a\x1bb", "control characters"),
    ],
)
def test_odd_tables_are_refused_at_once(tmp_path, monkeypatch, content, words):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.csv").write_text(content)
    monkeypatch.setattr("sim.common.reading.root", lambda: tmp_path)
    with at_once():
        try:
            told = str(list(read_rows("x.csv")))
        except InputError as error:
            told = error.message
            assert len(told) < 500
    assert words in told


def test_what_a_schema_refuses_is_told_in_words_of_the_workbench_in_both_languages(tmp_path):
    """Each kind of fault that is listed, by its pattern; and all of a portfolio's file."""
    file = tmp_path / "bad.yaml"
    file.write_text(
        "markets:\n  - market: 5\n    futures: abc\n  - market: grocery\n    futures: 0\n"
        "weeks: 3\nseed: -1\ntitle: [a]\n"
    )
    library = re.compile(r"valid (string|integer|list)|greater than|less than|should")
    for language in ("en", "zh"):
        with in_language(language), pytest.raises(InputError) as refused:
            read_portfolio(file)
        with in_language(language):
            told = [fault.message for fault in refused.value.faults]
            assert len(told) >= 6 and not [one for one in told if library.search(one)]
            if language == "zh":
                assert not [one for one in told if re.search(r"应为[a-z]", one)], told
                assert set(RIGHT.values()) <= set(rows_of(REFUSALS, "zh"))
