"""The history of one feature: which releases of its layer changed it, and how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from lca.errors import NotFound
from lca.vocab import Sensitivity

from .content import Snapshot
from .release import Release
from .sensitivity import reachable
from .workspace import Workspace


@dataclass(frozen=True, slots=True)
class FeatureVersion:
    """One state of a feature, known from its release until the next one, ``until``.

    ``row`` is None once it has been removed; ``fields`` are those that differ from the state
    before.
    """

    release: Release
    until: datetime | None
    change: Literal["added", "changed", "removed"]
    fields: tuple[str, ...]
    row: dict[str, Any] | None


def feature_log(
    workspace: Workspace, layer: str, feature_id: str, *, clearance: Sensitivity
) -> list[FeatureVersion]:
    """Return the states of a feature, newest first, as far as a clearance reaches.

    A withdrawn release is left out, as if the one before it had stood; a state that the clearance
    does not reach counts as none.

    Raises
    ------
    NotFound
        If there is no state that the clearance reaches.
    """
    states = list(_states(workspace, layer, feature_id, reachable(clearance)))
    if not states:
        raise NotFound(
            f"There never was a feature {feature_id!r}.",
            where=layer,
            do_next="Look its id up in the layer.",
        )
    ends = [release.published_at for release, _, _ in states[1:]] + [None]
    found = [
        FeatureVersion(release, until, _change(before, row), _fields(before, row), row)
        for (release, before, row), until in zip(states, ends, strict=True)
    ]
    return found[::-1]


_State = tuple[Release, dict[str, Any] | None, dict[str, Any] | None]


def _states(
    workspace: Workspace, layer: str, feature_id: str, words: tuple[str, ...]
) -> Iterator[_State]:
    """Yield each release that changed the feature, oldest first, with its row before and after."""
    before: dict[str, Any] | None = None
    digest: str | None = None
    for release in reversed(workspace.log(layer)):
        content = workspace.content(release)
        if content is None:
            continue
        found = content.digest(feature_id) if content.feature_count else None
        if found == digest:
            continue
        digest = found
        row = _visible(content, feature_id, words) if found else None
        if row is not None or before is not None:
            yield release, before, row
        before = row


def _visible(content: Snapshot, feature_id: str, words: tuple[str, ...]) -> dict[str, Any] | None:
    row = content.row(feature_id)
    return row if row is not None and row["sensitivity"] in words else None


def _change(
    before: dict[str, Any] | None, after: dict[str, Any] | None
) -> Literal["added", "changed", "removed"]:
    if after is None:
        return "removed"
    return "added" if before is None else "changed"


def _fields(before: dict[str, Any] | None, after: dict[str, Any] | None) -> tuple[str, ...]:
    if before is None or after is None:
        return ()
    return tuple(name for name, value in after.items() if value != before.get(name))
