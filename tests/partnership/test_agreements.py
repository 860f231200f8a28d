"""Annexes: from a plan, written and read back unchanged, verified against law, price and menu, compared in words."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sehatmenu.partnership.agreement_changes import annex_diff, verify
from sehatmenu.partnership.agreements import Annex, annex, load_annex
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from sehatmenu.planning.saved_plans import load_plan

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "gading-rejo"
STANDARDS = Path(__file__).resolve().parents[2] / "standards"
MADE, UNTIL = date(2026, 2, 1), date(2026, 6, 30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exercise of three days with its own copy of the standard, planned and saved."""
    folder = tmp_path_factory.mktemp("kecamatan")
    shutil.copytree(EXAMPLE / "resep", folder / "resep")
    shutil.copy(EXAMPLE / "umkm.yaml", folder / "umkm.yaml")
    (folder / "law").mkdir()
    shutil.copy(STANDARDS / "id" / "mbg-2026.yaml", folder / "law" / "mbg.yaml")
    text = (EXAMPLE / "notebooks" / "sekolah-tiga-hari.yaml").read_text(encoding="utf-8")
    text = text.replace("../", "").replace("standard: id/mbg-2026", "standard: law/mbg.yaml")
    (folder / "masalah.yaml").write_text(text, encoding="utf-8")
    found = plan(load_problem(folder / "masalah.yaml"), time_limit=10)
    assert isinstance(found, Plan)
    found.save(folder / "rencana.yaml")
    return folder


@pytest.fixture(scope="module")
def menu(folder: Path) -> Plan:
    return load_plan(folder / "rencana.yaml")


@pytest.fixture(scope="module")
def agreed(menu: Plan) -> Annex:
    terms = {"windows": {"siang": "10.30-11.30"}, "returns": "porsi rusak diganti hari itu"}
    return annex(menu, office="Kecamatan Gading Rejo", made_on=MADE, until=UNTIL, payment_days=14, **terms)  # type: ignore[arg-type]


def changed(folder: Path, tmp_path: Path, file: str, old: str, new: str) -> Plan:
    """The plan read anew where one text of one file is another."""
    shutil.copytree(folder, tmp_path / "k")
    path = tmp_path / "k" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return load_plan(tmp_path / "k" / "rencana.yaml")


def test_an_annex_holds_what_the_plan_orders_and_nothing_has_changed(agreed: Annex, menu: Plan, folder: Path) -> None:
    assert {(d.supplier, d.dish) for d in agreed.file.dishes} == {(s.supplier.id, s.dish.id) for s in menu.servings}
    assert {s.supplier.id for s in menu.servings} == {p.id for p in agreed.file.parties}
    digests = {f.id: f.sha256 for f in agreed.file.files}
    assert hashlib.sha256((folder / "law" / "mbg.yaml").read_bytes()).hexdigest() == digests["law/mbg"]
    assert {"law/mbg", "problem", "references/akg-2019"} <= set(digests)
    assert () == verify(agreed, menu, MADE)


def test_an_annex_is_read_back_as_it_was_written(agreed: Annex, tmp_path: Path) -> None:
    agreed.save(tmp_path / "kesepakatan.yaml")
    assert agreed.file == load_annex(tmp_path / "kesepakatan.yaml").file


def test_a_changed_standard_is_named(agreed: Annex, folder: Path, tmp_path: Path) -> None:
    other = changed(folder, tmp_path, "law/mbg.yaml", "jurisdiction: ID", "jurisdiction: ID # dibaca ulang")
    found = verify(agreed, other, MADE)
    assert [("agreement-file-changed", "law/mbg")] == [(f.code, f.values["name"]) for f in found]


def test_a_changed_price_is_named_with_both_figures(agreed: Annex, menu: Plan, folder: Path, tmp_path: Path) -> None:
    dish = agreed.file.dishes[0]
    register = (folder / "umkm.yaml").read_text(encoding="utf-8")
    block = register.split(f"- id: {dish.supplier}\n")[1]
    line = next(x for x in block.splitlines() if f"dish: {dish.dish}," in x)
    dearer = line.replace(f"price: {dish.price:.0f} IDR", f"price: {dish.price + 100:.0f} IDR")
    found = verify(agreed, changed(folder, tmp_path, "umkm.yaml", line, dearer), MADE)
    assert {"agreement-price-changed"} == {f.code for f in found}
    assert dish.name in found[0].text("id")


def test_a_menu_that_is_another_is_told(agreed: Annex, menu: Plan) -> None:
    fewer = replace(menu, servings=menu.servings[1:])
    assert "agreement-menu-changed" in {f.code for f in verify(agreed, fewer, MADE)}


def test_an_agreement_that_has_ended_and_papers_that_have(agreed: Annex, menu: Plan) -> None:
    found = {f.code for f in verify(agreed, menu, date(2029, 1, 1))}
    assert {"agreement-ended", "agreement-price-ended", "agreement-paper"} <= found


def test_two_annexes_are_compared_in_words(agreed: Annex, menu: Plan) -> None:
    later = annex(menu, office="Kecamatan Gading Rejo", made_on=MADE, until=UNTIL, payment_days=7, tolerance="5 %")
    first, *rest = agreed.file.dishes
    dearer = first.model_copy(update={"price": first.price + 50})
    other = replace(later, file=later.file.model_copy(update={"dishes": (dearer, *rest[1:])}))
    said = "\n".join(s.spoken("id") for s in annex_diff(agreed, other))
    assert f"harga Rp{first.price:,.0f}".replace(",", ".") in said
    assert f"{rest[0].name} dari {rest[0].supplier} tidak lagi dipesan" in said
    assert "Dibayar dalam: 14 hari menjadi 7 hari" in said
    assert "Toleransi berat porsi: 10 % menjadi 5 %" in said
    assert () == annex_diff(agreed, agreed)


def test_the_page_says_what_an_agreement_must_hold(agreed: Annex) -> None:
    forms = agreed.forms("id")
    assert ["Para pihak", "Hidangan yang disepakati", "Ketentuan", "Berkas yang menjadi dasar"] == [
        f.title for f in forms
    ]
    assert "penyelesaian perselisihan (UU 20/2008 pasal 34)" in "\n".join(forms[-1].notes)
