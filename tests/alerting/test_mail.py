"""An alert as a mail."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from made_visits import ICAO24, VLADIVOSTOK, at, landing, left, reminder, taken_back, visit
from msgspec.structs import replace
from state_vectors import AIRPORTS, report

from flightwatch.alerting.blindness import Blindness, blind_id
from flightwatch.alerting.mail import MOST_REFERENCES, message, trial
from flightwatch.alerting.notices import Digest, Notice
from flightwatch.core.model import Event, Origin
from flightwatch.core.watched import Watched, WatchedAircraft
from flightwatch.watchlist.model import EmailChannel, Watchlist
from flightwatch.wording.alert import describe
from flightwatch.wording.facts import lines
from flightwatch.wording.record import Context
from flightwatch.wording.sentence import headline, sentence

CHANNEL = EmailChannel(("desk@example.org", "night@example.org"), "watch@example.net", "smtp://mail.example.org:587")
ANCHOR = "<visit-1.visit.flightwatch@example.net>"
LANDING = "<landing-1.flightwatch@example.net>"
HOSTILE = "A\x1b[31m\r\nBcc: all@example.org\r\n\r\n<script>alert(1)</script>&\u202e"
NOWHERE = {"airport": None, "callsign": None}
THEN, LATER = "10:52 local on 26 September 2023", "09:31 local on 28 September 2023"
THERE = "93 % sure that it was there and left"
LANDED = f"RA-86559 probably landed at Pyongyang FNJ about {THEN}, 93 % sure that it did"


def received(notice: Notice, channel: EmailChannel = CHANNEL) -> EmailMessage:
    """Give the mail as its reader gets it."""
    return message_from_bytes(message(notice, channel).as_bytes(), policy=policy.default)


def mail(event: Event, label: str = "Il-62M, Russian Air Force", channel: EmailChannel = CHANNEL) -> EmailMessage:
    watchlist = Watchlist(aircraft=(WatchedAircraft(ICAO24, "RA-86559", "rule", label=label),))
    return received(describe(event, watchlist.watched, AIRPORTS), channel)


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


class Page(HTMLParser):
    """What is written on a page, and what it consists of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= dict(attrs).keys()
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_data(self, data: str) -> None:
        self.text += data


def seen_at(latitude: float, longitude: float) -> dict[str, object]:
    return {"evidence": (report(1_695_693_120, latitude=latitude, longitude=longitude),)}


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (landing(), f"RA-86559 probably landed at Pyongyang FNJ about {THEN}, 93 % sure that it did"),
        (landing(confidence=1.0), f"RA-86559 landed at Pyongyang FNJ about {THEN}, 99 % sure that it did"),
        (
            landing(basis="observed", confidence=1.0, earliest=at("2023-09-26T01:52"), latest=at("2023-09-26T01:52")),
            f"RA-86559 landed at Pyongyang FNJ at {THEN}, seen on the ground",
        ),
        (
            landing(registration=None, airport=VLADIVOSTOK, icao24="780abc", callsign="CCA121"),
            "CCA121 (780abc, registered in China) probably landed at Vladivostok VVO about 11:52 local on 26 September 2023, "
            "93 % sure that it did",
        ),
        (
            landing(**NOWHERE, **seen_at(50.6, 136.934)),
            "RA-86559 probably landed at an unknown field about 01:52 UTC on 26 September 2023, 93 % sure that it did",
        ),
        (
            left(**NOWHERE),
            "RA-86559 probably left an unknown field about 00:31 UTC on 28 September 2023 after about 46 h 39 min, "
            "93 % sure that it had come down",
        ),
        (left(), f"RA-86559 probably left Pyongyang FNJ about {LATER} after about 46 h 39 min, {THERE}"),
        (
            left(dwell_min_s=167_880, dwell_max_s=168_000),
            f"RA-86559 probably left Pyongyang FNJ about {LATER} after 46 h 39 min, {THERE}",
        ),
        (
            left(dwell_s=None, dwell_min_s=5400, dwell_max_s=None),
            f"RA-86559 probably left Pyongyang FNJ about {LATER} after at least 1 h 30 min, {THERE}",
        ),
        (
            left(dwell_s=None, dwell_min_s=0, dwell_max_s=None),
            f"RA-86559 probably left Pyongyang FNJ about {LATER}, {THERE}",
        ),
        (taken_back(), "TAKEN BACK: the landing of RA-86559 at Pyongyang FNJ"),
        (
            reminder(),
            "RA-86559 is still on the ground at Pyongyang FNJ after about 24 h 08 min, as far as is known at 11:00 local on "
            "27 September 2023",
        ),
    ],
)
def test_the_subject_says_it_all(event: Event, said: str) -> None:
    assert " ".join(mail(event)["Subject"].split()) == said


