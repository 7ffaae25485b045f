"""Text without secrets, in whatever form a server may send them back. known_secrets.py keeps those of a process."""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

HIDDEN: Final = "(hidden)"
"""What stands in a secret's place."""

LEAST: Final = 5
"""Fewest bytes of a secret that is hidden. Shorter ones stand in ordinary words and numbers, which would be destroyed."""

_LEVELS: Final = 4
"""How many escapes inside one another are looked through: an address in JSON in HTML has three."""

_ESCAPE: Final = rb"""(?ix)%([0-9a-f]{2})                             # addresses and forms
    |(?:\\u([0-9a-f]{4}))+                               # JSON; two of them are one character beyond U+FFFF
    |\\x([0-9a-f]{2})|\\([\\"'/bfnrt])                   # Python, C, JSON
    |&\#x([0-9a-f]{1,6});?|&\#([0-9]{1,7});?|&([a-z]{2,8}); # HTML"""
"""Compiled when a text is looked through: most polls say nothing."""
_BACKSLASHED: Final = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}
_FOLDED: Final = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ+", b"abcdefghijklmnopqrstuvwxyz ")
"""As hex digits and hosts come back in either case, and a blank in a form as a plus."""
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
_BASE64: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
_WORD: Final = r"[a-z]{1,9}(?:[-_.][a-z]{1,9})*"
"""Parts of an address that anybody may write: hidden, ``notify`` and ``services`` would be missing everywhere."""


def parts_of(url: str) -> Iterator[str]:
    """Give what may be a token in an address, as written and as meant: user, password, path, query, fragment.

    So may a host that can be none, as of services whose address is a token and no more. Plain words are left out, and a
    password never is.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that are no IPv6 address
        return
    login, _, host = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    name, _, port = host.partition(":")
    is_host = parts.scheme in ("http", "https") or "." in name or name in ("", "localhost") or name.startswith("[")
    no_hosts = [] if is_host else [host, name, port]
    rest = [user, *no_hosts, *parts.path.split("/"), *re.split("[&;=]", parts.query), parts.fragment]
    for part in [password, *(each for each in rest if not re.fullmatch(_WORD, each))]:
        if part:
            yield from {part, unquote(part)}
    if password:
        yield from {login, unquote(login)}


def hidden(text: str, secrets: Iterable[str]) -> str:
    """Return the text with `HIDDEN` in the place of each of the secrets: plain, in base64, in hex, and escaped.

    Escapes are those of addresses, JSON and HTML, also inside one another; base64 is found wherever the secret begins in what
    was encoded, and goes as a whole. Case counts only in base64. A secret shorter than `LEAST` bytes is left.
    """
    wanted = [secret.encode("utf-8", "surrogatepass") for secret in secrets if is_long_enough(secret)]
    plain = [form for secret in wanted for form in (_folded(secret), secret.hex().encode())]
    coded = [core for secret in wanted for core in _base64_cores(secret)]
    found: list[tuple[int, int]] = []
    for level in islice(_levels(text), _LEVELS):
        found += _found(level, level.data.translate(_FOLDED), plain)
        found += [_whole(level, place) for place in _places(level.data.translate(_URL_SAFE), coded)]
    return _without(text, found)


def is_long_enough(secret: str) -> bool:
    """Tell whether a secret is long enough to be hidden: see `LEAST`."""
    return len(secret.encode("utf-8", "surrogatepass")) >= LEAST


class _Level(NamedTuple):
    """Text as bytes, without some of its escapes."""

    data: bytes
    begins: list[int]
    """Where the character that each byte comes from begins in the text."""
    ends: list[int]
    """Where it ends."""


def _levels(text: str) -> Iterator[_Level]:
    """Give the text as it is, then without its escapes, then without theirs, as long as there are any."""
    data, begins, ends = bytearray(), list[int](), list[int]()
    for place, character in enumerate(text):
        coded = character.encode("utf-8", "surrogatepass")
        data += coded
        begins += [place] * len(coded)
        ends += [place + 1] * len(coded)
    level: _Level | None = _Level(bytes(data), begins, ends)
    while level is not None:
        yield level
        level = _unescaped(level)


def _unescaped(level: _Level) -> _Level | None:
    """Undo each escape once; None where there is none."""
    data, begins, ends, done = bytearray(), list[int](), list[int](), 0
    for escape in re.finditer(_ESCAPE, level.data):
        meant = _meant(escape)
        if meant is None:
            continue
        start, end = escape.span()
        data += level.data[done:start] + meant
        begins += level.begins[done:start] + [level.begins[start]] * len(meant)
        ends += level.ends[done:start] + [level.ends[end - 1]] * len(meant)
        done = end
    if not done:
        return None
    return _Level(bytes(data + level.data[done:]), begins + level.begins[done:], ends + level.ends[done:])


def _meant(escape: re.Match[bytes]) -> bytes | None:
    """Give the bytes that an escape stands for; None where it is none after all."""
    percent, utf16, hexadecimal, backslashed, html_hex, html_decimal, html_name = escape.groups()
    if utf16 is not None:
        units = bytes.fromhex(escape[0].replace(b"\\u", b"").replace(b"\\U", b"").decode())
        return units.decode("utf-16-be", "surrogatepass").encode("utf-8", "surrogatepass")
    if backslashed is not None:
        return _BACKSLASHED.get(backslashed, backslashed)
    if html_name is not None:
        from html.entities import html5  # two thousand names, for what is hardly ever met

        name = f"{html_name.decode()};"
        meant = html5.get(name) or html5.get(name.lower())
        return None if meant is None else meant.encode()
    if html_hex is not None or html_decimal is not None:
        number = int(html_hex, 16) if html_hex is not None else int(html_decimal)
        return chr(number).encode("utf-8", "surrogatepass") if number < 0x110000 else None
    return bytes.fromhex((percent or hexadecimal).decode())


def _folded(secret: bytes) -> bytes:
    return secret.translate(_FOLDED)


def _base64_cores(secret: bytes) -> Iterator[bytes]:
    """Give the base64 of a secret at each of the three places where it may begin: what does not depend on its neighbours."""
    for before in range(3):
        coded = b64encode(bytes(before) + secret)
        yield coded[(0, 2, 3)[before] : (before + len(secret)) * 8 // 6]


def _places(data: bytes, forms: Iterable[bytes]) -> Iterator[tuple[int, int]]:
    """Give where the forms stand in the bytes, from the first byte to behind the last."""
    for form in forms:
        place = data.find(form)
        while place >= 0:
            yield place, place + len(form)
            place = data.find(form, place + 1)


def _found(level: _Level, data: bytes, forms: Iterable[bytes]) -> list[tuple[int, int]]:
    return [(level.begins[begin], level.ends[end - 1]) for begin, end in _places(data, forms)]


def _whole(level: _Level, place: tuple[int, int]) -> tuple[int, int]:
    """Give where in the text the base64 begins and ends of which a part is at this place."""
    data, (begin, end) = level.data.translate(_URL_SAFE), place
    while begin > 0 and data[begin - 1] in _BASE64:
        begin -= 1
    while end < len(data) and data[end] in _BASE64:
        end += 1
    return level.begins[begin], level.ends[end - 1]


def _without(text: str, found: Iterable[tuple[int, int]]) -> str:
    """Put `HIDDEN` where something was found, once where that overlaps or touches."""
    kept, done = list[str](), 0
    for begin, end in sorted(found):
        if begin > done or not kept:
            kept += [text[done:begin], HIDDEN]
        done = max(done, end)
    return "".join([*kept, text[done:]])
