"""Unfinished searches: no menu was found and none is proven impossible; why the search ended, and what was tried."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sehatmenu.messages import Figure, Word, render
from sehatmenu.planning.demand import Problem

if TYPE_CHECKING:
    from sehatmenu.worksheets.frames import DataFrame


Ended = Literal["cancelled", "time_limit", "exhausted", "conditional"]
"""Why a search without a menu and without a proof ended."""


@dataclass(frozen=True, repr=False)
class Unfinished:
    """No menu was found, which proves nothing: there may be one.

    `status` says why the search ended: `cancelled` (somebody asked it to stop), `time_limit`, `exhausted` (nothing was
    left to try), or `conditional` (no menu keeps the rules that bind on a condition as if they always did, and those in
    which the condition does not hold were not searched). `bound` is rupiah that no lawful menu undercuts, -inf where not
    even that is known; `tried` names the steps of the search, in order; `seconds` is how long it took.
    """

    problem: Problem
    status: Ended
    bound: float
    tried: tuple[str, ...]
    seconds: float
    solver: str

    def sentences(self, lang: str = "id") -> tuple[str, ...]:
        """Why there is no answer, what no menu can cost less than, what was tried: one sentence each."""
        found = [render(f"unfinished-{self.status}", {"seconds": round(self.seconds, 1)}, lang)]
        if math.isfinite(self.bound) and self.bound > 0:
            found.append(render("unfinished-bound", {"bound": Figure.exact(self.bound, "IDR")}, lang))
        if self.tried:
            steps = [Word(f"tried-{step.replace(' ', '-')}") for step in self.tried]
            found.append(render("unfinished-tried", {"steps": steps}, lang))
        return tuple(found)

    def records(self, lang: str = "id") -> list[dict[str, object]]:
        """One flat row; `bound_idr` is None where nothing is known of the cost."""
        return [
            {
                "status": self.status,
                "bound_idr": self.bound if math.isfinite(self.bound) else None,
                "tried": ", ".join(self.tried),
                "seconds": self.seconds,
                "text": " ".join(self.sentences(lang)),
            }
        ]

    def to_frame(self, lang: str = "id") -> DataFrame:
        """The row of `records` as a pandas DataFrame; needs the extra `frames`."""
        from sehatmenu.worksheets.frames import frame

        return frame(self.records(lang))

    def data(self, lang: str = "id") -> dict[str, object]:
        """Everything as plain data, for JSON."""
        (row,) = self.records(lang)
        return {**row, "status": "unfinished", "ended": self.status, "tried": list(self.tried), "solver": self.solver}

    def text(self, lang: str = "id") -> str:
        """What is known, in sentences."""
        from sehatmenu.reports.texts import unfinished_text

        return unfinished_text(self, lang)

    def to_html(self, path: str | Path, lang: str = "id") -> None:
        """Write what is known as one self-contained HTML page."""
        from sehatmenu.reports.pages import write_unfinished

        write_unfinished(self, path, lang)

    def _repr_html_(self) -> str:
        """What is known, for Jupyter."""
        from sehatmenu.reports.notebooks import unfinished_fragment

        return unfinished_fragment(self)

    def __repr__(self) -> str:
        """One line: which problem, why the search ended, what no menu can cost less than."""
        title = self.problem.title.in_language("en")
        return f"<Unfinished {title!r}: {self.status} after {self.seconds:.1f} s, bound {self.bound:g} IDR>"

    def __str__(self) -> str:
        return self.text()
