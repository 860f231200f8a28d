"""The exceptions: SehatmenuError > LoadError (every problem of the files), UnitError (an amount), SolverError."""

from __future__ import annotations

from functools import partial

from sehatmenu.allowances import MAX_FINDINGS
from sehatmenu.findings import Report, problem
from sehatmenu.messages import as_lines, render


class SehatmenuError(Exception):
    """Anything that sehatmenu itself refuses."""


class LoadError(SehatmenuError):
    """A file that cannot be used; `report` lists every problem with its place."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report

    def text(self, lang: str = "id") -> str:
        """The problems as lines `file:line:column: what is wrong and what to write instead`: the first hundred, then how many
        there are besides.
        """
        lines = [f"{f.place}: {f.text(lang)}" if f.place else f.text(lang) for f in self.report.findings[:MAX_FINDINGS]]
        besides = len(self.report) - len(lines)
        return as_lines([*lines, *([render("more-findings", {"count": besides}, lang)] if besides else [])])

    def __str__(self) -> str:
        return self.text()


class UnitError(SehatmenuError, ValueError):
    """An amount that cannot be read safely; `code` and `values` say why."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    def __reduce__(self) -> tuple[object, ...]:
        return partial(UnitError, self.code, **self.values), ()

    def text(self, lang: str = "id") -> str:
        """Why the amount is refused and what to write instead."""
        return render(self.code, self.values, lang)

    def __str__(self) -> str:
        return self.text()


class SolverError(SehatmenuError):
    """The solver itself failed: not installed, unknown, or it ended in an error."""


def refusal(code: str, **values: object) -> LoadError:
    """A LoadError with a single problem that has no place in a file."""
    return LoadError(Report((problem(code, None, **values),)))
