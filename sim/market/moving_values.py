"""The values of markets in which customers' rates move, each declared once, as those of `values`."""

from sim.market.market_value import MarketValue

_SHARE = (0.0, 1.0)
#: Of hazards per week; the fit bounds them likewise.
_HAZARD = (0.0, 3.0)

# fmt: off
MOVING = (
    MarketValue("rate_drift", "variance of the log rate per week", (0.0, 1.0), kind="moving",
        label="how much customers' buying rates wander",
        meaning="variance by which the log of a customer's purchase rate moves, its mean kept"),
    MarketValue("rate_redraw", "per week", _HAZARD, kind="moving",
        label="how often customers take on another buying rate",
        meaning="hazard at which a customer's purchase rate is drawn anew"),
    MarketValue("purchase_phases", "phases", (1.0, 3.0), kind="moving", optional=True, whole=True,
        label="how regularly customers buy",
        meaning="phases of an Erlang law from one purchase to the next: 1 where purchases come by "
        "chance, more where they come at regular intervals"),
    MarketValue("quick_leavers", "share of new customers", _SHARE, kind="moving",
        label="customers who are quick to leave",
        meaning="share of customers who leave at the quick hazard, the others at the slow one"),
    MarketValue("quick_leaving", "per week", _HAZARD, kind="moving",
        label="how soon those leave who are quick to",
        meaning="hazard of leaving of those who are quick to leave"),
    MarketValue("slow_leaving", "per week", _HAZARD, kind="moving",
        label="how soon the other customers leave",
        meaning="hazard of leaving of the others"),
    MarketValue("quick_pausers", "share of new customers", _SHARE, kind="moving",
        label="customers who pause often",
        meaning="share of customers who pause at the quick hazard, the others at the slow one"),
    MarketValue("quick_pausing", "per week", _HAZARD, kind="moving",
        label="how often those pause who do so often",
        meaning="hazard of beginning a pause, of those who pause often"),
    MarketValue("slow_pausing", "per week", _HAZARD, kind="moving",
        label="how often the other customers pause",
        meaning="hazard of beginning a pause, of the others"),
    MarketValue("pause_return", "per week", (1e-3, 3.0), kind="moving",
        label="how soon a pause ends",
        meaning="hazard at which a pause ends; the purchase rate is then drawn anew"),
)
# fmt: on
