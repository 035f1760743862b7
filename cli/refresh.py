"""``lca roads refresh``: a newer extract takes the place of the roads, and says what it changes."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from layers.store import Store
from lca.country import Country, country
from lca.errors import Conflict, NotFound
from routing.build_compare import Comparison, compare_builds
from routing.displaced import Displaced
from routing.network import RoadNetwork
from routing.registry import registered_network

from .building import put_in_use, read_roads
from .context import Session
from .fetching import Fetcher, Obtained, require_files, require_obtained
from .sources import load_sources

_SHRUNK = 0.8
"""A network that lost a fifth of its length was cut to another area, or its extract is damaged."""


def refresh_roads(
    session: Session,
    given: Path | None,
    *,
    sources: Path | None,
    confirm_lost: Collection[str],
    anyway: bool,
) -> None:
    """Put newer roads in use, unless that would lift a closure or lose roads unasked.

    Raises
    ------
    NotFound
        If the store has no roads yet.
    LiftsClosures
        If it would lift standing closures that are not among ``confirm_lost``.
    Conflict
        If the extract is older than the roads in use, or much smaller, unless ``anyway``.
    """
    require_files(roads=given)
    store = session.open_store()
    current = store.heads().build
    if current is None:
        raise NotFound(
            "The store has no roads to renew.",
            do_next="Begin with lca operation init ISO3, or lca roads build FILE --name NAME.",
        )
    older = registered_network(store, current.digest)
    file = _obtain(session, store, given, sources)
    if file.sha256 == older.info.source_sha256:
        body = {"changed": False, "digest": older.digest, "osm_date": older.info.osm_date}
        session.data(body, f"The extract has not changed; the roads stay ({older.digest[:12]}).")
        return
    newer = read_roads(session, file.path, current.name)
    comparison = compare_builds(older, newer)
    if not anyway:
        _require_progress(older, newer, comparison, given)
    moved = put_in_use(
        session,
        store,
        newer,
        message=f"{file.source}, {file.of_day}",
        confirm_lost=confirm_lost,
    )
    _show(session, comparison, moved)


def show_comparison(session: Session, store: Store, one: str, other: str, listed: int) -> None:
    """Show how two graph builds of the store differ."""
    older, newer = (registered_network(store, _digest(store, text)) for text in (one, other))
    comparison = compare_builds(older, newer)
    session.data(comparison.as_json(listed), comparison.text())


def _obtain(session: Session, store: Store, given: Path | None, sources: Path | None) -> Obtained:
    operation = store.operation
    land: Country | None = country(operation.code[:3]) if operation is not None else None
    fetcher = Fetcher(session, store, land, load_sources(sources), offline=False)
    return require_obtained(fetcher.obtain("roads", given))


def _require_progress(
    older: RoadNetwork, newer: RoadNetwork, comparison: Comparison, given: Path | None
) -> None:
    """Refuse an older extract, and one that lost much: both are mistakes more often than news."""
    problem = None
    before, after = older.info.osm_date, newer.info.osm_date
    if before is not None and after is not None and after < before:
        problem = f"The extract is of {after}, the roads in use are of {before}."
    elif newer.info.report.length_km < _SHRUNK * older.info.report.length_km:
        problem = (
            f"The extract has {newer.info.report.length_km:,.0f} km of road, the roads in use "
            f"have {older.info.report.length_km:,.0f} km."
        )
    if problem is not None:
        again = f" --roads {shlex.quote(str(given))}" if given else ""
        raise Conflict(
            problem,
            where=newer.info.source,
            do_next=f"If it is meant: lca roads refresh{again} --anyway.",
            details={"text": comparison.text(), "comparison": comparison.as_json(0)},
        )


def _show(session: Session, comparison: Comparison, moved: Sequence[Displaced]) -> None:
    info = comparison.newer.info
    body: dict[str, Any] = {
        "changed": True,
        "digest": comparison.newer.digest,
        "osm_date": info.osm_date,
        "comparison": comparison.as_json(),
        "displaced": [one.as_json() for one in moved],
    }
    lines = [
        comparison.text(),
        f"constraints that lie otherwise: {len(moved)}"
        if moved
        else "Every constraint lies on the roads as before.",
        f"graph build {comparison.newer.digest[:12]} ({info.name}) is in use",
    ]
    session.data(body, "\n".join(lines))


def _digest(store: Store, text: str) -> str:
    """Return the digest of the build that a text begins."""
    found = sorted(
        path.name for path in store.builds_dir.iterdir() if text and path.name.startswith(text)
    )
    if len(found) != 1:
        raise NotFound(
            f"{text!r} names {len(found)} graph builds of the store.",
            do_next="Give more of its digest; lca roads list shows it.",
        )
    return found[0]
