"""The commands: parse, call, render, exit code. What a command needs is imported when it runs."""

import gc
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from errno import EIO, ENOSPC
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from typer.core import TyperGroup

from flightwatch import paths
from flightwatch.app import environment
from flightwatch.app.assembly import (
    channels,
    store_to_replay_into,
    the_airports,
    the_environment,
    the_watchlist,
    trials,
)
from flightwatch.channels.diagnostics import say
from flightwatch.cli import history, init, status
from flightwatch.cli.options import DatabaseOption, WatchlistOption
from flightwatch.cli.output import close_output, open_output, print_lines, print_pairs
from flightwatch.errors import DeliveryError, FlightwatchError, UsageError
from flightwatch.version import __version__

MANY_OBJECTS = 50_000
"""New objects from which the garbage collector looks for cycles: with Python's 700 a long watchlist pays 30 ms for nothing."""


class Commands(TyperGroup):
    """All commands. A reader who leaves early, as ``head`` does, is no error."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            return None
        except PermissionError as error:
            raise UsageError(f"{error.filename}: {error.strerror}; check the rights to it and to its folder") from error
        except OSError as error:
            raise _told(error) from error


def _told(error: OSError) -> FlightwatchError:
    """What the system's refusal is to the user. One that names no file, and is none of standard output, is raised as it is."""
    if error.filename is not None:
        return UsageError(f"{error.filename}: {error.strerror}; check this name")
    if error.errno in (ENOSPC, EIO):
        return FlightwatchError(f"standard output cannot be written: {error.strerror}")
    if isinstance(error, FileNotFoundError) and "temporary directory" in str(
        error.strerror
    ):  # so `tempfile`, which has looked in several
        return UsageError("no folder for temporary files can be written; name one with TMPDIR")
    if isinstance(error, FileNotFoundError):  # so the system where it is asked for the current folder
        return UsageError("the folder that this was started in is gone; change to another")
    raise error


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: Rich would double its time
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Tells when a watched aircraft has landed, where, how sure that is, and how long it stays.",
    epilog="Start with: flightwatch demo",
)


class EventFormat(StrEnum):
    """How events are printed."""

    text = "text"
    jsonl = "jsonl"


class CheckFormat(StrEnum):
    """How the understood watchlist is printed."""

    text = "text"
    json = "json"


def main() -> None:
    """Run the command line; foreseeable errors become their lines on stderr and their exit code."""
    gc.set_threshold(MANY_OBJECTS)
    open_output()
    try:
        environment.tidy(os.environ, say)
        _refuse_bytes(sys.argv[1:])
        app(prog_name="flightwatch")
    except FlightwatchError as error:
        say(str(error))
        sys.exit(error.exit_code)
    finally:
        gc.freeze()  # else Python looks through all there is once more before it ends
        close_output()


def _refuse_bytes(arguments: Sequence[str]) -> None:
    """Raise `UsageError` for an argument that is not UTF-8: no tail number is, and SQLite and JSON take no such text."""
    for argument in arguments:
        if not argument.isprintable() and any("\udc80" <= each <= "\udcff" for each in argument):
            said = os.fsencode(argument).decode("utf-8", "backslashreplace")
            raise UsageError(
                f"the argument '{said}' is not UTF-8 text; write it in UTF-8, and rename a file that is called so"
            )


def _print_version() -> None:
    typer.echo(f"flightwatch {__version__}")


@app.callback(invoke_without_command=True)
def before(
    version: Annotated[bool, typer.Option("-V", "--version", help="Print the version and exit.")] = False,
) -> None:
    """Take the options that stand before any command."""
    if version:
        _print_version()
        raise typer.Exit


@app.command(epilog="Example: flightwatch demo")
def demo() -> None:
    """The whole job on a shipped reconstruction: offline, nothing kept."""
    from flightwatch.cli.demo import run

    run()


