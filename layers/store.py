"""The versioned store of one operation's map layers: the door to everything in this package.

::

    with Store.open("store") as store:
        draft = store.draft("constraints", frame, author="Ana", message="Flood report 3")
        release = store.publish(draft.id, author="Ana")
        frame = store.frame(store.heads().releases["constraints"].version)

On disk: ``catalogue.sqlite``, ``objects/ab/abcdef…``, ``builds/<digest>/`` and
``artefacts/<version>/`` (rebuildable). A Store may be shared by threads; any number of processes
may open the same folder.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import geopandas as gpd

from lca.instant import utc_now
from lca.issues import Report
from lca.vocab import Sensitivity

from . import builds, draft, editing, operation, publish
from .catalogue import Catalogue
from .draft import Draft, Origin
from .edits import Edit
from .location import Location
from .objects import ObjectStore, make_folder, writing
from .operation import Operation
from .published import Published
from .query import QueryStore
from .release import BuildRef, Release
from .spec import LayerSpec, load_specs
from .versions import Versions
from .workspace import Workspace

_NONE: frozenset[str] = frozenset()


class Store(Published):
    """Versions of layers, drafts, edits, publishing, history and queries of one operation."""

    def __init__(self, root: Path, workspace: Workspace, queries: QueryStore) -> None:
        super().__init__(workspace, queries)
        self.root = root
        resources = ExitStack()
        resources.callback(workspace.catalogue.close)
        resources.callback(queries.close)
        # First of all: only who may write can tidy up beside the catalogue as the last to leave.
        resources.callback(self._present.close)
        # Also closes a store that was dropped without close(), so that no handle leaks.
        self._finalizer = weakref.finalize(self, resources.close)

    @classmethod
    def open(
        cls,
        place: Location | Path | str,
        *,
        clock: Callable[[], datetime] = utc_now,
        specs: Mapping[str, LayerSpec] | None = None,
    ) -> Self:
        """Open the store that a folder or an address names; it is made on first use.

        Raises
        ------
        UsageError
            If the address names no store (see :mod:`.location`).
        StoreUnavailable
            If the folder cannot be made, or the catalogue cannot be read or was written by a
            newer product.
        """
        location = Location.of(place)
        root = location.folder
        with writing(root):
            for name in ("objects", "builds", "artefacts"):
                make_folder(root / name)
        known = load_specs() if specs is None else specs
        catalogue = Catalogue.open(location.database)
        versions = Versions(ObjectStore(root / "objects"), catalogue, known)
        workspace = Workspace(known, catalogue, versions, clock)
        return cls(root, workspace, QueryStore(root / "artefacts", versions, known))

    def close(self) -> None:
        """Close every file; the store must not be used afterwards."""
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def builds_dir(self) -> Path:
        """The folder of graph builds; each lies in a folder named by its digest."""
        return self.root / "builds"

    def set_operation(self, wanted: Operation) -> None:
        """Set the operation, once (Conflict if it is another already)."""
        with self.catalogue.write() as connection:
            operation.set_operation(connection, wanted)

    def draft(  # noqa: PLR0913 - each is one thing that a draft says of itself
        self,
        layer: str,
        frame: gpd.GeoDataFrame,
        author: str,
        message: str,
        report: Report | None = None,
        *,
        source_name: str | None = None,
        source_sha256: str | None = None,
        clearance: Sensitivity = Sensitivity.PUBLIC,
        new_ids: bool = False,
        adds: bool = False,
        made: Sequence[Any] = (),
    ) -> Draft:
        """Keep rows as a draft: they replace the layer, but no constraint ends by absence.

        With ``adds`` they join the layer's rows instead. Rows beyond ``clearance`` stay too: a
        file says nothing of what its author may not see.
        Features that come back under other ids are refused unless ``new_ids`` says it is meant.
        ``made`` are the records of the rows, if they were made already: it saves time only.

        Raises
        ------
        InvalidInput
            If the rows cannot make a version of the layer, or are exercise data in a real
            operation.
        """
        origin = Origin(author, message, report, source_name, source_sha256)
        return draft.make_draft(
            self.workspace,
            layer,
            frame,
            origin,
            clearance=clearance,
            new_ids=new_ids,
            adds=adds,
            made=made,
        )

    def get_draft(self, draft_id: str, *, clearance: Sensitivity = Sensitivity.PUBLIC) -> Draft:
        """Return a draft, judged against the layer's present head; NotFound if there is none."""
        return draft.read_draft(self.workspace, draft_id, clearance=clearance)

    def drafts(self, layer: str, *, clearance: Sensitivity = Sensitivity.PUBLIC) -> list[Draft]:
        """Return a layer's unpublished drafts, newest first."""
        return draft.open_drafts(self.workspace, layer, clearance=clearance)

    def publish(
        self,
        draft_id: str,
        author: str,
        message: str | None = None,
        confirm_lifts: Collection[str] = _NONE,
        *,
        clearance: Sensitivity = Sensitivity.PUBLIC,
    ) -> Release:
        """Publish a draft, if the layer's head is still the one that it was made on.

        Raises
        ------
        Conflict
            If it is not; ``details["diff"]`` says what others changed, as far as ``clearance``
            reaches.
        LiftsClosures
            If closures would be lifted that are not among ``confirm_lifts``.
        """
        return draft.publish_draft(
            self.workspace,
            draft_id,
            author=author,
            message=message,
            confirm_lifts=confirm_lifts,
            clearance=clearance,
        )

    def apply_edit(
        self,
        layer: str,
        edit: Edit,
        author: str,
        base: str | None = None,
        *,
        confirm_lifts: Collection[str] = _NONE,
        clearance: Sensitivity = Sensitivity.PUBLIC,
    ) -> Release:
        """Publish an edit of one feature (see ``layers.editing.publish_edit``)."""
        return editing.publish_edit(
            self.workspace,
            layer,
            edit,
            author=author,
            base=base,
            confirm_lifts=confirm_lifts,
            clearance=clearance,
        )

    def rollback(
        self,
        layer: str,
        reference: str,
        author: str,
        message: str,
        confirm_lifts: Collection[str] = _NONE,
        *,
        clearance: Sensitivity = Sensitivity.PUBLIC,
    ) -> Release:
        """Publish an earlier version again as a new release (see ``layers.editing.roll_back``)."""
        return editing.roll_back(
            self.workspace,
            self.release(layer, reference),
            author=author,
            message=message,
            confirm_lifts=confirm_lifts,
            clearance=clearance,
        )

    def withdraw(
        self,
        layer: str,
        reference: str,
        author: str,
        reason: str,
        confirm_lifts: Collection[str] = _NONE,
        *,
        clearance: Sensitivity = Sensitivity.PUBLIC,
    ) -> Release | None:
        """Hide a version everywhere and return the layer's head afterwards, if any is left."""
        return publish.withdraw(
            self.workspace,
            self.release(layer, reference),
            author=author,
            reason=reason,
            confirm_lifts=confirm_lifts,
            clearance=clearance,
        )

    def register_build(self, digest: str, name: str, message: str) -> BuildRef:
        """Make a graph build, already saved under ``builds_dir``, the one that answers."""
        return builds.register(self.workspace, digest, name, message)
