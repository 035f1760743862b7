"""The guide to publishing does what it says: each command is run, each shown line was printed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import openpyxl

from layers.store import Store

REPO = Path(__file__).resolve().parents[2]
GUIDE = REPO / "docs" / "how-to" / "publishing-layers.md"
_COMMAND = re.compile(r"\$ (?:LCA_STORE=(?P<store>\S+) )?lca (?P<line>.*)")
_DRAFT = re.compile(r"[0-9a-f]{12}")
_VARIES = re.compile(
    r"\b[0-9a-f]{12}\b|\b\d{4}-\d\d-\d\dT[\d:.]+Z|\b\d\d \w{3} \d{4}( \d\d:\d\d UTC)?"
)
"""Ids and times, which differ from store to store."""
_TYPED = {
    ("EX-C02", "max_gross_t"): 8,
    ("EX-C02", "date_of_information"): "2026-11-17T16:00:00Z",
    ("EX-C03", "effect"): "restricted",
    ("EX-C03", "max_gross_t"): 20,
    ("EX-C03", "date_of_information"): "2026-11-17T16:00:00Z",
}
"""What the reader is asked to type into the workbook."""


def steps():
    """Yield each command of the guide with the lines shown under it."""
    for block in re.findall(r"```console\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL):
        for part in re.split(r"^(?=\$ )", block, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            yield command, shown


def edit(path):
    book = openpyxl.load_workbook(path)
    page = book["constraints"]
    columns = {cell.value.rpartition("[")[2].rstrip("]"): cell.column for cell in page[1]}
    rows = {cell.value: cell.row for cell in page["A"]}
    for (key, field), value in _TYPED.items():
        page.cell(rows[key], columns[field], value)
    book.save(path)


def masked(text):
    return _VARIES.sub("*", " ".join(text.split()))


def test_the_guide(lca, tmp_path, monkeypatch):
    monkeypatch.setenv("LCA_AUTHOR", "ana")
    monkeypatch.chdir(tmp_path)
    demo, drafts, ran, compared = lca.store, {}, set(), 0
    for command, shown in steps():
        found = _COMMAND.fullmatch(command)
        assert found, command
        lca.store = tmp_path / found["store"] if found["store"] else demo
        line, _, comment = found["line"].partition("  #")
        words = [
            str(REPO / word) if word.startswith("docs/") else word for word in shlex.split(line)
        ]
        for told in filter(_DRAFT.fullmatch, words):
            drafts.setdefault(told, newest_draft(lca.store))
        answer = lca(*(drafts.get(word, word) for word in words))
        stated = re.search(r"exit code (\d)", comment)
        assert answer.code == (int(stated[1]) if stated else 0), f"{command}: {answer.err}"
        said = masked(answer.out + answer.err)
        for piece in re.split(r"\n|…", shown):
            assert masked(piece) in said, f"{command}: {piece!r} is not in {said}"
            compared += bool(piece.strip())
        if "checkout" in words:
            edit(tmp_path / "roads.xlsx")
        ran.add(tuple(word for word in words[:2] if not word.startswith("-")))
    assert compared >= 70
    assert len(ran) >= 24
    assert (tmp_path / "access.png").stat().st_size > 10_000


def newest_draft(folder):
    store = Store.open(folder)
    drafts = [draft for name in store.specs for draft in store.drafts(name)]
    return max(drafts, key=lambda draft: draft.created_at).id


def test_every_page_that_the_guide_names_is_there():
    linked = re.findall(r"\]\((?!http)([^)#]+)\)", GUIDE.read_text(encoding="utf-8"))
    assert len(linked) >= 6
    assert [page for page in linked if not (GUIDE.parent / page).is_file()] == []
