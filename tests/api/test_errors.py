"""One error shape for whatever goes wrong, and nothing of the machine in it."""

from __future__ import annotations

import inspect
import logging

import pytest
from starlette.testclient import TestClient
from support.checkedclient import assert_problem

import lca.errors
from api import errors
from lca.errors import DownloadFailed, LcaError, PortInUse


def all_errors(base=LcaError):
    for kind in base.__subclasses__():
        yield kind
        yield from all_errors(kind)


AT_THE_TERMINAL_ONLY = {PortInUse, DownloadFailed}


@pytest.mark.parametrize(
    "kind", sorted(set(all_errors()) - AT_THE_TERMINAL_ONLY, key=lambda k: k.__name__)
)
def test_every_error_of_ours_has_its_own_line_in_the_table(kind):
    assert kind in errors.STATUS
    status, slug, title = errors.STATUS[kind]
    assert 400 <= status < 600
    assert slug.replace("-", "").isalpha()
    assert title[0].isupper()


def test_no_two_errors_share_a_type():
    slugs = [slug for _, slug, _ in errors.STATUS.values()]
    assert len(slugs) == len(set(slugs))


def test_the_table_names_the_tree_and_no_more():
    ours = {kind for _, kind in inspect.getmembers(lca.errors, inspect.isclass)}
    assert set(errors.STATUS) <= ours | {errors.Busy, errors.TooLarge}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/collections/", 404),
        ("DELETE", "/collections", 405),
        ("POST", "/", 405),
        ("GET", "/collections/constraints/items/a/b", 404),
        ("GET", "/static/nothing", 404),
        ("POST", "/static/icon.svg", 405),
        ("GET", "/collections/%00/items", 404),
    ],
)
def test_the_frameworks_own_errors_have_our_shape(served, method, path, status):
    body = assert_problem(served.public.request(method, path), status)
    assert body["do_next"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/collections/constraints/items", "GET, HEAD, POST"),
        ("/collections/constraints/items/C-01", "GET, HEAD, PATCH"),
        ("/routes", "POST"),
        ("/static/icon.svg", "GET, HEAD"),
    ],
)
def test_what_is_possible_is_told(served, path, allowed):
    response = served.public.delete(path)
    assert assert_problem(response, 405)["do_next"] == f"Possible: {allowed}."
    assert response.headers["allow"] == allowed


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"{", 400), (b"", 422), (b"[]", 422), (b"null", 422), (b"\xff\xfe", 400), (b"[" * 5000, 400)],
)
def test_a_body_that_is_no_question(served, content, status):
    headers = {"Content-Type": "application/json"}
    assert_problem(served.public.post("/routes", content=content, headers=headers), status)


def test_a_body_above_the_limit_is_cut_off(served):
    too_long = b'{"origin": "' + b"x" * 1_000_000 + b'"}'
    headers = {"Content-Type": "application/json"}
    assert_problem(served.public.post("/routes", content=too_long, headers=headers), 413)

    def unsized():
        for _ in range(2000):
            yield b" " * 1000

    assert_problem(served.public.post("/routes", content=unsized(), headers=headers), 413)


def test_each_fault_of_a_body_is_told_with_its_place(served):
    body = assert_problem(served.ask(at="noon", policy={"unknown": "maybe"}), 422)
    assert [item["where"] for item in body["issues"]] == ["body.at", "body.policy.unknown"]
    assert "'noon' is not a date and time. Write it as" in body["detail"]
    assert ".." not in body["detail"]


def test_an_error_that_nobody_foresaw_says_a_number_and_nothing_else(served, monkeypatch, caplog):
    def broken(*_arguments, **_options):
        raise RuntimeError("password at /root/secret")

    monkeypatch.setattr(type(served.store), "page", broken)
    client = TestClient(served.app, raise_server_exceptions=False)
    with caplog.at_level(logging.ERROR):
        response = client.get("/collections/constraints/items?bbox=1,2,3,4")
    body = assert_problem(response, 500, "internal")
    assert "password" not in response.text
    assert body["incident"] in caplog.text
    assert "bbox" not in caplog.records[-1].getMessage()
    assert response.headers["x-content-type-options"] == "nosniff"


def test_a_store_that_cannot_be_read_is_never_answered_from(served):
    assert served.ask().status_code == 200
    served.store.catalogue.close()  # pooled connections still have the pages in memory
    (served.store.root / "catalogue.sqlite").write_bytes(b"no database any more" * 200)
    for path in ("/collections/constraints/items", "/readyz", "/roads/status?vehicle=truck_light"):
        response = served.public.get(path)
        body = assert_problem(response, 503, "store-unavailable")
        assert str(served.store.root) not in response.text
        assert body["do_next"]
        assert int(response.headers["retry-after"]) > 0
    assert_problem(served.ask(), 503, "store-unavailable")
    assert served.public.get("/healthz").json()["status"] == "ok"


def test_a_clock_behind_the_store_is_not_trusted(served):
    served.publish(served.closure())
    served.clock.tick(hours=-1)
    assert_problem(served.ask(), 503, "store-unavailable")
    assert_problem(served.public.get("/readyz"), 503)


def test_readiness_reads_what_answers_need(served):
    assert set(served.public.get("/readyz").json()["checks"]) == {"catalogue", "heads", "build"}


def test_a_worker_without_its_roads_is_not_ready(served):
    for part in (served.store.builds_dir / served.town.network.digest).iterdir():
        part.unlink()
    assert_problem(served.public.get("/readyz"), 503, "store-unavailable")
    assert_problem(served.ask(), 503, "store-unavailable")
