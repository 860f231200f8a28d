"""Names as kitchens write them: which food each is read as, what is said of it, and what must never be merged."""

from pathlib import Path

import pytest

from sehatmenu.errors import LoadError
from sehatmenu.food.composition import FoodTable, load_foods
from sehatmenu.messages import catalogue, render

FOODS = load_foods()

TRAPS = """
kecap manis | kental manis
kecap manis | susu kental manis
kecap manis | kecap asin
kecap manis | jeruk manis
kecap asin | ikan asin
kecap ikan | ikan teri
kecap inggris | kecap asin
kecap | kecap manis
kecap | kecap asin
saus tiram | saus tomat
saus sambal | saus tomat
saus | saus tomat
saus teriyaki | saus tiram
daging ayam cincang | daging cincang
ayam cincang | daging sapi giling
ayam giling | daging giling
daging ayam | daging sapi
bakso | mie bakso
bakso ikan | bakso sapi
sosis ayam | sosis sapi
terigu | teri
tepung terigu | tepung teri
tepung terigu | tepung tapioka
tepung bumbu | tepung terigu
tepung beras | beras
tepung maizena | tepung jagung
tepung panir | tepung terigu
tepung | tepung terigu
tepung kentang | kentang
tepung ketan | tepung beras
santan kara | kacang kara
santan kara | santan
santan kental | santan encer
santan bubuk | santan
santan | kelapa parut
air kelapa | santan
air kelapa | minyak kelapa
minyak ikan | minyak goreng
minyak wijen | wijen
minyak kelapa | kelapa
minyak jagung | jagung
minyak zaitun | minyak goreng
teri segar | teri
ikan teri segar | ikan teri
teri nasi | nasi
teri tawar | teri asin
teri kering | teri basah
tongkol | kol
ikan tongkol | kembang kol
kembang kol | kol
kembang tahu | tahu
susu kedelai | susu
susu bubuk | susu
susu skim | susu kental manis
putih telur | kuning telur
putih telur | telur
kuning telur | telur
telur asin | telur
telur puyuh | telur
telur bebek | telur
telur dadar | telur
kuning telur asin | kuning telur
bawang goreng | bawang merah
bawang putih goreng | bawang putih
bawang putih bubuk | bawang putih
bawang bombay | bawang merah
bawang | bawang merah
bawang | bawang putih
daun bawang | bawang merah
kunyit bubuk | kunyit
daun kunyit | kunyit
jahe bubuk | jahe
lengkuas bubuk | lengkuas
kencur | jahe
kencur | lengkuas
lada hitam | lada
cabai bubuk | cabai merah
cabai kering | cabai merah
cabai rawit | cabai merah
cabai hijau | cabai merah
cabe gendot | cabe rawit
paprika hijau | paprika merah
paprika bubuk | paprika
daun jeruk | jeruk nipis
daun jeruk | jeruk
jeruk limau | jeruk nipis
jeruk purut | jeruk nipis
jeruk manis | jeruk nipis
air jeruk nipis | jeruk nipis
belimbing wuluh | belimbing
asam jawa | air asam jawa
asam kandis | asam jawa
daun singkong | singkong
daun pepaya | pepaya
daun kelor | kelor laut
daun melinjo | melinjo
daun ketumbar | ketumbar
daun mint | daun kemangi
kacang panjang | kacang tanah
kacang merah | kacang tanah
kacang hijau | kacang tanah
kacang kedelai | kacang hijau
kacang polong | kacang panjang
kecipir | ikan kembung
tempe goreng | tempe
tempe gembus | tempe
tahu goreng | tahu
tahu telur | tahu
tofu telur | tahu
tauco | taoge
udang kering | udang
rebon | udang
terasi udang | udang
petis udang | udang
kerupuk udang | udang
kulit udang | udang
ikan asin | ikan pindang
ikan pindang | ikan kembung
cumi asin | cumi
gula aren | gula pasir
gula merah | gula pasir
garam rendah natrium | garam
kaldu bubuk | garam
msg | garam
kaldu bubuk | kaldu
royco | garam
nasi ketan | nasi
mie instan | mie kering
mie basah | mie kering
bihun jagung | bihun
jagung manis | jagung
jagung muda | jagung manis
baby corn | jagung
roti tawar | tepung roti
keju parmesan | keju
mentega | margarin
mentega tawar | mentega
yoghurt | susu
kelapa muda | kelapa parut
ubi ungu | singkong
ubi jalar | ubi kayu
sagu | tepung tapioka
labu siam | labu kuning
labu | labu siam
hati ayam | hati sapi
paru sapi | hati sapi
kulit ayam | ayam
sayap ayam | dada ayam
ceker ayam | ayam
tulang sapi | daging sapi
tetelan sapi | daging sapi
kikil | daging sapi
iga sapi | daging sapi
kornet | daging sapi
dendeng | daging sapi
abon | daging sapi
fillet nila | nila
madu | gula pasir
sirup | madu
cuka | cuka apel
arak masak | cuka
teh celup | teh
agar-agar | rumput laut
kapur sirih | garam
ragi | tape
sawi putih | sawi
sawi hijau | sawi putih
selada air | selada
bayam merah | bayam
kol merah | bayam merah
terong belanda | terong
terung belanda | terong
soy sauce | sweet soy sauce
condensed milk | milk
coconut milk | milk
peanut butter | butter
rice flour | rice
ground chicken | ground beef
lime juice | lime
green beans | mung beans
red chilli | thai chili
fish sauce | fish
egg white | egg
sweet potato | potato
coconut oil | coconut milk
baking soda | baking powder
tomat hijau | tomat
pasta tomat | tomat
saus tomat | tomat
""".strip()
PAIRS = [tuple(part.strip() for part in line.split("|")) for line in TRAPS.splitlines()]


