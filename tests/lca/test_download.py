"""A file is whole and checked, or it is not there; what has come is never fetched twice."""

from __future__ import annotations

import errno
import hashlib
import random
import urllib.request
from email.message import Message
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fileserver import Served, file_server

from lca.download import Downloader, Terms, _WebRedirects, require_web_address
from lca.errors import DownloadFailed, NotFound, UsageError

BODY = random.Random(7).randbytes(300_000)
PATH = "/africa/sudan-latest.osm.pbf"


@pytest.fixture
def server():
    with file_server() as running:
        yield running


class Pauses(list):
    """Sleeps without sleeping; the clock goes on by what was slept."""

    def __call__(self, seconds):
        self.append(seconds)

    def monotonic(self):
        return float(sum(self))


@pytest.fixture
def pauses():
    return Pauses()


@pytest.fixture
def get(server, pauses, tmp_path):
    def act(path=PATH, terms=None, **options):
        progress = options.pop("progress", lambda *_: None)
        loader = Downloader(terms, progress=progress, sleep=pauses, monotonic=pauses.monotonic)
        return loader.fetch(server.url(path), tmp_path / "roads.osm.pbf", **options)

    return act


def left(tmp_path):
    return sorted(path.name for path in tmp_path.iterdir())


def test_a_file_comes_whole_and_is_told_as_it_comes(server, get, tmp_path):
    server.serve(PATH, BODY)
    told = []
    got = get(progress=lambda done, total: told.append((done, total)))
    assert got.path.read_bytes() == BODY
    assert (got.size, got.sha256) == (len(BODY), hashlib.sha256(BODY).hexdigest())
    assert got.changed
    assert got.checked is None
    assert told[-1] == (len(BODY), len(BODY))
    assert left(tmp_path) == ["roads.osm.pbf", "roads.osm.pbf.fetched.json"]


def test_what_broke_off_is_gone_on_with_not_begun_again(server, get, pauses, tmp_path):
    server.serve(PATH, BODY, break_after=[100_000, 50_000])
    assert get().path.read_bytes() == BODY
    ranges = [item.headers["Range"] for item in server.asked]
    assert ranges == [None, "bytes=100000-", "bytes=150000-"]
    assert pauses == [2.0, 4.0]
    assert left(tmp_path) == ["roads.osm.pbf", "roads.osm.pbf.fetched.json"]


def test_it_is_gone_on_with_also_by_another_run(server, get):
    server.serve(PATH, BODY, break_after=[100_000])
    with pytest.raises(DownloadFailed, match="ended after 100,000 of 300,000 bytes"):
        get(terms=Terms(attempts=1))
    assert get().path.read_bytes() == BODY
    assert server.asked[-1].headers["Range"] == "bytes=100000-"


def test_a_file_that_changed_meanwhile_is_begun_again(server, get, tmp_path):
    server.serve(PATH, BODY, break_after=[100_000])
    with pytest.raises(DownloadFailed):
        get(terms=Terms(attempts=1))
    other = BODY[::-1]
    server.serve(PATH, other)
    assert get().path.read_bytes() == other


@pytest.mark.parametrize("options", [{"ranges": False}, {"etag": None}, {"etag": 'W/"weak"'}])
def test_a_server_of_fewer_words_is_served_too(server, get, options):
    server.serve(PATH, BODY, break_after=[100_000], **options)
    assert get().path.read_bytes() == BODY


def test_without_anything_that_names_the_bytes_it_begins_again(server, get):
    server.serve(PATH, BODY, break_after=[100_000], etag=None, modified=None)
    assert get().path.read_bytes() == BODY
    assert [item.headers["Range"] for item in server.asked] == [None, None]


def test_chunks_that_break_off_are_noticed(server, get):
    server.serve(PATH, BODY, chunked=True, break_after=[100_000])
    assert get().path.read_bytes() == BODY
    assert len(server.asked) == 2


@settings(max_examples=25, deadline=None)
@given(
    body=st.binary(max_size=400),
    cuts=st.lists(st.integers(0, 120), max_size=6),
    ranges=st.booleans(),
    etag=st.sampled_from(['"a"', 'W/"a"', None]),
    chunked=st.booleans(),
)
def test_however_often_it_breaks_off_the_bytes_are_the_servers(
    tmp_path_factory, body, cuts, ranges, etag, chunked
):
    target = tmp_path_factory.mktemp("get") / "file"
    with file_server() as server:
        server.serve("/f", body, ranges=ranges, etag=etag, chunked=chunked, break_after=cuts)
        loader = Downloader(Terms(attempts=20), sleep=lambda _: None)
        got = loader.fetch(server.url("/f"), target)
    assert target.read_bytes() == body
    assert got.sha256 == hashlib.sha256(body).hexdigest()


