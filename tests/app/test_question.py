"""Questions about one or several, by tail, airport, callsign and tag, and what is known of several together."""

from datetime import timedelta

import pytest
from made_visits import ICAO24, VLADIVOSTOK, at, left, moment, tally, unix, visit
from state_vectors import AIRPORTS, airport

from flightwatch.app import question_history
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.question import Question, find_question
from flightwatch.app.report_sections import section
from flightwatch.app.topic import Topic, find_topic
from flightwatch.core.selection import ALL, Selection
from flightwatch.core.spans import DAY_S, Span
from flightwatch.core.visits import Visit
from flightwatch.core.watched import WatchedAircraft
from flightwatch.errors import UsageError
from flightwatch.storage.poll_log import keep_listed
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.recorded import is_recorded, who_flew_as
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.watch_times import WatchTimes, together

NOW = at("2023-09-28T12:00")
KORYO = "7278a5"
IL62 = WatchedAircraft(ICAO24, "RA-86559", "rule", tags=("dprk",))
WATCHLIST = Watchlist(aircraft=(IL62, WatchedAircraft(KORYO, "P-885", "given", tags=("dprk", "koryo"))))
TAIL, OTHER = Topic("RA-86559", icao24s=(ICAO24,)), Topic("P-885", icao24s=(KORYO,))
SUNAN = Topic("Pyongyang Sunan International Airport (FNJ/ZKPY)", airport=airport("FNJ"))
THERE = visit()
ELSEWHERE = visit(id="visit-2", airport=VLADIVOSTOK, arrival=moment("2023-11-22T03:00"), departure=None)
ANOTHER = visit(id="visit-3", icao24=KORYO, registration="P-885", callsign="KOR271", arrival=moment("2023-09-27T00:00"))


def keep(store: Store, *visits: Visit) -> None:
    store.commit(PollChanges({}, frozenset(), (), visits), PollRecord(NOW, NOW, "ok"))


def ask(store: Store | None, *words: str, watchlist: Watchlist | None = WATCHLIST) -> Question:
    return find_question(words, watchlist, store, AIRPORTS)


def visits(store: Store, *words: str, which: Selection = ALL) -> list[str]:
    found = question_history.known(ask(store, *words), Knowledge(store, WATCHLIST, AIRPORTS, NOW), which)
    return [visit.id for visit in found.visits]


@pytest.mark.parametrize(
    ("words", "question"),
    [
        (("RA-86559",), Question("RA-86559", (TAIL,))),
        (("ra86559", "P885", "p-885"), Question("RA-86559, P-885", (TAIL, OTHER))),
        (("tag:dprk",), Question("tag:dprk (2 aircraft)", (TAIL, OTHER))),
        (("tag:koryo", "FNJ"), Question(f"tag:koryo (1 aircraft), {SUNAN.text}", (OTHER, SUNAN))),
        (
            ("N1", "N2", "N3", "N4", "N5"),
            Question(
                "N1, N2, N3, and 2 more",
                tuple(
                    Topic(f"N{n}", icao24s=(icao24,))
                    for n, icao24 in enumerate(("a00001", "a18d50", "a31a9f", "a4a7ee", "a6353d"), 1)
                ),
            ),
        ),
    ],
)
def test_several_are_asked_about(store: Store, words: tuple[str, ...], question: Question) -> None:
    """Each once, whatever names it."""
    assert ask(store, *words) == question


def test_words_that_are_one_name_together(store: Store) -> None:
    """Nobody quotes New Delhi, alone or beside others; FNJ and VVO are two all the same."""
    assert [s.airport and s.airport.iata for s in ask(store, "New", "Delhi").topics] == ["DEL"]
    assert [s.airport and s.airport.iata for s in ask(store, "FNJ", "VVO").topics] == ["FNJ", "VVO"]
    several = ask(store, "RA-86559", "Hong", "Kong", "Sunan", "New", "Delhi Airport").topics
    assert [s.airport and s.airport.iata for s in several] == [None, "HKG", "FNJ", "DEL"]


def test_a_tag_in_other_letters(store: Store) -> None:
    """Capitals are no other tag, unless the watchlist has both."""
    assert ask(store, "TAG:DPRK") == Question("TAG:DPRK (2 aircraft)", ask(store, "tag:dprk").topics)
    both = Watchlist(
        aircraft=tuple(
            WatchedAircraft(f"a0000{n}", f"N{n}", "rule", tags=(tag,)) for n, tag in enumerate(("vip", "VIP"), 1)
        )
    )
    assert [s.text for s in ask(store, "tag:VIP", watchlist=both).topics] == ["N2"]
    assert [s.text for s in ask(store, "tag:Vip", watchlist=both).topics] == ["N1", "N2"]


