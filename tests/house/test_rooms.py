"""The house is built upwards: no room imports one that imports it, however far round. Run as a program it draws it.

A room is a folder of the package, or a module beside the folders. Who imports nobody is on the ground floor, everybody else
one floor above the highest that it imports. An arrow that runs up can so only be part of a knot of rooms. Who may import whom
is a table in docs/architecture.md.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from pathlib import Path

import flightwatch

PACKAGE = Path(flightwatch.__file__).parent
PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"
HEAD = "| room | may import |\n|---|---|\n"

MOST_ROOMS = 24
MOST_FLOORS = 12
"""How large the house may become before somebody has to think: a reader still keeps so much in mind."""

Arrows = Mapping[str, Set[str]]
"""Whom each room imports."""


def modules(package: Path) -> dict[str, Path]:
    """Find the files of a package by their dotted names."""
    named = {".".join(file.relative_to(package.parent).with_suffix("").parts): file for file in package.rglob("*.py")}
    return {name.removesuffix(".__init__"): file for name, file in named.items()}


def imported(file: Path, known: Set[str]) -> Iterator[str]:
    """Find the modules that a file imports: at its head, in a function, or for its types alone."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and (origin := node.module) in known and origin:
            names = (f"{origin}.{alias.name}" for alias in node.names)
            yield from (name if name in known else origin for name in names)


def room(module: str) -> str:
    """Name the room that a module is in: the part after the package's name; what the package itself holds is its door."""
    return module.split(".")[1] if "." in module else "door"


def arrows_between(package: Path) -> dict[str, set[str]]:
    """Find whom each room imports."""
    files = modules(package)
    found: dict[str, set[str]] = {room(module): set() for module in files}
    for module, file in files.items():
        found[room(module)] |= {room(other) for other in imported(file, files.keys())} - {room(module)}
    return found


def reached(start: str, arrows: Arrows) -> set[str]:
    """Find all rooms that one imports, however far away."""
    seen: set[str] = set()
    waiting = [*arrows[start]]
    while waiting:
        if (name := waiting.pop()) not in seen:
            seen.add(name)
            waiting += arrows[name]
    return seen


def knots(arrows: Arrows) -> list[set[str]]:
    """Find the rooms of which each reaches all others."""
    below = {name: reached(name, arrows) for name in arrows}
    tied = {frozenset(other for other in below[name] if name in below[other]) for name in arrows if name in below[name]}
    return sorted(map(set, tied), key=sorted)


def floors(arrows: Arrows) -> list[list[str]]:
    """Sort the rooms by floors, from the ground; a knot shares one, above all that any of it imports."""
    tied = {name: frozenset(knot) for knot in knots(arrows) for name in knot}
    level: dict[str, int] = {}

    def floor(name: str) -> int:
        group = tied.get(name, frozenset({name}))
        if name not in level:
            below = {other for each in group for other in arrows[each]} - group
            level.update(dict.fromkeys(group, 1 + max(map(floor, below), default=-1)))
        return level[name]

    found = defaultdict(list)
    for name in sorted(arrows):
        found[floor(name)].append(name)
    return [found[number] for number in range(len(found))]


def allowed(page: str) -> dict[str, set[str]]:
    """Read the page's table of who may import whom."""
    rows = page.partition(HEAD)[2].partition("\n\n")[0].splitlines()
    named = [[re.findall(r"`(\w+)`", cell) for cell in row.strip("|").split("|")] for row in rows]
    return {name: set(others) for [name], others in named}


def table(arrows: Arrows) -> str:
    """Write that table as the code has it, from the top floor down."""
    rooms = [name for floor in reversed(floors(arrows)) for name in floor]
    told = {name: " ".join(f"`{other}`" for other in sorted(arrows[name])) or "nobody" for name in rooms}
    return HEAD + "".join(f"| `{name}` | {others} |\n" for name, others in told.items())


def test_no_room_imports_one_that_imports_it() -> None:
    assert knots(arrows_between(PACKAGE)) == []


def test_the_house_is_small() -> None:
    arrows = arrows_between(PACKAGE)
    assert len(arrows) <= MOST_ROOMS
    assert len(floors(arrows)) <= MOST_FLOORS


def test_who_may_import_whom() -> None:
    """As the page has it, no more and no less."""
    found, page = arrows_between(PACKAGE), allowed(PAGE.read_text(encoding="utf-8"))
    assert found.keys() == page.keys()
    assert {name: others - page[name] for name, others in found.items() if others - page[name]} == {}, "not allowed"
    assert {name: page[name] - others for name, others in found.items() if page[name] - others} == {}, "not there"


def test_how_the_table_is_read() -> None:
    """What is written is read; other tables are not."""
    arrows = {"hall": {"cellar", "ground"}, "ground": {"cellar"}, "cellar": set[str]()}
    page = f"# House\n\n| room | is |\n|---|---|\n| `loft` | `x` |\n\n{table(arrows)}\n| `roof` | `hall` |\n"
    assert allowed(page) == arrows
    assert table(arrows).splitlines()[2:] == [
        "| `hall` | `cellar` `ground` |",
        "| `ground` | `cellar` |",
        "| `cellar` | nobody |",
    ]


def test_the_walk_finds_what_there_is(tmp_path: Path) -> None:
    """Arrows of every kind, a knot that is tied by an import in a function, and who stands on it."""
    texts = {
        "__init__": "",
        "ground": "import os",
        "hall/__init__": "",
        "hall/door": "from house.hall import key\nfrom house import ground",
        "hall/key": "def turn():\n    import house.loft",
        "loft": "from house.hall.door import bell",
        "roof": "from house import loft, __doc__",
    }
    for name, text in texts.items():
        file = tmp_path / "house" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    arrows = arrows_between(tmp_path / "house")
    assert arrows == {
        "door": set(),
        "ground": set(),
        "hall": {"ground", "loft"},
        "loft": {"hall"},
        "roof": {"door", "loft"},
    }
    assert knots(arrows) == [{"hall", "loft"}]
    assert floors(arrows) == [["door", "ground"], ["hall", "loft"], ["roof"]]


def main() -> None:
    """Print the house from the top floor down, the arrows that run up, and the page's table as the code has it."""
    arrows = arrows_between(PACKAGE)
    storeys = floors(arrows)
    for number, rooms in reversed([*enumerate(storeys)]):
        print(f"{number:3}  {' '.join(rooms)}")
    print(f"{len(arrows)} rooms, {len(storeys)} floors, {sum(map(len, arrows.values()))} arrows")
    for knot in knots(arrows):
        print(f"knot: {' '.join(sorted(knot))}")
        for name in sorted(knot):
            print(f"  {name} -> {' '.join(sorted(arrows[name] & knot))}")
    print(f"\n{table(arrows)}", end="")


if __name__ == "__main__":
    main()
