"""Fetch a file over HTTP: resumed where it broke off, checked, bounded, and whole or not there."""

from __future__ import annotations

import errno
import http.client
import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode, urlsplit

from .errors import DownloadFailed, NotFound, UsageError
from .inner_address import leads_inward
from .partfile import Note, PartFile, digest

Progress = Callable[[int, int | None], None]
"""Told how many bytes are there, and of how many if the server said."""

USER_AGENT = "lca-access-map (logistics access maps)"
_BLOCK = 1024 * 1024
_CHECKSUM_BYTES = 4096
_CHECKSUM = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{32})\b", re.IGNORECASE)
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_PASSING = {408, 425, 429, 500, 502, 503, 504}
_LONGEST_PAUSE_S = 60.0
_TWICE = "another process fetches the same file"
_OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EIO}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How far one download may go."""

    max_bytes: int = 8 * 1024**3
    attempts: int = 5
    first_pause_s: float = 2.0
    silence_s: float = 60.0
    """How long the server may say nothing."""
    patience_s: float = 6 * 3600.0
    """How long the whole may take, pauses included."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that is there, and what is known of it.

    ``checked`` names the checksum of the server that it agrees with, None if it offers none;
    ``modified`` is the server's Last-Modified.
    """

    path: Path
    address: str
    size: int
    sha256: str
    changed: bool
    checked: str | None
    modified: str | None


@dataclass(frozen=True, slots=True)
class _Job:
    """One file to fetch, and by when."""

    address: str
    file: PartFile
    checksum: str | None
    form: Mapping[str, str] | None
    deadline: float


class _Again(Exception):
    """One attempt failed; another may not."""

    def __init__(self, why: str, pause_s: float | None = None) -> None:
        super().__init__(why)
        self.pause_s = pause_s


class _WebRedirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirect to the web only.

    Never from an encrypted address to an open one, nor from the world into the own network, where
    a machine's own services answer without asking who it is.
    """

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        scheme = urlsplit(newurl).scheme
        weaker = scheme not in {"http", "https"} or (req.type == "https" and scheme == "http")
        if weaker or leads_inward(req.full_url, newurl):
            raise DownloadFailed(
                f"The server redirects to {newurl[:200]}, which is not followed.",
                where=req.full_url,
                do_next="Use another address, or fetch the file by hand and give it as a file.",
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Downloader:
    """Fetches files.

    Parameters
    ----------
    terms : Terms
    progress : callable
        Called as bytes arrive.
    sleep, monotonic : callable
        The pauses between attempts, and the clock that ends them.
    """

    def __init__(
        self,
        terms: Terms | None = None,
        *,
        progress: Progress = lambda _done, _total: None,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._terms = terms or Terms()
        self._progress = progress
        self._sleep = sleep
        self._monotonic = monotonic
        self._opener = _web_opener()

    def fetch(
        self,
        address: str,
        target: Path,
        *,
        checksum: str | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Fetched:
        """Fetch a file, unless the one that is there is what the server still has.

        Parameters
        ----------
        address : str
            http or https.
        target : Path
            Where it is to lie; what lies there is replaced only by a whole, checked file.
        checksum : str, optional
            Address of a small text with the file's md5 or sha256; it may be missing.
        form : mapping, optional
            Fields to send; then it is always fetched anew, from its beginning.

        Raises
        ------
        UsageError
            If the address is not one of the web.
        NotFound
            If the server does not have it.
        DownloadFailed
            If it cannot be had whole; what came stays and is gone on with the next time.
        """
        require_web_address(address)
        target.parent.mkdir(parents=True, exist_ok=True)
        job = _Job(
            address, PartFile(target), checksum, form, self._monotonic() + self._terms.patience_s
        )
        return self._repeated(job)

    def _repeated(self, job: _Job) -> Fetched:
        why: _Again | None = None
        for number in range(self._terms.attempts):
            if why is not None:
                doubling = self._terms.first_pause_s * 2 ** (number - 1)
                self._sleep(min(doubling if why.pause_s is None else why.pause_s, _LONGEST_PAUSE_S))
                self._check_patience(job)
            try:
                return self._attempt(job)
            except _Again as failed:
                why = failed
        raise DownloadFailed(
            f"It could not be fetched in {self._terms.attempts} attempts: {why}.",
            where=job.address,
            do_next="Try again later; what has come already is kept and gone on with.",
        )

    def _attempt(self, job: _Job) -> Fetched:
        have = None if job.form else job.file.whole(job.address)
        resume = None if job.form or have else job.file.partial(job.address)
        with self._answer(job.address, _headers(have, resume), job.form) as response:
            if response is None:
                if have is None:
                    job.file.forget()
                    raise _Again("the server did not accept to go on where it broke off", 0.0)
                return _fetched(job, have, changed=False)
            start = _start_of(response, resume)
            note = Note(job.address, response.headers["ETag"], response.headers["Last-Modified"])
            size = self._receive(job, response, start, note)
        try:
            return self._finished(job, note, size)
        except FileNotFoundError as error:
            raise _Again(_TWICE) from error

    def _receive(self, job: _Job, response: Any, start: int, note: Note) -> int:
        """Append what comes to the part, which begins anew if ``start`` is 0; return its size."""
        length = response.headers["Content-Length"]
        total = start + int(length) if length and length.isdigit() else None
        self._check_size(job, total or 0)
        job.file.begin(note)
        done = start
        with job.file.part.open("r+b" if start else "wb") as stream:
            stream.seek(start)
            while block := response.read1(_BLOCK):
                stream.write(block)
                done += len(block)
                self._check_size(job, done)
                self._check_patience(job)
                self._progress(done, total)
            stream.flush()
            os.fsync(stream.fileno())
        if total is not None and done < total:
            raise _Again(f"the connection ended after {done:,} of {total:,} bytes")
        return done

    def _finished(self, job: _Job, note: Note, size: int) -> Fetched:
        """Compare the part with the server's checksum and put it in its place."""
        stated = self._stated_checksum(job)
        sha256 = digest(job.file.part)
        checked = None
        if stated is not None:
            checked = "sha256" if len(stated) == 64 else "md5"
            found = sha256 if checked == "sha256" else digest(job.file.part, "md5")
            if found != stated:
                job.file.forget()
                raise DownloadFailed(
                    f"The file is not what the server's {checked} says: "
                    f"{found[:12]}… instead of {stated[:12]}….",
                    where=job.address,
                    do_next="It was thrown away. Try again; a mirror may just be renewing it.",
                )
        if job.file.part.stat().st_size != size:
            raise _Again(_TWICE)
        kept = Note(job.address, note.etag, note.modified, size, sha256, checked)
        job.file.finish(kept)
        return _fetched(job, kept, changed=True)

    def _stated_checksum(self, job: _Job) -> str | None:
        if job.checksum is None:
            return None
        require_web_address(job.checksum)
        try:
            with self._answer(job.checksum, {}, None) as response:
                text = response.read(_CHECKSUM_BYTES).decode("ascii", "replace") if response else ""
        except NotFound:
            return None
        found = _CHECKSUM.search(text)
        return found[0].lower() if found else None

    @contextmanager
    def _answer(
        self, address: str, headers: Mapping[str, str], form: Mapping[str, str] | None
    ) -> Iterator[Any]:
        """Open an address; None for "not changed" and "no such range"; every failure is judged."""
        body = urlencode(form).encode("ascii") if form else None
        always = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
        request = urllib.request.Request(address, body, {**always, **headers})  # noqa: S310 - checked
        try:
            with self._opener.open(request, timeout=self._terms.silence_s) as response:
                if response.headers.get("Content-Encoding", "identity") != "identity":
                    raise DownloadFailed(
                        "The server sends it compressed, though it was asked not to.",
                        where=address,
                        do_next="Fetch the file by hand and give it as a file.",
                    )
                yield response
        except urllib.error.HTTPError as error:
            with error:
                _judge(error, address)
            yield None
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            if isinstance(error, DownloadFailed):
                raise
            if isinstance(error, OSError) and error.errno in _OF_THE_DISK:
                raise DownloadFailed(
                    f"It cannot be written: {error.strerror}.",
                    where=str(error.filename or address),
                    do_next="Make room on the disk, or check the folder's permissions.",
                ) from error
            raise _Again(str(getattr(error, "reason", error)) or type(error).__name__) from error

    def _check_size(self, job: _Job, size: int) -> None:
        if size > self._terms.max_bytes:
            job.file.forget()
            raise DownloadFailed(
                f"It is larger than {self._terms.max_bytes / 1e6:,.0f} MB.",
                where=job.address,
                do_next="Use a smaller extract, or fetch it by hand and give it as a file.",
            )

    def _check_patience(self, job: _Job) -> None:
        if self._monotonic() > job.deadline:
            raise DownloadFailed(
                f"It took more than {self._terms.patience_s / 60:,.0f} minutes.",
                where=job.address,
                do_next="Try again with a better line; what has come is kept and gone on with.",
            )


def require_web_address(address: str) -> None:
    """Refuse an address that is not http or https, or has no host."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(
            f"{address[:200]!r} is not an address of the web.",
            do_next="Give one that begins with https:// (or http://), or give a file.",
        )


def _web_opener() -> urllib.request.OpenerDirector:
    """Return an opener that knows http and https only: no file, no ftp, no data address."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        _WebRedirects(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _judge(error: urllib.error.HTTPError, address: str) -> None:
    """Return for "not changed" and "no such range"; raise what any other answer means."""
    if error.code in {304, 416}:
        return
    if error.code in {404, 410}:
        raise NotFound(
            "The server does not have this file.",
            where=address,
            do_next="Correct the address, or fetch the file by hand and give it as a file.",
        ) from None
    if error.code in _PASSING:
        wait = error.headers.get("Retry-After", "")
        why = f"the server answers {error.code} {error.reason}"
        raise _Again(why, float(wait) if wait.isdigit() else None)
    raise DownloadFailed(
        f"The server refuses it: {error.code} {error.reason}.",
        where=address,
        do_next="Correct the address, or fetch the file by hand and give it as a file.",
    ) from None


def _headers(have: Note | None, resume: tuple[int, Note] | None) -> dict[str, str]:
    if resume is not None:
        start, note = resume
        return {"Range": f"bytes={start}-", "If-Range": note.validator or ""}
    if have is None:
        return {}
    stated = {"If-None-Match": have.etag, "If-Modified-Since": have.modified}
    return {name: value for name, value in stated.items() if value}


def _start_of(response: Any, resume: tuple[int, Note] | None) -> int:
    """Return at which byte the answer begins: 0 unless the server goes on where we stopped."""
    if response.status != 206:
        return 0
    found = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if resume is None or found is None or int(found[1]) != resume[0]:
        raise _Again("the server sent another part than it was asked for")
    return resume[0]


def _fetched(job: _Job, note: Note, *, changed: bool) -> Fetched:
    path = job.file.path
    return Fetched(path, job.address, note.size, note.sha256, changed, note.checked, note.modified)
