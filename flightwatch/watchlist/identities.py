"""Which address a tail number has, and which tail number an address: by the states' rules, and by a register of aircraft."""

from collections.abc import Callable

from flightwatch.core.model import How, Icao24
from flightwatch.core.register import Register
from flightwatch.core.registration import icao24_of, normalise, registration_of


class Identities:
    """Looks up rules and the register; ``register`` may be a function, called when it is first needed."""

    def __init__(self, register: Callable[[], Register] | Register) -> None:
        self._load_register = register

    def tail_of(self, icao24: Icao24) -> str | None:
        """The tail number of an icao24: by rule, else as the register has it; None where it is not sure."""
        known = registration_of(icao24)
        if known is not None and known[1] != "guess":
            return known[0]
        listed = self.register.by_icao24(icao24)
        return normalise(listed.registration) if listed is not None and listed.registration else None

    def resolved(self, registration: str) -> tuple[tuple[Icao24, ...], How]:
        """The addresses of a tail number, and how they are known; empty where nobody knows them.

        A state's rule comes before the register, which volunteers write, and that before a guess.
        """
        resolution = icao24_of(registration)
        if resolution is not None and resolution.how != "guess":
            return (resolution.icao24,), resolution.how
        if found := self.register.by_registration(registration):
            return tuple(each.icao24 for each in found), "register"
        return ((resolution.icao24,), resolution.how) if resolution is not None else ((), "given")

    @property
    def register(self) -> Register:
        """The register, loaded once."""
        if callable(self._load_register):
            self._load_register = self._load_register()
        return self._load_register
