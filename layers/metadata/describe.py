"""One version as catalogues describe it: its extent, dates, terms, columns and files.

Only the rows that a clearance reaches enter the extent, the dates and the count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from layers.disclosure import HIDDEN_NOTE, tells_note
from layers.export import ExportFormat
from layers.exports.extract import Facts, visible_frames
from layers.operation import Operation
from layers.release import Release
from layers.spec import LayerKind, LayerSpec
from layers.store import Store
from lca.vocab import Sensitivity

from .sums import FileSum, FileSums

_SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")
EXERCISE = "EXERCISE: "


@dataclass(frozen=True, slots=True)
class File:
    """A file that the version can be had as."""

    fmt: ExportFormat
    href: str
    known: FileSum | None


@dataclass(frozen=True, slots=True)
class About:
    """What is known of one version; ``bounds`` are west, south, east, north in degrees.

    ``note`` is the release note as far as the clearance may read it.
    """

    spec: LayerSpec
    release: Release
    operation: Operation | None
    base: str
    note: str
    rows: int
    bounds: tuple[float, float, float, float] | None
    informed: tuple[datetime, datetime] | None
    sensitivity: Sensitivity
    files: tuple[File, ...]

    @property
    def title(self) -> str:
        """The title, which says of an exercise that it is one."""
        name = f"{self.spec.title}, version {self.release.number}"
        return EXERCISE + name if self.release.exercise else name

    @property
    def spdx(self) -> str | None:
        """The licence's SPDX identifier, if it is written as one."""
        return self.spec.licence if _SPDX.fullmatch(self.spec.licence) else None

    def href(self, *parts: str, **query: str) -> str:
        """Return an address of the layer at the service."""
        path = "/".join(quote(part, safe="") for part in ("collections", self.spec.name, *parts))
        return f"{self.base}/{path}" + (f"?{urlencode(query)}" if query else "")

    def metadata(self, form: str, *, number: int | None = None) -> str:
        """Return the address of a version's metadata; of this one by default, by its id."""
        reference = self.release.version if number is None else str(number)
        return self.href("versions", reference, "metadata", f=form)


def describe(
    store: Store,
    release: Release,
    base: str,
    clearance: Sensitivity,
    *,
    sums: FileSums | None = None,
) -> About:
    """Gather what is known of a version.

    Parameters
    ----------
    base : str
        Address of the service, without a slash at its end.
    sums : FileSums, optional
        Where to get the sums of files; none are stated without it.

    Raises
    ------
    Withdrawn
        If the release has been withdrawn.
    """
    spec = store.specs[release.layer]
    facts = Facts.of(visible_frames(store.frames(release.version), clearance))
    formats = [fmt for fmt in ExportFormat if fmt.holds_tables or spec.kind is not LayerKind.TABLE]
    files = tuple(
        File(
            fmt,
            f"{base}/collections/{quote(spec.name, safe='')}/export?"
            + urlencode({"f": fmt.value, "version": release.version}),
            sums.of(store, release, fmt, clearance) if sums else None,
        )
        for fmt in formats
        if spec.download_allowed
    )
    readable = tells_note(store.workspace, release, clearance)
    return About(
        spec=spec,
        release=release,
        operation=store.operation,
        base=base,
        note=release.message if readable else HIDDEN_NOTE,
        rows=facts.count,
        bounds=facts.bounds,
        informed=facts.informed,
        sensitivity=facts.sensitivity,
        files=files,
    )
