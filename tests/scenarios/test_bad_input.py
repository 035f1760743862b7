"""What people get wrong: each gives a clear error or a clear answer, and none takes for ever.

Everything goes through the command line, as a planner's slip would.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
import shapely
from support.asciimap import draw
from support.story import Story

from cli.context import Session
from cli.main import run

TOWN = draw(
    """
    A---B---C
    |       |
    D-------E
    """,
    {"ABC": {"highway": "primary", "name": "Main Street"}, "ADEC": {"highway": "primary"}},
)
"""At longitude 0, latitude 10."""
OK, NOT_VIABLE, USAGE, NOT_FOUND, INVALID = 0, 6, 2, 3, 4


@dataclass
class Told:
    code: int
    out: str
    err: str

    @property
    def body(self) -> dict[str, Any]:
        return json.loads(self.out)


class Desk:
    """A planner's terminal on a drawn town."""

    def __init__(self, folder, capsys):
        self.story = Story(folder, TOWN)
        self.folder = folder
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Told:
        self._capsys.readouterr()
        session = Session(store_path=self.folder / "store", clock=self.story.clock)
        code = run(list(arguments), session=session)
        return Told(code, *self._capsys.readouterr())

    def route(self, origin="A", destination="C", vehicle="truck_heavy_3", *options: str) -> Told:
        ends = [self.story._place(end) for end in (origin, destination)]
        return self("route", *ends, "--vehicle", vehicle, *options, "--json")

    def suppose(self, *features: dict[str, Any], **ends: str) -> Told:
        """Ask under a what-if file of these features."""
        file = self.folder / "what-if.geojson"
        file.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
        return self.route(
            ends.get("origin", "A"), ends.get("destination", "C"), "truck_heavy_3",
            "--what-if", str(file),
        )  # fmt: skip


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path, capsys)


def closure(geometry, **properties) -> dict[str, Any]:
    if geometry is not None and not isinstance(geometry, dict):
        geometry = shapely.geometry.mapping(geometry)
    return {
        "type": "Feature",
        "properties": {"effect": "blocked", **properties},
        "geometry": geometry,
    }


def box(west, south, east, north) -> shapely.Polygon:
    return shapely.box(west, south, east, north)


def test_a_polygon_that_covers_the_country_closes_it_and_is_named(desk):
    told = desk.suppose(closure(box(-20, 0, 20, 20), id="country"))
    assert told.code == NOT_VIABLE
    assert [note["id"] for note in told.body["blocked_by"]] == ["country"]


def test_a_polygon_beyond_the_antimeridian_is_refused(desk):
    told = desk.suppose(closure(box(170, 5, 190, 15)))
    assert told.code == INVALID
    assert "feature 1" in told.err
    assert "-180" in told.err


def test_a_polygon_cut_at_the_antimeridian_closes_nothing_on_the_other_side_of_the_world(desk):
    """RFC 7946, 3.1.9: what crosses the antimeridian is cut there into two."""
    told = desk.suppose(
        closure(shapely.MultiPolygon([box(170, 5, 180, 15), box(-180, 5, -170, 15)]), id="dateline")
    )
    assert told.code == OK
    assert told.body["verdict"] == "viable"
    assert "dateline" in {note["id"] for note in told.body["unapplied"]}


def test_a_polygon_that_runs_from_179_to_minus_179_the_long_way_is_never_passed_in_silence(desk):
    """Written so it is 358 degrees wide: it closes the town, or is refused, but always told."""
    told = desk.suppose(closure(box(-179, 5, 179, 15), id="world"))
    assert told.code in {NOT_VIABLE, INVALID}
    if told.code == NOT_VIABLE:
        assert [note["id"] for note in told.body["blocked_by"]] == ["world"]


def test_a_twisted_polygon_is_refused_with_what_to_do(desk):
    bowtie = {
        "type": "Polygon",
        "coordinates": [[[-1, 9], [1, 11], [1, 9], [-1, 11], [-1, 9]]],
    }
    told = desk.suppose(closure(bowtie))
    assert told.code == INVALID
    assert "not valid" in told.err
    assert "feature 1" in told.err


def test_a_polygon_without_corners_is_refused(desk):
    assert desk.suppose(closure({"type": "Polygon", "coordinates": []})).code == INVALID


def test_a_supposed_closure_in_the_sea_is_reported_as_on_no_road(desk):
    told = desk.suppose(closure(shapely.Point(-5.0, 0.0), id="sea"))
    assert told.code == OK
    (note,) = [note for note in told.body["unapplied"] if note["id"] == "sea"]
    assert note["match"] == "unmatched"


def test_a_closure_in_the_sea_is_not_taken_into_the_layer(desk):
    told = desk(
        "constraint", "add", "--name", "Closed", "--effect", "blocked", "--source", "Radio",
        "--date", "2026-11-17T09:00Z", "--lat", "0.0", "--lon", "-5.0",
    )  # fmt: skip
    assert told.code == INVALID
    assert "km from the roads" in told.err


