"""The change log, its Atom feed, drafted notes and the table of a difference."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from support.rows import INFORMED, constraint, constraints, port, ports

from layers import atom
from layers.atom import feed_of
from layers.changes import MOST_TOLD, ChangeLog
from layers.difftable import COLUMNS, DiffFormat, as_file, rows_of
from layers.edits import ChangeFeature, ConfirmFeature, EndConstraint
from layers.notes import draft_notes
from lca.facility import Bridge
from lca.table import frame_of
from lca.vocab import EffectKind, OperationalStatus, Sensitivity

ATOM = "{http://www.w3.org/2005/Atom}"
ALL, PUBLIC = Sensitivity.STRICTLY_CONFIDENTIAL, Sensitivity.PUBLIC


def limited(key, **values):
    return constraint(key, effect=EffectKind.RESTRICTED, **values)


@pytest.fixture
def told(store):
    """The note of the last release of a layer against the one before."""

    def act(layer="constraints"):
        newest, before = store.log(layer)[:2]
        difference = store.diff(layer, before, newest, ALL)
        return draft_notes(difference, at=newest.published_at, clearance=ALL)

    return act


@pytest.fixture
def edited(store, clock):
    def act(edit):
        clock.tick(minutes=5)
        return store.apply_edit("constraints", edit, "Ana", confirm_lifts={edit.feature_id})

    return act


def feed(store, layer=None, clearance=PUBLIC):
    content = feed_of(
        store,
        ChangeLog(store),
        None if layer is None else store.specs[layer],
        clearance=clearance,
        href=lambda release: f"http://x/{release.layer}/{release.number}",
        links=(("self", "http://x/feed.atom", "application/atom+xml"),),
    )
    return ET.fromstring(content)


def test_a_note_says_what_opened_closed_and_got_better_or_worse(publish, told, edited):
    publish("constraints", constraints(limited("a", max_gross_t=20.0), constraint("b")))
    new = limited("new", name="Bridge at km 84", max_gross_t=10.0)
    publish("constraints", constraints(new, constraint("note", effect=EffectKind.ADVISORY)))
    assert told().counts == {"Closed": 1, "Added": 1}
    edited(ChangeFeature("a", {"max_gross_t": 10.0}, "weaker than thought"))
    assert told().counts == {"Worsened": 1}
    assert (
        told()
        .sections["Worsened"][0]
        .startswith("Closure a: closed for > 20 t → closed for > 10 t. Source: MOP")
    )
    edited(ChangeFeature("a", {"max_gross_t": 30.0}, "propped"))
    assert told().counts == {"Eased": 1}
    edited(ConfirmFeature("b", "WFP", INFORMED + timedelta(days=2)))
    assert told().counts == {"Confirmed": 1}
    edited(EndConstraint("b", "MOP", INFORMED + timedelta(days=3), "cleared"))
    assert told().summary == "1 opened"
    assert told().as_text().splitlines()[1:4] == ["1 opened.", "", "Opened"]


def test_the_sections_hold_each_feature_of_the_difference_once(publish, told, store):
    publish("constraints", constraints(*(constraint(f"c{n}") for n in range(9))))
    publish(
        "constraints",
        constraints(*(constraint(f"c{n}", max_gross_t=5.0 + n) for n in range(0, 9, 2))),
    )
    newest, before = store.log("constraints")[:2]
    diff = store.diff("constraints", before, newest, ALL)
    assert sum(told().counts.values()) == len(diff.added) + len(diff.changed) + len(diff.removed)


def test_a_bridge_is_told_by_what_can_pass(store, publish, told):
    def bridges(**values):
        return frame_of(
            Bridge,
            [Bridge(**{**vars_of(port("km84", name="Bridge at km 84")), **values})],
        )

    def vars_of(record):
        kept = ("id", "name", "source_org", "date_of_information", "geometry")
        return {name: getattr(record, name) for name in kept}

    publish("bridges", bridges(status=OperationalStatus.OPERATIONAL))
    publish("bridges", bridges(status=OperationalStatus.RESTRICTED, max_gross_t=10.0))
    newest, before = store.log("bridges")[:2]
    text = store.diff("bridges", before, newest).as_text()
    assert "Bridge at km 84: open → closed for > 10 t. Source: Harbour master, 14 Nov 2026." in text
    assert told("bridges").counts == {"Worsened": 1}


def test_the_log_is_whole_newest_first_and_in_pages(store, publish):
    for number in range(5):
        publish("ports", ports(port("a", berths=number)))
        publish("constraints", constraints(constraint(f"c{number}")))
    log = ChangeLog(store)
    whole = log.page(store.specs, clearance=ALL, limit=100)
    assert whole.next_before is None
    moments = [one.at for one in whole.changes]
    assert len(moments) == 10
    assert all(newer > older for newer, older in pairwise(moments))
    paged, before = [], None
    while True:
        page = log.page(store.specs, clearance=ALL, before=before, limit=4)
        paged += page.changes
        before = page.next_before
        if before is None:
            break
    assert tuple(paged) == whole.changes
    since = log.page(store.specs, clearance=ALL, since=moments[3], limit=100)
    assert since.changes == whole.changes[:3]
    assert [one.release.layer for one in log.page(["ports"], clearance=ALL).changes] == [
        "ports"
    ] * 5


def test_what_a_clearance_does_not_reach_never_happened(store, publish):
    secret = constraint("s", name="Ambush", sensitivity=Sensitivity.CONFIDENTIAL)
    publish("constraints", constraints(constraint("a")))
    publish("constraints", constraints(secret))
    publish("constraints", constraints(constraint("b")))
    log = ChangeLog(store)
    seen = log.page(["constraints"], clearance=PUBLIC).changes
    assert [one.release.number for one in seen] == [3, 1]
    assert not any("Ambush" in str(one.as_json()) for one in seen)
    assert "Ambush" not in ET.tostring(feed(store), encoding="unicode")
    cleared = log.page(["constraints"], clearance=Sensitivity.CONFIDENTIAL).changes
    assert [one.release.number for one in cleared] == [3, 2, 1]
    assert "Ambush" in cleared[1].text


def test_a_page_of_what_holds_at_a_moment_looks_at_so_many_events_only(store, publish, monkeypatch):
    """Whoever asks about a moment long ago is told nothing, and makes nobody read all history."""
    for number in range(4):
        publish("ports", ports(port("a", berths=number)))
        publish("constraints", constraints(constraint(f"c{number}", valid_from=INFORMED)))
    log, tell, told = ChangeLog(store), ChangeLog._tell, []
    monkeypatch.setattr(ChangeLog, "_tell", lambda *a: told.append(a[1].layer) or tell(*a))
    at = INFORMED - timedelta(days=1)
    whole = log.page(store.specs, clearance=ALL, at=at).changes
    assert [one.release.layer for one in whole] == ["ports"] * 4
    paged, before, pages = [], None, 0
    while before is not None or not pages:
        log, pages = ChangeLog(store), pages + 1
        told.clear()
        page = log.page(store.specs, clearance=ALL, before=before, at=at, limit=3, looks=3)
        assert len(told) <= 4
        paged += page.changes
        before = page.next_before
    assert (tuple(paged), pages) == (whole, 3)


def test_a_closure_that_becomes_a_secret_opens_no_road(store, publish):
    publish("constraints", constraints(constraint("a", name="Bridge")))
    edit = ChangeFeature("a", {"sensitivity": "restricted"}, "they asked us to")
    store.apply_edit("constraints", edit, "Ana", clearance=ALL)
    told = ChangeLog(store).page(["constraints"], clearance=PUBLIC).changes[0]
    assert "Bridge" in told.text
    assert told.summary == "1 no longer listed"
    assert "opened" not in told.text.lower()


def test_a_withdrawal_is_an_event_and_marks_its_entry(store, publish, clock):
    publish("ports", ports(port("a", name="Typed twice")))
    publish("ports", ports(port("a", name="Right")))
    clock.tick(minutes=5)
    store.withdraw("ports", "1", "Ben", "typed twice by mistake")
    log = ChangeLog(store)
    kinds = [
        (one.kind, one.release.number) for one in log.page(["ports"], clearance=PUBLIC).changes
    ]
    assert kinds == [("withdrawal", 1), ("release", 2), ("release", 1)]
    entries = feed(store, "ports").findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [
        "Ports, version 2: 1 added",
        "Withdrawn: Ports, version 1",
    ]
    gone = entries[1]
    assert gone.findtext(f"{ATOM}content") == (
        "This version has been withdrawn. typed twice by mistake"
    )
    assert gone.findtext(f"{ATOM}updated") > gone.findtext(f"{ATOM}published")
    assert "Typed twice" not in ET.tostring(gone, encoding="unicode")


def test_a_reason_that_may_name_a_secret_is_kept_from_the_uncleared(store, publish, clock):
    secret = port("s", sensitivity=Sensitivity.CONFIDENTIAL)
    publish("ports", ports(port("a"), secret))
    publish("ports", ports(port("a", berths=2)))
    store.withdraw("ports", "1", "Ben", "the depot of the militia")
    log = ChangeLog(store)
    for clearance, reason in ((PUBLIC, None), (ALL, "the depot of the militia")):
        first = log.page(["ports"], clearance=clearance).changes[0]
        assert (first.kind, first.message) == ("withdrawal", reason)


def test_the_feed_is_what_rfc_4287_asks_for(store, publish, clock, monkeypatch):
    monkeypatch.setattr(atom, "MOST_ENTRIES", 5)
    publish("ports", ports(port("a", name="A & <b>B</b> \x0b]]>")))
    for number in range(7):
        clock.tick(minutes=1)
        draft = store.draft("ports", ports(port("a", berths=number)), "Ana", "A <note> & more")
        store.publish(draft.id, "Ana")
    tree = feed(store)
    for parent in (tree, *tree.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(parent.findall(f"{ATOM}{name}")) == 1, name
        assert parent.findtext(f"{ATOM}id").startswith("tag:lca-access-map.invalid,2026:")
        datetime.fromisoformat(parent.findtext(f"{ATOM}updated"))
    entries = tree.findall(f"{ATOM}entry")
    assert len(entries) == 5
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)
    assert tree.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated")
    for entry in entries:
        assert entry.find(f"{ATOM}author").findtext(f"{ATOM}name") == "Ana"
        (alternate,) = entry.findall(f"{ATOM}link[@rel='alternate']")
        assert alternate.get("href").startswith("http://x/ports/")
    assert [one.get("href") for one in tree.findall(f"{ATOM}link[@rel='self']")] == [
        "http://x/feed.atom"
    ]
    assert entries[0].findtext(f"{ATOM}summary") == "A <note> & more"


def test_a_release_of_very_many_changes_is_counted_not_listed(store, publish):
    publish("ports", ports(*(port(f"p{n:04}") for n in range(MOST_TOLD + 1))))
    (change,) = ChangeLog(store).page(["ports"], clearance=PUBLIC).changes
    assert (change.summary, change.text) == (f"{MOST_TOLD + 1} added", None)


def test_the_table_has_a_line_for_each_field_and_runs_no_formula(store, publish):
    first = publish("ports", ports(port("a", name="=1+1", berths=2), port("gone")))
    second = publish("ports", ports(port("a", name="=1+1", berths=3), port("new")))
    diff = store.diff("ports", first, second)
    lines = [dict(zip(COLUMNS, line, strict=True)) for line in rows_of(diff)]
    assert [line for line in lines if line["operation"] == "update"] == [
        {
            "operation": "update",
            "id": "a",
            "name": "=1+1",
            "field": "berths",
            "before": 2,
            "after": 3,
            "source": "Harbour master",
            "date": "2026-11-14T09:30:00Z",
        }
    ]
    assert {line["id"] for line in lines if line["operation"] == "delete"} == {"gone"}
    assert all(line["before"] is None for line in lines if line["operation"] == "insert")
    places = {line["after"] for line in lines if line["field"] == "geometry" and line["after"]}
    assert places == {"POINT (-71.34 -29.95)"}

    read = list(csv.DictReader(io.StringIO(as_file(diff, DiffFormat.CSV).decode("utf-8-sig"))))
    assert len(read) == len(lines)
    assert {row["name"] for row in read if row["id"] == "a"} == {"'=1+1"}
    book = openpyxl.load_workbook(io.BytesIO(as_file(diff, DiffFormat.XLSX)))
    cells = [cell for row in book["changes"].iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert book["changes"].max_row == len(lines) + 1
    assert as_file(diff, DiffFormat.XLSX) == as_file(diff, DiffFormat.XLSX)


def test_an_empty_feed_is_a_feed(store):
    tree = feed(store)
    assert tree.findtext(f"{ATOM}updated") == datetime(1970, 1, 1, tzinfo=UTC).strftime(
        "%Y-%m-%dT%H:%M:%SZ"
    )
