"""Java, which Spark runs on: whether there is one, and new enough."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from flightwatch.errors import UsageError

LEAST: Final = 17
"""Spark 4's (https://spark.apache.org/docs/latest/, "Downloading")."""

_WAIT_S: Final = 60
_version = re.compile(r'version "(?:1\.)?(\d+)').search
_WANTED: Final = f"install Java {LEAST} or newer (on Debian: apt install openjdk-{LEAST}-jre-headless)"


def check_java() -> None:
    """Find the Java that Spark will start. Raises `UsageError`, which says what to do, where it would fail."""
    home = os.environ.get("JAVA_HOME")
    program = shutil.which("java") if not home else str(Path(home) / "bin" / "java")
    if program is None:
        raise UsageError(f"Spark needs Java {LEAST}, and there is none; {_WANTED}, or scan with --engine duckdb")
    try:
        said = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=_WAIT_S, check=False)  # noqa: S603  # the user's own
    except (OSError, subprocess.TimeoutExpired) as error:
        where = "JAVA_HOME names" if home else "the PATH holds"
        raise UsageError(f"Spark needs Java {LEAST}, and {where} {program}, which does not start; {_WANTED}") from error
    found = _version(said.stderr + said.stdout)
    if found is None or int(found[1]) < LEAST:
        what = "which is none" if found is None else f"which is Java {found[1]}"
        raise UsageError(
            f"Spark needs Java {LEAST}, and would start {program}, {what}; {_WANTED}, and name it in JAVA_HOME"
        )
