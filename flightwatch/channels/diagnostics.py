"""Diagnostics, to standard error: what an operator reads beside the output."""

import os
import sys
from contextlib import suppress

from flightwatch.known_secrets import SECRETS


def say(text: str) -> None:
    """Write a diagnostic to stderr, each of its lines marked as ours; where nobody can read it any more nothing happens.

    Secrets are hidden. Control characters are escaped, as a path or an argument may hold anything. On a terminal lines are
    broken to fit.
    """
    with suppress(OSError):  # its terminal is gone, or its disk is full
        for line in SECRETS.hidden(text).split("\n"):
            sys.stderr.write("\n".join(_fitted(f"flightwatch: {_plain(line)}")) + "\n")
        sys.stderr.flush()


def _fitted(line: str) -> list[str]:
    """Break a line for standard error between words, if that is a terminal, which would break it inside a word."""
    columns = os.get_terminal_size(sys.stderr.fileno()).columns if sys.stderr.isatty() else 0
    if not 0 < columns < len(line):
        return [line]
    from textwrap import wrap

    return wrap(line, columns, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def _plain(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in line)
