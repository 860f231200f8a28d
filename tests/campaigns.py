"""What hostile and mutated files are made of: sound files of every kind, and seeded ways to spoil them."""

from __future__ import annotations

import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "gading-rejo"

WORDS = (
    *("null", "NO", "-1", "1e309", "1e-300", ".nan", "9999-12-31", "0", "1.000", "1,5", "999999999999999999", "1/0"),
    *("[]", "{}", "~", "''", "&a", "*a", "!!python/object:os.system", "<<", "- ", ": ", "# ", "|", ">", "%", "@", "`"),
    *("\x1b[31m", "\u202e", "\x00", "\ufeff", "🍚", "\t", "\r", "\n\n", "'", '"', "{", "}", "[", "]", ",", ";"),
    *("=1+1", "a" * 300, "10%%", "secukupnya", "..", "../../etc/passwd", "senin", "telur", "2 sdm"),
)
"""What is put into a text: scalars that surprise, control characters, and the marks of YAML and CSV."""


def spoiled(text: str, rng: random.Random) -> str:
    """A text after one to three small accidents."""
    for _ in range(rng.randint(1, 3)):
        text = rng.choice(WAYS)(text, rng)
    return text


def _at(text: str, rng: random.Random) -> int:
    return rng.randint(0, len(text))


def _put(text: str, rng: random.Random) -> str:
    at = _at(text, rng)
    return text[:at] + rng.choice(WORDS) + text[at:]


def _cut(text: str, rng: random.Random) -> str:
    at = _at(text, rng)
    return text[:at] + text[at + rng.choice((1, 1, 2, 5, 20, 200)) :]


def _end(text: str, rng: random.Random) -> str:
    return text[: _at(text, rng)]


def _twice(text: str, rng: random.Random) -> str:
    at = _at(text, rng)
    part = text[at : at + rng.choice((1, 10, 100))]
    return text[:at] + part + part + text[at + len(part) :]


def _value(text: str, rng: random.Random) -> str:
    """Another value behind a key, a comma or a semicolon."""
    spots = [n for n, letter in enumerate(text) if letter in ":,;"]
    if not spots:
        return text
    at = rng.choice(spots) + 1
    end = min((text.find(mark, at) for mark in ",;\n}]" if text.find(mark, at) >= 0), default=len(text))
    return f"{text[:at]} {rng.choice(WORDS)}{text[end:]}"


def _key(text: str, rng: random.Random) -> str:
    """A letter of a key or word changed."""
    letters = [n for n, letter in enumerate(text) if letter.isalpha()]
    if not letters:
        return text
    at = rng.choice(letters)
    return text[:at] + rng.choice("abcxyz") + text[at + 1 :]


def _number(text: str, rng: random.Random) -> str:
    digits = [n for n, letter in enumerate(text) if letter.isdigit()]
    if not digits:
        return text
    at = rng.choice(digits)
    return text[:at] + rng.choice(("-", "0", "999999", "1e9", ".", ",", "/")) + text[at + 1 :]


def _lines(text: str, rng: random.Random) -> str:
    """Two lines exchanged, or one indented otherwise."""
    lines = text.split("\n")
    n, m = rng.randrange(len(lines)), rng.randrange(len(lines))
    if rng.random() < 0.5:
        lines[n], lines[m] = lines[m], lines[n]
    else:
        lines[n] = " " * rng.randint(0, 9) + lines[n].lstrip()
    return "\n".join(lines)


WAYS: tuple[Callable[[str, random.Random], str], ...] = (
    _put,
    _cut,
    _end,
    _twice,
    _value,
    _value,
    _key,
    _number,
    _lines,
)


def spoiled_workbook(path: Path, source: Path, rng: random.Random) -> None:
    """A workbook with one part of it spoiled, or its bytes."""
    if rng.random() < 0.2:
        raw = bytearray(source.read_bytes())
        for _ in range(rng.randint(1, 8)):
            raw[rng.randrange(len(raw))] = rng.randrange(256)
        path.write_bytes(bytes(raw[: rng.choice((len(raw), rng.randrange(len(raw))))]))
        return
    with zipfile.ZipFile(source) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    name = rng.choice([part for part in parts if "sheet" in part or "Strings" in part or "workbook" in part])
    parts[name] = spoiled(parts[name].decode("utf-8", "replace"), rng).encode("utf-8", "replace")
    if rng.random() < 0.05:
        del parts[rng.choice(list(parts))]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for part, raw_part in parts.items():
            book.writestr(part, raw_part)


def small_problem(folder: Path) -> Path:
    """A folder with a problem of few dishes, which the campaign reads thousands of times."""
    (folder / "resep").mkdir(parents=True)
    for name in ("nasi-putih", "orak-arik-telur", "tempe-goreng", "bening-bayam", "pisang-ambon"):
        shutil.copy(EXAMPLE / "resep" / f"{name}.yaml", folder / "resep")
    (folder / "umkm.yaml").write_text(REGISTER, encoding="utf-8")
    (folder / "soal.yaml").write_text(PROBLEM, encoding="utf-8")
    return folder / "soal.yaml"


REGISTER = """\
title: {id: UMKM uji, en: Test suppliers}
suppliers:
  - id: umkm-1
    name: "UMKM 1"
    trade: katering
    scale: mikro
    capacity: 450 portions
    days: [senin, selasa, rabu]
    certificates: [{type: slhs, number: X-1, issued: 2025-01-01, expires: 2028-01-01}]
    lead_time: 1 days
    delivery: {sd-1: 20 minutes}
    share: {max: 80 %}
    offers:
      - {dish: nasi-putih, price: 2100 IDR, ingredients: 1280 IDR, priced_on: 2025-12-27}
      - {dish: orak-arik-telur, price: 2500 IDR, from: 2026-01-01, until: 2026-12-31}
      - {dish: tempe-goreng, price: 550 IDR, days: [senin], minimum: 10 portions}
      - {dish: bening-bayam, price: 900 IDR}
      - {dish: pisang-ambon, price: 1500 IDR}
"""
PROBLEM = """\
title: {id: Soal uji, en: Test problem}
standard: id/mbg-2026
calendar: {from: 2026-02-02, to: 2026-02-04, weekdays: [senin, selasa, rabu], holidays: [{date: 2026-02-03, name: libur}]}
prefer: [tkpi, usda]
recipes: resep
suppliers: umkm.yaml
institutions:
  - id: sd-1
    name: SD
    delivery_limit: 30 minutes
    meals:
      - meal: siang
        courses: [pokok, hewani, nabati, sayur, buah]
        groups: [{group: sd-4-6, heads: 78, budget: 13000 IDR, portion: {min: 50 %, max: 150 %}}]
choices: [{weekdays: [senin], courses: [hewani], of: {name: orak-arik-telur}}]
history: [{date: 2026-01-30, institution: sd-1, meal: siang, dishes: [nasi-putih]}]
objectives: {then: [fairness], tolerance: 1 %}
rules:
  - {id: jeda, kind: spacing, of: {course: [hewani]}, by: dish, limits: [{min: 2 days, source: k, place: butir 1}]}
  - {id: kacang, kind: forbid, of: {allergen: kacang-tanah}, per: item, limits: [{source: k}]}
sources: {k: {title: contoh, seen: example}}
"""
