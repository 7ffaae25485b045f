"""The picture that goes with an alert."""

from msgspec import Struct


class Picture(Struct, frozen=True):
    """A picture, and what it shows for whoever cannot see it."""

    png: bytes
    told: str
