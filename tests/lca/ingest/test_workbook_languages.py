"""The workbook in English, French, Spanish and Arabic: every word is there, means one thing, and is read."""

from __future__ import annotations

import csv
from collections import defaultdict
from importlib import resources

import pytest
from support.workbooks import COVER, save_workbook

from lca.codelists import LANGUAGES, load
from lca.errors import InvalidInput
from lca.ingest import read_assessment
from lca.ingest.cells import parse_boolean
from lca.ingest.cover import COVER_KEYS
from lca.ingest.folding import fold, fold_word
from lca.ingest.headings import location_targets, map_headings
from lca.ingest.hxl import is_tag_row, tag_of
from lca.ingest.sheets import TABLE_KINDS, kind_of_layer, kind_of_sheet
from lca.ingest.wire import SheetRow
from lca.record import fields_of

LONGEST_SHEET_TITLE = 31


def table(name):
    path = resources.files("data").joinpath("reference", name)
    with path.open(encoding="utf-8") as stream:
        return {row.pop("key"): row for row in csv.DictReader(stream)}


HEADINGS, TEXTS = table("headings.csv"), table("headings_texts.csv")


def forms(said):
    return [form for language in LANGUAGES for form in said[language].split("|")]


def without_brackets(heading):
    return heading.rpartition("(")[0].strip() if heading.endswith(")") else heading


def titles_of(kind, field):
    return HEADINGS.get(f"field.{kind.layer}.{field.name}") or HEADINGS[f"field.{field.name}"]


@pytest.mark.parametrize("words", [HEADINGS, TEXTS], ids=["headings", "texts"])
def test_every_word_is_there_in_every_language(words):
    for key, said in words.items():
        assert set(said) == set(LANGUAGES), key
        assert all(part.strip() for language in LANGUAGES for part in said[language].split("|")), (
            key
        )


@pytest.mark.parametrize("kind", TABLE_KINDS, ids=lambda kind: kind.layer)
def test_every_field_has_a_heading_that_means_it_alone(kind):
    meant = defaultdict(set)
    for field in fields_of(kind.record_class):
        said = titles_of(kind, field)
        assert said["en"] == field.title
        assert field.unit is None or f"unit.{field.unit}" in HEADINGS
        for language in LANGUAGES:
            for title in said[language].split("|"):
                meant[fold(title)].add(field.name)
                meant[fold(without_brackets(title))].add(field.name)
    for target in location_targets(kind):
        for language in LANGUAGES:
            for title in HEADINGS[f"location.{target}"][language].split("|"):
                meant[fold(title)].add(target)
    assert not {title: names for title, names in meant.items() if len(names) > 1}


def test_every_sheet_has_a_title_that_spreadsheets_take_and_no_other_sheet_has():
    meant = defaultdict(set)
    keys = [f"sheet.{kind.layer}" for kind in TABLE_KINDS]
    for key in (*keys, "sheet.cover", "sheet.instructions", "sheet.lists", "sheet.qa"):
        for title in forms(HEADINGS[key]):
            assert len(title) <= LONGEST_SHEET_TITLE
            assert not set(title) & set("[]:*?/\\")
            meant[fold(title)].add(key)
    assert all(len(keys) == 1 for keys in meant.values())
    for kind in TABLE_KINDS:
        assert HEADINGS[f"sheet.{kind.layer}"]["en"] == kind.sheet
        assert all(kind_of_sheet(title) is kind for title in forms(HEADINGS[f"sheet.{kind.layer}"]))


def test_every_line_of_the_cover_has_its_words():
    for key in COVER_KEYS:
        name = "cover." + key.lower().replace(" ", "_")
        assert HEADINGS[name]["en"] == key
        assert name.replace("cover.", "cover.note.") in TEXTS


def test_a_label_means_one_code_of_its_list_in_every_language():
    for name, codes in load().items():
        meant = defaultdict(set)
        for one in codes:
            for word in (one.code, *one.labels.values()):
                meant[fold_word(word)].add(one.code)
        assert not {word: found for word, found in meant.items() if len(found) > 1}, name


