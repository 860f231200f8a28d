"""Read the proven gap off a printed plan (per cent, Indonesian) and fail when it is above the limit."""

import re
import sys
from pathlib import Path

text = Path(sys.argv[1]).read_text(encoding="utf-8")
found = re.search(r"paling jauh ([0-9]+(?:,[0-9]+)?) %", text)
if found is None:
    sys.exit("no gap printed")
gap = float(found[1].replace(",", "."))
print(f"gap {gap} %, at most {sys.argv[2]} %")
sys.exit(gap > float(sys.argv[2]))
