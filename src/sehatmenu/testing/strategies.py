"""Strategies for Hypothesis: quantities, foods, recipes, menus and standards, and menus made for a given standard."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from sehatmenu.documents import day_of, load
from sehatmenu.files import parse_yaml
from sehatmenu.food.composition import Food, load_foods
from sehatmenu.food.dishes import PortionBounds, Recipe
from sehatmenu.food.nutrients import Nutrition, nutrients
from sehatmenu.food.recipe_files import Course
from sehatmenu.food.recipes import recipe_from
from sehatmenu.quantities.intervals import UNKNOWN, Interval
from sehatmenu.quantities.units import UNITS, Quantity
from sehatmenu.standards.menus import Menu
from sehatmenu.standards.standards import Standard, StandardFile, load_standard, read_standard
from sehatmenu.testing import lawful
from sehatmenu.testing.lawful import Chooser

SPELLINGS = {
    "g": ("g", "gram", "kg", "ons", "mg", "mcg"),
    "ml": ("ml", "l", "liter", "dl", "cc"),
    "kcal": ("kcal", "kkal", "kJ"),
    "fraction": ("%", "persen", "per cent"),
    "IDR": ("IDR", "rupiah"),
    "times": ("times", "kali"),
    "day": ("day", "hari", "hour", "jam"),
}
"""Spellings of each kind of quantity."""

COURSES: tuple[Course, ...] = ("pokok", "hewani", "nabati", "sayur", "buah", "selingan", "minuman", "paket")
MONDAY = date(2026, 2, 2)


def quantities(unit: str | None = None) -> st.SearchStrategy[str]:
    """Quantities as a law writes them, `20 %` or `0.6 gram`: zero, small and huge, in every spelling of the unit.

    `unit` is a canonical unit (`g`, `kcal`, `fraction`, ...); without it any unit of the closed vocabulary.
    """
    words = SPELLINGS.get(unit, (unit,)) if unit else UNITS
    numbers = st.integers(0, 10**9).map(str) | st.decimals(0, 10**6, places=2).map(lambda d: f"{d:f}")
    return st.tuples(numbers, st.sampled_from(words)).map(" ".join)


def foods() -> st.SearchStrategy[Food]:
    """Foods of the packaged table, blanks and zeros as they are printed."""
    return st.deferred(lambda: st.sampled_from(list(load_foods())))


def recipes() -> st.SearchStrategy[Recipe]:
    """Dishes of either kind: cooked from one to five foods of the packaged table, or with stated figures."""
    return cooked_recipes() | stated_recipes()


@st.composite
def cooked_recipes(draw: st.DrawFn) -> Recipe:
    """Dishes cooked from foods, weighed or `secukupnya`, for a known or unknown number of people."""
    chosen = draw(st.lists(foods(), min_size=1, max_size=5, unique_by=lambda food: food.code))
    lines = []
    for food in chosen:
        amount = draw(st.just("secukupnya") | st.integers(0, 5000).map(lambda grams: f"{grams} g"))
        lines.append(f"  - {{food: '{food.code}', amount: {amount}}}\n")
    servings = draw(st.integers(1, 500) | st.just("null"))
    basis, course = draw(st.sampled_from(("gross", "edible"))), draw(st.sampled_from(COURSES))
    head = f"name: Uji\ncourse: {course}\nservings: {servings}\nmethod: segar\nbasis: {basis}\ningredients:\n"
    return recipe_from(parse_yaml(head + "".join(lines), "uji.yaml"))


@st.composite
def stated_recipes(draw: st.DrawFn) -> Recipe:
    """Dishes with stated figures: every nutrient unknown, zero, small, huge or between two bounds."""
    amounts = st.just(0.0) | st.floats(1e-3, 1e3) | st.floats(0, 1e9)
    figures = st.just(UNKNOWN) | amounts.map(Interval.exact) | st.tuples(amounts, amounts).map(_between)
    names = st.lists(st.sampled_from(nutrients().ids), unique=True, max_size=12)
    held = {name: draw(figures) for name in draw(names)}
    tags = draw(st.frozensets(st.sampled_from(("pedas", "ikan", "susu", "buah", "roti")), max_size=2))
    number = draw(st.integers(1, 5))
    return Recipe(
        id=f"uji-{number}", name=f"Uji {number}", course=draw(st.sampled_from(COURSES)), servings=1.0,
        nutrition=Nutrition.of(held), mass=draw(figures), ingredients=(), tags=tags, allergens=frozenset(),
        method=draw(st.sampled_from(("segar", "goreng", "kukus"))), portion=PortionBounds(), source="",
    )  # fmt: skip


def _between(pair: tuple[float, float]) -> Interval:
    return Interval(min(pair), max(pair))


@st.composite
def menus(draw: st.DrawFn, max_days: int = 5) -> Menu:
    """Menus of one to `max_days` days with one to three dishes a day, lawful or not."""
    plates = draw(st.lists(st.lists(stated_recipes(), min_size=1, max_size=3), min_size=1, max_size=max_days))
    served = {MONDAY + timedelta(days=n + n // 5 * 2): {"siang": plate} for n, plate in enumerate(plates)}
    return Menu.of_days(served, whole_days=draw(st.booleans()))


RULES = (
    ("kind: nutrient, nutrient: {nutrient}, per: {per}", "nutrient"),
    ("kind: cost, per: {per}", "IDR"),
    ("kind: energy_share, nutrient: fat, per: {per}", "fraction"),
    ("kind: portions, of: {{group: sayur}}, basis: edible, per: {per}", "g"),
    ("kind: frequency, of: {{tag: ikan}}, per: week", "times"),
)


@st.composite
def standards(draw: st.DrawFn) -> Standard:
    """Small sound standards of one to four rules: of every unit spelling, possibly impossible to keep all together."""
    written = []
    for number in range(draw(st.integers(1, 4))):
        form, unit = draw(st.sampled_from(RULES))
        nutrient = draw(st.sampled_from(nutrients().ids))
        per = draw(st.sampled_from(("item", "meal", "day", "cycle")))
        bound = draw(_bounds(nutrients()[nutrient].unit if unit == "nutrient" else unit))
        text = form.format(nutrient=nutrient, per=per)
        written.append(f"  - {{id: r{number}, {text}, limits: [{{{bound}, source: s, place: pasal {number + 1}}}]}}\n")
    head = "id: uji\ntitle: Uji\nsources: {s: {title: Uji, seen: primary, where: uji}}\ngroups: {anak: {title: Anak}}\n"
    energy = "energy_factors: {protein: 4 kcal/g, fat: 9 kcal/g, carbohydrate: 4 kcal/g, source: s}\n"
    return read_standard(load(parse_yaml(head + energy + "rules:\n" + "".join(written), "uji.yaml"), StandardFile))


@st.composite
def _bounds(draw: st.DrawFn, unit: str) -> str:
    """`min: ...`, `max: ...` or both in order, in any spelling."""
    first, second = sorted((draw(quantities(unit)), draw(quantities(unit))), key=lambda q: Quantity.read(q).to(unit))
    return draw(st.sampled_from((f"min: {first}", f"max: {second}", f"min: {first}, max: {second}")))


def from_standard(
    standard: Standard | str, group: str | None = None, *, on: date | str | None = None
) -> st.SearchStrategy[Menu]:
    """Menus that keep every binding rule of a standard for a group, chosen by a solver at random prices.

    Nothing is filtered: every draw is one menu. What records show has to be handed in beside: `lawful.records`.
    Raises hypothesis.errors.InvalidArgument that names the rules when they leave no menu.
    """
    loaded, who, day = _asked(standard, group, on)
    return st.builds(_chosen, st.just((loaded, who, day, "")), st.integers(0, 2**32 - 1))


def breaking(
    standard: Standard | str, rule: str, group: str | None = None, *, on: date | str | None = None
) -> st.SearchStrategy[Menu]:
    """Menus that break one rule of a standard for a group and keep every other binding one.

    Raises hypothesis.errors.InvalidArgument when the rule cannot be broken, or only with others, which it names.
    """
    loaded, who, day = _asked(standard, group, on)
    return st.builds(_chosen, st.just((loaded, who, day, rule)), st.integers(0, 2**32 - 1))


Asked = tuple[Standard, str, date, str]


def _asked(standard: Standard | str, group: str | None, on: date | str | None) -> tuple[Standard, str, date]:
    loaded = load_standard(standard) if isinstance(standard, str) else standard
    who = lawful.groups(loaded)[0] if group is None else group
    loaded.check_group(who)
    day = day_of(on) or lawful.dates(loaded, who)[-1]
    return loaded, who, day


def _chosen(asked: Asked, seed: int) -> Menu:
    chooser = _chooser(_Asked(asked))
    menu = chooser.menu(lawful.prices(chooser.draft, seed))
    if menu is None:
        raise _impossible(asked, chooser)
    return menu


class _Asked:
    """A question with the identity of its standard, so that its program is written once."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.key = (id(asked[0]), *asked[1:])

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.key == other.key


