"""The loop, from files to files: needs, plan, annex, orders, a month with three things planted in it, and a second plan."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest

import sehatmenu as sm
from sehatmenu.cli import main
from sehatmenu.files import to_yaml
from sehatmenu.findings import Verdict
from sehatmenu.partnership import (
    acceptance_scores,
    annex,
    barred,
    coverage,
    demand_of,
    difference,
    drifts,
    hedonic,
    ikm,
    judged,
    load_monitored,
    margins,
    order_lines,
    organoleptic,
    portion_charts,
    problem_document,
    read_deliveries,
    read_invoices,
    read_likings,
    read_needs,
    read_payments,
    read_receipts,
    read_sales,
    read_survey,
    read_tastings,
    read_waste,
    read_weighings,
    recheck,
    three_way,
    trace,
    uplift,
    verify,
    waste,
    with_acceptance,
    working_capital,
)
from sehatmenu.partnership.agreements import load_annex

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "gading-rejo"
FIRST, LAST, NINTH = date(2026, 2, 2), date(2026, 2, 27), date(2026, 2, 12)
"""Twenty school days; 12 February is the ninth."""


def sebulan() -> ModuleType:
    """The script of the example that makes a month."""
    spec = importlib.util.spec_from_file_location("sebulan", EXAMPLE / "kemitraan" / "sebulan.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["sebulan"] = module
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class District:
    """A district after a month."""

    folder: Path
    plan: sm.Plan
    light: str
    wasted: str

    def file(self, name: str) -> Path:
        return self.folder / "catatan" / name


def _light(plan: sm.Plan) -> str:
    """An UMKM with at least six deliveries before the ninth day and four after, and the fewest of those that have."""
    days = {name: [s.day for s in plan.servings if s.supplier.id == name] for name in plan.supplier_values()}
    fit = {n: len(d) for n, d in days.items() if sum(x < NINTH for x in d) >= 6 and sum(x >= NINTH for x in d) >= 4}
    return min(fit, key=lambda name: (fit[name], name))


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    """Needs become a problem, the problem a plan, the plan an annex; then a month goes by."""
    folder = tmp_path_factory.mktemp("gading-rejo")
    demand = demand_of(read_needs(EXAMPLE / "kemitraan" / "kebutuhan.csv"))
    places = {"recipes": str(EXAMPLE / "resep"), "suppliers": str(EXAMPLE / "umkm.yaml")}
    law = {"title": "Gading Rejo", "standard": "id/mbg-2026"}
    data = problem_document(demand, first=FIRST, last=LAST, **law, **places)  # type: ignore[arg-type]
    (folder / "masalah.yaml").write_text(to_yaml(data), encoding="utf-8")
    found = sm.plan(barred(sm.load_problem(folder / "masalah.yaml")), time_limit=15, gap=0.03)
    assert isinstance(found, sm.Plan)
    found.save(folder / "rencana.yaml")
    made = annex(found, office="Kecamatan Gading Rejo", made_on=FIRST, until=date(2026, 6, 30), payment_days=14)
    made.save(folder / "kesepakatan.yaml")
    script, light = sebulan(), _light(found)
    wasted = max(
        (s.dish.id for s in found.servings if s.course == "sayur"), key=[s.dish.id for s in found.servings].count
    )
    script.make(folder / "catatan", found, script.Planted(light, 0.12, NINTH, wasted, 0.15))
    yield District(folder, found, light, wasted)
    del sys.modules["sebulan"]


def test_the_needs_are_covered_and_the_plan_orders_from_valid_papers_only(district: District) -> None:
    demand = demand_of(read_needs(EXAMPLE / "kemitraan" / "kebutuhan.csv"))
    problem = district.plan.problem
    dishes = {o.recipe.id: o.recipe for o in problem.catalogue.options}
    found = coverage(demand, dishes, problem.register, problem.standards["sd-1"], FIRST, FIRST)
    assert (78, 78) == (found.asked, found.covered)
    # umkm.yaml: the SLHS of UMKM 05 ends on 6 February 2026
    assert not [s for s in district.plan.servings if s.supplier.id == "umkm-05" and s.day > date(2026, 2, 6)]


def test_the_settlement_pays_what_was_accepted(district: District) -> None:
    orders = order_lines(district.plan)
    received, bills = read_receipts(district.file("terima.csv")), read_invoices(district.file("tagihan.csv"))
    found = three_way(orders, received, bills, payment_days=14, as_of=LAST)
    # the first two portions short, three of the second refused, no receipt for the last
    lost = 2 * orders[0].price + 3 * orders[1].price + orders[-1].value
    assert sum(o.value for o in orders) - lost == found.total
    codes = [f.code for f in found.findings()]
    assert {"settlement-short", "settlement-refused", "settlement-no-receipt", "settlement-billed-portions",
            "settlement-billed-value"} == set(codes)  # fmt: skip
    tied = working_capital(found, read_payments(district.file("bayar.csv")), FIRST + timedelta(days=40))
    assert all(row.unpaid > 0 for row in tied.rows)


def test_the_charts_find_the_drift_within_three_deliveries_of_its_start(district: District) -> None:
    found = drifts(portion_charts(read_weighings(district.file("timbangan.csv")), district.plan))
    assert [district.light] == [drift.supplier for drift in found]
    after = sorted(s.day for s in district.plan.servings if s.supplier.id == district.light and s.day >= NINTH)
    assert after[0] == found[0].began
    assert found[0].deliveries <= 3
    assert -0.12 == pytest.approx(found[0].shift, abs=0.02)


def test_the_records_of_deliveries_are_judged_and_traced(district: District) -> None:
    log = read_deliveries(district.file("kiriman.csv"))
    report = judged(log, sm.load_standard("id/batas-waktu-saji"))
    late = [row for row in report.rows if row.verdict is Verdict.fail]
    # cooked at 20:00, eaten at 11:00: fifteen hours; all others six, more than the four that the law gives
    assert len(report.rows) == len(late)
    dishes = {s.dish.id: s.dish for s in district.plan.servings}
    hours = {f.text("id") for row in late for f in row.findings if f.values["rule_id"] == "cooked-to-eaten"}
    assert ["15", "6"] == sorted(said.split("tercatat ")[1].split()[0] for said in hours)
    one = log.label("batch").at(0)
    assert all(one in trace(log, dishes, food=food).batches for food in trace(log, dishes, batch=one).foods)


def test_the_tastings_stop_one_batch(district: District) -> None:
    found = organoleptic(read_tastings(district.file("organoleptik.csv")), 2, district.plan.problem)
    (stopped,) = found.stopped()
    assert ("Aroma", "saat tiba", FIRST) == (stopped.quality, stopped.moment, stopped.day)


def test_the_index_and_the_rise_are_found(district: District) -> None:
    (row,) = ikm(read_survey(district.file("skm.csv")), weight="1/9").rows
    # 30 % threes and 70 % fours: 25 x 3.7 = 92.5
    assert 92.5 == pytest.approx(row.index, abs=2)
    found = uplift(
        read_sales(district.file("penjualan.csv")),
        (date(2026, 1, 5), date(2026, 1, 30)),
        (FIRST, LAST),
        same_season=False,
    )
    low, high = found.interval or (0, 0)
    assert low <= 0.15 <= high
    assert "rise" == found.direction


def test_the_second_plan_orders_less_of_the_wasted_dish_adds_the_margin_and_costs_what_it_says(
    district: District,
) -> None:
    problem = barred(sm.load_problem(district.folder / "masalah.yaml"))
    left = waste(read_waste(district.file("sisa.csv")), problem)
    assert district.wasted == left.rows[0].dish
    assert Verdict.fail is left.rows[0].verdict
    liked = hedonic(read_likings(district.file("kesukaan.csv")), problem)
    problem = with_acceptance(problem, acceptance_scores(left, liked.shares()))
    room = margins(
        read_weighings(district.file("timbangan.csv")), district.plan, nutrients=("protein",), confidence="80 %"
    )
    again = sm.plan(problem, then=["acceptance"], tolerance="3 %", margin=room, time_limit=30, gap=0.03)
    assert isinstance(again, sm.Plan)

    def ordered(plan: sm.Plan) -> int:
        return sum(s.heads for s in plan.servings if s.dish.id == district.wasted)

    assert ordered(again) < ordered(district.plan)
    assert again.margin is not None
    assert again.margin.bound_with >= again.margin.bound_without
    assert again.cost == pytest.approx(sum(s.cost for s in again.servings))
    assert again.cost == pytest.approx(again.margin.cost, rel=0.031)
    assert again.lawful


def test_prices_change_and_the_menu_changes_as_little_as_possible(district: District) -> None:
    """The dish that costs most in all becomes half as dear again at its UMKM."""
    costs: dict[tuple[str, str], float] = {}
    for s in district.plan.servings:
        costs[s.supplier.id, s.dish.id] = costs.get((s.supplier.id, s.dish.id), 0.0) + s.cost
    supplier, dish = max(costs, key=lambda key: costs[key])
    register = sm.load_suppliers(EXAMPLE / "umkm.yaml")
    dear = register.suppliers[supplier]
    offers = tuple(o.model_copy(update={"price": o.price * 1.5}) if o.dish == dish else o for o in dear.offers)
    changed = {**register.suppliers, supplier: dear.model_copy(update={"offers": offers})}
    problem = barred(sm.load_problem(district.folder / "masalah.yaml", replace(register, suppliers=changed)))
    kept = sm.plan(problem, near=district.plan, tolerance="2 %", time_limit=20, gap=0.05)
    fresh = sm.plan(problem, time_limit=10, gap=0.05)
    assert isinstance(kept, sm.Plan)
    assert isinstance(fresh, sm.Plan)

    def same(menu: sm.Plan) -> int:
        before = {(s.day, s.course, s.dish.id, s.supplier.id) for s in district.plan.servings}
        return len(before & {(s.day, s.course, s.dish.id, s.supplier.id) for s in menu.servings})

    assert kept.lawful
    assert same(kept) >= same(fresh)
    assert same(kept) >= 50  # of a hundred dishes served


def test_the_monthly_check_sees_what_ended_and_the_annex_still_holds(district: District) -> None:
    agreed, plan = load_annex(district.folder / "kesepakatan.yaml"), sm.load_plan(district.folder / "rencana.yaml")
    assert () == verify(agreed, plan, FIRST)
    before = recheck(district.folder, FIRST)
    before.save(district.folder / "februari.json")
    later = recheck(district.folder, date(2026, 7, 1))
    changed = difference(load_monitored(district.folder / "februari.json"), later.state)
    assert {"kesepakatan.yaml"} == {file for file, _ in changed.broken}


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("quality {catatan}/timbangan.csv --plan {rencana}", 1, "lebih ringan dari standar sejak"),
        ("settle {rencana} --received {catatan}/terima.csv --payments {catatan}/bayar.csv --on 2026-02-27", 1,
         "belum ada catatan terima"),
        ("acceptance {catatan}/sisa.csv --tastings {catatan}/organoleptik.csv --reject-at 2", 1, "dihentikan"),
        ("satisfaction {catatan}/skm.csv --weight 1/9", 0, "Indeks kepuasan (IKM)"),
        ("impact {catatan}/penjualan.csv --before 2026-01-05 2026-01-30 --after 2026-02-02 2026-02-27 --any-season", 0,
         "Permintaan naik"),
        ("papers {umkm} --on 2026-02-02", 1, "Berlaku sampai"),
        ("annex {rencana} --verify {folder}/kesepakatan.yaml --on 2026-02-02", 0, "Para pihak"),
        ("annex {rencana} --office Kecamatan --on 2026-02-02 --until 2026-06-30", 0, "Hidangan yang disepakati"),
        ("needs {contoh}/kemitraan/kebutuhan.csv --recipes {contoh}/resep --suppliers {umkm} --standard id/mbg-2026 "
         "--days 2026-02-02 2026-02-03", 0, "Terlayani 156 dari 156"),
        ("recheck {folder} --on 2026-02-02", 0, "berkas diperiksa"),
        ("papers {umkm} --on kemarin", 2, ""),
    ],
)  # fmt: skip
def test_the_commands_answer(
    district: District, capsys: pytest.CaptureFixture[str], command: str, code: int, said: str
) -> None:
    places = {"catatan": district.folder / "catatan", "rencana": district.folder / "rencana.yaml", "folder": district.folder,
              "umkm": EXAMPLE / "umkm.yaml", "contoh": EXAMPLE}  # fmt: skip
    arguments = ["partnership", *(word.format(**places) for word in command.split())]
    assert code == main(arguments)
    assert said in capsys.readouterr().out


def test_a_command_prints_data_and_writes_a_page_and_a_workbook(
    district: District, capsys: pytest.CaptureFixture[str]
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    survey = str(district.file("skm.csv"))
    for name in ("skm.html", "skm.xlsx"):
        assert 0 == main(
            ["partnership", "satisfaction", survey, "--weight", "1/9", "--to", str(district.folder / name), "--json"]
        )
    assert json.loads(capsys.readouterr().out.split("\n}\n")[0] + "\n}")["weight"] == "1/9"
    assert "Indeks kepuasan" in (district.folder / "skm.html").read_text(encoding="utf-8")
    assert "Indeks kepuasan (IKM)" in openpyxl.load_workbook(district.folder / "skm.xlsx").sheetnames