@app.command(epilog="Example: flightwatch poll --every 5m · for cron: the line that flightwatch init prints")
def poll(
    watchlist: WatchlistOption = None,
    db: DatabaseOption = None,
    every: Annotated[
        str | None, typer.Option(metavar="60s", help="Stay and poll at this cadence (60s, 5m); default: once.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be told; write and send nothing.")
    ] = False,
    form: Annotated[EventFormat, typer.Option("--format", help="Of printed alerts.")] = EventFormat.text,
    record: Annotated[
        Path | None, typer.Option(metavar="DIR", readable=False, help="Keep the raw answers there, for replay.")
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No diagnostics.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Say what was asked and what it cost.")] = False,
) -> None:
    """Ask OpenSky once, and tell what landed or left."""
    from flightwatch.app.loop import Live, repeat
    from flightwatch.watchlist.alerts import parse_duration

    cadence = None if every is None else parse_duration(every)
    if record is not None and record.exists() and not record.is_dir():
        raise UsageError(f"--record: {record} is a file; name a folder")
    path = paths.find_watchlist(watchlist)
    watched, airports = the_watchlist(path), the_airports()
    note = _hush if quiet else say
    live = Live(
        watched,
        airports,
        paths.find_database(db),
        channels(watched, form.value, note),
        name=paths.lasting_name(path),
        record=record,
        dry_run=dry_run,
        note=note,
        detail=say if verbose else _hush,
    )
    tell = (
        say if sys.stderr.isatty() and not quiet else _hush
    )  # cron mails what is said; a person wants to see that it ran
    if cadence is not None:
        repeat(live.poll, cadence, note, tell)
    elif (line := live.poll()) is not None:
        tell(f"{line}; to keep polling: --every 5m, or cron")


app.command(epilog="Examples: flightwatch history RA-86559 · flightwatch history FNJ --since 2023-08-01 --format csv")(
    history.history
)
app.command(epilog="Example: flightwatch report RA-86559 -o RA-86559.html")(history.report)
app.command(epilog="Example: flightwatch status")(status.status)


@app.command(epilog="Example: flightwatch check --every 2m")
def check(
    watchlist: WatchlistOption = None,
    every: Annotated[str, typer.Option(metavar="5m", help="The cadence to plan for.")] = "5m",
    form: Annotated[CheckFormat, typer.Option("--format")] = CheckFormat.text,
) -> None:
    """The watchlist as understood, its queries, credits and mistakes."""
    from flightwatch.app.check import HANG, as_lines
    from flightwatch.app.check import check as reckon
    from flightwatch.app.watchlist_file import read_watchlist
    from flightwatch.errors import WatchlistError
    from flightwatch.watchlist.alerts import parse_duration

    cadence, path = parse_duration(every), paths.find_watchlist(watchlist)
    watched = read_watchlist(path, environment=the_environment(), airports=the_airports, strict=False)
    found = reckon(watched, cadence)
    if form is CheckFormat.json:
        import msgspec

        typer.echo(msgspec.json.encode(found))
    else:
        print_lines(as_lines(found), hang=HANG)
    if watched.complaints:
        raise WatchlistError([*watched.complaints])


@app.command(epilog="Example: flightwatch notify --test")
def notify(
    test: Annotated[bool, typer.Option("--test", help="Send each channel a message that says it is a test.")] = False,
    watchlist: WatchlistOption = None,
) -> None:
    """Try every channel of the watchlist, and say how that went."""
    from flightwatch.app.deliver import try_all

    if not test:
        raise UsageError("alerts are sent by flightwatch poll; to try their channels: flightwatch notify --test")
    tried = try_all(trials(the_watchlist(watchlist)))
    print_pairs([(name, reason or "ok") for name, reason in tried])
    if failed := sum(reason is not None for _, reason in tried):
        raise DeliveryError(f"{failed} of {len(tried)} channels failed")


@app.command(epilog="Example: flightwatch replay polls/2023-08-01.jsonl.gz --format jsonl")
def replay(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", readable=False, help="Recordings, or folders of them.", show_default=False),
    ],
    watchlist: WatchlistOption = None,
    db: Annotated[
        Path | None,
        typer.Option(
            "--db", metavar="FILE", readable=False, help="Write there as live polling would; default: nowhere."
        ),
    ] = None,
    form: Annotated[EventFormat, typer.Option("--format")] = EventFormat.text,
) -> None:
    """Recorded polls through the same core; events to stdout."""
    from flightwatch.app.alert_context import alert_of
    from flightwatch.app.poll import replay as replayed
    from flightwatch.sources.recorded import Recording
    from flightwatch.wording.alert import describe
    from flightwatch.wording.phrases import counted

    watched = the_watchlist(watchlist, secrets=False, routes=True)
    airports, recording = the_airports(), Recording(files)
    tell = channels(watched, form.value, say)["print"]
    unheard: list[tuple[datetime, str]] = []
    with store_to_replay_into(db) as store:
        try:
            for event in replayed(recording.polls(), watched, airports, store, lambda *poll: unheard.append(poll)):
                tell(
                    describe(event, watched.watched, airports, desk=watched.alerts.desk)
                    if store is None
                    else alert_of(event, store, watched, airports)
                )
        except DeliveryError as error:
            if store is None and isinstance(error.__cause__, BrokenPipeError):
                return  # who reads has enough, as head has; a database would be left half written
            raise
    if recording.skipped_lines:
        say(f"{counted(recording.skipped_lines, 'unreadable line')} skipped")
    if recording.skipped_rows:
        say(f"{counted(recording.skipped_rows, 'unreadable row')} skipped")
    if unheard:
        since, why = unheard[0]
        say(f"{counted(len(unheard), 'poll')} left out, the first at {since:%Y-%m-%d %H:%M} UTC: {why}")


app.command(epilog="Example: flightwatch init ~/watchlist.yaml")(init.init)


@app.command("version", epilog="Example: flightwatch version")
def print_version() -> None:
    """Print the version."""
    _print_version()


@app.command("help", epilog="Example: flightwatch help poll")
def print_help(
    ctx: typer.Context,
    command: Annotated[
        str | None, typer.Argument(metavar="COMMAND", help="Default: all of them.", show_default=False)
    ] = None,
) -> None:
    """Explain a command, or list them."""
    whole = ctx.find_root()
    if command is None:
        typer.echo(whole.get_help())
        return
    named = cast(TyperGroup, whole.command).get_command(whole, command)
    if named is None:
        raise UsageError(f"there is no command '{command}'; flightwatch help lists them")
    typer.echo(named.get_help(named.context_class(named, info_name=command, parent=whole)))


def _hush(_line: str) -> None:
    """Say nothing."""
