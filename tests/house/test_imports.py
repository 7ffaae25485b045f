"""Imports stand at the head of a file, where they are seen: with few exceptions, each for a reason."""

import ast
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

FOUND = find_spec("flightwatch")
assert FOUND is not None
assert FOUND.origin is not None
PACKAGE: Final = Path(FOUND.origin).parent

RICH: Final = "Rich takes 30 ms, and draws on terminals only"
NAMES: Final = "a watchlist that names airports by their codes needs no names, and a poll is quicker without"
FORMS: Final = "summaries and the formats for programs take 5 ms each, and history prints one form"
SENDING: Final = (
    "smtplib, ssl, difflib and the making of mail take 15 ms, which a poll with nothing to send need not pay"
)
TELLING: Final = "most polls tell nothing, and what words an alert, with the time zones, takes 6 ms"
OTHERS: Final = "most polls ask OpenSky alone, record nothing and call nobody: 4 ms"
MAPS: Final = "a map's coasts and names take 0.2 s, and few ask for one"
ARCHIVES: Final = "an extra, which takes 50 MB and 0.1 s"
SPARK: Final = "an extra of 456 MB"
READING: Final = "YAML and what understands it take 16 ms, and a poll whose watchlist is kept does without"

ALLOWED: Final = {
    "__init__.py": {"flightwatch": "the door to all rooms, which the command line does not enter by"},
    "app/assembly.py": {
        "flightwatch.sources.opensky_account": "requests takes 60 ms, and whoever asks nothing needs none",
        "flightwatch.sources.opensky_flights": "the same",
    },
    "app/clients.py": {"flightwatch.sources.readsb": OTHERS, "flightwatch.sources.recorded": OTHERS},
    "app/poller.py": {
        "flightwatch.app.alert_context": TELLING,
        "flightwatch.app.deliver": TELLING,
        "flightwatch.app.quiet_confirming": OTHERS,
        "flightwatch.app.digest_standing": TELLING,
        "flightwatch.channels.heartbeat": OTHERS,
    },
    "app/situation.py": {"flightwatch.app.quiet_confirming": OTHERS},
    "app/poll_outcomes.py": {"flightwatch.app.evidence_keeping": "few watchlists ask to keep evidence"},
    "app/trace_inquiry.py": {"flightwatch.sources.adsb_lol_traces": "requests, as in assembly.py"},
    "app/printing.py": {"flightwatch.channels.terminal": RICH},
    "app/senders.py": {
        "flightwatch.alerting.notices": TELLING,
        "flightwatch.app.printing": TELLING,
        "flightwatch.alerting.mail": SENDING,
        "flightwatch.alerting.posts": SENDING,
        "flightwatch.app.digest_pages": "what draws, as for the next",
        "flightwatch.app.map_pictures": "what draws takes 20 ms to load, and most alerts go without a map",
        "flightwatch.app.flights_told": "as for the last",
        "flightwatch.app.publishing": SENDING,
        "flightwatch.channels.folder": SENDING,
        "flightwatch.channels.messenger": SENDING,
        "flightwatch.channels.smtp": SENDING,
        "flightwatch.channels.webhook": SENDING,
    },
    "app/signing.py": dict.fromkeys(
        (
            "cryptography.exceptions",
            "cryptography.hazmat.primitives.asymmetric.ed25519",
            "cryptography.hazmat.primitives.serialization",
        ),
        "an extra, which takes 30 ms",
    ),
    "sources/time_stamps.py": {
        "cryptography.x509": "the same extra",
        "rfc3161_client": "the same extra",
    },
    "app/spark_crew.py": {"pyarrow": ARCHIVES},
    "archives/avro.py": {"fastavro": ARCHIVES, "pyarrow": ARCHIVES, "pyarrow.parquet": ARCHIVES},
    "archives/connecting.py": {"duckdb": ARCHIVES},
    "archives/duck.py": {"duckdb": ARCHIVES},
    "archives/event_files.py": {"pyarrow": ARCHIVES},
    "archives/readsb_days.py": {"duckdb": ARCHIVES},
    "archives/seen.py": {"pyarrow.compute": ARCHIVES},
    "archives/spark.py": {
        "py4j.protocol": SPARK,
        "pyarrow": ARCHIVES,
        "pyspark": SPARK,
        "pyspark.errors": SPARK,
        "pyspark.sql": SPARK,
    },
    "archives/spark_session.py": {
        "py4j.protocol": SPARK,
        "pyspark": SPARK,
        "pyspark.errors": SPARK,
        "pyspark.java_gateway": SPARK,
        "pyspark.sql": SPARK,
    },
    "archives/tables.py": {"pyarrow": ARCHIVES},
    "archives/vectors.py": {"duckdb": ARCHIVES},
    "app/watchlist_file.py": {"flightwatch.watchlist.reading": READING},
    "channels/diagnostics.py": {"textwrap": "only a long line on a terminal is wrapped, and --version says none"},
    "channels/messenger.py": {
        "apprise": "an extra, which takes 0.2 s",
        "apprise.attachment.file": "the same",
    },
    "channels/terminal.py": {"rich.progress": "most commands show no progress"},
    "cli/history.py": {
        "flightwatch.app.visit_counts": FORMS,
        "flightwatch.cli.map_screen": MAPS,
        "flightwatch.channels.terminal": RICH,
        "flightwatch.cli.visit_formats": FORMS,
        "flightwatch.export.summary_text": FORMS,
    },
    "cli/output.py": {
        "flightwatch.channels.pairs": RICH,
        "flightwatch.channels.terminal": RICH,
        "rich.text": RICH,
    },
    "cli/map_screen.py": {"flightwatch.channels.terminal": RICH, "rich.text": RICH},
    "cli/status.py": {
        "flightwatch.channels.terminal": RICH,
        "flightwatch.cli.map_screen": MAPS,
        "flightwatch.cli.status_screen": RICH,
    },
    "core/airports.py": {"flightwatch.core.airport_names": NAMES},
    "core/secrets.py": {"html.entities": "two thousand names, for what hardly any text has"},
    "export/ics.py": {"icalendar": "an extra, which takes 70 ms"},
    "export/objects.py": {"pandas": "an extra of 150 MB"},
    "storage/outbox.py": {"flightwatch.alerting.digests": "zoneinfo, where a channel gets digests"},
    "storage/tables.py": {"flightwatch.core.airport_names": NAMES},
    "watchlist/airport_finder.py": {"flightwatch.watchlist.airport_meant": NAMES},
}
"""What is imported inside functions, by file, and why there. The commands are loaded by name, in `cli.main.load`."""


