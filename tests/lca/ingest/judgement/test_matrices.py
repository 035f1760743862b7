"""What a distance or travel-time matrix says against itself is found, exactly and with its figures.

The figures of Sudan are facts of the published page "2.3 Sudan Road Network" of the Logistics
Capacity Assessment, kept with its faults: 28 pairs of 8 towns, km, row to column.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.ingest.judgement.matrices import check_matrices
from lca.ingest.rows import TableRows
from lca.ingest.sheets import kind_of_layer
from lca.ingest.wire import SheetRow
from lca.issues import Severity
from lca.matrix import MOST_PLACES, Matrix, detours, implausible_speeds, unequal_pairs
from lca.travelleg import TravelLeg

TOWNS = (
    "Khartoum",
    "El Obeid",
    "Kosti",
    "Port Sudan",
    "Nyala",
    "El Fasher",
    "El Geneina",
    "Kadugli",
)
KM = (
    (0, 620, 300, 1120, 1356, 1270, 1706, 920),
    (620, 0, 620, 1740, 730, 642, 1078, 278),
    (300, 300, 0, 1440, 680, 880, 1700, 320),
    (1120, 1740, 1420, 0, 2420, 2420, 2770, 2040),
    (1356, 730, 1000, 2420, 0, 190, 370, 980),
    (1270, 642, 880, 2420, 190, 0, 360, 880),
    (1706, 1078, 1700, 2770, 370, 360, 0, 1330),
    (920, 278, 620, 2040, 980, 880, 1330, 0),
)


def sudan():
    return {(TOWNS[i], TOWNS[j]): float(KM[i][j]) for i in range(8) for j in range(8) if i != j}


def table_of(km, hours=None):
    table = TableRows(kind_of_layer("travel_legs"), "Distances")
    for number, (start, end) in enumerate(dict.fromkeys([*km, *(hours or {})]), start=2):
        leg = TravelLeg(
            id=f"{number}",
            name=f"{start} - {end}",
            place_from=start,
            place_to=end,
            distance_km=km.get((start, end)),
            travel_time_h=(hours or {}).get((start, end)),
            source_org="exercise",
            date_of_information=datetime(2026, 11, 1, tzinfo=UTC),
        )
        table.accept(SheetRow(number, {}), leg)
        table.rows_in += 1
    return table


def findings(table, rule, *, fix=False):
    check_matrices([table], fix=fix)
    return [issue for issue in table.issues if issue.rule == rule]


def test_the_published_matrix_has_its_four_unequal_pairs_and_no_other():
    told = findings(table_of(sudan()), "matrix.asymmetric")
    assert [issue.value for issue in told] == [
        "620 / 300 km",
        "1440 / 1420 km",
        "680 / 1000 km",
        "320 / 620 km",
    ]
    assert ["as rounding may" in issue.message for issue in told] == [False, True, False, False]


def test_the_published_matrix_has_its_nineteen_ways_longer_than_over_a_third_town():
    table = table_of(sudan())
    told = findings(table, "matrix.detour")
    assert len(told) == 19
    assert all(issue.severity is Severity.WARNING for issue in table.issues)
    assert len(table.accepted) == table.rows_in == 56
    (famous,) = [one for one in told if one.message.startswith("Port Sudan - Kadugli ")]
    assert "2040 km" in famous.message
    assert "over Kosti only 1740 km (1420 + 320)" in famous.message


def test_kadugli_in_three_hours_is_faster_than_any_truck():
    (told,) = findings(table_of(sudan(), {("El Obeid", "Kadugli"): 3.0}), "matrix.speed")
    assert "278 km in 3 h is 93 km/h" in told.message


def test_a_speed_on_the_bounds_is_no_finding():
    km = {("A", "B"): 90.0, ("B", "A"): 5.0}
    assert findings(table_of(km, dict.fromkeys(km, 1.0)), "matrix.speed") == []


def test_a_way_to_itself_is_rejected():
    table = table_of({("A", "B"): 5.0, ("a ", "A"): 3.0})
    (told,) = findings(table, "matrix.diagonal")
    assert told.severity is Severity.ERROR
    assert [leg.place_to for leg in table.records] == ["B"]


def spelt_twice():
    km = sudan()
    return {
        (start, "Al Genena" if end == "El Geneina" else end): value
        for (start, end), value in km.items()
    }


def test_a_name_that_differs_between_row_and_column_is_proposed_and_not_changed():
    table = table_of(spelt_twice())
    (told,) = findings(table, "matrix.name")
    assert told.proposal == "read 'Al Genena' as 'El Geneina'"
    assert "Al Genena" in {leg.place_to for leg in table.records}


def test_with_fix_the_name_is_put_right_and_the_nineteen_are_found():
    table = table_of(spelt_twice())
    (told,) = findings(table, "matrix.name", fix=True)
    assert told.repaired
    assert {leg.place_to for leg in table.records} == set(TOWNS)
    assert len([one for one in table.issues if one.rule == "matrix.detour"]) == 19


def test_a_matrix_with_fewer_rows_than_columns_is_told_once():
    km = {pair: value for pair, value in sudan().items() if pair[0] in TOWNS[:4]}
    (told,) = findings(table_of(km), "matrix.one_sided")
    assert "Nyala, El Fasher, El Geneina, Kadugli" in told.message


def test_ways_out_of_one_hub_are_a_list_and_no_broken_matrix():
    km = {("Port Sudan", town): 100.0 for town in TOWNS if town != "Port Sudan"}
    table = table_of(km)
    check_matrices([table])
    assert table.issues == []


def test_legs_of_another_season_are_not_compared():
    dry, wet = table_of({("A", "B"): 100.0}), table_of({("B", "A"): 300.0})
    row, leg = wet.accepted[0]

    dry.accept(row, replace(leg, season="rainy", id="wet"))
    assert findings(dry, "matrix.asymmetric") == []


@given(
    st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=2, max_size=9, unique=True)
)
def test_straight_lines_between_points_contradict_nothing(points):
    names = [f"P{number}" for number in range(len(points))]
    where = dict(zip(names, points, strict=True))
    km = {
        (a, b): float(np.hypot(*np.subtract(where[a], where[b])))
        for a, b in itertools.permutations(names, 2)
    }
    matrix = Matrix.of_pairs(km)
    assert unequal_pairs(matrix) == []
    assert detours(matrix) == []


@given(st.integers(3, 7), st.randoms(use_true_random=False))
def test_detours_are_those_of_a_plain_search(size, random):
    names = [f"P{number}" for number in range(size)]
    km = {
        pair: float(random.randint(1, 60))
        for pair in itertools.permutations(names, 2)
        if random.random() < 0.8
    }
    matrix = Matrix.of_pairs(km)
    found = {
        (matrix.places[one.start], matrix.places[one.end]): one.over for one in detours(matrix)
    }
    expected = {}
    for (start, end), direct in km.items():
        ways = [
            km[start, via] + km[via, end]
            for via in names
            if via not in {start, end} and (start, via) in km and (via, end) in km
        ]
        if ways and direct > 1.02 * min(ways):
            expected[start, end] = min(ways)
    assert found == expected


def test_three_hundred_places_are_compared_and_more_are_refused_in_words():
    rng = np.random.default_rng(7)
    figures = rng.uniform(50, 100, (MOST_PLACES, MOST_PLACES))
    matrix = Matrix(tuple(map(str, range(MOST_PLACES))), figures)
    assert detours(matrix) == []  # no two legs are shorter than 100
    with pytest.raises(ValueError, match="more than 300"):
        detours(Matrix(tuple(map(str, range(301))), np.ones((301, 301))))
    km = {(f"{a}", f"{a + 1}"): 1.0 for a in range(MOST_PLACES + 1)}
    assert findings(table_of(km), "matrix.too_large")


def test_a_matrix_of_nonsense_is_told_in_part_and_counted():
    names = [f"T{number}" for number in range(60)]
    km = {(a, b): 1.0 if a < b else 9.0 for a, b in itertools.permutations(names, 2)}
    told = findings(table_of(km), "matrix.asymmetric")
    assert len(told) == 501
    assert "1270 more" in told[-1].message


def test_speeds_need_both_figures():
    km = Matrix.of_pairs({("A", "B"): 100.0, ("B", "A"): float("nan")})
    hours = Matrix.of_pairs({("A", "B"): float("nan"), ("B", "A"): 2.0})
    assert implausible_speeds(km, hours) == []
