"""DataFrames of everything that has records, and plots that draw on the axes they are given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sehatmenu.errors import LoadError
from sehatmenu.files import parse_yaml
from sehatmenu.food.recipes import recipe_from
from sehatmenu.messages import Text
from sehatmenu.planning.cost_curves import CostCurve, CurvePoint
from sehatmenu.planning.costings import stacked_markup
from sehatmenu.reports.recipe_sheets import recipes_from_frame

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


COLUMNS: dict[str, list[Any]] = {
    "Nama resep": ["Tumis kangkung", None, None],
    "Jenis hidangan": ["sayur", None, None],
    "Jumlah porsi": [20, None, None],
    "Dasar berat": ["kotor", None, None],
    "Cara masak": ["tumis", None, None],
    "Bahan": ["kangkung", "minyak goreng", "garam"],
    "Jumlah": [1.5, 90.0, 10.0],
    "Satuan": ["kg", "g", "g"],
}
WRITTEN = """\
name: Tumis kangkung
id: tumis-kangkung
course: sayur
servings: 20
basis: gross
method: tumis
ingredients: [1.5 kg kangkung, 90 g minyak goreng, 10 g garam]
"""


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_recipes_of_a_frame_equal_the_file(library: str) -> None:
    make = pytest.importorskip(library).DataFrame
    pytest.importorskip("narwhals")
    (recipe,), twin = recipes_from_frame(make(COLUMNS)), recipe_from(parse_yaml(WRITTEN))
    assert (recipe.name, recipe.course, recipe.servings) == (twin.name, twin.course, twin.servings)
    assert [i.gross for i in recipe.ingredients] == [i.gross for i in twin.ingredients]
    np.testing.assert_array_equal(recipe.nutrition.values.low, twin.nutrition.values.low)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_mistakes_of_a_frame_are_reported_at_their_row_and_column(library: str) -> None:
    make = pytest.importorskip(library).DataFrame
    pytest.importorskip("narwhals")
    wrong = COLUMNS | {"Bahan": ["kangkung", None, "garam"], "Jumlah": [-1.5, 90.0, 10.0]}
    wrong["Lain"] = [None, None, "x"]
    with pytest.raises(LoadError) as error:
        recipes_from_frame(make(wrong))
    found = {(f.code, str(f.place)) for f in error.value.report}
    assert found == {
        ("number-negative", "DataFrame:2:7"),
        ("sheet-cell-missing", "DataFrame:3:6"),
        ("sheet-column-unknown", "DataFrame:1:9"),
    }


def test_two_columns_of_one_name_are_refused() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame([["Sop"] * 9], columns=[*COLUMNS, "Bahan"])
    with pytest.raises(LoadError, match="DataFrame:1:9"):
        recipes_from_frame(frame)


def test_the_cost_curve_shows_menus_bounds_and_limits_that_no_menu_keeps() -> None:
    pytest.importorskip("matplotlib")
    from matplotlib.figure import Figure

    from sehatmenu.reports.plots import cost_limit_plot

    points = (
        CurvePoint("20 %", 0.2, 1_000_000.0, 990_000.0),
        CurvePoint("30 %", 0.3, 1_200_000.0, 1_190_000.0),
        CurvePoint("60 %", 0.6, None, float("inf")),
    )
    curve = CostCurve("protein", Text("Protein", "Protein"), -1, "plans", points)
    ax = Figure().add_subplot()
    assert cost_limit_plot(curve, ax=ax) is ax
    menus, bounds, shut = ax.lines
    np.testing.assert_array_equal(menus.get_ydata(), [1_000_000.0, 1_200_000.0, np.nan])
    np.testing.assert_array_equal(bounds.get_ydata(), [990_000.0, 1_190_000.0, np.nan])
    np.testing.assert_array_equal(shut.get_xdata(), [0.6, 0.6])
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["20 %", "30 %", "60 %"]
    assert ax.get_xlabel() == "Protein, paling sedikit"
    assert ax.yaxis.get_major_formatter()(1_000_000, 0) == "Rp1.000.000"
    only_bounds = cost_limit_plot(replace(curve, points=tuple(replace(p, cost=None) for p in points)), lang="en")
    assert [line.get_label() for line in only_bounds.lines] == ["lower bound of the cost", "no menu"]
