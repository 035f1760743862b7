"""Reading features: pages, boxes, versions, moments, caches, and what a caller may not see."""

from __future__ import annotations

import pytest
from support.checkedclient import assert_problem

ITEMS = "/collections/constraints/items"


def ids(response):
    assert response.status_code == 200, response.text
    return [feature["id"] for feature in response.json()["features"]]


def link(body, rel):
    return next((item["href"] for item in body["links"] if item["rel"] == rel), None)


def test_walk_through_the_pages(served):
    found, href, pages = [], f"{ITEMS}?limit=2", 0
    while href:
        body = served.public.get(href).json()
        assert body["numberMatched"] == 5
        found += [feature["id"] for feature in body["features"]]
        href, pages = link(body, "next"), pages + 1
    assert (found, pages) == ([f"C-0{number}" for number in range(1, 6)], 3)


def test_a_walk_never_mixes_two_versions(served):
    first = served.public.get(f"{ITEMS}?limit=3").json()
    served.publish(served.closure("A-NEW"))
    rest = served.public.get(link(first, "next"))
    assert ids(rest) == ["C-04", "C-05"]
    assert rest.json()["number"] == first["number"] == 1


def test_a_walk_through_the_past_stays_at_its_moment(served):
    served.publish(served.closure("A-PAUSE", valid_from="2026-11-18T16:30:00Z"))
    as_of = served.store.heads().as_of.isoformat().replace("+00:00", "Z")
    served.clock.tick(hours=3)
    assert ids(served.public.get(f"{ITEMS}?limit=1&as-of={as_of}")) == ["A-PAUSE"]
    served.publish(served.closure("AA"))
    first = served.public.get(f"{ITEMS}?limit=1&as-of={as_of}").json()
    assert first["features"][0]["properties"]["computed_standing"] == "not_yet"
    second = served.public.get(link(first, "next"))
    assert second.json()["number"] == first["number"] == 2
    assert f"at={as_of.replace(':', '%3A')}" in link(second.json(), "self")


def test_a_box_holds_what_it_touches(served):
    place = served.town.between("BD", 0.2)
    box = f"{place.lon - 0.0001},{place.lat - 0.0001},{place.lon + 0.0001},{place.lat + 0.0001}"
    assert ids(served.public.get(f"{ITEMS}?bbox={box}")) == ["C-02"]


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("bbox=1,2,3", None),
        ("bbox=10,1,5,0", None),
        ("bbox=nan,0,5,1", None),
        ("limit=0", "query.limit"),
        ("limit=many", "query.limit"),
        ("at=yesterday", "at"),
        ("as-of=2026-11-18T15:00:00", "as-of"),
        ("as-of=2030-01-01", None),
        ("version=no+such+name", None),
        ("version=1&as-of=2026-11-18", "query"),
        ("f=kml", "query.f"),
        ("asof=2026-11-18", "query"),
        ("as_of=2026-11-18", "query"),
    ],
)
def test_what_cannot_be_understood_is_refused(served, query, where):
    body = assert_problem(served.public.get(f"{ITEMS}?{query}"), 400)
    assert body["do_next"]
    if where:
        assert body["where"] == where


def test_a_limit_above_the_most_gives_the_most(served):
    assert len(ids(served.public.get(f"{ITEMS}?limit=1000000"))) == 5


@pytest.mark.parametrize("path", ["/collections/nothing/items", f"{ITEMS}/nobody"])
def test_what_is_not_there(served, path):
    assert_problem(served.public.get(path), 404, "not-found")


def test_a_layer_without_a_version(served):
    assert_problem(served.public.get("/collections/fuel/items"), 404, "not-found")
    listed = served.public.get("/collections").json()["collections"]
    assert [item["id"] for item in listed] == ["airports", "constraints", "ports"]


def test_version_by_number_id_prefix_and_moment(served):
    old = served.public.get(ITEMS).json()
    served.publish(served.closure())
    for query in ("version=1", f"version={old['version']}", f"version={old['version'][:8]}"):
        assert len(ids(served.public.get(f"{ITEMS}?{query}"))) == 5
    assert len(ids(served.public.get(f"{ITEMS}?as-of={old['published_at']}"))) == 5
    assert len(ids(served.public.get(ITEMS))) == 6
    assert served.public.get(f"{ITEMS}/CLOSED?version=1").status_code == 404


def test_not_known_is_null_and_instants_are_text(served):
    properties = served.public.get(f"{ITEMS}/C-01").json()["properties"]
    assert properties["max_gross_t"] is None
    assert properties["date_of_information"] == "2026-11-17T09:00:00Z"
    assert properties["exercise"] is True


def test_standing_is_that_of_the_moment_asked_about(served):
    served.publish(
        served.closure(
            valid_from="2026-11-18T14:00:00Z",
            valid_to="2026-11-19T00:00:00Z",
            review_by="2026-11-20T00:00:00Z",
        )
    )

    def computed(query=""):
        properties = served.public.get(f"{ITEMS}/CLOSED{query}").json()["properties"]
        return properties["computed_standing"], properties["computed_review_overdue"]

    assert computed() == ("holds", False)
    assert computed("?at=2026-11-18") == ("not_yet", False)
    assert computed("?at=2026-11-21") == ("lapsed", True)
    facility = served.public.get("/collections/ports/items/PORT").json()["properties"]
    assert not [name for name in facility if name.startswith("computed_")]


