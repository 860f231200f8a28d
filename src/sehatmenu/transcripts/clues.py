"""Clues in running text: for how many it is, how it is cooked, which course it makes, and a name for its file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from sehatmenu.food.cooking import methods

_COUNTED = r"(?:porsi|orang|org|sajian|piring|mangkuk|mangkok|servings?|persons?|people|pcs|potong|buah|bh|biji|gelas|cup)"
_FOR = r"(?:untuk|utk|u/|buat|cukup|jadi|hasil(?:nya)?|porsi|sajian|yields?|serves?|makes?|for|servings?)"
_SERVINGS = (
    re.compile(rf"{_FOR}\s*[:=]?\s*(?:\w+\s+)?(\d+)(?:\s*(?:-|–|sampai|sd|s/d|to)\s*(\d+))?(?:\s*{_COUNTED})?", re.IGNORECASE),
    re.compile(rf"(\d+)(?:\s*(?:-|–|sampai|sd|s/d|to)\s*(\d+))?\s*{_COUNTED}\b", re.IGNORECASE),
    re.compile(r"^\s*(\d+)(?:\s*(?:-|–)\s*(\d+))?\s*$"),
)
_FOR_MANY = re.compile(rf"\b{_FOR}\b[^0-9]{{0,20}}\d+|\d+\s*{_COUNTED}\b|^porsi\b|^servings?\b", re.IGNORECASE)


def servings_in(text: str) -> float | None:
    """For how many a text is, None where it does not say or says a range.

    >>> servings_in("untuk 10 porsi"), servings_in("Serves 4"), servings_in("4-5 orang")
    (10.0, 4.0, None)
    """
    for pattern in _SERVINGS:
        if found := pattern.search(text):
            return None if found.group(2) else float(found.group(1))
    return None


def says_servings(text: str) -> bool:
    """Whether a short line says for how many a recipe is.

    >>> says_servings("Untuk 4-5 porsi"), says_servings("2 buah tomat, untuk 3 porsi nasi uduk yang pulen sekali")
    (True, False)
    """
    return len(text.split()) <= 6 and bool(_FOR_MANY.search(text)) and not _is_ingredient(text)


def _is_ingredient(text: str) -> bool:
    return bool(re.match(r"[\s•*-]*[\d½¼¾]+", text)) and not re.search(
        r"porsi|orang|org\b|sajian|serving|person|people", text, re.IGNORECASE
    )


_ENGLISH = {
    "boil": "rebus", "simmer": "rebus", "steam": "kukus", "saute": "tumis", "stir-fry": "tumis", "fry": "goreng",
    "bake": "panggang", "roast": "panggang", "grill": "bakar", "toast": "sangrai",
}  # fmt: skip


def method_in(text: str) -> str:
    """The first way of cooking that a text names, in Indonesian or English, or nothing.

    >>> method_in("Tempe goreng tepung"), method_in("Cara: tumis bawang, masukkan air"), method_in("Boil the rice.")
    ('goreng', 'tumis', 'rebus')
    """
    words = re.findall(r"[a-z]+(?:-[a-z]+)?", text.casefold().replace("é", "e"))
    known = methods()
    for n, word in enumerate(words):
        for length in (2, 1):
            name = " ".join(words[n : n + length])
            if len(name.split()) == length and name in known and known[name].heats:
                return known[name].id
        bare = word[2:] if word.startswith("di") else word[3:] if word.startswith("men") else word
        if bare in known and known[bare].heats:
            return known[bare].id
        if english := next((_ENGLISH[stem] for stem in (word, word[:-1], word[:-2], word[:-3]) if stem in _ENGLISH), ""):
            return english
    return ""


def course_of(groups: Sequence[str], courses: Iterable[str]) -> str:
    """The course that the first of some groups of foods names, or nothing."""
    return next((group for group in groups if group in set(courses)), "")


def slug(name: str) -> str:
    """A name for a file: small letters, digits and hyphens.

    >>> slug("Ayam kecap à la Bu Sri (pedas)")
    'ayam-kecap-a-la-bu-sri-pedas'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")[:60] or "resep"
