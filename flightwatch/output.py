"""The process's own streams: diagnostics, and output that survives odd terminals and readers who leave."""

import io
import os
import sys


def say(line: str) -> None:
    """A diagnostic, to stderr."""
    if sys.stderr is not None:  # closed by whoever started us, as by ``2>&-``
        sys.stderr.write(f"flightwatch: {line}\n")


def open_output() -> None:
    """Make standard output fit for any text: what its encoding cannot show is escaped.

    Where it is closed (``>&-``) it becomes a pipe that nobody reads, so that an alert counts as undelivered.
    """
    if sys.stdout is None:
        reader, writer = os.pipe()
        os.close(reader)
        sys.stdout = os.fdopen(writer, "w", encoding="utf-8", closefd=False)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def close_output() -> None:
    """Send what nobody can read any more nowhere: Python would complain when it flushes at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
