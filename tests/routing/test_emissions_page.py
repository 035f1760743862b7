"""The page on emissions says what the factors and the record hold."""

from __future__ import annotations

import re
from pathlib import Path

from lca.emission import EmissionFactor, emission_factors
from lca.record import fields_of

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "emissions.md"


def test_the_page_lists_the_shipped_figures_and_the_columns_there_are():
    text = PAGE.read_text(encoding="utf-8")
    for factor in emission_factors():
        for value in (factor.wtt_g_per_tkm, factor.ttw_g_per_tkm):
            assert value is None or f"| {value:g} g CO2e/tkm |" in text
    (line,) = [line for line in text.splitlines() if line.startswith("`id, name")]
    columns = re.findall(r"\w+", line)
    assert set(columns) <= {field.name for field in fields_of(EmissionFactor)}
    needed = {field.name for field in fields_of(EmissionFactor) if field.required}
    assert needed <= set(columns)
