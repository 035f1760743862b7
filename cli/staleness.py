"""Saying that a computed layer is not up to date wherever one is read."""

from __future__ import annotations

from layers.release import Release
from layers.store import Store
from routing.derived.products import behind

from .context import Session


def told_behind(session: Session, store: Store, release: Release) -> tuple[str, ...]:
    """Say what the head of a computed layer does not know yet, and return it.

    Nothing is missing of what an older version knew when it was the head.
    """
    newest = store.workspace.newest(release.layer)
    if newest is None or newest.number != release.number:
        return ()
    missing = behind(store, release.layer)
    if missing:
        session.say(
            f"{release.layer} is not up to date: {'; '.join(missing)}. "
            f"Make it again: lca layer make {release.layer}"
        )
    return missing
