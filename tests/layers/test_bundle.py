"""A version travels to another store and is the same version there; what was tampered with does not."""

from __future__ import annotations

import json
import random
import shutil
import zipfile
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.clock import Clock
from support.rows import constraint, constraints, port, ports

from layers import parts
from layers.canonical import manifest_of, row_digests
from layers.content import Part
from layers.operation import Operation
from layers.spec import Review
from layers.store import Store
from layers.tiles.versiontiles import VersionTiles
from layers.upkeep.bundle import verify_release, write_bundle
from layers.upkeep.doctor import examine
from layers.upkeep.madefiles import verify_made
from layers.upkeep.package import write_package
from layers.upkeep.unbundle import draft_from_bundle, publish_from_bundle
from layers.upkeep.version_check import VersionFault
from lca.errors import Conflict, InvalidInput, NeedsReview, NotAllowed, UnreadableFile
from lca.vocab import Sensitivity

PUBLIC, RESTRICTED = Sensitivity.PUBLIC, Sensitivity.RESTRICTED


@pytest.fixture
def history(publish, store):
    """Three releases of constraints, the last of which ends nothing by absence."""
    publish("constraints", constraints(constraint("a"), constraint("b")))
    publish("constraints", constraints(constraint("b", max_gross_t=10.0)))
    publish("constraints", constraints(constraint("c", name="Muelle Ñandú")))
    return list(reversed(store.log("constraints")))


@pytest.fixture(scope="module")
def bundled(empty_store, tmp_path_factory) -> Path:
    """A bundle of two versions, from a store that is far away."""
    folder, clock = tmp_path_factory.mktemp("far"), Clock()
    shutil.copytree(empty_store, folder / "store")
    with Store.open(folder / "store", clock=clock) as far:
        for key in ("a", "b"):
            clock.tick(minutes=1)
            draft = far.draft("constraints", constraints(constraint(key)), "Ana", "m")
            far.publish(draft.id, "Ana")
        history = list(reversed(far.log("constraints")))
        write_bundle(far, history, folder / "b.zip", clearance=PUBLIC)
    return folder / "b.zip"


@pytest.fixture
def other(tmp_path, empty_store) -> Store:
    shutil.copytree(empty_store, tmp_path / "other")
    with Store.open(tmp_path / "other", clock=Clock("2026-12-01T08:00:00+00:00")) as opened:
        yield opened


def repacked(bundle: Path, out: Path, change) -> Path:
    """A bundle with a sound seal around what somebody changed in it."""
    with zipfile.ZipFile(bundle) as archive:
        body = json.loads(archive.read("manifest.json"))
        files = {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}
    change(body["about"], files)
    with write_package(out, "bundle", body["about"]) as package:
        for name, content in files.items():
            package.add(name, content)
    return out


def test_a_history_travels_and_keeps_its_ids(store, history, other, tmp_path):
    write_bundle(store, history, tmp_path / "b.zip", clearance=PUBLIC)
    releases = publish_from_bundle(other, tmp_path / "b.zip", author="Cleo")
    assert [one.version for one in releases] == [one.version for one in history]
    assert [one.number for one in releases] == [1, 2, 3]
    head = other.head("constraints")
    assert head == releases[-1]
    assert head.author == "Cleo"
    assert "by Ana" in head.message
    assert (
        other.diff("constraints", *releases[:2]).as_json()["changed"]
        == (store.diff("constraints", *history[:2]).as_json()["changed"])
    )
    assert other.heads(releases[0].published_at).releases["constraints"] == releases[0]
    assert examine(other.root).clean
    with pytest.raises(Conflict, match="published here already"):
        publish_from_bundle(other, tmp_path / "b.zip", author="Cleo")
    assert other.log("constraints")[0] == head


def test_a_bundle_says_its_terms_to_people(store, history, tmp_path):
    write_bundle(store, history, tmp_path / "b.zip", clearance=PUBLIC)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        terms = archive.read("LICENCE.txt").decode()
        notes = archive.read("RELEASE-NOTES.txt").decode()
        spec = json.loads(archive.read("spec.json"))
    assert store.specs["constraints"].licence in terms
    assert "Sensitivity: up to public" in terms
    assert "Closure b: gross mass limit not known → 10 t" in notes
    assert spec["name"] == "constraints"


def test_a_draft_of_a_bundle_follows_the_rules_of_an_import(store, history, other, tmp_path):
    other.publish(
        other.draft("constraints", constraints(constraint("own")), "Cleo", "m").id, "Cleo"
    )
    write_bundle(store, history[-1:], tmp_path / "b.zip", clearance=PUBLIC)
    draft = draft_from_bundle(other, tmp_path / "b.zip", author="Cleo")
    assert (draft.carried_over, draft.feature_count, draft.lifts) == (1, 4, ())
    assert other.head("constraints").number == 1, "nothing is published"


