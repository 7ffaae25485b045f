"""The map that an alert brings: drawn without a network, small, and left out where it cannot be drawn."""

import re
import struct
from email.message import EmailMessage
from pathlib import Path

import pytest
from hook_server import HookServer
from made_visits import ICAO24, VLADIVOSTOK, at, landing, left, reminder, taken_back, unix, unseen_visit, visit
from msgspec.structs import replace
from opensky_server import OpenSkyServer
from program import PATIENCE_S, Program, mail_alerts, show
from smtp_server import PASSWORD, USER, SmtpServer
from state_vectors import AIRPORTS, airport, report

from flightwatch.app.alert_context import alert_of
from flightwatch.app.flights_told import flights_told
from flightwatch.app.map_pictures import credit_of, picture_of
from flightwatch.app.senders import channels
from flightwatch.core.geo import destination
from flightwatch.core.ids import departure_id
from flightwatch.core.legs import Fix, Leg
from flightwatch.core.model import Event, Origin
from flightwatch.report.map_content import MapContent
from flightwatch.report.picture import MOST_BYTES, picture_of_map
from flightwatch.report.visit_map import map_content
from flightwatch.storage.land import load_land
from flightwatch.storage.store import Store
from flightwatch.tracking.events import place_of
from flightwatch.watchlist.model import AlertRules, EmailChannel, Watchlist
from flightwatch.watchlist.reading import parse_watchlist
from flightwatch.wording.alert import Alert, describe
from flightwatch.wording.record import Context

pytest.importorskip("vl_convert", reason="the extra `maps` is not installed")
pytest.importorskip("PIL", reason="the extra `maps` is not installed")

LAST = report(unix("2023-09-26T01:45"), icao24=ICAO24, latitude=39.5, longitude=126.0, velocity=160.0)
BEGAN = Origin(VLADIVOSTOK, 43.4, 132.15, at("2023-09-26T00:10"), True)
LANDED = landing(evidence=(LAST,), origin=BEGAN)


FAILURES = {
    "no Pillow": "import sys; sys.modules['PIL'] = None",
    "killed": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "no memory": "import resource; resource.setrlimit(resource.RLIMIT_AS, (100 << 20, 100 << 20))",
    "no picture": "print('all is well'); raise SystemExit(0)",
}
"""What happens to the process that draws as it begins."""


def told(event: Event, **fields: object) -> Alert:
    """The event with its visit, which is enough for a map."""
    watchlist = Watchlist()
    stay = None if event.type == "lost" else visit(**fields)
    return describe(event, watchlist.watched, AIRPORTS, Context(visit=stay))


