"""The watchlist's ``sources:``: who is asked, and what is said of who cannot be."""

import pytest
from state_vectors import AIRPORTS

from flightwatch.app.assembly import learn_secrets
from flightwatch.core.areas import WatchedArea
from flightwatch.core.model import OPENSKY, Circle
from flightwatch.errors import WatchlistError
from flightwatch.known_secrets import SECRETS
from flightwatch.watchlist.changes import changed
from flightwatch.watchlist.model import OPENSKY_ALONE, SourceEntry, Watchlist
from flightwatch.watchlist.reading import parse_watchlist

RECEIVER = "http://192.168.1.20/data/aircraft.json"


def parse(sources: str, **environment: str) -> Watchlist:
    text = f"airports: [FNJ]\n{sources}".encode()
    return parse_watchlist(text, name="w.yaml", environment=environment, airports=AIRPORTS)


def complaints(sources: str) -> list[str]:
    with pytest.raises(WatchlistError) as caught:
        parse(sources)
    return caught.value.complaints


def test_opensky_alone_where_nothing_is_written() -> None:
    assert parse("").sources == OPENSKY_ALONE == parse("sources: opensky").sources


def test_every_kind() -> None:
    found = parse(
        f"""
sources:
  - opensky
  - adsb.lol: https://api.example.org
    required: true
  - adsb.fi
  - airplanes.live:
    key: "${{KEY}}"
  - readsb: {RECEIVER}
    at: [39.03, 125.75]
  - readsb: /run/readsb/aircraft.json
    name: roof
    at: [-39.03, -125.75]
    radius_km: 120
""",
        KEY="tops3cret-key",
    )
    assert found.sources == (
        SourceEntry("opensky", OPENSKY),
        SourceEntry("adsb.lol", "adsb.lol", "https://api.example.org", is_required=True),
        SourceEntry("adsb.fi", "adsb.fi"),
        SourceEntry("airplanes.live", "airplanes.live", key="tops3cret-key"),
        SourceEntry("readsb", "receiver at 192.168.1.20", RECEIVER, at=(39.03, 125.75), radius_km=250.0),
        SourceEntry("readsb", "roof", "/run/readsb/aircraft.json", at=(-39.03, -125.75), radius_km=120.0),
    )
    assert "tops3cret" not in repr(found)
    learn_secrets(found, {"KEY": "tops3cret-key"})
    assert SECRETS.hidden("with tops3cret-key") == "with (hidden)"
    assert changed(parse(""), found) == "other sources"


