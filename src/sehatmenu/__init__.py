"""The public names of sehatmenu, each imported from its module on first use, so that `import sehatmenu` stays cheap."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
    from sehatmenu.planning.demand import Problem as Problem
    from sehatmenu.planning.demand import load_problem as load_problem
    from sehatmenu.planning.planners import plan as plan
    from sehatmenu.planning.plans import Plan as Plan
    from sehatmenu.planning.repairs import Repair as Repair
    from sehatmenu.planning.repairs import RepairConflict as RepairConflict
    from sehatmenu.planning.repairs import repair as repair
    from sehatmenu.planning.suppliers import Register as Register
    from sehatmenu.planning.suppliers import load_suppliers as load_suppliers
    from sehatmenu.quantities.amounts import read_amount as read_amount
    from sehatmenu.quantities.intervals import Interval as Interval
    from sehatmenu.quantities.units import read_quantity as read_quantity
    from sehatmenu.standards.checks import check as check
    from sehatmenu.standards.menus import Menu as Menu
    from sehatmenu.standards.menus import Option as Option
    from sehatmenu.standards.standards import Standard as Standard
    from sehatmenu.standards.standards import load_standard as load_standard

PUBLIC = MappingProxyType(
    {
        "Conflict": "planning.clashes",
        "Finding": "findings",
        "Food": "food.composition",
        "FoodTable": "food.composition",
        "Ingredient": "food.dishes",
        "Interval": "quantities.intervals",
        "LoadError": "errors",
        "Menu": "standards.menus",
        "Nutrition": "food.nutrients",
        "Option": "standards.menus",
        "Place": "files",
        "Plan": "planning.plans",
        "Problem": "planning.demand",
        "Recipe": "food.dishes",
        "Register": "planning.suppliers",
        "Repair": "planning.repairs",
        "RepairConflict": "planning.repairs",
        "Report": "findings",
        "SehatmenuError": "errors",
        "Severity": "findings",
        "SolverError": "errors",
        "Standard": "standards.standards",
        "UnitError": "errors",
        "Verdict": "findings",
        "check": "standards.checks",
        "load_foods": "food.composition",
        "load_problem": "planning.demand",
        "load_recipe": "food.recipes",
        "load_standard": "standards.standards",
        "load_suppliers": "planning.suppliers",
        "plan": "planning.planners",
        "read_amount": "quantities.amounts",
        "read_quantity": "quantities.units",
        "repair": "planning.repairs",
    }
)
"""Every public name and the module, below `sehatmenu`, that defines it."""

__version__ = "0.1.0"
__all__ = ["__version__", *PUBLIC]

if not TYPE_CHECKING:  # mypy sees the imports above, and so still refuses names that do not exist

    def __getattr__(name: str) -> object:
        """A public name, imported from its module and kept here for the next use."""
        if name not in PUBLIC:
            raise AttributeError(f"module 'sehatmenu' has no attribute {name!r}")
        value = getattr(import_module(f"sehatmenu.{PUBLIC[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)
