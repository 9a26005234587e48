"""Parameters follow from findings by the written rule, and nothing else stands in parameters.csv."""

import math

import pytest

from sim.checks.check import check, clear_caches, fix
from sim.common.errors import InputError
from sim.evidence import meta_analysis
from sim.evidence.findings import load_evidence
from sim.evidence.meta_analysis import convert_findings, pooled
from sim.evidence.parameters import Definition, load_definitions, load_parameters

KEY = "feedback.lift"
ROW = next(finding for finding in load_evidence() if finding.id == "E31")


def definition(**content) -> Definition:
    base = {"parameter": "lift", "lever": "feedback", "unit": "1", "distribution": "pert"}
    base |= {"value": 0.5, "low": 0.1, "high": 0.9, "pooling": "linear"}
    return Definition.model_validate({**base, "evidence": [], "note": "a guess", **content})


def finding(id, value, low, high, conversion="same", discount=(1.0,), grade="A", verified="yes"):
    content = {"id": id, "value": value, "low": low, "high": high, "informs": [KEY]}
    content |= {"conversion": [conversion], "discount": list(discount)}
    return ROW.model_copy(update={**content, "grade": grade, "verified": verified})


def result(*findings, **content):
    of = definition(**content)
    row = pooled(of, convert_findings(of, findings))
    return row, (row.value, row.low, row.high)


def test_without_a_finding_the_assumption_stands_and_says_so():
    row, numbers = result(evidence=["E01"])
    assert numbers == (0.5, 0.1, 0.9)
    assert row.status == "assumed"
    assert row.evidence == ["E01"]


def test_one_finding_gives_its_value_and_range_in_the_parameters_unit():
    row, numbers = result(
        finding("E31", -0.2, -0.5, -0.1, "shorter_time_to_log_rate"), evidence=["E01"]
    )
    assert numbers == (0.22, 0.11, 0.69)  # -ln .8, -ln .9, -ln .5: the ends change places
    assert row.status == "published"
    assert row.evidence == ["E31", "E01"]


def test_a_discount_is_a_factor_of_effects_and_a_power_of_ratios():
    assert result(finding("E31", 0.4, 0.2, 0.6, discount=(0.5,)))[1] == (0.2, 0.1, 0.3)
    assert result(finding("E31", 0.4, 0.2, 0.6, discount=(0.5, 1, 1)))[1] == (0.2, 0.2, 0.6)
    ratio = finding("E31", 1.44, 1.21, 1.96, discount=(0.5,))
    assert result(ratio, pooling="log")[1] == (1.2, 1.1, 1.4)


def test_findings_that_agree_are_weighted_by_precision():
    """By hand: SEs of .392 / 3.92 = .1 and .2, weights 100 and 25, Q = .09 / .05 = 1.8 ...

    ... with .3 between them: above 1, so that t^2 solves .09 / (.05 + 2 t^2) = 1: t^2 = .02. Weights
    1 / .03 and 1 / .06: mean .2 + .3 / 3 = .3, v = .02, half width 1.96 sqrt(.04) = .392.
    """
    pair = finding("E31", 0.2, 0.004, 0.396), finding("E32", 0.5, 0.108, 0.892)
    row, numbers = result(*pair)
    assert numbers == (0.3, -0.092, 0.69)
    assert row.evidence == ["E31", "E32"]
    assert "2 findings" in row.note


def test_without_disagreement_the_mean_is_the_fixed_effect_one():
    """SEs .1 and .2 and the same value: v = 1 / 125, half width 1.96 sqrt(.008) = .175."""
    pair = finding("E31", 0.5, 0.304, 0.696), finding("E32", 0.5, 0.108, 0.892)
    assert result(*pair)[1] == (0.5, 0.32, 0.68)


@pytest.mark.parametrize(
    ("weaker", "factor"), [({"grade": "B"}, 1.25), ({"grade": "C"}, 2), ({"verified": "no"}, 1.5)]
)
def test_weaker_findings_count_less(weaker, factor):
    """Two findings of SE .2, the second taken as factor times that: its weight over the first's."""
    pair = finding("E31", 0.5, 0.108, 0.892), finding("E32", 0.6, 0.208, 0.992, **weaker)
    weight = 1 / factor**2
    assert result(*pair)[1][0] == pytest.approx(0.5 + 0.1 * weight / (1 + weight), abs=0.005)


@pytest.mark.parametrize(("scale", "middle"), [("log", 0.2), ("logit", 0.2)])
def test_shares_and_ratios_are_pooled_on_their_own_scale(scale, middle):
    """.1 and .4 have the geometric mean .2; odds of 1/9 and 9/16 the geometric mean 1/4, share .2."""
    other = 0.4 if scale == "log" else 0.36
    span = 1.5 if scale == "log" else 1.1
    pair = [
        finding(id, value, value / span, value * span)
        for id, value in (("E31", 0.1), ("E32", other))
    ]
    _, (value, low, high) = result(*pair, pooling=scale)
    assert value == pytest.approx(middle, abs=0.02)
    assert 0 < low < value < high
    assert scale == "log" or high < 1


def test_a_definition_takes_no_finding_and_a_ratio_none_below_0():
    with pytest.raises(InputError, match="drawn"):
        result(finding("E31", 0.4, 0.2, 0.6), distribution="fixed", low=0.5, high=0.5)
    with pytest.raises(InputError, match="above 0"):
        result(finding("E31", 0.4, -0.2, 0.6), pooling="log")
    with pytest.raises(InputError, match="0 to 1"):
        result(finding("E31", 0.4, 0.2, 1.6), pooling="logit")


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        (0.57735, 0.58),
        (30.0, 30.0),
        (-3.631, -3.63),
        (0.01755, 0.018),
        (0.00501, 0.005),
        (0.0, 0.0),
    ],
)
def test_no_more_digits_than_are_meant(number, kept):
    assert result(finding("E31", number, number, number))[1] == (kept, kept, kept)


def test_the_table_is_what_the_evidence_gives_byte_by_byte(checkout):
    path = checkout / meta_analysis.FILE
    before = path.read_bytes()
    assert not meta_analysis.write_parameters()
    path.unlink()
    assert meta_analysis.write_parameters()
    assert path.read_bytes() == before
    assert [(row.lever, row.parameter) for row in load_parameters().rows] == [
        (row.lever, row.parameter) for row in load_definitions()
    ]


def test_a_number_changed_by_hand_is_refused_and_mended(checkout):
    path = checkout / meta_analysis.FILE
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace(",30,26,39,", ",31,26,39,"), encoding="utf-8")
    assert any("loyalty parameters" in fault.message for fault in check())
    assert meta_analysis.FILE in fix()
    assert path.read_text(encoding="utf-8") == before
    assert not check()


def test_a_new_finding_moves_the_parameter_it_informs_and_no_other(checkout):
    path = checkout / "data/evidence.csv"
    text = path.read_text(encoding="utf-8")
    assert ",weeks,30,26,39," in text
    path.write_text(text.replace(",weeks,30,26,39,", ",weeks,28,20,40,"), encoding="utf-8")
    old = load_parameters().rows
    clear_caches()
    new = meta_analysis.parameters()
    moved = [b for a, b in zip(old, new, strict=True) if a != b]
    assert [(r.parameter, r.value, r.low, r.high) for r in moved] == [
        ("half_life_weeks", 28, 20, 40)
    ]


def test_every_parameter_lies_in_its_range_and_is_finite():
    for row in meta_analysis.parameters():
        assert row.low <= row.value <= row.high, row.parameter
        assert math.isfinite(row.low) and math.isfinite(row.high)
