"""Read the seasonal constraints of a page into seasons: which comes, from which month to which.

The table of a port or a country has a line each for the rainy season, campaigns of import and
others, with *occurs* and the time of the year. What is no season of roads is left, and told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lca.ingest.cells import is_null_word
from lca.ingest.headings import Column
from lca.ingest.plan import PlannedSheet, plain_heading
from lca.ingest.sheets import kind_of_layer
from lca.ingest.wire import Sheet, SheetRow
from lca.issues import Issue, Severity
from lca.record import fields_of
from lca.season import Season

from .blocks import Block, text_of

LAYER = "seasons"
_TITLE = re.compile(
    r"\b(?:seasonal (?:constraints?|restrictions?|limitations?)|contraintes? saisonnieres?"
    r"|restriccion(?:es)? estacional(?:es)?|limitaciones estacionales)\b"
)
_KINDS = {
    "rainy": re.compile(
        r"\b(?:rain(?:y|s)?|wet season|monsoon|pluies?|hivernage|lluvias?|lluviosa)\b"
    ),
    "flood": re.compile(
        r"\b(?:floods?|flooding|crues?|inondations?|inundacion(?:es)?|crecidas?)\b"
    ),
    "dry": re.compile(r"\b(?:dry season|saison seche|estacion seca|temporada seca|estiaje)\b"),
}
_OTHERS = re.compile(
    r"\b(?:seasons?|campaigns?|others?|campagnes?|autres?|saisons?|campanas?|otr[ao]s?"
    r"|temporadas?|cyclones?|ciclones?|snow|ice|fog|ramadan|holidays)\b"
)
_NO = frozenset({"no", "non", "n", "never", "jamais", "nunca"})
_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "january jan janvier janv enero ene",
            "february feb fevrier fevr fev febrero",
            "march mar mars marzo",
            "april apr avril avr abril abr",
            "may mai mayo",
            "june jun juin junio",
            "july jul juillet juil julio",
            "august aug aout agosto ago",
            "september sep sept septembre septiembre setiembre",
            "october oct octobre octubre",
            "november nov novembre noviembre",
            "december dec decembre diciembre dic",
        ),
        start=1,
    )
    for word in (*words.split(), str(number))
}
_WORDS = "|".join(word for word in _MONTHS if not word.isdecimal())
_ONE = rf"(?:(?:early|mid|late|end of|mi|debut|fin|principios de|mediados de|fines de) )?({_WORDS})"
_SPAN = re.compile(
    rf"\b{_ONE}(?: \d{{4}})?(?: (?:to|until|till|through|a|au|jusqu au|hasta)|) {_ONE}\b"
)
_BOTH = 2
"""The first month and the last."""
_A_MONTH = re.compile(rf"\b(?:{_WORDS})\b")
_NOT = re.compile(r"\b(?:no|not|non|never|except|outside|sauf|pas|hors|salvo|excepto|fuera)\b")
_COLUMNS = (
    ("Name", "name"),
    ("Season", "season"),
    ("First month", "month_from"),
    ("Last month", "month_to"),
)


@dataclass(slots=True)
class Calendar:
    """The seasons that a table states, by row, and the lines that are no season of roads."""

    block: Block
    seasons: list[tuple[int, str, str, int, int]] = field(default_factory=list)
    """Row, what it is called there, its kind, first and last month."""
    left: list[str] = field(default_factory=list)


def calendar_of(block: Block) -> Calendar | None:
    """Return what a table of seasonal constraints states; None if it is another table."""
    above = plain_heading(" ".join(block.headings[-1:]))
    first = [plain_heading(text_of(row.cells.get(0))) for row in block.rows]
    titled = _TITLE.search(above) or any(_TITLE.search(one) for one in first[:2])
    labels = [one for one in first if not _TITLE.search(one)]
    if not titled or 2 * sum(map(_is_of_a_season, labels)) <= len(labels):
        return None
    found = Calendar(block)
    for row, label in zip(block.rows, first, strict=True):
        said = [text_of(cell) for index, cell in sorted(row.cells.items()) if index > 0]
        plain = [plain_heading(one) for one in said if not is_null_word(one)]
        if _TITLE.search(label) or not plain or plain[0] in _NO:
            continue
        kind = next((name for name, words in _KINDS.items() if words.search(label)), None)
        spans = list(_spans(plain))
        if kind is None or not spans:
            found.left.append(": ".join([text_of(row.cells.get(0)), *said])[:120])
            continue
        name = text_of(row.cells.get(0)).replace("\n", " ")
        found.seasons += [(row.number, name, kind, *span) for span in spans]
    return found if found.seasons or found.left else None


def _is_of_a_season(label: str) -> bool:
    """Tell whether a line is one of those of such a table, and no line about a port."""
    return _OTHERS.search(label) is not None or any(one.search(label) for one in _KINDS.values())


def _spans(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield first and last month of each span that some cells state, in one or in two of them.

    None if a cell names other months too, or denies one: a season is not made shorter than it is.
    """
    spans: list[tuple[str, str]] = []
    for one in words:
        found = _SPAN.findall(one)
        if found and (len(_A_MONTH.findall(one)) != _BOTH * len(found) or _NOT.search(one)):
            return
        spans += found
    alone = [month for one in words if (month := _month(one)) is not None]
    if not spans and len(alone) == _BOTH:
        yield alone[0], alone[1]
    yield from ((_MONTHS[start], _MONTHS[end]) for start, end in spans)


def _month(word: str) -> int | None:
    return _MONTHS.get(word.removeprefix("0"))


def plan_seasons(
    calendar: Calendar, owner: str | None, defaults: Mapping[str, Any]
) -> PlannedSheet:
    """Return how the seasons of a table are read; each is called after what the page is about."""
    kind = kind_of_layer(LAYER)
    if kind is None:
        raise ValueError
    block = calendar.block
    fields = {one.name: one for one in fields_of(Season)}
    rows = []
    for row, name, season, start, end in calendar.seasons:
        others = [one for one in calendar.seasons if one[0] == row]
        part = f" {others.index((row, name, season, start, end)) + 1}" if len(others) > 1 else ""
        called = f"{name}{part}, {owner}" if owner else f"{name}{part}"
        rows.append(SheetRow(row, {0: called, 1: season, 2: start, 3: end}))
    return PlannedSheet(
        sheet=Sheet(block.name, rows=tuple(rows), context=block.headings),
        kind=replace(kind, sheet=block.title),
        head_row=block.rows[0].number,
        columns=[
            (at, Column(heading, target, fields[target]))
            for at, (heading, target) in enumerate(_COLUMNS)
        ],
        issues=_issues(calendar),
        defaults=defaults,
        matched=len(_COLUMNS),
    )


def _issues(calendar: Calendar) -> list[Issue]:
    title = calendar.block.title
    issues = [
        Issue(
            Severity.WARNING,
            f"{len(calendar.seasons)} seasons of one place were read into the calendar of seasons, "
            "which slows the roads of the whole operation.",
            "Keep those that hold for its roads; leave the others out of the draft.",
            title,
            rule="seasons.of_a_place",
        )
    ] * bool(calendar.seasons)
    return issues + [
        Issue(
            Severity.WARNING,
            "The line names no season of roads with its months, and was not read.",
            "Write the months as May to October; enter what closes a road as a constraint.",
            title,
            value=line,
            rule="rows.unread",
        )
        for line in calendar.left
    ]
