"""Recipe files: servings, household measures, cooking; read whole or refused with every problem at its place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError, WrapValidator, model_validator
from pydantic.functional_validators import ModelWrapValidatorHandler

from sehatmenu.documents import Model, load, open_document, reject
from sehatmenu.errors import LoadError, UnitError
from sehatmenu.files import Document, Location
from sehatmenu.findings import Finding, Severity, Verdict, problem
from sehatmenu.food.composition import FoodTable, load_foods
from sehatmenu.food.dishes import ALLERGENS_NOT_STATED, Ingredient, MassBasis, PortionBounds, Recipe, contributions
from sehatmenu.food.kitchens import Kitchen, Line, Prepared
from sehatmenu.food.nutrients import Nutrition, nutrients
from sehatmenu.food.sheets import refuse
from sehatmenu.quantities.amounts import read_amount
from sehatmenu.quantities.intervals import UNKNOWN, Interval
from sehatmenu.quantities.units import InUnit, read_quantity

__all__ = ["Ingredient", "MassBasis", "PortionBounds", "Recipe", "RecipeFile", "load_recipe", "recipe_from"]
