"""Writes docs/rule-kinds.md and docs/finding-codes.md from the code: `python docs/references.py`."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any, get_args

from sehatmenu.messages import catalogue
from sehatmenu.standards.limits import Limit, RuleBase
from sehatmenu.standards.rules import AttestRule, ForbidRule, Rule, SpacingRule

DOCS = Path(__file__).resolve().parent
NOTE = "Written from the code by `python docs/references.py`; do not edit."


TIMELESS = (SpacingRule, ForbidRule, AttestRule)
"""Kinds that have no minimum in a week."""


def kinds() -> list[type[RuleBase]]:
    """Every kind of rule, in the order of the code."""
    return list(get_args(get_args(Rule)[0]))


def _fields(model: Any, without: Any = None) -> str:
    skipped = set(without.model_fields) | {"kind"} if without else {"kind"}
    names = [
        f"`{field.alias or name}`" + (" (required)" if field.is_required() else "")
        for name, field in model.model_fields.items()
        if name not in skipped
    ]
    return ", ".join(names) or "none"


def rule_kinds() -> str:
    """The reference page of the kinds of rule."""
    parts = [
        f"# Kinds of rule\n\n{NOTE}\n",
        f"Every rule has the fields {_fields(RuleBase)}.",
        f"Every entry of `limits` has the fields {_fields(Limit)}. The newest entry whose `from` is not after the date",
        "asked for holds, for each group.\n",
        "What a minimum asks of a week that holidays shorten is said by `short_week` (`docs/short-weeks.md`).\n",
    ]
    for kind in kinds():
        name = get_args(kind.model_fields["kind"].annotation)[0]
        own = f"Fields of its own: {_fields(kind, RuleBase)}."
        week = "" if kind in TIMELESS else f" In a short week a minimum is asked: `{kind.short_weeks}`, unless stated."
        parts.append(f"## `{name}`\n\n{inspect.getdoc(kind)}\n\n{own}{week}\n")
    return "\n".join(parts)


def finding_codes() -> str:
    """The reference page of the finding codes, with their sentences in both languages."""
    rows = [f"# Finding codes\n\n{NOTE}\n", "| code | English | Indonesia |", "|---|---|---|"]
    for code in sorted(c for c in catalogue("en") if not c.startswith("word-")):
        sentences = [" ".join(catalogue(lang)[code].split()).replace("|", "\\|") for lang in ("en", "id")]
        rows.append(f"| `{code}` | {sentences[0]} | {sentences[1]} |")
    return "\n".join(rows) + "\n"


PAGES = {"rule-kinds.md": rule_kinds, "finding-codes.md": finding_codes}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
