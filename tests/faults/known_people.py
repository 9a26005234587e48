"""Faults in what the firm knows of people, and in what these let in of its messages."""

from tests.faults.fault import Fault

FAULTS = (
    Fault(
        "what is spent elsewhere is known for sure",
        "segmentation",
        "r = min(1.0, correlation * right)",
        "r = 1.0",
        "segmentation",
    ),
    Fault(
        "of several criteria the first alone counts",
        "segmentation",
        "if len(seen) > 1:",
        "if len(seen) > 9:",
        "segmentation",
    ),
    Fault(
        "a firm that ranks by four criteria pays for one",
        "segmentation",
        "criteria = len(play.settings.weights) if",
        "criteria = 1 if",
        "segmentation",
    ),
    Fault(
        "who has opted out is written to all the same",
        "listeners",
        'part: Floats = self.own["let_in"][rows]',
        'part: Floats = 0.0 * self.own["let_in"][rows] + 1.0',
        "opting_out",
    ),
    Fault(
        "an opt-out holds for personal messages alone",
        "levers.messages",
        'part: Floats = week.people["let_in"][rows]',
        'part: Floats = 0.0 * week.people["let_in"][rows] + 1.0',
        "consent",
    ),
    Fault(
        "messages in mind are taken for those of a week",
        "consent",
        "p.opt_out * above / week.usual.weeks_in_mind",
        "p.opt_out * above",
        "opting_out",
    ),
    Fault(
        "newcomers thin out those who have opted out",
        "week.opting_out",
        "return np.append(chance,",
        "return 0.0 * np.append(chance,",
        "usual_opting_out",
    ),
    Fault(
        "who has opted out before misses the usual messages",
        "consent",
        'for name in ("let_in", "let_in_as_usual"):',
        'for name in ("let_in",):',
        "usual_opting_out",
    ),
    Fault(
        "a run without plays is named without what the firm does already",
        "fingerprint",
        "or (market is not None and m.goes_on(market))",
        "or (market is not None and False)",
        "run_id",
    ),
    Fault(
        "what is missed by opting out ends with the plan",
        "personalisation.mechanism",
        'return terms | {"purchase": own["missed"] * missed} if own["missed"].any() else terms',
        "return terms",
        "opting_out",
    ),
    Fault(
        "studies are taken to hold for those of whom nothing is known",
        "portrait",
        'return seen / own["usually_known"]',
        "return seen",
        "known_interests",
    ),
    Fault(
        "what was seen long ago tells as much as what is fresh",
        "portrait",
        'own["portrait"] *= 2.0 ** (-1.0 / p.portrait_half_life_weeks)',
        "pass",
        "known_interests",
    ),
)
