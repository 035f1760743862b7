"""A geometry on its way from the child: what it holds is counted, and nothing of it is believed."""

from __future__ import annotations

import json
import random

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from lca.errors import InvalidInput, UnreadableFile
from lca.ingest import Limits, mending, read_assessment, wire
from lca.ingest.drawing import KINDS, Drawing, Extent, drawing_of, extent_of
from lca.ingest.gis.outline import drawn, outlined
from lca.ingest.instructions import Instructions
from lca.ingest.location import location_of
from lca.ingest.mending import is_tangled, mended
from lca.ingest.shapes import fitting, shape_of
from lca.ingest.sheets import kind_of_layer
from lca.ingest.wire import Sheet, SheetEnd, SheetRow, SheetStart

CONSTRAINTS = kind_of_layer("constraints")
WORLD = shapely.box(-180, -90, 180, 90)
SOMEWHERE = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def ring(corner, size):
    return list(shapely.box(*corner, corner[0] + size, corner[1] + size).exterior.coords)


rings = st.builds(ring, SOMEWHERE, st.floats(0.01, 1))
coordinates = {
    "Point": SOMEWHERE,
    "LineString": st.lists(SOMEWHERE, min_size=2, max_size=6),
    "Polygon": st.lists(rings, min_size=1, max_size=3),
    "MultiPoint": st.lists(SOMEWHERE, min_size=1, max_size=6),
    "MultiLineString": st.lists(st.lists(SOMEWHERE, min_size=2, max_size=4), min_size=1),
    "MultiPolygon": st.lists(st.lists(rings, min_size=1, max_size=2), min_size=1, max_size=3),
}
bodies = st.sampled_from(sorted(coordinates)).flatmap(
    lambda kind: st.tuples(st.just(kind), coordinates[kind])
)


def parts_of(geometry):
    """Count rings, and what several hold, by shapely alone."""
    several = shapely.get_parts(geometry)
    areas = int(shapely.get_num_interior_rings(several).sum()) + len(several)
    if "Polygon" in geometry.geom_type:
        return areas
    return len(several) if geometry.geom_type.startswith("Multi") else 0


@given(bodies)
def test_a_drawing_is_the_same_geometry_as_shapely_makes(body):
    kind, drawn_as = body
    oracle = shapely.geometry.shape({"type": kind, "coordinates": drawn_as})
    drawing = drawing_of(kind, drawn_as)
    assert shapely.from_wkb(drawing.wkb).equals_exact(oracle, 0)
    assert drawing.wkb == shapely.to_wkb(oracle, byte_order=1)
    assert extent_of(drawing) == Extent(shapely.get_num_coordinates(oracle), parts_of(oracle))


def usable_or_refused(drawing):
    try:
        geometry, _ = shape_of(drawing, CONSTRAINTS)
    except InvalidInput as error:
        assert error.do_next  # noqa: PT017 - either outcome is lawful
        return
    assert geometry is None or (geometry.is_valid and WORLD.covers(geometry))


@given(
    bodies,
    st.sampled_from(["", "it crosses itself"]),
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 10**4), st.binary(min_size=1, max_size=9)), max_size=3),
    st.integers(0, 40),
)
def test_bytes_of_a_child_gone_bad_are_usable_or_refused(body, fault, told, changes, cut):
    wkb = bytearray(drawing_of(*body).wkb)
    for at, noise in changes:
        start = at % len(wkb)
        wkb[start : start + len(noise)] = noise
    drawing = Drawing(body[0], bytes(wkb[: len(wkb) - cut]), fault, told)
    try:
        extent = extent_of(drawing)
    except ValueError:
        return
    assert extent.corners * 16 <= len(wkb)
    usable_or_refused(drawing)


@pytest.mark.parametrize(
    "wkb",
    [
        b"\x01",
        b"\x00" + shapely.to_wkb(shapely.Point(1, 2))[1:],
        shapely.to_wkb(shapely.Point(1, 2), byte_order=0),
        shapely.to_wkb(shapely.Point(1, 2)) + b"\x00",
        shapely.to_wkb(shapely.Point(1, 2))[:-1],
        shapely.to_wkb(shapely.Point(1, 2, 3)),
        shapely.to_wkb(shapely.set_srid(shapely.Point(1, 2), 4326), include_srid=True),
        shapely.to_wkb(shapely.Point()),
        shapely.to_wkb(shapely.LineString([(1, 2), (3, 4)])),
        b"\x01\x01\x00\x00\x00" + b"\xff" * 16,
    ],
)
def test_what_is_no_plain_point_is_none(wkb):
    with pytest.raises(ValueError, match=r"geometry|coordinate"):
        extent_of(Drawing("Point", wkb))


