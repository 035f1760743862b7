"""Speeds by class, surface, season and state: the tables say them, a plain reckoning agrees."""

from __future__ import annotations

import csv
import itertools
import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.asciimap import draw

from lca.errors import InvalidInput
from lca.season import SURFACE_GROUPS, Season, known_seasons
from lca.vehicle import vehicle_class, vehicle_classes
from lca.vocab import Practicability
from routing.engine import INFINITE
from routing.legality import road_rules
from routing.season_state import FAMILIES, NO_SEASON, ActiveSeason, SeasonState
from routing.speed import SLOWEST_KMH, arc_speeds, travel_time_ms
from routing.speed_model import SpeedModel, standard_model
from routing.surface import surface_group
from routing.unknown_practicability import unknown_practicability

FOLDER = Path(__file__).resolve().parents[2] / "data" / "reference"
TRUCK, CAR = vehicle_class("truck_heavy_3"), vehicle_class("lv_4wd")
RAINY = SeasonState.of([ActiveSeason("rainy")])


def table(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


SPEEDS, SURFACES, USUAL = table("speeds"), table("surfaces"), table("surfaces_by_class")
DRY, SEASONS, STATES = (table(f"speeds_by_{what}") for what in ("surface", "season", "condition"))


def one(rows, column, default=1.0, **wanted):
    """The figure of the only row with these words; the default without one."""
    found = [row for row in rows if all(row[key] == word for key, word in wanted.items())]
    assert len(found) <= 1
    return float(found[0][column]) if found else default


def reckoned(tags, vehicle, season):
    """The speed of a road, reckoned step by step from the files alone."""
    group = "truck" if vehicle.practicability >= 4 else "light"
    highway = (
        tags["highway"] if any(row["highway"] == tags["highway"] for row in SPEEDS) else "other"
    )
    groups = [
        row["surface_group"]
        for tag in ("surface", "tracktype")
        for row in SURFACES
        if row["tag"] == tag and row["value"] == tags.get(tag)
    ]
    share = 1.0
    if groups:
        usual = next(row["surface_group"] for row in USUAL if row["highway"] == highway)
        paved_share = {
            row["surface_group"]: float(row["factor"]) for row in DRY if row["group"] == group
        }
        share = min(share, paved_share[groups[0]] / paved_share[usual])
    for tag in ("smoothness", "tracktype"):
        share = min(share, one(STATES, "factor", tag=tag, value=tags.get(tag), group=group))
    speed = one(SPEEDS, "speed_kmh", highway=highway, group=group) * share
    if groups and season:
        speed *= one(SEASONS, "factor", season=season, surface_group=groups[0], group=group)
    if "ford" in tags:
        speed *= one(STATES, "factor", tag="ford", value="*", group=group)
        if season:
            speed *= one(SEASONS, "factor", season=season, surface_group="ford", group=group)
    return max(1.0, min(speed, vehicle.top_speed_kmh))


CHOICES = {
    "highway": [*dict.fromkeys(row["highway"] for row in SPEEDS), "unheard_of"],
    "surface": [None, "unheard_of", *(row["value"] for row in SURFACES if row["tag"] == "surface")],
    "smoothness": [
        None,
        "unheard_of",
        *(row["value"] for row in STATES if row["tag"] == "smoothness"),
    ],
    "tracktype": [None, "unheard_of", *(f"grade{grade}" for grade in range(1, 6))],
    "ford": [None, None, "yes", "intermittent"],
}


def some_roads(count, seed):
    """Roads with every value of each tag, combined at random; they hang on one line of nodes."""
    chance = random.Random(seed)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: count + 1]
    roads = [
        {key: value for key, values in CHOICES.items() if (value := chance.choice(values))}
        for _ in range(count)
    ]
    ways = {
        f"{a}{b}": dict(road)
        for (a, b), road in zip(itertools.pairwise(letters), roads, strict=True)
    }
    return roads, draw("---".join(letters), ways)


