"""``lca profile`` and ``lca form`` at the terminal."""

from __future__ import annotations

import openpyxl
import pytest

TABLE = "Nom;Lat.;Longitud;Genre\nDépôt A;13,16123;32,66123;?\n"


def test_a_mapping_is_proposed_printed_and_saved(lca, tmp_path):
    file, out = tmp_path / "t.csv", tmp_path / "mine.toml"
    file.write_text(TABLE, encoding="utf-8")
    printed = lca("profile", "propose", file, "--layer", "storage")
    assert printed.code == 0
    assert 'headings = ["Lat."]' in printed.out
    saved = lca("profile", "propose", file, "--layer", "storage", "--out", out, "--json")
    assert saved.json["profile"] == out.read_text(encoding="utf-8")
    assert saved.json["lacking"] == {"source_org": "--source", "date_of_information": "--date"}
    shown = lca("profile", "show", out, "--json")
    assert [one["field"] for one in shown.json["tables"][0]["columns"]] == [
        "name",
        "latitude",
        "longitude",
    ]
    assert lca("profile", "propose", file, "--layer", "storage", "--out", out).code == 2


def test_profiles_are_listed_and_shown(lca):
    names = [one["name"] for one in lca("profile", "list", "--json").json]
    assert {"kobo", "bare-closures", "sdi-t"} <= set(names)
    assert "prttype" in lca("profile", "show", "sdi-t").out
    assert lca("profile", "show", "none").code == 3


def test_a_form_is_written_for_a_phone(lca, tmp_path):
    out, xform = tmp_path / "o.xlsx", tmp_path / "o.xml"
    made = lca("form", "obstacle", "--out", out, "--xform", xform, "--lang", "fr,ar", "--json")
    assert made.code == 0, made.err
    assert made.json["layer"] == "constraints"
    assert openpyxl.load_workbook(out)["settings"]["A2"].value == "Signalement d'obstacle"
    assert "lca_constraints" in xform.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments",
    [
        ["facility", "--out", "{}/f.xlsx"],
        ["facility", "--layer", "constraints", "--out", "{}/f.xlsx"],
        ["obstacle", "--out", "{}/f.txt"],
        ["obstacle", "--lang", "de", "--out", "{}/f.xlsx"],
    ],
)
def test_a_form_that_cannot_be_is_a_mistake_of_the_caller(lca, tmp_path, arguments):
    assert lca("form", *[part.format(tmp_path) for part in arguments]).code == 2
