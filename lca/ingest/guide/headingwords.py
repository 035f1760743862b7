"""The words by which a heading names a field: ours in four languages, and those of every profile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from rapidfuzz import fuzz, process

from lca.ingest.folding import fold_word
from lca.ingest.headings import heading_in
from lca.ingest.location import LOCATION_TARGETS
from lca.ingest.profiles.profile import load_profiles
from lca.ingest.sheets import kind_of_layer
from lca.ingest.translations import all_forms, titles
from lca.ingest.units import factor_between
from lca.record import fields_of

_LEAST_ALIKE = 82.0
_UNIT = re.compile(r"\s*[(\[]\s*([^()\[\]]{1,20})\s*[)\]]\s*$|_(m|ft|t|kg|km|mm|cm|km_h|m2)$")
_NAMES = frozenset({"name", "nom", "nombre", "اسم"})
"""What the heading of a name begins with, as ``Nom du magasin``."""
_USUAL = {
    "latitude": ("lat", "y", "latitud", "gps lat", "lat dd", "northing degrees", "ycoord"),
    "longitude": ("lon", "long", "lng", "x", "longitud", "gps lon", "long dd", "xcoord"),
    "easting": ("easting", "utm x", "utm e"),
    "northing": ("northing", "utm y", "utm n"),
    "utm_zone": ("utm zone", "zone utm", "zone"),
    "latlon": ("coordinates", "coordonnees", "coordenadas", "gps", "lat lon", "position"),
    "mgrs": ("mgrs", "grid reference", "grid ref"),
    "wkt": ("wkt", "geom", "the geom", "geometry wkt"),
    "name": ("facility", "facility name", "site", "site name", "nom du site", "location name"),
    "date_of_information": ("date", "as of", "last update", "updated", "fecha", "date maj"),
    "source_org": ("source", "reported by", "organisation", "organization", "fuente"),
    "description": ("remarks", "comments", "observations", "notes", "observaciones"),
}
"""What people write besides titles, folded."""


def unit_in(heading: str) -> str | None:
    """Return the unit that a heading states, in brackets or as its ending; None without one."""
    match = _UNIT.search(heading)
    if match is None:
        return None
    unit = match[1] or match[2].replace("km_h", "km/h").replace("m2", "m²")
    return unit.strip()


def bare(heading: str) -> str:
    """Return a heading folded, without its unit and without the groups of a form before it."""
    name = _UNIT.sub("", heading)
    name = name.rpartition("/")[2] if "/" in name.strip("/") else name
    return fold_word(name) or fold_word(heading)


def likeness(heading: str, layer: str) -> dict[str, tuple[float, str]]:
    """Return the fields that a heading may name: how likely (0-1), and the word that is alike."""
    words = words_of(layer)
    wanted = bare(heading)
    if not wanted:
        return {}
    if wanted in words:
        return {words[wanted]: (1.0, wanted)}
    found: dict[str, tuple[float, str]] = {}
    hits = process.extract(
        wanted, words.keys(), scorer=fuzz.token_sort_ratio, limit=5, score_cutoff=_LEAST_ALIKE
    )
    for word, score, _ in hits:
        found.setdefault(words[word], (round(0.9 * score / 100, 2), word))
    if not found and wanted.partition(" ")[0] in _NAMES:
        found["name"] = (0.7, wanted.partition(" ")[0])
    return found


@lru_cache(maxsize=32)
def words_of(layer: str) -> Mapping[str, str]:
    """Return the field or location that each known heading of a layer names, folded."""
    kind = kind_of_layer(layer)
    if kind is None:
        return MappingProxyType({})
    fields = {field.name: field for field in fields_of(kind.record_class)}
    words: dict[str, str] = {}
    for profile in load_profiles().values():
        for table in profile.tables:
            for column in table.columns if table.layer == layer else ():
                for heading in column.headings:
                    words.setdefault(bare(heading), column.field)
    for target, usual in _USUAL.items():
        if target in fields or target in LOCATION_TARGETS:
            words |= dict.fromkeys(usual, target)
    for target in LOCATION_TARGETS:
        words |= dict.fromkeys((bare(form) for form in all_forms(f"location.{target}")), target)
    for name, field in fields.items():
        ours = [name, *(form for forms in titles(field, layer).values() for form in forms)]
        words |= dict.fromkeys(
            (bare(form) for form in (*ours, heading_in(field, layer, "en"))), name
        )
    words.pop("", None)
    return MappingProxyType(words)


def converts(unit: str, wanted: str | None) -> bool:
    """Tell whether numbers in a unit can be converted to a field's."""
    return wanted is not None and factor_between(unit, wanted) is not None
