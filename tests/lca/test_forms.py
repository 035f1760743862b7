"""Our forms: their questions are our fields, their choices our codes, in four languages."""

from __future__ import annotations

import csv
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from data import __path__ as data_path
from lca.codelists import LANGUAGES
from lca.errors import UsageError
from lca.forms.questionnaire import facility_check, facility_layers, obstacle_report
from lca.forms.xlsform import sheets_of, write_xlsform, xform_of
from lca.record import fields_of

FORMS = {"obstacle": obstacle_report, "storage": lambda: facility_check("storage")}


@pytest.mark.parametrize("name", FORMS)
def test_questions_are_fields_and_choices_are_codes(name):
    questions = FORMS[name]()
    sheets = sheets_of(questions)
    fields = {field.name: field for field in fields_of(questions.kind.record_class)}
    lists: dict[str, list[str]] = {}
    for row in sheets["choices"]:
        lists.setdefault(row["list_name"], []).append(row["name"])
    asked = [row for row in sheets["survey"] if row.get("name") in fields]
    assert len(asked) > 25
    for row in asked:
        field = fields[row["name"]]
        if field.codes:
            assert row["type"] == f"select_one {field.name}"
            assert lists[field.name] == list(field.codes)
        if field.required:
            assert row["required"] == "yes"
    assert lists["yes_no"] == ["yes", "no"]


@pytest.mark.parametrize("name", FORMS)
def test_every_label_comes_in_every_language(name):
    sheets = sheets_of(FORMS[name]())
    for row in (*sheets["survey"], *sheets["choices"]):
        labels = [text for column, text in row.items() if column.startswith("label::")]
        if "label::English (en)" in row:
            assert len(labels) == len(LANGUAGES)
            assert all(labels)
    arabic = [row["label::العربية (ar)"] for row in sheets["choices"]]
    assert any("\u0600" <= char <= "\u06ff" for text in arabic for char in text)


def test_one_language_makes_a_form_of_one(tmp_path):
    sheets = sheets_of(obstacle_report(), ["fr"])
    columns = {column for row in sheets["survey"] for column in row if "::" in column}
    assert columns == {"label::Français (fr)", "hint::Français (fr)"}
    assert sheets["settings"][0]["form_title"] == "Signalement d'obstacle"


@pytest.mark.parametrize("languages", [[], ["de"]])
def test_a_language_without_words_is_refused(languages):
    with pytest.raises(UsageError, match=r"language|'de'"):
        sheets_of(obstacle_report(), languages)


def test_only_facilities_have_a_check():
    assert "storage" in facility_layers()
    with pytest.raises(UsageError, match="no facilities"):
        facility_check("constraints")


def test_a_phone_can_load_every_form():
    for questions in (obstacle_report(), *map(facility_check, facility_layers())):
        root = ET.fromstring(xform_of(sheets_of(questions)).encode())
        binds = {bind.get("nodeset").rpartition("/")[2] for bind in root.iter() if bind.get("type")}
        assert {"point", "source_org", questions.mark} <= binds


def test_a_form_is_written_as_a_workbook_that_stays_the_same(tmp_path):
    sheets = sheets_of(facility_check("bridges"))
    for name in ("a.xlsx", "b.xlsx"):
        write_xlsform(tmp_path / name, sheets)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["survey", "choices", "settings"]
    head, *rows = book["survey"].values
    assert len(rows) == len(sheets["survey"])
    assert head[:2] == ("type", "name")


def test_the_words_of_the_forms_are_whole():
    with (Path(data_path[0]) / "reference" / "form_words.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            assert all(row[language].strip() for language in LANGUAGES), row
