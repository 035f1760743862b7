"""The guided mapping: a table that nobody knows is proposed, saved, and read again next week."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.errors import InvalidInput, UsageError
from lca.ingest import read_assessment
from lca.ingest.guide.contents import codes_in
from lca.ingest.guide.headingwords import bare, likeness, unit_in
from lca.ingest.instructions import Instructions
from lca.ingest.mapping import as_toml, layer_kind, propose, table_of, tables_of
from lca.ingest.profiles.profile import load_own_profile, read_profile
from lca.ingest.wire import Sheet, SheetRow
from lca.record import fields_of

STORAGE = layer_kind("storage")
WEEK = """Liste des magasins (exercice);;;;;;;
Nom du magasin;Lat.;Longitud;Superficie (ft2);Status;Date de mise à jour;Obs;Couleur
{rows}
"""
FIRST = "Dépôt A;13,16123;32,66123;5000;operational;24/11/2026;x;red\nDépôt B;13,17;32,67;7000;Opperational;03/11/2026;y;"
NEXT = "Dépôt C;13,20123;32,70123;1000;Opperational;30/11/2026;z;blue"


def sheet(*rows, name="t"):
    return Sheet(name, rows=tuple(
        SheetRow(number, {c: v for c, v in enumerate(row) if v != ""})
        for number, row in enumerate(rows, start=1)
    ))  # fmt: skip


def targets(proposal):
    return {one.heading: one.target for one in proposal.columns}


def test_a_table_of_the_field_is_proposed_saved_and_read_again_next_week(tmp_path):
    path = tmp_path / "magasins.csv"
    path.write_text(WEEK.format(rows=FIRST), encoding="utf-8")
    proposal = propose(table_of(tables_of(path, STORAGE), None), STORAGE)
    assert targets(proposal) == {
        "Nom du magasin": "name",
        "Lat.": "latitude",
        "Longitud": "longitude",
        "Superficie (ft2)": "area_m2",
        "Status": "status",
        "Date de mise à jour": "date_of_information",
        "Obs": None,
        "Couleur": None,
    }
    assert proposal.head_row == 2
    assert proposal.lacking == ("source_org",)
    status = next(one for one in proposal.columns if one.target == "status")
    assert status.codes == {"Opperational": "operational"}
    own = tmp_path / "mine.toml"
    own.write_text(as_toml(proposal, "csv", source=path.name), encoding="utf-8")
    path.write_text(WEEK.format(rows=NEXT), encoding="utf-8")
    reading = read_assessment(
        path, profile=load_own_profile(own), instructions=Instructions(source_org="Exercise cell")
    )
    assert reading.report.rows_accepted == {"storage": 1}
    (row,) = reading.tables["storage"].to_dict("records")
    assert (row["name"], row["status"]) == ("Dépôt C", "operational")
    assert row["area_m2"] == pytest.approx(1000 * 0.3048**2)
    assert row["date_of_information"] == datetime(2026, 11, 30, tzinfo=UTC)
    assert (row["geometry"].y, row["geometry"].x) == (13.20123, 32.70123)


@pytest.mark.parametrize(
    ("heading", "layer", "field"),
    [
        ("Latitude", "ports", "latitude"),
        ("group/_LAT", "ports", "latitude"),
        ("Nom", "ports", "name"),
        ("الاسم", "ports", "name"),
        ("Nombre", "storage", "name"),
        ("Maximun draft", "ports", "max_draft_m"),
        ("Max draft (ft)", "ports", "max_draft_m"),
        ("Date of informtion", "ports", "date_of_information"),
        ("Effect on trafic", "constraints", "effect"),
    ],
)
def test_a_heading_is_known_in_any_language_and_with_slips(heading, layer, field):
    assert max(likeness(heading, layer), key=lambda one: likeness(heading, layer)[one]) == field


@pytest.mark.parametrize("heading", ["", "???", "Obs", "zzzz", "x" * 5_000])
def test_a_heading_that_says_nothing_names_nothing(heading):
    assert likeness(heading, "storage") == {}


@pytest.mark.parametrize(
    ("heading", "name", "unit"),
    [
        ("Draft (ft)", "draft", "ft"),
        ("area [sq m]", "area", "sq m"),
        ("height_m", "height", "m"),
        ("site/width_km", "width", "km"),
        ("Name", "name", None),
    ],
)
def test_a_unit_stands_in_brackets_or_at_the_end(heading, name, unit):
    assert (bare(heading), unit_in(heading)) == (name, unit)


def test_cells_tell_what_headings_do_not():
    rows = [[f"S{n}", f"13.16{n}45", f"32.66{n}45", "under_construction" if n % 2 else "operational", "x"]
            for n in range(1, 9)]  # fmt: skip
    proposal = propose(sheet(["ref", "a", "b", "c", "d"], *rows), STORAGE)
    found = {one.heading: one for one in proposal.columns}
    assert (found["a"].target, found["b"].target) == ("latitude", "longitude")
    assert not found["a"].sure
    assert "degrees" in found["a"].why
    assert found["d"].target is None


@pytest.mark.parametrize(
    ("cell", "target"),
    [
        ("POINT (30.5 15.25)", "wkt"),
        ("15.25 30.5 401 4.5", "geopoint"),
        ("36P VC 12345 67890", "mgrs"),
        ("15.2512, 30.5123", "latlon"),
    ],
)
def test_a_place_in_one_cell_is_seen_by_its_form(cell, target):
    proposal = propose(sheet(["name", "where it lies"], *[["A", cell]] * 4), STORAGE)
    assert targets(proposal)["where it lies"] == target


def test_each_field_is_proposed_once_and_the_likelier_column_wins():
    proposal = propose(sheet(["Namee", "Name"], ["a", "b"]), STORAGE)
    assert targets(proposal)["Name"] == "name"
    assert targets(proposal)["Namee"] != "name"


def test_what_its_owner_denies_is_left_out_of_the_profile():
    proposal = propose(sheet(["Name", "Type"], ["a", "warehouse"]), STORAGE)
    text = as_toml(proposal.without(frozenset({1})), "csv")
    (table,) = tomllib.loads(text)["tables"]
    assert [one["field"] for one in table["columns"]] == ["name"]
    assert table["ignored"] == ["Type"]


def test_a_table_has_to_be_named_among_several():
    sheets = (sheet(["a"], name="one"), sheet(["b"], name="two"))
    assert table_of(sheets, "two").name == "two"
    for name in (None, "three"):
        with pytest.raises(UsageError, match="table") as caught:
            table_of(sheets, name)
        assert "'one', 'two'" in caught.value.do_next
    with pytest.raises(InvalidInput, match="empty"):
        propose(Sheet("none"), STORAGE)


cells = st.text(max_size=12) | st.floats(-200, 200) | st.booleans()


@given(st.lists(st.lists(cells, min_size=1, max_size=5), min_size=1, max_size=6))
def test_whatever_is_in_a_table_its_proposal_is_a_profile(drawn):
    try:
        proposal = propose(sheet(*drawn), STORAGE)
    except InvalidInput:
        return
    text = as_toml(proposal, "csv", source='a "file"\n[x]\u2028')
    profile = read_profile("mine", text)
    assert profile.containers == ("csv",)
    mapped = [one for one in proposal.columns if one.target]
    assert [column.field for column in profile.tables[0].columns] == [one.target for one in mapped]
    assert len({one.target for one in mapped}) == len(mapped)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        *(("Opperational", "operational"), ("Non-operational", "not_operational")),
        *(("inoperational", ""), ("unoperational", ""), ("not operational", None)),
    ],
)
def test_the_opposite_of_a_word_is_not_proposed_for_it(word, code):
    status = next(one for one in fields_of(STORAGE.record_class) if one.name == "status")
    _, words = codes_in([word], status)
    assert words == ({} if code is None else {word: code})
