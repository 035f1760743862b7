"""A small web server on loopback that serves bytes, and misbehaves as a test wants."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Served:
    """What lies at a path."""

    body: bytes
    etag: str | None = None
    modified: str | None = "Sat, 21 Nov 2026 20:21:02 GMT"
    ranges: bool = True
    break_after: list[int] = field(default_factory=list)
    """After how many bytes of its answer each next request is cut off."""
    fail: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Status and headers with which each next request is answered instead."""
    chunked: bool = False
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    """A request that came."""

    method: str
    path: str
    headers: Message
    form: dict[str, list[str]]
    query: dict[str, list[str]]


class FileServer:
    """Paths with what is served there, and a log of what was asked."""

    def __init__(self) -> None:
        self.files: dict[str, Served | Callable[[Asked], Served]] = {}
        self.asked: list[Asked] = []
        self.address = ""

    def serve(self, path: str, body: bytes, **options: object) -> Served:
        """Put bytes at a path, with a strong ETag of their content unless told otherwise."""
        options.setdefault("etag", f'"{hashlib.sha256(body).hexdigest()[:16]}"')
        served = Served(body, **options)
        self.files[path] = served
        return served

    def url(self, path: str) -> str:
        return self.address + path

    def paths(self) -> list[str]:
        return [item.path for item in self.asked]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = Asked(
            self.command, parts.path, self.headers, parse_qs(sent.decode()), parse_qs(parts.query)
        )
        files = self.server.files
        files.asked.append(asked)
        found = files.files.get(parts.path)
        served = found(asked) if callable(found) else found
        if served is None:
            self._send(404, {}, b"nothing here")
        elif served.fail:
            status, headers = served.fail.pop(0)
            self._send(status, headers, b"")
        else:
            self._serve(served)

    def _serve(self, served: Served) -> None:
        headers = {"ETag": served.etag, "Last-Modified": served.modified, **served.headers}
        headers = {name: value for name, value in headers.items() if value}
        body, status = served.body, 200
        unchanged = self.headers["If-None-Match"] == served.etag if served.etag else (
            self.headers["If-Modified-Since"] == served.modified
        )  # fmt: skip
        if unchanged and (self.headers["If-None-Match"] or self.headers["If-Modified-Since"]):
            self._send(304, headers, b"")
            return
        wanted = self.headers["Range"]
        same = self.headers["If-Range"] in {served.etag, served.modified}
        if wanted and served.ranges and same:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            if start >= len(body):
                self._send(416, {"Content-Range": f"bytes */{len(body)}"}, b"")
                return
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
            body, status = body[start:], 206
        cut = served.break_after.pop(0) if served.break_after else None
        self._send(status, headers, body, cut=cut, chunked=served.chunked)

    def _send(
        self,
        status: int,
        headers: dict[str, str],
        body: bytes,
        *,
        cut: int | None = None,
        chunked: bool = False,
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        elif status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        part = body if cut is None else body[:cut]
        if chunked:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            if cut is None:
                self.wfile.write(b"0\r\n\r\n")
        else:
            self.wfile.write(part)
        self.close_connection = self.close_connection or cut is not None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    files: FileServer

    def handle_error(self, *_: object) -> None:
        pass  # a client that hangs up is what some tests are about


@contextmanager
def file_server() -> Iterator[FileServer]:
    """Run a file server on a free port of the loopback interface."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.files = FileServer()
    server.files.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.files
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
