"""Files of state vectors in every form that archives have: the same rows come out, whatever is wrong with the rest of a file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from archive_rows import archive_row, as_avro, as_csv, as_tar, write_parquet, zipped
from state_vectors import NOON, report

from flightwatch.archives.avro import MOST_BLOCK_BYTES
from flightwatch.archives.connecting import connected
from flightwatch.archives.files import ArchiveFile, Form, Member
from flightwatch.archives.kinds import told
from flightwatch.archives.vectors import Readable, reading
from flightwatch.core.model import StateVector
from flightwatch.errors import BadAnswer, UsageError

REPORTS = [
    report(NOON - 1, squawk="0100", geo_altitude=10_800.5),
    report(NOON - 2, icao24="a1b2c3", callsign=None, velocity=None, true_track=None, vertical_rate=None),
    report(
        NOON - 9, icao24="15521f", on_ground=True, baro_altitude=None, time_position=None, latitude=None, longitude=None
    ),
]
ROWS = [archive_row(each, NOON) for each in REPORTS]
KNOWN = dict.fromkeys(("origin_country", "sensors", "position_source", "category"))


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with connected(memory="200MB", threads=1) as opened:
        yield opened


def rows(read: Readable, connection: duckdb.DuckDBPyConnection) -> list[tuple[int, dict[str, Any]]]:
    """Give the time of the look of each row, and its columns."""
    chosen = ", ".join(f"{sql} AS {name}" for name, sql in read.columns.items())
    asked = connection.execute(f"SELECT {chosen} FROM {read.relation}")  # noqa: S608
    names = [name for name, *_ in asked.description or ()]
    found = [dict(zip(names, row, strict=True)) for row in asked.fetchall()]
    return [(row.pop("time"), row) for row in found]


def as_known(each: StateVector) -> dict[str, Any]:
    """Give what an archive knows of a report."""
    return {name: getattr(each, name) for name in StateVector.__struct_fields__} | KNOWN


def write(folder: Path, form: str) -> ArchiveFile:
    """Write the rows in this form, under a name that says nothing of it."""
    path = folder / "archive [1]*"
    if form == "parquet":
        write_parquet(path, ROWS)
    else:
        made = {"csv": as_csv, "csv.gz": lambda held: zipped(as_csv(held)), "avro": as_avro}
        path.write_bytes(
            as_tar({"README.txt": b"These are states.", "states.csv.gz": zipped(as_csv(ROWS))})
            if form == "csv in a tar"
            else made[form](ROWS)
        )
    [file] = told([str(path)]).files
    return file


@pytest.mark.parametrize("form", ["parquet", "csv", "csv.gz", "avro", "csv in a tar"])
def test_the_same_rows_in_every_form(form: str, tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    (scratch := tmp_path / "scratch").mkdir()
    read = reading(write(tmp_path, form), connection, scratch)
    assert (read.skipped, read.is_cut) == (0, False)
    assert rows(read, connection) == [(NOON, as_known(each)) for each in REPORTS]


def test_names_of_rest_answers(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """As well as the archive's, in capitals too; and all of the 18 columns are read."""
    names = [name for name in StateVector.__struct_fields__ if name != "sensors"]
    whole = report(NOON, category=6, position_source=2, squawk="7700", geo_altitude=1.0)
    path = tmp_path / "states.csv"
    path.write_bytes(as_csv([{"TIME": NOON} | {name.upper(): getattr(whole, name) for name in names}]))
    read = reading(ArchiveFile(str(path), "csv"), connection, tmp_path)
    assert rows(read, connection) == [(NOON, {name: getattr(whole, name) for name in StateVector.__struct_fields__})]


