"""Who flies as a callsign is found by a network that can be asked for it, without a look at the whole world."""

from pathlib import Path

from made_visits import ICAO24, SEEN_UP, rows
from msgspec.structs import replace
from state_vectors import AIRPORTS, MINUTE, told
from two_ears import LOL, the_visit, two_ears, visit_times

from flightwatch.app.replay import replay
from flightwatch.core.selectors import Picked, Selector
from flightwatch.core.watched import WatchedCallsign
from flightwatch.sources.recorded import Recorder, Recording
from flightwatch.watchlist.model import SourceEntry, Watchlist

WATCHLIST = Watchlist(
    callsigns=(WatchedCallsign(Picked(Selector(callsign="RSD7"))),), sources=(SourceEntry("adsb.lol", LOL),)
)


def test_a_visit_of_who_flies_as_a_callsign(tmp_path: Path) -> None:
    """One question finds it; from then on it is asked for by its address too, as it may leave as another. So in a replay."""
    recorder = Recorder(tmp_path / "polls")
    with two_ears(tmp_path, WATCHLIST) as ears:
        for at in visit_times(5 * MINUTE, before=60 * MINUTE, after=30 * MINUTE):
            vector = the_visit(at)
            callsign = "RSD7    " if at < SEEN_UP else "RSD8    "
            ears.hear(at, rows(None if vector is None else replace(vector, callsign=callsign)))
            ears.poll(at, recorder)
        assert ears.opensky.requests == []
        paths = [request.path for request in ears.lol.requests]
    assert told(ears.events) == [("landing", "observed", "UHWW"), ("departure", "observed", "UHWW")]
    found = paths.index(f"/v2/hex/{ICAO24}")
    assert {*paths[:found]} == {"/v2/callsign/RSD7"}
    assert paths[found : found + 2] == [f"/v2/hex/{ICAO24}", "/v2/callsign/RSD7"]
    assert paths[-2:] == ["/v2/callsign/RSD7"] * 2  # it has left as another
    again = list(replay(Recording([tmp_path / "polls"]).answers(), WATCHLIST, AIRPORTS))
    assert [event.id for event in again] == [event.id for event in ears.events]
