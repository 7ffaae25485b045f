"""Which flightwatch this is. Rooms ask here: the package's own door leads to all of them."""

__version__ = "0.1.0"
