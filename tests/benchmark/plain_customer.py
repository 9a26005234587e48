"""One customer as one Mesa agent: the week as this person lives it."""

from math import exp, expm1, floor, log, sqrt
from typing import Any

from tests.benchmark import plain_rules as rules
from tests.benchmark.plain_person import (
    ACTIVE,
    HIGH_VALUE,
    LAPSED,
    ORDINARY,
    POTENTIAL,
    PROSPECT,
)
from tests.benchmark.plain_rates import Mover

_AUDIENCES = {"high_value": HIGH_VALUE, "potential": POTENTIAL, "ordinary": ORDINARY}


class Customer(Mover):
    """A person who lives: each method is this person's part of a week."""

    # -- what the firm does -----------------------------------------------------------------------
    def be_reached(self, play: Any, level: float) -> None:
        """Effort of a play: its level for its audience; strength: the part that is carried out."""
        reached = level > 0 and self.is_seen_as_customer()
        if play.audience != "everyone":
            reached = reached and self.segment == _AUDIENCES[play.audience]
        if play.reach < 1:
            luck = self.model.lifelong_luck(f"reach {play.key}")[self.row]
            reached = reached and luck < play.reach
        self.effort[play.key] = level if reached else 0.0
        self.strength[play.key] = self.effort[play.key] * self.model.market["execution"]

    def is_seen_as_customer(self) -> bool:
        """Whether the firm has not given this person up: six usual gaps and a quarter of silence."""
        if self.status == PROSPECT:
            return False
        gone = self.model.week - max(self.week_lapsed, 0) if self.status == LAPSED else 0
        silent = self.tenure - self.recency + gone
        return silent <= max(6 * (self.tenure / (self.frequency + 1)), 13)

    def spend_on_record(self) -> float:
        error = self.model.parameters["segmentation"].seen_error
        return self.recent_spend * exp(error * rules.normal(self.luck("seen spend")))

    def build_service(self, plays: list[tuple[Any, float]]) -> None:
        """Delivered quality moves towards what training and staff make possible."""
        target = sum(self.strength[play.key] * quality for play, quality in plays)
        weeks = self.model.parameters["service_quality"].quality_build_weeks
        self.service_level += (target - self.service_level) / weeks

    def consider_programme(self, plays: list[Any]) -> None:
        """Leave with the firm, join if it is worth it, and feel the pull of the next reward."""
        model, p = self.model, self.model.parameters["incentives"]
        self.expired_face = 0.0
        if self.enrolled and self.status != ACTIVE:
            self.expired_face = self.points * self.point_value
            self.enrolled, self.points = False, 0.0
        offered = sum(self.strength[play.key] for play in plays)
        if not self.enrolled and self.status == ACTIVE:
            luck = model.lifelong_luck("enrolment")[self.row]
            if luck < offered * self.willingness:
                self.enrolled, self.week_enrolled = True, model.week
        pull = 0.0
        for play in plays:
            strength, settings = self.strength[play.key], model.settings[play.key]
            if strength > 0 and self.enrolled:
                goal = settings.reward_trips * model.mean_trip_spend
                room = rules.headroom(self.usual_rate, goal / self.mean_spend / p.goal_weeks)
                fade = 2 ** (-(model.week - self.week_enrolled) / p.half_life_weeks)
                lift = model.room_lift * rules.generosity(settings.rebate, p.reference_rebate)
                lift += model.goal_pull * min(self.points / goal, 1.0)
                pull += strength * room * fade * lift
        self.terms = pull / (1 - model.share_behind_a_trip)

    # -- what the customer does -------------------------------------------------------------------
    def live(self) -> None:
        """Leave or stay, and buy while staying."""
        if self.status != ACTIVE:
            self.recent_spend *= 1 - 1 / rules.WEEKS_A_YEAR
            return
        model, life = self.model, self.model.life
        felt = life.satisfaction_on_churn * self.satisfaction
        trusted = life.trust_on_churn * self.trust
        self.note("term.churn.offset", model.offsets["churn"])
        self.note("term.churn.satisfaction", felt)
        self.note("term.churn.trust", trusted)
        self.note("exposed.churn")
        terms = model.offsets["churn"] + felt + trusted
        hazard = rules.hazard(self.drop_out_rate, terms, model.market["removable_drop_out"])
        stays = min(1.0, -log(self.luck("drop-out")) / max(hazard, 1e-300))
        if stays < 1:
            self.status, self.week_lapsed, self.kept = LAPSED, model.week, False
            self.note("new_dropped_out")
        self._buy(stays)

    def _buy(self, stays: float) -> None:
        model, life = self.model, self.model.life
        felt = life.satisfaction_on_purchase * self.satisfaction
        used_to = life.habit_on_purchase * (self.habit - self.usual_habit)
        trusted = life.trust_on_purchase * self.trust
        self.note("term.purchase.offset", model.offsets["purchase"])
        self.note("term.purchase.satisfaction", felt)
        self.note("term.purchase.habit", used_to)
        self.note("term.purchase.trust", trusted)
        if "incentives" in model.levers:
            self.note("term.purchase.incentives", self.terms)
        self.note("exposed.purchase")
        eta = rules.logit(self.base_share) + model.offsets["purchase"] + felt + used_to + trusted
        eta += self.terms + model.rivals_term
        self.note("term.purchase.rivals", model.rivals_term)
        share = rules.expit(eta)
        category = 0.0 if self.pausing else self.category_rate * model.season * stays
        self.trips = self.visits(category * share)
        rival = rules.poisson(self.luck("rival trips"), category * (1 - share))
        self.note("rival_trips", rival)
        self.note("rival_spend", rival * self.mean_spend)
        self.tenure += 1
        self.recent_spend *= 1 - 1 / rules.WEEKS_A_YEAR
        if self.trips:
            self.note("exposed.spend")
            self.spend = self.mean_spend * self._amounts("spend", self.trips)
            self.recent_spend += self.spend
            before = self.frequency
            self.frequency = before + self.trips
            self.monetary_value = (self.monetary_value * before + self.spend) / self.frequency
            self.recency = self.tenure

    def meet_failures(self) -> None:
        """Failures, complaints and questions of this week's encounters."""
        if not self.trips:
            return
        model, life = self.model, self.model.life
        averted = automation = 0.0
        for play in model.levers.get("service_quality", []):
            averted += self.strength[play.key] * model.settings[play.key].proactive
            automation += self.strength[play.key] * model.settings[play.key].automation
        first, last = (model.market[f"failure_share_{at}"] for at in ("at_purchase", "after_sale"))
        left = {"failures_at_purchase": first, "failures_after_sale": last}
        left["failures_in_use"] = (1 - first - last) * (1 - min(averted, 1.0))
        chance = model.market["failures_per_trip"] * sum(left.values())
        self.failed = rules.binomial(self.luck("failures"), self.trips, chance)
        self.complained = rules.binomial(self.luck("complaints"), self.failed, life.complaint_share)
        for place in left:
            self.note(place, self.failed * left[place] / sum(left.values()))
        self.note("n_complaints", self.complained)
        asked = rules.binomial(self.luck("contacts"), self.trips, model.market["contacts_per_trip"])
        self.automated = asked * min(automation, 1.0)
        self.at_desk = self.complained + asked - self.automated
        model.contacts += self.at_desk
        by_hand = model.market["contacts_per_trip"] * (1 - min(automation, 1.0))
        model.expected_contacts += self.trips * (by_hand + chance * life.complaint_share)

    def feel(self) -> None:
        """Take in the week's encounters, and perhaps answer the survey."""
        model, life, feelings = self.model, self.model.life, self.model.feelings
        self.trust *= 2 ** (-1 / life.trust_half_life_weeks)
        self.habit *= 1 - 1 / life.habit_memory_weeks
        if not self.trips:
            return
        self.habit += 1 / life.habit_memory_weeks
        n, usual = self.trips, feelings.wait_harm(model.desk.usual_wait)
        waited = self.at_desk * (feelings.wait_harm(model.wait) - usual)
        machine = self.automated * (model.automation_quality - usual)
        kept_wrong = self.failed - life.failure_recovered * self.complained
        harm = life.failure_damage * kept_wrong
        self.trust += life.trust_damage * (n * feelings.usual_failures_kept - kept_wrong)
        quality = (
            self.suitability + feelings.saturated(self.service_level) + feelings.usual_failure_harm
        )
        quality += rules.normal(self.luck("encounter")) / sqrt(n) + (waited + machine - harm) / n
        self.satisfaction, self.will_expectation = feelings.after(
            self.satisfaction, self.will_expectation, quality, n, self.frequency - n
        )
        self.note("n_failures", self.failed)
        self.note("n_contacts", self.at_desk + self.automated)
        self.note("wait_minutes", self.at_desk * model.wait)
        answers = rules.expit(
            life.survey_intercept + life.survey_extremity * abs(self.satisfaction)
        )
        if self.luck("survey") < model.market["survey_share"] * answers:
            noise = life.survey_noise * rules.normal(self.luck("survey answer"))
            said = self.satisfaction + noise
            self.note("n_surveyed")
            self.note("n_satisfied", said > life.csat_threshold)
            self.note("n_promoter", said > life.promoter_threshold)
            self.note("n_detractor", said < life.detractor_threshold)

    def talk(self) -> None:
        """Tell one's listeners; what they make of it comes after everybody has talked."""
        if self.status != ACTIVE:
            return
        self.note("exposed.talk")
        life, people = self.model.life, self.model.people
        if self.luck("talk") >= min(1.0, life.talk_rate * self.talkativeness):
            return
        chance = rules.expit(life.talk_intercept + life.talk_slope * self.satisfaction)
        praises = self.luck("praise") < chance
        self.note("n_positive_talk" if praises else "n_negative_talk")
        for listener in self.listeners:
            if praises:
                people[listener].praise_now += 1
            else:
                people[listener].blame_now += 1

    def listen(self) -> None:
        kept = 1 - 1 / self.model.life.talk_memory_weeks
        self.praise_heard = self.praise_heard * kept + self.praise_now
        self.blame_heard = self.blame_heard * kept + self.blame_now
        self.praise_now = self.blame_now = 0

    def come_and_go(self) -> None:
        """Join as a prospect; come back, or come to rest, as one who had left before this week."""
        model = self.model
        if self.status == PROSPECT and self._joins():
            self.status, self.referred = ACTIVE, False
            self.tenure = self.recency = self.monetary_value = 0.0
            self.frequency = 0
            self.note("new_joined")
            self._begin()
            self._first_trip()
        elif self.status == LAPSED and self.week_lapsed < model.week:
            if self.luck("come back") < -expm1(-model.winback):
                self.status = ACTIVE
                self.note("new_won_back")
                if self._renews():
                    self._begin()
                    return
                self._begin()
                self._first_trip()
                self.recency = self.tenure
                paid = self.monetary_value * self.frequency + self.spend
                self.frequency += 1
                self.monetary_value = paid / self.frequency
            elif model.week - self.week_lapsed >= rules.WEEKS_A_YEAR:
                self.status = PROSPECT
                self.note("new_returned")
                self._renews()

    def _begin(self) -> None:
        self.trust, self.habit, self.purchase_phase = 0.0, self.usual_habit, 0

    def _joins(self) -> bool:
        model = self.model
        factor, told_share = model.talk_factor(self)
        self.note("term.join.word_of_mouth", factor - 1)
        self.note("exposed.join")
        hazard = model.joining_hazard * factor
        joins = self.luck("join") < -expm1(-hazard)
        if joins and self.luck("reason to join") < told_share:
            self.note("new_by_talk")
        elif joins:
            self.note("acquisition_cost", model.cost_of_winning)
        return joins

    def _first_trip(self) -> None:
        self.trips, self.spend = 1, self.mean_spend * self._amounts("first spend", 1)
        self.recent_spend += self.spend

    def _amounts(self, decision: str, trips: int) -> float:
        """What some trips cost together, in mean spends of this customer."""
        values = self.model.market
        if "spend_shape" in values:
            shape = values["spend_shape"]
            return rules.gamma_sum(self.luck(decision), trips, shape) / shape
        names = [decision, *(f"{decision} of purchase {k}" for k in range(2, trips + 1))]
        spread = values["spend_spread_within"]
        scores = [rules.normal(self.luck(name)) for name in names]
        return sum(exp(spread * score - spread**2 / 2) for score in scores)

    # -- the books --------------------------------------------------------------------------------
    def collect_points(self, plays: list[Any]) -> None:
        """A point per unit of currency; a full card becomes a reward, as often as it is full."""
        self.reward_face = self.earned_face = 0.0
        for index, play in enumerate(plays):
            if not (self.enrolled and self.strength[play.key] > 0 and self.trips):
                continue
            settings = self.model.settings[play.key]
            goal = settings.reward_trips * self.model.mean_trip_spend
            self.earned_face = self.spend * settings.rebate
            face = self.points * self.point_value + self.earned_face
            points = self.points + self.spend
            self.point_value, self.point_play = face / points, index
            full = floor(points / goal)
            self.points = points - full * goal
            self.reward_face = full * goal * self.point_value

    def record(self) -> None:
        """What counts of this person at the end of the week."""
        if self.trips:
            self.note("trips", self.trips)
            self.note("spend", self.spend)
            self.note("margin", self.spend * self.model.market["gross_margin"])
        self.note(("n_prospect", "n_active", "n_lapsed")[self.status])
        self.note("n_start_active", self.kept)
        self.note("n_start", self.n_start)
        if self.status == ACTIVE:
            self.note("n_bought_12w", self.tenure - self.recency < 12)
            self.note("satisfaction_sum", self.satisfaction)
