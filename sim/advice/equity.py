"""What a run is worth to the firm."""

from sim.measures.definitions import MEASURES
from sim.measures.weekly import TOTAL, columns_by_segment
from sim.model.loyalty_model import LoyaltyModel

_EQUITY = MEASURES["customer_equity"]


def customer_equity(lives: list[tuple[float, LoyaltyModel]]) -> float:
    """Return the customer equity of a run that is over, money of the firm.

    Parameters
    ----------
    lives : list of (float, LoyaltyModel)
        As `sim.model.rare_events.run_lives` gives them: of two, what is expected of both counts.
    """
    model = lives[0][1]
    discount = model.market.weekly_discount
    parts = [
        (chance, columns_by_segment(life.state.recorder.columns())[TOTAL]) for chance, life in lives
    ]
    return model.scale * sum(chance * _EQUITY.function(each, discount) for chance, each in parts)
