"""One airframe through the looks of an archive: it gives what `advance_all` gives look by look.

A look at which the airframe is not heard is a silence, as in a poll about the whole world. Once no silence changes anything any
more, the next look that may is sought at once: a tail costs what its reports cost.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.airports import Airports
from flightwatch.core.model import OPENSKY, Event, Icao24, StateVector, instant
from flightwatch.core.visits import Visit
from flightwatch.core.watched import WatchedAircraft
from flightwatch.tracking.doubt import disputed, taken_as
from flightwatch.tracking.following import FORGET_S, Following
from flightwatch.tracking.looks import Looks
from flightwatch.tracking.passing import TailOf, no_tail, passing
from flightwatch.tracking.poll_context import PollContext
from flightwatch.tracking.report_worth import VEHICLES
from flightwatch.tracking.silence import is_settled
from flightwatch.tracking.sky import Lows, Sky, Unwitnessed
from flightwatch.tracking.tidings import Tidings
from flightwatch.tracking.track import Track
from flightwatch.tracking.witness import Company

Reported = tuple[int, Sequence[StateVector]]
"""The number of a look, and where it tells that an airframe is: one report, or, as `Poll.rivals`, several of places far from each
other, or none: a row that cannot be read, which is no silence."""


_Asked = tuple[Following, WatchedAircraft | None]
"""Whom the watchlist follows, and the entry for the airframe's callsign, if it is followed for that."""


class Followed(Struct, frozen=True, omit_defaults=True):
    """What is remembered of one airframe from one stretch of an archive to the next."""

    track: Track | None = None
    """None: nobody follows it."""
    selected_since: int | None = None
    """Unix seconds of the first look at which it was watched for its callsign; None: it never was, or it is on the list."""


class Happened(Struct, frozen=True):
    """Events of one look. Those of all airframes come in the order of ``look``, ``how`` and icao24, as polls tell them."""

    look: int
    how: Literal[0, 1, 2]
    """0: the airframe was heard; 1: it was silent; 2: it is still where it was."""
    events: tuple[Event, ...]
    selected: WatchedAircraft | None = None
    """The entry for which the airframe was watched for its callsign; None: it was not."""


class Walked(Struct, frozen=True):
    """What a stretch of an archive holds of one airframe."""

    icao24: Icao24
    followed: Followed
    happened: tuple[Happened, ...] = ()
    visits: tuple[Visit, ...] = ()
    """Every visit that changed, as it is at the end."""


class Stretch:
    """A stretch of an archive, which airframes are taken through."""

    def __init__(
        self,
        sky: Sky | Unwitnessed,
        lows: Lows | None,
        following: Following,
        airports: Airports,
        looks: Sequence[Looks] | None,
        sources: tuple[str, ...] = (OPENSKY,),
        tail_of: TailOf = no_tail,
    ) -> None:
        """``lows``: where low traffic is heard; None: nothing shows it.

        ``looks``: since when somebody looks for whom, before each look; None: no news asks for it. ``sources``: who listened.
        ``tail_of`` as for `passing`.
        """
        self.sky, self.following, self.looks, self.tail_of = sky, following, looks, tail_of
        self._lows, self._airports, self._sources = lows, airports, sources
        self._contexts: dict[int, PollContext] = {}
        self._witnessed: dict[int, PollContext] = {}

    def context(self, look: int) -> PollContext:
        """What a look gives to the step of every airframe that is heard: who else is heard is asked once it is silent."""
        known = self._contexts.get(look)
        if known is None:
            rules, at = self.following.rules, self.sky.times[look]
            if self._lows is not None:
                rules = replace(rules, reception=self._lows.at(look))
            known = self._contexts[look] = PollContext(at, self._airports, rules, sources=self._sources)
        return known

    def witnessed(self, look: int) -> PollContext:
        """What a look gives to the step of every airframe that is silent."""
        known = self._witnessed.get(look)
        if known is None:
            known = self._witnessed[look] = replace(self.context(look), witnesses=self.sky.witnesses(look))
        return known

    def company(self, look: int, report: StateVector) -> Company | None:
        """Who else is heard at a look that tells ``report``."""
        witnesses = self.witnessed(look).witnesses
        return None if witnesses is None else witnesses.company(report)


def walk(icao24: Icao24, before: Followed, reports: Iterable[Reported], stretch: Stretch) -> Walked:
    """Take one airframe through a stretch. ``reports`` come in the order of their looks, at most one of each."""
    walker = _Walker(icao24, before, stretch)
    look, end = 0, len(stretch.sky.times)
    for heard_at, places in chain(reports, ((end, ()),)):
        while walker.track is not None and look < heard_at:
            look = walker.silent(look, heard_at)
        if heard_at < end:
            walker.heard(heard_at, places)
        look = heard_at + 1
    followed = Followed(walker.remembered(), walker.selected_since)
    return Walked(icao24, followed, tuple(walker.happened), tuple(walker.visits.values()))


