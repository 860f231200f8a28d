"""How many mentions of counted ingredient names lead to a food, and what finding a hundred thousand names costs.

`python benchmarks/names.py COUNTS.csv`: the file has the columns `name` and `mentions`; no such file is part of the repository.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections import Counter
from pathlib import Path

from sehatmenu.food.composition import FoodTable, load_foods


def coverage(foods: FoodTable, counts: dict[str, int]) -> dict[str, object]:
    """Shares of mentions by how the name is read, and the commonest names that are no food of the table."""
    how: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    for name, mentions in counts.items():
        naming = foods.naming(name)
        if foods.find(name) is None:
            missing[name] += mentions
        else:
            how[naming.how if naming else "listed"] += mentions
    total = sum(counts.values())
    shares = {key: round(value / total, 4) for key, value in how.most_common()}
    return {
        "mentions": total,
        "found": round(sum(how.values()) / total, 4),
        **shares,
        "missing": missing.most_common(20),
    }


def cost(foods: FoodTable, names: list[str], times: int = 100_000) -> float:
    """Seconds of processor time for finding so many names."""
    started = time.process_time()
    for number in range(times):
        foods.find(names[number % len(names)])
    return time.process_time() - started


def main() -> None:
    """Print the measurements as JSON."""
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as stream:
        counts = {row["name"]: int(row["mentions"]) for row in csv.DictReader(stream)}
    foods = load_foods()
    print(json.dumps({**coverage(foods, counts), "seconds_per_100000": round(cost(foods, list(counts)), 3)}, indent=1))


if __name__ == "__main__":
    main()
