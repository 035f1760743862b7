"""Feeds over HTTP: found from the landing page, revalidated, and never more than the caller may see."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree as ET

import pytest
from support.checkedclient import assert_problem

ATOM = "{http://www.w3.org/2005/Atom}"
PATHS = ("/feed.atom", "/collections/constraints/feed.atom")
LOGS = ("/changes.json", "/collections/constraints/changes.json")


def titles(response):
    tree = ET.fromstring(response.content)
    return [entry.findtext(f"{ATOM}title") for entry in tree.findall(f"{ATOM}entry")]


def test_the_feeds_are_found_from_the_landing_page_and_the_layer(served):
    for place in ("/?f=json", "/collections/constraints"):
        links = served.public.get(place).json()["links"]
        (href,) = [one["href"] for one in links if one["type"] == "application/atom+xml"]
        answer = served.public.get(href)
        assert answer.headers["content-type"].startswith("application/atom+xml")
        own = ET.fromstring(answer.content).find(f"{ATOM}link[@rel='self']")
        assert own.get("href").endswith(href.removeprefix("http://testserver"))


@pytest.mark.parametrize("path", [*PATHS, *LOGS])
def test_a_feed_is_sent_again_only_when_something_happened(served, path):
    first = served.public.get(path)
    asked = {"If-None-Match": first.headers["etag"]}
    assert served.public.get(path, headers=asked).status_code == 304
    served.publish(served.closure())
    again = served.public.get(path, headers=asked)
    assert again.status_code == 200
    assert "Landslide on the hill road" in again.text
    assert served.public.get("/collections/ports/feed.atom").status_code == 200


def test_a_secret_is_in_no_feed_of_the_uncleared(served):
    served.publish(served.closure(name="Ambush", sensitivity="confidential"))
    for path in (*PATHS, *LOGS):
        assert "Ambush" not in served.public.get(path).text
        assert "Ambush" not in served.holder("viewer", "restricted").get(path).text
        assert "Ambush" in served.holder("viewer", "confidential").get(path).text
    kept = served.holder("viewer", "confidential").get(PATHS[0])
    assert kept.headers["cache-control"] == "private, no-store"
    assert kept.headers["etag"] != served.public.get(PATHS[0]).headers["etag"]


def test_a_withdrawn_version_is_told_as_withdrawn(served):
    served.publish(served.closure())
    wish = {"reason": "Wrong valley", "confirm_lifts": ["CLOSED"]}
    path = "/collections/constraints/versions/2/withdraw"
    assert served.holder("approver").post(path, json=wish).status_code == 200
    feed = served.public.get("/collections/constraints/feed.atom")
    assert titles(feed)[1] == "EXERCISE. Withdrawn: Access constraints, version 2"
    assert "Landslide" not in feed.text
    log = served.public.get("/collections/constraints/changes.json").json()["changes"]
    assert [(one["kind"], one["number"]) for one in log] == [
        ("release", 3),
        ("withdrawal", 2),
        ("release", 2),
        ("release", 1),
    ]
    assert [one["text"] is None for one in log] == [False, True, True, False]


def test_the_log_is_read_page_by_page_and_followed_from_a_moment(served):
    for number in range(3):
        served.publish(served.closure(f"CLOSED-{number}"))
    whole = served.public.get("/changes.json").json()["changes"]
    page = served.public.get("/changes.json?limit=2").json()
    read = page["changes"]
    while more := [one["href"] for one in page["links"] if one["rel"] == "next"]:
        page = served.public.get(more[0]).json()
        read += page["changes"]
    assert read == whole
    since = served.public.get("/changes.json", params={"since": whole[1]["at"]}).json()
    assert since["changes"] == whole[:1]
    linked = {one["rel"]: one["href"] for one in whole[0]["links"]}
    assert served.public.get(linked["related"]).json()["counts"] == whole[0]["counts"]
    assert_problem(served.public.get("/changes.json?since=yesterday"), 400)
    assert_problem(served.public.get("/collections/nothing/feed.atom"), 404)


def test_a_difference_is_a_table_too(served):
    served.publish(served.closure(name="=cmd()"))
    base = "/collections/constraints/diff?from=1&to=2&f="
    table = served.public.get(base + "csv")
    assert table.headers["content-disposition"].endswith('"constraints_v1-v2.csv"')
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert {row["operation"] for row in rows} == {"insert"}
    assert {row["name"] for row in rows} == {"'=cmd()"}
    assert served.public.get(base + "xlsx").content[:2] == b"PK"
    features = served.public.get(base + "geojson").json()["features"]
    assert [(one["id"], one["operation"]) for one in features] == [("CLOSED", "insert")]
