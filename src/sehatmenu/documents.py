"""From a YAML file to a validated model: every problem of the file at once, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from sehatmenu.errors import LoadError, UnitError, refusal
from sehatmenu.files import Document, Location, Place, UnreadableError, read_yaml
from sehatmenu.findings import Finding, Report, from_problem, problem
from sehatmenu.messages import Figure, Text, Word
from sehatmenu.readings import nearest, reading

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Model(BaseModel):
    """What a person wrote: frozen, and every unknown field is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Loaded(Generic[M]):
    """A validated model and the document that it came from."""

    model: M
    document: Document


def open_document(source: str | Path | Document) -> Document:
    """The YAML document of a path (or the document itself).

    Raises LoadError with every problem of the YAML text.
    """
    if isinstance(source, Document):
        return source
    try:
        return read_yaml(source)
    except UnreadableError as error:
        raise LoadError(Report(tuple(from_problem(p) for p in error.problems))) from error


def load(source: str | Path | Document, model: type[M]) -> Loaded[M]:
    """Read a YAML file as a model.

    Raises LoadError that carries every problem, each with file:line:column.
    """
    with reading():
        document = open_document(source)
        _check_kind(document, model)
        try:
            return Loaded(model.model_validate(document.data), document)
        except ValidationError as error:
            raise LoadError(Report(tuple(_findings(error, document, model)))) from error


def _check_kind(document: Document, model: type[BaseModel]) -> None:
    """Refuse a file of another kind without a word of what stands in it."""
    fields = {info.alias or name for name, info in model.model_fields.items()}
    keys = set(document.data) if isinstance(document.data, dict) else set()
    if not keys & fields:
        known = sorted(info.alias or name for name, info in model.model_fields.items() if info.is_required())
        raise LoadError(Report((problem("file-kind", document.place(), known=known),)))


def reject(code: str, **values: object) -> PydanticCustomError:
    """The error to raise in a validator so that the problem carries a finding code."""
    return PydanticCustomError("finding", "{code}", {"code": code, "values": values})


@dataclass(frozen=True, slots=True)
class Refused:
    """One refused value below the value that a validator looks at."""

    location: Location
    code: str
    values: Mapping[str, object]


def reject_each(refused: Sequence[Refused]) -> PydanticCustomError:
    """The error to raise in a validator that found several problems below its value, each with its own place."""
    return PydanticCustomError("findings", "{refused}", {"refused": list(refused)})


X = TypeVar("X", bound=BaseModel)


def in_order(model: X, first: str, last: str, code: str = "dates-crossed") -> X:
    """The model itself, where what it says under the one key is not after what it says under the other; for validators."""
    start, end = getattr(model, first), getattr(model, last)
    if start is not None and end is not None and start > end:
        key = type(model).model_fields[last].alias or last
        said = {"first": start, "last": end}
        parts = {name: Figure.exact(value, "fraction") for name, value in said.items() if isinstance(value, float)}
        raise reject_each([Refused((key,), code, {**said, **parts})])
    return model


def _findings(error: ValidationError, document: Document, model: type[BaseModel]) -> Iterable[Finding]:
    details = error.errors(include_url=False)
    for detail in details:
        if detail["type"] == "too_short" and any(_within(detail["loc"], other["loc"]) for other in details):
            continue  # the list is only short of the items that are refused themselves
        if detail["type"] == "findings":
            for refused in detail["ctx"]["refused"]:
                location = _location((*detail["loc"], *refused.location), document.data)
                yield problem(refused.code, document.place(location), **refused.values)
        else:
            yield _finding(detail, document, model)


def _within(outer: tuple[int | str, ...], inner: tuple[int | str, ...]) -> bool:
    return len(outer) < len(inner) and inner[: len(outer)] == outer