@pytest.mark.parametrize(
    ("tag", "watchlist", "line"),
    [
        (
            "tag:drpk",
            WATCHLIST,
            "'tag:drpk' is a tag that no aircraft of the watchlist has: write tag:dprk or tag:koryo",
        ),
        (
            "tag:dprk",
            None,
            "'tag:dprk': tags are what the watchlist gives its aircraft, and there is none: name tails instead",
        ),
    ],
)
def test_a_tag_that_nobody_has(store: Store, tag: str, watchlist: Watchlist | None, line: str) -> None:
    with pytest.raises(UsageError) as caught:
        ask(store, tag, watchlist=watchlist)
    assert str(caught.value) == line


def test_who_flew_under_a_callsign(store: Store) -> None:
    """By visits that stand, by what is followed now and by OpenSky's flights; never who flew under a longer one."""
    keep(store, THERE, ANOTHER, visit(id="x", icao24="abcdef", callsign="KOR271", retracted_at=NOW))
    track = Track("a00001", None, callsign="KOR271")
    store.commit(PollChanges({"a00001": track}, frozenset(), (), ()), PollRecord(NOW, NOW, "ok"))
    with store.writing() as db:
        for icao24, callsign in (("a18d50", "KOR271  "), ("a31a9f", "KOR2711 ")):
            db.execute("INSERT INTO flights VALUES (?, 0, 0, ?)", (icao24, f'[{{"callsign":"{callsign}"}}]'.encode()))
    assert who_flew_as("KOR271", store) == {KORYO: "P-885", "a18d50": "N2", "a00001": "N1"}
    assert who_flew_as("RFF7451", store) == {ICAO24: "RA-86559"}
    assert who_flew_as("%", store) == {}
    assert [is_recorded(icao24, store) for icao24 in (ICAO24, "a00001", "a31a9f", "a4a7ee")] == [
        True,
        True,
        True,
        False,
    ]


def test_a_callsign_that_it_left_under(store: Store) -> None:
    """Many fly home under another one; the watchlist's name goes before the rule's, which has two."""
    keep(store, THERE)
    gone = PollChanges({}, frozenset(), (left(callsign="RFF7452", visit=THERE.id),), ())
    store.commit(gone, PollRecord(NOW, NOW, "ok"))
    assert find_topic("RFF7452", WATCHLIST, store, AIRPORTS).text == "RFF7452 (flown by RA-86559, 15521f)"
    assert visits(store, "RFF7452") == [THERE.id]
    followed = PollChanges({ICAO24: Track(ICAO24, None, callsign="RFF7453")}, frozenset(), (), ())
    store.commit(followed, PollRecord(NOW, NOW, "ok"))
    assert find_topic("RFF7453", WATCHLIST, store, AIRPORTS).text == "RFF7453 (flown by RA-86559, 15521f)"
    assert visits(store, "RFF7453") == []


def test_a_callsign_answers_before_anything_is_read_as_an_icao24(store: Store) -> None:
    """But a tail number of the watchlist goes first; and the word that is spoken says how to ask about the other."""
    keep(store, visit(callsign="CCA121", icao24="780abc", registration=None), visit(id="2", callsign="P885"))
    found = find_topic("cca 121", WATCHLIST, store, AIRPORTS)
    assert found == Topic(
        "CCA121 (flown by aircraft 780abc)",
        icao24s=("780abc",),
        callsign="CCA121",
        note="'CCA121' is a callsign that was recorded; for the icao24 write icao24:cca121",
    )
    assert find_topic("P885", WATCHLIST, store, AIRPORTS) == OTHER


