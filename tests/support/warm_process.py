"""``flightwatch`` for many commands, without starting Python for each.

    with Warm() as warm:
        done = warm.run(("status",), folder, environment)

A process that has imported all of it forks for each command, which then is a process of its own, with its own folder,
environment and files. What Python reads of the environment as it starts is `AT_START` for all of them.
"""

import gc
import json
import os
import pkgutil
import runpy
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from subprocess import PIPE, CompletedProcess, Popen, TimeoutExpired
from tempfile import TemporaryDirectory
from typing import Final, Self

AT_START: Final = {"LANG": "C.UTF-8", "PYTHONWARNINGS": "error"}


class Warm:
    """A context manager."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="flightwatch-warm-")
        self._server = Popen(
            [sys.executable, __file__], env={"PATH": os.environ["PATH"]} | AT_START, stdin=PIPE, stdout=PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._folder, self._server:
            self._server.kill()

    @staticmethod
    def suits(environment: Mapping[str, str]) -> bool:
        """Tell whether Python would start the same with this environment."""
        read = ("PYTHON", "LANG", "LC_")
        return {name: value for name, value in environment.items() if name.startswith(read)} == AT_START

    def run(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], patience_s: float
    ) -> "CompletedProcess[str]":
        """Run a command to its end. Raises TimeoutExpired when that does not come in time."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        files = [Path(self._folder.name) / name for name in ("out", "err")]
        mask = os.umask(0)
        os.umask(mask)
        asked = [patience_s, arguments, str(folder), dict(environment), mask, *map(str, files)]
        print(json.dumps(asked), file=self._server.stdin, flush=True)
        code = json.loads(self._server.stdout.readline())
        out, err = (file.read_text("utf-8") for file in files)
        if code is None:
            raise TimeoutExpired(arguments, patience_s, out, err)
        return CompletedProcess(arguments, code, out, err)


def serve() -> None:
    """Fork for each command, and say its exit code; null: it did not end."""
    import flightwatch
    from flightwatch.channels.messenger import service_of
    from flightwatch.errors import DeliveryError

    for module in pkgutil.walk_packages(flightwatch.__path__, "flightwatch."):
        if not module.name.startswith(("flightwatch.__main__", "build")):
            import_module(module.name)
    with suppress(DeliveryError):
        service_of("json://localhost")  # Apprise, where it is installed, loads its services at the first address
    gc.freeze()
    for patience_s, *asked in map(json.loads, iter(sys.stdin.readline, "")):
        process = get_context("fork").Process(target=be, args=asked)
        process.start()
        process.join(patience_s)
        sys.stdout.write(f"{json.dumps(process.exitcode)}\n")
        sys.stdout.flush()
        process.kill()
        process.join()


def be(arguments: Sequence[str], folder: str, environment: Mapping[str, str], mask: int, out: str, err: str) -> None:
    """Be ``python -m flightwatch`` with these arguments."""
    for number, name in ((1, out), (2, err)):
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.umask(mask)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[0] = folder
    sys.argv[1:] = arguments
    runpy.run_module("flightwatch", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    serve()
