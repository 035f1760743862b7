"""Every page for every visitor: no JavaScript, phone, keyboard, screen reader, frames, hostile names."""

from __future__ import annotations

import pytest
import shapely.geometry
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from support.viewer import DESKTOP, NARROWEST, PHONE, get, post

HOSTILE = (
    "<img src=x onerror=\"document.title='pwned'\"></script><script>document.title='pwned'</script>"
)
TABS = ("constraints", "route", "layers", "versions", "edit")


def add_constraint(address: str, token: str, name: str) -> dict:
    return post(
        address,
        "collections/constraints/items",
        token,
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [-71.25, -29.92]},
            "properties": {
                "name": name,
                "effect": "blocked",
                "source_org": name,
                "date_of_information": "2026-11-18T10:00:00Z",
                "location_precision": "accurate",
                "exercise": True,
            },
        },
    )


def test_the_list_needs_no_javascript(visit, demo_address):
    viewer = visit(demo_address, java_script_enabled=False)
    page = viewer.page
    page.goto(demo_address)
    cards = page.locator("#constraint-list .card")
    expect(cards).to_have_count(11)
    first = cards.first
    expect(first.locator("h3")).to_be_visible()
    expect(first).to_contain_text("Source:")
    expect(first.locator("time").first).to_be_visible()
    expect(page.locator("#facilities")).to_contain_text("La Florida Airport")
    expect(page.locator("body")).to_contain_text("needs", use_inner_text=True)


def test_the_list_is_the_same_with_and_without_javascript(visit, demo_address):
    plain = visit(demo_address, java_script_enabled=False).page
    plain.goto(demo_address)
    rich = visit(demo_address).open()

    def cards(page):
        return {
            (card.locator("h3").inner_text(), card.get_attribute("class").split()[1], card.locator(".status b").inner_text())
            for card in page.locator("#constraint-list .card").all()
        }  # fmt: skip

    assert cards(plain) == cards(rich)


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_on_any_tab(visit, demo_address, viewport):
    viewer = visit(demo_address, viewport=viewport)
    page = viewer.open()
    viewer.ask()
    for tab in TABS:
        viewer.tab(tab)
        report = Axe().run(page).response
        assert [
            (rule["id"], [node["html"] for node in rule["nodes"]]) for rule in report["violations"]
        ] == []


def test_axe_finds_nothing_in_the_embedded_map_and_in_popups(visit, demo_address):
    page = visit(demo_address).open("embed?version=1")
    assert Axe().run(page).response["violations"] == []
    page = visit(demo_address).open()
    page.locator(".card .link").first.click()
    page.locator(".details").wait_for()
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("viewport", [PHONE, NARROWEST], ids=["phone", "320 px"])
def test_small_screens_scroll_one_way_only(visit, demo_address, viewport):
    viewer = visit(demo_address, viewport=viewport)
    page = viewer.open()
    viewer.ask()
    for tab in TABS:
        viewer.tab(tab)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], tab


def test_the_list_is_a_keyboards_way_to_the_map_and_back(visit, demo_address):
    page = visit(demo_address).open()
    button = page.locator(".card .link").first
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup .details")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".leaflet-popup")).to_have_count(0)
    expect(page.locator(".card .link").first).to_be_focused()


def test_few_tab_stops_lead_to_the_list(visit, demo_address):
    page = visit(demo_address).open()
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("Boolean(document.activeElement.closest('.card'))"):
            return
    pytest.fail("The list is more than ten tab stops away.")


def test_the_address_brings_back_the_same_view(visit, demo_address):
    viewer = visit(demo_address)
    page = viewer.open("#z=15&c=-29.95000,-71.30000&layers=constraints,ports&tab=layers")
    expect(page.locator("#tab-layers")).to_be_visible()
    assert page.is_checked("[name=layer-ports]")
    assert not page.is_checked("[name=layer-roads]")
    shown = page.evaluate("location.hash")
    assert "z=15" in shown
    assert "layers=constraints,ports" in shown


def test_nonsense_in_the_address_is_ignored(visit, demo_address):
    page = visit(demo_address).open("#z=abc&c=99,999&v=77&sel=constraints/none&tab=<b>")
    expect(page.locator("#tab-constraints")).to_be_visible()
    expect(page.locator("#version-chip")).to_have_text("constraints v1")


