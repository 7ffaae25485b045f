"""What became of an airframe that fell silent, now that it is heard again: the belief in `belief`, and one more report.

Lost in cruise is not a landing. But an aircraft that flies into a region without receivers towards an airport and comes out of
it two days later, from the direction of that airport, was there. Each field keeps the weight that the way in gives it, by the
terms of `likelihood`; the way out is weighed by the same terms, flown backwards, and the time that neither way needs must
be enough for a stay. Against the fields stand flying on, circling and turning back, less likely the longer it took, and a
landing somewhere that is not in the table.

Every decision about an airframe heard again is read off this: a stay that nobody told, the name of a field, that an inferred
landing was true, or that it is taken back.
"""

from math import exp, log

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.airports import Airports
from flightwatch.core.geo import distance_km
from flightwatch.core.model import Airport, StateVector, instant
from flightwatch.core.visits import Moment
from flightwatch.tracking.aircraft import SHORTEST_STAY_S, Aircraft
from flightwatch.tracking.belief import HIDDEN_S, MOST_SURE
from flightwatch.tracking.field import has_ends
from flightwatch.tracking.likelihood import (
    FULL_DESCENT_MS,
    LOW_M,
    Path,
    at_best,
    none_likelihood,
    none_terms,
    path,
)
from flightwatch.tracking.motion import Motion, height_over_m, motion
from flightwatch.tracking.reception import NOTHING_KNOWN, Reception
from flightwatch.tracking.rotor import DOWN_S, believe_rotary
from flightwatch.tracking.way_down import reversed_motion, stay_moments, time_down_s
from flightwatch.tracking.weighing import CLIMBING_MS, LEAST_WEIGHT, expected, is_out_of_reach

MIN_GAP_S = 25 * 60
"""Shortest gap after which an airliner may have another origin, s: down, a quarter of an hour, and up again."""

WAYS_S = 300
"""Least time that the way down and up again takes beside a stay of an aeroplane, s."""

LEAST_GAP_S = min(SHORTEST_STAY_S.values()) + WAYS_S
"""Shortest gap in which any aeroplane can have been on the ground, s."""

FARTHEST_KM = 800.0
"""Farthest that either end of the gap may be from the field for the way there to tell, km: the widest holes in OpenSky's coverage
that an aircraft crosses to land in are about as deep (from Vladivostok or Beijing to Pyongyang: 640 and 800 km, heard for the
first part)."""

STAY_SPREAD = 0.07
"""How fast a stay becomes sure beyond the shortest likely one, as part of that: a hold or a detour seldom takes more than
15 minutes of an airliner."""

LOITER_S = 40 * 60
"""Mean time that an aircraft circles or strays unheard, s."""

THROUGH = 0.5
"""Weight of flying on, or turning back, when the gap is just what that takes."""

ELSEWHERE = 0.002
"""Weight of having landed where no field is known, or of a transponder switched off."""

ONWARD = 0.02
"""Likelihood that an airframe that flew on is next seen on the ground at one certain field, against one that came down there:
there are many fields."""

UNSCHEDULED_WEIGHT = 0.05
"""Further factor for a field without scheduled flights: who comes from far comes to where there is a terminal and fuel."""

UNSURVEYED_WEIGHT = 0.2
"""Factor for a field with scheduled flights of which no runway's ends are known, as for Wonsan in OurAirports: from far out its
capital lies in the same direction, and fewer fly to what nobody has surveyed. This, `UNSCHEDULED_WEIGHT` and `FAR_OUT` are set on
2,400 invented visits of tests/accuracy/pyongyang.py, of which 2,281 are then told right and 16 wrong. No recorded flight has
such a gap, and nothing that is told of those depends on them."""

COMING_DOWN_M = 7500.0
"""Height over the field up to which a descent is one to it, m: higher up it may be a step to a lower cruise."""

FAR_OUT = 0.3
"""How much more the angle between track and field counts than on the way down, on top of its weight: nothing else tells."""

LEAST = 1e-5
"""Weight below which a field is left out."""


SLOWEST_MS, HOVERING_MS = 60.0, 20.0
"""Least speed that an aeroplane is taken to fly on with, and a helicopter, m/s."""


class Again(Struct, frozen=True):
    """The report with which an airframe is heard again."""

    flight: Motion
    field: Airport | None = None
    """Where the airframe stands; None: in the air, or on no field."""
    on_ground: bool = False


class Gap(Struct, frozen=True):
    """A time in which an airframe was not heard."""

    before: Motion
    """The motion at the last report in the air."""
    again: Again
    aircraft: Aircraft

    @property
    def length_s(self) -> int:
        """Time between both ends, s."""
        return self.again.flight.at - self.before.at

    @property
    def speed_ms(self) -> float:
        """The greater of the speeds at both ends, m/s; at least `SLOWEST_MS`."""
        return max(self.before.speed_ms or 0.0, self.again.flight.speed_ms or 0.0, SLOWEST_MS)


