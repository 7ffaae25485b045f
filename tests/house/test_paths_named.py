"""What the pages and docstrings name is there: files of the project by their paths, and names of modules in single backticks."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from test_rooms import PACKAGE, modules

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.md"), *PACKAGE.rglob("*.md")]
SOURCES = [file for folder in ("flightwatch", "tests", "tools") for file in (ROOT / folder).rglob("*.py")]
NAMED = [*PAGES, *SOURCES, ROOT / "pyproject.toml", ROOT / ".ci" / "run"]

_PATH = re.compile(r"(?<![\w./~$-])(?:flightwatch|tests|tools|docs)/[\w./-]*\w\.(?:py|md|toml|table|txt|svg)\b")
_FILE = re.compile(r"`(\w+\.py)`")
_REFERENCE = re.compile(r"(?<!`)`(\w+)\.(\w+)(?:\.\w+)?`(?!`)")


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def test_what_is_looked_for() -> None:
    text = "see tests/a/test_b.py, `docs/x.md` and (tools/c.py); not ~/flightwatch/d.py or .config/flightwatch/e.py"
    assert _PATH.findall(text) == ["tests/a/test_b.py", "docs/x.md", "tools/c.py"]
    assert _REFERENCE.findall("`history.known`, `Path.mkdir`, ``json.x``, `a`") == [
        ("history", "known"),
        ("Path", "mkdir"),
    ]


def test_every_path_that_is_named_is_there() -> None:
    named = {name_of(file): _PATH.findall(file.read_text(encoding="utf-8")) for file in NAMED if file != Path(__file__)}
    missing = {name: [path for path in paths if not (ROOT / path).exists()] for name, paths in named.items()}
    assert {name: paths for name, paths in missing.items() if paths} == {}


def test_every_file_that_is_named_is_somewhere() -> None:
    """``scoring.py`` is in one of the folders."""
    there = {file.name for file in SOURCES}
    named = {name_of(file): {*_FILE.findall(file.read_text(encoding="utf-8"))} - there for file in NAMED}
    assert {name: files for name, files in named.items() if files} == {}


def docstrings(file: Path) -> Iterator[str]:
    """Give all strings that stand alone, which is what docstrings do."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


def test_every_name_of_a_module_is_there() -> None:
    """``history.known`` is in a module called history; what begins with a capital is a name of a class, and not looked for."""
    ours: dict[str, list[ModuleType]] = {}
    for module in modules(PACKAGE):
        if not module.endswith("__main__"):
            ours.setdefault(module.rpartition(".")[2], []).append(import_module(module))

    def is_there(stem: str, name: str) -> bool:
        if stem not in ours:
            return stem.lstrip("_")[0].isupper() or find_spec(stem) is not None  # a class, or another library's
        return any(hasattr(module, name) for module in ours[stem])

    named = {name_of(file): _REFERENCE.findall("\n".join(docstrings(file))) for file in PACKAGE.rglob("*.py")}
    missing = {file: [".".join(each) for each in names if not is_there(*each)] for file, names in named.items()}
    assert {file: names for file, names in missing.items() if names} == {}