def test_the_head() -> None:
    """All of it is made from the event, so a repeat is the same; programs that answer mail leave it alone."""
    assert {name: value for name, value in mail(landing()).items() if name != "Content-Type"} == {
        "Subject": LANDED,
        "From": "watch@example.net",
        "To": "desk@example.org, night@example.org",
        "Date": "Tue, 26 Sep 2023 02:10:00 +0000",
        "Message-ID": LANDING,
        "Auto-Submitted": "auto-generated",
        "References": ANCHOR,
        "MIME-Version": "1.0",
    }


@pytest.mark.parametrize(
    ("event", "own", "references", "answers"),
    [
        (landing(), LANDING, ANCHOR, None),
        (left(), "<departure-1.flightwatch@example.net>", ANCHOR, ANCHOR),
        (reminder(), "<reminder-1.flightwatch@example.net>", ANCHOR, ANCHOR),
        (taken_back(), "<retraction-1.flightwatch@example.net>", f"{ANCHOR} {LANDING}", LANDING),
    ],
)
def test_a_visit_is_one_thread(event: Event, own: str, references: str, answers: str | None) -> None:
    """Whoever gets only the departure has it under the same root; the correction answers the very mail it takes back."""
    sent = mail(event)
    assert (sent["Message-ID"], sent["References"].strip(), sent["In-Reply-To"]) == (own, references, answers)


def test_what_is_told_of_a_flight_is_in_the_thread_of_where_it_lands() -> None:
    """Its mails are one thread, which the landing that ends it joins, and the visit's with it."""
    began = Origin(None, 43.4, 132.2, at("2023-09-26T00:20"), is_departure=True)
    coming = mail(replace(landing(), id="e-1", type="approaching", visit="", origin=began, retracts=None))
    [flight] = coming["References"].split()
    assert coming["In-Reply-To"] == flight
    assert mail(replace(landing(), origin=began))["References"].split() == [ANCHOR, flight]
    other = replace(began, at=at("2023-09-27T00:20"))
    assert flight not in mail(replace(landing(), origin=other))["References"]


def test_ids_of_a_long_name_stay_whole() -> None:
    """A header that is folded inside an id, or encoded, breaks the thread."""
    domain = f"{'newsroom.' * 9}example.net"
    sent = mail(taken_back(), channel=EmailChannel(("a@example.org",), f"w@{domain}", "smtp://h"))
    ids = [f"<visit-1.visit.flightwatch@{domain}>", f"<landing-1.flightwatch@{domain}>"]
    assert (sent["Message-ID"], sent["References"].split(), sent["In-Reply-To"]) == (
        f"<retraction-1.flightwatch@{domain}>",
        ids,
        ids[1],
    )


def test_as_text() -> None:
    assert part(mail(left()), "plain") == (
        "RA-86559 (Il-62M, Russian Air Force) probably left Pyongyang FNJ on 28 September 2023 about 09:31 local, 00:31 UTC, "
        "after about 46 h 39 min; 93 % sure that it was there and left; take-off between 09:27 and 09:33 local.\n"
        "\n"
        "aircraft       RA-86559 (Il-62M, Russian Air Force)\n"
        "callsign       RFF7451\n"
        "icao24         15521f, registered in Russia\n"
        "where          Pyongyang Sunan International Airport (FNJ/ZKPY), North Korea\n"
        "left           28 September 2023 about 09:31 local, 00:31 UTC\n"
        "bounds         between 09:27 and 09:33 local, 00:27 and 00:33 UTC\n"
        "known          inferred, 93 % sure that it was there and left\n"
        "on the ground  about 46 h 39 min (between 46 h 22 min and 46 h 45 min)\n"
        "visit          visit-1\n"
        "\n"
        "Inferred means: nobody received it as it left. Of 100 alerts that are as sure as this one, about 93 should be right; "
        "one that later proves wrong is taken back.\n"
        "\n"
        "track 2023-09-28 on adsb.lol, there for some weeks: https://globe.adsb.lol/?icao=15521f&showTrace=2023-09-28\n"
        "track 2023-09-28 on ADS-B Exchange, there for some weeks: https://globe.adsbexchange.com/?icao=15521f&showTrace=2023-09-28\n"
        "the aircraft on Flightradar24: https://www.flightradar24.com/data/aircraft/ra-86559\n"
        "photos on Planespotters.net: https://www.planespotters.net/hex/15521F\n"
        "\n"
        "-- \n"
        "Sent by flightwatch from ADS-B reports of the OpenSky Network.\n"
    )


