"""Strategies that no page of the playbook has."""

from sim.levers import BY_NAME
from sim.playbook.pages import load_page
from sim.playbook.settings import resolve
from sim.playbook.strategies import Play, Strategy


def all_levers() -> Strategy:
    """Every lever of the playbook at once, each as its page's first preset, for everyone."""
    plays = [Play(lever=name, preset=next(iter(load_page(name).presets))) for name in BY_NAME]
    chosen = Strategy(name="all_levers", title="", summary="", plays=plays)
    return resolve(chosen, "the benchmark")
