"""Recipes out of texts, pages and tables: every line with its place, nothing lost, what is guessed is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sehatmenu.cli import main
from sehatmenu.errors import LoadError
from sehatmenu.files import parse_yaml
from sehatmenu.food.composition import load_foods
from sehatmenu.food.recipes import load_recipe
from sehatmenu.transcripts.clues import says_servings, servings_in
from sehatmenu.transcripts.plain_texts import read_plain_text
from sehatmenu.transcripts.recipe_drafts import recipe_draft
from sehatmenu.transcripts.transcribing import transcribe
from sehatmenu.transcripts.transcripts import Transcript
from tests.transcripts.texts import KITCHEN, MESSAGE, PAGE, ROWS


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _one(folder: Path, name: str, text: str) -> Transcript:
    [found] = transcribe(_file(folder, name, text))
    return found


def test_a_message_is_told_apart(tmp_path: Path) -> None:
    found = _one(tmp_path, "pesan.txt", MESSAGE)
    assert found.title.text == "Sayur bening bayam"
    assert [line.text for line in found.ingredients] == [
        "200 g bayam",
        "1 buah jagung manis (200 g)",
        "3 siung bawang merah, iris",
        "1/2 sdt garam",
        "1 liter air",
    ]
    assert str(found.ingredients[0].place).endswith("pesan.txt:5:1")
    assert [step.text for step in found.steps][-1] == "2. Masukkan bayam, rebus sebentar."
    dish = found.recipe(load_foods())
    assert (dish.course, dish.servings, dish.method) == ("sayur", 4, "kuah")  # sayur bening is listed as a dish with its broth
    greens = dish.mass_of(group="sayur")  # 200 g for four: 50 g if edible, 35.5 g if as bought (TKPI: bayam 71 % edible)
    assert (greens.low, greens.high) == pytest.approx((35.5, 50))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("untuk 10 porsi", 10), ("Porsi: 4", 4), ("(4 orang)", 4), ("Serves 6", 6), ("hasil 12 potong", 12),
        ("untuk 4-5 orang", None), ("sekeluarga", None),
    ],
)  # fmt: skip
def test_for_how_many_it_is(line: str, expected: float | None) -> None:
    assert expected == servings_in(line)


@pytest.mark.parametrize("line", ["2 buah tomat", "1 kg beras untuk nasi", "3 butir telur", "5 lembar daun salam"])
def test_an_ingredient_is_not_taken_for_the_servings(line: str) -> None:
    assert not says_servings(line)


def test_numbers_of_a_list_go_and_amounts_stay(tmp_path: Path) -> None:
    """A numbered list begins at one and goes on; any other number at the head of a line is an amount."""
    amounts = _one(tmp_path, "a.txt", "Kue\n2 butir telur\n1. 000 g tepung\n")
    assert [line.text for line in amounts.ingredients] == ["2 butir telur", "1. 000 g tepung"]


def test_a_page_states_its_recipe_as_linked_data(tmp_path: Path) -> None:
    found = _one(tmp_path, "halaman.html", PAGE)
    assert (found.title.text, found.document(load_foods()).data["servings"]) == ("Tempe goreng", 4)
    assert [str(line.place).rpartition("halaman.html:")[2] for line in found.ingredients] == ["7:4", "8:4"]
    dish = found.recipe(load_foods())
    assert (dish.course, dish.method) == ("nabati", "goreng")


def test_a_recipe_a_row_and_servings_left_open(tmp_path: Path) -> None:
    tahu, pisang = transcribe(_file(tmp_path, "resep.csv", ROWS))
    assert [line.text for line in tahu.ingredients] == ["300 g tahu", "1 sdt garam", "minyak goreng secukupnya"]
    assert tahu.recipe(load_foods()).servings == 5
    dish = pisang.recipe(load_foods())
    assert dish.servings is None
    assert not dish.nutrition["energy"].known
    assert "transcript-servings" in [note.code for note in pisang.said(load_foods())]


def test_the_sheet_of_a_kitchen_weighs_edible_parts_of_one_portion(tmp_path: Path) -> None:
    nasi, tumis = transcribe(_file(tmp_path, "menu.csv", KITCHEN))
    assert nasi.recipe(load_foods()).nutrition["energy"].amount.low == pytest.approx(357)  # TKPI AR001: 357 kcal in 100 g
    dish = tumis.recipe(load_foods())
    assert dish.mass_of(group="sayur").low == pytest.approx(60)
    assert dish.servings == 1


@pytest.mark.parametrize(("name", "text"), [("pesan.txt", MESSAGE), ("h.html", PAGE), ("r.csv", ROWS), ("m.csv", KITCHEN)])
def test_a_draft_loads_as_the_same_dish(name: str, text: str, tmp_path: Path) -> None:
    """What `read` writes is a recipe file at once, with the notes as comments and the same figures."""
    foods = load_foods()
    for found in transcribe(_file(tmp_path, name, text)):
        draft = _file(tmp_path, "draf.yaml", recipe_draft(found, foods))
        again, direct = load_recipe(draft, foods), found.recipe(foods)
        assert (direct.name, direct.course, direct.servings) == (again.name, again.course, again.servings)
        assert direct.nutrition.records() == again.nutrition.records()


def test_notes_stand_above_the_line_that_they_speak_of(tmp_path: Path) -> None:
    draft = recipe_draft(_one(tmp_path, "r.txt", "Tahu\n300 g tahu\ngaram secukupnya\n"), load_foods()).splitlines()
    at = next(n for n, line in enumerate(draft) if line.endswith("- garam secukupnya"))
    assert draft[at - 1].startswith("  # ")
    assert "garam" in draft[at - 1]


@pytest.mark.parametrize("name", ["kosong.txt", "kosong.csv", "kosong.json"])
def test_a_file_without_a_recipe_says_so(name: str, tmp_path: Path) -> None:
    path = _file(tmp_path, name, "{}" if name.endswith("json") else "\n")
    with pytest.raises(LoadError, match=name):
        transcribe(path)


def test_a_broken_page_says_where(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"h\.json:1:1"):
        transcribe(_file(tmp_path, "h.json", '{"@type": "Recipe", '))


WORDS = st.lists(st.sampled_from(["200 g tempe", "garam", "2 siung bawang putih", "1. air", "- santan", "• cabe"]), min_size=1)


@given(WORDS)
def test_no_line_is_lost(lines: list[str]) -> None:
    """Every line between the title and the steps is an ingredient line, whatever marks it begins with."""
    found = read_plain_text("\n".join(["Judul", *lines, "Cara:", "masak"]), "t.txt")
    assert found is not None
    assert len(lines) == len(found.ingredients)
    for line, read in zip(lines, found.ingredients, strict=True):
        assert read.text.split()[-1] == line.split()[-1]


def test_the_command_writes_files_to_correct(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = _file(tmp_path, "resep.csv", ROWS)
    assert main(["read", str(source), "--to", str(tmp_path / "resep")]) == 0
    assert "2 resep" in capsys.readouterr().out
    written = sorted((tmp_path / "resep").iterdir())
    assert [path.name for path in written] == ["pisang-rebus.yaml", "tahu-goreng.yaml"]
    assert parse_yaml(written[1].read_text(encoding="utf-8"), "x").data["name"] == "Tahu goreng"


def test_check_takes_a_text_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(_file(tmp_path, "pesan.txt", MESSAGE))]) == 0
    assert "bayam" in capsys.readouterr().out
