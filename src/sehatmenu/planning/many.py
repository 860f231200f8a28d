"""Many problems planned side by side, on the cores of this machine or of a cluster; one that fails never takes others along."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, as_completed
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sehatmenu.errors import LoadError, SolverError, UnitError, refusal
from sehatmenu.findings import Finding
from sehatmenu.messages import as_lines, render
from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.demand import Problem, load_problem
from sehatmenu.planning.parcels import packed, unpacked
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from sehatmenu.planning.unfinished import Unfinished
from sehatmenu.planning.worker_processes import NoWorkerError, TooSlowError, WorkerProcesses

Source = Problem | str | os.PathLike[str]
"""A problem, or the path of its file."""


class Failure(StrEnum):
    """Why a problem has no answer: its files, the solver, its process, time, transport, Ctrl-C, or a defect."""

    input = "input"
    solver = "solver"
    worker_lost = "worker_lost"
    no_worker = "no_worker"
    too_slow = "too_slow"
    transport = "transport"
    cancelled = "cancelled"
    defect = "defect"


@dataclass(frozen=True, slots=True)
class Failed:
    """A problem of many that has no answer, and why.

    `findings` are the mistakes of its files, each with its place; `detail` is what the solver or the system said.
    """

    name: str
    kind: Failure
    detail: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def code(self) -> str:
        """The code of its sentence."""
        return f"failed-{self.kind}"

    def text(self, lang: str = "id") -> str:
        """What happened and what to do, in one line; then every mistake of the files, one line each."""
        head = render(self.code, {"name": self.name, "detail": self.detail}, lang).rstrip()
        return as_lines(
            [head, *(f"  {f.place}: {f.text(lang)}" if f.place else f"  {f.text(lang)}" for f in self.findings)]
        )

    def data(self, lang: str = "id") -> dict[str, object]:
        """Everything as plain data, for JSON."""
        problems = [finding.record(lang) for finding in self.findings]
        return {"status": "failed", "kind": str(self.kind), "text": self.text(lang), "problems": problems}

    def __str__(self) -> str:
        return self.text()


Answer = Plan | Conflict | Unfinished | Failed


def plan_many(
    problems: Mapping[str, Source] | Iterable[Source],
    *,
    executor: Executor | None = None,
    on_result: Callable[[str, Answer], object] | None = None,
    **settings: Any,
) -> dict[str, Answer]:
    """Plan many kitchens side by side; every problem gets its own answer: a plan, a conflict, or why it failed.

    `problems` are problems or paths of problem files, by name; without names a path is its own name and a problem goes
    by its title. `settings` are those of `plan`, for each problem; `threads` is 1 unless told otherwise.

    `on_result(name, answer)` is called here, as each answer comes. The result holds all answers in the order of
    `problems`. Ctrl-C ends the run: problems without an answer are then Failed with kind `cancelled`. An exception of
    `on_result` ends the run too and comes out; all answers until then had been handed to it.

    `executor` is any `concurrent.futures.Executor`, such as a ProcessPoolExecutor or Dask's `client.get_executor()`;
    it is not shut down. By default a `WorkerProcesses` of one process per core: a process that dies loses one problem,
    and so does one that takes longer than 60 s + 4 x `time_limit`. A ProcessPoolExecutor that breaks has lost all that
    was not finished, and says so of each. Paths travel as paths, so workers elsewhere must find the same files.

    Kitchens that share the capacity of an UMKM are one problem with several institutions, not several problems.

    Raises LoadError when two problems have one name, and TypeError for a setting that `plan` does not have.
    """
    inspect.signature(plan).bind(None, **settings)
    if refused := {"progress", "cancel"} & settings.keys():
        raise TypeError(f"plan_many takes no {' or '.join(sorted(refused))}: a function does not reach another process")
    named = _named(problems)
    answers: dict[str, Answer] = {}
    try:
        with closing(_answers(named, executor, {"threads": 1, **settings})) as coming:
            for name, answer in coming:
                answers[name] = answer
                if on_result is not None:
                    on_result(name, answer)
    except KeyboardInterrupt:
        pass
    return {name: answers.get(name) or Failed(name, Failure.cancelled) for name in named}


def _named(problems: Mapping[str, Source] | Iterable[Source]) -> dict[str, Source]:
    if isinstance(problems, Mapping):
        return dict(problems)
    found: dict[str, Source] = {}
    for source in problems:
        name = str(source.title) if isinstance(source, Problem) else os.fspath(source)
        if name in found:
            raise refusal("problem-twice", name=name)
        found[name] = source
    return found


def _answers(
    named: Mapping[str, Source], executor: Executor | None, settings: Mapping[str, Any]
) -> Generator[tuple[str, Answer]]:
    """Each name with its answer as it comes; closed early, everything not yet begun is cancelled."""
    limit = float(settings.get("time_limit", inspect.signature(plan).parameters["time_limit"].default))
    workers = WorkerProcesses(end_after=60 + 4 * limit) if executor is None else executor
    names: dict[Future[bytes], str] = {}
    try:
        for name, source in named.items():
            sent = _sent(workers, name, source, settings)
            if isinstance(sent, Failed):
                yield name, sent
            else:
                names[sent] = name
        for future in as_completed(names):
            name = names.pop(future)
            yield name, _received(name, named[name], future)
    finally:
        for future in names:
            future.cancel()
        if executor is None and isinstance(workers, WorkerProcesses):
            workers.stop()


def _sent(executor: Executor, name: str, source: Source, settings: Mapping[str, Any]) -> Future[bytes] | Failed:
    """The problem on its way to a worker, or why it cannot be sent."""
    content = source if isinstance(source, Problem) else os.fspath(source)
    try:
        parcel = packed((content, dict(settings)))
    except Exception as error:
        return Failed(name, Failure.transport, _said(error))
    try:
        return executor.submit(plan_parcel, name, parcel)
    except Exception as error:
        return _failed(name, error)


def plan_parcel(name: str, parcel: bytes) -> bytes:
    """The worker's part: plan what is in the parcel and send the answer back; nothing is raised."""
    beside = None
    try:
        content, settings = unpacked(parcel)
        beside = content if isinstance(content, Problem) else None
        answer: Answer = plan(beside or load_problem(content), **settings)
    except Exception as error:
        answer = _failed(name, error)
    try:
        return packed(answer, beside)
    except Exception as error:
        return packed(Failed(name, Failure.transport, _said(error)))


def _received(name: str, source: Source, future: Future[bytes]) -> Answer:
    try:
        answer: Answer = unpacked(future.result(), source if isinstance(source, Problem) else None)
    except (Exception, CancelledError) as error:
        return _failed(name, error)
    return answer


def _failed(name: str, error: BaseException) -> Failed:
    match error:
        case LoadError():
            return Failed(name, Failure.input, findings=error.report.findings)
        case UnitError():
            return Failed(name, Failure.input, str(error))
        case SolverError():
            return Failed(name, Failure.solver, str(error))
        case TooSlowError():
            return Failed(name, Failure.too_slow, str(error))
        case NoWorkerError():
            return Failed(name, Failure.no_worker)
        case CancelledError():
            return Failed(name, Failure.cancelled)
        case _ if isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker":
            return Failed(name, Failure.worker_lost, _said(error))
    return Failed(name, Failure.defect, _said(error))


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
