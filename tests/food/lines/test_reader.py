"""Lines as cooks write them: each is read as it is meant, and what it leaves open is said."""

from __future__ import annotations

import pytest

from sehatmenu.errors import UnitError
from sehatmenu.food.composition import load_foods
from sehatmenu.food.lines.reader import read_line, read_part
from sehatmenu.food.lines.readings import LineReading

FOODS = load_foods()


def read(line: str) -> list[tuple[str, str]]:
    """Each food of a line as it is called there, with its amount."""
    return [(mention.called, str(mention.amount)) for mention in read_line(line, FOODS).mentions]


def codes(reading: LineReading) -> set[str]:
    return {note.code for note in reading.notes}


@pytest.mark.parametrize(
    ("line", "amount", "food", "remark"),
    [
        ("1½ ikat kangkung", "1.5 ikat", "kangkung", ""),
        ("250 g dada ayam", "250 g", "dada ayam", ""),
        ("2-3 siung bawang putih", "2..3 siung", "bawang putih", ""),
        ("kangkung 2 ikat", "2 ikat", "kangkung", ""),
        ("jahe 2 cm", "2 cm", "jahe", ""),
        ("2 cm jahe", "2 cm", "jahe", ""),
        ("garam secukupnya", "secukupnya", "garam", ""),
        ("minyak goreng secukupnya untuk menumis", "secukupnya", "minyak goreng", "untuk menumis"),
        ("beras 1 1/2 kg", "1500 g", "beras", ""),
        ("tempe - 250 g", "250 g", "tempe", ""),
        ("Garam: 5 g", "5 g", "Garam", ""),
        ("lima siung bawang merah", "5 siung", "bawang merah", ""),
        ("bayam seikat", "1 ikat", "bayam", ""),
        ("kangkung 2 ikat, petik daunnya", "2 ikat", "kangkung", "petik daunnya"),
        ("2 buah bengkuang besar", "2 buah", "bengkuang", "besar"),
        ("3 potong kecil tempe", "3 potong kecil", "tempe", ""),
        ("5 sdm. gula pasir", "5 sdm", "gula pasir", ""),
        ("5 siung bawang putih, cincang halus", "5 siung", "bawang putih", "cincang halus"),
        ("4 siung bawang merah iris tipis", "4 siung", "bawang merah", "iris tipis"),
        ("1 buah tomat ukuran sedang", "1 buah", "tomat", "ukuran sedang"),
        ("2 butir telur kocok lepas", "2 butir", "telur", "kocok lepas"),
        ("300 g dada ayam potong dadu", "300 g", "dada ayam", "potong dadu"),
        ("2 buah wortel, kupas, potong korek", "2 buah", "wortel", "kupas; potong korek"),
        ("250 g wortel, potong 2 cm", "250 g", "wortel", "potong 2 cm"),
        ("2 buah kentang, potong sesuai selera", "2 buah", "kentang", "potong sesuai selera"),
        ("1 ekor ayam, potong 10", "1 ekor", "ayam", "potong 10"),
        ("± 200 g tempe", "200 g", "tempe", ""),
        ("kurang lebih 200 g tempe", "200 g", "tempe", ""),
        ("• 5 g garam", "5 g", "garam", ""),
        ("2 ruas jari jahe", "2 ruas", "jahe", ""),
        ("dua setengah kg beras", "2500 g", "beras", ""),
        ("seruas jahe", "1 ruas", "jahe", ""),
        ("sejumput garam", "1 jumput", "garam", ""),
        ("250 gr tempe", "250 g", "tempe", ""),
        ("2 sendok makan gula pasir", "2 sdm", "gula pasir", ""),
        ("1 papan (100 g) tempe", "100 g", "tempe", "100 g"),
        ("15 ekor ikan kembung (± 1,5 kg)", "1500 g", "ikan kembung", "1,5 kg"),
        ("2 atau 3 siung bawang putih", "2..3 siung", "bawang putih", ""),
        ("3 butir kemiri, sangrai", "3 butir", "kemiri", "sangrai"),
        ("2 cups beras", "2 cup", "beras", ""),
        ("1/2 kg kelapa tua, parut", "500 g", "kelapa tua", "parut"),
        ("2 lonjor asam jawa isi 3", "2 lonjor", "asam jawa", "isi 3"),
        ("3 buah siung bawang putih", "3 siung", "bawang putih", ""),
        ("2 munjung sdm gula pasir", "2 sdm munjung", "gula pasir", ""),
        ("8 siyng bawang merah", "8 siyng", "bawang merah", ""),
        ("1 tbsp gula pasir", "1 sdm", "gula pasir", ""),
    ],
)
def test_one_food_of_a_line(line: str, amount: str, food: str, remark: str) -> None:
    [mention] = read_line(line, FOODS).mentions
    assert (str(mention.amount), mention.called, mention.remark) == (amount, food, remark)
    assert mention.food is FOODS[food]


