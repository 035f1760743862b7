"""Notice constraints whose place nothing tells: on no road do they act.

Rule: ``location.missing``, once a sheet. A row of WFP's columns whose ``osm_id`` is 0 is one.
"""

from __future__ import annotations

from collections.abc import Sequence

from lca.constraint import Constraint
from lca.ingest.finding import Finding, tell_of_all
from lca.ingest.rows import TableRows

_PLACES = (
    "geometry",
    "osm_way_ids",
    "target_ids",
    "openlr",
    "location_text",
    "place_from",
    "place_to",
    "chainage_from_place",
)


def check_nowhere(tables: Sequence[TableRows]) -> None:
    """Tell how many constraints that stand have neither a place, nor ways, nor words for one."""
    for table in tables:
        lost = [
            row.number
            for row, record in table.accepted
            if isinstance(record, Constraint) and record.status.stands and _is_nowhere(record)
        ]
        if not lost:
            continue
        many = f"{len(lost)} rows say" if len(lost) > 1 else "1 row says"
        tell_of_all(
            table,
            Finding(
                rule="location.missing",
                message=f"{many} nothing of where it is, first row {lost[0]}; "
                "such a constraint acts on no road.",
                do_next="Give a position, a line or the OSM way ids.",
            ),
        )


def _is_nowhere(constraint: Constraint) -> bool:
    return all(getattr(constraint, name) in (None, ()) for name in _PLACES)
