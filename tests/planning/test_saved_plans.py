"""Saved plans: written, read back as the same plan, checked anew, and every name that is gone told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sehatmenu.cli import main
from sehatmenu.errors import LoadError
from sehatmenu.files import parse_yaml, read_yaml, to_yaml
from sehatmenu.findings import Verdict
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.plan_files import minutes, part, rupiah
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from sehatmenu.planning.saved_plans import load_plan
from sehatmenu.quantities.units import read_quantity

from .problems import Dish, Offer, write_problem
from .tiny_problems import planned, rice_and_tempe

FREE = "{min: 50 %, max: 150 %, step: 5 %}"
DISHES = [
    Dish("nasi", "pokok", 300, 6, 100, FREE),
    Dish("telur", "hewani", 150, 12, 200, FREE),
    Dish("ikan", "hewani", 140, 15, 150),
]
OFFERS = [Offer("ani", "nasi", 2000), Offer("budi", "telur", 3000), Offer("budi", "ikan", 4500)]


def kitchen(folder: Path, **more: object) -> Path:
    """A problem of two days below `soal/`: rice and egg are the cheapest 400 kcal, 1.10 and 0.50 portions."""
    return write_problem(folder / "soal", DISHES, OFFERS, **more)  # type: ignore[arg-type]


def saved(folder: Path) -> Path:
    """The plan of the kitchen, saved beside the folder of its problem: (1.1 x 2000 + 0.5 x 3000) x 10 x 2 = 74000."""
    plan_ = planned(load_problem(kitchen(folder)))
    plan_.save(folder / "rencana.yaml")
    return folder / "rencana.yaml"


def change(path: Path, old: str, new: str) -> None:
    """Edit a file as a person would."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def refused(path: Path) -> list[tuple[str, str, str]]:
    """Code, the rest of the line where it is told, and the sentence of every problem of a saved plan."""
    with pytest.raises(LoadError) as caught:
        load_plan(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        (f.code, lines[f.place.line - 1][f.place.column - 1 :] if f.place else "", f.text("en"))
        for f in caught.value.report
    ]


def failures(plan_: Plan) -> list[str]:
    return [f.code for f in plan_.report.of(Verdict.fail)]


def test_every_figure_is_written_with_its_unit(tmp_path: Path) -> None:
    data = read_yaml(saved(tmp_path)).data
    assert ("soal/soal.yaml", "74000 IDR") == (data["problem"], data["cost"])
    assert data["servings"][0] == {
        "date": "2026-02-02",
        "institution": "sekolah",
        "meal": "siang",
        "dishes": [
            {"dish": "nasi", "supplier": "ani", "price": "2000 IDR", "portions": {"anak": "110 %"}},
            {"dish": "telur", "supplier": "budi", "price": "3000 IDR", "portions": {"anak": "50 %"}},
        ],
    }


def test_a_saved_plan_reads_as_the_same_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = planned(load_problem(kitchen(tmp_path)))
    monkeypatch.chdir(tmp_path)
    before.save("rencana.yaml")
    after = load_plan(tmp_path / "rencana.yaml")
    assert after.records() == before.records()
    for name in ("cost", "bound", "status", "solver", "gap"):
        assert getattr(after, name) == getattr(before, name)
    assert after.seconds == pytest.approx(before.seconds, abs=1e-4)
    assert after.text("en").split("Computed")[0] == before.text("en").split("Computed")[0]


def test_a_plan_with_a_margin_keeps_its_margin(tmp_path: Path) -> None:
    before = planned(load_problem(kitchen(tmp_path)), margin={"energy": "10 %"})
    before.save(tmp_path / "rencana.yaml")
    after = load_plan(tmp_path / "rencana.yaml")
    assert before.margin is not None
    assert after.margin is not None
    assert after.margin.data() == pytest.approx(before.margin.data())
    assert after.margin.text("en") == before.margin.text("en")
    assert after.bound == pytest.approx(before.bound)
    assert after.status == before.status


def test_a_new_price_is_a_new_cost_without_proof(tmp_path: Path) -> None:
    """1.1 portions of rice for 10 on 2 days at 500 rupiah more: 74000 + 11000."""
    path = saved(tmp_path)
    change(tmp_path / "soal/umkm.yaml", "price: 2000", "price: 2500")
    plan_ = load_plan(path)
    assert (85000, 0, 1, "loaded") == (plan_.cost, plan_.bound, plan_.gap, plan_.status)
    assert plan_.lawful
    assert "nothing is proven" in plan_.text("en")
    assert "Rp85.000" in plan_.text("id")


