"""What a first-time user stumbled over: each answer, popup and hint says what it is about."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import BUILT_AT
from playwright.sync_api import expect
from support.viewer import PHONE, post

from layers.edits import AddFeature
from layers.store import Store
from lca.geo import LonLat

OPENED_AT = datetime.fromisoformat(BUILT_AT) + timedelta(hours=3)
FOLLOW = "document.dispatchEvent(new Event('visibilitychange'))"
ITEMS = "collections/constraints/items"
END = {"ended_by": "Vialidad", "ended_at": "2026-11-18T14:30:00Z", "reason": "Cleared"}
CONFIRM = {"source_org": "Convoy 9", "date_of_information": "2026-11-18T14:00:00Z"}


def position(page) -> tuple[float, float, float]:
    """Zoom, latitude and longitude of the view, from the page's address."""
    page.wait_for_function("() => location.hash.includes('c=')")
    # The page is asked: the browser tells its driver of a new address later.
    given = dict(part.split("=") for part in page.evaluate("location.hash.slice(1)").split("&"))
    lat, lon = map(float, given["c"].split(","))
    return float(given["z"]), lat, lon


def closure(name: str, lon: float, lat: float) -> dict:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {
            "name": name,
            "effect": "blocked",
            "source_org": "Fire brigade",
            "date_of_information": "2026-11-18T10:00:00Z",
            "location_precision": "accurate",
            "exercise": True,
        },
    }


def test_the_map_opens_on_the_roads_whatever_lies_far_away(visit, demo_store, editable):
    address, _ = editable
    far = LonLat(lon=71.3, lat=29.9)
    row = closure("Lost minus", far.lon, far.lat)["properties"]
    row["date_of_information"] = datetime.fromisoformat(row["date_of_information"])
    with Store.open(demo_store, clock=lambda: OPENED_AT) as store:
        store.apply_edit(
            "constraints", AddFeature({**row, "id": "LOST", "geometry": far.point}), "Ana"
        )
    page = visit(address).open()
    page.locator(".card", has_text="Lost minus").wait_for()
    for button in ("Zoom in", "Show the whole area"):
        page.get_by_role("button", name=button).click()
        zoom, lat, lon = position(page)
        assert zoom >= 9
        assert (lat, lon) == (pytest.approx(-29.95, abs=0.3), pytest.approx(-71.3, abs=0.3))


def test_a_popup_follows_an_edit_and_closes_where_its_constraint_is_not(visit, editable):
    address, token = editable
    added = post(address, ITEMS, token, closure("Fallen tree", -71.25, -29.92))
    viewer = visit(address)
    page = viewer.open()
    viewer.sign_in(token)
    viewer.tab("constraints")
    page.locator(".card", has_text="Fallen tree").locator(".link").click()
    popup = page.locator(".leaflet-popup .details")
    expect(popup).to_contain_text("Closed")
    expect(popup.get_by_role("button", name="End: Fallen tree")).to_be_visible()
    expect(popup).to_contain_text("Source reliability A–F")
    post(address, f"{ITEMS}/{added['id']}/end", token, END)
    page.evaluate(FOLLOW)
    expect(popup).to_contain_text("Ended")
    expect(popup.get_by_role("button", name="End: Fallen tree")).to_have_count(0)
    viewer.tab("versions")
    page.get_by_role("button", name="Show Version 1").click()
    expect(page.locator("#banners")).to_contain_text("version 1 of 3")
    expect(page.locator(".leaflet-popup")).to_have_count(0)
    viewer.tab("constraints")
    # Looking back does not make a publication newer than it is.
    expect(page.locator("#constraints-source")).not_to_contain_text("(0 min ago)")


def test_a_changed_question_marks_the_answer_as_the_earlier_ones(visit, demo_address):
    viewer = visit(demo_address)
    page = viewer.open()
    viewer.ask()
    earlier = page.locator("#route-answer .earlier")
    way = page.locator(".leaflet-way-pane path")
    expect(way).to_have_count(2)
    page.fill("#route-destination", "nowhere at all")
    expect(earlier).to_contain_text("earlier question")
    expect(way).to_have_count(0)
    page.keyboard.press("Escape")
    page.click("#route-ask")
    expect(page.locator("#route-destination")).to_have_attribute("aria-invalid", "true")
    expect(earlier).to_be_visible()
    viewer.choose("destination", "SCSE")
    page.click("#route-ask")
    expect(way).to_have_count(2)
    expect(earlier).to_have_count(0)
    page.select_option("#route-vehicle", index=0)
    expect(earlier).to_be_visible()


def test_a_version_that_is_not_there_is_said(visit, demo_address):
    page = visit(demo_address).open("#v=999")
    expect(page.locator("#banners")).to_contain_text("There is no version 999 here")
    viewer = visit(demo_address)
    viewer.expect_complaint("404")
    viewer.page.goto(demo_address + "embed?version=999")
    expect(viewer.page.locator("main")).to_contain_text("There is no version '999'")


def test_a_right_token_takes_back_what_a_wrong_one_was_told(visit, editable):
    address, token = editable
    viewer = visit(address)
    viewer.expect_complaint("401")
    page = viewer.open()
    viewer.tab("edit")
    page.fill("#edit-token", "lca_wrong")
    page.click("text=Sign in with a token")
    expect(page.locator("#edit .failure")).to_be_visible()
    viewer.sign_in(token)
    expect(page.locator("#edit .failure")).to_have_count(0)


