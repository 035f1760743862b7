"""Words as offices write them in French, Spanish and Arabic: gender, number, units and habits."""

from __future__ import annotations

import pytest
from support.readtables import read_sheets

from lca.codelists import load
from lca.ingest.codewords import code_of
from lca.ingest.pages.lexicon import Lexicon
from lca.ingest.profiles.cellrule import rule_of
from lca.ingest.profiles.profile import load_profiles
from lca.ingest.sheets import kind_of_layer, kind_of_sheet
from lca.ingest.units import factor_between
from lca.ingest.wire import Sheet, SheetRow
from lca.record import fields_of


def codes(name):
    return tuple(one.code for one in load()[name])


@pytest.mark.parametrize(
    ("name", "words", "code"),
    [
        (
            "effect_kind",
            "Bloqué|Bloquée|bloqués|Bloquées|Bloqueado|Bloqueada|مغلق|مغلقة",
            "blocked",
        ),
        ("effect_kind", "Restreint|Restreinte|Restringidas|مقيّدة", "restricted"),
        ("effect_kind", "difficile|Difficiles|difíciles", "difficult"),
        ("road_status", "Ouvert|Ouverte|Ouverts|abierto|Abierta|مفتوحة", "open"),
        ("operational_status", "Opérationnel|Opérationnelle|Operativa", "operational"),
        ("operational_status", "Non opérationnelle|No operativa", "not_operational"),
        ("sensitivity", "Publique|Pública", "public"),
    ],
)
def test_an_adjective_is_known_in_both_genders_and_numbers(name, words, code):
    assert {code_of(codes(name), word) for word in words.split("|")} == {code}


@pytest.mark.parametrize("name", load())
def test_every_label_still_means_its_own_code(name):
    listed = codes(name)
    for one in load()[name]:
        assert {code_of(listed, word) for word in one.labels.values()} == {one.code}


@pytest.mark.parametrize(
    "word", ["Rouverte", "non bloquée", "abiertas parcialmente", "مغلق جزئيا", "ouvertement"]
)
def test_what_is_no_form_of_a_label_is_no_code(word):
    assert code_of(codes("effect_kind"), word) is None
    assert code_of(codes("road_status"), word) is None


def test_a_bridge_lies_at_its_longitud_and_is_no_meter_long_by_it():
    words = next(
        one for one in Lexicon(load_profiles()["lca-pages"]).words if one.rule.layer == "bridges"
    )
    assert [one.field for one in words.of("Longitud")] == ["longitude"]
    assert [one.field for one in words.of("Longitud (m)")] == ["length_m"]


@pytest.mark.parametrize(
    ("layer", "word", "code"),
    [
        ("ports", "Fermé", "not_operational"),
        ("ports", "abierto", "operational"),
        ("airports", "Cerrado", "not_operational"),
        ("border_crossings", "Fermée", "not_operational"),
        ("border_crossings", "مغلق", "not_operational"),
        ("border_crossings", "parcialmente", "restricted"),
    ],
)
def test_a_page_says_in_each_language_that_a_facility_is_closed(layer, word, code):
    profile = load_profiles()["lca-pages"]
    table = next(one for one in profile.tables if one.layer == layer)
    field = next(
        one for one in fields_of(kind_of_layer(layer).record_class) if one.name == "status"
    )
    column = next(one for one in table.columns if "Statut" in one.headings)
    assert rule_of(column, field, profile).read(word) == (code, None)


@pytest.mark.parametrize(
    ("unit", "ours", "factor"),
    [("TM", "t", 1), ("toneladas métricas", "t", 1), ("طن", "t", 1), ("pieds", "m", 0.3048), ("pies", "m", 0.3048),
     ("TM/jour", "t/day", 1), ("heures", "h", 1), ("jours", "h", 24), ("metros", "m", 1)],
)  # fmt: skip
def test_units_in_words_of_other_languages(unit, ours, factor):
    assert factor_between(unit, ours) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("title", "layer"),
    [("Postes frontaliers", "border_crossings"), ("Bodegas", "storage"), ("المستودعات", "storage"), ("Aérodromes", "airports"),
     ("Restricciones", "constraints"), ("المنافذ الحدودية", "border_crossings")],
)  # fmt: skip
def test_sheets_are_known_by_what_offices_call_them(title, layer):
    assert kind_of_sheet(title).layer == layer


def test_headings_as_the_field_writes_them():
    head = ["Nom", "Latitude", "Longitude", "Tirant d'eau maximum (m)", "État opérationnel"]
    rows = (
        SheetRow(1, dict(enumerate(head))),
        SheetRow(2, dict(enumerate(["Port", -29.95, -71.33, 9, "Opérationnelle"]))),
    )
    read = read_sheets(Sheet("Ports", True, rows), container="workbook")
    (port,) = read["ports"]
    assert (port.max_draft_m, port.status.value) == (9, "operational")
