"""Which channels are told of what."""

from datetime import timedelta

import pytest
from made_watchlists import FNJ, VVO, WOS, event
from msgspec.structs import replace

from flightwatch.alerting.routing import corrections_wanted, health_channels, routed, thresholds
from flightwatch.core.model import Airport, Event, EventType
from flightwatch.core.watched import WatchedAircraft, WatchedAirport
from flightwatch.watchlist.model import AlertRules, AppriseChannel, PrintChannel, Routing, Told, Watchlist
from flightwatch.watchlist.wanted import wanted

IL62 = WatchedAircraft("15521f", "RA-86559", "rule")
KORYO = WatchedAircraft("7278a5", "P-885", "given", tags=("dprk",))


def watching(**routings: Routing) -> Watchlist:
    """Make a watchlist with a channel for each routing, called after it."""
    return Watchlist(
        aircraft=(IL62, KORYO),
        airports=(WatchedAirport(FNJ), WatchedAirport(WOS)),
        notify=tuple(AppriseChannel("json://h", name, routing) for name, routing in routings.items()),
        alerts=AlertRules(still_on_ground=(timedelta(days=1),)),
    )


def told(watchlist: Watchlist, happened: Event) -> list[str]:
    return [channel.name for channel in routed(watchlist, happened)]


def test_a_channel_without_options_is_told_everything() -> None:
    watchlist = Watchlist(aircraft=(IL62,))
    for kind in ("landing", "departure", "reminder"):
        assert routed(watchlist, event("15521f", FNJ, kind, sure=0.6)) == (PrintChannel(),)


def test_kinds() -> None:
    watchlist = watching(
        all=Routing(),
        comings=Routing(on=("landing", "correction")),
        goings=Routing(on=("departure", "health")),
        reminders=Routing(on=("reminder",)),
    )
    assert told(watchlist, event("15521f", FNJ)) == ["all", "comings"]
    assert told(watchlist, event("15521f", FNJ, "departure")) == ["all", "goings"]
    assert told(watchlist, event("15521f", FNJ, "reminder")) == ["all", "reminders"]


def test_who_was_told_that_a_flight_is_lost_is_told_that_it_is_found() -> None:
    """So `airborne` reaches readers of `lost` alone where it ends one, and not where it ends a silence of days."""
    watchlist = watching(lost=Routing(on=("lost",)), up=Routing(on=("airborne",)), desk=Routing(on=("landing",)))
    days, found = (
        event("15521f", None, "airborne", sure=1.0),
        replace(event("15521f", None, "airborne"), retracts="l-1"),
    )
    assert told(watchlist, days) == ["up"]
    assert told(watchlist, found) == ["lost", "up"]
    asked = {on: replace(watchlist, alerts=AlertRules(on=(on,))) for on in ("lost", "airborne", "landing")}
    assert {on: (wanted(each, days), wanted(each, found)) for on, each in asked.items()} == {
        "lost": (False, True),
        "airborne": (True, True),
        "landing": (False, False),
    }


def test_where_an_aircraft_is_watched_does_not_narrow_what_is_nowhere() -> None:
    """An emergency is at no airport, an approach is at one."""
    watchlist = Watchlist(aircraft=(replace(IL62, at=(FNJ.icao,)),), alerts=AlertRules(on=("emergency", "approaching")))
    assert wanted(watchlist, event("15521f", None, "emergency"))
    assert wanted(watchlist, event("15521f", FNJ, "approaching"))
    assert not wanted(watchlist, event("15521f", VVO, "approaching"))


@pytest.mark.parametrize("kind", ["landing", "departure", "reminder"])
def test_confidence(kind: EventType) -> None:
    watchlist = watching(desk=Routing(min_confidence=0.8), web=Routing(min_confidence=1.0), log=Routing())
    happened = {sure: event("15521f", FNJ, kind, sure=sure) for sure in (0.79, 0.8, 1.0)}
    assert {sure: told(watchlist, each) for sure, each in happened.items()} == {
        0.79: ["log"],
        0.8: ["desk", "log"],
        1.0: ["desk", "web", "log"],
    }


@pytest.mark.parametrize(
    ("icao24", "registration", "at", "expected"),
    [
        ("15521f", "RA-86559", VVO, ["tail", "icao24"]),
        ("15521f", None, None, ["tail", "icao24"]),
        ("15521f", "RA-86559", FNJ, ["tail", "icao24", "airport", "either"]),
        ("7278a5", "P-885", VVO, ["tag", "either"]),
        ("444444", None, FNJ, ["airport", "either"]),
        ("444444", None, WOS, []),
        ("444444", None, None, []),
    ],
)
def test_only_these_aircraft_or_these_airports(
    icao24: str, registration: str | None, at: Airport | None, expected: list[str]
) -> None:
    """An airframe wherever it is, an airport whoever it is; a retraction as the landing it takes back."""
    narrow = {
        "tail": Routing(("RA-86*",)),
        "icao24": Routing(("15521F",)),
        "tag": Routing(("tag:dprk",)),
        "airport": Routing(("FNJ",), (FNJ,)),
        "either": Routing(("P-*", "FNJ"), (FNJ,)),
    }
    assert told(watching(**narrow), event(icao24, at, registration=registration)) == expected
    asking = {name: Routing(each.only, each.airports, on=("correction",)) for name, each in narrow.items()}
    taken_back = event(icao24, at, "retraction", registration)
    assert [channel.name for channel in corrections_wanted(watching(**asking), taken_back)] == expected


def test_corrections_go_unasked_only_to_whom_the_caller_knows() -> None:
    """However unsure: the confidence of a retraction is none."""
    watchlist = watching(
        all=Routing(), landings=Routing(on=("landing",)), asking=Routing(on=("correction",), min_confidence=0.9)
    )
    retraction = event("15521f", FNJ, "retraction", sure=0.1)
    assert [channel.name for channel in corrections_wanted(watchlist, retraction)] == ["asking"]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ({"a": None, "b": ("health",), "c": ("landing", "health")}, ["b", "c"]),
        ({"a": None, "b": ("landing",), "c": None}, ["a", "c"]),
        ({"a": ("landing",)}, []),
    ],
)
def test_health_is_told_to_whom_asks(on: dict[str, tuple[Told, ...] | None], expected: list[str]) -> None:
    """Where nobody does, to those that are told everything."""
    watchlist = watching(**{name: Routing(on=kinds) for name, kinds in on.items()})
    assert [channel.name for channel in health_channels(watchlist)] == expected


def test_the_confidences_from_which_more_channels_are_told() -> None:
    sure = {"a": 0.9, "b": None, "c": 0.6, "d": 0.8, "e": 0.9}
    watchlist = watching(**{name: Routing(min_confidence=least) for name, least in sure.items()})
    assert thresholds(watchlist) == (0.8, 0.9)
    assert thresholds(Watchlist()) == ()
