"""Many problems side by side: each gets its own answer, whatever happens to the others, on any executor."""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sehatmenu import cli
from sehatmenu.errors import LoadError
from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.many import Answer, Failed, Failure, plan_many
from sehatmenu.planning.parcels import packed, unpacked
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from sehatmenu.planning.worker_processes import WorkerProcesses
from tests.planning.problems import Dish, Offer, write_problem
from tests.planning.tiny_problems import example

dask: Any = pytest.importorskip("dask")
distributed: Any = pytest.importorskip("distributed")

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "dua-ratus-dapur" / "dapur.py"
DAPUR = runpy.run_path(str(SCRIPT))
QUICK = (16, 17, 31, 38)
"""Kitchens of the example that are planned in a fraction of a second."""
RICE, TEMPE = Dish("nasi", "pokok", 350, 8, 5), Dish("tempe", "hewani", 150, 12, 200)

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a problem that never ends is made of a FIFO")


def kitchen(folder: Path, *, rice: int = 1000, protein: float = 10) -> Path:
    """Two days of rice and tempe (2.000 rupiah) for ten: one lawful menu, whose cost is 20 x (rice + 2.000)."""
    offers = [Offer("a", "nasi", rice), Offer("a", "tempe", 2000)]
    return write_problem(folder, [RICE, TEMPE], offers, protein=protein)


