"""The door to YAML: plain data plus the place (file, line, column) of every value, bounded against hostile files."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sehatmenu.allowances import MAX_DEPTH, MAX_VALUES, MAX_YAML_BYTES
from sehatmenu.readings import admitted

Location = tuple[str | int, ...]
"""The way to a value inside a file: mapping keys and list positions."""

_NULL = re.compile(r"(?:~|null|Null|NULL|)\Z")
_BOOL = re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")
_INT = re.compile(r"[-+]?[0-9]{1,18}\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?\Z")
_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a value stands: file, line and column, both counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file: a finding code, its place and the raw values for the sentence."""

    code: str
    place: Place
    values: Mapping[str, object] = field(default_factory=dict)


class UnreadableError(Exception):
    """A file that cannot be read as YAML data; `problems` says why, with places."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "; ".join(f"{p.place}: {p.code}" for p in self.problems)


@dataclass(frozen=True, slots=True)
class Document:
    """The data of one YAML file and the place of each value in it."""

    data: Any
    file: str
    places: Mapping[Location, Place] = field(repr=False)
    keys: Mapping[Location, Place] = field(default_factory=dict, repr=False)

    def place(self, location: Location = ()) -> Place:
        """The place of a value, or of its nearest ancestor when the value itself is absent."""
        while location and location not in self.places:
            location = location[:-1]
        return self.places.get(location, Place(self.file, 1, 1))

    def key_place(self, location: Location) -> Place:
        """Where the key of a value stands; the value's own place in a list."""
        return self.keys.get(location) or self.place(location)

    def without(self, gone: Collection[Location]) -> Document:
        """The same document without some items of its lists; the others keep their places."""
        data = dict(self.data)
        moved: dict[Location, Location] = {}
        for key in {location[0] for location in gone}:
            kept = [i for i in range(len(data[key])) if (key, i) not in gone]
            data[key] = [data[key][i] for i in kept]
            moved |= {(key, i): (key, n) for n, i in enumerate(kept)}
        touched = {location[0] for location in gone}
        places = {
            (*moved[at[:2]], *at[2:]) if len(at) > 1 and at[0] in touched else at: place
            for at, place in self.places.items()
            if len(at) < 2 or at[0] not in touched or at[:2] in moved
        }
        return Document(data, self.file, places)


def packaged_standards() -> Path:
    """The folder of the packaged standards: inside an installed package, or at the root of a clone."""
    house = Path(__file__).parent
    inside = house / "data" / "standards"
    return inside if inside.is_dir() else house.parents[1] / "standards"


def read_yaml(path: str | Path) -> Document:
    """Read a YAML file as data with places.

    Raises UnreadableError for a missing, oversized, non-UTF-8 or malformed file.
    """
    return parse_yaml(read_text(path, MAX_YAML_BYTES), str(path))


def read_text(path: str | Path, limit: int) -> str:
    """The text of a file, by the one door through which files are opened.

    Raises UnreadableError for a file outside of the folder that reading is confined to, a missing one, one that is
    larger than `limit` bytes or no UTF-8.
    """
    name = str(path)
    admit(path)
    try:
        with open(path, "rb") as stream:
            raw = stream.read(limit + 1)
    except (OSError, ValueError) as error:
        raise UnreadableError([_fault("file-missing", name, error=error)]) from error
    if len(raw) > limit:
        raise UnreadableError([_fault("file-too-large", name, limit=limit)])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8")
        raise UnreadableError([Problem("file-not-utf8", _after(before, name))]) from error


def admit(path: str | Path) -> None:
    """Refuse a path that leaves the folder that reading is confined to, before anything of it is looked at.

    Raises UnreadableError.
    """
    if not admitted(path):
        raise UnreadableError([_fault("path-outside", str(path))])


def parse_yaml(text: str, name: str = "<text>") -> Document:
    """Read YAML text as data with places: YAML 1.2 scalars, no duplicate keys, bounded size, depth and aliases.

    >>> parse_yaml("negara: NO").data
    {'negara': 'NO'}
    """
    if len(text) > MAX_YAML_BYTES:
        raise UnreadableError([_fault("file-too-large", name, limit=MAX_YAML_BYTES)])
    builder = _Builder(name)
    try:
        for event in yaml.parse(text, _Loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name, 1, 1)
        builder.problems.append(Problem("yaml-syntax", place, {"problem": error.problem or str(error)}))
    except yaml.reader.ReaderError as error:
        before = text.encode("utf-8")[: error.position].decode("utf-8", "ignore")
        builder.problems.append(Problem("yaml-syntax", _after(before, name), {"problem": error.reason}))
    except UnicodeEncodeError as error:
        builder.problems.append(Problem("file-not-utf8", _after(text[: error.start], name)))
    if builder.problems:
        raise UnreadableError(builder.problems)
    return Document(builder.root, name, builder.places, builder.keys)


