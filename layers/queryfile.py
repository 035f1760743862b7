"""One GeoPackage a version, made when it is first asked for; it can be deleted at any time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from . import geopackage
from .objects import make_folder, move_durably, sync_file, temporary_beside, writing
from .release import Release
from .spec import LayerSpec
from .versions import Versions


class QueryFiles:
    """The files that queries are answered from, under ``artefacts/<version>/``."""

    def __init__(self, folder: Path, versions: Versions, specs: Mapping[str, LayerSpec]) -> None:
        self._folder = folder
        self._versions = versions
        self._specs = specs

    def built(self, release: Release) -> Path:
        """Return the file of a version, making it whole and durable first if it is not there."""
        path = self._folder / release.version / "layer.gpkg"
        if path.is_file():
            return path
        spec = self._specs[release.layer]
        frame = self._versions.frame(release.version)
        with writing(path):
            make_folder(path.parent)
            temporary = temporary_beside(path)
            try:
                geopackage.write(
                    temporary,
                    spec,
                    frame,
                    description=f"Version {release.version} of {spec.title}",
                )
                sync_file(temporary)
                move_durably(temporary, path)
            finally:
                temporary.unlink(missing_ok=True)
        return path
