"""The gate of publishing: what is wrong or doubtful in a draft's content, beside its base.

What cannot be a record or a shape at all makes no draft (``layers.normal``, ``require_records``).
Of the rest, only what a draft adds or changes is judged, so that an old fault keeps nobody from
mending another; the share of stale rows alone is of the whole content.

An *error* blocks publishing. A *warning* blocks nothing on a layer without a review; on one with a
review the approver acknowledges each by its code.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from lca.errors import InvalidInput, ValidationFailed
from lca.issues import Severity
from lca.vocab import Sensitivity

from .content import Snapshot
from .diff import ChangedKeys, changed_keys
from .doublets import NEAR_M, doublets, same_key
from .finding import Finding, error, warning
from .parts import completed
from .sensitivity import reachable
from .shapefaults import of_another_kind, outside, round_the_world
from .spec import LayerKind, LayerSpec
from .workspace import Workspace

BOUNDARIES = "boundaries"
_MOST_REMOVED = 0.2
_MOST_STALE = 0.5
_DATES = ["id", "sensitivity", "date_of_information", "last_confirmed_at"]
_ALL = Sensitivity.STRICTLY_CONFIDENTIAL
_MARKUP = re.compile(r"<[A-Za-z/!?]|&#?\w+;|^\s*[=@]")
"""A tag, an entity, or what a spreadsheet takes for a formula."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a draft is judged by besides its base: the moment, and the operation's boundaries."""

    now: datetime
    boxes: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 4)))


class _Chunk(NamedTuple):
    """Some rows of a part: their ids, their shapes, and all their columns as an Arrow table."""

    ids: NDArray[np.object_]
    shapes: NDArray[np.object_]
    table: Any

    def text(self, column: str) -> pd.Series[Any]:
        """Return a column of texts; None throughout if the part was written without it."""
        known = column in self.table.column_names
        values = self.table.column(column).to_pylist() if known else [None] * len(self.ids)
        return pd.Series(values, dtype=object)


@dataclass(frozen=True, slots=True)
class _Case:
    """A content, its base, and which of their rows differ as far as a clearance reaches."""

    spec: LayerSpec
    content: Snapshot
    base: Snapshot | None
    keys: ChangedKeys
    around: Surroundings
    clearance: Sensitivity

    @property
    def fresh(self) -> tuple[str, ...]:
        return (*self.keys.added, *self.keys.changed)

    def chunks(self) -> Iterator[_Chunk]:
        """Yield what is new or changed, part by part."""
        for table in self.content.select(self.fresh):
            shapes = shapely.from_wkb(table.column("geometry").to_numpy(zero_copy_only=False))
            yield _Chunk(np.array(table.column("id").to_pylist(), dtype=object), shapes, table)


def surroundings(workspace: Workspace) -> Surroundings:
    """Return what every draft of a store is judged by now."""
    found = None
    if BOUNDARIES in workspace.specs:
        found = workspace.content(workspace.newest(BOUNDARIES))
    if found is None:
        return Surroundings(workspace.now())
    bounds = shapely.bounds(found.frame.geometry.to_numpy())
    return Surroundings(workspace.now(), bounds[np.isfinite(bounds[:, 0])])


def judge(
    spec: LayerSpec,
    content: Snapshot,
    base: Snapshot | None,
    around: Surroundings,
    *,
    clearance: Sensitivity = _ALL,
) -> tuple[Finding, ...]:
    """Return what is wrong or doubtful in a content, errors first.

    Parameters
    ----------
    base : Snapshot or None
        What the layer holds now; None for an empty layer.
    clearance : Sensitivity
        Rows beyond it are neither judged nor named.
    """
    keys = changed_keys(base, content, clearance)
    case = _Case(spec, content, base, keys, around, clearance)
    return (*_errors(case), *_warnings(case))


def require_sound(
    spec: LayerSpec, content: Snapshot, base: Snapshot | None, *, clearance: Sensitivity
) -> None:
    """Refuse to publish a content with errors, in whichever of its rows.

    Parameters
    ----------
    clearance : Sensitivity
        Rows beyond it are not named.

    Raises
    ------
    ValidationFailed
        ``details["issues"]`` has each error with the features concerned.
    """
    keys = changed_keys(base, content, _ALL)
    nowhere = Surroundings(datetime.max.replace(tzinfo=UTC))
    found = _errors(_Case(spec, content, base, keys, nowhere, _ALL))
    if found:
        ranks = _sensitivities(content, {key for item in found for key in item.ids})
        found = [
            replace(item, ids=tuple(key for key in item.ids if ranks[key] <= clearance.rank))
            for item in found
        ]
        raise ValidationFailed(
            "; ".join(item.as_text() for item in found),
            where=spec.title,
            do_next="Nothing was published.",
            details={"issues": [item.as_json() for item in found]},
        )


def require_acknowledged(
    found: Collection[Finding], accepted: Collection[str], *, all_of_them: bool
) -> None:
    """Refuse an approval of a content with errors, or one that leaves a warning unmentioned.

    Parameters
    ----------
    all_of_them : bool
        Whether warnings need to be accepted at all.

    Raises
    ------
    InvalidInput
        Naming each; ``details["issues"]`` has them.
    """
    left = [
        item
        for item in found
        if item.severity is Severity.ERROR or (all_of_them and item.code not in accepted)
    ]
    if left:
        raise InvalidInput(
            "; ".join(item.as_text() for item in left),
            do_next="Have the errors mended, and accept each warning by its code.",
            details={"issues": [item.as_json() for item in left]},
        )


