"""Measures the planner: gaps over time, beside raw solvers, cost of building, memory, growth; JSON out, a table in docs."""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

from planning_jobs import EXAMPLE, size_of
from planning_tables import document, summary

Job = dict[str, Any]

TARGETS = ("5x60x1x0", "20x200x1x20", "60x1000x3x0")
"""The sizes that have targets; they are measured up to the longest limit."""

SMALL = (*TARGETS, EXAMPLE, "20x60x1x0", "20x200x3x20", "20x1000x1x0")
ALL = tuple("x".join(map(str, s)) for s in product((5, 20, 60), (60, 200, 1000), (1, 3), (0, 20)))

LADDERS = {
    "days": ("5x200x1x20", "10x200x1x20", "20x200x1x20", "40x200x1x20"),
    "dishes": ("20x100x1x20", "20x200x1x20", "20x400x1x20", "20x800x1x20"),
    "UMKM": ("20x200x1x5", "20x200x1x10", "20x200x1x20", "20x200x1x40"),
}
"""Sizes that differ in one thing, for the growth exponents."""

HURRY = 0.1
"""Every size is also planned with this limit, in seconds: it must end cleanly whatever it has."""

LONG, SHORT = 60.0, 10.0
"""Seconds of the longest run of sizes with targets, and of all others (and of CBC, whose gap hardly moves after that)."""

HIGHS_NONZEROS, CBC_NONZEROS = 40_000_000, 3_000_000
"""Larger models are not given to a raw solver: PuLP's objects would not fit into memory."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all jobs, each in a process of its own, and write what was measured."""
    asked = _arguments(arguments)
    answer = json.loads(asked.load.read_text(encoding="utf-8")) if asked.load else _measured(asked)
    if asked.json:
        asked.json.write_text(json.dumps(answer, indent=1) + "\n", encoding="utf-8")
    if asked.table:
        before = asked.table.read_text(encoding="utf-8") if asked.table.exists() else ""
        asked.table.write_text(document(before, answer), encoding="utf-8")
    print(summary(answer))
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", choices=("small", "all"), default="small", help="a subset, or every combination")
    parser.add_argument("--only", action="append", default=[], metavar="DAYSxDISHESxMEALSxUMKM",
                        help=f"only this instance, e.g. 20x200x1x20 or {EXAMPLE}; may be repeated")  # fmt: skip
    parser.add_argument("--limits", type=_numbers, default=(1.0, 3.0, 10.0, 60.0), help="seconds, a run for each")
    parser.add_argument("--seconds", type=float, default=LONG, help="no run longer than this")
    parser.add_argument("--against", type=_names, default=("highs", "cbc"), help="raw solvers, or none: ''")
    parser.add_argument("--parts", type=_names, default=("plan", "hurry", "build", "growth"), help="which to run")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all measurements here")
    parser.add_argument("--table", type=Path, metavar="FILE", help="put the tables into this page, between its marks")
    parser.add_argument("--load", type=Path, metavar="FILE", help="measure nothing; read measurements from this file")
    asked = parser.parse_args(arguments)
    try:
        for instance in set(asked.only) - {EXAMPLE}:
            size_of(instance)
    except ValueError as unknown:
        parser.error(str(unknown))
    return asked


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(sorted(float(number) for number in _names(text)))


def _measured(asked: argparse.Namespace) -> dict[str, Any]:
    jobs = list(jobs_of(asked))
    print(f"{len(jobs)} jobs, about {sum(_guess(job) for job in jobs) / 60:.0f} minutes", file=sys.stderr)
    facts, began = machine(), time.perf_counter()
    results = [_run(job, n, len(jobs)) for n, job in enumerate(jobs, 1)]
    facts["minutes"] = round((time.perf_counter() - began) / 60, 1)
    return {"machine": facts, "seed": asked.seed, "threads": asked.threads, "results": results}


