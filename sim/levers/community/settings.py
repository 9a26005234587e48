"""What a firm may choose about its community, how people respond to it, and what is kept of each."""

from pydantic import Field

from sim.levers.base import Schema
from sim.world.population import Column


class Settings(Schema):
    """What the firm chooses; by default there is no community and nobody is seeded."""

    invitations: float = Field(
        0, ge=0, le=12, description="invitations a year to each customer who is no member"
    )
    hosts: float = Field(
        0, ge=0, le=200, description="paid hours of hosts a week, per 1000 members"
    )
    events: float = Field(0, ge=0, le=52, description="events a year")
    contests: float = Field(0, ge=0, le=52, description="contests and challenges a year")
    seeds: float = Field(
        0, ge=0, le=0.2, description="share of customers given something to talk about each quarter"
    )
    seed_hubs: float = Field(
        0, ge=0, le=1, description="share of these chosen for many contacts, the rest at random"
    )
    tasks: float = Field(
        0, ge=0, le=7, description="tasks, check-ins and badges a week for members to earn"
    )
    rankings: int = Field(0, ge=0, le=1, description="1 to show members where they rank")
    content: float = Field(0, ge=0, le=400, description="hours a week of posts on social platforms")
    moderation: float = Field(
        0,
        ge=0,
        le=10,
        description="hours a week of answering and moderating there, per 1000 customers",
    )
    paid_reach: float = Field(
        0, ge=0, le=0.2, description="adverts there, as a share of known customers' yearly margin"
    )
    influencers: float = Field(
        0, ge=0, le=0.2, description="fees of influencers, as a share of the same"
    )
    influencer_followers: float = Field(
        10, ge=1, le=10000, description="their followers on average, thousands"
    )
    end_community: int = Field(
        0,
        ge=0,
        le=1,
        description="1 to end the community that the firm keeps already, for those whom it reaches",
    )


class Parameters(Schema):
    """Who joins, how belonging grows, and what it and seeding bring."""

    join_intercept: float = Field(description="log odds that an invitation is taken up, 1")
    join_sociable: float = Field(description="change of it per SD of sociability, 1")
    join_rate: float = Field(description="change of it per SD of log rate, 1")
    join_satisfied: float = Field(description="change of it per SD of satisfaction, 1")
    part_intercept: float = Field(description="log odds that a member is there in a week, 1")
    part_sociable: float = Field(description="change of it per SD of sociability, 1")
    host_pull: float = Field(ge=0, description="change of it at unlimited hosting, 1")
    half_hosts: float = Field(gt=0, description="hosting for half of it, hours per 1000 members")
    play_pull: float = Field(ge=0, description="change of it with one event or contest a month, 1")
    belonging_weeks: float = Field(ge=1, description="time constant of belonging, weeks")
    usual_belonging: float = Field(gt=0, le=1, description="belonging of members studied, share")
    member_lift: float = Field(description="own sales of such a member, log points")
    member_talk: float = Field(ge=0, description="log rate of talking at full belonging, 1")
    member_contagion: float = Field(ge=0, description="friends' leaving felt more, share")
    seed_talk: float = Field(ge=0, description="extra over usual rate of talking of a seed, 1")
    seed_weeks: float = Field(ge=1, description="how long a seed has news to tell, weeks")
    seed_dilution: float = Field(ge=0, description="fall of log extra rate per SD of sociability")
    hubs_seen: float = Field(ge=0, le=1, description="seen against true contacts, correlation")
    game_pull: float = Field(ge=0, description="log odds of being there for new games, 1")
    game_lasting: float = Field(ge=-1, le=1, description="what is left once they are old, share")
    novelty_weeks: float = Field(gt=0, description="how long games are news, weeks")
    rank_spur: float = Field(ge=0, description="log odds of being there for the first ranked, 1")
    rank_discouragement: float = Field(ge=0, description="loss of it for the last ranked, 1")
    content_pull: float = Field(ge=0, description="unlimited content over users' posts, share")
    half_content: float = Field(gt=0, description="content for half of it, hours per week")
    member_shares: float = Field(ge=0, description="posts passed on at full belonging, share")
    answer_pull: float = Field(ge=0, description="how much faster answered blame goes, share")
    half_moderation: float = Field(
        gt=0, description="moderation that answers half of it, hours per week and 1000 customers"
    )
    advert_worth: float = Field(ge=0, description="worth of adverts there over usual reach, 1")
    influencer_worth: float = Field(ge=0, description="the same of small influencers, 1")
    follower_dilution: float = Field(description="fall of log worth per log of followers, 1")
    task_hours: float = Field(ge=0, description="work for a weekly task or a ranking, hours")
    seed_cost: float = Field(ge=0, description="cost of a seed's sample, average trips at cost")
    community_build_hours: float = Field(ge=0, description="work to set one up, hours")
    platform_hours: float = Field(ge=0, description="upkeep of the community, hours per week")
    event_hours: float = Field(ge=0, description="work for one event, hours")
    contest_hours: float = Field(ge=0, description="work for one contest with its prizes, hours")


COLUMNS = (
    Column("community_member", "bool", 0, "yes/no", "member of the firm's community"),
    Column("week_joined_community", "int16", 0, "week", "week of joining the community"),
    Column("eagerness", "float64", 0, "1", "lasting part of the log odds of joining"),
    Column("belonging", "float64", 0, "share", "how far a member belongs, slow to build"),
    Column("insider", "bool", 0, "yes/no", "in the community that the firm keeps already"),
    Column("usual_belonging_of", "float64", 0, "share", "belonging under its usual hosts"),
    Column("belonging_as_usual", "float64", 0, "share", "the same while an insider is a customer"),
    Column("upkeep_share", "float64", 0, "share of spend", "what it costs as it is"),
    Column("weeks_of_games", "int16", 0, "weeks", "weeks of games in the community so far"),
    Column("week_seeded", "int16", -1000, "week", "week of getting something to talk about"),
)
