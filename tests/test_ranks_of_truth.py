"""Estimates are as sure as they say: simulation-based calibration, and a control that must fail."""

import pytest
from ranks_of_truth import CASES, in_parts, ranks_of_truth, uniformity

#: Law -> logs, and customers in each: enough for a likelihood that is close to normal.
_SIZES = {"NBD": (80, 1_500), "Pareto/NBD": (40, 1_000), "spend": (54, 1_500)}
_SIZES |= {"log-normal spend": (120, 1_000), "renewals": (60, 2_000), "panel": (60, 2_000)}
_FALSE_ALARM = 1e-4
#: Its fits take most of the time: quick tests hold its errors by other means (`test_calibration`).
_DEAR = ("Pareto/NBD", "panel")


@pytest.mark.parametrize(
    "law", [pytest.param(x, marks=pytest.mark.slow) if x in _DEAR else x for x in CASES]
)
def test_the_truth_ranks_evenly_among_draws_from_what_was_estimated(law):
    ranks = in_parts(ranks_of_truth(CASES[law], *_SIZES[law]))
    assert len(ranks) >= 160  # so many that the control below is sure to fail
    assert uniformity(ranks) > _FALSE_ALARM


@pytest.mark.parametrize(
    "law",
    ["NBD", "spend", "log-normal spend", "renewals", pytest.param("panel", marks=pytest.mark.slow)],
)
def test_standard_errors_of_half_the_size_are_noticed(law):
    ranks = in_parts(ranks_of_truth(CASES[law], *_SIZES[law], error_scale=0.5))
    assert uniformity(ranks) < _FALSE_ALARM


@pytest.mark.slow
def test_more_logs_and_customers_rank_as_evenly_parameter_by_parameter():
    for law, times, customers in (
        ("NBD", 600, 2_000),
        ("spend", 400, 2_000),
        ("log-normal spend", 400, 2_000),
        ("Pareto/NBD", 200, 2_000),
        ("renewals", 200, 6_000),
        ("panel", 100, 2_000),
    ):
        ranks = ranks_of_truth(CASES[law], times, customers, seed=2)
        uneven = {name: uniformity(column) for name, column in ranks.items()}
        # every parameter and part is looked at, each of twelve and more
        assert min(uneven.values()) > _FALSE_ALARM / 20, (law, uneven)
