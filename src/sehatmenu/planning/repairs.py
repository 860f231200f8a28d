"""The smallest change of a recipe, in kitchen steps, that makes it comply; or what cannot be met, and by how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.errors import refusal
from sehatmenu.findings import SIGNS, Finding, Report, Severity, Verdict
from sehatmenu.food.composition import FoodTable, load_foods
from sehatmenu.food.dishes import Recipe
from sehatmenu.messages import Figure, Word, as_lines, render
from sehatmenu.planning.benches import Bench, bench_of, demands
from sehatmenu.planning.kitchen_steps import Measured
from sehatmenu.planning.knobs import Changes, Knob, knobs, ratios
from sehatmenu.planning.limits import Limits, clash, nearest
from sehatmenu.planning.mixtures import Part, mixed, parts, resized
from sehatmenu.planning.prices import PriceList
from sehatmenu.planning.repair_programs import KEEP, Answer, RepairProgram, Turn, best_of
from sehatmenu.quantities.intervals import UNKNOWN, Interval
from sehatmenu.standards.menus import Option
from sehatmenu.standards.standards import Applied, Standard

if TYPE_CHECKING:
    from sehatmenu.worksheets.frames import DataFrame


@dataclass(frozen=True, slots=True)
class Repair:
    """A recipe that complies, and how it came about.

    `changes` are what the cook does, nothing when the recipe was lawful; `before` and `after` the verdicts of the law,
    `open` the rules that no change of amounts can settle. `cost` is the difference of ingredients per portion in
    `currency`: between bounds where an ingredient has no price, None without prices.
    """

    original: Recipe
    recipe: Recipe
    option: Option
    changes: tuple[Finding, ...]
    before: Report
    after: Report
    open: tuple[Finding, ...]
    cost: Interval | None
    currency: str

    def __repr__(self) -> str:
        return f"<Repair {self.original.name!r}: {len(self.changes)} changes, {self.after.verdict}>"

    @property
    def lawful(self) -> bool:
        """Whether the repaired recipe is known to comply, no rule being left open."""
        return self.after.lawful

    def sentence(self, lang: str = "id") -> str:
        """The changes in one line: `tambah 15 g tempe; kurangi garam ½ sdt`; without any what was judged."""
        if self.changes:
            return "; ".join(change.text(lang) for change in self.changes)
        if self.after.verdict is not Verdict.pass_:
            return self.after.headline(lang)
        return "; ".join([render("repair-none", {}, lang), *self.after.remarks(lang)])

    def margins(self) -> tuple[Finding, ...]:
        """For each rule what it was before and is after, its limit, and how far the nearer limit is away."""
        earlier = {f.values.get("rule_id"): f for f in self.before}
        judged = [f for f in self.after if isinstance(f.values.get("amount"), Figure)]
        return tuple(_margin(earlier.get(f.values["rule_id"], f), f) for f in judged)

    def text(self, lang: str = "id") -> str:
        """The changes, the nutrients before and after with margins, and the difference in cost."""
        lines = [f"{self.original.name}: {self.sentence(lang)}"]
        lines += [f"{SIGNS[finding.verdict]} {finding.text(lang)}" for finding in self.margins()]
        if self.cost is not None and self.changes:
            lines.append(_cost_text(self.cost, self.currency, lang))
        return as_lines([*lines, *(f"? {finding.text(lang)}" for finding in self.open)])

    def records(self, lang: str = "id") -> list[dict[str, object]]:
        """One flat row per change, then one per rule."""
        rows = [{"part": "change", **finding.record(lang)} for finding in self.changes]
        return rows + [{"part": "rule", **finding.record(lang)} for finding in self.margins()]

    def to_frame(self, lang: str = "id") -> DataFrame:
        """The rows of `records` as a pandas DataFrame; needs the extra `frames`."""
        from sehatmenu.worksheets.frames import frame

        return frame(self.records(lang))

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True, slots=True)
class RepairConflict:
    """Why a recipe cannot be repaired within what may be changed.

    `limits` cannot be met together: each with what it comes to at best while the others hold. `proven` is False when a
    change was found but did not pass the check (a rule that amounts alone do not decide).
    """

    original: Recipe
    before: Report
    limits: tuple[Finding, ...]
    proven: bool = True

    def __repr__(self) -> str:
        return f"<RepairConflict {self.original.name!r}: {len(self.limits)} limits>"

    @property
    def lawful(self) -> bool:
        """Never: there is no lawful recipe."""
        return False

    def text(self, lang: str = "id") -> str:
        """The rules that cannot be met, with their articles and what they come to at best."""
        head = render("repair-conflict" if self.proven else "repair-conflict-unproven", {}, lang)
        lines = [f"✗ {f.text(lang)}{f' [{f.source}]' if f.source else ''}" for f in self.limits]
        return as_lines([f"{self.original.name}: {head}", *lines])

    def records(self, lang: str = "id") -> list[dict[str, object]]:
        """One flat row per rule that cannot be met."""
        return [finding.record(lang) for finding in self.limits]

    def to_frame(self, lang: str = "id") -> DataFrame:
        """The rows of `records` as a pandas DataFrame; needs the extra `frames`."""
        from sehatmenu.worksheets.frames import frame

        return frame(self.records(lang))

    def __str__(self) -> str:
        return self.text()


def repair(
    thing: Recipe | Option,
    standard: Standard,
    group: str,
    *,
    on: date | str | None = None,
    meal: str = "",
    as_meal: bool = False,
    beside: Sequence[Recipe | Option] = (),
    may_add: Sequence[str] | Mapping[str, str] = (),
    keep: Sequence[str] = (),
    max_change: Changes = None,
    max_touched: int | None = None,
    resize: bool = True,
    prices: PriceList | None = None,
    foods: FoodTable | None = None,
    time_limit: float = 10.0,
) -> Repair | RepairConflict:
    """The smallest change of a recipe that makes it comply with a standard.

    First as few ingredients as possible are touched, then the amounts move as little as possible (the sum of relative
    changes; a new ingredient counts as 1 and its part of the dish), then the ingredients cost as little as possible.
    Amounts move in kitchen steps, each by at most `max_change` of itself: 50 % (seasonings, sugar and fat 80 % less,
    20 % more), or as given, for all or by name (`{"garam": 1, "": 0.5}`; 1 allows taking it out). `may_add` lists
    foods that may be added, each with a cap for the whole pot (`{"tempe": "300 g"}`) or up to that part of the dish.
    `keep=["santan:ikan"]` keeps ratios of weights within 10 %. With `resize` the portion may change within the
    recipe's own bounds, which counts as touching one ingredient.
    The dish is judged as `check` judges it, as a whole meal with `as_meal`, or as part of the meal that it makes with
    the dishes `beside` it, which stay as they are. A lawful recipe comes back as it is.
    Raises LoadError for names that are unknown and for a recipe without servings.
    """
    bench = bench_of(thing, standard, group, on, meal, as_meal, prices, beside)
    recipe = bench.recipe
    before = bench.report(recipe)
    if recipe.servings is None:
        raise refusal("servings-unknown", name=recipe.name)
    turnable = knobs(recipe, may_add, max_change, foods or load_foods())
    kept = ratios(recipe, keep)
    if before.verdict in (Verdict.pass_, Verdict.not_applicable):
        return _unchanged(bench, before, ())
    amounts, presences, open_ = demands(bench, turnable)
    costs = tuple(_price(bench, knob) for knob in turnable)
    program = RepairProgram(
        turnable, tuple(amounts), tuple(presences), kept, parts(recipe), costs, max_touched, time_limit
    )  # fmt: skip
    answer = best_of(program, _sizes(recipe) if resize else ())
    if answer is None:
        return _conflict(bench, before, program)
    return _repaired(bench, before, turnable, answer, open_)


def _sizes(recipe: Recipe) -> tuple[float, ...]:
    """Portions that the recipe allows, as parts of the standard portion."""
    bounds = recipe.portion
    if bounds.maximum <= bounds.minimum:
        return ()
    first = int(np.ceil(bounds.minimum / bounds.step - 1e-9))
    last = int(np.floor(bounds.maximum / bounds.step + 1e-9))
    return tuple(round(k * bounds.step, 9) for k in range(max(first, 1), last + 1))


def _price(bench: Bench, knob: Knob) -> float:
    if bench.prices is None:
        return 0.0
    cost = bench.prices.cost(knob.part.food, gross=knob.part.gross, edible=knob.part.edible)
    return cost.high if cost.high < UNKNOWN.high else 0.0


def _unchanged(bench: Bench, before: Report, open_: tuple[Finding, ...]) -> Repair:
    option, currency = bench.priced(bench.recipe), _currency(bench)
    cost = None if bench.prices is None else Interval.exact(0)
    return Repair(bench.recipe, bench.recipe, option, (), before, before, open_, cost, currency)


def _currency(bench: Bench) -> str:
    return bench.prices.currency if bench.prices else "IDR"


def _repaired(
    bench: Bench, before: Report, turnable: tuple[Knob, ...], answer: Answer, open_: Sequence[Applied]
) -> Repair | RepairConflict:
    recipe = turned(bench.recipe, turnable, answer.turns, answer.size)
    after = bench.report(recipe)
    unsettled = {applied.rule.id for applied in open_}
    wrong = tuple(f for f in after if _wrong(f) and f.values.get("rule_id") not in unsettled)
    if wrong:
        return RepairConflict(bench.recipe, before, wrong, proven=False)
    left = tuple(f for f in after if f.values.get("rule_id") in unsettled)
    if not answer.turns and answer.size == 1:
        return _unchanged(bench, before, left)
    changes = (*(_change(turnable[t.knob], t) for t in answer.turns), *_portion(recipe, answer.size))
    cost = _difference(bench, turnable, answer)
    return Repair(bench.recipe, recipe, bench.priced(recipe), changes, before, after, left, cost, _currency(bench))


def _wrong(finding: Finding) -> bool:
    return finding.severity is Severity.must and finding.verdict in (Verdict.fail, Verdict.unknown)


def _difference(bench: Bench, turnable: tuple[Knob, ...], answer: Answer) -> Interval | None:
    """What a portion costs more (or less) in ingredients; bounds where an ingredient has no price, None without prices.

    Ingredients that stay as they are matter only when the portion changes.
    """
    if bench.prices is None:
        return None
    total = bench.prices.of(bench.recipe) * (answer.size - 1)
    for turn in answer.turns:
        knob = turnable[turn.knob]
        times = float(turn.steps)
        if knob.kind == "change":
            times = -1.0 if turn.out else turn.steps * knob.per_step
        cost = bench.prices.cost(knob.part.food, gross=knob.part.gross, edible=knob.part.edible)
        total += cost * (times * answer.size)
        if knob.kind == "measure":
            total -= bench.prices.cost(knob.part.food, gross=UNKNOWN, edible=UNKNOWN)
    return total


def turned(recipe: Recipe, turnable: Sequence[Knob], turns: Sequence[Turn], size: float = 1.0) -> Recipe:
    """The recipe with its knobs turned, and its portion resized."""
    own, factors = list(parts(recipe)), [1.0] * len(recipe.ingredients)
    added, gone = list[Part](), set[int]()
    for turn in turns:
        knob = turnable[turn.knob]
        if knob.kind == "change":
            factor = 0.0 if turn.out else 1 + turn.steps * knob.per_step
            for n in knob.members:
                line = knob.written.line(knob.amount + turn.steps * knob.step) if n == knob.members[0] else None
                own[n], factors[n] = own[n].times(factor, line), factor
            gone |= set(knob.members) if turn.out else set()
        else:
            much = Measured(turn.steps * knob.step, knob.unit)
            made = knob.part.times(turn.steps, f"{much} {knob.written.food}")
            made = replace(made, amount=much.amount, called=knob.written.food)
            if knob.kind == "measure":
                own[knob.members[0]] = made
            else:
                added.append(made)
    kept = [part for n, part in enumerate(own) if n not in gone]
    dish = mixed(recipe, [*kept, *added], factors=() if gone else factors) if own else recipe
    return resized(dish, size)


def _change(knob: Knob, turn: Turn) -> Finding:
    name, amount = knob.written.food, Measured(abs(turn.steps) * knob.step, knob.unit)
    now = Measured(knob.amount + turn.steps * knob.step, knob.unit)
    values = {"food": name, "amount": amount, "now": now}
    match knob.kind:
        case "add":
            code = "repair-add"
        case "measure":
            code = "repair-measure"
        case _ if turn.out:
            code = "repair-out"
        case _:
            code = "repair-more" if turn.steps > 0 else "repair-less"
    return Finding(code, Verdict.pass_, Severity.info, values=values)


def _portion(recipe: Recipe, size: float) -> tuple[Finding, ...]:
    if size == 1:
        return ()
    values = {"size": Figure.exact(size, "fraction"), "servings": round(recipe.servings or 0, 1)}
    return (Finding("repair-portion", Verdict.pass_, Severity.info, values=values),)


def _margin(earlier: Finding, later: Finding) -> Finding:
    """A finding's rule before and after, with the distance to the nearer limit as a part of that limit."""
    amount, limit, before = later.values["amount"], later.values["limit"], earlier.values.get("amount")
    assert isinstance(amount, Figure)
    assert isinstance(limit, Figure)
    gaps = [amount.low - limit.low, limit.high - amount.high]
    sizes = [abs(limit.low), abs(limit.high)]
    parts_ = [g / s for g, s in zip(gaps, sizes, strict=True) if np.isfinite(g) and np.isfinite(s) and s > 0]
    values = {
        "rule": later.values["rule"],
        "rule_id": later.values["rule_id"],
        "before": before if isinstance(before, Figure) else amount,
        "after": amount,
        "limit": limit,
        "margin": Figure.exact(min(parts_), "fraction") if parts_ else Word("margin-none"),
    }
    return replace(later, code="repair-margin", values=values, causes=())