def size(png: bytes) -> tuple[int, int]:
    """Width and height, as its head has them."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return int(width), int(height)


@pytest.mark.parametrize(
    ("event", "shows"),
    [
        (LANDED, "Map of this flight: Pyongyang FNJ. Marked: 1 place where contact was lost; dashed lines"),
        (left(id=departure_id(visit()), evidence=(LAST,)), "Marked: 1 place where it was heard again"),
        (reminder(), "Map of this flight: Pyongyang FNJ."),
        (landing(type="lost", visit="", airport=None, evidence=(LAST,)), "1 place where contact was lost"),
    ],
    ids=["landing", "departure", "reminder", "lost"],
)
def test_a_picture_of_what_happened(event: Event, shows: str) -> None:
    """It is sharp, fits in any mail, and says what it shows to whoever cannot see it."""
    picture = picture_of(told(event), AIRPORTS, timeout_s=PATIENCE_S)
    assert picture is not None
    width, height = size(picture.png)
    assert (min(width, 900), height > 500) == (900, True)
    assert 10_000 < len(picture.png) <= MOST_BYTES
    assert shows in picture.told


def test_a_correction() -> None:
    """It shows where the aircraft was instead, or nothing."""
    again = replace(LAST, time_position=unix("2023-09-26T02:20"), latitude=37.2, longitude=128.9)
    picture = picture_of(told(taken_back(evidence=(LAST, again))), AIRPORTS)
    assert picture is not None
    assert picture.told.startswith("Map of a correction: it was not at Pyongyang FNJ.")
    assert picture_of(told(taken_back(evidence=(LAST,))), AIRPORTS) is None


def test_whom_a_map_names() -> None:
    """Whoever heard the flight that is on it, too."""
    fixes = Fix(unix("2023-09-26T00:30"), 42.8, 131.0, 9000), Fix(unix("2023-09-26T00:40"), 42.0, 130.0, 9000)
    alert = told(replace(LANDED, heard_by=("OpenSky",)))
    credit = credit_of(alert, {"visit-1": (Leg(True, fixes, ("adsb.lol",)),)})
    assert credit.startswith("Positions: The OpenSky Network, adsb.lol and its contributors. ")
    assert credit_of(told(LANDED), {"visit-1": (Leg(True, fixes, ("adsb.lol",)),)}) == credit
    assert credit_of(alert, {}).startswith("Positions: The OpenSky Network. ")


def test_the_flight_is_drawn_as_it_was_heard() -> None:
    """Along its reports, which the legend names; airframes are told apart by letters, as far as there is room for them."""
    fixes = tuple(Fix(unix("2023-09-26T00:30") + 300 * n, 42.0 - n, 131.0 - n, 9000) for n in range(3))
    seen = map_content([visit()], {}, AIRPORTS, {"visit-1": (Leg(True, fixes),)})
    assert "heard" in written(seen)
    assert "heard" not in written(map_content([visit()], {}, AIRPORTS))
    other = visit(id="v2", icao24="7278a5", registration="P-885", airport=VLADIVOSTOK, latitude=43.4, longitude=132.1)
    lost = replace(LAST, icao24="7278a5", latitude=43.0, longitude=131.0)
    events = {"landing-1": LANDED, "l2": landing(id="l2", icao24="7278a5", evidence=(lost,))}
    several = map_content([visit(), replace(other, landing="l2")], events, AIRPORTS)
    assert [text for text in written(several) if text in {"A", "B", "RA-86559", "P-885"}] == [
        "A",
        "RA-86559",
        "B",
        "P-885",
    ]
    nothing = written(map_content([visit(), other], {}, AIRPORTS))
    assert {"RA-86559", "P-885"}.isdisjoint(nothing)


def written(seen: MapContent) -> list[str]:
    """All that stands on a picture as letters."""
    return re.findall(r">([^<]+)</text>", picture_of_map(seen, "title", "credit", load_land))


def test_what_has_no_place_has_none() -> None:
    assert picture_of(told(landing(type="lost", visit="", airport=None)), AIRPORTS) is None


def test_it_is_given_up_when_it_takes_too_long() -> None:
    assert picture_of(told(LANDED), AIRPORTS, timeout_s=0.01) is None


@pytest.mark.parametrize("library", ["vl_convert", "PIL"])
def test_without_the_extra(
    library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """There is none, and nothing is said of it."""
    (tmp_path / "sitecustomize.py").write_text(f"import sys; sys.modules[{library!r}] = None\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert picture_of(told(LANDED), AIRPORTS) is None
    assert capfd.readouterr() == ("", "")


def images(mail: EmailMessage) -> list[EmailMessage]:
    return [part for part in mail.walk() if part.get_content_type() == "image/png" and isinstance(part, EmailMessage)]


@pytest.mark.parametrize("has_map", [True, False])
def test_a_mail_shows_it(has_map: bool, mail_server: SmtpServer) -> None:
    """Where the watchlist asks: inside the mail, at the place that its page names, with what it shows as text."""
    mail_server.tls = "none"
    channel = EmailChannel(("desk@example.org",), "watch@example.net", mail_server.url, USER, PASSWORD)
    watchlist = Watchlist(notify=(channel,), alerts=AlertRules(has_map=has_map))
    channels(watchlist, "text", pytest.fail, AIRPORTS)[channel.name](told(LANDED))
    mail = mail_server.mails[0].message
    html = mail.get_body(("html",))
    assert html is not None
    page = str(html.get_content())
    assert len(images(mail)) == page.count("<img ") == has_map
    if has_map:
        [image] = images(mail)
        assert f'<img src="cid:{image["Content-ID"][1:-1]}" alt="Map of this flight: Pyongyang FNJ. Marked' in page
        assert (image.get_content_disposition(), image.get_filename()) == ("inline", "map.png")
        content = image.get_content()
        assert isinstance(content, bytes)
        assert size(content)[0] >= 900


def test_one_of_many_coasts_is_small_enough() -> None:
    """Off Singapore, with a way from New York on a smaller map: of 40 such scenes the one that took most bytes."""
    field, away = airport("SIN"), airport("JFK")
    north, east = destination(field.latitude, field.longitude, 40, 300)
    flown = [replace(LAST, latitude=latitude, longitude=east) for latitude in (north + 0.2, north)]
    began = Origin(place_of(away), away.latitude, away.longitude, at("2023-09-25T10:00"), True)
    there = {"airport": place_of(field), "latitude": field.latitude, "longitude": field.longitude}
    landed = replace(LANDED, airport=place_of(field), evidence=tuple(flown), origin=began)
    picture = picture_of(told(landed, **there), AIRPORTS, timeout_s=PATIENCE_S)
    assert picture is not None
    assert size(picture.png)[0] >= 675
    assert len(picture.png) <= MOST_BYTES


def test_it_asks_nobody_whatever_an_aircraft_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are letters on it: none is taken for a picture to be fetched, and a name without an end is cut."""
    with HookServer() as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{server.address}")
            monkeypatch.setenv(name.lower(), f"http://{server.address}")
        image = f'"></text><image href="http://{server.address}/x.png" width="9" height="9"/>'
        hostile = replace(LANDED, callsign=f"{image}{'W' * 2000}")
        picture = picture_of(told(hostile), AIRPORTS, timeout_s=PATIENCE_S)
        assert picture is not None
        assert size(picture.png)[1] < 1.5 * size(picture.png)[0]
        assert server.requests == []