def test_instants_are_cut_to_seconds_and_no_number_is_null(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    odd = ROWS[0] | {"time": f"{NOON}.0", "lastcontact": NOON - 0.1, "lastposupdate": NOON - 1.9, "velocity": "NaN"}
    path = tmp_path / "states.csv"
    path.write_bytes(as_csv([odd | {"callsign": "", "onground": "True"}]))
    [(at, row)] = rows(reading(ArchiveFile(str(path), "csv"), connection, tmp_path), connection)
    assert (at, row["last_contact"], row["time_position"]) == (NOON, NOON - 1, NOON - 2)
    assert (row["velocity"], row["callsign"], row["on_ground"]) == (None, None, True)


def test_times_of_a_parquet_stay_bare(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """So that the engine reads nothing of what lies beyond the time that is asked for."""
    read = reading(write(tmp_path, "parquet"), connection, tmp_path)
    assert (read.columns["time"], read.columns["icao24"]) == ('"time"', '"icao24"')


def test_a_csv_cut_in_the_middle_of_a_line(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Plain or compressed: what was before is read, and that it is cut is known."""
    many = [archive_row(report(NOON - 1, icao24=f"{number:06x}"), NOON) for number in range(2_000)]
    plain, deflated = tmp_path / "plain.csv", tmp_path / "deflated"
    plain.write_bytes(as_csv(ROWS)[:-60])
    deflated.write_bytes(zipped(as_csv(many))[:-3_000])
    read = reading(ArchiveFile(str(plain), "csv"), connection, tmp_path)
    assert (len(rows(read, connection)), read.skipped, read.is_cut) == (2, 0, True)
    read = reading(ArchiveFile(str(deflated), "csv"), connection, tmp_path)
    assert (500 < len(rows(read, connection)) < 2_000, read.is_cut) == (True, True)


def test_an_avro_cut_short(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    many = [archive_row(report(NOON - 1, icao24=f"{number:06x}"), NOON) for number in range(2_000)]
    path = tmp_path / "states.avro"
    path.write_bytes(as_avro(many)[:-2_000])
    read = reading(ArchiveFile(str(path), "avro"), connection, tmp_path)
    assert (0 < len(rows(read, connection)) < 2_000, read.is_cut) == (True, True)


def test_lines_that_cannot_be_read_are_counted(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    lines = as_csv(ROWS).splitlines()
    odd = [lines[1].replace(b"50.0", b"north"), b"x" * 3_000_000, b"\xff\xfe" + lines[1], b"1,2"]
    path = tmp_path / "states.csv"
    path.write_bytes(b"\n".join([*lines[:2], *odd, *lines[2:], b""]))
    read = reading(ArchiveFile(str(path), "csv"), connection, tmp_path)
    assert (len(rows(read, connection)), read.skipped, read.is_cut) == (3, 4, False)


RENAMED = (
    "it lacks the columns lon or longitude, lat or latitude (it has time, icao24, y, x, velocity, heading, vertrate, "
    "callsign, o…); name them as OpenSky does"
)


@pytest.mark.parametrize("form", ["parquet", "csv", "avro"])
def test_renamed_columns_are_named(form: Form, tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    renamed = [{{"lat": "y", "lon": "x"}.get(name, name): value for name, value in row.items()} for row in ROWS]
    path = tmp_path / "renamed"
    if form == "parquet":
        write_parquet(path, renamed)
    else:
        path.write_bytes((as_csv if form == "csv" else as_avro)(renamed))
    with pytest.raises(BadAnswer) as caught:
        reading(ArchiveFile(str(path), form), connection, tmp_path)
    assert str(caught.value) == RENAMED


def test_a_small_avro_that_grows_without_end(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Zeros of more than is held at once, and lists of nothing."""
    path = tmp_path / "states.avro"
    path.write_bytes(as_avro([ROWS[0] | {"callsign": "\0" * (MOST_BLOCK_BYTES + 1)}]))
    assert path.stat().st_size < MOST_BLOCK_BYTES / 100
    read = reading(ArchiveFile(str(path), "avro"), connection, tmp_path)
    assert (rows(read, connection), read.is_cut) == ([], True)
    path.write_bytes(as_avro(ROWS).replace(b'{"type": "array", "items": "int"}', b'{"type": "array","items": "null"}'))
    with pytest.raises(BadAnswer, match="its column serials holds what no state vector has"):
        reading(ArchiveFile(str(path), "avro"), connection, tmp_path)


@pytest.mark.parametrize("form", ["parquet", "csv", "avro"])
@pytest.mark.parametrize(
    "held", [b"", b"<html>", b"PAR1", b"Obj\x01", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\0" * 99]
)
def test_what_is_no_file_of_its_form(
    form: Form, held: bytes, tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    path = tmp_path / "odd"
    path.write_bytes(held)
    with pytest.raises(BadAnswer) as caught:
        reading(ArchiveFile(str(path), form), connection, tmp_path)
    assert str(caught.value).isprintable()
    assert [each for each in tmp_path.iterdir() if each.suffix == ".csv"] == []


def test_an_address_needs_an_extension(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """It is said how it is installed; nothing is downloaded unasked."""
    connection.execute(f"SET extension_directory = '{tmp_path}'")
    with pytest.raises(UsageError, match=r"DuckDB reads addresses with its extension httpfs.*INSTALL httpfs"):
        reading(ArchiveFile("s3://bucket/states.parquet", "parquet"), connection, tmp_path)


def test_a_member_of_a_tar_is_read_where_it_lies(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    path = tmp_path / "day"
    held = as_avro(ROWS)
    path.write_bytes(as_tar({"a/../../b": b"x" * 5_000, "states.avro": held}))
    [file] = told([str(path)]).files
    assert file.within == Member(512 + 5_120 + 512, len(held))
    assert len(rows(reading(file, connection, tmp_path), connection)) == 3
