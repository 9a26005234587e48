"""Data that are right show the firm its customers; data that are safe and open spare it trust and sales.

Serves: L4.1 L4.1a L4.1b L4.1c L4.1d C3.2 I7.C1 L1.2c
"""

from functools import cache

import numpy as np
import pytest
from scipy import stats

from sim.common.calendar import WEEKS_A_YEAR
from sim.evidence.parameters import load_parameters
from sim.levers.data_stewardship import cleaned
from sim.playbook.strategies import Play, Strategy
from sim.world.population import ACTIVE
from tests.benchmark.plain_rules import bill
from tests.worlds import DO_NOTHING, FALSE_ALARM, strategy
from tests.worlds import unvalued_world as world

P = load_parameters().values("data_stewardship")
OFTEN = 4.0  # breaches a year, so that a run of a year has some


def stewardship(**settings: float) -> Strategy:
    play = Play(lever="data_stewardship", settings=settings, owner="technology")
    return strategy(play)


# -- records ---------------------------------------------------------------------------------------
def test_upkeep_holds_the_usual_quality_and_work_lifts_it_to_a_balance() -> None:
    usual, loss, work = 0.7, 0.005, 0.03
    assert cleaned(usual, usual, 0.0, loss) == usual  # to the last bit: doing nothing is neutral
    assert cleaned(usual, usual, 0.0, 0.0) == usual
    quality, upkeep = usual, loss * usual / (1 - usual)
    for _ in range(2_000):
        quality = cleaned(quality, usual, work, loss)
    balance = (upkeep + work) / (upkeep + work + loss)
    assert quality == pytest.approx(balance)
    # Without work the rate of return is that of decay and upkeep.
    weeks = 30
    for _ in range(weeks):
        quality = cleaned(quality, usual, 0.0, loss)
    assert quality - usual == pytest.approx(
        (balance - usual) * np.exp(-(loss + upkeep) * weeks), rel=1e-6
    )


@pytest.mark.parametrize("usual", [0.0, 0.5, 0.99, 0.999999])
@pytest.mark.parametrize("work", [0.0, 0.5, 20.0])
def test_data_quality_stays_a_share(usual: float, work: float) -> None:
    quality = usual
    for _ in range(100):
        quality = cleaned(quality, usual, work, 0.007)
        assert usual <= quality <= 1.0


def _found(plays: Strategy, seed: int, **values: float) -> float:
    """Share of the best fifth by true spend that the firm has in its best segment."""
    model = world(plays=plays, n=800, weeks=53, seed=seed, start="posterior", **values).run()
    people = model.customers.columns
    active = people["status"] == ACTIVE
    spend = people["recent_spend"]
    best = active & (spend > np.quantile(spend[active], 0.8))
    return float((people["segment"][best] == 0).mean())


def test_clean_records_show_the_firm_who_its_best_customers_are() -> None:
    scored = Play(lever="segmentation", settings={"rescore_weeks": 13}, owner="market")
    clean = stewardship(cleaning_hours=40).plays[0]
    usual, better = (
        np.array([_found(strategy(*plays), seed, execution=1.0) for seed in range(8)])
        for plays in ([scored], [scored, clean])
    )
    gain = better - usual
    t = gain.mean() / (gain.std(ddof=1) / np.sqrt(gain.size))
    assert t > stats.t.isf(FALSE_ALARM, gain.size - 1), gain
    assert 0.5 < usual.mean() < 0.95  # there was something to find


def test_clean_records_alone_move_nobody() -> None:
    on, off = (
        world(plays=p, n=600, weeks=20, start="posterior").run().weekly
        for p in (stewardship(cleaning_hours=40), DO_NOTHING)
    )
    for column in ("trips", "spend", "new_dropped_out", "satisfaction_sum"):
        np.testing.assert_array_equal(on[column], off[column])
    assert on["cost.data_stewardship"].sum() > 0


