"""Locations in the words of the field: what they close, what they condition, what they say."""

from __future__ import annotations

import pytest
from support.asciimap import draw
from support.story import YESTERDAY, Story, constraint

from lca.place import Place
from lca.table import frame_of
from lca.vocab import LocationPrecision, Sensitivity, Verdict
from routing.picture import pictured
from routing.question import Terms

# One column is 500 m and one row 5 km: A to C is 20 km on RN5, and round by D and E 30 km.
LAND = draw(
    """
    A-------------------B-------------------C-------------------F
    |                                       |
    D---------------------------------------E
    """,
    {
        "ABCF": {"highway": "primary", "ref": "RN5"},
        "AD": {"highway": "secondary"},
        "DE": {"highway": "secondary", "name": "Lake Road"},
        "EC": {"highway": "secondary"},
    },
    column_m=500.0,
    row_m=5000.0,
)


def place(name, where, **fields):
    return Place(
        **{
            "id": name.lower().replace(" ", "-"),
            "name": name,
            "source_org": "Census",
            "date_of_information": YESTERDAY,
            "geometry": where.point,
            **fields,
        }
    )


PLACES = (
    place("Alba", LAND.place("A")),
    place("Borgo", LAND.place("B")),
    place("Cima", LAND.place("C")),
    place("Fine", LAND.place("F")),
    place("Delta", LAND.place("D")),
    place("Twin", LAND.place("E"), id="twin-1"),
    place("Twin", LAND.place("D"), id="twin-2"),
    place("Hidden", LAND.place("B"), sensitivity=Sensitivity.RESTRICTED),
)


@pytest.fixture
def story(tmp_path):
    story = Story(tmp_path, LAND)
    publish(story, PLACES)
    return story


def publish(story, places):
    story.clock.tick(seconds=1)
    draft = story.store.draft("places", frame_of(Place, places), author="e", message="places")
    story.store.publish(draft.id, author="approver")


def matched(story, **fields):
    """Return how a closure in words lies, and from which to which kilometre east of A."""
    story.publish(constraint("closure", None, **fields))
    inputs = story.planner.outlook(_terms()).inputs
    (item,) = [one for one in inputs.placed if one.constraint.id == "closure"]
    return item.match, _span(inputs.build.network, item.match)


def _terms():
    return Terms(vehicle="truck_heavy_3")


def _span(network, match):
    shape = pictured(network, match.pieces)
    if shape is None:
        return None
    west, _, east, _ = shape.bounds
    degrees = LAND.place("C").lon - LAND.place("A").lon
    km = 40 * 0.5 / degrees
    return tuple(round((lon - LAND.place("A").lon) * km, 1) for lon in (west, east))


@pytest.mark.parametrize(
    ("fields", "span"),
    [
        # a road's chainage, in fields and in words
        (
            {
                "road_name": "RN5",
                "chainage_from_place": "Alba",
                "chainage_from_km": 3,
                "chainage_to_km": 6,
            },
            (3.0, 6.0),
        ),
        ({"location_text": "RN5 km 3-6 from Alba"}, (3.0, 6.0)),
        ({"location_text": "RN 5 PK 3+500 depuis Alba", "road_name": "RN5"}, None),
        ({"location_text": "RN5 PK 3+500 depuis Alba"}, (3.5, 3.5)),
        # from the middle of the road: the direction decides
        ({"location_text": "RN5 km 2-3 from Borgo toward Cima"}, (12.0, 13.0)),
        ({"location_text": "3 km west of Borgo on RN5"}, (7.0, 7.0)),
        # on the road to another place
        (
            {
                "place_from": "Alba",
                "offset_km": 4,
                "offset_bearing": "e",
                "toward_place": "Cima",
            },
            (4.0, 4.0),
        ),
        ({"location_text": "4 km east of Alba on the road to Borgo"}, (4.0, 4.0)),
        # between two places, without the doubtful kilometre at either end
        ({"place_from": "Alba", "place_to": "Borgo", "road_name": "RN5"}, (1.0, 9.0)),
        ({"location_text": "between Borgo and Cima"}, (11.0, 19.0)),
    ],
)
def test_words_are_followed_on_the_road(story, fields, span):
    match, found = matched(story, **fields)
    if span is None:
        assert "no road near Alba bears the name" in match.note
        return
    assert found == span
    assert match.state.value == "matched"
    assert match.rest is not None


