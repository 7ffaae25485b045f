"""Makes the airfields of OurAirports' CSV files, and what they are called, with what is put right in them.

The columns are those of OurAirports' data dictionary (https://ourairports.com/help/data-dictionary.html),
of 2022 and of today; they may stand in any order and others may stand between them.
"""

import csv
import io
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from flightwatch.core.geo import METRES_A_FOOT, bearing_deg, distance_km, turn_deg
from flightwatch.core.model import Airport, AirportKind, Runway
from flightwatch.data.airfield_corrections import STRIPS
from flightwatch.data.other_names import OTHER_NAMES
from flightwatch.errors import BadAnswer
from flightwatch.sources.cities_told import with_cities_told
from flightwatch.sources.headings import heading_of_number

SHORTEST_STRIP_M: Final = 150
"""What is shorter is a helipad, whatever it is called."""

FARTHEST_STRIP_KM: Final = 10.0
"""From the field's reference point to the middle of a strip. In OurAirports of 2022 all but 25 of 13,793 lie
nearer (Amsterdam's Polderbaan: 5 km); the rest are slips of the pen, up to 11,000 km away."""

LENGTH_TOLERANCE: Final = 0.25
"""How far the distance between a strip's ends may be from its stated length. In OurAirports of 2022, 96 % of the
strips agree within 10 %; outside 25 % an end is wrong, or both are the same point."""

_POSITION_DIGITS: Final = 5  # a metre
_CODE: Final = re.compile("[A-Z0-9]{3,4}")
_KINDS: Final[Mapping[str, AirportKind]] = {
    "large_airport": "large",
    "medium_airport": "medium",
    "small_airport": "small",
}
_AIRPORT_COLUMNS: Final = ("ident", "type", "name", "latitude_deg", "longitude_deg", "iso_country", "iata_code")
_RUNWAY_COLUMNS: Final = ("airport_ident", "length_ft", "closed", "le_ident", "he_ident")

ZoneOf = Callable[[float, float], str | None]
"""(latitude, longitude) → IANA zone name; None at sea."""


def build_airports(airports_csv: str, runways_csv: str, countries: Mapping[str, str], zone_of: ZoneOf) -> list[Airport]:
    """The aeroplane fields of OurAirports' airports.csv with the strips of its runways.csv, by ICAO code.

    ``countries``: ISO 3166-1 code → name; a code that is missing there stands for itself. Rows without a usable
    code or position are left out. Raises BadAnswer when a text is not the file it should be.
    """
    rows = [row for row in _rows("airports.csv", airports_csv, _AIRPORT_COLUMNS) if row["type"] in _KINDS]
    positions = {row["ident"].upper(): p for row in rows if (p := _position(row, "")) is not None}
    runways = defaultdict(list)
    for row in _rows("runways.csv", runways_csv, _RUNWAY_COLUMNS):
        ident = row["airport_ident"].upper()
        if ident in positions and _is_open_strip(row):
            runways[ident].append(_runway(row, *positions[ident]))
    runways |= {ident: strips for ident, strips in _corrected(positions).items() if not runways[ident]}
    fields: dict[str, Airport] = {}
    for row in sorted(rows, key=_is_made_up):
        ident = row["ident"].upper()
        if ident and ident in positions:
            code = _gps_code(row) if _is_made_up(row) else ""
            code = ident if code in positions or code in fields else code
            airport = _airport(
                code or ident, row, positions[ident], runways[ident], countries=countries, zone_of=zone_of
            )
            fields.setdefault(airport.icao, airport)
    return sorted(with_cities_told([*_without_clashes([*fields.values()])]), key=lambda a: a.icao)


def _corrected(positions: Mapping[str, tuple[float, float]]) -> dict[str, list[Runway]]:
    """The strips of `airfield_corrections`, by ident, of the fields that have a position."""
    strips = defaultdict(list)
    for strip in STRIPS:
        if strip.airport in positions:
            row = defaultdict(str, le_ident=strip.le_ident, he_ident=strip.he_ident, length_ft=str(strip.length_ft))
            strips[strip.airport].append(_runway(row, *positions[strip.airport]))
    return strips


def other_names(airports_csv: str, airports: Sequence[Airport]) -> dict[str, list[str]]:
    """What the fields are called besides, by `Airport.icao`: by OurAirports' keywords, and by `OTHER_NAMES`.

    Keywords that look like a code are left out: most are a city's, and many another field's.
    """
    by_icao = {airport.icao: airport for airport in airports}
    names: dict[str, list[str]] = defaultdict(list)
    for row in _rows("airports.csv", airports_csv, _AIRPORT_COLUMNS):
        words = [word for word in map(_clean, re.split("[,;]", row["keywords"])) if word and not _CODE.fullmatch(word)]
        ident = row["ident"].upper()
        for code in (ident, _gps_code(row), f"{row['iso_country'].upper()}-{ident}") if words else ():
            if (airport := by_icao.get(code)) is not None and airport.name == _clean(row["name"]):
                names[airport.icao] += words
                break
    for icao, others in OTHER_NAMES.items():
        names[icao] += others
    return names


def _rows(name: str, text: str, needed: tuple[str, ...]) -> Iterator[Mapping[str, str]]:
    """The lines of a CSV file by column name, trimmed; a cell that is not there is empty."""
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        columns = [column.strip() for column in next(lines, [])]
        if missing := [column for column in needed if column not in columns]:
            raise BadAnswer(f"{name} lacks the columns {', '.join(missing)}: is it OurAirports' file? Try again later")
        for line in lines:
            yield defaultdict(str, zip(columns, (cell.strip() for cell in line), strict=False))
    except csv.Error as error:
        raise BadAnswer(f"{name}, line {lines.line_num}: {error}. Try again later") from error


