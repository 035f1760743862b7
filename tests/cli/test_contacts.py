"""The file of contacts: its owner's alone, and no formula in any spreadsheet."""

from __future__ import annotations

import csv
import stat

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
