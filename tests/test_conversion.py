"""Published effects reach the model in its own units: each formula against an example by hand."""

import inspect

import pytest

from sim.common.errors import InputError
from sim.evidence import conversions
from sim.evidence.conversions import CONVERSIONS, convert

#: call, published effect, result worked out by hand
BY_HAND = [
    ("same", 0.3, 0.3),
    ("inverse", 1.25, 0.8),  # 1 / 1.25
    ("square_root", 0.36, 0.6),
    ("lift_to_log_points", 0.08, 0.076961),  # ln 1.08
    ("lift_to_log_points", -0.263, -0.305167),  # ln .737
    ("ratio_to_log_points", 1.8, 0.587787),  # ln 1.8
    ("share_of_sales_to_log_points", 0.2, 0.223144),  # 80 of 100 without it: ln 1.25
    ("shorter_time_to_log_rate", -0.2, 0.223144),  # a rate of 1.25 instead of 1
    ("shorter_time_to_log_rate(progress=0.8)", -0.2, 0.278929),  # .223144 / .8
    ("premium_to_log_hazard", 0.25, -0.223144),  # 12.5 years instead of 10: .08 over .1
    ("share_points_to_logit(share=0.4)", 0.1, 0.405465),  # odds 1 over 2/3: ln 1.5
    ("share_points_to_log_points(share=0.4)", 0.1, 0.223144),  # .5 over .4
    ("lift_to_logit(share=0.4)", 0.25, 0.405465),  # .4 times 1.25 is .5: as two lines above
    ("elasticity_to_logit(share=0.35)", -2.6, -4.0),  # -2.6 / .65
    ("correlation_to_logit", 0.6, 1.360350),  # .6 / .8 = .75, times 3.141593 / 1.732051
    ("effect_size_to_logit", 0.5, 0.906900),  # half of 1.813799
    ("standardised(spread=0.8)", 0.12, 0.15),
    ("weekly_hazard", 0.19, 0.0040524),  # ln(1 / .81) = .2107210, over 52
    ("weekly_hazard(weeks=13)", 0.10, 0.0081046),  # .1053605 / 13
    ("weekly_loss(weeks=2)", 0.19, 0.1),  # .9 times .9 is .81
    ("weekly_loss", 0.0, 0.0),
    ("share_ratio_to_log_hazard(base=0.06)", 1.6666667, 0.532265),  # ln(.1053605 / .0618754)
    ("half_life_to_weekly_decay", 1.0, 0.5),
    ("half_life_to_weekly_decay", 2.0, 0.292893),  # 1 - 1 / sqrt 2
]


@pytest.mark.parametrize(("call", "effect", "by_hand"), BY_HAND)
def test_a_conversion_gives_what_the_hand_gives(call, effect, by_hand):
    assert convert(call, effect, "here") == pytest.approx(by_hand, abs=6e-7)


def test_every_conversion_has_an_example_by_hand_and_a_name_in_the_table():
    public = {
        name
        for name, function in inspect.getmembers(conversions, inspect.isfunction)
        if function.__module__ == conversions.__name__ and not name.startswith("_")
    } - {"convert"}
    assert public == set(CONVERSIONS) == {call.split("(")[0] for call, _, _ in BY_HAND}


@pytest.mark.parametrize(
    "call",
    [
        "lift_to_log_points",
        "share_of_sales_to_log_points",
        "shorter_time_to_log_rate(progress=0.8)",
        "premium_to_log_hazard",
        "share_points_to_logit(share=0.4)",
        "share_points_to_log_points(share=0.4)",
        "lift_to_logit(share=0.4)",
        "elasticity_to_logit(share=0.35)",
        "correlation_to_logit",
        "weekly_hazard",
    ],
)
def test_nothing_stays_nothing(call):
    """What had no effect has none in the model's unit."""
    assert convert(call, 0.0, "here") == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("call", "effect", "words"),
    [
        ("lift_to_logits(share=0.4)", 0.1, ["'lift_to_logits'", "'lift_to_logit'"]),
        ("lift_to_logit", 0.1, ["arguments of lift_to_logit"]),
        ("lift_to_logit(shair=0.4)", 0.1, ["arguments of lift_to_logit"]),
        ("lift_to_logit(share=0.4)", 2.0, ["domain", "2"]),
        ("ratio_to_log_points", 0.0, ["domain"]),
        ("half_life_to_weekly_decay", 0.0, ["domain"]),
        ("inverse(", 1.0, ["a name"]),
        ("inverse(__import__('os'))", 1.0, ["a name"]),
        ("lift_to_logit(share=open('x'))", 1.0, ["a name"]),
        ("lift_to_logit(**{})", 1.0, ["a name"]),
        ("", 1.0, ["a name"]),
    ],
)
def test_a_call_that_cannot_be_done_is_refused_with_its_reason(call, effect, words):
    with pytest.raises(InputError) as refused:
        convert(call, effect, "data/evidence.csv, E01")
    for word in (*words, "E01", "conversion"):
        assert word in refused.value.message
