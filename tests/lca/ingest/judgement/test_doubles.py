"""One thing written twice is found across spellings and languages; what only looks alike is not."""

from __future__ import annotations

import random
from datetime import timedelta

import numpy as np
import pytest
from support.judging import INFORMED, judged, record, rules, table

from lca.constraint import Constraint
from lca.facility import Airport, Fuel, Port, Storage
from lca.geo import GEOD
from lca.ingest.judgement.names import ALIKE, similarities, skeleton
from lca.ingest.judgement.nearness import near_others, near_pairs
from lca.roadassessment import RoadAssessment
from lca.table import frame_of
from lca.vocab import ConstraintStatus, ConstraintType, EffectKind, OperationalStatus, RoadStatus

ONE = [
    ("Port Sudan", "Bur Sudan"),
    ("Port Sudan", "بورتسودان"),
    ("Bur Sudan", "بورتسودان"),
    ("Port-Soudan", "بور سودان"),
    ("Kosti", "كوستي"),
    ("Khartoum", "الخرطوم"),
    ("Aéroport de Goma", "Goma International Airport"),
    ("Puerto de Coquimbo", "Coquimbo"),
    ("N'Djamena", "Ndjamena"),
    ("Bishkek", "Бишкек"),
]
TWO = [
    ("Kosti", "Kassala"),
    ("Kassala", "كوستي"),
    ("Port Said", "Port Sudan"),
    ("Warehouse 1", "Warehouse 2"),
    ("Berth A", "Berth B"),
    ("Hangar Norte", "Hangar Sur"),
    ("Copec", "Shell"),
    ("", ""),
]


@pytest.mark.parametrize(("one", "other"), ONE)
def test_spellings_of_one_name_are_alike(one, other):
    assert similarities([one, other], [other, one]).min() >= ALIKE


@pytest.mark.parametrize(("one", "other"), TWO)
def test_names_of_two_things_are_not(one, other):
    assert similarities([one, other], [other, one]).max() < ALIKE


def test_scripts_meet_in_their_consonants():
    assert skeleton("Port Sudan") == skeleton("بورتسودان") == "brtsdn"


def test_the_second_row_of_one_port_is_told_with_its_evidence_and_nothing_is_merged():
    first = record(Port, "Port Sudan", 19.6158, 37.2244)
    second = record(Port, "بورتسودان", 19.6170, 37.2260)
    rows = table("ports", first, second)
    (issue,) = judged(rows, fix=True)
    metres = GEOD.inv(37.2244, 19.6158, 37.2260, 19.6170)[2]
    assert (issue.rule, issue.row, issue.repaired) == ("doubles.near", 3, False)
    assert f"{metres:.0f} m apart" in issue.message
    assert "row 2, 'Port Sudan'" in issue.message
    assert rows.records == [first, second]


def test_another_name_of_a_place_counts_as_its_name():
    rows = table(
        "ports",
        record(Port, "Puerto Viejo", 19.6158, 37.2244, name_alt="Coquimbo; La Herradura"),
        record(Port, "Port of Coquimbo", 19.6160, 37.2244),
    )
    assert rules(judged(rows)) == ["doubles.near"]


@pytest.mark.parametrize(
    ("cls", "layer", "names", "metres"),
    [
        (Storage, "storage", ("Store 1", "Store 2"), 20),
        (Storage, "storage", ("Kosti", "Kosti"), 700),
        (Fuel, "fuel", ("Exercise Petrol", "Exercise Petrol"), 200),
    ],
)
def test_neighbours_of_their_own_are_no_doubles(cls, layer, names, metres):
    away = metres / 111_000
    rows = [record(cls, name, 12 + n * away, 24.9, id=f"r{n}") for n, name in enumerate(names)]
    assert judged(table(layer, *rows)) == []


def test_two_limits_of_one_bridge_are_both_true():
    kinds = (ConstraintType.WEIGHT_LIMIT, ConstraintType.CURFEW_NIGHT_BAN)
    rows = [
        record(Constraint, "Bridge 7", 12, 24.9, id=f"c{kind}", constraint_type=kind)
        for kind in kinds
    ]
    assert judged(table("constraints", *rows)) == []


def test_a_row_that_is_in_force_under_another_id_is_told():
    known = record(Port, "Bur Sudan", 19.6158, 37.2244, id="SDPZU-1")
    rows = table("ports", record(Port, "Port Sudan", 19.6160, 37.2244))
    (issue,) = judged(rows, published={"ports": frame_of(Port, [known])})
    assert (issue.rule, issue.proposal) == ("doubles.in_force", "the id SDPZU-1")
    again = table("ports", known)
    assert judged(again, published={"ports": frame_of(Port, [known])}) == []


def test_many_names_at_one_position_are_told_once():
    rows = [record(Storage, f"{name} store", 12.1, 24.9) for name in "ABCDEFGH"]
    (issue,) = judged(table("storage", *rows))
    assert (issue.rule, issue.row) == ("coordinates.shared", None)
    assert "8 rows" in issue.message


