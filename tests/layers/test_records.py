"""Rows as records: what the domain makes of them, each distinct row read once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.rows import INFORMED, constraint, constraints

from layers import records
from layers.canonical import snapshot_of
from layers.edits import ChangeFeature
from layers.records import read_records, records_in
from layers.spec import load_specs
from lca.constraint import Constraint
from lca.errors import InvalidInput
from lca.table import records_of

SPEC = load_specs()["constraints"]
KEYS = [f"c{number}" for number in range(9)]


@pytest.fixture
def readings(monkeypatch):
    """The ids of the rows that were read as records, in order, beginning with none known."""
    monkeypatch.setattr(records, "_KNOWN", records._Records())
    made = []
    read = records.from_row

    def noting(record_class, row):
        made.append(row["id"])
        return read(record_class, row)

    monkeypatch.setattr(records, "from_row", noting)
    return made


def content_of(*items):
    return snapshot_of(SPEC, constraints(*items), exercise=False)


def test_records_are_those_of_the_rows_and_are_made_once(readings):
    content = content_of(*map(constraint, KEYS))
    assert records_in(Constraint, content) == records_of(Constraint, content.frame)
    assert readings == KEYS
    changed = content_of(*map(constraint, KEYS[1:]), constraint(KEYS[0], name="Other"))
    assert records_in(Constraint, changed) == records_of(Constraint, changed.frame)
    assert readings == [*KEYS, KEYS[0]]
    assert [item.record.id for item in read_records(Constraint, content, ["c3", "none"])] == ["c3"]


def test_a_draft_its_look_and_its_publication_read_each_row_once(store, publish, readings):
    publish("constraints", constraints(*map(constraint, KEYS)))
    assert sorted(readings) == KEYS
    edit = ChangeFeature("c4", {"description": "Deck gone"}, "Seen")
    store.apply_edit("constraints", edit, author="Ana")
    assert sorted(readings) == sorted([*KEYS, "c4"])


def test_what_cannot_be_read_is_told_each_time(readings):
    frame = constraints(*map(constraint, [*KEYS, "bad"]))
    frame.loc[frame["id"] == "bad", "valid_from"] = INFORMED
    frame.loc[frame["id"] == "bad", "valid_to"] = INFORMED - timedelta(days=1)
    content = snapshot_of(SPEC, frame, exercise=False)
    for _ in range(2):
        with pytest.raises(InvalidInput):
            records_in(Constraint, content)
    told = {item.id: item.error for item in read_records(Constraint, content, [*KEYS, "bad"])}
    assert [key for key, error in told.items() if error is not None] == ["bad"]


def test_the_records_kept_are_bounded(readings, monkeypatch):
    monkeypatch.setattr(records, "MOST_RECORDS", 4)
    content = content_of(*map(constraint, KEYS))
    for _ in range(2):
        assert len(records_in(Constraint, content)) == len(KEYS)
    assert len(records._KNOWN._items) == 4
