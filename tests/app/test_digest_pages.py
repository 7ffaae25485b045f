"""What is attached to a digest opens: the table in a spreadsheet, the page in a browser."""

import csv
import io
from email import message_from_bytes, policy
from email.message import EmailMessage

from made_visits import VLADIVOSTOK, landing, left, taken_back, visit
from msgspec.structs import replace
from program import PATIENCE_S
from state_vectors import AIRPORTS

from flightwatch.alerting.mail import message
from flightwatch.alerting.notices import Digest, Regular
from flightwatch.alerting.picture import Picture
from flightwatch.app.digest_pages import page_of
from flightwatch.app.map_pictures import MOST_VISITS, picture_of
from flightwatch.core.model import Event
from flightwatch.core.visits import Visit
from flightwatch.core.watched import Watched, WatchedAircraft
from flightwatch.watchlist.model import EmailChannel
from flightwatch.wording.alert import Alert, describe
from flightwatch.wording.record import Context

CHANNEL = EmailChannel(("desk@example.org",), "watch@example.net", "smtp://mail.example.org:587")
HERE = visit()
THERE = visit(id="visit-2", icao24="7278a5", registration="P-885", airport=VLADIVOSTOK, latitude=43.4, longitude=132.15)
WATCHED = Watched((WatchedAircraft("7278a5", "P-885", "rule", label="Il-62M <b>"),))
DAILY = Regular("daily")


def told(event: Event, stay: Visit) -> Alert:
    return describe(event, WATCHED, AIRPORTS, Context(visit=stay))


def digest(*more: Alert) -> Digest:
    both = told(landing(), HERE), told(landing(id="l-2", visit="visit-2", icao24="7278a5", registration="P-885"), THERE)
    return Digest((*both, *more), regular=DAILY)


def received(
    notice: Digest, picture: Picture | None = None, page: str | None = None
) -> tuple[EmailMessage, dict[str | None, EmailMessage]]:
    """The mail as its reader gets it, and what is attached to it, by name."""
    mail = message_from_bytes(message(notice, CHANNEL, picture, page).as_bytes(), policy=policy.default)
    return mail, {part.get_filename(): part for part in mail.iter_attachments()}


def test_the_table() -> None:
    """It begins with the mark by which Excel knows UTF-8, and holds no formula."""
    hostile = replace(landing(id="l-3", visit="v-3"), registration='=HYPERLINK("http://x")', callsign="+ÄÖ")
    _, attached = received(digest(told(hostile, visit(id="v-3"))))
    data = attached["alerts.csv"].get_payload(decode=True)
    assert isinstance(data, bytes)
    assert data.startswith(b"\xef\xbb\xbfevent,type,")
    rows = [*csv.DictReader(io.StringIO(data.decode("utf-8-sig")))]
    assert [row["event"] for row in rows] == ["landing-1", "l-2", "l-3"]
    assert (rows[2]["registration"][0], rows[2]["callsign"][-3:]) == ("'", "+ÄÖ")


def test_the_page() -> None:
    """A section for each aircraft, with nothing to fetch and no script, whatever labels hold."""
    page = page_of(digest(), (), timeout_s=PATIENCE_S)
    assert page is not None
    assert page.count("<section") == 2
    assert "P-885 (Il-62M &lt;b&gt;)" in page
    assert "Only visits that the digest tells of are on this page." in page
    assert "<script" not in page
    _, attached = received(digest(), page=page)
    assert attached["visits.html"].get_content_type() == "text/html"
    assert attached["visits.html"].get_content().replace("\r\n", "\n").strip() == page.strip()


def test_no_page() -> None:
    """None of what was taken back, of a few alerts at once, nor where it takes too long; the mail goes without it."""
    gone = replace(HERE, retracted_at=HERE.arrival.latest)
    assert page_of(Digest((told(taken_back(), gone),), regular=DAILY), ()) is None
    assert page_of(replace(digest(), regular=None), ()) is None
    assert page_of(told(landing(), HERE), ()) is None
    assert page_of(digest(), (), timeout_s=0.0) is None
    _, attached = received(digest())
    assert [*attached] == ["alerts.csv"]


def test_the_map() -> None:
    """One for all visits, inline, and no more attachments for it; none of many visits."""
    picture = picture_of(digest(told(left(), HERE)), AIRPORTS, timeout_s=PATIENCE_S)
    assert picture is not None
    assert picture.told.startswith("Map of the visits of this digest: ")
    mail, attached = received(digest(), picture)
    html = mail.get_body(("html",))
    assert html is not None
    [inline] = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert f'src="cid:{inline["Content-ID"][1:-1]}"' in html.get_content()
    assert [*attached] == ["alerts.csv"]
    many = (told(landing(id=f"l{n}", visit=f"v{n}"), visit(id=f"v{n}")) for n in range(MOST_VISITS))
    assert picture_of(digest(*many), AIRPORTS) is None