def test_a_draft_into_an_empty_layer_is_the_same_version(store, history, other, tmp_path):
    write_bundle(store, history[-1:], tmp_path / "b.zip", clearance=PUBLIC)
    draft = draft_from_bundle(other, tmp_path / "b.zip", author="Cleo")
    assert other.publish(draft.id, "Cleo").version == history[-1].version


def test_nothing_leaves_above_the_clearance_nor_against_the_licence(store, publish, tmp_path):
    secret = publish("ports", ports(port("a"), port("s", sensitivity=RESTRICTED)))
    with pytest.raises(NotAllowed, match=r"1 row\(s\)"):
        write_bundle(store, [secret], tmp_path / "b.zip", clearance=PUBLIC)
    assert not (tmp_path / "b.zip").exists()
    write_bundle(store, [secret], tmp_path / "b.zip", clearance=RESTRICTED)
    closed = store.specs["ports"].model_copy(update={"download_allowed": False})
    with (
        Store.open(store.root, specs={**store.specs, "ports": closed}) as strict,
        pytest.raises(NotAllowed, match="may not be downloaded"),
    ):
        write_bundle(strict, [secret], tmp_path / "c.zip", clearance=RESTRICTED)


def test_the_note_of_what_replaced_a_secret_does_not_leave(store, clock, tmp_path):
    def publish(frame, message, clearance=Sensitivity.STRICTLY_CONFIDENTIAL):
        clock.tick(minutes=1)
        draft = store.draft("ports", frame, "Ana", message, clearance=clearance)
        return store.publish(draft.id, "Ana", clearance=clearance)

    publish(ports(port("a"), port("s", sensitivity=RESTRICTED)), "first")
    last = publish(ports(port("a")), "The depot of the militia is gone")
    about = write_bundle(store, [last], tmp_path / "b.zip", clearance=PUBLIC)
    assert "militia" not in about.releases[0].message
    assert b"militia" not in (tmp_path / "b.zip").read_bytes()


def test_a_history_passes_no_review(bundled, other):
    asked = other.specs["constraints"].model_copy(update={"review": Review.FOUR_EYES})
    with Store.open(other.root, specs={**other.specs, "constraints": asked}) as strict:
        with pytest.raises(NeedsReview):
            publish_from_bundle(strict, bundled, author="Cleo")
        assert draft_from_bundle(strict, bundled, author="Cleo").feature_count == 2


def test_exercise_data_does_not_enter_a_real_operation_by_a_bundle(store, publish, other, tmp_path):
    store.set_operation(Operation("EX", "Exercise", exercise=True, time_zone="UTC"))
    release = publish("ports", ports(port("a")))
    write_bundle(store, [release], tmp_path / "b.zip", clearance=PUBLIC)
    other.set_operation(Operation("REAL", "Flood", exercise=False, time_zone="UTC"))
    for act in (publish_from_bundle, draft_from_bundle):
        with pytest.raises(InvalidInput):
            act(other, tmp_path / "b.zip", author="Cleo")
    assert other.head("ports") is None


def test_a_bundle_with_one_bit_changed_is_refused(bundled, other, tmp_path):
    whole, draw = bundled.read_bytes(), random.Random(8)
    for _ in range(100):
        damaged = bytearray(whole)
        damaged[draw.randrange(len(whole))] ^= 1 << draw.randrange(8)
        (tmp_path / "bad.zip").write_bytes(damaged)
        with pytest.raises(UnreadableFile):
            publish_from_bundle(other, tmp_path / "bad.zip", author="Cleo")
    assert other.log("constraints") == []
    assert not list((other.root / "objects").glob("??/*"))


def _other_rows(about, files):
    """The file of another version's part, under the name of this one's."""
    first, last = (f"objects/{about['releases'][place]['parts'][0]}" for place in (0, -1))
    files[last] = files[first]


def _other_parts(about, files):
    about["releases"][-1]["parts"] = about["releases"][0]["parts"]


def _other_layer(about, files):
    about["layer"] = "ports"


def _unknown_layer(about, files):
    about["layer"] = "../../etc"


def _no_part(about, files):
    del files[f"objects/{about['releases'][0]['parts'][0]}"]


def _outside(about, files):
    files["../outside"] = b"x"