class Stay(Struct, frozen=True):
    """A place where it may have been on the ground, and the probability that it was."""

    airport: Airport | None
    """None: where it was lost, away from any field."""
    probability: float


class Hindsight(Struct, frozen=True):
    """What became of an airframe in a gap. The probabilities of all stays, of flying on and of the unknown sum to one."""

    stays: tuple[Stay, ...] = ()
    """Most probable first; empty: nothing speaks for one."""
    flew_on: float = 1.0
    """Probability that it flew on, circled or turned back, or came down first where it stands now."""

    @property
    def stayed(self) -> float:
        """Probability that it was on the ground at one of the places."""
        return sum(stay.probability for stay in self.stays)

    def at(self, icao: str | None) -> float:
        """Probability that it was on this field; None: on whichever."""
        if icao is None:
            return self.stayed
        return sum(stay.probability for stay in self.stays if stay.airport is not None and stay.airport.icao == icao)


def hindsight(gap: Gap, airports: Airports, watched: frozenset[str], reception: Reception = NOTHING_KNOWN) -> Hindsight:
    """What became of an airframe in ``gap``.

    ``watched`` holds the `Airport.icao` of fields where the user expects landings. ``reception`` is where low traffic is heard:
    an aircraft lost on the way down, or heard again on the way up, has shown itself where reception ends, but of one that is in
    cruise at both ends of the gap somebody would have heard more, had it landed where there are receivers.
    """
    before, again = gap.before, gap.again
    if gap.aircraft.is_rotary:
        return _of_rotary(gap, airports)
    weighed = _weighed(gap, airports, watched, reception)
    coming_down = _coming_down(before, gap.aircraft, weighed)
    on = THROUGH * coming_down * _straight_on(before, again.flight, gap.speed_ms, LOITER_S)
    if again.on_ground:
        on += sum(way_in for way_in, _, field in weighed if field == again.field) / ONWARD
    stays = [(weight, field) for _, weight, field in weighed if weight > LEAST]
    weight_of_stays = sum(weight for weight, _ in stays)
    total = max(on + ELSEWHERE * coming_down + weight_of_stays, weight_of_stays / MOST_SURE)
    stays.sort(key=lambda each: (-each[0], each[1].icao))
    return Hindsight(tuple(Stay(field, weight / total) for weight, field in stays), on / total)


def _weighed(
    gap: Gap, airports: Airports, watched: frozenset[str], reception: Reception
) -> list[tuple[float, float, Airport]]:
    """The fields that come into question, each with its weight by the way in and by the whole gap."""
    before, after, aircraft = gap.before, gap.again.flight, gap.aircraft
    backwards = reversed_motion(after)
    reach_km = min(FARTHEST_KM, gap.speed_ms * gap.length_s / 1000)
    likely: list[tuple[float, bool, Airport]] = []
    for away_km, field in airports.within(before.latitude, before.longitude, reach_km):
        prior = expected(aircraft, field, watched)
        if prior <= log(LEAST):
            continue
        back_km = distance_km(after.latitude, after.longitude, field.latitude, field.longitude)
        tells = back_km <= FARTHEST_KM and not gap.again.on_ground
        bound = prior + at_best(before, field, away_km) + (at_best(backwards, field, back_km) if tells else 0.0)
        likely.append((bound, tells, field))
    likely.sort(key=lambda each: (-each[0], each[2].icao))
    weighed: list[tuple[float, float, Airport]] = []
    best = 0.0
    for bound, tells, field in likely:
        if bound < log(max(best * LEAST_WEIGHT, LEAST)):
            break
        way_in = path(before, aircraft, field)
        if is_out_of_reach(way_in):
            continue
        weight = exp(expected(aircraft, field, watched) + way_in.likelihood)
        whole = weight * _fits(gap, way_in, field, reception, tells=tells)
        best = max(best, whole)
        weighed.append((weight, whole, field))
    return weighed


def _fits(gap: Gap, way_in: Path, field: Airport, reception: Reception, *, tells: bool) -> float:
    """Likelihood of being heard again as in ``gap`` after a stay at ``field``; ``tells``: whether the way out says anything."""
    before, again, aircraft = gap.before, gap.again, gap.aircraft
    if again.field == field:
        return 0.0  # it is there still
    backwards = reversed_motion(again.flight)
    spare_s = gap.length_s - time_down_s(before, field)[1] - time_down_s(backwards, field)[1]
    stay = _long_enough(spare_s, aircraft)
    dark = _is_near_ground(before, field) or (tells and _is_near_ground(backwards, field))
    unheard = 1.0
    if not dark:  # somebody else would have heard part of the way down or up, and who comes from far wants a terminal
        unheard = reception.unheard(field) * (1.0 if field.scheduled else UNSCHEDULED_WEIGHT)
    if not tells:
        return stay * unheard * (1.0 if again.on_ground else ELSEWHERE)
    way_out = path(backwards, aircraft, field)
    likelihood = way_out.likelihood + FAR_OUT * (way_in.towards + way_out.towards)
    surveyed = UNSURVEYED_WEIGHT if field.scheduled and not any(map(has_ends, field.runways)) else 1.0
    return stay * unheard * surveyed * exp(likelihood)


