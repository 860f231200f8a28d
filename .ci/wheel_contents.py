"""Holds that a wheel contains every standard, table, catalogue and module of the checkout, and no tests or examples."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

KINDS = {".py", ".yaml", ".csv", ".html", ".css", ".j2"}


def wanted(root: Path) -> set[str]:
    """The paths that the wheel must hold, as they are named inside it."""
    source, standards = root / "src", root / "standards"
    inside = [path for path in source.rglob("*") if path.suffix in KINDS or path.name == "py.typed"]
    package = {path.relative_to(source).as_posix() for path in inside}
    laws = {path.relative_to(standards).as_posix() for path in standards.rglob("*.yaml")}
    return package | {f"sehatmenu/data/standards/{law}" for law in laws}


def main(root: str, wheel: str) -> int:
    """Compare a wheel with its checkout; 1 when something is missing or does not belong there."""
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    missing = sorted(wanted(Path(root)) - held)
    strange = sorted(name for name in held if not name.startswith(("sehatmenu/", "sehatmenu-")))
    licensed = any(name.endswith("licenses/LICENSE") for name in held)
    print(f"{Path(wheel).name}: {len(held)} files, {sum('/data/standards/' in name for name in held)} standards")
    for name in missing:
        print(f"missing: {name}")
    for name in strange:
        print(f"does not belong: {name}")
    if not licensed:
        print("missing: LICENSE")
    return int(bool(missing or strange or not licensed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
