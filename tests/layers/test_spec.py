"""Layer specs: every one loads, and a typo in one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.spec import _RECORD_CLASSES, DeclaredField, LayerKind, LayerSpec, Review, load_specs
from lca.errors import InvalidInput
from lca.record import from_row, to_row

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "layers.md"

GOOD = """\
title = "Bridges"
record = "storage"
source = "MOP"
licence = "CC-BY-4.0"
attribution = "MOP"
caveat = "As reported."
cadence_days = 7
default_sensitivity = "public"
download_allowed = true

[style]
colour = "#112233"
symbol = "bridge"
"""


CRANES = """\
title = "Cranes"
geometry = ["point"]
source = "Port authority"
licence = "CC-BY-4.0"
attribution = "Port authority"
caveat = "As stated."
cadence_days = 7
default_sensitivity = "public"
download_allowed = true

[id_rule]
columns = ["lift_t"]

[[fields]]
name = "lift_t"
type = "number"
title = "Lifts"
unit = "t"
required = true

[[fields]]
name = "mount"
type = "code"
title = "Mount"
codes = ["mobile", "fixed"]

[style]
colour = "#112233"
symbol = "crane"
field = "mount"

[[style.classes]]
value = "mobile"
label = "Mobile"
colour = "#112233"
"""


def test_the_products_layers():
    specs = load_specs()
    assert list(specs) == [
        "airports",
        "berths",
        "border_crossings",
        "boundaries",
        "bridges",
        "checkpoints",
        "constraints",
        "corridors",
        "customs_offices",
        "emission_factors",
        "ferries",
        "fuel",
        "handling_equipment",
        "isolation",
        "mills",
        "places",
        "ports",
        "rail_stations",
        "road_assessments",
        "road_status",
        "runways",
        "seasons",
        "service_providers",
        "speeds",
        "speeds_by_season",
        "speeds_by_surface",
        "storage",
        "travel_legs",
        "vehicle_classes",
        "weighbridges",
    ]
    kinds = {name: spec.kind for name, spec in specs.items()}
    assert kinds.pop("constraints") is LayerKind.CONSTRAINT
    assert kinds.pop("places") is LayerKind.PLACE
    assert kinds.pop("boundaries") is LayerKind.BOUNDARY
    tables = {name for name, kind in kinds.items() if kind is LayerKind.TABLE}
    assert tables == {
        "berths",
        "emission_factors",
        "handling_equipment",
        "runways",
        "seasons",
        "speeds",
        "speeds_by_season",
        "speeds_by_surface",
        "travel_legs",
        "vehicle_classes",
    }
    thematic = {name for name, kind in kinds.items() if kind is LayerKind.THEMATIC}
    assert thematic == {"corridors", "isolation", "road_assessments", "road_status"}
    assert {kinds[name] for name in kinds.keys() - tables - thematic} == {LayerKind.FACILITY}
    assert {name for name, spec in specs.items() if spec.derived} == {"isolation", "road_status"}
    for spec in specs.values():
        assert {"id", "name", "sensitivity", "exercise"} <= {field.name for field in spec.fields}
        assert all(field.title for field in spec.fields)


def test_adding_a_layer_is_adding_a_file(tmp_path):
    (tmp_path / "bridges.toml").write_text(GOOD, encoding="utf-8")
    spec = load_specs(tmp_path)["bridges"]
    assert (spec.title, spec.style.symbol, spec.cadence_days) == ("Bridges", "bridge", 7)


def test_a_layer_may_declare_its_own_columns(tmp_path):
    (tmp_path / "cranes.toml").write_text(CRANES, encoding="utf-8")
    spec = load_specs(tmp_path)["cranes"]
    assert spec.kind is LayerKind.THEMATIC
    lift = next(field for field in spec.fields if field.name == "lift_t")
    assert (lift.title, lift.unit, lift.required) == ("Lifts", "t", True)
    row = {
        "id": "c",
        "name": "Crane 1",
        "source_org": "Port",
        "date_of_information": "2026-11-14T00:00:00Z",
    }
    with pytest.raises(InvalidInput, match="lift_t is missing"):
        from_row(spec.record_class, row)
    with pytest.raises(InvalidInput, match="one of mobile, fixed"):
        from_row(spec.record_class, row | {"lift_t": 40, "mount": "floating"})
    record = from_row(spec.record_class, row | {"lift_t": 40, "mount": "mobile"})
    assert to_row(record)["mount"] == "mobile"


def test_the_example_of_the_reference_is_a_layer(tmp_path):
    page = PAGE.read_text(encoding="utf-8")
    example = page.partition("```toml\n")[2].partition("```")[0]
    (tmp_path / "cranes.toml").write_text(example, encoding="utf-8")
    spec = load_specs(tmp_path)["cranes"]
    assert (spec.review, spec.id_rule.columns) == (Review.FOUR_EYES, ("registration",))
    assert [item.label for item in spec.style.classes] == ["Works", "Out of order", "Not known"]
    keys, of_fields = page.partition("## Declared columns")[::2]
    assert [word for word in _RECORD_CLASSES if f"`{word}`" not in keys] == []
    told = [(LayerSpec, keys, {"name"}), (DeclaredField, of_fields, set())]
    for model, table, given in told:
        names = {field.alias or name for name, field in model.model_fields.items()} - given
        assert [name for name in names if f"`{name}" not in table] == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[[fields]]", "[[field]]", "fields|field"),
        ('name = "lift_t"', 'name = "Lift"', "fields.0.name"),
        ('columns = ["lift_t"]', 'columns = ["lifts"]', "no field lifts"),
        ('field = "mount"', 'field = "mounting"', "no field mounting"),
        ('value = "mobile"', 'value = "mobil"', "mobil is no code of mount"),
        ('name = "mount"', 'name = "name"', "name is there already"),
        ('codes = ["mobile", "fixed"]', "", "mount: a field of type code has codes"),
    ],
)
def test_declared_columns_with_a_typo_are_refused(tmp_path, old, new, words):
    assert old in CRANES
    (tmp_path / "cranes.toml").write_text(CRANES.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidInput, match=words):
        load_specs(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("cadence_days", "cadence_day", "cadence_day"),
        ('"storage"', '"warehouse"', "record.*must be one of port"),
        ('"public"', '"secret"', "default_sensitivity"),
        ('"#112233"', '"red"', "style.colour"),
        ("cadence_days = 7", "cadence_days = 0", "greater than 0"),
        ('title = "Bridges"', "", "title: Field required"),
        ("[style]", "[style", "not TOML"),
    ],
)
def test_spec_with_a_typo_is_refused_by_file_and_key(tmp_path, old, new, words):
    (tmp_path / "bridges.toml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(InvalidInput, match=words) as caught:
        load_specs(tmp_path)
    assert "bridges.toml" in caught.value.where
