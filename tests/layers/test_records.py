"""Rows as records: what the domain makes of them, each distinct row read once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pandas as pd
import pytest
from support.rows import INFORMED, constraint, constraints

from layers import records
from layers.canonical import snapshot_of
from layers.edits import ChangeFeature
from layers.records import read_records, records_in, unlike
from layers.spec import load_specs
from lca.constraint import Constraint
from lca.errors import InvalidInput
from lca.facility import CONTROL_CLASSES
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


def test_a_row_that_says_what_a_record_says_is_not_made_again(store, readings):
    items = [constraint(key, max_gross_t=12.5, osm_way_ids=(5, 7)) for key in KEYS]
    store.draft("constraints", constraints(*items), "Ana", "m", made=items)
    assert readings == []
    store.draft("constraints", constraints(*items), "Ana", "m", made=items[1:])
    assert readings == KEYS[:1]


@pytest.mark.parametrize("field", SPEC.fields, ids=lambda field: field.name)
def test_a_row_that_differs_in_any_field_is_made_again(field):
    item = constraint("c1")
    stated = getattr(item, field.name)
    others = {
        "text": "other",
        "integer": 3,
        "number": 0.5,
        "boolean": True,
        "integers": (8, 9),
        "instant": INFORMED + timedelta(days=3),
        "code": next((word for word in field.codes if word != stated), None),
    }
    other = int(field.codes[1]) if field.codes and field.type == "integer" else others[field.type]
    frame = constraints(item)
    frame[field.name] = pd.Series([other], dtype=object)
    content = snapshot_of(SPEC, frame, exercise=False)
    ids = tuple(content.ids())
    assert unlike(Constraint, content, ids, [item]) == ids


def test_nobody_is_believed_that_a_record_is_the_row(store):
    sound = constraint("c1")
    frame = constraints(sound)
    frame["speed_factor"] = 7.0
    with pytest.raises(InvalidInput, match="speed_factor"):
        store.draft("constraints", frame, "Ana", "m", made=[sound])
    with pytest.raises(InvalidInput, match="speed_factor"):
        store.draft("constraints", frame, "Ana", "m", made=[Stranger("c1")])


@dataclass(frozen=True)
class Stranger:
    """Something that has an id as a record has."""

    id: str


@pytest.mark.parametrize("record_class", [Constraint, *CONTROL_CLASSES])
def test_no_class_judges_where_its_records_lie(record_class):
    """So a version may round a place without its record being made again."""

    class Somewhere(record_class):
        __slots__ = ()

        @property
        def geometry(self):
            pytest.fail("its place was looked at")

        @geometry.setter
        def geometry(self, value):
            pass

    stated = {"id": "c1", "name": "c1", "source_org": "Exercise", "date_of_information": INFORMED}
    assert Somewhere(**stated).id == "c1"
