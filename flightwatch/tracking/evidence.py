"""What polls keep of one airframe so that what was decided about it can be shown, and decided again."""

from zlib import crc32

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.kept_answers import KeptAnswers
from flightwatch.core.model import Icao24
from flightwatch.tracking.alone import Conditions
from flightwatch.tracking.reports import Reports
from flightwatch.tracking.testimony import Testimony
from flightwatch.tracking.track import Track


class Look(Struct, frozen=True, omit_defaults=True):
    """Everything on which one airframe's step in one poll rested, beside its track before."""

    kept: KeptAnswers
    told: Testimony = Testimony()
    conditions: Conditions | None = None
    """None: as at the look before."""
    is_exact: bool = True
    """False: the step taken again by what is kept was not what the poll decided, as may be where areas are watched too."""


class Taken(Struct, frozen=True):
    """One step that was taken, to be kept."""

    icao24: Icao24
    before: Track | None
    after: Track | None
    """None: nobody follows it any more."""
    look: Look
    """With its conditions."""
    is_heard: bool
    """True if the look holds a row of it."""
    decides: bool
    """True if a visit began, changed or ended, or something was told of one."""


def spelled_out(track: Track | None) -> Track | None:
    """The track with its reports one by one, which are packed otherwise; and without what was noted for news."""
    return track and replace(track, reports=Reports(track.reports.all()), noted=None)


def digest(track: Track | None) -> int:
    """CRC-32 of a track, however its reports are packed: what follows on from one has the same."""
    return crc32(msgspec.msgpack.encode(spelled_out(track)))
