"""YAML text as nodes that know their line.

Nodes are built from the parser's events, not by a YAML constructor: a scalar keeps the text that was written, so
``icao24: 4408e8`` is no float, ``NO`` no boolean and ``on:`` no ``True``. Anchors, aliases and tags are refused,
depth is bounded and nothing recurses, so no file can blow up.
"""

import re
from typing import Final

import yaml
from msgspec import Struct

from flightwatch.errors import WatchlistError

MAX_DEPTH: Final = 16
"""Most lists and mappings inside one another; a watchlist needs five."""

_LOADER: Final = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # libyaml, where PyYAML was built with it: 12 times faster

_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_NOT_PRINTABLE: Final = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML 1.1 does not allow in a file (section 5.1, c-printable)."""
_SPECIAL: Final = (
    "anchors (&) and aliases (*) are not understood, write the value out, in quotes if it begins with & or *"
)
_TAG: Final = "tags such as !!str or !!python/object are not understood, remove the tag or put the value in quotes"
_START: Final = "indent with blanks, not tabs, and put a value that begins with @, % or ` in quotes"
_COLON: Final = (
    "a colon stands where none can, indent the line as its neighbours, end the word above it with a colon (print:) "
    "or put the value in quotes"
)
_DASH: Final = "a dash stands where none can, write each '- ' on a line of its own"
_QUOTE: Final = "the quoted text is not closed or holds a backslash, close it or use single quotes"
_LIST: Final = "the list in [ ] that begins here is not closed or lacks a comma, write [FNJ, VVO]"
_MAPPING: Final = "the mapping in { } that begins here is not closed or lacks a comma, write {code: FNJ, only: [P-*]}"
_DEDENT: Final = "the line does not fit those above it, indent it as its neighbours and put quotes round odd text"
_BLOCK: Final = "text follows | or > that belongs on the next line, write it there or put it in quotes"
_DEPTH: Final = f"more than {MAX_DEPTH} lists or keys inside one another, write fewer"
_OTHER: Final = "is not YAML, compare the line with its neighbours and put odd text in quotes"
_ADVICE: Final = {
    "an alias": _SPECIAL,
    "an anchor": _SPECIAL,
    "tag": _TAG,
    "a tab character": _START,
    "cannot start any token": _START,
    "mapping values are not allowed": _COLON,
    "sequence entries are not allowed": _DASH,
    "quoted scalar": _QUOTE,
    "block scalar": _BLOCK,
    "flow sequence": _LIST,
    "flow mapping": _MAPPING,
    "block collection": _DEDENT,
    "block mapping": _DEDENT,
    "maximum nesting depth": _DEPTH,  # libyaml from 0.2.6 (PyYAML 6.0.4) on scans ahead and counts to 1,000 itself
}
"""What to do about a problem, by what the parser's context or problem says."""


class Scalar(Struct, frozen=True, gc=False):
    """A piece of text as it was written; ``is_null`` where YAML takes it for nothing (``key:``, ``~``, ``null``)."""

    line: int
    written: str
    is_null: bool


class Items(Struct, frozen=True):
    """A list; ``line`` counts from 1, as everywhere here."""

    line: int
    nodes: tuple["Node", ...]


class Table(Struct, frozen=True):
    """A mapping, as pairs in the order written, since a key may have been written twice."""

    line: int
    pairs: tuple[tuple[Scalar, "Node"], ...]


Node = Scalar | Items | Table


def compose(data: bytes, name: str) -> Node | None:
    """The one document in ``data``; None when it holds nothing but comments.

    Raises WatchlistError with a single ``NAME:LINE:`` complaint when it is not UTF-8 text, not YAML, or uses YAML's
    anchors, aliases, tags, several documents or keys that are not text.
    """
    text = _decoded(data, name)
    roots: list[Node] = []
    open_nodes: list[tuple[yaml.Event, list[Node]]] = []
    siblings = roots
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            match event:
                case yaml.ScalarEvent():
                    _refuse_extras(event, name)
                    is_null = event.implicit[0] and event.value in _NULLS
                    siblings.append(Scalar(_line(event), event.value, is_null))
                case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                    _refuse_extras(event, name)
                    if len(open_nodes) == MAX_DEPTH:
                        raise _at(name, _line(event), _DEPTH)
                    siblings = []
                    open_nodes.append((event, siblings))
                case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                    start, children = open_nodes.pop()
                    siblings = open_nodes[-1][1] if open_nodes else roots
                    siblings.append(_collection(start, children, name))
                case yaml.AliasEvent():
                    raise _at(name, _line(event), _SPECIAL)
                case yaml.DocumentStartEvent() if roots:
                    raise _at(name, _line(event), "a second document begins here, remove the line ---")
    except yaml.MarkedYAMLError as error:
        raise _translated(error, name) from None
    except (yaml.YAMLError, ValueError, OverflowError):  # PyYAML without libyaml: "\UFFFFFFFF" reaches chr()
        raise _at(name, 1, "holds a character that YAML does not allow, write plain UTF-8 text") from None
    return roots[0] if roots and not (isinstance(roots[0], Scalar) and roots[0].is_null) else None


def _decoded(data: bytes, name: str) -> str:
    # Without a byte order mark, UTF-16 shows by a NUL beside the first, ASCII, character.
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (b"\0" in data[:2] and len(data) > 1):
        raise _at(name, 1, "is UTF-16, save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _at(name, line, f"byte 0x{data[error.start]:02x} is not UTF-8, save the file as UTF-8 text") from None
    if odd := _NOT_PRINTABLE.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise _at(name, line, f"holds the control character U+{ord(odd[0]):04X}, remove it")
    return text


def _refuse_extras(event: yaml.ScalarEvent | yaml.CollectionStartEvent, name: str) -> None:
    if event.anchor is not None:
        raise _at(name, _line(event), _SPECIAL)
    if event.tag is not None:
        raise _at(name, _line(event), _TAG)


def _collection(start: yaml.Event, children: list[Node], name: str) -> Node:
    if isinstance(start, yaml.SequenceStartEvent):
        return Items(_line(start), tuple(children))
    pairs = []
    for key, value in zip(children[::2], children[1::2], strict=True):
        if not isinstance(key, Scalar):
            raise _at(name, key.line, "a list or mapping stands where a key belongs, write a word and a colon")
        pairs.append((key, value))
    return Table(_line(start), tuple(pairs))


def _translated(error: yaml.MarkedYAMLError, name: str) -> WatchlistError:
    said = f"{error.context} {error.problem}"
    mark = error.problem_mark
    if error.context_mark is not None and any(part in said for part in ("quoted scalar", "flow ")):
        mark = error.context_mark  # what was opened, not the end of the file
    advice = next((advice for needle, advice in _ADVICE.items() if needle in said), _OTHER)
    return _at(name, mark.line + 1 if mark is not None else 1, advice)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 1


def _at(name: str, line: int, problem: str) -> WatchlistError:
    return WatchlistError([f"{name}:{line}: {problem}"])
