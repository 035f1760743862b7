"""A layer out into QGIS or Excel and back: nothing is lost, nothing of others is undone."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box
from support.rows import constraint, constraints, port, ports

from layers.edits import ChangeFeature
from layers.export import ExportFormat
from layers.operation import Operation
from layers.rebase import rebase
from layers.roundtrip.cells import KEPT
from layers.roundtrip.checkin import Handing, check_in
from layers.roundtrip.checkout import check_out, format_of
from layers.roundtrip.ticket import Ticket
from layers.store import Store
from lca.errors import InvalidInput, NotAllowed, UnreadableFile, UsageError, ValidationFailed
from lca.record import fields_of
from lca.table import frame_of_rows
from lca.vocab import Sensitivity

EVERYTHING = Sensitivity.STRICTLY_CONFIDENTIAL
BOTH = pytest.mark.parametrize("suffix", [".gpkg", ".xlsx"])
ANA = Handing("Ana", clearance=EVERYTHING)


def out(store, layer, path, clearance=EVERYTHING):
    check_out(store, store.head(layer), path, format_of(path), clearance)
    return path


def rows(store, layer):
    page = store.page(store.head(layer), limit=1000, clearance=EVERYTHING)
    return {row["id"]: row for row in page.rows}


def edit_gpkg(path, statement, *values):
    """Edit as QGIS does, through the file's own triggers, which need its functions."""
    connection = sqlite3.connect(path)
    for name in ("IsEmpty", "MinX", "MaxX", "MinY", "MaxY"):
        connection.create_function(f"ST_{name}", 1, lambda _: 0)
    with connection:
        connection.execute(statement, values)
    connection.close()


def edit_book(path, layer, key, **values):
    """Type values into the row of a feature; a new key gets a row of its own."""
    book = openpyxl.load_workbook(path)
    page = book[layer]
    place = {cell.value.rpartition("[")[2].rstrip("]"): cell.column for cell in page[1]}
    found = [cell.row for cell in page["A"][1:] if cell.value == key]
    number = found[0] if found else page.max_row + 1
    for name, value in ({} if found else {"id": key}).items() | values.items():
        page.cell(number, place[name]).value = value
    book.save(path)


@pytest.fixture
def harbours(publish):
    return publish("ports", ports(port("a", name="Port Coquimbo"), port("b")))


@BOTH
def test_a_file_that_nobody_edited_changes_nothing(store, harbours, tmp_path, suffix):
    path = out(store, "ports", tmp_path / f"work{suffix}")
    outcome = check_in(store, path, ANA)
    assert outcome.draft is None
    assert outcome.report.issues == ()
    assert outcome.report.rows_in == outcome.report.rows_accepted == {"ports": 2}
    assert store.drafts("ports", clearance=EVERYTHING) == []


TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12
) | st.sampled_from(["=1+1", "@x", "007", "1E5", "_x0041_", "2026-11-14", "TRUE", "-", "a\r\nb"])
DEGREES = st.integers(-89 * 10**7, 89 * 10**7).map(lambda n: n / 10**7)
POINTS = st.builds(Point, DEGREES, DEGREES)
LINES = st.lists(st.tuples(DEGREES, DEGREES), min_size=2, max_size=4, unique=True).map(LineString)
AREAS = st.builds(
    lambda x, y: box(x, y, x + 0.5, y + 0.25) - box(x + 0.1, y + 0.1, x + 0.2, y + 0.2),
    DEGREES,
    DEGREES,
)
MOMENTS = st.integers(-(10**9) * 1000, 7 * 10**9 * 1000).map(
    lambda n: datetime(1970, 1, 1, tzinfo=UTC) + n * timedelta(milliseconds=1)
)
MAYBE = st.none()
CLOSURES = st.fixed_dictionaries(
    {
        "name": TEXTS.filter(str.strip),
        "effect": st.sampled_from(["blocked", "restricted", "unknown"]),
        "source_org": TEXTS.filter(str.strip),
        "date_of_information": MOMENTS,
        "description": MAYBE | TEXTS,
        "osm_way_ids": MAYBE | st.lists(st.integers(1, 2**40), min_size=1, max_size=3).map(tuple),
        "max_gross_t": MAYBE | st.floats(0.1, 1e9),
        "practicability_cap": MAYBE | st.integers(0, 6),
        "convoy_required": MAYBE | st.booleans(),
        "dry_days_required": MAYBE | st.integers(0, 50),
        "review_by": MAYBE | MOMENTS,
        "geometry": MAYBE | POINTS | LINES | AREAS,
    }
)


