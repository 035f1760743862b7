"""Layers that are computed: what each version of one was computed from, so that nobody computes twice.

The digest of the inputs decides: a derived layer is made anew when, and only when, it differs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import geopandas as gpd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lca.errors import Conflict, UsageError

from .publish import HeadMoved, Swap, swap_head
from .release import Release
from .store import Store
from .tables import derivation

Inputs = Mapping[str, Any]
"""A JSON object: digests and versions of what was read, and the settings."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """What a release of a derived layer was computed from, and when."""

    layer: str
    number: int
    inputs: Inputs
    inputs_sha256: str
    made_at: datetime


def digest_of(inputs: Inputs) -> str:
    """Return the sha256 (hexadecimal) of inputs; the same inputs in another order give the same."""
    text = json.dumps(inputs, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def last_derivation(store: Store, layer: str) -> Derivation | None:
    """Return what the layer's newest computed release came from, None if it was never computed."""
    query = (
        sa.select(derivation)
        .where(derivation.c.layer == layer)
        .order_by(derivation.c.number.desc())
        .limit(1)
    )
    with store.catalogue.read() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else Derivation(**row._mapping)  # noqa: SLF001 - a public name of Row


def publish_derived(
    store: Store, layer: str, frame: gpd.GeoDataFrame, inputs: Inputs, *, author: str, message: str
) -> Release:
    """Publish the computed rows of a derived layer, and note what they were computed from.

    Rows equal to the head's make no new release; that the new inputs give them too is noted.

    Raises
    ------
    UsageError
        If the layer is not a derived one.
    Conflict
        If somebody else published the layer meanwhile.
    """
    workspace = store.workspace
    spec = workspace.spec(layer)
    if not spec.derived:
        raise UsageError(f"{layer} is not computed.", do_next="Import it: lca import FILE.")
    newest = workspace.newest(layer)
    swap = Swap(
        workspace.snapshot(layer, frame), newest.number if newest else 0, "derive", author, message
    )

    def note(connection: Connection, head: Release) -> None:
        same = sa.and_(derivation.c.layer == layer, derivation.c.number == head.number)
        connection.execute(sa.delete(derivation).where(same))
        connection.execute(
            sa.insert(derivation).values(
                layer=layer,
                number=head.number,
                inputs=dict(inputs),
                inputs_sha256=digest_of(inputs),
                made_at=workspace.now(),
            )
        )

    try:
        return swap_head(workspace, swap, also=note)
    except HeadMoved:
        raise Conflict(
            "Somebody else has just made the layer.",
            where=spec.title,
            do_next="See whether it is still stale: lca layer plan.",
        ) from None
