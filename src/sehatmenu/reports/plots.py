"""The door to matplotlib: nutrients of a plan by day and group, shares of its orders, and cost against a limit."""

from __future__ import annotations

import math
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from sehatmenu.messages import Figure, spoken, word
from sehatmenu.partnership.quality import PortionChart
from sehatmenu.planning.cost_curves import CostCurve
from sehatmenu.planning.plans import Plan
from sehatmenu.reports.cycle_tables import subject_title
from sehatmenu.reports.rule_tables import DailyRow, daily_rows
from sehatmenu.whole_files import write_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEAF, LAWFUL, SHUT = "#1c6546", "#dceae0", "#8c2f1b"


def adequacies(plan: Plan) -> dict[str, dict[str, DailyRow]]:
    """What can be plotted: for each group (`SD contoh 1, sd-1-3`) the rules that look at a meal or a day, by title."""
    return {
        subject: {f"{spoken(row.title, 'id')}{f', {row.meal}' if row.meal else ''}": row for row in rows}
        for subject, rows in daily_rows(plan).items()
    }


def adequacy_plot(plan: Plan, subject: str, rule: str, ax: Axes | None = None, lang: str = "id") -> Axes:
    """What one rule finds on each day for one group, as bars before the stretch that the rule allows.

    `subject` and `rule` as in `adequacies`. What is not known is hatched: to its upper end, or to the top of the plot
    when it has none. Raises KeyError for a group or rule that the plan does not have. Needs the extra `plots`.
    """
    row = adequacies(plan)[subject][rule]
    ax = _axes(ax)
    found = [finding.values["amount"] if finding else None for finding in row.findings]
    scale = 100 if row.limit.unit == "fraction" else 1
    figures = [(f.low * scale, f.high * scale) if isinstance(f, Figure) else (0.0, 0.0) for f in found]
    limits = [x * scale for x in (row.limit.low, row.limit.high)]
    top = 1.15 * max((x for x in (*(x for pair in figures for x in pair), *limits) if math.isfinite(x)), default=1.0)
    low, high = max(limits[0], 0.0), min(limits[1], top)
    ax.axhspan(low, high, color=LAWFUL, label=word("page-legend-lawful", lang), zorder=0)
    for edge in (x for x in limits if math.isfinite(x)):
        ax.axhline(edge, color="black", linewidth=1, linestyle="--", zorder=3)
    days = range(len(figures))
    ax.bar(days, [low for low, _ in figures], color=LEAF, label=word("page-found", lang))
    open_ = [min(high, top) - low for low, high in figures]
    ax.bar(days, open_, bottom=[low for low, _ in figures], fill=False, hatch="///", edgecolor=LEAF,
           label=word("page-legend-open", lang))  # fmt: skip
    ax.set_xticks(days, [f"{day:%d/%m}" for day in plan.problem.days])
    ax.set_ylim(0, top)
    unit = "%" if row.limit.unit == "fraction" else word(f"unit-{row.limit.unit}", lang).removeprefix("unit-")
    ax.set_ylabel(unit)
    ax.set_title(f"{spoken(row.title, lang)}\n{spoken(subject_title(plan.problem, subject), lang)}")
    ax.legend(fontsize="small", loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return ax


def share_plot(plan: Plan, ax: Axes | None = None, lang: str = "id") -> Axes:
    """Each UMKM's share of the value of all orders in per cent, the largest on top. Needs the extra `plots`."""
    ax = _axes(ax)
    values = list(reversed(plan.supplier_values().items()))
    shares = [100 * plan.share(value) for _, value in values]
    ax.barh(range(len(shares)), shares, color=LEAF)
    ax.set_yticks(range(len(shares)), [plan.problem.register.suppliers[name].name for name, _ in values])
    ax.set_xlabel("%")
    ax.set_title(word("form-share-of-orders", lang))
    return ax


def cost_limit_plot(curve: CostCurve, ax: Axes | None = None, lang: str = "id") -> Axes:
    """What a menu costs in rupiah as the limit of one rule moves, and the bound that no menu undercuts (dashed).

    A limit that no menu can keep is a dotted upright; where none was found the curve of menus has a gap. Needs the extra
    `plots`.
    """
    ax = _axes(ax)
    at = range(len(curve.points))
    costs = [math.nan if point.cost is None else point.cost for point in curve]
    bounds = [point.bound if math.isfinite(point.bound) else math.nan for point in curve]
    values = [point.value for point in curve]
    if not all(math.isnan(cost) for cost in costs):
        ax.plot(values, costs, color=LEAF, marker="o", label=word("plot-cost-menu", lang))
    ax.plot(values, bounds, color="black", linestyle="--", marker="_", label=word("plot-cost-bound", lang))
    for number, k in enumerate(k for k in at if math.isinf(curve.points[k].bound)):
        label = "" if number else word("plot-no-menu", lang)
        ax.axvline(values[k], color=SHUT, linestyle=":", label=label or "_")
    ax.set_xticks(values, [point.limit for point in curve])
    ax.yaxis.set_major_formatter(lambda amount, _: spoken(Figure.exact(amount, "IDR"), lang))
    side = word("side-least" if curve.side < 0 else "side-most", lang)
    ax.set_xlabel(f"{spoken(curve.title, lang)}, {side}")
    ax.set_title(word("plot-cost-limit", lang))
    ax.legend(fontsize="small")
    return ax


def save_plot(ax: Axes, path: str | Path) -> None:
    """Write a plot as PNG, SVG or PDF, as its name ends: the file is whole or as it was before.

    Raises ValueError for an ending that matplotlib does not know, OSError when the file cannot be written.
    """
    drawn = BytesIO()
    ax.figure.canvas.figure.savefig(drawn, format=Path(path).suffix.removeprefix(".").casefold() or "png")
    write_bytes(path, drawn.getvalue())


def control_chart_plot(chart: PortionChart, ax: Axes | None = None, lang: str = "id") -> Axes:
    """The deliveries of an UMKM as shares of the standard portion, their weighted average with its limits, and the alarms.

    Needs the extra `plots`.
    """
    ax = _axes(ax)
    at, ewma = range(len(chart.days)), chart.ewma
    ax.fill_between(at, ewma.lower, ewma.upper, color=LAWFUL, label=word("plot-control-limits", lang), zorder=0)
    ax.plot(at, chart.individuals.points, "o", color=LEAF, label=word("plot-control-values", lang))
    ax.plot(at, ewma.plotted, color="black", label=word("plot-control-ewma", lang))
    beyond = [n for n in at if ewma.beyond[n]]
    if beyond:
        ax.plot(beyond, ewma.plotted[beyond], "x", color=SHUT, label=word("plot-control-alarm", lang))
    ax.set_xticks(list(at), [f"{day:%d/%m}" for day in chart.days], rotation=90, fontsize="small")
    ax.yaxis.set_major_formatter(lambda share, _: spoken(Figure.exact(round(share, 4), "fraction"), lang))
    ax.set_title(chart.supplier)
    ax.legend(fontsize="small")
    return ax


def _axes(ax: Axes | None) -> Axes:
    if ax is not None:
        return ax
    from matplotlib.figure import Figure as Canvas

    return Canvas(layout="constrained").add_subplot()
