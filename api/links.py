"""The addresses of everything that the service links to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from starlette.requests import Request

JSON = "application/json"
GEOJSON = "application/geo+json"
ATOM = "application/atom+xml"
HTML = "text/html"
SCHEMA = "application/schema+json"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SCHEMA_OF = "http://www.opengis.net/def/rel/ogc/1.0/schema"
OPENAPI = "application/vnd.oai.openapi+json;version=3.1"


@dataclass(frozen=True, slots=True)
class Links:
    """Builds absolute addresses under one base."""

    base: str

    @classmethod
    def of(cls, request: Request, public_url: str | None) -> Links:
        """Take the configured address, else the one that the request came to."""
        return cls((public_url or str(request.base_url)).rstrip("/"))

    def href(self, *parts: str, query: Mapping[str, object] | None = None) -> str:
        """Return the address of a path, each part percent-encoded."""
        path = "/".join(quote(part, safe="") for part in parts)
        given = {key: value for key, value in (query or {}).items() if value is not None}
        return f"{self.base}/{path}" + (f"?{urlencode(given, doseq=True)}" if given else "")

    def here(self, request: Request) -> str:
        """Return the address of the request itself under this base."""
        query = request.url.query
        return self.base + request.url.path + (f"?{query}" if query else "")

    def landing(self) -> list[dict[str, str]]:
        """Return the landing page's links."""
        return [
            link(self.href(query={"f": "json"}), "self", JSON, "This document"),
            link(self.href(query={"f": "html"}), "alternate", HTML, "The viewer"),
            link(self.href("api"), "service-desc", OPENAPI, "The API's description"),
            link(self.href("conformance"), "conformance", JSON, "Conformance classes"),
            link(self.href("collections"), "data", JSON, "The layers"),
            link(self.href("tags"), "related", JSON, "Tags: names for versions"),
            link(self.href("feed.atom"), "alternate", ATOM, "What changed, as a feed"),
            link(self.href("changes.json"), "related", JSON, "What changed, as a log"),
            link(self.href("vehicles"), "related", JSON, "Vehicle classes for POST /routes"),
            link(self.href("codelists"), "related", JSON, "Code lists of the records"),
        ]

    def collection(self, layer: str) -> list[dict[str, str]]:
        """Return the links of one layer."""
        return [
            link(self.href("collections", layer), "self", JSON, "This layer"),
            link(self.href("collections", layer, "items"), "items", GEOJSON, "Its features"),
            link(
                self.href("collections", layer, "versions"),
                "version-history",
                JSON,
                "Its versions",
            ),
            link(self.href("collections", layer, "feed.atom"), "alternate", ATOM, "What changed"),
            link(
                self.href("collections", layer, "changes.json"),
                "related",
                JSON,
                "What changed, as a log",
            ),
            link(self.href("collections", layer, "queryables"), QUERYABLES, SCHEMA, "Queryables"),
            link(self.href("collections", layer, "schema"), SCHEMA_OF, SCHEMA, "Its schema"),
            link(
                self.href("collections", layer, "tiles"),
                "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector",
                JSON,
                "Its tiles",
            ),
        ]

    def item(self, layer: str, feature_id: str, version: str | None = None) -> str:
        """Return the address of one feature, pinned to a version if one is given."""
        return self.href("collections", layer, "items", feature_id, query={"version": version})

    def history(self, layer: str, feature_id: str) -> str:
        """Return the address of one feature's history."""
        return self.href("collections", layer, "items", feature_id, "versions")

    def version(self, layer: str, version: str) -> str:
        """Return the address of one version's release note."""
        return self.href("collections", layer, "versions", version)


def link(href: str, rel: str, media_type: str, title: str) -> dict[str, str]:
    """Return a link object as OGC API - Common writes it."""
    return {"href": href, "rel": rel, "type": media_type, "title": title}
