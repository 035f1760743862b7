"""Layer specs: every one loads, and a typo in one is told."""

from __future__ import annotations

import pytest

from layers.spec import LayerKind, load_specs
from lca.errors import InvalidInput

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


def test_the_products_layers():
    specs = load_specs()
    assert list(specs) == [
        "airports",
        "border_crossings",
        "boundaries",
        "bridges",
        "checkpoints",
        "constraints",
        "emission_factors",
        "ferries",
        "fuel",
        "places",
        "ports",
        "seasons",
        "speeds",
        "speeds_by_season",
        "speeds_by_surface",
        "storage",
        "vehicle_classes",
    ]
    kinds = {name: spec.kind for name, spec in specs.items()}
    assert kinds.pop("constraints") is LayerKind.CONSTRAINT
    assert kinds.pop("places") is LayerKind.PLACE
    assert kinds.pop("boundaries") is LayerKind.BOUNDARY
    tables = {name for name, kind in kinds.items() if kind is LayerKind.TABLE}
    assert tables == {
        "emission_factors",
        "seasons",
        "speeds",
        "speeds_by_season",
        "speeds_by_surface",
        "vehicle_classes",
    }
    assert {kinds[name] for name in kinds.keys() - tables} == {LayerKind.FACILITY}
    for spec in specs.values():
        assert {"id", "name", "sensitivity", "exercise"} <= {field.name for field in spec.fields}
        assert all(field.title for field in spec.fields)


def test_adding_a_layer_is_adding_a_file(tmp_path):
    (tmp_path / "bridges.toml").write_text(GOOD, encoding="utf-8")
    spec = load_specs(tmp_path)["bridges"]
    assert (spec.title, spec.style.symbol, spec.cadence_days) == ("Bridges", "bridge", 7)


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
