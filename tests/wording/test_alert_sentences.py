"""Every sentence that an alert can make, read as a suspicious sub-editor would: what must never be in print."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_visits import at, landing, left, reminder, taken_back, visit
from msgspec.structs import replace
from state_vectors import AIRPORTS, airport, report

from flightwatch.alerting.blindness import Blindness
from flightwatch.alerting.mail import message
from flightwatch.alerting.mail_html import alert_page
from flightwatch.alerting.notices import Digest, blindness_text, brief, subject_line
from flightwatch.core.model import Event, Origin, Place, Share, StateVector
from flightwatch.core.spans import Span
from flightwatch.core.visits import Moment, Visit
from flightwatch.core.watched import Desk, Units, WatchedAircraft
from flightwatch.tracking.events import place_of
from flightwatch.watchlist.model import AlertRules, EmailChannel, Watchlist
from flightwatch.wording.alert import Alert, describe
from flightwatch.wording.facts import facts, lines
from flightwatch.wording.record import Context
from flightwatch.wording.sentence import headline, sentence, title
from flightwatch.wording.sureness import meaning

TIME = at("2023-09-26T01:52")
FIELDS = ("FNJ", "VVO", "LAX", "LHR", "TBU", "KXK")
CHANNEL = EmailChannel(("desk@example.org",), "watch@example.net", "smtp://mail.example.org")

moments_s = st.sampled_from((0, 20, 60, 300, 1200, 7200, 86_400, 10 * 86_400, 400 * 86_400))
confidences = st.sampled_from((0.05, 0.3, 0.5, 0.6, 0.655, 0.66, 0.82, 0.9649, 0.97, 0.996, 1.0))
icao24s = st.sampled_from(("15521f", "780abc", "3c65a1", "72776c", "400123", "f00001", "4b1805"))


@st.composite
def vectors(draw: st.DrawFn, near: datetime) -> StateVector:
    """A report within a day of a time, with whatever may be missing missing."""
    return report(
        round(near.timestamp()) + draw(st.sampled_from((-86_400, -7200, -900, -60, 0, 60, 3600))),
        latitude=draw(st.sampled_from((39.2241, 39.9, 33.94, 47.5, 0.0, -80.0, None))),
        longitude=draw(st.sampled_from((125.67, 126.0, -118.4, 8.7, -40.0))),
        baro_altitude=draw(st.sampled_from((None, -30.0, 3.0, 600.0, 5950.0, 10_668.0))),
        vertical_rate=draw(st.sampled_from((None, -9.0, 0.0, 9.0))),
        velocity=draw(st.sampled_from((None, 0.0, 80.0, 240.0))),
        on_ground=draw(st.booleans()),
        category=draw(st.sampled_from((0, 8, None))),
    )


@st.composite
def arrivals(draw: st.DrawFn, around: datetime) -> Moment:
    """How a visit began: seen, inferred, or not known when."""
    came = around - timedelta(seconds=draw(moments_s))
    slack = timedelta(seconds=draw(moments_s))
    kind = draw(st.sampled_from(("observed", "inferred", "unknown")))
    if kind == "unknown":
        return Moment(None, None, came, "observed", 1.0)
    return Moment(came, came - slack, came, "inferred" if kind == "inferred" else "observed", draw(confidences))


@st.composite
def visits(draw: st.DrawFn, /, around: datetime, **fields: object) -> Visit:
    """A visit that began before a time, and ended before or after it, or goes on, or nobody knows."""
    arrival = draw(arrivals(around))
    went = arrival.latest + timedelta(seconds=draw(moments_s))
    departure = draw(
        st.sampled_from(
            (
                None,
                Moment(went, went, went, "observed", 1.0),
                Moment(went, arrival.latest, went, "inferred", 0.82),
                Moment(None, arrival.latest, went, "inferred", 0.82),
                Moment(None, arrival.latest, went, "inferred", 0.0),
            )
        )
    )
    return replace(visit(**fields), arrival=arrival, departure=departure)


@st.composite
def places(draw: st.DrawFn) -> Place | None:
    code = draw(st.sampled_from((*FIELDS, None, "?")))
    if code == "?":
        return Place("XX99", None, "Field that is in no table")
    return None if code is None else place_of(airport(code))


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Any event, with bounds, position, place, origin and stay known or not."""
    make = draw(st.sampled_from((landing, left, reminder, taken_back)))
    time = TIME + timedelta(hours=draw(st.integers(0, 23)), days=draw(st.sampled_from((0, 96, 97))))
    observed = make is taken_back or draw(st.booleans())
    bounds = make in (landing, left)
    dwell = {}
    if make in (left, reminder):
        shortest, more = draw(moments_s), draw(st.none() | moments_s)
        longest = None if more is None else shortest + more
        best = None if longest is None or draw(st.booleans()) else draw(st.integers(shortest, longest))
        dwell = {"dwell_s": best, "dwell_min_s": shortest, "dwell_max_s": longest}
    candidates: tuple[Share, ...] = ()
    sure = 1.0 if observed else draw(confidences)
    if make is taken_back:
        sure = draw(st.sampled_from((0.8, 0.9649, 0.996, 1.0)))
        shares = draw(st.sampled_from(((), (0.3,), (0.62,), (0.7, 0.05), (0.2, 0.1))))
        fields = (place_of(airport("NRT")), Place("XX98", None, "Another field that is in no table"))
        candidates = tuple(Share(f.icao, f.iata, f.name, p) for f, p in zip(fields, shares, strict=False) if f)
    origin = None
    if make is landing and draw(st.booleans()):
        began = time - timedelta(seconds=draw(moments_s))
        origin = Origin(draw(places()), 50.6, 136.9, began, draw(st.booleans()))
    return make(
        icao24=draw(icao24s),
        registration=draw(st.sampled_from((None, "RA-86559", "P-572"))),
        callsign=draw(st.sampled_from((None, "", "  ", "CCA121  "))),
        airport=draw(places()),
        time=time,
        earliest=time - timedelta(seconds=draw(moments_s) if bounds else 0),
        latest=time + timedelta(seconds=draw(moments_s) if bounds else 0),
        detected_at=time + timedelta(seconds=draw(moments_s)),
        basis="observed" if observed else "inferred",
        confidence=sure,
        candidates=candidates,
        evidence=tuple(sorted(draw(st.lists(vectors(time), max_size=3)), key=lambda seen: seen.last_contact)),
        origin=origin,
        **dwell,
    )