def endless(folder: Path) -> Path:
    """A problem whose file nobody finishes writing: whoever reads it waits."""
    path = folder / "endless.yaml"
    os.mkfifo(path)
    return path


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerProcesses]:
    with WorkerProcesses(2) as found:
        yield found


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Kitchens by name; the name says what rice costs there."""
    folder = tmp_path_factory.mktemp("dapur")
    return {str(rice): kitchen(folder / str(rice), rice=rice) for rice in (1500, 1000, 1300, 1100, 1200)}


def costs(answers: dict[str, Answer]) -> dict[str, float]:
    return {name: answer.cost for name, answer in answers.items() if isinstance(answer, Plan)}


def expected(names: list[str]) -> dict[str, float]:
    """20 portions of rice and of tempe each."""
    return {name: 20 * (int(name) + 2000) for name in names}


def only_failed(answers: dict[str, Answer]) -> Failed:
    (failed,) = (answer for answer in answers.values() if isinstance(answer, Failed))
    return failed


# Answers


def test_every_problem_gets_its_own_answer_in_the_order_asked(workers: WorkerProcesses, paths: dict[str, Path]) -> None:
    came: dict[str, Answer] = {}
    answers = plan_many(paths, executor=workers, on_result=came.__setitem__, time_limit=10)
    assert costs(answers) == pytest.approx(expected(list(paths)))
    assert list(answers) == list(paths)
    assert came == answers


def test_a_conflict_and_a_bad_file_are_answers_too(workers: WorkerProcesses, tmp_path: Path) -> None:
    good = kitchen(tmp_path / "good")
    clash = kitchen(tmp_path / "clash", protein=40)
    bad = kitchen(tmp_path / "bad")
    bad.write_text(bad.read_text().replace("heads: 10", "heads: sepuluh"))
    named = {"good": good, "clash": clash, "bad": bad, "gone": tmp_path / "tidak-ada.yaml"}
    answers = plan_many(named, executor=workers)
    assert isinstance(answers["good"], Plan)
    assert isinstance(answers["clash"], Conflict)
    failed, gone = answers["bad"], answers["gone"]
    assert isinstance(failed, Failed)
    assert isinstance(gone, Failed)
    assert (failed.kind, gone.kind) == (Failure.input, Failure.input)
    (mistake,) = failed.findings
    assert mistake.place is not None
    assert f"{bad}:9:" in failed.text("id")
    assert "tidak-ada.yaml" in gone.text("id")
    assert failed.text("en").startswith("bad: the files of this problem cannot be used yet")


def test_problems_go_by_their_title_and_paths_by_themselves(workers: WorkerProcesses, paths: dict[str, Path]) -> None:
    source = paths["1000"]
    assert list(plan_many([load_problem(source), source], executor=workers)) == ["Soal uji", str(source)]


def test_two_problems_of_one_name_are_refused(paths: dict[str, Path]) -> None:
    with pytest.raises(LoadError, match="dua soal bernama"):
        plan_many([paths["1000"], paths["1000"]])


@pytest.mark.parametrize("setting", [{"time_limt": 1}, {"progress": print}, {"cancel": bool}])
def test_a_setting_that_cannot_reach_a_worker_is_refused_at_once(setting: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=next(iter(setting))):
        plan_many([], **setting)


# What goes wrong


def test_a_killed_worker_loses_one_problem_named_and_the_rest_arrive(paths: dict[str, Path], tmp_path: Path) -> None:
    """One worker: when the first answer is here, it goes to the problem that never ends, and is killed there."""
    names = list(paths)
    named = {names[0]: paths[names[0]], "endless": endless(tmp_path), **paths}
    with WorkerProcesses(1) as alone:

        def kill(name: str, _: Answer) -> None:
            if name == names[0]:
                os.kill(alone.pids()[0], signal.SIGKILL)

        answers = plan_many(named, executor=alone, on_result=kill)
    failed = only_failed(answers)
    assert (failed.name, failed.kind) == ("endless", Failure.worker_lost)
    assert "exit code -9" in failed.text("id")
    assert costs(answers) == pytest.approx(expected(names))


def test_killed_while_solving_one_of_two_workers_loses_one_problem(tmp_path: Path) -> None:
    """Four kitchens of the example, a fraction of a second each: the one in the killed process is lost, no other."""
    named = {str(n): DAPUR["write_kitchen"](tmp_path / str(n), n) for n in QUICK}
    with WorkerProcesses(2) as two:
        killed: list[int] = []

        def kill(_: str, __: Answer) -> None:
            if not killed:
                killed.append(two.pids()[0])
                os.kill(killed[0], signal.SIGKILL)

        answers = plan_many(named, executor=two, on_result=kill)
    assert only_failed(answers).kind is Failure.worker_lost
    assert [answer.lawful for answer in answers.values() if isinstance(answer, Plan)] == [True] * 3


def test_a_problem_that_takes_too_long_is_ended_and_said(tmp_path: Path) -> None:
    with WorkerProcesses(1, end_after=2.0) as impatient:
        failed = only_failed(plan_many({"endless": endless(tmp_path)}, executor=impatient))
        assert impatient.submit(int, "7").result() == 7, "its process is replaced"
    assert (failed.name, failed.kind) == ("endless", Failure.too_slow)
    assert "2 s" in failed.text("id")


def test_ctrl_c_keeps_what_came_and_cancels_the_rest(paths: dict[str, Path], tmp_path: Path) -> None:
    first = next(iter(paths))
    with WorkerProcesses(1) as alone:

        def interrupt(name: str, _: Answer) -> None:
            signal.raise_signal(signal.SIGINT)

        named = {first: paths[first], "endless": endless(tmp_path), **paths}
        answers = plan_many(named, executor=alone, on_result=interrupt)
        alone.stop()
    assert costs(answers) == pytest.approx(expected([first]))
    assert {a.kind for a in answers.values() if isinstance(a, Failed)} == {Failure.cancelled}
    assert list(answers) == list(named)


def test_an_exception_of_the_listener_comes_out(paths: dict[str, Path], tmp_path: Path) -> None:
    with WorkerProcesses(1) as alone:

        def full_disk(name: str, _: Answer) -> None:
            raise OSError("disk full")

        named = {**paths, "endless": endless(tmp_path)}
        with pytest.raises(OSError, match="disk full"):
            plan_many(named, executor=alone, on_result=full_disk)
        alone.stop()


def test_a_problem_that_cannot_be_pickled_is_reported_as_itself(
    workers: WorkerProcesses, paths: dict[str, Path]
) -> None:
    problem = load_problem(paths["1000"])
    lock = threading.Lock()
    stuck = replace(problem, standards={"sekolah": lock})  # type: ignore[dict-item]
    answers = plan_many({"stuck": stuck, "1000": problem}, executor=workers)
    assert only_failed(answers).kind is Failure.transport
    assert "lock" in only_failed(answers).text("id")
    assert costs(answers) == pytest.approx(expected(["1000"]))


def test_a_script_without_its_guard_is_told(tmp_path: Path) -> None:
    """A spawned process runs the script once more; planning there is refused with what to write."""
    script = tmp_path / "tanpa_penjaga.py"
    path = kitchen(tmp_path / "dapur")
    script.write_text(f"import sehatmenu as sm\nfor a in sm.plan_many([{str(path)!r}]).values(): print(a.text('en'))\n")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert 'if __name__ == "__main__":' in done.stdout


# Other executors


def test_a_pool_of_the_caller_serves(paths: dict[str, Path]) -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        answers = plan_many(paths, executor=pool)
        assert pool.submit(int, "7").result() == 7, "it is not shut down"
    assert costs(answers) == pytest.approx(expected(list(paths)))


def test_threads_serve(paths: dict[str, Path]) -> None:
    with ThreadPoolExecutor(1) as threads:
        assert costs(plan_many(paths, executor=threads)) == pytest.approx(expected(list(paths)))


def test_a_broken_pool_says_of_every_unfinished_problem_that_it_is_lost(paths: dict[str, Path], tmp_path: Path) -> None:
    """`ProcessPoolExecutor` gives up all its tasks with one process: nothing is passed over in silence."""
    first = next(iter(paths))
    named = {first: paths[first], "endless": endless(tmp_path), **{n: p for n, p in paths.items() if n != first}}
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pid = pool.submit(os.getpid).result()

        def kill(name: str, _: Answer) -> None:
            if name == first:
                os.kill(pid, signal.SIGKILL)

        answers = plan_many(named, executor=pool, on_result=kill)
    assert list(answers) == list(named)
    assert costs(answers) == pytest.approx(expected([first]))
    lost = [answer for answer in answers.values() if isinstance(answer, Failed)]
    assert {answer.kind for answer in lost} == {Failure.worker_lost}
    assert len(lost) == 5


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A Dask cluster of two processes on this machine, which takes a lost worker as the fault of its task."""
    settings = {"distributed.scheduler.allowed-failures": 0}
    with (
        dask.config.set(settings),
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as local,
        distributed.Client(local) as client,
    ):
        yield client


