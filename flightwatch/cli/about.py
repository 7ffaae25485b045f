"""The commands about flightwatch itself: version and help."""

from typing import Annotated, cast

import typer
from typer.core import TyperGroup

from flightwatch.errors import UsageError
from flightwatch.version import __version__


def print_version() -> None:
    """Print the version."""
    typer.echo(f"flightwatch {__version__}")


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
    group = cast(TyperGroup, whole.command)
    named = group.resolve_command(whole, [command])[1] if command in group.commands else None
    if named is None:
        raise UsageError(f"there is no command '{command}'; flightwatch help lists them")
    typer.echo(named.get_help(named.context_class(named, info_name=command, parent=whole)))
