"""A play for prospects alone acts on them, or is refused with what does.

Serves: C3.4 C2.1
"""

from collections.abc import Iterator

import pandas as pd
import pytest

from sim.advice.search.candidates import preset_of, variants_of
from sim.common.errors import InputError
from sim.levers import BY_NAME
from sim.model.reviews import changes
from sim.playbook.pages import load_page
from sim.playbook.reviews import Rule
from sim.playbook.settings import resolve
from sim.playbook.strategies import Play, Strategy
from sim.playbook.strategy_files import as_strategy
from tests.worlds import strategy
from tests.worlds import unvalued_world as world

#: What a run notes that is no effect: what is paid, and terms of purchases, which prospects do not make.
#: Terms of joining and of talk count: they act, whether or not this luck shows it.
NO_EFFECTS = ("cost.", "acquisition_cost", "term.purchase.", "exposed.")
#: Segments move nothing but what plays for them do.
BESIDE = {
    "segmentation": (
        Play(lever="service_quality", preset="trained_and_staffed", audience="potential"),
    )
}
#: A setting alone, at half of its range; what another is needed for stands beside it.
NEEDED = dict.fromkeys(("by_potential", "by_ties"), {"rescore_weeks": 13, "by_value": 0})
PRESETS = [
    (lever, name)
    for lever, mechanism in BY_NAME.items()
    for name, preset in load_page(lever).presets.items()
    if not mechanism.changes_the_firm(preset.settings)
]
DECLARED = [(lever, name) for lever, one in BY_NAME.items() for name in one.for_prospects]


def weeks_of(*plays: Play) -> pd.DataFrame:
    """The weeks of a firm whose customers nearly all join anew within a year."""
    plan = resolve(strategy(*plays), "test")
    return (
        world("grocery", plan, 800, 30, 1, "posterior", shared=True, inflow_per_year=0.9)
        .run()
        .weekly
    )


def moved(play: Play) -> set[str]:
    """The columns that a play moves beside its cost, on the same luck."""
    beside = BESIDE.get(play.lever, ())
    acting, usual = weeks_of(*beside, play).align(weeks_of(*beside), fill_value=0.0)
    differs = (acting != usual).any()
    return {name for name in differs[differs].index if not name.startswith(NO_EFFECTS)}


def is_refused(play: Play) -> bool:
    try:
        as_strategy(Strategy(name="trial", plays=[play]))
    except InputError:
        return True
    return False


def _some(of: list[tuple[str, str]]) -> Iterator:
    """Two presets of each lever in every run of the tests, the others in the larger form."""
    seen = dict.fromkeys(BY_NAME, 0)
    for lever, name in of:
        seen[lever] += 1
        yield pytest.param(lever, name, marks=[pytest.mark.slow] if seen[lever] > 2 else [])


@pytest.mark.parametrize(("lever", "preset"), [*_some(PRESETS)])
def test_a_preset_for_prospects_moves_something_or_is_refused(lever: str, preset: str) -> None:
    play = Play(lever=lever, preset=preset, audience="prospect")
    assert is_refused(play) != bool(moved(play))


@pytest.mark.parametrize(("lever", "setting"), DECLARED)
def test_a_setting_that_is_said_to_act_on_prospects_does(lever: str, setting: str) -> None:
    field = BY_NAME[lever].Settings.model_fields[setting]
    most = next(bound.le for bound in field.metadata if hasattr(bound, "le"))
    settings = {setting: most / 2} | NEEDED.get(setting, {})
    assert moved(Play(lever=lever, settings=settings, audience="prospect"))


@pytest.mark.parametrize(
    ("lever", "settings"),
    [
        ("pricing", {"price_cut": 0.1}),
        ("incentives", {"discount": 0.1}),
        ("incentives", {"promotion": 0.2}),
    ],
)
def test_a_lower_price_for_prospects_is_refused_and_the_welcome_is_named(lever, settings) -> None:
    play = Play(lever=lever, settings=settings, audience="prospect")
    with pytest.raises(InputError, match=r"plays\.0\.audience: .*incentives welcome, samples"):
        as_strategy(Strategy(name="trial", plays=[play]))


def test_a_search_tries_no_play_for_prospects_that_does_nothing() -> None:
    tried = {
        name: variants_of(preset_of(f"incentives:{name}"))
        for name in ("members_discount", "samples_for_prospects")
    }
    for_them = [
        name for name, plays in tried.items() if any(x.audience == "prospect" for x in plays)
    ]
    assert for_them == ["samples_for_prospects"]


def test_a_review_turns_no_play_to_prospects_on_whom_it_does_nothing() -> None:
    turned = Rule(when="loses", do="retarget", audience="prospect")
    for settings, fits in (({"discount": 0.1}, False), ({"discount": 0.1, "samples": 1.0}, True)):
        play = Play(lever="incentives", settings=settings)
        run = world("grocery", resolve(strategy(play), "test"), 100, 4).state
        assert changes.fits(run, play.key, turned, 2) == fits


def test_a_prospect_has_nothing_to_unlearn() -> None:
    """Whoever joined soon after a release that nobody noticed had to learn it as customers do."""
    play = Play(lever="iteration", settings={"release_weeks": 4, "size": 1.0}, audience="prospect")
    model = world("grocery", resolve(strategy(play), "test"), 200, 8).run()
    assert not model.state.people["unlearnt"].any()
