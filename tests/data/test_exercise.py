"""The invented exercise is whole, says that it is invented, and leaves the main way alone.

Which road a constraint lies on is judged here by distance alone, more widely than the product's
own matching does, so that the exercise does not depend on how that decides in a close case.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
import shapely
from numpy.typing import NDArray
from support.linkgraph import AIRPORT_NODE, PORT_NODE, LinkGraph, demo_file

from lca.constraint import Constraint, Standing
from lca.effect import Outcome, effect_on
from lca.geo import LocalMetres, LonLat
from lca.ingest import Reading, read_assessment
from lca.table import records_of
from lca.vehicle import vehicle_classes
from lca.vocab import Direction, EffectKind, LocationPrecision, Sensitivity

MIDDAY = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
"""Wednesday noon in Santiago, in the week of the exercise."""
NIGHT = datetime(2026, 11, 19, 2, 0, tzinfo=UTC)
SUNDAY_EVENING = datetime(2026, 11, 23, 2, 59, tzinfo=UTC)
STORY_LINKS = {29899, 5372, 5374}
REACH_M = {
    ("Point", LocationPrecision.ACCURATE): 30.0,
    ("Point", LocationPrecision.APPROXIMATE): 250.0,
    ("LineString", LocationPrecision.ACCURATE): 20.0,
    ("LineString", LocationPrecision.APPROXIMATE): 100.0,
    ("Polygon", LocationPrecision.ACCURATE): 0.0,
}
UNPLACED_REACH_M = 5_000.0
ALL_VEHICLES = sorted(vehicle_classes())
HERE = LocalMetres(LonLat(-71.3, -29.9))


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read_assessment(demo_file("assessment.xlsx"))


@pytest.fixture(scope="module")
def constraints(reading: Reading) -> dict[str, Constraint]:
    return {item.id: item for item in records_of(Constraint, reading.tables["constraints"])}


@pytest.fixture(scope="module")
def graph() -> LinkGraph:
    return LinkGraph.of_demo()


@pytest.fixture(scope="module")
def roads_m(graph: LinkGraph) -> NDArray[np.object_]:
    return HERE.project_array(graph.links.geometry.to_numpy())


@pytest.fixture(scope="module")
def main_ways(graph: LinkGraph) -> set[int]:
    """Rows on the shortest and, for every vehicle class, the quickest ways out and back."""
    costs = [graph.metres, *map(graph.seconds, vehicle_classes().values())]
    ends = [(PORT_NODE, AIRPORT_NODE), (AIRPORT_NODE, PORT_NODE)]
    ways = [graph.way(start, end, cost) for cost in costs for start, end in ends]
    return {row for way in ways for row in way or ()}


def rows_near(constraint: Constraint, roads_m: NDArray[np.object_]) -> set[int]:
    """Rows of the links that the constraint may concern."""
    shape = constraint.geometry
    assert shape is not None
    reach_m = UNPLACED_REACH_M
    if constraint.location_precision.locates:
        reach_m = REACH_M[shape.geom_type, constraint.location_precision]
    near = shapely.dwithin(roads_m, HERE.project(shape), reach_m)
    return set(np.flatnonzero(near).tolist())


def names(graph: LinkGraph, rows: set[int]) -> set[str]:
    return set(graph.links["name"].iloc[sorted(rows)].dropna())


def test_the_workbook_reads_without_a_word(reading: Reading) -> None:
    assert [issue.message for issue in reading.report.issues] == []
    assert {layer: len(frame) for layer, frame in reading.tables.items() if len(frame)} == {
        "ports": 1,
        "airports": 1,
        "storage": 5,
        "fuel": 4,
        "constraints": 11,
    }
    assert reading.exercise
    assert reading.assessed_on is not None
    assert reading.assessed_on.isoformat() == "2026-11-16"


def test_everything_says_that_it_is_an_exercise(reading: Reading) -> None:
    for frame in reading.tables.values():
        assert frame["exercise"].all()
        said = frame["name"].str.contains("exercise", case=False)
        if "status_comment" in frame:
            said |= frame["status_comment"].str.startswith("Exercise", na=False)
        assert said.all(), frame.loc[~said, "name"].tolist()
        assert not frame["source_org"].str.strip().eq("").any()


def test_port_and_airport_lie_where_the_open_sources_put_them(reading: Reading) -> None:
    port = reading.tables["ports"].set_index("id").loc["CLCQQ"]
    airport = reading.tables["airports"].set_index("id").loc["SCSE"]
    assert (port.geometry.x, port.geometry.y) == (-71.344509, -29.95)
    assert (airport.geometry.x, airport.geometry.y) == (-71.1995, -29.9162)
    assert airport["elevation_m"] == 147


def test_facilities_stand_beside_roads(reading: Reading, roads_m: NDArray[np.object_]) -> None:
    tree = shapely.STRtree(roads_m)
    for layer in ("ports", "storage", "fuel"):
        spots = HERE.project_array(reading.tables[layer].geometry.to_numpy())
        nearest = tree.query_nearest(spots, return_distance=True, all_matches=False)[1]
        assert nearest.max() < 60, layer


def test_one_warehouse_is_out_of_use_and_lies_in_the_flood(
    reading: Reading, constraints: dict[str, Constraint]
) -> None:
    storage = reading.tables["storage"]
    closed = storage[storage["status"] == "not_operational"]
    assert len(closed) == 1
    assert constraints["EX-C01"].geometry.contains(closed.geometry.iloc[0])


@pytest.mark.parametrize(
    ("constraint_id", "constraint_type", "effect", "standing"),
    [
        ("EX-C01", "tsunami", "blocked", Standing.HOLDS),
        ("EX-C02", "weight_limit", "restricted", Standing.HOLDS),
        ("EX-C03", "bridge_damage", "blocked", Standing.HOLDS),
        ("EX-C04", "curfew_night_ban", "blocked", Standing.PAUSED),
        ("EX-C05", "wreckage", "blocked", Standing.ENDED),
        ("EX-C06", "bridge_damage", "blocked", Standing.HOLDS),
        ("EX-C07", "landslide", "unknown", Standing.HOLDS),
        ("EX-C08", "road_damage", "difficult", Standing.HOLDS),
        ("EX-C09", "tsunami", "advisory", Standing.HOLDS),
        ("EX-C10", "checkpoint_official", "delay_only", Standing.HOLDS),
        ("EX-C11", "flood", "blocked", Standing.LAPSED),
    ],
)
def test_the_standing_set_at_midday(
    constraints: dict[str, Constraint],
    constraint_id: str,
    constraint_type: str,
    effect: str,
    standing: Standing,
) -> None:
    constraint = constraints[constraint_id]
    assert constraint.constraint_type == constraint_type
    assert constraint.effect == effect
    assert constraint.standing(MIDDAY) is standing


def test_every_constraint_is_located_and_public(constraints: dict[str, Constraint]) -> None:
    # One without a location would qualify every answer; one restricted would close the demo's
    # routes to everybody without a token.
    assert all(item.geometry is not None for item in constraints.values())
    assert {item.sensitivity for item in constraints.values()} == {Sensitivity.PUBLIC}


def test_dates_lie_around_the_week_of_the_exercise(reading: Reading) -> None:
    assessed_at = pd.Timestamp("2026-11-16", tz="America/Santiago")
    for frame in reading.tables.values():
        assert (frame["date_of_information"] < assessed_at).all()
        assert (frame["date_of_information"] > assessed_at - timedelta(days=4)).all()
    reviews = reading.tables["constraints"].set_index("id")["review_by"].dropna()
    overdue = reviews[reviews <= SUNDAY_EVENING]
    assert overdue.index.tolist() == ["EX-C08"]


def test_no_constraint_touches_the_main_ways_by_day(
    constraints: dict[str, Constraint], main_ways: set[int], roads_m: NDArray[np.object_]
) -> None:
    touching = {
        constraint.id
        for constraint in constraints.values()
        for vehicle in vehicle_classes().values()
        if effect_on(constraint, vehicle, MIDDAY).outcome is not Outcome.NONE
        and rows_near(constraint, roads_m) & main_ways
    }
    assert touching == set()


@pytest.mark.parametrize("vehicle", ALL_VEHICLES)
def test_the_quickest_way_with_the_closures_is_the_quickest_without(
    graph: LinkGraph,
    constraints: dict[str, Constraint],
    roads_m: NDArray[np.object_],
    vehicle: str,
) -> None:
    found = vehicle_classes()[vehicle]
    closed = {
        row
        for constraint in constraints.values()
        if effect_on(constraint, found, MIDDAY).outcome is Outcome.BLOCKS
        for row in rows_near(constraint, roads_m)
    }
    assert closed
    cost = graph.seconds(found)
    links = set(graph.links["link_id"].iloc[sorted(closed)])
    for start, end in ((PORT_NODE, AIRPORT_NODE), (AIRPORT_NODE, PORT_NODE)):
        way = graph.way(start, end, cost)
        assert way
        assert graph.way(start, end, cost, without=links) == way
    assert not links & STORY_LINKS


def test_the_arbitrary_point_of_a_bad_location_is_far_from_the_main_ways(
    constraints: dict[str, Constraint], main_ways: set[int], roads_m: NDArray[np.object_]
) -> None:
    (bad,) = (
        item
        for item in constraints.values()
        if item.location_precision in {LocationPrecision.BAD, LocationPrecision.UNKNOWN}
    )
    spot = HERE.project(bad.geometry)
    assert min(roads_m[row].distance(spot) for row in main_ways) > 6_000


def test_the_flood_covers_a_part_of_the_costanera(
    graph: LinkGraph, constraints: dict[str, Constraint], roads_m: NDArray[np.object_]
) -> None:
    flood = HERE.project(constraints["EX-C01"].geometry)
    shore = roads_m[(graph.links["name"] == "Avenida Costanera").to_numpy()]
    covered_m = shapely.length(shapely.intersection(shore, flood)).sum()
    assert 400 < covered_m < 0.2 * shapely.length(shore).sum()


@pytest.mark.parametrize(
    ("constraint_id", "bridge"),
    [
        ("EX-C02", "Puente El Libertador"),
        ("EX-C03", "Puente Vicente Zorilla"),
    ],
)
def test_bridges_over_the_elqui_are_met(
    graph: LinkGraph,
    constraints: dict[str, Constraint],
    constraint_id: str,
    bridge: str,
) -> None:
    constraint = constraints[constraint_id]
    (row,) = np.flatnonzero(graph.links["name"] == bridge)
    line = HERE.project(graph.links.geometry.iloc[row])
    assert line.distance(HERE.project(constraint.geometry)) < 1
    assert constraint.road_name == bridge


def test_ten_tonnes_stop_the_heavier_trucks_only(constraints: dict[str, Constraint]) -> None:
    limit = constraints["EX-C02"]
    stopped = {
        code
        for code, vehicle in vehicle_classes().items()
        if effect_on(limit, vehicle, MIDDAY).outcome is Outcome.BLOCKS
    }
    assert stopped == set(ALL_VEHICLES) - {"motorbike", "lv_4wd", "truck_light"}


def test_the_bridge_closed_one_way_is_open_to_both_in_the_roads(
    graph: LinkGraph, constraints: dict[str, Constraint]
) -> None:
    constraint = constraints["EX-C03"]
    assert constraint.direction is Direction.FORWARD
    first, last = shapely.get_coordinates(constraint.geometry)
    assert last[1] > first[1], "it runs from south to north"
    (row,) = np.flatnonzero(graph.links["name"] == constraint.road_name)
    assert graph.links["direction"].iloc[row] == 0


def test_the_night_ban_lies_on_both_carriageways_of_the_main_way(
    graph: LinkGraph,
    constraints: dict[str, Constraint],
    roads_m: NDArray[np.object_],
) -> None:
    ban = constraints["EX-C04"]
    assert ban.standing(NIGHT) is Standing.HOLDS
    near = rows_near(ban, roads_m)
    assert names(graph, near) == {"Ruta 5 Norte"}
    cost = graph.seconds(vehicle_classes()["truck_heavy_3"])
    for start, end in ((PORT_NODE, AIRPORT_NODE), (AIRPORT_NODE, PORT_NODE)):
        assert near & set(graph.way(start, end, cost) or ())


def test_what_was_cleared_lay_on_the_main_way(
    graph: LinkGraph,
    constraints: dict[str, Constraint],
    main_ways: set[int],
    roads_m: NDArray[np.object_],
) -> None:
    cleared = constraints["EX-C05"]
    assert cleared.effect is EffectKind.BLOCKED
    assert cleared.ended_by
    near = rows_near(cleared, roads_m) & main_ways
    assert names(graph, near) == {"Avenida 18 de Septiembre"}


@pytest.mark.parametrize(
    ("constraint_id", "road"),
    [
        ("EX-C07", "Avenida Islón"),
        ("EX-C08", "Avenida La Cantera"),
        ("EX-C09", "Avenida del Mar"),
        ("EX-C10", "Ruta 5 Norte"),
        ("EX-C11", "El Brillador"),
    ],
)
def test_the_other_constraints_lie_on_the_roads_that_they_name(
    graph: LinkGraph,
    constraints: dict[str, Constraint],
    constraint_id: str,
    road: str,
) -> None:
    constraint = constraints[constraint_id]
    named = (graph.links["name"] == road).to_numpy()
    lines = HERE.project_array(graph.links.geometry.to_numpy()[named])
    corners = shapely.points(shapely.get_coordinates(HERE.project(constraint.geometry)))
    for corner in corners:
        assert shapely.distance(lines, corner).min() < 10


def test_the_named_osm_ways_exist(graph: LinkGraph, constraints: dict[str, Constraint]) -> None:
    named = {way for item in constraints.values() for way in item.osm_way_ids or ()}
    assert named
    assert named <= set(graph.links["osm_way_id"])
