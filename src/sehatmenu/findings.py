"""Findings as data: a code, a verdict, places and raw numbers; sentences are rendered from the catalogues on demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sehatmenu.files import Place, Problem
from sehatmenu.messages import as_lines, render, word
from sehatmenu.plain_values import plain

if TYPE_CHECKING:
    from sehatmenu.worksheets.frames import DataFrame


UNFINISHED = ("rule-unfinished", "rule-part-of-day")
"""The codes of lower limits that were not judged, since the menu holds only a part of the week or day they speak of."""

OUT_OF_REACH = "rule-not-applicable"
"""The code of a rule that was not judged, since it speaks of more than was given."""


class Verdict(StrEnum):
    """What is said of a rule: it holds, it is broken, it cannot be judged yet, or it does not concern this thing."""

    pass_ = "pass"
    fail = "fail"
    unknown = "unknown"
    not_applicable = "not_applicable"


class Severity(StrEnum):
    """How binding a rule is: the law (`must`), a recommendation (`should`) or advice (`info`)."""

    must = "must"
    should = "should"
    info = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: in a file that could not be read, or of a rule held against a recipe or menu.

    `place` is where the rule or the mistake stands, `subject` what was judged, `source` the legal source with its
    article, `values` the raw numbers of the sentence, `causes` what made the figure unknown.
    """

    code: str
    verdict: Verdict
    severity: Severity = Severity.must
    place: Place | None = None
    subject: str = ""
    source: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    causes: tuple[str, ...] = ()

    def text(self, lang: str = "id") -> str:
        """The finding as a sentence in Indonesian (`id`) or English (`en`)."""
        return render(self.code, self.values, lang)

    def record(self, lang: str = "id") -> dict[str, Any]:
        """The finding as one row for a table or JSON; its numbers stay numbers, under `values`."""
        return {
            "code": self.code,
            "verdict": str(self.verdict),
            "severity": str(self.severity),
            "subject": self.subject,
            "text": self.text(lang),
            "source": self.source,
            "place": plain(self.place) or "",
            "causes": list(self.causes),
            "values": plain(self.values, lang),
        }


def problem(code: str, place: Place | None = None, **values: object) -> Finding:
    """A mistake in what a person wrote."""
    return Finding(code, Verdict.fail, place=place, values=values)


def from_problem(found: Problem) -> Finding:
    """A mistake that the YAML door noted."""
    return Finding(found.code, Verdict.fail, place=found.place, values=found.values)


def overall(verdicts: list[Verdict]) -> Verdict:
    """The verdict of many: one fail fails all, else one unknown leaves it open; nothing to judge is not applicable."""
    for verdict in (Verdict.fail, Verdict.unknown, Verdict.pass_):
        if verdict in verdicts:
            return verdict
    return Verdict.not_applicable


@dataclass(frozen=True, slots=True)
class Report:
    """Findings with one overall verdict, and the editions of law and food table they rest on."""

    findings: tuple[Finding, ...]
    title: str = ""
    editions: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The verdict over the binding (`must`) findings."""
        return overall([f.verdict for f in self.findings if f.severity is Severity.must])

    @property
    def advice(self) -> Verdict:
        """The verdict over the findings that do not bind."""
        return overall([f.verdict for f in self.findings if f.severity is not Severity.must])

    @property
    def lawful(self) -> bool:
        """Whether something was judged and it holds: the binding rules, or the advice where no binding rule was judged.

        Where nothing at all was judged nothing is known to hold.
        """
        return (self.advice if self.verdict is Verdict.not_applicable else self.verdict) is Verdict.pass_

    def unjudged(self, *codes: str) -> tuple[Finding, ...]:
        """The binding rules that were not judged for one of these reasons."""
        return tuple(f for f in self.findings if f.code in codes and f.severity is Severity.must)

    def headline(self, lang: str = "id") -> str:
        """The overall verdict in words, and what it leaves out."""
        return "; ".join([self._verdict_text(lang), *self.remarks(lang)])

    def remarks(self, lang: str = "id") -> list[str]:
        """What the overall verdict leaves out: advice that is not kept, and binding rules that were not judged."""
        said = []
        if self.advice is Verdict.fail and self.verdict is Verdict.pass_:
            said.append(render("report-advice-broken", {}, lang))
        if left := self.unjudged(*UNFINISHED):
            said.append(render("report-unfinished", {"count": len(left)}, lang))
        if left := self.unjudged(OUT_OF_REACH):
            reasons = list(dict.fromkeys(f.values["reason"] for f in left))
            said.append(render("report-out-of-reach", {"count": len(left), "reasons": reasons}, lang))
        return said

    def _verdict_text(self, lang: str) -> str:
        if self.verdict is not Verdict.not_applicable:
            return word(self.verdict, lang)
        return render(
            "report-nothing" if self.advice is Verdict.not_applicable else f"report-advice-{self.advice}", {}, lang
        )

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def of(self, verdict: Verdict) -> tuple[Finding, ...]:
        """The findings with one verdict."""
        return tuple(f for f in self.findings if f.verdict is verdict)

    def records(self, lang: str = "id") -> list[dict[str, Any]]:
        """One row per finding, for tables and JSON."""
        return [f.record(lang) for f in self.findings]

    def to_frame(self, lang: str = "id") -> DataFrame:
        """The findings as a pandas DataFrame; needs the extra `frames`."""
        from sehatmenu.worksheets.frames import frame

        return frame(self.records(lang))

    def sources(self) -> dict[str, int]:
        """The legal sources, numbered in the order in which they are first used."""
        used = dict.fromkeys(finding.source for finding in self.findings if finding.source)
        return {source: number for number, source in enumerate(used, 1)}

    def text(self, lang: str = "id") -> str:
        """All findings as lines of text, the overall verdict first, the legal sources numbered at the end."""
        lines = [f"{self.title}: {self.headline(lang)}" if self.title else self.headline(lang)]
        sources, one = self.sources(), len({finding.subject for finding in self.findings}) == 1
        lines += [_line(f, lang, sources, subject="" if one else f.subject) for f in self.findings]
        lines += [f"[{number}] {source}" for source, number in sources.items()]
        lines += [f"({edition})" for edition in self.editions]
        return as_lines(lines)

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(self.of(verdict))} {verdict}" for verdict in Verdict if self.of(verdict))
        return f"<Report {self.title!r}: {self.verdict} ({counts or 'no findings'})>"

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        """Each rule with its verdict, a bar against the limit and its article, for Jupyter."""
        from sehatmenu.reports.notebooks import report_html

        return report_html(self)


SIGNS = {Verdict.pass_: "✓", Verdict.fail: "✗", Verdict.unknown: "?", Verdict.not_applicable: "–"}


def _line(finding: Finding, lang: str, sources: Mapping[str, int], subject: str) -> str:
    place = f"{finding.place}: " if finding.place and not finding.source else ""
    about = f"{subject}: " if subject else ""
    source = f" [{sources[finding.source]}]" if finding.source else ""
    causes = f" ({word('because', lang)}: {'; '.join(finding.causes)})" if finding.causes else ""
    return f"{SIGNS[finding.verdict]} {place}{about}{finding.text(lang)}{causes}{source}"
