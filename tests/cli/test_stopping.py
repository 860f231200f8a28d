"""Ctrl-C and SIGTERM at any moment: a search ends with the best it has and says so, anything else ends in one sentence."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.processes import COMMAND, EXAMPLE, ROOT, environment, posix

pytestmark = posix

PLAN = ("plan", str(EXAMPLE / "sekolah.yaml"), "--gap", "0", "--time-limit", "40", "--json", "--lang", "en")
"""A search that does not end by itself within its time."""

ENDINGS = {"cancelled", "optimal", "within_gap", "time_limit", "exhausted"}


@dataclass(frozen=True)
class End:
    """How a command ended: its exit code, what it printed, and how long that took after the signal."""

    code: int
    out: str
    err: str
    seconds: float


def begun(*arguments: str) -> subprocess.Popen[str]:
    """A command that listens to signals already.

    Until the interpreter has started, no program can: `-X importtime` would tell, and so does the first module of ours.
    """
    program = (
        "import sys; sys.argv[0] = 'sehatmenu'\n"
        "import sehatmenu.cli.stopping as stopping\n"
        "enter = stopping.Stopping.__enter__\n"
        "def listening(self):\n"
        "    found = enter(self); print('listening', file=sys.stderr, flush=True); return found\n"
        "stopping.Stopping.__enter__ = listening\n"
        "from sehatmenu.cli import main\n"
        "sys.exit(main())\n"
    )
    process = subprocess.Popen(
        [COMMAND[0], "-c", program, *arguments],
        cwd=ROOT, env=environment({}), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.readline() == "listening\n"
    return process


def stopped(after: float, number: signal.Signals, *arguments: str) -> End:
    """Send a signal so many seconds after the command began to listen."""
    process = begun(*arguments)
    time.sleep(after)
    process.send_signal(number)
    sent = time.monotonic()
    try:
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    return End(process.returncode, out, err, time.monotonic() - sent)


def told(end: End) -> str:
    """The status of the answer of a stopped plan, after a look at everything else that it must be."""
    assert "Traceback" not in end.err, end.err
    answer = json.loads(end.out)
    if answer["status"] == "unfinished":
        assert (1, "cancelled") == (end.code, answer["ended"])
    else:
        assert (0, True) == (end.code, answer["status"] in ENDINGS)
        assert answer["verdict"] == "pass"
        assert answer["bound_idr"] <= answer["cost_idr"] * (1 + 1e-9)
    return str(answer["status"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
def test_a_plan_that_is_stopped_at_once_says_that_it_was_stopped(number: signal.Signals) -> None:
    assert told(stopped(0.0, number, *PLAN)) == "unfinished"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
@pytest.mark.parametrize("command", [("standards", "list"), ("sources",)])
def test_any_other_command_ends_in_one_sentence(number: signal.Signals, command: tuple[str, ...]) -> None:
    end = stopped(0.0, number, *command, "--lang", "en")
    if end.code:  # it may have been done before
        assert (128 + number, "Stopped as asked; there is no answer yet.\n") == (end.code, end.err)


def test_the_second_signal_ends_even_what_does_not_ask() -> None:
    process = begun(*PLAN)
    process.send_signal(signal.SIGINT)
    time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    assert process.returncode in (130, 1)
    assert out == "" or json.loads(out)["status"] == "unfinished"


def test_many_plans_are_stopped_with_their_workers() -> None:
    end = stopped(3.0, signal.SIGTERM, "plan-many", PLAN[1], "--gap", "0", "--workers", "1", "--lang", "en")
    assert "Traceback" not in end.err, end.err
    assert (143, "Stopped as asked; there is no answer yet.\n") == (end.code, end.err)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "times"), [(signal.SIGINT, 30), (signal.SIGTERM, 10)], ids=["SIGINT", "SIGTERM"])
def test_stopped_at_random_moments(number: signal.Signals, times: int) -> None:
    """From the first 50 ms on; a third of them within the first second."""
    rng = random.Random(int(number))
    moments = [rng.uniform(0.05, 1.0) if k % 3 == 0 else rng.uniform(1.0, 20.0) for k in range(times)]
    ends = [stopped(moment, number, *PLAN) for moment in moments]
    statuses = [told(end) for end in ends]
    assert "unfinished" in statuses  # within the first 50 ms or so nothing can have been found
    assert set(statuses) <= ENDINGS | {"unfinished"}
    assert max(end.seconds for end in ends) < 30


def test_what_is_ignored_stays_ignored(tmp_path: Path) -> None:
    """As after `nohup` and in the background of a shell."""
    script = (
        f"trap '' INT; {' '.join(COMMAND)} standards list > {tmp_path}/out & p=$!; sleep 0.3; kill -INT $p; wait $p"
    )
    assert subprocess.run(["bash", "-c", script], cwd=ROOT, env=environment({}), check=False).returncode == 0
    assert "id/mbg-2026" in (tmp_path / "out").read_text(encoding="utf-8")
