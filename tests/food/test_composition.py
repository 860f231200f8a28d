"""The food table: figures as printed, blanks unknown, names unique, gap fillers never silent."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from sehatmenu.errors import LoadError
from sehatmenu.food.composition import load_foods
from sehatmenu.quantities.intervals import UNKNOWN, Interval

FOODS = load_foods()


def test_the_packaged_table_holds_all_1146_foods_of_tkpi_2020() -> None:
    """1,146 rows in 23 groups of codes, as the book has them: AR 21, AP 114 ... NP 13, QR 1."""
    codes = [food.code for food in FOODS if food.edition == "tkpi-2020"]
    counts = {
        group: sum(code.startswith(group) for code in codes) for group in ("AR", "AP", "DR", "ER", "GR", "GP", "QR")
    }
    assert len(codes) == 1146
    assert counts == {"AR": 21, "AP": 114, "DR": 166, "ER": 112, "GR": 84, "GP": 95, "QR": 1}


def test_a_row_that_stands_alone_in_one_lineage_of_copies_is_corrected_or_says_what_the_others_print() -> None:
    alone = [food for food in FOODS if "1/3 lineages" in food.agreement and food.edition == "tkpi-2020"]
    assert len(alone) >= 10
    assert [food.code for food in alone if not (food.errata or food.conflicts)] == []


def test_foods_that_no_table_holds_are_foods_without_figures() -> None:
    named = [food for food in FOODS if food.edition == "dapur"]
    assert len(named) >= 100
    unknown = [food for food in named if "NO_FIGURES" in food.flags]
    assert len(unknown) >= 100
    assert {food.per100[n].amount for food in unknown for n in ("energy", "protein", "sodium")} == {UNKNOWN}
    assert [food.code for food in named if not (food.group and food.name.en)] == []


def test_the_edible_part_of_a_whole_fish_is_not_all_of_it() -> None:
    """USDA prints refuse 0 for tilapia and catfish because its rows are fillets; nobody says it of the whole fish."""
    for fish in ("nila", "lele", "tuna", "tenggiri", "tongkol"):
        assert FOODS[fish].edible == Interval(0, 1), fish
    assert FOODS["fillet nila"].edible == Interval.exact(1)
    assert FOODS["mujair"].edible == Interval.exact(0.8)  # TKPI 2020 p. 65


def test_wheat_flour_says_that_it_is_not_fortified_and_the_fortified_one_is_another_food() -> None:
    """TKPI 2020 p. 17: iron 1.3 mg, thiamin 0.10, riboflavin 0.07; the web list of 2019: 6.3, 0.35, 0.47."""
    naming = FOODS.naming("tepung terigu")
    assert naming is not None
    assert [kind.id for kind in naming.may_be] == ["tepung terigu fortifikasi"]
    figures = [FOODS[name].per100["iron"].amount.low for name in ("tepung terigu", "terigu fortifikasi")]
    assert figures == [1.3, 6.3]


def test_sweet_soy_sauce_has_the_figures_of_labels_with_their_range() -> None:
    """Bango: 76 g carbohydrate per 100 g, 99 g per 100 ml, hence 99 / 76 = 1.303 g/ml; 1,102 / 1.303 = 846 mg sodium."""
    kecap = FOODS["kecap manis"]
    assert kecap.per100["carbohydrate"].amount == Interval.exact(76)
    assert kecap.per100["sodium"].amount == Interval(846, 2130)
    assert kecap.density == Interval.exact(1.303)


def test_every_row_says_where_it_comes_from() -> None:
    assert [food.code for food in FOODS if not (food.source and food.seen and food.edition and food.group)] == []


def test_at_least_200_foods_have_kitchen_names_and_no_name_stands_for_two_foods() -> None:
    assert sum(bool(food.aliases) for food in FOODS) >= 200
    spellings = [spelling.casefold() for food in FOODS for spelling in dict.fromkeys(food.listed_names)]
    owners = {s.casefold(): food.code for food in FOODS for s in food.listed_names}
    assert all(owners[s.casefold()] == food.code for food in FOODS for s in food.listed_names)
    assert set(spellings) == set(owners)


# TKPI 2020, text layer of the book: tkpi2020_full.csv, columns energy, protein, fat, carbohydrate, iron, BDD
@pytest.mark.parametrize(
    ("name", "code", "energy", "protein", "iron", "edible"),
    [
        ("beras", "AR001", 357, 8.4, 1.8, 1),
        ("kangkung", "DR100", 28, 3.4, 2.3, 0.6),
        ("bawang putih", "NR008", 112, 4.5, 1.0, 0.88),
        ("pepaya", "ER073", 46, 0.5, 1.7, 0.75),
        # of the rows added in 2026, eleven picked at random (seed 1611) and one by hand
        ("Jamur encik", "DR086", 296, 9.4, 5.3, 0.95),
        ("daun sintrong", "DR075", 36, 2.6, 9.3, 0.94),
        ("daun pohpohan", "DR066", 37, 2.5, 5.9, 0.69),
        ("Lanting getuk", "BP048", 422, 0.9, 3.6, 1),
        ("daun lompong talas", "DR052", 44, 3, 1, 0.75),
        ("Bagea kelapa asin", "BP013", 450, 3.2, 0.3, 1),
        ("Sagu aren, segar", "BR019", 231, 0.6, 0.1, 1),
        ("mie pangsit basah", "AP088", 105, 5.9, 2, 1),
        ("daun kesum", "DR041", 48, 4.5, 2.6, 0.53),
        ("Kerupuk kemplang (ikan) mentah", "BP041", 325, 1.8, 2.3, 1),
        ("Beras ganyong", "BP020", 364, 3.4, 5, 1),
        ("jambu bol", "ER033", 49, 2.3, 0.3, 0.67),
    ],
)
def test_printed_figures(name: str, code: str, energy: float, protein: float, iron: float, edible: float) -> None:
    food = FOODS[name]
    figures = [food.per100[n].amount for n in ("energy", "protein", "iron")]
    assert (code, [Interval.exact(x) for x in (energy, protein, iron)]) == (food.code, figures)
    assert food.edible == Interval.exact(edible)


def test_copper_is_converted_from_the_mg_of_the_table_to_the_mcg_of_akg() -> None:
    assert Interval.exact(100) == FOODS["beras"].per100["copper"].amount  # printed 0.10 mg


def test_papaya_has_the_fat_of_the_2020_book_not_the_12_g_of_its_copies() -> None:
    assert Interval.exact(0.1) == FOODS["pepaya"].per100["fat"].amount


def test_groups_follow_the_role_of_a_food_not_the_letters_of_its_name() -> None:
    groups = [FOODS[name].group for name in ("terigu", "teri", "tongkol", "kol", "kecipir", "beras", "santan")]
    assert groups == ["pokok", "hewani", "hewani", "sayur", "sayur", "pokok", "minyak"]


def test_folate_and_b12_that_tkpi_does_not_print_are_unknown_not_zero() -> None:
    assert {UNKNOWN} == {FOODS["bayam"].per100[n].amount for n in ("folate", "vitamin_b12")}


def test_vitamin_a_follows_the_rule_of_nutrients_yaml() -> None:
    # kangkung: beta-carotene 2,868 ug / 6 = 478; teri kering: retinol 64, carotene missing: at least 64;
    # genjer: only total carotene 3,800 ug, of which beta-carotene may be none or all: between 0 and 3800/6
    assert pytest.approx(478) == FOODS["kangkung"].per100["vitamin_a"].amount.low
    assert Interval(64, math.inf) == FOODS["teri kering"].per100["vitamin_a"].amount
    genjer = FOODS["genjer"].per100["vitamin_a"].amount
    assert pytest.approx((0, 633.33), abs=0.01) == (genjer.low, genjer.high)


def test_crude_fibre_is_a_lower_bound_of_dietary_fibre() -> None:
    assert Interval(1.4, math.inf) == FOODS["tempe"].per100["fibre"].amount


def test_a_suspiciously_low_sodium_is_a_lower_bound() -> None:
    assert Interval(1114, math.inf) == FOODS["kecap kedelai"].per100["sodium"].amount


def test_salt_is_39_per_cent_sodium_and_water_feeds_no_one() -> None:
    assert Interval.exact(38758) == FOODS["garam"].per100["sodium"].amount
    assert {Interval.exact(0)} == {FOODS["air"].per100[n].amount for n in ("energy", "protein", "folate", "sugars")}


def test_added_sugar_is_sugar_that_was_added() -> None:
    assert Interval.exact(94) == FOODS["gula pasir"].per100["added_sugars"].amount
    assert Interval.exact(0) == FOODS["pisang ambon"].per100["added_sugars"].amount
    assert FOODS["biskuit"].per100["added_sugars"].amount == UNKNOWN


def test_usda_fills_blanks_only_when_asked_and_every_cell_keeps_its_origin() -> None:
    filled = FOODS.prefer(["tkpi", "usda"])
    assert Interval.exact(57) == filled["kangkung"].per100["folate"].amount  # USDA swamp cabbage
    assert tuple(filled.origin("kangkung", n) for n in ("folate", "iron", "iodine")) == ("usda", "tkpi", "")
    assert filled.values.shape == FOODS.values.shape
    assert FOODS.values.contains(filled.values)


def test_a_known_figure_of_tkpi_is_never_overwritten() -> None:
    filled = FOODS.prefer(["tkpi", "usda"])
    known = FOODS.values.known
    assert (filled.values.low[known] == FOODS.values.low[known]).all()


def test_a_word_that_is_no_food_is_refused_with_suggestions() -> None:
    with pytest.raises(LoadError) as refused:
        FOODS["kangkug"]
    assert "kangkung" in refused.value.text()
    assert "pisang" not in FOODS  # seven kinds: which?


def test_search_looks_into_kitchen_and_english_names() -> None:
    assert [food.code for food in FOODS.search("kembung")] == ["GR050"]
    assert FOODS["tempe"] in FOODS.search("tempe, pure soybean")


def test_the_packaged_table_is_read_once() -> None:
    assert load_foods() is load_foods()


def write(folder: Path, text: str) -> Path:
    path = folder / "pangan.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_of_ones_own_needs_only_codes_and_names(tmp_path: Path) -> None:
    foods = load_foods(write(tmp_path, "code,name_id,protein [g],iron [mg]\nX1,Seruit,8.5,\n"))
    assert (Interval.exact(8.5), UNKNOWN) == tuple(foods["seruit"].per100[n].amount for n in ("protein", "iron"))
    assert Interval(0, 1) == foods["seruit"].edible


def test_every_fault_of_a_table_is_named_at_once_with_line_and_column(tmp_path: Path) -> None:
    titles = "code,name_id,edible [%],protein [mg],protien [g],iron [kcal],fat [g]"
    faulty = f"{titles}\nX1,Nasi,0,1,1,1,-3\nX1,Ubi,80,1,1,1,1\n"
    with pytest.raises(LoadError) as refused:
        load_foods(write(tmp_path, faulty))
    found = {(f.code, f.place.line, f.place.column) for f in refused.value.report if f.place}
    assert found == {
        ("food-edible-part", 2, 3),
        ("nutrient-unknown", 1, 5),
        ("unit-dimension", 1, 6),
        ("table-cell", 2, 7),
        ("food-name-twice", 3, 1),
    }
    assert refused.value.text("id") != refused.value.text("en")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name_id\nNasi\n", "table-column-missing"),
        ("code,name_id,code\n1,2,3\n", "table-column-twice"),
        ("code,name_id\n1\n", "table-row-length"),
    ],
)
def test_a_malformed_table_is_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(LoadError) as refused:
        load_foods(write(tmp_path, text))
    assert code in {f.code for f in refused.value.report}


def test_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError):
        load_foods(tmp_path / "tidak-ada.csv")


def test_an_unknown_filler_is_refused() -> None:
    with pytest.raises(LoadError) as refused:
        FOODS.prefer(["tkpi", "wafct"])
    assert next(iter(refused.value.report)).code == "layer-unknown"
