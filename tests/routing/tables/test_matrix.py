"""The matrix: every cell is what the single answer says, in the layout of an assessment."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest
from support.asciimap import draw
from support.randomtowns import place, random_places, random_story
from support.story import NOON, TRUCK, Story, constraint

from lca.errors import UsageError
from lca.vocab import OperationalStatus, Verdict
from routing.policy import Policy, Treatment
from routing.question import Terms
from routing.tables import matrix as module
from routing.tables.matrix import Cell, matrix, time_words
from routing.tables.sheet import comma_separated, geojson, workbook, write

ENGINES = ("scipy", "numba")
TOWN = draw(
    """
    A---B---C
    |       |
    D-------E   X---Y
    """,
    {"ABC": {"highway": "primary"}, "ADEC": {"highway": "primary"}, "XY": {}},
    column_m=10_000.0,
    row_m=80_000.0,
)


def outlook_of(story, **terms):
    return story.planner.outlook(Terms(**{"vehicle": TRUCK, "at": NOON, **terms}))


def at(*letters, town=TOWN):
    return [place(letter, town.place(letter)) for letter in letters]


def agrees(cell, outlook, origin, destination):
    """A cell that is not marked says what the single answer says."""
    finding = outlook.finding(origin, destination)
    if cell.depends_on_time:
        return True
    if finding.way is None:
        return cell.hours is None and cell.verdict is finding.verdict
    hours = (finding.way.arrival(outlook.at) - outlook.at).total_seconds() / 3600
    same = cell.hours is not None and abs(cell.hours - hours) < 2 / 3600
    return same and cell.verdict in {None, finding.verdict}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("timed", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_every_cell_is_the_single_answer(tmp_path, seed, timed, engine):
    story, outlook = random_story(tmp_path, seed, engine, timed=timed)
    places = random_places(seed, story.town, 9)
    found = matrix(outlook, places[:5], places, ways=False)
    for i, origin in enumerate(found.origins):
        for j, destination in enumerate(found.destinations):
            assert agrees(found.cells[i][j], outlook, origin, destination), (i, j)


@pytest.mark.parametrize("seed", range(6))
def test_where_nothing_is_asked_alone_a_mark_stands_and_the_answer_is_in_its_range(
    tmp_path, seed, monkeypatch
):
    monkeypatch.setattr(module, "MOST_ASKED", 0)
    story, outlook = random_story(tmp_path, seed, "scipy", timed=True)
    places = random_places(seed, story.town, 8)
    found = matrix(outlook, places, places, ways=False)
    for i, origin in enumerate(places):
        for j, destination in enumerate(places):
            cell, way = found.cells[i][j], outlook.finding(origin, destination).way
            if not cell.depends_on_time:
                assert agrees(cell, outlook, origin, destination), (i, j)
            elif way is None:
                assert cell.most_h is None
            else:
                assert cell.least_h - 1e-3 <= way.duration_h
                assert cell.most_h is None or way.duration_h <= cell.most_h + 1e-3


def test_some_cells_of_the_random_towns_do_depend_on_time(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_ASKED", 0)
    marked = 0
    for seed in range(6):
        story, outlook = random_story(tmp_path / str(seed), seed, "scipy", timed=True)
        places = random_places(seed, story.town, 8)
        found = matrix(outlook, places, places, ways=False)
        marked += sum(cell.depends_on_time for row in found.cells for cell in row)
    assert marked > 10


def test_what_changes_after_the_last_arrival_makes_no_cell_depend_on_time(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_ASKED", 0)
    story = Story(tmp_path, TOWN)
    story.publish(
        constraint("works", TOWN.between("BC", 0.5), valid_from=NOON + timedelta(days=9)),
        constraint("market", TOWN.between("AB", 0.5), daily_from="08:00", daily_to="11:30", time_zone="UTC"),
    )  # fmt: skip
    found = matrix(outlook_of(story), at("A", "B"), at("C", "E"), ways=False)
    for row, origin in zip(found.cells, found.origins, strict=True):
        for cell, destination in zip(row, found.destinations, strict=True):
            assert not cell.depends_on_time
            assert agrees(cell, outlook_of(story), origin, destination)


def test_a_road_that_opens_by_itself_is_waited_for_in_a_cell_too(tmp_path, monkeypatch):
    story = Story(tmp_path, TOWN)
    only = ("AD", "AB")
    hours = {"daily_from": "11:00", "daily_to": "12:40", "time_zone": "UTC"}
    story.publish(*(constraint(road, TOWN.between(road, 0.5), **hours) for road in only))
    outlook = outlook_of(story)
    (cell,) = matrix(outlook, at("A"), at("B"), ways=False).cells[0]
    assert cell.hours is not None
    assert cell.hours > outlook.finding(*at("A", "B")).plain.duration_h + 0.5
    assert agrees(cell, outlook, *at("A", "B"))
    monkeypatch.setattr(module, "MOST_ASKED", 0)
    (marked,) = matrix(outlook, at("A"), at("B"), ways=False).cells[0]
    assert marked.depends_on_time
    assert marked.least_h < cell.hours


def test_small_tables_have_kilometres_and_whole_verdicts(tmp_path):
    story = Story(tmp_path, TOWN)
    story.publish(constraint("bridge", TOWN.between("BC", 0.5)))
    story.publish(constraint("rumour", TOWN.between("DE", 0.5), effect="unknown"))
    found = matrix(outlook_of(story), at("A"), at("B", "C", "X"))
    to_b, to_c, to_x = found.cells[0]
    assert found.with_ways
    assert (to_b.verdict, to_c.verdict) == (Verdict.VIABLE, Verdict.VIABLE_WITH_CONDITIONS)
    assert to_c.km == pytest.approx(400.0, rel=0.01)
    assert (to_x.verdict, to_x.hours) == (Verdict.UNKNOWN, None), "no road in the data"
    assert found.as_json()["cells"][0][2]["words"] == "unknown"


def test_a_closed_destination_is_not_reached_and_a_blocked_one_has_no_way(tmp_path):
    story = Story(tmp_path, TOWN)
    story.facility("shed", TOWN.place("B"), OperationalStatus.DESTROYED)
    story.publish(constraint("north", TOWN.between("BC", 0.5)))
    story.publish(constraint("south", TOWN.between("DE", 0.5)))
    outlook = outlook_of(story)
    ends = [outlook.place("shed"), *at("C", "D")]
    for ways in (True, False):
        row = matrix(outlook, at("A"), ends, ways=ways).cells[0]
        assert [cell.verdict for cell in row[:2]] == [Verdict.NOT_VIABLE] * 2
        assert [cell.words(10) for cell in row[:2]] == ["no way"] * 2
        assert row[2].hours is not None


def test_where_nobody_has_assessed_every_time_is_marked_unknown(tmp_path):
    outlook = outlook_of(Story(tmp_path, TOWN, assessed=False))
    found = matrix(outlook, at("A"), at("C"), ways=False)
    assert found.cells[0][0].verdict is Verdict.UNKNOWN
    assert "Nobody has assessed" in found.as_text()


def test_under_a_policy_that_prefers_ways_every_cell_is_asked_alone(tmp_path):
    story = Story(tmp_path, TOWN)
    story.publish(constraint("rumour", TOWN.between("BC", 0.5), effect="unknown"))
    outlook = outlook_of(story, policy=Policy(unknown=Treatment.FORBID))
    found = matrix(outlook, at("A"), at("C"), ways=False)
    assert agrees(found.cells[0][0], outlook, *at("A", "C"))
    assert found.cells[0][0].verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0.5, "30 min"), (1.0, "1 Hour"), (8.2, "8 Hours"), (10.0, "10 Hours"), (10.6, "2 Days"),
        (20.0, "2 Days"), (20.1, "3 Days"), (51.0, "6 Days"),
    ],
)  # fmt: skip
def test_times_read_as_in_an_assessment(hours, words):
    """Port Sudan to Kadugli, 51 hours with rest, takes 5 to 6 days (LCA Sudan, 2.3)."""
    assert time_words(hours, 10.0) == words


def test_a_workbook_read_back_says_the_same_and_runs_nothing(tmp_path):
    story = Story(tmp_path, TOWN)
    origins = [replace(at("A")[0], name="=1+1"), replace(at("B")[0], name="@SUM(A1)")]
    found = matrix(outlook_of(story), origins, at("C"))
    book = openpyxl.load_workbook(io.BytesIO(workbook(found)))
    assert book.sheetnames == ["travel time", "hours", "km", "verdict", "notes"]
    page = book["hours"]
    assert (page["A2"].value, page["A2"].data_type) == ("=1+1", "s")
    assert page["A3"].data_type == "s"
    assert page["B2"].value == pytest.approx(found.cells[0][0].hours, abs=0.01)
    assert book["km"]["B2"].value == pytest.approx(found.cells[0][0].km, abs=0.01)
    first = book["travel time"]
    assert first["A1"].value.startswith(
        "matrix · Heavy truck, 3 axles (26 t gross) · departure 18 Nov"
    )
    assert (first["B2"].value, first["A3"].value) == (page["B1"].value, "=1+1")
    assert (first.freeze_panes, page.freeze_panes) == ("B3", "B2")
    notes = {row[0].value: row[1].value for row in book["notes"].iter_rows(min_row=2)}
    assert notes["roads digest"] == story.town.network.digest
    assert notes["known as of"].endswith("Z")
    assert not [
        cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    rows = list(csv.reader(io.StringIO(comma_separated(found).decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["'=1+1", "'@SUM(A1)"]


def test_a_hypothesis_is_marked_in_every_file(tmp_path):
    story = Story(tmp_path, TOWN)
    supposed = constraint("slide", TOWN.between("BC", 0.5))
    found = matrix(outlook_of(story, what_if=(supposed,)), at("A"), at("C"))
    assert found.as_json()["hypothetical"] is True
    assert found.as_text().startswith("HYPOTHETICAL")
    book = openpyxl.load_workbook(io.BytesIO(workbook(found)))
    assert book.worksheets[0]["A1"].value.startswith("HYPOTHETICAL · matrix · ")
    notes = book["HYPOTHETICAL notes"]
    assert any(str(row[1].value).startswith("HYPOTHETICAL") for row in notes.iter_rows())
    header, first = csv.reader(io.StringIO(comma_separated(found).decode("utf-8-sig")))
    assert first[header.index("dataset_hypothetical")] == "yes"
    (feature,) = json.loads(geojson(found))["features"]
    assert feature["properties"]["hypothetical"] is True


def test_the_frame_has_one_line_a_pair_in_degrees(tmp_path):
    found = matrix(outlook_of(Story(tmp_path, TOWN)), at("A", "B"), at("C", "D"))
    frame = found.frame()
    assert (len(frame), frame.crs.to_epsg()) == (4, 4326)
    assert list(frame["origin"]) == ["A", "A", "B", "B"]
    assert frame["hours"].notna().all()


def test_too_many_cells_and_unknown_suffixes_are_refused(tmp_path):
    outlook = outlook_of(Story(tmp_path, TOWN))
    with pytest.raises(UsageError, match="10,000 cells"):
        matrix(outlook, at("A") * 200, at("C") * 200, ways=True)
    with pytest.raises(UsageError, match="1,000,000 cells"):
        matrix(outlook, at("A") * 1001, at("C") * 1000)
    with pytest.raises(UsageError, match=r"\.xlsx"):
        write(matrix(outlook, at("A"), at("C")), tmp_path / "table.exe")


def test_a_table_computed_again_is_the_same_but_for_its_envelope(tmp_path):
    story = Story(tmp_path, TOWN)
    first = matrix(outlook_of(story), at("A"), at("C")).as_json()
    story.clock.tick(hours=3)
    again = matrix(outlook_of(story, as_of=NOON.replace(second=1)), at("A"), at("C")).as_json()
    assert first.pop("envelope") != again.pop("envelope")
    assert again == first


def test_a_cell_without_way_has_no_number():
    assert Cell(Verdict.NOT_VIABLE).as_json(10.0)["hours"] is None
