"""What a firm may choose about feedback, how people respond to it, and what is kept of each."""

from typing import Self

from pydantic import Field, model_validator

from sim.levers.base import Schema, check_needed
from sim.world.population import Column


class Settings(Schema):
    """What the firm chooses; by default it hears, mends and asks as it always has."""

    ease: float = Field(
        0, ge=0, le=1, description="how far complaining is made a matter of one step, share"
    )
    reward: float = Field(
        0, ge=0, le=1000, description="money to a customer for a useful complaint or suggestion"
    )
    compensation: float = Field(
        0, ge=0, le=2, description="paid for a complaint, share of the price of what failed"
    )
    empathy: float = Field(
        0, ge=0, le=1, description="share of complaints met with time, apology and explanation"
    )
    speed: float = Field(0, ge=0, le=1, description="share of complaints settled the same day")
    close_loop: float = Field(
        0, ge=0, le=1, description="share of complainers who are told what was changed"
    )
    learning: float = Field(
        0, ge=0, le=1, description="share of what is heard that reaches those who can change it"
    )
    mend_causes: float = Field(
        0, ge=0, le=1, description="share of the causes that are heard of which are then mended"
    )
    weakest_link: float = Field(
        0,
        ge=0,
        le=1,
        description="how far causes are mended at the touchpoint with most failures alone, share",
    )
    suggestions: float = Field(
        0, ge=0, le=1, description="share of customers who are invited to suggest what to better"
    )
    reward_by_use: float = Field(
        0, ge=0, le=1, description="share of rewards that follow the use and influence of words"
    )
    thanks: float = Field(
        0, ge=0, le=52, description="words of thanks or of progress, per person and year"
    )
    survey_every: int = Field(
        0, ge=0, le=104, description="weeks between two surveys of a customer; 0 means no survey"
    )
    ask_for_praise: float = Field(
        0, ge=0, le=1, description="share of surveys that open with what went well"
    )
    reply_reviews: float = Field(
        0, ge=0, le=1, description="share of public reviews that are answered"
    )
    unknown: float = Field(
        0, ge=0, le=1, description="share of possible customers who do not know the firm yet"
    )

    @model_validator(mode="after")
    def _nothing_is_idle(self) -> Self:
        by_use = ("suggestions", "reward")
        needs = {"weakest_link": ("mend_causes",), "reply_reviews": ("unknown",)}
        check_needed(self, needs | {"reward_by_use": by_use})
        return self


class Parameters(Schema):
    """How people respond to being asked and heard, and what it takes."""

    voice_by_ease: float = Field(ge=0, le=1, description="silent failures told for ease, share")
    voice_by_reward: float = Field(ge=0, le=1, description="told for the usual reward, share")
    voice_by_loop: float = Field(ge=0, le=1, description="told where one is heard, share")
    reference_reward: float = Field(gt=0, description="usual reward, average trips")
    recovery_most: float = Field(ge=0, le=1, description="harm left that the best mends, share")
    outcome_weight: float = Field(ge=0, le=0.7, description="weight of compensation, share")
    procedure_weight: float = Field(ge=0, le=0.3, description="weight of speed, share")
    failed_part: float = Field(gt=0, le=1, description="price of what failed over that of the trip")
    half_compensation: float = Field(gt=0, description="half of its effect, share of the price")
    loop_as_treatment: float = Field(ge=0, le=1, description="being told over empathy, share")
    empathy_minutes: float = Field(ge=0, description="time for one complaint, minutes")
    speed_minutes: float = Field(ge=0, description="idle time to settle at once, minutes")
    reply_minutes: float = Field(ge=0, description="work to answer in writing, minutes")
    useful_share: float = Field(ge=0, le=1, description="complaints that are useful, share")
    channel_hours: float = Field(ge=0, description="upkeep of easy channels, hours per week")
    learning_hours: float = Field(ge=0, description="passing on what is heard, hours per week")
    insight_usual: float = Field(ge=0, le=1, description="seen by many usual complaints, share")
    insight_weeks: float = Field(ge=1, description="time constant of what is known, weeks")
    mendable: float = Field(ge=0, le=1, description="failures with a cause one can mend, share")
    mending_hours: float = Field(ge=0, description="work on causes, hours per week")
    suggestion_rate: float = Field(ge=0, le=1, description="suggestions if invited, per trip")
    suggestion_engaged: float = Field(ge=0, description="further ones by attachment, log per SD")
    insight_suggested: float = Field(ge=0, le=1, description="wants that they show at most, share")
    useful_suggested: float = Field(ge=0, le=1, description="suggestions that are useful, share")
    reward_impact: float = Field(ge=0, description="further useful ones if paid by use, share")
    reading_minutes: float = Field(ge=0, description="work to sort what somebody says, minutes")
    thanks_lift: float = Field(description="own purchases once thanked each month, log points")
    thanks_minutes: float = Field(ge=0, description="work for one word of thanks, minutes")
    measured_churn: float = Field(le=0, description="log hazard of the satisfied once asked, 1")
    measured_weeks: float = Field(ge=1, description="how long that lasts, weeks")
    praise_lift: float = Field(ge=0, description="own sales once asked for praise, log points")
    survey_minutes: float = Field(ge=0, description="work for one survey contact, minutes")
    review_stars: float = Field(ge=0, description="rating won by answering all reviews, stars")
    star_join: float = Field(ge=0, description="log joining hazard of an unknown firm per star")
    reviews_per_trip: float = Field(ge=0, description="public reviews, per trip")


COLUMNS = (
    Column("asked_now", "bool", 0, "yes/no", "gets a survey this week"),
    Column("surveyed", "bool", 0, "yes/no", "has been asked by a survey before"),
    Column("week_surveyed", "int16", 0, "week", "week of the play's first survey"),
    Column("pleased_when_asked", "bool", 0, "yes/no", "was satisfied and took notice then"),
    Column("asked_for_praise", "bool", 0, "yes/no", "was asked first what went well, took notice"),
)
