"""The three-way merge: its laws over random changes, and the stories behind its rules."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point
from support.rows import INFORMED, constraint, constraints, port, ports

from layers.canonical import snapshot_of
from layers.merge import merge
from layers.mergerow import merge_rows
from layers.spec import load_specs
from lca.errors import UsageError
from lca.record import to_row
from lca.table import frame_of_rows, rows_of
from lca.vocab import ConstraintStatus, EffectKind, OperationalStatus

SPECS = load_specs()
SPEC = SPECS["ports"]
HOUR = timedelta(hours=1)


def closures(*records):
    return snapshot_of(SPECS["constraints"], constraints(*records), exercise=False)


def harbours(*records):
    return snapshot_of(SPEC, ports(*records), exercise=False)


def content(snapshot):
    return {} if snapshot is None else {row["id"]: row for row in rows_of(snapshot.frame)}


def applied(merged, theirs):
    rows = content(theirs) | {row["id"]: row for row in merged.rows}
    return {key: row for key, row in rows.items() if key not in merged.removed}


PORTS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["North", "South"]),
        "status": st.sampled_from(["operational", "restricted", "not_operational"]),
        "berths": st.sampled_from([None, 1, 2]),
        "max_draft_m": st.sampled_from([None, 7.5, 9.0]),
        "geometry": st.sampled_from([None, Point(1, 2), Point(3, 4)]),
        "source_org": st.sampled_from(["MOP", "WFP"]),
        "date_of_information": st.integers(0, 3).map(lambda n: INFORMED + n * HOUR),
        "last_confirmed_at": st.sampled_from([None, *(INFORMED + n * HOUR for n in range(3))]),
        "confirmed_by": st.sampled_from([None, "Ana", "Ben"]),
        "review_by": st.sampled_from([None, INFORMED, INFORMED + HOUR]),
    }
)
UNTOUCHED = to_row(port("a"))
ROWS = st.none() | PORTS.map(lambda values: {**UNTOUCHED, **values})
FORWARD = {"date_of_information", "last_confirmed_at", "review_by"}


def merged_ways(base, ours, theirs):
    """The outcome seen from either side, without the fields in conflict, and these."""
    one, other = merge_rows(SPEC, base, ours, theirs), merge_rows(SPEC, base, theirs, ours)
    assert one.conflicts == other.conflicts
    return one.row, other.row, set(one.conflicts)


@settings(max_examples=600, deadline=None)
@given(ROWS, ROWS, ROWS)
def test_no_change_is_lost_unsaid_and_the_sides_are_alike(base, ours, theirs):
    one, other, disputed = merged_ways(base, ours, theirs)
    if None in disputed:
        assert (ours is None) != (theirs is None)
        return
    if ours is None or theirs is None:
        assert one is other is None
        return
    before = base or {}
    for name in UNTOUCHED.keys() - disputed:
        assert one[name] == other[name]
        for side in (ours[name], theirs[name]):
            if side == before.get(name) or one[name] == side:
                continue
            moments = FORWARD | {"confirmed_by"}
            assert name in moments, f"{name}: {side} is neither kept nor said to be in conflict"
            if name in FORWARD:
                assert side is not None
                assert one[name] > side, "a moment gives way to a newer one only"
            else:
                assert one["last_confirmed_at"] > INFORMED


@settings(max_examples=200, deadline=None)
@given(ROWS, ROWS)
def test_the_same_change_on_both_sides_is_one(base, other):
    assert merge_rows(SPEC, base, other, other) == (other, ())


CONTENTS = st.dictionaries(st.sampled_from("abc"), PORTS, max_size=3).map(
    lambda rows: harbours(*(port(key, **values) for key, values in rows.items()))
)


@settings(max_examples=25, deadline=None)
@given(CONTENTS, CONTENTS, CONTENTS)
def test_contents_merge_as_their_features_do(base, ours, theirs):
    for other in (ours, theirs):
        assert applied(merge(SPEC, base, other, base), base) == content(other)
        assert applied(merge(SPEC, base, base, other), other) == content(other)
    same = merge(SPEC, base, ours, ours)
    assert (same.rows, same.removed, same.conflicts) == ((), (), ())
    merged, mirrored = merge(SPEC, base, ours, theirs), merge(SPEC, base, theirs, ours)
    disputed = {item.key for item in merged.conflicts}
    assert disputed == {item.key for item in mirrored.conflicts}
    one, other = applied(merged, theirs), applied(mirrored, ours)
    for key in {*one, *other} - disputed:
        gone = {name for name in UNTOUCHED if f"{key}.{name}" in disputed}
        assert {n: v for n, v in one[key].items() if n not in gone} == {
            n: v for n, v in other[key].items() if n not in gone
        }
    mine = merged.settled(dict.fromkeys((item.feature_id for item in merged.conflicts), "ours"))
    assert mine.clean
    outcome = applied(mine, theirs)
    for item in merged.conflicts:
        if item.field is None:
            assert outcome.get(item.feature_id) == content(ours).get(item.feature_id)
        else:
            assert outcome[item.feature_id][item.field] == item.ours


def test_two_edits_of_different_fields_meet_without_a_conflict():
    base = harbours(port("a", name="Port Coquimbo"))
    ours = harbours(port("a", name="Port Coquimbo", berths=4))
    theirs = harbours(port("a", name="Puerto de Coquimbo"))
    (row,) = merge(SPEC, base, ours, theirs).rows
    assert (row["name"], row["berths"]) == ("Puerto de Coquimbo", 4)


def test_conflict_reads_like_a_sentence_and_is_settled_by_name():
    base = harbours(port("a", name="Port Coquimbo", status=OperationalStatus.OPERATIONAL))
    ours = harbours(port("a", name="Port Coquimbo", status=OperationalStatus.NOT_OPERATIONAL))
    theirs = harbours(port("a", name="Port Coquimbo", status=OperationalStatus.RESTRICTED))
    merged = merge(SPEC, base, ours, theirs)
    (conflict,) = merged.conflicts
    assert conflict.as_text() == (
        "Port Coquimbo, operational status: you say not operational, somebody else said restricted "
        "(it was operational)."
    )
    assert conflict.key == "a.status"
    assert merged.rows == ()
    (row,) = merged.settled({"a.status": "ours"}).rows
    assert row["status"] == "not_operational"
    with pytest.raises(UsageError, match=r"a\.berths is not in conflict"):
        merged.settled({"a.berths": "ours"})


def test_removed_here_and_changed_there_is_a_conflict_of_the_feature():
    base, ours = harbours(port("a"), port("b")), harbours(port("b"))
    theirs = harbours(port("a", berths=2), port("b"))
    merged = merge(SPEC, base, ours, theirs)
    (conflict,) = merged.conflicts
    assert (conflict.feature_id, conflict.field, merged.removed) == ("a", None, ())
    assert conflict.as_text() == "Port a: you removed it, somebody else changed it."
    assert merged.settled({"a": "ours"}).removed == ("a",)


def test_two_new_features_of_one_id_never_become_a_mixture():
    ours = closures(constraint("x", effect=EffectKind.RESTRICTED, max_gross_t=10.0))
    theirs = closures(constraint("x", effect=EffectKind.BLOCKED, valid_to=INFORMED + HOUR))
    merged = merge(SPECS["constraints"], None, ours, theirs)
    assert {item.field for item in merged.conflicts} == {"effect", "max_gross_t", "valid_to"}
    assert merged.rows == ()


@pytest.mark.parametrize("swapped", [False, True])
def test_a_newer_confirmation_contradicts_an_older_change_of_state(swapped):
    """ "Still closed", seen on Tuesday, and "restricted", as of Monday, cannot both hold."""
    base = closures(constraint("a"))
    seen = INFORMED + timedelta(days=2)
    confirmed = closures(
        constraint("a", date_of_information=seen, last_confirmed_at=seen, confirmed_by="WFP")
    )
    eased = closures(
        constraint("a", effect=EffectKind.RESTRICTED, date_of_information=INFORMED + HOUR)
    )
    ours, theirs = (confirmed, eased) if swapped else (eased, confirmed)
    merged = merge(SPECS["constraints"], base, ours, theirs)
    assert "effect" in {item.field for item in merged.conflicts}
    assert merged.rows == ()
    newer = closures(constraint("a", effect=EffectKind.RESTRICTED, date_of_information=seen + HOUR))
    (row,) = merge(SPECS["constraints"], base, newer, confirmed).rows
    assert (row["effect"], row["last_confirmed_at"]) == ("restricted", seen)


def test_a_report_after_an_end_contradicts_the_end():
    base = closures(constraint("a"))
    ended = closures(
        constraint(
            "a",
            status=ConstraintStatus.RESOLVED,
            ended_at=INFORMED + HOUR,
            ended_by="MOP",
        )
    )
    reported = closures(
        constraint("a", delay_min=30.0, date_of_information=INFORMED + timedelta(days=1))
    )
    merged = merge(SPECS["constraints"], base, ended, reported)
    assert {"status", "ended_at", "ended_by"} <= {item.field for item in merged.conflicts}
    assert applied(merged, reported)["a"]["status"] == "reported"


def test_parts_of_two_locations_make_no_third():
    base = closures(constraint("a", road_name="Ruta 5"))
    ours = closures(constraint("a", road_name="Ruta 5", geometry=Point(-71, -30)))
    theirs = closures(constraint("a", road_name="Ruta 41"))
    merged = merge(SPECS["constraints"], base, ours, theirs)
    assert {item.field for item in merged.conflicts} == {"geometry", "road_name"}
    assert any("different places" in item.as_text() for item in merged.conflicts)
    assert applied(merged, theirs) == content(theirs)


def test_what_is_right_one_by_one_but_not_together_is_a_conflict():
    span = {"valid_from": INFORMED, "valid_to": INFORMED + 4 * HOUR}
    base = closures(constraint("a", **span))
    ours = closures(constraint("a", **{**span, "valid_from": INFORMED + 3 * HOUR}))
    theirs = closures(constraint("a", **{**span, "valid_to": INFORMED + 2 * HOUR}))
    merged = merge(SPECS["constraints"], base, ours, theirs)
    assert {item.field for item in merged.conflicts} == {"valid_from", "valid_to"}


def test_rows_that_need_no_merge_are_not_read():
    """The cost follows what changed: equal rows have equal digests."""
    base = harbours(*(port(f"p{n}") for n in range(50)))
    frame = base.frame.copy()
    frame.loc[frame["id"] == "p7", "berths"] = 3
    ours = snapshot_of(SPEC, frame, exercise=False)
    theirs = snapshot_of(
        SPEC,
        frame_of_rows(SPEC.fields, rows_of(base.frame)[1:]),
        exercise=False,
    )
    merged = merge(SPEC, base, ours, theirs)
    assert ([row["id"] for row in merged.rows], merged.removed) == (["p7"], ())
