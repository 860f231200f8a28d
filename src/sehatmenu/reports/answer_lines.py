"""Answers to many problems in one line each: what the plan costs and how near that is proven, the clash, or the failure."""

from __future__ import annotations

from sehatmenu.messages import render, visible
from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.many import Answer, Failed
from sehatmenu.planning.plans import Plan
from sehatmenu.planning.unfinished import Unfinished
from sehatmenu.reports.texts import proof_text


def answer_line(name: str, answer: Answer, lang: str = "id") -> str:
    """One answer under the name of its problem; the mistakes of a file that cannot be used follow, one line each."""
    return answer.text(lang) if isinstance(answer, Failed) else visible(f"{name}: {_short(answer, lang)}")


def _short(answer: Plan | Conflict | Unfinished, lang: str) -> str:
    match answer:
        case Plan():
            return " ".join([proof_text(answer, lang), *answer.report.remarks(lang)])
        case Unfinished():
            return answer.sentences(lang)[0]
        case Conflict():
            clash = "; ".join(finding.text(lang) for finding in answer.rules)
            return f"{render('conflict-found' if clash else answer.heading, {}, lang)} {clash}"
