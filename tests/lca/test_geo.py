"""Positions, boxes, the one door for coordinate reference systems, and metres."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from lca.errors import MissingCrs, UsageError
from lca.geo import BBox, LocalMetres, LonLat, geodesic_length_m, require_crs

lons = st.floats(-179, 179)
lats = st.floats(-80, 80)


@pytest.mark.parametrize(
    ("lon", "lat"), [(181, 0), (0, 91), (0, -90.001), (float("nan"), 0), (0, float("inf"))]
)
def test_a_position_off_the_globe_is_refused(lon, lat):
    with pytest.raises(UsageError, match=r"outside") as caught:
        LonLat(lon, lat)
    assert "lat=" in caught.value.do_next


def test_a_degree_of_longitude_shrinks_towards_the_pole():
    assert LonLat(0, 0).distance_m(LonLat(1, 0)) == pytest.approx(111_319.49, abs=0.01)
    assert LonLat(0, 60).distance_m(LonLat(1, 60)) == pytest.approx(55_800.0, abs=1)


@given(lons, lats, lons, lats)
def test_distance_is_the_same_both_ways_and_nought_only_at_home(lon, lat, other_lon, other_lat):
    here, there = LonLat(lon, lat), LonLat(other_lon, other_lat)
    assert here.distance_m(there) == pytest.approx(there.distance_m(here), abs=1e-3)
    assert here.distance_m(here) == 0


@given(lons, lats, st.floats(0, 1), st.floats(0, 1))
def test_a_box_survives_being_written_and_read(lon, lat, width, height):
    box = BBox.parse(f"{lon!r},{lat!r},{lon + width!r},{lat + height!r}")
    assert (box.west, box.south, box.east, box.north) == (lon, lat, lon + width, lat + height)
    assert box.polygon.bounds == (lon, lat, lon + width, lat + height)


@pytest.mark.parametrize(
    "text", ["", "1,2,3", "1,2,3,4,5,6", "a,b,c,d", "2,0,1,1", "0,2,1,1", "0,0,0,91", "nan,0,1,1"]
)
def test_what_is_no_box_is_refused(text):
    with pytest.raises(UsageError):
        BBox.parse(text)


def test_data_without_a_crs_is_refused_and_a_projected_one_is_brought_home():
    points = gpd.GeoDataFrame(geometry=[shapely.Point(-71.25, -29.9)], crs="EPSG:4326")
    home = require_crs(points.to_crs("EPSG:32719"), where="roads.gpkg")
    assert home.crs == "EPSG:4326"
    assert home.geometry[0].distance(points.geometry[0]) < 1e-8
    with pytest.raises(MissingCrs) as caught:
        require_crs(gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)]), where="roads.gpkg")
    assert caught.value.where == "roads.gpkg"


@given(lons, lats, st.floats(-0.2, 0.2), st.floats(-0.2, 0.2))
def test_local_metres_go_there_and_back(lon, lat, east, north):
    line = shapely.LineString([(lon, lat), (lon + east, lat + north)])
    metres = LocalMetres.around(line)
    home = shapely.get_coordinates(metres.unproject(metres.project(line)))
    # PROJ takes what is nearer to the centre than 1e-10 rad, about half a millimetre, for the centre.
    assert home == pytest.approx(shapely.get_coordinates(line), abs=1e-8)


@given(lons, lats, st.floats(0.01, 0.3))
def test_local_metres_measure_what_the_ellipsoid_does(lon, lat, size):
    line = shapely.LineString([(lon, lat), (lon + size, lat + size / 2)])
    projected = LocalMetres.around(line).project(line)
    assert projected.length == pytest.approx(geodesic_length_m(line), rel=1e-3)


def test_many_geometries_are_projected_as_one():
    points = np.array([shapely.Point(-71.3, -29.9), shapely.Point(-71.2, -29.8)], dtype=object)
    metres = LocalMetres(LonLat(-71.3, -29.9))
    together = metres.project_array(points)
    assert [
        point.equals(metres.project(alone)) for point, alone in zip(together, points, strict=True)
    ] == [True, True]
    assert together[0].coords[0] == pytest.approx((0, 0), abs=1e-6)
