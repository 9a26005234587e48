"""The values of a market, each declared once: name, unit, range, what it means and how a report calls it.

All that needs to know of a value (the checks, the draws, the tables of ``data/README.md``, the reports)
takes it from here.
"""

import re

from sim.market.market_value import MarketValue
from sim.market.moving_values import MOVING

_SHAPE, _SHARE, _AMOUNT, _SPREAD = (0.05, 1e4), (0.0, 1.0), (0.0, 1e9), (0.0, 4.0)
#: Of shares that other money is divided by: without any margin, or any budget, there is nothing to plan.
_PART = (1e-3, 1.0)

# fmt: off
_RECORDS = (
    MarketValue("purchase_shape", "1", _SHAPE,
        label="how alike customers are in how often they buy",
        contract_label="how alike customers are in how often they use it",
        meaning="shape r of the gamma law of purchase rates: the smaller, the more unequal"),
    MarketValue("purchase_alpha", "weeks", (1e-3, 1e6),
        label="scale of customers' buying rates",
        contract_label="scale of customers' rates of use",
        meaning="its scale alpha; the mean rate is shape / scale purchases a week"),
    MarketValue("drop_out_shape", "1", _SHAPE, kind="purchases",
        label="how alike customers are in how soon they leave",
        meaning="shape s of the gamma law of drop-out rates"),
    MarketValue("spend_shape", "1", _SHAPE, kind="purchases", spend_law="gamma_gamma",
        label="how steady one customer's spend is",
        meaning="shape p of one person's spend from trip to trip"),
    MarketValue("spend_shape_between", "1", _SHAPE, kind="purchases", spend_law="gamma_gamma",
        label="how alike customers are in spend",
        meaning="shape q of mean spend between people"),
    MarketValue("spend_scale", "currency", (1e-9, 1e15), kind="purchases", spend_law="gamma_gamma",
        label="scale of spend per purchase",
        meaning="its scale v"),
    MarketValue("spend_mean", "currency", (1e-9, 1e15), kind="purchases", spend_law="log_normal",
        label="mean spend per purchase",
        meaning="mean spend of a purchase over customers, where amounts are log-normal"),
    MarketValue("spend_spread_between", "1", _SPREAD, kind="purchases", spend_law="log_normal",
        label="how much customers differ in spend",
        meaning="standard deviation between customers of the log of spend"),
    MarketValue("spend_spread_within", "1", _SPREAD, kind="purchases", spend_law="log_normal",
        label="how much one customer's spend varies",
        meaning="standard deviation of the log of one customer's spend from purchase to purchase"),
    MarketValue("spend_rate_correlation", "1", (-1.0, 1.0), kind="purchases",
        label="link between buying often and spending much",
        meaning="correlation of the logs of purchase rate and mean spend"),
    MarketValue("share_of_wallet", "share", (1e-3, 0.999),
        label="share of wallet",
        contract_label="share of the use of such services",
        meaning="what the customers whom the firm knows buy here over all they buy of the category"),
    MarketValue("gross_margin", "share of spend", _PART,
        label="gross margin",
        meaning="what is left of spend after the goods are paid for"),
    MarketValue("firm_customers", "customers", (1.0, 1e10),
        label="customers of the firm",
        meaning="customers in the firm's records, counted as a log counts them: whoever has left is "
        "among them; results are scaled to this number"),
    MarketValue("prospects_per_customer", "prospects per customer", (0.0, 100.0),
        label="possible customers per customer",
        meaning="people within reach who do not buy here yet"),
    MarketValue("inflow_per_year", "new customers per customer and year", (0.0, 100.0),
        label="new customers per year",
        meaning="new customers when nothing new is done"),
    MarketValue("newcomer_purchases", "share of known customers' purchases", (0.02, 3.0),
        kind="purchases", optional=True, label="how often newcomers buy, beside known customers",
        meaning="purchases a week of those who become customers over those of known ones, where the log "
        "is a panel; 1 where it is not stated"),
    MarketValue("talk_share_of_inflow", "share", _SHARE,
        label="new customers won by word of mouth",
        meaning="share of them who come because somebody told them"),
    MarketValue("talk_spread", "1", (0.0, 3.0),
        label="how much people differ in how often they talk",
        meaning="standard deviation over mean of how often people tell others of a firm"),
    MarketValue("likeness_of_friends", "correlation", (0.0, 0.2),
        label="how much friends resemble each other",
        meaning="correlation of two friends in how often they buy, what they spend, how soon they leave "
        "and how well the firm suits them"),
    MarketValue("acquisition_cost", "years of an average customer's margin", (0.0, 100.0),
        label="years of margin that winning a customer costs",
        meaning="what winning a customer by paid reach costs; in years of margin it needs no "
        "currency"),
    MarketValue("winback_per_year", "share of lapsed customers per year", (0.0, 0.99),
        label="lapsed customers who come back by themselves",
        meaning="share of those who lapsed who come back by themselves within a year"),
    MarketValue("defection_visible", "0 or 1", _SHARE,
        label="whether friends see that a customer has left",
        meaning="whether friends see that a customer has left: churn is then contagious"),
    MarketValue("removable_drop_out", "share of drop-out", _SHARE,
        label="part of leaving that a firm can prevent",
        meaning="of those who leave, the share who drift off, forget or are discontent; others move away",
        contract_label="part of not renewing that a firm can prevent"),
    MarketValue("expectation_drift", "SD of an encounter per year", (-10.0, 10.0),
        label="how much better rivals get each year",
        meaning="how much better rivals get each year; standing still then loses"),
    MarketValue("rival_campaigns_per_year", "campaigns of each rival per year", (0.0, 52.0),
        label="campaigns of each rival a year",
        meaning="campaigns that each rival runs in a year, price cuts and openings among them"),
    MarketValue("rival_campaign_lift", "share", (0.0, 10.0),
        label="what a campaign adds to a rival's sales",
        meaning="what a campaign adds to a rival's own sales while it runs, share of them"),
    MarketValue("discount_rate", "per year", (1e-4, 10.0),
        label="discount rate",
        meaning="what money next year is worth less than money now"),
    MarketValue("budget_share", "share of the baseline's yearly margin", _PART, never_drawn=True,
        label="loyalty budget",
        meaning="what each strategy may spend"),
    MarketValue("return_rate", "share of spend", (0.0, 0.9), kind="purchases",
        label="purchases that are sent back", meaning="what is sent back over all that is bought"),
    MarketValue("failures_per_trip", "failures per trip", _SHARE,
        label="service failures per purchase",
        contract_label="service failures per use",
        meaning="purchases with something wrong that the customer notices"),
    MarketValue("failure_share_at_purchase", "share of failures", _SHARE,
        label="share of failures at the purchase",
        contract_label="share of failures in choosing and ordering",
        meaning="share of these failures that are met in choosing, ordering and paying"),
    MarketValue("failure_share_after_sale", "share of failures", _SHARE,
        label="share of failures after the sale",
        meaning="share of them that are met after the sale: bills, returns, refunds, repair; the rest "
        "are failures of delivery or use"),
    MarketValue("contacts_per_trip", "contacts per trip", _SHARE,
        label="service contacts per purchase",
        contract_label="service contacts per use",
        meaning="questions that reach the service desk"),
    MarketValue("handling_minutes", "minutes per contact", (0.01, 1e5),
        label="time to handle one contact",
        meaning="working time of a contact"),
    MarketValue("desk_hours", "hours per week", (0.1, 168.0),
        label="opening hours of the service desk",
        meaning="hours a week that the desk is open"),
    MarketValue("desk_load", "share of capacity", (0.01, 0.97),
        label="how busy the service desk is",
        meaning="share of the desk's capacity that is taken when nothing new is done"),
    MarketValue("wage_per_hour", "currency per hour", _AMOUNT,
        label="wage of service staff",
        meaning="cost of an hour of a service employee, overheads included"),
    MarketValue("analyst_wage_ratio", "service wages", (0.2, 20.0),
        label="wage of analysts",
        meaning="cost of an hour of those who analyse, write and design, over that of service staff"),
    MarketValue("engineer_wage_ratio", "service wages", (0.2, 20.0),
        label="wage of engineers",
        meaning="cost of an hour of those who build systems, over that of service staff"),
    MarketValue("agency_wage_ratio", "wages", (1.0, 20.0),
        label="price of an agency's hour",
        meaning="price of an hour of an agency or a freelance over that of own staff in the same role"),
    MarketValue("rent_hours_per_month", "hours of service staff per month", (0.0, 1e5),
        label="monthly fee of a rented service",
        meaning="monthly fee of a rented points programme, mail service, shop system or forum, in hours "
        "at the wage of service staff, which needs no currency"),
    MarketValue("rent_seconds_per_customer", "seconds of service staff per customer and month",
        (0.0, 1e5),
        label="what a rented service asks for each customer",
        meaning="its fee for each customer who is in it, in seconds at that wage"),
    MarketValue("rent_setup_months", "months of the fee", (0.0, 120.0),
        label="what setting up a rented service takes",
        meaning="one-off work and fees until it runs, in months of both fees"),
    MarketValue("staff_per_1000_customers", "employees per 1000 customers", (0.0, 1000.0),
        label="staff per 1,000 customers",
        meaning="employees whom customers meet"),
    MarketValue("survey_share", "share of buyers per week", _SHARE, never_drawn=True,
        label="buyers who answer a survey",
        contract_label="users who answer a survey",
        meaning="buyers who are asked how satisfied they are"),
    MarketValue("usual_messages", "messages per customer and month", (0.0, 60.0),
        label="messages that customers get as it is",
        meaning="messages of the firm that a customer gets a month when nothing new is done, of all "
        "kinds"),
    MarketValue("usual_matching", "share of messages", _SHARE,
        label="share of these messages that fit the person",
        meaning="share of them chosen by what the person buys"),
    MarketValue("opted_out", "share of customers", (0.0, 0.95),
        label="customers who have opted out of messages as it is",
        meaning="share of the known customers who have opted out of the firm's messages when nothing new "
        "is done"),
    MarketValue("usual_rebate", "share of spend", (0.0, 0.5), never_drawn=True,
        label="what a points programme gives back as it is",
        meaning="reward over the spend that earns it, of the points programme that the firm runs "
        "already; 0 where it runs none"),
    MarketValue("usual_enrolment", "share of customers", (0.01, 0.99), never_drawn=True,
        label="customers who are members of it",
        meaning="share of the active customers who are members of that programme"),
    MarketValue("usual_community", "share of customers", (0.0, 0.99), never_drawn=True,
        label="customers who are in a community as it is",
        meaning="share of the active customers who are members of the community that the firm keeps "
        "already; 0 where it keeps none"),
    MarketValue("usual_hosting", "hours a week per 1000 members", (0.0, 200.0), never_drawn=True,
        label="hosts' hours in it",
        meaning="paid hours of hosts a week, per 1000 members of that community"),
    MarketValue("execution", "share of a plan", _SHARE,
        label="how much of a plan reaches customers as designed",
        meaning="part of a plan that reaches customers as designed when nothing is done about it"),
    MarketValue("data_quality", "share of records", _SHARE,
        label="how many of the firm's records are right and fresh",
        meaning="part of the records on customers that are right and fresh, likewise"),
    MarketValue("breaches_per_year", "breaches per year", (0.0, 10.0),
        label="breaches of customers' data a year",
        meaning="breaches of customers' data, likewise"),
    MarketValue("public_notice", "share", _SHARE, optional=True, label="how public talk and breaches are",
        meaning="how far breaches, and changes of talk, are heard of by all; 0 where it is not stated"),
    MarketValue("best_in_class", "margin per customer over the average firm's", (1.0, 10.0),
        never_drawn=True,
        label="how far the best firms are above the average",
        meaning="margin per customer of the best firms of the trade over the average firm's: all "
        "levers together should not lift a firm beyond"),
    MarketValue("drop_out_beta", "weeks", (1e-3, 1e9), kind="purchases", one_of=True,
        label="scale of customers' leaving rates",
        meaning="scale beta of the gamma law of drop-out rates, where the log shows who left"),
    MarketValue("yearly_attrition", "share per year", (1e-4, 0.99), kind="purchases", one_of=True,
        label="customers lost per year",
        meaning="of the customers whom the firm has, those lost within a year, where the log does not "
        "show who left"),
    MarketValue("renewal_alpha", "1", _SHAPE, kind="contracts",
        label="how alike customers are in their chance to leave",
        meaning="alpha of the beta law of the chance to leave at a renewal, of contracts"),
    MarketValue("renewal_beta", "1", _SHAPE, kind="contracts",
        label="scale of customers' chances to stay",
        meaning="its beta; of new customers alpha / (alpha + beta) leave at the first renewal"),
    MarketValue("renewal_duration", "1", (0.05, 10.0), kind="contracts", optional=True,
        label="how the chance to leave moves with renewals",
        meaning="power c of the number of renewals (beta-discrete-Weibull): above 1 a customer's chance "
        "to leave grows from renewal to renewal, below 1 it falls; 1 where it is not stated"),
    MarketValue("renewal_weeks", "weeks", (1.0, 520.0), kind="contracts", whole=True,
        label="weeks from renewal to renewal",
        meaning="whole weeks from one renewal to the next"),
    MarketValue("fee_mean", "currency per period", (1e-6, 1e9), kind="contracts",
        label="mean fee of a period",
        meaning="mean fee of a period, paid on joining and at each renewal"),
    MarketValue("fee_spread", "1", (0.0, 3.0), kind="contracts",
        label="how much fees differ between plans",
        meaning="standard deviation of the log of the fee between customers (plans differ)"),
    MarketValue("fee_on_renewal", "log hazard per log of the fee", (0.0, 10.0), kind="contracts",
        label="pull of a lower fee on renewals",
        meaning="how much a higher fee to pay raises the hazard of leaving at the renewal"),
    MarketValue("purchase_level", "1", (0.2, 5.0), kind="purchases", optional=True,
        label="how much all customers together buy in the time ahead",
        meaning="purchase rates in the time ahead over those of the log, the same for all customers: "
        "fashion, weather and the economy move them together; 1 is as before"),
    *MOVING,
)
# fmt: on

