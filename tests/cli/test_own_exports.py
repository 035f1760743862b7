"""What the program exports it reads again: into a draft that changes nothing."""

from __future__ import annotations

import pytest

from layers.store import Store
from routing.planner import Planner

# Every layer in every format is read back in tests/layers/test_plain_round_trip.py; here is seen
# that the draft of what was read changes nothing.
READABLE = {"geojson": ("constraints", "ports"), "gpkg": ("places",), "csv": ("constraints",)}


@pytest.fixture
def lca_with_a_click_on_two_roads(lca):
    """The demo store with a constraint as clicking two segments makes it: two lines, two ways."""
    segments = Planner(Store.open(lca.store, clock=lca.clock)).network.segments.frame()
    one, other = segments.drop_duplicates("osm_way_id")["segment_id"].iloc[[0, -1]]
    added = lca(
        "constraint", "add", "--json", "--name", "=Landslide", "--effect", "blocked",
        "--source", "Convoy 7", "--segment", one, "--segment", other,
    )  # fmt: skip
    assert added.code == 0, added.err
    (kept,) = [c for c in lca("constraint", "list", "--json").json if c["id"] == added.json["id"]]
    assert len(kept["osm_way_ids"]) == 2
    return lca


@pytest.mark.parametrize("suffix", READABLE)
def test_an_export_comes_back_as_a_draft_without_a_change(
    lca_with_a_click_on_two_roads, tmp_path, suffix
):
    lca = lca_with_a_click_on_two_roads
    for layer in READABLE[suffix]:
        out = tmp_path / f"any name.{suffix}"
        assert lca("layer", "export", layer, "--out", out).code == 0
        imported = lca("import", out, "--layer", layer, "--json")
        assert imported.code == 0, imported.err
        assert imported.json["report"]["issues"] == []
        (draft,) = imported.json["drafts"]
        assert draft["diff"]["counts"] == {"added": 0, "removed": 0, "changed": 0}, draft["diff"]
        assert draft["lifts"] == []


def test_a_lost_minus_is_told_at_the_terminal(lca, tmp_path):
    out = tmp_path / "x.geojson"
    lca("layer", "export", "storage", "--out", out)
    text = out.read_text(encoding="utf-8")
    out.write_text(text.replace(",-2", ",2").replace(", -2", ", 2"), encoding="utf-8")
    imported = lca("import", out, "--layer", "storage")
    assert imported.code == 4
    (told, *_) = [line for line in imported.err.splitlines() if line.startswith("error")]
    assert "storage row 1" in told
    assert "a minus sign may be missing" in imported.err
