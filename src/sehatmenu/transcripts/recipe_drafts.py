"""Recipe drafts: a transcript as a recipe file with its notes as comments, for people to correct rather than to type."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sehatmenu.errors import LoadError
from sehatmenu.files import Place, to_yaml
from sehatmenu.findings import Finding
from sehatmenu.food.composition import FoodTable
from sehatmenu.transcripts.transcripts import Line, Transcript


def recipe_draft(transcript: Transcript, foods: FoodTable, lang: str = "id") -> str:
    """A recipe file of a transcript: each ingredient with what is to be said of it as a comment above it."""
    document = transcript.document(foods)
    notes = _by_place([*transcript.said(foods), *_findings(transcript, foods)], lang)
    data = dict(document.data)
    ingredients, steps = data.pop("ingredients"), data.pop("note", "")
    of_lines = [_of_line(line, transcript, notes) for line in transcript.ingredients]
    places = {line.place for line in transcript.ingredients}
    rest = [note for place, texts in notes.items() if place not in places for note in texts]
    lines = [*(f"# {text}" for text in dict.fromkeys(rest)), *(f"{key}: {_inline(value)}" for key, value in data.items())]
    lines.append("ingredients:")
    for own, written in zip(of_lines, ingredients, strict=True):
        lines += [f"  # {text}" for text in own]
        lines.append(f"  - {_inline(written)}")
    if steps:
        lines += ["note: |", *(f"  {step.text}" for step in transcript.steps)]
    return "\n".join(lines) + "\n"


def _of_line(line: Line, transcript: Transcript, notes: Mapping[Place, Sequence[str]]) -> list[str]:
    """The notes of a line; where several lines stand in one cell, those that quote it, and with the first the others."""
    beside = [other for other in transcript.ingredients if other.place == line.place]
    texts = list(dict.fromkeys(notes.get(line.place, ())))
    quoted = {text: next((other for other in beside if other.text in text), beside[0]) for text in texts}
    return [text for text in texts if quoted[text] is line]


def _inline(value: object) -> str:
    """A value as YAML writes it on one line."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    written = " ".join(to_yaml([value]).split())
    return written.removeprefix("- ") if written.startswith("- ") else written[1:-1]


def _findings(transcript: Transcript, foods: FoodTable) -> Iterable[Finding]:
    """What the reader has to say of the recipe, or why it cannot be read yet."""
    try:
        return transcript.recipe(foods).findings
    except LoadError as error:
        return error.report.findings


def _by_place(findings: Iterable[Finding], lang: str) -> dict[Place, list[str]]:
    found: dict[Place, list[str]] = defaultdict(list)
    for finding in findings:
        if finding.place is not None:
            found[finding.place].append(" ".join(finding.text(lang).split()))
    return found
