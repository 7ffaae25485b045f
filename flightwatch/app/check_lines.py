"""What `check` found, as lines for people."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from flightwatch.app.check import Check, CheckedAircraft, CheckedAlerts, CheckedArea, CheckedChannel, CheckedSelector
from flightwatch.app.checked_sources import about_source
from flightwatch.app.table_ages import age_lines
from flightwatch.core.model import OPENSKY
from flightwatch.planning.outlook import Share
from flightwatch.planning.trace_days import SENTINELS, TRACES
from flightwatch.watchlist.model import PLURAL
from flightwatch.wording.phrases import clean, counted, duration, enumerated, plural, utc
from flightwatch.wording.whereabouts import coordinates

HANG: Final = len("aircraft  ")
"""Columns that the word takes by which each line of `as_lines` begins, and the blanks after it."""

MOST_SHOWN: Final = 20
"""Aircraft that are shown of those that an entry selects: a screen of them."""

LOOKS_UP: Final = (
    f"{TRACES} is asked where inferred landings were: after a poll with nothing to tell, about one aircraft and day, at "
    f"most {3 + len(SENTINELS) - 1} questions, free; history --confirm asks at once"
)
"""What polls ask by themselves beside state vectors: one question to ``sources``, and where there is no trace its sentinels and
one more."""


def as_lines(found: Check, most_selected: int | None = MOST_SHOWN) -> Iterator[str]:
    """What `check` found, as lines for people; of the aircraft that an entry selects at most ``most_selected``, None: all."""
    yield from _watched(found, most_selected)
    yield from map(clean, _places(found))
    for c in found.notify:
        yield clean(f"notify    {c.name}  {_told(c)}")
    yield f"alerts    {_told_at_all(found.alerts)}"
    heartbeat = f"; heartbeat to {found.health.heartbeat}" if found.health.heartbeat else ""
    yield clean(f"health    you are told when no poll succeeds for {_length(found.health.blind_after_s)}{heartbeat}")
    if found.keep_evidence:
        yield "evidence  polls keep the answers that visits rest on, for flightwatch evidence"
    if [source.kind for source in found.sources] != ["opensky"]:
        for source in found.sources:
            yield clean(f"source    {about_source(source)}")
    if any(source.kind == TRACES for source in found.sources):
        yield f"traces    {LOOKS_UP}"
    for q in found.queries:
        what = {
            "world": "the whole world",
            "icao24": counted(len(q.icao24), "airframe"),
            "box": f"the box {', '.join(f'{edge:.2f}' for edge in (q.box.lat_min, q.box.lon_min, q.box.lat_max, q.box.lon_max))}"
            if q.box
            else "",
        }[q.asks]
        yield f"query     {what}: {counted(q.credits, 'credit')} a poll"
    every = _length(found.every_s)
    if found.shares:
        shares = "; ".join(map(_share, found.shares))
        yield f"plan      polling every {every}: of the polls {shares}"
        yield f"credits   {found.credits_per_day:,} a day of the {found.credits_allowed:,} that OpenSky allows"
    for wait in dict.fromkeys(found.waits.values()):
        codes = ", ".join(p.iata or p.icao for p in found.airports if found.waits[p.icao] == wait)
        yield f"delay     {codes}: seen {_length(wait.expected_s)} after a touchdown, {_length(wait.worst_s)} at worst"
    if found.aircraft_wait is not None:
        yield f"delay     aircraft elsewhere: looked for at least every {_length(found.aircraft_wait.worst_s)}"
    for line in age_lines(found.tables):
        yield f"table     {line}"
    for warning in found.warnings:
        yield f"warning   {warning}"


def _watched(found: Check, most_selected: int | None) -> Iterator[str]:
    """The aircraft: those that entries name, and then each entry that selects, with those that it means."""
    yield from (_aircraft(a) for a in found.aircraft if not a.is_selected)
    by_icao24 = {a.icao24: a for a in found.aircraft}
    for selector in found.selectors:
        yield clean(f"selected  {selector.asks}  {_meant(selector)}")
        for icao24 in selector.icao24[:most_selected]:
            yield f"  {_aircraft(by_icao24[icao24])}"
        if most_selected is not None and (more := len(selector.icao24) - most_selected) > 0:
            yield f"  and {more:,} more, which flightwatch check -v names"


def _aircraft(a: CheckedAircraft) -> str:
    return clean(f"aircraft  {a.registration or '-':10} {a.icao24}  {a.how:8} {a.label or ''}").rstrip()


def _meant(selector: CheckedSelector) -> str:
    """Say how many a selector means: ``means 9 aircraft:``."""
    if selector.is_callsign:
        world = ["polls look for it in the whole world"] if OPENSKY in selector.asked_of else []
        named = [name for name in selector.asked_of if name != OPENSKY]
        asked = [f"{enumerated(named)} {'is' if len(named) == 1 else 'are'} asked for it"] if named else []
        return ": ".join(filter(None, ("means whoever flies as that", ", and ".join(world + asked))))
    return f"means {len(selector.icao24):,} aircraft{':' if selector.icao24 else ''}"


def _places(found: Check) -> Iterator[str]:
    """The airports and areas, a line each, and how names of airports were understood."""
    for p in found.airports:
        codes = f"{p.iata}/{p.icao}" if p.iata else p.icao
        yield f"airport   {codes:10} {p.name}, {p.country} ({p.time_zone}){_only_told(p.only)}"
    for area in found.areas:
        yield f"area      {area.name}: {_shape(area)}{_only_told(area.only)}"
    for name in found.names:
        yield f"name      {name}"


def _only_told(only: Sequence[str]) -> str:
    return f"  only {', '.join(only)}" if only else ""


def _shape(area: CheckedArea) -> str:
    """Say ``40 km around 39.170, 127.490; from 3,000 m up to 6,000 m``."""
    said = f"{counted(len(area.polygon), 'corner')}" if area.polygon else ""
    if area.circle is not None:
        said = f"{area.circle.radius_km:g} km around {coordinates(area.circle.latitude, area.circle.longitude)}"
    floor = f" from {area.floor_m:,.0f} m" if area.floor_m is not None else ""
    ceiling = f" up to {area.ceiling_m:,.0f} m" if area.ceiling_m is not None else ""
    return f"{said};{floor}{ceiling}" if floor or ceiling else said


def _told(channel: CheckedChannel) -> str:
    """What a channel is told, in words: ``only RA-86*, FNJ; landings and corrections; at 80 % or more; 24 h later``."""
    said = [f"only {', '.join(channel.only)}"] if channel.only else []
    if channel.on is not None:
        said.append(_joined([PLURAL[kind] for kind in channel.on]))
    if channel.min_confidence is not None:
        said.append(f"at {100 * channel.min_confidence:g} % or more")
    if channel.delay_s:
        said.append(f"{_length(channel.delay_s)} later")
    if channel.digest is not None:
        following = f", next digest {utc(channel.next_digest)}" if channel.next_digest is not None else ""
        said.append(f"{'' if said else 'everything, '}in one message {channel.digest}{following}")
    return "; ".join(said) or "everything"


def _joined(names: Sequence[str]) -> str:
    """Join names as in a sentence: ``landings, departures and corrections``; ``none`` where there are none."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:]))) or "none"


def _told_at_all(rules: CheckedAlerts) -> str:
    """Say ``landings and departures at 60 % or more; times local and UTC, and in Europe/Berlin; heights in feet``."""
    kinds = [PLURAL[kind] for kind in rules.on]
    if rules.still_on_ground_s:
        kinds.append(f"reminders after {' and '.join(map(_length, rules.still_on_ground_s))}")
    zone = f", and in {rules.time_zone}" if rules.time_zone else ""
    return (
        f"{_joined(kinds)} at {100 * rules.min_confidence:g} % or more; times local and UTC{zone}; "
        f"heights in {rules.units}{'; mails with a map' if rules.map else ''}"
    )


def _length(length_s: int) -> str:
    return duration(timedelta(seconds=length_s)).removesuffix(" 00 min") if length_s >= 60 else f"{length_s} s"


def _share(share: Share) -> str:
    """Say what a share of the polls asks: ``31 % ask the whole world (4 credits)``."""
    what = {"world": "the whole world", "nothing": "nothing"}.get(share.asks, f"by {share.asks}")
    cost = f" ({share.credits:.2g} {plural('credit', share.credits)})" if share.credits else ""
    return f"{max(1, round(100 * share.share))} % ask {what}{cost}"
