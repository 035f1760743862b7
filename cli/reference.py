"""Publish boundaries or places of an operation from a file, and say what was left out of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import geopandas as gpd

from layers.release import Release
from layers.store import Store
from lca.errors import ValidationFailed
from lca.ingest.reference import About, read_reference
from lca.issues import Report
from lca.vocab import Sensitivity

from .context import Session
from .fetching import Obtained

_EVERYTHING = Sensitivity.STRICTLY_CONFIDENTIAL
_MOST_KINDS = 8


def publish_reference(
    session: Session, store: Store, layer: str, file: Obtained, *, iso3: str, author: str
) -> dict[str, Any]:
    """Read a file into a layer and publish it; the same rows again change nothing.

    Returns
    -------
    dict
        The release and counts, as a JSON object.

    Raises
    ------
    ValidationFailed
        If no row of the file can be used.
    """
    operation = store.operation
    about = About(
        source_org=file.source,
        stated_on=file.of_day,
        iso3=iso3,
        licence=file.licence,
        source_ref=file.path.name,
        exercise=operation is not None and operation.exercise,
    )
    session.say(f"Reading {layer} from {file.path.name} …")
    reading = read_reference(file.path, layer, about)
    _say_issues(session, reading.report, layer)
    frame = reading.tables.get(layer)
    if frame is None or frame.empty:
        raise ValidationFailed(
            f"The file has no {layer} that can be used.",
            where=file.path.name,
            do_next=f"Mend what is listed above, or give another file with --{layer} FILE.",
            details=reading.report.as_json(),
        )
    draft = store.draft(
        layer,
        frame,
        author=author,
        message=f"{file.source}, {file.of_day}",
        report=reading.report,
        source_name=reading.filename,
        source_sha256=reading.sha256,
        clearance=_EVERYTHING,
    )
    release = store.publish(draft.id, author=author, clearance=_EVERYTHING)
    return {**told(release, store.frame(release.version)), **_counts(reading.report, layer)}


def told(release: Release, frame: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return a release of boundaries or places as a JSON object."""
    body = {"version": release.version, "number": release.number, "features": len(frame)}
    if "level" in frame:
        levels = Counter(int(level) for level in frame["level"])
        return {
            **body,
            "levels": {str(level): levels[level] for level in sorted(levels)},
            "with_pcode": int(frame["pcode"].notna().sum()),
        }
    return {**body, "with_population": int(frame["population"].notna().sum())}


def _counts(report: Report, layer: str) -> dict[str, int]:
    return {
        "rows_in": report.rows_in.get(layer, 0),
        "rows_rejected": report.rows_rejected.get(layer, 0),
    }


def _say_issues(session: Session, report: Report, layer: str) -> None:
    """Say each kind of problem once, with how many rows have it and the first of them."""
    kinds = Counter((issue.severity, issue.message) for issue in report.issues)
    first = {(issue.severity, issue.message): issue for issue in reversed(report.issues)}
    for kind, count in kinds.most_common(_MOST_KINDS):
        more = f" (and {count - 1:,} more like this)" if count > 1 else ""
        session.say(f"  {kind[0].value}: {first[kind].text()}{more}")
    if len(kinds) > _MOST_KINDS:
        session.say(f"  … and {len(kinds) - _MOST_KINDS} other kinds of problem")
    rejected = report.rows_rejected.get(layer, 0)
    if rejected:
        session.say(f"  {rejected:,} of {report.rows_in[layer]:,} rows were left out")
