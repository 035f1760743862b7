"""Graph builds on disk: mapped, shared, and refused as soon as one byte is not what was saved."""

from __future__ import annotations

import json
import os
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
import pytest
from geopandas.testing import assert_geodataframe_equal
from support.asciimap import draw
from support.demoroads import demo_network

from lca.errors import StoreUnavailable
from routing import build_store
from routing.build import load_network, save_network
from routing.build_digest import FORMAT, digest_of
from routing.lines import to_e7

FILES = ("build.json", *build_store._FILES)


def town():
    """A network of every kind of column: tags, none, and a turn."""
    return draw(
        """
        A---B---C
            |
            D
        """,
        {"AB": {"name": "Ñandú", "max_gross_t": 7.5, "bridge": True}, "BC": {}, "BD": {}},
        turns=[("B", "AB", "BC", "no_straight_on except hgv")],
    ).network


def arrays(part):
    """Every array of a network, wherever it lies."""
    if isinstance(part, np.ndarray):
        return [part]
    if isinstance(part, dict):
        return [array for member in part.values() for array in arrays(member)]
    if not is_dataclass(part):
        return []
    return [array for member in fields(part) for array in arrays(getattr(part, member.name))]


@pytest.mark.parametrize("network", [demo_network, town])
def test_a_saved_build_comes_back_whole(tmp_path, network):
    network = network()
    save_network(network, tmp_path / "builds" / network.digest)
    loaded = load_network(tmp_path / "builds" / network.digest)
    assert loaded.digest == network.digest
    assert loaded.info == network.info
    assert_geodataframe_equal(loaded.segments.frame(), network.segments.frame())
    pairs = list(zip(arrays(loaded), arrays(network), strict=True))
    assert len(pairs) > 40
    for after, before in pairs:
        assert after.dtype == before.dtype
        assert np.array_equal(after, before)
    assert loaded.turns.rule.values == network.turns.rule.values
    position = np.column_stack([loaded.node_lon, loaded.node_lat])
    content = loaded.node_ids, to_e7(position), loaded.segments, loaded.turns
    assert digest_of(*content) == network.digest


def test_a_loaded_build_lies_in_mapped_files_and_cannot_be_written(tmp_path):
    save_network(town(), tmp_path / "build")
    loaded = load_network(tmp_path / "build")
    mapped = arrays(loaded)
    assert len(mapped) > 40
    for array in mapped:
        assert not array.flags.owndata
        assert not array.flags.writeable
        with pytest.raises(ValueError, match="WRITEABLE"):
            array.flags.writeable = True


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux lists its maps")
def test_the_arrays_of_a_loaded_build_are_pages_of_its_files(tmp_path):
    save_network(town(), tmp_path / "build")
    loaded = load_network(tmp_path / "build")
    spans = [
        tuple(int(edge, 16) for edge in line.split(" ", 1)[0].split("-"))
        for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
        if str(tmp_path) in line
    ]
    assert len(spans) == len(build_store._FILES)
    for array in arrays(loaded):
        place = array.__array_interface__["data"][0]
        assert array.size == 0 or any(low <= place < high for low, high in spans)


def test_saving_twice_and_leaving_no_rubbish(tmp_path):
    network = town()
    save_network(network, tmp_path / "build")
    before = {path.name: path.read_bytes() for path in (tmp_path / "build").iterdir()}
    save_network(network, tmp_path / "build")
    assert {path.name: path.read_bytes() for path in (tmp_path / "build").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["build"]
    assert sorted(before) == sorted(FILES)


@pytest.mark.parametrize("step", ["tables_of", "_hashes", "_sync", "_move"])
def test_a_save_that_fails_halfway_leaves_nothing(tmp_path, monkeypatch, step):
    def full_disk(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(build_store, step, full_disk)
    with pytest.raises(OSError, match="No space"):
        save_network(town(), tmp_path / "build")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", FILES)
def test_a_build_with_one_byte_flipped_is_refused(tmp_path, name):
    save_network(town(), tmp_path / "build")
    path = tmp_path / "build" / name
    whole = path.read_bytes()
    places = {0, 1, len(whole) - 1, *range(0, len(whole), max(1, len(whole) // 60))}
    for place in sorted(places):
        damaged = bytearray(whole)
        damaged[place] ^= 0x01
        _replace(path, bytes(damaged))
        if name == "build.json" and _means_the_same(damaged, whole):
            continue
        with pytest.raises(StoreUnavailable) as caught:
            load_network(tmp_path / "build")
        assert caught.value.do_next
    _replace(path, whole)
    load_network(tmp_path / "build")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kept", [0.0, 0.5, 1.0])
def test_a_build_with_a_file_cut_short_is_refused(tmp_path, name, kept):
    save_network(town(), tmp_path / "build")
    path = tmp_path / "build" / name
    whole = path.read_bytes()
    _replace(path, whole[: min(int(len(whole) * kept), len(whole) - 1)])
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        load_network(tmp_path / "build")


@pytest.mark.parametrize("name", FILES)
def test_a_build_with_a_file_missing_or_longer_is_refused(tmp_path, name):
    save_network(town(), tmp_path / "build")
    path = tmp_path / "build" / name
    whole = path.read_bytes()
    _replace(path, whole + b"\0")
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        load_network(tmp_path / "build")
    path.unlink()
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        load_network(tmp_path / "build")


@pytest.mark.parametrize(
    ("version", "advice"), [(FORMAT + 1, "Update the product"), (FORMAT - 1, "Build the roads")]
)
def test_a_build_of_another_format_is_refused_with_what_to_do(tmp_path, version, advice):
    save_network(town(), tmp_path / "build")
    manifest = tmp_path / "build" / "build.json"
    body = json.loads(manifest.read_text(encoding="utf-8"))
    body = {**body, "format": version}
    del body["seal"]
    manifest.write_text(json.dumps({**body, "seal": build_store._seal(body)}), encoding="utf-8")
    with pytest.raises(StoreUnavailable, match=advice):
        load_network(tmp_path / "build")


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"format": 2}', '{"format": "2"}', "null"])
def test_a_manifest_that_is_none_is_refused(tmp_path, body):
    save_network(town(), tmp_path / "build")
    (tmp_path / "build" / "build.json").write_text(body, encoding="utf-8")
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        load_network(tmp_path / "build")


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        load_network(tmp_path / "nothing")


def _replace(path, content):
    """Put another file in its place; the bytes of one that is mapped are never changed."""
    fresh = path.with_suffix(".fresh")
    fresh.write_bytes(content)
    os.replace(fresh, path)  # noqa: PTH105


def _means_the_same(damaged, whole):
    """White space between JSON members says nothing."""
    try:
        return json.loads(damaged) == json.loads(whole)
    except ValueError:
        return False


def test_a_damaged_build_makes_way_for_the_same_roads_built_again(tmp_path):
    folder = tmp_path / "build"
    save_network(town(), folder)
    _replace(folder / "nodes.arrow", b"not what was saved")
    with pytest.raises(StoreUnavailable, match="build the roads again") as refused:
        load_network(folder)
    assert refused.value.do_next
    save_network(town(), folder)
    assert load_network(folder).digest == town().digest
    assert [path.name for path in tmp_path.iterdir()] == ["build"]
