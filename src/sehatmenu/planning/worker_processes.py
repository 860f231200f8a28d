"""Worker processes that fail alone: an executor in which a process that dies or stalls takes only its own task along."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any, TypeVar

T = TypeVar("T")
Task = tuple[Callable[..., Any], tuple[Any, ...], Mapping[str, Any]]

_SPAWN = multiprocessing.get_context("spawn")
_STARTS = 3
"""So many processes in a row that die while they start are taken to mean that none can."""


class NoWorkerError(BrokenExecutor):
    """No worker process could start, whatever the task."""


class WorkerLostError(BrokenExecutor):
    """The process that worked on this task ended before it answered; `exitcode` is negative for a signal."""

    def __init__(self, exitcode: int | None) -> None:
        super().__init__(exitcode)
        self.exitcode = exitcode

    def __str__(self) -> str:
        return f"exit code {self.exitcode}"


class TooSlowError(Exception):
    """The task had not answered after `seconds`, and its process was ended."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def __str__(self) -> str:
        return f"{self.seconds:g} s"


class UnpicklableError(Exception):
    """The answer of a task, or what it raised, cannot be sent from process to process; says what it is and why."""


class WorkerProcesses(Executor):
    """An executor of worker processes, in which a lost process loses one task and no other.

    `concurrent.futures.ProcessPoolExecutor` gives up every task when one of its processes dies. Here each process has
    one task at a time and is replaced when it is gone: its task raises WorkerLostError, the others go on. `end_after`
    seconds of work a task raises TooSlowError and its process is ended. `count` processes work at once, by default one
    per core that this program may use. They are spawned, so a script guards its start by `if __name__ == "__main__":`;
    where none can start, tasks raise NoWorkerError.
    """

    def __init__(self, count: int | None = None, *, end_after: float | None = None) -> None:
        self._threads = ThreadPoolExecutor(count or cores())
        self._end_after = end_after
        self._own = threading.local()
        self._alive: set[_Worker] = set()
        self._lock = threading.Lock()
        self._stopped = False
        self._failed_starts = 0

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Run a function of a module in a worker process; arguments and result are pickled."""
        return self._threads.submit(self._alone, (fn, args, kwargs))

    def pids(self) -> list[int]:
        """The process ids of the workers that are there now."""
        with self._lock:
            return [worker.process.pid for worker in self._alive if worker.process.pid is not None]

    def stop(self) -> None:
        """End all workers at once; tasks not yet begun are cancelled, those at work raise WorkerLostError."""
        with self._lock:
            self._stopped = True
            for worker in self._alive:
                worker.process.kill()
        self.shutdown(cancel_futures=True)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more tasks; with `wait`, end the processes once the tasks are done."""
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        if wait:
            for worker in list(self._alive):
                self._dismiss(worker)

    def _alone(self, task: Task) -> Any:
        """One task, in the process that belongs to this thread."""
        worker = self._worker()
        try:
            return worker.result(task, self._end_after)
        except (BrokenExecutor, TooSlowError):
            self._own.worker = None
            self._dismiss(worker)
            raise

    def _worker(self) -> _Worker:
        """The worker of this thread, started when there is none; one that dies while starting has lost nothing yet."""
        worker: _Worker | None = getattr(self._own, "worker", None)
        while worker is None:
            begun = self._begin()
            if begun.greets():
                self._failed_starts = 0
                worker = self._own.worker = begun
            else:
                self._failed_starts += 1
                self._dismiss(begun)
        return worker

    def _begin(self) -> _Worker:
        with self._lock:
            if self._stopped or self._failed_starts >= _STARTS:
                raise NoWorkerError
            try:
                worker = _Worker()
            except (OSError, RuntimeError) as error:
                raise NoWorkerError(str(error)) from error
            self._alive.add(worker)
        return worker

    def _dismiss(self, worker: _Worker) -> None:
        with self._lock:
            self._alive.discard(worker)
        worker.end()


class _Worker:
    """One process and the pipe to it."""

    def __init__(self) -> None:
        self._pipe, far = _SPAWN.Pipe()
        self.process = _SPAWN.Process(target=_serve, args=(far,), daemon=True)
        self.process.start()
        far.close()

    def result(self, task: Task, end_after: float | None) -> Any:
        """What the task returns; what it raises is raised."""
        try:
            self._pipe.send(task)
            if not self._pipe.poll(end_after):
                raise TooSlowError(end_after or 0.0)
            value, error = self._pipe.recv()
        except (EOFError, OSError) as gone:
            self.process.join(1.0)
            raise WorkerLostError(self.process.exitcode) from gone
        except TooSlowError:
            raise
        except Exception as error:
            raise UnpicklableError(f"{_named(task[0])}: {error}") from error
        if error is not None:
            raise error
        return value

    def greets(self) -> bool:
        """Wait until the process has begun, so that starting is not counted as work; False when it died instead."""
        try:
            self._pipe.recv()
        except (EOFError, OSError):
            return False
        return True

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.process.close()
        self._pipe.close()


def _serve(pipe: Connection) -> None:
    """A worker's life: greet, then a task and its answer, until the pipe is closed. Ctrl-C is for the main program."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe.send(None)
    while True:
        try:
            function, args, kwargs = pipe.recv()
        except EOFError:
            return
        value, raised = _outcome(function, args, kwargs)
        try:
            pipe.send((value, raised))
        except Exception as error:
            kind = type(value if raised is None else raised).__name__
            pipe.send((None, UnpicklableError(f"{_named(function)}: {kind}: {error}")))


def _named(function: Callable[..., Any]) -> str:
    return getattr(function, "__qualname__", type(function).__name__)


def _outcome(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[Any, Any]:
    try:
        return function(*args, **kwargs), None
    except Exception as error:
        return None, error


def cores() -> int:
    """How many cores this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
