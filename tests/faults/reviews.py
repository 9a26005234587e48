"""Faults in how plans learn: what a review sees, and what its decisions do."""

from tests.faults.fault import Fault

SEEN, TWINS, CHANGES, REVIEWER = "reviews.seen", "reviews.twins", "reviews.changes", "reviewer"
TESTS = "reviews review_decisions"
FAULTS = (
    Fault("nobody is held out", TWINS, "play.reach * (1.0 - reviews.hold_out)", "play.reach",
          TESTS),
    Fault("a review forgets what a play costs", SEEN, "paired.mean() - cost / rows.size",
          "paired.mean()", TESTS),
    Fault("a trial is as sure as if all were in both arms", SEEN,
          "1.0 / served + (1.0 - hold_out) / (served * hold_out)", "2.0 / served", TESTS),
    Fault("purchases before the plan explain nothing", SEEN, "max(np.var(margin) - explained, 0.0)",
          "np.var(margin)", TESTS),
    Fault("a review is as sure as chance", SEEN, "float(ndtri(confidence)) * self.error", "0.0",
          TESTS),
    Fault("a goal of reputation is missed by chance", "reviews.goals",
          "float(ndtri(confidence)) * self.survey_error", "0.0", "reputation"),
    Fault("more prospects are asked than there are", "reviews.goals",
          "float(np.clip(prospects, 1, wanted))", "float(wanted)", "reputation"),
    Fault("some customers go without what is public", "levers.base",
          'cls.builds_capability or ("everyone",) in cls.confined(settings).values()',
          "cls.builds_capability", "idle_settings"),
    Fault("runs beside a run do not live by its decisions", REVIEWER,
          "            self.twins.carry_out(change, following)", "            pass", TESTS),
    Fault("a play that stops goes on for a week", CHANGES,
          'if rule.do == "stop":\n        _put(run, play, play.model_copy(update={"end_week": week',
          'if rule.do == "stop":\n        _put(run, play, play.model_copy(update={"end_week": week + 1',
          TESTS),
    Fault("a stretch leaves the range of a setting", CHANGES,
          'value = min(value, getattr(bound, "le", value))', "pass", TESTS),
    Fault("money that is moved does not arrive", CHANGES, "scaled(other, change.stretch)",
          "scaled(other, 1.0)", TESTS),
)  # fmt: skip
