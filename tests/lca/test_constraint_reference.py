"""The reference page names every field of the record, in its order, with its unit."""

from __future__ import annotations

import re
from pathlib import Path

from lca.constraint import Constraint
from lca.record import fields_of

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "constraints.md"


def test_the_tables_of_fields_are_those_of_the_record():
    told = re.findall(
        r"^\| `(\w+)` \| (\w*) ?\|", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    names = {field.name for field in fields_of(Constraint)}
    assert [row for row in told if row[0] in names] == [
        (field.name, field.unit or "") for field in fields_of(Constraint)
    ]
