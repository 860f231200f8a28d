"""What importing sehatmenu costs, as a ratio to importing pydantic, pint and pulp together; prints JSON."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

RUNS = 9
LIMIT = 2.0
"""`import sehatmenu` is to cost less than this many times the yardstick."""

STATEMENTS = {
    "nothing": "pass",
    "pydantic, pint and pulp": "import pydantic, pint, pulp",
    "import sehatmenu": "import sehatmenu",
    "from sehatmenu import * (every public name)": "from sehatmenu import *",
}


def seconds(statement: str) -> float:
    """How long a statement takes in a fresh interpreter, as that interpreter measures it."""
    program = f"import time; began = time.perf_counter()\n{statement}\nprint(time.perf_counter() - began)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> int:
    """Measure all statements in turn, several times over, so that a busy moment hits them alike."""
    rounds = [{name: seconds(statement) for name, statement in STATEMENTS.items()} for _ in range(RUNS)]
    median = {name: statistics.median(taken[name] for taken in rounds) for name in STATEMENTS}
    yardstick = median["pydantic, pint and pulp"]
    ratio = median["import sehatmenu"] / yardstick
    answer = {
        "python": sys.version.split()[0],
        "runs": RUNS,
        "median_seconds": {name: round(value, 5) for name, value in median.items()},
        "ratio": round(ratio, 4),
        "ratio_every_public_name": round(median["from sehatmenu import * (every public name)"] / yardstick, 4),
        "limit": LIMIT,
        "holds": ratio < LIMIT,
    }
    print(json.dumps(answer, indent=2))
    return 0 if ratio < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