def test_the_departure_is_typed_in_the_operations_time(visit, demo_address):
    viewer = visit(demo_address)
    page = viewer.open()
    viewer.tab("route")
    label = page.locator("label[for=route-at]")
    expect(label).to_have_text("Departure (local time, America/Santiago)")
    page.fill("#route-at", "2026-11-18T23:00")
    expect(page.locator("#route-at-hint")).to_have_text("That is 19 Nov 2026 02:00 UTC.")
    with page.expect_request("**/routes") as asked:
        answer = viewer.ask()
    assert asked.value.post_data_json["at"] == "2026-11-19T02:00:00Z"
    figures = answer.locator(".figures")
    expect(figures).to_contain_text("18 Nov 2026 23:00 America/Santiago")
    expect(figures).to_contain_text("19 Nov 2026 02:00 UTC")
    text = page.evaluate(
        """async () => {
          const { answerText } = await import("./static/js/answer.js");
          const answer = await (await fetch("routes", { method: "POST", headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ origin: "CLCQQ", destination: "SCSE", vehicle: "truck_heavy_3", at: "2026-11-18T16:00:00Z" }) })).json();
          return answerText(answer, "America/Santiago");
        }"""
    )
    assert "Departure: 18 Nov 2026 13:00 America/Santiago (18 Nov 2026 16:00 UTC)" in text
    assert "Arrival: 18 Nov 2026" in text
    assert "Answered as of 18 Nov 2026" in text


@pytest.mark.parametrize(
    ("typed", "zone", "utc"),
    [
        ("2026-11-18T23:00", "America/Santiago", "2026-11-19T02:00:00Z"),
        ("2026-07-01T00:00", "America/Santiago", "2026-07-01T04:00:00Z"),
        ("2026-03-29T01:30", "Europe/Berlin", "2026-03-29T00:30:00Z"),
        ("2026-03-29T03:30", "Europe/Berlin", "2026-03-29T01:30:00Z"),
        ("2026-11-18T00:15", "Asia/Kathmandu", "2026-11-17T18:30:00Z"),
        ("2026-11-18T12:00", "UTC", "2026-11-18T12:00:00Z"),
    ],
)
def test_local_time_is_converted_also_when_clocks_change(visit, demo_address, typed, zone, utc):
    page = visit(demo_address).open("embed?version=1")
    given = page.evaluate(
        "async ([typed, zone]) => (await import('./static/js/format.js')).zonedInstant(typed, zone)",
        [typed, zone],
    )
    assert given == utc


def publish_typed(page, coordinates: str) -> None:
    page.click("text=Or type coordinates")
    page.fill("#edit-typed", coordinates)
    page.click("text=Use these")
    page.fill("#edit-name", "Flooded quarter")
    page.fill("#edit-source_org", "Fire brigade")
    page.click("text=Publish the constraint")


def test_roads_to_close_are_found_or_said_to_be_missed(visit, editable):
    address, token = editable
    viewer = visit(address)
    page = viewer.open()
    viewer.sign_in(token)
    page.evaluate("location.hash = '#z=12&c=-29.95,-71.3'")
    page.click("text=Add a constraint")
    hint = page.locator("#map-hint")
    expect(hint).to_contain_text("look like one road")
    viewer.click_map_at(-71.45, -29.9)  # in the sea
    expect(hint).to_contain_text("No road within 12 px")
    result = page.locator("#edit .result")
    publish_typed(page, "-29.95 -71.33; -29.95 -71.32; -29.94 -71.32")
    expect(result).to_contain_text("Not matched to any road")
    page.click("text=Add a constraint")
    publish_typed(page, "-29.97 -71.35; -29.97 -71.27; -29.91 -71.27")
    expect(result).to_contain_text("road segments")
    expect(result).to_contain_text("Ruta 5")


def test_the_only_place_with_a_part_of_a_name_is_taken(visit, demo_address):
    viewer = visit(demo_address)
    page = viewer.open()
    viewer.tab("route")
    page.fill("#route-origin", "Harbour warehouse")
    page.fill("#route-destination", "SCSE")
    page.keyboard.press("Escape")
    page.click("#route-ask")
    page.locator(".verdict").wait_for()
    expect(page.locator("#route-origin")).to_have_value("Harbour warehouse (exercise)")


def test_a_comparison_keeps_the_versions_that_were_chosen(visit, editable):
    address, token = editable
    for convoy in ("Convoy 7", "Convoy 8"):
        post(address, f"{ITEMS}/EX-C01/confirm", token, {**CONFIRM, "source_org": convoy})
    viewer = visit(address)
    page = viewer.open()
    viewer.tab("versions")
    page.select_option("#compare-from", "1")
    page.select_option("#compare-to", "2")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".diff")).to_be_visible()
    expect(page.locator("#compare-from")).to_have_value("1")
    expect(page.locator("#compare-to")).to_have_value("2")


def test_on_a_phone_the_map_comes_to_where_it_is_needed(visit, editable):
    address, token = editable
    post(address, f"{ITEMS}/EX-C01/confirm", token, CONFIRM)
    viewer = visit(address, viewport=PHONE)
    page = viewer.open()
    page.locator(".card .link").last.click()
    expect(page.locator(".leaflet-popup .details h3")).to_be_in_viewport()
    assert Axe().run(page).response["violations"] == []
    viewer.tab("route")
    page.get_by_role("button", name="To: Pick on map").click()
    expect(page.locator(".leaflet-popup")).to_have_count(0)
    expect(page.locator("#map")).to_be_in_viewport(ratio=0.95)
    page.keyboard.press("Escape")
    viewer.tab("versions")
    page.get_by_role("button", name="Show Version 1").click()
    expect(page.locator(".banner.old-version")).to_be_in_viewport()
