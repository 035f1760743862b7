"""Constraints of a what-if file: a GeoJSON FeatureCollection in the constraints layer's words."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from lca.constraint import Constraint
from lca.errors import InvalidInput, UnreadableFile
from lca.vocab import LocationPrecision
from routing.what_if import MOST_BYTES, supposed_constraints


def read_hypothesis(path: Path | None, told: datetime) -> tuple[Constraint, ...]:
    """Return the constraints of a what-if file, or none without a file.

    Parameters
    ----------
    told : datetime
        When the asker supposes them: the date of what states none. Whoever supposes something is
        its source and knows the place.

    Raises
    ------
    UnreadableFile
        If it is not a GeoJSON FeatureCollection, or too large.
    InvalidInput
        If a feature does not make a valid constraint.
    """
    if path is None:
        return ()
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise UnreadableFile(
            f"The what-if file is larger than {MOST_BYTES / 1e6:.0f} MB.", where=path.name
        )
    defaults = {
        "source_org": "the asker's hypothesis",
        "date_of_information": told,
        "location_precision": LocationPrecision.ACCURATE.value,
    }
    try:
        return supposed_constraints(path.read_bytes(), defaults)
    except InvalidInput as error:
        where = f"{path.name}, {error.where}" if error.where else path.name
        raise type(error)(error.what, where=where, do_next=error.do_next) from error
