"""Release notes as bodies."""

from __future__ import annotations

from layers.store import Release, Store
from lca.instant import format_instant
from lca.vocab import Sensitivity

from .features import visible
from .links import GEOJSON, JSON, Links, link
from .models.versions import VersionInfo


def version_info(
    store: Store, links: Links, release: Release, clearance: Sensitivity
) -> VersionInfo:
    """Return a release note; it counts the features that the caller may see."""
    withdrawn = release.withdrawn_at is not None
    count = None if withdrawn else len(visible(store.frame(release.version), clearance))
    layer = release.layer
    own = links.version(layer, release.version)
    shown = [link(own, "self", JSON, f"Release note of version {release.number}")]
    if not withdrawn:
        items = links.href("collections", layer, "items", query={"version": release.version})
        shown.append(link(items, "items", GEOJSON, "The features of this version"))
    if release.predecessor is not None:
        before = links.version(layer, release.predecessor)
        shown.append(link(before, "predecessor-version", JSON, "The version before"))
    return VersionInfo(
        layer=layer,
        number=release.number,
        version=release.version,
        published_at=format_instant(release.published_at),
        author=release.author,
        message=release.message,
        action=str(release.action),
        feature_count=count,
        withdrawn_at=None if release.withdrawn_at is None else format_instant(release.withdrawn_at),
        predecessor=release.predecessor,
        links=shown,
    )
