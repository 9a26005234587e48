"""Faults in what is said of a log before anything is simulated."""

from tests.faults.fault import Fault

FAULTS = (
    Fault(
        "those who were best are expected to be best again, luck or not",
        "steady",
        "rate = gamma(uniform[0], self.shape + x, self.scale + T)",
        "rate = x / T",
        "insight",
    ),
    Fault(
        "customers of a panel may have bought nothing",
        "steady",
        "share = nbd_shares(most, shape, scale, weeks, none=0.0)",
        "share = nbd_shares(most, shape, scale, weeks, none=1.0)",
        "insight",
    ),
    Fault(
        "groups by worth are formed by what was bought later",
        "halves",
        'people["worth"] = worth_of(people["sales"].to_numpy())',
        'people["worth"] = worth_of(people["later_sales"].to_numpy())',
        "insight",
    ),
    Fault(
        "a silence counts from the middle of the log",
        "silence",
        'before = (people["last"] - halves.middle).dt.days.to_numpy() / 7.0',
        "before = np.zeros(n)",
        "insight_silence",
    ),
    Fault(
        "who fell silent and came back has not fallen silent",
        "silence",
        "fell[row[places]], back[row[places]] = True, ~is_last[places]",
        "fell[row[places]], back[row[places]] = is_last[places], ~is_last[places]",
        "insight_silence",
    ),
    Fault(
        "contacted customers are set beside all others",
        "designs",
        "expected = fit.expected\n",
        "expected = np.zeros_like(fit.expected)\n",
        "insight_campaigns",
    ),
    Fault(
        "customers who come in several waves are taken for several customers",
        "designs",
        "by_customer = np.bincount(rows.who, influence, minlength=customers)",
        "by_customer = influence",
        "insight_campaigns",
    ),
    Fault(
        "customers whom another campaign reached are comparable",
        "panel",
        "others = free & (reach[:, week + 1] == reach[:, week])",
        "others = free",
        "insight_campaigns",
    ),
)
