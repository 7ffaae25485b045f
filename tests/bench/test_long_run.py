"""Polling for long needs no more memory than polling for a while."""

import tracemalloc

import pytest
from long_run import long_run

pytestmark = pytest.mark.slow

POLLS, EVERY_S = 150, 300
MOST_KB = 0.5
"""A poll; an answer kept would be 15 kB."""


def test_memory_stays_as_it_is() -> None:
    """Once everything was met: a visit, a failure, an alert."""
    tracemalloc.start()
    try:
        _, before, after = long_run(POLLS, EVERY_S)
    finally:
        tracemalloc.stop()
    assert after.allocated_kb - before.allocated_kb < after.polls * MOST_KB
