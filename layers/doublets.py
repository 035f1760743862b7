"""Features that are in a content twice: the same natural key, the same shape, or the same place.

A pair counts if at least one of the two is new or changed; what has stood is not judged again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from lca.geo import GEOD

from .content import Snapshot
from .parts import completed

NEAR_M = 250.0
"""Two features of like name and kind this near to each other may be one."""

_ALIKE = 0.5
_KIND = "constraint_type"
_WKB_POINT = 1
_METRES_A_DEGREE = 110_000.0
_STEEPEST = 0.05
"""Cosine of 87 degrees: nearer to the poles a degree of longitude is taken as that wide."""


def same_key(
    content: Snapshot, columns: Sequence[str], fresh: Collection[str], seen: Collection[str]
) -> tuple[str, ...]:
    """Return the ids of rows that share their natural key with another one.

    Parameters
    ----------
    columns : sequence of str
        The natural key; a row that lacks a part of it has none.
    fresh : collection of str
        The ids that are new or changed.
    seen : collection of str
        The sensitivities of the rows that are looked at: a hidden row is nobody's double.
    """
    if not columns or not fresh:
        return ()
    table = _read(content, ["id", *columns], seen)
    keys = table[list(columns)].map(
        lambda value: _plain(value) if isinstance(value, str) else value
    )
    known = keys.notna().all(axis=1)
    groups = keys[known].groupby(list(columns), sort=False).ngroup()
    return _shared(table["id"][known].to_numpy(), groups.to_numpy(), set(fresh))


def doublets(content: Snapshot, fresh: Collection[str], seen: Collection[str]) -> tuple[str, ...]:
    """Return the ids of rows that may be one with another: by shape and name, or by nearness.

    Equal shapes count under the same name; of points that lie near each other, only the nearest
    is looked at, so that a crowd in one place costs no more than its number.

    Parameters
    ----------
    fresh : collection of str
        The ids that are new or changed.
    seen : collection of str
        The sensitivities of the rows that are looked at, as in :func:`same_key`.
    """
    if not fresh:
        return ()
    names = ["id", "name", "geometry"]
    kinds = [_KIND] if _KIND in {field.name for field in content.fields} else []
    table = _read(content, [*names, *kinds], seen).rename(columns={_KIND: "kind"})
    table = table[table["geometry"].notna()].reset_index(drop=True)
    if not kinds:
        table["kind"] = ""
    wanted = set(fresh)
    return tuple(sorted({*_same_shape(table, wanted), *_near_namesakes(table, wanted)}))


def _same_shape(table: pd.DataFrame, fresh: set[str]) -> tuple[str, ...]:
    twice = table[table["geometry"].duplicated(keep=False)]
    alike = twice.assign(name=twice["name"].map(_plain))
    groups = alike.groupby(["name", "kind", "geometry"], sort=False, dropna=False).ngroup()
    return _shared(twice["id"].to_numpy(), groups.to_numpy(), fresh)


def _near_namesakes(table: pd.DataFrame, fresh: set[str]) -> Iterable[str]:
    is_point = table["geometry"].map(lambda wkb: wkb[1] == _WKB_POINT).to_numpy(dtype=bool)
    points = table[is_point].reset_index(drop=True)
    own = np.flatnonzero(points["id"].isin(fresh))
    if len(points) < 2 or not len(own):
        return
    shapes = shapely.from_wkb(points["geometry"].to_numpy())
    xy = shapely.get_coordinates(shapes)
    flattest = max(float(np.cos(np.radians(np.abs(xy[:, 1]).max()))), _STEEPEST)
    here, there = shapely.STRtree(shapes).query_nearest(
        shapes[own], max_distance=NEAR_M / _METRES_A_DEGREE / flattest, exclusive=True
    )
    here = own[here]
    _, _, metres = GEOD.inv(*xy[here].T, *xy[there].T)
    for one, other, apart in zip(here, there, metres, strict=True):
        if apart <= NEAR_M and _alike(points, one, other):
            yield str(points["id"][one])


def _alike(table: pd.DataFrame, one: int, other: int) -> bool:
    if table["kind"][one] != table["kind"][other]:
        return False
    a, b = _trigrams(table["name"][one]), _trigrams(table["name"][other])
    return len(a & b) >= _ALIKE * len(a | b)


def _read(content: Snapshot, columns: Iterable[str], seen: Collection[str]) -> pd.DataFrame:
    listed = [*columns, "sensitivity"]
    tables = [completed(part.table(), content.fields).select(listed) for part in content.parts]
    found: pd.DataFrame = pa.concat_tables(tables).to_pandas()
    return found[found["sensitivity"].isin(list(seen))].drop(columns="sensitivity")


def _shared(ids: NDArray[Any], groups: NDArray[Any], fresh: set[str]) -> tuple[str, ...]:
    """Return the ids of groups of several that hold a fresh one."""
    several = pd.Series(groups).duplicated(keep=False).to_numpy()
    touched = {group for key, group in zip(ids, groups, strict=True) if key in fresh}
    return tuple(
        sorted(
            str(key)
            for key, group, shared in zip(ids, groups, several, strict=True)
            if shared and group in touched
        )
    )


def _plain(name: str) -> str:
    """Return a name without accents, capitals and punctuation."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", letters))


def _trigrams(name: str) -> set[str]:
    padded = f"  {_plain(name)} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}