def test_a_file_that_has_not_changed_is_not_fetched_again(server, get):
    server.serve(PATH, BODY)
    first = get()
    again = get()
    assert not again.changed
    assert (again.sha256, again.path) == (first.sha256, first.path)
    server.serve(PATH, BODY + b"more")
    assert get().changed


def test_a_file_that_was_touched_here_is_fetched_again(server, get, tmp_path):
    server.serve(PATH, BODY)
    get()
    (tmp_path / "roads.osm.pbf").write_bytes(BODY[:-1] + b"x")
    assert get().path.read_bytes() == BODY


def test_another_address_is_another_file(server, get):
    server.serve(PATH, BODY)
    server.serve("/other", b"other")
    get()
    assert get("/other").path.read_bytes() == b"other"


@pytest.mark.parametrize("kind", ["md5", "sha256"])
def test_the_servers_checksum_is_compared(server, get, kind):
    server.serve(PATH, BODY)
    digest = hashlib.new(kind, BODY).hexdigest()
    server.serve(PATH + ".sum", f"{digest}  sudan.osm.pbf\n".encode())
    assert get(checksum=server.url(PATH + ".sum")).checked == kind


def test_a_wrong_checksum_leaves_what_was_there(server, get, tmp_path):
    server.serve(PATH, BODY)
    get()
    server.serve(PATH, b"damaged on the mirror")
    server.serve(PATH + ".md5", b"0" * 32)
    with pytest.raises(DownloadFailed, match="not what the server's md5 says"):
        get(checksum=server.url(PATH + ".md5"))
    assert (tmp_path / "roads.osm.pbf").read_bytes() == BODY
    assert left(tmp_path) == ["roads.osm.pbf", "roads.osm.pbf.fetched.json"]


@pytest.mark.parametrize("text", [None, b"<html>not here</html>"])
def test_a_server_without_a_checksum_is_said_to_have_none(server, get, text):
    server.serve(PATH, BODY)
    if text:
        server.serve(PATH + ".md5", text)
    assert get(checksum=server.url(PATH + ".md5")).checked is None


def test_what_is_not_there_is_not_asked_for_twice(server, get, pauses):
    with pytest.raises(NotFound) as caught:
        get()
    assert caught.value.where == server.url(PATH)
    assert len(server.asked) == 1
    assert pauses == []


def test_a_refusal_is_final_and_a_busy_server_is_waited_for(server, get, pauses):
    served = server.serve(PATH, BODY, fail=[(403, {})])
    with pytest.raises(DownloadFailed, match="403"):
        get()
    assert pauses == []
    served.fail = [(503, {"Retry-After": "7"}), (429, {}), (500, {})]
    assert get().path.read_bytes() == BODY
    assert pauses == [7.0, 4.0, 8.0]


def test_a_server_that_stays_busy_is_given_up(server, get, pauses):
    server.serve(PATH, BODY, fail=[(503, {})] * 9)
    with pytest.raises(DownloadFailed, match=r"5 attempts.*503"):
        get()
    assert len(pauses) == 4


def test_patience_ends_by_the_clock_that_it_was_given(server, get, pauses):
    server.serve(PATH, BODY, fail=[(503, {"Retry-After": "60"})] * 9)
    with pytest.raises(DownloadFailed, match="more than 2 minutes"):
        get(terms=Terms(attempts=9, patience_s=120.0))
    assert sum(pauses) == 180.0


def test_a_slow_trickle_ends_by_the_clock_and_is_kept(server, tmp_path):
    server.serve(PATH, BODY)
    ticks = iter(range(0, 10_000, 30))
    loader = Downloader(Terms(patience_s=50.0), monotonic=lambda: float(next(ticks)))
    with pytest.raises(DownloadFailed, match="is kept"):
        loader.fetch(server.url(PATH), tmp_path / "roads.osm.pbf")
    assert (tmp_path / "roads.osm.pbf.part").stat().st_size > 0
    assert not (tmp_path / "roads.osm.pbf").exists()


