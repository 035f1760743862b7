"""``lca tiles build``: what is missing is made, once, of what the public may see."""

from __future__ import annotations

from layers.store import Store
from layers.tiles.archive import TileArchive
from routing.roadtiles import road_tiles_path


def built(lca, *arguments):
    return {row["name"]: row for row in lca("tiles", "build", *arguments, "--json").json}


def test_tiles_are_made_once(lca):
    said = lca("tiles", "build")
    assert "roads: zoom 13 done" in said.err
    assert "made" in said.out
    rows = built(lca)
    with Store.open(lca.store, clock=lca.clock) as store:
        heads = store.heads()
        assert set(rows) == {"roads", *heads.releases}
        archive = TileArchive(road_tiles_path(store.root / "artefacts", heads.build.digest))
    assert all(row["kept"] for row in rows.values())
    assert rows["roads"]["tiles"] == archive.tile_count > 40
    again = built(lca, "roads", "--anew")
    assert again["roads"]["kept"] is False
    assert again["roads"]["largest_bytes"] < 100_000


def test_a_layer_without_a_version_has_no_tiles(lca):
    assert lca("tiles", "build", "rivers").code == 3
    assert lca("tiles", "build", "fuel").code in {0, 3}
