"""A session of Spark, and what its errors mean (extra ``spark``)."""

from __future__ import annotations

import logging
import os
import re
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from warnings import catch_warnings, filterwarnings

from flightwatch.archives.java import check_java
from flightwatch.errors import FlightwatchError, UsageError, adding
from flightwatch.sources.answer import excerpt

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_SETTINGS: Final = {
    "spark.app.name": "flightwatch scan",
    "spark.log.level": "ERROR",
    # The tracker takes a second for what is small to Spark: each core gets its share.
    "spark.sql.adaptive.coalescePartitions.minPartitionSize": "128KB",
    "spark.sql.ansi.enabled": "false",  # a cell that is no number is none, and does not end the whole
    "spark.sql.csv.parser.columnPruning.enabled": "false",  # a line that is cut is seen whichever columns are asked for
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.showConsoleProgress": "false",
}
"""Beside what spark-defaults.conf, ``PYSPARK_SUBMIT_ARGS`` or spark-submit say."""

_PACKAGE: Final = Path(__file__).parents[1]

_LEAST_MB: Final = 512
"""Memory of Java with which Spark starts at all, MB: it wants 450 MiB."""


class SparkFailed(FlightwatchError):
    """Spark could not do what was asked; the text holds the reason that Spark gives."""


@contextmanager
def session(master: str | None, memory_mb: int, scratch: Path) -> Iterator[SparkSession]:
    """Start Spark, or join the one that spark-submit has started, and stop it in the end; its Java may take so much memory.

    What it says goes to a file in ``scratch``, and what of that matters into errors. Raises `UsageError` without the extra,
    without Java, and for a ``master`` that cannot be had.
    """
    try:
        import pyspark  # noqa: F401
    except ImportError as error:
        raise UsageError(f"Spark is an extra; add it with {adding('pyspark pandas duckdb pyarrow')}") from error
    if memory_mb < _LEAST_MB:
        raise UsageError(f"--memory: Spark takes {_LEAST_MB} MB at least")
    if "PYSPARK_GATEWAY_PORT" not in os.environ:
        check_java()
    interrupted = signal.getsignal(signal.SIGINT)
    logging.getLogger().addHandler(logging.NullHandler())  # else Py4J writes a traceback of Ctrl-C to standard error
    with catch_warnings():
        # It warns of pandas 3, of which Arrow's tables make no use.
        filterwarnings("ignore", category=FutureWarning, module="pyspark")
        try:
            spark = _started(master, memory_mb, scratch)
            signal.signal(signal.SIGINT, interrupted)  # instead of its own, which waits for the cluster
            yield spark
        except KeyboardInterrupt:
            raise  # Java ends with this process, and what it does with it
        except BaseException:
            _stop()
            raise
        _stop()


def _stop() -> None:
    from pyspark import SparkContext

    context = SparkContext._active_spark_context
    if context is not None:
        context.stop()


def _started(master: str | None, memory_mb: int, scratch: Path) -> SparkSession:
    from py4j.protocol import Py4JError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    settings = (
        _SETTINGS | {"spark.driver.memory": f"{memory_mb}m"} | ({} if master is None else {"spark.master": master})
    )
    log = scratch / "spark.log"
    try:
        with log.open("wb") as file:
            asked = SparkConf(loadDefaults=False).setAll([*settings.items()])
            gateway = SparkContext._gateway or launch_gateway(asked, {"stdout": file, "stderr": file})
        whole = SparkConf(_jvm=gateway.jvm).setAll([*settings.items()])
        context = SparkContext(conf=whole, gateway=gateway)
        if str(context.master).startswith("local"):
            context.pythonExec = os.environ.get("PYSPARK_PYTHON", sys.executable)
        if not re.fullmatch(r"local(\[.*\])?", str(context.master)):
            context.addPyFile(str(_packed(scratch)))
    except (Py4JError, PySparkException) as error:
        asked_for = "" if master is None else f" with --master {excerpt(master)}"
        raise UsageError(f"Spark does not start{asked_for}: {_said(log) or reason_of(error)}") from error
    return SparkSession(context)


def _packed(scratch: Path) -> str:
    """This package as it is, in one file, for workers that have none, or another release."""
    return shutil.make_archive(str(scratch / "flightwatch"), "zip", _PACKAGE.parent, _PACKAGE.name)


def _said(log: Path) -> str:
    """What Java said for which it did not start, or the cluster for which it ended it; empty: neither said anything."""
    found = _reason.search(log.read_text("utf-8", "replace"))
    return "" if found is None else _plain(found[1])


_reason = re.compile(
    r"(?m)^(?:Exception in thread \"[^\"]*\" |\S+ \S+ ERROR \w+: (?=Application has been killed)|(?=Error:|Unrecognized ))(.+)$"
)
_fault = re.compile(r"(?m)^(?:\w+\.)*(\w+(?:Error|Exception|Exit|Interrupt)): (.+)$")
_failed_file = re.compile(r"(?:reading|decoding) (?:the )?file:? (\S+?)\.?(?:\s|$)")


def reason_of(error: Any) -> str:
    """The line of what Spark raised that says why."""
    text = _text_of(error)
    if "Traceback (most recent call last)" in text:
        told = _fault.findall(text.partition("Traceback (most recent call last)")[2].partition("\n\tat ")[0])
        if told:
            return _plain(": ".join(told[-1]))
    return _plain(text.strip().partition("\n")[0])


def _plain(line: str) -> str:
    """A line without the names of Java's classes that it begins with."""
    return excerpt(re.sub(r"^(?:(?:[a-z]\w*\.)+\w+: )+", "", line))


def damaged_file(error: Any) -> str | None:
    """The address of the file that Spark could not read; None: it failed for something else."""
    found = _failed_file.search(_text_of(error))
    return None if found is None else found[1]


def _text_of(error: Any) -> str:
    """All that Spark says of an error."""
    thrown = getattr(error, "java_exception", None)
    return str(error) if thrown is None else str(thrown.toString())
