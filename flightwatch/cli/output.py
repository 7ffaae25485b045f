"""The process's own streams: output that survives odd terminals and readers who leave."""

import io
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from errno import ENOSPC
from pathlib import Path
from secrets import token_hex

from flightwatch.errors import UsageError
from flightwatch.paths import refuse_link_of_another


def open_output() -> None:
    """Make standard output fit for any text: what its encoding cannot show is escaped.

    Where it is closed (``>&-``) it becomes a pipe that nobody reads, so that an alert counts as undelivered. Where standard
    error is closed, diagnostics go nowhere.
    """
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 for as long as the program runs
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
        drop_output()


def drop_output() -> None:
    """Send what was not written yet nowhere: whoever interrupts does not wait until a reader who has stopped goes on."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_lines(lines: Iterable[str], hang: int = 0) -> None:
    """Print lines; on a terminal they are broken between words where they are too long.

    What follows a break stands ``hang`` columns farther right than the line began.
    """
    if not sys.stdout.isatty():
        for line in lines:
            sys.stdout.write(f"{line}\n")
        return
    from rich.text import Text

    from flightwatch.channels.terminal import console

    terminal = console()
    for line in lines:
        begin = max(hang, len(line) - len(line.lstrip()))
        start = line[:begin]
        for part in Text(line[begin:]).wrap(terminal, terminal.width - begin, overflow="fold") or [Text()]:
            terminal.print(Text.assemble(start, part), soft_wrap=True)
            start = " " * begin


def print_pairs(rows: Iterable[tuple[str, str]]) -> None:
    """Print names and what is said of each: as a table on a terminal, else a line each."""
    if sys.stdout.isatty():
        from flightwatch.channels.pairs import Pairs
        from flightwatch.channels.terminal import console

        console().print(Pairs([(None, list(rows))]))
        return
    for name, said in rows:
        sys.stdout.write(f"{name}: {said}\n")


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file beside its place, then put it there: a crash leaves the old one. Raises `UsageError`.

    Links of the user's own are followed. A device or a pipe is written to as it is.
    """
    whole = content.encode() if isinstance(content, str) else content
    try:
        refuse_link_of_another(path)
        if path.exists() and not path.is_file():
            path.write_bytes(whole)
            return
        there = path.resolve()
        # A name that nobody can foresee, and no file or link that is there already: in a shared folder it could be a trap.
        draft = there.with_name(f".flightwatch-{token_hex(8)}")
        with draft.open("xb") as file:
            try:
                file.write(whole)
                file.flush()
                draft.replace(there)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
    except OSError as error:
        do = (
            "make room, or name a file elsewhere"
            if error.errno == ENOSPC
            else "name a file in a folder you can write to"
        )
        raise UsageError(f"{path}: {error.strerror}; {do}") from error


def bar(what: str, total: int) -> AbstractContextManager[Callable[[int, int], None]]:
    """Show on a terminal how many of the questions or drawings are done; elsewhere show nothing."""
    if not sys.stderr.isatty():
        return nullcontext(lambda _done, _total: None)
    from flightwatch.channels.terminal import progress

    return progress(what, total)


def downloads() -> AbstractContextManager[Callable[[str], Callable[[int, int], None]]]:
    """Show on a terminal how much of each file is there; elsewhere show nothing."""
    if not sys.stderr.isatty():
        return nullcontext(lambda _name: lambda _come, _whole: None)
    from flightwatch.channels.terminal import downloads

    return downloads()


def shares() -> AbstractContextManager[Callable[[str, int, int], None]]:
    """Show on a terminal how much is done of one thing after another, how fast, and how long the rest may take."""
    if not sys.stderr.isatty():
        return nullcontext(lambda _what, _done, _whole: None)
    from flightwatch.channels.terminal import shares

    return shares()
