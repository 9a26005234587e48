"""What a firm may choose about personal contact, how people respond, and what is kept of each."""

from pydantic import Field

from sim.levers.base import Schema
from sim.world.population import Column


class Settings(Schema):
    """What the firm chooses; by default nobody is written to or called, and offers are the usual."""

    messages: float = Field(
        0, ge=-30, le=30, description="messages to each person above the usual, per month"
    )
    matching: float = Field(
        0, ge=0, le=1, description="share of contents and offers chosen by what the person buys"
    )
    familiarity: float = Field(
        0, ge=0, le=1, description="how openly messages show what is known; a first name is 0.2"
    )
    retention_calls: float = Field(
        0, ge=0, le=12, description="unasked calls with a better plan, per person and year"
    )
    left_out: float = Field(
        0, ge=0, le=0.9, description="share not called since a trial showed calls do not keep them"
    )
    preference_centre: float = Field(
        0,
        ge=0,
        le=1,
        description="share offered a page to choose how often they are written to, and on what",
    )


class Parameters(Schema):
    """How people respond to personal contact, and what it takes."""

    message_trips: float = Field(ge=0, description="trips added by a message that gets through")
    relevance_gain: float = Field(ge=0, description="what a matched message adds to it, share")
    winnable_trips: float = Field(gt=0, le=1, description="most of rivals' trips won, share")
    control_response: float = Field(ge=1, description="response with control over without, 1")
    familiarity_gain: float = Field(description="what showing that one knows them adds, share")
    identity_reactance: float = Field(ge=0, description="log own sales lost a message and SD")
    matching_spend: float = Field(ge=0, description="gain from matched offers, log spend")
    care_in_message: float = Field(
        ge=0, le=1, description="care felt in a matched message, touches"
    )
    reminder_churn: float = Field(le=0, description="log hazard of who is kept in mind, 1")
    reminder_half_life_weeks: float = Field(gt=0, description="time to forget half, weeks")
    lapsed_response: float = Field(ge=0, le=1, description="response of who left, over others")
    call_effect: float = Field(description="log of the mean hazard ratio after a call, 1")
    call_spread: float = Field(ge=0, description="SD of it between people, log hazard")
    call_weeks: float = Field(ge=1, description="how long a call is felt, weeks")
    trial_accuracy: float = Field(ge=0, le=1, description="seen against true response, correlation")
    message_seconds: float = Field(
        ge=0, description="sending and upkeep, seconds of work a message"
    )
    call_minutes: float = Field(ge=0, description="work per call, minutes")
    platform_build_hours: float = Field(ge=0, description="work to set up what matches, hours")
    analyst_hours: float = Field(ge=0, description="analysts for matching all, hours per week")
    opt_out: float = Field(ge=0, le=1, description="who opts out, per message above the usual")
    opt_down: float = Field(ge=0, le=1, description="of them, who rather takes fewer, share")
    own_frequency: float = Field(ge=0, le=1, description="messages that these let in, share")
    topics_set: float = Field(ge=0, le=1, description="who sets topics unasked, share per year")
    topics_tell: float = Field(ge=0, description="what topics tell of a person, purchases")
    portrait_purchases: float = Field(gt=0, description="purchases that tell half, purchases")
    portrait_half_life_weeks: float = Field(gt=0, description="time to tell half as much, weeks")
    centre_build_hours: float = Field(ge=0, description="work to set up the page, hours")
    centre_hours: float = Field(ge=0, description="upkeep of the page, hours per week")


COLUMNS = (
    Column(
        "reminded", "float64", 0, "share", "how far messages keep the firm in mind, above the usual"
    ),
    Column("call_response", "float64", 0, "SD", "how a call would act, above zero badly"),
    Column("called", "bool", 0, "yes/no", "called this week"),
    Column("let_in", "float64", 1, "share", "share of the firm's messages let in, 0 if opted out"),
    Column(
        "let_in_as_usual",
        "float64",
        1,
        "share",
        "that when nothing is done: 0 if opted out by then",
    ),
    Column("missed", "float64", 0, "logit", "usual messages not let in, as a term of the choice"),
    Column("portrait", "float64", 0, "purchases", "purchases and complaints seen of late, fading"),
    Column("usually_known", "float32", 1, "share", "of what can be known, known of customers"),
    Column("woken_weeks", "float64", 0, "weeks", "how long the last call is still felt"),
)
