"""Spark without Java, or with an old one, is a line that says what to do."""

from pathlib import Path

import pytest

from flightwatch.archives.java import check_java
from flightwatch.errors import UsageError


def java(folder: Path, said: str, code: int = 0) -> Path:
    """A program that says so when it is asked for its version."""
    folder.mkdir(parents=True)
    program = folder / "java"
    program.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit {code}\n")
    program.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    "said", ['openjdk version "17.0.13" 2024-10-15', 'java version "21" 2023-09-19 LTS', 'openjdk version "25-ea"']
)
def test_java_that_is_new_enough(said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(java(tmp_path / "bin", said)))
    check_java()


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ('openjdk version "1.8.0_392"', "which is Java 8"),
        ('openjdk version "11.0.21" 2023-10-17', "which is Java 11"),
        ("No Java runtime present, requesting install.", "which is none"),
    ],
)
def test_java_that_is_not(said: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path / "home" / "bin", said).parent))
    with pytest.raises(UsageError) as caught:
        check_java()
    assert str(caught.value) == (
        f"Spark needs Java 17, and would start {tmp_path}/home/bin/java, {what}; install Java 17 or newer "
        "(on Debian: apt install openjdk-17-jre-headless), and name it in JAVA_HOME"
    )


def test_no_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        UsageError, match=r"and there is none; install Java 17 or newer .* or scan with --engine duckdb"
    ):
        check_java()


def test_a_home_without_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "gone"))
    with pytest.raises(
        UsageError, match=r"and JAVA_HOME names .*/gone/bin/java, which does not start; install Java 17"
    ):
        check_java()