# -- breaches ----------------------------------------------------------------------------------------
@cache
def _year(name: str, seed: int, breaches: float) -> dict[str, float]:
    settings = {"none": {}, "safe": {"security_hours": 200.0}, "open": {"transparency": 1.0}}
    settings["open"]["control"] = 1.0
    model = world(
        plays=stewardship(**settings[name]),
        n=600,
        weeks=78,
        seed=seed,
        start="posterior",
        breaches_per_year=breaches,
        parameters=load_parameters().replace("data_stewardship", trust_by_openness=0.0),
    )
    struck, trust, before = 0, 0.0, 0.0
    while model.week < 78:
        model.step()
        struck += model.state.firm.capability.breach_left > before
        before = model.state.firm.capability.breach_left
        trust += model.customers.agg("trust", np.mean) / 78
    table = model.weekly
    return {
        "breaches": struck,
        "trust": trust,
        "spend": float(table.loc[table["week"] >= 13, "spend"].sum()),
    }


def _more(what: str, of: tuple[str, float], than: tuple[str, float], seeds: int = 8) -> np.ndarray:
    return np.array([_year(of[0], s, of[1])[what] - _year(than[0], s, than[1])[what]
                     for s in range(seeds)])  # fmt: skip


@pytest.mark.parametrize("what", ["trust", "spend"])
@pytest.mark.parametrize(
    ("better", "worse"),
    [(("none", 0.0), ("none", OFTEN)), (("safe", OFTEN), ("none", OFTEN)),
     (("open", OFTEN), ("none", OFTEN))],
)  # fmt: skip
def test_breaches_cost_trust_and_spend_and_care_spares_part_of_it(what, better, worse) -> None:
    """Same luck, same weeks: security averts breaches, openness softens those that happen."""
    gain = _more(what, better, worse)
    t = gain.mean() / (gain.std(ddof=1) / np.sqrt(gain.size))
    assert t > stats.t.isf(0.01, gain.size - 1), gain  # shown at the 1 % level


def test_security_averts_its_share_of_breaches_and_openness_none() -> None:
    seeds = range(8)
    happened = {name: sum(_year(name, s, OFTEN)["breaches"] for s in seeds)
                for name in ("none", "safe", "open")}  # fmt: skip
    assert happened["open"] == happened["none"] > 20
    assert 0 < happened["safe"] < happened["none"]
    # Thinned on the same luck: each breach is kept with a chance of at least 1 - protection_most.
    kept = stats.binomtest(
        happened["safe"], happened["none"], 1 - P["protection_most"], alternative="less"
    )
    assert kept.pvalue > FALSE_ALARM


def test_where_breaches_never_happen_security_changes_nothing() -> None:
    assert not _more("spend", ("safe", 0.0), ("none", 0.0), 2).any()


# -- openness ------------------------------------------------------------------------------------------
def test_openness_builds_over_a_quarter_and_counts_knowing_and_deciding_alike() -> None:
    level = {}
    for settings in ({"transparency": 1.0}, {"control": 1.0}, {"transparency": 1, "control": 1}):
        model = world(plays=stewardship(**settings), n=200, weeks=26)
        path = []
        while model.week < 26:
            model.step()
            path.append(model.state.firm.capability.openness)
        level["+".join(settings)] = path
    one, other, both = level.values()
    assert one == other
    assert np.array(both) == pytest.approx(2 * np.array(one))
    assert both[3] < 0.35 and 0.8 < both[-1] < 1.0


def test_openness_earns_trust_most_from_those_who_mind_and_only_a_little() -> None:
    on, off = (
        world(plays=p, n=2_000, weeks=104, start="posterior", breaches_per_year=0.0).run()
        for p in (stewardship(transparency=1.0, control=1.0), DO_NOTHING)
    )
    kept = on.customers.columns["kept"] & off.customers.columns["kept"]
    gain = (on.customers.columns["trust"] - off.customers.columns["trust"])[kept]
    minds = on.customers.columns["data_concern"][kept]
    assert 0.05 < np.median(gain) < 0.4
    assert gain[minds > 0.8].mean() > 2 * gain[minds < 0.2].mean() > 0
    assert on.weekly["trips"].sum() < 1.02 * off.weekly["trips"].sum()


