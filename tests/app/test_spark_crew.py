"""What Spark's workers get of flightwatch loads on machines that have msgspec and PyArrow alone."""

import pickle
import sys
from pathlib import Path
from subprocess import run

from state_vectors import AIRPORTS, watched

PROGRAM = """\
import sys
before = {*sys.modules}
import flightwatch.app.spark_crew
import pickle
pickle.load(sys.stdin.buffer)
print(*sorted({name.partition(".")[0] for name in {*sys.modules} - before}))
"""


def test_what_workers_load() -> None:
    """PyArrow comes with the first table; typing_extensions msgspec takes where it is."""
    sent = pickle.dumps((watched("FNJ", aircraft=["15521f"]), AIRPORTS))
    done = run([sys.executable, "-c", PROGRAM], input=sent, capture_output=True, check=True, cwd=Path(__file__).parent)
    loaded = {name.lstrip("_") for name in done.stdout.decode().split()}
    known = {name.lstrip("_") for name in sys.stdlib_module_names} | {"flightwatch", "typing_extensions"}
    assert loaded - known == {"msgspec"}
