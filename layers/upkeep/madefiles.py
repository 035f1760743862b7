"""Whether the files that were made from a version say what its rows say.

Map cuts are made anew and compared byte by byte: the same rows give the same tiles. The query file
grows from that of the version before, so its bytes tell nothing; its sum says whether it is as it
was written.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from layers.filesum import is_as_kept, sum_of
from layers.release import Release
from layers.sensitivity import visible_rows
from layers.store import Store
from layers.tiles.versiontiles import MADE_AT_ONCE, write_version_tiles
from lca.vocab import Sensitivity

from .version_check import VersionFault

_CUTS = "tiles-"


@dataclass(frozen=True, slots=True)
class MadeFiles:
    """Names of what was compared with the rows, of what is as it was written, of what was not read."""

    compared: tuple[str, ...]
    as_written: tuple[str, ...]
    unread: tuple[str, ...]

    def as_text(self) -> str:
        """Say it in one line for each."""
        told = {
            "made anew from the rows, and equal": self.compared,
            "as it was written, not compared with the rows": self.as_written,
            "not looked at": self.unread,
        }
        return "\n".join(f"{', '.join(names)}: {what}" for what, names in told.items() if names)


def verify_made(store: Store, release: Release, *, rebuild: bool = False) -> MadeFiles:
    """Compare the map cuts of a release with its rows, and its query file with its sum.

    Parameters
    ----------
    rebuild : bool
        Also compare the map cuts of a large layer, which takes minutes.

    Raises
    ------
    VersionFault
        If a file is not what the rows make of it; it can be deleted, and is made again.
    """
    folder = store.root / "artefacts" / release.version
    written: list[str] = []
    unread: list[str] = []
    for path in sorted(folder.glob("*.gpkg")):
        kept = is_as_kept(path)
        if kept is False:
            raise _other(path, "is not as it was written")
        (written if kept else unread).append(path.name)
    cuts = sorted(folder.glob(f"{_CUTS}*.pmtiles"))
    if not rebuild and release.feature_count > MADE_AT_ONCE:
        return MadeFiles((), tuple(written), (*unread, *(path.name for path in cuts)))
    for path in cuts:
        _compare(store, release, path)
    return MadeFiles(tuple(path.name for path in cuts), tuple(written), tuple(unread))


def _compare(store: Store, release: Release, path: Path) -> None:
    level = Sensitivity(path.stem.removeprefix(_CUTS))
    frame = store.frame(release.version)
    shown = frame[visible_rows(frame, level)]
    with tempfile.TemporaryDirectory() as scratch:
        anew = Path(scratch) / path.name
        write_version_tiles(store.specs[release.layer], shown, anew)
        if sum_of(anew) != sum_of(path):
            raise _other(path, "holds other tiles than its rows make")


def _other(path: Path, what: str) -> VersionFault:
    return VersionFault(f"{path.name} {what}; delete artefacts/{path.parent.name}/{path.name}")
