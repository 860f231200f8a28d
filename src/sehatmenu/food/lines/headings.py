"""Lines that are no ingredient: headings of groups (`Bumbu halus:`), and tools and wrappers that nobody eats."""

from __future__ import annotations

import re

from sehatmenu.food.composition import FoodTable
from sehatmenu.food.lines.clauses import clauses
from sehatmenu.food.lines.names import inside, match
from sehatmenu.food.lines.tokens import tokens
from sehatmenu.food.lines.words import is_remark, of_kind

_TOOLS = re.compile(
    r"\b(?:tusuk(?:an)?\s+(?:sate|gigi|satay)|tusuk\s+lidi|daun\s+pisang|daun\s+jati|alumin(?:i)?um\s*(?:foil)?|alumunium\s*(?:foil)?"
    r"|kertas\s+\w+|plastik\s+(?:segitiga|es|wrap|tahan|kecil|untuk)\b|tali\s+\w+|benang|lidi|sumpit|cetakan|arang|cling\s*wrap|nan)\b",
    re.IGNORECASE,
)
_STEEPED = frozenset({"marinasi", "marinase", "ungkep", "rendaman", "perendam", "pelapis", "lumuran", "olesan"})
_NUMBERED = re.compile(r"(?:bahan|bumbu|saus|adonan|kuah|lapisan)\s+[0-9]{1,2}", re.IGNORECASE)


def heading(line: str, foods: FoodTable) -> tuple[str, str]:
    """The name of the group that a line opens, and what stands after it: both, one of them, or the line itself.

    A name before a colon is a heading unless it is a food with only an amount after it (`Garam: 5 g`).
    """
    title, colon, rest = line.rstrip(": ").partition(":") if line.count(":") > 1 else line.partition(":")
    colon = colon or (":" if line.endswith(":") else "")
    title, rest = title.strip(" *_-."), rest.strip()
    if colon and not rest:
        opened = title and (not _has_amount(title, foods) or _NUMBERED.fullmatch(title) is not None)
        return (title, "") if opened else ("", line.rstrip(": "))
    if colon and title and not foods.find(title) and not _has_amount(title, foods) and _opens(title, foods, True):
        return title, rest
    nameless = colon and title and not inside(tokens(title), foods, ordinary=True)
    if nameless and not _has_amount(title, foods) and _has_food(rest, foods):
        return title, rest
    if not colon and _opens(title, foods, False) and not _quantities(title, foods):
        return title, ""
    return "", line.replace(":", " ")


def _opens(title: str, foods: FoodTable, before_colon: bool) -> bool:
    """True for words that open a group: `bumbu halus`, `bahan A`, `untuk kuah`."""
    if _first_word(title) not in of_kind("heading") or foods.find(title):
        return False
    words = [token.word for token in tokens(title) if token.kind == "word"]
    if not words or words[0] not in of_kind("heading"):
        return False
    if before_colon:
        return True
    if words[0] in {"saus", "saos", "sauce", "kulit", "sambal", "sambel", "rempah", "lauk", "kuah", "isi"}:
        return len(words) == 1 and words[0] not in {"sambal", "sambel", "saus", "saos", "kulit"}
    strong = words[0] in {"bahan", "bahan2", "bahan-bahan", "untuk", "pelengkap", "langkah", "cara", "bumbu2"}
    steeps = len(words) > 2 and words[1] in _STEEPED
    return strong or steeps or all(word in of_kind("heading tail") or is_remark(word) for word in words[1:])


def _has_amount(text: str, foods: FoodTable) -> bool:
    return any(q.amount.kind != "unknown" for clause in clauses(text, foods) for q in clause.quantities())


def _quantities(text: str, foods: FoodTable) -> bool:
    return any(clause.quantities() for clause in clauses(text, foods))


def _has_food(text: str, foods: FoodTable) -> bool:
    """True for an amount together with a name of the table."""
    found = [clause for clause in clauses(text, foods) if clause.quantities()]
    return any(match(run, 0, foods) for clause in found for run in clause.runs())


def aside(line: str, foods: FoodTable) -> str:
    """The tool or wrapper that a line names, or nothing; a line that names a food besides is no tool."""
    found = _TOOLS.search(line)
    if found is None:
        return ""
    rest = f"{line[: found.start()]} {line[found.end() :]}"
    words = [token.word for token in tokens(rest) if token.kind == "word"]
    listed = any(word in foods.names for word in words)
    return "" if listed else found[0]


def _first_word(text: str) -> str:
    return text.partition(" ")[0].casefold().strip(".,;-*()")