def test_what_is_stated_closes_and_what_is_rounded_conditions(story):
    story.publish(constraint("washout", None, location_text="RN5 km 3-6 from Alba"))
    answer = story.ask("A", "B")
    assert story.way(answer) == "ADECB"
    # 7 km from Alba lies within the kilometre by which distances are rounded
    near = story.ask(LAND.between("AB", 0.65), "B")
    assert near.verdict is Verdict.VIABLE_WITH_CONDITIONS
    assert [note.id for note in near.finding.conditions] == ["washout"]
    # 8 km from Alba does not
    assert story.ask(LAND.between("AB", 0.8), "B").verdict is Verdict.VIABLE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("RN5 km 3 from Borgo", "may mean 2 places; say toward which place"),
        ("between Alba and Twin", "'Twin' may mean 2 places: Twin [twin-1], Twin [twin-2]"),
        ("between Alba and Nowhere", "no place bears the name 'Nowhere'"),
        ("between Alba and Hidden", "no place bears the name 'Hidden'"),
        ("RN9 km 3 from Alba", "no road near Alba bears the name 'RN9'"),
        ("RN5 km 3", "from which place the kilometres are counted is not stated"),
        ("RN5 km 60 from Alba", "the road does not lead so far"),
        ("15 km east of Alba on the road to Borgo", "is only 10.0 km long"),
        ("4 km west of Alba on the road to Borgo", "contradict each other"),
        ("4 km east of Alba", "on no stated road"),
        ("somewhere by the lake", "in no form that is understood"),
    ],
)
def test_what_cannot_be_followed_closes_nothing_and_says_why(story, text, words):
    match, span = matched(story, location_text=text)
    assert span is None
    assert words in match.note
    answer = story.ask("A", "C")
    assert story.way(answer) == "ABC"
    noted = [*answer.finding.conditions, *answer.finding.unapplied]
    assert "closure" in {note.id for note in noted}
    # Without any place it may be anywhere, so every answer is conditioned.
    if match.rest is None:
        assert answer.verdict is Verdict.VIABLE_WITH_CONDITIONS


def test_a_doubtful_place_conditions_what_passes_it(story):
    story.publish(constraint("doubt", None, location_text="RN5 km 3 from Borgo"))
    assert story.ask("A", "C").verdict is Verdict.VIABLE_WITH_CONDITIONS
    assert story.ask("D", "E").verdict is Verdict.VIABLE


def test_two_roads_between_two_places_are_a_doubt(tmp_path):
    ring = draw(
        """
        A-------B
        |       |
        C-------D
        """,
        {"ABD": {"highway": "primary", "ref": "R1"}, "ACD": {"highway": "primary", "ref": "R2"}},
        column_m=1000.0,
        row_m=5000.0,
    )
    story = Story(tmp_path, ring)
    publish(story, [place("Alba", ring.place("A")), place("Delta", ring.place("D"))])
    story.publish(constraint("cut", None, location_text="between Alba and Delta"))
    (item,) = [one for one in story.planner.match_report() if one["id"] == "cut"]
    assert item["state"] == "unmatched"
    assert "several roads join" in item["note"]
    assert item["geometry"]["type"] == "MultiLineString"
    story.publish(constraint("cut", None, location_text="between Alba and Delta on R2"))
    assert story.way(story.ask("A", "D")) == "ABD"


@pytest.mark.parametrize("precision", [LocationPrecision.BAD, LocationPrecision.UNKNOWN])
def test_words_of_poor_precision_condition_only(story, precision):
    match, span = matched(story, location_text="RN5 km 3-6 from Alba", location_precision=precision)
    assert span is None
    assert "it only conditions" in match.note
    assert story.ask("A", "C").verdict is Verdict.VIABLE_WITH_CONDITIONS


def test_a_place_that_moves_moves_what_is_told_by_it(story):
    text = "RN5 km 3-6 from Alba toward Fine"
    assert matched(story, location_text=text)[1] == (3.0, 6.0)
    moved = place("Alba", LAND.between("AB", 0.2))
    publish(story, [moved, *PLACES[1:]])
    assert matched(story, location_text=text)[1] == (5.0, 8.0)


def test_the_reported_location_is_never_changed(story):
    match, _ = matched(story, location_text="RN5 km 3-6 from Alba")
    inputs = story.planner.outlook(_terms()).inputs
    (item,) = [one for one in inputs.placed if one.constraint.id == "closure"]
    assert item.constraint.geometry is None
    assert match.geometry(inputs.build.network) is not None


def test_a_warehouse_called_after_a_town_is_not_the_town(story):
    """An airport bears its city's name beside its own, and lies kilometres from it."""
    story.facility("depot", LAND.place("D"), title="Northern depot", name_alt="Serena")
    by_town, _ = matched(story, location_text="RN5 km 3-6 from Serena")
    assert "no place bears the name 'Serena'" in by_town.note
    assert not len(by_town.pieces)
    story.facility("depot", LAND.place("A"), title="Northern depot", name_alt="Serena")
    by_itself, span = matched(story, location_text="RN5 km 3-6 from Northern depot")
    assert span == (3.0, 6.0), by_itself.note
