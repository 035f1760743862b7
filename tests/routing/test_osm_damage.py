"""Extracts that are damaged, absurd or made to do harm: a clear error, or counted and left out."""

from __future__ import annotations

import bz2
import gzip
import io
import resource
import sys
from pathlib import Path

import numpy as np
import pytest
from support.osmxml import osm_text, write_osm

from lca.errors import InvalidInput, UnreadableFile
from routing import osmunpack
from routing.build import build_from_file
from routing.osmfile import MOST_UNREAD_TAGS, read_osm
from routing.osmways import read_ways

HELSINKI = Path(__file__).parents[1] / "data" / "osm" / "helsinki.osm.pbf"
ROAD = {"highway": "primary"}
NODES = {1: (0.0, 10.0), 2: (0.001, 10.0), 3: (0.002, 10.0), 4: (0.003, 10.0)}
HEAD = '<?xml version="1.0"?>\n'


def read(tmp_path, nodes, ways, **more):
    return read_osm(write_osm(tmp_path / "x.osm", nodes, ways, **more)).roads


def names(roads):
    ends = zip(roads.osm_way_id, roads.from_id, roads.to_id, strict=True)
    return sorted("-".join(map(str, one)) for one in ends)


# --- files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.0005, 0.3, 0.9, 0.999])
def test_a_truncated_extract_is_refused(tmp_path, share):
    whole = HELSINKI.read_bytes()
    part = tmp_path / "part.osm.pbf"
    part.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(UnreadableFile, match="cannot be read") as caught:
        build_from_file(part, "part")
    assert "checksum" in caught.value.do_next


@pytest.mark.parametrize("pack", [bz2.compress, gzip.compress])
def test_a_truncated_or_damaged_packed_extract_is_refused(tmp_path, pack):
    suffix = {bz2.compress: ".bz2", gzip.compress: ".gz"}[pack]
    packed = pack(osm_text(NODES, {10: ((1, 2), ROAD)}, {}).encode())
    damaged = packed[:60] + bytes(byte ^ 0x55 for byte in packed[60:70]) + packed[70:]
    for content in (packed[:-20], damaged):
        path = tmp_path / f"x.osm{suffix}"
        path.write_bytes(content)
        with pytest.raises(UnreadableFile, match="cannot be read"):
            build_from_file(path, "x")


@pytest.mark.parametrize("name", ["x.osm.pbf", "x.osm", "x.osm.bz2", "x.osm.gz"])
@pytest.mark.parametrize("content", [b"", b"These are not the roads you look for.\n" * 40])
def test_another_file_named_like_an_extract_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises((UnreadableFile, InvalidInput)) as caught:
        build_from_file(tmp_path / name, "x")
    assert caught.value.where == name
    assert caught.value.do_next


def test_an_extract_without_roads_is_refused(tmp_path):
    path = write_osm(tmp_path / "sea.osm", NODES, {10: ((1, 2), {"natural": "coastline"})})
    with pytest.raises(InvalidInput, match="no road"):
        build_from_file(path, "sea")


def test_an_extract_whose_nodes_are_all_missing_is_refused(tmp_path):
    path = write_osm(tmp_path / "x.osm", {}, {10: ((1, 2), ROAD)})
    with pytest.raises(InvalidInput, match="no road"):
        build_from_file(path, "x")


# --- files made to do harm ------------------------------------------------------------------


def test_xml_entities_are_not_expanded(tmp_path):
    """A billion laughs stay unheard: the file is refused before it is parsed."""
    entities = "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefghi", "bcdefghij", strict=True)
    )
    text = f'{HEAD}<!DOCTYPE osm [<!ENTITY a "ha">{entities}]><osm version="0.6">'
    text += '<node id="1" lon="0" lat="0"><tag k="name" v="&j;"/></node></osm>'
    (tmp_path / "laughs.osm").write_text(text)
    with pytest.raises(UnreadableFile, match="no map data"):
        read_osm(tmp_path / "laughs.osm")


