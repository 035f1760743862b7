"""The model as a whole: every record has units, words in code lists, bounds and a review span."""

from __future__ import annotations

import dataclasses
import math
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import get_args, get_type_hints

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.profiles.profile import load_profiles
from layers.spec import LayerKind, load_specs
from lca.amount import READ_AS_WRITTEN, SIGNED, impossible_amounts
from lca.codelists import LANGUAGES, VOCABULARIES, code_list, load, name_of
from lca.constraint import Constraint
from lca.contact import Contact
from lca.errors import InvalidInput, NotFound
from lca.facility import (
    CONTROL_CLASSES,
    FACILITY_CLASSES,
    WORDS_OF_LISTS,
    Airport,
    Port,
    ServiceProvider,
    Storage,
)
from lca.facilitypart import Berth, HandlingEquipment, Runway
from lca.ingest.sheets import TABLE_KINDS
from lca.place import Place
from lca.plausible import PLAUSIBLE, doubtful
from lca.record import fields_of, from_row, to_row
from lca.reviewspan import review_span
from lca.roadassessment import RoadAssessment
from lca.season import Season
from lca.table import frame_of, records_of
from lca.travelleg import TravelLeg
from lca.vocab import (
    AerodromeType,
    Confidence,
    ConstraintType,
    Damage,
    RoadClass,
    RoadSurface,
    Sensitivity,
    Verdict,
)

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
SOURCE = {"source_org": "WFP", "date_of_information": NOON}
ASSESSED = (RoadAssessment, TravelLeg, Berth, Runway, HandlingEquipment)
RECORDS = (*FACILITY_CLASSES.values(), *ASSESSED, Contact)
EVERYTHING = (*RECORDS, Constraint, Place, Season)
NAMES = {name for record in EVERYTHING for name in (one.name for one in fields_of(record))}

