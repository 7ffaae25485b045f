"""Having something drawn by a process of its own, which can be stopped when it takes too long, and gives its memory back."""

import subprocess
import sys
from typing import Literal


def drawn_by(module: Literal["map_process", "page_process"], wanted: bytes, timeout_s: float) -> bytes | None:
    """What a module of this room writes that is run as a program on ``wanted``; None: it could not, or took too long."""
    command = [sys.executable, "-m", f"flightwatch.app.{module}"]
    try:
        done = subprocess.run(command, input=wanted, capture_output=True, timeout=timeout_s, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
