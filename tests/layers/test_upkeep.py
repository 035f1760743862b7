"""The doctor notices, a backup comes back whole or not at all, and garbage is only garbage."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import threading
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support.clock import Clock
from support.rows import constraint, constraints, port, ports

from layers import seal
from layers.objects import ObjectStore
from layers.store import Store
from layers.upkeep.backup import back_up, restore
from layers.upkeep.collect import SAFE_AGE, collect
from layers.upkeep.doctor import examine, repair
from layers.upkeep.findings import Severity
from layers.upkeep.wal_check import check_log
from lca.errors import NotFound, StoreUnavailable, UnreadableFile, UsageError
from lca.geo import BBox

FLIPS = int(os.environ.get("LCA_FLIPS", "80"))
LONG_AFTER = 4e9
"""Seconds since 1970, when every file of a test is old."""


@pytest.fixture(scope="module")
def template(empty_store, tmp_path_factory) -> tuple[Path, datetime]:
    """A store with history: two layers, an edit, a withdrawal, a draft, a query file."""
    folder, clock = tmp_path_factory.mktemp("template") / "store", Clock()
    shutil.copytree(empty_store, folder)
    with Store.open(folder, clock=clock) as store:
        for layer, frame in (
            ("ports", ports(port("a"), port("b"))),
            ("ports", ports(port("a", name="Port of Coquimbo"))),
            ("constraints", constraints(constraint("c", name="Bridge at km 84"))),
        ):
            clock.tick(minutes=1)
            store.publish(store.draft(layer, frame, "Ana", "import").id, "Ana")
        store.withdraw("ports", "1", "Ana", "typed twice")
        store.draft("ports", ports(port("z")), "Ben", "not published")
        store.page(store.head("constraints"), bbox=BBox(-72, -31, -70, -29))
    return folder, clock()


@pytest.fixture
def used(template, tmp_path, clock) -> Iterator[Store]:
    """Such a store of the test's own."""
    folder, clock.now = template
    shutil.copytree(folder, tmp_path / "used")
    with Store.open(tmp_path / "used", clock=clock) as opened:
        yield opened


@pytest.fixture
def closed(used) -> Path:
    """The folder of such a store that nobody has open."""
    used.close()
    return used.root


def contents(store: Store) -> object:
    """Everything that a store says, to be compared."""
    logs = {layer: store.log(layer) for layer in store.specs}
    drafts = {layer: [item.id for item in store.drafts(layer)] for layer in store.specs}
    rows = {
        release.version: store.workspace.versions.load(release.version).row_digests
        for log in logs.values()
        for release in log
    }
    return logs, drafts, rows