def test_work_on_data_is_paid_by_the_customer_and_openness_by_the_firm() -> None:
    settings = {"cleaning_hours": 7.0, "security_hours": 3.0, "control": 0.5}
    model = world(plays=stewardship(**settings), n=500, weeks=3).run()
    weekly = model.weekly.groupby("week")[["cost.data_stewardship", "n_active"]].sum()
    wage = model.market["wage_per_hour"]
    requests = 0.5 * P["requests"] / WEEKS_A_YEAR * model.market["handling_minutes"] / 60
    fixed = bill(0.25 * P["openness_hours"], model.market, "analyst") / model.scale
    expected = weekly["n_active"] * requests * wage + fixed
    for hours, role in ((7.0, "analyst"), (3.0, "engineer")):
        firm = weekly["n_active"] * model.scale * hours / 10_000
        expected += [bill(one, model.market, role) / model.scale for one in firm]
    np.testing.assert_allclose(weekly["cost.data_stewardship"], expected, rtol=0.02)


def test_requests_of_customers_about_their_data_are_answered_at_a_wage() -> None:
    model = world(plays=stewardship(control=1.0), n=500, weeks=1)
    there = int(model.state.lever_view().customers.sum())
    paid = model.run().weekly["cost.data_stewardship"].sum()
    hours = there * P["requests"] / WEEKS_A_YEAR * model.market["handling_minutes"] / 60
    fixed = bill(0.5 * P["openness_hours"], model.market, "analyst") / model.scale
    assert paid == pytest.approx(hours * model.market["wage_per_hour"] + fixed, rel=1e-9)


def _able(**settings: float):
    """The firm's capability after ten years, when all that is built has settled."""
    model = world(
        plays=stewardship(**settings), n=50, weeks=520, shared=True, breaches_per_year=0.0
    )
    return model.run().state.firm.capability


def test_awareness_averts_part_of_what_security_leaves_and_backups_avert_nothing() -> None:
    half, most = P["awareness_half_hours"], P["awareness_most"]
    seen_through = _able(awareness_hours=half).protection
    assert seen_through == pytest.approx(most / 2)
    secured = _able(security_hours=P["security_half_hours"]).protection
    both = _able(awareness_hours=half, security_hours=P["security_half_hours"]).protection
    assert both == pytest.approx(1 - (1 - secured) * (1 - seen_through))
    assert _able(backups=1.0).protection == 0.0


def test_backups_end_the_harm_of_a_breach_sooner_and_leave_its_first_week_alone() -> None:
    half = load_parameters().values("market_life")["breach_half_life_weeks"]
    left = {}
    for name, settings in (("with", {"backups": 1.0}), ("without", {})):
        often = 10.0  # a year, so that some come after backups are rehearsed
        model = world(
            plays=stewardship(**settings), n=50, weeks=156, shared=True, breaches_per_year=often
        )
        path = []
        model.run(lambda _, m=model, p=path: p.append(m.state.firm.capability.breach_left))
        left[name] = np.array(path)
    fell = left["with"][105:] / left["with"][104:-1]
    quiet = left["without"][105:] < left["without"][104:-1]  # no breach in these weeks
    assert quiet.sum() > 10
    spared = P["backup_shortens"] * (1 - (1 - 1 / P["stewardship_build_weeks"]) ** 104)
    np.testing.assert_allclose(fell[quiet], 2 ** (-1 / (half * (1 - spared))), rtol=1e-3)
    came = np.diff(left["with"], prepend=0.0) > 0
    np.testing.assert_array_equal(came, np.diff(left["without"], prepend=0.0) > 0)


def test_awareness_is_paid_for_every_employee_and_backups_for_every_record() -> None:
    model = world(plays=stewardship(awareness_hours=26.0), n=400, weeks=3, shared=True).run()
    weekly = model.weekly.groupby("week")[["cost.data_stewardship", "n_active"]].sum()
    wage = model.market["wage_per_hour"] * model.market["staff_per_1000_customers"] / 1000
    each = weekly["cost.data_stewardship"] / weekly["n_active"]
    np.testing.assert_allclose(each, 26 / WEEKS_A_YEAR * wage, rtol=0.02)
    kept = world(plays=stewardship(backups=1.0), n=400, weeks=3, shared=True).run()
    assert kept.weekly["cost.data_stewardship"].sum() > 0
