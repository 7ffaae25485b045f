"""Nodes to values, and the complaints of whoever reads them, each with file, line and path."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from flightwatch.core.secrets import HIDDEN
from flightwatch.watchlist.yaml_nodes import Items, Node, Scalar, Table

_QUOTED_CHARACTERS: Final = 40
"""Characters of what was written that a complaint repeats."""

_CONFIDED: Final = re.compile(r"(?<=://)\S+|(?<=:)[^\s:@]+(?=@)")
"""What follows the scheme of an address, which may be a service's token, and a password between a user and a host."""

_YES_OR_NO: Final = "true or false"

_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories that move the cursor, end a line or turn the text round."""


class Reading:
    """Takes nodes to values and collects what is wrong, each with file, line and path, so that all is told at once.

    A method that has complained returns an empty value, to be read on with: `finish` keeps it from the world.
    A node that is None is a key that was not written: it gives an empty value without a complaint.
    What came out of the environment never shows in a complaint; the text as written, with its ``${NAME}``, does.
    """

    def __init__(
        self,
        name: str,
        environment: Mapping[str, str],
        *,
        secrets: bool = True,
        expanded: list[tuple[str, str]] | None = None,
    ) -> None:
        self._name = name
        self._environment = environment
        self._secrets = secrets
        self._all_expanded = expanded
        self._complaints: list[tuple[int, str]] = []
        self._remarks: list[tuple[int, str]] = []

    def complain(self, line: int, path: str, problem: str) -> None:
        """Note that what is at ``path`` is wrong; ``problem`` says how and what to write."""
        self._complaints.append((line, f"{self._name}:{line}: {path}: {problem}"))

    def remark(self, line: int, path: str, doubt: str) -> None:
        """Note that what is at ``path`` may not be meant as it is read; ``doubt`` says how it is read."""
        self._remarks.append((line, f"{self._name}:{line}: {path}: {doubt}"))

    def relay(self, line: int, complaint: str) -> None:
        """Note a complaint about another file, which is named on this line."""
        self._complaints.append((line, complaint))

    def relay_remark(self, line: int, doubt: str) -> None:
        """The same of a remark."""
        self._remarks.append((line, doubt))

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
        meant, written = (text.strip(), node.written.strip()) if strip else (text, node.written)
        if self._all_expanded is not None and "${" in written:
            self._all_expanded.append((meant, written))
        return meant

    def yes(self, node: Node | None, path: str) -> bool:
        """True or false, as it is written; false where nothing is."""
        text = self.text(node, path, _YES_OR_NO)
        if text and text not in ("true", "false") and isinstance(node, Scalar):
            self.complain(node.line, path, f"{quoted(node)} is neither, write {_YES_OR_NO}")
        return text == "true"

    def secret(self, node: Node | None, path: str, write: str, *, strip: bool = True) -> str:
        """As `text`; the text as written for who needs no ``secrets``."""
        if isinstance(node, Scalar) and self.is_unexpanded(node):
            return node.written.strip() if strip else node.written
        return self.text(node, path, write, strip=strip)

    def is_unexpanded(self, node: Node) -> bool:
        """Tell whether `secret` gives a text as written, whose form says nothing yet."""
        return not self._secrets and isinstance(node, Scalar) and "${" in node.written

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
            said = f"the environment variable {_cut(name)} is not set or empty, set it or write the value"
            self.complain(node.line, path, said)
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
    return repr(_cut(text))


def _cut(text: str) -> str:
    return text if len(text) <= _QUOTED_CHARACTERS else text[: _QUOTED_CHARACTERS - 1] + "…"


def one_of(text: str, known: Iterable[str]) -> str:
    """The advice for a word that is not known: the nearest that is, else all of them."""
    known = tuple(known)
    if near := nearest(text, known):
        return f"write {near!r}"
    return f"write one of {', '.join(map(repr, known))}" if len(known) > 1 else f"write {known[0]!r}"


def nearest(text: str, known: Sequence[str]) -> str | None:
    """The known word that is most like a text; None where none is."""
    return next(iter(difflib.get_close_matches(text[:_QUOTED_CHARACTERS], known, n=1)), None)


def _unknown(key: Scalar, value: Node, keys: tuple[str, ...]) -> str:
    # {label: Il-62M, Air Koryo} makes a key of "Air Koryo"; so does a password, which must not be repeated.
    if "://" in key.written:  # nor an address, which may hold a token
        return "an address stands where a key belongs, write its key and a colon before it"
    if isinstance(value, Scalar) and value.is_null and nearest(key.written, keys) is None:
        return "text without a key, put what holds a comma in quotes and a list in [ ]"
    return f"unknown key {quoted(key)}, {one_of(key.written, keys)}"
