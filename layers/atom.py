"""The change log as an Atom feed (RFC 4287), for feed readers and for programs that watch a layer.

An entry is a release. One that was withdrawn keeps its id and says so, with the withdrawal as its
last update, because that is how a reader learns that what it shows is not to be trusted any more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from lca.instant import format_instant
from lca.vocab import Sensitivity

from .changes import Change, ChangeLog
from .release import Release
from .spec import LayerSpec
from .store import Store

MEDIA_TYPE = "application/atom+xml"
MOST_ENTRIES = 50

_ATOM = "http://www.w3.org/2005/Atom"
# A name that nobody owns (RFC 2606): an entry keeps its id when the service moves.
_AUTHORITY = "lca-access-map.invalid,2026"
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

register_namespace("", _ATOM)


@dataclass(frozen=True, slots=True)
class FeedHead:
    """What a feed says of itself.

    ``operation`` is the operation's code, or None; ``layer`` None for all layers; ``links`` are a
    relation, an address and a media type each.
    """

    operation: str | None
    layer: str | None
    title: str
    rights: str
    links: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One release in a feed: its layer's title, its address, and what happened to it."""

    layer_title: str
    href: str
    released: Change
    withdrawn: Change | None


def feed_of(
    store: Store,
    log: ChangeLog,
    spec: LayerSpec | None,
    *,
    clearance: Sensitivity,
    href: Callable[[Release], str],
    links: Sequence[tuple[str, str, str]],
) -> bytes:
    """Return the feed of a layer, or of all, as far as a clearance reaches.

    Parameters
    ----------
    href : callable
        Returns the address of a release.
    """
    operation = store.operation
    place = operation.title if operation else "LCA Access Map"
    head = FeedHead(
        operation=operation.code if operation else None,
        layer=spec.name if spec else None,
        title=f"{place}: {spec.title if spec else 'all layers'}",
        rights=f"{spec.licence}. {spec.attribution}" if spec else "Each layer names its licence.",
        links=links,
    )
    layers = tuple(store.specs) if spec is None else (spec.name,)
    # A release and its withdrawal are two events of the log and one entry here.
    page = log.page(layers, clearance=clearance, limit=2 * MOST_ENTRIES)
    entries = [
        FeedEntry(
            layer_title=store.specs[released.release.layer].title,
            href=href(released.release),
            released=released,
            withdrawn=withdrawn,
        )
        for released, withdrawn in entries_of(page.changes)[:MOST_ENTRIES]
    ]
    return as_atom(head, entries, changed_at=log.state())


def entries_of(changes: Iterable[Change]) -> list[tuple[Change, Change | None]]:
    """Return each release that events tell of, newest first, with its withdrawal if there is one."""
    events = list(changes)
    hidden = {
        (one.release.layer, one.release.version): one for one in events if one.kind == "withdrawal"
    }
    return [
        (one, hidden.get((one.release.layer, one.release.version)))
        for one in events
        if one.kind == "release"
    ]


def as_atom(head: FeedHead, entries: Sequence[FeedEntry], *, changed_at: datetime | None) -> bytes:
    """Return a feed as bytes of XML, UTF-8.

    Parameters
    ----------
    changed_at : datetime or None
        When a feed without entries was last looked at to have none.
    """
    feed = Element(f"{{{_ATOM}}}feed")
    _text(feed, "id", feed_id(head.operation, head.layer))
    _text(feed, "title", head.title)
    latest = max((_updated(entry) for entry in entries), default=changed_at or _BEGINNING)
    _text(feed, "updated", format_instant(latest))
    _text(feed, "rights", head.rights)
    _text(feed, "generator", "LCA Access Map")
    for relation, href, media_type in head.links:
        _element(feed, "link", rel=relation, href=href, type=media_type)
    for entry in entries:
        _write_entry(feed, head, entry)
    indent(feed)
    content: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return content


def feed_id(operation: str | None, layer: str | None) -> str:
    """Return the permanent id of a feed (RFC 4151)."""
    return f"tag:{_AUTHORITY}:{_word(operation)}/{layer or 'all'}"


def entry_id(operation: str | None, release: Release) -> str:
    """Return the permanent id of a release's entry (RFC 4151), the same in every feed."""
    return f"{feed_id(operation, release.layer)}/{release.number}/{release.version[:16]}"


def _write_entry(feed: Element, head: FeedHead, entry: FeedEntry) -> None:
    change, gone = entry.released, entry.withdrawn
    release = change.release
    item = SubElement(feed, f"{{{_ATOM}}}entry")
    _text(item, "id", entry_id(head.operation, release))
    _text(item, "title", _title(entry))
    _text(item, "published", format_instant(release.published_at))
    _text(item, "updated", format_instant(_updated(entry)))
    author = _element(item, "author")
    _text(author, "name", change.author or "unknown")
    _element(item, "link", rel="alternate", href=entry.href, type="application/json")
    _element(item, "category", term=release.layer, label=entry.layer_title)
    if release.exercise:
        _element(item, "category", term="exercise", label="Exercise")
    if gone is not None or release.withdrawn_at is not None:
        reason = f" {gone.message}" if gone is not None and gone.message else ""
        _text(item, "content", f"This version has been withdrawn.{reason}", type="text")
        return
    if change.message:
        _text(item, "summary", change.message, type="text")
    _text(item, "content", change.text or change.summary or "No change.", type="text")


def _title(entry: FeedEntry) -> str:
    release = entry.released.release
    mark = "EXERCISE. " if release.exercise else ""
    if release.withdrawn_at is not None:
        return f"{mark}Withdrawn: {entry.layer_title}, version {release.number}"
    told = f": {entry.released.summary}" if entry.released.summary else ""
    return f"{mark}{entry.layer_title}, version {release.number}{told}"


def _updated(entry: FeedEntry) -> datetime:
    release = entry.released.release
    return release.withdrawn_at or release.published_at


def _element(parent: Element, name: str, **attributes: str) -> Element:
    cleaned = {key: _FORBIDDEN.sub("\ufffd", value) for key, value in attributes.items()}
    return SubElement(parent, f"{{{_ATOM}}}{name}", cleaned)


def _text(parent: Element, name: str, text: str, **attributes: str) -> None:
    _element(parent, name, **attributes).text = _FORBIDDEN.sub("\ufffd", text)


def _word(code: str | None) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", code) if code else "store"
