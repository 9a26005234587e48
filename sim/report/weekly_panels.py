"""The weekly paths that figures show: what each panel is called, and in what it is drawn."""

from dataclasses import dataclass

from sim.report.phrases import say


@dataclass(frozen=True)
class WeeklyPanel:
    """A panel of a figure over the weeks.

    Attributes
    ----------
    measure : str
        As `sim.measures.weekly.weekly_paths` names it.
    title, unit : str
        What it is called; the unit is empty for money, which its ticks show.
    factor : float
        By which values are multiplied.
    """

    measure: str
    title: str
    unit: str = ""
    factor: float = 1.0


def weekly_panels() -> tuple[WeeklyPanel, ...]:
    """Return the panels in the order in which they are drawn."""
    return (
        WeeklyPanel("cumulative_profit", say("weekly_panels.cumulative_profit")),
        WeeklyPanel(
            "retention",
            say("weekly_panels.customers_kept"),
            say("weekly_panels.percentage_points"),
            100.0,
        ),
        WeeklyPanel(
            "satisfaction",
            say("weekly_panels.satisfaction"),
            say("weekly_panels.standard_deviations"),
        ),
    )
