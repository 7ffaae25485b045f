"""Helicopters and drones: down at a place, not at whatever field is near."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports import AIRPORTS, HOUR, ICAO24, MINUTE, NOON, Follower, Point, airport, report, told

from flightwatch.alerts import describe, one_line
from flightwatch.geo import destination
from flightwatch.model import instant
from flightwatch.tracking.landing import ABSTAIN, MIN_SILENCE_S
from flightwatch.tracking.motion import Motion
from flightwatch.tracking.rotor import CLOSE_M, GROUND_KM, assess_rotary
from flightwatch.watched import Watchlist

HELICOPTER, DRONE = 8, 14
LANDED = ("landing", "inferred", None)