def test_there_are_more_than_a_hundred_traps() -> None:
    assert len({frozenset(pair) for pair in PAIRS}) == len(PAIRS) >= 100


@pytest.mark.parametrize(("name", "other"), PAIRS, ids=[" / ".join(pair) for pair in PAIRS])
def test_two_foods_that_sound_alike_stay_apart(name: str, other: str) -> None:
    one, two = FOODS.find(name), FOODS.find(other)
    assert one is None or one is not two
    assert one is not None or two is not None


@pytest.mark.parametrize(
    ("name", "printed", "how"),
    [
        ("tempe", "Tempe kedelai murni, mentah", None),
        ("Telor", "Telur ayam ras, segar", "default"),
        ("cabe rawit merah", "Cabai rawit, segar", "synonym"),
        ("bwg putih", "Bawang putih, segar", "synonym"),
        ("serei", "Serai, segar", "synonym"),
        ("royco", "Kaldu bubuk (penyedap rasa)", "synonym"),
        ("kecap bango", "Kecap manis", "synonym"),
        ("blueband", "Margarin", "synonym"),
        ("santan", "Santan (dengan air)", "default"),
        ("teri", "Ikan teri, kering, mentah", "default"),
        ("ikan teri", "Ikan teri, kering, mentah", "default"),
        ("cabe", "Cabai merah, segar", "default"),
        ("tahu kuning", "Tahu, mentah", "stand-in"),
        ("telur rebus", "Telur ayam ras, segar", "stand-in"),
        ("bawang", "Bawang (jenis tidak disebut)", "open"),
        ("ikan", "Ikan (jenis tidak disebut)", "open"),
        ("GR001", "Belut, segar", "other-edition"),
        ("garlic", "Bawang putih, segar", "synonym"),
        ("all-purpose flour", "Tepung terigu", "default"),
        ("sweet soy sauce", "Kecap manis", "synonym"),
        ("coconut milk", "Santan (dengan air)", "default"),
    ],
)
def test_a_name_is_read_and_anything_but_a_listed_name_is_said(name: str, printed: str, how: str | None) -> None:
    food, naming = FOODS[name], FOODS.naming(name)
    assert food.name.id == printed
    assert (naming.how if naming else None) == how
    assert FOODS.read_as.get(name.casefold()) == (f"name-{how}" if how else None)


def test_the_note_on_a_general_word_says_what_it_was_read_as_and_what_else_it_may_be() -> None:
    naming = FOODS.naming("teri")
    assert naming is not None
    said = render(naming.code, naming.values, "id")
    assert '"teri"' in said
    assert "Ikan teri, kering, mentah" in said
    assert "teri basah" in said
    assert "[" not in said


def test_a_note_without_other_kinds_ends_with_its_sentence() -> None:
    naming = FOODS.naming("sayuran")
    assert naming is not None
    assert not naming.may_be
    assert render(naming.code, naming.values, "en").endswith("write the kind")