def test_a_code_of_two_things_far_apart_is_told_by_both_names():
    rows = table(
        "airports",
        record(Airport, "Nyala", 12.05, 24.96, icao="XXNY", iso3="SDN"),
        record(Airport, "El Fasher", 13.61, 25.32, icao=" xxny", iso3="SDN"),
    )
    (issue,) = judged(rows)
    assert (issue.rule, issue.row) == ("codes.clash", 3)
    assert "'Nyala'" in issue.message
    km = GEOD.inv(24.96, 12.05, 25.32, 13.61)[2] / 1000
    assert f"{km:.1f} km" in issue.message


def test_ports_of_a_town_share_its_locode_but_not_its_country():
    rows = table(
        "ports",
        record(Port, "North quay", 19.6158, 37.2244, un_locode="SD PZU", iso3="SDN"),
        record(Port, "Fishing harbour", 19.64, 37.2244, un_locode="SDPZU", iso3="SDN"),
        record(Port, "Elsewhere", 19.6, 37.2, un_locode="EGPSD", iso3="SDN"),
        record(Port, "Malformed", 19.7, 37.2, un_locode="PZU", iso3="SDN"),
    )
    found = [(one.row, one.rule) for one in judged(rows) if one.rule != "codes.elsewhere"]
    assert found == [(4, "codes.country"), (5, "codes.form")]


def test_a_code_whose_table_has_it_elsewhere_finds_the_slip():
    rows = table("airports", record(Airport, "Port Sudan", 19.4336, 27.2341, icao="HSPN"))
    (issue,) = judged(rows, country="SDN", fix=True)
    assert (issue.rule, issue.repaired) == ("codes.elsewhere", True)
    assert round(rows.records[0].geometry.x, 4) == 37.2341


def test_two_sources_that_disagree_stay_side_by_side():
    later = INFORMED + timedelta(days=1)
    status = OperationalStatus
    rows = table(
        "storage",
        record(Storage, "Kosti", 12.1, 24.9, id="a", status=status.OPERATIONAL, source_org="A"),
        record(
            Storage,
            "Kosti",
            12.1001,
            24.9,
            id="b",
            status=status.NOT_OPERATIONAL,
            source_org="B",
            date_of_information=later,
        ),
    )
    found = {one.rule: one for one in judged(rows)}
    assert found["sources.status"].message.startswith("B (2026-11-15) says closed; A (2026-11-14)")
    assert len(rows.records) == 2


def test_a_later_word_of_the_same_source_is_no_contradiction():
    rows = table(
        "storage",
        record(Storage, "Kosti", 12.1, 24.9, id="a", status=OperationalStatus.OPERATIONAL),
        record(
            Storage,
            "Kosti",
            12.1,
            24.9,
            id="b",
            status=OperationalStatus.DESTROYED,
            date_of_information=INFORMED + timedelta(days=1),
        ),
    )
    assert rules(judged(rows)) == ["doubles.near"]


def test_a_road_that_is_open_here_and_blocked_there_is_told_by_its_way():
    road = record(RoadAssessment, "A1", osm_way_ids=(7, 8), op_status=RoadStatus.OPEN)
    cut = record(
        Constraint, "Cut", osm_way_ids=(8,), effect=EffectKind.BLOCKED, source_org="Drivers"
    )
    found = judged(table("road_assessments", road), table("constraints", cut))
    assert rules(found) == ["sources.status"]
    ended = record(
        Constraint,
        "Cut",
        osm_way_ids=(8,),
        effect=EffectKind.BLOCKED,
        source_org="Drivers",
        status=ConstraintStatus.REJECTED,
    )
    assert judged(table("road_assessments", road), table("constraints", ended)) == []


def test_limits_that_differ_by_more_than_a_tenth_are_told():
    def berth(name, draft, source):
        return record(Port, "Quay", 19.6158, 37.2244, id=name, max_draft_m=draft, source_org=source)

    alike = table("ports", berth("a", 10.0, "A"), berth("b", 10.5, "B"))
    apart = table("ports", berth("a", 10.0, "A"), berth("b", 12.0, "B"))
    assert "sources.figure" not in rules(judged(alike))
    assert "sources.figure" in rules(judged(apart))


def test_neighbours_are_those_of_every_pair_measured():
    chance = random.Random(6)
    xy = np.array(
        [(180 + chance.uniform(-0.02, 0.02), chance.uniform(-17.02, -17.0)) for _ in range(90)]
    )
    xy[:, 0] = (xy[:, 0] + 180) % 360 - 180
    pairs = {
        (one, other)
        for one in range(len(xy))
        for other in range(one + 1, len(xy))
        if GEOD.inv(*xy[one], *xy[other])[2] <= 500
    }
    ones, others, away = near_pairs(xy, 500)
    assert set(zip(ones.tolist(), others.tolist(), strict=True)) == pairs
    assert len(pairs) > 50
    assert away.max() <= 500
    ones, others, _ = near_others(xy[:5], xy[5:], 500, most=100)
    found = {(one, other + 5) for one, other in zip(ones.tolist(), others.tolist(), strict=True)}
    assert found == {(one, other) for one, other in pairs if one < 5 <= other}


def test_a_crowd_at_one_place_costs_nothing():
    ones, _, _ = near_pairs(np.zeros((50_000, 2)) + 12.0, 500)
    assert len(ones) == 0
    assert len(near_pairs(np.empty((0, 2)), 500)[0]) == 0
