"""The gate: what keeps a draft from being published, and what is only doubtful in it."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest
from shapely import LineString, MultiPolygon, Point, Polygon, box
from support.rows import INFORMED, constraint, constraints, port, ports

from layers import review
from layers.edits import AddFeature
from layers.spec import IdRule, load_specs
from layers.store import Store
from lca.boundary import Boundary
from lca.errors import InvalidInput, ValidationFailed
from lca.record import to_row
from lca.table import frame_of
from lca.vocab import ConstraintType, Sensitivity

KM = 1 / 111.0
ALL = Sensitivity.STRICTLY_CONFIDENTIAL


@pytest.fixture
def strict(tmp_path, clock, empty_store):
    """A store whose ports are points only, known by their UN/LOCODE."""
    specs = dict(load_specs())
    specs["ports"] = specs["ports"].model_copy(
        update={"geometry": ("point",), "id_rule": IdRule(columns=("un_locode",))}
    )
    shutil.copytree(empty_store, tmp_path / "strict")
    with Store.open(tmp_path / "strict", clock=clock, specs=specs) as store:
        yield store


def draft(store, *records, layer="ports", **options):
    table = ports(*records) if layer == "ports" else constraints(*records)
    return store.draft(layer, table, "Ana", "m", **options)


def found(store, *records, layer="ports", **options):
    """What the gate says, by code, without how old the rows of these tests are."""
    findings = draft(store, *records, layer=layer, **options).findings
    return {item.code: item.ids for item in findings if item.code != "stale"}


def test_what_is_right_is_let_through(strict):
    assert (
        found(strict, port("a"), port("b", geometry=Point(-71, -30)), port("c", geometry=None))
        == {}
    )


@pytest.mark.parametrize("shape", [LineString([(0, 0), (1, 1)]), box(0, 0, 1, 1)])
def test_a_shape_of_another_kind_blocks(strict, shape):
    made = draft(strict, port("a"), port("b", geometry=shape))
    assert [(item.code, item.ids) for item in made.findings[:1]] == [("geometry_kind", ("b",))]
    with pytest.raises(ValidationFailed, match="point shapes only") as caught:
        strict.publish(made.id, "Ana")
    (issue,) = caught.value.details["issues"]
    assert (issue["code"], issue["ids"], issue["severity"]) == ("geometry_kind", ["b"], "error")
    with pytest.raises(ValidationFailed):
        strict.apply_edit("ports", AddFeature(to_row(port("b", geometry=shape))), "Ana")
    assert strict.head("ports") is None


@pytest.mark.parametrize(
    ("shape", "wrong"),
    [
        (LineString([(179, 0), (-179, 1)]), True),
        (Polygon([(170, 0), (-170, 0), (-170, 10), (170, 10)]), True),
        (MultiPolygon([box(170, 0, 180, 10), box(-180, 0, -170, 10)]), False),
        (LineString([(-100, 0), (0, 0), (100, 0)]), False),
        (box(-180, -90, 180, -80), False),
    ],
    ids=["line", "area", "cut in two", "truly long", "round a pole"],
)
def test_a_shape_that_crosses_the_antimeridian_uncut_blocks(store, shape, wrong):
    made = draft(store, constraint("x", geometry=shape), layer="constraints")
    assert ("antimeridian" in {item.code for item in made.findings}) is wrong
    if wrong:
        with pytest.raises(ValidationFailed, match="Cut each"):
            store.publish(made.id, "Ana")
        assert store.head("constraints") is None
    else:
        assert store.publish(made.id, "Ana").number == 1


def test_two_features_of_one_natural_key_block(strict):
    far = Point(-70, -20)
    made = draft(strict, port("a", un_locode="CLCQQ"), port("b", un_locode="clcqq ", geometry=far))
    assert [item.ids for item in made.findings if item.code == "same_key"] == [("a", "b")]
    with pytest.raises(ValidationFailed, match="un_locode"):
        strict.publish(made.id, "Ana")
    assert "same_key" not in found(strict, port("a"), port("b")), "an unknown key is no key"


def test_a_hidden_double_is_neither_told_nor_let_through(strict):
    secret = port("s", un_locode="CLCQQ", sensitivity=Sensitivity.RESTRICTED)
    strict.publish(draft(strict, secret, clearance=ALL).id, "Ana", clearance=ALL)
    own = port("a", un_locode="CLCQQ")
    made = draft(strict, own)
    assert {item.code for item in made.findings} <= {"stale"}
    with pytest.raises(ValidationFailed) as caught:
        strict.publish(made.id, "Ana")
    assert [item["ids"] for item in caught.value.details["issues"]] == [["a"]]
    whole = strict.get_draft(made.id, clearance=ALL).findings
    assert {item.code: item.ids for item in whole}["same_key"] == ("a", "s")
    with pytest.raises(InvalidInput) as refused:
        review.approve(
            strict.workspace, made.id, author="Ben", version=made.version, accept=["stale"]
        )
    assert {item["code"] for item in refused.value.details["issues"]} == {"same_key"}
    review.approve(
        strict.workspace, made.id, author="Ben", version=made.version, clearance=Sensitivity.PUBLIC
    )


def test_an_old_fault_keeps_nobody_from_mending_another(strict, clock, tmp_path):
    wide = LineString([(0, 0), (1, 1)])
    strict.close()
    with Store.open(tmp_path / "strict", clock=clock) as lenient:
        lenient.publish(draft(lenient, port("old", geometry=wide), port("b")).id, "Ana")
    specs = dict(load_specs())
    specs["ports"] = specs["ports"].model_copy(update={"geometry": ("point",)})
    with Store.open(tmp_path / "strict", clock=clock, specs=specs) as again:
        made = draft(again, port("old", geometry=wide), port("b", berths=2))
        assert again.publish(made.id, "Ana").number == 2


def test_the_same_thing_twice_is_noticed(store):
    near = Point(-71.34, -29.95 + 0.1 * KM)
    twice = [port("a", name="Puerto de Coquimbo"), port("b", name="PUERTO COQUIMBO", geometry=near)]
    assert found(store, *twice) == {"duplicate": ("a", "b")}
    assert found(store, port("a", name="Muelle Sur"), port("b", name="muelle sur")) == {
        "duplicate": ("a", "b")
    }
    store.publish(draft(store, *twice).id, "Ana")
    assert found(store, *twice, port("c", geometry=Point(0, 0))) == {}, "they have stood"


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"name": "Puerto Coquimbo", "geometry": Point(-71.34, -29.95 + 0.4 * KM)}, "apart"),
        ({"name": "Fuel jetty", "geometry": Point(-71.34, -29.95 + 0.1 * KM)}, "named otherwise"),
        ({"name": "Puerto Coquimbo", "geometry": None}, "nowhere"),
    ],
)
def test_what_is_like_another_in_one_way_only_is_not(store, other, why):
    assert found(store, port("a", name="Puerto Coquimbo"), port("b", **other)) == {}, why


def test_two_kinds_of_constraint_in_one_place_are_two(store):
    one = constraint("a", name="Bridge", constraint_type=ConstraintType.BRIDGE_DAMAGE)
    other = constraint("b", name="Bridge", constraint_type=ConstraintType.LANDSLIDE)
    assert found(store, one, other, layer="constraints") == {}


def test_what_more_people_would_see_is_named(store):
    secret = {"sensitivity": Sensitivity.CONFIDENTIAL}
    cleared = {"clearance": Sensitivity.STRICTLY_CONFIDENTIAL}
    store.publish(draft(store, port("a", **secret), port("b"), **cleared).id, "Ana")
    assert found(store, port("a"), port("b"), **cleared) == {"sensitivity_lowered": ("a",)}
    assert found(store, port("a", **secret), port("b", **secret), **cleared) == {}
    told = str([item.as_json() for item in draft(store, port("b")).findings])
    assert "'a'" not in told, "nobody hears of what they may not see"


def test_a_file_that_lacks_many_is_named(store):
    rows = [port(str(number), geometry=Point(number, 0)) for number in range(10)]
    store.publish(draft(store, *rows).id, "Ana")
    assert found(store, *rows[2:]) == {}, "a fifth may go"
    assert found(store, *rows[3:]) == {"many_removed": ("0", "1", "2")}


def test_places_far_outside_the_operation_are_named(store):
    area = Boundary(
        id="CL04",
        name="Coquimbo",
        level=1,
        source_org="INE",
        date_of_information=INFORMED,
        geometry=box(-72, -32, -70, -29),
    )
    made = store.draft("boundaries", frame_of(Boundary, [area]), "Ana", "m")
    store.publish(made.id, "Ana")
    exchanged = Point(-29.95, -71.34)
    rows = port("a"), port("b", geometry=exchanged), port("c", geometry=None)
    assert found(store, *rows) == {"far_away": ("b",)}


@pytest.mark.parametrize(
    ("name", "doubtful"),
    [
        ("<script>alert(1)</script>", True),
        ("Port &amp; quay", True),
        ('=HYPERLINK("http://x")', True),
        ("Bridge < 10 t", False),
        ("Shell & Co", False),
        ("-12 m berth", False),
    ],
)
def test_markup_in_names_is_named(store, name, doubtful):
    assert (found(store, port("a", name=name)) == {"markup": ("a",)}) is doubtful


def test_records_under_another_licence_are_named(store):
    rows = port("a", licence="CC-BY-NC-4.0"), port("b", licence="CC-BY-4.0", geometry=None)
    assert found(store, *rows) == {"other_licence": ("a",)}


def test_a_licence_in_other_letters_is_no_other_licence(store):
    rows = port("a", licence="CC BY 4.0"), port("b", licence="cc-by 4.0", geometry=None)
    assert found(store, *rows) == {}


def test_a_layer_that_nobody_has_looked_at_lately_is_named(store, clock):
    cadence = timedelta(days=store.specs["ports"].cadence_days)
    old, new = clock() - 2 * cadence, clock() - cadence / 2
    rows = [
        port("a", date_of_information=old),
        port("b", date_of_information=old, last_confirmed_at=new),
        port("c", date_of_information=old, geometry=None),
    ]
    (stale,) = (item for item in draft(store, *rows).findings if item.code == "stale")
    assert stale.ids == ("a", "c")
    assert "2 of 3" in stale.message
    few = draft(store, rows[0], rows[1]).findings
    assert "stale" not in {item.code for item in few}


def test_a_doubt_blocks_nothing_where_no_review_is_asked_for(store):
    made = draft(store, port("a", name="<b>Port</b>"))
    assert [item.severity.value for item in made.findings if item.code == "markup"] == ["warning"]
    assert store.publish(made.id, "Ana").number == 1
