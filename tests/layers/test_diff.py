"""Differences by id and field: the same as brute force, and readable by people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point
from support.rows import INFORMED, constraint, constraints, port, ports

from layers.canonical import snapshot_of
from layers.changes import ChangeLog
from layers.diff import compare
from layers.edits import AddFeature, ChangeFeature, ConfirmFeature, EndConstraint
from layers.notes import draft_notes
from layers.operation import Operation
from layers.spec import load_specs
from lca.record import to_row
from lca.table import rows_of
from lca.vocab import ConstraintStatus, ConstraintType, EffectKind, Sensitivity

SPECS = load_specs()
ALL = Sensitivity.STRICTLY_CONFIDENTIAL
ENDED = datetime(2026, 11, 17, 6, tzinfo=UTC)

PORTS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.builds(
        dict,
        name=st.sampled_from(["A", "Á"]),
        berths=st.sampled_from([None, 0, 3]),
        max_draft_m=st.sampled_from([None, 0.0, 9.5]),
        geometry=st.sampled_from([None, Point(1, 2), Point(1, 2.0000001)]),
        sensitivity=st.sampled_from(list(Sensitivity)),
    ),
    max_size=6,
)


def content(given_rows):
    frame = ports(*(port(key, **values) for key, values in given_rows.items()))
    return snapshot_of(SPECS["ports"], frame, exercise=False)


@settings(max_examples=40, deadline=None)
@given(PORTS, PORTS, st.sampled_from(list(Sensitivity)))
def test_difference_is_what_brute_force_finds(before, after, clearance):
    older, newer = content(before), content(after)
    diff = compare(SPECS["ports"], older, newer, clearance=clearance)

    def seen(snapshot):
        rows = {row["id"]: row for row in rows_of(snapshot.frame)}
        return {
            key: row
            for key, row in rows.items()
            if Sensitivity(row["sensitivity"]).rank <= clearance.rank
        }

    old, new = seen(older), seen(newer)
    assert {row["id"]: row for row in diff.added} == {k: new[k] for k in new.keys() - old.keys()}
    assert {row["id"]: row for row in diff.removed} == {k: old[k] for k in old.keys() - new.keys()}
    expected = {
        key: {name for name in new[key] if new[key][name] != old[key][name]}
        for key in old.keys() & new.keys()
        if old[key] != new[key]
    }
    assert {item.after["id"]: {f.name for f in item.fields} for item in diff.changed} == expected
    for item in diff.changed:
        for field in item.fields:
            assert field.before == item.before[field.name]
            assert field.after == item.after[field.name]
    assert diff.empty == (old == new)


@pytest.fixture
def told(store, clock):
    """The text of what an edit changes."""

    def act(edit):
        before = store.head("constraints")
        clock.tick(minutes=5)
        release = store.apply_edit("constraints", edit, "Ana", confirm_lifts={edit.feature_id})
        return store.diff("constraints", before, release).as_text()

    return act


def bridge(**values):
    given = {"name": "Puente El Culebrón", "constraint_type": ConstraintType.BRIDGE_DAMAGE}
    return to_row(constraint("bridge", **given, **values))


def test_text_can_be_pasted_into_a_report(told):
    assert told(AddFeature(bridge(source_ref="Report 7"))) == (
        "Access constraints, nothing published → version 1 (18 Nov 2026 15:05 UTC)\n"
        "- New: Puente El Culebrón: bridge damage, blocked, reported, not yet verified. "
        "Source: MOP (Report 7), 14 Nov 2026.\n"
    )
    changes = {
        "effect": EffectKind.RESTRICTED,
        "max_gross_t": 10.0,
        "date_of_information": datetime(2026, 11, 16, tzinfo=UTC),
        "geometry": Point(-71.26, -29.9),
    }
    assert told(ChangeFeature("bridge", changes, "propped up")) == (
        "Access constraints, version 1 (18 Nov 2026 15:05 UTC) → "
        "version 2 (18 Nov 2026 15:10 UTC)\n"
        "- Puente El Culebrón: closed → closed for > 10 t; location changed. "
        "Source: MOP (Report 7), 16 Nov 2026.\n"
    )
    seen = datetime(2026, 11, 17, tzinfo=UTC)
    assert told(ConfirmFeature("bridge", "WFP", seen)).splitlines()[1] == (
        "- Confirmed: Puente El Culebrón, no change, says WFP, 17 Nov 2026."
    )
    assert told(EndConstraint("bridge", "MOP", seen, "rebuilt")).splitlines()[1] == (
        "- Ended: Puente El Culebrón, 17 Nov 2026 00:00 UTC, says MOP."
    )


def test_only_an_end_that_has_come_is_told_as_one(store, publish, clock):
    first = publish("constraints", constraints(constraint("a"), constraint("b")))
    ahead = clock() + timedelta(days=3)
    stated = constraint("a", ended_at=ahead - timedelta(days=9), ended_by="MOP")
    second = publish("constraints", constraints(stated))
    told = store.diff("constraints", first, second).as_text()
    assert "Ended: Closure a" not in told
    assert "ended at not known" in told
    edit = EndConstraint("b", "MOP", ahead, "works end", planned=True)
    third = store.apply_edit("constraints", edit, "Ana")
    assert "- To end: Closure b" in store.diff("constraints", second, third).as_text()


def test_at_a_moment_only_what_holds_then_is_compared(store, publish, clock):
    begins = clock() + timedelta(days=10)
    works = constraint("b", name="Works", valid_from=begins)
    first = publish("constraints", constraints(constraint("a", name="Slide"), works))
    clock.tick(minutes=5)
    ended = EndConstraint("a", "MOP", clock(), "Cleared")
    store.apply_edit("constraints", ended, "Ana", confirm_lifts={"a"})
    moved = ChangeFeature("b", {"valid_from": clock()}, "Works begin at once")
    last = store.apply_edit("constraints", moved, "Ana", confirm_lifts={"b"})
    now = store.diff("constraints", first, last, at=clock())
    assert [[row["id"] for row in rows] for rows in (now.added, now.removed)] == [["b"], ["a"]]
    text = now.as_text()
    assert text.startswith("Access constraints, version 1")
    assert "what holds at 18 Nov 2026 15:06 UTC" in text.splitlines()[0]
    assert "- Now said to hold then: Works" in text
    assert "- No longer said to hold then: Slide" in text
    assert "Ended: Slide" in text
    assert now.as_json()["counts"] == {"added": 1, "removed": 1, "changed": 0}
    assert draft_notes(now, at=clock(), clearance=ALL).counts == {"Closed": 1, "Opened": 1}
    yesterday = store.diff("constraints", first, last, at=clock() - timedelta(days=1))
    assert [change.after["id"] for change in yesterday.changed] == ["a"]
    assert (yesterday.added, yesterday.removed) == ((), ())
    assert "- To end: Slide" in yesterday.as_text()
    assert store.diff("constraints", first, last, at=begins).added == ()
    log = ChangeLog(store).page(["constraints"], clearance=ALL, at=clock() - timedelta(days=1))
    assert [change.release.number for change in log.changes] == [2, 1], "the works hold later"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (
            {"status": "resolved", "ended_at": ENDED, "ended_by": "MOP"},
            "Reported and ended since: CUT, ended 17 Nov 2026 06:00 UTC, says MOP.",
        ),
        (
            {"status": "resolved", "ended_at": ENDED + timedelta(days=9), "ended_by": "MOP"},
            "New, with a planned end: CUT, to end 26 Nov 2026 06:00 UTC, says MOP.",
        ),
        (
            {"status": "rejected"},
            "Reported and rejected as untrue since: CUT.",
        ),
        (
            {"status": "verified", "valid_to": ENDED},
            "Reported and lapsed since: CUT, verified, was to end 17 Nov 2026 06:00 UTC, not confirmed.",
        ),
        (
            {"status": "disputed"},
            "New: CUT, disputed, reports contradict each other.",
        ),
    ],
)
def test_what_came_and_went_between_two_versions_does_not_read_as_a_new_closure(
    store, publish, values, told
):
    first = publish("constraints", constraints(constraint("a")))
    stated = {**values, "status": ConstraintStatus(values["status"])}
    cut = constraint("cut", name="Coast cut", constraint_type=ConstraintType.ROAD_DAMAGE, **stated)
    second = publish("constraints", constraints(cut))
    assert store.diff("constraints", first, second).as_text().splitlines()[1:] == [
        f"- {told.replace('CUT', 'Coast cut: road damage, blocked')} Source: MOP, 14 Nov 2026."
    ]


def test_a_status_is_told_in_plain_words(told):
    told(AddFeature(bridge()))
    changes = {"status": ConstraintStatus.VERIFIED}
    assert "status reported, not yet verified → verified" in told(
        ChangeFeature("bridge", changes, "seen")
    )


def test_what_is_gone_and_what_is_the_same_are_said(store, publish):
    first = publish("ports", ports(port("a", berths=0)))
    second = publish("ports", ports(port("b")))
    text = store.diff("ports", first, second).as_text()
    assert "- No longer listed: Port a: unknown." in text
    assert store.diff("ports", first, first).as_text().endswith("- No change.\n")


def test_limits_are_named_with_their_units(store, publish):
    limited = {"effect": EffectKind.RESTRICTED, "max_gross_t": 10.0, "max_height_m": 3.5}
    first = publish("constraints", constraints(constraint("a", **limited)))
    assert "(max 10 t, max height 3.5 m)" in store.diff("constraints", None, first).as_text()


def test_exercise_is_marked(store, publish):
    store.set_operation(
        Operation("CHL-EX", "Exercise", exercise=True, time_zone="America/Santiago")
    )
    first = publish("ports", ports(port("a")))
    assert store.diff("ports", None, first).as_text().startswith("EXERCISE. Ports")


def test_json_and_geojson_carry_the_operations(store, publish):
    first = publish("ports", ports(port("a"), port("b"), port("c", geometry=None)))
    second = publish("ports", ports(port("b", berths=2), port("c", geometry=None), port("d")))
    diff = store.diff("ports", first, second)
    body = diff.as_json()
    assert body["counts"] == {"added": 1, "removed": 1, "changed": 1}
    assert body["from"]["version"] == first.version
    assert body["changed"] == [
        {
            "id": "b",
            "name": "Port b",
            "fields": [{"name": "berths", "before": None, "after": 2}],
        }
    ]
    assert body["removed"][0]["date_of_information"] == "2026-11-14T09:30:00Z"
    collection = diff.as_geojson()
    assert {(f["id"], f["operation"]) for f in collection["features"]} == {
        ("a", "delete"),
        ("b", "update"),
        ("d", "insert"),
    }
    assert collection["features"][0]["geometry"]["type"] == "Point"


def test_restricted_rows_do_not_show_to_the_uncleared(store, publish):
    first = publish("constraints", constraints(constraint("a")))
    hidden = constraint("x", sensitivity=Sensitivity.CONFIDENTIAL, name="Ambush")
    second = publish("constraints", constraints(constraint("a"), hidden))
    assert store.diff("constraints", first, second).empty
    cleared = store.diff("constraints", first, second, Sensitivity.CONFIDENTIAL)
    assert [row["name"] for row in cleared.added] == ["Ambush"]
    assert INFORMED in cleared.added[0].values()
