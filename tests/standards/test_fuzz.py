"""Fuzz: 10,000 random edits of packaged files give a loaded standard, or a LoadError with a place; nothing else."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sehatmenu.errors import LoadError
from sehatmenu.files import packaged_standards
from sehatmenu.findings import Report
from sehatmenu.standards.references import load_reference, packaged_ids
from sehatmenu.standards.standards import load_standard

EDITS = 10_000
SHARDS = 4
SMALL = 12_000
"""Files of more characters than this are edited a tenth as often."""

SNIPPETS = [
    "", " ", "\t", "\n", ":", ": ", "- ", "{", "}", "[", "]", ",", '"', "'", "#", "&a ", "*a", "|", ">",
    "!!python/none ", "<<: ", "---\n", "null", "~", "true", "NO", "0", "-1", "1e309", ".nan", ".inf", "1_000",
    "0x1f", "12:30", "1,5 g", "20 %", "300 %", "1500 kg", "-3 mg", "9" * 40, "2026-02-30", "2026-02-02", "must",
    "share", "\u0000", "\ufeff", "\u2028", "\U0001f35a", "x" * 300, "../..", "id/mbg-2026",
    "references/akg-2019", "9**9**9",
]  # fmt: skip

VALUE = re.compile(r"(?<=: )[^,{}\[\]\n\"#]+")
KEY = re.compile(r"[\w-]+(?=: )")
Edit = Callable[[str, random.Random], str]


def _insert(text: str, at: random.Random) -> str:
    place = at.randrange(len(text) + 1)
    return text[:place] + at.choice(SNIPPETS) + text[place:]


def _delete(text: str, at: random.Random) -> str:
    place = at.randrange(len(text))
    return text[:place] + text[place + at.choice([1, 1, 2, 8, 80]) :]


def _swap_words(text: str, at: random.Random) -> str:
    words = text.split(" ")
    first, second = at.randrange(len(words)), at.randrange(len(words))
    words[first], words[second] = words[second], words[first]
    return " ".join(words)


def _replace_word(text: str, at: random.Random) -> str:
    words = text.split(" ")
    words[at.randrange(len(words))] = at.choice(SNIPPETS)
    return " ".join(words)


def _move_line(text: str, at: random.Random) -> str:
    lines = text.split("\n")
    line = lines.pop(at.randrange(len(lines)))
    copies = at.choice([0, 1, 1, 2])
    place = at.randrange(len(lines) + 1)
    indent = " " * at.choice([0, 0, 1, 2, 4])
    return "\n".join([*lines[:place], *[indent + line] * copies, *lines[place:]])


def _indent_line(text: str, at: random.Random) -> str:
    lines = text.split("\n")
    place = at.randrange(len(lines))
    lines[place] = lines[place].lstrip() if at.random() < 0.5 else "  " + lines[place]
    return "\n".join(lines)


def _cut(text: str, at: random.Random) -> str:
    return text[: at.randrange(len(text))]


def _swap_values(text: str, at: random.Random) -> str:
    """Another value of the same file, or a snippet, in the place of a value: mostly still YAML."""
    values = list(VALUE.finditer(text))
    if not values:
        return text
    place, other = at.choice(values), at.choice(values).group()
    new = other if at.random() < 0.5 else at.choice(SNIPPETS).replace("\n", " ")
    return text[: place.start()] + new + text[place.end() :]


def _swap_keys(text: str, at: random.Random) -> str:
    keys = list(KEY.finditer(text))
    if not keys:
        return text
    place, other = at.choice(keys), at.choice(keys).group()
    return text[: place.start()] + at.choice([other, "kunci", "", "id"]) + text[place.end() :]


OFTEN: list[Edit] = [_swap_values, _swap_values, _swap_values, _swap_keys]
MUTATIONS: list[Edit] = [*OFTEN, *OFTEN, _insert, _delete, _swap_words, _replace_word, _move_line, _indent_line, _cut]


def _texts() -> list[tuple[str, str]]:
    files = [(name, (packaged_standards() / f"{name}.yaml").read_text(encoding="utf-8")) for name in packaged_ids()]
    return [pair for pair in files for _ in range(10 if len(pair[1]) <= SMALL else 1)]


def _refusal(load: Callable[[Path], object], path: Path) -> Report | None:
    """Why a file is refused, or None when it loads."""
    try:
        load(path)
    except LoadError as refused:
        return refused.report
    return None


@pytest.mark.parametrize("shard", range(SHARDS))
def test_an_edited_standard_loads_or_is_refused_with_a_place(shard: int, tmp_path: Path) -> None:
    at, texts, outcomes = random.Random(shard), _texts(), {"loaded": 0, "refused": 0}
    for number in range(EDITS // SHARDS):
        name, text = at.choice(texts)
        edited = text
        for _ in range(at.choice([1, 1, 1, 2, 5])):
            edited = at.choice(MUTATIONS)(edited or text, at)
        path = tmp_path / f"{number}.yaml"
        path.write_bytes(edited.encode("utf-8", "surrogatepass"))
        report = _refusal(load_reference if name.startswith("references/") else load_standard, path)
        outcomes["loaded" if report is None else "refused"] += 1
        if report is not None:
            assert len(report) > 0
            assert all(f.place is not None for f in report), (name, edited, report)
            assert LoadError(report).text("id") != LoadError(report).text("en")
        path.unlink()
    assert min(outcomes.values()) > EDITS // SHARDS // 20, outcomes
