"""The guide's commands do what the guide says, and write files that say the same."""

from __future__ import annotations

import io
import json
import re
import shlex
from pathlib import Path

import openpyxl

REPO = Path(__file__).resolve().parents[2]
GUIDE = REPO / "docs" / "how-to" / "planner-tables.md"


def test_the_guide(lca, tmp_path):
    ran = []
    for line in re.findall(r"^\$ lca (.*)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE):
        words = [
            str(REPO / word)
            if word.startswith("docs/")
            else str(tmp_path / word)
            if re.fullmatch(r"\w+\.(xlsx|geojson)", word)
            else word
            for word in shlex.split(line)
        ]
        answer = lca(*words)
        assert answer.code == 0, f"lca {line}: {answer.err}{answer.out}"
        assert answer.out.startswith("EXERCISE · ")
        assert ("HYPOTHETICAL" in answer.out) == ("--without" in line)
        ran.append(words[0])
    assert set(ran) == {"matrix", "reach", "isolation", "critical", "gateways", "gaps"}
    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "matrix.xlsx").read_bytes()))
    assert book.sheetnames[0] == "travel time"
    assert book.worksheets[0]["A1"].value.startswith("EXERCISE · matrix · ")
    areas = json.loads((tmp_path / "reach.geojson").read_text(encoding="utf-8"))
    assert [item["properties"]["hours"] for item in areas["features"]] == [0.5, 0.25]


def test_a_matrix_agrees_with_the_single_answers(lca):
    table = lca("matrix", "CLCQQ", "SCSE", "--vehicle", "truck_heavy_3", "--json").json
    single = lca("route", "CLCQQ", "SCSE", "--vehicle", "truck_heavy_3", "--json").json
    cell = table["cells"][0][1]
    assert (cell["verdict"], cell["km"]) == (single["verdict"], single["way"]["length_km"])
    assert abs(cell["hours"] - single["way"]["duration_h"]) <= 0.01


def test_what_cannot_be_a_table_says_what_to_do(lca, tmp_path):
    bad = lca("matrix", "CLCQQ", "--vehicle", "truck_heavy_3", "--out", str(tmp_path / "x.exe"))
    assert bad.code == 2
    assert ".xlsx" in bad.err
    assert lca("isolation", "--hub", "Atlantis", "--vehicle", "truck_heavy_3").code == 3
    assert lca("reach", "CLCQQ", "--hours", "-1", "--vehicle", "truck_heavy_3").code == 2
