"""Two axes of time: what was known when, and what stood when, against a model that keeps it all.

The model is a list of events, each with its own copy of the layer; it knows nothing of versions'
identities, heads, files or standings as the store computes them.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

import pytest
from support.rows import INFORMED, constraint, constraints, ids, port, ports

from layers.changes import ChangeLog
from layers.edits import AddFeature, ChangeFeature, ConfirmFeature, EndConstraint
from layers.filters import Interval
from lca.errors import Conflict, InvalidInput, NotFound, Withdrawn
from lca.record import from_row, to_row
from lca.vocab import Sensitivity

HISTORIES = int(os.environ.get("LCA_HISTORIES", "4"))
STEPS = 18
KEYS = ["a", "b", "c", "d"]
ALL = Sensitivity.STRICTLY_CONFIDENTIAL


@dataclass
class Event:
    """One release: when it was published, and what the layer held from then on."""

    at: object
    rows: dict
    hidden: bool = False


@dataclass
class Model:
    """Everything that ever was, and what has been hidden since."""

    events: list[Event] = field(default_factory=list)

    @property
    def rows(self):
        """What an edit starts from: nothing if what there is has been withdrawn."""
        last = self.events[-1] if self.events else None
        return {} if last is None or last.hidden else dict(last.rows)

    def release(self, at, rows):
        """Publish, unless it is there already."""
        if not self.events or self.events[-1].hidden or self.events[-1].rows != rows:
            self.events.append(
                Event(at, rows, any(e.hidden and e.rows == rows for e in self.events))
            )

    def known(self, as_of):
        """The event that was the last at a moment, if there was any."""
        found = [event for event in self.events if event.at <= as_of]
        return found[-1] if found else None

    def hide(self, rows):
        """Withdraw a content wherever it was published."""
        for event in self.events:
            event.hidden |= event.rows == rows


def stands(row, start, end):
    """Whether a constraint stands at some time between two moments, both included."""
    if row["status"] == "rejected" or (row["valid_from"] and row["valid_from"] > end):
        return False
    return not (row["status"] == "resolved" and row["ended_at"] and row["ended_at"] <= start)


class History:
    """A random history of one layer, told to the store and to the model at once."""

    def __init__(self, store, clock, seed, layer):
        self.store, self.clock, self.layer = store, clock, layer
        self.pick = random.Random(seed)
        self.model = Model()
        self.made = 0

    def step(self):
        """One act of somebody, at a later time."""
        self.clock.tick(minutes=self.pick.randint(1, 300))
        acts = [self.publish, self.publish, self.add, self.change, self.confirm]
        acts += [self.roll_back, self.withdraw]
        if self.layer == "constraints":
            acts += [self.end]
        self.pick.choice(acts)()

    def record(self, key):
        """A fresh record with a validity of its own."""
        self.made += 1
        if self.layer == "ports":
            return port(key, berths=self.made)
        start = self.clock() + timedelta(hours=self.pick.randint(-50, 50))
        return constraint(
            key,
            description=f"Report {self.made}",
            status=self.pick.choice(["reported", "verified", "rejected"]),
            valid_from=self.pick.choice([None, start]),
            valid_to=self.pick.choice([None, start + timedelta(hours=20)]),
            exercise=False,
        )

    def publish(self):
        """A file replaces the layer; of constraints it ends none by absence."""
        records = {key: self.record(key) for key in self.pick.sample(KEYS, self.pick.randint(1, 3))}
        table = constraints if self.layer == "constraints" else ports
        draft = self.store.draft(self.layer, table(*records.values()), "Ana", "m", clearance=ALL)
        self.store.publish(draft.id, "Ana", confirm_lifts=KEYS, clearance=ALL, **self.accepting())
        kept = self.model.rows if self.layer == "constraints" else {}
        self.told(kept | {key: to_row(record) for key, record in records.items()})

    def accepting(self):
        """Warnings of the gate are not what is tested here."""
        return {}

    def edit(self, edit):
        """Try an edit; what the store refuses changes nothing."""
        try:
            self.store.apply_edit(self.layer, edit, "Ben", confirm_lifts=KEYS, clearance=ALL)
        except (InvalidInput, NotFound, Conflict):
            return False
        return True

    def add(self):
        """Somebody adds a feature that is not there."""
        key = self.pick.choice(KEYS)
        row = to_row(self.record(key))
        if self.edit(AddFeature(row)):
            assert key not in self.model.rows
            self.told(self.model.rows | {key: row})

    def change(self):
        """Somebody changes one column of a feature."""
        key, name = self.pick.choice(KEYS), f"Name {self.made}"
        if self.edit(ChangeFeature(key, {"name": name}, reason="Seen")):
            rows = self.model.rows
            self.told(rows | {key: rows[key] | {"name": name}})

    def confirm(self):
        """Somebody sees it again."""
        key, seen = self.pick.choice(KEYS), self.clock()
        if self.edit(ConfirmFeature(key, "MOP", seen)):
            rows = self.model.rows
            moved = {"date_of_information": seen, "last_confirmed_at": seen, "confirmed_by": "MOP"}
            self.told(rows | {key: rows[key] | moved})

    def end(self):
        """Somebody ends a constraint, now or as planned."""
        key = self.pick.choice(KEYS)
        at = self.clock() + timedelta(hours=self.pick.choice([0, 5]))
        if self.edit(EndConstraint(key, "MOP", at, "Cleared", planned=True)):
            rows = self.model.rows
            ended = {"status": "resolved", "ended_at": at, "ended_by": "MOP"}
            self.told(rows | {key: rows[key] | ended})

    def roll_back(self):
        """An earlier release is published again."""
        number = self.pick.randint(1, len(self.model.events) + 1)
        try:
            self.store.rollback(
                self.layer, str(number), "Ana", "back", confirm_lifts=KEYS, clearance=ALL
            )
        except Withdrawn:
            assert self.model.events[number - 1].hidden
        except NotFound:
            assert number > len(self.model.events)
        else:
            self.told(self.model.events[number - 1].rows)

    def withdraw(self):
        """A release is hidden for good; behind a head the last that is not hidden is published."""
        number = self.pick.randint(1, len(self.model.events) + 1)
        if self.pick.random() < 0.5 or number > len(self.model.events):
            return
        target = self.model.events[number - 1]
        try:
            self.store.withdraw(
                self.layer, str(number), "Ana", "wrong", confirm_lifts=KEYS, clearance=ALL
            )
        except Withdrawn:
            assert target.hidden
            return
        head = self.model.events[-1].rows == target.rows
        self.model.hide(target.rows)
        left = [event for event in self.model.events if not event.hidden]
        if head and left:
            self.model.events.append(Event(self.published(), left[-1].rows))

    def told(self, rows):
        self.model.release(self.published(), rows)

    def published(self):
        return self.store.log(self.layer)[0].published_at


NOTHING, INSTANT = timedelta(0), timedelta(milliseconds=1)


def turns(rows):
    """The moments at which something of a constraint begins or ends."""
    names = ("valid_from", "valid_to", "ended_at")
    return [row[name] for row in rows.values() for name in names if row.get(name)]


def rows_at(history, release, **asked):
    return {
        row["id"]: row
        for row in history.store.page(release, clearance=ALL, limit=100, **asked).rows
    }


def check_features(history):
    """The history of each feature is what the releases that are not hidden say one by one."""
    store, layer = history.store, history.layer
    served = [event for event in history.model.events if not event.hidden]
    for key in KEYS:
        expected = []
        for event in served:
            row = event.rows.get(key)
            if row != (expected[-1][1] if expected else None):
                expected.append((event.at, row))
        if not expected:
            with pytest.raises(NotFound):
                store.feature_log(layer, key, ALL)
            continue
        states = store.feature_log(layer, key, ALL)[::-1]
        assert [(state.release.published_at, state.row) for state in states] == expected
        assert [state.until for state in states] == [*(at for at, _ in expected[1:]), None]
        assert states[0].change == "added"
        for before, after in pairwise(states):
            if before.row and after.row:
                assert after.change == "changed"
                differ = {name for name, value in after.row.items() if value != before.row[name]}
                assert set(after.fields) == differ


def check_differences(history, moments):
    """What changed of that which holds at a moment is the difference of what held by each side."""
    events = history.model.events
    served = [number for number, event in enumerate(events, 1) if not event.hidden]

    def standing(number, moment):
        rows = events[number - 1].rows if number else {}
        if history.layer == "ports":
            return rows
        return {key: row for key, row in rows.items() if stands(row, moment, moment)}

    for moment in moments:
        if not served:
            break
        old, new = history.pick.choices([0, *served], k=2)
        older, newer = (
            history.store.release(history.layer, str(one)) if one else None for one in (old, new)
        )
        diff = history.store.diff(history.layer, older, newer, ALL, at=moment)
        before, after = standing(old, moment), standing(new, moment)
        assert {row["id"]: row for row in diff.added} == {
            key: row for key, row in after.items() if key not in before
        }
        assert {row["id"]: row for row in diff.removed} == {
            key: row for key, row in before.items() if key not in after
        }
        assert {item.after["id"]: item.after for item in diff.changed} == {
            key: row for key, row in after.items() if key in before and before[key] != row
        }
        assert set(diff.turned) == {
            key
            for key in before.keys() ^ after.keys()
            if old and new and key in events[old - 1].rows and key in events[new - 1].rows
        }
        log = ChangeLog(history.store).page([history.layer], clearance=ALL, at=moment, limit=100)
        bases = {
            number: max((one for one in served if one < number), default=0)
            for number in range(1, len(events) + 1)
        }
        told = {one.release.number for one in log.changes if one.kind == "release"}
        assert told == {
            number
            for number, base in bases.items()
            if standing(number, moment) != standing(base, moment)
        }


@pytest.mark.parametrize("seed", range(HISTORIES))
@pytest.mark.parametrize("layer", ["constraints", "ports"])
def test_what_was_known_and_what_stood_are_the_models(store, clock, seed, layer):
    begun = clock()
    history = History(store, clock, seed, layer)
    for _ in range(STEPS):
        history.step()
    clock.tick(minutes=1)
    check_features(history)
    pick = history.pick
    span = (clock() - begun) / timedelta(minutes=1)
    edges = [event.at for event in history.model.events]
    edges += [edge - timedelta(milliseconds=1) for edge in edges]
    moments = edges + [begun + timedelta(minutes=pick.uniform(0, span)) for _ in range(10)]
    turning = [moment for event in history.model.events for moment in turns(event.rows)]
    check_differences(history, pick.sample(turning, min(len(turning), 12)) or [begun])
    for as_of in moments:
        known = history.model.known(as_of)
        if known is None:
            assert store.head(layer, as_of=as_of) is None
            continue
        if known.hidden:
            with pytest.raises(Withdrawn):
                store.head(layer, as_of=as_of)
            continue
        release = store.head(layer, as_of=as_of)
        found = rows_at(history, release)
        assert found == known.rows
        assert all(store.feature(release, key, ALL) == row for key, row in known.rows.items())
        start = pick.choice(turns(known.rows) or [begun]) - pick.choice([NOTHING, INSTANT])
        end = start + timedelta(hours=pick.choice([0, 0, 30]))
        standing = rows_at(history, release, holds_at=Interval(start, end))
        if layer == "ports":
            assert standing == found
            continue
        assert standing == {key: row for key, row in found.items() if stands(row, start, end)}
        spec = store.specs[layer]
        at_start = {key for key, row in found.items() if stands(row, start, start)}
        assert at_start == {
            key
            for key, row in found.items()
            if from_row(spec.record_class, row).standing(start).value not in {"ended", "not_yet"}
        }


def test_a_state_beyond_the_clearance_is_none(store, publish):
    publish("ports", ports(port("a")))
    hidden = publish("ports", ports(port("a", sensitivity=Sensitivity.RESTRICTED, berths=2)))
    fuller = ports(port("a", sensitivity=Sensitivity.RESTRICTED, berths=3))
    store.publish(store.draft("ports", fuller, "Ana", "m", clearance=ALL).id, "Ana")
    assert [state.change for state in store.feature_log("ports", "a")] == ["removed", "added"]
    assert store.feature_log("ports", "a")[0].release == hidden
    whole = store.feature_log("ports", "a", ALL)
    assert [state.change for state in whole] == ["changed", "changed", "added"]
    publish(
        "ports", ports(port("s", sensitivity=Sensitivity.RESTRICTED, date_of_information=INFORMED))
    )
    with pytest.raises(NotFound) as secret:
        store.feature_log("ports", "s")
    with pytest.raises(NotFound) as absent:
        store.feature_log("ports", "x")
    assert str(secret.value) == str(absent.value).replace("'x'", "'s'")
    assert ids(store.page(store.head("ports")).rows) == []