def test_dask_serves(cluster: Any, paths: dict[str, Path]) -> None:
    came: list[str] = []
    loaded = {name: load_problem(path) for name, path in paths.items()}
    answers = plan_many(loaded, executor=cluster.get_executor(), on_result=lambda name, _: came.append(name))
    assert costs(answers) == pytest.approx(expected(list(paths)))
    assert sorted(came) == sorted(paths)


def test_dask_names_the_problem_whose_worker_was_killed(cluster: Any, paths: dict[str, Path], tmp_path: Path) -> None:
    """When all others are here, the one worker at work is the one that reads the problem that never ends."""
    came: list[str] = []

    def kill(name: str, _: Answer) -> None:
        came.append(name)
        if len(came) == len(paths):
            (address,) = (address for address, tasks in cluster.processing().items() if tasks)
            os.kill(cluster.run(os.getpid, workers=[address], wait=True)[address], signal.SIGKILL)

    named: dict[str, Path] = {"endless": endless(tmp_path), **paths}
    answers = plan_many(named, executor=cluster.get_executor(), on_result=kill)
    assert (only_failed(answers).name, only_failed(answers).kind) == ("endless", Failure.worker_lost)
    assert costs(answers) == pytest.approx(expected(list(paths)))


class Refusing(Executor):
    """An executor that takes nothing, as one does that was shut down."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        raise RuntimeError("cannot schedule new futures after shutdown")


def test_an_executor_that_takes_nothing_is_said_of_each_problem(paths: dict[str, Path]) -> None:
    answers = plan_many(paths, executor=Refusing())
    assert all("cannot schedule new futures" in answer.text("id") for answer in answers.values())


# Parcels


def test_a_problem_survives_the_way(tmp_path: Path) -> None:
    problem = load_problem(DAPUR["write_kitchen"](tmp_path / "dapur", QUICK[-1]))
    here, there = plan(problem, threads=1), plan(unpacked(packed(problem)), threads=1)
    assert isinstance(here, Plan)
    assert isinstance(there, Plan)
    assert there.records() == here.records()
    assert there.report.records("id") == here.report.records("id")


def test_an_answer_refers_to_the_problem_its_asker_holds(paths: dict[str, Path]) -> None:
    problem = load_problem(paths["1000"])
    found = plan(problem)
    assert isinstance(found, Plan)
    back = unpacked(packed(found, problem), problem)
    assert back.problem is problem
    assert all(
        a.dish is b.dish and a.supplier is b.supplier for a, b in zip(back.servings, found.servings, strict=True)
    )
    assert back.data() == found.data()


def test_parcels_are_small_and_hold_no_solver_and_no_quantity() -> None:
    """The example (121 offers, three institutions) in bytes; and the names of all classes inside."""
    problem = example("2026-02-03")
    plain = pickle.dumps(problem)
    assert len(plain) < 1_300_000
    assert len(packed(problem)) < 350_000
    assert [word for word in (b"highspy", b"pulp", b"pint", b"Quantity") if word in plain] == []


# The example


def test_the_two_hundred_kitchens_report_plans_a_conflict_and_a_mistake() -> None:
    """Kitchens 15 (no lawful menu) and 19 (a mistyped budget) and those between them."""
    command = [sys.executable, str(SCRIPT), "--first", "15", "--kitchens", "5", "--workers", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = {line[:3]: line for line in done.stdout.splitlines()}
    assert "tidak ada menu" in rows["015"]
    assert "Rp6.000" in rows["015"]
    assert '"13ribu"' in rows["019"]
    assert "Rp" in rows["016"]
    summary = dict(line.rsplit("  ", 1) for line in done.stdout.splitlines() if "(" in line and line[0].isalpha())
    counts = [summary[key] for key in summary if key.startswith(("rencana", "bertabrakan", "gagal"))]
    assert [count.strip() for count in counts] == ["3", "1", "1"]


# The command


def test_the_command_prints_a_line_for_each_and_answers_by_the_worst(
    paths: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, gone = paths["1000"], tmp_path / "tidak-ada.yaml"
    (tmp_path / "html").mkdir()
    assert cli.main(["plan-many", str(good), "--workers", "1", "--html", str(tmp_path / "html")]) == 0
    line = capsys.readouterr().out
    assert line.startswith(f"{good}: Biaya Rp60.000, terbukti termurah")
    (page,) = (tmp_path / "html").iterdir()
    assert "Rp60.000" in page.read_text(encoding="utf-8")
    assert cli.main(["plan-many", str(good), str(gone), "--workers", "1", "--lang", "en", "--json"]) == 2
    data = json.loads(capsys.readouterr().out)
    assert data[str(good)]["cost_idr"] == pytest.approx(60000)
    assert (data[str(gone)]["status"], data[str(gone)]["kind"]) == ("failed", "input")
    assert cli.main(["plan-many", str(good), "--html", str(tmp_path / "tidak-ada")]) == 2
