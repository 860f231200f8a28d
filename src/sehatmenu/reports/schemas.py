"""JSON Schemas of the files that people write, made from the models, so that an editor completes and checks YAML."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from sehatmenu.food.recipe_files import RecipeFile
from sehatmenu.planning.demand import ProblemFile
from sehatmenu.planning.plan_files import PlanFile
from sehatmenu.planning.suppliers import SupplierFile
from sehatmenu.standards.references import ReferenceFile
from sehatmenu.standards.standards import StandardFile
from sehatmenu.whole_files import write_text

FILES: Mapping[str, type[BaseModel]] = {
    "standard": StandardFile,
    "reference": ReferenceFile,
    "recipe": RecipeFile,
    "problem": ProblemFile,
    "suppliers": SupplierFile,
    "plan": PlanFile,
}
"""Every kind of file with its model."""

_TEXT: JsonSchemaValue = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {"id": {"type": "string"}, "en": {"type": "string"}},
            "required": ["id", "en"],
            "additionalProperties": False,
        },
    ]
}
_WORDS: JsonSchemaValue = {"type": ["string", "number"]}
_BEFORE: Mapping[str, JsonSchemaValue] = {
    "_as_text": _TEXT,
    "_as_date": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    "_with_unit": {"type": "string"},
    "_text_of": _WORDS,
}
"""What the files may hold where a validator turns it into something else, by the validator's name."""

_ALSO: Mapping[str, tuple[JsonSchemaValue, ...]] = {
    "_as_list": ({"type": "string"},),
    "_plate": ({"type": "object"},),
}
"""What the files may hold besides what the model says."""

_BODY_BOUNDS: Mapping[str, JsonSchemaValue] = {
    **{bound: {"type": "string"} for bound in ("min", "max", "tolerance")},
    "strict": {"type": "boolean"},
}


class _Schemas(GenerateJsonSchema):
    """Says what a person may write, where a validator reads it into another type."""

    def function_plain_schema(self, schema: core_schema.PlainValidatorFunctionSchema) -> JsonSchemaValue:
        return dict(_WORDS)

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        name = getattr(schema["function"]["function"], "__name__", "")
        if name in _BEFORE:
            return dict(_BEFORE[name])
        inner = super().function_before_schema(schema)
        return {"anyOf": [inner, *_ALSO[name]]} if name in _ALSO else inner


def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of one kind of file: standard, reference, recipe, problem or suppliers.

    Raises KeyError for another kind.

    >>> schema("recipe")["title"]
    'sehatmenu recipe'
    """
    made = FILES[kind].model_json_schema(schema_generator=_Schemas)
    for rule in made.get("$defs", {}).values():
        _loosen_when(rule)
    if "Line" in made.get("$defs", {}):  # an ingredient is a line of text, or spelled out
        made["$defs"]["Line"] = {"anyOf": [_WORDS, made["$defs"]["Line"]]}
    ordered: dict[str, Any] = _with_choices_in_order(made)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **ordered, "title": f"sehatmenu {kind}"}


def _with_choices_in_order(data: Any) -> Any:
    """The same schema with the words of each choice in order, since Python keeps no order among equal choices."""
    if isinstance(data, dict):
        return {k: sorted(v) if k == "enum" else _with_choices_in_order(v) for k, v in data.items()}
    return [_with_choices_in_order(item) for item in data] if isinstance(data, list) else data


def _loosen_when(rule: dict[str, Any]) -> None:
    """Conditions and consequences are rules without id and limits, with bounds of their own."""
    if not {"if", "then"} <= set(rule.get("properties", {})):
        return
    for side in ("if", "then"):
        kinds = list(rule["properties"][side]["discriminator"]["mapping"])
        rule["properties"][side] = {
            "type": "object",
            "properties": {"kind": {"enum": kinds}, **_BODY_BOUNDS},
            "required": ["kind"],
        }


def text(kind: str) -> str:
    """The JSON Schema of a kind of file as it is written to `schemas/`."""
    return json.dumps(schema(kind), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Write every schema into a folder as `KIND.schema.json`; answers the files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for kind in FILES:
        path = folder / f"{kind}.schema.json"
        write_text(path, text(kind))
        paths.append(path)
    return paths
