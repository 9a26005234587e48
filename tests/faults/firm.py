"""Faults in how the firm carries out its plans: plays, audiences, execution, incidents."""

from tests.faults.fault import Fault

MODEL, FIRM, BASE = "plays", "firm", "base"
PLAY = "active_play"
AUDIENCE, INCIDENTS = "customer_stage", "data_breach"
TOGETHER = "saturation"
FAULTS = (
    # --- plays
    Fault("a play starts a week late", FIRM,
          "(week - play.start_week + 1)", "(week - play.start_week)", "rules"),
    Fault("a play ends a week late", FIRM, "week >= play.end_week", "week > play.end_week",
          "audience"),
    Fault("a budget is there a year late", FIRM, "week // WEEKS_A_YEAR + 1", "week // WEEKS_A_YEAR",
          "model costs"),
    Fault("what happens costs nothing", MODEL,
          "money = cost.per_person + cost.per_event", "money = cost.per_person",
          "costs model incentives"),
    Fault("what is fixed costs nothing", MODEL, "    if fixed:", "    if fixed < 0:",
          "costs feedback"),
    Fault("the reach of a play is those it should miss", MODEL,
          "reached[asked] = uniform < play.reach", "reached[asked] = uniform >= play.reach",
          "audience mechanisms"),
    Fault("a person gets every play of a lever", MODEL,
          "reached = reached & ~taken", "reached = reached.copy()", "audience"),
    # --- execution
    Fault("every plan is carried out in full", PLAY,
          "return self.effort * self.execution", "return self.effort",
          "organisation audience"),
    Fault("settings that are blended reach people in full", BASE,
          "play.strength * worth",
          "play.effort * worth", "audience"),
    Fault("what goes astray is not paid for", PLAY,
          "return self.effort if self.rows.size", "return self.strength if self.rows.size", "audience"),
    Fault("what is carried out worse does as much", MODEL,
          "execution = 1.0 if mechanism.builds_capability else run.firm.capability.execution",
          "execution = 1.0", "organisation audience"),
    Fault("what builds execution is carried out in part", MODEL,
          "execution = 1.0 if mechanism.builds_capability else run.firm.capability.execution",
          "execution = run.firm.capability.execution", "organisation"),
    Fault("reach does not limit what the firm builds", MODEL,
          "(run.levers.settings[p.key], efforts[p.key] * p.reach)",
          "(run.levers.settings[p.key], efforts[p.key])",
          "organisation data_stewardship"),
    # --- several levers together
    Fault("levers bring their plain sum", TOGETHER,
          "if len(terms) < 2:", "if len(terms) < 99:", "attitudes"),
    Fault("levers that hurt are damped as well", "terms",
          "term[i] * factor[i] if favourable * term[i] > 0 else term[i]", "term[i] * factor[i]",
          "attitudes"),
    Fault("levers that keep customers bring their plain sum", MODEL,
          '("churn", life.churn_cap, -1)', '("churn", life.churn_cap, 1)', "attitudes"),
    # --- audiences
    Fault("whoever is at risk counts as lost", AUDIENCE,
          "_RISK_GAPS, _LOSS_GAPS = 3.0, 6.0", "_RISK_GAPS, _LOSS_GAPS = 6.0, 3.0", "audience"),
    Fault("the newly lost count as new", AUDIENCE,
          '("prospect", "lapsed", "at_risk", "new")]\n'
          "    seen = np.select([status == PROSPECT, lost, risky, new]",
          '("prospect", "new", "lapsed", "at_risk")]\n'
          "    seen = np.select([status == PROSPECT, new, lost, risky]", "audience"),
    Fault("a gap is counted without the first purchase", AUDIENCE,
          '(people["frequency"] + 1.0)', 'np.maximum(people["frequency"], 1.0)', "audience"),
    Fault("the firm knows who has left", AUDIENCE,
          "    if leaving_seen:\n", "    if True:\n", "audience"),
    Fault("those given up are customers still", AUDIENCE,
          '("new", "active", "at_risk"))', '("new", "active", "at_risk", "lapsed"))', "audience"),
    Fault("silence ends when somebody leaves", AUDIENCE,
          'people["recency"] + gone', 'people["recency"]', "audience"),
    # --- incidents and data
    Fault("openness does not soften a breach", INCIDENTS,
          "damage = 1.0 - life.breach_softened * firm.openness", "damage = 1.0",
          "data_stewardship"),
    Fault("a breach is never forgotten", INCIDENTS,
          "firm.breach_left *= 2.0 ** (-1.0 / life.breach_half_life_weeks)",
          "firm.breach_left *= 1.0", "attitudes data_stewardship"),
    Fault("protection does not avert breaches", INCIDENTS,
          "(1.0 - firm.protection)", "1.0", "data_stewardship"),
    Fault("breaches of a year happen in a week", INCIDENTS,
          "(1.0 - firm.protection) / WEEKS_A_YEAR", "(1.0 - firm.protection)",
          "attitudes data_stewardship"),
    Fault("a breach earns trust", INCIDENTS,
          "return life.breach_trust_loss * damage", "return -life.breach_trust_loss * damage",
          "attitudes data_stewardship"),
)  # fmt: skip
