"""What a visitor does in the viewer, in words that a test can use."""

from __future__ import annotations

import json
import re
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, ViewportSize, expect

WAIT_MS = 60_000
"""Guards against a page that hangs; a busy machine takes seconds."""
DESKTOP = ViewportSize(width=1280, height=800)
expect.set_options(timeout=WAIT_MS)
PHONE = ViewportSize(width=390, height=844)
NARROWEST = ViewportSize(width=320, height=640)
"""WCAG 1.4.10: a page must reflow at this width."""


class Visit:
    """One page of the service; it notes requests to other hosts and complaints of the browser."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.foreign: list[str] = []
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.expected = ""
        page.set_default_timeout(WAIT_MS)
        page.on("request", self._note_request)
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note_request(self, request: Request) -> None:
        self.requests.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme != "data" and parts.netloc != urlsplit(self.address).netloc:
            self.foreign.append(request.url)

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not (
            self.expected and re.search(self.expected, message.text)
        ):
            self.complaints.append(message.text)

    def expect_complaint(self, pattern: str) -> None:
        """Allow the browser to log what this test provokes (a 409, a lost connection)."""
        self.expected = pattern

    def open(self, path: str = "") -> Page:
        """Go to a page of the service and wait until everything is drawn."""
        self.page.goto(self.address + path)
        self.page.wait_for_selector("html[data-ready]")
        return self.page

    def tab(self, name: str) -> None:
        """Open one of the panel's tabs."""
        self.page.click(f"#tab-button-{name}")

    def choose(self, end: str, text: str, *, code: str | None = None) -> None:
        """Search an end of the route (``origin`` or ``destination``) and take the first hit."""
        self.page.fill(f"#route-{end}", text)
        self.page.locator(f"#route-{end}-list [role=option]").first.wait_for()
        self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")
        if code:
            expect(self.page.locator(f"#route-{end}-hint")).to_have_text(code)

    def ask(self, origin: str = "CLCQQ", destination: str = "SCSE") -> Locator:
        """Ask for a way and return the answer."""
        self.tab("route")
        self.choose("origin", origin)
        self.choose("destination", destination)
        self.page.click("#route-ask")
        answer = self.page.locator(".verdict")
        answer.wait_for()
        return answer

    def sign_in(self, token: str) -> None:
        """Sign in with a token."""
        self.tab("edit")
        self.page.fill("#edit-token", token)
        self.page.click("text=Sign in with a token")
        self.page.locator("text=Signed in as").first.wait_for()

    def click_map_at(
        self, lon: float, lat: float, *, zoom: int = 18, right: int = 0, down: int = 0
    ) -> None:
        """Move the map to a position, as a permalink does, and click some pixels beside it."""
        # Once the view stands, the page puts an address of its own, with five decimals, in the
        # place of this one. The page itself is asked: the browser tells its driver of a new
        # address later, and the address of the view before would pass for the answer.
        asked = f"#z={zoom}&c={lat:.7f},{lon:.7f}"
        self.page.evaluate("asked => { location.hash = asked; }", asked)
        self.page.wait_for_function("asked => location.hash !== asked", arg=asked)
        box = self.page.locator("#map").bounding_box()
        assert box
        self.page.mouse.click(
            box["x"] + box["width"] / 2 + right, box["y"] + box["height"] / 2 + down
        )


def get(address: str, path: str) -> Any:
    """Ask the service for a JSON body."""
    with urllib.request.urlopen(address + path, timeout=WAIT_MS / 1000) as answer:
        return json.load(answer)


def post(address: str, path: str, token: str, body: object) -> Any:
    """Send an edit as another client would."""
    request = urllib.request.Request(
        address + path,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=WAIT_MS / 1000) as answer:
        return json.load(answer)