class _Walker:
    def __init__(self, icao24: Icao24, before: Followed, stretch: Stretch) -> None:
        self.track, self.selected_since = before.track, before.selected_since
        self.happened: list[Happened] = []
        self.visits: dict[str, Visit] = {}
        self._icao24, self._stretch = icao24, stretch
        self._selects = bool(stretch.following.watched.callsigns)
        self._last: tuple[int, StateVector] | None = None
        """The look and the report of which it is not yet known who else was heard; None: the track tells."""

    def remembered(self) -> Track | None:
        """The track, with who else was heard when it was."""
        if self.track is not None and self._last is not None:
            self.track = replace(self.track, company=self._stretch.company(*self._last))
        self._last = None
        return self.track

    def heard(self, look: int, places: Sequence[StateVector]) -> None:
        """Move on by what a look holds of the airframe."""
        report = taken_as(self.track, tuple(places)) if len(places) > 1 else next(iter(places), None)
        following, selected = self._following(() if report is None else (report,))
        if report is not None and report.category not in VEHICLES:
            is_new = self.track is None or self.track.heard is None or report.last_contact > self.track.heard
            track = following.heard(self.track if is_new else self.remembered(), report)
            if track is not None:
                context = self._stretch.context(look) if is_new else self._stretch.witnessed(look)
                if len(places) > 1:
                    context = replace(context, disputed={self._icao24: disputed(tuple(places), report)})
                self._step(track, report, look, context, (following, selected))
        if self.track is not None:
            self._remind(self.track, look, following, selected)
        self._note_selected(look, selected)

    def silent(self, look: int, until: int) -> int:
        """Move on by a silence; give the next look, up to ``until``, that may change anything while the airframe is silent."""
        before = self.remembered()
        if before is None:
            return until
        following, selected = self._following(())
        self._step(before, None, look, self._stretch.witnessed(look), (following, selected))
        if self.track is not None:
            self._remind(self.track, look, following, selected)
        self._note_selected(look, selected)
        if self.track is None:
            return until
        if self.track is not before or not is_settled(self.track, following.rules):
            return look + 1
        return self._next(self.track, look + 1, until, following)

    def _step(self, before: Track, report: StateVector | None, look: int, context: PollContext, asked: _Asked) -> None:
        following, selected = asked
        step = following.step(before, report, context, self._tidings(look, following, context))
        if step.events:
            self.happened.append(Happened(look, 1 if report is None else 0, step.events, selected))
        self.visits.update((visit.id, visit) for visit in step.visits)
        if report is not None and step.track.heard != before.heard:
            self._last = look, report
        self.track = None if following.is_done(step.track, report, context.at) else step.track

    def _remind(self, track: Track, look: int, following: Following, selected: WatchedAircraft | None) -> None:
        if following.rules.still_on_ground:
            reminded = following.reminded(track, instant(self._stretch.sky.times[look]))
            if reminded is not None:
                self.track, said = reminded
                self.happened.append(Happened(look, 2, (said,), selected))

    def _next(self, track: Track, look: int, until: int, following: Following) -> int:
        """The first look from ``look`` on at which a settled track may be forgotten, or something be told again."""
        times = self._stretch.sky.times
        if track.heard is not None and following.is_done(track, None, track.heard + FORGET_S + 1):
            until = bisect_right(times, track.heard + FORGET_S, look, until)
        if following.rules.still_on_ground:
            until = bisect_left(
                times, True, look, until, key=lambda at: following.reminded(track, instant(at)) is not None
            )
        return until

    def _following(self, reports: Sequence[StateVector]) -> _Asked:
        """Whom the watchlist follows of this airframe alone, and the entry for its callsign."""
        following = self._stretch.following
        if not self._selects:
            return following, None
        tracks = {} if self.track is None else {self._icao24: self.track}
        found = passing(following.watched, tracks, reports, self._stretch.tail_of)
        if not found:
            return following, None
        return replace(following, watched=replace(following.watched, aircraft=found)), found[0]

    def _tidings(self, look: int, following: Following, context: PollContext) -> Tidings | None:
        if self._stretch.looks is None:
            return None
        looks = self._stretch.looks[look]
        if self.selected_since is not None:
            keys = [area.key for area in following.watched.areas if area.key in looks.listed]
            listed = {key: looks.listed[key] for key in keys}
            looks = replace(looks, listed={**listed, self._icao24: self.selected_since})
        return Tidings(following.watched, looks, context)

    def _note_selected(self, look: int, selected: WatchedAircraft | None) -> None:
        if selected is not None and self.selected_since is None:
            self.selected_since = self._stretch.sky.times[look]
