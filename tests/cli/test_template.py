"""``lca template`` from the outside."""

from __future__ import annotations

import openpyxl


def test_a_template_of_a_country_knows_its_time_zone(lca, tmp_path):
    path = tmp_path / "out.xlsx"
    run = lca("template", "--layers", "ports, fuel", "--country", "sdn", "--out", path)
    assert (run.code, run.out.strip()) == (0, str(path))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:4] == ["Assessment", "Instructions", "Ports", "Fuel"]
    cover = {row[0].value: row[1].value for row in book["Assessment"]}
    assert (cover["Country"], cover["Time zone"]) == ("SDN", "Africa/Khartoum")
    assert cover["Exercise"] is None


def test_a_country_of_several_zones_leaves_the_zone_open(lca, tmp_path):
    path = tmp_path / "out.xlsx"
    assert (
        lca(
            "template", "--country", "CHL", "--lang", "es", "--layers", "places", "--out", path
        ).code
        == 0
    )
    cover = {row[0].value: row[1].value for row in openpyxl.load_workbook(path)["Evaluación"]}
    assert (cover["País"], cover["Zona horaria"]) == ("CHL", None)


def test_a_file_that_is_there_is_not_written_over(lca, tmp_path):
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"filled in")
    run = lca("template", "--out", path)
    assert run.code == 2
    assert "there already" in run.err
    assert path.read_bytes() == b"filled in"


def test_what_cannot_be_made_is_told(lca, tmp_path):
    assert lca("template", "--out", tmp_path / "out.ods").code == 2
    assert lca("template", "--lang", "de", "--out", tmp_path / "out.xlsx").code == 2
    assert lca("template", "--country", "Sudan", "--out", tmp_path / "out.xlsx").code == 3
    assert not list(tmp_path.glob("out*"))
