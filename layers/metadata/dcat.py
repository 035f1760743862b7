"""A version as a DCAT 3 dataset, and its layer as a series of them, in JSON-LD."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from layers.release import Release
from lca.instant import format_instant
from lca.vocab import Sensitivity

from .describe import EXERCISE, About, File

_CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_RIGHTS = "http://publications.europa.eu/resource/authority/access-right/"
_MEDIA = "https://www.iana.org/assignments/media-types/"
_CRS = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def dcat_dataset(about: About) -> dict[str, Any]:
    """Return a version as a ``dcat:Dataset``."""
    release, spec = about.release, about.spec
    body: dict[str, Any] = {
        "@context": _CONTEXT,
        "@id": about.metadata("dcat"),
        "@type": "dcat:Dataset",
        "dct:identifier": release.version,
        "dct:title": about.title,
        "dct:description": f"{spec.title}. {spec.caveat} Source: {spec.source}.",
        "dct:issued": _moment(release),
        "dct:modified": _moment(release),
        "dcat:version": str(release.number),
        "adms:versionNotes": about.note,
        "dcat:inSeries": {"@id": about.href("metadata", f="dcat")},
        "dcat:keyword": ["logistics", "access", spec.name.replace("_", " ")],
        "dct:accessRights": _rights(about.sensitivity),
        "dct:conformsTo": {"@id": _CRS},
        "rdfs:comment": spec.caveat,
        **_terms(about),
        "dcat:distribution": [_distribution(about, file) for file in about.files],
    }
    if release.exercise:
        body["dcat:keyword"].append("exercise")
    if about.bounds is not None:
        body["dct:spatial"] = {"@type": "dct:Location", "dcat:bbox": _box(*about.bounds)}
    if about.informed is not None:
        start, end = map(format_instant, about.informed)
        body["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@type": "xsd:dateTime", "@value": start},
            "dcat:endDate": {"@type": "xsd:dateTime", "@value": end},
        }
    if release.number > 1:
        before = about.metadata("dcat", number=release.number - 1)
        body["dcat:previousVersion"] = {"@id": before}
    return body


def dcat_series(about: About, releases: Iterable[Release]) -> dict[str, Any]:
    """Return a layer as a ``dcat:DatasetSeries``.

    Parameters
    ----------
    about : About
        Its newest version.
    releases : iterable of Release
        Its versions, the withdrawn ones among them, newest first.
    """
    served = [one for one in releases if one.withdrawn_at is None]
    mark = EXERCISE if about.release.exercise else ""
    return {
        "@context": _CONTEXT,
        "@id": about.href("metadata", f="dcat"),
        "@type": "dcat:DatasetSeries",
        "dct:identifier": about.spec.name,
        "dct:title": mark + about.spec.title,
        "dct:description": f"{about.spec.caveat} Source: {about.spec.source}.",
        "dct:accrualPeriodicity": {
            "@type": "xsd:duration",
            "@value": f"P{about.spec.cadence_days}D",
        },
        "dct:modified": _moment(about.release),
        **_terms(about),
        "dcat:last": {"@id": about.metadata("dcat", number=about.release.number)},
        "dcat:seriesMember": [
            {"@id": about.metadata("dcat", number=one.number), "dct:issued": _moment(one)}
            for one in served
        ],
    }


def _terms(about: About) -> dict[str, Any]:
    publisher = about.operation.title if about.operation else about.spec.attribution
    return {
        "dct:license": _licence(about),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": publisher},
        "dct:provenance": {"@type": "dct:ProvenanceStatement", "rdfs:label": about.spec.source},
        "dct:rights": {"@type": "dct:RightsStatement", "rdfs:label": about.spec.attribution},
    }


def _licence(about: About) -> dict[str, str]:
    if about.spdx is None:
        return {"@type": "dct:LicenseDocument", "rdfs:label": about.spec.licence}
    return {"@id": f"https://spdx.org/licenses/{about.spdx}"}


def _rights(sensitivity: Sensitivity) -> dict[str, str]:
    """Return the right of access: public, by permission, or not at all outside."""
    words = {Sensitivity.PUBLIC: "PUBLIC", Sensitivity.RESTRICTED: "RESTRICTED"}
    return {
        "@id": _RIGHTS + words.get(sensitivity, "NON_PUBLIC"),
        "rdfs:label": sensitivity.value,
    }


def _distribution(about: About, file: File) -> dict[str, Any]:
    media_type = file.fmt.media_type.split(";")[0]
    body: dict[str, Any] = {
        "@type": "dcat:Distribution",
        "dct:title": file.fmt.called,
        "dcat:accessURL": {"@id": file.href},
        "dcat:downloadURL": {"@id": file.href},
        "dcat:mediaType": {"@id": _MEDIA + media_type},
        "dct:license": _licence(about),
    }
    if file.known is not None:
        body["dcat:byteSize"] = file.known.size
        body["spdx:checksum"] = {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": file.known.sha256,
        }
    return body


def _moment(release: Release) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": format_instant(release.published_at)}


def _box(west: float, south: float, east: float, north: float) -> dict[str, str]:
    ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    corners = ", ".join(f"{x!r} {y!r}" for x, y in ring)
    return {"@type": "geo:wktLiteral", "@value": f"POLYGON (({corners}))"}
