"""Printed forms: the forms of a plan or a recipe as one HTML file, every form on a new page of A4, or as a workbook."""

from __future__ import annotations

from pathlib import Path

from sehatmenu.food.dishes import Recipe
from sehatmenu.messages import Text
from sehatmenu.planning.plans import Plan
from sehatmenu.planning.prices import PriceList
from sehatmenu.reports.pages import fill
from sehatmenu.reports.plan_forms import (
    card_form,
    cost_form,
    nutrient_summary,
    order_form,
    portion_form,
    requirement_form,
    week_forms,
    workbook_forms,
)
from sehatmenu.reports.recipe_forms import recipe_forms
from sehatmenu.whole_files import write_text
from sehatmenu.worksheets.forms import Form
from sehatmenu.worksheets.spreadsheets import write_workbook


def plan_forms_html(plan: Plan, lang: str = "id") -> str:
    """The forms of a plan for print: menu cycle, cards, portions, requirement plan, orders, nutrients, cost."""
    made = (card_form, portion_form, requirement_form, order_form, nutrient_summary, cost_form)
    return _filled(plan.problem.title, (*week_forms(plan, lang), *(make(plan, lang) for make in made)), lang)


def recipe_forms_html(recipe: Recipe, prices: PriceList | None = None, lang: str = "id") -> str:
    """The forms of a recipe for print: standard recipe, costing (with a price list), draft label."""
    return _filled(Text(recipe.name, recipe.name), recipe_forms(recipe, prices, lang), lang)


def write_forms(thing: Plan | Recipe, path: str | Path, lang: str = "id", prices: PriceList | None = None) -> None:
    """Write the forms of a plan or of a recipe as one HTML file, or as a workbook when `path` ends in `.xlsx`.

    Workbooks need the extra `excel`. Raises OSError when the file cannot be written.
    """
    if Path(path).suffix.casefold() == ".xlsx":
        write_workbook(
            path, workbook_forms(thing, lang) if isinstance(thing, Plan) else recipe_forms(thing, prices, lang)
        )
        return
    html = plan_forms_html(thing, lang) if isinstance(thing, Plan) else recipe_forms_html(thing, prices, lang)
    write_text(path, html)


def write_result(forms: tuple[Form, ...], title: str, path: str | Path, lang: str = "id") -> None:
    """Write the forms of any result as one HTML page, or as a workbook when `path` ends in `.xlsx`."""
    if Path(path).suffix.casefold() == ".xlsx":
        write_workbook(path, forms)
    else:
        write_text(path, _filled(Text(title, title), forms, lang))


def _filled(title: Text, forms: tuple[Form, ...], lang: str) -> str:
    return fill("forms", lang, title=title, forms=forms)
