"""A saved question tells when its verdict changes, and keeps what was found."""

from __future__ import annotations

import pytest

ENDS = ("CLCQQ", "SCSE")


@pytest.fixture
def watched(lca):
    """The id of a watch of the way from the port to the airport."""
    made = lca("watch", "add", *ENDS, "--name", "Convoy 12", "--vehicle", "truck_heavy_3", "--json")
    assert made.code == 0, made.err
    assert made.json["after"]["verdict"] == "viable"
    return made.json["id"]


def test_a_look_without_change_says_so_and_adds_nothing(lca, watched):
    (report,) = lca("watch", "check", "--json").json
    assert (report["changed"], report["verdict_changed"]) == (False, False)
    assert len(lca("watch", "history", watched, "--json").json) == 1


def test_a_closed_destination_is_reported_once_and_kept(lca, watched, shut_airport):
    shut_airport()
    first = lca("watch", "check")
    assert "CHANGED Convoy 12: viable" in first.out
    assert "-> not viable" in first.out
    assert "1 with another verdict" in first.err
    (again,) = lca("watch", "check", "--json").json
    assert again["verdict_changed"] is False
    history = lca("watch", "history", watched, "--json").json
    assert [look["verdict"] for look in history] == ["viable", "not_viable"]


def test_a_watch_that_is_removed_is_not_looked_at(lca, watched):
    assert lca("watch", "remove", watched).code == 0
    assert lca("watch", "check", "--json").json == []
    assert lca("watch", "check", watched).code == 3


def test_what_cannot_be_answered_is_not_saved(lca):
    refused = lca("watch", "add", "CLCQQ", "Nowhere", "--name", "N", "--vehicle", "truck_heavy_3")
    assert refused.code == 3
    assert lca("watch", "list", "--json").json == []


@pytest.fixture
def shut_airport(lca):
    """Publish the airport as not operational."""
    from dataclasses import replace  # noqa: PLC0415

    from layers.store import Store  # noqa: PLC0415
    from lca.facility import Airport  # noqa: PLC0415
    from lca.table import frame_of, records_of  # noqa: PLC0415
    from lca.vocab import OperationalStatus  # noqa: PLC0415

    def act() -> None:
        with Store.open(lca.store, clock=lca.clock) as store:
            head = store.head("airports")
            rows = records_of(Airport, store.frame(head.version))
            shut = [replace(row, status=OperationalStatus.NOT_OPERATIONAL) for row in rows]
            draft = store.draft("airports", frame_of(Airport, shut), author="A", message="shut")
            store.publish(draft.id, author="A")

    return act
