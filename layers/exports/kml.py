"""KML 2.2 for Google Earth: a style a legend class, every field as extended data, the terms as text.

Written as text, row by row; what XML cannot hold of a name is replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from layers.cells import plain_cell
from layers.qml import OVER_COLOUR
from layers.spec import LayerStyle
from lca.record import Field, FieldType

from .extract import Extract

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Its int has 32 bits, which ids of OpenStreetMap outgrow.
_TYPES: Mapping[FieldType, str] = {"integer": "double", "number": "double"}
# Readers take a field named id for the placemark's own, which is an XML name and cannot be any text.
_ID = "feature_id"
_ICON = "http://maps.google.com/mapfiles/kml/shapes/placemark_circle.png"
_SCHEMA = "row"


def write(extract: Extract, path: Path) -> None:
    """Write the rows as placemarks."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for line in _lines(extract):
            stream.write(line + "\n")


def _lines(extract: Extract) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
    mark = " (EXERCISE)" if extract.terms.get("exercise") else ""
    yield f"<name>{_text(extract.title + mark)}</name><open>1</open>"
    told = "\n".join(f"{name}: {value}" for name, value in extract.told.items())
    yield f"<description>{_text(told)}</description>"
    yield from _styles(extract.style)
    yield f'<Schema name="{_SCHEMA}" id="{_SCHEMA}">'
    yield from map(_simple_field, extract.fields)
    yield "</Schema>"
    yield f"<Folder><name>{_text(extract.name)}</name>"
    for key, row in extract.rows():
        yield _placemark(extract, key, row)
    yield "</Folder></Document></kml>"


def _placemark(extract: Extract, key: str, row: Mapping[str, Any]) -> str:
    cells = "".join(
        f"<SimpleData name={quoteattr(_name(field))}>{_text(value)}</SimpleData>"
        for field in extract.fields
        if (value := _value(field, row[field.name])) is not None
    )
    shape = row["geometry"]
    return (
        f"<Placemark><name>{_text(row.get('name') or key)}</name>"
        f"{_style_of(extract, row)}"
        f'<ExtendedData><SchemaData schemaUrl="#{_SCHEMA}">{cells}</SchemaData></ExtendedData>'
        f"{'' if shape is None else _geometry(shape)}</Placemark>"
    )


def _value(field: Field, value: Any) -> Any:
    if field.type == "boolean" and value is not None:
        return "true" if value else "false"
    return plain_cell(value)


def _name(field: Field) -> str:
    return _ID if field.name == "id" else field.name


def _simple_field(field: Field) -> str:
    title = f"{field.title} ({field.unit})" if field.unit else field.title
    return (
        f"<SimpleField type={quoteattr(_TYPES.get(field.type, 'string'))} "
        f"name={quoteattr(_name(field))}><displayName>{_text(title)}</displayName></SimpleField>"
    )


def _styles(style: LayerStyle | None) -> Iterator[str]:
    if style is None:
        return
    yield _style("over", OVER_COLOUR)
    yield _style("other", style.colour)
    for number, entry in enumerate(style.classes):
        yield _style(f"class{number}", entry.colour)


def _style(key: str, colour: str) -> str:
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    line, fill = f"ff{blue}{green}{red}", f"66{blue}{green}{red}"
    return (
        f'<Style id="{key}"><IconStyle><color>{line}</color><Icon><href>{_ICON}</href></Icon>'
        f"</IconStyle><LineStyle><color>{line}</color><width>3</width></LineStyle>"
        f"<PolyStyle><color>{fill}</color></PolyStyle></Style>"
    )


def _style_of(extract: Extract, row: Mapping[str, Any]) -> str:
    style, over = extract.style, extract.over
    if style is None:
        return ""
    words = [entry.value for entry in style.classes]
    word = str(row.get(style.field)) if style.field else None
    key = f"class{words.index(word)}" if word in words else "other"
    if over is not None and row.get(over[0]) in over[1]:
        key = "over"
    return f"<styleUrl>#{key}</styleUrl>"


def _geometry(shape: Any) -> str:
    kind = shape.geom_type
    if kind == "Point":
        return f"<Point>{_coordinates(shape)}</Point>"
    if kind == "LineString":
        return f"<LineString><tessellate>1</tessellate>{_coordinates(shape)}</LineString>"
    if kind == "Polygon":
        rings = [f"<outerBoundaryIs>{_ring(shape.exterior)}</outerBoundaryIs>"]
        rings += [f"<innerBoundaryIs>{_ring(ring)}</innerBoundaryIs>" for ring in shape.interiors]
        return f"<Polygon><tessellate>1</tessellate>{''.join(rings)}</Polygon>"
    return f"<MultiGeometry>{''.join(map(_geometry, shape.geoms))}</MultiGeometry>"


def _ring(ring: Any) -> str:
    return f"<LinearRing>{_coordinates(ring)}</LinearRing>"


def _coordinates(shape: Any) -> str:
    return f"<coordinates>{' '.join(f'{x!r},{y!r}' for x, y in shape.coords)}</coordinates>"


def _text(value: Any) -> str:
    return escape(_NO_XML.sub("\N{REPLACEMENT CHARACTER}", str(value)))
