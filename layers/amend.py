"""The content that a layer has once some of its rows are added, replaced or removed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd

from lca.table import frame_of_rows

from .canonical import Snapshot
from .workspace import Workspace


def amended(
    workspace: Workspace,
    layer: str,
    content: Snapshot | None,
    rows: Iterable[Mapping[str, Any]] = (),
    removed: Collection[str] = (),
) -> Snapshot:
    """Return a content with rows added, or replaced by their ids, and others removed.

    Parameters
    ----------
    content : Snapshot, optional
        What the layer holds; None for an empty layer. It is not changed.
    rows : iterable of mappings
        Plain values as :func:`lca.table.rows_of` gives them, geometries in EPSG:4326.
    removed : collection of str
        Ids to leave out; one that is not there, or among ``rows``, has no effect.

    Raises
    ------
    InvalidInput
        If the rows cannot make a version of the layer (see ``layers.normal``).
    """
    spec = workspace.spec(layer)
    added = frame_of_rows(spec.fields, rows)
    if content is None or content.frame.empty:
        return workspace.snapshot(layer, added)
    gone = content.frame["id"].isin([*removed, *added["id"]])
    kept = content.frame[~gone]
    if added.empty or kept.empty:
        return workspace.snapshot(layer, kept if added.empty else added)
    return workspace.snapshot(layer, pd.concat([kept, added]))