def test_many_airframes_under_one_callsign(store: Store) -> None:
    keep(store, *(visit(id=f"{n}", icao24=f"00000{n}", registration=None, callsign="AFL1") for n in range(7)))
    assert find_topic("AFL1", None, store, AIRPORTS).text == (
        "AFL1 (flown by aircraft 000000; aircraft 000001; aircraft 000002; aircraft 000003; aircraft 000004; and 2 more)"
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "165829",
            "'165829' may be a military serial or an icao24, and nothing is recorded under it: write icao24:165829 for the "
            "icao24; for the serial, add the aircraft with its icao24 to the watchlist",
        ),
        (
            "DAE123",
            "'DAE123' may be a callsign or an icao24, and nothing is recorded under it: write icao24:dae123 for the icao24; a "
            "callsign answers when it was recorded",
        ),
        (
            "AFL123",
            "'AFL123' may be a callsign, but nothing is recorded under it, and OpenSky cannot be asked for one: name a tail "
            "such as RA-86559",
        ),
        (
            "Dakar",
            "'Dakar' may be the tail number D-AKAR or an airport: write D-AKAR, or DSS (Blaise Diagne International Airport)",
        ),
        ("North Korea", "'North Korea' is a country: name an airport or a city there"),
        ("the netherlands", "'the netherlands' is a country: name an airport or a city there"),
        ("Cuba", "'Cuba' is a country: name an airport or a city there"),  # and three strips in the United States
        (
            "g-ezaa",
            "'g-ezaa' may be a tail number, but no rule gives its icao24: write icao24: and its six hex digits, or add the "
            "aircraft with its icao24 to the watchlist",
        ),
        ("RA-*", "'RA-*' is a pattern: name tails one by one, or a tag of the watchlist, as in tag:dprk"),
        ("icao24:xyz", "'icao24:xyz' is no icao24: write six hex digits, as in icao24:15521f"),
    ],
)
def test_what_may_mean_two_things_is_asked_about(store: Store, text: str, line: str) -> None:
    """Nothing is spent on it."""
    with pytest.raises(UsageError) as caught:
        find_topic(text, WATCHLIST, store, AIRPORTS)
    assert str(caught.value) == line


@pytest.mark.parametrize("icao24", ["165829", "dae123"])
def test_what_is_recorded_is_no_riddle(store: Store, icao24: str) -> None:
    """Nor what is watched."""
    keep(store, visit(icao24=icao24, registration=None))
    assert find_topic(icao24, None, store, AIRPORTS).icao24s == (icao24,)
    watchlist = Watchlist(aircraft=(WatchedAircraft(icao24, "168001", "given"),))
    assert find_topic(icao24, watchlist, None, AIRPORTS) == Topic("168001", icao24s=(icao24,))
    assert find_topic("168001", watchlist, None, AIRPORTS) == Topic("168001", icao24s=(icao24,))


def test_visits_of_several_are_told_together(store: Store) -> None:
    """Newest first, each once, as many as are asked for; of a callsign those that were flown under it."""
    keep(store, THERE, ELSEWHERE, ANOTHER)
    assert visits(store, "RA-86559", "P-885") == ["visit-2", "visit-3", "visit-1"]
    assert visits(store, "RA-86559", "FNJ", which=Selection(limit=2)) == ["visit-2", "visit-3"]
    assert visits(store, "tag:dprk", which=Selection(until=at("2023-09-27"))) == ["visit-1"]
    assert visits(store, "KOR271") == ["visit-3"]
    assert visits(store, "KOR271", "RA-86559", which=Selection(limit=1)) == ["visit-2"]


def test_opensky_is_asked_about_all_tails_at_once(store: Store) -> None:
    """About nobody for an airport or a callsign."""
    keep(store, ANOTHER)
    week = NOW - timedelta(days=7)
    question = ask(store, "RA-86559", "FNJ", "KOR271", "D-AIMA")
    assert question_history.unwatched_spans(question, store, NOW, since=None, until=NOW, by_default=week) == {
        icao24: [Span(week, NOW)] for icao24 in (ICAO24, "3c65a1")
    }
    assert question.is_about_aircraft
    assert not ask(store, "FNJ", "KOR271").is_about_aircraft


DAYS = [Span(at(f"2023-09-{day:02d}"), at(f"2023-09-{day + 1:02d}")) for day in range(1, 9)]