@pytest.mark.parametrize("kind", TABLE_KINDS, ids=lambda kind: kind.layer)
def test_headings_of_any_language_are_read_without_a_remark(kind):
    fields = fields_of(kind.record_class)
    for language in LANGUAGES:
        headings = {
            number: titles_of(kind, field)[language].split("|")[0]
            + (f" ({HEADINGS[f'unit.{field.unit}'][language]})" if field.unit else "")
            + (" *" if field.required else "")
            for number, field in enumerate(fields)
        }
        columns, issues = map_headings(headings, kind, row=1)
        assert issues == []
        assert [columns[number].target for number in headings] == [field.name for field in fields]


FRENCH = {
    "Évaluation": [
        ["Opération", "TCD-EX"],
        ["Pays", "CHL"],
        ["Organisation", "PAM"],
        ["Date de l'évaluation", "2026-11-16"],
        ["Fuseau horaire", "America/Santiago"],
        ["Licence", "CC BY 4.0"],
        ["Exercice", "oui"],
    ],
    "Ports": [
        ["Nom", "Latitude", "Longitude", "Statut opérationnel", "Tirant d'eau maximal (m)", "Fonctionne la nuit"],
        ["Coquimbo", -29.95, -71.33, "Non opérationnel", "9,5", "oui"],
    ],
}  # fmt: skip
SPANISH = {
    "Evaluación": [
        ["Operación", "CHL-EX"],
        ["País", "CHL"],
        ["Organización", "PMA"],
        ["Fecha de la evaluación", "2026-11-16"],
        ["Zona horaria", "America/Santiago"],
        ["Licencia", "CC BY 4.0"],
        ["Ejercicio", "sí"],
    ],
    "PUERTOS": [
        ["NOMBRE *", "Latitud", "Longitud", "Estado operativo", "Calado maximo (m)", "Opera de noche"],
        ["Coquimbo", -29.95, -71.33, "no operativo", 9.5, "Sí"],
    ],
}  # fmt: skip
ARABIC = {
    "التقييم": [
        ["العملية", "CHL-EX"],
        ["البلد", "CHL"],
        ["المنظمة", "WFP"],
        ["تاريخ التقييم", "2026-11-16"],
        ["المنطقة الزمنية", "America/Santiago"],
        ["الترخيص", "CC BY 4.0"],
        ["تمرين", "نعم"],
    ],
    "الموانئ": [
        ["الاسم", "خط العرض", "خط الطول", "الحالة التشغيلية", "الغاطس الأقصى (م)", "يعمل ليلا"],
        ["Coquimbo", -29.95, -71.33, None, 9.5, "نعم"],
    ],
}  # fmt: skip


@pytest.mark.parametrize("sheets", [FRENCH, SPANISH, ARABIC], ids=["French", "Spanish", "Arabic"])
def test_a_workbook_in_one_language_is_read_as_in_english(tmp_path, sheets):
    status = load()["operational_status"]
    arabic = next(one.labels["ar"] for one in status if one.code == "not_operational")
    filled = {
        title: [[arabic if cell is None else cell for cell in row] for row in rows]
        for title, rows in sheets.items()
    }
    reading = read_assessment(save_workbook(tmp_path / "a.xlsx", filled, cover={}))
    assert reading.report.issues == ()
    assert reading.exercise
    assert reading.cover.organisation in {"PAM", "PMA", "WFP"}
    (port,) = reading.tables["ports"].to_dict("records")
    assert (port["status"], port["max_draft_m"], port["night_operations"]) == (
        "not_operational",
        9.5,
        True,
    )
    assert port["date_of_information"].isoformat() == "2026-11-16T03:00:00+00:00"


def test_languages_may_mix_in_a_sheet_and_an_issue_names_what_the_file_says(tmp_path):
    rows = [
        ["Name", "Latitud", "Longitude", "Statut opérationnel", "الغاطس الأقصى (m)", "Couleur"],
        ["Coquimbo", -29.95, -71.33, "Restringido", "dix", "bleu"],
        ["La Serena", -29.9, -71.25, "fermé peut-être", 4, "vert"],
    ]
    reading = read_assessment(save_workbook(tmp_path / "a.xlsx", {"Puertos": rows}, COVER))
    told = {(one.sheet, one.row, one.column) for one in reading.report.issues}
    assert told == {
        ("Puertos", 1, "Couleur"),
        ("Puertos", 2, "الغاطس الأقصى (m)"),
        ("Puertos", 3, "Statut opérationnel"),
    }


