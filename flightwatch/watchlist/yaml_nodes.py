"""YAML text as nodes that know their line, and the complaints of whoever reads them.

Nodes are built from the parser's events, not by a YAML constructor: a scalar keeps the text that was written, so
``icao24: 4408e8`` is no float, ``NO`` no boolean and ``on:`` no ``True``. Anchors, aliases and tags are refused,
depth is bounded and nothing recurses, so no file can blow up.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

import yaml
from msgspec import Struct

from flightwatch.core.secrets import HIDDEN
from flightwatch.errors import WatchlistError

MAX_DEPTH: Final = 16
"""Most lists and mappings inside one another; a watchlist needs five."""

_QUOTED_CHARACTERS: Final = 40
"""Characters of what was written that a complaint repeats."""

_LOADER: Final = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # libyaml, where PyYAML was built with it: 12 times faster

_CONFIDED: Final = re.compile(r"(?<=://)\S+|(?<=:)[^\s:@]+(?=@)")
"""What follows the scheme of an address, which may be a service's token, and a password between a user and a host."""
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NOT_PRINTABLE: Final = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML 1.1 does not allow in a file (section 5.1, c-printable)."""
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories that move the cursor, end a line or turn the text round."""

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


class Reading:
    """Takes nodes to values and collects what is wrong, each with file, line and path, so that all is told at once.

    A method that has complained returns an empty value, to be read on with: `finish` keeps it from the world.
    A node that is None is a key that was not written: it gives an empty value without a complaint.
    What came out of the environment never shows in a complaint; the text as written, with its ``${NAME}``, does.
    """

    def __init__(self, name: str, environment: Mapping[str, str], *, secrets: bool = True) -> None:
        self._name = name
        self._environment = environment
        self._secrets = secrets
        self._complaints: list[tuple[int, str]] = []
        self._remarks: list[tuple[int, str]] = []

    def complain(self, line: int, path: str, problem: str) -> None:
        """Note that what is at ``path`` is wrong; ``problem`` says how and what to write."""
        self._complaints.append((line, f"{self._name}:{line}: {path}: {problem}"))

    def remark(self, line: int, path: str, doubt: str) -> None:
        """Note that what is at ``path`` may not be meant as it is read; ``doubt`` says how it is read."""
        self._remarks.append((line, f"{self._name}:{line}: {path}: {doubt}"))

    def complaints(self) -> list[str]:
        """Every complaint, in the order of lines."""
        return _in_order(self._complaints)

    def remarks(self) -> list[str]:
        """Every remark, in the order of lines."""
        return _in_order(self._remarks)

    def text(self, node: Node | None, path: str, write: str, *, strip: bool = True) -> str:
        """A scalar's text with ``${NAME}`` expanded, by default without the blanks around it."""
        if node is None:
            return ""
        if not isinstance(node, Scalar) or node.is_null:
            self._is_not("text", node, path, write)
            return ""
        text = node.written
        if "${" in text:
            text = self._expanded(node, path)
        elif not text.strip():
            self.complain(node.line, path, f"is empty, write {write}")
        if not text.isprintable() and any(unicodedata.category(character) in _INVISIBLE for character in text):
            self.complain(node.line, path, "holds a control character, remove it")
            return ""
        return text.strip() if strip else text

    def secret(self, node: Node | None, path: str, write: str, *, strip: bool = True) -> str:
        """As `text`; the text as written for who needs no ``secrets``."""
        if not self._secrets and isinstance(node, Scalar) and "${" in node.written:
            return node.written.strip() if strip else node.written
        return self.text(node, path, write, strip=strip)

    def items(self, node: Node | None, path: str, write: str) -> tuple[tuple[Node, str], ...]:
        """The entries of a list, which must have one, each with its path; a single value is a list of one."""
        if node is None:
            return ()
        if isinstance(node, Scalar) and node.is_null:
            self.complain(node.line, path, f"is empty, write {write}")
            return ()
        if isinstance(node, Scalar) and "," in node.written:
            self.complain(node.line, path, f"holds a comma but is no list in [ ], write {write}")
            return ()
        if not isinstance(node, Items):
            return ((node, path),)
        if not node.nodes:
            self.complain(node.line, path, f"is empty, write {write}")
        return tuple((entry, f"{path}[{index}]") for index, entry in enumerate(node.nodes))

    def table(
        self, node: Node | None, path: str, keys: tuple[str, ...], write: str, *, required: tuple[str, ...] = ()
    ) -> dict[str, Node]:
        """A mapping's values by key, which must have one; unknown and repeated keys are left out."""
        if node is None:
            return {}
        if not isinstance(node, Table):
            self._is_not("keys with values", node, path, write)
            return {}
        if not node.pairs:
            self.complain(node.line, path, f"is empty, write {write}")
            return {}
        values: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for key, value in node.pairs:
            if key.written in lines:
                first = lines[key.written]
                self.complain(key.line, path, f"key {key.written!r} is on line {first} already, remove one of the two")
            elif key.written in keys:
                values[key.written] = value
                lines[key.written] = key.line
            else:
                self.complain(key.line, path, _unknown(key, value, keys))
        for missing in (key for key in required if key not in values):
            self.complain(node.line, path, f"has no {missing!r}, write {write}")
        return values

    def _expanded(self, node: Scalar, path: str) -> str:
        names = _VARIABLE.findall(node.written)
        unset = [name for name in names if not self._environment.get(name, "").strip()]
        for name in unset:
            self.complain(
                node.line, path, f"the environment variable {name} is not set or empty, set it or write the value"
            )
        if node.written.count("${") > len(names):
            self.complain(node.line, path, "a variable's name and } do not follow ${, write ${NAME}")
            return ""
        return "" if unset else _VARIABLE.sub(lambda variable: self._environment[variable[1]], node.written)

    def _is_not(self, wanted: str, node: Node, path: str, write: str) -> None:
        match node:
            case Scalar(is_null=True):
                problem = "is empty"
            case Scalar():
                problem = f"is not {wanted}"
            case Items():
                problem = f"is a list, not {wanted}"
            case Table():
                problem = f"is keys with values, not {wanted}"
        self.complain(node.line, path, f"{problem}, write {write}")


