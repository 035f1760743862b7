"""The two HTML pages: the viewer and the bare map for an iframe, rendered from the web package."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import jinja2

from layers.geojson import plain
from layers.release import Heads, Release
from layers.sensitivity import visible_rows
from lca.instant import format_instant
from lca.record import to_row
from lca.table import records_of, rows_of
from lca.vocab import Sensitivity
from routing.reference_tables import reference_tables

from .service import Service
from .standing import Standings

CONSTRAINTS = "constraints"
DISCLAIMER = (
    "Shows what was reported and published, as of the time stated. A road without a constraint has "
    "not been declared open. Verify locally before movement. Boundaries and names imply no opinion "
    "on the status of any territory."
)


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("web", "templates"),
        autoescape=True,
    )


def viewer_page(service: Service) -> str:
    """Return the viewer with the heads' public records listed in it."""
    return _templates().get_template("viewer.html").render(page_context(service, None))


def embed_page(service: Service, pinned: Release) -> str:
    """Return the bare map of one version of the constraints, for an iframe."""
    return _templates().get_template("embed.html").render(page_context(service, pinned))


def problem_page(service: Service, members: Mapping[str, Any]) -> str:
    """Return a problem as a small page, for a browser that asked for a map."""
    operation = service.store.operation
    title = operation.title if operation else "LCA Access Map"
    return _templates().get_template("problem.html").render(title=title, problem=members)


def page_context(service: Service, pinned: Release | None) -> dict[str, Any]:
    """Return what the templates know; public records only, whoever asks.

    Members: ``operation``, ``heads``, ``withdrawn``, ``constraints``, ``facilities``,
    ``vehicles``, ``build``, ``now``, ``attribution``, ``disclaimer``; and for the embedded map
    ``pinned`` and ``newer``, the head's release if it is not the pinned one.
    """
    store = service.store
    current = store.heads()
    heads = store.heads(pinned.published_at) if pinned else current
    shown = pinned or heads.releases.get(CONSTRAINTS)
    newest = current.releases.get(CONSTRAINTS)
    operation = store.operation
    moment = heads.as_of if pinned else store.now()
    return {
        "operation": operation.as_json() if operation else None,
        "heads": {name: _head(service, item) for name, item in heads.releases.items()},
        "withdrawn": sorted(heads.withdrawn),
        "constraints": [] if shown is None else _constraints(service, shown, heads, pinned),
        "facilities": _facilities(service, heads),
        "vehicles": [
            {name: plain(value) for name, value in to_row(item).items()}
            for item in reference_tables(store, heads).vehicles.values()
        ],
        "build": heads.build.digest if heads.build else None,
        "now": format_instant(moment),
        "attribution": _attribution(service, heads),
        "disclaimer": DISCLAIMER,
        "pinned": _head(service, pinned) if pinned else None,
        "newer": _head(service, newest)
        if pinned and newest and newest.version != pinned.version
        else None,
    }


def _head(service: Service, release: Release) -> dict[str, Any]:
    return {
        "number": release.number,
        "version": release.version,
        "published_at": format_instant(release.published_at),
        "feature_count": service.store.count(release.version, Sensitivity.PUBLIC),
    }


def _public_rows(service: Service, release: Release) -> list[dict[str, Any]]:
    whole = service.store.frame(release.version)
    rows = rows_of(whole[visible_rows(whole, Sensitivity.PUBLIC)])
    return [
        {name: plain(value) for name, value in row.items() if name != "geometry"} for row in rows
    ]


def _constraints(
    service: Service, release: Release, heads: Heads, pinned: Release | None
) -> list[dict[str, Any]]:
    """Return the public constraints, with where each is in its life and how it was matched."""
    moment = pinned.published_at if pinned else service.store.now()
    whole = service.store.frame(release.version)
    record_class = service.store.specs[CONSTRAINTS].record_class
    records = records_of(record_class, whole[visible_rows(whole, Sensitivity.PUBLIC)])
    computed = Standings.at(records, moment).computed
    matched = _match_states(service, heads)
    return [
        {**row, "standing": computed[row["id"]]["standing"], "matched": matched.get(row["id"])}
        for row in _public_rows(service, release)
    ]


def _match_states(service: Service, heads: Heads) -> dict[str, str]:
    """Return how each public constraint was matched; nothing where no answer can be given."""
    if heads.build is None or heads.withdrawn:
        return {}
    report = service.planner.match_report(heads, pictures=False)
    return {item["id"]: item["state"] for item in report}


def _facilities(service: Service, heads: Heads) -> list[dict[str, Any]]:
    specs = service.store.specs
    return [
        {**row, "layer": name}
        for name, release in heads.releases.items()
        if specs[name].kind.holds_places
        for row in _public_rows(service, release)
    ]


def _attribution(service: Service, heads: Heads) -> list[str]:
    """Return each credit once: the roads' first, then those of the published layers."""
    lines = [service.store.specs[name].attribution for name in heads.releases]
    if heads.build is not None:
        lines.insert(0, service.roads.network(heads.build.digest).info.attribution)
    return list(dict.fromkeys(lines))
