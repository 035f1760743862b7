"""What the viewer's files may hold: no third party, no markup from strings, no dead text."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

import web
from layers.spec import load_specs

ROOT = Path(web.__file__).parent
STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
MODULES = sorted((STATIC / "js").glob("*.js"))
TEMPLATES = sorted((ROOT / "templates").glob("*.html"))
OWN = [*MODULES, *TEMPLATES, *STATIC.glob("*.css"), *STATIC.glob("*.svg")]
MODULE_LINES = 300


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _name(path: Path) -> str:
    return path.name


def test_vendored_files_are_those_that_were_written_down():
    listed = json.loads(_text(VENDOR / "vendor.json"))
    assert {path.name for path in VENDOR.iterdir() if path.is_dir()} == set(listed)
    for folder, package in listed.items():
        found = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (VENDOR / folder).iterdir()
        }
        assert found == package["sha256"], f"{folder}: run scripts/vendor.py"
        assert package["licence"]
        assert "LICENSE" in found


@pytest.mark.parametrize("path", OWN, ids=_name)
def test_nothing_points_to_another_host(path: Path):
    foreign = set(re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", _text(path)))
    assert foreign <= {"http://www.w3.org"}, "namespaces only"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_no_text_becomes_markup_or_code(path: Path):
    """A place name with `<img onerror>` must stay a name (reliability, finding 8)."""
    bad = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc"
    assert not re.findall(bad, _text(path))


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_templates_need_no_inline_script_or_style(path: Path):
    html = _text(path)
    assert not re.findall(r"\sstyle=|\son[a-z]+=|<style|\|\s*safe\b|autoescape false", html)
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL):
        assert 'type="application/json"' in attributes or not body.strip()


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_addresses_are_relative_so_that_a_path_prefix_works(path: Path):
    assert not re.findall(r'(?:href|src)="/', _text(path))


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_is_one_noun_and_says_its_job(path: Path):
    text = _text(path)
    assert text.startswith("/** ")
    assert len(text.splitlines()) < MODULE_LINES


def test_every_module_of_the_viewer_is_fetched_at_once():
    needed: set[str] = set()
    waiting = ["main.js"]
    while waiting:
        imports = re.findall(r'from "\./([a-z]+\.js)"', _text(STATIC / "js" / waiting.pop()))
        waiting += set(imports) - needed
        needed.update(imports)
    html = _text(ROOT / "templates" / "viewer.html")
    listed = html[html.index("{% for name in (") : html.index('modulepreload" href="static/js/')]
    assert {f"{name}.js" for name in re.findall(r'"([a-z]+)"', listed)} == needed


def test_one_module_touches_leaflet():
    users = [path.name for path in MODULES if re.search(r"leaflet|_leaflet|\bL\.", _text(path))]
    assert users == ["map.js"]


def test_tokens_stay_in_the_tab_and_questions_in_memory():
    everything = "".join(map(_text, MODULES))
    assert "localStorage" not in everything
    assert "document.cookie" not in everything
    keepers = [path.name for path in MODULES if "sessionStorage" in _text(path)]
    assert keepers == ["edit.js"]
    permalink = _text(STATIC / "js" / "permalink.js")
    assert not re.search(r"origin|destination|vehicle|depart", permalink)


def test_every_text_exists_and_is_used():
    catalogue = _text(STATIC / "js" / "text.js")
    table = catalogue[catalogue.index("const EN") : catalogue.index("};")]
    keys = set(re.findall(r"(?:^|[\s{])(\w+): \"", table))
    others = "".join(_text(path) for path in MODULES if path.name != "text.js")
    asked = set(re.findall(r"[^\w]t\(\"(\w+)\"", others))
    forms = {key.rsplit("_", 1)[0] for key in keys if key.endswith(("_one", "_other"))}
    assert asked <= keys | forms
    words = set(re.findall(r"[\w]+", others)) | VOCABULARY
    unused = {key for key in keys if key not in words and key.rsplit("_", 1)[0] not in words}
    assert not unused


# Words of the domain's vocabularies that reach t() and word() as data.
VOCABULARY = {
    "operational",
    "not_operational",
    "planned",
    "destroyed",
    "unknown",
    "viable_with_conditions",
    "delay_only",
    "blocked",
    "both",
    "forward",
    "backward",
}


def test_every_symbol_that_is_used_is_drawn():
    drawn = set(re.findall(r'<symbol id="(\w+)"', _text(STATIC / "symbols.svg")))
    used = set(re.findall(r'symbol\("(\w+)"', "".join(map(_text, MODULES + TEMPLATES))))
    assert used <= drawn
    assert {"ports", "airports", "storage", "fuel", "border_crossings", "places"} <= drawn


def test_icons_of_facilities_cover_every_layer():
    drawn = set(re.findall(r'<symbol id="(\w+)"', _text(STATIC / "symbols.svg")))
    listed = _text(STATIC / "js" / "layers.js") + _text(STATIC / "js" / "data.js")
    for name, spec in load_specs().items():
        if spec.kind.holds_places:
            assert name in drawn
            assert f'"{name}"' in listed
