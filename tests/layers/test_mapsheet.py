"""A map sheet says everything that it must, and nothing that is not so."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from shapely import LineString, Point
from support.rows import constraint, port
from support.sheets import AS_OF, a_sheet, roads

from layers.mapsheet import file_name, render_map
from layers.palette import ACCESS_STYLES, AccessClass
from lca.errors import InvalidInput, MissingCrs
from lca.geo import GEOD
from lca.vocab import ConstraintStatus, EffectKind, LocationPrecision, OperationalStatus

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> str:
    """All text of the sheet as a reader meets it, lines joined."""
    return " ".join(item.text or "" for item in ET.fromstring(svg).iter(f"{SVG}text"))


def legend(svg: str) -> list[str]:
    """The labels of the legend."""
    block = ET.fromstring(svg).find(f".//{SVG}g[@id='legend']")
    assert block is not None
    labels = [item.text or "" for item in block.iter(f"{SVG}text")]
    return [label for label in labels if len(label) > 1]


def test_a_sheet_carries_the_marginalia_of_a_situation_report():
    said = texts(render_map(a_sheet()))
    for expected in (
        "Exercise: Coquimbo: access",
        "Chile · Tsunami exercise",
        "Valid as of 18 Nov 2026, 08:00 UTC",
        "Access constraints: version 3 (a1b2c3d4) · produced 18 Nov 2026, 08:12 UTC",
        "Map no. CHLEX_coquimbo_access_a4_20261118",
        "© OpenStreetMap contributors (ODbL)",
        "The team (CC-BY-4.0)",
        "Records by Harbour master, MOP.",
        "Road conditions change quickly; verify locally before movement.",
        "do not imply any opinion or endorsement by the publisher concerning the legal status",
        "datum WGS 84",
        "N",
    ):
        assert expected in said


def test_the_table_names_each_constraint_with_effect_limit_source_and_date():
    said = texts(render_map(a_sheet()))
    assert "1 Flood on the shore road closed Reported by MOP, 14 Nov 2026, F6" in said
    assert "2 Puente Fiscal restricted · max 10 t gross Reported by MOP, 14 Nov 2026, F6" in said


def test_the_legend_has_only_the_classes_on_the_sheet():
    everything = legend(render_map(a_sheet()))
    assert everything == ["Closed", "Restricted", "Port", "Trunk road", "Other road"]
    bare = legend(render_map(a_sheet(constraints=(), roads=None)))
    assert bare == ["Port"]


def test_a_facility_that_is_not_operational_brings_its_class_into_the_legend():
    destroyed = port("CLCQQ", status=OperationalStatus.DESTROYED)
    svg = render_map(a_sheet(constraints=(), roads=None, facilities=(destroyed,)))
    assert legend(svg) == ["Closed", "Port"]


@pytest.mark.parametrize("latitude", [-29.9, 0.2, 64.1])
def test_the_scale_bar_is_true_at_the_maps_latitude(latitude):
    ends = (port("a", geometry=Point(20.0, latitude)), port("b", geometry=Point(20.3, latitude)))
    svg = render_map(a_sheet(constraints=(), roads=None, facilities=ends))
    bar = ET.fromstring(svg).find(f".//{SVG}g[@id='scale-bar']")
    symbols = [
        float(item.get("x", ""))
        for item in ET.fromstring(svg).iter(f"{SVG}rect")
        if item.get("rx") == "3.5"
    ][:2]
    assert bar is not None
    metres_per_unit = float(bar.get("data-length-m", "")) / float(bar.get("data-width", ""))
    apart_m = GEOD.inv(20.0, latitude, 20.3, latitude)[2]
    assert abs(symbols[1] - symbols[0]) * metres_per_unit == pytest.approx(apart_m, rel=0.005)
    assert re.fullmatch(r"[125]0*", bar.get("data-length-m", ""))


def test_an_exercise_is_marked_on_every_side_and_a_real_map_nowhere():
    exercise = render_map(a_sheet())
    assert exercise.count('data-mark="exercise"') == 2
    assert exercise.count(">EXERCISE</text>") == 4
    real = render_map(a_sheet(exercise=False, operation="Earthquake response"))
    assert "exercise" not in real.lower()


def test_the_same_sheet_gives_the_same_bytes():
    assert render_map(a_sheet()) == render_map(a_sheet())


def test_names_are_text_and_never_markup():
    nasty = '</text><script>alert(1)</script> & "quoted"'
    svg = render_map(
        a_sheet(
            title=nasty,
            constraints=(constraint("x", name=nasty, source_org=nasty),),
            facilities=(port("p", name=nasty),),
        )
    )
    tree = ET.fromstring(svg)
    assert not list(tree.iter(f"{SVG}script"))
    assert nasty in texts(svg)


def test_a_missing_glyph_is_refused_by_name():
    with pytest.raises(InvalidInput, match=r"U\+12A0, ETHIOPIC SYLLABLE GLOTTAL A") as refused:
        render_map(a_sheet(constraints=(constraint("x", name="አዲስ አበባ"),)))
    assert "HTML map" in refused.value.do_next


def test_scripts_of_the_field_are_drawn():
    names = ("جسر الخرطوم", "Мост через Днепр", "Γέφυρα", "Đường Nguyễn Huệ", "≤ 10 t → north")
    sheet = a_sheet(facilities=tuple(port(name, name=name) for name in names))
    svg = html.unescape(render_map(sheet))
    assert [name for name in names if name not in svg] == []


def test_ended_constraints_are_gone_and_lapsed_ones_are_unverified():
    ended = constraint(
        "gone", name="Old slide", status=ConstraintStatus.RESOLVED, ended_at=AS_OF, ended_by="MOP"
    )
    lapsed = constraint("lapsed", name="Old ban", valid_to=AS_OF - timedelta(days=1))
    sheet = a_sheet(constraints=(ended, lapsed))
    assert [(item.id, access) for item, access in sheet.shown] == [
        ("lapsed", AccessClass.UNVERIFIED)
    ]
    said = texts(render_map(sheet))
    assert "Old slide" not in said
    assert "lapsed, end unconfirmed" in said


def test_a_constraint_the_map_cannot_show_is_listed_with_the_reason():
    nowhere = constraint("n", name="Bridge somewhere", geometry=None)
    far = constraint(
        "f",
        name="Slide in the province",
        geometry=Point(-70.0, -28.0),
        location_precision=LocationPrecision.BAD,
    )
    said = texts(render_map(a_sheet(constraints=(nowhere, far))))
    assert "closed · location bad · outside this map" in said
    assert "closed · no location" in said


def test_a_constraint_no_road_was_found_for_is_unverified_and_says_so():
    sheet = a_sheet(unmatched=frozenset({"flood"}))
    assert [(item.id, access) for item, access in sheet.shown] == [
        ("bridge", AccessClass.RESTRICTED),
        ("flood", AccessClass.UNVERIFIED),
    ]
    svg = render_map(sheet)
    assert "closed · not matched to a road Reported by MOP" in texts(svg)
    assert "Closed" not in legend(svg)


def test_source_date_and_grade_are_never_cut():
    office = "Provincial directorate of roads and public works, emergency coordination desk"
    crowd = tuple(
        constraint(f"c{index:02}", source_org=f"{office} {index}", source_ref="x")
        for index in range(25)
    )
    for given in (crowd[:3], crowd):
        said = texts(render_map(a_sheet(constraints=given)))
        listed = len(set(re.findall(r"Closure c\d{2}", said)))
        assert listed >= 3
        assert len(re.findall(rf"eported by {office} \d+, 14 Nov 2026, F6", said)) == listed


@pytest.mark.parametrize("north", [-29.85, -29.7, -29.4])
def test_the_legend_cuts_no_label_however_narrow_its_columns(north):
    sheet = a_sheet(
        constraints=(constraint("a", effect=EffectKind.ADVISORY),),
        facilities=(
            port("n", geometry=Point(-71.34, north), status=OperationalStatus.OPERATIONAL),
        ),
        roads=None,
    )
    assert " ".join(legend(render_map(sheet))) == "Advisory or announced Port"


def test_the_grades_are_explained_where_there_are_any():
    assert "Grades such as B2: how reliable the source is" in texts(render_map(a_sheet()))
    assert "Grades such as" not in texts(render_map(a_sheet(constraints=())))


def test_an_organisation_prints_its_own_disclaimer():
    said = texts(render_map(a_sheet(disclaimers=("Ask the Roads Ministry.",))))
    assert "Ask the Roads Ministry." in said
    assert "by the publisher" not in said


def test_main_roads_bear_their_number_or_name_once():
    named = roads().assign(ref=[None, "R9"], name=["Ruta 5 Norte", "Lane"])
    svg = render_map(a_sheet(roads=pd.concat([named, named])))
    assert re.findall(r'data-road="([^"]*)"', svg) == ["Ruta 5 Norte"]
    numbered = named.assign(ref=["5;43", "R9"])
    assert re.findall(r'data-road="([^"]*)"', render_map(a_sheet(roads=numbered))) == ["5"]
    assert "data-road" not in render_map(a_sheet(roads=roads()))


def test_nobody_having_published_is_said_and_not_drawn_as_open():
    said = texts(render_map(a_sheet(constraints=(), unpublished=("Access constraints",))))
    assert "Nobody has published the layer Access constraints." in said


def test_more_constraints_than_the_table_holds_are_counted():
    many = tuple(
        constraint(f"c{index:03}", geometry=Point(-71.35 + index / 900, -29.9))
        for index in range(90)
    )
    said = texts(render_map(a_sheet(constraints=many)))
    listed = len(set(re.findall(r"Closure c\d{3}", said)))
    (left_out,) = re.findall(r"(\d+) more are not listed here", said)
    assert 15 < listed < 90
    assert listed + int(left_out) == 90


def test_markers_do_not_cover_each_other():
    crowd = tuple(constraint(f"c{index}") for index in range(12))
    svg = render_map(a_sheet(constraints=crowd))
    overlay = ET.fromstring(svg).find(f".//{SVG}g[@id='overlay']")
    assert overlay is not None
    boxes = [
        tuple(float(item.get(name, "")) for name in ("x", "y", "width", "height"))
        for item in overlay.iter(f"{SVG}rect")
        if item.get("height") == "17"
    ]
    assert len(boxes) == 12
    for index, (x, y, width, height) in enumerate(boxes):
        for other_x, other_y, other_width, other_height in boxes[:index]:
            apart = (
                x >= other_x + other_width
                or other_x >= x + width
                or y >= other_y + other_height
                or other_y >= y + height
            )
            assert apart


def test_roads_of_a_status_are_drawn_in_its_colour_and_dash():
    closed = roads().iloc[:1]
    svg = render_map(a_sheet(constraints=(), segment_status={AccessClass.CLOSED: closed}))
    style = ACCESS_STYLES[AccessClass.CLOSED]
    lines = [
        item for item in ET.fromstring(svg).iter(f"{SVG}path") if item.get("stroke") == style.colour
    ]
    assert {item.get("stroke-dasharray") for item in lines} == {"2 4"}
    assert legend(svg)[0] == "Closed"


def test_a_route_is_drawn_and_in_the_legend():
    way = LineString([(-71.34, -29.95), (-71.25, -29.9)])
    assert "Port to airport" in legend(
        render_map(a_sheet(route=way, route_label="Port to airport"))
    )


def test_a_map_of_nowhere_is_refused():
    with pytest.raises(InvalidInput, match="nothing to draw"):
        render_map(a_sheet(constraints=(), facilities=()))


def test_a_sheet_refuses_what_would_mislead():
    with pytest.raises(InvalidInput, match="no title"):
        a_sheet(title=" ")
    with pytest.raises(InvalidInput, match="as_of has no offset"):
        a_sheet(as_of=datetime(2026, 11, 18))  # noqa: DTZ001
    with pytest.raises(MissingCrs):
        a_sheet(roads=roads().set_crs(None, allow_override=True))


@pytest.mark.parametrize(
    ("code", "title", "expected"),
    [
        ("CHL-EX", "Coquimbo – La Serena: acceso", "CHLEX_coquimbo_la_serena_acceso_a4_20261118"),
        ("SUD", "../../etc/passwd", "SUD_etc_passwd_a4_20261118"),
        ("", "الخرطوم", "MAP_map_a4_20261118"),
        (
            "A",
            "one two three four five six seven eight nine",
            "A_one_two_three_four_five_six_seven_eight_a4_20261118",
        ),
    ],
)
def test_files_are_named_as_the_field_names_its_maps(code, title, expected):
    assert file_name(code, title, AS_OF) == expected


def test_the_description_stands_in_for_the_picture():
    sheet = a_sheet(constraints=(constraint("a"), constraint("b", effect=EffectKind.UNKNOWN)))
    assert sheet.description() == (
        "EXERCISE. Map: Coquimbo: access. Valid as of 18 Nov 2026, 08:00 UTC. "
        "Access constraints: 1 closed, 1 unverified. Facilities: 1. "
        "Road conditions change quickly; verify locally before movement."
    )
    assert sheet.description() in render_map(sheet)
