"""The benchmark suite: ``python -m tests.bench``, from the project's folder. What it does is told in suite.py."""

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "bench"), str(TESTS / "support"), str(TESTS.parent / "tools")]

from suite import main  # noqa: E402 after the path

main()
