"""flightwatch: tells when a watched aircraft has landed, where, how sure that is, and how long it stays."""

__version__ = "0.1.0"