@st.composite
def alerts(draw: st.DrawFn) -> Alert:
    """An event with any record around it, for any desk."""
    event = draw(events())
    own = draw(visits(event.time, icao24=event.icao24, airport=event.airport))
    others = draw(st.lists(visits(event.time + timedelta(hours=2), icao24="7278a5", registration="P-885"), max_size=7))
    unwatched = st.builds(lambda s: Span(event.time - timedelta(seconds=s), event.time), moments_s)
    context = Context(
        watching_since=draw(st.none() | st.builds(lambda s: event.time - timedelta(seconds=s), moments_s)),
        visit=draw(st.sampled_from((own, None))),
        earlier=tuple(draw(st.lists(visits(event.time - timedelta(days=20)), max_size=3))),
        others=tuple(others),
        unwatched=tuple(draw(st.lists(unwatched, max_size=5))),
        unwatched_before=timedelta(seconds=draw(moments_s)),
        corrects=draw(st.none() | visits(event.time, airport=place_of(airport("NRT")))),
    )
    label = draw(st.sampled_from((None, "Il-62M, Russian Air Force")))
    listed = draw(st.sampled_from(((), (WatchedAircraft(event.icao24, event.registration, "given", label=label),))))
    zone = draw(st.sampled_from((None, "Europe/Berlin", "America/New_York", "UTC")))
    units: Units = draw(st.sampled_from(("metres", "feet")))
    watchlist = Watchlist(aircraft=listed, alerts=AlertRules(desk=Desk(zone, units)))
    return describe(event, watchlist.watched, AIRPORTS, context)


FALSE = {
    "what is not known told as a length": r"(after|for|before) unknown|unknown,",
    "nothing told as a length": r"(?<![\d:.,])0 (min|h|km|days?)\b|\b0 times",
    "a negative length": r"(?<![\w.,/])-\d+ (h|min|km|days?)|--",
    "thousands without their comma": r"(?<![\d:.,/=-])\d{4,} (km|m|ft|days|times|more)\b",
    "minus nought": r"(?<!\w)-0\b",
    "a value that a program lacks": r"\bNone\b|\bnan\b|\binf\b",
    "a hole in the text": r" {2}|\(\)| ,| ;| \.|,,|;;|,;|; ;| $|^ ",
    "one of many, or many of one": r"\b1 (times|days|alerts|visits)\b",
    "a percentage of what": r"%(?! sure that (it|they) )",
    "a percentage that is certain": r"\b100 %",
    "a guess on a guess": r"(about|at (least|most)|between) (about|at (least|most)|less)",
    "there and gone": r"also there:.*left (about|under|\d)",
}
"""What would be false, doubtful or clumsy, and how it would look."""


