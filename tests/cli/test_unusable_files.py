"""A file or folder that a command cannot write or read is told in words, never with a traceback."""

from __future__ import annotations

import json

import pytest


@pytest.mark.parametrize(
    "command",
    [
        ("template", "--layers", "ports", "--out"),
        ("form", "obstacle", "--out"),
    ],
)
def test_a_folder_that_is_not_there_is_named(empty_lca, tmp_path, command):
    missing = tmp_path / "no such folder" / "made.xlsx"
    ran = empty_lca(*command, missing)
    assert (ran.code, ran.out) == (1, "")
    assert str(missing) in ran.err
    assert "Check its folder" in ran.err
    assert "Traceback" not in ran.err
    told = json.loads(empty_lca(*command, missing, "--json").err)
    assert (told["where"], told["detail"]) == (str(missing), "No such file or directory.")


def test_a_report_that_cannot_be_written_leaves_no_draft(lca, tmp_path):
    file = tmp_path / "ports.csv"
    file.write_text(
        "id,name,latitude,longitude,iso3,status,source_org,date_of_information\n"
        "x,Exercise port,-29.95,-71.34,CHL,operational,Exercise,2026-11-01\n"
    )
    before = lca("draft", "list", "--json").out
    ran = lca("import", file, "--layer", "ports", "--exercise", "--report", tmp_path / "no/r.json")
    assert (ran.code, "No such file" in ran.err) == (1, True)
    assert lca("draft", "list", "--json").out == before
