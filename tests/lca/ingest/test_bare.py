"""Bare closures: what somebody drew conditions a way until a person has completed it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
import shapely

from lca.constraint import Constraint
from lca.effect import Outcome, effect_on
from lca.errors import UsageError
from lca.ingest import read_assessment
from lca.ingest.instructions import Instructions
from lca.table import records_of
from lca.vehicle import vehicle_classes
from lca.vocab import ConstraintStatus, EffectKind

SAID = Instructions(source_org="Exercise cell", date_of_information=date(2026, 11, 14))
PHONE = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Exercise</name>
<Folder><name>Closed</name>
<Placemark><name>Untitled Path</name><styleUrl>#a</styleUrl><LineString><tessellate>1</tessellate>
<coordinates>30.5,15.25,0 31,16,0</coordinates></LineString></Placemark>
<Placemark><name>Pont de l'exercice</name><description>Water over the deck</description>
<TimeStamp><when>2026-11-16T08:00:00Z</when></TimeStamp>
<Point><coordinates>30.6,15.3</coordinates></Point></Placemark></Folder></Document></kml>"""


def drawn(tmp_path, *properties, name="roads week 47.geojson"):
    path = tmp_path / name
    features = [
        {
            "type": "Feature",
            "properties": one,
            "geometry": {"type": "Point", "coordinates": [30, n]},
        }
        for n, one in enumerate(properties, start=10)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_a_phone_s_drawing_is_closures_that_a_person_completes(tmp_path):
    path = tmp_path / "phone.kml"
    path.write_text(PHONE, encoding="utf-8")
    reading = read_assessment(path, layer="constraints", instructions=SAID)
    assert reading.profile == "bare-closures"
    assert reading.profile_reason == "it holds what somebody drew"
    assert reading.adds
    assert reading.report.rows_accepted == {"constraints": 2}
    line, point = records_of(Constraint, reading.tables["constraints"])
    assert line.name == "phone 1"
    assert line.geometry.equals(shapely.LineString([(30.5, 15.25), (31, 16)]))
    assert line.date_of_information == datetime(2026, 11, 14, tzinfo=UTC)
    assert point.name == "Pont de l'exercice"
    assert point.description == "Water over the deck"
    assert point.source_ref == "phone Closed"
    assert point.date_of_information == datetime(2026, 11, 16, 8, tzinfo=UTC)
    for one in (line, point):
        assert (one.effect, one.status) == (EffectKind.UNKNOWN, ConstraintStatus.REPORTED)
        assert one.source_org == "Exercise cell"
        for vehicle in vehicle_classes().values():
            found = effect_on(one, vehicle, datetime(2026, 11, 20, tzinfo=UTC))
            assert found.outcome is Outcome.CONDITIONS, "it conditions and never blocks (rule 2)"


def test_geometries_without_any_attribute_are_named_by_file_and_number(tmp_path):
    path = drawn(tmp_path, {}, {"fid": 7, "stroke": "#f00"}, {"empty": None})
    reading = read_assessment(path, layer="constraints", instructions=SAID)
    assert reading.tables["constraints"].name.tolist() == [
        "roads week 47 1",
        "roads week 47 2",
        "roads week 47 3",
    ]
    again = read_assessment(path, layer="constraints", instructions=SAID)
    assert again.tables["constraints"].id.tolist() == reading.tables["constraints"].id.tolist()


def test_whose_statement_it_is_has_to_be_said(tmp_path):
    reading = read_assessment(drawn(tmp_path, {}, {}), layer="constraints")
    assert reading.report.rows_rejected == {"constraints": 2}
    words = " ".join(issue.text() for issue in reading.report.errors)
    assert "--source" in words
    assert "--date" in words


@pytest.mark.parametrize("properties", [{"surface": "mud"}, {"name": "A", "effect": "blocked"}])
def test_a_file_with_attributes_is_no_bare_drawing(tmp_path, properties):
    reading = read_assessment(drawn(tmp_path, properties), layer="constraints", instructions=SAID)
    assert reading.profile == "geojson"


def test_a_drawing_says_nothing_of_its_layer(tmp_path):
    with pytest.raises(UsageError, match="which layer"):
        read_assessment(drawn(tmp_path, {}), instructions=SAID)


def test_whoever_asks_for_it_gets_closures_of_any_file_and_is_told_what_was_not_read(tmp_path):
    path = drawn(tmp_path, {"surface": "mud"})
    reading = read_assessment(path, layer="constraints", profile="bare-closures", instructions=SAID)
    assert reading.report.rows_accepted == {"constraints": 1}
    assert any("surface" in issue.message for issue in reading.report.issues)
