"""A person of the plain model: traits, states and ties, and how luck comes and events are noted."""

from typing import TYPE_CHECKING, Any

import mesa

if TYPE_CHECKING:
    from tests.benchmark.plain_mesa import PlainModel

PROSPECT, ACTIVE, LAPSED = 0, 1, 2
HIGH_VALUE, POTENTIAL, ORDINARY = 0, 1, 2


class Person(mesa.Agent):
    """A person with traits, states and ties.

    Parameters
    ----------
    model : PlainModel
    row : int
        Whose luck is theirs.
    columns : dict
        Traits and states of the ordinary life at week 0.
    listeners : list of int
        Rows of those whom this person tells.
    """

    def __init__(
        self, model: "PlainModel", row: int, columns: dict[str, Any], listeners: list[int]
    ) -> None:
        super().__init__(model)
        self.row, self.listeners = row, listeners
        self.pausing, self.pause_rate, self.purchase_phase = False, 0.0, 0
        self.__dict__.update(columns)
        self.n_start = self.status == ACTIVE
        self.segment, self.service_level = ORDINARY, 0.0
        self.enrolled, self.week_enrolled, self.willingness = False, 0, 0.0
        self.points = self.point_value = 0.0
        self.point_play = 0
        self.reward_face = self.earned_face = self.expired_face = 0.0
        self.strength: dict[str, float] = {}
        self.effort: dict[str, float] = {}
        self.praise_now = self.blame_now = 0
        self.open_week()

    @property
    def usual_rate(self) -> float:
        """Trips a week when nothing is done, unless pausing."""
        return self.category_rate * self.base_share

    def luck(self, decision: str) -> float:
        return self.model.luck(decision)[self.row]

    def note(self, name: str, value: float = 1) -> None:
        self.model.note(name, self.row, value)

    def open_week(self) -> None:
        self.trips, self.spend, self.terms = 0, 0.0, 0.0
