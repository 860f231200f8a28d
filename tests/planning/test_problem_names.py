"""Problem files: what is written twice or leads nowhere is refused at its place, and no head is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sehatmenu.errors import LoadError
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from tests.planning.problems import Dish, Offer, write_problem

NASI = Dish("nasi", "pokok", 300, 6, 5)
TELUR = Dish("telur", "hewani", 150, 12, 140)
OFFERS = [Offer("warung-a", "nasi", 2000), Offer("warung-a", "telur", 2500)]
GROUP = "{group: anak, heads: 10}"
SCHOOL = """\
  - id: sekolah
    name: Sekolah uji
    meals: [{meal: siang, courses: [pokok, hewani], groups: [{group: anak, heads: 10}]}]
"""


def refused(folder: Path, edit: tuple[str, str] = ("", ""), *, rules: str = "", more: str = "") -> list[str]:
    """The English lines with which a small problem is refused after one text in it was replaced; [] when it loads."""
    path = write_problem(folder, [NASI, TELUR], OFFERS, rules=rules, more=more)
    path.write_text(path.read_text().replace(*edit, 1) if edit[0] else path.read_text())
    try:
        load_problem(path)
    except LoadError as error:
        return [line.replace(f"{folder}/", "") for line in error.text("en").splitlines()]
    return []


def rule(body: str) -> str:
    return f"{{id: uji, {body}, limits: [{{source: uji}}]}}"


def test_the_problem_is_sound_as_it_is(tmp_path: Path) -> None:
    assert [] == refused(tmp_path)


TWICE = [
    (GROUP, "{group: anak, heads: 78}, {group: anak, heads: 71}", "group 'anak'", "heads: 149"),
    ("groups: [", "groups: [{group: anak, heads: 3}]}, {meal: siang, courses: [pokok], groups: [", "meal 'siang'", ""),
    ("[pokok, hewani]", "[pokok, hewani, pokok]", "'pokok'", ""),
    (SCHOOL, SCHOOL + SCHOOL.replace("Sekolah uji", "Sekolah lain"), "institution 'sekolah'", ""),
    (SCHOOL, SCHOOL + SCHOOL.replace("id: sekolah", "id: lain"), "institution 'Sekolah uji'", ""),
]


@pytest.mark.parametrize(("old", "new", "what", "advice"), TWICE, ids=[what for _, _, what, _ in TWICE])
def test_two_lines_of_one_name_are_refused_with_both_places(
    old: str, new: str, what: str, advice: str, tmp_path: Path
) -> None:
    """A group in two lines of one meal was fed by the last line only: 78 + 71 heads, 71 portions, "lawful"."""
    (line,) = refused(tmp_path, (old, new))
    here, there = re.findall(r"soal\.yaml:(\d+):(\d+)", line)
    assert (int(here[0]), int(here[1])) > (int(there[0]), int(there[1]))
    assert what in line
    assert advice in line


def test_what_was_served_twice_is_refused(tmp_path: Path) -> None:
    past = "{date: 2026-01-30, institution: sekolah, meal: siang, dishes: [nasi]}"
    (line,) = refused(tmp_path, more=f"history: [{past}, {past.replace('nasi', 'telur')}]")
    assert "served is written twice" in line


def test_every_head_of_a_problem_is_fed(tmp_path: Path) -> None:
    """Two groups at one meal, one meal in two schools: 78 + 71 + 10 heads, two courses, two days."""
    path = write_problem(tmp_path, [NASI, TELUR], OFFERS)
    two = "{group: anak, heads: 78}, {group: bayi, heads: 71}"
    schools = SCHOOL.replace(GROUP, two) + SCHOOL.replace("id: sekolah", "id: dua").replace("Sekolah uji", "Dua")
    path.write_text(path.read_text().replace(SCHOOL, schools))
    standard = tmp_path / "standar.yaml"
    standard.write_text(standard.read_text().replace("anak: {", "bayi: {title: Bayi, meals: [siang]}, anak: {"))
    found = plan(load_problem(path), time_limit=20)
    assert isinstance(found, Plan)
    assert 2 * 2 * (78 + 71 + 10) == sum(h.heads for serving in found.servings for h in serving.helpings)


# Each: what the problem says besides, the place of the name (line:column of soal.yaml), and what the sentence proposes.
CHOICES = [
    ("institutions: [sekola]", "institution 'sekola'", "sekolah"),
    ("meals: [sing]", "meal 'sing'", "siang"),
    ("courses: [hewan]", "course 'hewan'", "hewani"),
    ("suppliers: [warung-b]", "supplier 'warung-b'", "warung-a"),
    ("of: {name: telor}", "dish 'telor'", "telur"),
    ("of: {tag: pedass}", "tag 'pedass'", "pedas"),
    ("weekdays: [minggu]", "on minggu", "senin, selasa"),
]


@pytest.mark.parametrize(("key", "what", "near"), CHOICES, ids=[what for _, what, _ in CHOICES])
def test_a_choice_that_names_nothing_is_refused(key: str, what: str, near: str, tmp_path: Path) -> None:
    (line,) = refused(tmp_path, more=f"choices: [{{{key}}}]")
    assert re.match(r"soal\.yaml:12:\d+: ", line), line
    assert what in line
    assert near in line


# Each: a rule, the name in it that leads nowhere, and what was probably meant. A plan with nuts for "kacamg" is the fault.
RULES = [
    ("kind: forbid, of: {allergen: kacamg-tanah}, per: item", "allergen 'kacamg-tanah'", "kacang-tanah"),
    ("kind: forbid, of: {allergen: [telur, ikam]}, per: item", "allergen 'ikam'", "ikan"),
    ("kind: forbid, of: {food: tempee}, per: item", "food 'tempee'", "tempe"),
    ("kind: forbid, of: {tag: pedaas}, per: item", "tag 'pedaas'", "pedas"),
    ("kind: forbid, of: {method: gorreng}, per: item", "way of cooking 'gorreng'", "goreng"),
    ("kind: require, certificate: slsh, per: item", "paper 'slsh'", "slhs"),
    ("kind: require, of: {course: bua}, per: meal", "course 'bua'", "buah"),
    ("kind: forbid, of: {name: telor}, per: item", "dish 'telor'", "telur"),
    ("kind: forbid, of: {tag: pedas}, per: meal, meals: [sore]", "meal 'sore'", "siang"),
    ("kind: when, if: {kind: forbid, of: {allergen: ikam}}, then: {kind: forbid, of: {tag: asin}}", "'ikam'", "ikan"),
]


@pytest.mark.parametrize(("body", "what", "near"), RULES, ids=[what for _, what, _ in RULES])
def test_a_rule_that_names_nothing_is_refused(body: str, what: str, near: str, tmp_path: Path) -> None:
    (line,) = refused(tmp_path, rules=rule(body))
    assert re.match(r"soal\.yaml:10:\d+: ", line), line
    assert what in line
    assert near in line


@pytest.mark.parametrize(
    "body",
    [
        "kind: forbid, of: {tag: pedas}, per: item",
        "kind: forbid, of: {allergen: moluska}, per: item",
        "kind: forbid, of: {food: kangkung}, per: item",
        "kind: forbid, of: {group: jajanan}, per: item",
    ],
)
def test_a_rule_on_what_is_known_but_not_served_is_kept(body: str, tmp_path: Path) -> None:
    """ "No molluscs at this school" is a sound rule where no dish has any."""
    assert [] == refused(tmp_path, rules=rule(body))


def test_a_rule_of_the_users_own_standard_is_read_as_closely(tmp_path: Path) -> None:
    refused(tmp_path)
    path = tmp_path / "standar.yaml"
    path.write_text(
        path.read_text() + "  - {id: ikan, kind: forbid, of: {allergen: ikam}, per: item, limits: [{source: uji}]}\n"
    )
    with pytest.raises(LoadError) as caught:
        load_problem(tmp_path / "soal.yaml")
    assert [f"{path}:9:45: the allergen 'ikam' is not known; perhaps you mean 'ikan'"] == caught.value.text(
        "en"
    ).splitlines()


OTHERS = [
    ("standard: standar.yaml", "standard: id/mbg-2062", "2:11", "id/mbg-2026"),
    ("group: anak", "group: anka", "9:70", "anak"),
    ("recipes: resep", "recipes: rsep", "4:10", "rsep"),
    ("to: 2026-02-03", "to: 2026-02-01", "3:34", "before it begins on 2 February 2026"),
    ("to: 2026-02-03", "to: 9999-12-31", "3:11", "366"),
    ("title: Soal uji", "title: Soal uji\nprefer: [tkpii]", "2:9", "tkpi"),
    ("[pokok, hewani]", "[pokok, hewano]", "9:44", "hewani"),
    ("heads: 10}", "heads: 10, portion: {min: 120 %, max: 80 %}}", "9:114", "(80 %) is below the lower end (120 %)"),
]


@pytest.mark.parametrize(("old", "new", "place", "said"), OTHERS, ids=[new for _, new, _, _ in OTHERS])
def test_every_finding_of_a_problem_file_has_its_place(
    old: str, new: str, place: str, said: str, tmp_path: Path
) -> None:
    (line,) = refused(tmp_path, (old, new))
    assert line.startswith(f"soal.yaml:{place}: "), line
    assert said in line


def test_a_limit_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    limits = "limits: [{from: 2026-03-01, until: 2026-02-01, source: uji}]"
    (line,) = refused(tmp_path, rules=f"{{id: uji, kind: forbid, of: {{tag: pedas}}, per: item, {limits}}}")
    assert re.match(r"soal\.yaml:10:\d+: it ends on 1 February 2026, before it begins on 1 March 2026", line)


def test_history_of_days_to_come_and_of_strange_meals_is_refused(tmp_path: Path) -> None:
    past = "{date: 2026-02-02, institution: sekolah, meal: sore, dishes: [nasii]}"
    lines = refused(tmp_path, more=f"history: [{past}]")
    assert ["2026", "meal 'sore'", "dish 'nasii'"] == [
        word for word, line in zip(["2026", "meal 'sore'", "dish 'nasii'"], lines, strict=True) if word in line
    ]


def test_minutes_to_an_institution_spelled_otherwise_are_refused(tmp_path: Path) -> None:
    refused(tmp_path)
    register = tmp_path / "umkm.yaml"
    register.write_text(
        register.read_text().replace("    offers:", "    delivery: {Sekolah: 20 minutes, lain: 9 minutes}\n    offers:")
    )
    with pytest.raises(LoadError) as caught:
        load_problem(tmp_path / "soal.yaml")
    (line,) = caught.value.text("en").splitlines()
    assert line == f"{register}:5:16: the institution 'Sekolah' is not known; perhaps you mean 'sekolah'"


def test_all_of_it_is_told_at_once(tmp_path: Path) -> None:
    rules = rule("kind: forbid, of: {allergen: ikam}, per: item")
    lines = refused(tmp_path, ("group: anak", "group: anka"), rules=rules, more="choices: [{meals: [sore]}]")
    places = [re.match(r"soal\.yaml:(\d+):", line) for line in lines]
    assert [9, 10, 12] == sorted(int(place[1]) for place in places if place)
