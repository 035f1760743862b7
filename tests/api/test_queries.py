"""Asking for some features over HTTP: filters, properties, text, ids, time, schemas, histories."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator
from support.checkedclient import assert_problem

from lca.vocab import Sensitivity

ITEMS = "/collections/constraints/items"
UCUM = {
    "g{CO2e}/km",
    "g{CO2e}/(t.km)",
    "/d",
    "t",
    "m",
    "km",
    "min",
    "h",
    "d",
    "m2",
    "m3",
    "mm",
    "deg",
    "Cel",
    "%",
    "t/m2",
    "{TEU}",
    "{TEU}/d",
    "l/d",
    "/l",
    "{USD}/l",
    "t/d",
    "l",
    "{people}",
    "km/h",
}


def found(client, path=ITEMS, **query):
    response = client.get(path, params=query)
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["numberReturned"] == len(body["features"]) <= body["numberMatched"]
    return [feature["id"] for feature in body["features"]]


def links(body):
    return {item["rel"]: item["href"] for item in body["links"]}


@pytest.fixture
def asked(served):
    """A closure beside the five pieces of advice, and one that only the cleared may see."""
    served.publish(served.closure(valid_to="2026-11-19T00:00:00Z", max_gross_t=12.5))
    served.publish(served.closure("SECRET", name="Ambush site", sensitivity="restricted"))
    return served


def test_each_way_of_asking(asked):
    public = asked.public
    for query in (
        {"filter": "effect = 'blocked'"},
        {"filter": "CASEI(name) LIKE 'land%' AND max_gross_t BETWEEN 12 AND 13"},
        {"filter": json.dumps({"op": "=", "args": [{"property": "effect"}, "blocked"]})},
        {"filter": "effect = 'blocked'", "filter-lang": "cql2-text", "max_gross_t": "12.5"},
        {"effect": "blocked"},
        {"q": "LÁNDSLIDE hill"},
        {"ids": "CLOSED,SECRET,nobody"},
        {"filter": "NOT (max_gross_t < 1)"},
    ):
        assert found(public, **query) == ["CLOSED"], query
    assert found(public, status=["verified", "reported"], limit=2, q="advice") == ["C-01", "C-02"]
    west = found(public, bbox="170,-90,-170,90")
    everything = found(public, bbox="-10,-90,-170,90")
    assert west == []
    assert len(everything) == 6, "a box may cross 180°"
    assert found(asked.holder("viewer", "restricted"), effect="blocked") == ["CLOSED", "SECRET"]


def test_a_walk_keeps_what_was_asked(asked):
    href, walked = f"{ITEMS}?status=verified&status=reported&q=a&limit=4", []
    while href:
        body = asked.public.get(href).json()
        assert body["numberMatched"] == 6
        walked += [feature["id"] for feature in body["features"]]
        href = links(body).get("next")
    assert walked == [*(f"C-0{number}" for number in range(1, 6)), "CLOSED"]


def test_datetime_asks_what_stands(asked):
    public = asked.public
    assert "CLOSED" in found(public, datetime="2026-11-18T16:00:00Z")
    assert "CLOSED" in found(public, datetime="2030-01-01/.."), "it lapsed; nobody has ended it"
    asked.clock.tick(hours=2)
    end = {"ended_at": asked.clock().isoformat(), "ended_by": "Road survey", "reason": "Cleared"}
    assert asked.holder("editor").post(f"{ITEMS}/CLOSED/end", json=end).status_code == 200
    assert "CLOSED" not in found(public, datetime="2030-01-01/..")
    assert "CLOSED" in found(public, datetime="2026-11-18")
    assert found(public, "/collections/ports/items", datetime="1999-01-01") == ["PORT"]


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("filter=colour='red'", "filter"),
        ("filter=effect='blokced'", "filter"),
        ("filter=pg_sleep(10)=1", "filter"),
        ("filter=", "filter"),
        ("filter=effect='blocked'&filter-lang=cql2-json", "filter-lang"),
        ("filter=effect='blocked'&filter-crs=EPSG:3857", "filter-crs"),
        ("effect=blokced", "filter"),
        ("max_gross_t=heavy", "max_gross_t"),
        ("datetime=yesterday", "datetime"),
        ("datetime=2026-11-19/2026-11-18", "datetime"),
        ("datetime=../..", "datetime"),
        ("colour=red", "query"),
        ("geometry=x", "query"),
        ("ids=" + ",".join(map(str, range(1001))), "ids"),
    ],
)
def test_what_cannot_be_asked_is_refused(served, query, where):
    body = assert_problem(served.public.get(f"{ITEMS}?{query}"), 400)
    assert body["where"] == where
    assert body["do_next"]


def test_columns_are_parameters_of_the_list_only(served):
    assert_problem(served.public.get(f"{ITEMS}/C-01?effect=advisory"), 400)
    assert_problem(served.public.get("/collections/constraints?effect=advisory"), 400)


def test_a_bomb_costs_nothing_and_kills_nothing(served):
    for bomb in ("(" * 3000, "name=" + "-" * 4000 + "1", "(" * 30 + "a b"):
        assert_problem(served.public.get(ITEMS, params={"filter": bomb}), 400)
    assert served.public.get("/healthz").status_code == 200


def test_schemas_are_schemas_and_say_units_and_codes(served):
    for layer, spec in served.store.specs.items():
        for kind in ("queryables", "schema"):
            response = served.public.get(f"/collections/{layer}/{kind}")
            assert response.headers["content-type"] == "application/schema+json"
            body = response.json()
            Draft202012Validator.check_schema(body)
            assert body["$id"].endswith(f"/collections/{layer}/{kind}")
            assert {field.name for field in spec.fields} == set(body["properties"]) - {"geometry"}
            units = {item.get("x-ogc-unit") for item in body["properties"].values()} - {None}
            assert units <= UCUM, layer
            unchanged = {"If-None-Match": response.headers["etag"]}
            again = served.public.get(f"/collections/{layer}/{kind}", headers=unchanged)
            assert again.status_code == 304
    schema = served.public.get("/collections/constraints/schema").json()
    assert schema["properties"]["max_gross_t"]["x-ogc-unit"] == "t"
    assert "blocked" in schema["properties"]["effect"]["enum"]
    assert "date_of_information" in schema["required"]
    for feature in served.public.get(ITEMS).json()["features"]:
        row = {"id": feature["id"], "geometry": feature["geometry"], **feature["properties"]}
        known = {name: value for name, value in row.items() if value is not None}
        computed = {name for name in known if name.startswith("computed_")}
        Draft202012Validator(schema).validate(
            {name: value for name, value in known.items() if name not in computed}
        )


def test_what_is_conformed_to_is_linked(served):
    claimed = served.public.get("/conformance").json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in claimed
    assert "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text" in claimed
    rels = links(served.public.get("/collections/constraints").json())
    for rel in ("queryables", "schema"):
        href = rels[f"http://www.opengis.net/def/rel/ogc/1.0/{rel}"]
        assert served.public.get(href).status_code == 200


def test_the_history_of_one_feature(asked):
    asked.clock.tick(minutes=1)
    change = {"properties": {"name": "Landslide, one lane open"}, "reason": "Seen"}
    response = asked.holder("editor").patch(f"{ITEMS}/CLOSED", json=change)
    assert response.status_code == 200, response.text
    body = asked.public.get(f"{ITEMS}/CLOSED/versions").json()
    newest, oldest = body["states"]
    assert (newest["change"], oldest["change"]) == ("changed", "added")
    assert newest["fields"] == ["name"]
    assert (oldest["until"], newest["until"]) == (newest["published_at"], None)
    then = asked.public.get(links(newest)["predecessor-version"])
    assert then.json()["properties"]["name"] == "Landslide on the hill road"
    assert then.headers["memento-datetime"].endswith("GMT")
    assert links(then.json())["timemap"].endswith("/items/CLOSED/versions")
    now = asked.public.get(links(oldest)["successor-version"]).json()
    assert now["properties"]["name"] == "Landslide, one lane open"
    live = asked.public.get(links(body)["original"])
    assert "memento-datetime" not in live.headers
    path = f"{ITEMS}/SECRET/versions"
    assert_problem(asked.public.get(path), 404)
    assert len(asked.holder("viewer", "restricted").get(path).json()["states"]) == 1
    approver = asked.holder("approver")
    confirmed = {"reason": "Wrong", "confirm_lifts": ["CLOSED", "SECRET"]}
    gone = approver.post("/collections/constraints/versions/4/withdraw", json=confirmed)
    assert gone.status_code == 200, gone.text
    states = asked.public.get(f"{ITEMS}/CLOSED/versions").json()["states"]
    assert [state["change"] for state in states] == ["added"]


def test_a_difference_between_what_was_known_at_two_moments(asked):
    path = "/collections/constraints/diff"
    by_number = asked.public.get(f"{path}?from=1&to=2").json()
    first, second = (
        state["published_at"]
        for number in (1, 2)
        for state in [asked.public.get(f"/collections/constraints/versions/{number}").json()]
    )
    assert asked.public.get(f"{path}?since={first}&as-of={second}").json() == by_number
    assert asked.public.get(f"{path}?as-of={second}").json() == by_number
    whole = asked.public.get(f"{path}?since=2001-01-01").json()
    assert whole["counts"] == {"added": 6, "removed": 0, "changed": 0}
    assert_problem(asked.public.get(f"{path}?since={first}&from=1"), 400)
    assert_problem(asked.public.get(f"{path}?to=2&as-of={second}"), 400)
    assert_problem(asked.public.get(f"{path}?as-of=2001-01-01"), 404)


def test_counts_do_not_tell_of_what_is_hidden(asked):
    for query in ("effect=blocked", "q=ambush", "ids=SECRET", "filter=name LIKE 'Ambush%25'"):
        body = asked.public.get(f"{ITEMS}?{query}").json()
        assert body["numberMatched"] == len(body["features"]) == (query == "effect=blocked")
    extent = asked.store.extent(asked.store.head("constraints"), Sensitivity.PUBLIC)
    assert extent.feature_count == 6
