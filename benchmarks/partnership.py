"""What a partnership's records cost: read and reported beside bare pandas, and a province from Parquet; prints JSON."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

SUPPLIERS, DAYS, DISHES = 20, 200, 5
PROVINCE = 2_000_000
RUNS = 3
FIGURE_BYTES = 8


def rows(n: int) -> dict[str, np.ndarray]:
    """Weighings of a seed: UMKM x days x dishes, repeated until there are n of them."""
    rng = np.random.default_rng(7)
    at = np.arange(n)
    supplier, day, dish = at % SUPPLIERS, at // SUPPLIERS % DAYS, at // (SUPPLIERS * DAYS) % DISHES
    first = np.datetime64(date(2026, 1, 5), "D")
    return {
        "Tanggal": first + day,
        "UMKM": np.char.add("umkm-", supplier.astype(str)),
        "Hidangan": np.char.add("hidangan-", dish.astype(str)),
        "Kelompok": np.where(at % 2, "sd-4-6", "sd-1-3"),
        "Berat": np.round(rng.normal(150, 5, n), 1),
        "Standar": np.full(n, 150.0),
    }


def ours(path: Path) -> None:
    """Read, portions against the standard by UMKM, dish and group, control charts, drift and margins."""
    from sehatmenu.partnership.quality import drifts, margins, portion_charts, portion_report, read_weighings

    weighings = read_weighings(path)
    portion_report(weighings).forms()
    drifts(portion_charts(weighings))
    margins(weighings, nutrients=("protein",))


def bare(path: Path) -> None:
    """What pandas needs for the bare aggregation: the same groups, mean, spread and share outside of 10 %."""
    import pandas as pd

    table = pd.read_csv(path, sep=";", parse_dates=["Tanggal"])
    table["share"] = table["Berat"] / table["Standar"]
    table["outside"] = (table["share"] - 1).abs() > 0.1
    table.groupby(["UMKM", "Hidangan", "Kelompok"]).agg({"share": ["count", "mean", "std"], "outside": "mean"})
    table.groupby(["UMKM", "Hidangan", "Tanggal"])["share"].mean()


def processor_seconds(run: Callable[[Path], None], path: Path) -> float:
    """The least processor time of several runs, the first of which also imports and is not counted."""
    run(path)
    taken = []
    for _ in range(RUNS):
        began = time.process_time()
        run(path)
        taken.append(time.process_time() - began)
    return min(taken)


def district(folder: Path) -> dict[str, object]:
    """A district of 20 UMKM x 200 days x 5 dishes from CSV."""
    import pandas as pd

    path = folder / "timbangan.csv"
    n = SUPPLIERS * DAYS * DISHES
    pd.DataFrame(rows(n)).to_csv(path, sep=";", index=False)
    mine, theirs = processor_seconds(ours, path), processor_seconds(bare, path)
    return {
        "rows": n,
        "processor_seconds": round(mine, 3),
        "pandas_processor_seconds": round(theirs, 3),
        "ratio": round(mine / theirs, 2),
    }


def province(folder: Path, n: int) -> dict[str, object]:
    """A province from Parquet, in a process of its own: its peak memory above what importing took, in columns of 8 bytes."""
    import polars as pl

    path = folder / "timbangan.parquet"
    pl.DataFrame({name: _plain(column) for name, column in rows(n).items()}).write_parquet(path)
    command = [sys.executable, __file__, "--province-of", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, object] = json.loads(done.stdout)
    return {"rows": n, **answer}


def province_of(path: str) -> dict[str, object]:
    """Read lazily by column, and report."""
    import polars as pl

    from sehatmenu.partnership.quality import portion_report, read_weighings

    portion_report(read_weighings(pl.DataFrame({name: _plain(column) for name, column in rows(100).items()}))).forms()
    before, began = _peak(), time.process_time()
    weighings = read_weighings(pl.scan_parquet(path))
    read = _peak()
    report = portion_report(weighings)
    columns = len(weighings.figures) + len(weighings.days) + len(weighings.labels)
    held = columns * len(weighings) * FIGURE_BYTES
    return {
        "processor_seconds": round(time.process_time() - began, 2),
        "groups": len(report.rows),
        "columns_mib": round(held / 2**20, 1),
        "peak_reading_mib": round((read - before) / 2**20, 1),
        "peak_in_all_mib": round((_peak() - before) / 2**20, 1),
        "peak_reading_in_columns": round((read - before) / (held / columns), 2),
        "columns": columns,
    }


def _plain(column: np.ndarray) -> object:
    """A column as polars takes it: texts as a list."""
    return column.tolist() if column.dtype.kind == "U" else column


def _peak() -> int:
    """The most memory that this process ever held, in bytes, as Linux counts it since the program began."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) * 1024


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=PROVINCE, help="rows of the province")
    parser.add_argument("--province-of", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.province_of:
        print(json.dumps(province_of(options.province_of)))
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        answer = {
            "python": sys.version.split()[0],
            "district": district(folder),
            "province": province(folder, options.rows),
        }
    print(json.dumps(answer, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