def test_opensky_can_be_left_out() -> None:
    assert parse("sources: [adsb.lol]").sources == (SourceEntry("adsb.lol", "adsb.lol"),)


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ("sources: [adsb.lool]", "sources[0]: 'adsb.lool' is not a source, write 'adsb.lol'"),
        ("sources: [OpenSky]", "sources[0]: 'OpenSky' is not a source, write 'opensky'"),
        ("sources: [adsb.one]", "sources[0]: 'adsb.one' is gone: write adsb.lol, which answers in the same form"),
        (
            "sources: [FlightRadar24]",
            "sources[0]: 'FlightRadar24' ended its free access in April 2026: write adsb.lol, or a receiver of your own",
        ),
        (
            "sources: [{adsbexchange.com: null}]",
            "sources[0]: 'adsbexchange.com' sells its data: write adsb.lol, which hears many of the same receivers, or a "
            "receiver of your own",
        ),
        (
            "sources: [tar1090]",
            f"sources[0]: 'tar1090' is a receiver's program: write readsb: {RECEIVER}, the address at which yours serves its "
            "JSON",
        ),
        ("sources: [http://u:tops3cret@h/]", "sources[0]: an address alone is not a source, write readsb: before it"),
        (
            "sources: [readsb]",
            f"sources[0].readsb: is empty, write an address such as {RECEIVER}, or a path from / on",
        ),
        (
            "sources: [readsb: aircraft.json]",
            f"sources[0].readsb: is not an address, write an address such as {RECEIVER}, or a path from / on",
        ),
        (
            "sources: [airplanes.live]",
            'sources[0]: airplanes.live answers only with a key, write key: "${AIRPLANES_LIVE_KEY}" beside it',
        ),
        ("sources: [opensky, opensky]", "sources[1]: is a source that was named before, remove one of the two"),
        (
            f"sources: [readsb: {RECEIVER}, readsb: {RECEIVER}]",
            "sources[1]: is a source that was named before, write name: beside each",
        ),
        (
            "sources: [{adsb.lol: null, adsb.fi: null}]",
            "sources[0]: adsb.lol and adsb.fi are sources of their own, write an entry for each",
        ),
        ("sources: [{adsb.lol: null, name: x}]", "sources[0]: name is for receivers (readsb:) only, remove it"),
        (
            "sources: [{opensky: null, key: x}]",
            "sources[0]: opensky takes no key, write its account under opensky: beside sources:",
        ),
        ("sources: [{adsb.lol: null, required: yes}]", "sources[0].required: 'yes' is neither, write true or false"),
        (
            f"sources: [{{readsb: {RECEIVER}, at: 39}}]",
            "sources[0].at: is not two numbers in [ ], write its latitude and longitude in degrees, such as [39.03, 125.75]",
        ),
        (
            f"sources: [{{readsb: {RECEIVER}, at: [95, 125]}}]",
            "sources[0].at[0]: '95' is not a number from -90 to 90, write its "
            "latitude and longitude in degrees, such as [39.03, 125.75]",
        ),
        (
            f"sources: [{{readsb: {RECEIVER}, at: [39, 125], radius_km: 0}}]",
            "sources[0].radius_km: '0' is not a number from 1 to 600, write kilometres such as 250",
        ),
        (
            f"sources: [{{readsb: {RECEIVER}, radius_km: 100}}]",
            "sources[0]: radius_km needs at:, write its latitude and longitude in degrees, such as [39.03, 125.75]",
        ),
        (
            f"sources: [{{readsb: {RECEIVER}, name: adsb.lol}}]",
            "sources[0].name: is the name of a network, write another",
        ),
        (
            "sources: [{required: true}]",
            f"sources[0]: names no source, write beside its options opensky, adsb.lol, adsb.fi or readsb: {RECEIVER}",
        ),
        ("sources: [{adsb.lol: null, requierd: true}]", "sources[0]: unknown key 'requierd', write 'required'"),
        ("sources: [{adsb.lol: null, watch: true}]", "sources[0]: watch is for receivers (readsb:) only, remove it"),
        (
            f"sources: [{{readsb: {RECEIVER}, watch: true}}]",
            "sources[0]: watch needs at:, write its latitude and longitude in degrees, such as [39.03, 125.75]",
        ),
        (
            f"sources: [{{readsb: {RECEIVER}, at: [39, 125], ceiling: FL100}}]",
            "sources[0]: ceiling needs watch: true, or remove it",
        ),
        (
            f"sources: [{{readsb: {RECEIVER}, at: [39, 125], watch: true, floor: high}}]",
            "sources[0].floor: 'high' is not a height, write a number and a unit such as 3000m, 10000ft or FL100",
        ),
        (
            f"sources: [{{readsb: {RECEIVER}, name: Bay, at: [39, 125], watch: true}}]\n"
            "areas: [{name: Bay, circle: {at: [39.2, 127.6], radius_km: 40}}]",
            "sources[0]: the name 'Bay' is an area's, write another name: beside watch:",
        ),
    ],
)
def test_what_is_wrong(sources: str, said: str) -> None:
    assert complaints(sources) == [f"w.yaml:2: {said}"]


def test_an_address_from_the_environment_needs_a_name() -> None:
    """Who reads the watchlist without its secrets must call the source the same."""
    with pytest.raises(WatchlistError, match="write name: beside it"):
        parse('sources: [readsb: "${RECEIVER}"]', RECEIVER=RECEIVER)
    [named] = parse('sources: [{readsb: "${RECEIVER}", name: roof}]', RECEIVER=RECEIVER).sources
    assert (named.name, named.address) == ("roof", RECEIVER)


def test_a_receivers_circle_is_watched_where_that_is_asked_for() -> None:
    """It is an area like any other then, after those of ``areas:``; where it is not asked for, nobody is told of strangers."""
    roof = f"readsb: {RECEIVER}, name: roof, at: [39.03, 125.75]"
    assert parse(f"sources: [{{{roof}}}]").areas == () == parse(f"sources: [{{{roof}, watch: false}}]").areas
    found = parse(
        f'sources: [opensky, {{{roof}, radius_km: 120, watch: true, ceiling: 3000m, only: [P-*, "country:Russia"]}}]\n'
        "areas: [{name: Bay, circle: {at: [39.2, 127.6], radius_km: 40}}]"
    )
    bay, circle = found.areas
    assert (bay.name, circle.name, circle.shape) == ("Bay", "roof", Circle(39.03, 125.75, 120.0))
    assert (circle.ceiling_m, circle.only, [str(pick.selector) for pick in circle.picks]) == (
        3000.0,
        ("P-*",),
        ["country:Russia"],
    )
    assert changed(parse(f"sources: [{{{roof}}}]"), parse(f"sources: [{{{roof}, watch: true}}]")) == "new: roof"


def test_a_watched_circle_is_enough_to_watch() -> None:
    text = f"sources: [{{readsb: {RECEIVER}, name: roof, at: [39.03, 125.75], watch: true}}]".encode()
    found = parse_watchlist(text, name="w.yaml", environment={}, airports=AIRPORTS)
    assert found.areas == (WatchedArea("roof", Circle(39.03, 125.75, 250.0)),)
    with pytest.raises(WatchlistError, match="names nothing to watch"):
        parse_watchlist(text.replace(b"true", b"false"), name="w.yaml", environment={}, airports=AIRPORTS)