@pytest.mark.parametrize(
    ("line", "foods"),
    [
        ("Gula pasir 2 sdm, garam", [("Gula pasir", "2 sdm"), ("garam", "secukupnya")]),
        (
            "Garam secukupnya minyak goreng secukupnya",
            [("Garam", "secukupnya"), ("minyak goreng", "secukupnya")],
        ),
        ("5 sdm tepung terigu (campur 2 sdm garam)", [("tepung terigu", "5 sdm"), ("garam", "2 sdm")]),
        ("Minyak goreng 3 sdm, terasi kukus", [("Minyak goreng", "3 sdm"), ("terasi", "secukupnya")]),
        ("secukupnya garam, gula", [("garam", "secukupnya"), ("gula", "secukupnya")]),
        ("garam dan gula secukupnya", [("garam", "secukupnya"), ("gula", "secukupnya")]),
        ("gula garam secukupnya", [("gula", "secukupnya"), ("garam", "secukupnya")]),
        ("1 sdm maizena + 2 sdm air", [("maizena", "1 sdm"), ("air", "2 sdm")]),
        ("1 sdm maizena larutkan dengan 2 sdm air", [("maizena", "1 sdm"), ("air", "2 sdm")]),
        ("1/2 sdt maizena diaduk dengan air 4 sdm", [("maizena", "0.5 sdt"), ("air", "4 sdm")]),
        ("2 sdt garam, gula pasir dan terasi secukupnya",
         [("garam", "2 sdt"), ("gula pasir", "secukupnya"), ("terasi", "secukupnya")]),
        ("1 sdt garam dan gula", [("garam", "0..1 sdt"), ("gula", "secukupnya")]),  # of one, or of each
        ("tempe 200 g,garam 1 sdt,1 sdm gula", [("tempe", "200 g"), ("garam", "1 sdt"), ("gula", "1 sdm")]),
    ],
)  # fmt: skip
def test_every_food_of_a_line_is_an_ingredient(line: str, foods: list[tuple[str, str]]) -> None:
    assert foods == read(line)


@pytest.mark.parametrize(
    ("line", "low", "high", "first"),
    [
        ("21/2 sdm gula pasir", 2.5, 10.5, "2 1/2"),
        ("1-1/2 sdm garam", 0.5, 1.5, "1 1/2"),
        ("5/6 siung bawang putih", 5 / 6, 6, "5-6"),
    ],
)
def test_a_number_with_two_readings_lies_between_them_and_is_asked(
    line: str, low: float, high: float, first: str
) -> None:
    reading = read_line(line, FOODS)
    value = reading.mentions[0].amount.value
    assert (low, high) == (value.low, value.high)
    [note] = [note for note in reading.notes if note.code == "number-two-readings"]
    offered = note.values["suggestion"]
    assert isinstance(offered, list)
    assert first == offered[0]
    assert not note.settled


@pytest.mark.parametrize(
    ("line", "main", "other"),
    [
        ("2 sdm mentega atau margarin", "mentega", "margarin"),
        ("100 g bayam/kangkung", "bayam", "kangkung"),
        ("3 buah cabe rawit / cabe merah", "cabe rawit", "cabe merah"),
        ("100 g tempe (bisa diganti tahu)", "tempe", "tahu"),
    ],
)
def test_alternatives_are_one_food_between_both(line: str, main: str, other: str) -> None:
    [mention] = read_line(line, FOODS).mentions
    assert (FOODS[main], (FOODS[other],)) == (mention.food, mention.others)
    assert "food-choice" in codes(read_line(line, FOODS))


@pytest.mark.parametrize(
    "line", ["Bumbu halus:", "Bumbu halus", "BAHAN :", "Bahan A", "Untuk kuah:", "Bumbu yang dihaluskan", "Bahan 1 :"]
)
def test_a_heading_is_no_food(line: str) -> None:
    reading = read_line(line, FOODS)
    assert (reading.outcome, reading.mentions) == ("heading", ())


