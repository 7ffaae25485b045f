"""The options and arguments that several commands take, and what a shell completes them with."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flightwatch.cli.completion import airports, subjects


class EventFormat(StrEnum):
    """How events are printed."""

    text = "text"
    jsonl = "jsonl"


class VisitFormat(StrEnum):
    """How visits are printed."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"
    geojson = "geojson"
    ics = "ics"


def _subjects(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    if [*(ctx.params.get("subjects") or ())][-2:] != ["tag", ":"]:
        return subjects(incomplete, *_files(ctx))
    # To bash a colon is a word: of tag:dp it hands over tag, :, dp, and wants what stands for the last.
    tags = subjects(f"tag:{incomplete}", *_files(ctx))
    return [(word.removeprefix("tag:"), meaning) for word, meaning in tags]


def _airports(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    return airports(incomplete, *_files(ctx))


def _files(ctx: typer.Context) -> tuple[Path | None, Path | None]:
    """The database and the watchlist that are named so far; words on the line are not paths yet."""
    db, watchlist = (ctx.params.get(name) for name in ("db", "watchlist"))
    return Path(db) if db else None, Path(watchlist) if watchlist else None


WatchlistOption = Annotated[
    Path | None,
    typer.Option(
        "--watchlist",
        metavar="FILE",
        envvar="FLIGHTWATCH_WATCHLIST",
        readable=False,  # not looked at by Typer, whose complaint has four lines
        help="Default: ./watchlist.yaml, then the one in your config folder.",
    ),
]
DatabaseOption = Annotated[
    Path | None,
    typer.Option(
        "--db",
        metavar="FILE",
        envvar="FLIGHTWATCH_DB",
        readable=False,
        help="Default: flightwatch.db in your data folder.",
    ),
]
_SUBJECT = typer.Argument(
    metavar="SUBJECT...",
    help="Tail numbers, icao24s, airports, recorded callsigns, tag:... of the watchlist.",
    show_default=False,
    autocompletion=_subjects,
)
SubjectsArgument = Annotated[list[str], _SUBJECT]
SubjectsOrNoneArgument = Annotated[list[str] | None, _SUBJECT]
MapOption = Annotated[bool, typer.Option("--map", help="Draw a map in characters above it.")]
AtOption = Annotated[
    str | None, typer.Option("--at", metavar="AIRPORT", help="Only visits to this airport.", autocompletion=_airports)
]
SinceOption = Annotated[
    str | None,
    typer.Option(
        "--since", metavar="DATE", help="Only visits that lasted to this day or longer: 2023-08-01, '30 days'."
    ),
]
UntilOption = Annotated[str | None, typer.Option("--until", metavar="DATE", help="Only visits that began by this day.")]
