"""What every act on a store needs: its layers' specs, catalogue, versions, operation and clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import geopandas as gpd

from lca.errors import InvalidInput, NotFound

from .canonical import Snapshot, snapshot_of
from .catalogue import Catalogue
from .operation import Operation, mark_rows, read_operation
from .release import Release, read_head, read_log, read_withdrawn
from .spec import LayerSpec
from .versions import Versions


@dataclass(frozen=True, slots=True)
class Workspace:
    """The parts that drafts, edits and publishing work with."""

    specs: Mapping[str, LayerSpec]
    catalogue: Catalogue
    versions: Versions
    clock: Callable[[], datetime]

    def now(self) -> datetime:
        """Return the time in UTC by the store's clock."""
        return self.clock().astimezone(UTC)

    def spec(self, layer: str) -> LayerSpec:
        """Return a layer's spec; NotFound if there is no such layer."""
        found = self.specs.get(layer)
        if found is None:
            raise NotFound(
                f"There is no layer {layer!r}.",
                do_next="Choose one of " + ", ".join(self.specs) + ".",
            )
        return found

    def edited_spec(self, layer: str) -> LayerSpec:
        """Return the spec of a layer that people may edit; InvalidInput if it is computed."""
        found = self.spec(layer)
        if found.derived:
            raise InvalidInput(
                "The layer is computed from others, so nobody edits it.",
                where=found.title,
                do_next=f"Correct what it is computed from, then: lca layer make {layer}",
            )
        return found

    def operation(self) -> Operation | None:
        """Return the store's operation, if it has been set."""
        with self.catalogue.read() as connection:
            return read_operation(connection)

    def newest(self, layer: str) -> Release | None:
        """Return a layer's last release, also if it has been withdrawn."""
        self.spec(layer)
        with self.catalogue.read() as connection:
            return read_head(connection, layer)

    def log(self, layer: str) -> list[Release]:
        """Return a layer's releases, newest first."""
        self.spec(layer)
        with self.catalogue.read() as connection:
            return read_log(connection, layer)

    def withdrawn_release(self, version: str) -> Release | None:
        """Return the newest release of a version if it has been withdrawn, else None."""
        with self.catalogue.read() as connection:
            return read_withdrawn(connection, version)

    def snapshot(self, layer: str, frame: gpd.GeoDataFrame) -> Snapshot:
        """Return rows as the content of a version, marked as the operation demands."""
        spec = self.spec(layer)
        marked, exercise = mark_rows(frame, self.operation(), where=spec.title)
        return snapshot_of(spec, _with_sensitivity(spec, marked), exercise=exercise)

    def content(self, release: Release | None) -> Snapshot | None:
        """Return the content that a release serves: none before the first or once withdrawn."""
        if release is None or release.withdrawn_at is not None:
            return None
        return self.versions.load(release.version)

    def unless_withdrawn(self, version: str | None) -> Snapshot | None:
        """Return a version's content; none without one, or once it has been withdrawn."""
        if version is None or self.withdrawn_release(version) is not None:
            return None
        return self.versions.load(version)


def _with_sensitivity(spec: LayerSpec, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give rows without a mark the layer's default: an unmarked row must not be seen by mistake."""
    default = spec.default_sensitivity.value
    if "sensitivity" not in frame.columns:
        return frame.assign(sensitivity=default)
    unmarked = frame["sensitivity"].isna()
    if not unmarked.any():
        return frame
    return frame.assign(sensitivity=frame["sensitivity"].mask(unmarked, default))
