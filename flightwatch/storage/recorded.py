"""Who was recorded: under a callsign, and whether at all."""

from flightwatch.core.model import Icao24
from flightwatch.core.registration import registration_of
from flightwatch.storage.store import Store


def who_flew_as(callsign: str, store: Store) -> dict[Icao24, str | None]:
    """The airframes that were heard under a callsign, written in capitals, by icao24, with their tail numbers where known.

    Of visits, whether it came or left so, of what is followed now, and of the flights that OpenSky told of.
    """
    tails: dict[Icao24, str | None] = {}
    with store.reading() as db:
        rows = db.execute(
            "SELECT DISTINCT icao24, registration FROM visits WHERE retracted IS NULL "
            "AND (callsign = ?1 OR id IN (SELECT visit FROM events WHERE instr(event, ?2))) UNION "
            "SELECT icao24, registration FROM archived_visits "
            "WHERE callsign = ?1 OR id IN (SELECT visit FROM archived_events WHERE instr(event, ?2)) ORDER BY icao24",
            (callsign, _heard_as(callsign)),
        )
        for icao24, registration in rows:
            tails[icao24] = tails.get(icao24) or registration
        padded = [f'"callsign":"{callsign}{end}'.encode() for end in ('"', " ")]
        # instr: a callsign has no character that LIKE would take for a pattern, but a blob has no LIKE.
        told = db.execute(
            "SELECT DISTINCT icao24 FROM flights WHERE instr(flights, ?) OR instr(flights, ?) ORDER BY icao24", padded
        ).fetchall()
    followed = [icao24 for icao24, track in store.tracks().items() if track.callsign == callsign]
    for icao24 in (*(icao24 for (icao24,) in told), *followed):
        tails.setdefault(icao24, None)
    return {
        icao24: tail or (known[0] if (known := registration_of(icao24)) else None) for icao24, tail in tails.items()
    }


def visits_flown_as(callsign: str, store: Store) -> set[str]:
    """The ids of the visits that began or ended under a callsign, written in capitals."""
    with store.reading() as db:
        rows = db.execute(
            "SELECT id FROM visits WHERE callsign = ?1 UNION SELECT visit FROM events WHERE instr(event, ?2) UNION "
            "SELECT id FROM archived_visits WHERE callsign = ?1 UNION SELECT visit FROM archived_events WHERE instr(event, ?2)",
            (callsign, _heard_as(callsign)),
        )
        return {visit for (visit,) in rows}


def _heard_as(callsign: str) -> bytes:
    """What the JSON of an event holds that was heard under a callsign."""
    return f'"callsign":"{callsign}"'.encode()


def is_recorded(icao24: Icao24, store: Store) -> bool:
    """Tell whether anything is known of an airframe: a visit, a flight that OpenSky told of, or that it is followed now."""
    with store.reading() as db:
        return any(
            db.execute(f"SELECT 1 FROM {table} WHERE icao24 = ? LIMIT 1", (icao24,)).fetchone()  # noqa: S608 constants
            for table in ("visits", "flights", "tracks", "archived_visits")
        )
