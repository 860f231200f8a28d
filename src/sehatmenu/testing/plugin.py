"""The pytest plugin: collects the YAML files of standards, one item for each law and each case; otherwise idle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sehatmenu.allowances import MAX_YAML_BYTES

if TYPE_CHECKING:
    from sehatmenu.findings import Finding
    from sehatmenu.standards.standards import Standard
    from sehatmenu.testing.laws import Trial

_STANDARD = re.compile(r"^(?:rules|extends):", re.MULTILINE)
_ID = re.compile(r"^id:", re.MULTILINE)
_OTHER = re.compile(r"^(?:standard:|kind: *reference|institutions:|ingredients:|suppliers:)", re.MULTILINE)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--sehatmenu-laws=quick|full`: each rule once, or every group and every date of change."""
    group = parser.getgroup("sehatmenu", "standards of sehatmenu")
    group.addoption("--sehatmenu-laws", choices=("quick", "full"), default="quick", help="how thoroughly laws are held")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> StandardFileItems | None:
    """A YAML file that looks like a standard, however broken it is."""
    if file_path.suffix not in (".yaml", ".yml") or not looks_like_standard(file_path):
        return None
    return StandardFileItems.from_parent(parent, path=file_path)


def looks_like_standard(path: Path) -> bool:
    """Whether a file has an id, and rules of its own or inherited ones, and is no recipe, problem or reference."""
    if path.stat().st_size > MAX_YAML_BYTES:
        return False
    text = path.read_text(encoding="utf-8", errors="replace")
    return bool(_ID.search(text) and _STANDARD.search(text)) and not _OTHER.search(text)


class StandardFileItems(pytest.File):
    """One file of a standard."""

    def collect(self) -> Iterator[pytest.Item]:
        """Whether it loads, then every law and case; only the first where it does not load."""
        from sehatmenu.errors import LoadError
        from sehatmenu.standards.standards import load_standard
        from sehatmenu.testing.laws import trials

        standard: Standard | None = None
        problems: tuple[Finding, ...] = ()
        try:
            standard = load_standard(self.path.resolve())
        except LoadError as error:
            problems = error.report.findings
        yield LoadItem.from_parent(self, name="loads", problems=problems)
        full = self.config.getoption("--sehatmenu-laws") == "full"
        seen: dict[str, int] = {}
        for trial in trials(standard, full) if standard is not None else ():
            count = seen[trial.name] = seen.get(trial.name, 0) + 1
            yield LawItem.from_parent(self, name=trial.name if count == 1 else f"{trial.name} ({count})", trial=trial)


class LawError(Exception):
    """A law that is not kept, or a case that comes out otherwise."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        super().__init__()
        self.findings = tuple(findings)


class FindingItem(pytest.Item):
    """An item that fails with findings."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The place in the YAML, its line, and what was expected and found, instead of a traceback."""
        if not isinstance(excinfo.value, LawError):
            return super().repr_failure(excinfo)
        return "\n".join(line for finding in excinfo.value.findings for line in _told(finding))

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, self.name


class LoadItem(FindingItem):
    """The file loads."""

    def __init__(self, *, problems: tuple[Finding, ...], **more: Any) -> None:
        super().__init__(**more)
        self.problems = problems

    def runtest(self) -> None:
        if self.problems:
            raise LawError(self.problems)


class LawItem(FindingItem):
    """One law for one rule or group, or one case."""

    def __init__(self, *, trial: Trial, **more: Any) -> None:
        super().__init__(**more)
        self.trial = trial

    def runtest(self) -> None:
        if found := self.trial.run():
            raise LawError(found)


def _told(finding: Finding) -> Iterator[str]:
    place = finding.place
    yield f"{place}: {finding.text('en')}" if place else finding.text("en")
    if place and Path(place.file).is_file():
        line = Path(place.file).read_text(encoding="utf-8").splitlines()[place.line - 1]
        yield f"    {place.line} | {line.strip()[:160]}"
    for name in ("expected", "got", "menu"):
        if name in finding.values:
            yield f"    {name:<8} {finding.values[name]}"
