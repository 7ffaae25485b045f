"""What docstrings and comments refer to as `module.name` is there. Files that are named are test_paths_named.py's."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import flightwatch

PACKAGE = Path(flightwatch.__file__).parent
REPOSITORY = Path(__file__).parents[2]
FILES = [*sorted(PACKAGE.rglob("*.py")), *sorted((REPOSITORY / "tools").glob("*.py"))]
NAME = re.compile(r"(?<!`)`([A-Za-z_]\w*(?:\.\w+)+)`(?!`)")


@cache
def modules() -> dict[str, ModuleType]:
    """Import all of the package, but for what runs when it is imported; by dotted names."""
    files = (file.relative_to(PACKAGE.parent).with_suffix("") for file in FILES if PACKAGE in file.parents)
    names = {".".join(file.parts).removesuffix(".__init__") for file in files if file.name != "__main__"}
    return {name: import_module(name) for name in sorted(names)}


def meant(parts: list[str]) -> Iterator[tuple[object, list[str]]]:
    """Give what a dotted name may begin with, a module of ours, a class in one or a library, each with the rest of the name."""
    for name, module in modules().items():
        for count in range(1, len(parts) + 1):
            if name.split(".")[-count:] == parts[:count]:
                yield module, parts[count:]
        if isinstance(begin := getattr(module, parts[0], None), type):
            yield begin, parts[1:]
    try:
        yield import_module(parts[0]), parts[1:]
    except ImportError:
        return


def is_there(name: str) -> bool:
    """Tell whether any of what a dotted name may begin with has the rest of it."""
    for begin, rest in meant(name.split(".")):
        found: object = begin
        for part in rest:
            found = getattr(found, part, None)
        if found is not None:
            return True
    return False


def test_the_names_are_there() -> None:
    names = {(file.name, name) for file in FILES for name in NAME.findall(file.read_text("utf-8"))}
    assert len(names) > 20
    assert sorted(each for each in names if not is_there(each[1])) == []


@pytest.mark.parametrize("name", ["visits.Moment.is_known", "Moment.is_known", "core.geo", "threading.Event"])
def test_what_is_there_is_found(name: str) -> None:
    assert is_there(name)


@pytest.mark.parametrize("name", ["visits.Moment.is_sure", "Moment.is_sure", "core.gap", "nothing.at_all"])
def test_what_is_not_there_is_missed(name: str) -> None:
    assert not is_there(name)
