"""What a search adds to a plan, and what it proposes."""

from sim.advice.search import refine as refining
from sim.advice.search.candidates import all_presets, limits_of, preset_of, strategy_of
from sim.advice.search.seek import FUTURES, Sought, build_up

PAYS = preset_of("cocreation:votes_only")


def test_no_play_is_added_that_adds_nothing():
    class Losing(Sought):
        """Every plan brings less, the more plays it has."""

        def play(self, plans, futures=FUTURES):
            return [(-float(len(plays)), 0.0) for plays in plans]

    queue = [(-1.0, PAYS), (-1.0, preset_of("segmentation:yearly_by_value"))]
    assert build_up(Losing(None, limits_of(1.0, 4, [], [], {}, 1.0, 104)), queue) == ()


def test_proposals_stay_within_what_each_play_can_be():
    class Highest:
        """Proposes the last of all that can be chosen."""

        def suggest_categorical(self, name, choices):
            return True if name.startswith("on") else choices[-1]

    limits = limits_of(1.0, 9, [], [], {}, 1.0, 104)
    sought = Sought(trials=None, limits=limits)
    for play in all_presets(limits):
        (one,) = refining._proposed(Highest(), (play,), sought)
        assert strategy_of([one]).plays
