"""Limits of mass, size and drive: who may cross what."""

from __future__ import annotations

import pytest
from support.asciimap import draw
from support.story import Story, constraint

from lca.vocab import ConstraintType, Drive, EffectKind, Practicability, Verdict

# The bridge B-C is the short way, D-E the ford road round it.
RIVER = draw(
    """
    A---B---C---F
    |           |
    D-----------E
    """,
    {"ABCF": {"highway": "primary", "name": "Bridge road"}, "ADEF": {"highway": "track"}},
)
BRIDGE = RIVER.between("BC", 0.5)
OVER, ROUND = "ABCF", "ADEF"


@pytest.fixture(scope="module")
def river(tmp_path_factory):
    return Story(tmp_path_factory.mktemp("river"), RIVER)


@pytest.mark.parametrize(
    ("vehicle", "way"),
    [
        # 10 t gross            vehicle's gross mass
        ("lv_4wd", OVER),  #                3.5 t
        ("truck_light", OVER),  #           7.5 t
        ("truck_medium", ROUND),  #        18.8 t
        ("truck_heavy_3", ROUND),  #         26 t
    ],
)
def test_a_bridge_limited_to_10_t(tmp_path, vehicle, way):
    story = Story(tmp_path, RIVER)
    story.publish(
        constraint(
            "bridge",
            BRIDGE,
            constraint_type=ConstraintType.WEIGHT_LIMIT,
            effect=EffectKind.RESTRICTED,
            max_gross_t=10.0,
        )
    )
    answer = story.ask("A", "F", vehicle)
    assert story.way(answer) == way
    assert answer.verdict is Verdict.VIABLE
    if way == OVER:
        assert [(note.id, note.reason) for note in answer.finding.notes] == [
            ("bridge", "within the stated limit")
        ]
    else:
        (avoided,) = answer.finding.avoided
        assert avoided.reason.startswith("gross mass")
        assert [(item.limit_value, item.unit) for item in avoided.excess] == [(10.0, "t")]


@pytest.mark.parametrize(
    ("limits", "vehicle", "passes"),
    [
        ({"max_gross_t": 26.0}, "truck_heavy_3", True),  # equal is within
        ({"max_gross_t": 25.9}, "truck_heavy_3", False),
        ({"max_payload_t": 18.0}, "truck_heavy_3", True),
        ({"max_payload_t": 12.0}, "truck_heavy_3", False),  # 26 t gross, 18 t of load
        ({"max_axle_t": 9.5}, "truck_heavy_3", True),
        ({"max_axle_t": 9.5}, "truck_medium", False),  # lighter, but 11.5 t on one axle
        ({"max_height_m": 3.9}, "truck_heavy_3", False),
        ({"max_height_m": 3.9}, "truck_light", True),
        ({"max_width_m": 2.4}, "truck_heavy_3", False),
        ({"max_length_m": 12.0}, "truck_heavy_3", True),
        ({"max_length_m": 12.0}, "artic_5", False),
        ({"practicability_cap": Practicability.LIGHT_TRUCK}, "truck_light", True),
        ({"practicability_cap": Practicability.LIGHT_TRUCK}, "truck_medium", False),
        ({"drive_required": Drive.D4X4}, "lv_4wd", True),
        ({"drive_required": Drive.D4X4}, "truck_heavy_3", False),
        ({"drive_required": Drive.D4X4}, "truck_6x6", True),
        # two limits at once: one that is exceeded is enough
        ({"max_gross_t": 40.0, "max_height_m": 3.9}, "truck_heavy_3", False),
        ({"max_gross_t": 40.0, "max_height_m": 4.0}, "truck_heavy_3", True),
    ],
)
def test_each_limit_stops_the_vehicle_that_exceeds_it(river, limits, vehicle, passes):
    bridge = constraint("bridge", BRIDGE, effect=EffectKind.RESTRICTED, **limits)
    answer = river.ask("A", "F", vehicle, what_if=(bridge,))
    assert river.way(answer) == (OVER if passes else ROUND)


def test_a_limit_without_a_way_round_names_the_excess(tmp_path):
    lone = draw("A---B---C", {"ABC": {}})
    story = Story(tmp_path, lone)
    story.publish(
        constraint("bridge", lone.between("AB", 0.5), effect="restricted", max_gross_t=10.0)
    )
    answer = story.ask("A", "C")
    assert answer.verdict is Verdict.NOT_VIABLE
    (note,) = answer.as_json()["blocked_by"]
    assert note["excess"] == [
        {"limit": "gross mass", "limit_value": 10.0, "vehicle_value": 26.0, "unit": "t"}
    ]
    assert (note["source_org"], note["date_of_information"]) == (
        "Road authority",
        "2026-11-17T09:00:00Z",
    )


@pytest.mark.parametrize(
    ("tags", "vehicle", "reason"),
    [
        ({"max_gross_t": 12.0}, "truck_heavy_3", "maxweight 12 t < 26 t"),
        ({"hgv": "no"}, "truck_light", "hgv=no"),
        ({"access": "private"}, "lv_4wd", "access=private"),
        ({"oneway": "backward"}, "lv_4wd", "one-way street"),
    ],
)
def test_a_road_rule_that_leaves_no_way_is_named(tmp_path, tags, vehicle, reason):
    town = draw(
        "A---B---C---D", {"AB": {}, "BC": {"name": "Bridge", **tags}, "CD": {}}, column_m=500.0
    )
    answer = Story(tmp_path, town).ask("A", "D", vehicle)
    assert answer.verdict is Verdict.NOT_VIABLE
    assert [(note.kind, note.name, note.reason) for note in answer.finding.blocked_by] == [
        ("road_rule", "Bridge", reason)
    ]


def test_an_end_beyond_a_barred_bridge_is_never_silently_replaced(tmp_path):
    """The way stops 100 m before the destination, at the last road that is connected."""
    town = draw("A---B---C---D---E", {"ABC": {}, "CD": {"hgv": "no"}, "DE": {}})
    answer = Story(tmp_path, town).ask("A", "D")
    assert answer.verdict is Verdict.VIABLE_WITH_CONDITIONS
    (note,) = answer.finding.conditions
    assert "not connected" in note.reason
    assert "100 m off" in note.reason


def test_untagged_limits_are_counted_and_change_no_verdict(tmp_path):
    town = draw(
        "A---B---C",
        {"AB": {"max_gross_t": 40.0}, "BC": {"bridge": True}},
    )
    answer = Story(tmp_path, town).ask("A", "C")
    assert answer.verdict is Verdict.VIABLE
    unknowns = answer.as_json()["unknowns"]
    assert unknowns["unknown_limits_km"] == 0.1
    assert unknowns["unknown_limits_share"] == 0.5
    assert unknowns["bridges_without_limit"] == 1
    assert unknowns["text"] in answer.as_text().replace("\n", " ")
