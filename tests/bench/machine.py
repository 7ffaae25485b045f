"""The machine that benchmarks run on, in words."""

import os
import platform
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from subprocess import run

LIBRARIES = ("msgspec", "requests", "typer", "rich", "orjson", "duckdb", "pyarrow", "pyspark")
"""Those that the members use or are compared with."""


def described() -> Iterator[str]:
    """Give its lines: processor and memory, system, Python and libraries."""
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    yield f"{processor()}, {cores()} cores, {gigabytes:.1f} GB of memory"
    yield f"{system()}, {platform.python_implementation()} {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    yield ", ".join(installed())


def now_and_load() -> str:
    """The minute and how busy the machine is: about how many processes wanted to run in the last minute."""
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {os.getloadavg()[0]:.1f}"


def processor() -> str:
    """The name that the processor gives itself."""
    about = Path("/proc/cpuinfo")
    lines = about.read_text("utf-8").splitlines() if about.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def system() -> str:
    """The operating system and its kernel."""
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        name = platform.system()
    return f"{name}, {platform.system()} {platform.release()}"


def commit() -> str:
    """Which commit this is, and whether it has been changed since; empty where git does not know."""
    try:
        done = run(
            ["git", "describe", "--always", "--dirty=, changed"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        return ""
    return f" ({done.stdout.strip()})" if done.returncode == 0 else ""


def installed() -> Iterator[str]:
    """Give the libraries with their versions, those that are not there left out."""
    yield f"flightwatch {version('flightwatch')}{commit()}"
    for name in LIBRARIES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            continue