@pytest.mark.parametrize("failure", FAILURES)
def test_a_mail_goes_out_without_it(
    failure: str, mail_server: SmtpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it cannot be drawn nobody is told but of the landing."""
    (tmp_path / "sitecustomize.py").write_text(f"{FAILURES[failure]}\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    mail_server.tls = "none"
    channel = EmailChannel(("desk@example.org",), "watch@example.net", mail_server.url, USER, PASSWORD)
    watchlist = Watchlist(notify=(channel,), alerts=AlertRules(has_map=True))
    channels(watchlist, "text", pytest.fail, AIRPORTS)[channel.name](told(replace(LANDED, origin=None)))
    mail = mail_server.mails[0].message
    assert images(mail) == []
    assert "RA-86559" in str(mail["Subject"])


def test_a_poll_mails_it(program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path) -> None:
    """From the watchlist to the reader, each poll a process of its own; with the flight as the polls before heard it."""
    mail_alerts(program, mail_server, trusted)
    with program.watchlist.open("a") as file:
        file.write("alerts: {map: true}\n")
    for now, rows in unseen_visit()[:12]:
        show(server, now, rows)
        assert program.run("poll").returncode == 0
    [mail] = [each.message for each in mail_server.mails if "landed" in str(each.message["Subject"])]
    [image] = images(mail)
    content = image.get_content()
    assert isinstance(content, bytes)
    assert size(content)[0] >= 900
    with Store(program.database) as store:
        [visit] = store.visits(icao24s=[ICAO24])
        event = store.events([visit.landing or ""])[visit.landing or ""]
        watchlist = parse_watchlist(
            program.watchlist.read_bytes(), name="", environment=program.environment, airports=AIRPORTS
        )
        alert = alert_of(event, store, watchlist, AIRPORTS)
    legs = flights_told(program.database, alert)
    assert legs
    drawn, straight = picture_of(alert, AIRPORTS, legs), picture_of(alert, AIRPORTS)
    assert drawn is not None
    assert straight is not None
    assert content == drawn.png != straight.png
