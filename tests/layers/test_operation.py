"""A store holds one operation, and exercise and real data never meet."""

from __future__ import annotations

import pytest
from support.rows import constraint, constraints, port, ports

from layers.edits import AddFeature
from layers.operation import Operation
from lca.errors import Conflict, InvalidInput, UsageError
from lca.record import to_row

REAL = Operation("CHL-26", "Earthquake", exercise=False, time_zone="America/Santiago")
EXERCISE = Operation("CHL-EX", "Exercise", exercise=True, time_zone="America/Santiago")


def test_operation_is_set_once(store):
    assert store.operation is None
    store.set_operation(REAL)
    store.set_operation(REAL)
    assert store.operation == REAL
    with pytest.raises(Conflict, match="CHL-26"):
        store.set_operation(EXERCISE)


def test_time_zone_of_an_operation_must_exist():
    with pytest.raises(UsageError, match="time zone"):
        Operation("X", "X", exercise=False, time_zone="Chile")


def test_exercise_records_never_enter_a_real_operation(store, publish):
    store.set_operation(REAL)
    invented = ports(port("a"), port("x", exercise=True))
    with pytest.raises(InvalidInput, match="exercise data: x"):
        publish("ports", invented)
    edit = AddFeature(to_row(constraint("x", exercise=True)))
    with pytest.raises(InvalidInput, match="exercise data: x"):
        store.apply_edit("constraints", edit, "Ana")
    assert store.heads().releases == {}
    assert not publish("ports", ports(port("a"))).exercise


def test_exercise_marks_everything_that_enters_it(store, publish):
    store.set_operation(EXERCISE)
    release = publish("ports", ports(port("a"), port("x", exercise=True)))
    assert release.exercise
    assert store.frame(release.version)["exercise"].tolist() == [True, True]
    added = store.apply_edit("constraints", AddFeature(to_row(constraint("c"))), "Ana")
    assert added.exercise
    assert store.frame(added.version)["exercise"].tolist() == [True]


@pytest.mark.parametrize(("first", "then"), [(True, REAL), (False, EXERCISE)])
def test_store_with_data_of_one_kind_cannot_become_the_other(store, publish, first, then):
    publish("constraints", constraints(constraint("a", exercise=first)))
    with pytest.raises(Conflict, match="never mixed"):
        store.set_operation(then)
    store.set_operation(EXERCISE if first else REAL)


def test_mixed_rows_are_refused_before_the_operation_is_known(store, publish):
    with pytest.raises(InvalidInput, match="exercise data: x"):
        publish("ports", ports(port("a"), port("x", exercise=True)))
