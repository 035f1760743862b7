"""Say of roads that are assessed as closed or restricted that their layer closes none of them.

Rule: ``status.closes_nothing``, once a layer. A road assessment says what was seen; only a
constraint keeps a vehicle off (design, rule of truth 1), and who sends the one expects the other.
"""

from __future__ import annotations

from collections.abc import Sequence

from lca.ingest.finding import Finding, tell_of_all
from lca.ingest.rows import TableRows
from lca.roadassessment import RoadAssessment
from lca.vocab import RoadStatus

_NOT_OPEN = frozenset({RoadStatus.CLOSED, RoadStatus.RESTRICTED, RoadStatus.ABANDONED})


def tell_what_closes_nothing(tables: Sequence[TableRows]) -> None:
    """Tell of each layer of assessments how many of its roads are not open."""
    for table in tables:
        if not issubclass(table.kind.record_class, RoadAssessment):
            continue
        rows = [row for row, record in table.accepted if record.op_status in _NOT_OPEN]
        if not rows:
            continue
        roads = "1 road is" if len(rows) == 1 else f"{len(rows)} roads are"
        tell_of_all(
            table,
            Finding(
                rule="status.closes_nothing",
                message=f"{roads} not open, first in row {rows[0].number}: an assessment is "
                "shown on the map, and changes no route.",
                do_next="Enter what closes or restricts a road as constraints too; a WFP road "
                "extract is read as such with --layer constraints.",
                target="op_status",
            ),
        )
