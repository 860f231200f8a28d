"""Every source of the packaged figures, standards and food alike: title, how far it was seen, and what rests on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from sehatmenu.food.sources import FoodSource, food_sources, uses
from sehatmenu.messages import as_lines, number_text, word
from sehatmenu.standards.references import load_reference, packaged_ids
from sehatmenu.standards.sources import Source
from sehatmenu.standards.standards import load_standard


@dataclass(frozen=True, slots=True)
class SourceUse:
    """One source in one packaged file: how many figures (limits, intakes, cells) of the file rest on it."""

    file: str
    key: str
    source: Source | FoodSource
    figures: int

    def record(self, lang: str = "id") -> dict[str, object]:
        """One flat row for JSON or a table."""
        source = self.source
        row = {"file": self.file, "source": self.key, "title": source.title.in_language(lang), "seen": source.seen}
        note = source.note if isinstance(source.note, str) or source.note is None else source.note.in_language(lang)
        return {**row, "where": source.where, "note": note or "", "figures": self.figures}

    def text(self, lang: str = "id") -> str:
        """Two lines for a terminal: grade, number of figures and title, then where it was read."""
        figures = f"{number_text(self.figures, lang)} {word('figures', lang)}"
        head = f"  {word(f'seen-{self.source.seen}', lang):<16} {figures:>14}  {self.key}: "
        return f"{head}{self.source.title.in_language(lang)}\n{'':<34}{self.source.where or '–'}"


def source_uses() -> list[SourceUse]:
    """Every source of every packaged standard, reference and food table, by file, then by key."""
    standards = [use for name in packaged_ids() for use in _uses_of(name)]
    tables = [SourceUse(f"food/{use.table}", use.source, food_sources()[use.source], use.figures) for use in uses()]
    return sorted((*standards, *tables), key=lambda use: (use.file, use.key))


def sources_text(found: Iterable[SourceUse], lang: str = "id") -> str:
    """The sources as lines of text under the name of each file."""
    lines: list[str] = []
    for file, group in groupby(found, key=lambda use: use.file):
        lines += [file, *(line for use in group for line in use.text(lang).splitlines()), ""]
    return as_lines(lines).rstrip()


def _uses_of(name: str) -> Iterator[SourceUse]:
    counts: Counter[str] = Counter()
    if name.startswith("references/"):
        reference = load_reference(name).file
        sources = dict(reference.sources)
        for group in reference.groups.values():
            counts[group.source] += len(group.values)
    else:
        standard = load_standard(name)
        counts.update(limit.source for rule in standard.file.rules for limit in rule.limits)
        if standard.file.energy_factors is not None:
            counts[standard.file.energy_factors.source] += 1
        sources = {k: s for k, s in standard.sources.items() if k in standard.file.sources or k in counts}
    for key, source in sources.items():
        yield SourceUse(name, key, source, counts[key])