def _errors(case: _Case) -> list[Finding]:
    other_kind: list[str] = []
    long_way: list[str] = []
    for chunk in case.chunks():
        other_kind += chunk.ids[of_another_kind(chunk.shapes, case.spec.geometry)].tolist()
        long_way += chunk.ids[round_the_world(chunk.shapes)].tolist()
    columns = case.spec.id_rule.columns
    return [
        *error(
            "geometry_kind",
            other_kind,
            f"The layer holds {' and '.join(case.spec.geometry)} shapes only.",
            "Draw them so, or import them into another layer.",
        ),
        *error(
            "antimeridian",
            long_way,
            "Lines or areas go round the world from 180 to -180 degrees.",
            "Cut each at the antimeridian into two parts.",
        ),
        *error(
            "same_key",
            same_key(case.content, columns, case.fresh, reachable(case.clearance)),
            f"Several features have the same {' and '.join(columns)}.",
            "Keep one of each, or correct the others.",
        ),
    ]


def _is_other(licences: pd.Series[str], own: str) -> pd.Series[bool]:
    """Tell which records name another licence; CC BY 4.0 is CC-BY-4.0 in people's words."""
    written = licences.str.casefold().str.replace(r"[\s_-]+", "-", regex=True)
    return licences.notna() & (written != "-".join(re.split(r"[\s_-]+", own.casefold())))


def _warnings(case: _Case) -> list[Finding]:
    far: list[str] = []
    markup: list[str] = []
    other_licence: list[str] = []
    for chunk in case.chunks():
        if case.spec.kind is not LayerKind.BOUNDARY:
            far += chunk.ids[outside(chunk.shapes, case.around.boxes)].tolist()
        written = chunk.text("name").map(lambda name: bool(_MARKUP.search(name)))
        markup += chunk.ids[written.to_numpy(dtype=bool)].tolist()
        licence = chunk.text("licence")
        other_licence += chunk.ids[_is_other(licence, case.spec.licence)].tolist()
    return [
        *_lowered(case),
        *_removed(case),
        *warning(
            "duplicate",
            doublets(case.content, case.fresh, reachable(case.clearance)),
            f"Features may be there twice: like name, and the same shape or within {NEAR_M:.0f} m.",
            "Keep one of each, or say in their names what tells them apart.",
        ),
        *warning(
            "far_away",
            far,
            "Features lie more than about 100 km outside the operation's boundaries.",
            "Check that longitude and latitude are not exchanged.",
        ),
        *warning(
            "markup",
            markup,
            "Names hold HTML or begin like a formula.",
            "Write them as plain text; they are shown as they are written, never run.",
        ),
        *warning(
            "other_licence",
            other_licence,
            f"Records are under another licence than the layer's ({case.spec.licence}).",
            "Check that the layer may pass them on; what leaves the store names the layer's.",
        ),
        *_stale(case),
    ]


def _lowered(case: _Case) -> list[Finding]:
    """Return the rows that more people would see than before, or than the layer is meant for."""
    before, after = (
        _sensitivities(item, case.fresh) if item else {} for item in (case.base, case.content)
    )
    default = case.spec.default_sensitivity.rank
    least = {key: before.get(key, default) for key in after}
    return warning(
        "sensitivity_lowered",
        [key for key, rank in after.items() if rank < least[key]],
        "Features would be shown to more people than before, or than the layer's default.",
        "Check that their source allows it.",
    )


def _removed(case: _Case) -> list[Finding]:
    if case.base is None or not case.keys.removed:
        return []
    words = pa.array(reachable(case.clearance), pa.string())
    there = sum(
        pc.sum(pc.is_in(part.index().column("sensitivity"), value_set=words)).as_py() or 0
        for part in case.base.parts
    )
    share = len(case.keys.removed) / max(there, 1)
    if share <= _MOST_REMOVED:
        return []
    return warning(
        "many_removed",
        case.keys.removed,
        f"{share:.0%} of the layer's features would go.",
        "Check that the file is whole. If it holds a part of the layer only, let it join: lca import --add.",
    )


def _stale(case: _Case) -> list[Finding]:
    limit = case.around.now - timedelta(days=case.spec.cadence_days)
    stale: list[str] = []
    known = 0
    for part in case.content.parts:
        table = completed(part.table(), case.content.fields).select(_DATES).to_pandas()
        seen = table[table["sensitivity"].isin(reachable(case.clearance))]
        last = seen[["date_of_information", "last_confirmed_at"]].max(axis=1)
        known += len(seen)
        stale += seen["id"][(last < limit).to_numpy(dtype=bool)].tolist()
    if len(stale) <= _MOST_STALE * known:
        return []
    return warning(
        "stale",
        stale,
        f"{len(stale)} of {known} features were last seen more than {case.spec.cadence_days} "
        "days ago.",
        "Ask for newer information, or confirm what still holds.",
    )


def _sensitivities(content: Snapshot, ids: Collection[str]) -> dict[str, int]:
    """Return the rank of the sensitivity of some rows."""
    ranks = {word.value: word.rank for word in Sensitivity}
    wanted = set(ids)
    return {
        key: ranks.get(word, _ALL.rank)
        for part in content.parts
        for key, word in zip(
            part.index().column("id").to_pylist(),
            part.index().column("sensitivity").to_pylist(),
            strict=True,
        )
        if key in wanted
    }
