"""The JSON Schemas: as the models make them, taking every packaged and example file, refusing what a schema can see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sehatmenu.files import parse_yaml, read_yaml
from sehatmenu.planning.demand import load_problem
from sehatmenu.reports.schemas import FILES, schema, text

from ..planning.test_saved_plans import kitchen
from ..planning.tiny_problems import planned
from .test_faults import FAULTS, SOUND

ROOT = Path(__file__).resolve().parents[2]
KITCHEN = ROOT / "examples" / "gading-rejo"

EXAMPLES = [
    *(("reference", path) for path in sorted((ROOT / "standards/references").glob("*.yaml"))),
    *(("standard", path) for path in sorted((ROOT / "standards").rglob("*.yaml")) if path.parent.name != "references"),
    *(("standard", path) for path in sorted((ROOT / "examples/unverified").glob("*.yaml"))),
    *(("standard", path) for path in sorted(KITCHEN.glob("standar-*.yaml"))),
    *(("recipe", path) for folder in ("resep", "gagal") for path in sorted((KITCHEN / folder).glob("*.yaml"))),
    *(("problem", path) for path in sorted(KITCHEN.glob("sekolah*.yaml"))),
    ("suppliers", KITCHEN / "umkm.yaml"),
]
FORMS = ["lost unit", "missing source", "unknown kind", "unknown field", "date that is none"]
SEEN = [*FORMS, "decimal comma in a flow map"]
"""Faults that a schema can see; the date is one for its form only, so it is written as 2 Feb 2026 here."""


def errors(kind: str, data: Any) -> list[str]:
    return [error.message for error in Draft202012Validator(schema(kind)).iter_errors(data)]


@pytest.mark.parametrize("kind", FILES)
def test_the_schema_in_the_repository_is_the_one_of_the_models(kind: str) -> None:
    """When this fails: `sehatmenu schema --folder schemas`."""
    assert text(kind) == (ROOT / "schemas" / f"{kind}.schema.json").read_text(encoding="utf-8")
    Draft202012Validator.check_schema(schema(kind))


@pytest.mark.parametrize(("kind", "path"), EXAMPLES, ids=lambda value: value.stem if isinstance(value, Path) else value)
def test_the_schema_takes_every_packaged_and_example_file(kind: str, path: Path) -> None:
    assert [] == errors(kind, read_yaml(path).data)


@pytest.mark.parametrize("name", SEEN)
def test_the_schema_refuses_what_it_can_see(name: str) -> None:
    old, new, _, _ = FAULTS[name]
    assert errors("standard", parse_yaml(SOUND.replace(old, new.replace("2026-02-30", "2 Feb 2026"), 1)).data) != []


def test_the_schema_takes_the_sound_standard() -> None:
    assert [] == errors("standard", parse_yaml(SOUND).data)


def test_the_schema_takes_saved_plans_and_refuses_what_it_can_see(tmp_path: Path) -> None:
    planned(load_problem(kitchen(tmp_path)), margin={"energy": "10 %"}).save(tmp_path / "rencana.yaml")
    data = read_yaml(tmp_path / "rencana.yaml").data
    assert [] == errors("plan", data)
    assert errors("plan", {**data, "servings": []}) != []
    assert errors("plan", {**data, "status": "sah"}) != []
    assert errors("plan", {**data, "biaya": "1000 IDR"}) != []