def inside_functions(tree: ast.AST) -> Iterator[str]:
    """Find the modules that are imported inside functions."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import):
                    yield from (alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom):
                    yield node.module or "."


def test_who_imports_inside_functions() -> None:
    """Nobody but those that have a reason, and no reason is left over."""
    found = {
        file.relative_to(PACKAGE).as_posix(): modules
        for file in PACKAGE.rglob("*.py")
        if (modules := {*inside_functions(ast.parse(file.read_bytes()))})
    }
    assert found == {name: {*reasons} for name, reasons in ALLOWED.items()}


def test_one_place_loads_modules_by_name() -> None:
    """What `import_module` loads no walk can see."""
    users = [
        file.relative_to(PACKAGE).as_posix() for file in PACKAGE.rglob("*.py") if "import_module(" in file.read_text()
    ]
    assert users == ["cli/main.py"]


def test_the_walk_finds_what_there_is() -> None:
    """Imports of every form, however deep, and none from the head."""
    text = (
        "import os\ndef turn():\n    import a.b\n    def again():\n        from c import d\n        from . import e\n"
    )
    assert [*dict.fromkeys(inside_functions(ast.parse(text)))] == ["a.b", "c", "."]


def test_no_test_imports_another() -> None:
    """What tests share stands in tests/support."""
    tests = Path(__file__).parents[1]
    shared = [
        file.relative_to(tests).as_posix()
        for file in tests.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.ImportFrom | ast.Import)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names])
        if name.rpartition(".")[2].startswith(("test_", "conftest"))
    ]
    assert shared == []
