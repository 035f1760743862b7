"""What one operation's store has published: its heads, history, rows, pages and differences."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

import geopandas as gpd

from lca.geo import BBox
from lca.vocab import Sensitivity

from .box import Box
from .catalogue import Catalogue
from .diff import Diff, compare
from .featurelog import FeatureVersion, feature_log
from .filters import Filter, Interval
from .operation import Operation
from .present import Present
from .query import Extent, Page, QueryStore
from .question import Question
from .records import records_in
from .release import Heads, Release, is_fixed, read_heads, resolve, withdrawn_error
from .sensitivity import reachable
from .spec import LayerSpec
from .tags import is_tag_name, tagged_number
from .workspace import Workspace


class Published:
    """The reading half of :class:`layers.store.Store`; nothing here changes what is known."""

    def __init__(self, workspace: Workspace, queries: QueryStore) -> None:
        self.workspace = workspace
        self._queries = queries
        self._present = Present(workspace.catalogue)

    @property
    def specs(self) -> Mapping[str, LayerSpec]:
        """The layers' specs by name."""
        return self.workspace.specs

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue, for the modules of this package that keep their own tables in it."""
        return self.workspace.catalogue

    @property
    def operation(self) -> Operation | None:
        """The operation that the store belongs to, if it has been set."""
        return self._present.operation()

    def now(self) -> datetime:
        """Return the time in UTC by the store's clock."""
        return self.workspace.now()

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
        *,
        at: datetime | None = None,
    ) -> Diff:
        """Return what changed from one release to another; None stands for the empty layer.

        With ``at`` it is what changed of that which holds at a moment (see ``layers.diff.Diff``).
        """
        for item in (older, newer):
            if item is not None:
                self._require_served(item.version)
        found = compare(
            self.workspace.spec(layer),
            self.workspace.content(older),
            self.workspace.content(newer),
            clearance=clearance,
            older_release=older,
            newer_release=newer,
        )
        return found if at is None else found.holding_at(at)

    def _require_served(self, version: str) -> None:
        found = self.workspace.withdrawn_release(version)
        if found is not None:
            raise withdrawn_error(found)