def test_a_new_rule_may_be_broken(tmp_path: Path) -> None:
    """The menu holds 1.1 x 300 + 0.5 x 150 = 405 kcal; from now on 420 are asked at least."""
    path = saved(tmp_path)
    change(tmp_path / "soal/standar.yaml", "min: 400 kcal", "min: 420 kcal")
    plan_ = load_plan(path)
    assert ["rule-below", "rule-below"] == failures(plan_)
    assert ("loaded", 74000) == (plan_.status, plan_.cost)
    assert "405 kcal" in plan_.text("en")


def test_a_bound_that_somebody_wrote_is_not_believed(tmp_path: Path) -> None:
    path = saved(tmp_path)
    plan_ = load_plan(path)
    change(path, f"bound: {plan_.bound:.15g}", "bound: 74000")
    assert (0, "loaded") == (load_plan(path).bound, load_plan(path).status)


def test_a_proof_outlives_comments_and_the_move_of_the_folder(tmp_path: Path) -> None:
    path = saved(tmp_path)
    before = load_plan(path)
    change(path, "problem: soal/soal.yaml", "# untuk minggu pertama\nproblem: ../soal/soal.yaml")
    (tmp_path / "arsip").mkdir()
    moved = path.rename(tmp_path / "arsip/rencana.yaml")
    assert (before.bound, "optimal") == (load_plan(moved).bound, load_plan(moved).status)


def test_a_portion_must_be_one_that_the_recipe_allows(tmp_path: Path) -> None:
    path = saved(tmp_path)
    change(path, "anak: 110 %", "anak: 112 %")
    assert ["plan-portion", "plan-portion"] == failures(load_plan(path))
    change(path, "anak: 112 %", "anak: 160 %")
    plan_ = load_plan(path)
    assert "plan-portion" in failures(plan_)
    assert "portion of 160 %; allowed are 50 % to 150 % in steps of 5 %" in plan_.text("en")
    assert plan_.report.findings[0].place is not None


def test_what_a_supplier_may_not_bring_is_told_but_read(tmp_path: Path) -> None:
    """Budi closes on Mondays and cooks 5 portions a day; 2 February 2026 is a Monday."""
    path = saved(tmp_path)
    change(tmp_path / "soal/umkm.yaml", "name: budi\n", "name: budi\n    days: [selasa]\n")
    eggs = "capacity: %s portions\n    offers:\n      - {dish: telur"
    change(tmp_path / "soal/umkm.yaml", eggs % 1000, eggs % 5)
    plan_ = load_plan(path)
    assert ["plan-excluded", "supplier-capacity"] == failures(plan_)
    assert "telur of budi may not be served: the UMKM is closed that day" in plan_.text("en")
    assert 74000 == plan_.cost


def test_a_saved_plan_can_be_compared_with_a_new_one(tmp_path: Path) -> None:
    """An ordinary plan: menus, prices of rules and pages come out of it as of any other."""
    plan_ = load_plan(saved(tmp_path))
    (table,) = plan_.problem.tables
    assert [1.1, 0.5, 0] == plan_.menu(table).portions[0].tolist()
    assert plan_.prices().records() == planned(load_problem(tmp_path / "soal/soal.yaml")).prices().records()
    plan_.to_html(tmp_path / "rencana.html")
    assert "telur" in (tmp_path / "rencana.html").read_text(encoding="utf-8")


def test_all_that_is_gone_is_told_at_once(tmp_path: Path) -> None:
    path = saved(tmp_path)
    first, second = path.read_text(encoding="utf-8").split("- date: '2026-02-03'")
    first = first.replace("dish: telur", "dish: telor").replace("supplier: ani", "supplier: anni")
    first = first.replace("{anak: 50 %}", "{guru: 50 %}")
    second = second.replace("institution: sekolah", "institution: sekola")
    path.write_text(f"{first}- date: '2026-02-07'{second}", encoding="utf-8")
    found = refused(path)
    assert [
        ("plan-supplier", "anni"),
        ("plan-dish", "telor"),
        ("plan-group", "guru: 50 %}"),
        ("plan-portion-missing", "{guru: 50 %}"),
        ("plan-date", "'2026-02-07'"),
        ("plan-institution", "sekola"),
        ("plan-tray-missing", "servings:"),
    ] == [(code, rest) for code, rest, _ in found]
    told = " ".join(text for _, _, text in found)
    for meant in ("Write: ani", "telur", "Write: anak", "such as 2026-02-03", "Write: sekolah", "2026-02-03, siang"):
        assert meant in told


