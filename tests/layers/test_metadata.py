"""What catalogues are told of a version: complete by the standards, true, and no more than is public."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from shapely import Point
from support.rows import constraint, constraints, port, ports

from layers.export import export
from layers.metadata.dcat import dcat_dataset, dcat_series
from layers.metadata.describe import describe
from layers.metadata.stac import stac_collection, stac_item
from layers.metadata.sums import SUMMED, FileSums
from layers.operation import Operation
from lca.errors import Withdrawn
from lca.instant import parse_instant
from lca.vocab import Sensitivity

BASE = "https://example.org/lca"
CLEARED = Sensitivity.STRICTLY_CONFIDENTIAL
SPDX = re.compile(r"[A-Za-z0-9.+-]+")


@pytest.fixture
def released(store, publish):
    store.set_operation(
        Operation("CHL-EX", "Coquimbo exercise", exercise=True, time_zone="America/Santiago")
    )
    publish("constraints", constraints(constraint("a", geometry=Point(-71, -30))))
    return publish(
        "constraints",
        constraints(
            constraint("a", geometry=Point(-71, -30)),
            constraint("b", geometry=Point(-70, -29), date_of_information=parse_instant("2026-11-01")),
            constraint(
                "s", geometry=Point(-60, -20), sensitivity=Sensitivity.RESTRICTED,
                date_of_information=parse_instant("2026-01-01"),
            ),
            constraint("n", geometry=None),
        ),
    )  # fmt: skip


def texts(body: Any) -> Iterator[str]:
    if isinstance(body, dict):
        for value in body.values():
            yield from texts(value)
    elif isinstance(body, list):
        for value in body:
            yield from texts(value)
    else:
        yield str(body)


def test_a_stac_item_has_every_member_that_the_standard_asks_for(store, released):
    item = stac_item(describe(store, released, BASE, Sensitivity.PUBLIC, sums=FileSums()))
    assert (item["type"], item["stac_version"], item["id"]) == (
        "Feature",
        "1.1.0",
        "constraints_v2",
    )
    assert item["bbox"] == [-71, -30, -70, -29]
    assert (
        item["geometry"]["coordinates"][0][0]
        == item["geometry"]["coordinates"][0][-1]
        == [-71, -30]
    )
    told = item["properties"]
    assert parse_instant(told["datetime"]) == released.published_at
    assert (told["start_datetime"], told["end_datetime"]) == (
        "2026-11-01T00:00:00Z",
        "2026-11-14T09:30:00Z",
    )
    assert (told["version"], told["lca:version"]) == ("2", released.version)
    assert told["table:row_count"] == 3
    assert told["license"] == "CC-BY-4.0"
    assert told["title"].startswith("EXERCISE: ")
    assert told["lca:exercise"] is True
    assert {one["name"] for one in told["table:columns"]} == {
        f.name for f in store.specs["constraints"].fields
    }
    for link in item["links"]:
        assert set(link) == {"rel", "href", "type", "title"}
        assert link["href"].startswith((BASE + "/", "https://spdx.org/licenses/"))
    rels = [link["rel"] for link in item["links"]]
    assert {"self", "root", "parent", "collection", "license", "predecessor-version"} <= set(rels)
    assert item["collection"] == "constraints"
    assert set(item["assets"]) == {"geojson", "gpkg", "csv", "xlsx", "parquet", "fgb", "kml", "shp"}
    for name, asset in item["assets"].items():
        assert asset["href"].startswith(
            f"{BASE}/collections/constraints/export?f={name}&version={released.version}"
        )
        assert asset["roles"] == ["data"]


def test_sums_are_those_of_the_files(store, released):
    sums = FileSums()
    item = stac_item(describe(store, released, BASE, CLEARED, sums=sums))
    dataset = dcat_dataset(describe(store, released, BASE, CLEARED, sums=sums))
    by_title = {one["dct:title"]: one for one in dataset["dcat:distribution"]}
    for fmt in SUMMED:
        content = export(store, released, fmt, CLEARED)
        digest, asset = hashlib.sha256(content).hexdigest(), item["assets"][fmt.value]
        assert asset["file:checksum"] == "1220" + digest
        assert asset["file:size"] == len(content)
        told = by_title[asset["title"]]
        assert told["spdx:checksum"]["spdx:checksumValue"] == digest
        assert told["dcat:byteSize"] == len(content)
    assert FileSums(most_rows=3).of(store, released, SUMMED[0], CLEARED) is None


def test_dcat_says_the_same_in_its_words(store, released):
    about = describe(store, released, BASE, Sensitivity.PUBLIC)
    body = dcat_dataset(about)
    known = set(body["@context"])
    used = {name.partition(":")[0] for name in keys(body) if ":" in name}
    assert used <= known, "a prefix that the context does not define"
    assert body["@type"] == "dcat:Dataset"
    assert body["dct:identifier"] == released.version
    assert body["dct:license"] == {"@id": "https://spdx.org/licenses/CC-BY-4.0"}
    assert body["dct:accessRights"]["@id"].endswith("/PUBLIC")
    assert body["dct:temporal"]["dcat:startDate"]["@value"] == "2026-11-01T00:00:00Z"
    assert body["dct:spatial"]["dcat:bbox"]["@value"].startswith(
        "POLYGON ((-71.0 -30.0, -70.0 -30.0"
    )
    assert (
        body["dcat:previousVersion"]["@id"]
        == f"{BASE}/collections/constraints/versions/1/metadata?f=dcat"
    )
    assert len(body["dcat:distribution"]) == 8
    restricted = dcat_dataset(describe(store, released, BASE, CLEARED))
    assert restricted["dct:accessRights"]["@id"].endswith("/RESTRICTED")


def keys(body: Any) -> Iterator[str]:
    if isinstance(body, dict):
        for name, value in body.items():
            if name != "@context":
                yield name
                yield from keys(value)
    elif isinstance(body, list):
        for value in body:
            yield from keys(value)


def test_what_is_not_public_moves_no_figure(store, released):
    for make in (stac_item, dcat_dataset):
        told = " ".join(texts(make(describe(store, released, BASE, Sensitivity.PUBLIC))))
        assert "-60" not in told
        assert "2026-01-01" not in told
        assert "restricted" not in told.lower().replace("unrestricted", "")
    assert stac_item(describe(store, released, BASE, CLEARED))["bbox"][2] == -60


def test_a_layer_lists_the_versions_that_are_served(store, released):
    store.withdraw("constraints", "1", "Ana", "x", {"a", "b", "s", "n"})
    log = store.log("constraints")
    about = describe(store, released, BASE, Sensitivity.PUBLIC)
    collection, series = stac_collection(about, log), dcat_series(about, log)
    items = [link["href"] for link in collection["links"] if link["rel"] == "item"]
    assert items == [f"{BASE}/collections/constraints/versions/2/metadata?f=stac"]
    assert collection["extent"]["temporal"]["interval"] == [["2026-11-01T00:00:00Z", None]]
    assert collection["extent"]["spatial"]["bbox"] == [[-71, -30, -70, -29]]
    assert [one["@id"] for one in series["dcat:seriesMember"]] == [
        f"{BASE}/collections/constraints/versions/2/metadata?f=dcat"
    ]
    assert series["dct:accrualPeriodicity"]["@value"] == "P2D"
    with pytest.raises(Withdrawn):
        describe(store, log[-1], BASE, CLEARED)


def test_a_layer_without_a_row_has_no_place_and_no_dates(store, publish):
    release = publish("ports", ports())
    item = stac_item(describe(store, release, BASE, Sensitivity.PUBLIC))
    assert item["geometry"] is None
    assert "bbox" not in item
    assert "start_datetime" not in item["properties"]
    assert "dct:spatial" not in dcat_dataset(describe(store, release, BASE, Sensitivity.PUBLIC))


def test_a_licence_in_words_is_no_spdx_identifier(store, publish):
    release = publish("ports", ports(port("a")))
    about = describe(store, release, BASE, Sensitivity.PUBLIC)
    spec = about.spec.model_copy(
        update={"licence": "Ask the port authority", "download_allowed": False}
    )
    worded = dataclasses.replace(about, spec=spec, files=())
    item = stac_item(worded)
    assert item["properties"]["license"] == "other"
    assert "license" not in [link["rel"] for link in item["links"]]
    assert dcat_dataset(worded)["dct:license"]["rdfs:label"] == "Ask the port authority"
    assert SPDX.fullmatch(about.spdx or "")