@pytest.mark.parametrize("chunked", [False, True])
def test_a_file_without_end_is_cut_off(server, get, chunked, tmp_path):
    server.serve(PATH, BODY, chunked=chunked)
    with pytest.raises(DownloadFailed, match="larger than"):
        get(terms=Terms(max_bytes=100_000))
    assert left(tmp_path) == []


def test_a_server_that_is_not_there_is_told(tmp_path, pauses):
    with file_server() as gone:
        address = gone.url(PATH)
    with pytest.raises(DownloadFailed, match=r"5 attempts.*refused"):
        Downloader(sleep=pauses).fetch(address, tmp_path / "x")
    assert pauses == [2.0, 4.0, 8.0, 16.0]


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "ftp://example.org/x", "data:text/plain,x", "roads.osm.pbf", "https://"],
)
def test_only_the_web_is_asked(address, tmp_path):
    with pytest.raises(UsageError, match="not an address of the web"):
        Downloader().fetch(address, tmp_path / "x")
    with pytest.raises(UsageError):
        require_web_address(address)


@pytest.mark.parametrize("onward", ["file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_a_redirect_leads_to_the_web_or_nowhere(server, get, onward, tmp_path):
    server.serve(PATH, b"", fail=[(302, {"Location": onward})])
    with pytest.raises(DownloadFailed):
        get()
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("asked", "onward", "followed"),
    [
        ("https://example.org/x", "https://mirror.example.org/x", True),
        ("https://example.org/x", "https://8.8.8.8/x", True),
        ("http://127.0.0.1/x", "http://10.0.0.7/x", True),
        ("https://example.org/x", "http://example.org/x", False),
        ("http://example.org/x", "http://127.0.0.1:8000/x", False),
        ("http://example.org/x", "http://[::1]/x", False),
        ("http://example.org/x", "http://localhost/x", False),
        ("http://example.org/x", "http://192.168.1.1/x", False),
        ("http://example.org/x", "http://169.254.169.254/latest/meta-data", False),
        ("http://127.0.0.1/x", "http://169.254.169.254/latest/meta-data", False),
    ],
)
def test_a_redirect_never_leads_from_the_world_into_the_own_network(asked, onward, followed):
    request = urllib.request.Request(asked)
    act = partial(_WebRedirects().redirect_request, request, None, 302, "Found", Message(), onward)
    if followed:
        assert act().full_url == onward
    else:
        with pytest.raises(DownloadFailed, match="not followed"):
            act()


def test_a_redirect_to_the_dated_file_is_followed(server, get):
    server.serve("/sudan-261120.osm.pbf", BODY)
    server.serve(PATH, b"", fail=[(302, {"Location": "/sudan-261120.osm.pbf"})])
    assert get().path.read_bytes() == BODY


def test_a_form_is_sent_each_time(server, get):
    server.serve("/api/interpreter", b"<osm/>")
    for _ in range(2):
        assert get("/api/interpreter", form={"data": "[out:xml];"}).changed
    assert [item.form for item in server.asked] == [{"data": ["[out:xml];"]}] * 2
    assert {item.method for item in server.asked} == {"POST"}


def test_what_is_sent_compressed_unasked_is_refused(server, get):
    server.serve(PATH, BODY, headers={"Content-Encoding": "gzip"})
    with pytest.raises(DownloadFailed, match="compressed"):
        get()
    assert server.asked[0].headers["Accept-Encoding"] == "identity"


def test_a_full_disk_is_said_at_once(server, get, pauses, monkeypatch):
    server.serve(PATH, BODY)

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("lca.download.os.fsync", full)
    with pytest.raises(DownloadFailed, match="No space left"):
        get()
    assert pauses == []


@pytest.mark.parametrize("meddle", ["cut", "take"])
def test_another_process_that_fetches_the_same_file_spoils_nothing(server, get, tmp_path, meddle):
    """It begins the part anew, or has it whole first and puts it in its place."""
    checksum = "/roads.md5"
    begun = []

    def asked(_request):
        if not begun:
            begun.append(tmp_path / "roads.osm.pbf.part")
            begun[0].unlink() if meddle == "take" else begun[0].write_bytes(b"")
        return Served(b"no checksum")

    server.serve(PATH, BODY)
    server.files[checksum] = asked
    found = get(checksum=server.url(checksum))
    assert begun
    assert found.path.read_bytes() == BODY
    assert found.sha256 == hashlib.sha256(BODY).hexdigest()