def _finding(detail: ErrorDetails, document: Document, model: type[BaseModel]) -> Finding:
    location = _location(detail["loc"], document.data)
    place = document.place(location)
    name = str(detail["loc"][-1]) if detail["loc"] else ""
    context: dict[str, Any] = detail.get("ctx") or {}
    match detail["type"]:
        case "finding":
            return problem(context["code"], place, **context["values"])
        case "missing":
            return problem("field-missing", place, field=name)
        case "extra_forbidden":
            key = document.key_place(location)
            return problem("field-unknown", key, field=name, known=_suggest(name, location, document, model))
        case "value_error" if isinstance(context.get("error"), UnitError):
            return problem(context["error"].code, place, **context["error"].values)
        case "literal_error" | "enum":
            return _choice(place, name, context["expected"], detail["input"])
        case "union_tag_invalid":
            field = context["discriminator"].strip("'")
            return _choice(document.place((*location, field)), field, context["expected_tags"], context["tag"])
        case "union_tag_not_found":
            return problem("field-missing", place, field=context["discriminator"].strip("'"))
        case kind if kind.removesuffix("_type").removesuffix("_parsing") in _KINDS:
            expected = _KINDS[kind.removesuffix("_type").removesuffix("_parsing")]
            return problem("field-kind", place, field=name, expected=Word(expected), text=_short(detail["input"]))
        case _:
            return problem("field-wrong", place, field=name, problem=detail["msg"], text=_short(detail["input"]))


def _choice(place: Place, field: str, choices: str, given: object) -> Finding:
    """A word that is none of the choices, with the one that was probably meant."""
    near = nearest(str(given), re.findall(r"'([^']*)'", choices), n=1)
    values = {"field": field, "choices": choices, "text": _short(given)}
    if near:
        return problem("field-choice-near", place, **values, near=near[0])
    return problem("field-choice", place, **values)


_KINDS = {
    "string": "kind-text",
    "int": "kind-whole",
    "int_from_float": "kind-whole",
    "float": "kind-number",
    "bool": "kind-bool",
    "list": "kind-list",
    "tuple": "kind-list",
    "dict": "kind-mapping",
    "model": "kind-mapping",
    "model_attributes": "kind-mapping",
}


def _location(loc: tuple[int | str, ...], data: Any) -> Location:
    """pydantic's location without the tags of unions, i.e. only steps that exist in the data."""
    location: list[str | int] = []
    tagged = False
    for step in loc:
        tagged = not tagged and isinstance(data, dict) and step == data.get("kind")
        if tagged:
            continue
        here = isinstance(data, dict) and step in data
        if here or (isinstance(data, list) and isinstance(step, int) and step < len(data)):
            location.append(step)
            data = data[step]
    return tuple(location)


def _suggest(name: str, location: Location, document: Document, model: type[BaseModel]) -> str:
    """The field that was probably meant, or all fields of the models that could stand here."""
    fields = sorted(_all_fields(model) - {name})
    near = nearest(name, fields, n=1, cutoff=0.7)
    return near[0] if near else ", ".join(sorted(model.model_fields)) if len(location) <= 1 else "-"


@lru_cache(maxsize=64)
def _all_fields(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(_fields_below(model, set()))


def _fields_below(model: type[BaseModel], seen: set[type]) -> set[str]:
    if model in seen:
        return set()
    seen.add(model)
    names = set(model.model_fields)
    for info in model.model_fields.values():
        for inner in _models_in(info.annotation):
            names |= _fields_below(inner, seen)
    return names


def _models_in(annotation: Any) -> Iterable[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _models_in(argument)


def _short(value: object, limit: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _as_text(value: object) -> object:
    if isinstance(value, str):
        return Text(value, value)
    if isinstance(value, dict) and set(value) == {"id", "en"} and all(isinstance(v, str) for v in value.values()):
        return Text(value["id"], value["en"])
    if isinstance(value, Text):
        return value
    raise reject("text-languages", text=_short(value))


def iso_day(text: str) -> date:
    """A date written as `2026-02-02`; any other order is refused, since `01-02-2026` is two days.

    Raises UnitError `date-wrong`.
    """
    try:
        return date.fromisoformat(text if _ISO_DATE.fullmatch(text) else "")
    except ValueError:
        raise UnitError("date-wrong", text=_short(text)) from None


def day_of(on: date | str | None) -> date | None:
    """The day that a caller names: a date, or a text such as `2026-02-02`; None where none is named.

    Raises LoadError `date-wrong` for any other text.
    """
    if isinstance(on, datetime):
        return on.date()
    if not isinstance(on, str):
        return on
    try:
        return iso_day(on.strip())
    except UnitError as error:
        raise refusal(error.code, **error.values) from None


def _as_date(value: object) -> object:
    if isinstance(value, date):
        return value
    try:
        return iso_day(value if isinstance(value, str) else "")
    except UnitError:
        raise reject("date-wrong", text=_short(value)) from None


TextField = Annotated[Text, BeforeValidator(_as_text)]
"""A text in both languages, `{id: ..., en: ...}`, or one text that serves for both."""

DateField = Annotated[date, BeforeValidator(_as_date)]
"""A date written as `2026-02-02`."""
