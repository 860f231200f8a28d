"""A recipe as a kitchen writes it: servings, measures, method, ingredient lines or stated figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationError, WrapValidator, model_validator

from sehatmenu.allowances import SERVINGS
from sehatmenu.documents import Model, reject
from sehatmenu.food.credits import WrittenCredit
from sehatmenu.food.dishes import PortionBounds
from sehatmenu.quantities.units import InUnit

Course: TypeAlias = Literal["pokok", "hewani", "nabati", "sayur", "buah", "selingan", "minuman", "paket"]
Component: TypeAlias = Literal["pokok", "hewani", "nabati", "sayur", "buah", "selingan", "minuman"]
WrittenBasis: TypeAlias = Literal["gross", "edible", "cooked"]


class Line(Model):
    """One ingredient: `250 g tempe`, or `{food: tempe, amount: 250 g, basis: edible, method: goreng}`.

    `Bumbu halus:` opens a group, whose `lines` may stand below it.
    """

    text: str = ""
    food: str = ""
    amount: str = ""
    basis: WrittenBasis | None = None
    method: str | None = None
    note: str = ""
    lines: tuple[Line, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, str | int | float):
            return {"text": str(value)}
        return _from_key(value) if isinstance(value, dict) and len(value) == 1 else value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.text and not self.food:
            raise reject("ingredient-incomplete", food=self.food or "–")
        return self

    def __str__(self) -> str:
        return self.text or f"{self.food} {self.amount}".strip()


def _from_key(value: dict[Any, Any]) -> dict[Any, Any]:
    """`garam: 5 g` is a food with its amount, `Bumbu halus:` the heading of a group, perhaps with its lines."""
    [(key, inner)] = value.items()
    if not isinstance(key, str) or key in Line.model_fields:
        return value
    if inner is None:
        return {"text": f"{key}:"}
    if isinstance(inner, list):
        return {"text": f"{key}:", "lines": inner}
    if isinstance(inner, str | int | float):
        return {"text": f"{key}: {inner}"}
    return value


class Portion(Model):
    """How far the standard portion may be scaled, in parts of it: `{min: 70 %, max: 130 %, step: 5 %}`."""

    min: Annotated[float, InUnit("fraction")]
    max: Annotated[float, InUnit("fraction")]
    step: Annotated[float, InUnit("fraction")]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not (0 < self.min <= self.max and self.step > 0):
            raise reject("portion-bounds", minimum=self.min, maximum=self.max, step=self.step)
        return self

    def bounds(self) -> PortionBounds:
        """The same as plain numbers."""
        return PortionBounds(self.min, self.max, self.step)


class Stated(Model):
    """Figures that a label or a laboratory states, `per` a portion or a weight, with their source."""

    per: str
    source: str = Field(min_length=1)
    values: dict[str, str]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _text_of(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Amount: TypeAlias = Annotated[str, BeforeValidator(_text_of)]
Lists: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


def _countable(servings: float) -> float:
    least, most = SERVINGS
    if not least <= servings <= most:
        raise reject("servings-range", text=f"{servings:g}", least=least, most=most)
    return servings


class RecipeFile(Model):
    """A recipe file; see `load_recipe` for what its fields mean."""

    model_config = ConfigDict(populate_by_name=True)

    name: str = Field(min_length=1)
    id: str | None = None
    course: Course
    servings: Annotated[float, AfterValidator(_countable)] | None
    measures: Lists = ()
    weighed: dict[str, Amount] = {}
    basis: WrittenBasis | None = None
    method: str | None = None
    cooked_weight: Amount | None = Field(default=None, alias="yield")
    portion: Portion | None = None
    components: tuple[Component, ...] | None = None
    tags: tuple[str, ...] | None = None
    allergens: tuple[str, ...] | None = None
    credits: dict[str, WrittenCredit] | None = None
    ingredients: tuple[Line, ...] = ()
    nutrition: Stated | None = None
    mass: Amount | None = None
    source: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _some_way(self) -> Self:
        if not self.ingredients and self.nutrition is None:
            raise reject("recipe-ingredients-or-figures", name=self.name)
        return self


def _or_default(default: Any) -> WrapValidator:
    """Takes the default where a value is wrong, so that the rest of a faulty file can still be looked at."""

    def tolerant(value: Any, handler: Callable[[Any], Any]) -> Any:
        try:
            return handler(value)
        except ValidationError:
            return default

    return WrapValidator(tolerant)


class Salvaged(Model):
    """What can still be read of a faulty recipe file, so that all its problems are found at once."""

    model_config = ConfigDict(extra="ignore")

    measures: Annotated[Lists | None, _or_default(None)] = None
    weighed: Annotated[dict[str, Amount], _or_default({})] = {}
    basis: Annotated[WrittenBasis | None, _or_default(None)] = None
    method: Annotated[str | None, _or_default(None)] = None
    ingredients: Annotated[tuple[Annotated[Line | None, _or_default(None)], ...], _or_default(())] = ()