def test_a_heading_may_stand_before_its_foods() -> None:
    reading = read_line("Pelengkap: taoge, seledri", FOODS)
    assert reading.title == "Pelengkap"
    assert ["taoge", "seledri"] == [mention.called for mention in reading.mentions]


@pytest.mark.parametrize("line", ["10 tusuk sate", "daun pisang secukupnya", "Tusuk gigi secukupnya"])
def test_what_nobody_eats_is_set_aside_and_said(line: str) -> None:
    reading = read_line(line, FOODS)
    assert (reading.outcome, codes(reading)) == ("aside", {"line-aside"})


@pytest.mark.parametrize(
    ("line", "called"),
    [
        ("1 sdt kaldu kelinci", "kaldu kelinci"),
        ("50 g keripik buncis", "keripik buncis"),  # a name beside an unknown word is another food
        ("2 sdm garam naga", "garam naga"),
        ("2 sdt minyak cabai", "minyak cabai"),  # no oil beside chillies
        ("100 g buncis goreng", "buncis goreng"),  # fried: no raw beans
    ],
)
def test_a_food_that_no_table_lists_is_accepted_as_itself(line: str, called: str) -> None:
    reading = read_line(line, FOODS)
    [mention] = reading.mentions
    assert (called, False) == (mention.called, mention.food.listed)
    assert "food-unlisted" in codes(reading)


@pytest.mark.parametrize(("line", "code"), [("50 g teri", "name-default"), ("1 gelas air mineral", "name-synonym")])
def test_a_name_that_the_table_does_not_list_is_said(line: str, code: str) -> None:
    assert code in codes(read_line(line, FOODS))


def test_egg_white_is_no_whole_egg() -> None:
    reading = read_line("2 butir telur (ambil putihnya saja)", FOODS)
    assert FOODS["putih telur"] is reading.mentions[0].food
    assert "line-part" in codes(reading)
    assert FOODS["telur"] is read_line("2 butir telur, pisahkan putih dan kuningnya", FOODS).mentions[0].food


def test_hundreds_without_a_unit_are_no_pieces() -> None:
    reading = read_line("250 kentang", FOODS)
    assert ("secukupnya", {"unit-missing"}) == (str(reading.mentions[0].amount), codes(reading))


def test_another_figure_of_the_same_food_is_no_other_food() -> None:
    [mention] = read_line("500 g tempe, resep asli 400 g", FOODS).mentions
    assert "400..500 g" == str(mention.amount)


def test_what_the_cook_left_out_may_be_missing() -> None:
    [mention] = read_line("2 lembar daun salam (saya skip)", FOODS).mentions
    assert (0, 2) == (mention.amount.value.low, mention.amount.value.high)
    [mention] = read_line("2 lembar daun salam (boleh skip)", FOODS).mentions
    assert mention.amount.value.known


@pytest.mark.parametrize("line", ["tempe 3000", "tempe Rp 3.000", "tempe 3ribuan", "2.000 buncis"])
def test_what_was_paid_is_no_amount(line: str) -> None:
    reading = read_line(line, FOODS)
    assert "secukupnya" == str(reading.mentions[0].amount)
    assert "amount-rupiah" in codes(reading)


@pytest.mark.parametrize("line", ["3 bawang putih", "telur 3", "dua telur", "1/4 tepung terigu"])
def test_a_number_without_a_unit_is_counted_and_said(line: str) -> None:
    assert read_line(line, FOODS).mentions[0].counted


@pytest.mark.parametrize(
    ("line", "code"),
    [("250 g", "ingredient-nameless"), ("5", "unit-missing"), ("", "quantity-empty"), ("x" * 999, "quantity-too-long")],
)
def test_a_line_of_nothing_is_refused(line: str, code: str) -> None:
    with pytest.raises(UnitError) as caught:
        read_line(line, FOODS)
    assert code == caught.value.code


def test_an_amount_beside_a_full_name_of_the_table() -> None:
    food = FOODS["FR026"]
    [mention] = read_part("250 gr", food.name.id, FOODS).mentions
    assert (food, "250 g") == (mention.food, str(mention.amount))
    [mention] = read_line(f"250 g {food.name.id}", FOODS).mentions
    assert food is mention.food
