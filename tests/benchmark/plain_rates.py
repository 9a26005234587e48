"""A person whose rate of buying moves, in a market that says so: drift, redraws and pauses."""

from math import exp, factorial, sqrt

from tests.benchmark import plain_rules as rules
from tests.benchmark.plain_person import ACTIVE, Person


class Mover(Person):
    """A person who may have another rate each week, or pause."""

    def move_rate(self) -> None:
        """Let the own rate drift or be drawn anew, and pauses begin or end, where rates move."""
        m = self.model.market
        if "rate_drift" not in m or self.status != ACTIVE:
            return
        own, elsewhere = self._rates()
        buys = 0.0 if self.pausing else self._chance_to_buy(own)
        self.usual_habit += (buys - self.usual_habit) / self.model.life.habit_memory_weeks
        luck, begin, end = self.luck("rate moves"), self.pause_rate, m.get("pause_return", 0.0)
        turned = (1 - exp(-(begin + end))) / (begin + end) if begin + end > 0 else 0.0
        drift = m["rate_drift"]
        moved = own * exp(sqrt(drift) * rules.normal(self.luck("rate drift")) - drift / 2)
        self._take_rate(min(moved, max(own, 12.0)), elsewhere)
        if self.pausing and luck < end * turned:
            self.pausing, self.purchase_phase = False, 0
            self._take_fresh_rate(elsewhere)
        elif not self.pausing and begin and luck >= 1 - begin * turned:
            self.pausing = True
        elif not self.pausing and luck >= exp(-(begin + m["rate_redraw"])):
            self._take_fresh_rate(elsewhere)

    def visits(self, rate: float) -> int:
        """This week's purchases: by chance, or at regular intervals where the market says so."""
        phases = int(self.model.market.get("purchase_phases", 1))
        passed = self.purchase_phase + rules.poisson(self.luck("trips"), phases * rate)
        self.purchase_phase = passed % phases
        return passed // phases

    def _chance_to_buy(self, rate: float) -> float:
        phases = int(self.model.market.get("purchase_phases", 1))
        mean = phases * rate
        so_many = [exp(-mean) * mean**k / factorial(k) for k in range(phases)]
        return sum(1 - sum(so_many[:j]) for j in range(1, phases + 1)) / phases

    def _rates(self) -> tuple[float, float]:
        own = self.category_rate * self.base_share
        return own, self.category_rate - own

    def _take_fresh_rate(self, elsewhere: float, over_customers: float = 1.0) -> None:
        """Draw the own rate anew, with a mean of so many times that of customers."""
        m = self.model.market
        shape = m["purchase_shape"] * over_customers
        fresh = rules.gamma(self.luck("fresh rate"), shape, rules.alpha_ahead(m))
        self._take_rate(min(fresh, 12.0), elsewhere)

    def _take_rate(self, own: float, elsewhere: float) -> None:
        self.category_rate = own + elsewhere
        self.base_share = min(max(own / self.category_rate, 1e-9), 1 - 1e-9)

    def _renews(self) -> bool:
        """Have the rate of a newcomer after leaving, where rates move."""
        m = self.model.market
        if "rate_drift" not in m:
            return False
        self._take_fresh_rate(self._rates()[1], m.get("newcomer_purchases", 1.0))
        self.usual_habit = self._chance_to_buy(self._rates()[0])
        return True
