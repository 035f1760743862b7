"""``lca draft`` and ``lca layer tag``: a draft is looked at, sent back, approved, published, named."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def drafted(lca, tmp_path):
    """Import a closure as Ana and return the draft's id."""

    def act(**properties):
        told = {
            "id": "LANDSLIDE-9",
            "name": "Landslide at km 9",
            "effect": "blocked",
            "constraint_type": "landslide",
            "source_org": "Convoy 7",
            "date_of_information": "2026-11-18T12:00:00Z",
            "location_precision": "accurate",
            **properties,
        }
        place = {"type": "Point", "coordinates": [-71.33, -29.96]}
        feature = {"type": "Feature", "properties": told, "geometry": place}
        path = tmp_path / "report.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
        options = ("--layer", "constraints", "--author", "Ana", "--json")
        made = lca("import", path, *options)
        assert made.code == 0, made.err
        return made.json["drafts"][0]["id"]

    return act


def test_a_draft_goes_through_its_review(lca, drafted):
    key = drafted(name="<b>Landslide</b> at km 9", sensitivity="restricted")
    assert key in lca("draft", "list", "constraints").out
    assert lca("draft", "submit", key, "--author", "Ana").out.strip().endswith("submitted.")
    told = lca("draft", "reports")
    assert "UNVERIFIED" in told.out
    assert "at km 9" in told.out
    (report,) = lca("draft", "reports", "constraints", "--json").json
    assert (report["verified"], report["reported_by"]) == (False, "Ana")
    assert lca("draft", "reports", "--clearance", "public", "--json").json == []
    assert lca("draft", "return", key, "--author", "Ben", "--text", "No photo").code == 0
    refused = lca("layer", "publish", "constraints", "--draft", key)
    assert refused.code == 5
    assert "Ben: No photo" in refused.err
    lca("draft", "submit", key, "--author", "Ana", "--text", "photo 12")
    stale = lca("draft", "approve", key, "--author", "Ben", "--version", "0" * 12)
    assert stale.code == 5
    assert lca("draft", "approve", key, "--author", "Ben", "--json").json["state"] == "approved"
    shown = lca("draft", "show", key).out
    assert "Access constraints, version 1 → this draft" in shown
    for words in ("warning markup", "returned by Ben: No photo", "submitted by Ana: photo 12"):
        assert words in shown
    assert lca("layer", "publish", "constraints", "--draft", key).code == 0
    assert lca("draft", "discard", key, "--author", "Ana").code == 5
    assert lca("draft", "show", "nothing").code == 3


def test_a_tag_names_versions_in_every_command(lca, drafted):
    made = lca("layer", "tag", "sitrep-12", "--author", "Ana", "--message", "Report 12")
    assert made.code == 0
    lca("layer", "publish", "constraints", "--draft", drafted())
    now, then = (
        lca("layer", "show", "constraints", "--version", version, "--json").json["matched"]
        for version in ("latest", "sitrep-12")
    )
    assert now == then + 1
    assert "Landslide at km 9" in lca("layer", "diff", "constraints", "sitrep-12").out
    exported = lca("layer", "export", "constraints", "--version", "sitrep-12")
    assert len(json.loads(exported.out)["features"]) == then
    assert lca("layer", "tag", "sitrep-12").code == 5
    assert lca("layer", "tag", "12").code == 2
    assert lca("layer", "show", "constraints", "--version", "sitrep-13").code == 3
    (tag,) = lca("layer", "tags", "--json").json
    assert tag["name"] == "sitrep-12"
    back = lca("layer", "rollback", "constraints", "sitrep-12", "--message", "undo")
    assert back.code == 5
    assert "LANDSLIDE-9" in back.err
    assert "--confirm-lift" in back.err
