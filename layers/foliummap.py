"""One HTML file with an interactive map that works without any network.

Folium is given geometry, styles and numbers only. It renders the parts of a page as Jinja
templates *again* after filling them in, so a place named ``{{ … }}`` would run as code on our
machine, and its popups are innerHTML, so a name could run as script on the reader's. Texts
therefore travel apart, as JSON, and the page's script writes them with ``textContent``.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any

import folium
import numpy as np
import shapely
from branca.element import Element, Figure
from folium.template import Template
from folium.utilities import JsCode
from shapely.geometry.base import BaseGeometry

from lca.geo import LocalMetres

from .mapsheet import MapSheet
from .mapsheet.themes import Theme
from .offlinepage import Record, json_island, page_text, records_of
from .palette import ACCESS_STYLES, AREA_COLOUR, ROAD_STYLES, ROUTE_COLOUR, road_class

_LEAFLET = ("static", "vendor", "leaflet-1.9.4")
_SIMPLIFY_M = 4.0
_DECIMALS = 1e-5
_DOT_RADIUS = 6

Feature = dict[str, Any]


class _Raw(Element):
    """Markup that is written as it is, never read as a template."""

    _template = Template("{{ this.content }}\n")

    def __init__(self, content: str) -> None:
        super().__init__()
        self.content = content


class _Page(Figure):
    """The document around the map; unlike branca's it names its language and escapes its title."""

    _template = Template(
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>{{ this.title|e }}</title>\n{{ this.header.render(**kwargs) }}\n</head>\n"
        "<body>\n{{ this.html.render(**kwargs) }}\n"
        "<script>\n{{ this.script.render(**kwargs) }}\n</script>\n</body>\n</html>\n"
    )


class OfflineMap(folium.Map):
    """A folium map that loads nothing: no tiles, and no scripts or styles from elsewhere."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - as folium declares it
    default_css: list[tuple[str, str]] = []  # noqa: RUF012
    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div class="map" id={{ this.get_name()|tojson }} role="region" aria-label="Map"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }},
            {center: {{ this.location|tojson }}, ...{{ this.options|tojavascript }} });
        L.control.scale({imperial: false}).addTo({{ this.get_name() }});
        {% endmacro %}
        """
    )


def offline_map(sheet: MapSheet) -> str:
    """Return the sheet as one HTML document that opens from a file with the network off.

    The same sheet gives the same text.

    Raises
    ------
    InvalidInput
        If nothing has a location.
    """
    west, south, east, north = (float(value) for value in shapely.total_bounds(sheet.subjects))
    records = records_of(sheet)
    page = _Page(title=f"Exercise: {sheet.title}" if sheet.exercise else sheet.title)
    page.header = Element()
    for part in _head(records):
        page.header.add_child(_Raw(part))
    page.html.add_child(_Raw(page_text(sheet, records)))
    drawn = OfflineMap(
        location=[(south + north) / 2, (west + east) / 2], tiles=None, zoom_snap=0.25
    )
    page.add_child(drawn)
    dotted = {theme.title for theme in sheet.themes}
    for name, features in _layers(sheet, records):
        layer = folium.GeoJson(
            {"type": "FeatureCollection", "features": features},
            name=name,
            on_each_feature=JsCode("lcaDescribe"),
            marker=folium.CircleMarker(radius=_DOT_RADIUS) if name in dotted else None,
            attribution=_OSM_LINK if name == "Roads" else None,
        )
        layer.add_to(drawn)
    folium.LayerControl(collapsed=False).add_to(drawn)
    drawn.fit_bounds([[south, west], [north, east]], padding=(30, 30))
    _number(page)
    markup: str = page.render()
    return markup


_OSM_LINK = (
    '<a href="https://www.openstreetmap.org/copyright">© OpenStreetMap contributors</a> (ODbL)'
)


def _head(records: Sequence[Record]) -> list[str]:
    """Return Leaflet, our style and script, and the records, all of them inlined."""
    leaflet = resources.files("web").joinpath(*_LEAFLET)
    own = resources.files("layers").joinpath("offlinepage")
    return [
        f"<style>{_without_files(leaflet.joinpath('leaflet.css').read_text(encoding='utf-8'))}</style>",
        f"<style>{own.joinpath('map.css').read_text(encoding='utf-8')}</style>",
        f"<script>{leaflet.joinpath('leaflet.js').read_text(encoding='utf-8')}</script>",
        json_island(records),
        f"<script>{own.joinpath('map.js').read_text(encoding='utf-8')}</script>",
    ]