def test_every_name_of_kitchens_has_a_sentence_in_both_languages() -> None:
    for lang in ("id", "en"):
        assert set(FOODS.read_as.values()) <= set(catalogue(lang))


@pytest.mark.parametrize("word", ["kecap mains", "kecap manis pedas", "kecap mani"])
def test_a_suggestion_holds_a_like_word_for_every_word_written(word: str) -> None:
    """`kecap manis` was once answered with `kental manis` (sweetened condensed milk) and `kayu manis` (cinnamon)."""
    for found in filter(None, FOODS.suggestion(word).split(", ")):
        assert found.split()[0] == word.split()[0]


def test_nothing_near_is_no_suggestion_and_no_dash() -> None:
    assert FOODS.suggestion("pesawat terbang layang") == ""
    with pytest.raises(LoadError) as refused:
        FOODS["pesawat terbang layang"]
    for lang in ("id", "en"):
        assert "–" not in refused.value.text(lang)
        assert ": \n" not in refused.value.text(lang) + "\n"


@pytest.mark.parametrize(
    ("wrong", "meant"), [("kangkug", "kangkung"), ("bawang mearh", "bawang merah"), ("tempee", "tempe")]
)
def test_a_misspelled_name_is_not_read_but_its_food_is_suggested(wrong: str, meant: str) -> None:
    assert FOODS.find(wrong) is None
    assert meant in FOODS.suggestion(wrong).split(", ")


def test_capitals_blanks_and_hyphens_do_not_matter() -> None:
    assert FOODS.find(" Cumi-Cumi ") is FOODS.find("cumi cumi") is FOODS["cumi"]
    assert FOODS.find("All purpose  flour") is FOODS["all-purpose flour"]
    assert FOODS.naming("all purpose flour") is FOODS.naming("all-purpose flour") is not None


def test_a_food_of_unknown_figures_is_still_a_food() -> None:
    stock = FOODS["kaldu bubuk"]
    assert stock.group == "bumbu"
    assert stock.allergens == {"tidak-diketahui"}
    assert stock.per100["sodium"].text() == "belum diketahui"
    assert stock.listed


def test_a_rule_on_a_general_word_means_every_kind_of_it() -> None:
    """`forbid: {food: telur}` is for eggs of any hen and duck, `teri` for fresh and dried, though recipes are read as one."""
    for word, kinds in (
        ("telur", ("telur", "telur bebek", "telur ayam kampung")),
        ("teri", ("teri", "teri basah", "teri nasi")),
        ("gula", ("gula pasir", "gula merah", "gula aren")),
        ("cabe", ("cabai merah", "cabai hijau", "cabai rawit")),
        ("santan", ("santan",)),
        ("royco", ("kaldu bubuk",)),
    ):
        assert all(word in FOODS[kind].spellings for kind in kinds), word
    assert "telur" not in FOODS["telur asin"].spellings


def test_a_code_of_another_edition_is_no_name_of_a_food() -> None:
    assert FOODS["belut"].spellings.count("GR001") == 1


def test_names_stay_when_tables_are_stacked() -> None:
    stacked = FOODS.prefer(["tkpi", "usda"])
    naming = stacked.naming("cabe rawit merah")
    assert naming is not None
    assert stacked.find("cabe rawit merah") is naming.food is stacked["NR015"]
    assert naming.food.per100["folate"].known


def test_a_list_of_names_of_ones_own_tells_every_fault(tmp_path: Path) -> None:
    table, names = tmp_path / "pangan.csv", tmp_path / "nama.csv"
    table.write_text("code,name_id\nX1,Pisang kepok\n", "utf-8")
    names.write_text("name,code,how,may_be\npisang,X1,default,X9\nkepok,X2,synonym,\ngedang,X1,sama,\n", "utf-8")
    with pytest.raises(LoadError) as refused:
        load_foods(table, names=names)
    assert [(f.code, f.place.line) for f in refused.value.report if f.place] == [
        ("name-food-unknown", 2),
        ("name-food-unknown", 3),
        ("name-how-unknown", 4),
    ]
    names.write_text("name,code,how,may_be\ngedang,X1,synonym,\n", "utf-8")
    own: FoodTable = load_foods(table, names=names)
    assert own["gedang"].code == "X1"
    assert own.read_as == {"gedang": "name-synonym"}