def to_yaml(data: object) -> str:
    """Data as YAML text that `parse_yaml` reads back unchanged: keys in their order, innermost lists and maps inline.

    >>> to_yaml({"dish": "1e5", "portions": {"sd": "95 %"}})
    "dish: '1e5'\\nportions: {sd: 95 %}\\n"
    """
    return str(yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=None, width=150))


class _Dumper(yaml.SafeDumper):
    """Quotes also what only YAML 1.2 takes for a number."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "'" if _INT.match(text) or _FLOAT.match(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def _after(text: str, name: str) -> Place:
    """The place of the character that follows a text."""
    return Place(name, text.count("\n") + 1, len(text) - text.rfind("\n"))


def _fault(code: str, name: str, **values: object) -> Problem:
    return Problem(code, Place(name, 1, 1), values)


def _scalar(event: Any) -> Any:
    """The YAML 1.2 core value of a scalar: only plain true, false, null and numbers are typed; the rest is text."""
    text: str = event.value
    if not event.implicit[0]:
        return text
    if _NULL.match(text):
        return None
    if _BOOL.match(text):
        return text.lower() == "true"
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text) and not text.lstrip("+-").isdecimal() and math.isfinite(number := float(text)):
        return number
    return text


@dataclass(slots=True)
class _Frame:
    """A list or mapping that is still open while the events stream by."""

    value: Any
    location: Location
    anchor: str | None
    size: int = 1
    key: str | None = None
    lines: dict[str, int] = field(default_factory=dict)


class _Builder:
    """Builds data and places from YAML events, noting every problem on the way."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Any = None
        self.places: dict[Location, Place] = {}
        self.keys: dict[Location, Place] = {}
        self.problems: list[Problem] = []
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._count = 0
        self._documents = 0

    def take(self, event: Any) -> None:
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.MappingStartEvent():
                self._open({}, event)
            case yaml.SequenceStartEvent():
                self._open([], event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._close()
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    self._note("yaml-many-documents", self._place(event))

    def _place(self, event: Any) -> Place:
        return Place(self.name, event.start_mark.line + 1, event.start_mark.column + 1)

    def _note(self, code: str, place: Place, **values: object) -> None:
        self.problems.append(Problem(code, place, values))

    def _grow(self, size: int, place: Place) -> None:
        self._count += size
        if self._count > MAX_VALUES:
            self._fatal("yaml-too-many-values", place, limit=MAX_VALUES)

    def _fatal(self, code: str, place: Place, **values: object) -> None:
        """Stop at once: the text is hostile or absurd, and reading on would only cost."""
        self._note(code, place, **values)
        raise UnreadableError(self.problems)

    def _scalar(self, event: Any) -> None:
        place = self._place(event)
        self._grow(1, place)
        if event.tag not in (None, "!"):
            self._note("yaml-tag", place, tag=event.tag)
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._key(top, event, place)
            return
        value = _scalar(event)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        self._put(value, place)

    def _key(self, frame: _Frame, event: Any, place: Place) -> None:
        key: str = event.value
        if key == "<<" and event.implicit[0]:
            self._note("yaml-merge-key", place)
        first = frame.lines.setdefault(key, place.line)
        if key in frame.value:
            self._note("yaml-duplicate-key", place, key=key, first=first)
        frame.key = key
        self.keys[(*frame.location, key)] = place

    def _put(self, value: Any, place: Place, size: int = 1) -> Location:
        """Attach a value to the open list or mapping; answer its location."""
        if not self._stack:
            self.root = value
            self.places[()] = place
            return ()
        frame = self._stack[-1]
        frame.size += size
        if isinstance(frame.value, list):
            location: Location = (*frame.location, len(frame.value))
            frame.value.append(value)
        else:
            key = frame.key if frame.key is not None else ""
            location = (*frame.location, key)
            frame.value.setdefault(key, value)
            frame.key = None
        self.places.setdefault(location, place)
        return location

    def _open(self, value: Any, event: Any) -> None:
        place = self._place(event)
        self._grow(1, place)
        if len(self._stack) >= MAX_DEPTH:
            self._fatal("yaml-too-deep", place, limit=MAX_DEPTH)
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._fatal("yaml-complex-key", place)
        if event.tag is not None:
            self._note("yaml-tag", place, tag=event.tag)
        location = self._put(value, place)
        self._stack.append(_Frame(value, location, event.anchor))

    def _close(self) -> None:
        frame = self._stack.pop()
        if frame.anchor:
            self._anchors[frame.anchor] = (frame.value, frame.size)
        if self._stack:
            self._stack[-1].size += frame.size - 1

    def _alias(self, event: Any) -> None:
        place = self._place(event)
        if event.anchor not in self._anchors:
            self._fatal("yaml-alias", place, anchor=event.anchor)
        value, size = self._anchors[event.anchor]
        self._grow(size, place)
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._fatal("yaml-complex-key", place)
        self._put(value, place, size)
