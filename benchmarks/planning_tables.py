"""The measurements of the planner as tables of a page, with targets, ratios to raw solvers and growth exponents."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

Facts = dict[str, Any]

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
"""What stands between these marks in a page is replaced."""

HURRY = 0.1

GROWTH = {"rows": "writing rows", "collapsed": "collapsed LP", "first_menu": "first menu", "peak_mib": "memory"}

WANTED = (
    ("5x60x1x0", 60.0, "gap", 0.001),
    ("20x200x1x20", 60.0, "first_menu", 2.0),
    ("20x200x1x20", 10.0, "gap", 0.01),
    ("20x200x1x20", 60.0, "gap", 0.005),
    ("60x1000x3x0", 60.0, "gap", 0.005),
    ("60x1000x3x0", 60.0, "peak_mib", 2048.0),
)
"""(instance, time limit, figure, at most): the targets of the planner."""

SHARE = 0.2
"""Writing and passing all rows is to cost at most this part of the time to the first menu."""


def document(before: str, answer: Facts) -> str:
    """The page with the tables between its marks, or after its text when it has none."""
    block = f"{BEGIN}\n{tables(answer)}\n{END}"
    if BEGIN not in before or END not in before:
        return f"{before.rstrip()}\n\n{block}\n".lstrip()
    head, rest = before.split(BEGIN, 1)
    return head + block + rest.split(END, 1)[1]


def tables(answer: Facts) -> str:
    """All tables as Markdown."""
    results = answer["results"]
    parts = [
        _title(answer),
        _section("Gap over time", _gaps(results)),
        _section("Beside raw HiGHS and CBC on the whole model, same time", _rivals(results)),
        _section("Building", _buildings(results)),
        _section("Growth", _growth(results)),
        _section(f"A time limit of {HURRY:g} s", _hurries(results)),
        _section("Targets", _targets(results)),
        _section("Not measured, or not ended well", _failures(results)),
    ]
    return "\n\n".join(part for part in parts if part)


def summary(answer: Facts) -> str:
    """What is printed at the end of a run: all tables as text."""
    return tables(answer)


def growth(results: Sequence[Facts]) -> dict[str, dict[str, float]]:
    """Exponents of growth: by what power of days, dishes and UMKM each figure grows, from instances alike otherwise."""
    built = _of(results, "build")
    found: dict[str, dict[str, float]] = {}
    for number, name in ((0, "days"), (1, "dishes"), (3, "UMKM")):
        ladder = [r for r in built if _numbers(r) and _others(r, number) == _centre(number)]
        exponents = {figure: _exponent([(_numbers(r)[number], r[figure]) for r in ladder]) for figure in GROWTH}
        found[name] = {figure: value for figure, value in exponents.items() if not math.isnan(value)}
    return found


def _numbers(result: Facts) -> list[int]:
    parts = result["instance"].split("x")
    return [int(part) for part in parts] if all(part.isdigit() for part in parts) else []


def _others(result: Facts, number: int) -> list[int]:
    numbers = _numbers(result)
    return numbers[:number] + numbers[number + 1 :]


def _centre(number: int) -> list[int]:
    centre = [20, 200, 1, 20]
    return centre[:number] + centre[number + 1 :]


def _exponent(points: Iterable[tuple[float, float | None]]) -> float:
    """Slope of a straight line through the logarithms; nan with fewer than three sizes."""
    known = [(size, value) for size, value in points if size and value]
    if len({size for size, _ in known}) < 3:
        return math.nan
    sizes, values = np.log(np.array(known, dtype=float)).T
    return float(np.polyfit(sizes, values, 1)[0])


def _title(answer: Facts) -> str:
    machine = answer["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    load = machine["load"][0]
    return (
        f"Measured on {machine['day']}: {machine['cores']} cores (load {load:g} at the start), "
        f"{machine['memory_gib']:g} GiB, Python {machine['python']}, {versions}; "
        f"seed {answer['seed']}, {answer['threads']} threads. Written by `benchmarks/planning.py`."
    )


def _section(title: str, table: str) -> str:
    return f"### {title}\n\n{table}" if table else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    if not lines:
        return ""
    return "\n".join([f"| {' | '.join(head)} |", "|" + "---|" * len(head), *lines])


def _of(results: Sequence[Facts], kind: str) -> list[Facts]:
    return [r for r in results if r["kind"] == kind and "failed" not in r]


def _plans(results: Sequence[Facts]) -> dict[str, list[Facts]]:
    """The runs of each instance, shortest limit first, without those in a hurry."""
    found: dict[str, list[Facts]] = {}
    for result in _of(results, "plan"):
        if result["limit"] > HURRY:
            found.setdefault(result["instance"], []).append(result)
    return {name: sorted(runs, key=lambda r: float(r["limit"])) for name, runs in found.items()}


def _gaps(results: Sequence[Facts]) -> str:
    """Per instance: the gap in whole steps of a run with each limit; in brackets before rounding, within the longest run."""
    plans = _plans(results)
    limits = sorted({run["limit"] for runs in plans.values() for run in runs})
    head = ["days x dishes x meals x UMKM", "first menu", *(f"{limit:g} s" for limit in limits), "peak memory"]
    rows = [_gap_row(name, runs, limits) for name, runs in plans.items()]
    note = (
        "\n\nOne run per limit: gap of the menu in whole serving steps against the bound of that run. In brackets: "
        "menu before rounding against the bound, at that moment of the longest run."
    )
    return _table(head, rows) + note if rows else ""


def _gap_row(name: str, runs: list[Facts], limits: Sequence[float]) -> list[str]:
    longest, by_limit = runs[-1], {run["limit"]: run for run in runs}
    cells = []
    for limit in limits:
        run, search = by_limit.get(limit), longest["search"].get(f"{limit:g}")
        cells.append("" if run is None else f"{_percent(run['gap'])} ({_percent(search['gap'] if search else None)})")
    return [name, _seconds(longest["first_menu"]), *cells, f"{longest['peak_mib']:.0f} MiB"]


def _rivals(results: Sequence[Facts]) -> str:
    """Each raw solver beside the planner: its own cost over ours, and both gaps against the best bound of the two."""
    plans, rows = _plans(results), []
    for rival in _of(results, "rival"):
        ours = next((r for r in plans.get(rival["instance"], []) if r["limit"] == rival["limit"]), None)
        if ours is not None:
            rows.append(_rival_row(ours, rival))
    head = [
        "instance",
        "limit",
        "solver",
        "its cost / ours",
        "gap of ours",
        "gap of its menu",
        "ours / its",
        "ended as",
    ]
    return _table(head, rows)


def _rival_row(ours: Facts, rival: Facts) -> list[str]:
    bound = max(_or(ours["bound"], -math.inf), _or(rival["bound"], -math.inf))
    gaps = [_gap(run["objective"], bound) for run in (ours, rival)]
    cost, mine = rival["objective"], ours["objective"]
    ratio = f"{cost / mine:.4f}" if cost and mine else "no menu of its" if mine else "no menu of ours"
    times = "-" if gaps[0] is None or not gaps[1] else f"{gaps[0] / gaps[1]:.2f}"
    ending = f"{rival['status']}, {_seconds(rival['seconds'])}"
    return [rival["instance"], _seconds(rival["limit"]), rival["version"], ratio, *map(_percent, gaps), times, ending]


def _buildings(results: Sequence[Facts]) -> str:
    head = ["instance", "nonzeros", "rows written", "whole program", "passed", "fold", "collapsed LP", "first menu",
            "(rows + program + passing) / first menu"]  # fmt: skip
    keys = ("rows", "whole", "passing", "fold", "collapsed", "first_menu")
    return _table(head, ([r["instance"], f"{r['nonzeros']:,}", *(_seconds(r[k]) for k in keys), _percent(r["share"])]
                         for r in _of(results, "build")))  # fmt: skip


def _growth(results: Sequence[Facts]) -> str:
    found = growth(results)
    rows = ([name, *(_power(found[name].get(figure)) for figure in GROWTH)] for name in found if found[name])
    return _table(["grows with", *GROWTH.values()], rows)


def _power(exponent: float | None) -> str:
    return "-" if exponent is None else f"{exponent:.2f}"


def _hurries(results: Sequence[Facts]) -> str:
    head = ["instance", "ended as", "took", "over the limit", "menu lawful", "phases until"]
    return _table(head, (_hurry_row(r) for r in _of(results, "plan") if r["limit"] <= HURRY))


def _hurry_row(result: Facts) -> list[str]:
    phases = ", ".join(f"{name} {_seconds(at)}" for name, at, *_ in result["phases"])
    lawful = {None: "no menu", True: "yes", False: "NO"}[result["lawful"]]
    return [result["instance"], result["status"], _seconds(result["seconds"]), _seconds(result["overshoot"]), lawful,
            phases or "-"]  # fmt: skip


def _targets(results: Sequence[Facts]) -> str:
    return _table(["target", "measured", "holds"], ([name, got, "yes" if good else "no"] for name, got, good in
                                                    verdicts(results)))  # fmt: skip


def verdicts(results: Sequence[Facts]) -> Iterator[tuple[str, str, bool]]:
    """Each target that was measured: what it asks, what came out, and whether it holds."""
    shown: dict[str, Callable[[float | None], str]] = {
        "gap": _percent, "first_menu": _seconds, "peak_mib": lambda x: f"{_or(x, math.inf):.0f} MiB",
    }  # fmt: skip
    for instance, limit, figure, most in WANTED:
        for run in _plans(results).get(instance, []):
            if run["limit"] == limit:
                name = f"{instance} in {limit:g} s: {figure.replace('_', ' ')} at most {shown[figure](most)}"
                yield name, shown[figure](run[figure]), _or(run[figure], math.inf) <= most
    for built in _of(results, "build"):
        name = f"{built['instance']}: building at most {_percent(SHARE)} of the time to the first menu"
        yield name, _percent(built["share"]), _or(built["share"], math.inf) <= SHARE


def _failures(results: Sequence[Facts]) -> str:
    """Jobs without an answer, and processes that gave one but did not end well."""
    why = [(r, r.get("failed") or f"answered, then ended with exit code {r['exit_code']}") for r in results
           if r.get("failed") or r.get("exit_code")]  # fmt: skip
    rows = ([r["kind"], r["instance"], str(r.get("solver", "")), f"{r.get('limit', '')}", text] for r, text in why)
    return _table(["what", "instance", "solver", "limit", "why"], rows)


def _gap(objective: float | None, bound: float) -> float | None:
    return None if objective is None or not math.isfinite(bound) else max(0.0, objective - bound) / abs(objective)


def _or(value: float | None, other: float) -> float:
    return other if value is None else value


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.3g} %" if value < 1 else f"{100 * value:.0f} %"


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.2g} s" if value < 10 else f"{value:.0f} s"
