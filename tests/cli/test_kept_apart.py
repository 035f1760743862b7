"""What a file holds of people and of other layers goes to nobody whom it does not concern."""

from __future__ import annotations

import csv
import stat

import openpyxl
import pytest

from cli.contacts import write_contacts
from lca.errors import UsageError
from lca.ingest.sheets import kind_of_layer
from lca.record import fields_of, from_row

CONTACT = kind_of_layer("contacts").record_class


def contact(**values):
    bare = {field.name: None for field in fields_of(CONTACT)}
    stated = {
        "id": "c",
        "name": "Exercise person",
        "source_org": "Exercise cell",
        "date_of_information": "2026-11-01T00:00:00Z",
        "exercise": True,
    }
    return from_row(
        CONTACT,
        {key: value for key, value in {**bare, **stated, **values}.items() if value is not None},
    )


def test_no_cell_is_run_not_even_behind_a_separator_of_another_country(tmp_path):
    path = tmp_path / "people.csv"
    write_contacts(path, [contact(name="=1+1"), contact(name="Ana; =1+1", phone="+249 1")])
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["name"] for row in rows] == ["'=1+1", "Ana; '=1+1"]
    assert rows[1]["phone"] == "'+249 1"
    assert rows[0]["exercise"] == "yes"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_never_written_over(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("mine")
    with pytest.raises(UsageError, match="there already"):
        write_contacts(path, [contact()])
    assert path.read_text() == "mine"


def test_the_report_of_a_draft_says_nothing_of_the_rows_of_another_layer(empty_lca, tmp_path):
    book = openpyxl.Workbook()
    ports, constraints = book.active, book.create_sheet("Constraints")
    ports.title = "Ports"
    shared = {"source_org": "Exercise cell", "date_of_information": "2026-11-01"}
    place = {"latitude": 15.5, "longitude": 32.5}
    secret = {"effect": "blocked", "sensitivity": "restricted", "max_gross_t": 0}
    for sheet, row in (
        (ports, {"id": "p", "name": "Exercise port", **place, **shared}),
        (constraints, {"id": "c", "name": "Exercise closure", **place, **secret, **shared}),
    ):
        sheet.append(list(row))
        sheet.append(list(row.values()))
    book.save(tmp_path / "both.xlsx")
    ran = empty_lca("import", tmp_path / "both.xlsx", "--exercise", "--skip-rejected", "--json")
    assert {issue["sheet"] for issue in ran.json["report"]["issues"]} >= {"Ports", "Constraints"}
    told = {draft["layer"]: draft["report"] for draft in ran.json["drafts"]}
    assert told["ports"]["rows_in"] == {"ports": 1}
    assert "Constraints" not in {issue["sheet"] for issue in told["ports"]["issues"]}
    assert "Ports" in {issue["sheet"] for issue in told["ports"]["issues"]}