def test_a_dish_of_another_course_and_a_course_without_dish(tmp_path: Path) -> None:
    path = saved(tmp_path)
    text = path.read_text(encoding="utf-8")
    eggs = "  - dish: telur\n    supplier: budi\n    price: 3000 IDR\n    portions: {anak: 50 %}\n"
    twice = text.replace(eggs, eggs + eggs.replace("telur", "ikan"), 1)
    path.write_text(twice, encoding="utf-8")
    assert ["plan-course-twice"] == [code for code, _, _ in refused(path)]
    path.write_text(text.replace(eggs, "", 1), encoding="utf-8")
    assert ["plan-course-missing"] == [code for code, _, _ in refused(path)]
    path.write_text(text, encoding="utf-8")
    change(tmp_path / "soal/resep/telur.yaml", "course: hewani", "course: nabati")
    assert {"plan-course", "plan-course-missing"} == {code for code, _, _ in refused(path)}


def test_a_meal_written_twice_and_a_meal_that_is_none(tmp_path: Path) -> None:
    path = saved(tmp_path)
    change(path, "'2026-02-03'", "'2026-02-02'")
    assert ["plan-tray-twice", "plan-tray-missing"] == [code for code, _, _ in refused(path)]
    change(path, "meal: siang", "meal: malam")
    assert ("plan-meal", "malam") == refused(path)[0][:2]


def test_figures_without_unit_and_unknown_fields_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path)
    change(path, "price: 2000 IDR", "price: 2000")
    change(path, "solver:", "solvers:")
    assert {"unit-missing", "field-missing", "field-unknown"} == {code for code, _, _ in refused(path)}


def test_a_problem_that_is_not_there(tmp_path: Path) -> None:
    path = saved(tmp_path)
    change(path, "soal/soal.yaml", "soal/lama.yaml")
    assert [("plan-problem-missing", "soal/lama.yaml")] == [found[:2] for found in refused(path)]
    with pytest.raises(LoadError, match="soalnya tidak ada di berkas mana pun"):
        planned(rice_and_tempe()).save(tmp_path / "rencana.yaml")


def test_an_offer_of_another_season_is_told_apart_by_date_and_price(tmp_path: Path) -> None:
    """Eggs are offered at 3000 until Monday and at 3200 from Tuesday: (1.1 x 2000 x 2 + 0.5 x 6200) x 10."""
    path = saved(tmp_path)
    new = "{dish: telur, price: 3000 IDR, until: 2026-02-02}\n      - {dish: telur, price: 3200 IDR, from: 2026-02-03}"
    change(tmp_path / "soal/umkm.yaml", "{dish: telur, price: 3000 IDR}", new)
    plan_ = load_plan(path)
    assert (75000, []) == (plan_.cost, failures(plan_))
    assert [3000, 3200] == [s.price for s in plan_.servings if s.dish.id == "telur"]


def test_the_command_saves_a_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem, file = str(kitchen(tmp_path)), str(tmp_path / "rencana.yaml")
    assert main(["plan", problem, "--save", file, "--lang", "en"]) == 0
    assert f"Saved to {file}." in capsys.readouterr().out
    assert load_plan(file).status in ("optimal", "within_gap")
    assert main(["plan", problem, "--save", str(tmp_path / "tidak/ada.yaml"), "--lang", "en"]) == 2
    assert "does not exist" in capsys.readouterr().err


def test_no_file_is_written_for_a_conflict(tmp_path: Path) -> None:
    problem = kitchen(tmp_path, energy=(2000, 2500))
    assert main(["plan", str(problem), "--save", str(tmp_path / "rencana.yaml")]) == 1
    assert not (tmp_path / "rencana.yaml").exists()
    assert not isinstance(plan(load_problem(problem)), Plan)


@given(st.floats(0, 1e14), st.floats(0, 5), st.floats(0, 1e6))
@example(1234.125, 1.12125, 90.03)
@settings(max_examples=200, deadline=None, database=None)
def test_figures_are_written_so_that_they_read_back(amount: float, factor: float, seconds: float) -> None:
    assert read_quantity(rupiah(amount), "IDR") == pytest.approx(amount, rel=1e-12, abs=1e-6)
    assert read_quantity(part(factor), "fraction") == pytest.approx(factor, abs=1e-12)
    assert read_quantity(minutes(seconds), "minute") == pytest.approx(seconds / 60, abs=1e-6)


words = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe\uffff"), max_size=12)
plain = st.one_of(
    words, st.sampled_from(["1e5", "08", "0x1f", "no", "null", "2026-02-02", "12:30", "~", "- a", "a: b"])
)


@settings(max_examples=200, deadline=None, database=None)
@given(st.dictionaries(plain, st.one_of(plain, st.lists(plain, max_size=3)), max_size=4))
def test_text_written_as_yaml_reads_back(data: dict[str, object]) -> None:
    assert parse_yaml(to_yaml(data)).data == data