def jobs_of(asked: argparse.Namespace) -> Iterator[Job]:
    """Every job of a run; a raw solver gets the same time as a run of the planner on the same instance."""
    base = {"seed": asked.seed, "threads": asked.threads}
    instances = tuple(asked.only) or (ALL if asked.sizes == "all" else SMALL)
    for instance in instances:
        limits = _limits(asked, instance)
        plans = limits if "plan" in asked.parts else ()
        for limit in plans:
            yield {"kind": "plan", "instance": instance, "limit": limit, "moments": limits, **base}
        for solver in asked.against if plans else ():
            name = "highs" if solver == "highs" else f"pulp:{solver.upper()}"
            longest = max(_limits(asked, instance, SHORT if solver != "highs" else asked.seconds), default=limits[0])
            yield {"kind": "rival", "instance": instance, "limit": longest, "solver": name, **base}
        if "hurry" in asked.parts:
            yield {"kind": "plan", "instance": instance, "limit": HURRY, "moments": [], **base}
        if "build" in asked.parts:
            yield {"kind": "build", "instance": instance, **base}
    if "growth" in asked.parts and not asked.only:
        built = set(instances) if "build" in asked.parts else set()
        steps = dict.fromkeys(step for ladder in LADDERS.values() for step in ladder if step not in built)
        yield from ({"kind": "build", "instance": step, **base} for step in steps)


def _limits(asked: argparse.Namespace, instance: str, most: float = math.inf) -> list[float]:
    """Limits of an instance: all where it was asked for or has targets, else the short ones; none above `most`."""
    own = asked.seconds if asked.only or asked.sizes == "all" or instance in (*TARGETS, EXAMPLE) else SHORT
    return [limit for limit in asked.limits if limit <= min(own, most, asked.seconds)]


def _nonzeros(instance: str) -> float:
    """Roughly how many nonzeros the rows of an instance have."""
    if instance == EXAMPLE:
        return 1.5e5
    size = size_of(instance)
    columns = size.days * size.dishes * size.meals * (2.0 if size.suppliers else 1.0)
    return columns * (86.0 + 0.5 * 4 * size.suppliers * 2)


def _guess(job: Job) -> float:
    """About how many seconds a job takes."""
    built = 1.2 + 4e-7 * _nonzeros(job["instance"])
    if job["kind"] == "build":
        return 2 * built + (18.0 if job["instance"] == EXAMPLE else 0.0)
    if job["kind"] == "rival":
        writing = 0.0 if job["solver"] == "highs" else 8e-6 * _nonzeros(job["instance"])
        return 0.0 if _too_large(job) else built + writing + float(job["limit"])
    return built + float(job["limit"])


def _too_large(job: Job) -> bool:
    most = HIGHS_NONZEROS if job.get("solver") == "highs" else CBC_NONZEROS
    return bool(job["kind"] == "rival" and _nonzeros(job["instance"]) > most)


def _run(job: Job, number: int, count: int) -> Job:
    """Do one job in a process of its own, so that its peak memory is its own and its end harms no other."""
    title = " ".join(str(job[key]) for key in ("kind", "instance", "solver", "limit") if key in job)
    if _too_large(job):
        return {**job, "failed": "not tried: the model is too large for it"}
    began = time.perf_counter()
    answer = _answer(job, 60.0 + 2 * _guess(job))
    taken = time.perf_counter() - began
    print(f"{number}/{count} {title}: {taken:.1f} s {answer.get('failed', '')}", file=sys.stderr)
    return {**job, **answer, "process_seconds": taken}


def _answer(job: Job, patience: float) -> Job:
    command = [sys.executable, str(Path(__file__).with_name("planning_jobs.py")), json.dumps(job)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          start_new_session=True) as process:  # fmt: skip
        try:
            out, errors = process.communicate(timeout=patience)
        except BaseException as stopped:
            os.killpg(process.pid, signal.SIGKILL)
            if not isinstance(stopped, subprocess.TimeoutExpired):
                raise
            return {"failed": f"ended after {patience:.0f} s without an answer"}
    lines = out.strip().splitlines()
    if not lines:
        return {"failed": f"exit code {process.returncode}: {(errors.strip().splitlines() or ['-'])[-1]}"}
    answer: Job = json.loads(lines[-1])
    return {**answer, "exit_code": process.returncode}


def machine() -> dict[str, Any]:
    """What was measured on, without names: cores, memory, load and versions."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    packages = ("sehatmenu", "highspy", "PuLP", "numpy", "scipy")
    return {
        "cores": len(os.sched_getaffinity(0)), "memory_gib": round(pages / 2**30, 1), "system": platform.system(),
        "processor": platform.machine(), "python": platform.python_version(),
        "load": [round(load, 2) for load in os.getloadavg()], "day": time.strftime("%Y-%m-%d", time.gmtime()),
        "versions": {name: version(name) for name in packages},
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