def _cost_text(cost: Interval, currency: str, lang: str) -> str:
    """So much dearer or cheaper per portion."""
    if cost.high <= 0 and cost.low < 0:
        return render("repair-cheaper", {"cost": Figure(-cost.high, -cost.low, currency)}, lang)
    if cost.low >= 0:
        return render("repair-dearer", {"cost": Figure(cost.low, cost.high, currency)}, lang)
    return render("repair-cost", {"cost": Figure(cost.low, cost.high, currency)}, lang)


def _conflict(bench: Bench, before: Report, program: RepairProgram) -> RepairConflict:
    """The rules that clash at the present portion, clash by clash, each with what it comes to while the others hold."""
    limits = program.limits(1.0)
    found: list[Finding] = []
    while names := clash(limits, program.time_limit):
        found += _clashing(bench, before, program, limits.kept(names))
        limits = limits.kept([name for name in limits.given() if name not in names])
    return RepairConflict(bench.recipe, before, tuple(found))


def _clashing(bench: Bench, before: Report, program: RepairProgram, limits: Limits) -> list[Finding]:
    rules = {applied.rule.id: applied for applied in bench.binding()}
    found = []
    for name in limits.given():
        values = nearest(limits, name, program.time_limit)
        if name.startswith(KEEP):
            found.append(Finding("repair-keep", Verdict.fail, values={"ratio": name.removeprefix(KEEP)}))
        elif values is None:
            found += [f for f in before if f.values.get("rule_id") == name]
        else:
            nearer = turned(bench.recipe, program.knobs, program.turns(np.round(values)))
            found += [_best(f) for f in bench.findings(rules[name], nearer)]
    return found


def _best(finding: Finding) -> Finding:
    """What a rule comes to at best."""
    if not isinstance(finding.values.get("amount"), Figure):
        return finding
    keys = ("rule", "rule_id", "amount", "limit")
    values = {key: finding.values[key] for key in keys}
    return replace(finding, code="repair-best", verdict=Verdict.fail, values=values)
