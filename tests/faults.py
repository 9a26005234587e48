"""Deliberate faults, each of which some test must notice: what `make faults` plants, one at a time.

A fault is a small, likely slip: a sign, an off-by-one week, a swapped column, a dropped cost. The
golden baseline is not among the tests that may notice: it sees that numbers changed, not that they
are wrong.
"""

from typing import NamedTuple


class Fault(NamedTuple):
    """What is put in place of what, in which file, and the tests (`test_NAME.py`) that may notice."""

    what: str
    file: str
    old: str
    new: str
    tests: str


LIFE, MODEL, COMING = "sim/week/market_life.py", "sim/model.py", "sim/week/coming.py"
LEVER, PROGRAMME = "sim/mechanisms/incentives/lever.py", "sim/mechanisms/incentives/programme.py"
FAULTS = (
    # --- rules of the week
    Fault("satisfied customers leave sooner", LIFE,
          "felt = model.life.satisfaction_on_churn *", "felt = -model.life.satisfaction_on_churn *",
          "rules"),
    Fault("satisfied customers buy less", LIFE,
          "felt = life.satisfaction_on_purchase *", "felt = -life.satisfaction_on_purchase *",
          "rules"),
    Fault("recovery beats no failure", LIFE,
          "(failed - life.failure_recovered * complaints)",
          "(failed - 2 * (1 + life.failure_recovered) * complaints)",
          "rules"),
    Fault("those who leave rest a week too long", COMING,
          'week.number - people["week_lapsed"] >= WEEKS_A_YEAR',
          'week.number - people["week_lapsed"] > WEEKS_A_YEAR', "coming_and_going"),
    Fault("the rivals get the firm's trips", LIFE,
          'poisson(week.uniform("rival trips")[rows], category * (1 - share))',
          'poisson(week.uniform("rival trips")[rows], category * share)', "rules"),
    Fault("a trip's spend is a mean too large", LIFE,
          "* mean / shape\n    week.trips", "* mean\n    week.trips", "laws"),
    Fault("the last purchase is a week old at once", LIFE,
          'people["recency"][buyers] = people["tenure"][buyers]',
          'people["recency"][buyers] = people["tenure"][buyers] - 1.0', "rules"),
    Fault("unhappy customers are promoters", LIFE,
          "rows[said > life.promoter_threshold]", "rows[said < life.promoter_threshold]",
          "rules"),
    Fault("satisfied customers blame", "sim/week/talk.py",
          "life.talk_intercept + life.talk_slope", "life.talk_intercept - life.talk_slope",
          "rules"),
    Fault("more staff make the queue longer", "sim/desk.py",
          "self.agents_usual * (1 + extra_staff)", "self.agents_usual * (1 - extra_staff)",
          "rules"),
    Fault("a play starts a week late", "sim/firm.py",
          "(week - play.start_week + 1)", "(week - play.start_week)", "rules"),
    Fault("the season is a week off", "sim/market.py",
          "self._seasons[week % WEEKS_A_YEAR]", "self._seasons[(week + 1) % WEEKS_A_YEAR]",
          "rules"),
    Fault("customers start without their history", "sim/population.py",
          "gamma(luck, r + x, alpha + exposed)", "gamma(luck, r, alpha + exposed)", "model"),
    Fault("nobody drops out after the horizon", "sim/week/residual.py",
          "        alive *= faded\n", "", "laws"),
    # --- levers and their costs
    Fault("a discount applies to the whole basket", LEVER,
          "cut = -chosen.basket_share * np.log1p(-chosen.discount)",
          "cut = -np.log1p(-chosen.discount)", "costs incentives"),
    Fault("price cuts cost nothing", LEVER,
          "        money += _saved(chosen, week) * play.strength * week.spend\n", "",
          "costs incentives"),
    Fault("points of lost customers are still charged", LEVER,
          '(own["earned_face"] - own["expired_face"])', 'own["earned_face"]',
          "costs model incentives"),
    Fault("heavy buyers are moved most", PROGRAMME,
          "np.clip(1.0 - rate / unaided_rate", "np.clip(rate / unaided_rate", "costs incentives"),
    Fault("a lost tier hurts no more than a won one helps", "sim/mechanisms/incentives/tiers.py",
          "np.where(risen > 0, risen, ratio * risen)", "risen", "costs incentives"),
    Fault("training costs nothing", "sim/mechanisms/service_quality.py",
          "chosen.staff * _HOURS_A_WEEK + chosen.training_hours / WEEKS_A_YEAR",
          "chosen.staff * _HOURS_A_WEEK", "costs mechanisms"),
    Fault("analysts cost the simulated firm what they cost the real one",
          "sim/mechanisms/segmentation.py",
          'market["wage_per_hour"] / week.scale', 'market["wage_per_hour"]', "costs mechanisms"),
    Fault("what happens costs nothing", MODEL,
          " + cost.per_person + cost.per_event", " + cost.per_person", "costs model incentives"),
    # --- draws and books
    Fault("strategies and doing nothing have other luck", "sim/experiment/runner.py",
          'seed=manifest["seed"] + replication',
          'seed=manifest["seed"] + replication + (name != BASELINE)', "pairing"),
    Fault("strategies and doing nothing have other responses", "sim/experiment/runner.py",
          "draw=replication,", "draw=replication + (name != BASELINE),", "pairing"),
    Fault("every week has the same luck", "sim/randomness.py",
          "counter=[0, 0, 0, week]", "counter=[0, 0, 0, 0]", "laws"),
    Fault("a most likely value has no weight", "sim/parameters.py",
          "1.0 + 4.0 * (mode - low)", "3.0 + 0.0 * (mode - low)", "pairing"),
    Fault("credits are not posted", "sim/ledger.py",
          "self.credits[credit] += cents", "self.credits[credit] += 0", "laws model"),
    Fault("a first purchase counts as a repeat", "sim/history/histories.py",
          "[since > 0]", "[since >= 0]", "transactions"),
    Fault("the budget is twice what was set", "sim/planning.py",
          'budget = market["budget_share"]', 'budget = 2 * market["budget_share"]',
          "pairing"),
    # --- measures and analysis
    Fault("costs are added to profit", "sim/measures/weekly.py",
          'columns["margin"] - columns["cost"]', 'columns["margin"] + columns["cost"]', "measures"),
    Fault("what comes after the horizon is a week early", "sim/measures/equity.py",
          "np.exp(-discount * horizon)", "np.exp(-discount * (horizon - 1))", "measures"),
    Fault("payback is a week early", "sim/measures/equity.py",
          "week[below[-1] + 1]", "week[below[-1]]", "measures"),
    Fault("newcomers count as kept", "sim/measures/definitions.py",
          '_at_end("n_start_active", "n_start")', '_at_end("n_active", "n_start")', "measures"),
    Fault("ends of a market are scaled as its centre", "sim/experiment/summary.py",
          'manifest["variants"][variant]["scale"]', 'manifest["scale"]', "pairing"),
    Fault("effects are not paired", "sim/analysis/comparison.py",
          "paired_interval(value - base)", "paired_interval(value)", "analysis"),
    Fault("what each cause adds has the wrong sign", "sim/analysis/comparison.py",
          "float(np.mean(gaps))", "-float(np.mean(gaps))", "analysis"),
    Fault("the worst strategy is called best", "sim/analysis/verdict.py",
          "values.argmax(axis=1)", "values.argmin(axis=1)", "analysis"),
    # --- report
    Fault("the report calls the interval of one firm that of the average", "sim/report/tables.py",
          'range_of(gain["ci_low"], gain["ci_high"], signed)',
          'range_of(gain["low"], gain["high"], signed)', "report_numbers report"),
    Fault("the report shows the plan as the cost", "sim/report/tables.py",
          '"Actual cost a year": money(actual, currency)',
          '"Actual cost a year": money(planned, currency)', "report_numbers report"),
    Fault("losses are written as gains", "sim/wording.py",
          "    if value < 0:\n        return MINUS\n", "", "report_numbers report"),
    Fault("an unclear change is reported as one", "sim/report/findings.py",
          'row["ci_low"] > 0 or row["ci_high"] < 0', "True", "report_numbers report"),
    # --- from findings to parameters
    Fault("the share of sales is taken for the lift", "sim/conversion.py",
          "return -math.log1p(-share)\n", "return math.log1p(share)\n", "conversion"),
    Fault("odds are moved by the share of rivals", "sim/conversion.py",
          "return elasticity / (1 - share)", "return elasticity / share", "conversion"),
    Fault("a yearly share is divided by weeks", "sim/conversion.py",
          "return -math.log1p(-share) / weeks", "return share / weeks", "conversion"),
    Fault("what is from memory counts as seen", "sim/pooling.py",
          "_MEMORY_FACTOR = 1.5", "_MEMORY_FACTOR = 1.0", "pooling"),
    Fault("the next firm is as sure as the mean of the firms", "sim/pooling.py",
          "result.sd_eff_w_re**2 + result.tau2", "result.sd_eff_w_re**2", "pooling"),
    Fault("a discounted ratio is multiplied", "sim/pooling.py",
          'converted**share if scale == "log" else converted * share', "converted * share", "pooling"),
    Fault("a work counts as often as it has findings", "sim/evidence_strength.py",
          "best[finding.bib_key] = worth, finding", "best[finding.id] = worth, finding",
          "evidence_strength"),
)  # fmt: skip