@lru_cache(maxsize=32)
def _chooser(question: _Asked) -> Chooser:
    standard, group, on, rule = question.asked
    if not rule:
        return lawful.lawful(standard, group, on)
    held = [a for a in standard.applied(group, on) if a.rule.id == rule]
    if not held or held[0].rule.evidence:
        why = "is shown by records, not by a menu" if held else f"does not hold for {group!r} on {on}"
        raise InvalidArgument(f"rule {rule!r} of {standard.id} {why}")
    return lawful.breaking(standard, group, on, rule)


def _impossible(asked: Asked, chooser: Chooser) -> InvalidArgument:
    standard, group, on, rule = asked
    rules = ", ".join(name for name in chooser.clash() if name != rule)
    where = f"of {standard.id} for group {group!r} on {on}"
    if not rule:
        return InvalidArgument(f"no menu keeps these rules together: {rules} ({where})")
    if lawful.broken_alone(standard, group, on, rule) is None:
        return InvalidArgument(f"no menu breaks rule {rule!r} {where}")
    return InvalidArgument(f"rule {rule!r} {where} cannot be broken without breaking one of: {rules}")


def register() -> None:
    """Tell Hypothesis what `st.from_type` draws for the types of sehatmenu."""
    st.register_type_strategy(Food, foods())
    st.register_type_strategy(Recipe, recipes())
    st.register_type_strategy(Menu, menus())
    st.register_type_strategy(Standard, standards())
