"""The commands that plan: one kitchen, or many side by side."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sehatmenu.cli.answers import BAD_INPUT, LAWFUL, UNLAWFUL, print_json
from sehatmenu.cli.arguments import Commands, Parser, add_command, count, percent, seconds
from sehatmenu.errors import SolverError, refusal
from sehatmenu.messages import render, word
from sehatmenu.whole_files import UnwrittenError

if TYPE_CHECKING:
    from sehatmenu.planning.clashes import Conflict
    from sehatmenu.planning.plans import Plan
    from sehatmenu.planning.unfinished import Unfinished


def add_plan_commands(commands: Commands) -> None:
    """Add `plan` and `plan-many` to the command line."""
    _add_plan(commands)
    _add_plan_many(commands)


def _add_plan(commands: Commands) -> None:
    command = add_command(commands, "plan", "Plan the cheapest lawful menu of a problem file.")
    command.add_argument("problem", metavar="PROBLEM", help="problem file (YAML)")
    command.add_argument("--html", metavar="FILE", help="also write the plan as one HTML page")
    either = command.add_mutually_exclusive_group()
    either.add_argument("--save", metavar="FILE", help="also save the plan as YAML, to be read and checked again later")
    about = "UMKM of a spreadsheet (umkm.xlsx, CSV) in place of those that the problem names"
    either.add_argument("--suppliers", metavar="FILE", help=about)
    command.add_argument("--time-limit", type=seconds, default=60.0, metavar="SECONDS", help="search at most this long")
    command.add_argument(
        "--gap", type=percent, default=0.5, metavar="PERCENT", help="stop when this near to the optimum"
    )
    command.add_argument(
        "--solver", default="highs", metavar="NAME", help="highs, or pulp:NAME for a solver that PuLP finds"
    )
    _add_wishes(command)
    command.set_defaults(search=_plan)


def _add_wishes(command: Parser) -> None:
    """What may be asked of a plan besides cheap."""
    about = "what comes after rupiah, in order: fairness,variety,acceptance,least_change"
    command.add_argument("--then", metavar="NAMES", help=about)
    about = 'how much dearer that may make the menu, such as "1 %%" (default: as the problem says, else 1 %%)'
    command.add_argument("--tolerance", metavar="SHARE", help=about)
    command.add_argument("--near", metavar="PLAN", help="saved plan to change as little as possible")
    command.add_argument(
        "--keep", nargs="+", default=[], metavar="DATE", help="dates of that plan to leave as they are"
    )
    command.add_argument("--without", nargs="+", default=[], metavar="UMKM", help="ids of UMKM that cannot deliver")


def _add_plan_many(commands: Commands) -> None:
    command = add_command(commands, "plan-many", "Plan many problem files side by side; a line for each as it is done.")
    command.add_argument("problems", nargs="+", metavar="PROBLEM", help="problem files (YAML)")
    command.add_argument("--workers", type=count, metavar="N", help="how many at once (default: one per core)")
    command.add_argument("--html", metavar="FOLDER", help="also write each plan or conflict there as an HTML page")
    command.add_argument(
        "--time-limit", type=seconds, default=60.0, metavar="SECONDS", help="search at most this long for each"
    )
    command.add_argument(
        "--gap", type=percent, default=0.5, metavar="PERCENT", help="stop when this near to the optimum"
    )
    command.set_defaults(run=_plan_many)


def _plan(options: argparse.Namespace, stopped: Callable[[], bool]) -> int:
    from sehatmenu.planning.demand import load_problem
    from sehatmenu.planning.planners import plan
    from sehatmenu.planning.plans import Plan
    from sehatmenu.reports.supplier_sheets import read_suppliers

    for path in filter(None, (options.html, options.save)):
        _can_be_written(Path(path))
    _there(options.solver)
    register = read_suppliers(options.suppliers) if options.suppliers else None
    problem = load_problem(options.problem, register)
    progress = _Progress(options.lang)
    settings = {
        "time_limit": options.time_limit,
        "gap": options.gap / 100,
        "progress": progress,
        "solver": options.solver,
        "cancel": stopped,
    }
    outcome = plan(problem, **_wishes(options), **settings)
    progress.close()
    _deliver(outcome, options)
    return LAWFUL if isinstance(outcome, Plan) else UNLAWFUL


def _can_be_written(path: Path) -> None:
    """Refuse a place for a file before any search whose answer it would lose."""
    if not path.parent.is_dir():
        raise refusal("folder-missing", folder=path.parent)
    if path.is_dir():
        raise refusal("file-is-folder", file=path)
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise refusal("file-not-yours", file=path)


def _there(solver: str) -> None:
    """Refuse a solver that is not known or not installed."""
    if solver != "highs":
        from sehatmenu.planning.pulp_programs import installed

        try:
            installed(solver)
        except SolverError as error:
            raise refusal("solver-missing", solver=solver, detail=str(error)) from error


def _deliver(outcome: Plan | Conflict | Unfinished, options: argparse.Namespace) -> None:
    """Print the answer and write its files; none of them is lost because another one fails."""
    from sehatmenu.planning.plans import Plan
    from sehatmenu.reports.terminal import show

    saved: list[str] = []

    def tell() -> None:
        if options.json:
            print_json(outcome.data(options.lang))
        else:
            show(outcome, options.lang)
            print(end="".join(f"{render('plan-saved', {'file': file}, options.lang)}\n" for file in saved))

    def save(plan: Plan, file: str) -> None:
        plan.save(file)
        saved.append(file)

    with ExitStack() as last_first:
        last_first.callback(tell)
        if options.save and isinstance(outcome, Plan):
            last_first.callback(save, outcome, options.save)
        if options.html:
            last_first.callback(outcome.to_html, options.html, options.lang)


def _plan_many(options: argparse.Namespace) -> int:
    from sehatmenu.planning.many import Answer, Failed, Failure, plan_many
    from sehatmenu.planning.plans import Plan
    from sehatmenu.planning.worker_processes import WorkerProcesses
    from sehatmenu.reports.answer_lines import answer_line

    if options.html and not Path(options.html).is_dir():
        raise refusal("folder-missing", folder=options.html)
    unwritten: list[UnwrittenError] = []

    def tell(name: str, answer: Answer) -> None:
        if options.html and not isinstance(answer, Failed):
            try:
                answer.to_html(_page(options.html, name), options.lang)
            except UnwrittenError as error:
                unwritten.append(error)
        if not options.json:
            print(answer_line(name, answer, options.lang), flush=True)

    with WorkerProcesses(options.workers, end_after=60 + 4 * options.time_limit) as workers:
        settings = {"time_limit": options.time_limit, "gap": options.gap / 100}
        try:
            answers = plan_many(options.problems, executor=workers, on_result=tell, **settings)
        finally:
            workers.stop()
    if options.json:
        print_json({name: answer.data(options.lang) for name, answer in answers.items()})
    for error in unwritten:
        raise error
    if any(isinstance(answer, Failed) and answer.kind is Failure.input for answer in answers.values()):
        return BAD_INPUT
    return LAWFUL if all(isinstance(answer, Plan) and answer.lawful for answer in answers.values()) else UNLAWFUL


def _page(folder: str, problem: str) -> Path:
    """The page of a problem: named after its file and the two folders around it."""
    return Path(folder) / f"{'-'.join(Path(problem).with_suffix('').parts[-3:])}.html"


def _wishes(options: argparse.Namespace) -> dict[str, Any]:
    from sehatmenu.planning.saved_plans import load_plan

    then = None if options.then is None else [name.strip() for name in options.then.split(",")]
    near = load_plan(options.near) if options.near else None
    asked = {"then": then, "tolerance": options.tolerance, "near": near}
    return {**asked, "keep": options.keep, "without": options.without}


class _Progress:
    """Shows elapsed time, cost and gap on one line of a terminal while the solver works; silent elsewhere."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._shown = sys.stderr.isatty()

    def __call__(self, elapsed: float, objective: float | None, bound: float, phase: str) -> None:
        if not self._shown:
            return
        from sehatmenu.planning.outcomes import relative_gap
        from sehatmenu.reports.texts import money, percent

        cost = word("no-menu-yet", self._lang) if objective is None else money(objective, self._lang)
        apart = "" if objective is None else percent(relative_gap(objective, bound), self._lang)
        gap = f"  {word('gap', self._lang)} {apart}" if apart else ""
        print(f"\r\x1b[K{elapsed:5.1f} s  {cost}{gap}  ({phase})", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
