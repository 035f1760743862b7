"""Tags: names as ``sitrep-12`` for the versions that were the heads at one moment; they never move."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lca.errors import Conflict, InvalidInput, NotFound, UsageError
from lca.instant import format_instant

from .catalogue import next_transaction
from .release import LATEST, Release, read_heads, read_log
from .tables import tag as tags
from .tables import tag_release
from .workspace import Workspace

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_VERSION_LIKE = re.compile(r"[0-9a-f]+")
"""A number, or the digits of a version id: as a tag it would hide a version, or be hidden by one."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A name, who gave it when and why, and the releases that it pins, by layer."""

    name: str
    author: str
    message: str
    tagged_at: datetime
    releases: tuple[Release, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the tag as a JSON object."""
        return {
            "name": self.name,
            "author": self.author,
            "message": self.message,
            "tagged_at": format_instant(self.tagged_at),
            "releases": [
                {
                    "layer": item.layer,
                    "number": item.number,
                    "version": item.version,
                    "withdrawn": item.withdrawn_at is not None,
                }
                for item in self.releases
            ],
        }


def is_tag_name(text: str) -> bool:
    """Tell whether a text can name a tag, and so no version."""
    return bool(_NAME.fullmatch(text)) and not _VERSION_LIKE.fullmatch(text) and text != LATEST


def add_tag(
    workspace: Workspace,
    name: str,
    *,
    author: str,
    message: str = "",
    layers: Collection[str] | None = None,
) -> Tag:
    """Pin the present heads of all layers, or of some, under a name.

    Raises
    ------
    UsageError
        If the name can be none.
    Conflict
        If there is a tag of that name.
    NotFound
        If there is no such layer, or one that is named has no version to serve.
    InvalidInput
        If nobody is named as the author.
    """
    if not is_tag_name(name):
        raise UsageError(
            f"{name!r} cannot name a tag.",
            do_next="Use small letters, digits, dots, dashes and underscores, with at least one "
            "letter after f or a dash, as sitrep-12.",
        )
    if not author.strip():
        raise InvalidInput("Nobody is named as the author.", do_next="Say who tags this.")
    for layer in layers or ():
        workspace.spec(layer)
    with workspace.catalogue.write() as connection:
        if _known(connection, name):
            raise Conflict(
                f"There is a tag {name} already, and a tag never moves.",
                do_next="Choose another name.",
            )
        chosen = _heads(connection, workspace, layers)
        moment = next_transaction(connection, workspace.now())
        connection.execute(
            sa.insert(tags).values(name=name, author=author, message=message, tagged_at=moment)
        )
        connection.execute(
            sa.insert(tag_release),
            [{"tag": name, "layer": item.layer, "number": item.number} for item in chosen],
        )
    return Tag(name, author, message, moment, tuple(chosen))


def list_tags(workspace: Workspace) -> list[Tag]:
    """Return all tags, the newest first."""
    newest_first = (tags.c.tagged_at.desc(), tags.c.name)
    with workspace.catalogue.read() as connection:
        pinned = connection.execute(sa.select(tag_release).order_by(tag_release.c.layer)).all()
        logs = {layer: read_log(connection, layer) for layer in {row.layer for row in pinned}}
        return [
            Tag(
                row.name,
                row.author,
                row.message,
                row.tagged_at,
                tuple(
                    _numbered(logs[item.layer], item.number)
                    for item in pinned
                    if item.tag == row.name
                ),
            )
            for row in connection.execute(sa.select(tags).order_by(*newest_first))
        ]


def tagged_number(workspace: Workspace, layer: str, name: str) -> str:
    """Return the number of the release of a layer that a tag pins.

    Raises
    ------
    NotFound
        If there is no such tag, or it pins nothing of the layer.
    """
    query = sa.select(tag_release.c.number).where(
        tag_release.c.tag == name, tag_release.c.layer == layer
    )
    with workspace.catalogue.read() as connection:
        number = connection.execute(query).scalar()
        known = number is not None or _known(connection, name)
    if number is None:
        what = (
            f"The tag {name} pins no version of the layer."
            if known
            else f"There is no version and no tag {name!r}."
        )
        raise NotFound(what, where=layer, do_next="List the tags (lca layer tags), or the log.")
    return str(number)


def _heads(
    connection: Connection, workspace: Workspace, layers: Collection[str] | None
) -> Sequence[Release]:
    """Return the served heads, of all layers or of each of some."""
    found = read_heads(connection, now=workspace.now(), as_of=None).releases
    missing = sorted(set(layers or ()) - found.keys())
    if missing or not found:
        raise NotFound(
            f"{', '.join(missing) or 'The store'} has no version that could be tagged.",
            do_next="Publish one first.",
        )
    return [found[name] for name in sorted(found) if layers is None or name in layers]


def _known(connection: Connection, name: str) -> bool:
    return connection.execute(sa.select(tags.c.name).where(tags.c.name == name)).first() is not None


def _numbered(log: Sequence[Release], number: int) -> Release:
    return next(item for item in log if item.number == number)