def _is_made_up(row: Mapping[str, str]) -> bool:
    """Tell whether OurAirports' ident is one of its own, such as ``KP-0032``, whose ICAO code stands elsewhere if at all."""
    return "-" in row["ident"]


def _gps_code(row: Mapping[str, str]) -> str:
    """The four letters of the ICAO code that stands beside the ident; empty when there is none (Orang: ``ZKHM``)."""
    code = (row["icao_code"] or row["gps_code"]).upper()
    return code if re.fullmatch("[A-Z]{4}", code) else ""


def _airport(
    icao: str,
    row: Mapping[str, str],
    position: tuple[float, float],
    runways: Sequence[Runway],
    *,
    countries: Mapping[str, str],
    zone_of: ZoneOf,
) -> Airport:
    elevation_ft, (lat, lon) = _number(row["elevation_ft"]), position
    iata, country = row["iata_code"].upper(), row["iso_country"].upper()
    return Airport(
        icao=icao,
        iata=iata if re.fullmatch("[A-Z]{3}", iata) else None,  # some Brazilian fields have "0"
        name=_clean(row["name"]) or icao,
        city=_clean(row["municipality"]) or None,
        country_code=country,
        country=countries.get(country, country),
        kind=_KINDS[row["type"]],
        latitude=lat,
        longitude=lon,
        elevation_m=None if elevation_ft is None else round(elevation_ft * METRES_A_FOOT, 1),
        time_zone=zone_of(lat, lon) or _zone_at_sea(lon),
        runways=tuple(sorted(runways, key=lambda r: (-(r.length_m or 0), r.le_ident))),
        scheduled=row["scheduled_service"] == "yes",
    )


def _is_open_strip(row: Mapping[str, str]) -> bool:
    length_ft = _number(row["length_ft"])
    return (
        row["closed"] != "1"
        and not row["le_ident"].upper().startswith("H")
        and not row["surface"].upper().startswith("WATER")
        and (length_ft is None or length_ft * METRES_A_FOOT >= SHORTEST_STRIP_M)
    )


def _runway(row: Mapping[str, str], field_lat: float, field_lon: float) -> Runway:
    """A strip with its low-numbered end first, though OurAirports has the ends of some (most Czech ones) swapped.

    The heading is that between the ends where they are sound, for many a stated one is magnetic (Istanbul 5°,
    Manaus 16° off); else the stated one of either end; else that of the number and the magnetic variation.
    """
    length_ft = _number(row["length_ft"])
    length_m = None if length_ft is None else round(length_ft * METRES_A_FOOT)
    low, high = _position(row, "le_"), _position(row, "he_")
    heading = _stated_heading(row)
    if low is None or high is None or not _plausible_ends(low, high, (field_lat, field_lon), length_m):
        low = high = None
    else:
        heading = bearing_deg(*low, *high)
    if heading is None:
        heading = heading_of_number(row["le_ident"], field_lat, field_lon)
    number = re.match(r"\d\d?", row["le_ident"])
    if heading is not None and number is not None and turn_deg(heading, 10 * int(number[0])) > 90:
        heading, low, high = heading + 180, high, low
    low_latitude, low_longitude = low or (None, None)
    high_latitude, high_longitude = high or (None, None)
    return Runway(
        le_ident=row["le_ident"],
        he_ident=row["he_ident"],
        length_m=length_m,
        heading_deg=None if heading is None else round(heading, 1) % 360,
        le_latitude=low_latitude,
        le_longitude=low_longitude,
        he_latitude=high_latitude,
        he_longitude=high_longitude,
    )


def _stated_heading(row: Mapping[str, str]) -> float | None:
    low, high = _number(row["le_heading_degT"]), _number(row["he_heading_degT"])
    if low is not None:
        return low % 360
    return None if high is None else (high + 180) % 360


def _plausible_ends(
    low: tuple[float, float], high: tuple[float, float], field: tuple[float, float], length_m: int | None
) -> bool:
    spacing_km = distance_km(*low, *high)
    if length_m is None or abs(spacing_km * 1000 - length_m) > LENGTH_TOLERANCE * length_m:
        return False
    # Within FARTHEST_STRIP_KM of the middle: half a strip nearer or farther for its ends.
    return distance_km(*low, *field) <= FARTHEST_STRIP_KM + spacing_km / 2


def _without_clashes(fields: Sequence[Airport]) -> Iterator[Airport]:
    """The same fields, with the country before a local code that is another field's IATA code.

    OurAirports of 2022 calls a ranch in Alberta GIG, which to everybody else is Rio de Janeiro: the ranch
    becomes ``CA-GIG``, as OurAirports itself writes codes that it makes up.
    """
    taken = {airport.iata for airport in fields}
    for airport in fields:
        clashes = airport.icao in taken and airport.icao != airport.iata
        yield replace(airport, icao=f"{airport.country_code}-{airport.icao}") if clashes else airport


def _position(row: Mapping[str, str], end: str) -> tuple[float, float] | None:
    lat, lon = _number(row[f"{end}latitude_deg"]), _number(row[f"{end}longitude_deg"])
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180:
        return None
    return round(lat, _POSITION_DIGITS), round(lon, _POSITION_DIGITS)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _clean(text: str) -> str:
    """One line of printable characters: anybody may edit OurAirports."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def _zone_at_sea(lon: float) -> str:
    """The nautical zone. POSIX signs: ``Etc/GMT-9`` is nine hours ahead of Greenwich."""
    hours_east = round(lon / 15)
    return f"Etc/GMT{-hours_east:+d}" if hours_east else "Etc/GMT"