@pytest.mark.parametrize("seed", range(12))
def test_speeds_are_those_of_a_plain_reckoning_from_the_files(seed):
    roads, town = some_roads(25, seed)
    for vehicle, season in itertools.product(
        (TRUCK, CAR, vehicle_class("truck_6x6")), (None, "rainy")
    ):
        state = RAINY if season else NO_SEASON
        speeds = arc_speeds(town.network, vehicle, season=state)
        for road, ends in zip(
            roads, itertools.pairwise("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), strict=False
        ):
            arc = town.arc("".join(ends))
            assert speeds[arc] == pytest.approx(reckoned(road, vehicle, season))
            assert speeds[arc ^ 1] == speeds[arc]


def speed(vehicle=TRUCK, season=NO_SEASON, model=None, **tags):
    network = draw("A---B", {"AB": {"highway": "primary", **tags}}).network
    return float(arc_speeds(network, vehicle, season=season, model=model)[0])


def test_a_dirt_road_in_the_rains_takes_three_times_as_long():
    """Rumbek-Yirol: 12 hours instead of 4; Rumbek-Bentiu: 3 days instead of 1."""
    dry, wet = (speed(highway="track", surface="dirt", season=one) for one in (NO_SEASON, RAINY))
    assert dry / wet == pytest.approx(3, abs=0.1)
    assert wet > SLOWEST_KMH


def test_a_surface_that_is_not_tagged_is_that_of_the_class_in_every_season():
    for highway in ("primary", "track"):
        assert speed(highway=highway) == speed(highway=highway, season=RAINY)
    assert speed(surface="unheard_of") == speed()


def test_a_better_surface_than_usual_makes_no_road_faster_and_a_worse_one_slower():
    assert speed(highway="track", surface="asphalt") == speed(highway="track")
    assert speed(highway="track", surface="dirt") == speed(highway="track")
    assert speed(highway="track", surface="mud") < speed(highway="track")
    assert speed(surface="dirt") == 30.0


def test_the_track_type_tells_the_surface_only_where_none_is_tagged():
    assert surface_group(None, "grade4") == "dirt"
    assert surface_group("asphalt", "grade4") == "paved"
    assert surface_group("unheard_of", "grade4") == "dirt"
    assert surface_group("gravel;dirt", None) == "gravel"
    assert surface_group(None, None) is None


def test_the_legal_limit_and_the_vehicle_cap_what_the_tables_say():
    assert speed(maxspeed_kmh=20.0, surface="gravel") == 20.0
    assert speed(maxspeed_kmh=20.0, surface="mud") == 15.0
    assert speed(replace(TRUCK, top_speed_kmh=10.0)) == 10.0


@given(
    st.sampled_from(sorted(vehicle_classes())),
    st.sampled_from(["rainy", "dry", "flood", "harmattan"]),
    st.fixed_dictionaries({key: st.sampled_from(values) for key, values in CHOICES.items()}),
    st.floats(0.001, 1.0),
)
def test_a_speed_is_never_nothing_and_a_season_never_makes_a_road_faster(code, name, tags, factor):
    vehicle, tags = vehicle_class(code), {key: value for key, value in tags.items() if value}
    network = draw("A---B", {"AB": tags}).network
    dry = arc_speeds(network, vehicle)
    own = ActiveSeason.of(name, dict.fromkeys(("dirt", "gravel", "mud", "paved", "ford"), factor))
    for season in (SeasonState.of([ActiveSeason(name)]), SeasonState.of([own])):
        wet = arc_speeds(network, vehicle, season=season)
        assert (wet >= SLOWEST_KMH).all()
        assert (wet <= dry).all()
        worse = arc_speeds(network, vehicle, season=season.joined(RAINY))
        assert (worse <= wet).all()


def test_a_season_of_the_operation_states_its_own_factors_and_they_win():
    mild = SeasonState.of([ActiveSeason.of("rainy", {"dirt": 0.9})])
    assert speed(surface="dirt", season=mild) == pytest.approx(27)
    assert speed(surface="gravel", season=mild) == speed(surface="gravel", season=RAINY)


def test_a_season_of_another_name_counts_as_the_rains_and_the_dry_season_as_dry():
    flood, dry = (SeasonState.of([ActiveSeason(name)]) for name in ("flood", "dry"))
    assert speed(surface="dirt", season=flood) == speed(surface="dirt", season=RAINY)
    assert speed(surface="dirt", season=dry) == speed(surface="dirt")


def test_of_two_seasons_the_slower_counts_on_each_surface():
    one = ActiveSeason.of("rainy", {"dirt": 0.5, "gravel": 0.5})
    two = ActiveSeason.of("flood", {"dirt": 0.2, "gravel": 0.8})
    both = SeasonState.of([one, two])
    assert speed(surface="dirt", season=both) == pytest.approx(6)
    assert speed(surface="gravel", season=both) == pytest.approx(20)
    assert both == SeasonState.of([two, one, one])
    assert hash(both) == hash(SeasonState.of([two, one]))


CAPPED = SeasonState.of([ActiveSeason.of("rainy", caps={"dirt": 4, "mud": 0})])


@pytest.mark.parametrize(
    ("tags", "code", "is_open"),
    [
        ({"surface": "dirt"}, "truck_heavy_3", False),
        ({"surface": "dirt"}, "truck_light", True),
        ({"tracktype": "grade5"}, "truck_heavy_3", False),
        ({"surface": "gravel", "tracktype": "grade5"}, "truck_heavy_3", True),
        ({"surface": "mud"}, "motorbike", False),
        ({}, "truck_heavy_3", True),
        ({"surface": "dirt", "conditional": "hgv:forward=yes"}, "truck_heavy_3", False),
        ({"surface": "gravel", "conditional": "hgv:forward=yes"}, "truck_heavy_3", True),
        ({"surface": "dirt"}, "lv_4wd", True),
    ],
)
def test_a_season_caps_what_a_tagged_surface_carries_and_says_so(tags, code, is_open):
    network, vehicle = draw("A---B", {"AB": tags}).network, vehicle_class(code)
    weights = travel_time_ms(network, vehicle, season=CAPPED)
    assert (weights < INFINITE).all() == is_open
    assert (travel_time_ms(network, vehicle) < INFINITE).all()
    rules = road_rules(network.segments, network.turns, 0, vehicle, season=CAPPED)
    assert [rule.code for rule in rules] == ([] if is_open else ["season"])
    if not is_open:
        assert rules[0].excess is not None
        assert rules[0].reason.startswith("rainy season: ")
    # A road of which nobody knows the surface is open, and counted.
    unknown = bool(unknown_practicability(network, vehicle, season=CAPPED)[0])
    if is_open:
        assert unknown == (tags.get("surface") is None or tags.get("tracktype") == "grade5")


def test_the_lowest_of_several_caps_counts():
    season = CAPPED.joined(SeasonState.of([ActiveSeason.of("flood", caps={"dirt": 3})]))
    assert season.caps()["dirt"] == (3, "flood")
    network = draw("A---B", {"AB": {"surface": "dirt"}}).network
    for code, is_open in (("truck_light", False), ("lv_4wd", True)):
        weights = travel_time_ms(network, vehicle_class(code), season=season)
        assert (weights < INFINITE).all() == is_open


def calendar(**fields):
    return Season(
        **{
            "id": "rains",
            "name": "Rains",
            "season": "rainy",
            "month_from": 8,
            "month_to": 10,
            "source_org": "Met office",
            "date_of_information": datetime(2026, 5, 1, tzinfo=UTC),
            **fields,
        }
    )


def test_a_record_of_the_calendar_holds_in_its_local_months_and_its_figures_count():
    rains = calendar(speed_factor_dirt=0.5, cap_dirt=Practicability.LIGHT_TRUCK)
    # In Juba (UTC+2) August begins at 22:00 UTC.
    before, after = (datetime(2026, 7, 31, hour, tzinfo=UTC) for hour in (21, 22))
    assert SeasonState.at([rains], before, "Africa/Juba") == NO_SEASON
    held = SeasonState.at([rains], after, "Africa/Juba")
    assert speed(surface="dirt", season=held) == pytest.approx(15)
    assert speed(surface="sand", season=held) == pytest.approx(10)
    assert speed(surface="gravel", season=held) == speed(surface="gravel", season=RAINY)
    assert {group: rank for group, (rank, _) in held.caps().items()} == dict.fromkeys(
        ("dirt", "sand", "mud", "grass"), 4
    )
    network = draw("A---B", {"AB": {"surface": "mud"}}).network
    assert not network.legal_arcs(TRUCK, season=held).any()
    assert network.legal_arcs(vehicle_class("truck_light"), season=held).all()


def test_every_group_of_a_record_is_spread_over_groups_of_the_tables():
    spread = [group for groups in FAMILIES.values() for group in groups]
    assert set(FAMILIES) == set(SURFACE_GROUPS)
    assert len(spread) == len(set(spread))
    assert set(spread) == {row["surface_group"] for row in SURFACES} - {"ice"}
    for record in known_seasons():
        ActiveSeason.of_record(record)


def test_an_operation_states_speeds_of_its_own_and_the_rest_stays():
    model = SpeedModel.of_rows(
        {
            "speeds": [{"highway": "primary", "group": "truck", "speed_kmh": "42"}],
            "speeds_by_season": [
                {"season": "rainy", "surface_group": "dirt", "group": "truck", "factor": 0.5}
            ],
        }
    )
    assert speed(model=model) == 42
    assert speed(CAR, model=model) == speed(CAR)
    assert speed(highway="secondary", model=model) == speed(highway="secondary")
    assert speed(highway="track", surface="dirt", season=RAINY, model=model) == pytest.approx(7.5)
    assert model.key != standard_model().key
    assert SpeedModel.of_rows({}) == standard_model()
    assert hash(SpeedModel.of_rows({})) == hash(standard_model())


@pytest.mark.parametrize("figure", ["0", "-1", "nan", "inf", "1.2"])
def test_a_factor_that_would_stop_or_speed_up_a_road_is_refused(figure):
    for name, row in (
        ("speeds_by_season", {"season": "rainy", "surface_group": "dirt"}),
        ("speeds_by_surface", {"surface_group": "dirt"}),
        ("speeds_by_condition", {"tag": "ford", "value": "*"}),
    ):
        with pytest.raises(InvalidInput, match="factor"):
            SpeedModel.of_rows({name: [{**row, "group": "truck", "factor": figure}]})


def test_a_class_speed_of_nothing_is_refused():
    for figure in ("0", "-5", "nan"):
        with pytest.raises(InvalidInput, match="class speed"):
            SpeedModel.of_rows(
                {"speeds": [{"highway": "primary", "group": "truck", "speed_kmh": figure}]}
            )


@pytest.mark.parametrize("rows", [DRY, SEASONS, STATES], ids=["surface", "season", "condition"])
def test_every_factor_is_sourced_and_no_truck_loses_less_than_a_light_vehicle(rows):
    assert all(row["source"].strip() for row in rows)
    keys = [
        tuple(value for key, value in row.items() if key not in {"factor", "source"})
        for row in rows
    ]
    assert len(keys) == len(set(keys))
    by_group = {
        group: [float(row["factor"]) for row in rows if row["group"] == group]
        for group in ("light", "truck")
    }
    assert all(truck <= light for light, truck in zip(*by_group.values(), strict=True))


def test_the_tables_know_each_other():
    groups = {row["surface_group"] for row in SURFACES}
    assert groups == {row["surface_group"] for row in DRY}
    assert {row["surface_group"] for row in SEASONS} == groups | {"ford"}
    assert {row["surface_group"] for row in USUAL} <= groups
    assert {row["highway"] for row in SPEEDS} == {row["highway"] for row in USUAL}
    assert any("3 days instead of 1" in row["source"] for row in SEASONS)


def test_speeds_on_many_roads_are_those_on_each_alone():
    """Roads are judged once a kind: a kind's speed is no other's."""
    roads, town = some_roads(25, 99)
    together = arc_speeds(town.network, TRUCK, season=RAINY)
    for road, ends in zip(roads, itertools.pairwise("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), strict=False):
        alone = draw("A---B", {"AB": dict(road)}).network
        assert arc_speeds(alone, TRUCK, season=RAINY)[0] == together[town.arc("".join(ends))]
    assert np.unique(together).size > 5
