"""A layer's style as QGIS keeps it (QML): legend classes, titles of columns, words of codes.

A table of mixed geometries opens in QGIS as one layer for each type, and all of them take the
same style; so each class has a rule for each type of geometry, which only its own type meets.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from lca.record import Field

from .spec import LayerStyle, LegendClass

_WRITTEN_FOR = "3.22.0-Białowieża"
_NAMESPACE = uuid.UUID("6f1d7e3e-5d2b-4a57-9d0c-2f1b7f6a9c11")
_OTHER = "Other"
_OVER = "Ended or rejected"
OVER_COLOUR = "#b5b5b5"
"""What is shown of a row that holds no more, whatever its class."""
_MARKERS = {
    "port": "diamond",
    "airport": "triangle",
    "warehouse": "square",
    "fuel": "pentagon",
    "border": "star",
    "bridge": "hexagon",
    "ferry": "semi_circle",
    "checkpoint": "cross_fill",
}
_TESTS = {"point": "Point", "line": "Line", "area": "Polygon"}
_SYMBOL_TYPES = {"point": "marker", "line": "line", "area": "fill"}


def style_xml(
    style: LayerStyle,
    fields: Sequence[Field],
    shapes: Sequence[str],
    *,
    over: tuple[str, tuple[str, ...]] | None = None,
) -> str:
    """Return the style of a layer as a QML document.

    Parameters
    ----------
    shapes : sequence of str
        Which of ``point``, ``line``, ``area`` its rows have; none stands for all of them.
    over : tuple, optional
        A column and its words that say that a row holds no more: such rows are shown apart, in
        grey, whatever their class.
    """
    root = ET.Element(
        "qgis", {"version": _WRITTEN_FOR, "styleCategories": "Symbology|Fields|Forms"}
    )
    kinds = [kind for kind in _TESTS if kind in shapes] or list(_TESTS)
    _add_renderer(root, list(_entries(style, over)), style.symbol, kinds)
    _add_words(root, fields)
    aliases = ET.SubElement(root, "aliases")
    for index, field in enumerate(fields):
        title = f"{field.title} ({field.unit})" if field.unit else field.title
        alias = {"field": field.name, "index": str(index + 1), "name": title}
        ET.SubElement(aliases, "alias", alias)
    body = ET.tostring(root, encoding="unicode")
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{body}"


def _add_renderer(
    root: ET.Element,
    entries: Sequence[tuple[LegendClass, str | None]],
    symbol: str,
    kinds: Sequence[str],
) -> None:
    renderer = ET.SubElement(
        root, "renderer-v2", {"type": "RuleRenderer", "symbollevels": "0", "forceraster": "0"}
    )
    rules = ET.SubElement(renderer, "rules", {"key": _key("rules")})
    symbols = ET.SubElement(renderer, "symbols")
    number = 0
    for kind in kinds:
        for entry, test in entries:
            conditions = [test] if test else []
            if len(kinds) > 1:
                conditions.append(f"geometry_type($geometry) = '{_TESTS[kind]}'")
            rule = {
                "key": _key(f"{kind}{number}"),
                "symbol": str(number),
                "label": entry.label if len(kinds) == 1 else f"{entry.label} ({kind})".strip(),
            }
            if conditions:
                rule["filter"] = " AND ".join(f"({one})" for one in conditions)
            ET.SubElement(rules, "rule", rule)
            _add_symbol(symbols, str(number), kind, entry, symbol)
            number += 1


def _entries(
    style: LayerStyle, over: tuple[str, tuple[str, ...]] | None
) -> Iterator[tuple[LegendClass, str | None]]:
    """Yield each legend entry with the test that its rows meet; each row meets one."""
    standing = None
    if over is not None:
        column, words = _column(over[0]), _listed(over[1])
        yield (
            LegendClass(value="", label=_OVER, colour=OVER_COLOUR, dash="1 3"),
            f"{column} IN ({words})",
        )
        standing = f"{column} IS NULL OR {column} NOT IN ({words})"
    if style.field is None or not style.classes:
        yield LegendClass(value="", label="", colour=style.colour), standing
        return
    column = _column(style.field)
    for entry in style.classes:
        yield entry, _both(standing, f"{column} = {_quoted(entry.value)}")
    words = _listed(tuple(entry.value for entry in style.classes))
    other = LegendClass(value="", label=_OTHER, colour=style.colour)
    yield other, _both(standing, f"{column} IS NULL OR {column} NOT IN ({words})")


def _both(one: str | None, other: str) -> str:
    return other if one is None else f"({one}) AND ({other})"


def _column(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _listed(words: Sequence[str]) -> str:
    return ", ".join(map(_quoted, words))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _add_symbol(symbols: ET.Element, name: str, kind: str, entry: LegendClass, marker: str) -> None:
    symbol = ET.SubElement(
        symbols, "symbol", {"type": _SYMBOL_TYPES[kind], "name": name, "alpha": "1"}
    )
    classes = {"point": "SimpleMarker", "line": "SimpleLine", "area": "SimpleFill"}
    layer = ET.SubElement(
        symbol, "layer", {"class": classes[kind], "enabled": "1", "locked": "0", "pass": "0"}
    )
    options = ET.SubElement(layer, "Option", {"type": "Map"})
    for key, value in _properties(kind, entry, marker).items():
        ET.SubElement(options, "Option", {"name": key, "type": "QString", "value": value})


def _properties(kind: str, entry: LegendClass, marker: str) -> dict[str, str]:
    colour = _rgba(entry.colour)
    if kind == "point":
        return {
            "name": _MARKERS.get(marker, "circle"),
            "color": colour,
            "outline_color": _rgba("#ffffff"),
            "outline_width": "0.3",
            "size": "3.4",
            "size_unit": "MM",
        }
    if kind == "line":
        return {
            "line_color": colour,
            "line_width": "0.8",
            "line_width_unit": "MM",
            "capstyle": "flat" if entry.dash else "round",
            "joinstyle": "round",
            **_dash(entry.dash),
        }
    return {
        "color": _rgba(entry.colour, 70),
        "style": "solid",
        "outline_color": colour,
        "outline_style": "dash" if entry.dash else "solid",
        "outline_width": "0.5",
        "outline_width_unit": "MM",
    }


def _dash(dash: str | None) -> dict[str, str]:
    if dash is None:
        return {"use_custom_dash": "0"}
    lengths = dash.replace(" ", ";")
    return {"use_custom_dash": "1", "customdash": lengths, "customdash_unit": "Point"}


def _add_words(root: ET.Element, fields: Sequence[Field]) -> None:
    """Let the form offer the words of each coded column, and no others."""
    configuration = ET.SubElement(root, "fieldConfiguration")
    for field in fields:
        if not field.codes:
            continue
        one = ET.SubElement(configuration, "field", {"name": field.name})
        widget = ET.SubElement(one, "editWidget", {"type": "ValueMap"})
        config = ET.SubElement(ET.SubElement(widget, "config"), "Option", {"type": "Map"})
        listed = ET.SubElement(config, "Option", {"name": "map", "type": "List"})
        for code in field.codes:
            pair = ET.SubElement(listed, "Option", {"type": "Map"})
            value = {"name": code, "value": code, "type": "QString"}
            ET.SubElement(pair, "Option", value)


def _rgba(colour: str, alpha: int = 255) -> str:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"{red},{green},{blue},{alpha}"


def _key(text: str) -> str:
    return f"{{{uuid.uuid5(_NAMESPACE, text)}}}"
