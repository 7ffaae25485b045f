"""What the environment says: its variables, without what a careless paste leaves at their ends, and systemd's credentials."""

import os
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from flightwatch.errors import UsageError
from flightwatch.known_secrets import SECRETS

READ: Final = (
    *("FLIGHTWATCH_ADSBLOL_URL", "FLIGHTWATCH_CACHE", "FLIGHTWATCH_DB"),
    *("FLIGHTWATCH_OPENSKY_TOKEN_URL", "FLIGHTWATCH_OPENSKY_URL"),
    *("FLIGHTWATCH_OURAIRPORTS_URL", "FLIGHTWATCH_TAR1090_DB_URL", "FLIGHTWATCH_WATCHLIST"),
    *("OPENSKY_CLIENT_ID", "OPENSKY_CLIENT_SECRET"),
    *("CREDENTIALS_DIRECTORY", "STATE_DIRECTORY"),
    *("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "TMPDIR"),
    *("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "all_proxy", "https_proxy", "http_proxy", "no_proxy"),
    *("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE"),
)
"""The variables that flightwatch and the libraries below it read, whatever the watchlist says."""

MOST_BYTES: Final = 2**20
"""Largest credential that is read: systemd hands over no more than this for a whole unit."""

_ENDS: Final = {"\r": "a carriage return", "\n": "a line feed", "\t": "a tab"}


def tidy(variables: MutableMapping[str, str], note: Callable[[str], None]) -> None:
    """Take blanks and line ends off the ends of the variables in `READ`; ``note`` is told which had any, never a value.

    The secrets among them are hidden from now on: OpenSky's, and the passwords in addresses, as those of proxies.
    """
    SECRETS.learn_login(
        variables.get("OPENSKY_CLIENT_ID", "").strip(), variables.get("OPENSKY_CLIENT_SECRET", "").strip()
    )
    for name in READ:
        if (value := variables.get(name)) is not None:
            variables[name] = _bare(name, value, note)
            if "@" in value:
                _learn_password(value)


def _learn_password(url: str) -> None:
    with suppress(ValueError):  # no address: who wants to ask there says so
        parts = urlsplit(url.strip())
        for escaped in (str, unquote):
            SECRETS.learn_login(escaped(parts.username or ""), escaped(parts.password or ""))


class Environment(Mapping[str, str]):
    """What ``${NAME}`` stands for: the variable, or where that is not set the file ``$CREDENTIALS_DIRECTORY/NAME``.

    A variable comes without blanks and line ends at its end; ``note`` is told once which had any. A file comes without them
    too, and nothing is said, as an editor ends each file with a line end. Raises `UsageError` for a file that cannot be read.
    """

    def __init__(self, variables: Mapping[str, str], note: Callable[[str], None]) -> None:
        self._variables = variables
        self._note = note
        self._noted: set[str] = set()
        self._asked: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        """The value; KeyError where there is neither variable nor file."""
        self._asked[name] = value = self._value(name)
        return value

    @property
    def asked(self) -> Mapping[str, str]:
        """What was asked for so far, by name."""
        return self._asked

    def _value(self, name: str) -> str:
        if (value := self._variables.get(name)) is not None and value.strip():
            return _bare(name, value, self._note_once(name))
        if (path := self._file(name)) is not None:
            return _credential(path)
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        """The names of the variables; files are found by their name only."""
        return iter(self._variables)

    def __len__(self) -> int:
        """How many variables there are."""
        return len(self._variables)

    def _note_once(self, name: str) -> Callable[[str], None]:
        if name in self._noted:
            return lambda _line: None
        self._noted.add(name)
        return self._note

    def _file(self, name: str) -> Path | None:
        folder = self._variables.get("CREDENTIALS_DIRECTORY", "").strip()
        path = Path(folder) / name
        return path if folder and os.path.lexists(path) else None


def _bare(name: str, value: str, note: Callable[[str], None]) -> str:
    bare = value.rstrip()
    if bare != value and bare:
        note(f"{name} ends in {_ENDS.get(value[-1], 'a blank')}, which was left out; take it out where {name} is set")
    return bare


def _credential(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; check the unit's LoadCredential") from error
    if len(data) > MOST_BYTES:
        raise UsageError(f"{path}: is larger than 1 MB, which no credential is; check the unit's LoadCredential")
    try:
        return data.decode("utf-8").rstrip()
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: is not UTF-8 text; save it as such") from error
