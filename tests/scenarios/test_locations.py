"""Where a constraint lies: what it closes, what it only conditions, and what is reported."""

from __future__ import annotations

import pytest
import shapely
from support.asciimap import draw
from support.story import Story, area, constraint, line

from lca.vocab import EffectKind, LocationPrecision, Verdict

TOWN = draw(
    """
    A---B---C
    |       |
    D-------E
    """,
    {"ABC": {"highway": "primary", "name": "Main Street"}, "ADEC": {"highway": "primary"}},
    column_m=62.5,
    row_m=250.0,
)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return Story(tmp_path_factory.mktemp("town"), TOWN)


PRECISE = LocationPrecision.ACCURATE
ROUGH = LocationPrecision.APPROXIMATE
BAD = LocationPrecision.BAD


@pytest.mark.parametrize(
    ("where", "precision", "verdict", "way", "state"),
    [
        # on the road, or beside it within 30 m: it closes the road
        (TOWN.between("BC", 0.5), PRECISE, Verdict.VIABLE, "ADEC", "matched"),
        (TOWN.between("BC", 0.5, aside_m=29), PRECISE, Verdict.VIABLE, "ADEC", "matched"),
        # 31 m off: on no road, so it closes none; the way that passes it names it
        (
            TOWN.between("BC", 0.5, aside_m=31),
            PRECISE,
            Verdict.VIABLE_WITH_CONDITIONS,
            "ABC",
            "unmatched",
        ),
        # 251 m off: too far to concern the way, but still reported
        (TOWN.between("BC", 0.5, aside_m=251), PRECISE, Verdict.VIABLE, "ABC", "unmatched"),
        # approximate, 245 m off: it closes the nearest road; the way round keeps 275 m away
        (TOWN.between("BC", 0.5, aside_m=245), ROUGH, Verdict.VIABLE, "ADEC", "matched"),
        # bad precision never closes a road, and conditions everything within 5 km
        (TOWN.between("BC", 0.5), BAD, Verdict.VIABLE_WITH_CONDITIONS, "ABC", "unmatched"),
        (TOWN.at(250.0, 4900.0), BAD, Verdict.VIABLE_WITH_CONDITIONS, "ABC", "unmatched"),
        (TOWN.at(250.0, 5100.0), BAD, Verdict.VIABLE, "ABC", "unmatched"),
        (
            TOWN.between("BC", 0.5),
            LocationPrecision.UNKNOWN,
            Verdict.VIABLE_WITH_CONDITIONS,
            "ABC",
            "unmatched",
        ),
        # no location at all: it qualifies every answer
        (None, PRECISE, Verdict.VIABLE_WITH_CONDITIONS, "ABC", "unlocated"),
        (None, BAD, Verdict.VIABLE_WITH_CONDITIONS, "ABC", "unlocated"),
    ],
)
def test_a_closure_acts_as_far_as_its_location_is_known(
    town, where, precision, verdict, way, state
):
    landslide = constraint("landslide", where, location_precision=precision)
    answer = town.ask("A", "C", what_if=(landslide,))
    assert (answer.verdict, town.way(answer)) == (verdict, way)
    reported = {note.id: note for note in answer.finding.unapplied}
    assert ("landslide" in reported) == (state != "matched")
    if state != "matched":
        assert reported["landslide"].match == state
    assert [note.id for note in answer.finding.conditions] == (
        ["landslide"] if verdict is Verdict.VIABLE_WITH_CONDITIONS else []
    )


@pytest.mark.parametrize(
    ("effect", "precision", "verdict"),
    [
        (EffectKind.UNKNOWN, PRECISE, Verdict.VIABLE_WITH_CONDITIONS),
        (EffectKind.UNKNOWN, BAD, Verdict.VIABLE_WITH_CONDITIONS),
        (EffectKind.DIFFICULT, PRECISE, Verdict.VIABLE_WITH_CONDITIONS),
        (EffectKind.DELAY_ONLY, PRECISE, Verdict.VIABLE_WITH_CONDITIONS),
        (EffectKind.RESTRICTED, PRECISE, Verdict.VIABLE_WITH_CONDITIONS),
        (EffectKind.ADVISORY, PRECISE, Verdict.VIABLE),
    ],
)
def test_what_does_not_block_is_named_on_the_way(town, effect, precision, verdict):
    spot = TOWN.between("AB", 0.5)
    report = constraint("report", spot, effect=effect, location_precision=precision)
    answer = town.ask("A", "C", what_if=(report,))
    assert answer.verdict is verdict
    assert town.way(answer) == "ABC"
    assert "report" in {note.id for note in (*answer.finding.conditions, *answer.finding.notes)}


