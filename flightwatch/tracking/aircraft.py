"""What a flight has shown of its aircraft, and how often such an aircraft goes to such a field.

Who flies tells more than anything else where several airports share an approach: airlines go to where they have a timetable,
business jets to the quiet field beside it, air forces to their bases, and a light aircraft to any strip. It is read off the
callsign, the speed and the height; a type from a register would tell it better.
"""

import re
from functools import lru_cache
from math import exp
from typing import Final, Literal

from msgspec import Struct

from flightwatch.core.address_states import is_same_state
from flightwatch.core.model import Airport, Icao24
from flightwatch.core.registration import registrations_of
from flightwatch.data.operators import BUSINESS, STATE
from flightwatch.tracking.field import AIRLINER_RUNWAY_M, JET_RUNWAY_M, LIGHT_RUNWAY_M, TURBOPROP_RUNWAY_M
from flightwatch.tracking.weights import FIELD_WEIGHTS

Visited = tuple[tuple[str, int], ...]
"""`Airport.icao` of fields, and how often an airframe was there."""

Role = Literal["airline", "business", "state"]
Kind = Literal["airline", "business", "state", "jet", "turboprop", "light"]

FLIGHT_NUMBER: Final = re.compile("[A-Z]{3}[0-9]")
"""How the callsign of an operator's flight begins (ICAO Doc 4444: the operator's designator, then the flight)."""

ROOMY_M: Final[dict[Kind, int]] = {"business": 2500, "state": 2500, "jet": 2500, "turboprop": 1500}
"""Length of runway, m, up to which a longer one tells that more of a kind fly there: fields of one size differ much. It tells
nothing of where airlines and light aircraft go."""

AIR_BASE: Final = (
    r"(?i)\b(air ?base|air force|space force|AFB|AB|ARB|NAS|MCAS|AAF|naval|army|military|marine corps|joint base|reserve base"
    r"|guard base|base a[eé]rea|RAF|RAAF|RNZAF|RNAS|BA \d+)\b"
)
"""What the name of an armed force's field holds in OurAirports."""

SHORTEST_STAY_S: Final = {
    "airline": 1200,
    "business": 1200,
    "state": 1200,
    "jet": 1200,
    "turboprop": 1200,
    "light": 420,
}
"""Time on the ground that is as likely as not when neither end was seen, by kind, s: less is mostly a low pass or a circuit in
the shadow of a hill, but the pilot of a light aircraft turns round at the end of the runway."""

SHORTEST_HOP_S: Final = 200
"""Time on the ground of a helicopter that is as likely as not when neither end was seen, s: to let somebody out."""


class Aircraft(Struct, frozen=True):
    """What this flight has shown of the aircraft."""

    is_rotary: bool
    """A helicopter or drone: it needs no runway."""
    needs_m: int
    """Shortest runway it is taken to use, m."""
    homes: tuple[tuple[str, float], ...] = ()
    """`Airport.icao` of the fields this flight may have come from, and how likely; empty: not known."""
    circuit: str | None = None
    """`Airport.icao` of the field it was last on final for; None: none."""
    role: Role | None = None
    """Whose flight it is by its callsign; None: the callsign does not tell."""
    state: str | None = None
    """The state whose address it has, as `address_states.state_of` says; None: not known."""
    has_flight_number: bool = False
    """True if ``role`` is known by an operator's designator, and not by a tail number as callsign: then it is no light
    aircraft."""
    highest_m: float = 0.0
    """Greatest altitude of this flight, m."""
    passes: int = 0
    """Times that it has come low over a field in this flight and gone up again; one tells as much as many."""
    been: Visited = ()
    """Where this airframe is known to have been."""

    @property
    def shortest_stay_s(self) -> int:
        """Time on the ground that is as likely as not when neither end was seen, s."""
        return SHORTEST_HOP_S if self.is_rotary else SHORTEST_STAY_S[self.kind]

    @property
    def kind(self) -> Kind:
        """The kind by which fields are weighed: of a state's or a business operator's flight, else by speed and height."""
        if self.role == "state" or (self.role == "business" and self.has_flight_number):
            return self.role
        if self.needs_m == LIGHT_RUNWAY_M:
            return "light"
        if self.needs_m == TURBOPROP_RUNWAY_M:
            return "turboprop"
        return self.role or "jet"


def role_of(callsign: str, icao24: Icao24, registration: str | None) -> Role | None:
    """The role of a flight with this callsign; None: it does not tell. A tail number as callsign is a private flight."""
    if FLIGHT_NUMBER.match(callsign):
        designator = callsign[:3]
        return "state" if designator in STATE else "business" if designator in BUSINESS else "airline"
    if not callsign:
        return None
    tails = (*registrations_of(icao24), registration or "")
    return "business" if any(callsign == tail.replace("-", "") for tail in tails) else None


def suits(aircraft: Aircraft, field: Airport) -> float:
    """Logarithm of how often such a field is the destination of such an aircraft, against a large one with scheduled flights."""
    return -sum(FIELD_WEIGHTS[term] * value for term, value in kind_terms(aircraft, field).items())


def kind_weight(aircraft: Aircraft, field: Airport) -> float:
    """How often such a field is the destination of such an aircraft, against 1 for a large one with scheduled flights."""
    return exp(suits(aircraft, field))


def kind_terms(aircraft: Aircraft, field: Airport) -> dict[str, float]:
    """The terms of an aircraft and a field alone, each 1 where it applies; those that do not are left out."""
    kind, length = aircraft.kind, field.longest_m
    size = field.kind
    if size == "small" and kind != "airline" and field.iata and (length or 0) >= AIRLINER_RUNWAY_M:
        size = "medium"  # OurAirports calls small what has no airline, also where business jets come and go
    if size == "small" and kind == "turboprop" and aircraft.role == "airline":
        kind = "airline"  # heard too briefly to show how fast it is, perhaps; its number says enough
    terms = {} if size == "large" else {f"{kind}_{size}": 1.0}
    if aircraft.role == "business" and field.scheduled and size == "large":
        terms["business_hub"] = 1.0
    at_home = kind == "state" and aircraft.state is not None and is_same_state(aircraft.state, field.country)
    if at_home and not is_air_base(field.name):
        terms["state_civil"] = 1.0
    elif not at_home and not field.scheduled and is_air_base(field.name):
        terms["base"] = 1.0
    if not field.scheduled and kind not in ("business", "state"):  # they need no timetable
        terms["airline_unscheduled" if kind == "airline" else "other_unscheduled"] = 1.0
    if length is not None and length < ROOMY_M.get(kind, 0):
        terms["narrow"] = (ROOMY_M[kind] - length) / 1000.0
    if length is None:
        if not field.scheduled:  # airlines do not fly to where there is no runway
            terms["unsurveyed"] = 1.0
    elif length < (max(aircraft.needs_m, JET_RUNWAY_M) if kind == "business" else aircraft.needs_m):
        terms["short"] = 1.0
    return terms


@lru_cache(maxsize=4096)
def is_air_base(name: str) -> bool:
    """Tell whether a field of this name is an armed force's."""
    return re.search(AIR_BASE, name) is not None
