"""Eight processes publish to three layers while others read: as if one thing followed the other."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import pytest
from support.history import SPECS, Event, history_of, publish_patiently, violations
from support.postgres import postgres
from support.rows import port, ports

from layers.store import Store

__all__ = ["postgres"]

STOPS = int(os.environ.get("LCA_SERVER_STOPS", "3"))
SECONDS = float(os.environ.get("LCA_CONCURRENT_SECONDS", "10"))

pytestmark = [pytest.mark.crash, pytest.mark.timeout(7200)]


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_heads_are_linear_and_no_reader_sees_two_versions(request, processes, tmp_path, database):
    place = tmp_path / "store"
    if database == "postgres":
        place = request.getfixturevalue("postgres").address(place)
    least = {"won": len(SPECS) + 1, "lost": 1, "read": 1}
    events = history_of(processes, place, tmp_path, seconds=SECONDS, least=least)
    kinds = [event.kind for event in events]
    told = {kind: kinds.count(kind) for kind in ("won", "lost", "read")}
    print(f"{database}: {told} in {SECONDS:.0f} s")
    assert list(violations(events, place)) == []
    assert all(told[kind] >= count for kind, count in least.items())


def test_a_server_that_dies_again_and_again_loses_and_doubles_nothing(
    processes, postgres, tmp_path
):
    place = postgres.address(tmp_path / "store")

    def stop_and_start():
        for _ in range(STOPS):
            time.sleep(1)
            postgres.stop("immediate")
            postgres.start()

    events = history_of(
        processes,
        place,
        tmp_path,
        seconds=2.5 * STOPS,
        readers=0,
        publishers=4,
        act=publish_patiently,
        meanwhile=stop_and_start,
    )
    won = sum(event.kind == "won" for event in events)
    print(f"{STOPS} stops, {won} releases")
    assert list(violations(events, place)) == []
    assert won > 0


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
