"""Bad input, file by file: each gets a clear issue or error, and the store stays as it was."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from importlib import resources

import geopandas as gpd
import pytest
from shapely import LineString, Point, Polygon
from support.rows import port, ports

from layers.spec import load_specs
from layers.store import Store
from lca.errors import InvalidInput, LcaError, MissingCrs, ValidationFailed
from lca.ingest import Limits, read_assessment

TOLD = {
    "effect": "blocked",
    "source_org": "MOP",
    "date_of_information": "2026-11-14T09:00:00Z",
    "location_precision": "accurate",
}
AT_SEA = {"type": "Point", "coordinates": [-71.34, -29.95]}


def feature(key="a", geometry=AT_SEA, **properties):
    told = {"id": key, "name": f"Closure {key}", **TOLD, **properties}
    return {"type": "Feature", "properties": told, "geometry": geometry}


def collection(*features, **members):
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members})


def line(*positions):
    return {"type": "LineString", "coordinates": positions}


def area(*positions):
    return {"type": "Polygon", "coordinates": [[*positions, positions[0]]]}


def numbered():
    name = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::99999"}}
    return collection(feature(geometry={"type": "Point", "coordinates": [10, 20]}), crs=name)


def digest(root):
    """The files of a store but for its catalogue's, and what the catalogue says."""
    files = [
        (path.relative_to(root), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.startswith("catalogue.")
    ]
    with sqlite3.connect(root / "catalogue.sqlite") as connection:
        return files, list(connection.iterdump())


@pytest.fixture
def offer(store, tmp_path):
    """Read a text as a file, draft and publish it; return what was said of its rows."""

    def act(content, limits=None):
        path = tmp_path / "upload.geojson"
        path.write_text(content, encoding="utf-8")
        reading = read_assessment(path, layer="constraints", limits=limits or Limits())
        if reading.report.errors:
            raise ValidationFailed("; ".join(item.text() for item in reading.report.errors))
        draft = store.draft("constraints", reading.tables["constraints"], "Ana", "m")
        return store.publish(draft.id, "Ana"), reading.report, draft.findings

    return act


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (collection(feature(), feature()), "same id"),
        (collection(feature(geometry=area((0, 0), (1, 1), (1, 0), (0, 1)))), "Self-intersection"),
        (collection(feature()).replace("-71.34", "NaN"), "damaged"),
        (collection(feature()).replace("-71.34", "1e999"), "not a readable GeoJSON"),
        (collection(feature(geometry=line((179, 0), (-179, 1)))), "antimeridian"),
        (
            collection(feature(geometry={"type": "GeometryCollection", "geometries": [AT_SEA]})),
            "GeometryCollection",
        ),
        (collection(feature(**{f"column_{n}": n for n in range(65_600)})), "255 columns"),
    ],
    ids=[
        "duplicate id", "self-crossing", "NaN", "infinity", "antimeridian",
        "a bag of shapes", "65,600 columns",
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_in_words_and_changes_nothing_published(offer, store, content, says):
    log, before = store.log("constraints"), digest(store.root)
    with pytest.raises(LcaError, match=says) as caught:
        offer(content)
    assert caught.value.what
    assert store.log("constraints") == log == []
    if "antimeridian" not in says:
        assert digest(store.root) == before, "not even a draft"
    assert store.drafts("constraints") == [] or says == "antimeridian"


@pytest.mark.parametrize(
    ("table", "error", "says"),
    [
        (ports(port("a"), port("a")), InvalidInput, "same id"),
        (ports(port("a", geometry=Point())), InvalidInput, "empty geometry"),
        (ports(port("a", geometry=Point(float("nan"), 1))), InvalidInput, "not a number"),
        (ports(port("a", geometry=Point(float("inf"), 1))), InvalidInput, "not a number"),
        (
            ports(port("a", geometry=Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]))),
            InvalidInput,
            "crosses or touches itself",
        ),
        (ports(port("a")).set_crs(None, allow_override=True), InvalidInput, "reference system"),
        (ports(port("a")).drop(columns="name"), InvalidInput, "name is missing"),
        (ports(port("a\ud800")), InvalidInput, "id"),
    ],
    ids=["duplicate", "empty", "NaN", "infinity", "bow tie", "no CRS", "no name", "half a letter"],
)
def test_no_table_makes_a_draft_that_could_not_be_a_version(store, table, error, says):
    """Whoever calls the store without the reader meets the same door."""
    before = digest(store.root)
    with pytest.raises((error, UnicodeEncodeError), match=says):
        store.draft("ports", table, "Ana", "m")
    assert digest(store.root) == before


