"""The command line: its options, its errors as exit codes, and the table of commands, each loaded when it is run."""

import gc
import os
import sys
from collections.abc import Sequence
from errno import EIO, ENOSPC
from functools import cache
from importlib import import_module
from traceback import format_exception
from types import TracebackType
from typing import Annotated, Any, Final, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from flightwatch.app import environment
from flightwatch.channels.diagnostics import say
from flightwatch.cli.output import close_output, drop_output, open_output
from flightwatch.errors import FlightwatchError, UsageError
from flightwatch.known_secrets import SECRETS
from flightwatch.version import __version__

MANY_OBJECTS = 50_000
"""New objects from which the garbage collector looks for cycles: with Python's 700 a poll of a long
watchlist takes a sixth longer (tests/bench/bench_poll.py)."""


class Entry(NamedTuple):
    """A command as it is listed before it is loaded."""

    function: str
    """Its module, a colon, and the function in it."""
    help: str
    """The first line of that function's docstring."""
    example: str
    """What stands under its help."""


COMMANDS: Final = {
    "demo": Entry(
        "flightwatch.cli.demo:demo",
        "The whole job on a shipped reconstruction: offline, nothing kept.",
        "Example: flightwatch demo",
    ),
    "poll": Entry(
        "flightwatch.cli.poll:poll",
        "Ask the sources once, and tell what landed or left.",
        "Example: flightwatch poll --every 5m · for cron: the line that flightwatch init prints",
    ),
    "history": Entry(
        "flightwatch.cli.history:history",
        "Past visits of aircraft, or to airports, newest first.",
        "Examples: flightwatch history RA-86559 · flightwatch history FNJ --since 2023-08-01 --format csv",
    ),
    "report": Entry(
        "flightwatch.cli.report:report",
        "Past visits to look at: map, timeline and table in one HTML page.",
        "Example: flightwatch report RA-86559 -o RA-86559.html",
    ),
    "publish": Entry(
        "flightwatch.cli.publish:publish",
        "A folder for a web server: pages, feeds, CSV, GeoJSON.",
        "Example: flightwatch publish /var/www/visits",
    ),
    "status": Entry(
        "flightwatch.cli.status:status",
        "The morning look: who is where, what is new, how polling goes.",
        "Example: flightwatch status",
    ),
    "check": Entry(
        "flightwatch.cli.check:check",
        "The watchlist as understood, its queries, credits and mistakes.",
        "Example: flightwatch check --every 2m",
    ),
    "update": Entry(
        "flightwatch.cli.update:update",
        "Fetch today's airfields, and a register of aircraft.",
        "Example: flightwatch update",
    ),
    "prune": Entry(
        "flightwatch.cli.prune:prune",
        "Say what ended before a day and could go; take it out with --do-it.",
        "Example: flightwatch prune --before '1 year' · then the same with --do-it",
    ),
    "notify": Entry(
        "flightwatch.cli.notify:notify",
        "Try every channel, and end the pause of each that works.",
        "Example: flightwatch notify --test",
    ),
    "replay": Entry(
        "flightwatch.cli.replay:replay",
        "Recorded polls through the same core; events to stdout.",
        "Example: flightwatch replay polls/2023-08-01.jsonl.gz --format jsonl",
    ),
    "scan": Entry(
        "flightwatch.cli.scan:scan",
        "Archives through the same core; events to stdout.",
        "Example: flightwatch scan 'states/2023-09-*.parquet' --format jsonl",
    ),
    "evidence": Entry(
        "flightwatch.cli.evidence:evidence",
        "What a visit rests on, in one file that others can check.",
        "Example: flightwatch evidence 9af4569b -o landing.zip",
    ),
    "verify": Entry(
        "flightwatch.cli.evidence:verify",
        "Check evidence: whether it is as it was sealed, and comes to the same events.",
        "Example: flightwatch verify landing.zip",
    ),
    "init": Entry(
        "flightwatch.cli.init:init",
        "Write a commented watchlist.yaml and print the line for cron.",
        "Example: flightwatch init ~/watchlist.yaml",
    ),
    "version": Entry(
        "flightwatch.cli.about:print_version",
        "Print the version.",
        "Example: flightwatch version",
    ),
    "help": Entry(
        "flightwatch.cli.about:print_help",
        "Explain a command, or list them.",
        "Example: flightwatch help poll",
    ),
}
"""All commands in the order of the help."""


@cache
def load(name: str) -> Any:
    """Import the module of a command; return the command as Typer makes it of the function."""
    module, _, function = COMMANDS[name].function.partition(":")
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    alone.command(name, epilog=COMMANDS[name].example)(getattr(import_module(module), function))
    return typer.main.get_command(alone)


class Commands(TyperGroup):
    """All commands: listed by the table, loaded when one is named. A reader who leaves early, as ``head`` does, is no error."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = {name: TyperCommand(name, help=entry.help) for name, entry in COMMANDS.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the first argument names; return its name, the command and what follows."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, None if name is None or listed is None else load(name), rest

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            return None
        except KeyboardInterrupt:
            drop_output()
            raise
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
        sys.excepthook = _unforeseen  # in the place of Typer's, which each call puts there
        gc.freeze()  # else Python looks through all there is once more before it ends
        close_output()


def _unforeseen(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Write a traceback as Python does, without the secrets that the error's own text may hold."""
    sys.stderr.write(SECRETS.hidden("".join(format_exception(kind, error, trace))))


def _refuse_bytes(arguments: Sequence[str]) -> None:
    """Raise `UsageError` for an argument that is not UTF-8: no tail number is, and SQLite and JSON take no such text."""
    for argument in arguments:
        if not argument.isprintable() and any("\udc80" <= each <= "\udcff" for each in argument):
            said = os.fsencode(argument).decode("utf-8", "backslashreplace")
            raise UsageError(
                f"the argument '{said}' is not UTF-8 text; write it in UTF-8, and rename a file that is called so"
            )


@app.callback(invoke_without_command=True)
def before(
    version: Annotated[bool, typer.Option("-V", "--version", help="Print the version and exit.")] = False,
) -> None:
    """Take the options that stand before any command."""
    if version:
        typer.echo(f"flightwatch {__version__}")
        raise typer.Exit
