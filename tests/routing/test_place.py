"""What a text means as a place."""

from __future__ import annotations

import pytest
import shapely
from support.asciimap import draw
from support.story import YESTERDAY, Story

from lca.errors import AmbiguousPlace, NotFound, UsageError
from lca.place import Place
from lca.table import frame_of
from lca.vocab import Sensitivity
from routing.place import Gazetteer

TOWN = draw("A---B---C", {"ABC": {}})


@pytest.fixture
def story(tmp_path):
    story = Story(tmp_path, TOWN)
    story.facility("depot-1", TOWN.place("A"), title="Depósito Norte", name_alt="North depot; DN")
    story.facility("depot-2", TOWN.place("B"), title="Depósito Sur")
    story.facility("secret", TOWN.place("C"), title="Hidden", sensitivity=Sensitivity.CONFIDENTIAL)
    zone = Place(
        id="zone-1",
        name="Old town",
        pcode="CL0401",
        source_org="Census",
        date_of_information=YESTERDAY,
        geometry=shapely.box(0.0, 10.0, 0.001, 10.001),
    )
    nowhere = Place(id="zone-2", name="Nowhere", source_org="Census", date_of_information=YESTERDAY)
    twin = Place(
        id="zone-3", name="deposito sur", source_org="Census", date_of_information=YESTERDAY
    )
    draft = story.store.draft(
        "places", frame_of(Place, [zone, nowhere, twin]), author="editor", message="zones"
    )
    story.store.publish(draft.id, author="approver")
    return story


def find(story, text, clearance=Sensitivity.PUBLIC):
    return Gazetteer(story.store).find(story.store.heads(), text, clearance)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("depot-1", "depot-1"),
        (" DEPOT-1 ", "depot-1"),
        ("deposito norte", "depot-1"),
        ("Depósito Norte", "depot-1"),
        ("north DEPOT", "depot-1"),
        ("cl0401", "zone-1"),
        ("Old Town", "zone-1"),
        ("old", "zone-1"),
        ("deposito n", None),
        ("depósito", "several"),
    ],
)
def test_a_place_is_found_by_id_code_name_and_the_first_words_of_it(story, text, found):
    if found is None:
        with pytest.raises(NotFound, match="no place"):
            find(story, text)
    elif found == "several":
        with pytest.raises(AmbiguousPlace, match="places"):
            find(story, text)
    else:
        assert find(story, text).id == found


@pytest.mark.parametrize(
    "text", ["lat=-29.95,lon=-71.34", "lon=-71.34, lat=-29.95", "LAT=-29.95 , LON=-71.34"]
)
def test_coordinates_say_which_is_which(story, text):
    place = find(story, text)
    assert (place.position.lat, place.position.lon, place.id) == (-29.95, -71.34, None)


@pytest.mark.parametrize("text", ["-29.95,-71.34", "-29.95 -71.34", "1;2"])
def test_a_bare_pair_is_refused_with_both_readings(story, text):
    with pytest.raises(AmbiguousPlace, match="lat=") as refused:
        find(story, text)
    assert refused.value.do_next.count("lat=") == 2


def test_a_latitude_of_91_is_refused(story):
    with pytest.raises(UsageError, match="outside"):
        find(story, "lat=91,lon=0")


def test_a_name_of_two_places_lists_them(story):
    with pytest.raises(AmbiguousPlace) as refused:
        find(story, "Deposito Sur")
    assert [item["id"] for item in refused.value.details["choices"]] == ["zone-3", "depot-2"]


def test_a_slip_of_the_hand_is_answered_with_what_comes_near(story):
    with pytest.raises(NotFound, match="Did you mean Old town"):
        find(story, "Old twon")


def test_a_place_without_location_says_so(story):
    with pytest.raises(NotFound, match="has no location"):
        find(story, "Nowhere")


def test_a_place_above_the_clearance_does_not_exist(story):
    assert find(story, "Hidden", Sensitivity.CONFIDENTIAL).id == "secret"
    for text in ("Hidden", "secret", "Hiden"):
        with pytest.raises(NotFound) as missing:
            find(story, text)
        assert "Hidden" not in missing.value.do_next


def test_an_area_is_reached_at_a_point_inside_it(story):
    place = find(story, "zone-1")
    assert shapely.box(0.0, 10.0, 0.001, 10.001).contains(place.position.point)
