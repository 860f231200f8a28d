"""How cooks' ingredient lines are read: shares of mentions with a food, a weight, a bound; recipes that load; speed.

`python benchmarks/lines.py RECIPES.csv...`: files with a column `Ingredients` (lines joined by `--`) and, to drop
doubles, `URL`; no such file is part of the repository. `--sample 400 --seed 1` prints accepted lines with their reading,
to be read by eye.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from sehatmenu.errors import LoadError, UnitError
from sehatmenu.files import parse_yaml
from sehatmenu.food.composition import FoodTable, load_foods
from sehatmenu.food.food_choices import one_of
from sehatmenu.food.line_weights import weigh_openly
from sehatmenu.food.lines.reader import read_line
from sehatmenu.food.lines.readings import LineReading
from sehatmenu.food.measures import Scales, measures
from sehatmenu.food.recipes import recipe_from

FEWEST_LINES = 3
HEAD = "name: uji\ncourse: hewani\nservings: 4\nbasis: gross\nmethod: rebus\ningredients:\n"


def recipes(paths: Sequence[str]) -> Iterator[list[str]]:
    """The lines of each recipe; doubles by address and recipes without lines are left out."""
    csv.field_size_limit(sys.maxsize)
    seen: set[str] = set()
    for path in paths:
        with Path(path).open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                address = row.get("URL") or ""
                lines = [line.strip() for line in (row["Ingredients"] or "").split("--") if line.strip()]
                if len(lines) < FEWEST_LINES or set(lines) == {"nan"} or (address and address in seen):
                    continue
                seen.add(address)
                yield lines


def read(line: str, foods: FoodTable) -> LineReading | None:
    """A line as it is read, or None when it is refused."""
    try:
        return read_line(line, foods)
    except UnitError:
        return None


def outcome(reading: LineReading | None, scales: Scales) -> str:
    """`weight` when every food of a line has one, `bound` when at least a most, else `open`, `aside` or `refused`."""
    if reading is None:
        return "refused"
    if reading.outcome != "foods":
        return "aside"
    weights = [weigh_openly(scales, m.amount, one_of((m.food, *m.others)), m.called).weight for m in reading.mentions]
    if not all(math.isfinite(weight.grams.high) for weight in weights):
        return "open"
    return "bound" if any(weight.source == "bound" for weight in weights) else "weight"


def loads(lines: Sequence[str], foods: FoodTable) -> bool:
    """Whether a whole recipe of these lines loads."""
    text = HEAD + "".join(f"  - {json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    try:
        recipe_from(parse_yaml(text, "uji.yaml"), foods)
    except LoadError:
        return False
    return True


def cost(lines: Sequence[str], foods: FoodTable) -> float:
    """Seconds of processor time for reading 100,000 of the lines, each anew."""
    started = time.process_time()
    for line in lines:
        read(line, foods)
    return (time.process_time() - started) / len(lines) * 100_000


def measured(paths: Sequence[str], whole: int) -> dict[str, object]:
    """The measures of all mentions, and of `whole` whole recipes taken evenly."""
    foods, scales = load_foods(), Scales(measures(), others=True)
    found = list(recipes(paths))
    counts = Counter(line for lines in found for line in lines)
    seconds = cost(list(counts), foods)
    readings = {line: read(line, foods) for line in counts}
    outcomes: Counter[str] = Counter()
    unlisted = 0
    for line, mentions in counts.items():
        reading = readings[line]
        outcomes[outcome(reading, scales)] += mentions
        unlisted += mentions * any(not m.food.listed for m in (reading.mentions if reading else ()))
    total = sum(counts.values())
    some = found[:: max(1, len(found) // whole)]
    return {
        "recipes": len(found),
        "lines": total,
        "distinct": len(counts),
        "read_with_a_food_or_aside": round(1 - outcomes["refused"] / total, 4),
        "with_a_food_that_no_table_lists": round(unlisted / total, 4),
        "weight": round(outcomes["weight"] / total, 4),
        "finite_upper_bound": round((outcomes["weight"] + outcomes["bound"]) / total, 4),
        "open": round(outcomes["open"] / total, 4),
        "aside": round(outcomes["aside"] / total, 4),
        "whole_recipes_tried": len(some),
        "whole_recipes_that_load": round(sum(loads(lines, foods) for lines in some) / len(some), 4),
        "cpu_seconds_per_100000_distinct_lines": round(seconds, 2),
    }


def sample(paths: Sequence[str], size: int, seed: int) -> Iterator[str]:
    """Accepted lines drawn by mention, each with its reading."""
    foods = load_foods()
    lines = [line for lines in recipes(paths) for line in lines]
    drawn = 0
    for line in random.Random(seed).sample(lines, len(lines)):
        reading = read(line, foods)
        if reading is None:
            continue
        said = [
            f"{m.called} = {m.food.name.id}{''.join(f' | {other.name.id}' for other in m.others)}: {m.amount}"
            f"{' [' + m.remark + ']' if m.remark else ''}"
            for m in reading.mentions
        ]
        yield f"{line}  =>  {'; '.join(said) or f'{reading.outcome} {reading.title}'}"
        drawn += 1
        if drawn == size:
            return


def main() -> None:
    """Print the measures as JSON, or a sample to be read by eye."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", metavar="RECIPES.csv")
    parser.add_argument("--recipes", type=int, default=500, metavar="N", help="whole recipes to load (default: 500)")
    parser.add_argument("--sample", type=int, metavar="N", help="print so many accepted lines with their reading")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.sample:
        print("\n".join(sample(options.paths, options.sample, options.seed)))
    else:
        print(json.dumps(measured(options.paths, options.recipes), indent=1))


if __name__ == "__main__":
    main()
