"""A country office begins its operation: from files, from a file server, and after a failure."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point, box
from support.fileserver import file_server

from cli.sources import load_sources
from lca.country import country
from lca.download import Downloader, Terms
from lca.errors import InvalidInput, NotFound, UsageError

HELSINKI = Path(__file__).resolve().parents[1] / "data" / "osm" / "helsinki.osm.pbf"
PBF, MD5, AREAS, TOWNS = "/fin.osm.pbf", "/fin.osm.pbf.md5", "/fin.gpkg.zip", "/fin-places.geojson"


@pytest.fixture(autouse=True)
def _no_sources_of_the_users(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("LCA_SOURCES", raising=False)


@pytest.fixture
def boundaries(tmp_path):
    path = tmp_path / "fin_adm.gpkg"
    for level, names in ((1, ["Exercise county"]), (2, ["Exercise north", "Exercise south"])):
        frame = gpd.GeoDataFrame(
            {
                f"ADM{level}_EN": names,
                f"ADM{level}_PCODE": [f"FI{level}{n}" for n in range(len(names))],
                f"ADM{level - 1}_PCODE": ["FI" if level == 1 else "FI10"] * len(names),
            },
            geometry=[box(24.9, 60.1 + n / 10, 25, 60.2 + n / 10) for n in range(len(names))],
            crs=4326,
        )
        frame.to_file(path, layer=f"fin_adm{level}", driver="GPKG")
    return path


@pytest.fixture
def places(tmp_path):
    path = tmp_path / "places.geojson"
    frame = gpd.GeoDataFrame(
        {"name": ["Exercise camp", "Exercise town"], "population": [12_500, None]},
        geometry=[Point(24.9384, 60.1699), Point(24.945, 60.172)],
        crs=4326,
    )
    frame.to_file(path, driver="GeoJSON")
    return path


@pytest.fixture
def server():
    with file_server() as running:
        running.serve(PBF, HELSINKI.read_bytes())
        running.serve(MD5, hashlib.md5(HELSINKI.read_bytes()).hexdigest().encode())
        yield running


@pytest.fixture
def sources(server, tmp_path):
    path = tmp_path / "sources.toml"
    path.write_text(
        f"""
        [roads]
        address = "{server.address}/{{iso3}}.osm.pbf"
        checksum = "{{address}}.md5"
        source = "A mirror"
        [boundaries]
        address = "{server.address}/{{iso3}}.gpkg"
        [places]
        address = "{server.address}/{{iso3}}-places.geojson"
        """
    )
    return path


def start(lca, *more):
    return lca("operation", "init", "FIN", "--exercise", "--json", *more)


def missing(ran):
    return {item["what"]: item for item in ran.json["missing"]}


def test_an_operation_from_local_files(empty_lca, boundaries, places):
    begun = start(
        empty_lca, "--roads", HELSINKI, "--boundaries", boundaries, "--places", places,
        "--title", "Helsinki exercise", "--offline",
    )  # fmt: skip
    assert begun.code == 0, begun.err
    body = begun.json
    assert body["operation"] == {
        "code": "FIN-EX", "title": "Helsinki exercise", "exercise": True,
        "time_zone": "Europe/Helsinki",
    }  # fmt: skip
    assert body["roads"]["segments"] > 1000
    assert body["boundaries"]["levels"] == {"1": 1, "2": 2}
    assert body["boundaries"]["with_pcode"] == 3
    assert (body["places"]["features"], body["places"]["with_population"]) == (2, 1)
    assert set(missing(begun)) == {"assessment"}
    assert empty_lca("roads", "list", "--json").json["digest"] == body["roads"]["digest"]
    answer = empty_lca("route", "Exercise camp", "Exercise town", "--vehicle", "lv_4wd", "--json")
    assert answer.code == 7  # a way is known, and that nobody has assessed it
    assert answer.json["way"]


def test_a_boundary_is_no_place_to_drive_to(empty_lca, boundaries):
    start(empty_lca, "--roads", HELSINKI, "--boundaries", boundaries, "--offline")
    answer = empty_lca("route", "Exercise county", "lat=60.1699,lon=24.9384", "--vehicle", "lv_4wd")
    assert answer.code == 3


def test_what_comes_out_is_told_for_people_too(empty_lca):
    begun = empty_lca("operation", "init", "FIN", "--roads", HELSINKI, "--offline")
    assert begun.code == 0
    assert "operation FIN (Finland), real, Europe/Helsinki" in begun.out
    assert "no boundaries: " in begun.out
    assert "Give --boundaries FILE." in begun.out
    assert "lca import WORKBOOK" in begun.out


def test_begun_again_it_leaves_what_is_there(empty_lca, boundaries, places):
    files = ("--roads", HELSINKI, "--boundaries", boundaries, "--places", places, "--offline")
    first = start(empty_lca, *files)
    for again in (start(empty_lca, *files), start(empty_lca, "--offline")):
        assert again.code == 0, again.err
        assert again.json["roads"] == first.json["roads"]
        for layer in ("boundaries", "places"):
            assert again.json[layer]["version"] == first.json[layer]["version"]
            assert again.json[layer]["number"] == 1


def test_a_failure_says_what_was_done_and_how_to_go_on(empty_lca, tmp_path, boundaries):
    broken = tmp_path / "broken.gpkg"
    broken.write_text("no boundaries")
    failed = start(empty_lca, "--roads", HELSINKI, "--boundaries", broken, "--offline")
    assert failed.code == 4
    told = json.loads(failed.err.strip().splitlines()[-1])
    assert told["step"] == "boundaries"
    assert told["done"] == ["operation", "roads"]
    assert "go on with: lca" in told["do_next"]
    words = told["go_on_with"].split()
    assert words[words.index("init") + 1] == "FIN"
    assert str(broken) in words
    assert "--exercise" in words
    gone_on = start(empty_lca, "--boundaries", boundaries, "--offline")
    assert gone_on.code == 0
    assert gone_on.json["boundaries"]["features"] == 3
    assert gone_on.json["roads"]["segments"] > 1000


def test_a_file_that_is_not_there_is_told_before_any_work(empty_lca, tmp_path):
    failed = start(empty_lca, "--roads", HELSINKI, "--places", tmp_path / "none.geojson")
    assert failed.code == 3
    assert not empty_lca.store.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("FI",), 3, "FIN"),
        (("Finland",), 3, "FIN"),
        (("CHL",), 2, "America/Santiago"),
        (("FIN", "--time-zone", "Helsinki"), 2, "IANA"),
    ],
)
def test_what_cannot_begin(empty_lca, arguments, code, words):
    failed = empty_lca("operation", "init", *arguments, "--offline")
    assert failed.code == code
    assert words in failed.err


def test_a_store_has_one_operation(empty_lca):
    assert start(empty_lca, "--roads", HELSINKI, "--offline").code == 0
    assert empty_lca("operation", "init", "FIN", "--offline").code == 5
    assert empty_lca("operation", "init", "EST", "--offline").code == 5


def test_other_roads_are_a_refresh_not_a_beginning(empty_lca, tmp_path):
    start(empty_lca, "--roads", HELSINKI, "--offline")
    other = tmp_path / "other.osm.pbf"
    other.write_bytes(HELSINKI.read_bytes() + b"x")
    refused = start(empty_lca, "--roads", other, "--offline")
    assert refused.code == 5
    assert "lca roads refresh --roads" in refused.err


def test_what_is_not_given_is_fetched_and_what_is_not_there_is_said(
    empty_lca, server, sources, places
):
    server.serve(TOWNS, places.read_bytes())
    begun = start(empty_lca, "--sources", sources)
    assert begun.code == 0, begun.err
    assert begun.json["roads"]["source"] == "fin.osm.pbf"
    assert begun.json["places"]["features"] == 2
    assert server.address in missing(begun)["boundaries"]["why"]
    assert "md5 agrees" in begun.err
    assert "100 %" in begun.err


def test_a_damaged_mirror_stops_the_roads_and_keeps_nothing_of_it(empty_lca, server, sources):
    server.serve(MD5, b"0" * 32)
    failed = start(empty_lca, "--sources", sources)
    assert failed.code == 1
    assert "md5" in failed.err
    assert json.loads(failed.err.strip().splitlines()[-1])["done"] == ["operation"]
    server.serve(MD5, hashlib.md5(HELSINKI.read_bytes()).hexdigest().encode())
    assert start(empty_lca, "--sources", sources).code == 0


@pytest.fixture
def hurried(empty_lca):
    """``lca`` whose downloads try twice and do not wait in between."""
    terms = Terms(attempts=2)
    empty_lca.session["downloader"] = lambda progress: Downloader(
        terms, progress=progress, sleep=lambda _: None
    )
    return empty_lca


def test_a_download_that_broke_off_is_gone_on_with_by_the_next_run(hurried, server, sources):
    server.files[PBF].break_after = [40_000, 30_000]
    assert start(hurried, "--sources", sources).code == 1
    assert start(hurried, "--sources", sources).code == 0
    ranges = [item.headers["Range"] for item in server.asked if item.path == PBF]
    assert ranges == [None, "bytes=40000-", "bytes=70000-"]


def test_boundaries_that_cannot_be_fetched_do_not_keep_the_roads_waiting(hurried, server, sources):
    server.serve("/fin.gpkg", b"", fail=[(503, {})] * 9)
    begun = start(hurried, "--sources", sources)
    assert begun.code == 0
    told = missing(begun)
    assert "503" in told["boundaries"]["why"]
    assert "Run this again" in told["boundaries"]["do_next"]


def test_the_addresses_of_a_country_are_shown(empty_lca, sources):
    shown = empty_lca("operation", "sources", "SDN", "--json").json
    assert shown["roads"]["address"].endswith("/africa/sudan-latest.osm.pbf")
    assert shown["roads"]["checksum"] == shown["roads"]["address"] + ".md5"
    assert "/sdn" in shown["boundaries"]["address"]
    assert "/SDN/" in shown["places"]["address"]
    ours = empty_lca("operation", "sources", "SDN", "--sources", sources, "--json").json
    assert ours["roads"]["address"].endswith("/sdn.osm.pbf")
    assert ours["roads"]["licence"] == "ODbL-1.0"


def test_a_country_without_an_extract_of_its_own_has_no_address():
    assert load_sources(None)["roads"].address_for(country("ABW")) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[road]\naddress = 'https://x.org/'", "unknown part 'road'"),
        ("[roads]\nadress = 'https://x.org/'", "adress"),
        ("[roads]\naddress = 'https://x.org/{iso4}'", "unknown placeholder 'iso4'"),
        ("[roads]\naddress = 'https://x.org/{iso3'", "unpaired brace"),
        ("[roads", "cannot be understood"),
        ("roads = 3", "cannot be understood"),
    ],
)
def test_a_sources_file_with_a_typo_is_refused(tmp_path, text, words):
    path = tmp_path / "sources.toml"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=words):
        load_sources(path)


def test_a_source_is_of_the_web(tmp_path):
    path = tmp_path / "sources.toml"
    path.write_text("[roads]\naddress = 'file:///etc/{iso3}'")
    with pytest.raises(UsageError, match="of the web"):
        load_sources(path)
    with pytest.raises(NotFound):
        load_sources(tmp_path / "none.toml")


def test_the_roads_of_another_country_are_refused_but_in_an_exercise(empty_lca):
    wrong = empty_lca("operation", "init", "SDN", "--offline", "--roads", HELSINKI, "--json")
    assert wrong.code == 4
    assert "None of these roads lies in Sudan" in wrong.err
    assert empty_lca("roads", "list", "--json").json is None
    right = empty_lca("operation", "init", "SDN", "--offline")
    assert right.code == 0, right.err
    assert "no roads" in right.out


def test_an_exercise_may_play_on_any_roads(empty_lca):
    begun = empty_lca("operation", "init", "SDN", "--exercise", "--offline", "--roads", HELSINKI)
    assert begun.code == 0, begun.err


def test_where_nothing_was_done_no_command_to_go_on_with_is_offered(empty_lca):
    assert empty_lca("operation", "init", "FIN", "--offline").code == 0
    other = empty_lca("operation", "init", "SDN", "--offline")
    assert other.code == 5
    assert "Use another folder" in other.err
    assert "lca operation init SDN" not in other.err