def test_a_packed_file_that_unpacks_to_far_too_much_is_given_up_early(tmp_path, monkeypatch):
    monkeypatch.setattr(osmunpack, "ALWAYS_ALLOWED_BYTES", 4 * 2**20)
    begin, body = f'{HEAD}<osm version="0.6">'.encode(), b"<tag k='a' v='b'/>" * 180_000
    path = tmp_path / "bomb.osm.bz2"
    # Packed in pieces, as pbzip2 does: to pack it whole takes a quarter of a minute.
    path.write_bytes(bz2.compress(begin) + bz2.compress(body) * 20)
    assert 20 * len(body) > osmunpack.MOST_TIMES_LARGER * path.stat().st_size
    with pytest.raises(UnreadableFile, match="no map data"):
        read_osm(path)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("pack", [bz2.compress, gzip.compress])
def test_a_packed_file_of_nothing_is_given_up_at_its_first_block(tmp_path, monkeypatch, pack):
    written = []
    monkeypatch.setattr(Path, "open", _counting(Path.open, written))
    suffix = {bz2.compress: ".bz2", gzip.compress: ".gz"}[pack]
    path = tmp_path / f"bomb.osm{suffix}"
    path.write_bytes(pack(f'{HEAD}<osm version="0.6">'.encode() + b" " * 2**25))
    with pytest.raises(UnreadableFile, match="no map data"):
        read_osm(path)
    assert sum(written) <= 2**20


def _counting(opener, written):
    class Counting(io.BufferedIOBase):
        def __init__(self, stream):
            self.stream = stream

        def write(self, data):
            written.append(len(data))
            return self.stream.write(data)

        def close(self):
            self.stream.close()

    def opened(self, mode="r", *args, **kwargs):
        stream = opener(self, mode, *args, **kwargs)
        return Counting(stream) if "w" in mode and self.name == "unpacked.osm" else stream

    return opened


LONG = {
    "attribute": "<tag k='a' v='" + "A" * 2**22 + "'/>",
    "comment": "<!--" + "<node/>" * 2**19 + "-->",
    "instruction": "<?x " + "<node/>" * 2**19 + "?>",
    "section": "<![CDATA[" + "<node/>" * 2**19 + "]]>",
}


@pytest.mark.parametrize("where", ["head", "data", "late"])
@pytest.mark.parametrize("kind", sorted(LONG))
def test_a_token_so_long_that_a_parser_would_choke_is_refused(tmp_path, kind, where):
    osm, filling = '<osm version="0.6">', "<node id='1' lon='0' lat='0'/>\n" * 40_000
    text = {
        "head": HEAD + LONG[kind] + osm,
        "data": HEAD + osm + LONG[kind],
        "late": HEAD + osm + filling + LONG[kind],
    }[where]
    (tmp_path / "x.osm").write_text(text + "</osm>")
    with pytest.raises(UnreadableFile, match="no map data"):
        read_osm(tmp_path / "x.osm")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_xml_in_two_byte_letters_is_refused(tmp_path, encoding):
    text = osm_text(NODES, {10: ((1, 2), ROAD)}, {}).replace("UTF-8", "UTF-16")
    (tmp_path / "x.osm").write_bytes(text.encode(encoding))
    with pytest.raises(UnreadableFile, match="no map data"):
        read_osm(tmp_path / "x.osm")


def test_comments_before_the_data_do_no_harm(tmp_path):
    text = osm_text(NODES, {10: ((1, 2), ROAD)}, {})
    declaration, _, rest = text.partition("\n")
    for commented in (
        f"{declaration}\n<!-- one --><!-- two -->\n{rest}",
        f"<!-- one <tag> -->{rest}",
        rest,
    ):
        (tmp_path / "x.osm").write_text(commented)
        assert names(read_osm(tmp_path / "x.osm").roads) == ["10-1-2"]


def test_a_way_with_millions_of_nodes_is_refused(tmp_path):
    opl = tmp_path / "ways.opl"
    opl.write_text("w10 Thighway=primary N" + "n1234567890123," * 3_000_000 + "n1\n")
    with pytest.raises(ValueError, match="more nodes than OSM allows"):
        read_ways(opl)


