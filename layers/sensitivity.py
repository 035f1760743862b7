"""Which rows a clearance reaches: the one filter that lists, counts, files and errors share."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from lca.vocab import Sensitivity


def reachable(clearance: Sensitivity) -> tuple[str, ...]:
    """Return the sensitivities that a clearance may see, lowest first."""
    return tuple(word.value for word in Sensitivity if word.rank <= clearance.rank)


def visible_rows(frame: gpd.GeoDataFrame, clearance: Sensitivity) -> NDArray[np.bool_]:
    """Tell for each row whether the clearance reaches it; a row without a mark counts as highest."""
    return frame["sensitivity"].isin(reachable(clearance)).to_numpy(dtype=bool)


def label(frame: gpd.GeoDataFrame) -> Sensitivity:
    """Return the highest sensitivity among rows; public if there are none."""
    words = set(frame["sensitivity"].dropna())
    return max(
        (Sensitivity(word) for word in words),
        key=lambda word: word.rank,
        default=Sensitivity.PUBLIC,
    )
