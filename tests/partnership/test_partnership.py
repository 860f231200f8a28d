"""The partnership as a whole: its public names, its forms, and that no pupil or patient is asked for."""

from __future__ import annotations

import re
import types
from pathlib import Path

import pytest

import sehatmenu as sm
from sehatmenu import partnership
from sehatmenu.documents import Model
from sehatmenu.partnership import agreement_files, monitoring, paper_rules
from sehatmenu.partnership.books import BOOKS, READERS
from sehatmenu.reports.sheet_templates import template_for
from sehatmenu.worksheets.ledgers import Book, read_ledger

SOURCE = Path(partnership.__file__).parent

PERSONS = re.compile(
    r"\b(nisn?|nik|"
    r"no\.? ?(induk|kk|hp|rekam medis|bpjs)|nama (anak|siswa|murid|pasien|peserta|penerima|wali|ibu)|alamat|telepon|"
    r"tanggal lahir|pupil|patient|student|child)\b",
    re.IGNORECASE,
)
"""Words that ask for a pupil or a patient."""


@pytest.mark.parametrize("name", partnership.__all__)
def test_every_public_name_is_what_it_is_called(name: str) -> None:
    assert not isinstance(getattr(partnership, name), types.ModuleType)
    assert getattr(sm.partnership, name) is getattr(partnership, name)


def test_another_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'audit'"):
        _ = partnership.audit  # type: ignore[attr-defined]


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_no_form_asks_for_a_pupil_or_a_patient(book: Book) -> None:
    for entry in book.entries:
        for text in (entry.title, entry.field, *entry.also):
            assert not PERSONS.search(text), text


def test_no_model_keeps_a_pupil_or_a_patient() -> None:
    models = [
        m
        for module in (agreement_files, monitoring, paper_rules)
        for m in vars(module).values()
        if isinstance(m, type) and issubclass(m, Model)
    ]
    assert len(models) > 8
    for model in models:
        for name in model.model_fields:
            assert not PERSONS.search(name.replace("_", " ")), f"{model.__name__}.{name}"


def test_the_words_that_are_looked_for_are_found() -> None:
    asked = ["Nama anak", "NISN", "nama siswa", "No HP", "tanggal lahir", "student", "NIK"]
    assert [True] * len(asked) == [bool(PERSONS.search(text)) for text in asked]


@pytest.mark.parametrize("name", BOOKS)
def test_every_form_has_a_template_that_its_own_reader_reads(name: str, tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    template = template_for(f"{name}-februari.xlsx")
    assert (BOOKS[name].title, READERS[name]) == (template.sheet, template.reader)
    template.write(tmp_path / f"{name}.xlsx")
    reader = getattr(partnership, template.reader)
    assert len(BOOKS[name].example) == len(reader(tmp_path / f"{name}.xlsx"))
    ledger = read_ledger(tmp_path / f"{name}.xlsx", BOOKS[name])
    assert {entry.field for entry in BOOKS[name].entries} == {*ledger.figures, *ledger.days, *ledger.labels}


@pytest.mark.parametrize("module", sorted(SOURCE.glob("*.py")), ids=lambda path: path.stem)
def test_no_module_is_long_or_looks_at_today(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 300
    assert not re.search(r"\b(today|now|utcnow)\(\)", text)


def test_the_partnership_imports_no_face_until_it_is_used() -> None:
    import subprocess
    import sys

    program = "import sys; from sehatmenu.partnership import *; print(*(m for m in sys.modules if '.' not in m))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"pandas", "narwhals", "polars", "openpyxl", "matplotlib", "rich", "jinja2"} & set(done.stdout.split())