@pytest.mark.parametrize("kind", [*KINDS, "GeometryCollection"])
def test_a_count_that_lies_ends_with_the_bytes(kind):
    lying = b"\x01" + bytes([KINDS.get(kind, 7), 0, 0, 0]) + b"\xff" * 4
    with pytest.raises(ValueError, match="geometry"):
        extent_of(Drawing(kind, lying))


def test_a_drawing_survives_the_wire_and_no_forged_one_does(tmp_path):
    path = tmp_path / "result.jsonl"
    drawings = [
        drawing_of("LineString", [(1, 2), (3, 4)]),
        drawing_of("LineString", []),
        drawing_of("LineString", [(1, None)]),
        Drawing(
            "Polygon", drawing_of("Polygon", [ring((1, 2), 1)]).wkb, "it was open", mended=True
        ),
        None,
    ]
    rows = tuple(SheetRow(number, {}, one) for number, one in enumerate(drawings))
    wire.write([SheetStart("a", known=True), *rows, SheetEnd()], path)
    assert wire.read(path, Limits()) == (Sheet("a", rows=rows),)
    good = path.read_text(encoding="ascii")
    written = json.loads(good.splitlines()[1])["geometry"]
    for forged in (
        [*written[:3], 1],
        written[:3],
        ["Point", *written[1:]],
        [written[0], written[1][:-4], *written[2:]],
        [written[0], "é", *written[2:]],
        [written[0], 5, *written[2:]],
        [written[0], written[1], 5, False],
    ):
        path.write_text(good.replace(json.dumps(written), json.dumps(forged)), encoding="ascii")
        with pytest.raises(UnreadableFile, match="output is not valid"):
            wire.read(path, Limits())


def test_a_line_of_the_result_is_never_held_whole_if_no_row_is_so_long(tmp_path):
    limits = Limits(row_chars=10, feature_vertices=10, columns=10)
    path = tmp_path / "result.jsonl"
    path.write_text(json.dumps({"sheet": "a" * 3_000_000, "known": True}), encoding="ascii")
    with pytest.raises(UnreadableFile, match="line is too long"):
        wire.read(path, limits)


@pytest.mark.parametrize(
    ("bounds", "says"),
    [
        ({"feature_vertices": 4}, "One feature has 5 corners in 1 parts"),
        ({"feature_parts": 0}, "One feature has 5 corners in 1 parts"),
        ({"vertices": 9}, "more than 9 corners"),
        ({"parts": 1}, "or 1 parts"),
    ],
)
def test_a_file_of_more_than_anybody_looks_through_is_refused_on_either_side(
    tmp_path, bounds, says
):
    area = drawing_of("Polygon", [ring((1, 2), 1)])
    rows = [SheetRow(number, {}, area) for number in (1, 2)]
    messages = [SheetStart("a", known=True), *rows, SheetEnd()]
    path = tmp_path / "result.jsonl"
    with pytest.raises(UnreadableFile, match=says):
        wire.write(messages, path, Limits(**bounds))
    wire.write(messages, path)
    with pytest.raises(UnreadableFile, match=says):
        wire.read(path, Limits(**bounds))


def test_areas_without_rings_count_as_parts():
    body = [[ring((1, 2), 1)], *([[]] * 40)]
    assert extent_of(drawing_of("MultiPolygon", body)).parts == 41


def scribble(corners=400):
    chance = random.Random(5)
    return [(chance.uniform(30, 31), chance.uniform(15, 16)) for _ in range(corners)]


