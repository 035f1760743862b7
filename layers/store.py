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
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import geopandas as gpd

from lca.geo import BBox
from lca.instant import utc_now
from lca.issues import Report
from lca.vocab import Sensitivity

from . import builds, draft, editing, operation, publish
from .box import Box
from .catalogue import Catalogue
from .diff import Diff, compare
from .draft import Draft, Origin
from .edits import Edit
from .featurelog import FeatureVersion, feature_log
from .filters import Filter, Interval
from .location import Location
from .objects import ObjectStore, make_folder, writing
from .operation import Operation
from .present import Present
from .query import Extent, Page, QueryStore
from .question import Question
from .records import records_in
from .release import (
    BuildRef,
    Heads,
    Release,
    is_fixed,
    read_heads,
    resolve,
    withdrawn_error,
)
from .sensitivity import reachable
from .spec import LayerSpec, load_specs
from .tags import is_tag_name, tagged_number
from .versions import Versions
from .workspace import Workspace

_NONE: frozenset[str] = frozenset()


class Store:
    """Versions of layers, drafts, edits, publishing, history and queries of one operation."""

    def __init__(self, root: Path, workspace: Workspace, queries: QueryStore) -> None:
        self.root = root
        self.workspace = workspace
        self._queries = queries
        self._present = Present(workspace.catalogue)
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

    # What the store is

    @property
    def specs(self) -> Mapping[str, LayerSpec]:
        """The layers' specs by name."""
        return self.workspace.specs

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue, for the modules of this package that keep their own tables in it."""
        return self.workspace.catalogue

    @property
    def builds_dir(self) -> Path:
        """The folder of graph builds; each lies in a folder named by its digest."""
        return self.root / "builds"

    @property
    def operation(self) -> Operation | None:
        """The operation that the store belongs to, if it has been set."""
        return self._present.operation()

    def set_operation(self, wanted: Operation) -> None:
        """Set the operation, once (Conflict if it is another already)."""
        with self.catalogue.write() as connection:
            operation.set_operation(connection, wanted)

    def now(self) -> datetime:
        """Return the time in UTC by the store's clock."""
        return self.workspace.now()

    # What has been published

    def heads(self, as_of: datetime | None = None) -> Heads:
        """Return what was published at a moment, now by default, from one consistent read.

        What was known at an ``as_of`` that is given is the same whenever it is asked: nothing is
        published at that time or before it afterwards. Only one later than every transaction
        costs a small write; in a store that cannot be written it is answered all the same.

        Raises
        ------
        StoreUnavailable
            If the catalogue is unreadable, or the clock is behind its last transaction.
        UsageError
            If ``as_of`` lies in the future.
        """
        if as_of is None:
            return self._present.heads(self.now())
        now = self.now()
        with self.catalogue.read() as connection:
            if is_fixed(connection, now=now, as_of=as_of):
                return read_heads(connection, now=now, as_of=as_of)
        self.catalogue.fix_past(as_of)
        with self.catalogue.read() as connection:
            return read_heads(connection, now=now, as_of=as_of)

    def head(self, layer: str, as_of: datetime | None = None) -> Release | None:
        """Return a layer's head, or None before its first release.

        Raises
        ------
        NotFound
            If there is no such layer.
        Withdrawn
            If the head at that moment has been withdrawn.
        """
        self.workspace.spec(layer)
        return self.heads(as_of).release(layer)

    def release(self, layer: str, reference: str) -> Release:
        """Return the release named by ``latest``, a number, (the start of) a version id or a tag.

        Raises
        ------
        NotFound, Withdrawn, UsageError
            If there is none, it has been withdrawn, or the reference is ambiguous.
        """
        name = reference.strip().lower()
        if is_tag_name(name):
            self.workspace.spec(layer)
            reference = tagged_number(self.workspace, layer, name)
        return resolve(self.log(layer), layer, reference)

    def log(self, layer: str) -> list[Release]:
        """Return a layer's releases, newest first, the withdrawn ones marked."""
        return self.workspace.log(layer)

    def frame(self, version: str) -> gpd.GeoDataFrame:
        """Return a version's whole typed table (EPSG:4326), of every sensitivity.

        It is cached and shared: treat it as immutable.

        Raises
        ------
        NotFound, Withdrawn
            If there is no such version, or it has been withdrawn.
        """
        self._require_served(version)
        return self.workspace.versions.frame(version)

    def frames(self, version: str) -> Iterator[gpd.GeoDataFrame]:
        """Return a version's rows table by table in the order of their ids (see :meth:`frame`)."""
        self._require_served(version)
        return self.workspace.versions.load(version).frames()

    def count(self, version: str, clearance: Sensitivity) -> int:
        """Return how many of a version's rows a clearance reaches, without reading them.

        Raises
        ------
        NotFound, Withdrawn
            As :meth:`frame` does.
        """
        self._require_served(version)
        return self.workspace.versions.load(version).count(reachable(clearance))

    def records(self, version: str) -> list[Any]:
        """Return a version's rows as records, of every sensitivity, in the order of their ids.

        Records of rows that another version shares are made once (see ``layers.records``).

        Raises
        ------
        NotFound, Withdrawn
            As :meth:`frame` does.
        InvalidInput
            If a row does not make a valid record.
        """
        self._require_served(version)
        content = self.workspace.versions.load(version)
        return records_in(self.specs[content.layer].record_class, content)

    def page(  # noqa: PLR0913 - each limits the question by one thing
        self,
        release: Release,
        bbox: BBox | Box | None = None,
        after: str | None = None,
        limit: int = 100,
        clearance: Sensitivity = Sensitivity.PUBLIC,
        *,
        ids: Collection[str] | None = None,
        filter: Filter | None = None,  # noqa: A002 - what the standard calls it
        q: str | None = None,
        holds_at: Interval | datetime | None = None,
    ) -> Page:
        """Return features of a release by id order, with the number that match in all.

        Parameters
        ----------
        bbox : BBox or Box, optional
            Only features that touch the box (EPSG:4326); those without a location do not.
        after : str, optional
            The ``next_after`` of the page before.
        ids : collection of str, optional
            Only features of these ids.
        filter : Filter, optional
            What ``layers.filters.parse_filter`` returned for the layer.
        q : str, optional
            Only features whose names hold each of these words, whatever the case and the accents.
        holds_at : Interval or datetime, optional
            Of constraints, only those that stand at (some time of) it: begun, not yet ended.

        Raises
        ------
        QuestionTooLong
            If it takes longer than the time limit.
        """
        self._require_served(release.version)
        question = Question(
            clearance,
            box=Box.of(bbox) if isinstance(bbox, BBox) else bbox,
            ids=None if ids is None else tuple(sorted(set(ids))),
            filter=filter,
            text=q,
            holds=Interval.at(holds_at) if isinstance(holds_at, datetime) else holds_at,
        )
        return self._queries.page(release, question, after=after, limit=limit)

    def feature(
        self,
        release: Release,
        feature_id: str,
        clearance: Sensitivity = Sensitivity.PUBLIC,
    ) -> dict[str, Any]:
        """Return one feature of a release; NotFound also if the clearance does not reach it."""
        self._require_served(release.version)
        return self._queries.feature(release, feature_id, clearance=clearance)

    def feature_log(
        self, layer: str, feature_id: str, clearance: Sensitivity = Sensitivity.PUBLIC
    ) -> list[FeatureVersion]:
        """Return the states of a feature, newest first (see ``layers.featurelog``)."""
        return feature_log(self.workspace, layer, feature_id, clearance=clearance)

    def extent(self, release: Release, clearance: Sensitivity = Sensitivity.PUBLIC) -> Extent:
        """Return how many features of a release a clearance reaches, and where they lie."""
        self._require_served(release.version)
        return self._queries.extent(release, clearance)

    def diff(
        self,
        layer: str,
        older: Release | None,
        newer: Release | None,
        clearance: Sensitivity = Sensitivity.PUBLIC,
    ) -> Diff:
        """Return what changed from one release to another; None stands for the empty layer."""
        for item in (older, newer):
            if item is not None:
                self._require_served(item.version)
        return compare(
            self.workspace.spec(layer),
            self.workspace.content(older),
            self.workspace.content(newer),
            clearance=clearance,
            older_release=older,
            newer_release=newer,
        )

    # What is to be published

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
    ) -> Draft:
        """Keep rows as a draft: they replace the layer, but no constraint ends by absence.

        Rows beyond ``clearance`` stay too: a file says nothing of what its author may not see.
        Features that come back under other ids are refused unless ``new_ids`` says it is meant.

        Raises
        ------
        InvalidInput
            If the rows cannot make a version of the layer, or are exercise data in a real
            operation.
        """
        origin = Origin(author, message, report, source_name, source_sha256)
        return draft.make_draft(
            self.workspace, layer, frame, origin, clearance=clearance, new_ids=new_ids
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
        """Publish an earlier version again as a new release (errors as :meth:`publish`)."""
        return publish.roll_back(
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

    def _require_served(self, version: str) -> None:
        found = self.workspace.withdrawn_release(version)
        if found is not None:
            raise withdrawn_error(found)
