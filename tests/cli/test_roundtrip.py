"""``lca layer edit``, ``checkout``, ``checkin`` and ``lca draft rebase`` on the demo store."""

from __future__ import annotations

import openpyxl
import pytest


def port_ids(lca):
    return [row["id"] for row in lca("layer", "show", "ports", "--json").json["features"]]


def typed(path, key, **values):
    """Type values into a feature's row of a checked-out workbook."""
    book = openpyxl.load_workbook(path)
    page = book["ports"]
    place = {cell.value.rpartition("[")[2].rstrip("]"): cell.column for cell in page[1]}
    (number,) = (cell.row for cell in page["A"] if cell.value == key)
    for name, value in values.items():
        page.cell(number, place[name], value)
    book.save(path)


def test_one_command_changes_all_that_a_filter_finds(lca):
    first, *_ = port_ids(lca)
    before = lca("layer", "log", "ports", "--json").json[0]["number"]
    ran = lca(
        "layer", "edit", "ports", "--filter", f"id = '{first}'",
        "--set", "status=restricted", "--source", "MOP", "--reason", "swell",
    )  # fmt: skip
    assert (ran.code, f"version {before + 1}" in ran.out) == (0, True)
    row = lca("layer", "show", "ports", "--json").json["features"][0]
    assert (row["status"], row["source_org"]) == ("restricted", "MOP")


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--set", "status=closed"], 2, "Nothing says which features"),
        (["--ids", "nothing", "--set", "status=closed"], 3, "nothing"),
        (["--bbox", "-80,-60,-60,-10"], 2, "not clear what"),
        (["--bbox", "-80,-60,-60,-10", "--confirm"], 2, "Nobody is named"),
        (["--bbox", "-80,-60,-60,-10", "--set", "status=closed"], 4, "is not valid"),
        (["--bbox", "-80,-60,-60,-10", "--end", "--source", "MOP"], 4, "Only a constraint"),
    ],
)
def test_an_edit_that_says_too_little_or_wrong_is_refused(lca, options, code, words):
    ran = lca("layer", "edit", "ports", "--reason", "r", *options)
    assert (ran.code, words in ran.err) == (code, True), ran.err


def test_a_workbook_is_edited_beside_others_and_its_conflict_is_settled(lca, tmp_path):
    path, (first, *_) = tmp_path / "work.xlsx", port_ids(lca)
    assert lca("layer", "checkout", "ports", "--out", path).code == 0
    assert lca("layer", "checkout", "ports", "--out", path).code == 2
    assert "Nothing was changed" in lca("layer", "checkin", path).out
    edit = ("layer", "edit", "ports", "--ids", first, "--reason", "r")
    assert lca(*edit, "--set", "status=restricted", "--author", "Ben").code == 0
    typed(path, first, status="not_operational", berths=9)
    ran = lca("layer", "checkin", path, "--author", "Ana")
    assert ran.code == 5
    assert "Ben said restricted" in ran.out
    (draft,) = lca("draft", "list", "ports", "--json").json
    assert f"lca draft rebase {draft['id']}" in lca("draft", "show", draft["id"]).err
    refused = lca("layer", "publish", "ports", "--draft", draft["id"])
    assert (refused.code, "Ports, version 1 (" in refused.err) == (5, True), refused.err
    assert lca("draft", "rebase", draft["id"]).code == 5
    assert lca("draft", "rebase", draft["id"], "--keep", "nonsense").code == 2
    ran = lca("draft", "rebase", draft["id"], "--keep", f"{first}.status=ours")
    assert (ran.code, "1 changed" in ran.out) == (0, True), ran.err
    assert lca("layer", "publish", "ports", "--draft", draft["id"]).code == 0
    row = lca("layer", "show", "ports", "--json").json["features"][0]
    assert (row["status"], row["berths"]) == ("not_operational", 9)


def test_a_copy_without_its_ticket_is_named_by_hand(lca, tmp_path):
    path, (first, *_) = tmp_path / "work.xlsx", port_ids(lca)
    lca("layer", "checkout", "ports", "--out", path)
    book = openpyxl.load_workbook(path)
    del book["checkout"]
    book.save(path)
    typed(path, first, berths=9)
    assert lca("layer", "checkin", path).code == 4
    assert lca("layer", "checkin", path, "--layer", "ports").code == 2
    ran = lca("layer", "checkin", path, "--layer", "ports", "--base", "1")
    assert (ran.code, "1 changed" in ran.out) == (0, True)


def test_edits_gather_in_a_draft(lca):
    first, *_ = port_ids(lca)
    edit = ("layer", "edit", "ports", "--ids", first, "--reason", "r")
    draft = lca(*edit, "--set", "berths=3", "--draft", "--json").json
    ran = lca(*edit, "--set", "status=restricted", "--into", draft["id"])
    assert "1 changed" in ran.out
    assert lca("layer", "publish", "ports").code == 0


def test_a_checked_out_file_is_not_taken_for_an_import(lca, tmp_path):
    path = tmp_path / "work.gpkg"
    assert lca("layer", "checkout", "ports", "--out", path).code == 0
    ran = lca("import", path, "--layer", "ports")
    assert (ran.code, "lca layer checkin" in ran.err) == (2, True)
