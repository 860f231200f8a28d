"""DataFrames of everything that has records, and plots that draw on the axes they are given."""

from __future__ import annotations

import pytest

from sehatmenu.planning.costings import stacked_markup

from .kitchen_plans import plan_by_hand, plan_with_unknowns, unmeasured


def test_records_become_frames() -> None:
    pytest.importorskip("pandas")
    plan = plan_by_hand()
    frame = plan.to_frame()
    assert len(frame) == len(plan.records())
    assert frame["cost_idr"].sum() == pytest.approx(plan.cost)
    assert frame["date"].dt.year.unique().tolist() == [2026]
    assert len(plan.report.to_frame("en")) == len(plan.report)
    assert unmeasured().nutrition.to_frame().loc[0, "nutrient"] == "energy"
    assert stacked_markup([97850], 98).to_frame()["total_idr"].iloc[-1] == 142078.2


def test_plots_draw_on_the_axes_they_are_given() -> None:
    pytest.importorskip("matplotlib")
    from matplotlib.figure import Figure

    from sehatmenu.reports.plots import adequacies, adequacy_plot, share_plot

    plan = plan_with_unknowns()
    ax = Figure().add_subplot()
    assert share_plot(plan, ax=ax) is ax
    assert sum(float(bar.get_window_extent().width) for bar in ax.patches) > 0
    assert len(ax.patches) == len(plan.supplier_values())
    subject = next(iter(adequacies(plan)))
    rule = next(iter(adequacies(plan)[subject]))
    drawn = adequacy_plot(plan, subject, rule, lang="en")
    assert len(drawn.get_xticklabels()) == len(plan.problem.days)
    assert drawn.get_ylim()[1] > 0
    with pytest.raises(KeyError):
        adequacy_plot(plan, "SD lain", rule)