def test_hostile_names_stay_names(visit, editable):
    address, token = editable
    add_constraint(address, token, HOSTILE)
    viewer = visit(address)
    page = viewer.open()
    card = page.locator(".card", has_text="onerror")
    expect(card.locator("h3")).to_have_text(HOSTILE)
    card.locator(".link").click()
    expect(page.locator(".details h3")).to_have_text(HOSTILE)
    viewer.ask()
    viewer.tab("versions")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".diff")).to_contain_text("onerror")
    assert page.locator("img[src=x]").count() == 0
    assert page.title() != "pwned"
    embedded = visit(address).open("embed?version=2")
    assert embedded.title() != "pwned"


def test_an_embedded_map_is_pinned_and_says_when_it_is_old(visit, editable):
    address, token = editable
    page = visit(address).open("embed?version=1")
    expect(page.locator("body")).to_contain_text("version 1, as of 2026-11-18")
    expect(page.locator(".credit")).to_contain_text("OpenStreetMap")
    expect(page.locator(".exercise").first).to_be_visible()
    expect(page.locator("#newer")).to_be_hidden()
    add_constraint(address, token, "Fallen tree")
    page = visit(address).open("embed?version=1")
    expect(page.locator("#newer")).to_contain_text("A newer version exists: 2")
    assert page.locator(".pin[title='Fallen tree']").count() == 0
    shown = visit(address).open("embed?version=2")
    expect(shown.locator(".pin-closed[title='Fallen tree']")).to_have_count(1)


def test_an_open_page_follows_what_others_publish(visit, editable):
    address, token = editable
    viewer = visit(address)
    page = viewer.open()
    add_constraint(address, token, "Fallen tree")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".card", has_text="Fallen tree")).to_be_visible()
    expect(page.locator("#version-chip")).to_have_text("constraints v2")
    expect(page.locator("#announce")).to_contain_text("Version 2")


def test_a_lost_service_marks_the_list_as_old(visit, demo_address):
    viewer = visit(demo_address)
    viewer.expect_complaint("ERR_|Failed to load")
    page = viewer.open()
    page.context.set_offline(offline=True)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#banners")).to_contain_text("cannot be reached")
    expect(page.locator("#constraints-source")).to_contain_text("OLD")
    assert page.locator(".card").count() == 11
    page.context.set_offline(offline=False)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#banners")).to_be_empty()


def test_a_road_says_what_the_map_knows_of_it(visit, demo_address):
    status = get(demo_address, "roads/status?vehicle=truck_heavy_3")
    flooded = [
        key for key, state in status["segments"].items() if state["constraints"] == ["EX-C01"]
    ]
    segment = get(demo_address, f"builds/{status['build']}/segments/{flooded[0]}")
    line = shapely.geometry.shape(segment["geometry"])
    middle = line.interpolate(0.5, normalized=True)
    viewer = visit(demo_address)
    page = viewer.open()
    viewer.click_map_at(middle.x, middle.y)
    details = page.locator(".leaflet-popup .details")
    expect(details).to_contain_text("Closed")
    expect(details).to_contain_text("Tsunami flooding")
    expect(details).to_contain_text("Limits in OpenStreetMap")


def test_a_place_that_is_not_known_is_said_before_anything_is_asked(visit, demo_address):
    viewer = visit(demo_address)
    page = viewer.open()
    viewer.tab("route")
    page.fill("#route-origin", "-29.95, -71.33")
    page.keyboard.press("Escape")
    page.click("#route-ask")
    expect(page.locator("#route-origin")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#route-origin-hint")).to_contain_text("lat=-29.95,lon=-71.33")


def test_ends_can_be_picked_on_the_map(visit, demo_address):
    viewer = visit(demo_address)
    page = viewer.open("#z=16&c=-29.95,-71.335&tab=route")
    page.get_by_role("button", name="From: Pick on map").click()
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#route-origin-hint")).to_contain_text("lat=-29.9")
    viewer.choose("destination", "SCSE", code="SCSE")
    page.click("#route-ask")
    expect(page.locator(".verdict h3").first).to_have_text("Viable")
