"""Extra portions and variant trays: ordered, counted against capacity and paid; another dish only where one must."""

from __future__ import annotations

from pathlib import Path

import pytest

from sehatmenu.errors import LoadError
from sehatmenu.files import read_yaml, to_yaml
from sehatmenu.messages import Figure
from sehatmenu.planning.demand import Problem, load_problem
from sehatmenu.planning.eaters import Extra, Variant
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from sehatmenu.planning.saved_plans import load_plan
from sehatmenu.planning.variants import variant_plan
from sehatmenu.reports.plan_forms import order_form
from sehatmenu.standards.checks import check

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "gading-rejo"


def problem(folder: Path, **group: object) -> Problem:
    """The exercise of three days, its one group changed."""
    data = read_yaml(EXAMPLE / "notebooks" / "sekolah-tiga-hari.yaml").data
    data |= {"recipes": str(EXAMPLE / "resep"), "suppliers": str(EXAMPLE / "umkm.yaml")}
    data["institutions"][0]["meals"][0]["groups"][0] |= group
    (folder / "masalah.yaml").write_text(to_yaml(data), encoding="utf-8")
    return load_problem(folder / "masalah.yaml")


def solved(problem: Problem) -> Plan:
    found = plan(problem, time_limit=15)
    assert isinstance(found, Plan)
    return found


@pytest.mark.parametrize(
    ("extra", "portions"),
    [
        (Extra(), 0),
        (Extra(tasting=2, sample=1), 3),
        (Extra(buffer="3 %"), 3),
        (Extra(buffer="2.5 %"), 2),
        (Extra(buffer="1 %"), 1),
    ],
)
def test_extra_portions_are_whole_and_rounded_up(extra: Extra, portions: int) -> None:
    """Of 78 heads 3 % are 2.34, 2.5 % are 1.95, 1 % are 0.78."""
    assert portions == extra.portions(78)


def test_extra_portions_are_ordered_and_paid_and_stated(tmp_path: Path) -> None:
    without = solved(problem(tmp_path))
    found = solved(problem(tmp_path, extra={"tasting": 2, "sample": 1, "buffer": "3 %"}))
    assert {78 + 6} == {serving.heads for serving in found.servings}
    assert {6} == {helping.extra for serving in found.servings for helping in serving.helpings}
    # cost is rupiah per portion times portions: that of the plan without them, times 84/78, within both proofs
    assert found.cost == pytest.approx(without.cost * 84 / 78, rel=0.012)
    loads = [f.values["amount"] for f in found.report if f.code == "supplier-capacity"]
    assert loads
    assert all(
        isinstance(load, Figure) and load.high % 84 == 0 for load in loads
    )  # every dish counts with all its portions
    form = order_form(found)
    at = [column.title for column in form.columns].index("Di antaranya tambahan")
    assert {6} == {row[at] for row in form.rows}
    found.to_html(tmp_path / "menu.html")
    assert "ditambah 6 porsi" in (tmp_path / "menu.html").read_text(encoding="utf-8")
    found.save(tmp_path / "rencana.yaml")
    assert {6} == {h.extra for s in load_plan(tmp_path / "rencana.yaml").servings for h in s.helpings}


# Variants


def test_variants_may_not_be_more_than_their_group(tmp_path: Path) -> None:
    some = [
        {"name": "tanpa telur", "heads": 40, "avoid": ["telur"]},
        {"name": "tanpa udang", "heads": 39, "avoid": ["udang"]},
    ]
    with pytest.raises(LoadError, match="79 orang"):
        problem(tmp_path, variants=some)


def test_a_dish_that_does_not_state_its_allergens_may_not_be_eaten() -> None:
    variant = Variant(name="tanpa telur", heads=1, avoid=("Telur",))
    assert [True, False, False] == [variant.may_eat(held) for held in (["ikan"], ["telur"], ["tidak-diketahui"])]


@pytest.fixture(scope="module")
def menu(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    without_soy = {"name": "tanpa kedelai", "heads": 3, "avoid": ["kedelai"]}
    return solved(problem(tmp_path_factory.mktemp("varian"), variants=[without_soy]))


def test_a_variant_keeps_the_class_tray_but_for_what_it_must_not_eat(menu: Plan) -> None:
    found = variant_plan(menu)
    held = [s for s in menu.servings if "kedelai" in s.dish.allergens or "tidak-diketahui" in s.dish.allergens]
    assert held
    assert {id(s) for s in held} == {id(sub.instead_of) for sub in found.substitutes}
    for sub in found.substitutes:
        if sub.option is not None:
            assert sub.option.recipe.course == sub.instead_of.course
            assert "kedelai" not in sub.option.recipe.allergens


def test_a_substitute_keeps_the_meal_lawful_and_none_is_said_to_be_none(menu: Plan) -> None:
    found = variant_plan(menu)
    for sub in found.substitutes:
        tray = [s for s in menu.by_tray[sub.day, sub.institution, sub.meal] if s is not sub.instead_of]
        if sub.option is None:
            continue
        dishes = [*(s.dish for s in tray), sub.option.recipe]
        assert len(dishes) == 5
        standard = menu.problem.standards[sub.institution]
        kinds = {f.values["rule_id"] for f in check(dishes, standard, sub.group, sub.day) if f.verdict == "fail"}
        # whole standard portions may miss an amount that the chosen portion keeps; what must be on the tray is there
        assert not {rule for rule in kinds if str(rule).startswith("plate-")}
    assert [sub for sub in found.substitutes if sub.option is None] == list(found.open)
    assert found.more == pytest.approx(sum(s.cost - s.saved for s in found.substitutes if s.option))


def test_without_anybody_who_must_not_eat_it_nothing_is_replaced(tmp_path: Path, menu: Plan) -> None:
    assert () == variant_plan(solved(problem(tmp_path))).substitutes