def _of_rotary(gap: Gap, airports: Airports) -> Hindsight:
    """What became of a helicopter or drone: it was down where it was lost, or flew on behind a hill."""
    before, after = gap.before, gap.again.flight
    belief = believe_rotary(before, airports)
    if not belief.fates:
        return Hindsight()
    here = belief.fates[0]
    speed = max(HOVERING_MS, ((before.speed_ms or 0.0) + (after.speed_ms or 0.0)) / 2)
    spare_s = after.at - here.best - _way_m(before, after) / speed
    down = belief.down * _long_enough(spare_s, gap.aircraft)
    on = (belief.none + belief.hidden) * _straight_on(before, after, speed, HIDDEN_S)
    field = None if here.icao is None else airports.find(here.icao)
    total = max(down + on, down / MOST_SURE)
    return Hindsight((Stay(field, down / total),), on / total)


def _long_enough(spare_s: float, aircraft: Aircraft) -> float:
    """How likely it is that ``spare_s`` seconds, which neither way needs, are a stay of such an aircraft, 0 to 1."""
    shortest_s = aircraft.shortest_stay_s
    return 1.0 / (1.0 + exp(min(50.0, (shortest_s - spare_s) / (STAY_SPREAD * shortest_s))))


def _straight_on(before: Motion, after: Motion, speed_ms: float, stray_s: float) -> float:
    """Likelihood that flying on takes as long as the gap: 1 where straight on does, less the longer it would have strayed."""
    return exp(-max(0.0, after.at - before.at - _way_m(before, after) / speed_ms) / stray_s)


def _way_m(before: Motion, after: Motion) -> float:
    return 1000.0 * distance_km(before.latitude, before.longitude, after.latitude, after.longitude)


def _coming_down(before: Motion, aircraft: Aircraft, weighed: list[tuple[float, float, Airport]]) -> float:
    """Weight of being down nowhere by how it was lost, at most 1: cruise tells nothing of what came hours later."""
    if not weighed or (before.climb_ms or 0.0) > CLIMBING_MS:
        return 1.0
    _, likeliest = max(((weight, field) for weight, _, field in weighed), key=lambda each: each[0])
    way = path(before, aircraft, likeliest)
    terms = none_terms(before, aircraft, way.height_m, likeliest.elevation_m or 0.0, final=way.is_on_final)
    return min(1.0, exp(none_likelihood(terms)))


def heard_again(report: StateVector, field: Airport | None, fastest_ms: float) -> Again:
    """The end of a gap that ``report`` makes; it stands on ``field``, if on any, and its flight was as fast as ``fastest_ms``."""
    flight = motion((report,))
    if report.on_ground:  # it came there as fast as it flies
        flight = replace(flight, speed_ms=max(fastest_ms, SLOWEST_MS), track_deg=None)
    return Again(flight, field, report.on_ground)


def shortest_gap_s(aircraft: Aircraft) -> int:
    """Shortest gap in which such an aircraft can have been on the ground, s."""
    return aircraft.shortest_stay_s + (0 if aircraft.is_rotary else WAYS_S)


def moments(before: Motion, after: Motion, stay: Stay, *, is_rotary: bool) -> tuple[Moment, Moment]:
    """Arrival and departure of a stay between two motions."""
    if stay.airport is not None and not is_rotary:
        return stay_moments(before, reversed_motion(after), stay.airport, stay.probability)
    out_s = _way_m(before, after) / max(after.speed_ms or 0.0, HOVERING_MS)
    last = max(before.at, round(after.at - out_s))
    return (
        Moment(instant(min(before.at + DOWN_S, last)), instant(before.at), instant(last), "inferred", stay.probability),
        Moment(instant(last), instant(before.at), instant(last), "inferred", stay.probability),
    )


def _is_near_ground(flight: Motion, field: Airport) -> bool:
    """Tell whether an end of a gap is low, or on the way down to ``field`` or up: then it has shown where reception ends."""
    height = height_over_m(flight, field)
    return height <= LOW_M or (height <= COMING_DOWN_M and (flight.descent_ms or 0.0) >= FULL_DESCENT_MS)
