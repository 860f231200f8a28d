"""Conflicts: it is proven that no menu exists; the rules that clash, with their articles, and ways out that were tried."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sehatmenu.findings import Finding, Report
from sehatmenu.planning.demand import Problem

if TYPE_CHECKING:
    from sehatmenu.worksheets.frames import DataFrame


@dataclass(frozen=True)
class Conflict:
    """Why there is no plan: it is proven that no menu keeps every rule.

    `rules` cannot all hold together; with `minimal`, dropping any one of them is enough to remove this clash; they are
    empty where it is proven that there is no menu, but not why. Each of `ways_out` leaves a menu, which limit moved how
    far, the smallest change first; with `together` only all of them do. They were planned again before they are told, within
    the time limit of the search; none are told where none was found in it.
    """

    problem: Problem
    rules: tuple[Finding, ...]
    ways_out: tuple[Finding, ...]
    minimal: bool
    seconds: float
    solver: str
    together: bool = False

    @property
    def heading_of_ways(self) -> str:
        """The code of the sentence that stands above the ways out, or in their place."""
        if not self.ways_out:
            return "conflict-ways-none"
        return "conflict-ways-together" if self.together else "conflict-ways"

    @property
    def heading(self) -> str:
        """The code of the sentence that stands above the clashing rules."""
        return "conflict-unexplained" if not self.rules else "conflict-minimal" if self.minimal else "conflict-found"

    @property
    def report(self) -> Report:
        """The clashing rules as a report."""
        return Report(self.rules, self.problem.title.id)

    def records(self, lang: str = "id") -> list[dict[str, object]]:
        """One flat row per clashing rule and per way out."""
        rows = [{"part": "rule", **finding.record(lang)} for finding in self.rules]
        return rows + [{"part": "way_out", **finding.record(lang)} for finding in self.ways_out]

    def to_frame(self, lang: str = "id") -> DataFrame:
        """The rows of `records` as a pandas DataFrame; needs the extra `frames`."""
        from sehatmenu.worksheets.frames import frame

        return frame(self.records(lang))

    def data(self, lang: str = "id") -> dict[str, object]:
        """Everything as plain data, for JSON."""
        found = {"status": "conflict", "minimal": self.minimal, "together": self.together, "seconds": self.seconds}
        return {**found, "solver": self.solver, "records": self.records(lang)}

    def text(self, lang: str = "id") -> str:
        """The conflict in sentences with articles."""
        from sehatmenu.reports.texts import conflict_text

        return conflict_text(self, lang)

    def to_html(self, path: str | Path, lang: str = "id") -> None:
        """Write the conflict as one self-contained HTML page."""
        from sehatmenu.reports.pages import write_conflict

        write_conflict(self, path, lang)

    def _repr_html_(self) -> str:
        """The clashing rules and the way out, for Jupyter."""
        from sehatmenu.reports.notebooks import conflict_fragment

        return conflict_fragment(self)

    def __repr__(self) -> str:
        title = self.problem.title.in_language("en")
        return f"<Conflict {title!r}: {len(self.rules)} rules, {len(self.ways_out)} ways out>"

    def __str__(self) -> str:
        return self.text()
