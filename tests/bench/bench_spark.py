"""A scan by Spark on two cores of this machine, beside the same scan by DuckDB: what a cluster costs where there is none.

The archive is two hours of that of bench_scan.py. A good part of the time is Java's and the workers' start.
"""

import os
from importlib.util import find_spec
from pathlib import Path
from random import Random
from shutil import which
from tempfile import TemporaryDirectory

from bench_scan import AIRFRAMES, FEW, FEW_HOURS, FEW_STEP_S, STEP_S, TAILS, Bench
from made_archive import icao24s, make
from measuring import Measured, by_turns

HOURS, ROUNDS = 2, 2
SPARK = ("--engine", "spark", "--master", "local[2]")


def measure(*, quick: bool) -> list[Measured]:
    """One row; none without the extra ``spark`` or without Java."""
    if find_spec("pyspark") is None or not (which("java") or os.environ.get("JAVA_HOME")):
        return []
    airframes, hours, step_s = (FEW, FEW_HOURS, FEW_STEP_S) if quick else (AIRFRAMES, HOURS, STEP_S)
    with TemporaryDirectory() as name:
        bench, archive = Bench(Path(name)), Path(name) / "archive"
        rows, tails = make(archive, airframes, hours, step_s), min(TAILS, airframes)
        bench.listing("few", Random(2).sample(icao24s(airframes), tails))
        by_spark = bench.ours(archive, "few", more=SPARK)
        works = {
            "Spark": lambda: by_spark()._replace(cpu_s=None),  # Java outlives the command, and is not counted
            "the same by DuckDB": bench.ours(archive, "few"),
        }
        sides = by_turns(works, 1 if quick else ROUNDS)
    what = f"scan {rows:,} rows for {tails} tails by Spark on `local[2]`"
    return [Measured(what, sides["Spark"], sides["the same by DuckDB"], rows, "rows")]
