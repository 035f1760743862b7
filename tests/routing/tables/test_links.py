"""Critical links, gaps and gateways: ranked by what depends on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from support.asciimap import draw
from support.randomtowns import place, random_places, random_story
from support.story import NOON, TRUCK, Story, constraint

from lca.errors import UsageError
from lca.vocab import EffectKind
from routing.engine.metric import INFINITE
from routing.question import Terms
from routing.tables.bounds import Horizon
from routing.tables.costs import nearest_ms
from routing.tables.critical import critical
from routing.tables.estimate import Estimate
from routing.tables.gaps import SURFACE, WEIGHT, gaps
from routing.tables.gateways import gateways
from routing.tables.stops import stops_of

TOWN = draw(
    """
    H---A---B---C---D
        |   |
        E---F
    """,
    {
        "HA": {"name": "Bridge road", "surface": "asphalt", "max_gross_t": 40.0},
        "AB": {"name": "High street", "surface": "asphalt", "max_gross_t": 40.0},
        "BCD": {"name": "Long road", "surface": "asphalt"},
        "AEFB": {"name": "Back road", "max_gross_t": 40.0},
    },
    column_m=1_000.0,
    row_m=3_000.0,
)
PEOPLE = {"A": 10, "B": 200, "C": 3_000, "D": 40_000, "F": 0}


def outlook_of(story, **terms):
    return story.planner.outlook(Terms(**{"vehicle": TRUCK, "at": NOON, **terms}))


def at(*letters):
    return [place(letter, TOWN.place(letter), PEOPLE.get(letter)) for letter in letters]


@pytest.fixture
def story(tmp_path):
    return Story(tmp_path, TOWN)


def test_the_only_bridge_is_the_gravest_and_what_has_a_way_round_only_delays(story):
    found = critical(outlook_of(story), at("H"), at("A", "B", "C", "D"))
    first, *others = found.links
    assert (first.street, first.people_cut_off.value, first.places_cut_off) == (
        "Bridge road",
        43_210,
        4,
    )
    streets = {link.street: link for link in others}
    assert streets["High street"].people_cut_off.value == 0
    assert streets["High street"].people_delayed.value == 43_200
    assert streets["High street"].person_hours.value > 0
    assert "Back road" not in streets, "no way uses it"
    assert found.draws == 0
    assert "exact" in found.as_text()


def test_one_road_in_two_parts_that_do_the_same_is_one_link(story):
    found = critical(outlook_of(story), at("H"), at("D"))
    cut = [link.street for link in found.links if link.places_cut_off]
    assert sorted(cut) == ["Bridge road", "Long road"]
    (long,) = [link for link in found.links if link.street == "Long road"]
    assert (long.length_km, len(long.segment_ids)) == (pytest.approx(8.0, rel=0.01), 2)


@pytest.mark.parametrize("engine", ["scipy", "numba"])
@pytest.mark.parametrize("seed", range(3))
def test_each_loss_is_what_the_roads_without_the_link_say(tmp_path, seed, engine):
    """The oracle closes each link by a full customisation and sweeps anew."""
    story, outlook = random_story(tmp_path, seed, engine)
    places = random_places(seed, story.town, 12)
    hubs, served = stops_of(outlook, places[:2]), stops_of(outlook, places[2:])
    found = critical(outlook, places[:2], places[2:], listed=1_000)
    sight, network = Horizon(outlook).now, story.town.network
    base = nearest_ms(sight, hubs, served)
    told = {name: link for link in found.links for name in link.segment_ids}
    for segment in range(network.segment_count):
        weights = sight.metric.weight_ms.copy()
        weights[[2 * segment, 2 * segment + 1]] = INFINITE
        lost = outlook.inputs.build.engine.customise(weights)
        after = nearest_ms(replace(sight, metric=lost), hubs, served)
        inside = (served.segment == segment) & (served.fraction % 1.0 > 0)
        concerned = ~inside & (base < INFINITE)
        cut = concerned & (after >= INFINITE)
        late = concerned & ~cut & (after > base)
        link = told.get(network.segments.id_at(segment))
        if link is None:
            assert not cut.any()
            assert not late.any()
            continue
        assert link.people_cut_off.value == served.people[cut].sum()
        assert link.people_delayed.value == served.people[late].sum()
        hours = (after - base)[late] / 3_600_000 * 1.25
        assert link.person_hours.value == pytest.approx((served.people[late] * hours).sum(), abs=60)


def test_a_sample_states_its_error_holds_the_truth_and_is_the_same_each_time(story):
    outlook, served = outlook_of(story), at("A", "B", "C", "D")
    served += [place(f"x{n}", TOWN.between("BC", n / 50), 500) for n in range(1, 40)]
    exact = critical(outlook, at("H"), served)
    sample = critical(outlook, at("H"), served, most_stops=30)
    again = critical(outlook, at("H"), served, most_stops=30)
    assert sample.as_json() == again.as_json()
    assert sample.draws == 30
    truth = {link.street: link.people_cut_off.value for link in exact.links}
    first = sample.links[0]
    assert first.people_cut_off.low <= truth[first.street] <= first.people_cut_off.high
    assert "30 draws by lot" in sample.method


def test_links_that_were_not_tried_concern_no_more_people_than_is_said(story):
    found = critical(outlook_of(story), at("H"), at("A", "B", "C", "D"), most_links=1)
    assert (found.links_tried, found.links[0].street) == (1, "Bridge road")
    assert found.others_at_most == 43_200
    assert "any other concerns at most 43,200 people" in found.method


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_intervals_hold_nineteen_times_of_twenty(share):
    rng = np.random.default_rng(1)
    held = 0
    for hits in rng.binomial(400, share, 2_000):
        estimate = Estimate.of_share(int(hits), 400, 1.0)
        held += estimate.low <= share <= estimate.high
    assert held / 2_000 > 0.93


def test_gaps_say_what_is_not_known_and_how_much_depends_on_it(story):
    stale = constraint(
        "ford", TOWN.between("HA", 0.5), effect=EffectKind.DIFFICULT,
        review_by=NOON - timedelta(days=1),
    )  # fmt: skip
    story.publish(stale)
    found = gaps(outlook_of(story), at("H"), at("A", "B", "C", "D"))
    by_street = {gap.street: gap for gap in found.gaps}
    ford, long = by_street["Bridge road"], by_street["Long road"]
    assert [note.id for note in ford.notes] == ["ford"]
    assert "review is overdue" in ford.notes[0].reason
    assert (ford.unknown, ford.ways, ford.people) == ((), 4, 43_210)
    assert (long.unknown, long.ways, long.people) == ((WEIGHT,), 2, 43_000)
    assert "High street" not in by_street, "all that is asked for is tagged"
    assert found.gaps[0] is ford
    assert not any(SURFACE in gap.unknown for gap in found.gaps)


def test_gateways_are_ranked_by_time_the_closed_ones_last(story):
    def entry(letter, layer, **row):
        item = place(letter, TOWN.place(letter))
        return type(item)(item.id, layer, f"Entry {letter}", item.position, row)

    until = NOON + timedelta(days=30)
    entries = [
        entry("H", "border_crossings", status="operational", daily_truck_capacity=40,
              permitted_until=until, permit_name="Transit letter", permit_lead_days=5),
        entry("D", "ports", status="operational", discharge_bag_t_day=700.0),
        entry("C", "ports", status="not_operational", status_comment="quay destroyed"),
        entry("E", "airports", status="operational"),
        entry("B", "border_crossings", status="operational",
              permitted_until=NOON - timedelta(hours=1)),
    ]  # fmt: skip
    story.publish(constraint("slide", TOWN.between("HA", 0.5)))
    found = gateways(outlook_of(story), entries, at("B")[0])
    assert [item.place.id for item in found.gateways] == ["D", "E", "H", "B", "C"]
    sea, air, land, lapsed, ruined = found.gateways
    assert (sea.usable, sea.bottleneck_t_day, sea.unknown_parts) == (True, 700.0, ())
    assert (air.bottleneck_t_day, air.unknown_parts) == (None, ("handling at airports",))
    assert "blocked by Slide" in land.why_not
    assert "quay destroyed" in ruined.why_not
    assert "permission to pass ended" in lapsed.why_not
    payload = outlook_of(story).vehicle.payload_t
    assert land.bottleneck_t_day == 40 * payload
    assert [one.until for one in land.expiries] == [until]
    assert land.permit == "permit needed: Transit letter (5 days)"
    text = found.as_text()
    assert "at most 700 t a day" in text
    assert "not usable" in text


def test_a_way_under_a_known_limit_says_the_lowest(story):
    found = gateways(outlook_of(story), at("H"), at("B")[0])
    assert found.gateways[0].lowest_limit_t == 40.0


def test_nothing_to_rank_is_refused(story):
    outlook = outlook_of(story)
    for table in (critical, gaps):
        with pytest.raises(UsageError, match="0 hubs"):
            table(outlook, [], at("A"))
    with pytest.raises(UsageError, match="0 entry points"):
        gateways(outlook, [], at("A")[0])


def test_frames_and_sheets_name_every_row(story):
    outlook = outlook_of(story)
    for table in (critical(outlook, at("H"), at("D")), gaps(outlook, at("H"), at("D"))):
        frame = table.frame()
        assert frame.crs.to_epsg() == 4326
        assert len(frame) == len(table.sheets()[0].rows) > 0
        assert frame.geometry.is_valid.all()