def _in_order(noted: list[tuple[int, str]]) -> list[str]:
    return [text for _, text in sorted(noted, key=lambda note: note[0])]


def quoted(node: Scalar) -> str:
    """What was written, for a complaint: in quotes, on one line, not too long, ``${NAME}`` unexpanded."""
    return shown(node.written)


def shown(text: str) -> str:
    """The same of any text. Of an address only its scheme is shown, and no password before an @."""
    text = _CONFIDED.sub(HIDDEN, text)
    return repr(text if len(text) <= _QUOTED_CHARACTERS else text[: _QUOTED_CHARACTERS - 1] + "…")


def one_of(text: str, known: Iterable[str]) -> str:
    """The advice for a word that is not known: the nearest that is, else all of them."""
    known = tuple(known)
    if nearest := _nearest(text, known):
        return f"write {nearest!r}"
    return f"write one of {', '.join(map(repr, known))}" if len(known) > 1 else f"write {known[0]!r}"


def _nearest(text: str, known: tuple[str, ...]) -> str | None:
    return next(iter(difflib.get_close_matches(text[:_QUOTED_CHARACTERS], known, n=1)), None)


def _unknown(key: Scalar, value: Node, keys: tuple[str, ...]) -> str:
    # {label: Il-62M, Air Koryo} makes a key of "Air Koryo"; so does a password, which must not be repeated.
    if "://" in key.written:  # nor an address, which may hold a token
        return "an address stands where a key belongs, write its key and a colon before it"
    if isinstance(value, Scalar) and value.is_null and _nearest(key.written, keys) is None:
        return "text without a key, put what holds a comma in quotes and a list in [ ]"
    return f"unknown key {quoted(key)}, {one_of(key.written, keys)}"


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
