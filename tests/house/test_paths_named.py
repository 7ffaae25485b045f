"""Files of the project that pages and sources name by their paths are there. Names in backticks are test_references.py's."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").rglob("*.md"),
    *(ROOT / "tests").rglob("*.md"),
    *(ROOT / "flightwatch").rglob("*.md"),
]
SOURCES = [file for folder in ("flightwatch", "tests", "tools") for file in (ROOT / folder).rglob("*.py")]
NAMED = [*PAGES, *SOURCES, ROOT / "pyproject.toml", ROOT / ".ci" / "run"]

_PATH = re.compile(r"(?<![\w./~$-])(?:flightwatch|tests|tools|docs)/[\w./-]*\w\.(?:py|md|toml|table|txt|svg)\b")
_FILE = re.compile(r"`((?:\w+/)*\w+\.py)`")


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def test_what_is_looked_for() -> None:
    text = "see tests/a/test_b.py, `docs/x.md` and (tools/c.py); not ~/flightwatch/d.py or .config/flightwatch/e.py"
    assert _PATH.findall(text) == ["tests/a/test_b.py", "docs/x.md", "tools/c.py"]


def test_every_path_that_is_named_is_there() -> None:
    named = {name_of(file): _PATH.findall(file.read_text(encoding="utf-8")) for file in NAMED if file != Path(__file__)}
    missing = {name: [path for path in paths if not (ROOT / path).exists()] for name, paths in named.items()}
    assert {name: paths for name, paths in missing.items() if paths} == {}


def test_every_file_that_is_named_is_somewhere() -> None:
    """``scoring.py`` and ``tracking/belief.py`` are in one of the folders."""
    there = [f"/{name_of(file)}" for file in SOURCES]
    named = {name_of(file): {*_FILE.findall(file.read_text(encoding="utf-8"))} for file in NAMED}
    missing = {n: {f for f in files if not any(t.endswith(f"/{f}") for t in there)} for n, files in named.items()}
    assert {name: files for name, files in missing.items() if files} == {}
