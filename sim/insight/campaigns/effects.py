"""What contacts brought: a naive and a defensible estimate, and what speaks for or against the latter."""

import numpy as np
import pandas as pd

from sim.calibration.transactions import Log
from sim.common.few import FEWEST
from sim.insight.campaigns.designs import Matched, customer_and_week_effects, matched, naive
from sim.insight.campaigns.panel import AFTER, Panel, Rows, history_of, panel_of, rows_of
from sim.insight.records import Campaigns, Study


def campaigns_of(log: Log, contacts: pd.DataFrame | None) -> Campaigns | None:
    """Return what contacts brought; None where nothing says who was contacted.

    Parameters
    ----------
    log : Log
    contacts : DataFrame or None
        From `sim.insight.campaigns.contacts.contacts_of`.
    """
    if contacts is None or contacts["customer"].nunique() < FEWEST:
        return None
    panel = panel_of(log, contacts)
    rows = None if panel is None else rows_of(panel)
    about = {
        "contacts": len(contacts),
        "customers": int(contacts["customer"].nunique()),
        "campaigns": int(contacts["campaign"].nunique()),
        "weeks": AFTER,
    }
    nothing = Campaigns(**about, waves=0)
    if panel is None or rows is None:
        return nothing
    main = _after(panel, rows)
    if main is None:
        return nothing
    before = _until(panel, rows, rows.week - AFTER, -AFTER, AFTER)
    return Campaigns(
        **about,
        waves=int(np.unique(rows.wave).size),
        compared=main.contacted,
        others=main.others,
        alone=main.alone,
        naive=naive(panel),
        fixed=customer_and_week_effects(panel),
        matched=main.effect,
        placebo=None if before is None else before.effect,
        study=_study(panel, rows),
    )


def _after(panel: Panel, rows: Rows) -> Matched | None:
    """Return the effect in the weeks after the contact, matched on all that was bought before it."""
    return _until(panel, rows, rows.week, 0, AFTER)


def _until(panel: Panel, rows: Rows, known: np.ndarray, begin: int, weeks: int) -> Matched | None:
    """Return the difference over some weeks from `begin` on, matched on weeks up to `known`."""
    outcome = panel.mean(rows.who, rows.week + begin, weeks)
    return matched(outcome, history_of(panel, rows, known), rows, panel.customers)


def _study(panel: Panel, rows: Rows) -> tuple[Study, ...]:
    """Return the difference in each week around the contact, matched on what was known before all."""
    history = history_of(panel, rows, rows.week - AFTER)
    found = []
    for week in range(-AFTER, AFTER):
        outcome = panel.sales[rows.who, rows.week + week]
        made = matched(outcome, history, rows, panel.customers)
        if made is not None:
            found.append(Study(week=week, effect=made.effect))
    return tuple(found)