def test_the_letters_of_a_name_may_be_large(tmp_path):
    path = write_osm(tmp_path / "X.OSM", NODES, {10: ((1, 2), ROAD)})
    assert names(read_osm(path).roads) == ["10-1-2"]
    (tmp_path / "H.OSM.PBF").write_bytes(HELSINKI.read_bytes())
    assert len(read_osm(tmp_path / "H.OSM.PBF").roads) == 1153


def test_a_node_with_the_largest_id_costs_no_memory(tmp_path):
    far = 9_000_000_000_000_000_000
    nodes = {**NODES, far: (0.004, 10.0)}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    roads = read(tmp_path, nodes, {10: ((1, 2), ROAD), 11: ((2, far), ROAD)})
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert names(roads) == ["10-1-2", f"11-2-{far}"]
    assert grown < 400_000 * (1024 if sys.platform == "darwin" else 1)


@pytest.mark.parametrize("number", ["9223372036854775808", "99999999999999999999", "x", "1.5"])
def test_an_id_that_is_no_whole_number_of_64_bits_is_refused(tmp_path, number):
    text = osm_text(NODES, {10: ((1, 2), ROAD)}, {}).replace('ref="2"', f'ref="{number}"')
    (tmp_path / "x.osm").write_text(text)
    with pytest.raises(UnreadableFile, match="cannot be read"):
        read_osm(tmp_path / "x.osm")


# --- absurd content -------------------------------------------------------------------------


def test_ids_that_osm_does_not_give_are_left_out_and_counted(tmp_path):
    nodes = {**NODES, -7: (0.004, 10.0), 0: (0.005, 10.0)}
    ways = {10: ((1, 2, -7, 3, 0, 4, 3), ROAD), -11: ((1, 2), ROAD), 0: ((2, 3), ROAD)}
    roads = read(tmp_path, nodes, ways)
    assert names(roads) == ["10-1-2", "10-4-3"]
    assert roads.left_out == {
        "ways with ids that OSM does not give": 2,
        "node references with ids that OSM does not give": 2,
    }


def test_a_way_that_leaves_the_extract_is_cut_there(tmp_path):
    nodes = {**NODES, 5: (0.001, 9.999)}
    ways = {10: ((1, 2, 99, 3, 4), ROAD), 11: ((98, 5, 97), ROAD)}
    roads = read(tmp_path, nodes, ways)
    assert names(roads) == ["10-1-2", "10-3-4"]
    assert roads.left_out == {"node references outside the extract": 3}


@pytest.mark.parametrize("place", [(0.0015, 91.0), (181.0, 10.0), (0.0, -90.1)])
def test_a_node_that_is_not_on_earth_cuts_the_way(tmp_path, place):
    nodes = {**NODES, 9: place}
    roads = read(tmp_path, nodes, {10: ((1, 2, 9, 3, 4), ROAD)})
    assert names(roads) == ["10-1-2", "10-3-4"]
    assert roads.left_out == {"node references to positions that are not on Earth": 1}


def test_a_node_thousands_of_kilometres_away_cuts_a_road_but_no_ferry_line(tmp_path):
    nodes = {**NODES, 9: (30.0, -20.0)}
    roads = read(tmp_path, nodes, {10: ((1, 2, 9, 3, 4), ROAD)})
    assert names(roads) == ["10-1-2", "10-3-4"]
    assert roads.left_out == {"hops of more than 200 km between two nodes of a road": 2}
    assert roads.length_m.max() < 1000
    ferry = read(tmp_path, nodes, {10: ((1, 2, 9), {"route": "ferry"})})
    assert names(ferry) == ["10-1-9"]
    assert ferry.left_out == {}
    assert ferry.length_m[0] > 4e6