def _endless(about, files):
    """A part that would unpack to a billion rows."""
    rows = pa.table({"id": pa.nulls(6_000_000, pa.string())})
    sink = pa.BufferOutputStream()
    pq.write_table(rows, sink, compression="zstd")
    files[f"objects/{about['releases'][-1]['parts'][0]}"] = sink.getvalue().to_pybytes()


def _bomb(about, files):
    """A part of a few kilobytes whose million rows each have a text of 600 kB."""
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int32()), ["x" * 600_000])
    sink = pa.BufferOutputStream()
    schema = pa.schema([("id", pa.string())])
    pq.write_table(pa.table({"id": text}), sink, compression="zstd", store_schema=False)
    assert pq.read_schema(pa.BufferReader(sink.getvalue())) == schema
    _as_part(about, files, sink.getvalue().to_pybytes())


def _nested(about, files):
    """A geometry in a geometry in a geometry, until the reader's stack is at its end."""
    nested = b"\x01\x04\x00\x00\x00\x01\x00\x00\x00" * 1_000_000
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"id": ["a"], "geometry": pa.array([nested], pa.binary())}), sink)
    _as_part(about, files, sink.getvalue().to_pybytes())


def _another_kind(about, files):
    """A geometry that no layer holds: a collection."""
    sink = pa.BufferOutputStream()
    collection = b"\x01\x07\x00\x00\x00\x00\x00\x00\x00"
    pq.write_table(pa.table({"id": ["a"], "geometry": pa.array([collection], pa.binary())}), sink)
    _as_part(about, files, sink.getvalue().to_pybytes())


def _long_manifest(about, files):
    about["releases"][-1]["version"] = sha256(b" " * (17 << 20)).hexdigest()
    files[f"objects/{about['releases'][-1]['version']}"] = b" " * (17 << 20)


def _as_part(about, files, content):
    files[f"objects/{about['releases'][-1]['parts'][0]}"] = content


def _no_table(about, files):
    files[f"objects/{about['releases'][-1]['parts'][0]}"] = b"PAR1 no table PAR1"


def _more_said(about, files):
    about["script"] = "rm -rf"


@pytest.mark.parametrize(
    "change",
    [
        _other_rows,
        _other_parts,
        _other_layer,
        _unknown_layer,
        _no_part,
        _outside,
        _endless,
        _bomb,
        _nested,
        _another_kind,
        _long_manifest,
        _no_table,
        _more_said,
    ],
)
def test_a_bundle_that_lies_is_refused_though_its_seal_is_sound(bundled, other, tmp_path, change):
    bad = repacked(bundled, tmp_path / "bad.zip", change)
    most = pa.default_memory_pool().max_memory()
    for act in (publish_from_bundle, draft_from_bundle):
        with pytest.raises(UnreadableFile):
            act(other, bad, author="Cleo")
    assert pa.default_memory_pool().max_memory() - most < 64 << 20, "a bomb goes off in the child"
    assert other.log("constraints") == []
    assert not list((other.root / "objects").glob("??/*"))
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize(
    "column", [{"sensitivity": None}, {"name": "Cafe\u0301"}, {"effect": "shut"}]
)
def test_rows_that_no_import_would_keep_do_not_come_in_by_a_bundle(
    bundled, other, tmp_path, column
):
    """A row without a sensitivity would be in no comparison, so its closure could go unseen."""
    spec = other.specs["constraints"]

    def change(about, files):
        frame = other.workspace.snapshot(spec.name, constraints(constraint("a"))).frame
        frame = frame.assign(**{name: [value] for name, value in column.items()})
        table = parts.table_of(frame, row_digests(frame, spec.fields), spec.fields)
        part, content = Part.of(table, spec.fields), parts.packed(table)
        manifest = manifest_of(spec, [part], exercise=False)
        last = about["releases"][-1]
        last["version"] = sha256(manifest).hexdigest()
        last["parts"] = [sha256(content).hexdigest()]
        files[f"objects/{last['version']}"] = manifest
        files[f"objects/{last['parts'][0]}"] = content

    bad = repacked(bundled, tmp_path / "bad.zip", change)
    with pytest.raises((UnreadableFile, InvalidInput)):
        publish_from_bundle(other, bad, author="Cleo")
    assert other.log("constraints") == []


def test_a_bundle_whose_part_is_damaged_is_refused_though_its_seal_is_sound(
    bundled, other, tmp_path
):
    """The process that reads it may die of it, this one does not."""
    draw = random.Random(11)
    for number in range(4):

        def change(about, files):
            name = f"objects/{about['releases'][-1]['parts'][0]}"
            damaged = bytearray(files[name])
            for _ in range(8):
                damaged[draw.randrange(4, len(damaged))] = draw.randrange(256)
            files[name] = bytes(damaged)

        bad = repacked(bundled, tmp_path / f"{number}.zip", change)
        with pytest.raises(UnreadableFile):
            draft_from_bundle(other, bad, author="Cleo")
    assert other.drafts("constraints") == []


