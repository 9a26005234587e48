"""What a firm may choose about incentives, how people respond to them, and what is kept of each."""

from pydantic import Field

from sim.levers.base import Schema
from sim.world.population import Column


class Settings(Schema):
    """What the firm chooses; by default there is no programme, no reward and no lower price."""

    rebate: float = Field(0, ge=0, le=0.5, description="reward over the spend that earns it")
    reward_trips: float = Field(
        10, ge=1, le=1000, description="reward threshold: average trips that earn a reward"
    )
    end_programme: int = Field(
        0, ge=0, le=1, description="1 ends the points programme that the firm runs already"
    )
    tier_trips: float = Field(
        0, ge=0, le=1000, description="average trips a year that earn each tier; 0 means no tiers"
    )
    tier_count: int = Field(1, ge=1, le=3, description="number of tiers above the ground level")
    tier_rebate: float = Field(0, ge=0, le=0.5, description="extra rebate per tier")
    review_weeks: int = Field(52, ge=4, le=104, description="weeks between two reviews of tiers")
    goal_stretch: float = Field(
        0,
        ge=0,
        le=5,
        description="purchases asked for above a customer's usual ones, share; 0: no goal",
    )
    goal_within: int = Field(
        26, ge=2, le=104, description="weeks from a goal's start to its deadline"
    )
    goal_every: int = Field(
        52, ge=2, le=520, description="weeks from the start of a goal to the next"
    )
    goal_rebate: float = Field(
        0.05, ge=0, le=0.5, description="reward for reaching a goal over the spend that it asks for"
    )
    referral_reward: float = Field(
        0, ge=0, le=10_000, description="money to a customer for each friend who joins"
    )
    welcome: float = Field(
        0, ge=0, le=0.9, description="price cut on a new customer's first purchase, share"
    )
    samples: float = Field(
        0, ge=0, le=52, description="samples or free trials, per prospect and year"
    )
    discount: float = Field(0, ge=0, le=0.9, description="lasting price cut on part of the basket")
    promotion: float = Field(
        0, ge=0, le=0.9, description="temporary price cut on part of the basket"
    )
    promotion_every: int = Field(
        13, ge=1, le=520, description="weeks from the start of a promotion to the next"
    )
    promotion_weeks: int = Field(1, ge=1, le=52, description="length of a promotion, weeks")
    basket_share: float = Field(
        0.2, ge=0, le=1, description="share of the basket that price cuts apply to"
    )


class Parameters(Schema):
    """How people respond to incentives."""

    membership_lift: float = Field(ge=0, description="lift of all members' sales, log points")
    found_weeks: float = Field(ge=1, description="weeks of membership in which it was found, weeks")
    reference_reward: float = Field(gt=0, description="trips to the reward there, average trips")
    reference_rebate: float = Field(gt=0, description="rebate that buys that lift, share")
    half_life_weeks: float = Field(gt=0, description="half-life of the effect, weeks")
    goal_gradient: float = Field(ge=0, description="pull of a reward at hand, log points")
    goal_weeks: float = Field(gt=0, description="time in which a reward is a goal, weeks")
    enrolment_intercept: float = Field(description="log odds that an average customer joins, 1")
    enrolment_slope: float = Field(description="change of it per SD of log rate, 1")
    redemption: float = Field(ge=0, le=1, description="share of rewards redeemed, share")
    programme_build_hours: float = Field(ge=0, description="work to start a programme, hours")
    reward_cost: float = Field(ge=0, le=1, description="marginal cost over face value, share")
    status_lift: float = Field(ge=0, description="lift of a tier held, log points")
    demotion_ratio: float = Field(ge=1, description="fall on demotion over rise on promotion, 1")
    status_half_life_weeks: float = Field(gt=0, description="half-life of the fall, weeks")
    goal_met_gain: float = Field(ge=0, description="rise after a goal that was met, log points")
    goal_missed_loss: float = Field(le=0, description="change after one missed, log points")
    referral_rate: float = Field(ge=0, le=1, description="customers who recommend, share per week")
    reference_referral: float = Field(gt=0, description="reward that buys it, average trips")
    referral_slope: float = Field(description="change of its log per SD of satisfaction, 1")
    claimed_share: float = Field(ge=0, le=1, description="friends of talk claimed for, share")
    reach_claimed_share: float = Field(
        ge=0, le=1, description="friends of reach claimed for, share"
    )
    claim_minutes: float = Field(ge=0, description="work on each reward for a friend, minutes")
    referral_build_hours: float = Field(ge=0, description="work to start such rewards, hours")
    recommender_churn: float = Field(le=0, description="log hazard of who won a friend, 1")
    welcome_elasticity: float = Field(le=0, description="joining to the first price, 1")
    sample_joining: float = Field(ge=0, description="joining with a sample, log hazard")
    sample_cost: float = Field(ge=0, description="goods of a sample, average trips")
    sample_minutes: float = Field(ge=0, description="work on each sample, minutes")
    offer_hours: float = Field(ge=0, description="work on first offers, hours per week")
    price_elasticity: float = Field(le=0, description="regular price elasticity, 1")
    promotion_elasticity: float = Field(le=0, description="elasticity to a temporary cut, 1")


COLUMNS = (
    Column("enrolled", "bool", 0, "yes/no", "member of the programme"),
    Column("week_enrolled", "int16", 0, "week", "week of joining the programme"),
    Column("points", "float64", 0, "points", "collected towards the next reward, 1 per currency"),
    Column("point_value", "float64", 0, "currency per point", "mean face value of these points"),
    Column("point_play", "int8", 0, "index", "play that the points were earned in"),
    Column("reward_face", "float64", 0, "currency", "face value of this week's rewards"),
    Column("earned_face", "float64", 0, "currency", "face value of points earned this week"),
    Column("expired_face", "float64", 0, "currency", "face value of points lost this week"),
    Column("willingness", "float64", 0, "share", "chance to join a programme for everyone"),
    Column("room_lift", "float64", 0, "log points", "lift of a new member with all headroom"),
    Column(
        "goal_pull", "float64", 0, "log points", "pull of a full card on somebody with all headroom"
    ),
    Column("tier", "int8", 0, "level", "tier held, 0 for none"),
    Column("tier_spend", "float64", 0, "currency", "spend since the last review of the tier"),
    Column("standing", "float64", 0, "log points", "what the tier, or its loss, does to the share"),
    Column("goal_trips", "float64", 0, "trips", "asked for by the goal that is open, 0 for none"),
    Column("goal_made", "float64", 0, "trips", "made of them"),
    Column("goal_room", "float64", 0, "share", "how far the goal can move a person"),
    Column("goal_until", "int32", 0, "week", "first week after the deadline"),
    Column("goal_reward", "float64", 0, "share", "reward over the spend that the goal asks for"),
    Column("goal_feeling", "float64", 0, "log points", "what past goals, met or missed, still do"),
    Column(
        "usual_member", "bool", 0, "yes/no", "member of the programme that the firm runs already"
    ),
    Column("governed_by", "int8", 0, "index", "play that decides on that programme, -1 for none"),
    Column("rebate_now", "float64", 0, "share", "rebate of a member of it as it stands"),
    Column("rebate_news", "float64", 0, "log points", "what a higher rebate is felt as yet"),
    Column("rebate_missed", "float64", 0, "log points", "what a lower rebate is missed as yet"),
    Column("recommended", "bool", 0, "yes/no", "won a friend for the firm"),
    Column("claims", "float64", 0, "people", "friends of talk claimed for this week"),
    Column("referral_play", "int8", 0, "index", "play that offers the reward for friends"),
)