# Many rows in few files: what costs is the process that reads a file, and a row tells by itself.
@settings(
    max_examples=2,
    phases=[Phase.explicit, Phase.generate],
    derandomize=True,
    deadline=None,
    suppress_health_check=[*HealthCheck],
)
@given(st.lists(CLOSURES, min_size=60, max_size=60))
def test_any_layer_comes_back_as_it_went(store, tmp_path_factory, drawn):
    """All that a record can hold: texts of any script, instants to the millisecond, shapes."""
    fields = fields_of(store.specs["constraints"].record_class)
    listed = [{**values, "id": f"k{number}"} for number, values in enumerate(drawn)]
    draft = store.draft("constraints", frame_of_rows(fields, listed), "Ana", "m")
    head = store.publish(
        draft.id, "Ana", confirm_lifts={row["id"] for row in listed}, clearance=EVERYTHING
    )
    folder = tmp_path_factory.mktemp("law")
    for fmt in (ExportFormat.GPKG, ExportFormat.XLSX):
        path = folder / f"work{fmt.suffix}"
        check_out(store, head, path, fmt, EVERYTHING)
        outcome = check_in(store, path, ANA)
        told = outcome.draft and outcome.draft.diff.as_json()
        assert outcome.draft is None, f"{fmt}: {told}"
        assert outcome.report.issues == ()


def test_an_edit_in_qgis_becomes_a_draft_beside_what_others_published(
    store, harbours, tmp_path, clock
):
    path = out(store, "ports", tmp_path / "work.gpkg")
    clock.tick(minutes=1)
    store.apply_edit("ports", ChangeFeature("a", {"berths": 4}, "r"), "Ben")
    edit_gpkg(path, "UPDATE ports SET status = 'restricted' WHERE id = 'a'")
    outcome = check_in(store, path, ANA)
    assert (outcome.draft.summary, outcome.draft.base_number) == ("1 changed", 2)
    assert (outcome.draft.source_name, outcome.conflicts) == ("work.gpkg", ())
    store.publish(outcome.draft.id, "Ana")
    after = rows(store, "ports")["a"]
    assert (after["status"], after["berths"]) == ("restricted", 4)


def test_a_conflict_waits_in_the_draft_for_a_choice(store, harbours, tmp_path, clock):
    path = out(store, "ports", tmp_path / "work.xlsx")
    clock.tick(minutes=1)
    store.apply_edit("ports", ChangeFeature("a", {"status": "restricted"}, "r"), "Ben")
    edit_book(path, "ports", "a", status="not_operational", berths=3)
    outcome = check_in(store, path, ANA)
    assert [item["key"] for item in outcome.conflicts] == ["a.status"]
    assert "Ben said restricted on 18 Nov 2026" in outcome.as_text()
    assert outcome.draft.base_number == 1
    rebase(store, outcome.draft.id, author="Ana", clearance=EVERYTHING, keep={"a": "ours"})
    store.publish(outcome.draft.id, "Ana")
    after = rows(store, "ports")["a"]
    assert (after["status"], after["berths"]) == ("not_operational", 3)


def test_a_workbook_takes_what_people_type(store, harbours, tmp_path):
    path = out(store, "ports", tmp_path / "work.xlsx")
    edit_book(
        path,
        "ports",
        "a",
        berths="7",
        max_draft_m=9,
        date_of_information=datetime(2026, 11, 15, 8, 30),  # noqa: DTZ001 - as Excel has it
        wkt="POINT (-71.5 -30)",
    )
    book = openpyxl.load_workbook(path)
    assert book["ports"].data_validations.dataValidation
    changed = check_in(store, path, ANA).draft.diff.changed
    found = {item.name: item.after for item in changed[0].fields}
    assert found == {
        "berths": 7,
        "max_draft_m": 9.0,
        "date_of_information": datetime(2026, 11, 15, 8, 30, tzinfo=UTC),
        "geometry": Point(-71.5, -30),
    }
    edit_book(path, "ports", "b", berths="=1+1")
    assert "formula without a value" in check_in(store, path, ANA).as_text()