@pytest.mark.parametrize("large", [False, True])
def test_a_directory_that_would_fill_the_memory_is_not_read(bundled, other, tmp_path, large):
    whole = bundled.read_bytes()
    end = whole.rindex(b"PK\x05\x06")
    tail = bytearray(whole[end : -len(b"lca bundle sha256=") - 64])
    before = whole[:end]
    tail[12:16] = (0xFFFFFFFF if large else 400 << 20).to_bytes(4, "little")
    if large:
        before += b"PK\x06\x06" + bytes(36) + (9 << 30).to_bytes(8, "little") + bytes(8)
        before += b"PK\x06\x07" + bytes(16)
    body = before + tail
    (tmp_path / "long.zip").write_bytes(
        body + b"lca bundle sha256=" + sha256(body).hexdigest().encode()
    )
    with pytest.raises(UnreadableFile, match="too many entries"):
        publish_from_bundle(other, tmp_path / "long.zip", author="Cleo")


def test_what_comes_out_of_a_bundle_was_packed_here(bundled, other, tmp_path):
    """A part that is well made, but by others, is in no store: whoever serves it did not make it."""

    def change(about, files):
        for item in about["releases"]:
            name = f"objects/{item['parts'][0]}"
            table = pq.read_table(pa.BufferReader(files.pop(name)))
            sink = pa.BufferOutputStream()
            pq.write_table(table, sink, compression="gzip")
            content = sink.getvalue().to_pybytes()
            item["parts"] = [sha256(content).hexdigest()]
            files[f"objects/{item['parts'][0]}"] = content

    foreign = repacked(bundled, tmp_path / "foreign.zip", change)
    releases = publish_from_bundle(other, foreign, author="Cleo")
    assert [verify_release(other, one) for one in releases] == [1, 2]
    with zipfile.ZipFile(foreign) as archive:
        theirs = {name.rpartition("/")[2] for name in archive.namelist()}
    ours = {path.name for path in (other.root / "objects").glob("??/*")}
    assert ours & theirs == {one.version for one in releases}, "the manifests alone are theirs"


def test_a_compressed_bundle_is_refused_before_it_unpacks(other, tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b" " * 50_000_000)
    with pytest.raises(UnreadableFile):
        publish_from_bundle(other, tmp_path / "bomb.zip", author="Cleo")


def test_a_release_is_verified_from_its_files(store, history):
    assert [verify_release(store, one) for one in history] == [2, 2, 3]
    for path in (store.root / "objects").glob("??/*"):
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(VersionFault):
        verify_release(store, history[0])


def test_a_layer_that_is_computed_takes_no_bundle(bundled, other):
    computed = other.specs["constraints"].model_copy(update={"derived": True})
    with Store.open(other.root, specs={**other.specs, "constraints": computed}) as strict:
        for act in (publish_from_bundle, draft_from_bundle):
            with pytest.raises(InvalidInput, match="computed"):
                act(strict, bundled, author="Cleo")


def test_map_cuts_and_the_query_file_are_held_against_the_rows(store, publish, clock):
    first = publish("ports", ports(port("a"), port("b", sensitivity=RESTRICTED)))
    assert verify_made(store, first).as_text() == "", "nothing was made yet"
    second = publish("ports", ports(port("a", name="Another"), port("b", sensitivity=RESTRICTED)))
    tiles = VersionTiles(store)
    for release in (first, second):
        for clearance in (PUBLIC, RESTRICTED):
            tiles.make(release, clearance)
        store.page(release)
    made = verify_made(store, first)
    assert made.compared == ("tiles-public.pmtiles", "tiles-restricted.pmtiles")
    assert [name.endswith(".gpkg") for name in made.as_written] == [True]
    ours, theirs = (tiles.path(one, PUBLIC) for one in (first, second))
    whole = ours.read_bytes()
    for wrong in (theirs, tiles.path(first, RESTRICTED)):
        ours.write_bytes(wrong.read_bytes())
        with pytest.raises(VersionFault, match="other tiles than its rows make"):
            verify_made(store, first)
    ours.write_bytes(whole)
    (query,) = ours.parent.glob("*.gpkg")
    query.write_bytes(query.read_bytes() + b"x")
    with pytest.raises(VersionFault, match="not as it was written"):
        verify_made(store, first)
