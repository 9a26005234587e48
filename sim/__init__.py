"""The loyalty workbench: an agent-based model of customers under strategy choices.

All that a notebook or a script needs is imported from here::

    from sim import Play, Strategy, compare, load_market

    market = load_market("grocery")
    rewards = Play(lever="incentives", preset="points_programme")
    result = compare(market, [Strategy(name="rewards", plays=[rewards]), "service_first"])
    result.gains
    result.plot_gains()

`compare` tries strategies in many futures, the same for all, `run` one of them once, beside doing
nothing, `made_of` says what the gain of one is made of, `explain` what each play of a compared plan is
worth, and `optimise` finds the best plan for a budget;
their results hold pandas frames and draw matplotlib figures; `simulate_log` gives a run's purchase log,
`survey` asks a run's customers, and `random_firms` makes firms in which correlations can be measured.
`LoyaltyModel` is the Mesa model itself.
Names are loaded when they are first used, so that ``import sim`` takes no time.
"""

import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.common.version import __version__ as __version__

if TYPE_CHECKING:
    from sim.common.errors import InputError as InputError
    from sim.market.market import Market as Market
    from sim.market.market import load_market as load_market
    from sim.market.places import market_names as market_names
    from sim.model.firm import Channel as Channel
    from sim.model.firm import Department as Department
    from sim.model.firm import Rival as Rival
    from sim.model.loyalty_model import LoyaltyModel as LoyaltyModel
    from sim.model.scenario import Scenario as Scenario
    from sim.playbook.strategies import Play as Play
    from sim.playbook.strategies import Strategy as Strategy
    from sim.playbook.strategy_files import load_strategy as load_strategy
    from sim.playbook.strategy_places import strategy_names as strategy_names
    from sim.workbench.comparison import Comparison as Comparison
    from sim.workbench.comparison import compare as compare
    from sim.workbench.comparison import read_comparison as read_comparison
    from sim.workbench.explained import Explained as Explained
    from sim.workbench.explained import explain as explain
    from sim.workbench.frame import Frame as Frame
    from sim.workbench.instruments import RandomFirms as RandomFirms
    from sim.workbench.instruments import random_firms as random_firms
    from sim.workbench.instruments import survey as survey
    from sim.workbench.levers import lever_names as lever_names
    from sim.workbench.levers import presets as presets
    from sim.workbench.log import LogDescription as LogDescription
    from sim.workbench.log import describe_log as describe_log
    from sim.workbench.made_of import MadeOf as MadeOf
    from sim.workbench.made_of import made_of as made_of
    from sim.workbench.one_run import Run as Run
    from sim.workbench.one_run import run as run
    from sim.workbench.plans import size as size
    from sim.workbench.search import Optimum as Optimum
    from sim.workbench.search import optimise as optimise
    from sim.workbench.simulated_log import simulate_log as simulate_log
    from sim.workbench.validation import Validation as Validation
    from sim.workbench.validation import read_validation as read_validation
    from sim.workbench.validation import validate as validate


#: Where each name of the interface lives.
_HOMES = {
    "sim.common.errors": ("InputError",),
    "sim.market.market": ("Market", "load_market"),
    "sim.market.places": ("market_names",),
    "sim.model.firm": ("Channel", "Department", "Rival"),
    "sim.model.loyalty_model": ("LoyaltyModel",),
    "sim.model.scenario": ("Scenario",),
    "sim.playbook.strategies": ("Play", "Strategy"),
    "sim.playbook.strategy_files": ("load_strategy",),
    "sim.playbook.strategy_places": ("strategy_names",),
    "sim.workbench.comparison": ("Comparison", "compare", "read_comparison"),
    "sim.workbench.explained": ("Explained", "explain"),
    "sim.workbench.frame": ("Frame",),
    "sim.workbench.instruments": ("RandomFirms", "random_firms", "survey"),
    "sim.workbench.levers": ("lever_names", "presets"),
    "sim.workbench.log": ("LogDescription", "describe_log"),
    "sim.workbench.made_of": ("MadeOf", "made_of"),
    "sim.workbench.one_run": ("Run", "run"),
    "sim.workbench.plans": ("size",),
    "sim.workbench.search": ("Optimum", "optimise"),
    "sim.workbench.simulated_log": ("simulate_log",),
    "sim.workbench.validation": ("Validation", "read_validation", "validate"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)  # noqa: PLE0605 - one list of names, above


def __getattr__(name: str) -> Any:
    """Load a name of the interface when it is first asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with warnings.catch_warnings():
        # Mesa loads a progress bar, which asks for widgets when it finds itself in a notebook.
        warnings.filterwarnings("ignore", message="IProgress not found")
        found = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return the names of the interface."""
    return [*__all__, "__version__"]