def test_unchanged_costs_nothing_until_time_or_a_publisher_changes_it(served):
    served.publish(served.closure(valid_to="2026-11-19T00:00:00Z"))
    first = served.public.get(ITEMS)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"
    assert {"Authorization", "Accept"} <= set(first.headers["vary"].split(", "))

    def again():
        return served.public.get(ITEMS, headers={"If-None-Match": tag})

    served.clock.tick(hours=1)
    assert again().status_code == 304
    assert again().headers["etag"] == tag
    served.clock.tick(days=1)  # the closure lapses: nobody published anything
    lapsed = again()
    assert lapsed.status_code == 200
    tag = lapsed.headers["etag"]
    assert again().status_code == 304
    served.publish(served.closure("ANOTHER"))
    assert again().status_code == 200


def test_a_secret_is_not_there_for_the_public(served):
    before = served.public.get("/collections/constraints").json()
    served.publish(served.closure("SECRET", name="Ambush site", sensitivity="restricted"))
    public, cleared = served.public, served.holder("viewer", "restricted")
    assert "SECRET" in ids(cleared.get(ITEMS))
    assert "SECRET" not in ids(public.get(ITEMS))
    assert public.get(ITEMS).json()["numberMatched"] == 5
    assert_problem(public.get(f"{ITEMS}/SECRET"), 404, "not-found")
    assert public.get(f"{ITEMS}/SECRET").text == public.get(f"{ITEMS}/SECRET").text
    after = public.get("/collections/constraints").json()
    assert after["feature_count"] == before["feature_count"] == 5
    assert after["extent"] == before["extent"]
    everything = [
        ITEMS,
        "/collections/constraints/versions",
        "/collections/constraints/versions/2",
        "/collections/constraints/diff",
        "/collections/constraints/diff?f=text",
        "/collections/constraints/export?f=csv",
        "/collections/constraints/export?f=geojson",
        "/roads/status?vehicle=truck_heavy_3",
        "/matches",
        "/places?q=ambush",
        "/?f=html",
        "/embed",
        "/api",
    ]
    for path in everything:
        response = public.get(path)
        assert response.status_code == 200, path
        assert "Ambush" not in response.text, path
        assert "SECRET" not in response.text, path
    assert "Ambush" in cleared.get("/collections/constraints/versions").text
    assert "SECRET" in cleared.get("/matches").text


def test_what_a_token_was_sent_with_is_kept_nowhere(served):
    cleared = served.holder("viewer", "restricted")
    public_tag = served.public.get(ITEMS).headers["etag"]
    for path in (ITEMS, f"{ITEMS}/C-01", "/collections", "/matches", "/places?q=a", "/me"):
        response = cleared.get(path)
        assert "no-store" in response.headers["cache-control"], path
    assert cleared.get(ITEMS).headers["etag"] != public_tag


def test_a_tag_is_no_key(served):
    """Authorisation comes before the validator: no 304 for what one may not read."""
    served.publish(served.closure("SECRET", sensitivity="restricted"))
    tag = served.holder("viewer", "restricted").get(f"{ITEMS}/SECRET").headers["etag"]
    response = served.public.get(f"{ITEMS}/SECRET", headers={"If-None-Match": tag})
    assert_problem(response, 404)


@pytest.mark.parametrize(
    ("kind", "media_type", "begins"),
    [
        ("geojson", "application/geo+json", b"{"),
        ("gpkg", "application/geopackage+sqlite3", b"SQLite format 3"),
        ("csv", "text/csv", b"\xef\xbb\xbfid,name"),
    ],
)
def test_export_is_a_file_with_its_terms(served, kind, media_type, begins):
    response = served.public.get(f"/collections/constraints/export?f={kind}")
    assert response.headers["content-type"].startswith(media_type)
    assert f'filename="constraints_v1.{kind}"' in response.headers["content-disposition"]
    assert response.content.startswith(begins)
    if kind != "gpkg":
        assert "CC-BY-4.0" in response.text
    unchanged = {"If-None-Match": response.headers["etag"]}
    again = served.public.get(f"/collections/constraints/export?f={kind}", headers=unchanged)
    assert again.status_code == 304


def test_head_answers_where_get_does(served):
    for path in ("/", ITEMS, f"{ITEMS}/C-01", "/collections", "/healthz", "/static/icon.svg"):
        got, asked = served.public.get(path), served.public.head(path)
        assert asked.status_code == got.status_code == 200, path
        assert asked.headers["content-type"] == got.headers["content-type"]
        assert asked.headers.get("etag") == got.headers.get("etag")
    assert served.public.head("/nothing").status_code == 404


def test_large_bodies_travel_compressed(served):
    assert served.public.get(ITEMS).headers["content-encoding"] == "gzip"
    plain = served.public.get(ITEMS, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in served.public.get("/healthz").headers


def test_a_withdrawn_version_is_gone(served):
    served.publish(served.closure())
    first = served.public.get(f"{ITEMS}?version=1").json()["version"]
    approver = served.holder("approver")
    path = "/collections/constraints/versions/1/withdraw"
    assert approver.post(path, json={"reason": "Wrong file"}).status_code == 200
    for version in ("1", first):
        for path in (ITEMS, f"{ITEMS}/C-01", "/collections/constraints/export", "/embed"):
            assert_problem(served.public.get(f"{path}?version={version}"), 410, "withdrawn")
    as_of = "as-of=2026-11-18T15:59:00Z"
    assert_problem(served.public.get(f"{ITEMS}?{as_of}"), 410, "withdrawn")
    listed = served.public.get("/collections/constraints/versions").json()["versions"]
    assert [bool(item["withdrawn_at"]) for item in listed] == [False, True]