@pytest.mark.parametrize("limit", [0, -3])
def test_a_limit_of_nought_or_less_is_refused(desk, limit):
    where = TOWN.between("BC", 0.5).point
    told = desk.suppose(closure(where, effect="restricted", max_gross_t=limit))
    assert told.code == INVALID
    assert "is not above 0" in told.err
    assert "empty" in told.err


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        (
            {"valid_from": "2026-11-20T00:00:00Z", "valid_to": "2026-11-19T00:00:00Z"},
            "valid_to is not after valid_from",
        ),
        (
            {"valid_from": "2026-11-20T00:00:00Z", "valid_to": "2026-11-20T00:00:00Z"},
            "valid_to is not after valid_from",
        ),
        ({"valid_to": "9999-12-31T00:00:00Z"}, "9999"),
        ({"ended_at": "9999-12-31T23:59:59Z", "ended_by": "x", "status": "resolved"}, "9999"),
        ({"valid_from": "2026-13-40"}, "2026-13-40"),
        ({"valid_from": "tomorrow"}, "tomorrow"),
    ],
)
def test_dates_that_cannot_be_are_refused(desk, dates, words):
    told = desk.suppose(closure(TOWN.between("BC", 0.5).point, **dates))
    assert told.code == INVALID
    assert words in told.err


@pytest.mark.parametrize("option", ["--at", "--as-of"])
def test_a_departure_in_the_year_9999_is_refused(desk, option):
    told = desk.route("A", "C", "truck_heavy_3", option, "9999-01-01T00:00:00Z")
    assert told.code == USAGE
    assert "9999" in told.err


def test_the_same_origin_and_destination_is_a_way_of_no_length(desk):
    told = desk.route("B", "B")
    assert told.code == OK
    assert told.body["verdict"] == "viable"
    assert told.body["way"]["length_km"] == 0.0
    assert told.body["way"]["duration_h"] == 0.0


def test_the_same_place_inside_a_closed_area_needs_no_road(desk):
    """Nobody has to drive where he is; elsewhere in the area he cannot."""
    flood = closure(box(-0.01, 9.99, 0.02, 10.01), id="flood")
    assert desk.suppose(flood, origin="B", destination="B").code in {OK, NOT_VIABLE}
    there = desk.suppose(flood, origin="B", destination="C")
    assert there.code == NOT_VIABLE
    assert [note["id"] for note in there.body["blocked_by"]] == ["flood"]


def test_both_ends_in_a_closed_area_are_not_joined_by_a_way_within_it(desk):
    """A peer found ways inside the area where both ends lay in it."""
    north = TOWN.place("A").lat + 0.0003
    area = box(TOWN.place("A").lon - 0.001, north - 0.0006, TOWN.place("C").lon + 0.001, north)
    told = desk.suppose(closure(area, id="flood"))
    assert told.code == NOT_VIABLE
    assert [note["id"] for note in told.body["blocked_by"]] == ["flood"]


def test_an_unknown_class_is_told_with_the_classes_that_there_are(desk):
    told = desk.route(vehicle="hovercraft")
    assert told.code == NOT_FOUND
    assert "truck_heavy_3" in told.err


def test_a_20_t_truck_is_refused_with_both_readings(desk):
    told = desk.route(vehicle="20 t")
    assert told.code == USAGE
    assert "gross" in told.err
    assert "payload" in told.err


@pytest.mark.parametrize(
    ("vehicle", "words"),
    [
        ("truck_heavy_3,gross_t=5", "payload"),  # lighter than what it carries
        ("truck_heavy_3,gross_t=-3", "gross"),
        ("truck_heavy_3,height_m=0", "height"),
        ("truck_heavy_3,axle_load_t=60", "axle"),
        ("truck_heavy_3,gross_t=nan", "gross"),
        ("truck_heavy_3,length_m=1e9", "length"),
    ],
)
def test_a_vehicle_that_cannot_exist_is_refused_with_the_reason(desk, vehicle, words):
    told = desk.route(vehicle=vehicle)
    assert told.code in {USAGE, INVALID}
    assert words in told.err.casefold()


def points(count: int) -> list[dict[str, Any]]:
    """Return closures that some script wrote in rows beside the town."""
    return [
        closure(
            {"type": "Point", "coordinates": [0.2 + 0.0005 * (n % 400), 10 + 0.0005 * (n // 400)]}
        )
        for n in range(count)
    ]


@pytest.mark.timeout(120)
def test_a_what_if_file_of_thousands_of_features_is_answered(desk):
    told = desk.suppose(*points(5_000), closure(TOWN.between("BC", 0.5).point, id="bridge"))
    assert told.code == OK
    assert told.body["hypothetical"] is True
    assert [note["id"] for note in told.body["comparison"]["avoided"]] == ["bridge"]


@pytest.mark.timeout(120)
def test_a_what_if_file_of_100_000_features_is_refused_before_it_is_judged(desk):
    told = desk.suppose(*points(100_000))
    assert told.code == INVALID
    assert "features is not read" in told.err
    assert "Leave out" in told.err


def test_what_is_no_geojson_is_refused(desk):
    file = desk.folder / "notes.geojson"
    file.write_text("bridge closed")
    told = desk.route("A", "C", "truck_heavy_3", "--what-if", str(file))
    assert told.code != OK
    assert "GeoJSON" in told.err


def test_a_misspelt_limit_is_refused_not_forgotten(desk):
    told = desk.suppose(closure(TOWN.between("BC", 0.5).point, max_gros_t=10))
    assert told.code == INVALID
    assert "max_gros_t" in told.err