def test_a_unit_that_is_not_the_fields_is_an_error_in_any_language(tmp_path):
    rows = [
        ["Nom", "Latitude", "Longitude", "Tirant d'eau maximal (brasses)"],
        ["A", -29.9, -71.3, 30],
    ]
    reading = read_assessment(save_workbook(tmp_path / "a.xlsx", {"Ports": rows}, COVER))
    (issue,) = reading.report.issues
    assert "brasses" in issue.message
    assert "Tirant d'eau maximal (m)" in issue.do_next
    assert reading.report.rows_rejected == {"ports": 1}


def test_two_sheets_of_one_kind_in_two_languages_are_refused_not_dropped(tmp_path):
    rows = [["Name", "Latitude", "Longitude"], ["A", -29.9, -71.3]]
    path = save_workbook(tmp_path / "a.xlsx", {"Storage": rows, "Almacenes": rows}, COVER)
    with pytest.raises(InvalidInput, match="both Storage, one named 'Almacenes'"):
        read_assessment(path)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("الحالة التشغيلية", "الحالة التشغيلية"),
        ("الحَالَةُ التَّشْغيليه", "الحالة التشغيلية"),  # vowel signs, and ه for ة
        ("تاريخ الابلاغ", "تاريخ الإبلاغ"),
        ("المستوي", "المستوى"),
        ("tirant d’eau  MAXIMAL", "Tirant d'eau maximal"),
        ("Ubicacion_precision", "ubicación precisión"),
    ],
)
def test_words_that_people_write_differently_are_the_same(written, meant):
    assert fold(written) == fold(meant)


@pytest.mark.parametrize("word", ["Oui", "SÍ", "si", "نعم", "yes"])
def test_yes_in_any_language(word):
    assert parse_boolean(word) is True


TAGS = ["#loc+name", "#geo+lat", "#geo+lon", "#indicator+num+max_draft_m"]
PORTS = [["Coquimbo", -29.95, -71.33, 9.5], ["#5 berth", -29.94, -71.34, 4]]
HEADS = ["Name", "Latitude", "Longitude", "Maximum draft (m)"]


@pytest.mark.parametrize(
    ("head", "first_row"),
    [
        ([HEADS, TAGS], 3),
        ([TAGS, HEADS], 3),
        ([TAGS], 2),
        ([["Port", "y", "x", "T"], TAGS], 3),
        ([["#loc +name +es", "#geo+lat", "#geo + lon", "#max_draft_m+indicator+max_draft_m"]], 2),
    ],
    ids=["under", "above", "alone", "unknown headings", "other spellings"],
)
def test_a_row_of_hxl_tags_is_no_data_and_tells_what_columns_hold(tmp_path, head, first_row):
    path = save_workbook(tmp_path / "a.xlsx", {"Ports": [*head, *PORTS, [None, 95, 0, 1]]}, COVER)
    reading = read_assessment(path)
    assert reading.report.rows_in == {"ports": 3}
    assert [one.row for one in reading.report.errors] == [first_row + 2] * 2
    ports = reading.tables["ports"]
    assert list(ports.name) == ["Coquimbo", "#5 berth"]
    assert list(ports.max_draft_m) == [9.5, 4]
    assert ports.geometry.iloc[0].coords[0] == (-71.33, -29.95)


def test_a_row_of_data_with_number_signs_is_no_row_of_tags():
    assert is_tag_row(SheetRow(2, {0: "#loc+name", 1: "#geo + lat", 4: " "}))
    assert not is_tag_row(SheetRow(2, {0: "#A", 1: 5}))
    assert not is_tag_row(SheetRow(2, {0: "#A1"}))
    assert not is_tag_row(SheetRow(2, {0: "#A", 1: "# 5"}))


@pytest.mark.parametrize("layer", ["ports", "constraints", "contacts"])
def test_every_column_of_a_sheet_has_a_tag_of_its_own(layer):
    kind = kind_of_layer(layer)
    tags = [tag_of(field.name, field) for field in fields_of(kind.record_class)]
    tags += [tag_of(target) for target in location_targets(kind)]
    assert len(set(tags)) == len(tags)
    assert is_tag_row(SheetRow(2, dict(enumerate(tags))))
