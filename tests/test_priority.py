"""Who is promised it goes first at the desk, all others wait longer, and the mean wait stays.

Serves: I5.5 C2.3
"""

import heapq
from collections import deque
from dataclasses import replace

import mesa
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.evidence.parameters import load_parameters
from sim.playbook.strategies import Play, Strategy
from sim.report.comparison.journey import who_goes_first
from sim.world.service_desk import ServiceDesk, erlang_c_wait
from tests.synthetic import synthetic_comparison
from tests.worlds import FALSE_ALARM, strategy, world


def desk(load: float = 0.9, contacts: float = 600.0) -> ServiceDesk:
    return ServiceDesk(mesa.Model(), 1.0, contacts, load, 10.0, hours=40.0)


def first(audience: str = "high_value", share: float = 1.0) -> Strategy:
    settings = {"priority": share}
    play = {"lever": "service_quality", "owner": "service", "settings": settings}
    return strategy(Play.model_validate(play | {"audience": audience}))


@pytest.mark.parametrize("contacts", [300.0, 600.0, 900.0])
@pytest.mark.parametrize("share", [0.05, 0.4, 0.95])
@pytest.mark.parametrize("staff", [0.0, 0.1])
def test_what_some_are_spared_others_wait(contacts: float, share: float, staff: float) -> None:
    """The conservation law of queues, also while a backlog builds up."""
    plain, sorted_ = desk(), desk()
    for _ in range(3):
        wait = plain.serve(contacts, staff)
        sorted_.serve(contacts, staff, share)
        mean = share * sorted_.wait_first + (1 - share) * sorted_.wait_others
        assert mean == pytest.approx(wait, rel=1e-12)
        assert sorted_.wait_first < wait < sorted_.wait_others


def test_those_who_go_first_wait_as_in_the_law_of_kella_and_yechiali() -> None:
    one = desk(contacts=600.0)
    servers, offered, share = one.servers_usual, 600.0 * 10 / 60 / 40, 0.3
    one.serve(600.0, 0.0, share)
    chance = erlang_c_wait(servers, offered, 10.0) * (servers - offered) / 10.0
    assert one.wait_first == pytest.approx(chance * 10.0 / (servers - share * offered), rel=1e-12)


def test_waits_are_those_of_a_queue_that_is_lived_through() -> None:
    """Two servers, load .85, a third of the calls first; means over stretches of the queue's life."""
    rng, calls, share, load = np.random.default_rng(5), 60_000, 1 / 3, 0.85
    came = np.cumsum(rng.exponential(1.0 / (2 * load), calls))
    takes, goes_first = rng.exponential(1.0, calls), rng.uniform(size=calls) < share
    waits, free = np.zeros(calls), [0.0, 0.0]
    queues: tuple[deque[int], deque[int]] = (deque(), deque())
    call = 0
    while call < calls or queues[0] or queues[1]:
        now = free[0]
        if not (queues[0] or queues[1]):
            now = max(now, came[call])
        while call < calls and came[call] <= now:
            queues[0 if goes_first[call] else 1].append(call)
            call += 1
        served = (queues[0] or queues[1]).popleft()
        waits[served] = max(now, came[served]) - came[served]
        heapq.heapreplace(free, now + takes[served])
    mean = erlang_c_wait(2, 2 * load, 1.0)
    ahead = mean * (1 - load) / (1 - share * load)
    for mask, expected in ((goes_first, ahead), (~goes_first, mean / (1 - share * load))):
        stretches = [part.mean() for part in np.array_split(waits[mask], 30)]
        assert stats.ttest_1samp(stretches, expected).pvalue > FALSE_ALARM, (stretches, expected)


def test_going_first_with_everybody_else_is_going_first_no_more() -> None:
    plain, all_first = desk(), desk()
    assert all_first.serve(600.0, 0.0, 1.0) == plain.serve(600.0, 0.0)
    assert all_first.wait_first == all_first.wait_others == plain.wait


def test_who_goes_first_does_not_wait_for_the_backlog_of_others() -> None:
    full = desk()
    for _ in range(4):
        full.serve(1_500.0, 0.0, 0.2)
    assert full.backlog > 1_000 and full.backlog_first == 0.0
    assert full.wait_first < 60 < full.wait_others
    for _ in range(2):
        full.serve(1_500.0, 0.0, 0.9)  # more than the desk can answer of them alone
    assert full.backlog_first > 0.0
    assert full.wait_first > 60


def test_best_customers_wait_less_others_longer_and_all_together_as_long() -> None:
    options = {"n": 600, "weeks": 1, "shared": True, "start": "posterior"}
    firm = {"desk_load": 0.97, "firm_customers": 600.0, "contacts_per_trip": 0.3, "execution": 1.0}
    plain, sorted_ = (
        world(plays=plays, **options, **firm).run().weekly.set_index("segment")
        for plays in (strategy(), first())
    )
    waits = [table["wait_minutes"] for table in (plain, sorted_)]
    assert waits[1]["high_value"] < waits[0]["high_value"]
    assert waits[1]["ordinary"] > waits[0]["ordinary"]
    assert waits[1].sum() == pytest.approx(waits[0].sum(), rel=1e-9)
    felt = [table["satisfaction_sum"] for table in (plain, sorted_)]
    assert felt[1]["high_value"] > felt[0]["high_value"]
    assert felt[1]["ordinary"] < felt[0]["ordinary"]
    # the firm sees segments with an error, so that some of another one go first as well
    ahead = sorted_["n_contacts_first"] / sorted_["n_contacts"]
    assert ahead["high_value"] > 0.5 > ahead["ordinary"]
    assert "n_contacts_first" not in plain


def test_a_part_of_the_contacts_goes_first_as_far_as_it_is_carried_out() -> None:
    options = {"n": 300, "weeks": 1, "shared": True, "start": "posterior", "contacts_per_trip": 0.3}
    whole, part = (
        world(plays=first(share=share), execution=done, **options)
        .run()
        .weekly["n_contacts_first"]
        .sum()
        for share, done in ((1.0, 1.0), (0.5, 0.8))
    )
    assert part == pytest.approx(0.4 * whole) and whole > 0


def test_a_report_says_how_long_those_wait_who_go_first() -> None:
    comparison = synthetic_comparison(n=4)
    assert who_goes_first(comparison) == []
    waits = comparison.effects["measure"] == "response_minutes"
    before = comparison.effects["baseline_mean"].mask(waits, 0.125)
    effects = comparison.effects.assign(baseline_mean=before)
    ahead = effects[waits].assign(measure="response_minutes_first", mean=0.5, baseline_mean=0.25)
    both = pd.concat([effects, ahead], ignore_index=True)
    (text,) = who_goes_first(replace(comparison, effects=both))
    assert "0.5" in text and comparison.title(comparison.ranking[0]) in text
    assert (
        "0.125" in text and "0.25" not in text
    )  # what all wait as it is, whoever goes first later


def test_who_goes_first_is_kept_up_by_an_analyst() -> None:
    table = load_parameters().replace("service_quality", priority_hours=20.0)
    model = world(plays=first(), n=300, weeks=2, start="posterior", parameters=table).run()
    hour = model.market["wage_per_hour"] * model.market["analyst_wage_ratio"]
    paid = model.weekly["cost.service_quality"].sum() * model.scale
    assert paid == pytest.approx(2 * 20.0 * hour, rel=1e-9)