def test_a_hop_across_the_180th_meridian_is_cut_and_no_line_runs_round_the_world(tmp_path):
    nodes = {1: (179.998, 0.0), 2: (179.999, 0.0), 3: (-179.999, 0.0), 4: (-179.998, 0.0)}
    for tags in (ROAD, {"route": "ferry"}):
        roads = read(tmp_path, nodes, {10: ((1, 2, 3, 4), tags), 11: ((4,), ROAD)})
        assert names(roads) == ["10-1-2", "10-3-4"]
        assert roads.left_out == {"hops across the 180th meridian": 1}
        assert roads.length_m.max() < 112


def test_at_the_corner_of_the_map_and_within_a_centimetre_roads_are_roads(tmp_path):
    nodes = {1: (0.0, 0.0), 2: (1e-7, 0.0), 3: (2e-7, 0.0), 4: (2e-7, 0.0)}
    path = write_osm(tmp_path / "x.osm", nodes, {10: ((1, 2), ROAD), 11: ((2, 3, 4), ROAD)})
    network = build_from_file(path, "x")
    assert network.segments.ids() == ["10-1-2", "11-2-4"]
    assert network.segments.length_m.tolist() == [0.011, 0.011]


def test_of_a_way_that_stands_twice_the_later_copy_counts(tmp_path):
    ways = {10: ((1, 2), ROAD), 11: ((3, 4), ROAD), 12: ((1, 2, 3), {**ROAD, "name": "later"})}
    text = osm_text(NODES, ways, {}).replace('way id="12"', 'way id="10"')
    (tmp_path / "x.osm").write_text(text)
    roads = read_osm(tmp_path / "x.osm").roads
    assert names(roads) == ["10-1-3", "11-3-4"]
    assert roads.texts["name"].take(np.argsort(roads.osm_way_id)) == ["later", None]
    assert roads.left_out == {
        "earlier copies of ways that stand in the file more than once": 1,
    }


def test_of_a_node_that_stands_twice_the_later_place_counts(tmp_path):
    nodes = {**NODES, 9: (0.0005, 10.5)}
    text = osm_text(nodes, {10: ((1, 2), ROAD)}, {}).replace('node id="9"', 'node id="2"')
    (tmp_path / "x.osm").write_text(text)
    roads = read_osm(tmp_path / "x.osm").roads
    assert roads.lines.points(0).tolist() == [[0.0, 10.0], [0.0005, 10.5]]


def test_absurd_values_are_listed_with_the_number_of_their_ways(tmp_path):
    tags = {**ROAD, "maxspeed": "-10", "maxheight": "9999"}
    report = build_from_file(
        write_osm(tmp_path / "x.osm", NODES, {10: ((1, 2), tags), 11: ((2, 3), tags)}), "x"
    ).info.report
    assert [(tag.key, tag.value, tag.ways) for tag in report.unread_tags] == [
        ("maxheight", "9999", 2),
        ("maxspeed", "-10", 2),
    ]
    assert "maxspeed=-10 on 2 ways" in report.text()


def test_a_report_for_people_holds_no_control_characters_and_no_endless_lines(tmp_path):
    tags = {**ROAD, "maxspeed": "\x85fast\u202e\u200b\t[red]", "access": "why " * 60}
    path = write_osm(tmp_path / "x.osm", NODES, {10: ((1, 2), tags)})
    report = build_from_file(path, "x").info.report
    assert tags["access"] in {tag.value for tag in report.unread_tags}
    lines = report.text().splitlines()
    assert max(map(len, lines)) < 120
    assert all(line.isprintable() for line in lines)
    assert any("[red]" in line for line in lines)


def test_the_list_of_what_was_not_understood_is_bounded(tmp_path):
    ways = {
        10 + at: ((1, 2), {**ROAD, "maxspeed": f"fast {at % (MOST_UNREAD_TAGS + 7)}"})
        for at in range(MOST_UNREAD_TAGS + 8)
    }
    roads = read(tmp_path, NODES, ways)
    assert len(roads.unread_tags) == MOST_UNREAD_TAGS
    assert roads.unread_tags[0].ways == 2
    assert roads.left_out == {"distinct tags that were not interpreted, besides those listed": 7}
