"""Filters find what plain Python finds, and refuse what they should before it costs anything."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import time

import cql2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon
from support.clock import Clock
from support.cqlrows import holds
from support.rows import constraint, constraints, ids, port, ports

from layers.filters import Interval, all_of, filter_by_properties, parse_filter
from layers.spec import load_specs
from layers.store import Store
from lca.errors import QuestionTooLong, UsageError
from lca.instant import parse_instant
from lca.table import rows_of
from lca.vocab import ConstraintStatus, EffectKind, Sensitivity

SPEC = load_specs()["constraints"]
EXAMPLES = int(os.environ.get("LCA_FILTERS", "400"))
DAYS = [f"2026-11-{day:02}" for day in (13, 14, 15, 16)]
MOMENTS = [
    f"{day}T{clock}"
    for day in DAYS
    for clock in ("00:00:00Z", "09:30:00Z", "23:59:59.999Z", "09:30:00.0005Z", "11:30:00+02:00")
]
WORDS = ["", "Brücke", "BRÜCKE", "bru", "Straße", "STRASSE", "a*b", "a?b", "[a]", "100%", "a_b"]
WORDS += ["a\\b", "it's", "İzmir", "ﬁ", "…"]
NUMBERS = [-1.0, 0.0, 0.5, 3.0, 7.5, 10.0]
PLACES = [
    Point(0.1, 0.1),
    Point(1, 1),
    Point(179.9, 1),
    LineString([(0, 0), (2, 2)]),
    LineString([(-1, 3), (3, -1)]),
    Polygon([(0, 0), (3, 0), (3, 3), (0, 3)], [[(0.5, 0.5), (2.5, 0.5), (2.5, 2.5), (0.5, 2.5)]]),
]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """Sixty constraints, of which much is not known."""
    pick = random.Random(5)

    def maybe(values):
        return pick.choice([None, *values])

    records = []
    for number in range(60):
        begins, ends = sorted(pick.sample(MOMENTS[::5], 2), key=parse_instant)
        records.append(
            constraint(
                f"c{number:02}",
                name=pick.choice([word for word in WORDS if word]) + pick.choice(["", " 2"]),
                description=maybe([word for word in WORDS if word]),
                effect=pick.choice(list(EffectKind)[:3]),
                date_of_information=parse_instant(pick.choice(MOMENTS)),
                last_confirmed_at=(moment := maybe(MOMENTS)) and parse_instant(moment),
                valid_from=parse_instant(begins) if number % 3 else None,
                valid_to=parse_instant(ends) if number % 5 else None,
                max_gross_t=maybe(NUMBERS[2:]),
                max_axle_t=maybe(NUMBERS[2:]),
                dry_days_required=maybe([0, 1, 2, 3]),
                convoy_required=maybe([True, False]),
                osm_way_ids=maybe([(1,), (1, 2), (2, 3, 11), (11, 1), (2,)]),
                geometry=maybe(PLACES),
            )
        )
    with Store.open(tmp_path_factory.mktemp("filters"), clock=Clock()) as store:
        draft = store.draft("constraints", constraints(*records), "Ana", "m")
        release = store.publish(draft.id, "Ana")
        yield Mixed(store, release, rows_of(store.frame(release.version)))


class Mixed:
    """A version of constraints; its rows are too many to be told of in an error."""

    def __init__(self, store, release, rows):
        self.store, self.release, self.rows = store, release, rows

    def __repr__(self):
        return "sixty constraints"


def found(mixed, text):
    page = mixed.store.page(mixed.release, limit=100, filter=parse_filter(text, SPEC))
    assert page.matched == len(page.rows)
    return ids(page.rows)


def column(*names):
    return st.sampled_from(names).map(lambda name: {"property": name})


def call(word, *args):
    return st.tuples(*args).map(lambda given: {"op": word, "args": list(given)})


def folding(side):
    return st.one_of(
        side,
        call("casei", side),
        call("accenti", side),
        call("accenti", call("casei", side)),
    )


TEXT, TEXTS = column("name", "description"), st.sampled_from(WORDS)
NUMBER, NUMERALS = (
    column("max_gross_t", "max_axle_t", "dry_days_required"),
    st.sampled_from(NUMBERS),
)
INSTANT = column("date_of_information", "last_confirmed_at", "valid_to")
TIMES = st.one_of(
    st.sampled_from(MOMENTS).map(lambda text: {"timestamp": text}),
    st.sampled_from(DAYS).map(lambda text: {"date": text}),
)
BOUNDS = st.sampled_from([*MOMENTS, *DAYS])
INTERVALS = st.one_of(
    TIMES,
    st.tuples(BOUNDS, BOUNDS)
    .map(lambda pair: sorted(pair, key=parse_instant))
    .map(lambda pair: {"interval": pair}),
    BOUNDS.map(lambda text: {"interval": [text, ".."]}),
    BOUNDS.map(lambda text: {"interval": ["..", text]}),
)
VALIDITY = st.just({"interval": [{"property": "valid_from"}, {"property": "valid_to"}]})
DEGREES = st.sampled_from([-179.0, -1.0, 0.0, 0.1, 1.0, 2.0, 179.0])
BOXES = st.tuples(DEGREES, st.sampled_from([-1.0, 0.1]), DEGREES, st.sampled_from([0.1, 1.0, 3.0]))
AREAS = st.sampled_from(
    [
        [(0, 0), (3, 0), (0, 3)],
        [(0.6, 0.6), (2.4, 0.6), (2.4, 2.4)],
        [(-5, 0.05), (5, 0.05), (5, 1)],
    ]
).map(lambda ring: {"type": "Polygon", "coordinates": [[*map(list, ring), list(ring[0])]]})
LISTS = st.lists(st.sampled_from([1, 2, 3, 11, 22]), min_size=1, max_size=3, unique=True)
COMPARE = ["=", "<>", "<", ">", "<=", ">="]


def compared(left, right):
    either = [call(word, *sides) for word in COMPARE for sides in ((left, right), (right, left))]
    return st.one_of(*either)


TERMS = st.one_of(
    st.booleans(),
    column("convoy_required"),
    call("=", column("convoy_required"), st.booleans()),
    compared(folding(TEXT), folding(TEXTS)),
    call(
        "like", folding(TEXT), folding(st.sampled_from(["%", "B_%", "a\\_b", "%a%", "[a]", "a*b"]))
    ),
    compared(NUMBER, NUMERALS),
    call("=", NUMBER, NUMBER),
    call("<", NUMBER, NUMBER),
    compared(INSTANT, TIMES),
    call("=", INSTANT, INSTANT),
    call("between", NUMBER, NUMERALS, NUMERALS),
    call("between", INSTANT, TIMES, TIMES),
    call("in", folding(TEXT), st.lists(TEXTS, min_size=1, max_size=3)),
    call(
        "in", column("effect"), st.lists(st.sampled_from(list(EffectKind)), min_size=1, max_size=2)
    ),
    call("in", NUMBER, st.lists(NUMERALS, min_size=1, max_size=3)),
    call("in", INSTANT, st.lists(TIMES, min_size=1, max_size=2)),
    call("isNull", st.one_of(TEXT, NUMBER, INSTANT, column("geometry", "osm_way_ids"))),
    call("s_intersects", column("geometry"), BOXES.map(lambda box: {"bbox": list(box)})),
    call("s_intersects", column("geometry"), AREAS),
    *(
        call(f"t_{word}", side, INTERVALS)
        for word in ("after", "before", "during", "intersects")
        for side in (INSTANT, VALIDITY)
    ),
    *(
        call(f"a_{word}", column("osm_way_ids"), LISTS)
        for word in ("contains", "containedBy", "equals", "overlaps")
    ),
)
TREES = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        call("not", inner),
        st.lists(inner, min_size=2, max_size=4).map(lambda args: {"op": "and", "args": args}),
        st.lists(inner, min_size=2, max_size=4).map(lambda args: {"op": "or", "args": args}),
    ),
    max_leaves=8,
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(TREES)
def test_a_filter_finds_the_rows_of_which_it_is_true(mixed, tree):
    expected = [row["id"] for row in mixed.rows if holds(tree, row) is True]
    assert found(mixed, json.dumps(tree)) == expected


@settings(max_examples=EXAMPLES // 3, deadline=None)
@given(TREES)
def test_text_and_json_mean_the_same(mixed, tree):
    """Written as text by the library and read again; what it cannot write is left out."""
    text = cql2.Expr(tree).to_text() if isinstance(tree, dict) else str(tree)
    assert found(mixed, text) == found(mixed, json.dumps(tree))


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("[a]", ["[a]"]),
        ("a*b", ["a*b"]),
        ("a?b", ["a?b"]),
        ("a_b", ["a*b", "a?b", "a\\b", "a_b", "axb"]),
        (r"a\_b", ["a_b"]),
        (r"a\\b", ["a\\b"]),
        ("100%", ["100%", "1000"]),
        (r"100\%", ["100%"]),
        ("AXB", []),
        ("%]", ["[a]"]),
    ],
)
def test_like_knows_no_other_wildcards(store, publish, pattern, matches):
    names = ["[a]", "a", "a*b", "a?b", "a\\b", "a_b", "axb", "100%", "1000"]
    publish("ports", ports(*(port(f"p{n}", name=name) for n, name in enumerate(names))))
    wanted = parse_filter(f"name LIKE '{pattern}'", store.specs["ports"])
    page = store.page(store.head("ports"), filter=wanted)
    assert sorted(row["name"] for row in page.rows) == sorted(matches)


@pytest.mark.parametrize(
    "text",
    [
        "max_gross_t = 1",
        "max_gross_t <> 1",
        "max_gross_t = max_axle_t",
        "max_gross_t BETWEEN 0 AND 9",
        "max_gross_t IN (1, 2)",
        "description LIKE '%'",
        "CASEI(description) = 'x'",
        "convoy_required",
        "convoy_required = FALSE",
        "last_confirmed_at < DATE('2026-11-14')",
        "last_confirmed_at = DATE('2026-11-14')",
        "T_INTERSECTS(last_confirmed_at, INTERVAL('..', '..'))",
        "S_INTERSECTS(geometry, BBOX(-180, -90, 180, 90))",
        "A_CONTAINS(osm_way_ids, (1))",
        "A_CONTAINEDBY(osm_way_ids, (1))",
        "A_OVERLAPS(osm_way_ids, (1))",
        "max_gross_t = 1 OR convoy_required",
        "max_gross_t = 1 AND TRUE",
    ],
)
def test_what_is_not_known_is_neither_so_nor_not_so(store, publish, text):
    release = publish("constraints", constraints(constraint("a", geometry=None)))
    for asked, found_ in ((text, []), (f"NOT ({text})", []), (f"({text}) OR name LIKE '%'", ["a"])):
        assert ids(store.page(release, filter=parse_filter(asked, SPEC)).rows) == found_


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("status =", "column 9"),
        ("status = 'opne'", "no code 'opne'"),
        ("colour = 'red'", "no property 'colour'"),
        ("load_extension('x') = 1", "not known"),
        ("max_gross_t + 1 = 2", "not known"),
        ("name = 1", "another kind"),
        ("max_gross_t = '1'", "another kind"),
        ("max_gross_t = 1e999", "not a value"),
        ("name = NULL", "IS NULL"),
        ("1 = 1", "without a property"),
        ("name", "yes or no"),
        ("geometry = 'x'", "geometry"),
        ("date_of_information = '2026-11-14'", "date and time"),
        ("date_of_information > TIMESTAMP('2026-11-14T09:00:00')", "offset"),
        ("T_AFTER(valid_to, INTERVAL('2026-11-14T09:00:00', '..'))", "offset"),
        ("T_AFTER(name, DATE('2026-11-14'))", "name holds text"),
        ("T_AFTER(valid_to, INTERVAL('2026-11-14', '2026-11-13'))", "before it starts"),
        ("S_INTERSECTS(name, BBOX(1,2,3,4))", "name holds text"),
        ("S_INTERSECTS(geometry, BBOX(1,2,3,400))", "400"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 1, 1 0, 0 0)))", "not valid"),
        ("S_WITHIN(geometry, BBOX(1,2,3,4))", "not known"),
        ("A_CONTAINS(osm_way_ids, ('x'))", "whole number"),
        ("convoy_required < TRUE", "no order"),
        ("name LIKE max_gross_t", "LIKE"),
        ("CASEI(CASEI(CASEI(name))) = 'x'", "not known"),
        (" AND ".join(["max_gross_t = 1"] * 65), "64 terms"),
        ('{"op": "=", "args": [{"property": "name"}, "\\ud800"]}', "not JSON"),
        ('{"op": "=", "args": [{"property": "name"}, {"x": 1}]}', "not a value"),
        ('{"op": "or", "args": []}', "not known"),
        ('{"op": ["="], "args": []}', "condition"),
        ('{"op": "like", "args": [{"property": "name"}, null]}', "IS NULL"),
        ("[1]", "CQL2 text"),
    ],
)
def test_what_a_filter_must_not_say_is_refused_with_the_way_out(text, says):
    with pytest.raises(UsageError) as caught:
        parse_filter(text, SPEC)
    assert says in str(caught.value)
    assert caught.value.do_next


NOT = '{"op":"not","args":['


@pytest.mark.parametrize(
    "bomb",
    [
        NOT * 1600 + "true" + "]}" * 1600,
        NOT * 300 + "true" + "]}" * 300,
        NOT * 17 + "true" + "]}" * 17,
        "[" * 8000,
        "(" * 8000,
        "(" * 30 + "name x" + ")" * 30,
        "(" * 12 + "name = 'x' AND " * 400 + "y" + ")" * 12,
        "NOT " * 2000 + "convoy_required",
        "name = " + "-" * 8000 + "1",
        "CASEI(" * 1000 + "name",
        "'" * 8191,
        "x" * 43_000,
        "name = " + "=".join("x" * 4000),
        "A_CONTAINS(osm_way_ids, " + "(" * 4000,
        "name LIKE " * 800 + "'x'",
        "F(" * 4000,
        "name = " + "- " * 4000 + "1",
        "NOT(" * 2000,
    ],
)
def test_bombs_are_refused_at_once(bomb):
    begun = time.process_time()
    with pytest.raises(UsageError):
        parse_filter(bomb, SPEC)
    assert time.process_time() - begun < 0.5


def test_a_question_that_takes_too_long_is_stopped(store, publish):
    publish("ports", ports(*(port(f"p{number:04}") for number in range(2_000))))
    store._queries._time_limit_s = 0.0
    with pytest.raises(QuestionTooLong, match="too long"):
        store.page(
            store.head("ports"), filter=parse_filter("CASEI(name) LIKE '%x%'", store.specs["ports"])
        )


def test_nothing_but_the_layers_table_can_be_read(store, publish):
    release = publish("ports", ports(port("a")))
    reader = store._queries._table(release).reader
    with reader.asking() as ask:
        assert ask("SELECT id FROM ports t", ()) == [("a",)]
        for forbidden in (
            "SELECT * FROM gpkg_contents",
            "SELECT * FROM sqlite_master",
            "SELECT load_extension('x')",
            "SELECT randomblob(10) FROM ports",
            "ATTACH 'other' AS other",
            "DELETE FROM ports",
            "PRAGMA cache_size",
        ):
            with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|denied|prohibited"):
                ask(forbidden, ())


def test_properties_as_parameters(mixed):
    store, release, rows = mixed.store, mixed.release, mixed.rows

    def by(**given):
        wanted = filter_by_properties(given, SPEC)
        return ids(store.page(release, limit=100, filter=wanted).rows)

    assert filter_by_properties({}, SPEC) is None
    assert by(max_gross_t=["3"]) == [row["id"] for row in rows if row["max_gross_t"] == 3]
    assert by(convoy_required=["true"], dry_days_required=["1", "2"]) == [
        row["id"] for row in rows if row["convoy_required"] and row["dry_days_required"] in {1, 2}
    ]
    assert by(osm_way_ids=["11"]) == [row["id"] for row in rows if 11 in (row["osm_way_ids"] or ())]
    day = [row["id"] for row in rows if f"{row['date_of_information']:%d}" == "14"]
    assert by(date_of_information=["2026-11-14"]) == day
    assert by(date_of_information=["2026-11-14/2026-11-14T23:59:59.999Z"]) == day
    for name, value in (("max_gross_t", "x"), ("convoy_required", "perhaps"), ("status", "opne")):
        with pytest.raises(UsageError):
            by(**{name: [value]})


def test_filters_joined_find_what_each_finds(mixed):
    store, release = mixed.store, mixed.release
    texts = ["S_INTERSECTS(geometry, BBOX(0,0,2,2))", "max_gross_t > 1 OR convoy_required"]
    joined = all_of([None, *(parse_filter(text, SPEC) for text in texts)])
    both = set(found(mixed, texts[0])) & set(found(mixed, texts[1]))
    assert set(ids(store.page(release, limit=100, filter=joined).rows)) == both
    assert joined.boxes
    assert all_of([None]) is None


@pytest.mark.parametrize("instant", [*MOMENTS[::4], "2026-11-15T09:30:00Z", "2026-11-15"])
def test_what_stands_at_a_time_is_what_has_begun_and_not_ended(store, publish, instant):
    end = parse_instant("2026-11-15T09:30:00Z")
    records = [
        constraint("always"),
        constraint("later", valid_from=parse_instant("2026-11-16")),
        constraint("lapsed", valid_to=parse_instant("2026-11-13")),
        constraint("ended", status=ConstraintStatus.RESOLVED, ended_at=end, ended_by="MOP"),
        constraint("never", status=ConstraintStatus.REJECTED),
    ]
    release = publish("constraints", constraints(*records))
    interval = Interval.parse(instant)
    moments = (interval.start, interval.end)
    expected = sorted(
        record.id
        for record in records
        if {record.standing(moment).value for moment in moments} - {"not_yet", "ended"}
    )
    assert sorted(ids(store.page(release, holds_at=interval).rows)) == expected
    facility = publish("ports", ports(port("a")))
    assert store.page(facility, holds_at=interval).matched == 1


def test_names_are_found_whatever_their_case_and_accents(store, publish):
    release = publish(
        "ports",
        ports(
            port("a", name="Puerto Coquimbó", name_alt="Muelle   Viejo"),
            port("b", name="Hafen Größe"),
            port("c", name="Ñuñoa", sensitivity=Sensitivity.RESTRICTED),
        ),
    )

    def named(text, clearance=Sensitivity.PUBLIC):
        return ids(store.page(release, q=text, clearance=clearance).rows)

    assert named("coquimbo") == named("MUELLE puerto") == named("viejo coquimb") == ["a"]
    assert named("grosse") == ["b"]
    assert named("puerto hafen") == []
    assert named("  ") == ["a", "b"]
    assert named("nunoa") == []
    assert named("nunoa", Sensitivity.RESTRICTED) == ["c"]
    assert ids(store.page(release, ids=["b", "c", "nobody"]).rows) == ["b"]
    assert store.page(release, ids=[]).matched == 0
