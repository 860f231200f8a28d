"""The public names of sehatmenu, each imported from its module on first use, so that `import sehatmenu` stays cheap."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sehatmenu import partnership as partnership
    from sehatmenu.errors import LoadError as LoadError
    from sehatmenu.errors import SehatmenuError as SehatmenuError
    from sehatmenu.errors import SolverError as SolverError
    from sehatmenu.errors import UnitError as UnitError
    from sehatmenu.files import Place as Place
    from sehatmenu.findings import Finding as Finding
    from sehatmenu.findings import Report as Report
    from sehatmenu.findings import Severity as Severity
    from sehatmenu.findings import Verdict as Verdict
    from sehatmenu.food.composition import Food as Food
    from sehatmenu.food.composition import FoodTable as FoodTable
    from sehatmenu.food.composition import load_foods as load_foods
    from sehatmenu.food.dishes import Ingredient as Ingredient
    from sehatmenu.food.dishes import Recipe as Recipe
    from sehatmenu.food.nutrients import Nutrition as Nutrition
    from sehatmenu.food.recipes import load_recipe as load_recipe
    from sehatmenu.planning.clashes import Conflict as Conflict
    from sehatmenu.planning.cost_curves import CostCurve as CostCurve
    from sehatmenu.planning.cost_curves import cost_curve as cost_curve
    from sehatmenu.planning.demand import Problem as Problem
    from sehatmenu.planning.demand import load_problem as load_problem
    from sehatmenu.planning.diets import Diet as Diet
    from sehatmenu.planning.diets import DietConflict as DietConflict
    from sehatmenu.planning.diets import PricedFood as PricedFood
    from sehatmenu.planning.diets import at_least as at_least
    from sehatmenu.planning.diets import at_most as at_most
    from sehatmenu.planning.diets import diet_tables as diet_tables
    from sehatmenu.planning.diets import least_cost_diet as least_cost_diet
    from sehatmenu.planning.diets import shelf as shelf
    from sehatmenu.planning.inquiries import Question as Question
    from sehatmenu.planning.inquiries import what_to_find_out as what_to_find_out
    from sehatmenu.planning.many import Failed as Failed
    from sehatmenu.planning.many import plan_many as plan_many
    from sehatmenu.planning.objectives import Objective as Objective
    from sehatmenu.planning.planners import plan as plan
    from sehatmenu.planning.plans import Plan as Plan
    from sehatmenu.planning.prices import PriceList as PriceList
    from sehatmenu.planning.prices import load_prices as load_prices
    from sehatmenu.planning.repairs import Repair as Repair
    from sehatmenu.planning.repairs import RepairConflict as RepairConflict
    from sehatmenu.planning.repairs import repair as repair
    from sehatmenu.planning.rule_prices import Prices as Prices
    from sehatmenu.planning.rule_prices import RulePrice as RulePrice
    from sehatmenu.planning.rule_prices import Saving as Saving
    from sehatmenu.planning.rule_prices import price_of_fairness as price_of_fairness
    from sehatmenu.planning.saved_plans import load_plan as load_plan
    from sehatmenu.planning.suppliers import Register as Register
    from sehatmenu.planning.suppliers import load_suppliers as load_suppliers
    from sehatmenu.planning.unfinished import Unfinished as Unfinished
    from sehatmenu.planning.worker_processes import WorkerProcesses as WorkerProcesses
    from sehatmenu.quantities.amounts import read_amount as read_amount
    from sehatmenu.quantities.intervals import Interval as Interval
    from sehatmenu.quantities.units import read_quantity as read_quantity
    from sehatmenu.reports.price_sheets import read_prices as read_prices
    from sehatmenu.reports.recipe_sheets import read_recipes as read_recipes
    from sehatmenu.reports.recipe_sheets import recipes_from_frame as recipes_from_frame
    from sehatmenu.reports.supplier_sheets import read_suppliers as read_suppliers
    from sehatmenu.standards.checks import check as check
    from sehatmenu.standards.margins import Margins as Margins
    from sehatmenu.standards.menus import Menu as Menu
    from sehatmenu.standards.menus import Option as Option
    from sehatmenu.standards.nutri_levels import NutriLevel as NutriLevel
    from sehatmenu.standards.nutri_levels import nutri_level as nutri_level
    from sehatmenu.standards.standards import Standard as Standard
    from sehatmenu.standards.standards import load_standard as load_standard
    from sehatmenu.transcripts.recipe_drafts import recipe_draft as recipe_draft
    from sehatmenu.transcripts.transcribing import transcribe as transcribe
    from sehatmenu.transcripts.transcripts import Transcript as Transcript

PUBLIC = MappingProxyType(
    {
        "Conflict": "planning.clashes",
        "CostCurve": "planning.cost_curves",
        "Diet": "planning.diets",
        "DietConflict": "planning.diets",
        "Failed": "planning.many",
        "Finding": "findings",
        "Food": "food.composition",
        "FoodTable": "food.composition",
        "Ingredient": "food.dishes",
        "Interval": "quantities.intervals",
        "LoadError": "errors",
        "Margins": "standards.margins",
        "Menu": "standards.menus",
        "NutriLevel": "standards.nutri_levels",
        "Nutrition": "food.nutrients",
        "Objective": "planning.objectives",
        "Option": "standards.menus",
        "Place": "files",
        "Plan": "planning.plans",
        "PriceList": "planning.prices",
        "PricedFood": "planning.diets",
        "Prices": "planning.rule_prices",
        "Problem": "planning.demand",
        "Question": "planning.inquiries",
        "Recipe": "food.dishes",
        "Register": "planning.suppliers",
        "Repair": "planning.repairs",
        "RepairConflict": "planning.repairs",
        "Report": "findings",
        "RulePrice": "planning.rule_prices",
        "Saving": "planning.rule_prices",
        "SehatmenuError": "errors",
        "Severity": "findings",
        "SolverError": "errors",
        "Standard": "standards.standards",
        "Unfinished": "planning.unfinished",
        "Transcript": "transcripts.transcripts",
        "UnitError": "errors",
        "Verdict": "findings",
        "WorkerProcesses": "planning.worker_processes",
        "at_least": "planning.diets",
        "at_most": "planning.diets",
        "check": "standards.checks",
        "cost_curve": "planning.cost_curves",
        "diet_tables": "planning.diets",
        "least_cost_diet": "planning.diets",
        "load_foods": "food.composition",
        "load_plan": "planning.saved_plans",
        "load_prices": "planning.prices",
        "load_problem": "planning.demand",
        "load_recipe": "food.recipes",
        "load_standard": "standards.standards",
        "load_suppliers": "planning.suppliers",
        "nutri_level": "standards.nutri_levels",
        "plan": "planning.planners",
        "plan_many": "planning.many",
        "price_of_fairness": "planning.rule_prices",
        "read_amount": "quantities.amounts",
        "read_prices": "reports.price_sheets",
        "read_quantity": "quantities.units",
        "read_recipes": "reports.recipe_sheets",
        "read_suppliers": "reports.supplier_sheets",
        "recipe_draft": "transcripts.recipe_drafts",
        "recipes_from_frame": "reports.recipe_sheets",
        "repair": "planning.repairs",
        "shelf": "planning.diets",
        "transcribe": "transcripts.transcribing",
        "what_to_find_out": "planning.inquiries",
    }
)
"""Every public name and the module, below `sehatmenu`, that defines it."""

__version__ = "0.1.0"
__all__ = ["__version__", "partnership", *PUBLIC]

if not TYPE_CHECKING:  # mypy sees the imports above, and so still refuses names that do not exist

    def __getattr__(name: str) -> object:
        """A public name, imported from its module and kept here for the next use."""
        if name == "partnership":
            return import_module("sehatmenu.partnership")
        if name not in PUBLIC:
            raise AttributeError(f"module 'sehatmenu' has no attribute {name!r}")
        value = getattr(import_module(f"sehatmenu.{PUBLIC[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)
