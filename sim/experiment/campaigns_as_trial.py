r"""What a firm's own campaigns brought, taken for a trial of a plan that does the same.

Nothing was drawn by lot: the firm chose whom it wrote to. What is taken is the effect on the contacted
beside comparable customers (`sim.insight.campaigns`), a share c of what they would have spent, with its
standard error e. Learned from are c b and e b, b being what all customers of the log spent each over as
many weeks as an effect is followed, on average over its last year: the contacted are the firm's better
customers, and a share carries over to the others, where an amount would not.

It rests on the firm having chosen by what the log holds. What can be seen of that is looked at first:
where the same comparison finds an effect before the contact, when there can be none, it is refused (by
chance in one firm of twenty for which all is as assumed).
"""

from sim.calibration.own_source import own_log
from sim.calibration.transactions import Log, read_log
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.errors import InputError
from sim.experiment.budget import size_strategies
from sim.experiment.trial_design import RECORDS, Design, named_apart, trial_designs
from sim.experiment.trial_result import Measured
from sim.insight.campaigns.contacts import contacts_of
from sim.insight.campaigns.effects import campaigns_of
from sim.insight.campaigns.panel import AFTER
from sim.insight.records import Campaigns, Effect
from sim.market.market import Market, load_market
from sim.playbook.strategies import Strategy
from sim.playbook.strategy_files import as_strategy

#: Standard errors on each side of a 95 % interval.
_NINETY_FIVE = 1.96
_ARM = "campaigns"
_OPTION = "--campaigns"


def campaigns_as_trial(name: str, strategy: str) -> Measured:
    """Return what a client's campaigns brought, with the plan for which they are taken.

    Parameters
    ----------
    name : str
        A client's market, made from a log of days with contacts beside it.
    strategy : str
        The plan that does what the campaigns did, by its name or its file's path; it is taken as it is
        once all of its plays run.

    Raises
    ------
    InputError
        If there is no such log or plan, nobody comparable, or the groups ran apart before the contact;
        or if campaigns of this firm were learned from before.
    """
    market = load_market(name)
    _check_first(market)
    plan, own = _plan(market, strategy, AFTER), own_log(market)
    log = read_log(own.source, own.customer, own.date, own.amount).until(own.until)
    contacts = contacts_of(own, log, None) if log.grain == "day" else None
    found, effect = _compared(name, campaigns_of(log, contacts))
    design = Design(
        arm=_ARM,
        unit=RECORDS,
        customers=found.compared,
        weeks=found.weeks,
        currency=market.currency,
        plan=plan,
    )
    design, base = named_apart(name, design), spend_over(log, found.weeks)
    change, error = effect.change * base, (effect.high - effect.low) / (2 * _NINETY_FIVE) * base
    return Measured(design.arm, found.compared, found.others, change, error, design)


def spend_over(log: Log, weeks: int) -> float:
    """Return what a customer of a log spent over so many weeks, on average over its last year."""
    days = min((log.last_day - log.first_day).days + 1, 7 * WEEKS_A_YEAR)
    recent = log.occasions[(log.last_day - log.occasions["day"]).dt.days < days]
    return float(recent["amount"].sum()) / log.n_customers * 7 * weeks / days


def _check_first(market: Market) -> None:
    """Refuse campaigns where some were learned from: the same contacts would count twice."""
    designs = trial_designs(market.name)
    before = [one.name for one in (market.learned.trials if market.learned else [])]
    if any(designs[one].unit == RECORDS for one in before if one in designs):
        expected = "campaigns that were not learned from yet: the same contacts would count twice"
        hint = "To take them anew, first undo that: see `loyalty learn --help`."
        raise InputError("loyalty learn", _OPTION, "learned before", expected, hint=hint)


def _compared(name: str, found: Campaigns | None) -> tuple[Campaigns, Effect]:
    """Return what a firm's contacts brought, if it can be told from what they would have bought."""
    if found is None or found.matched is None:
        what = "nobody comparable beside them" if found and found.contacts else "no contacts"
        expected = "a log of days, with who was contacted when beside it, and some who were not"
        hint = f"`loyalty insight --market {name}` says what is there."
        raise InputError("loyalty learn", _OPTION, what, expected, hint=hint)
    if found.placebo is not None and found.placebo.is_clear:
        differs = f"a difference of {found.placebo.change:+.0%} in the weeks before the contact"
        expected = "none there: whom the firm chose differs by more than the log holds"
        hint = "Let a trial by lot tell: `loyalty trial DIR`."
        raise InputError("loyalty learn", _OPTION, differs, expected, hint=hint)
    return found, found.matched


def _plan(market: Market, strategy: str, weeks: int) -> Strategy:
    """Return a plan under the market's budget with all its plays on from the start, as campaigns are."""
    design = as_strategy(strategy, market.name)
    if not design.plays:
        expected = "a plan with plays: campaigns did something"
        raise InputError("loyalty learn", _OPTION, strategy, expected)
    on = {"start_week": 0, "ramp_weeks": 1, "end_week": None}
    plays = [play.model_copy(update=on) for play in design.plays]
    running = design.model_copy(update={"plays": plays, "goals": [], "reviews": None})
    return size_strategies(market, [running], weeks)[design.name]
