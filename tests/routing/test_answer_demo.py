"""The story on the demo's real roads: three links closed between port and airport, and reopened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from support.clock import Clock
from support.story import constraint

from layers.edits import AddFeature, EndConstraint
from layers.store import Store
from lca.record import to_row
from lca.vocab import Verdict
from routing.planner import Planner
from routing.question import RouteQuestion

MIDDAY = datetime(2026, 11, 18, 15, tzinfo=UTC)
THREE_LINKS = (29899, 5372, 5374)
PORT_TO_AIRPORT = RouteQuestion("CLCQQ", "SCSE", "truck_heavy_3")
AIRPORT_TO_PORT = RouteQuestion("SCSE", "CLCQQ", "truck_heavy_3")


@pytest.fixture(scope="module")
def links() -> gpd.GeoDataFrame:
    folder = resources.files("data").joinpath("demo", "coquimbo", "roads.parquet")
    with resources.as_file(folder) as path:
        return gpd.read_parquet(path).set_index("link_id")


@pytest.fixture
def clock() -> Clock:
    return Clock(MIDDAY)


@pytest.fixture
def store(demo_store: Path, clock: Clock) -> Store:
    return Store.open(demo_store, clock=clock)


def closure(links, *, ways: bool):
    three = links.loc[list(THREE_LINKS)]
    return constraint(
        "slide-2026",
        shapely.MultiLineString(list(three.geometry)),
        osm_way_ids=tuple(int(way) for way in three["osm_way_id"]) if ways else None,
        exercise=True,
    )


@pytest.mark.parametrize("ways", [True, False], ids=["by way ids", "by location alone"])
def test_closing_three_links_cuts_port_and_airport_until_they_are_reopened(
    store, clock, links, ways
):
    planner = Planner(store)
    before = planner.answer(PORT_TO_AIRPORT)
    assert before.verdict is Verdict.VIABLE
    unknown = before.as_json()["unknowns"]
    assert unknown["unknown_limits_share"] == 1.0
    assert before.exercise

    clock.tick(minutes=1)
    item = closure(links, ways=ways)
    store.apply_edit("constraints", AddFeature(to_row(item)), author="reporter")
    clock.tick(minutes=1)
    for question in (PORT_TO_AIRPORT, AIRPORT_TO_PORT):
        cut = planner.answer(question)
        assert cut.verdict is Verdict.NOT_VIABLE
        (note,) = cut.finding.blocked_by
        assert (note.id, note.source_org) == ("slide-2026", "Road authority")
        assert note.date_of_information == item.date_of_information
    between = clock()
    during = planner.answer(PORT_TO_AIRPORT)

    clock.tick(minutes=1)
    store.apply_edit(
        "constraints",
        EndConstraint("slide-2026", ended_by="Road authority", ended_at=clock(), reason="cleared"),
        author="reporter",
    )
    clock.tick(minutes=1)
    after = planner.answer(PORT_TO_AIRPORT)
    assert after.verdict is Verdict.VIABLE
    assert after.way.geometry.equals(before.way.geometry)

    again = planner.answer(RouteQuestion("CLCQQ", "SCSE", "truck_heavy_3", as_of=between))
    old, new = during.as_json(), again.as_json()
    assert old.pop("envelope") != new.pop("envelope")
    assert old == new


@pytest.mark.parametrize("left_open", THREE_LINKS)
def test_two_of_the_three_links_do_not_cut_both_directions(store, links, left_open):
    closed = links.loc[[link for link in THREE_LINKS if link != left_open]]
    item = constraint("two", None, osm_way_ids=tuple(int(way) for way in closed["osm_way_id"]))
    planner = Planner(store)
    verdicts = [
        planner.answer(
            RouteQuestion(question.origin, question.destination, "lv_4wd", what_if=(item,))
        ).verdict
        for question in (PORT_TO_AIRPORT, AIRPORT_TO_PORT)
    ]
    assert any(verdict is not Verdict.NOT_VIABLE for verdict in verdicts)


def test_the_demo_constraints_all_say_how_they_lie(store):
    report = {item["id"]: item["state"] for item in Planner(store).match_report()}
    assert len(report) >= 7
    assert set(report.values()) == {"matched", "unmatched"}


def test_the_night_ban_of_the_demo_holds_in_santiago(store):
    planner = Planner(store)
    midnight = MIDDAY.replace(hour=4) + timedelta(days=1)
    noon, night = (
        planner.answer(RouteQuestion("CLCQQ", "SCSE", "truck_heavy_3", at=at))
        for at in (MIDDAY, midnight)
    )
    assert noon.verdict is Verdict.VIABLE
    banned = [*night.finding.avoided, *night.finding.blocked_by]
    assert any("America/Santiago" in note.reason for note in banned)


def test_bridges_are_not_counted_where_the_road_data_does_not_mark_them(store):
    """Null is not known; "0 bridges without a limit" would promise that none was crossed."""
    answer = Planner(store).answer(PORT_TO_AIRPORT)
    unknowns = answer.as_json()["unknowns"]
    assert unknowns["bridges_without_limit"] is None
    assert "does not mark bridges" in unknowns["text"]
    assert "0 bridges" not in answer.as_text()