def test_an_exotic_crs_is_understood_and_an_unknown_one_is_not_guessed(store, offer):
    gauss_kruger = gpd.GeoSeries([Point(-71.34, -29.95)], crs=4326).to_crs(24879)
    table = ports(port("a")).drop(columns="geometry").set_geometry(gauss_kruger)
    draft = store.draft("ports", table, "Ana", "m")
    (row,) = draft.contents.after.rows(["a"]).values()
    assert row["geometry"].distance(Point(-71.34, -29.95)) < 1e-6
    with pytest.raises(MissingCrs, match="99999"):
        offer(numbered())
    assert store.log("constraints") == []


def test_ids_that_change_silently_are_refused_with_the_list(store, publish):
    publish("ports", ports(port("1"), port("2", geometry=Point(0, 0))))
    before = digest(store.root)
    with pytest.raises(InvalidInput, match="another id") as caught:
        store.draft(
            "ports", ports(port("9", name="Port 1"), port("2", geometry=Point(0, 0))), "A", "m"
        )
    assert [item["before"] for item in caught.value.details["changed_ids"]] == ["1"]
    assert digest(store.root) == before


def test_what_is_odd_and_not_wrong_is_published_and_said(offer):
    release, report, findings = offer(
        collection(
            feature("html", name="<script>alert(1)</script>"),
            feature("formula", name="=HYPERLINK(1)"),
            feature("empty", geometry={"type": "LineString", "coordinates": []}),
            feature("mixed", geometry=line((0, 0), (1, 1))),
        )
    )
    assert release.feature_count == 4
    rules = sorted(issue.rule or "" for issue in report.issues)
    assert rules == ["", "location.missing", "text.formula", "text.markup"]
    assert [issue.rule for issue in report.issues if "empty" in issue.message] == [None]
    assert {"html", "formula"} == {
        key for item in findings if item.code == "markup" for key in item.ids
    }


@pytest.mark.parametrize(
    ("typo", "says"),
    [
        (("title =", "titel ="), "titel"),
        (("[style]", "[style"), "TOML"),
        (('record = "port"', 'record = "prot"'), "must be one of"),
        (("cadence_days = 30", "cadence_days = 0"), "cadence_days"),
        (('default_sensitivity = "public"', 'default_sensitivity = "publik"'), "sensitivity"),
    ],
)
def test_a_spec_with_a_typo_is_named_and_nothing_opens(tmp_path, typo, says):
    folder = tmp_path / "specs"
    with resources.as_file(resources.files("layers") / "specs") as shipped:
        shutil.copytree(shipped, folder)
    text = (folder / "ports.toml").read_text(encoding="utf-8")
    assert typo[0] in text
    (folder / "ports.toml").write_text(text.replace(*typo), encoding="utf-8")
    with pytest.raises(InvalidInput, match=says) as caught:
        Store.open(tmp_path / "store", specs=load_specs(folder))
    assert "ports.toml" in caught.value.where
    assert not (tmp_path / "store").exists()


def test_a_line_on_a_layer_of_points_is_not_published(tmp_path, clock):
    specs = dict(load_specs())
    specs["ports"] = specs["ports"].model_copy(update={"geometry": ("point",)})
    with Store.open(tmp_path / "points", clock=clock, specs=specs) as store:
        drawn = ports(port("a", geometry=LineString([(0, 0), (1, 1)])))
        with pytest.raises(ValidationFailed, match="point shapes only"):
            store.publish(store.draft("ports", drawn, "Ana", "m").id, "Ana")
        assert store.head("ports") is None
