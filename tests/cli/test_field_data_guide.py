"""The guide to what the field sends does what it says: each command is run, each shown line was printed."""

from __future__ import annotations

import re
import runpy
import shlex
import sys
from pathlib import Path

import openpyxl
import pytest

from layers.store import Store

REPO = Path(__file__).resolve().parents[2]
GUIDE = REPO / "docs" / "how-to" / "bring-in-field-data.md"
INDEX = REPO / "docs" / "reference" / "reading" / "README.md"
_DRAFT = re.compile(r"[0-9a-f]{12}")


def steps():
    """Yield each command of the guide with the lines shown under it."""
    for block in re.findall(r"```console\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL):
        for part in re.split(r"^(?=\$ )", block, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            yield command.removeprefix("$ "), shown


def one_line(text):
    return " ".join(text.split())


def newest_draft(folder):
    store = Store.open(folder)
    drafts = [draft for name in store.specs for draft in store.drafts(name)]
    return max(drafts, key=lambda draft: draft.created_at).id


def run_script(words, monkeypatch):
    monkeypatch.setattr(sys, "argv", [str(REPO / words[0]), *words[1:]])
    runpy.run_path(str(REPO / words[0]), run_name="__main__")


@pytest.fixture
def after_the_day(lca, tmp_path, monkeypatch):
    """The store and the folder after every command of the guide."""
    monkeypatch.setenv("LCA_AUTHOR", "ana")
    monkeypatch.chdir(tmp_path)
    drafts, compared, imported = {}, 0, set()
    for command, shown in steps():
        line, _, comment = command.partition("  #")
        program, *words = shlex.split(line)
        if program == "python":
            run_script(words, monkeypatch)
            continue
        assert program == "lca", command
        for told in filter(_DRAFT.fullmatch, words):
            drafts.setdefault(told, newest_draft(lca.store))
        answer = lca(*(drafts.get(word, word) for word in words))
        stated = re.search(r"exit code (\d)", comment)
        assert answer.code == (int(stated[1]) if stated else 0), f"{command}: {answer.err}"
        said = one_line(answer.out + answer.err)
        for piece in re.split(r"\n|…", shown):
            assert one_line(piece) in said, f"{command}: {piece!r} is not in {said}"
            compared += bool(piece.strip())
        imported |= {words[1]} if words[0] == "import" and answer.code == 0 else set()
    assert compared >= 60
    return lca, tmp_path, imported


def test_the_guide(after_the_day):
    lca, folder, imported = after_the_day
    assert {name.rpartition(".")[2] for name in imported} >= {
        *("xlsx", "geojson", "html", "docx", "csv", "kml")
    }
    stores = {row["name"]: row for row in rows_of(lca, "storage")}
    pampa = stores["Dépôt de la Pampa (exercice)"]
    assert (round(pampa["area_m2"]), pampa["capacity_t"]) == (800, 300)
    assert stores["Hangar de Tierras Blancas (exercice)"]["capacity_t"] == 1200
    constraints = {row["name"]: row for row in rows_of(lca, "constraints")}
    assert constraints["closures 1"]["effect"] == "blocked"
    assert constraints["Camino 990004 (exercise)"]["effect"] == "unknown"
    assert "Camino 990003 (exercise)" not in constraints
    assert constraints["Pont de la Quebrada Santa Gracia (exercice)"]["max_gross_t"] == 12
    for layer in ("storage", "constraints", "ports", "berths"):
        told = lca("layer", "show", layer, "--json").out
        assert "Camille" not in told, layer
        assert "Robin" not in told, layer
        assert "0000 000" not in told, layer
    assert "Camille" in (folder / "people.csv").read_text(encoding="utf-8")
    coloured = openpyxl.load_workbook(folder / "problems.xlsx")
    assert "Rapport qualité" in coloured.sheetnames
    assert (folder / "day.png").stat().st_size > 10_000


def rows_of(lca, layer):
    return lca("layer", "show", layer, "--json").json["features"]


@pytest.mark.parametrize("page", [GUIDE, INDEX])
def test_every_page_that_is_named_is_there(page):
    linked = re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert linked
    assert [one for one in linked if not (page.parent / one).is_file()] == []


def test_the_index_names_every_profile_and_every_page():
    index = INDEX.read_text(encoding="utf-8")
    profiles = (REPO / "lca" / "ingest" / "profiles").glob("*.toml")
    assert [name for one in profiles if (name := one.stem.replace("_", "-")) not in index] == []
    pages = {one.name for one in INDEX.parent.glob("*.md")} - {INDEX.name}
    assert sorted(pages - set(re.findall(r"\]\(([^)#]+)\)", index))) == []