def told(alert: Alert) -> Iterator[str]:
    """Everything that is said of an alert, clause for clause, wherever it is read."""
    yield sentence(alert)
    yield headline(alert)
    yield from (title(alert), title(alert, dated=True), subject_line(alert), meaning(alert.event))
    yield from (f"{name}: {said}" for name, said in facts(alert))
    heading, body = brief(alert)
    yield from (heading, *body.splitlines())


@settings(max_examples=60)
@given(alerts())
def test_nothing_false_doubtful_or_clumsy(alert: Alert) -> None:
    for said in told(alert):
        for fault, form in FALSE.items():
            assert not re.search(form, said), f"{fault}: {said}"
        assert said.isprintable()


@settings(max_examples=30)
@given(alerts())
def test_a_sentence_is_whole(alert: Alert) -> None:
    """It begins and ends as one, has a day with its year, a clock, and how sure it is, or that it was seen."""
    said = sentence(alert)
    assert said[0].isupper() or said[0].isdigit()
    assert said[-1] == "."
    assert said.count(". ") == 0
    event = alert.event
    if event.type != "retraction":
        assert re.search(r"\d{1,2} [A-Z][a-z]+ 20\d\d (at|about) \d\d:\d\d (local|UTC)", said)
        assert " UTC" in said
        known = {
            "landing": "seen on the ground there",
            "departure": "seen leaving",
            "reminder": "it was seen on the ground there",
        }
        assert (f"; {known[event.type]}" in said) == (event.basis == "observed")
        assert bool(re.search(r"; \d\d? % sure that it ", said)) == (event.basis == "inferred")


@settings(max_examples=30)
@given(alerts())
def test_its_words_are_no_surer_than_its_percentage(alert: Alert) -> None:
    """What the title, the headline and the sentence say of it is hedged alike."""
    hedges = {
        re.findall(r"probably|may have", said)[:1] == [] for said in (sentence(alert), title(alert), headline(alert))
    }
    assert len(hedges) == 1
    if alert.event.basis == "inferred" and alert.event.type in ("landing", "departure"):
        assert (True in hedges) == (round(100 * min(alert.event.confidence, 0.99)) >= 97)


@settings(max_examples=20)
@given(alerts())
def test_everybody_reads_the_same(alert: Alert) -> None:
    """The sentence stands first in print, in both forms of a mail and in chats, and each fact is in all of them."""
    mail = message_from_bytes(message(alert, CHANNEL).as_bytes(), policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    text = str(body.get_content()).replace("\r\n", "\n")
    printed = lines(alert)
    assert printed[0] == text.partition("\n")[0] == brief(alert)[1].partition("\n")[0] == sentence(alert)
    assert all(line.startswith("  ") for line in printed[1:])
    page = re.sub(r"<[^>]*>", "", alert_page(alert))
    for name, said in facts(alert):
        assert re.search(rf"^  {name} +{re.escape(said)}$", "\n".join(printed), re.MULTILINE)
        assert re.search(rf"^{name} +{re.escape(said)}$", text, re.MULTILINE)
        assert said.replace("'", "&#x27;") in page


@settings(max_examples=10)
@given(st.lists(alerts(), min_size=2, max_size=3))
def test_a_burst(burst: list[Alert]) -> None:
    for said in (subject_line(Digest(tuple(burst))), *brief(Digest(tuple(burst)))[1].splitlines()):
        for fault, form in FALSE.items():
            assert not re.search(form, said), f"{fault}: {said}"


@pytest.mark.parametrize("why", [None, "OpenSky: 503"])
@pytest.mark.parametrize("until", [None, 40, 7200, 3 * 86_400])
def test_blindness(until: int | None, why: str | None) -> None:
    end = None if until is None else TIME + timedelta(seconds=until)
    blind = Blindness("b", TIME, end, why, TIME)
    for said in (subject_line(blind), *blindness_text(blind).splitlines()):
        for fault, form in FALSE.items():
            assert not re.search(form, said), f"{fault}: {said}"
