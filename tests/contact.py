"""A week with a play of personalisation, and what it adds to the outcomes."""

import numpy as np

from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.strategies import Play
from tests.worlds import strategy
from tests.worlds import unvalued_world as world


def contact(**settings: float) -> LoyaltyModel:
    """A grocer's week with one play, about to be carried out."""
    known = ("market", "execution", "data_quality", "usual_messages", "usual_matching")
    options = {name: settings.pop(name) for name in known if name in settings}
    play = Play(lever="personalisation", settings=settings, owner="market")
    model = world(plays=strategy(play), n=3_000, weeks=20, start="posterior", **options)
    model.step()
    return model


def terms(model: LoyaltyModel, openness: float = 0.0) -> dict[str, np.ndarray]:
    """What the lever adds this week."""
    week, mechanism = model.state.lever_view(), model.state.levers.in_use[0]
    week.firm.openness = openness
    return mechanism.effects(
        week, model.last_week.plays["personalisation"], model.state.own(mechanism)
    )
