"""Sixty-five hostile files and forty-three extreme problems, each a name and what makes it so."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Callable

from sehatmenu import allowances
from tests.campaigns import PROBLEM

HEAD = "name: Uji\ncourse: sayur\nservings: 10\nmethod: tumis\nbasis: edible\nmeasures: [dbmp]\n"
LINES = "ingredients: [100 g tempe]\n"
STANDARD = "id: uji\ntitle: Uji\nsources: {s: {title: S, seen: example}}\nrules:\n"


def _many(count: int, line: str) -> str:
    return "".join(line.format(n=n) for n in range(count))


YAML: dict[str, str | bytes] = {
    "nothing": "",
    "blank": "   \n\n",
    "one word": "halo",
    "only a number": "7",
    "only null": "~",
    "a list": "- a\n- b\n",
    "bytes": bytes(range(256)),
    "half a letter": HEAD.encode() + b"source: \xc3",
    "UTF-16": (HEAD + LINES).encode("utf-16"),
    "NUL": HEAD + "source: a\x00b\n" + LINES,
    "escape": HEAD + 'source: "\\e[31m"\n' + LINES,
    "surrogate": HEAD + 'source: "\\ud800"\n' + LINES,
    "billion laughs": "a0: &a0 [x]\n"
    + "".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(12)),
    "alias of many": "a: &a [x]\nb: [" + "*a, " * 150_000 + "]\n",
    "alias of itself": "a: &a [*a]\n",
    "merge": "a: &a {b: 1}\nc: {<<: *a}\n",
    "python object": HEAD + "source: !!python/object/apply:os.system [id]\n" + LINES,
    "two documents": HEAD + LINES + "---\n" + HEAD,
    "deep list": "a: " + "[" * 5000 + "]" * 5000,
    "deep map": "".join(" " * n + f"k{n}:\n" for n in range(300)),
    "deep flow": "a: " + "{a: " * 3000,
    "complex key": "? [a, b]\n: 1\n",
    "tab": "name:\tUji\n\tcourse: sayur\n",
    "keys twice": HEAD + HEAD + LINES,
    "key a thousand times": _many(1000, "name: {n}\n"),
    "unknown keys": HEAD + _many(20_000, "kunci{n}: 1\n") + LINES,
    "unknown foods": HEAD + "ingredients:\n" + _many(10_000, "  - {n} g barang {n}\n"),
    "unknown units": HEAD + "ingredients:\n" + _many(10_000, "  - {n} ukur{n} tempe\n"),
    "unknown methods": HEAD + "ingredients:\n" + _many(10_000, "  - {{food: tempe, amount: 1 g, method: cara{n}}}\n"),
    "line of a megabyte": HEAD + "ingredients:\n  - 100 g " + "tempe " * 170_000,
    "one word of a megabyte": HEAD + "ingredients:\n  - 100 g " + "t" * 1_000_000,
    "digits": HEAD + "ingredients:\n  - " + "9" * 100_000 + " g tempe\n",
    "fractions": HEAD + "ingredients:\n  - " + "1/" * 20_000 + "2 g tempe\n",
    "brackets": HEAD + "ingredients:\n  - 1 g tempe " + "(" * 20_000 + "\n",
    "commas": HEAD + "ingredients:\n  - 1 g tempe" + "," * 20_000 + "\n",
    "too large": "#" * (allowances.MAX_YAML_BYTES + 1),
    "servings 0": HEAD.replace("10", "0") + LINES,
    "servings tiny": HEAD.replace("10", "1e-300") + LINES,
    "servings huge": HEAD.replace("10", "1e300") + LINES,
    "servings a list": HEAD.replace("10", "[1]") + LINES,
    "amount huge": HEAD + "ingredients: [999999999999999999 kg tempe]\n",
    "amount below zero": HEAD + "ingredients: [-5 g tempe]\n",
    "name of a megabyte": HEAD.replace("Uji", "U" * 1_000_000) + LINES,
    "override of direction": HEAD.replace("Uji", "\u202eijU") + LINES,
    "stated figures unknown": "name: x\ncourse: sayur\nservings: 1\nnutrition: {per: 1 portion, source: x, values: {"
    + ", ".join(f"gizi{n}: 1 g" for n in range(10_000))
    + "}}\n",
    "stated per nothing": "name: x\ncourse: sayur\nservings: 1\nmass: 1 g\nnutrition: {per: 0 g, source: x, values: {fat: 1 g}}\n",
    "rules unknown": STANDARD
    + _many(5000, "  - {{id: r{n}, kind: nutrient, nutrient: zat{n}, limits: [{{min: 1 g, source: z}}]}}\n"),
    "extends itself": "id: uji\ntitle: U\nsources: {}\nextends: a.yaml\n",
    "extends a folder": "id: uji\ntitle: U\nsources: {}\nextends: ..\n",
    "extends passwd": "id: uji\ntitle: U\nsources: {}\nextends: /etc/passwd\n",
}
"""Fifty texts, each read as a recipe, a standard, a register and a problem."""

TABLES: dict[str, str | bytes] = {
    "nothing": "",
    "titles only": "food,price [IDR],weight [g],basis,code,name_id\n",
    "no titles": "beras,1,1,gross\n",
    "long cell": "food,price [IDR],weight [g],basis,code,name_id\n" + "x" * 200_000,
    "open quotation": 'food,price [IDR],weight [g],basis,code,name_id\n"beras,1,1,gross,a,b\n' + "a,b\n" * 60_000,
    "NUL": "food,price [IDR],weight [g],basis,code,name_id\nber\x00as,1,1,gross,a,b\n",
    "bytes": bytes(range(256)) * 50,
    "half a letter": b"food,price [IDR],weight [g],basis,code,name_id\n\xc3",
    "many columns": ",".join(f"k{n}" for n in range(100_000)) + "\n",
    "many bad figures": "code,name_id,protein [g]\n" + _many(20_000, "A{n},b{n},xx\n"),
    "many bad prices": "food,price [IDR],weight [g],basis\n" + _many(20_000, "beras,xx,{n},gross\n"),
    "many unknown": "food,price [IDR],weight [g],basis\n" + _many(20_000, "barang {n},1,{n},gross\n"),
    "weight nothing": "food,price [IDR],weight [g],basis\nberas,1,0,gross\n",
    "price huge": "food,price [IDR],weight [g],basis\nberas," + "9" * 400 + ",1,gross\n",
    "unit of lies": "code,name_id,protein [parsec],protein [g]\nA,b,1,2\n",
}
"""Fifteen texts, each read as a food table, as prices, and by every reader of sheets."""

Edit = Callable[[str], str]


def _set(old: str, new: str) -> Edit:
    assert old in PROBLEM, old
    return lambda text: text.replace(old, new)


def _more(line: str) -> Edit:
    return lambda text: text.replace("rules:\n", f"rules:\n  - {line}\n")


GROUP = "{group: sd-4-6, heads: 78, budget: 13000 IDR, portion: {min: 50 %, max: 150 %}}"
CALENDAR = (
    "{from: 2026-02-02, to: 2026-02-04, weekdays: [senin, selasa, rabu], holidays: [{date: 2026-02-03, name: libur}]}"
)
PROBLEMS: dict[str, Edit] = {
    "as it is": lambda text: text,
    "thirty years": _set(CALENDAR, "{from: 2026-02-02, to: 2056-02-02}"),
    "to 9999": _set(CALENDAR, "{from: 2026-02-02, to: 9999-12-31}"),
    "from the year 1": _set(CALENDAR, "{from: 0001-01-01, to: 0001-01-05}"),
    "one day": _set(CALENDAR, "{from: 2026-02-02, to: 2026-02-02}"),
    "backwards": _set(CALENDAR, "{from: 2026-02-04, to: 2026-02-02}"),
    "only holidays": _set(CALENDAR, "{from: 2026-02-02, to: 2026-02-02, holidays: [{date: 2026-02-02}]}"),
    "no weekdays": _set("weekdays: [senin, selasa, rabu], holidays", "weekdays: [], holidays"),
    "weekday twice": _set("weekdays: [senin, selasa, rabu], holidays", "weekdays: [senin, monday], holidays"),
    "one head": _set("heads: 78", "heads: 1"),
    "no heads": _set("heads: 78", "heads: 0"),
    "heads below zero": _set("heads: 78", "heads: -5"),
    "heads of a country": _set("heads: 78", "heads: 280000000"),
    "heads beyond counting": _set("heads: 78", "heads: 999999999999999999"),
    "half a head": _set("heads: 78", "heads: 0.5"),
    "budget nothing": _set("budget: 13000 IDR", "budget: 0 IDR"),
    "budget tiny": _set("budget: 13000 IDR", "budget: 0.000001 IDR"),
    "budget huge": _set("budget: 13000 IDR", "budget: 1e300 IDR"),
    "portion fixed at nothing": _set("{min: 50 %, max: 150 %}", "{min: 0 %, max: 0 %}"),
    "portion huge": _set("{min: 50 %, max: 150 %}", "{min: 50 %, max: 1000000 %}"),
    "portion tiny": _set("{min: 50 %, max: 150 %}", "{min: 0.0001 %, max: 150 %}"),
    "portion between steps": _set("{min: 50 %, max: 150 %}", "{min: 51.3 %, max: 51.4 %}"),
    "no way": _set("delivery_limit: 30 minutes", "delivery_limit: 0 minutes"),
    "way endless": _set("delivery_limit: 30 minutes", "delivery_limit: 1e300 minutes"),
    "names of three hundred letters": _set("name: SD\n", f"name: {'S' * 300}\n"),
    "id of three hundred letters": lambda text: text.replace("sd-1", "s" * 300),
    "meal of three hundred letters": lambda text: text.replace("siang", "s" * 300),
    "meal of signs": lambda text: text.replace("siang", '"<b>&\\u202e;=1+1"'),
    "title of escapes": _set("{id: Soal uji, en: Test problem}", '"\\e]0;x\\a\\r\\n"'),
    "only one course": _set("[pokok, hewani, nabati, sayur, buah]", "[pokok]"),
    "course that nobody offers": _set("[pokok, hewani, nabati, sayur, buah]", "[minuman]"),
    "no choice left": _more("{id: x, kind: forbid, of: {course: pokok}, per: item, limits: [{source: k}]}"),
    "everything forbidden": _more("{id: x, kind: forbid, of: {}, per: item, limits: [{source: k}]}"),
    "variety beyond days": _more(
        "{id: x, kind: variety, of: {course: buah}, per: week, limits: [{min: 999 times, source: k}]}"
    ),
    "frequency huge": _more(
        "{id: x, kind: frequency, of: {course: buah}, per: week, limits: [{min: 1e300 times, source: k}]}"
    ),
    "spacing of a year": _more("{id: x, kind: spacing, of: {course: buah}, limits: [{min: 365 days, source: k}]}"),
    "window of a century": _more(
        "{id: x, kind: frequency, of: {course: buah}, per: week, window: {days: 36500, rolling: true}, limits: [{max: 1 times, source: k}]}"
    ),
    "limit of nothing": _more("{id: x, kind: nutrient, nutrient: sodium, per: meal, limits: [{max: 0 mg, source: k}]}"),
    "limit huge": _more("{id: x, kind: nutrient, nutrient: sodium, per: meal, limits: [{min: 1e300 mg, source: k}]}"),
    "limit strict and equal": _more(
        "{id: x, kind: nutrient, nutrient: energy, per: meal, limits: [{min: 600 kcal, max: 600 kcal, strict: true, source: k}]}"
    ),
    "tolerance of all": _set("tolerance: 1 %", "tolerance: 100 %"),
    "ordered too late": lambda text: text + "ordered_on: 2030-01-01\n",
    "two hundred rules": lambda text: text.replace(
        "rules:\n",
        "rules:\n"
        + _many(
            200,
            "  - {{id: x{n}, kind: nutrient, nutrient: sodium, per: meal, limits: [{{max: 9000 mg, source: k}}]}}\n",
        ),
    ),
}