#: Every value that a market may have, but for its season.
VALUES = {value.name: value for value in _RECORDS}
#: Those of some markets only, those that no future draws, and those drawn in whole numbers.
PURCHASE_VALUES = tuple(value.name for value in _RECORDS if value.kind == "purchases")
CONTRACT_VALUES = tuple(value.name for value in _RECORDS if value.kind == "contracts")
#: What of the failures is met at the purchase and after the sale; the rest is of delivery or use.
FAILURE_SHARES = ("failure_share_at_purchase", "failure_share_after_sale")
#: Those of rates that move, and of what being away is: leaving, or a pause; all of one or the other.
RATE_VALUES = ("rate_drift", "rate_redraw")
LEAVING_VALUES = ("quick_leavers", "quick_leaving", "slow_leaving")
PAUSE_VALUES = ("quick_pausers", "quick_pausing", "slow_pausing", "pause_return")
DROP_OUT_VALUES = tuple(value.name for value in _RECORDS if value.one_of)
SPEND_LAWS = {
    law: tuple(value.name for value in _RECORDS if value.spend_law == law)
    for law in ("gamma_gamma", "log_normal")
}
NEVER_DRAWN = frozenset(value.name for value in _RECORDS if value.never_drawn)
WHOLE = tuple(value.name for value in _RECORDS if value.whole)

#: Harmonics of the season, on the log rate: optional, with one range for all.
SEASON = re.compile(r"season_(cos|sin)[1-9]")
#: What an hour of a service employee costs: of no use in another currency than the one it is stated in.
WAGE = "wage_per_hour"
SEASON_RANGE = (-5.0, 5.0)
#: Range of a rival's or a channel's share.
SHARE_RANGE = _SHARE


def is_required(name: str, contract: bool) -> bool:
    """Return whether a market, with contracts or without, must declare a value."""
    value = VALUES.get(name)
    if value is None or value.one_of or value.optional or value.spend_law or value.kind == "moving":
        return False
    return value.kind in ("all", "contracts" if contract else "purchases")


def value_label(name: str, contract: bool = False) -> str:
    """Return what a report calls a value, in a market with contracts or without."""
    if name not in VALUES:
        return name.replace("_", " ")  # a harmonic of the season
    value = VALUES[name]
    return value.contract_label if contract and value.contract_label else value.label


def range_of_value(name: str) -> tuple[float, float]:
    """Return what can be of a value, or of a harmonic of the season."""
    return VALUES[name].range if name in VALUES else SEASON_RANGE
