"""What a calibration warns of is said in the language of the reader."""

import re

import pandas as pd

from sim.calibration.fit_told import (
    NO_DROP_OUT,
    of_a_cohort,
    of_a_panel,
    of_returns,
    too_little_for_moves,
)
from sim.calibration.measured import NO_KIND, too_small
from sim.calibration.measured_channels import seldom_told, too_few_in_channels
from sim.calibration.measured_returns import too_few_returns, too_many_returns
from sim.calibration.measured_talk import NO_SOURCE, partly_told, too_few_newcomers
from sim.calibration.origins import Origins
from sim.calibration.panel_window import Window
from sim.calibration.spend_said import caution
from sim.common.composed import retold
from sim.common.text_tables import texts_in
from sim.intake.kinds import BESIDE


def test_what_a_calibration_warns_of_is_said_in_the_language_whatever_it_found():
    days = [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-12-31"), pd.Timestamp("2024-05-31")]
    windows = [Window(days[0], end, new) for end in days[1:] for new in (False, True)]
    people = [
        Origins(old, start, 1 - old - start, 4.0) for old, start in ((0.0, 1), (0.3, 0.2), (1, 0))
    ]
    said = [of_a_cohort(one, 104) for one in people] + [NO_DROP_OUT]
    told = [(leaves, joins) for leaves in (False, True) for joins in (False, True)]
    said += [of_a_panel(p, w, *which) for p in people for w in windows for which in told]
    said += of_returns((1_478, 163))
    said += ["Left out of the fits, since next to nothing was bought in between: 2024-12-25."]
    said += [
        too_little_for_moves(20.0, 1_234, 26, 200),
        caution(24.5, "€"),
        *map(too_small, BESIDE),
        NO_KIND,
        NO_SOURCE,
        too_few_newcomers(),
        partly_told(0.6),
        seldom_told(0.6),
        too_few_in_channels(),
        too_few_returns(),
        too_many_returns(0.9),
    ]
    with texts_in("zh"):
        for text in said:
            told = re.sub(r"--drop-out assumed|\w+\.parquet|`.*?`", "", retold(text))
            assert not re.search(r"[A-Za-z]{4}", told), told
    assert all(retold(text) == text for text in said)