ORIGIN = Origin(VLADIVOSTOK, 43.3963, 132.1482, at("2023-09-25T23:50"), is_departure=True)
RECORD = Context(at("2023-08-01T00:40"), visit(), (visit(),), (visit(icao24="7278a5", registration="P-885"),))


def assert_harmless(html: str) -> None:
    """Check that nothing is fetched and nothing runs."""
    page = Page(html)
    assert page.tags & {"img", "link", "script", "iframe", "form", "object", "svg"} == set()
    assert page.attributes <= {"lang", "charset", "name", "content", "style", "role", "class", "href"}
    assert "url(" not in html
    assert "@import" not in html


@pytest.mark.parametrize(
    "event", [landing(origin=ORIGIN), landing(basis="observed"), left(), reminder(), taken_back(registration=None)]
)
def test_html_says_the_same(event: Event) -> None:
    """Every fact and link of the text; and nothing is fetched, nothing runs."""
    sent = received(describe(event, Watched(), AIRPORTS, RECORD))
    said, facts, sense, links = part(sent, "plain").split("\n\n")[:4]
    page = Page(part(sent, "html"))
    for fact in facts.splitlines():
        name, _, value = fact.partition("  ")
        assert f"{name}{value.strip()}" in page.text
    assert said in page.text
    assert sense in page.text
    assert headline(describe(event, Watched(), AIRPORTS, RECORD)) in page.text
    assert [link.split(": ")[1] for link in links.splitlines()] == page.links
    assert all(link.split(": ")[0] in page.text for link in links.splitlines())
    assert_harmless(part(sent, "html"))


def test_whose_reports_it_rests_on() -> None:
    """At its end, in both forms; a mail of several names the networks beside OpenSky once, with their terms."""
    both, attic = landing(heard_by=("OpenSky", "adsb.lol")), left(heard_by=("attic",))
    burst = Digest(tuple(describe(event, Watched(), AIRPORTS) for event in (both, attic)))
    credited = "data from adsb.lol and its contributors (https://adsb.lol/), Open Database License 1.0"
    for kind in ("plain", "html"):
        assert "Sent by flightwatch from ADS-B reports heard by OpenSky and adsb.lol." in part(mail(both), kind)
        assert "Sent by flightwatch from ADS-B reports heard by attic." in part(mail(attic), kind)
        told = part(received(burst), kind)
        told = Page(told).text if kind == "html" else told
        assert "Sent by flightwatch from ADS-B reports heard by OpenSky, adsb.lol and attic." in told
        assert told.count(credited) == 1
    for sent in (mail(both), received(burst)):
        assert Page(part(sent, "html")).links.count("https://adsb.lol/") == 1


def test_a_burst_is_one_mail() -> None:
    """Named after all its events, in the threads of all their visits, of which there are not too many."""
    events = [landing(id=f"landing-{n}", visit=f"visit-{n // 2}") for n in range(60)]
    alerts = tuple(describe(event, Watched(), AIRPORTS) for event in events)
    sent, again, other = received(Digest(alerts)), received(Digest(alerts)), received(Digest(alerts[1:]))
    name = "RFF7451 (RA-86559 or RF-86559, 15521f, registered in Russia) probably landed at Pyongyang FNJ, 93 % sure that it did"
    assert " ".join(sent["Subject"].split()) == f"60 alerts: {name}; and 59 more"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Message-ID"] == again["Message-ID"] != other["Message-ID"]
    threads = [f"<visit-{n}.visit.flightwatch@example.net>" for n in range(MOST_REFERENCES)]
    assert (sent["References"].split(), sent["In-Reply-To"]) == (threads, None)
    assert part(sent, "plain").split("\n\n")[:-1] == ["\n".join(lines(alert)) for alert in alerts]
    page = Page(part(sent, "html"))
    assert page.links == ["https://globe.adsb.lol/?icao=15521f&showTrace=2023-09-26"] * 60
    assert all(sentence(alert) in page.text for alert in alerts)
    assert_harmless(part(sent, "html"))


