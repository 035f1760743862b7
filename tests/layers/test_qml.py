"""The style that QGIS applies: each row meets exactly one rule, and looks as its class says."""

from __future__ import annotations

import sqlite3
from itertools import product
from xml.etree import ElementTree as ET

import pytest

from layers.qml import style_xml
from layers.spec import LayerKind, load_specs

SPECS = load_specs()
STYLED = [name for name, spec in SPECS.items() if spec.kind is not LayerKind.TABLE]
OVER = ("status", ("resolved", "rejected"))


def rules(spec, shapes, over=None):
    root = ET.fromstring(style_xml(spec.style, spec.fields, shapes, over=over).split("\n", 1)[1])
    symbols = {one.get("name"): one for one in root.iter("symbol")}
    return root, [(one, symbols[one.get("symbol")]) for one in root.iter("rule")]


def met(expression: str | None, row: dict[str, str | None]) -> bool:
    """Ask SQLite: QGIS's expressions are SQL here, but for the function of the geometry's type."""
    if expression is None:
        return True
    sql = expression.replace("geometry_type($geometry)", "shape")
    file = sqlite3.connect(":memory:")
    try:
        columns = ", ".join(f'? AS "{name}"' for name in row)
        query = f"SELECT {sql} FROM (SELECT {columns})"
        return bool(file.execute(query, tuple(row.values())).fetchone()[0])
    finally:
        file.close()


@pytest.mark.parametrize("layer", STYLED)
def test_each_row_meets_one_rule_and_has_its_colour(layer):
    spec = SPECS[layer]
    over = OVER if spec.kind is LayerKind.CONSTRAINT else None
    _, found = rules(spec, ["area", "line", "point"], over)
    field = spec.style.field
    words = [None, "it's new", *(entry.value for entry in spec.style.classes)]
    states = ["reported", "resolved", None] if over else [None]
    colours = {entry.value: entry.colour for entry in spec.style.classes}
    for word, state, shape in product(words, states, ["Point", "Line", "Polygon"]):
        row = {"status": state, "shape": shape, **({field: word} if field else {})}
        hits = [symbol for rule, symbol in found if met(rule.get("filter"), row)]
        assert len(hits) == 1, (word, state, shape)
        assert hits[0].get("type") == {"Point": "marker", "Line": "line", "Polygon": "fill"}[shape]
        wanted = "#b5b5b5" if over and state == "resolved" else colours.get(word, spec.style.colour)
        text = ET.tostring(hits[0], encoding="unicode")
        assert ",".join(str(int(wanted[at : at + 2], 16)) for at in (1, 3, 5)) in text


def test_a_layer_of_one_type_has_a_legend_in_plain_words():
    spec = SPECS["road_status"]
    _, found = rules(spec, ["line"])
    labels = [rule.get("label") for rule, _ in found]
    assert labels == [*(entry.label for entry in spec.style.classes), "Other"]
    dashes = {
        rule.get("label"): option.get("value")
        for rule, symbol in found
        for option in symbol.iter("Option")
        if option.get("name") == "customdash"
    }
    assert dashes == {e.label: e.dash.replace(" ", ";") for e in spec.style.classes if e.dash}


def test_columns_have_titles_with_units_and_coded_ones_their_words():
    spec = SPECS["bridges"]
    root, _ = rules(spec, ["point"])
    aliases = {one.get("field"): one.get("name") for one in root.iter("alias")}
    assert aliases["max_gross_t"] == "Gross mass limit (t)"
    forms = {one.get("name"): one for one in root.iter("field")}
    words = [
        option.get("value") for option in forms["damage"].iter("Option") if option.get("value")
    ]
    assert words == ["intact", "damaged", "destroyed", "unknown"]
    assert "name" not in forms
