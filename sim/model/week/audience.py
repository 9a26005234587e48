"""Whom a play reaches: everyone whom the firm sees as a customer, value segments, and stages of life.

Nobody tells a firm who has left (`sim.world.customer_stage`): a play for everyone, or for a segment, is
for all whom it does not see as lost, and is paid for in full. It does nothing to those who have left
unseen but what wins some of them back.
"""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.levers.base import Week
from sim.world.customer_stage import STAGES
from sim.world.population import ACTIVE, VALUE_SEGMENTS


class Audiences:
    """Who is in which audience in a week.

    Parameters
    ----------
    week : Week
        As levers see it, before any of them acts.
    """

    def __init__(self, week: Week) -> None:
        self.week = week

    @cached_property
    def customer_rows(self) -> NDArray[np.int64]:
        """Return the rows of those whom the firm sees as its customers."""
        return np.flatnonzero(self.week.customers)

    @cached_property
    def shoppers(self) -> NDArray[np.bool_]:
        """Return who is a customer, whatever the firm thinks: what hangs on the shelf is for them too."""
        return self.week.customers | (self.week.people["status"] == ACTIVE)

    def of(self, name: str, on_the_shelf: bool = False) -> NDArray[np.bool_]:
        """Return who is in an audience.

        Parameters
        ----------
        name : str
            everyone (all customers in the firm's eyes), a segment of them, or a stage.
        on_the_shelf : bool
            Whether everyone includes customers whom the firm takes for lost, as its prices do.

        Returns
        -------
        ndarray of bool, shape (people,)
        """
        if name == "everyone":
            return self.shoppers if on_the_shelf else self.week.customers
        if name in VALUE_SEGMENTS:
            segment = VALUE_SEGMENTS.index(name)
            return self.week.customers & (self.week.people["segment"] == segment)
        return self.week.stages == STAGES.index(name)
