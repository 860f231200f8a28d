"""The command `sehatmenu`: check recipes, plan menus, look up standards and foods; exit 0 lawful, 1 not, 2 bad input."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sehatmenu.errors import LoadError, SehatmenuError, UnitError, refusal
from sehatmenu.findings import Finding, Report, Verdict
from sehatmenu.messages import LANGUAGES, render, word
from sehatmenu.standard_commands import BAD_INPUT, LAWFUL, UNLAWFUL, add_standard_commands, print_json

if TYPE_CHECKING:
    from sehatmenu.food.dishes import Recipe


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and answer its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except LoadError as error:
        return _refused(error.report, options)
    except (SehatmenuError, UnitError) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        sys.stderr.close()
        return LAWFUL
    return code


def run() -> None:
    """The entry point of the console script."""
    sys.exit(main())


def _refused(report: Report, options: argparse.Namespace) -> int:
    if options.json:
        print_json({"problems": report.records(options.lang)})
    else:
        print(LoadError(report).text(options.lang), file=sys.stderr)
    return BAD_INPUT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sehatmenu", description="Nutrition law in, cheapest lawful menu out.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_check(commands)
    _add_repair(commands)
    _add_plan(commands)
    _add_plan_many(commands)
    add_standard_commands(commands, _add)
    _add_foods(commands)
    sources = _add(commands, "sources", "List every source of the packaged figures, its grade and what rests on it.")
    sources.set_defaults(run=_sources)
    template = _add(commands, "template", "Write an empty spreadsheet of recipes, UMKM or prices to fill in.")
    template.add_argument(
        "file", metavar="FILE", help="workbook to write: umkm*.xlsx, harga*.xlsx, or recipes (extra `excel`)"
    )
    template.set_defaults(run=_template)
    return parser


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, about: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=about, description=about)
    command.add_argument("--lang", choices=LANGUAGES, default="id", help="language of the answer (default: id)")
    command.add_argument("--json", action="store_true", help="print data instead of text")
    return command


def _add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _add(commands, "check", "Check a recipe, or several as one meal, against a standard.")
    about = "recipe file (YAML) or spreadsheet (xlsx, CSV); several make one meal"
    command.add_argument("recipes", nargs="+", metavar="RECIPE", help=about)
    command.add_argument(
        "--standard", help="packaged id such as id/mbg-2026, or a path; without it only read the recipe"
    )
    command.add_argument("--group", help="group of eaters of the standard, such as sd-4-6")
    command.add_argument("--on", metavar="DATE", help="date of the law, such as 2026-02-02")
    command.set_defaults(run=_check)


def _add_repair(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _add(commands, "repair", "Find the smallest change of a recipe that makes it comply with a standard.")
    command.add_argument("recipe", metavar="RECIPE", help="recipe file (YAML)")
    command.add_argument("--standard", required=True, help="packaged id such as id/mbg-2026, or a path")
    command.add_argument("--group", default="", help="group of eaters of the standard, such as sd-4-6")
    command.add_argument("--on", metavar="DATE", help="date of the law, such as 2026-02-02")
    command.add_argument("--as-meal", action="store_true", help="judge the recipe as a whole meal")
    command.add_argument("--beside", nargs="+", default=[], metavar="RECIPE", help="the other dishes of the meal")
    command.add_argument(
        "--may-add", nargs="+", default=[], metavar="FOOD", help="foods that may be added: tempe, tempe=300g"
    )
    command.add_argument("--keep", nargs="+", default=[], metavar="A:B", help="ratios to keep, such as santan:ikan")
    command.add_argument("--max-change", type=float, metavar="PERCENT", help="how far each amount may move")
    command.add_argument(
        "--prices", metavar="FILE", help="price list of foods: harga.csv, or harga.xlsx of the template"
    )
    command.set_defaults(run=_repair)


def _add_plan(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _add(commands, "plan", "Plan the cheapest lawful menu of a problem file.")
    command.add_argument("problem", metavar="PROBLEM", help="problem file (YAML)")
    command.add_argument("--html", metavar="FILE", help="also write the plan as one HTML page")
    either = command.add_mutually_exclusive_group()
    either.add_argument("--save", metavar="FILE", help="also save the plan as YAML, to be read and checked again later")
    about = "UMKM of a spreadsheet (umkm.xlsx, CSV) in place of those that the problem names"
    either.add_argument("--suppliers", metavar="FILE", help=about)
    command.add_argument("--time-limit", type=float, default=60.0, metavar="SECONDS", help="search at most this long")
    command.add_argument("--gap", type=float, default=0.5, metavar="PERCENT", help="stop when this near to the optimum")
    command.add_argument(
        "--solver", default="highs", metavar="NAME", help="highs, or pulp:NAME for a solver that PuLP finds"
    )
    _add_wishes(command)
    command.set_defaults(run=_plan)


def _add_wishes(command: argparse.ArgumentParser) -> None:
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


def _add_plan_many(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _add(commands, "plan-many", "Plan many problem files side by side; a line for each as it is done.")
    command.add_argument("problems", nargs="+", metavar="PROBLEM", help="problem files (YAML)")
    command.add_argument("--workers", type=int, metavar="N", help="how many at once (default: one per core)")
    command.add_argument("--html", metavar="FOLDER", help="also write each plan or conflict there as an HTML page")
    command.add_argument(
        "--time-limit", type=float, default=60.0, metavar="SECONDS", help="search at most this long for each"
    )
    command.add_argument("--gap", type=float, default=0.5, metavar="PERCENT", help="stop when this near to the optimum")
    command.set_defaults(run=_plan_many)


def _add_foods(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = commands.add_parser("foods", help="Search or lint a food table.")
    inner = group.add_subparsers(required=True, metavar="search|lint")
    search = _add(inner, "search", "Find foods by a word of their name.")
    search.add_argument("word")
    search.set_defaults(run=_foods_search)
    lint = _add(inner, "lint", "Find figures of a food table that contradict each other, the name or the kind of food.")
    lint.add_argument("file", nargs="?", help="food table (CSV); without it the packaged table and measures")
    lint.set_defaults(run=_foods_lint)


def _check(options: argparse.Namespace) -> int:
    from sehatmenu.reports.terminal import show
    from sehatmenu.standards.checks import check
    from sehatmenu.standards.standards import load_standard

    recipes = _recipes(options.recipes)
    if options.standard is None:
        if options.json:
            print_json([{"recipe": r.name, "nutrition": r.nutrition.records(options.lang)} for r in recipes])
        else:
            for number, recipe in enumerate(recipes):
                print(end="\n" if number else "")
                show(recipe, options.lang)
        return LAWFUL
    standard = load_standard(options.standard)
    report = check(recipes[0] if len(recipes) == 1 else recipes, standard, options.group or "", options.on)
    if options.json:
        print_json({"verdict": str(report.verdict), "findings": report.records(options.lang)})
    else:
        show(report, options.lang)
    return LAWFUL if report.verdict in (Verdict.pass_, Verdict.not_applicable) else UNLAWFUL


def _recipes(paths: Sequence[str]) -> Sequence[Recipe]:
    """The recipes of YAML files and spreadsheets in their order, every problem of all of them at once."""
    from sehatmenu.food.recipes import load_recipe
    from sehatmenu.reports.recipe_sheets import read_recipes

    recipes: list[Recipe] = []
    problems: list[Finding] = []
    for path in paths:
        sheet = path.casefold().endswith((".xlsx", ".xlsm", ".csv"))
        try:
            recipes += read_recipes(path) if sheet else [load_recipe(path)]
        except LoadError as error:
            problems += error.report.findings
    if problems:
        raise LoadError(Report(tuple(problems)))
    return recipes


def _repair(options: argparse.Namespace) -> int:
    from sehatmenu.food.recipes import load_recipe
    from sehatmenu.planning.inquiries import what_to_find_out
    from sehatmenu.planning.prices import load_prices
    from sehatmenu.planning.repairs import repair
    from sehatmenu.reports.headed_sheets import is_spreadsheet
    from sehatmenu.reports.price_sheets import read_prices
    from sehatmenu.standards.standards import load_standard

    recipe, standard = load_recipe(options.recipe), load_standard(options.standard)
    read = read_prices if options.prices and is_spreadsheet(options.prices) else load_prices
    prices = read(options.prices) if options.prices else None
    added = dict(name.partition("=")[::2] for name in options.may_add)
    change = None if options.max_change is None else options.max_change / 100
    beside = [load_recipe(path) for path in options.beside]
    judged = {"on": options.on, "as_meal": options.as_meal, "prices": prices, "beside": beside}
    outcome = repair(
        recipe, standard, options.group, **judged, may_add=added, keep=options.keep, max_change=change
    )  # fmt: skip
    questions = what_to_find_out(recipe, standard, options.group, **judged)
    if options.json:
        asked = [question.text(options.lang) for question in questions]
        print_json({"lawful": outcome.lawful, "records": outcome.records(options.lang), "find_out": asked})
    else:
        print("\n".join([outcome.text(options.lang), *(f"? {question.text(options.lang)}" for question in questions)]))
    return LAWFUL if outcome.lawful else UNLAWFUL


def _plan(options: argparse.Namespace) -> int:
    from sehatmenu.planning.demand import load_problem
    from sehatmenu.planning.planners import plan
    from sehatmenu.planning.plans import Plan
    from sehatmenu.reports.supplier_sheets import read_suppliers
    from sehatmenu.reports.terminal import show

    if options.save and not Path(options.save).parent.is_dir():
        raise refusal("folder-missing", folder=Path(options.save).parent)
    register = read_suppliers(options.suppliers) if options.suppliers else None
    problem = load_problem(options.problem, register)
    progress = _Progress(options.lang)
    settings = {
        "time_limit": options.time_limit,
        "gap": options.gap / 100,
        "progress": progress,
        "solver": options.solver,
    }
    outcome = plan(problem, **_wishes(options), **settings)
    progress.close()
    if options.html:
        outcome.to_html(options.html, options.lang)
    if options.save and isinstance(outcome, Plan):
        outcome.save(options.save)
    if options.json:
        print_json(outcome.data(options.lang))
    else:
        show(outcome, options.lang)
        if options.save and isinstance(outcome, Plan):
            print(render("plan-saved", {"file": options.save}, options.lang))
    return LAWFUL if isinstance(outcome, Plan) else UNLAWFUL


def _plan_many(options: argparse.Namespace) -> int:
    from sehatmenu.planning.many import Answer, Failed, Failure, plan_many
    from sehatmenu.planning.plans import Plan
    from sehatmenu.planning.worker_processes import WorkerProcesses
    from sehatmenu.reports.answer_lines import answer_line

    if options.html and not Path(options.html).is_dir():
        raise refusal("folder-missing", folder=options.html)

    def tell(name: str, answer: Answer) -> None:
        if options.html and not isinstance(answer, Failed):
            answer.to_html(Path(options.html) / f"{'-'.join(Path(name).with_suffix('').parts[-3:])}.html", options.lang)
        if not options.json:
            print(answer_line(name, answer, options.lang), flush=True)

    with WorkerProcesses(options.workers, end_after=60 + 4 * options.time_limit) as workers:
        settings = {"time_limit": options.time_limit, "gap": options.gap / 100}
        answers = plan_many(options.problems, executor=workers, on_result=tell, **settings)
        workers.stop()
    if options.json:
        print_json({name: answer.data(options.lang) for name, answer in answers.items()})
    if any(isinstance(answer, Failed) and answer.kind is Failure.input for answer in answers.values()):
        return BAD_INPUT
    return LAWFUL if all(isinstance(answer, Plan) for answer in answers.values()) else UNLAWFUL


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
        from sehatmenu.reports.texts import money, percent

        cost = word("no-menu-yet", self._lang) if objective is None else money(objective, self._lang)
        gap = "" if objective is None else f"  {word('gap', self._lang)} {percent(1 - bound / objective, self._lang)}"
        print(f"\r\x1b[K{elapsed:5.1f} s  {cost}{gap}  ({phase})", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _foods_search(options: argparse.Namespace) -> int:
    from sehatmenu.food.composition import load_foods

    foods = load_foods().search(options.word)
    if options.json:
        print_json([{"code": f.code, "name": f.name.in_language(options.lang), "group": f.group} for f in foods])
    for food in () if options.json else foods:
        energy, protein = food.per100["energy"].text(options.lang), food.per100["protein"].text(options.lang)
        print(
            f"{food.code:<8} {food.name.in_language(options.lang):<44.44} {energy:>12} {protein:>10}  {', '.join(food.aliases)}"
        )
    return LAWFUL if foods else UNLAWFUL


def _foods_lint(options: argparse.Namespace) -> int:
    from sehatmenu.food.lints import lint_file, lint_packaged, lint_text

    report = lint_file(options.file) if options.file else lint_packaged()
    if options.json:
        print_json({"editions": report.editions, "findings": report.records(options.lang)})
    else:
        print(lint_text(report, options.lang))
    return UNLAWFUL if report.verdict is Verdict.fail else LAWFUL


def _sources(options: argparse.Namespace) -> int:
    from sehatmenu.reports.source_lists import source_uses, sources_text

    found = source_uses()
    if options.json:
        print_json([use.record(options.lang) for use in found])
    else:
        print(sources_text(found, options.lang))
    return LAWFUL


def _template(options: argparse.Namespace) -> int:
    from sehatmenu.reports.sheet_templates import template_for

    template = template_for(options.file)
    if Path(options.file).exists():
        raise refusal("file-exists", file=options.file)
    try:
        template.write(options.file)
    except ModuleNotFoundError as error:
        raise refusal("extra-missing", extra="excel") from error
    values = {"file": options.file, "sheet": template.sheet, "reader": template.reader}
    print(render("template-written", values, options.lang))
    return LAWFUL
