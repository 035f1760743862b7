"""A part of an operation as a local file: the one that was given, or one fetched from its source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from layers.store import Store
from lca.country import Country
from lca.download import Fetched, Progress
from lca.errors import NotFound, UsageError
from lca.partfile import digest

from .context import Session
from .sources import SourceTemplate

_OTHER = re.compile(r"[^\w.-]+")
_STEP = 10


@dataclass(frozen=True, slots=True)
class Obtained:
    """A file, whose it is, and the day that it is of."""

    path: Path
    sha256: str
    source: str
    licence: str | None
    of_day: date


@dataclass(frozen=True, slots=True)
class Missing:
    """A part that is not there, why, and what would bring it."""

    what: str
    why: str
    do_next: str

    def as_json(self) -> dict[str, str]:
        """Return it as a JSON object."""
        return {"what": self.what, "why": self.why, "do_next": self.do_next}

    def text(self) -> str:
        """Return it as a sentence."""
        return f"no {self.what}: {self.why} {self.do_next}"


class Fetcher:
    """Fetches what is not given, into a folder of the store."""

    def __init__(
        self,
        session: Session,
        store: Store,
        country: Country | None,
        templates: Mapping[str, SourceTemplate],
        *,
        offline: bool,
    ) -> None:
        self._session = session
        self._folder = store.root / "downloads"
        self._country = country
        self._templates = templates
        self._offline = offline

    def obtain(self, part: str, given: Path | None) -> Obtained | Missing:
        """Return a part as a file, or why there is none.

        Raises
        ------
        DownloadFailed
            If its source has it, but it could not be fetched whole.
        """
        if given is not None:
            return _given(given)
        advice = f"Give --{part} FILE."
        if self._country is None:
            return Missing(part, "The store belongs to no country.", advice)
        template = self._templates[part]
        address = template.address_for(self._country)
        if address is None:
            why = f"No source of {self._country.name} is configured."
            return Missing(part, why, advice)
        if self._offline:
            return Missing(part, "Nothing was fetched (--offline).", f"{advice} Source: {address}")
        self._session.say(f"Fetching {part} from {address} …")
        try:
            fetched = self._fetch(address, template.checksum_for(self._country))
        except NotFound as error:
            return Missing(part, f"{error.what} ({error.where})", advice)
        self._tell(fetched)
        of_day = parsedate_to_datetime(fetched.modified).date() if fetched.modified else None
        return Obtained(
            fetched.path,
            fetched.sha256,
            template.source or str(urlsplit(address).hostname),
            template.licence or None,
            of_day or self._session.clock().astimezone(UTC).date(),
        )

    def _fetch(self, address: str, checksum: str | None) -> Fetched:
        name = slug(PurePosixPath(urlsplit(address).path).name)
        downloader = self._session.downloader(say_progress(self._session))
        return downloader.fetch(address, self._folder / name, checksum=checksum)

    def _tell(self, fetched: Fetched) -> None:
        checked = f"{fetched.checked} agrees" if fetched.checked else "no checksum is offered"
        state = "fetched" if fetched.changed else "unchanged since it was last fetched"
        self._session.say(f"  {fetched.size / 1e6:,.1f} MB, {state}; {checked}")


def _given(path: Path) -> Obtained:
    """Return a file of the user's; nobody said under which licence it is."""
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    return Obtained(path, digest(path), path.name, None, written)


def slug(name: str) -> str:
    """Return a name as one of a file."""
    return _OTHER.sub("_", name).strip(".") or "file"


def say_progress(session: Session) -> Progress:
    """Return what says how far a download is."""
    return _Percents(session)


class _Percents:
    """Says how far a download is, a line for each tenth."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._said = 0

    def __call__(self, done: int, total: int | None) -> None:
        step = int(100 * done / total) // _STEP * _STEP if total else done // 50_000_000
        if step > self._said:
            self._said = step
            of = f"{step:3d} % of {total / 1e6:,.1f} MB" if total else f"{done / 1e6:,.0f} MB"
            self._session.say(f"  {of}")


def require_files(**given: Path | None) -> None:
    """Refuse a file that is not there before any work begins.

    Raises
    ------
    NotFound
        Naming the first.
    """
    for option, path in given.items():
        if path is not None and not path.is_file():
            raise NotFound(
                "There is no such file.",
                where=f"--{option} {path}",
                do_next="Check the path and its spelling.",
            )


def require_obtained(found: Obtained | Missing) -> Obtained:
    """Return a part that must be there.

    Raises
    ------
    UsageError
        Saying what would bring it.
    """
    if isinstance(found, Missing):
        raise UsageError(f"There are no {found.what}: {found.why}", do_next=found.do_next)
    return found
