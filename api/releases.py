"""Release notes as bodies, without what the caller may not know."""

from __future__ import annotations

from functools import lru_cache

from layers.disclosure import HIDDEN_NOTE, tells_note
from layers.release import Release
from layers.store import Store
from lca.instant import format_instant
from lca.vocab import Sensitivity

from .links import GEOJSON, JSON, Links, link
from .models.versions import VersionInfo

_KEPT_NOTES = 4096


class ReleaseNotes:
    """Writes the release notes of one store; what it computes of a version never changes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._counted = lru_cache(maxsize=_KEPT_NOTES)(self._count)
        self._shown = lru_cache(maxsize=_KEPT_NOTES)(self._tells)

    def write(self, links: Links, release: Release, clearance: Sensitivity) -> VersionInfo:
        """Return a release note; it counts only the features that the caller may see."""
        layer, number = release.layer, release.number
        withdrawn = release.withdrawn_at is not None
        shown = [link(links.version(layer, str(number)), "self", JSON, f"Release note {number}")]
        if not withdrawn:
            items = links.href("collections", layer, "items", query={"version": release.version})
            shown.append(link(items, "items", GEOJSON, "The features of this version"))
        if number > 1:
            before = links.version(layer, str(number - 1))
            shown.append(link(before, "predecessor-version", JSON, "The release before"))
        return VersionInfo(
            layer=layer,
            number=number,
            version=release.version,
            published_at=format_instant(release.published_at),
            author=release.author,
            message=release.message if self._shown(release, clearance) else HIDDEN_NOTE,
            action=release.action,
            exercise=release.exercise,
            feature_count=None if withdrawn else self._counted(release.version, clearance),
            withdrawn_at=release.withdrawn_at and format_instant(release.withdrawn_at),
            predecessor=release.predecessor,
            links=shown,
        )

    def _count(self, version: str, clearance: Sensitivity) -> int:
        return self._store.count(version, clearance)

    def _tells(self, release: Release, clearance: Sensitivity) -> bool:
        return tells_note(self._store.workspace, release, clearance)
