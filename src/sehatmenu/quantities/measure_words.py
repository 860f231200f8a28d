"""Words for units in a kitchen: household measures with their spellings and sizes, metric units, English ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Literal, TypeAlias

from sehatmenu.quantities.units import canonical, dimension, factor, is_unit

Kind: TypeAlias = Literal["mass", "volume", "measure", "money", "unknown"]

READ_AS = "unit-read-as"
"""The note on `250 gr`: a spelling that means one thing in a kitchen, and what it was read as."""

UNCLEAR = "unit-unclear"
"""The note on `2 sendok`: a word that may mean several measures."""

SPOON = "sendok"
"""A spoon of which the kitchen does not say whether it is a tablespoon or a teaspoon."""

_SHORT_FORMS = {
    "sdm": "sndm sdmm adm sm tbs tbsp tbsps tablespoon tablespoons",
    "sdt": "sdteh sdkt sdtt st tsp tsps teaspoon teaspoons",
    SPOON: "sndk sndok sendk",
    "sendok sayur": "sds",
    "gelas": "gela gls gelas_belimbing glass glasses",
    "cangkir": "cgk",
    "cup": "cups",
    "mangkok": "mangkuk mgk bowl",
    "piring": "prg",
    "centong": "centng sendok_centong",
    "siung": "siaung sihung sium siuang siun siunh siung2 suing siug sg clove cloves",
    "butir": "btr btir btur",
    "biji": "bj bji",
    "buah": "bauah bh bua buh bauh bah",
    "ikat": "ikt iket unting bunch",
    "papan": "papa ppn ppan",
    "potong": "ptg ptng ptong potongan",
    "lembar": "lemar lebar lbr lmbr lmbar lbar lembr lmb helai helay hlai leaf leaves",
    "batang": "batangan btg btng btang btngn batng stalk stalks",
    "ruas": "buku_jari buku_jari_kelingking buku ruas_jari ruas_ibu_jari ruas_jempol ruas_kelingking ruas_telunjuk ruas_jr",
    "jari": "jempol ibu_jari kelingking telunjuk jari_kelingking jari_telunjuk",
    "ujung": "ujung_jari ujung_sdt ujung_sendok ujung_sendok_teh",
    "cm": "senti",
    "genggam": "gengam genggang ggm handful",
    "kepal": "",
    "jumput": "jimpit pinch",
    "cubit": "",
    "ekor": "ekr",
    "bungkus": "bks bngks bgks bngkus bgkus bungkuss",
    "sachet": "sahcet saset sct scht sch sacet sacshet sashet shacet sacht saschet sasetan packet packets",
    "renteng": "",
    "pak": "pack packs",
    "plastik": "kantong kresek",
    "kotak": "ktk box",
    "kaleng": "klg can cans",
    "botol": "btl bottle",
    "keping": "",
    "iris": "irisan slice slices",
    "lempeng": "",
    "blok": "balok block",
    "bulatan": "bulat bulet bundar lingkaran",
    "kuntum": "",
    "bonggol": "bongkah bungkul bongkol bongol",
    "tongkol": "",
    "tangkai": "tungkai tangkal tgk tgkai tngkai",
    "pucuk": "",
    "rumpun": "",
    "lonjor": "lenjar lenjer",
    "rimpang": "",
    "sisir": "",
    "tandan": "",
    "gandeng": "",
    "keris": "",
    "mata": "",
    "batok": "",
    "tusuk": "tsk",
    "gulung": "",
    "kubus": "cube cubes",
    "pasang": "",
    "tetes": "",
    "scoop": "",
    "strip": "",
    "porsi": "",
}

MEASURES = tuple(word for word in _SHORT_FORMS if word != SPOON)
"""The canonical household measure words; how much each holds depends on the food and is never guessed."""

_LONG_FORMS = {
    "sdm": "sendok_makan sendok_mkn sdk_makan sdk_mkn sndk_makan sndok_makan sendok_mkan sndk_mkn",
    "sdt": "sendok_teh sdk_teh sndk_teh sndok_teh sendoh_teh sedok_teh sendok_the",
}
_MEASURES: Mapping[str, str] = {
    spelling.replace("_", " "): word
    for word, shorts in _SHORT_FORMS.items()
    for spelling in (word, *shorts.split(), *_LONG_FORMS.get(word, "").split())
} | {"sdk": SPOON}
_LONGEST = 3

SPELLINGS = tuple(word for word in _MEASURES if " " not in word and len(word) > 2)
"""Every way in which a measure is spelled in one word."""

_SIZES = {"kecil": "kecil", "kcl": "kecil", "sedang": "sedang", "sdg": "sedang", "besar": "besar", "bsr": "besar"}
_SIZES |= {"gede": "besar", "munjung": "munjung", "peres": "peres"}
_BEFORE_SIZE = frozenset({"ukuran", "uk", "yg", "yang", "agak"})

_ANY_PIECE = frozenset({"buah", "biji", "butir"})

_UNCLEAR = {SPOON: "sdm, sdt", "sdk": "sdm, sdt", "sndk": "sdm, sdt", "sndok": "sdm, sdt"}
_UNCLEAR |= {"lb": "lembar", "lbs": "lembar", "pc": "potong, buah, biji", "pcs": "potong, buah, biji"}
_UNCLEAR |= {"t": "sdm, sdt, ton", "bt": "butir, batang"}
_UNCLEAR_AS = {"lb": "lembar", "lbs": "lembar", "pc": "buah", "pcs": "buah", "t": SPOON, "bt": "bt"}
_GRAMS = frozenset({"gr", "grm", "gm", "grms", "grams", "grs", "gr2"})
_KILOGRAMS = frozenset({"kgs", "kgr"})
_MILLILITRES = frozenset({"mil", "mili"})

_IMPERIAL: Mapping[str, tuple[Kind, Fraction]] = {
    **dict.fromkeys(("oz", "ounce", "ounces"), ("mass", Fraction("28.349523125"))),
    **dict.fromkeys(("pound", "pounds"), ("mass", Fraction("453.59237"))),
    **dict.fromkeys(("fl oz", "fluid ounce", "fluid ounces"), ("volume", Fraction("29.5735295625"))),
    **dict.fromkeys(("quart", "quarts"), ("volume", Fraction("946.352946"))),
}
"""The international avoirdupois ounce and pound in grams, US fluid measures in millilitres; exact by definition."""

_METRIC: Mapping[str, tuple[Kind, str]] = {"[mass]": ("mass", "g"), "[volume]": ("volume", "ml")}
_TARGETS: Mapping[str, str] = {"mass": "g", "volume": "ml"}


@dataclass(frozen=True, slots=True)
class UnitWord:
    """A unit that some words begin with: how many words it takes, what it is, and what is to be said of it."""

    unit: str
    kind: Kind
    used: int
    times: Fraction = Fraction(1)
    written: str = ""
    note: str = ""
    offered: str = ""

    @property
    def spelled(self) -> str:
        """The words that make it, its size included."""
        size = self.unit.rpartition(" ")[2] if self.used > self.written.count(" ") + 1 else ""
        return f"{self.written} {size}".strip()

    @property
    def whole(self) -> bool:
        """True where the unit is itself the one that is stored, so that `1.500` can only be thousands."""
        return self.kind in _TARGETS and self.times == 1


def unit_of(words: Sequence[str]) -> UnitWord | None:
    """The unit that case-folded words begin with, a measure together with its size, or None.

    >>> found = unit_of(["ruas", "jari", "jahe"])
    >>> found.unit, found.used
    ('ruas', 2)
    """
    for length in range(min(_LONGEST, len(words)), 0, -1):
        found = _unit(" ".join(words[:length]))
        if found is not None:
            return _sized(found, words, length)
    if words and words[0] in _SIZES and (found := unit_of(words[1:])) and found.kind == "measure":
        return replace(found, unit=f"{found.unit} {_SIZES[words[0]]}", used=found.used + 1)  # `munjung sdm`
    return None


@lru_cache(maxsize=4096)
def _unit(word: str) -> UnitWord | None:
    used = word.count(" ") + 1
    if word in _UNCLEAR:
        unit = _UNCLEAR_AS.get(word, SPOON)
        return UnitWord(unit, "measure", used, written=word, note=UNCLEAR, offered=_UNCLEAR[word])
    if word in _MEASURES:
        return UnitWord(_MEASURES[word], "measure", used, written=word)
    for spellings, unit in ((_GRAMS, "g"), (_KILOGRAMS, "kg"), (_MILLILITRES, "ml")):
        if word in spellings:
            kind, target = _METRIC[dimension(unit)]
            return UnitWord(target, kind, used, factor(unit, target), word, READ_AS, unit)
    if word in _IMPERIAL:
        kind, times = _IMPERIAL[word]
        return UnitWord(_TARGETS[kind], kind, used, times, word, READ_AS, f"{float(times):g} {_TARGETS[kind]}")
    if is_unit(word) and dimension(word) in _METRIC:
        kind, target = _METRIC[dimension(word)]
        return UnitWord(target, kind, used, factor(canonical(word), target), word)
    return None


def _sized(found: UnitWord, words: Sequence[str], length: int) -> UnitWord:
    if found.kind != "measure":
        return found
    if length < len(words) and found.unit in _ANY_PIECE and words[length] in _MEASURES:
        second = _sized(UnitWord(_MEASURES[words[length]], "measure", 1, written=words[length]), words[length:], 1)
        return replace(second, used=length + second.used)  # `3 buah siung`
    size, used = size_of(words[length:])
    if not size:
        return found
    return UnitWord(
        f"{found.unit} {size}", "measure", length + used, found.times, found.written, found.note, found.offered
    )


def size_of(words: Sequence[str]) -> tuple[str, int]:
    """The size that words begin with (`besar`, `ukuran sedang`) and how many of them it takes, or nothing.

    >>> size_of(["ukuran", "sedang", "potong"])
    ('sedang', 2)
    """
    if words and words[0] in _SIZES:
        return _SIZES[words[0]], 1
    if len(words) > 1 and words[0] in _BEFORE_SIZE and words[1] in _SIZES:
        return _SIZES[words[1]], 2
    return "", 0


def is_measure(word: str) -> bool:
    """True when a word is a household measure."""
    return word in _MEASURES