def test_a_doubtful_point_conditions_the_roads_that_are_as_near(tmp_path):
    """Approximate and unnamed: it closes the nearest road, and the other one is not certain."""
    town = draw(
        """
        A---------C
        D---------E
        """,
        {"AC": {"name": "North"}, "ADEC": {"name": "South"}},
        row_m=100.0,
    )
    story = Story(tmp_path, town)
    spot = town.between("AC", 0.5, aside_m=-40)
    story.publish(constraint("mine", spot, location_precision=ROUGH))
    answer = story.ask("A", "C")
    assert story.way(answer) == "ADEC"
    assert answer.verdict is Verdict.VIABLE_WITH_CONDITIONS
    assert "another road near it" in answer.finding.conditions[0].reason
    story.publish(constraint("mine", spot, location_precision=ROUGH, road_name="North"))
    assert story.ask("A", "C").verdict is Verdict.VIABLE


FLOOD = area(TOWN.at(-100, 100), TOWN.at(600, 100), TOWN.at(600, -100), TOWN.at(-100, -100))
"""Covers Main Street wholly, and 100 m of the two roads that lead down from it."""


@pytest.mark.parametrize(
    ("origin", "destination", "is_open"),
    [
        # both ends inside the closed area
        (TOWN.between("AB", 0.5), TOWN.between("BC", 0.5), False),
        (TOWN.between("AB", 0.3), TOWN.between("AB", 0.7), False),
        # one end inside
        ("D", TOWN.between("BC", 0.5), False),
        (TOWN.between("AB", 0.5), "E", False),
        # both outside, on streets that the area touches elsewhere
        ("D", "E", True),
        (TOWN.between("AD", 0.9), "E", True),
        # from outside, on the same street, up to the water's edge and beyond
        (TOWN.between("AD", 0.9), TOWN.between("AD", 0.3), True),
        (TOWN.between("AD", 0.9), TOWN.between("AD", 0.1), False),
    ],
)
def test_a_flooded_area_closes_every_metre_of_road_in_it(town, origin, destination, is_open):
    flood = constraint("flood", FLOOD)
    for ends in ((origin, destination), (destination, origin)):
        answer = town.ask(*ends, what_if=(flood,))
        assert (answer.verdict is Verdict.VIABLE) == is_open
        if not is_open:
            assert [note.id for note in answer.finding.blocked_by] == ["flood"]


@pytest.mark.parametrize(
    ("origin", "destination", "closure", "way_km"),
    [
        # all on one segment A-D (500 m); the way round by C and E is what is left of 2 km
        (0.2, 0.8, 0.5, 1.7),
        (0.2, 0.8, 0.1, 0.3),
        (0.2, 0.8, 0.9, 0.3),
        (0.8, 0.2, 0.5, 1.7),
        (0.5, 0.5, 0.9, 0.0),
    ],
)
def test_a_closure_between_two_positions_on_one_street(town, origin, destination, closure, way_km):
    slide = constraint("slide", TOWN.between("AD", closure))
    ends = (TOWN.between("AD", origin), TOWN.between("AD", destination))
    answer = town.ask(*ends, what_if=(slide,))
    assert answer.verdict is Verdict.VIABLE
    assert answer.way.length_km == pytest.approx(way_km, abs=0.002)


