"""Take the pictures of the README from a running demo, so that they show what a visitor sees.

Usage: ``lca demo`` in one terminal, ``python scripts/screenshots.py http://127.0.0.1:8000/`` in
another; needs Debian's chromium. Pictures go to ``docs/img``.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PICTURES = Path(__file__).resolve().parents[1] / "docs" / "img"
COLOURS = 256  # a map has few: a palette keeps a picture under 200 kB without visible loss


def open_viewer(browser: Browser, address: str, width: int, height: int, scale: float) -> Page:
    """Open the viewer with everything drawn, without moving parts."""
    page = browser.new_page(
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        reduced_motion="reduce",
    )
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    return page


def ask(page: Page, origin: str, destination: str) -> None:
    """Check a route between two places."""
    page.click("#tab-button-route")
    for end, text in (("origin", origin), ("destination", destination)):
        page.fill(f"#route-{end}", text)
        page.locator(f"#route-{end}-list [role=option]").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    page.click("#route-ask")
    page.locator(".verdict").wait_for()


def save(page: Page, name: str) -> None:
    """Write what the window shows, with a small palette."""
    settle(page)
    shown = Image.open(BytesIO(page.screenshot()))
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{name}.png"
    shown.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path} {path.stat().st_size // 1000} kB")


def settle(page: Page) -> None:
    """Wait until the tiles and names of the last move are painted: two frames after the last."""
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    page.wait_for_load_state("networkidle")


def main(address: str) -> None:
    """Take every picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = open_viewer(browser, address, 1280, 800, 1)
        save(page, "viewer-list")
        ask(page, "CLCQQ", "SCSE")
        save(page, "viewer-route")
        page = open_viewer(browser, address, 390, 844, 2)
        save(page, "viewer-phone")
        page = open_viewer(browser, f"{address}#z=15&c=-29.93900,-71.28400", 900, 600, 1)
        save(page, "viewer-closeup")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000/")
