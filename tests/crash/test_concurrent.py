"""Eight processes publish to three layers while others read: as if one thing followed the other."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from support.history import Event, history_of, violations
from support.postgres import postgres
from support.rows import port, ports

from layers.store import Store

__all__ = ["postgres"]

SECONDS = float(os.environ.get("LCA_CONCURRENT_SECONDS", "10"))

pytestmark = [pytest.mark.crash, pytest.mark.timeout(int(SECONDS * 6) + 120)]


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_heads_are_linear_and_no_reader_sees_two_versions(request, processes, tmp_path, database):
    place = tmp_path / "store"
    if database == "postgres":
        place = request.getfixturevalue("postgres").address(place)
    events = history_of(processes, place, tmp_path, publishers=8, readers=2, seconds=SECONDS)
    kinds = [event.kind for event in events]
    told = {kind: kinds.count(kind) for kind in ("won", "lost", "read")}
    print(f"{database}: {told} in {SECONDS:.0f} s")
    assert list(violations(events, place)) == []
    assert told["won"] > SECONDS / 2
    assert told["lost"] > 0
    assert told["read"] > SECONDS / 2


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("gap", lambda events: [event for event in events if event.number != 2]),
        ("built", lambda events: [replace(event, base=0) for event in events]),
        ("begun", lambda events: [_moved(event, -1) if event.kind == "read" else event for event in events]),
        ("was there", lambda events: [_moved(event, 9) if event.number == 1 else event for event in events]),
        ("two versions", lambda events: [replace(event, marks=("x",)) if event.kind == "read" else event for event in events]),
    ],
)  # fmt: skip
def test_the_check_finds_what_cannot_have_been(tmp_path, name, change):
    events = []
    with Store.open(tmp_path) as store:
        for number in (1, 2, 3):
            rows = ports(*(port(f"p{key}", name=f"m{number}") for key in range(5)))
            draft = store.draft("ports", rows, f"m{number}", "m")
            store.publish(draft.id, f"m{number}")
            made = Event(
                "won", "ports", number, number + 0.1, number, number - 1, (f"m{number}",) * 2, 5
            )
            seen = replace(made, kind="read", began=number + 0.2, ended=number + 0.3)
            events += [made, seen]
    assert list(violations(events, tmp_path)) == []
    assert any(name in text for text in violations(change(events), tmp_path))


def _moved(event, by):
    return replace(event, began=event.began + by, ended=event.ended + by)
