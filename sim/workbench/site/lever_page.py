"""What a lever's page shows on the site besides: a figure of what is simulated, and what it rests on."""

import base64
import re

from matplotlib.figure import Figure

from sim.analysis.preset_effects import alone
from sim.checks.effect_tables import market_currencies
from sim.common.formatting import compact, markdown_table, money, range_of, spaced
from sim.evidence.parameters import Parameter, load_parameters
from sim.experiment.terms_at_work import parameters_at_work
from sim.levers import lever_label
from sim.market.market import load_market
from sim.model.scenario import Scenario
from sim.playbook.effect_rows import Effect, load_effects
from sim.playbook.pages import load_page
from sim.report.figure_style import BAD, GOOD, INK, MUTED, RULE, WIDTH, house_style, money_axis, png

_START, _END = "<!-- generated: effects -->", "<!-- end of effects -->"
#: Size of the run that is listened to: a year and some weeks, so that what happens once a year happens.
_CUSTOMERS, _WEEKS = 300, 60
#: Dots an inch: at the width of the page a letter of the figure is then about one of the text.
_DPI = 110


def with_figure(lever: str, text: str) -> str:
    """Return a lever's page with a figure below its effects, and what these numbers rest on.

    Parameters
    ----------
    lever : str
    text : str
        The page as it is written.

    Returns
    -------
    str
        The page; each simulated number links to what it rests on. As it was where none is simulated yet.
    """
    before, mark, rest = text.partition(_START)
    table, end, after = rest.partition(_END)
    if not mark or not end or not _effects(lever):
        return text
    target = f"rests-on-{lever.replace('_', '-')}"
    linked = "\n".join(_linked(line, target) for line in table.split("\n"))
    parts = (_figure_html(lever), f"({target})=", "## What these numbers rest on", _rests_on(lever))
    return "\n".join([before + mark + linked + end, "", *(f"{part}\n" for part in parts), after])


def _linked(line: str, target: str) -> str:
    """Return a row of the table of effects with a link at each cell that has a number in it."""
    if not line.startswith("| `"):
        return line
    first, preset, market, *cells, last = line.split("|")
    found = [f" [{x.strip()}](#{target}) " if re.search(r"\d", x) else x for x in cells]
    return "|".join((first, preset, market, *found, last))


def _effects(lever: str) -> list[Effect]:
    return [one for one in load_effects().values() if one.lever == lever]


def effects_figure(lever: str) -> Figure:
    """Draw what each preset of a lever adds by itself, a panel per market, each with its own scale."""
    effects, currencies = _effects(lever), market_currencies()
    presets = [name for name in load_page(lever).presets if any(e.preset == name for e in effects)]
    with house_style():
        figure = Figure(figsize=(WIDTH, 1.0 + 0.34 * len(presets)), layout="constrained")
        panels = figure.subplots(1, len(currencies), sharey=True, squeeze=False)[0]
        for axes, (market, currency) in zip(panels, currencies.items(), strict=True):
            axes.axvline(0, color=RULE, zorder=0)
            axes.set_title(spaced(market))
            for one in (each for each in effects if each.market == market):
                row, colour = presets.index(one.preset), _colour(one)
                axes.plot([one.equity_low, one.equity_high], [row, row], color=colour, lw=2.5)
                axes.plot([one.equity], [row], "o", color=colour, ms=6)
            axes.set_yticks(range(len(presets)), [spaced(name) for name in presets])
            axes.set_ylim(len(presets) - 0.5, -0.5)
            axes.locator_params(axis="x", nbins=4)
            money_axis(axes.xaxis, currency)
            axes.tick_params(axis="y", colors=INK)
    return figure


def _colour(effect: Effect) -> str:
    """Blue where the whole interval wins, orange where it loses, grey between."""
    if effect.equity_low > 0:
        return GOOD
    return BAD if effect.equity_high < 0 else MUTED


def _figure_html(lever: str) -> str:
    content = base64.b64encode(png(effects_figure(lever), _DPI)).decode()
    said = (
        "Customer equity per known customer that each preset adds by itself, after its cost: the dot is "
        "the mean, the line its 90 % interval; blue where all of it wins, orange where all of it loses, "
        "grey where it may do either. Each market has its own scale; the table above has the numbers."
    )
    alt = f"{lever_label(lever)}: what each preset adds by itself in each market."
    return (
        f'<figure><img alt="{alt}" src="data:image/png;base64,{content}">'
        f"<figcaption>{said}</figcaption></figure>"
    )


def parameters_in_use(lever: str, preset: str) -> dict[str, list[str]]:
    """Return the parameters of a lever that a preset of it uses, and in which markets.

    Parameters
    ----------
    lever, preset : str

    Returns
    -------
    dict
        Name of a parameter with a range -> markets in which it moves what the preset brings or costs, in
        the order of the table of parameters.
    """
    strategy, found = alone(lever, preset), dict[str, list[str]]()
    for name in market_currencies():
        market = load_market(name)
        used = parameters_at_work(Scenario(market, strategy, _CUSTOMERS, _WEEKS))
        for key in used:
            found.setdefault(key.partition(".")[2], []).append(name)
    order = [one.parameter for one in load_parameters().rows if one.lever == lever]
    return {name: found[name] for name in order if name in found}


def _rests_on(lever: str) -> str:
    own = {one.parameter: one for one in load_parameters().rows if one.lever == lever}
    return "\n\n".join(
        (
            "Each simulated number comes from the model, the market and the lever's parameters, drawn "
            "from their ranges. Of these a preset uses those that move what it brings or costs. For some "
            "studies say how large they are, the others are assumed. What it acts through may be nil: "
            "without these it would do something else.",
            _through(lever, own),
            "All parameters of the lever. What is *assumed* has a range that somebody judged, and no "
            "finding behind its value; evidence named there gives direction or background only.",
            _table(own),
        )
    )


def _through(lever: str, own: dict[str, Parameter]) -> str:
    rows = []
    for preset in load_page(lever).presets:
        effects = [e for e in _effects(lever) if e.preset == preset]
        names = dict.fromkeys(name for e in effects for name in e.acts_through.split())
        used = parameters_in_use(lever, preset)
        studied = [name for name in used if own[name].status != "assumed"]
        rows.append(
            (
                f"`{preset}`",
                "<br>".join(_gain(e) for e in effects),
                "<br>".join(_studied(own[name], used[name]) for name in studied) or "none: assumed",
                ", ".join(f"`{name}`" for name in used if name not in studied) or "none of them",
                ", ".join(f"`{name}`" for name in names) or "none of them",
            )
        )
    return markdown_table(
        ("preset", "adds", "rests on studies", "is assumed", "acts through"), rows
    )


def _studied(parameter: Parameter, markets: list[str]) -> str:
    """Return a parameter with its studies, and its markets if it is not used in all."""
    everywhere = len(markets) == len(market_currencies())
    where = "" if everywhere else " in " + " and ".join(spaced(one) for one in markets)
    return f"`{parameter.parameter}`{where} ({', '.join(parameter.evidence)})"


def _gain(effect: Effect) -> str:
    currency = market_currencies()[effect.market]
    return f"{money(effect.equity, currency, signed=True)} {spaced(effect.market)}"


def _table(own: dict[str, Parameter]) -> str:
    rows = [
        (
            f"`{one.parameter}`",
            compact(one.value),
            range_of(one.low, one.high, compact),
            one.unit,
            one.status,
            ", ".join(one.evidence) or "–",
            one.note.replace("|", "/"),
        )
        for one in own.values()
    ]
    head = ("parameter", "value", "low to high", "unit", "status", "evidence", "note")
    return markdown_table(head, rows)
