"""What a plan of work costs against the budget, in words."""

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.composed import retold
from sim.common.formatting import NEAR_BUDGET, money, percent
from sim.common.style import style
from sim.common.translated import told, translated
from sim.experiment.plan import Plan
from sim.playbook.affordability import shortfall
from sim.report.comparison.unaffordable import sentence

#: From this share on an audience is reached as a whole.
_ALL = 0.995
_COSTS = (
    "As written the plan costs {written}; planned are {planned}; its actual cost in this run is "
    "{actual}."
)
_SAVES = (
    "As written the plan saves {written}; planned are {planned}; in this run it saves {actual}."
)


def budget_in_words(plan: Plan) -> str:
    """Return what the plan may cost a year, and costs as written, as planned and in fact."""
    strategy, market = plan.strategy, plan.market
    firm, budget = market["firm_customers"], strategy.budget or 0.0
    spent = sum(float(costs.sum()) for costs in plan.costs.values()) * WEEKS_A_YEAR / plan.weeks
    planned = strategy.planned_cost
    written = planned if strategy.as_written is None else strategy.as_written

    saves = max(written, planned, spent) < 0

    def yearly(cost: float) -> str:
        amount = money((-cost if saves else cost) * firm, market.currency)
        if saves or not budget:  # what is saved is no share of a budget
            return told("{amount} a year", amount=amount)
        share = f"{cost / budget:.0%}"
        return told("{amount} a year ({share} of the budget)", amount=amount, share=share)

    lines = [
        told(
            "Budget: {amount} a year, {share} of the yearly margin of a firm with {customers} "
            "customers, is a cap on what is planned.",
            amount=money(budget * firm, market.currency),
            share=percent(market["budget_share"]),
            customers=f"{firm:,.0f}",
        ),
        told(
            _SAVES if saves else _COSTS,
            written=yearly(written),
            planned=yearly(planned),
            actual=yearly(spent / firm),
        ),
    ]
    return style().gap.join([*lines, *_under_the_cap(plan, spent / firm)])


def _under_the_cap(plan: Plan, spent: float) -> list[str]:
    """Return what the budget does to a plan, and why its actual cost may be above it."""
    budget = plan.strategy.budget or 0.0
    by = shortfall(plan.strategy, plan.market["firm_customers"])
    if by is not None:
        return [sentence(retold(plan.strategy.title), by)]
    says = []
    if plan.reach < _ALL:
        says.append(
            told(
                "So as not to plan more than the budget, all plays reach {share} of those they were "
                "written for: what does not fall with the number of people has to be saved on them.",
                share=percent(plan.reach),
            )
        )
    if plan.stops:
        stop = "A play pauses for the rest of the year before its part of the budget is used up."
        says.append(translated(stop))
    if spent > (1.0 + NEAR_BUDGET) * budget > 0.0:
        says.append(
            translated(
                "What a play owes when it pauses, such as rewards that were promised, is still honoured, "
                "and what is paid once may cost more than planned: so the actual cost is above it."
            )
        )
    return says
