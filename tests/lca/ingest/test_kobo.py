"""Exports of forms: a submission comes back as the record that its sender meant."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import openpyxl
import pytest
import shapely

from lca.codelists import LANGUAGES
from lca.errors import UsageError
from lca.forms.questionnaire import facility_check, obstacle_report
from lca.forms.xlsform import sheets_of
from lca.ingest import Limits, read_assessment
from lca.ingest.cover import Cover
from lca.ingest.delimited import read_delimited
from lca.ingest.instructions import Instructions
from lca.ingest.profiles.cellforms import FORMS
from lca.ingest.profiles.profile import load_profiles
from lca.ingest.recognise import candidates
from lca.ingest.rows import read_planned
from lca.ingest.sheets import kind_of_layer
from lca.ingest.wire import Sheet, SheetRow

UUID = "5f0c8a52-0000-4c7e-9a3e-e0e8c1a5e001"
OBSTACLE = {
    "constraint_type": "bridge_damage",
    "effect": "restricted",
    "description": "Exercise: the deck is cracked; one lane",
    "road_name": "R2",
    "direction": "forward",
    "max_gross_t": "12.5",
    "convoy_required": "yes",
    "valid_to": "2026-12-24",
    "bypass": "unknown",
    "source_org": "Exercise cell",
    "date_of_information": "2026-11-16",
    "reliability": "B",
    "credibility": "2",
    "exercise": "no",
}
STORE = {
    "name": "Exercise store",
    "status": "operational",
    "source_org": "Exercise cell",
    "date_of_information": "2026-11-16",
    "location_precision": None,
}
META = {
    "start": "2026-11-16T08:00:00.000+02:00",
    "end": "2026-11-16T08:09:00.000+02:00",
    "today": "2026-11-16",
    "deviceid": "exercise",
}
SERVER = {
    "_id": "17",
    "_uuid": UUID,
    "_submission_time": "2026-11-16T06:10:00",
    "_validation_status": "",
    "_notes": "",
    "_status": "submitted_via_web",
    "_submitted_by": "exercise",
    "__version__": "v1",
    "_tags": "",
    "_index": "1",
}


def submission(questions, answers, *, language=None, groups="/", point="30.5 15.25 401 4.5"):
    """Return the heading and cell of each column of an export, as a server writes it."""
    sheets = sheets_of(questions, [language or "en"])
    labels: dict[tuple[str, str], str] = {}
    for row in sheets["choices"]:
        shown = next(text for column, text in row.items() if column.startswith("label::"))
        labels[row["list_name"], row["name"]] = shown
    columns, path = dict(META), ""
    for row in sheets["survey"]:
        if row["type"] == "begin_group":
            path = _shown(row, language) + groups if groups else ""
        elif row["type"] == "end_group":
            path = ""
        elif row["name"] not in META:
            answer = answers.get(row["name"], "")
            if row["type"].startswith("select_one") and answer and language:
                answer = labels[row["type"].split()[1], answer]
            if row["type"] == "calculate":
                answer = row["calculation"].strip("'")
            if row["type"] == "geopoint":
                columns |= _split(path, _shown(row, language), point, groups)
            else:
                columns[path + _shown(row, language)] = answer
    return columns


def _shown(row, language):
    shown = [text for column, text in row.items() if column.startswith("label::")]
    return shown[0] if language and shown else row["name"]


def _split(path, name, point, groups):
    parts = point.split()
    whole = dict(zip(("latitude", "longitude", "altitude", "precision"), parts, strict=True))
    if groups == "-":
        odk = {"precision": "Accuracy"}
        return {f"{path}{name}-{odk.get(k, k.title())}": v for k, v in whole.items()}
    return {path + name: point} | {f"_{name}_{key}": value for key, value in whole.items()}


def table(*rows):
    heads = list(dict.fromkeys(head for row in rows for head in row))
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(heads)
    writer.writerows([[row.get(head, "") for head in heads] for row in rows])
    return stream.getvalue()


def read(tmp_path, text, layer=None):
    """Read a table as the profile of form exports does, without the child."""
    path = tmp_path / "export.csv"
    path.write_text(text, encoding="utf-8")
    rows = tuple(m for m in read_delimited(path, Limits()) if isinstance(m, SheetRow))
    found = candidates(
        [Sheet("export", rows=rows)],
        [load_profiles()["kobo"]],
        "csv",
        kind_of_layer(layer) if layer else None,
    )
    assert found, "the profile knows it"
    (planned,) = found[0].tables
    return read_planned(planned, Cover(time_zone="Africa/Khartoum"))


def check_obstacle(record):
    assert record.id == UUID
    assert record.source_ref == UUID
    assert record.name == "bridge_damage R2"
    assert record.geometry.equals(shapely.Point(15.25, 30.5))
    assert record.location_precision == "accurate"
    assert record.reported_at == datetime(2026, 11, 16, 6, 10, tzinfo=UTC)
    assert record.max_gross_t == 12.5
    assert record.convoy_required is True
    assert record.max_height_m is None
    for name in ("constraint_type", "effect", "direction", "bypass", "reliability", "source_org"):
        assert getattr(record, name) == OBSTACLE[name], name
    assert record.credibility == 2
    assert record.date_of_information.date().isoformat() in {"2026-11-15", "2026-11-16"}
    assert record.valid_to == datetime(2026, 12, 24, 22, tzinfo=UTC)


@pytest.mark.parametrize("groups", ["/", ""])
def test_a_submission_with_names_is_the_record_that_was_meant(tmp_path, groups):
    columns = submission(obstacle_report(), OBSTACLE, groups=groups) | SERVER
    found = read(tmp_path, table(columns))
    assert [issue.text() for issue in found.issues] == []
    check_obstacle(found.records[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_submission_with_labels_is_the_same_record(tmp_path, language):
    columns = submission(obstacle_report(), OBSTACLE, language=language) | SERVER
    found = read(tmp_path, table(columns))
    assert [issue.text() for issue in found.issues] == []
    check_obstacle(found.records[0])


def test_a_submission_through_odk_central_is_the_same_record(tmp_path):
    server = {"SubmissionDate": "2026-11-16T06:10:00.000Z"}
    central = submission(obstacle_report(), OBSTACLE, groups="-")
    ends = {"meta-instanceID": f"uuid:{UUID}", "KEY": f"uuid:{UUID}", "SubmitterID": "5"}
    found = read(tmp_path, table(server | central | ends))
    assert [issue.text() for issue in found.issues] == []
    record = found.records[0]
    assert record.source_ref == f"uuid:{UUID}"
    check_obstacle(type(record)(**{**vars_of(record), "source_ref": UUID}))


def vars_of(record):
    return {name: getattr(record, name) for name in type(record).__dataclass_fields__}


def test_a_facility_check_fills_the_layer_of_its_form(tmp_path):
    answers = {**STORE, "total_area_m2": "450", "suitable_for": "food nfi"}
    columns = submission(facility_check("storage"), answers) | SERVER
    found = read(tmp_path, table(columns))
    assert [issue.text() for issue in found.issues] == []
    (record,) = found.records
    assert (record.name, record.status) == ("Exercise store", "operational")
    assert record.geometry.equals(shapely.Point(15.25, 30.5))
    assert type(record).__name__ == "Storage"


@pytest.mark.parametrize(
    ("accuracy", "precision"),
    [
        ("3.2", "accurate"),
        ("100", "accurate"),
        ("101", "approximate"),
        ("9000", "bad"),
        ("0", "unknown"),
    ],
)
def test_the_accuracy_of_a_phone_is_the_precision_of_the_place(tmp_path, accuracy, precision):
    columns = submission(obstacle_report(), OBSTACLE, point=f"30.5 15.25 0 {accuracy}") | SERVER
    (record,) = read(tmp_path, table(columns)).records
    assert record.location_precision == precision
    assert FORMS["geopoint_accuracy"](f"30.5 15.25 0 {accuracy}") == precision


def test_a_line_that_was_walked_is_the_stretch(tmp_path):
    answers = {**OBSTACLE, "stretch": "30.5 15.25 0 0;31 16 0 0"}
    columns = submission(obstacle_report(), answers) | SERVER
    (record,) = read(tmp_path, table(columns)).records
    assert record.geometry.equals(shapely.LineString([(15.25, 30.5), (16, 31)]))


FOREIGN = {
    "start": META["start"],
    "site/name": "Exercise bridge",
    "site/source_org": "Exercise cell",
    "site/max_gross_t": "20",
    "site/seen": "cracks water",
    "site/seen/cracks": "1",
    "site/seen/water": "1",
    "_geolocation": "",
    "site/gps": "30.5 15.25 0 8",
    **SERVER,
}


def test_a_form_of_others_is_read_for_the_layer_that_is_asked_for(tmp_path):
    found = read(tmp_path, table(FOREIGN), layer="bridges")
    (record,) = found.records
    assert record.name == "Exercise bridge"
    assert record.status == "unknown", "KoBo's own column is no status of a bridge"
    assert record.geometry.equals(shapely.Point(15.25, 30.5))
    assert record.date_of_information == datetime(2026, 11, 16, 6, tzinfo=UTC)
    (issue,) = found.issues
    assert issue.message == "1 column is not known and not read: site/seen."


def test_repeats_are_accounted_for_and_names_and_geojson_are_read_through_the_child(tmp_path):
    columns = submission(obstacle_report(), OBSTACLE) | SERVER
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Obstacle report"
    sheet.append(list(columns))
    sheet.append(list(columns.values()))
    repeats = book.create_sheet("vehicles")
    for row in (["kind", "_index", "_parent_index"], ["truck", 1, 1], ["bus", 2, 1]):
        repeats.append(row)
    book.save(tmp_path / "kobo.xlsx")
    said = Instructions(time_zone="Africa/Khartoum")
    reading = read_assessment(tmp_path / "kobo.xlsx", instructions=said)
    assert reading.profile == "kobo"
    assert reading.report.rows_accepted == {"constraints": 1}
    assert reading.report.unread == {"vehicles": 3}
    properties = {key: value for key, value in columns.items() if "point" not in key}
    feature = {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": [15.25, 30.5, 401]},
    }
    body = {"type": "FeatureCollection", "features": [feature]}
    (tmp_path / "kobo.geojson").write_text(json.dumps(body))
    again = read_assessment(tmp_path / "kobo.geojson", instructions=said)
    assert again.report.rows_accepted == {"constraints": 1}
    assert again.tables["constraints"].id.tolist() == [UUID]
    assert again.tables["constraints"].geometry[0].equals(shapely.Point(15.25, 30.5))


def test_a_form_of_others_says_nothing_of_its_layer(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(table(FOREIGN), encoding="utf-8")
    with pytest.raises(UsageError, match="which layer"):
        read_assessment(path)
