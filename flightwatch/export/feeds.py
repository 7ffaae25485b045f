"""Events as feeds: Atom (RFC 4287) and JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1).

Written with the standard library: feedgen, which makes Atom, knows no JSON Feed, and brings lxml for a document that has eight
kinds of elements. All text is text, none is markup, and what XML has no characters for is taken out.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5
from xml.etree import ElementTree

from msgspec import Struct

from flightwatch.wording.phrases import clean, json_text

ATOM: Final = "http://www.w3.org/2005/Atom"
JSON_FEED: Final = "https://jsonfeed.org/version/1.1"
NAME: Final = "flightwatch"

_EVENTS: Final = UUID("0d6bb5a8-3c1b-4a52-9f0e-6f1b8f6c2a57")
"""Tells the ids that are made from those of events from all others: drawn at random once."""
_FEEDS: Final = UUID("7c1f4f6e-54ab-4b6c-8a37-2a2f9a3e8d11")

_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is no character of XML 1.0 (2.2)."""


class Entry(Struct, frozen=True):
    """An event, as feeds tell it."""

    event: str
    """Its `Event.id`."""
    title: str
    text: str
    published_at: datetime
    updated_at: datetime
    """When it was decided, or taken back: in the data's own time."""
    address: str | None
    """Of a page about it, relative; None: there is none."""
    kind: str
    """Its `Event.type`."""


class Feed(Struct, frozen=True):
    """Events, newest first, and what stands around them."""

    id: str
    """Tells this feed from all others."""
    title: str
    home: str
    """Relative address of the first page."""
    updated_at: datetime
    rights: Sequence[str]
    """Whom to name, and under which terms the data are, a line each."""
    entries: Sequence[Entry]


def entry_id(event: str) -> str:
    """The id of an event's entry, the same for ever and in each feed: a UUID made of the event's own."""
    return uuid5(_EVENTS, event).urn


def as_atom(feed: Feed, address: str) -> bytes:
    """Write a feed as Atom; ``address`` is its own, relative."""
    root = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": "en"})
    _texts(root, ("id", uuid5(_FEEDS, feed.id).urn), ("title", feed.title), ("updated", _instant(feed.updated_at)))
    ElementTree.SubElement(_text(root, "author", ""), "name").text = NAME
    _text(root, "generator", NAME)
    ElementTree.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": address})
    ElementTree.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": feed.home})
    if feed.rights:
        _text(root, "rights", " ".join(feed.rights))
    for entry in feed.entries:
        made = ElementTree.SubElement(root, "entry")
        _texts(made, ("id", entry_id(entry.event)), ("title", entry.title))
        _texts(made, ("published", _instant(entry.published_at)), ("updated", _instant(entry.updated_at)))
        ElementTree.SubElement(made, "category", {"term": entry.kind})
        if entry.address is not None:
            ElementTree.SubElement(made, "link", {"rel": "alternate", "type": "text/html", "href": entry.address})
        _text(made, "content", entry.text).set("type", "text")
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def as_json_feed(feed: Feed) -> bytes:
    """Write a feed as JSON Feed. Addresses, which it wants whole, it has none: where it will be served nobody knows."""
    said: dict[str, Any] = {
        "version": JSON_FEED,
        "title": _plain(feed.title),
        "description": " ".join(map(_plain, feed.rights)) or None,
        "language": "en",
        "authors": [{"name": NAME}],
        "items": [*_items(feed.entries)],
    }
    return f"{json_text({name: value for name, value in said.items() if value is not None})}\n".encode()


def _items(entries: Sequence[Entry]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        yield {
            "id": entry_id(entry.event),
            "title": _plain(entry.title),
            "content_text": _plain(entry.text),
            "date_published": _instant(entry.published_at),
            "date_modified": _instant(entry.updated_at),
            "tags": [entry.kind],
        }


def _texts(parent: ElementTree.Element, *pairs: tuple[str, str]) -> None:
    for name, said in pairs:
        _text(parent, name, said)


def _text(parent: ElementTree.Element, name: str, said: str) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, name)
    made.text = _plain(said) or None
    return made


def _plain(said: str) -> str:
    return _NO_XML.sub("", clean(said))


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
