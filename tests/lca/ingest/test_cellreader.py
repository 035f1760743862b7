"""A table's cells are read as one cell alone is, however often they come back."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from lca.constraint import Constraint
from lca.errors import InvalidInput
from lca.facility import Port
from lca.ingest.cellreader import CellReader
from lca.ingest.cells import parse_cell
from lca.ingest.wire import CellFault
from lca.record import fields_of, from_row, to_row

ZONE = ZoneInfo("America/Santiago")
CELLS = (
    *(0, 1, -1, 12, 2**53, 2**53 + 1, 10**17 + 1, 0.0, -0.0, 1.0, 2.5, 1e300, True, False),
    *("", " ", "-", "n/a", "unknown", "desconocido", "1", "1.5", "1,5", "1,234", "12 t", "-1"),
    *("yes", "oui", "open", "blocked", "flood", "2026-11-21", "03/04/2026", "2026-11-21 08:00"),
    *("08:00", "8;9;10", "Aug-Oct", "Mo-Fr 06:00-18:00", "5372; 5374", "x" * 65, "Deck gone"),
    *(datetime(2026, 11, 21), datetime(2026, 11, 21, 8), datetime(2026, 11, 21, 8, tzinfo=UTC)),  # noqa: DTZ001
    # The same moment as the last, at another hour of the day.
    datetime(2026, 11, 21, 5, tzinfo=timezone(timedelta(hours=-3))),
    *(time(8), CellFault("#REF!")),
)


@pytest.mark.parametrize("record_class", [Constraint, Port])
@pytest.mark.parametrize("zone", [None, ZONE], ids=str)
def test_a_table_reads_a_cell_as_it_is_read_alone(record_class, zone):
    reader = CellReader(record_class, zone)
    for (name, field), cell in product(reader.fields.items(), CELLS):
        alone = outcome(parse_cell, field, cell, zone)
        assert [outcome(reader.read, name, cell) for _ in range(2)] == [alone] * 2, (name, cell)


def outcome(read, *given):
    """What came of a cell: the value with its type, or the error in words."""
    try:
        value = read(*given)
    except InvalidInput as error:
        return error.what, error.do_next
    return type(value), repr(value)


@pytest.mark.parametrize("record_class", [Constraint, Port])
def test_a_record_of_a_row_is_the_one_that_its_class_makes(record_class):
    informed = datetime(2026, 11, 21, tzinfo=UTC)
    stated = {"id": "e1", "name": "One", "source_org": "Exercise", "date_of_information": informed}
    figures = {
        field.name: 0.5
        for field in fields_of(record_class)
        if field.type == "number" and not field.codes
    }
    made = from_row(record_class, {**stated, **figures})
    assert made == record_class(**stated, **figures)
    assert hash(made) == hash(record_class(**stated, **figures))
    assert from_row(record_class, to_row(made)) == made