def test_a_slip_of_an_outline_is_mended_and_a_scribble_is_not_tried(monkeypatch):
    # A spike: out to one corner and back the same way.
    slip = shapely.Polygon([(0, 0), (4, 0), (4, 4), (6, 6), (4, 4), (0, 4)])
    drawing = drawn(slip, Limits())
    assert drawing.mended
    assert drawing.fault
    geometry, told = shape_of(drawing, CONSTRAINTS)
    assert geometry.equals(shapely.box(0, 0, 4, 4))
    assert drawing.fault in told

    monkeypatch.setattr(
        shapely, "make_valid", lambda *_, **__: pytest.fail("GEOS would take minutes")
    )
    tangled = drawn(shapely.Polygon(scribble()), Limits())
    assert tangled.wkb
    assert not tangled.mended
    with pytest.raises(InvalidInput, match=r"not valid: .*elf-intersection"):
        shape_of(tangled, CONSTRAINTS)
    assert outlined(Drawing("Polygon", tangled.wkb), Limits()) == tangled
    assert mended(shapely.MultiPolygon([shapely.Polygon(scribble())])) is None


@pytest.mark.parametrize("more", [[], [shapely.box(8, 8, 9, 9)]], ids=["alone", "with another"])
def test_what_is_drawn_twice_stays_closed(more):
    twice = shapely.MultiPolygon([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3), *more])
    geometry, told = shape_of(drawn(twice, Limits()), CONSTRAINTS)
    assert told
    assert geometry.equals(shapely.union_all(shapely.get_parts(twice)))


def comb(teeth):
    """Return an outline whose every side lies in the box of every other; it is valid."""
    there = [(at * 1e-6 + at % 2 * 0.5, at % 2 * 0.5) for at in range(teeth)]
    return shapely.Polygon([*there, (1, -1), (0, -1)])


def test_an_outline_that_nobody_can_judge_is_not_judged(monkeypatch):
    tangle = comb(3_000)
    assert tangle.is_valid  # GEOS tells, in time with the square of its teeth
    assert not is_tangled(comb(300))
    assert not is_tangled(shapely.Point(0, 0).buffer(1, quad_segs=5_000))
    no = property(lambda _: pytest.fail("GEOS would take minutes"))
    for kind in (shapely.Polygon, shapely.MultiPolygon):
        monkeypatch.setattr(kind, "is_valid", no, raising=False)
    for one in (tangle, shapely.MultiPolygon([tangle])):
        drawing = drawn(one, Limits())
        with pytest.raises(InvalidInput, match="too close together"):
            shape_of(drawing, CONSTRAINTS)
        with pytest.raises(InvalidInput, match="too close together"):
            fitting(one, CONSTRAINTS)
    corners = ";".join(f"{lat:.6f} {lon:.6f}" for lon, lat in tangle.exterior.coords[:-1])
    with pytest.raises(InvalidInput, match="crosses itself"):
        location_of({"area": corners}, CONSTRAINTS)


def test_as_many_crossings_as_are_mended_are_mended():
    def crossing_itself(times):
        there = [(x, x % 2) for x in range(times + 1)]
        return shapely.Polygon([*there, *((x, 0.5) for x in range(times + 1, -1, -1)), (-1, -3)])

    few = crossing_itself(20)
    assert not few.is_valid
    assert mending._meets_itself(few) >= 20
    assert mending._meets_itself(shapely.box(0, 0, 1, 1)) == 0
    assert mending._meets_itself(crossing_itself(1_000)) > mending.MOST_CROSSINGS


def test_a_scribble_in_a_cell_costs_its_row_only(tmp_path, monkeypatch):
    monkeypatch.setattr(
        shapely, "make_valid", lambda *_, **__: pytest.fail("GEOS would take minutes")
    )
    text = ", ".join(f"{lon:.4f} {lat:.4f}" for lon, lat in [*scribble(), scribble()[0]])
    path = tmp_path / "areas.csv"
    path.write_text(
        "id;name;wkt;effect;source_org;date_of_information\n"
        f'C1;A;"POLYGON (({text}))";blocked;Exercise;2026-11-20\n'
        "C2;B;POINT (30.5 15.5);blocked;Exercise;2026-11-20\n",
        encoding="utf-8",
    )
    reading = read_assessment(path, layer="constraints", instructions=Instructions())
    assert reading.report.rows_rejected == {"constraints": 1}
    (error,) = reading.report.errors
    assert (error.row, "not valid" in error.message) == (2, True)
