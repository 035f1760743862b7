"""Rows of HXL tags, the humanitarian exchange language (hxlstandard.org, version 1.1).

Such a row stands under or above the headings; each of its cells is a hashtag with attributes, as
``#geo+lat``. It is no data. Where a heading is not known, its tag says what the column holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from lca.record import Field

from .texts import clean_text
from .wire import Cell, SheetRow

_TAG = re.compile(r"#[A-Za-z][A-Za-z0-9_]*(?:\s*\+\s*[A-Za-z][A-Za-z0-9_]*)*")
# Attributes that name the language of a column's words.
_LANGUAGES = frozenset({"en", "fr", "es", "ar"})

USUAL_TAGS: Mapping[str, str] = MappingProxyType(
    {
        "id": "#loc+id",
        "name": "#loc+name",
        "name_alt": "#loc+name+alt",
        "latitude": "#geo+lat",
        "longitude": "#geo+lon",
        "to_latitude": "#geo+lat+to",
        "to_longitude": "#geo+lon+to",
        "area": "#geo+area",
        "iso3": "#country+code",
        "admin1_pcode": "#adm1+code",
        "admin2_pcode": "#adm2+code",
        "pcode": "#loc+code",
        "population": "#population",
        "status": "#status",
        "status_comment": "#status+comment",
        "operator_name": "#org+operator",
        "organisation": "#org+name",
        "description": "#description",
        "constraint_type": "#access+type",
        "effect": "#access+effect",
        "valid_from": "#date+start",
        "valid_to": "#date+end",
        "source_org": "#meta+source",
        "source_ref": "#meta+url",
        "date_of_information": "#date+reported",
        "licence": "#meta+license",
        "phone": "#contact+phone",
        "email": "#contact+email",
        "role": "#contact+role",
    }
)
"""The usual tags of the columns that other data has too."""
_OLD: Mapping[str, str] = MappingProxyType({"#lat_deg": "latitude", "#lon_deg": "longitude"})
"""Tags of version 1.0."""
_BY_TYPE: Mapping[str, str] = MappingProxyType(
    {"number": "#indicator+num", "integer": "#indicator+num", "instant": "#date"}
)


def tag_of(target: str, field: Field | None = None) -> str:
    """Return the tag of a column: the usual one, or one that carries the field's name."""
    if target in USUAL_TAGS:
        return USUAL_TAGS[target]
    base = _BY_TYPE.get(field.type, "#indicator+text") if field else "#geo"
    return f"{base}+{target}"


def is_tag_row(row: SheetRow) -> bool:
    """Tell whether a row holds HXL tags: at least two cells, and nothing but tags."""
    cells = [clean_text(cell) for cell in row.cells.values() if isinstance(cell, str)]
    filled = [cell for cell in cells if cell]
    return (
        len(filled) > 1
        and len(cells) == len(row.cells)
        and all(_TAG.fullmatch(cell) for cell in filled)
    )


def targets_of(tags: Mapping[int, Cell], fields: Sequence[Field]) -> dict[int, str]:
    """Return what the columns hold by their tags; a column of an unknown tag is left out.

    A tag fits a field if it has its hashtag and attributes in any order, whatever language it
    names besides, or if one of its attributes is the field's name.
    """
    names = {field.name for field in fields}
    known = {_parts(tag): target for target, tag in USUAL_TAGS.items()}
    known |= {_parts(tag_of(field.name, field)): field.name for field in fields}
    found: dict[int, str] = {}
    for index, cell in tags.items():
        parts = _parts(str(cell))
        target = _OLD.get(parts[0]) or known.get(parts)
        if target is None:
            target = next((name for name in sorted(parts[1]) if name in names), None)
        if target is not None:
            found[index] = target
    return found


def _parts(tag: str) -> tuple[str, frozenset[str]]:
    hashtag, *attributes = re.sub(r"\s+", "", clean_text(tag)).lower().split("+")
    return hashtag, frozenset(attributes) - _LANGUAGES
