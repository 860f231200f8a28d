"""The monthly check: a district on a day, what no longer holds a month later, and what was mended."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from sehatmenu.errors import LoadError
from sehatmenu.findings import Verdict
from sehatmenu.partnership.agreements import annex
from sehatmenu.partnership.monitoring import Recheck, difference, headline, load_monitored, recheck
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "gading-rejo"
FIRST, LATER = date(2026, 2, 1), date(2026, 3, 1)


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small district: recipes, register, problem, plan and annex."""
    folder = tmp_path_factory.mktemp("kecamatan")
    shutil.copytree(EXAMPLE / "resep", folder / "resep")
    shutil.copy(EXAMPLE / "umkm.yaml", folder / "umkm.yaml")
    text = (EXAMPLE / "notebooks" / "sekolah-tiga-hari.yaml").read_text(encoding="utf-8").replace("../", "")
    (folder / "masalah.yaml").write_text(text, encoding="utf-8")
    found = plan(load_problem(folder / "masalah.yaml"), time_limit=10)
    assert isinstance(found, Plan)
    found.save(folder / "rencana.yaml")
    agreed = annex(found, office="Kecamatan", made_on=FIRST, until=date(2026, 6, 30), payment_days=14)
    agreed.save(folder / "kesepakatan.yaml")
    (folder / "catatan.yaml").write_text("lain: 1\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def first(district: Path) -> Recheck:
    return recheck(district, FIRST)


def test_every_kind_of_file_is_found_and_others_are_counted(first: Recheck, district: Path) -> None:
    kinds = {item.file: item.kind for item in first.items}
    assert ("agreement", "problem", "plan", "register") == tuple(
        kinds[f"{name}.yaml"] for name in ("kesepakatan", "masalah", "rencana", "umkm")
    )
    assert len(list((district / "resep").glob("*.yaml"))) == sum(kind == "recipe" for kind in kinds.values())
    assert any("1 berkas bukan" in note for note in first.forms()[0].notes)
    assert "2026" in headline(first)


def test_a_district_that_holds_has_nothing_that_fails(first: Recheck) -> None:
    assert {} == {item.file: item.told for item in first.items if item.verdict is Verdict.fail}


def test_a_month_later_the_difference_says_what_no_longer_holds(first: Recheck, district: Path, tmp_path: Path) -> None:
    first.save(tmp_path / "februari.yaml")
    assert first.state == load_monitored(tmp_path / "februari.yaml")
    shutil.copytree(district, tmp_path / "k")
    recipe = tmp_path / "k" / "resep" / "nanas.yaml"
    recipe.write_text(recipe.read_text(encoding="utf-8").replace("course: buah", "course: buahh"), encoding="utf-8")
    (tmp_path / "k" / "resep" / "melon.yaml").rename(tmp_path / "k" / "resep" / "melon-2.yaml")
    later = recheck(tmp_path / "k", LATER)
    changed = difference(load_monitored(tmp_path / "februari.yaml"), later.state)
    told = "\n".join(f"{file}: {said}" for file, said in changed.broken)
    assert "resep/nanas.yaml: " in told
    # the SLHS of UMKM 05 ended on 6 February 2026 (umkm.yaml)
    assert "umkm.yaml: UMKM 05" in told
    assert "SLHS (laik higiene sanitasi) habis masa berlaku" in told
    assert (("resep/melon-2.yaml",), ("resep/melon.yaml",)) == (changed.new, changed.gone)
    mended = difference(later.state, first.state).mended
    assert {file for file, _ in changed.broken} == {file for file, _ in mended}


def test_old_prices_are_told_and_who_dates_them_is_counted(district: Path) -> None:
    """Prices of the example are of 27 December 2025: 36 days old on 1 February 2026, 95 on 1 April."""

    def told(day: date) -> str:
        return "\n".join(
            said for item in recheck(district, day).items if item.kind == "register" for said in item.told.values()
        )

    assert "36 hari" not in told(FIRST)
    assert "harga tanggal 27 Desember 2025, sudah 95 hari" in told(date(2026, 4, 1))


def test_reporting_is_said(first: Recheck) -> None:
    assert first.basis.reporting is not None
    assert first.basis.reporting.expected >= first.basis.reporting.reported > 0


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError):
        recheck(tmp_path / "tidak-ada", FIRST)
