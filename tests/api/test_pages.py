"""The HTML pages: who gets them, what stands in them, and that nothing in them runs."""

from __future__ import annotations

import html.parser
import json

import pytest
from starlette.testclient import TestClient
from support.checkedclient import assert_problem, client_for

from api.app import create_app
from api.settings import Settings

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PAYLOADS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "{{ 7 * 7 }}{% raw %}",
    "<!--<script>",
    "'><svg/onload=alert(1)>",
]


class Tags(html.parser.HTMLParser):
    """Collects a page's tags, attributes and data blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.data: list[str] = []
        self.text: list[str] = []
        self._in_data = False

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        self._in_data = tag == "script" and dict(attributes).get("type") == "application/json"

    def handle_endtag(self, tag):
        self._in_data = False

    def handle_data(self, data):
        (self.data if self._in_data else self.text).append(data)


def read(page):
    parser = Tags()
    parser.feed(page)
    return parser


@pytest.mark.parametrize(
    ("accept", "query", "is_page"),
    [
        (BROWSER, "", True),
        ("application/json", "", False),
        ("*/*", "", False),
        ("text/html;q=0.2, application/json", "", False),
        (BROWSER, "?f=json", False),
        ("application/json", "?f=html", True),
    ],
)
def test_a_browser_gets_the_viewer_and_a_program_the_landing_page(served, accept, query, is_page):
    response = served.public.get(f"/{query}", headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html") is is_page
    assert "Accept" in response.headers["vary"]


def test_every_link_of_the_landing_page_answers(served):
    for item in served.public.get("/?f=json").json()["links"]:
        response = served.public.get(item["href"])
        assert response.status_code == 200, item
        assert response.headers["content-type"].split(";")[0] == item["type"].split(";")[0]


def test_the_list_is_in_the_page_before_any_script_runs(served):
    served.publish(served.closure())
    page = served.public.get("/?f=html").text
    assert "Landslide on the hill road" in page
    assert "Harbour of Ayé" in page
    assert "Exercise" in page
    data = json.loads("".join(read(page).data))
    assert data["heads"]["constraints"]["number"] == 2
    assert data["build"] == served.town.network.digest


@pytest.mark.parametrize("payload", PAYLOADS)
def test_names_are_text_and_never_markup(served, payload):
    def pages():
        return [read(served.public.get(path).text) for path in ("/?f=html", "/embed")]

    def shapes():
        return [[(tag, sorted(named)) for tag, named in page.found] for page in pages()]

    served.publish(served.closure("HARMLESS", name="Plain name", source_org="Plain source"))
    served.publish({**served.closure("PORT-2"), "properties": port("Plain port")}, "ports")
    plain = shapes()
    editor = served.holder("editor")
    for layer, key in (("constraints", "HARMLESS"), ("ports", "PORT-2")):
        change = {"properties": {"name": payload, "source_org": payload}, "reason": payload}
        assert editor.patch(f"/collections/{layer}/items/{key}", json=change).status_code == 200
    assert shapes() == plain, "a name made a tag or an attribute"
    assert all(payload in "".join(page.text) for page in pages())


def port(name):
    told = "2026-11-18T14:00:00Z"
    return {"name": name, "source_org": "Survey", "date_of_information": told}


def test_a_browser_reads_that_a_version_is_not_there(served):
    shown = TestClient(served.app).get("/embed?version=999", headers={"Accept": BROWSER})
    assert shown.status_code == 404
    assert shown.headers["content-type"].startswith("text/html")
    assert "999" in "".join(read(shown.text).text)
    assert "Open the current map" in shown.text
    assert_problem(served.public.get("/embed?version=999"), 404)


def test_no_script_stands_in_a_page(served):
    for path in ("/?f=html", "/embed"):
        for tag, attributes in read(served.public.get(path).text).found:
            if tag == "script":
                assert attributes.get("src") or attributes.get("type") == "application/json"
            assert not [name for name in attributes if name.startswith("on")]
            for name in ("src", "href"):
                assert not (attributes.get(name) or "").startswith(("http:", "https:", "//"))


def test_every_file_that_a_page_names_is_served(served):
    for path in ("/?f=html", "/embed"):
        for _, attributes in read(served.public.get(path).text).found:
            for name in ("src", "href"):
                target = (attributes.get(name) or "").split("#")[0]
                if target.startswith("static/"):
                    assert served.public.get(f"/{target}").status_code == 200, target


def test_only_the_embedded_map_may_be_framed(served):
    for path in ("/", "/?f=html", "/collections", "/nothing", "/static/icon.svg"):
        assert (
            "frame-ancestors 'none'" in served.public.get(path).headers["content-security-policy"]
        )
    assert "frame-ancestors *" in served.public.get("/embed").headers["content-security-policy"]
    settings = Settings(store=served.store.root, embed_ancestors="https://reports.example.org")
    app = create_app(settings, clock=served.clock)
    policy = client_for(app).get("/embed").headers["content-security-policy"]
    assert policy.endswith("frame-ancestors https://reports.example.org")
    app.state.service.store.close()


def test_the_embedded_map_is_pinned_and_says_when_a_newer_one_exists(served):
    def data(query):
        return served.public.get(f"/embed{query}").text

    assert "A newer version exists" not in data("?version=1")
    served.publish(served.closure())
    assert "A newer version exists: 2" in data("?version=1")
    assert "Landslide" not in data("?version=1")
    assert "Landslide" in data("")
    assert_problem(served.public.get("/embed?version=7"), 404)
    assert_problem(served.public.get("/embed?version=1&as-of=2026-11-18"), 400)


def test_files_of_the_viewer(served):
    vendored = served.public.get("/static/vendor/leaflet-1.9.4/leaflet.css")
    assert vendored.headers["cache-control"] == "public, max-age=31536000, immutable"
    own = served.public.get("/static/icon.svg")
    assert own.headers["cache-control"] == "no-cache"
    unchanged = {"If-None-Match": own.headers["etag"]}
    assert served.public.get("/static/icon.svg", headers=unchanged).status_code == 304
    for path in ("nothing.js", "../templates/viewer.html", "%2e%2e/__init__.py"):
        assert_problem(served.public.get(f"/static/{path}"), 404)


def test_a_store_with_nothing_in_it_has_a_page(tmp_path, clock):
    app = create_app(Settings(store=tmp_path / "new"), clock=clock)
    client = client_for(app)
    assert client.get("/?f=html").status_code == 200
    assert client.get("/collections").json()["collections"] == []
    assert client.get("/readyz").json()["checks"]["build"] == "none registered"
    assert_problem(client.get("/embed"), 404)
    question = {"origin": "A", "destination": "B", "vehicle": "truck_light"}
    body = assert_problem(client.post("/routes", json=question), 404)
    assert "lca roads build" in body["do_next"]
    app.state.service.store.close()