def _without_files(css: str) -> str:
    """Drop the pictures of Leaflet's style sheet, which lie in files that the page has not."""
    return "\n".join(line for line in css.splitlines() if "url(images/" not in line)


def _number(element: Element, start: int = 0) -> int:
    """Give each element the next number in place of a random id, so that nothing varies."""
    element._id = str(start)  # noqa: SLF001 - branca has no public way to choose an id
    following = start + 1
    for child in element._children.values():  # noqa: SLF001
        following = _number(child, following)
    return following


def _layers(sheet: MapSheet, records: Sequence[Record]) -> list[tuple[str, list[Feature]]]:
    """Return the named layers that have features, the lowest first."""
    drawn = [
        ("Populated areas", _areas(sheet)),
        ("Roads", _roads(sheet)),
        *((theme.title, _theme(theme)) for theme in sheet.themes),
        ("Route", _route(sheet)),
        ("Facilities", _records(records, constraints=False)),
        ("Access constraints", _records(records, constraints=True)),
    ]
    return [(name, features) for name, features in drawn if features]


def _areas(sheet: MapSheet) -> list[Feature]:
    areas = [item.geometry for item in sheet.places if item.geometry and item.geometry.area > 0]
    if not areas:
        return []
    style = {"stroke": True, "color": "#ffffff", "weight": 1, "fillColor": AREA_COLOUR}
    return [_feature(shapely.GeometryCollection(areas), {**style, "fillOpacity": 1})]


def _roads(sheet: MapSheet) -> list[Feature]:
    """Return one feature a road class, the smallest roads first."""
    if sheet.roads is None or sheet.roads.empty:
        return []
    classes = sheet.roads["highway"].map(road_class)
    features = []
    for name, (colour, width) in reversed(ROAD_STYLES.items()):
        lines = np.asarray(sheet.roads.geometry[classes == name], dtype=object)
        if len(lines):
            merged = shapely.line_merge(shapely.MultiLineString(list(lines)))
            features.append(_feature(merged, {"color": colour, "weight": 1 + width}))
    return features


def _theme(theme: Theme) -> list[Feature]:
    """Return one feature a shape, the gravest class last; points are drawn as dots by their style."""
    features = []
    for one in reversed(theme.classes):
        look = {"color": one.colour, "weight": 3, "dashArray": one.dash}
        for shape in one.shapes.tolist():
            fill = {"fill": theme.filled and shape.area > 0, "fillOpacity": 0.14}
            dots = shapely.get_dimensions(shape) == 0
            solid = {"fill": True, "fillColor": one.colour, "fillOpacity": 1}
            features.append(_feature(shape, look | (solid if dots else fill)))
    return features


def _route(sheet: MapSheet) -> list[Feature]:
    if sheet.route is None:
        return []
    return [_feature(sheet.route, {"color": ROUTE_COLOUR, "weight": 5})]


def _records(records: Sequence[Record], *, constraints: bool) -> list[Feature]:
    """Return each record's line or area in its class's look, and the point of its icon."""
    shapes: list[Feature] = []
    points: list[Feature] = []
    for index, record in enumerate(records):
        geometry = record.geometry
        if (record.access is not None) is not constraints or geometry is None or geometry.is_empty:
            continue
        if record.access is not None and geometry.length > 0:
            style = ACCESS_STYLES[record.access]
            look = {
                "color": style.colour,
                "weight": style.width + 1 if geometry.area == 0 else 2,
                "lineCap": "butt",
                "dashArray": " ".join(f"{part:g}" for part in style.dash) or None,
                "fillOpacity": 0.14,
            }
            shapes.append(_feature(geometry, look, n=index))
        points.append(_feature(_point_of(geometry), {}, n=index))
    return [*shapes, *points]


def _point_of(geometry: BaseGeometry) -> shapely.Point:
    if isinstance(geometry, shapely.LineString):
        return geometry.interpolate(0.5, normalized=True)
    return geometry.representative_point()


def _feature(geometry: BaseGeometry, style: dict[str, Any], **properties: int) -> Feature:
    """Return a GeoJSON feature, thinned to what a screen shows and rounded to about 1 m."""
    local = LocalMetres.around(geometry)
    thinned = local.unproject(shapely.simplify(local.project(geometry), _SIMPLIFY_M))
    rounded = shapely.set_precision(thinned, _DECIMALS, mode="pointwise")
    return {
        "type": "Feature",
        "properties": {**properties, "style": style},
        "geometry": shapely.geometry.mapping(rounded),
    }