def test_nobody_watched() -> None:
    """Told in a thread of its own, which the end of it answers."""
    blind = Blindness("blind-1", at("2023-09-26T02:10"), None, HOSTILE, at("2023-09-26T04:10"))
    blind = replace(blind, id=blind_id(blind))
    sight = replace(blind, id="sight-1", until=at("2023-09-26T05:40"), detected_at=at("2023-09-26T05:40"))
    told, ended = received(blind), received(sight)
    assert told["Message-ID"] == f"<{blind.id}.blind.flightwatch@example.net>"
    assert (told["References"], told["In-Reply-To"]) == (None, None)
    assert ended["Message-ID"] == "<sight-1.sight.flightwatch@example.net>"
    assert ended["References"] == ended["In-Reply-To"] == told["Message-ID"]
    assert (told["Bcc"], told["Auto-Submitted"]) == (None, "auto-generated")
    assert ended["Subject"] == (
        "flightwatch sees again: it was blind 02:10-05:40 UTC on 26 September 2023, for 3 h 30 min"
    )
    for sent in (told, ended):
        text, page = part(sent, "plain"), Page(part(sent, "html"))
        assert "may be told late, or not at all.\nThe last failure: A[31mBcc: all@example.org<script>" in text
        assert all(line in page.text for line in text.split("\n\n")[0].splitlines())
        assert_harmless(part(sent, "html"))


def test_text_from_the_air_and_from_files_does_no_harm() -> None:
    """Not to the head, the text, or the page."""
    sent = mail(landing(callsign=HOSTILE, registration=HOSTILE), label=HOSTILE)
    harmless = "A[31mBcc: all@example.org<script>alert(1)</script>&"
    assert " ".join(sent["Subject"].split()) == f"{harmless} probably{LANDED.partition(' probably')[2]}"
    assert (sent["Bcc"], len(sent.keys())) == (None, 9)
    assert f"callsign  {harmless}\n" in part(sent, "plain")
    page = Page(part(sent, "html"))
    assert f"callsign{harmless}" in page.text
    assert "script" not in page.tags


def test_names_of_all_scripts() -> None:
    """They arrive as written, and travel as ASCII in short lines, which every server passes on."""
    label = "Ил-62М 평양 " + "é" * 80
    event = landing(airport={"icao": "LSZH", "iata": "ZRH", "name": "Zürich Airport"})
    sent = mail(event, label=label)
    assert (
        " ".join(sent["Subject"].split())
        == "RA-86559 probably landed at Zürich ZRH about 03:52 local on 26 September 2023, 93 % sure that it did"
    )
    assert f"aircraft  RA-86559 ({label})\n" in part(sent, "plain")
    assert f"RA-86559 ({label})" in Page(part(sent, "html")).text
    raw = message(describe(event, Watched(), AIRPORTS), CHANNEL).as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.splitlines())) < 100


def test_a_sender_whose_domain_is_not_ascii() -> None:
    sent = mail(landing(), channel=EmailChannel(("a@example.org",), "w@bücher.example", "smtp://h"))
    assert sent["Message-ID"] == "<landing-1.flightwatch@flightwatch.invalid>"


def test_a_test_says_that_it_is_one() -> None:
    sent = trial(CHANNEL, at("2023-09-26T01:52"))
    assert (sent["Subject"], sent["To"]) == (
        "flightwatch --test: alerts will arrive here",
        "desk@example.org, night@example.org",
    )
    assert sent["Message-ID"] == "<20230926T015200.000000.test.flightwatch@example.net>"
    assert "nothing has landed" in sent.get_content()


def test_what_was_thought_before_anybody_was_told() -> None:
    """A single alert may tell it, where the watchlist wants no digest any more: it asks nobody to correct anything."""
    watched = Watched((WatchedAircraft(ICAO24, "RA-86559", "rule"),))
    alert = replace(describe(taken_back(), watched, AIRPORTS), is_untold=True)
    found = received(alert)
    assert str(found["Subject"]).startswith("Thought, then taken back: a landing of RA-86559 at Pyongyang FNJ")
    for kind in ("plain", "html"):
        assert "No alert told you of this landing: there is nothing to correct." in part(found, kind)
        assert "please correct" not in part(found, kind)