@pytest.mark.parametrize(
    ("several", "of_all"),
    [
        ([WatchTimes(None)], WatchTimes(None)),
        ([WatchTimes(None), WatchTimes(None)], WatchTimes(None)),
        ([WatchTimes(None, why="x"), WatchTimes(None, why="x")], WatchTimes(None, why="x")),
        (
            [WatchTimes(None, why="not on the watchlist, so it is found at watched airports only")] * 2,
            WatchTimes(None, why="none of them on the watchlist, so they are found at watched airports only"),
        ),
        (
            [WatchTimes(None, why="no good poll since it was put on the watchlist")] * 2,
            WatchTimes(None, why="no good poll since they were put on the watchlist"),
        ),
        (
            [WatchTimes(None), WatchTimes(None, why="x")],
            WatchTimes(None, why="ask about each alone to see since when it is watched"),
        ),
        ([WatchTimes(at("2023-09-01")), WatchTimes(None)], WatchTimes(at("2023-09-01"), whom="only 1 of these 2: ")),
        (
            [*[WatchTimes(at("2023-09-01"))] * 2, WatchTimes(None)],
            WatchTimes(at("2023-09-01"), whom="2 of 3 together: "),
        ),
        (
            [WatchTimes(at("2023-09-01"), (DAYS[1], DAYS[4])), WatchTimes(at("2023-09-04"), (DAYS[5], DAYS[7]))],
            WatchTimes(at("2023-09-04"), (Span(DAYS[4].since, DAYS[5].until), DAYS[7]), whom="both together: "),
        ),
        (
            [WatchTimes(at("2023-09-01"), (Span(DAYS[0].since, DAYS[4].until),)), *[WatchTimes(at("2023-09-03"))] * 2],
            WatchTimes(at("2023-09-03"), (Span(DAYS[2].since, DAYS[4].until),), whom="all 3 together: "),
        ),
    ],
)
def test_what_was_watched_of_several_was_watched_of_each(several: list[WatchTimes], of_all: WatchTimes) -> None:
    """Since all were, without the holes of each."""
    assert together(several) == of_all


def test_how_far_the_record_of_several_goes(store: Store) -> None:
    """It is true of each of them: whom OpenSky was asked about, since when polls look for all."""
    store.commit(
        PollChanges({}, frozenset(), (), ()),
        PollRecord(at("2023-09-28T11:00"), at("2023-09-28T11:00"), "ok"),
        lambda db: keep_listed(db, WATCHLIST.watched, at("2023-09-28T11:00")),
    )

    def told(*words: str) -> str:
        question = ask(store, *words)
        knowledge = Knowledge(store, WATCHLIST, AIRPORTS, NOW)
        return question_history.context_line(
            question, tally([]), question_history.watch_times_of(question, knowledge), knowledge
        )

    both = "both together: watching since 2023-09-28 11:00 UTC, without a long break; OpenSky was "
    assert told("tag:dprk") == f"{both}not asked about past flights"
    keep_day(store, ICAO24, "2023-09-20")
    assert told("tag:dprk") == f"{both}asked about 1 of 2 aircraft"
    assert question_history.asked_days(ask(store, "tag:dprk"), store) == set()
    keep_day(store, KORYO, "2023-09-21")
    assert told("tag:dprk") == f"{both}asked about each aircraft, not about the same days"
    for icao24, day in ((ICAO24, "2023-09-21"), (KORYO, "2023-09-20")):
        keep_day(store, icao24, day)
    assert told("tag:dprk") == f"{both}asked about 2 days, 2023-09-20 to 2023-09-21"
    assert question_history.asked_days(ask(store, "tag:dprk"), store) == {at("2023-09-20"), at("2023-09-21")}
    assert question_history.asked_days(ask(store, "P-885", "FNJ"), store) == set()
    keep(store, ANOTHER)
    assert told("KOR271") == "a callsign is known only from what was recorded"


def keep_day(store: Store, icao24: str, day: str) -> None:
    """Put OpenSky's answer that there was no flight into the record."""
    with store.writing() as db:
        db.execute("INSERT INTO flights VALUES (?, ?, ?, '[]')", (icao24, unix(day), unix(day) + 3 * DAY_S))


def test_a_report_of_a_callsign(store: Store) -> None:
    """Its airframe's label is not the callsign's."""
    keep(store, ANOTHER)
    topic = find_topic("KOR271", None, store, AIRPORTS)
    labelled = Watchlist(aircraft=(WatchedAircraft(KORYO, "P-885", "given", label="Il-62M"),))
    told = section(topic, Knowledge(store, labelled, AIRPORTS, NOW))
    assert (told.title, told.record) == (
        "KOR271 (flown by P-885, 7278a5)",
        "A callsign is known only from what was recorded.",
    )
    assert [visit.id for visit in told.visits] == ["visit-3"]
