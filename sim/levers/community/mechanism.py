r"""Community: members, belonging, hosts, contests and games, seeds of word of mouth, platforms.

*Joining.* Whoever gets an invitation, notices it and is no member joins with chance

    expit(a + b_z z_i + b_r z(log rate_i) + b_S S_i),

z being the score behind the number of people who hear somebody. So members are sociable, heavy and
satisfied buyers to begin with, and look better than others whatever the community does.

*Belonging* B moves slowly towards the chance that a member is there in a week,

    B_i += (a_i - B_i) / weeks,
    a_i = strength_i expit(c + c_z z_i + c_h hosts / (hosts + half) + c_p g(events + contests)),

g being 1 at one a month and levelling off. Without a play nobody is there and B fades.

*What it does.* A member's own sales change by `member_lift` x B / `usual_belonging` in log points: of two
studies one finds a lift that who joins explains in part, the other, randomised, nothing or a loss; they
are pooled, and the range includes a loss. Members talk more (log rate + `member_talk` B); what they say
follows their satisfaction as everybody's does. Where leaving is seen, friends' leaving counts more.

*Games* (`sim.levers.community.games`) add to the odds that a member is there.

*Seeds* have something to tell for some weeks: their rate of talking is 1 + extra e^(-dilution z) times
the usual. Hubs are chosen by a picture of people's contacts that is right only in part.

| symbol | name | unit | shape |
|---|---|---|---|
| B | `belonging` | share | (people,) |
| z | score behind the number of ties | SD | (people,) |
| S | `satisfaction` | SD | (people,) |
| a + b_z z + b_r z(log rate) | `eagerness` | 1 | (people,) |

On social platforms (`sim.levers.community.presence`) the firm posts, answers and buys reach.
Where a firm keeps a community already, all counts from there (`usual_community`).

Sources: manchanda2015, algesheimer2010 (members' sales), watts2007 (hubs), east2007 (praise and blame).
Known limits: no tone of its own, no talk inside the community; losers of contests are not put off
(wang2016), though who ranks low may be; a community of all customers has no rival communities.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from sim.common.calendar import MONTHS_A_YEAR, WEEKS_A_QUARTER, WEEKS_A_YEAR
from sim.common.random_numbers import Floats, normal
from sim.levers.base import ActivePlay, Cost, Delivery, Mechanism, Schema, Week
from sim.levers.community import games, presence, seeding, settings, usual_community
from sim.levers.messages import let_in
from sim.market.market import Market
from sim.world.population import ACTIVE, Column
from sim.world.staffing import price_of_hour
from sim.world.traits import rate_scores


class Community(Mechanism):
    """Customers who meet, and customers who are given something to tell."""

    name: ClassVar[str] = "community"
    Settings: ClassVar[type[Schema]] = settings.Settings
    Parameters: ClassVar[type[Schema]] = settings.Parameters
    columns: ClassVar[tuple[Column, ...]] = settings.COLUMNS
    build_hours: ClassVar[str] = "community_build_hours"
    upkeep_hours: ClassVar[str] = "platform_hours"
    buys_reach: ClassVar[bool] = True
    member_column: ClassVar[str] = "community_member"
    for_prospects: ClassVar[tuple[str, ...]] = (
        *("content", "moderation", "paid_reach", "influencers", "seeds"),
    )
    intensity_settings: ClassVar[tuple[str, ...]] = (
        *("hosts", "events", "contests", "seeds", "tasks"),
        *("content", "moderation", "paid_reach", "influencers"),
    )

    def begin(self, week: Week, own: dict[str, NDArray[Any]]) -> None:
        """Work out who would rather join: the sociable, and those who buy often."""
        p = self.parameters
        own["eagerness"][:] = p.join_intercept + p.join_sociable * week.sociability()
        own["eagerness"] += p.join_rate * rate_scores(week.people)
        if self.goes_on(week.market):
            hosts = week.market["usual_hosting"]
            usual = self._participation(week.sociability(), hosts, 0.0)
            usual_community.begin(week, own, usual, p)

    @classmethod
    def goes_on(cls, market: Market) -> bool:
        """Return whether the firm keeps a community already."""
        return usual_community.is_kept(market)

    def update(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Let people join and leave, let belonging grow or fade, and choose seeds."""
        gone = own["community_member"] & (week.people["status"] != ACTIVE)
        own["community_member"][gone] = False
        own["belonging"][gone] = 0.0
        ended = np.zeros(gone.size, dtype=bool)
        for play in plays:
            if play.settings.end_community:
                ended |= play.reached
        if self.goes_on(week.market):
            usual_community.update(week, ended, own)
        for play in plays:
            if play.settings.invitations > 0:
                self._join(week, play, own)
            if play.settings.seeds > 0 and week.number % WEEKS_A_QUARTER == 0:
                self._seed(week, play, own)
        member = np.flatnonzero(own["community_member"])
        sociable = week.sociability(member)
        without = np.where(ended[member], 0.0, own["usual_belonging_of"][member])
        there = without.copy()
        for play in plays:
            chosen = play.settings
            if not chosen.end_community:
                told = chosen.events + chosen.contests
                chance = self._participation(
                    sociable,
                    self._hosts(week, chosen),
                    told * let_in(week, self.name, "events", member),
                )
                if games.are_played(chosen):
                    chance = self._with_games(play, member, chance, own)
                there += play.strength * play.reached[member] * (chance - without)
        gap = there - own["belonging"][member]
        own["belonging"][member] += gap / self.parameters.belonging_weeks

    def effects(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> dict[str, Floats]:
        """Return what belonging does to purchases, and belonging and seeds to talk."""
        p, terms = self.parameters, {}
        belonging = own["belonging"] - own["belonging_as_usual"]
        if belonging.any():
            terms["purchase"] = self._lift(week, belonging)
            terms["talk"] = p.member_talk * belonging
        seeds = np.flatnonzero(week.number - own["week_seeded"] < p.seed_weeks)
        if seeds.size:
            talk = terms.get("talk", np.zeros(week.trips.size)).copy()
            talk[seeds] += seeding.seed_term(week.sociability(seeds), p.seed_talk, p.seed_dilution)
            terms["talk"] = talk
        return terms

    def deliver(
        self,
        week: Week,
        plays: Sequence[ActivePlay],
        own: Mapping[str, NDArray[Any]],
        delivery: Delivery,
    ) -> None:
        """Add invitations and announcements as messages, and what members make of friends' leaving."""
        member = own["community_member"]
        for play in plays:
            chosen = play.settings
            told = (chosen.events + chosen.contests) / WEEKS_A_YEAR
            invited = chosen.invitations / WEEKS_A_YEAR
            if told or invited:
                sent = np.where(member[play.rows], told, invited)
                welcome = let_in(week, self.name, "invitations", play.rows)
                delivery.add("messages", play, play.strength * sent * welcome)
        presence.deliver(week, plays, own["belonging"], delivery, self.parameters)
        belonging = own["belonging"] - own["belonging_as_usual"]
        if belonging.any():
            delivery.contagion += self.parameters.member_contagion * belonging

    def lasting_terms(
        self, week: Week, own: Mapping[str, NDArray[Any]], weeks: float
    ) -> dict[str, Floats]:
        """Return what belonging still does when nothing is left of the community but what is usual."""
        invited = own["community_member"] & ~own["insider"]
        stays = own["usual_belonging_of"] * invited
        left = (1.0 - 1.0 / self.parameters.belonging_weeks) ** weeks
        belonging = (own["belonging"] - own["belonging_as_usual"] - stays) * left + stays
        return {"purchase": self._lift(week, belonging)} if belonging.any() else {}

    def cost(self, week: Week, play: ActivePlay, own: Mapping[str, NDArray[Any]]) -> Cost:
        """Return hours of hosts, events and contests, the samples of seeds, the building and its upkeep.

        Beyond what the community costs as it is: of that, a play that ends it saves the part of those
        whom it reaches.
        """
        p, chosen, runs = self.parameters, play.settings, self.goes_on(week.market)
        if chosen.end_community:
            saved = usual_community.upkeep(week, own, p)[play.rows] if runs else 0.0
            return Cost(0.0, -saved, 0.0, play.rows)
        kept = chosen.invitations + chosen.hosts + chosen.events + chosen.contests > 0
        kept = kept or games.are_played(chosen)
        new = kept and not runs
        hours = p.event_hours * chosen.events / WEEKS_A_YEAR
        hours += p.contest_hours * chosen.contests / WEEKS_A_YEAR
        hours += p.task_hours * (chosen.tasks + chosen.rankings)
        hours *= play.paid_effort / week.scale
        hours += presence.hours(play, week)
        hosts = self._hosts(week, chosen) - own["insider"][play.rows] * week.market["usual_hosting"]
        hosted = play.effort * own["community_member"][play.rows] * hosts / 1000
        needed = hours + float(np.sum(hosted))
        price = price_of_hour(week, needed)
        platform = p.platform_hours * new * play.paid_effort / week.scale
        upkeep = (needed + platform) * price_of_hour(week, needed + platform) - needed * price
        given = chosen.seeds * play.effort if week.number % WEEKS_A_QUARTER == 0 else 0.0
        goods = week.market.mean_trip_spend * (1.0 - week.market["gross_margin"])
        each = hosted * price + given * p.seed_cost * goods
        fixed = hours * price + presence.bought(play, week)
        build = new * p.community_build_hours
        grows = presence.grows(play, week, price)
        return Cost(fixed, each, 0.0, play.rows, build, upkeep, grows=grows)

    def cost_as_usual(self, week: Week, own: Mapping[str, NDArray[Any]]) -> Floats:
        """Return what the community as it is costs its members' part of the firm."""
        return usual_community.upkeep(week, own, self.parameters)

    def given_back_as_usual(
        self, market: Market, own: Mapping[str, NDArray[Any]]
    ) -> Floats | float:
        """Return what the community as it is costs, as a part of what its members spend."""
        return own["upkeep_share"] if self.goes_on(market) else 0.0

    def _join(self, week: Week, play: ActivePlay, own: dict[str, NDArray[Any]]) -> None:
        """Draw who of those invited this week takes the invitation up."""
        here = week.people["status"][play.rows] == ACTIVE
        rows = play.rows[here & ~own["community_member"][play.rows]]
        luck = week.uniform("join the community", rows)
        invited = play.settings.invitations / WEEKS_A_YEAR * play.strength
        near = np.flatnonzero(luck < invited)  # nobody joins more surely than they are invited
        rows, luck = rows[near], luck[near]
        invited = invited * week.attention_of(rows) * let_in(week, self.name, "invitations", rows)
        felt = self.parameters.join_satisfied * week.people["satisfaction"][rows]
        joins = rows[luck < invited * expit(own["eagerness"][rows] + felt)]
        own["community_member"][joins] = True
        own["week_joined_community"][joins] = week.number

    def _hosts(self, week: Week, chosen: Any) -> float:
        """Return the hosts' hours of a play: those that there are already, where it names fewer."""
        if not self.goes_on(week.market):
            return float(chosen.hosts)
        return max(chosen.hosts, week.market["usual_hosting"])

    def _participation(self, sociable: Floats, hosts: float, offered: Floats | float) -> Floats:
        """Return the chance that members are there in a week, by hosts' hours and things to do a year."""
        p = self.parameters
        odds = p.part_intercept + p.part_sociable * sociable
        odds += p.host_pull * hosts / (hosts + p.half_hosts)
        return expit(odds + p.play_pull * np.expm1(-offered / MONTHS_A_YEAR) / np.expm1(-1.0))

    def _with_games(
        self, play: ActivePlay, member: NDArray[np.int64], chance: Floats, own: dict[str, Any]
    ) -> Floats:
        """Return members' chances of being there with a play's games; their weeks of them are written."""
        served = np.flatnonzero(play.served[member])
        chance, rows = chance.copy(), member[served]
        added = games.odds(
            play.settings, own["weeks_of_games"][rows], own["belonging"][rows], self.parameters
        )
        chance[served] = expit(logit(chance[served]) + added)
        own["weeks_of_games"][rows] += 1
        return chance

    def _seed(self, week: Week, play: ActivePlay, own: dict[str, NDArray[Any]]) -> None:
        """Choose this quarter's seeds among those whom the play reaches."""
        eligible = np.flatnonzero(play.served)
        count = round(play.settings.seeds * play.strength * play.rows.size)
        luck = normal(week.uniform("picture of contacts", once=True))
        seen = seeding.seen_contacts(week.sociability(), luck, self.parameters.hubs_seen)
        lottery = week.uniform("seed lottery")
        chosen = seeding.chosen_seeds(eligible, count, play.settings.seed_hubs, seen, lottery)
        own["week_seeded"][chosen] = week.number

    def _lift(self, week: Week, belonging: Floats) -> Floats:
        """Return the purchase term of belonging."""
        p, others = self.parameters, 1.0 - week.share_behind_a_trip
        return p.member_lift * belonging / (p.usual_belonging * others)
