"""Holds that a page is one self-contained file: it says it is HTML and loads nothing from anywhere."""

from __future__ import annotations

import re
import sys
from pathlib import Path

LOADS = re.compile(
    r"""<(?:script|img|link|iframe|source)\b[^>]*(?:src|href)\s*=\s*["'](?!data:)  # an element that fetches
    | @import | url\((?!["']?(?:data:|\#))  # a style sheet that fetches""",
    re.IGNORECASE | re.VERBOSE,
)


def main(path: str) -> int:
    """1 when the page is not HTML or refers to another file."""
    page = Path(path).read_text(encoding="utf-8")
    found = LOADS.findall(page)
    print(f"{path}: {len(page)} characters, {len(found)} outside references")
    return int(bool(found) or not page.lstrip().lower().startswith("<!doctype html>"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
