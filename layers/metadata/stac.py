"""A version as a STAC 1.1 Item, and its layer as a Collection of them.

Extensions: *version* (predecessor, latest), *file* (size, checksum as a multihash) and *table*
(columns, count of rows).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from layers.release import Release
from lca.instant import format_instant

from .describe import EXERCISE, About, File

_STAC = "1.1.0"
_EXTENSIONS = [
    "https://stac-extensions.github.io/version/v1.2.0/schema.json",
    "https://stac-extensions.github.io/file/v2.1.0/schema.json",
    "https://stac-extensions.github.io/table/v1.2.0/schema.json",
]
_SHA256 = "1220"
"""How a multihash says that a sha256 follows: its code, and its length of 32 bytes."""
GEOJSON, JSON = "application/geo+json", "application/json"


def stac_item(about: About) -> dict[str, Any]:
    """Return a version as a STAC Item."""
    release, spec = about.release, about.spec
    body: dict[str, Any] = {
        "type": "Feature",
        "stac_version": _STAC,
        "stac_extensions": _EXTENSIONS,
        "id": f"{spec.name}_v{release.number}",
        "collection": spec.name,
        "geometry": None if about.bounds is None else _polygon(*about.bounds),
    }
    if about.bounds is not None:
        body["bbox"] = list(about.bounds)
    return {
        **body,
        "properties": _properties(about),
        "links": _item_links(about),
        "assets": {file.fmt.value: _asset(file) for file in about.files},
    }


def stac_collection(about: About, releases: Iterable[Release]) -> dict[str, Any]:
    """Return a layer as a STAC Collection.

    Parameters
    ----------
    about : About
        Its newest version.
    releases : iterable of Release
        Its versions, the withdrawn ones among them, newest first.
    """
    spec = about.spec
    served = [one for one in releases if one.withdrawn_at is None]
    first = min((one.published_at for one in served), default=about.release.published_at)
    start = about.informed[0] if about.informed else first
    here = about.href("metadata", f="stac")
    return {
        "type": "Collection",
        "stac_version": _STAC,
        "id": spec.name,
        "title": (EXERCISE if about.release.exercise else "") + spec.title,
        "description": _description(about),
        "license": about.spdx or "other",
        "keywords": _keywords(about),
        "providers": _providers(about),
        "extent": {
            "spatial": {"bbox": [list(about.bounds or (-180.0, -90.0, 180.0, 90.0))]},
            "temporal": {"interval": [[format_instant(start), None]]},
        },
        "links": [
            _link("self", here, JSON, spec.title),
            _link("root", here, JSON, spec.title),
            *_licence_links(about),
            *(
                _link("item", about.metadata("stac", number=one.number), GEOJSON, _name(one))
                for one in served
            ),
        ],
    }


def _properties(about: About) -> dict[str, Any]:
    release, spec = about.release, about.spec
    published = format_instant(release.published_at)
    told: dict[str, Any] = {
        "title": about.title,
        "description": _description(about),
        "datetime": published,
        "created": published,
        "updated": published,
        "license": about.spdx or "other",
        "keywords": _keywords(about),
        "providers": _providers(about),
        "version": str(release.number),
        "table:columns": [
            {"name": field.name, "type": field.type, "description": _column(field)}
            for field in spec.fields
        ],
        "table:row_count": about.rows,
        "lca:version": release.version,
        "lca:as_of": published,
        "lca:attribution": spec.attribution,
        "lca:caveat": spec.caveat,
        "lca:sensitivity": about.sensitivity.value,
        "lca:exercise": release.exercise,
        "lca:release_note": about.note,
    }
    if spec.geometry or about.bounds is not None:
        told["table:primary_geometry"] = "geometry"
    if about.informed is not None:
        told["start_datetime"], told["end_datetime"] = map(format_instant, about.informed)
    if about.operation is not None:
        told["lca:operation"] = about.operation.title
    return told


def _item_links(about: About) -> list[dict[str, str]]:
    release, spec = about.release, about.spec
    collection = about.href("metadata", f="stac")
    links = [
        _link("self", about.metadata("stac"), GEOJSON, about.title),
        _link("root", collection, JSON, spec.title),
        _link("parent", collection, JSON, spec.title),
        _link("collection", collection, JSON, spec.title),
        *_licence_links(about),
        _link("alternate", about.metadata("dcat"), "application/ld+json", "The same as DCAT"),
        _link("items", about.href("items", version=release.version), GEOJSON, "Its features"),
        _link("version-history", about.href("versions"), JSON, "All versions"),
        _link("latest-version", about.href("versions", "latest", "metadata"), GEOJSON, "Newest"),
    ]
    if release.number > 1:
        before = about.metadata("stac", number=release.number - 1)
        links.append(_link("predecessor-version", before, GEOJSON, "The version before"))
    return links


def _licence_links(about: About) -> list[dict[str, str]]:
    if about.spdx is None:
        return []
    href = f"https://spdx.org/licenses/{about.spdx}.html"
    return [_link("license", href, "text/html", about.spdx)]


def _asset(file: File) -> dict[str, Any]:
    media_type = file.fmt.media_type.replace(" ", "")
    body: dict[str, Any] = {
        "href": file.href,
        "type": media_type,
        "title": file.fmt.called,
        "roles": ["data"],
    }
    if file.known is not None:
        body["file:size"] = file.known.size
        body["file:checksum"] = _SHA256 + file.known.sha256
    return body


def _description(about: About) -> str:
    return f"{about.spec.title}. {about.spec.caveat} Source: {about.spec.source}."


def _keywords(about: About) -> list[str]:
    words = ["logistics", "access", "humanitarian", about.spec.name.replace("_", " ")]
    return [*words, "exercise"] if about.release.exercise else words


def _providers(about: About) -> list[dict[str, Any]]:
    name = about.operation.title if about.operation else about.spec.attribution
    return [
        {"name": name, "roles": ["producer", "licensor"], "description": about.spec.attribution}
    ]


def _column(field: Any) -> str:
    return f"{field.title} ({field.unit})" if field.unit else field.title


def _name(release: Release) -> str:
    return f"Version {release.number}, {format_instant(release.published_at)}"


def _polygon(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _link(rel: str, href: str, media_type: str, title: str) -> dict[str, str]:
    return {"rel": rel, "href": href, "type": media_type, "title": title}
