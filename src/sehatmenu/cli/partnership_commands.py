"""The commands of a partnership: needs, papers, annex, settle, quality, acceptance, satisfaction, impact, recheck."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sehatmenu.cli.answers import LAWFUL, UNLAWFUL, print_json
from sehatmenu.cli.arguments import Commands, add_command
from sehatmenu.errors import refusal

if TYPE_CHECKING:
    from sehatmenu.planning.plans import Plan
    from sehatmenu.worksheets.forms import Form

Run = Callable[[argparse.Namespace], int]


def add_partnership_commands(commands: Commands) -> None:
    """Add `partnership` with its commands."""
    group = commands.add_parser("partnership", help="What a partnership records, judged and fed back into the plan.")
    inner = group.add_subparsers(required=True, metavar="COMMAND")
    needs = _add(inner, "needs", "What of a demand can be served, and what would close each gap.", _needs, on=False)
    needs.add_argument("file", metavar="NEEDS", help="kebutuhan.xlsx, CSV or YAML")
    needs.add_argument("--recipes", required=True, metavar="FOLDER")
    needs.add_argument("--suppliers", required=True, metavar="FILE")
    needs.add_argument("--standard", required=True, metavar="ID")
    needs.add_argument("--days", required=True, nargs=2, type=_day, metavar=("FROM", "TO"))
    papers = _add(inner, "papers", "The papers of UMKM on a day, and which of them end soon.", _papers)
    papers.add_argument("file", metavar="REGISTER", help="register of UMKM (YAML)")
    papers.add_argument("--within", nargs="+", type=int, default=[90, 30, 0], metavar="DAYS")
    papers.add_argument("--required", nargs="*", default=["slhs"], metavar="KIND")
    annex = _add(
        inner, "annex", "The annex of an agreement out of a saved plan; or what has changed since one.", _annex
    )
    annex.add_argument("plan", metavar="PLAN", help="saved plan (YAML)")
    annex.add_argument("--office", default="", metavar="NAME")
    annex.add_argument("--until", type=_day, metavar="DATE")
    annex.add_argument("--payment-days", type=int, default=14, metavar="N")
    annex.add_argument("--save", metavar="FILE", help="write the annex as YAML")
    annex.add_argument("--verify", metavar="FILE", help="an earlier annex: tell what has changed since")
    _add_money(inner)
    _add_records(inner)


def _add_money(inner: Commands) -> None:
    settle = _add(inner, "settle", "Orders, receipts and bills held against each other; what is owed.", _settle)
    settle.add_argument("plan", metavar="PLAN", help="saved plan (YAML)")
    settle.add_argument("--received", required=True, metavar="FILE", help="terima.xlsx, CSV or YAML")
    settle.add_argument("--invoices", metavar="FILE", help="tagihan.xlsx, CSV or YAML")
    settle.add_argument("--payments", metavar="FILE", help="bayar.xlsx, CSV or YAML")
    settle.add_argument("--payment-days", type=int, default=14, metavar="N")
    impact = _add(inner, "impact", "Change of demand of UMKM against equal weekdays.", _impact, on=False)
    impact.add_argument("file", metavar="SALES", help="penjualan.xlsx, CSV or YAML")
    impact.add_argument("--before", required=True, nargs=2, type=_day, metavar=("FROM", "TO"))
    impact.add_argument("--after", required=True, nargs=2, type=_day, metavar=("FROM", "TO"))
    impact.add_argument("--any-season", action="store_true", help="also where the two stretches share no month")


def _add_records(inner: Commands) -> None:
    quality = _add(inner, "quality", "Weighed portions against the standard, and drift of UMKM.", _quality, on=False)
    quality.add_argument("file", metavar="WEIGHINGS", help="timbangan.xlsx, CSV or YAML")
    quality.add_argument(
        "--plan", metavar="FILE", help="saved plan: its portions are the standard where none is written"
    )
    quality.add_argument("--tolerance", default="10 %", metavar="SHARE")
    acceptance = _add(
        inner, "acceptance", "Plates that come back, and tastings that stop a batch.", _acceptance, on=False
    )
    acceptance.add_argument("file", metavar="WASTE", help="sisa.xlsx, CSV or YAML")
    acceptance.add_argument("--tastings", metavar="FILE", help="organoleptik.xlsx, CSV or YAML")
    acceptance.add_argument("--reject-at", type=int, metavar="SCORE", help="a score that stops a batch (policy)")
    acceptance.add_argument("--hospital", action="store_true", help="name the studies of hospitals, not of schools")
    satisfaction = _add(inner, "satisfaction", "Satisfaction index by Permenpan-RB 14/2017.", _satisfaction, on=False)
    satisfaction.add_argument("file", metavar="SURVEY", help="skm.xlsx, CSV or YAML")
    satisfaction.add_argument("--weight", required=True, choices=("1/9", "0.111", "0.11"))
    recheck = _add(inner, "recheck", "Every file of a district on a day, and what changed since last month.", _recheck)
    recheck.add_argument("folder", metavar="FOLDER")
    recheck.add_argument("--save", metavar="FILE", help="keep the state for next month")
    recheck.add_argument("--since", metavar="FILE", help="a kept state: also tell what changed since")


def _add(inner: Commands, name: str, about: str, run: Run, on: bool = True) -> argparse.ArgumentParser:
    command = add_command(inner, name, about)
    if on:
        command.add_argument("--on", required=True, type=_day, metavar="DATE", help="the day, such as 2026-02-02")
    command.add_argument("--to", metavar="FILE", help="also write it as a page (.html) or workbook (.xlsx)")
    command.set_defaults(run=run)
    return command


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refusal("date-wrong", text=text) from None


def _shown(
    options: argparse.Namespace, result: object, forms: Iterable[Form], holds: bool = True, said: Iterable[str] = ()
) -> int:
    """Print a result as text or data, write it where asked, and answer the exit code."""
    from sehatmenu.partnership.evidence import plain
    from sehatmenu.reports.printed_forms import write_result
    from sehatmenu.worksheets.forms import form_text

    made = tuple(forms)
    if options.to:
        write_result(made, made[0].title, options.to, options.lang)
    if options.json:
        print_json(plain(result, options.lang))
    else:
        print("\n\n".join([*said, *(form_text(form, options.lang) for form in made)]))
    return LAWFUL if holds else UNLAWFUL


def _needs(options: argparse.Namespace) -> int:
    from sehatmenu.partnership.coverages import coverage
    from sehatmenu.partnership.needs import demand_of, read_needs
    from sehatmenu.planning.demand import load_dishes
    from sehatmenu.planning.suppliers import load_suppliers
    from sehatmenu.standards.standards import load_standard

    dishes = load_dishes(Path(options.recipes))
    standard, register = load_standard(options.standard), load_suppliers(options.suppliers)
    found = coverage(demand_of(read_needs(options.file)), dishes, register, standard, *options.days)
    return _shown(options, found, found.forms(options.lang), holds=not found.gaps)


def _papers(options: argparse.Namespace) -> int:
    from sehatmenu.partnership.papers import calendar, papers_on
    from sehatmenu.planning.suppliers import load_suppliers

    register = load_suppliers(options.file)
    found = papers_on(register, options.on, options.required)
    soon = calendar(register, options.on, options.within)
    holds = all(row.state == "paper-valid" for row in found.rows)
    return _shown(options, [found, soon], (*found.forms(options.lang), *soon.forms(options.lang)), holds)


def _annex(options: argparse.Namespace) -> int:
    from sehatmenu.partnership.agreement_changes import verify
    from sehatmenu.partnership.agreements import annex, load_annex

    plan = _plan(options.plan)
    if options.verify:
        agreed = load_annex(options.verify)
        changed = verify(agreed, plan, options.on)
        said = [f"✗ {finding.text(options.lang)}" for finding in changed]
        return _shown(options, [f.record(options.lang) for f in changed], agreed.forms(options.lang), not changed, said)
    if options.until is None:
        raise refusal("field-missing", field="--until")
    agreed = annex(
        plan, office=options.office, made_on=options.on, until=options.until, payment_days=options.payment_days
    )  # fmt: skip
    if options.save:
        agreed.save(options.save)
    return _shown(options, agreed.file.model_dump(mode="json"), agreed.forms(options.lang))


def _settle(options: argparse.Namespace) -> int:
    from sehatmenu.partnership.advances import read_payments, working_capital
    from sehatmenu.partnership.settlement import order_lines, read_invoices, read_receipts, three_way

    orders = order_lines(_plan(options.plan))
    invoices = read_invoices(options.invoices) if options.invoices else None
    received = read_receipts(options.received)
    found = three_way(orders, received, invoices, payment_days=options.payment_days, as_of=options.on)
    forms = list(found.forms(options.lang))
    if options.payments:
        forms += working_capital(found, read_payments(options.payments), options.on).forms(options.lang)
    return _shown(options, found.payables, forms, holds=not found.findings())


def _impact(options: argparse.Namespace) -> int:
    from sehatmenu.partnership.impact import read_sales, uplift

    sales, season = read_sales(options.file), not options.any_season
    found = uplift(sales, tuple(options.before), tuple(options.after), same_season=season)
    return _shown(options, found, found.forms(options.lang))


def _quality(options: argparse.Namespace) -> int:
    from sehatmenu.partnership.quality import drifts, portion_charts, portion_report, read_weighings

    weighings = read_weighings(options.file)
    plan = _plan(options.plan) if options.plan else None
    found = portion_report(weighings, plan, options.tolerance)
    drifting = drifts(portion_charts(weighings, plan))
    said = [drift.spoken(options.lang) for drift in drifting]
    return _shown(options, {"portions": found, "drifts": drifting}, found.forms(options.lang), not drifting, said)


def _acceptance(options: argparse.Namespace) -> int:
    from sehatmenu.findings import Verdict
    from sehatmenu.partnership.acceptance import organoleptic, read_tastings
    from sehatmenu.partnership.plate_waste import read_waste, waste

    left = waste(read_waste(options.file), setting="hospital" if options.hospital else "school")
    results: list[object] = [left]
    forms, holds = list(left.forms(options.lang)), all(row.verdict is not Verdict.fail for row in left.rows)
    if options.tastings:
        if options.reject_at is None:
            raise refusal("field-missing", field="--reject-at")
        tasted = organoleptic(read_tastings(options.tastings), options.reject_at)
        results.append(tasted)
        forms += tasted.forms(options.lang)
        holds = holds and not tasted.stopped()
    return _shown(options, results, forms, holds)


def _satisfaction(options: argparse.Namespace) -> int:
    from sehatmenu.partnership.satisfaction import ikm, read_survey

    found = ikm(read_survey(options.file), weight=options.weight)
    return _shown(options, found, found.forms(options.lang))


def _recheck(options: argparse.Namespace) -> int:
    from sehatmenu.findings import Verdict
    from sehatmenu.partnership.monitoring import difference, headline, load_monitored, recheck

    before = load_monitored(options.since) if options.since else None
    found = recheck(options.folder, options.on, lang=options.lang)
    forms = list(found.forms(options.lang))
    if before is not None:
        forms += difference(before, found.state).forms(options.lang)
    if options.save:
        found.save(options.save)
    holds = found.verdict in (Verdict.pass_, Verdict.not_applicable)
    return _shown(options, found.state.model_dump(mode="json"), forms, holds, [headline(found, options.lang)])


def _plan(path: str) -> Plan:
    from sehatmenu.planning.saved_plans import load_plan

    return load_plan(path)