def test_a_closed_line_that_leaves_the_road_closes_the_road_and_reports_the_rest(tmp_path):
    story = Story(tmp_path, TOWN)
    astray = line(TOWN.place("B"), TOWN.place("C"), TOWN.at(500 + 400, 300))
    story.publish(constraint("erosion", astray))
    assert [item["state"] for item in story.planner.match_report()] == ["partly", "unmatched"]
    answer = story.ask("A", "C")
    assert story.way(answer) == "ADEC"
    # The way ends at C, where the part begins that is on no road.
    assert answer.verdict is Verdict.VIABLE_WITH_CONDITIONS
    assert "erosion" in {note.id for note in answer.finding.unapplied}


def test_osm_ways_that_this_build_lacks_are_reported_and_qualify_every_answer(tmp_path):
    story = Story(tmp_path, TOWN)
    story.publish(constraint("by-way", None, osm_way_ids=(999,)))
    answer = story.ask("D", "E")
    assert answer.verdict is Verdict.VIABLE_WITH_CONDITIONS
    assert "OSM way 999 is not in this graph build" in answer.finding.conditions[0].reason


def test_a_location_still_closes_the_road_when_its_osm_way_was_renumbered(tmp_path):
    story = Story(tmp_path, TOWN)
    story.publish(constraint("by-way", TOWN.between("BC", 0.5), osm_way_ids=(999,)))
    assert story.way(story.ask("A", "C")) == "ADEC"


def test_a_closed_line_that_ends_within_a_long_street_closes_its_first_metres(tmp_path):
    """40 m of a street of 500 m are closed: who comes from the side street cannot enter it."""
    town = draw(
        """
        .       N
        A-------X-------C
        """,
        {"AXC": {"name": "Long Street"}, "NX": {}},
        column_m=62.5,
    )
    story = Story(tmp_path, town)
    story.publish(
        constraint(
            "rubble", line(town.between("AX", 0.2), town.place("X"), town.between("XC", 0.08))
        )
    )
    assert story.ask("N", "C").verdict is Verdict.NOT_VIABLE
    assert story.ask(town.between("XC", 0.2), "C").verdict is Verdict.VIABLE


SPLIT = draw(
    """
    A---B---C
    |       |
    D-------E
    """,
    {"AB": {"name": "Main"}, "BC": {"name": "Main"}, "ADEC": {}},
)


@pytest.mark.parametrize(
    "where",
    [
        SPLIT.between("BC", 0.5),
        line(SPLIT.between("BC", 0.3), SPLIT.between("BC", 0.7)),
        # the first part lies on the way that is named, the second on its other half
        shapely.MultiLineString(
            [
                line(SPLIT.between("AB", 0.3), SPLIT.between("AB", 0.7)),
                line(SPLIT.between("BC", 0.3), SPLIT.between("BC", 0.7)),
            ]
        ),
        area(
            SPLIT.between("BC", 0.4, aside_m=20),
            SPLIT.between("BC", 0.6, aside_m=20),
            SPLIT.between("BC", 0.6, aside_m=-20),
            SPLIT.between("BC", 0.4, aside_m=-20),
        ),
    ],
    ids=["point", "line", "lines", "area"],
)
def test_a_closure_stands_on_the_half_of_its_way_that_osm_has_renumbered(tmp_path, where):
    """Way 1 was split: its number is known still, but the closed half bears another."""
    story = Story(tmp_path, SPLIT)
    story.publish(constraint("split", where, osm_way_ids=(1,)))
    assert "BC" not in story.way(story.ask("B", "C"))
    assert "CB" not in story.way(story.ask("C", "B"))


def test_an_area_that_names_a_way_leaves_the_road_below_it_open(tmp_path):
    """A viaduct is closed; the street under it lies in the same area and bears other numbers."""
    town = draw(
        """
        .   N
        A---X---B
        .   S   Q
        """,
        {"AXB": {}, "NXS": {}, "BQ": {}},
    )
    story = Story(tmp_path, town)
    around = town.place("X").point.buffer(0.0002)
    far = town.place("Q").point.buffer(0.0001)
    story.publish(constraint("viaduct", around.union(far), osm_way_ids=(1,)))
    assert story.ask("A", "X").verdict is Verdict.NOT_VIABLE
    assert story.way(story.ask("N", "S")) == "NXS"
    assert story.way(story.ask("B", "Q")) == "BQ"
