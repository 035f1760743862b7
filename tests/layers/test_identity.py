"""Same rows, same version id: in any order, process, writer or spelling of the same value."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, Point, Polygon
from support.rows import INFORMED, constraint, constraints, port, ports

from layers import parts
from layers.canonical import snapshot_of
from layers.spec import load_specs
from lca.errors import InvalidInput, MissingCrs
from lca.table import rows_of

SPECS = load_specs()
ROOT = Path(__file__).parents[2]

# Written down once. It may change only with the columns of a constraint: any other change of the
# canonical form would give every published version another id.
KNOWN = "963371519a953dfd789330dceea421108825047eaafb62b36473a6d5c2289074"
# The rows alone, as they were before constraints had rules of time, permits and holds after rain:
# a column that a row does not fill is left out of it.
KNOWN_ROWS = "9a448f5b0bfef4ef3276e4e6eb7530432cd88e5945fb2333427d39b24e35c04b"


def version(frame, layer="constraints", *, exercise=False):
    return snapshot_of(SPECS[layer], frame, exercise=exercise).version


def sample():
    return constraints(
        constraint("b", geometry=LineString([(-71.2, -29.9), (-71.3, -29.95)]), osm_way_ids=(7, 9)),
        constraint("a", name="Puente Ñuñoa", max_gross_t=10.0, valid_from=INFORMED),
        constraint("c", geometry=None),
    )


def test_order_of_rows_and_columns_does_not_matter():
    frame = sample()
    assert version(frame.iloc[::-1]) == version(frame)
    assert version(frame[frame.columns[::-1]]) == version(frame)


def test_id_is_the_one_written_down():
    assert version(sample()) == KNOWN


def test_new_columns_give_no_row_another_digest():
    snapshot = snapshot_of(SPECS["constraints"], sample(), exercise=False)
    assert json.loads(snapshot.manifest)["parts"] == [{"digest": KNOWN_ROWS, "rows": 3}]


def test_another_process_finds_the_same_id():
    code = (
        "import sys; sys.path[:0] = ['tests', 'tests/layers']; import test_identity as t; "
        "print(t.version(t.sample()))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "7", "TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == version(sample())


def test_writer_options_change_the_bytes_and_not_the_rows():
    snapshot = snapshot_of(SPECS["constraints"], sample(), exercise=False)
    fields = SPECS["constraints"].fields
    files = [
        parts.encode(snapshot.frame, snapshot.row_digests, fields, compression=compression)
        for compression in ("zstd", "snappy", "none")
    ]
    assert len(set(files)) == 3
    for content in files:
        frame, digests = parts.decode(content, fields)
        assert_geodataframe_equal(frame, snapshot.frame)
        assert digests == snapshot.row_digests
        assert version(frame) == snapshot.version


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Ñu\u0301"}, {"name": "N\u0303ú"}),
        ({"geometry": Point(-71.25, 0.0)}, {"geometry": Point(-71.250000004, -0.0)}),
        ({"geometry": Point(-71.25, 1.0)}, {"geometry": Point(-71.25, 1.0, 12.0)}),
        ({"max_gross_t": 10.0}, {"max_gross_t": 10}),
        (
            {"valid_from": datetime(2026, 11, 14, 12, 0, 0, 123456, tzinfo=UTC)},
            {
                "valid_from": datetime(
                    2026, 11, 14, 9, 0, 0, 123999, tzinfo=timezone(-timedelta(hours=3))
                )
            },
        ),
        (
            {"geometry": Polygon([(0, 0), (1, 0), (1, 1)])},
            {"geometry": Polygon([(0, 0), (1, 1), (1, 0)])},
        ),
        ({"description": None}, {"description": "  "}),
        ({"description": "Deck gone"}, {"description": " Deck gone\n"}),
        ({"osm_way_ids": None}, {"osm_way_ids": ()}),
    ],
)
def test_two_spellings_of_one_value_are_one(one, other):
    assert version(constraints(constraint("a", **one))) == version(
        constraints(constraint("a", **other))
    )


@pytest.mark.parametrize(
    "values",
    [
        {"name": "Other"},
        {"geometry": Point(-71.2500001, -29.9)},
        {"geometry": None},
        {"max_gross_t": 10.000001},
        {"osm_way_ids": (1, 2)},
        {"valid_from": INFORMED},
        {"exercise": True},
    ],
)
def test_any_change_of_a_value_is_another_version(values):
    assert version(constraints(constraint("a"))) != version(constraints(constraint("a", **values)))


def test_zero_is_not_the_same_as_not_known():
    assert version(ports(port("a", berths=0)), "ports") != version(ports(port("a")), "ports")


def test_exercise_mark_is_part_of_the_identity():
    assert version(sample(), exercise=True) != version(sample(), exercise=False)


def test_manifest_says_what_the_content_is_and_nothing_of_its_publication():
    snapshot = snapshot_of(SPECS["ports"], ports(port("a")), exercise=False)
    body = json.loads(snapshot.manifest)
    assert set(body) == {"format", "layer", "crs", "licence", "exercise", "schema", "parts"}
    assert (body["layer"], body["crs"], body["parts"][0]["rows"]) == ("ports", "EPSG:4326", 1)


def line_with_a_hole():
    with np.errstate(invalid="ignore"):
        return LineString([(0, 0), (np.nan, 1), (1, 1)])


TEXTS = st.one_of(st.none(), st.text(st.characters(codec="utf-8"), max_size=8))
NUMBERS = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False, min_value=1e-9))
MOMENTS = st.one_of(
    st.none(),
    st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
POINTS = st.one_of(st.none(), st.builds(Point, st.floats(-180, 180), st.floats(-90, 90)))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            TEXTS, NUMBERS, MOMENTS, POINTS, st.one_of(st.none(), st.booleans()), st.randoms()
        ),
        max_size=5,
    )
)
def test_what_is_stored_comes_back_the_same_and_with_the_same_digest(rows):
    frame = constraints(
        *(
            constraint(
                f"k{index}",
                description=text,
                max_gross_t=number,
                ended_at=moment,
                geometry=point,
                osm_way_ids=(index, 2**62) if flag else None,
            )
            for index, (text, number, moment, point, flag, _) in enumerate(rows)
        )
    )
    fields = SPECS["constraints"].fields
    snapshot = snapshot_of(SPECS["constraints"], frame, exercise=False)
    again, digests = parts.decode(
        parts.encode(snapshot.frame, snapshot.row_digests, fields), fields
    )
    assert_geodataframe_equal(again, snapshot.frame)
    assert snapshot_of(SPECS["constraints"], again, exercise=False).version == snapshot.version
    assert digests == snapshot.row_digests


def test_normal_rows_are_sorted_typed_and_nothing_is_mutated():
    frame = sample()
    before = frame.copy(deep=True)
    snapshot = snapshot_of(SPECS["constraints"], frame, exercise=False)
    assert_geodataframe_equal(frame, before)
    assert [row["id"] for row in rows_of(snapshot.frame)] == ["a", "b", "c"]
    assert list(snapshot.frame.dtypes) == list(frame.dtypes)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": "a"}, "same id: a"),
        ({"id": None}, "no id"),
        ({"geometry": Point(-71, 91)}, "b has a coordinate"),
        ({"geometry": Point(np.inf, 1)}, "b has a coordinate"),
        ({"geometry": line_with_a_hole()}, "b has a coordinate"),
        ({"geometry": Point()}, "empty geometry"),
        ({"geometry": Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])}, "crosses or touches itself"),
        ({"geometry": shapely.GeometryCollection([Point(0, 0)])}, "neither a point"),
        ({"effect": "closed"}, "'closed' is not a word"),
        ({"name": None}, "name is missing in b"),
        ({"name": "half \ud83d"}, "name holds a value"),
        ({"max_gross_t": np.inf}, "infinity"),
    ],
)
def test_rows_that_cannot_be_kept_are_refused_by_name(change, words):
    frame = constraints(constraint("a"), constraint("b"))
    for name, value in change.items():
        frame[name] = (
            pd.Series([frame[name].iloc[0], value], dtype=frame[name].dtype)
            if (name != "geometry")
            else [frame.geometry.iloc[0], value]
        )
    with pytest.raises(InvalidInput, match=words) as caught:
        version(frame)
    assert caught.value.do_next


def test_ids_that_differ_in_white_space_are_the_same_id():
    with pytest.raises(InvalidInput, match="same id"):
        version(constraints(constraint("a"), constraint(" a ")))


def test_outline_that_rounding_makes_touch_itself_is_refused_at_once():
    outline = Polygon([(0, 0), (1, 0), (1, 1), (0.5, 1e-8), (0, 1)])
    assert outline.is_valid
    with pytest.raises(InvalidInput, match="touches itself"):
        version(constraints(constraint("a", geometry=outline)))


def test_table_without_crs_is_refused():
    frame = constraints(constraint("a")).set_crs(None, allow_override=True)
    with pytest.raises(MissingCrs):
        version(frame)


def test_table_in_another_crs_is_brought_to_storage():
    frame = constraints(constraint("a", geometry=Point(-71.25, -29.9)))
    assert version(frame.to_crs("EPSG:32719")) == version(frame)


def test_dates_without_an_offset_are_refused():
    frame = constraints(constraint("a"))
    frame["valid_from"] = pd.Series([datetime(2026, 11, 14)], dtype="datetime64[us]")  # noqa: DTZ001
    with pytest.raises(InvalidInput, match="without an offset"):
        version(frame)


def test_several_points_may_be_one_place():
    assert version(constraints(constraint("a", geometry=MultiPoint([(0, 0), (1, 1)]))))