_SPECIAL = {
    "opening_hours": st.sampled_from(["Mo-Fr 08:00-17:00", "24/7"]),
    "opening_hours_other_side": st.just("Sa 06:00-12:00"),
    "time_zone": st.sampled_from(["Africa/Khartoum", "UTC"]),
    "time_zone_other_side": st.just("Africa/Ndjamena"),
    "cargo_permitted": st.sampled_from(["fuel; medical", "humanitarian"]),
    "sensitivity": st.sampled_from(["restricted", "confidential", "strictly_confidential"]),
    "facility_id": st.just("port-1"),
    "chainage_from_km": st.floats(0, 10),
    "chainage_to_km": st.floats(10, 900),
    "osm_way_ids": st.lists(st.integers(1, 2**40), min_size=1, max_size=3).map(tuple),
    "queue_h": st.floats(0, 48),
    "clearance_h": st.floats(0, 48),
    "external_ids": st.just("wpi:48660; osm:n1"),
    "gross_limits": st.just("2:18; 3:26"),
}
_REQUIRED = {"id": st.just("x"), "name": st.just("X"), "source_org": st.just("WFP")}
_BY_TYPE = {
    "text": st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8),
    "integer": st.integers(0, 5_000),
    "number": st.floats(0.25, 5_000),
    "boolean": st.booleans(),
    "instant": st.datetimes(
        datetime(1990, 1, 1),  # noqa: DTZ001
        datetime(2040, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
}


@st.composite
def rows(draw, record):
    """Draw a row of a record, each field known or not, as a table holds it."""
    row = {}
    for one in fields_of(record):
        if one.name in _REQUIRED:
            row[one.name] = draw(_REQUIRED[one.name])
        elif one.name in WORDS_OF_LISTS:
            words = st.lists(
                st.sampled_from(list(WORDS_OF_LISTS[one.name])), min_size=1, max_size=2
            )
            row[one.name] = draw(st.none() | words.map("; ".join))
        else:
            usual = st.sampled_from(one.codes) if one.codes else _BY_TYPE.get(one.type)
            known = _SPECIAL.get(one.name, usual)
            needed = one.required or one.name in {"sensitivity", "facility_id"}
            row[one.name] = draw(known if needed else st.none() | known)
    if "geometry" in {field.name for field in dataclasses.fields(record)}:
        row["geometry"] = draw(st.none() | st.just(shapely.Point(37.2, 19.6)))
    return row


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
@settings(max_examples=8)
@given(st.data())
def test_a_record_comes_back_from_row_and_table_as_it_went(record, data):
    made = from_row(record, data.draw(rows(record)))
    assert from_row(record, to_row(made)) == made
    assert records_of(record, frame_of(record, [made])) == [made]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_nothing_but_who_said_it_must_be_known(record):
    given = {
        "id": "x",
        "name": "X",
        **SOURCE,
        "facility_name": "P",
        "place_from": "A",
        "place_to": "B",
    }
    made = to_row(from_row(record, given))
    told = {name for name, value in made.items() if value is not None} - given.keys()
    defaults = {"source_type", "reliability", "credibility", "location_precision", "exercise"}
    defaults |= {"sensitivity", "status", "op_status", "consent", "damage"}
    assert told <= defaults


def test_every_figure_says_its_unit_or_is_a_count():
    bare = {
        (one.name)
        for record in RECORDS
        for one in fields_of(record)
        if one.type == "number" and one.unit is None
    }
    assert bare == {"rent_amount", "rate_amount"}  # in the currency that stands beside


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
@pytest.mark.parametrize("figure", [-1, math.inf])
def test_no_measure_is_below_nought_or_without_end(record, figure):
    unchecked = SIGNED | READ_AS_WRITTEN if record in FACILITY_CLASSES.values() else SIGNED
    given = {
        "id": "x",
        "name": "X",
        **SOURCE,
        "facility_name": "P",
        "place_from": "A",
        "place_to": "B",
    }
    for one in fields_of(record):
        if one.type != "number" or one.name in unchecked:
            continue
        with pytest.raises(InvalidInput, match=one.name) as caught:
            from_row(record, {**given, one.name: figure})
        assert caught.value.do_next


def test_signed_figures_and_those_that_were_never_checked_are_fields():
    assert NAMES >= SIGNED | READ_AS_WRITTEN
    assert list(impossible_amounts(Airport(id="a", name="A", elevation_m=-400.0, **SOURCE))) == []
    assert Port(id="a", name="A", max_draft_m=-1.0, **SOURCE).max_draft_m == -1.0


@pytest.mark.parametrize(
    ("record", "field", "word"),
    [
        (Port, "access_modes", "camel"),
        (FACILITY_CLASSES["customs_office"], "clears", "space"),
        (Storage, "suitable_for", "gold"),
        (FACILITY_CLASSES["fuel"], "payment", "promise"),
    ],
)
def test_a_list_takes_the_words_of_its_vocabulary_only(record, field, word):
    with pytest.raises(InvalidInput, match=word) as caught:
        from_row(record, {"id": "x", "name": "X", **SOURCE, field: word})
    assert "Choose of" in caught.value.do_next


def test_hours_need_a_zone_that_exists():
    with pytest.raises(InvalidInput, match="Mars"):
        Port(id="a", name="A", time_zone="Mars/Olympus", **SOURCE)


def test_a_part_says_of_what_it_is_one():
    with pytest.raises(InvalidInput, match="of which facility"):
        Berth(id="a", name="A", **SOURCE)


def test_a_stretch_does_not_run_backwards():
    with pytest.raises(InvalidInput, match="before"):
        RoadAssessment(id="a", name="A", chainage_from_km=9.0, chainage_to_km=2.0, **SOURCE)


# Contacts.


def test_a_contact_is_never_public():
    assert Contact(id="a", name="A", **SOURCE).sensitivity is Sensitivity.RESTRICTED
    with pytest.raises(InvalidInput, match="cannot be public"):
        Contact(id="a", name="A", sensitivity=Sensitivity.PUBLIC, **SOURCE)


def test_no_layer_holds_contacts_or_a_field_for_one():
    specs = load_specs()
    assert "contacts" not in specs
    for spec in specs.values():
        assert spec.record_class is not Contact
        names = {one.name for one in spec.fields}
        personal = {"phone", "telephone", "email", "e_mail", "address", "contact_ids"}
        assert names.isdisjoint(personal), spec.name


def test_the_sheet_of_contacts_alone_is_restricted():
    restricted = [kind for kind in TABLE_KINDS if kind.restricted]
    assert [(kind.layer, kind.record_class) for kind in restricted] == [("contacts", Contact)]


# Sheets and layers.


def test_every_sheet_but_contacts_fills_a_layer_of_its_record():
    specs = load_specs()
    for kind in TABLE_KINDS:
        if not kind.restricted:
            spec = specs[kind.layer]
            assert spec.record_class is kind.record_class
            assert kind.placed == (spec.kind is not LayerKind.TABLE)


def test_every_kind_of_facility_has_a_sheet_and_a_layer():
    recorded = {kind.record_class for kind in TABLE_KINDS}
    assert recorded >= set(FACILITY_CLASSES.values()) | set(ASSESSED)


def test_assessed_roads_and_new_facilities_control_no_movement():
    specs = load_specs()
    road = specs["road_assessments"]
    assert road.kind is LayerKind.THEMATIC
    assert not road.kind.holds_places
    assert "changes no route" in road.caveat
    old = {"border_crossing", "ferry", "bridge", "checkpoint"}
    assert {record.facility_type.value for record in CONTROL_CLASSES} == old


# Code lists.


def _vocabularies(record):
    hints = get_type_hints(record)
    for one in fields_of(record):
        hint = hints[one.name]
        for kind in (hint, *get_args(hint)):
            if isinstance(kind, type) and issubclass(kind, StrEnum | IntEnum):
                yield one.name, kind


@pytest.mark.parametrize("record", EVERYTHING, ids=lambda record: record.__name__)
def test_every_coded_field_has_a_code_list(record):
    assert [name for name, kind in _vocabularies(record) if name_of(kind) is None] == []


def test_the_lists_hold_the_words_of_the_code_and_no_others():
    assert load().keys() == VOCABULARIES.keys()
    for name, words in VOCABULARIES.items():
        codes = [one.code for one in code_list(name)]
        assert codes == [str(word.value) for word in words], name
    answers = {Confidence, Verdict}
    assert not answers & set(VOCABULARIES.values())


def test_every_code_has_a_label_in_four_languages_and_no_two_are_alike():
    for name, codes in load().items():
        for language in LANGUAGES:
            labels = [one.labels[language] for one in codes]
            assert all(label.strip() == label != "" for label in labels), name
            assert len(set(labels)) == len(labels), (name, language)
        for one in codes:
            assert any("\u0600" <= char <= "\u06ff" for char in one.labels["ar"]), one


def test_the_lists_say_what_the_code_says_of_other_standards():
    for name, words in VOCABULARIES.items():
        for word, one in zip(words, code_list(name), strict=True):
            for standard in ("unsdi_t", "sdi_t"):
                said = getattr(word, standard, None)
                assert one.standards.get(standard) == (None if said is None else str(said)), one


def test_the_export_profile_of_sdi_t_writes_what_the_lists_say():
    compared = 0
    specs = load_specs()
    for layer, table in load_profiles()["sdi-t"].layers.items():
        hints = get_type_hints(specs[layer].record_class)
        for column in table.columns:
            if not column.codes or column.source is None:
                continue
            if (column.name, column.source) == ("dmg", "status"):  # what is destroyed is damaged
                continue
            kinds = (hints[column.source], *get_args(hints[column.source]))
            name = next((found for kind in kinds if (found := name_of(kind))), None)
            if name is None or not any(one.standards.get("sdi_t") for one in code_list(name)):
                continue
            compared += 1
            for one in code_list(name):
                written = column.codes.get(one.code, column.otherwise)
                assert written == one.standards["sdi_t"], (layer, column.name, one.code)
    assert compared >= 12


def test_codes_that_the_standards_number_otherwise():
    assert [word.unsdi_t for word in RoadSurface] == [0, 1, 2, 3, 4, 5, 6]
    assert (RoadClass.PRIVATE.unsdi_t, RoadClass.PRIVATE.wfp) == (7, 0)
    assert (RoadClass.PATHWAY.unsdi_t, RoadClass.PATHWAY.wfp) == (6, 7)
    assert AerodromeType.HELIPAD_IMPROVISED.sdi_t == "Helipad"
    assert Damage.DESTROYED.sdi_t == "Yes"


def test_a_list_that_does_not_exist_is_told_with_those_that_do():
    with pytest.raises(NotFound, match="colours") as caught:
        code_list("colours")
    assert "operational_status" in caught.value.do_next


# Bounds and spans.


def test_every_bound_is_of_a_field_and_in_its_unit():
    units = {}
    for record in EVERYTHING:
        for one in fields_of(record):
            units.setdefault(one.name, set()).add(one.unit)
    for name, bounds in PLAUSIBLE.items():
        assert bounds.unit in units[name], name
        assert bounds.low < bounds.high
        assert bounds.source


def test_a_draught_in_feet_is_doubtful_and_one_in_metres_is_not():
    assert list(doubtful(Port(id="a", name="A", max_draft_m=10.5, **SOURCE))) == []
    [(name, figure, bounds)] = doubtful(Port(id="a", name="A", max_draft_m=34.0, **SOURCE))
    assert (name, figure, bounds.high) == ("max_draft_m", 34.0, 30)


def test_every_kind_and_every_type_of_constraint_has_a_review_span():
    days = {record: review_span(record) for record in (*FACILITY_CLASSES.values(), *ASSESSED)}
    assert None not in days.values()
    assert days[Port] == days[Airport] == timedelta(days=30)
    assert days[Storage] == days[ServiceProvider] == timedelta(days=90)
    assert days[TravelLeg] == timedelta(days=365)
    for word in ConstraintType:
        assert review_span(Constraint, word) is not None, word
    assert review_span(Constraint, ConstraintType.FLOOD) == timedelta(days=3)
    assert review_span(Constraint, ConstraintType.ROAD_DAMAGE) == timedelta(days=7)
    assert review_span(Constraint, ConstraintType.BRIDGE_DAMAGE) == timedelta(days=30)
    assert review_span(Constraint, ConstraintType.BORDER_CLOSURE) == timedelta(days=14)
    assert review_span(Contact) is None
