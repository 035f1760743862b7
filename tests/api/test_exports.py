"""Files and metadata over HTTP: types, names, profiles, what may be kept, and what is not told."""

from __future__ import annotations

import csv
import io
import json

import pytest
from support.checkedclient import assert_problem
from support.exports import in_words

from layers.export import ExportFormat

EXPORT = "/collections/constraints/export"
ITEM = "/collections/constraints/versions/1/metadata"


@pytest.mark.parametrize("fmt", list(ExportFormat))
def test_each_format_has_its_type_its_name_and_a_validator(served, fmt):
    answer = served.public.get(f"{EXPORT}?f={fmt.value}")
    assert answer.headers["content-type"] == fmt.media_type
    name = f"constraints_v1{fmt.suffix}"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert "CC-BY-4.0" in in_words(fmt.value, answer.content)
    tag = {"If-None-Match": answer.headers["etag"]}
    assert served.public.get(f"{EXPORT}?f={fmt.value}", headers=tag).status_code == 304


def test_a_profile_is_asked_for_by_name(served):
    answer = served.public.get(f"{EXPORT}?f=csv&profile=sdi-t")
    assert 'filename="constraints_v1_sdi-t.csv"' in answer.headers["content-disposition"]
    heading = next(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert heading[:3] == ["obstype", "obsdate", "maxloadmt"]
    plain = served.public.get(f"{EXPORT}?f=csv")
    assert plain.headers["etag"] != answer.headers["etag"]
    assert_problem(served.public.get(f"{EXPORT}?profile=esri"), 404)
    assert_problem(served.public.get(f"{EXPORT}?profile=wfp-roads"), 400)
    assert_problem(served.public.get(f"{EXPORT}?f=dxf"), 400)


def test_hxl_and_the_edition_are_asked_for(served):
    lines = served.public.get(f"{EXPORT}?f=csv&hxl=true").content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith("#meta+id,")
    old = served.public.get(f"{EXPORT}?f=gpkg&gpkg-version=1.2").content
    assert int.from_bytes(old[60:64], "big") == 10200


def test_at_tells_what_stands_then(served):
    at = "2026-11-18T15:00:00Z"
    body = served.public.get(f"{EXPORT}?at={at}").json()
    assert body["at"] == at
    assert {one["properties"]["computed_standing"] for one in body["features"]} <= {
        "not_yet", "holds", "paused", "lapsed", "ended",
    }  # fmt: skip
    assert "computed_standing" not in served.public.get(EXPORT).text


def test_what_is_not_public_is_in_no_file_and_no_metadata(served):
    served.publish(served.closure("SECRET", name="Ambush site", sensitivity="restricted"))
    cleared = served.holder("viewer", "restricted")
    for fmt in (ExportFormat.CSV, ExportFormat.XLSX, ExportFormat.GPKG):
        for more in ("", "&profile=sdi-t"):
            query = f"{EXPORT}?f={fmt.value}{more}"
            assert "Ambush" not in in_words(fmt.value, served.public.get(query).content)
            assert "Ambush" in in_words(fmt.value, cleared.get(query).content)
    described = [
        (served.public.get(f"/collections/constraints/versions/latest/metadata?f={form}"),
         cleared.get(f"/collections/constraints/versions/latest/metadata?f={form}"))
        for form in ("stac", "dcat")
    ]  # fmt: skip
    for public, full in described:
        assert public.headers["etag"] != full.headers["etag"]
        assert "no-store" in full.headers["cache-control"]
    assert described[0][0].json()["properties"]["lca:sensitivity"] == "public"
    assert described[0][1].json()["properties"]["lca:sensitivity"] == "restricted"


def test_a_version_is_described_for_catalogues(served):
    stac = served.public.get(ITEM)
    assert stac.headers["content-type"] == "application/geo+json"
    item = stac.json()
    assert item["id"] == "constraints_v1"
    assert (
        served.public.get(ITEM, headers={"If-None-Match": stac.headers["etag"]}).status_code == 304
    )
    dcat = served.public.get(f"{ITEM}?f=dcat")
    assert dcat.headers["content-type"] == "application/ld+json"
    assert dcat.json()["@type"] == "dcat:Dataset"
    for link in item["links"]:
        if link["href"].startswith("http://testserver"):
            assert served.public.get(link["href"]).status_code == 200, link
    for name in ("geojson", "csv"):
        asset = item["assets"][name]
        got = served.public.get(asset["href"])
        assert len(got.content) == asset["file:size"]
    assert_problem(served.public.get("/collections/constraints/versions/99/metadata"), 404)


def test_a_layer_is_described_for_catalogues(served):
    collection = served.public.get("/collections/constraints/metadata")
    assert collection.json()["type"] == "Collection"
    items = [one["href"] for one in collection.json()["links"] if one["rel"] == "item"]
    assert [served.public.get(href).json()["id"] for href in items] == ["constraints_v1"]
    series = served.public.get("/collections/constraints/metadata?f=dcat").json()
    assert json.dumps(series).count("dcat:DatasetSeries") == 1
    assert_problem(served.public.get("/collections/fuel/metadata"), 404)


def test_what_was_withdrawn_is_gone_from_files_and_metadata(served):
    first = served.public.get(f"{EXPORT}?f=csv").headers["etag"]
    served.publish(served.closure("NEW"))
    approver = served.holder("approver", "strictly_confidential")
    answer = approver.post(
        "/collections/constraints/versions/2/withdraw",
        json={"reason": "wrong", "confirm_lifts": ["NEW"]},
    )
    assert answer.status_code == 200, answer.text
    for path in (
        f"{EXPORT}?version=2&f=csv",
        "/collections/constraints/versions/2/metadata",
    ):
        assert_problem(served.public.get(path, headers={"If-None-Match": first}), 410)
    listed = served.public.get("/collections/constraints/metadata").json()
    assert not [
        one for one in listed["links"] if one["href"].endswith("versions/2/metadata?f=stac")
    ]
