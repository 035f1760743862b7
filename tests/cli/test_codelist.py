"""``lca codelist``: which words a record may hold."""

from __future__ import annotations


def test_a_list_is_shown_in_four_languages_with_the_words_of_other_standards(empty_lca):
    printed = empty_lca("codelist", "road_surface").out
    assert "dirt_sand" in printed
    assert "Tierra o arena" in printed
    body = empty_lca("codelist", "road_surface", "--json").json
    gravel = next(one for one in body["codes"] if one["code"] == "gravel")
    assert (gravel["unsdi_t"], gravel["sdi_t"], gravel["osm"]) == ("2", None, "surface=gravel")
    assert gravel["labels"]["ar"]


def test_all_lists_are_named_and_another_is_not_found(empty_lca):
    body = empty_lca("codelist", "--json").json
    assert {"name": "bypass", "codes": 3} in body["codelists"]
    refused = empty_lca("codelist", "colours")
    assert (refused.code, "operational_status" in refused.err) == (3, True)