def test_rows_with_errors_stay_out_whole_and_are_told_by_their_place(store, harbours, tmp_path):
    path = out(store, "ports", tmp_path / "work.xlsx")
    edit_book(path, "ports", "a", berths="many", name="Lost otherwise")
    with pytest.raises(ValidationFailed) as caught:
        check_in(store, path, ANA)
    (issue,) = caught.value.details["issues"]
    assert (issue["row"], issue["column"]) == (2, "berths")
    edit_book(path, "ports", "b", status="restricted")
    edit_book(path, "ports", "new", name="New pier")
    outcome = check_in(store, path, ANA)
    assert outcome.draft.summary == "1 changed"
    assert outcome.report.rows_rejected == {"ports": 2}
    assert "source_org is missing" in outcome.as_text()


def test_new_features_copies_and_changed_ids(store, harbours, tmp_path):
    path = out(store, "ports", tmp_path / "work.xlsx")
    given_id = {"source_org": "MOP", "date_of_information": "2026-11-15T08:00Z"}
    edit_book(path, "ports", "new", name="New pier", wkt="POINT (-71 -29)", **given_id)
    assert check_in(store, path, ANA).draft.summary == "1 added"
    edit_book(path, "ports", "a", id="b")
    outcome = check_in(store, path, ANA)
    assert outcome.draft.summary == "1 added"
    assert outcome.report.rows_rejected == {"ports": 2}
    assert "2 rows have the id 'b'" in outcome.as_text()
    edit_book(path, "ports", "new", id=None)
    made = check_in(store, path, ANA).draft.diff.added[0]["id"]
    outcome = check_in(store, path, ANA)
    assert made == outcome.draft.diff.added[0]["id"]
    assert len(made) == 36
    store.publish(outcome.draft.id, "Ana")
    again = out(store, "ports", tmp_path / "again.xlsx")
    edit_book(again, "ports", "copy", name="New pier", wkt="POINT (-71 -29)", **given_id)
    edit_book(again, "ports", "copy", id=None)
    with pytest.raises(ValidationFailed, match="None of the 1") as caught:
        check_in(store, again, ANA)
    assert "already a feature of that name and place" in str(caught.value.details)


@BOTH
def test_what_is_missing_stays_unless_its_deletion_is_asked_for(store, harbours, tmp_path, suffix):
    path = out(store, "ports", tmp_path / f"work{suffix}")
    if suffix == ".gpkg":
        edit_gpkg(path, "DELETE FROM ports WHERE id = 'b'")
    else:
        book = openpyxl.load_workbook(path)
        book["ports"].delete_rows(3)
        book.save(path)
    outcome = check_in(store, path, ANA)
    assert outcome.draft is None
    assert "b is not in the file: they stay" in outcome.as_text()
    gone = check_in(store, path, Handing("Ana", clearance=EVERYTHING, delete_missing=True))
    assert gone.draft.summary == "1 removed"


def test_no_constraint_ends_by_absence(store, publish, tmp_path):
    publish("constraints", constraints(constraint("x"), constraint("y")))
    path = out(store, "constraints", tmp_path / "work.gpkg")
    edit_gpkg(path, "DELETE FROM constraints WHERE id = 'x'")
    assert check_in(store, path, ANA).draft is None
    with pytest.raises(UsageError, match="No constraint ends"):
        check_in(store, path, Handing("Ana", clearance=EVERYTHING, delete_missing=True))


