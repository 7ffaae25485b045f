"""The columns of archives of state vectors, by the names in use, as those of a `StateVector`. Pure.

OpenSky's archive, in CSV, Avro and Parquet and from Trino (``minio.osky.state_vectors_data4``), has the first name of each
column (https://opensky-network.org/datasets, and openskynetwork/opensky-api, docs/free/trino.rst); its REST answers, which some
have made tables of, the second. Metres, metres a second, degrees and Unix seconds all.
"""

from collections.abc import Callable, Mapping
from typing import Final, Literal

from msgspec import Struct

from flightwatch.errors import BadAnswer
from flightwatch.sources.answer import excerpt

Type = Literal["BIGINT", "VARCHAR", "DOUBLE", "BOOLEAN", "INTEGER", "INTEGER[]"]

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "time": ("time",),
    "icao24": ("icao24",),
    "callsign": ("callsign",),
    "origin_country": ("origin_country",),
    "time_position": ("lastposupdate", "time_position"),
    "last_contact": ("lastcontact", "last_contact"),
    "longitude": ("lon", "longitude"),
    "latitude": ("lat", "latitude"),
    "baro_altitude": ("baroaltitude", "baro_altitude"),
    "on_ground": ("onground", "on_ground"),
    "velocity": ("velocity",),
    "true_track": ("heading", "true_track"),
    "vertical_rate": ("vertrate", "vertical_rate"),
    "sensors": ("sensors",),
    "geo_altitude": ("geoaltitude", "geo_altitude"),
    "squawk": ("squawk",),
    "spi": ("spi",),
    "position_source": ("position_source",),
    "category": ("category",),
}
"""The time of the look and the 18 columns of a `StateVector`, with the names that each has in archives."""

TYPES: Final[Mapping[str, Type]] = {
    "time": "BIGINT",
    "icao24": "VARCHAR",
    "callsign": "VARCHAR",
    "origin_country": "VARCHAR",
    "time_position": "BIGINT",
    "last_contact": "BIGINT",
    "longitude": "DOUBLE",
    "latitude": "DOUBLE",
    "baro_altitude": "DOUBLE",
    "on_ground": "BOOLEAN",
    "velocity": "DOUBLE",
    "true_track": "DOUBLE",
    "vertical_rate": "DOUBLE",
    "sensors": "INTEGER[]",
    "geo_altitude": "DOUBLE",
    "squawk": "VARCHAR",
    "spi": "BOOLEAN",
    "position_source": "INTEGER",
    "category": "INTEGER",
}

NEEDED: Final = (
    "time",
    "icao24",
    "last_contact",
    "longitude",
    "latitude",
    "baro_altitude",
    "on_ground",
    "velocity",
    "true_track",
    "vertical_rate",
)
"""Without which nothing is told: silence needs the time of the last message, a landing the way there. What else is missing is
read as not told."""

_SOUGHT = frozenset(each for names in NAMES.values() for each in names)

_INTEGERS = frozenset(
    {"TINYINT", "SMALLINT", "INTEGER", "INT", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
)

MOST_COLUMNS: Final = 500
"""Columns of a file that is read. ADSBiq's have 60."""


def found(columns: Mapping[str, str]) -> dict[str, str]:
    """The column of a file for each column of ours that it has. ``columns``: the file's, with the engine's name of their type.

    Raises `BadAnswer`, which names what is missing and what would be read, where one lacks that is `NEEDED`.
    """
    by_name = {name.lower(): name for name in reversed([*columns])}
    has = {ours: by_name[name] for ours, names in NAMES.items() for name in reversed(names) if name in by_name}
    missing = [name for name in NEEDED if name not in has]
    if missing:
        wanted = ", ".join(" or ".join(NAMES[name]) for name in missing)
        held = excerpt(", ".join(columns))
        raise BadAnswer(
            f"it lacks the column{'s' * (len(missing) > 1)} {wanted} (it has {held}); name them as OpenSky does"
        )
    return has


def is_sought(name: str) -> bool:
    """Tell whether a column of a file is one of ours."""
    return name.lower() in _SOUGHT


class Dialect(Struct, frozen=True):
    """How an engine writes what the others write otherwise."""

    quoted: Callable[[str], str]
    """A column's name."""
    texts: str
    """Its name of the type of texts."""
    lists: str
    """Its name of the type of lists of numbers."""
    seconds: str
    """The Unix seconds of ``{}``, an instant."""
    cut: str
    """The whole number in ``{}``, a number with a fraction."""


def quoted(name: str) -> str:
    """A column's name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text in SQL."""
    return "'" + value.replace("'", "''") + "'"


DUCKDB: Final = Dialect(
    quoted=quoted,
    texts="VARCHAR",
    lists="INTEGER[]",
    seconds="CAST(floor(epoch({})) AS BIGINT)",
    cut="TRY_CAST(trunc({}) AS BIGINT)",
)
SPARK: Final = Dialect(
    quoted=lambda name: "`" + name.replace("`", "``") + "`",
    texts="STRING",
    lists="ARRAY<INT>",
    seconds="unix_seconds(CAST({} AS TIMESTAMP))",
    cut="TRY_CAST({} AS BIGINT)",
)


def expressions(columns: Mapping[str, str], dialect: Dialect = DUCKDB) -> dict[str, str]:
    """The SQL of each of our columns over a file with these, as `found` takes them. What is not there is NULL.

    Numbers may be NaN, which means the same: whoever reads them makes it so.
    """
    has = found(columns)
    return {
        ours: _expression(ours, has[ours], columns[has[ours]], dialect)
        if ours in has
        else f"CAST(NULL AS {_type_of(ours, dialect)})"
        for ours in TYPES
    }


def _type_of(ours: str, dialect: Dialect) -> str:
    type_ = TYPES[ours]
    return {"VARCHAR": dialect.texts, "INTEGER[]": dialect.lists}.get(type_, type_)


def _expression(ours: str, name: str, held: str, dialect: Dialect) -> str:
    column, type_ = dialect.quoted(name), _type_of(ours, dialect)
    if type_ == "BIGINT":
        return _instant(column, held, dialect)
    if type_ == "DOUBLE":
        return column if held in {"DOUBLE", "FLOAT"} else f"TRY_CAST({column} AS DOUBLE)"
    if ours == "squawk" and held in _INTEGERS:
        return f"lpad(CAST({column} AS {dialect.texts}), 4, '0')"
    return column if held == type_ else f"TRY_CAST({column} AS {type_})"


def _instant(column: str, held: str, dialect: Dialect) -> str:
    """Unix seconds, cut to whole ones. A column that has them stays bare, so that what lies beyond a time is not read."""
    if held in _INTEGERS:
        return column
    if held.startswith("TIMESTAMP"):
        return dialect.seconds.format(column)
    return dialect.cut.format(column if held in {"DOUBLE", "FLOAT"} else f"TRY_CAST({column} AS DOUBLE)")
