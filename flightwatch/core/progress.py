"""How far a long piece of work has come."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Told after each part how many parts are done, of how many."""