def flip(path: Path, bit: int) -> None:
    """Flip one bit of a file."""
    content = bytearray(path.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


def said(path: Path) -> object:
    """What a catalogue file says, or that it cannot be read."""
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        try:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                return "damaged"
            return list(connection.iterdump())
        finally:
            connection.close()
    except (sqlite3.Error, UnicodeError) as error:
        return repr(error)


def test_a_sound_store_is_clean_while_it_is_open_and_when_it_is_closed(used):
    open_ = examine(used.root)
    assert open_.clean, open_.as_text()
    assert open_.examined["versions"] == 4
    used.close()
    assert examine(used.root).as_text() == open_.as_text()


def test_to_examine_makes_and_changes_nothing(closed, tmp_path):
    def files() -> dict[Path, bytes]:
        # SQLite keeps two files beside a catalogue that is read; they hold nothing.
        paths = (path for path in closed.rglob("*") if not path.name.endswith(("-shm", "-wal")))
        return {path: path.read_bytes() for path in paths if path.is_file()}

    before = files()
    examine(closed)
    assert files() == before
    with pytest.raises(NotFound):
        examine(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_each_flipped_bit_of_an_object_is_noticed_and_says_who_uses_it(closed):
    draw = random.Random(5)
    objects = sorted((closed / "objects").glob("??/*"))
    for _ in range(FLIPS // 2):
        path = draw.choice(objects)
        whole = path.read_bytes()
        flip(path, draw.randrange(8 * len(whole)))
        findings = examine(closed, contents=False)
        path.write_bytes(whole)
        bad = [item for item in findings.items if item.severity is Severity.DAMAGED]
        assert [item.where for item in bad] == [f"object {path.name[:12]}"]
        assert any("ports" in user or "constraints" in user for user in bad[0].used_by)
    assert examine(closed).clean


@pytest.mark.parametrize("name", [b"ix_draft_layer", b"ix_release_version"])
def test_a_broken_name_in_the_catalogue_is_damage_and_no_accident(closed, name):
    path = closed / "catalogue.sqlite"
    whole = path.read_bytes()
    assert name in whole
    path.write_bytes(whole.replace(name, b"\xa0" + name[1:], 1))
    assert not examine(closed, contents=False).clean
    with suppress(StoreUnavailable), Store.open(closed) as store:
        store.heads()


def test_each_flipped_bit_that_changes_what_the_catalogue_says_is_noticed(closed):
    """Of the bits that nothing reads, none may be reported as harmless that is not."""
    draw = random.Random(6)
    path = closed / "catalogue.sqlite"
    whole, truth = path.read_bytes(), said(path)
    unused = 0
    for _ in range(FLIPS):
        flip(path, draw.randrange(8 * len(whole)))
        if examine(closed, contents=False).clean:
            assert said(path) == truth
            unused += 1
        path.write_bytes(whole)
    assert unused < FLIPS, "the flips never met a byte that is used"


def test_what_a_flipped_bit_of_the_log_takes_back_is_noticed(used, clock):
    """SQLite ends its log at the first frame that does not fit: a later release vanishes silently."""
    for number in range(3):
        clock.tick(minutes=1)
        draft = used.draft("ports", ports(port("a", berths=number)), "Ana", "m")
        used.publish(draft.id, "Ana")
    log = used.root / "catalogue.sqlite-wal"
    assert list(check_log(log)) == []
    whole, draw, noticed = log.read_bytes(), random.Random(9), 0
    copy = log.with_name("copy-wal")
    for _ in range(FLIPS // 2):
        copy.write_bytes(whole)
        flip(copy, draw.randrange(8 * len(whole)))
        noticed += len(list(check_log(copy)))
    assert noticed == FLIPS // 2
    copy.write_bytes(whole[: len(whole) * 2 // 3])
    assert list(check_log(copy)) == [], "a log that a dead writer left short is a log"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE release SET author = 'Bea' WHERE number = 2",
        "UPDATE token SET role = 'admin'",
        "DELETE FROM withdrawal",
        "INSERT INTO withdrawal SELECT id, 'x', 'y', 1 FROM version LIMIT 1",
        "UPDATE head SET number = 1 WHERE layer = 'ports'",
        "UPDATE draft SET message = 'other'",
        "DROP TABLE watch_look",
        "CREATE TABLE more (x)",
        "UPDATE seal SET row_count = row_count + 1 WHERE name = 'head'",
        "DELETE FROM seal WHERE name = 'draft'",
    ],
)
def test_a_change_by_another_tool_breaks_the_seal(used, change, clock):
    from layers.access import Role, create_token  # noqa: PLC0415
    from lca.vocab import Sensitivity  # noqa: PLC0415

    create_token(used, Role.VIEWER, Sensitivity.PUBLIC, "x", clock() + timedelta(days=1))
    used.close()
    with sqlite3.connect(used.root / "catalogue.sqlite") as connection:
        connection.execute(change)
    connection.close()
    assert not examine(used.root).clean


def test_an_insert_by_hand_and_its_removal_leave_the_seal_as_it_was(closed):
    with sqlite3.connect(closed / "catalogue.sqlite") as connection:
        before = seal.found(connection)
        connection.execute("INSERT INTO head VALUES ('x', 1)")
        assert seal.found(connection) != before
        connection.execute("DELETE FROM head WHERE layer = 'x'")
        assert seal.found(connection) == before == seal.stated(connection)
    connection.close()


def test_a_version_that_lies_about_its_rows_is_noticed(used):
    """Its file is whole and the catalogue is sealed, yet the rows are another version's."""
    first, second = (used.release("ports", "2"), used.head("constraints"))
    with used.catalogue.write() as connection:
        part = connection.exec_driver_sql(
            f"SELECT sha256 FROM version_part WHERE version = '{first.version}'"
        ).scalar()
        connection.exec_driver_sql(
            f"UPDATE version_part SET sha256 = '{part}' WHERE version = '{second.version}'"
        )
    found = [item for item in examine(used.root).items if item.severity is Severity.DAMAGED]
    assert [item.where for item in found] == [f"version {second.version[:12]}"]
    assert found[0].used_by == ("constraints version 1",)


def test_only_what_can_be_made_again_is_repaired(closed):
    query_file = next((closed / "artefacts").glob("*/layer.gpkg"))
    flip(query_file, 8 * 5000)
    query_file.write_bytes(query_file.read_bytes()[:6000])
    stray = ObjectStore(closed / "objects").put(b"nobody's")
    flip(ObjectStore(closed / "objects").path(stray), 3)
    lost = next((closed / "objects").glob("??/*[0-9a-f]"))
    findings = examine(closed)
    assert {item.path for item in findings.rebuildable} == {
        query_file,
        ObjectStore(closed / "objects").path(stray),
    }
    repair(findings)
    assert not query_file.exists()
    assert lost.exists()
    assert examine(closed).clean
    with Store.open(closed) as store:
        assert store.page(store.head("constraints")).matched == 1


def test_what_is_published_while_the_doctor_reads_is_no_damage(used, clock, monkeypatch):
    clock.tick(minutes=1)
    draft = used.draft("ports", ports(port("b", name="Later")), "Ana", "m")
    stated = seal.stated

    def slowly(connection):
        told = stated(connection)
        used.publish(draft.id, "Ana")
        return told

    monkeypatch.setattr(seal, "stated", slowly)
    assert examine(used.root).clean
    assert used.head("ports").number == 3


def test_while_the_catalogue_is_damaged_nothing_counts_as_unused(closed):
    stray = ObjectStore(closed / "objects").put(b"whose?")
    flip(ObjectStore(closed / "objects").path(stray), 3)
    with sqlite3.connect(closed / "catalogue.sqlite") as connection:
        connection.execute("UPDATE release SET author = 'Bea'")
    connection.close()
    findings = examine(closed)
    assert not findings.clean
    assert findings.rebuildable == ()


def test_a_backup_comes_back_as_it_was(used, tmp_path, clock):
    made = back_up(used.root, tmp_path / "b.zip", now=clock())
    assert made.heads == {"constraints": 1, "ports": 2}
    assert (tmp_path / "b.zip").stat().st_mode & 0o077 == 0, "it holds every sensitivity"
    restore(tmp_path / "b.zip", tmp_path / "again")
    with Store.open(tmp_path / "again", clock=clock) as again:
        assert contents(again) == contents(used)
        clock.tick(minutes=1)
        again.publish(again.draft("ports", ports(port("q")), "Ana", "goes on").id, "Ana")
    assert examine(tmp_path / "again").clean


def test_a_backup_taken_while_others_publish_is_one_moment(used, tmp_path, clock):
    stop, published = threading.Event(), threading.Event()

    def busy() -> None:
        with Store.open(used.root, clock=clock) as other:
            number = 0
            while not stop.is_set():
                number += 1
                draft = other.draft("ports", ports(port("a", name=f"Name {number}")), "Ben", "m")
                other.publish(draft.id, "Ben")
                published.set()

    writer = threading.Thread(target=busy)
    writer.start()
    try:
        assert published.wait(240)
        made = [back_up(used.root, tmp_path / f"{i}.zip", now=clock()) for i in range(5)]
        published.clear()
        assert published.wait(240)
    finally:
        stop.set()
        writer.join()
    assert made[0].heads["ports"] < used.head("ports").number, "nobody published meanwhile"
    for number, backup in enumerate(made):
        restore(backup.path, tmp_path / f"r{number}")
        with Store.open(tmp_path / f"r{number}", clock=clock) as again:
            assert again.head("ports").number == backup.heads["ports"]
            log = again.log("ports")
            assert log == [item for item in used.log("ports") if item.number <= log[0].number]


def test_a_backup_cut_short_or_changed_by_one_bit_is_refused(used, tmp_path, clock):
    made = back_up(used.root, tmp_path / "b.zip", now=clock())
    whole, draw = made.path.read_bytes(), random.Random(7)
    for case in range(100):
        damaged = bytearray(whole)
        if case % 4 == 0:
            del damaged[draw.randrange(len(whole)) :]
        elif case % 4 == 1:
            damaged += b"\0"
        else:
            damaged[draw.randrange(len(whole))] ^= 1 << draw.randrange(8)
        (tmp_path / "bad.zip").write_bytes(damaged)
        with pytest.raises(UnreadableFile):
            restore(tmp_path / "bad.zip", tmp_path / "target")
        assert not (tmp_path / "target").exists()
    assert not list(tmp_path.glob(".*")), "something half restored is left"


def test_a_damaged_store_is_not_backed_up_as_if_it_were_whole(closed, tmp_path):
    lost = min((closed / "objects").glob("??/*"))
    lost.rename(tmp_path / "kept")
    with pytest.raises(StoreUnavailable, match="missing"):
        back_up(closed, tmp_path / "b.zip", now=Clock()())
    shutil.copy(tmp_path / "kept", lost)
    flip(lost, 9)
    with pytest.raises(StoreUnavailable, match="damaged"):
        back_up(closed, tmp_path / "b.zip", now=Clock()())
    assert not (tmp_path / "b.zip").exists()


def test_nothing_is_overwritten(used, tmp_path, clock):
    made = back_up(used.root, tmp_path / "b.zip", now=clock())
    with pytest.raises(UsageError):
        back_up(used.root, tmp_path / "b.zip", now=clock())
    with pytest.raises(UsageError):
        restore(made.path, used.root)
    (tmp_path / "empty").mkdir()
    restore(made.path, tmp_path / "empty")


def test_a_zip_that_names_what_no_store_holds_is_refused(used, tmp_path, clock):
    from layers.upkeep.package import write_package  # noqa: PLC0415

    made = back_up(used.root, tmp_path / "b.zip", now=clock())
    with zipfile.ZipFile(made.path) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if "manifest" not in name}
    for strange in ("../outside", "/etc/cron.d/x", "objects/aa/../../x", "builds/x/.hidden"):
        out = tmp_path / f"{len(strange)}.zip"
        with write_package(out, "backup", {"format": "lca-backup/1"}) as package:
            for name, content in {**files, strange: b"x"}.items():
                package.add(name, content)
        with pytest.raises(UnreadableFile, match="no store holds"):
            restore(out, tmp_path / "target")
    assert not (tmp_path / "outside").exists()


def test_garbage_is_collected_and_nothing_else(used):
    objects = ObjectStore(used.root / "objects")
    before, names = contents(used), {path.name for path in objects.folder.glob("??/*")}
    stray = objects.put(b"written by somebody who died")
    (objects.path(stray).parent / ".abcdef.0123456789abcdef.tmp").write_bytes(b"half")
    hidden = used.root / "artefacts" / used.log("ports")[1].version
    hidden.mkdir()
    (hidden / "layer.gpkg").write_bytes(b"made before the withdrawal")

    fresh = collect(used.root, used.catalogue, now=0.0)
    assert fresh.counts == {"objects": 0, "artefacts": 1, "temporary files": 0}, "too young"
    dry = collect(used.root, used.catalogue, now=LONG_AFTER, dry_run=True)
    assert (dry.counts["objects"], objects.holds(stray)) == (1, True)
    done = collect(used.root, used.catalogue, now=LONG_AFTER)
    assert done.counts == {"objects": 1, "artefacts": 0, "temporary files": 1}
    assert {path.name for path in objects.folder.glob("??/*")} == names
    assert contents(used) == before
    assert examine(used.root).clean


def test_a_publisher_whose_files_were_collected_is_told_and_nothing_is_half_published(
    used, monkeypatch, clock
):
    """The collector comes between the writing of the objects and their naming."""
    before = contents(used)
    write = used.workspace.versions.write

    def write_slowly(snapshot):
        files = write(snapshot)
        collect(used.root, used.catalogue, now=LONG_AFTER, age=SAFE_AGE)
        return files

    monkeypatch.setattr(type(used.workspace.versions), "write", lambda _, item: write_slowly(item))
    with pytest.raises(StoreUnavailable, match="Try again"):
        used.draft("ports", ports(port("new")), "Ana", "m")
    assert contents(used) == before
    monkeypatch.undo()
    clock.tick(minutes=1)
    used.publish(used.draft("ports", ports(port("new")), "Ana", "m").id, "Ana")
    assert examine(used.root).clean


def test_collectors_and_publishers_at_once_lose_nothing(store, clock):
    """A collector without any patience beside a publisher: at worst it is told to try again.

    Such a collector may take every file before it is named, for as long as it goes on (only the
    day that ``SAFE_AGE`` gives promises a publisher to get through); so it makes a fixed number of
    sweeps, and the publisher tries until all it has to say is published.
    """
    names = [f"Name {number}" for number in range(20)]
    together = threading.Barrier(2)

    def sweep() -> None:
        with Store.open(store.root, clock=clock) as other:
            together.wait()
            for _ in range(300):
                collect(other.root, other.catalogue, now=LONG_AFTER)

    sweeper = threading.Thread(target=sweep)
    sweeper.start()
    together.wait()
    published = []
    try:
        while len(published) < len(names):
            with suppress(StoreUnavailable):
                name = names[len(published)]
                draft = store.draft("ports", ports(port("a", name=name)), "Ben", "m")
                published.append(store.publish(draft.id, "Ben").version)
    finally:
        sweeper.join()
    assert [store.frame(version)["name"].tolist() for version in published] == [
        [name] for name in names
    ]
    found = examine(store.root)
    assert found.clean, found.as_text()
