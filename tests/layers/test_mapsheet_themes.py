"""Thematic layers and boundaries on a map sheet: each class in its look, counted, and in the legend."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely import LineString, Point, box
from support.clock import Clock

from layers.foliummap import offline_map
from layers.mapsheet import render_map, sheet_of
from layers.operation import Operation
from layers.publish import Swap, swap_head
from layers.store import Store
from lca.boundary import Boundary
from lca.instant import parse_instant
from lca.table import frame_of

KNOWN = parse_instant("2026-11-14T09:30:00Z")


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "store", clock=Clock()) as opened:
        opened.set_operation(Operation("CHL", "Coquimbo response", False, "America/Santiago"))
        yield opened


def corridor(key, status, shape, **values):
    return {
        "id": key, "name": key, "corridor": key, "route_type": "road", "status": status,
        "source_org": "Cluster", "date_of_information": KNOWN, "geometry": shape, **values,
    }  # fmt: skip


def publish(store, layer, frame):
    swap = Swap(store.workspace.snapshot(layer, frame), 0, "publish", "Ana", "m")
    swap_head(store.workspace, swap)


def sheet(store, *layers):
    return sheet_of(store, store.heads(), layers, produced_at=store.now())


def corridors(*rows):
    return gpd.GeoDataFrame(list(rows), crs="EPSG:4326")


def test_each_class_is_drawn_in_its_look_and_named_in_the_legend(store):
    publish(
        store,
        "corridors",
        corridors(
            corridor("north", "operational", LineString([(-71.3, -29.9), (-71.2, -29.8)])),
            corridor("coast", "not_operational", LineString([(-71.3, -29.9), (-71.3, -29.8)])),
            corridor("pass", "not_operational", LineString([(-71.3, -29.9), (-71.4, -29.8)])),
        ),
    )
    made = sheet(store, "corridors")
    assert "Supply corridors: 1 operational, 2 not operational." in made.description()
    drawn = render_map(made)
    assert 'stroke="#7f0020" stroke-width="3.2" stroke-dasharray="2 4"' in drawn
    assert "Supply corridors: not" in drawn
    assert "planned" not in drawn
    assert "#7f0020" in offline_map(made)


def test_what_is_above_the_clearance_is_neither_drawn_nor_counted(store):
    line = LineString([(-71.3, -29.9), (-71.2, -29.8)])
    publish(
        store,
        "corridors",
        corridors(
            corridor("north", "operational", line),
            corridor("secret", "destroyed", line, sensitivity="restricted"),
        ),
    )
    made = sheet(store, "corridors")
    assert "destroyed" not in made.description() + render_map(made) + offline_map(made)


def test_boundaries_are_outlines_and_points_are_dots(store):
    area = Boundary(
        id="CL04", name="Coquimbo", source_org="SUBDERE", date_of_information=KNOWN,
        geometry=box(-71.5, -30.2, -71.0, -29.5), level=1,
    )  # fmt: skip
    publish(store, "boundaries", frame_of(Boundary, [area]))
    drawn = render_map(sheet(store, "boundaries"))
    assert 'fill="none" stroke="#8a8a8a" stroke-width="1.4" stroke-dasharray="6 3"' in drawn
    publish(store, "corridors", corridors(corridor("ferry", "planned", Point(-71.3, -29.9))))
    assert "<circle" in render_map(sheet(store, "corridors"))