def test_a_copy_by_gdal_survives_other_fids_columns_and_their_order(store, harbours, tmp_path):
    """ogr2ogr and QGIS write a new table: numbered anew, in their order, with what people added."""
    path, copy = out(store, "ports", tmp_path / "work.gpkg"), tmp_path / "copy.gpkg"
    script = (
        "import sys, pyogrio\n"
        "frame = pyogrio.read_dataframe(sys.argv[1], layer='ports')\n"
        "frame.loc[frame['id'] == 'b', 'berths'] = 6\n"
        "frame['my note'] = 'x'\n"
        "frame = frame[::-1].to_crs('EPSG:3857')[[*reversed(frame.columns)]]\n"
        "pyogrio.write_dataframe(frame.drop(columns='iso3'), sys.argv[2], layer='ports',\n"
        "    layer_metadata={'DESCRIPTION': pyogrio.read_info(sys.argv[1], layer='ports')"
        "['layer_metadata']['DESCRIPTION']})\n"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", script, path, copy], check=True)
    outcome = check_in(store, copy, ANA)
    (changed,) = outcome.draft.diff.changed
    assert [item.name for item in changed.fields] == ["berths"]
    told = outcome.as_text()
    assert "'my note'" in told
    assert "iso3 is gone" in told


def test_what_a_cell_cannot_hold_stays_as_it_was(store, publish, tmp_path):
    ring = [(n / 4000, (n % 2) / 1000) for n in range(4000)]
    area = Polygon([*ring, (1, -1), (0, -1)])
    publish("constraints", constraints(constraint("x", geometry=MultiPolygon([area]))))
    path = out(store, "constraints", tmp_path / "work.xlsx")
    cells = [cell.value for cell in openpyxl.load_workbook(path)["constraints"][2]]
    assert KEPT in cells
    assert check_in(store, path, ANA).draft is None


def test_a_workbook_that_lost_its_column_of_places_moves_nothing(store, harbours, tmp_path):
    path = out(store, "ports", tmp_path / "work.xlsx")
    book = openpyxl.load_workbook(path)
    (place,) = [cell.column for cell in book["ports"][1] if cell.value.endswith("[wkt]")]
    book["ports"].delete_cols(place)
    book.save(path)
    edit_book(path, "ports", "a", berths=2)
    outcome = check_in(store, path, ANA)
    (change,) = outcome.draft.diff.changed
    assert [field.name for field in change.fields] == ["berths"]
    assert "The column wkt is gone; its values stay" in outcome.as_text()


def test_in_qgis_the_drawing_counts_beside_a_column_wkt(store, harbours, tmp_path):
    path = out(store, "ports", tmp_path / "work.gpkg")
    edit_gpkg(path, "ALTER TABLE ports ADD COLUMN wkt TEXT")
    edit_gpkg(path, "UPDATE ports SET wkt = 'POINT (0 0)'")
    outcome = check_in(store, path, ANA)
    assert outcome.draft is None
    assert "the drawing counts" in outcome.as_text()


def test_restricted_rows_stay_behind_and_are_not_removed(store, publish, tmp_path):
    secret = {"sensitivity": Sensitivity.CONFIDENTIAL}
    publish("ports", ports(port("a"), port("s", **secret), port("\u00e9", **secret)))
    path = out(store, "ports", tmp_path / "work.xlsx", Sensitivity.PUBLIC)
    assert "Port s" not in str(list(openpyxl.load_workbook(path)["ports"].values))
    public = Handing("Ana", clearance=Sensitivity.PUBLIC, delete_missing=True)
    edit_book(path, "ports", "a", berths=2)
    edit_book(path, "ports", "s", name="Overwritten")
    edit_book(path, "ports", "e\u0301", name="Overwritten")
    outcome = check_in(store, path, public)
    assert outcome.draft.summary == "1 changed"
    assert outcome.report.rows_rejected == {"ports": 2}
    store.publish(outcome.draft.id, "Ana")
    assert rows(store, "ports")["s"]["name"] == "Port s"
    whole = out(store, "ports", tmp_path / "whole.xlsx")
    with pytest.raises(NotAllowed):
        check_in(store, whole, public)


def test_a_file_comes_back_only_where_it_belongs(store, harbours, tmp_path, clock):
    path = out(store, "ports", tmp_path / "work.gpkg")
    with Store.open(tmp_path / "other", clock=clock) as other:
        other.set_operation(Operation("OTH", "Other", False, "UTC"))
        with pytest.raises(InvalidInput, match="belongs to the operation"):
            check_in(other, path, ANA)
    edit_gpkg(path, "UPDATE readme SET value = 'x' WHERE item = 'checkout'")
    edit_gpkg(path, "UPDATE gpkg_contents SET description = ''")
    with pytest.raises(InvalidInput, match="does not say which layer"):
        check_in(store, path, ANA)
    ticket = Ticket("ports", 1, harbours.version, None, EVERYTHING)
    assert check_in(store, path, ANA, ticket=ticket).draft is None


def test_a_file_that_qgis_holds_open_is_refused(store, harbours, tmp_path):
    path = out(store, "ports", tmp_path / "work.gpkg")
    (tmp_path / "work.gpkg-wal").write_bytes(b"edits")
    with pytest.raises(UnreadableFile, match="open in another program"):
        check_in(store, path, ANA)


@BOTH
def test_rows_of_a_table_come_back_too(store, publish, tmp_path, suffix):
    spec = store.specs["speeds"]
    row = {"id": "p", "name": "Cars", "highway": "primary", "group": "light", "speed_kmh": 70.5}
    told = {"source_org": "MOP", "date_of_information": datetime(2026, 11, 14, tzinfo=UTC)}
    publish("speeds", frame_of_rows(spec.fields, [row | told]))
    path = out(store, "speeds", tmp_path / f"work{suffix}")
    assert check_in(store, path, ANA).draft is None
