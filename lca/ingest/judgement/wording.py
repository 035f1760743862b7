"""Judge what texts hold that does not belong into them: people's addresses, markup, formulas.

Rules: ``privacy.contact`` of e-mail addresses and telephone numbers in what will be published,
``text.markup`` and ``text.formula`` once a column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from lca.ingest.finding import Finding, changed, tell, tell_of_all
from lca.ingest.rows import TableRows
from lca.record import fields_of

from .restated import NOTHING_RESTATED, Restated

_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
# A number is somebody's telephone if it has its country's code, or is said to be one.
_ABROAD = re.compile(r"(?<![\w.])(?:\+|00)[1-9](?:[\s().-]{0,2}\d){7,14}(?!\w)")
_SAID = re.compile(
    r"(?:\b(?:tel|phone|mobile|mob|cell|fax|whatsapp|gsm|téléphone|tél|teléfono|móvil|celular)\b"
    r"|هاتف|موبايل)[\s.:n°º]{0,4}(\+?\d(?:[\s().-]{0,2}\d){5,14})",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<\s*/?\s*(?:[a-z][a-z0-9]*\b[^<>]{0,200}|!--[^<>]{0,200})>", re.IGNORECASE)
_FORMULA = re.compile(r"\s*(?:[=@]|[+-](?=[A-Za-z(]))")
# Not texts of people: they hold signs and digits of their own.
_NOT_PROSE = frozenset(
    {
        *("id", "time_rule", "opening_hours", "way_round", "openlr", "time_zone", "external_ids"),
        *("licence", "exemption_procedure_url", "runway_designator"),
        *("designator", "un_locode", "icao", "iata", "iso3", "season_id", "facility_id"),
    }
)
# References are numbers as often as not: only addresses are looked for in them.
_REFERENCES = frozenset({"source_ref"})
# Looked for first: most texts have no so long a number, and need no closer look.
_MANY_DIGITS = re.compile(r"\d(?:[\s().-]{0,2}\d){5}")
_NAMES = frozenset({"name", "name_alt", "operator_name", "road_name", "place_from", "place_to"})
_BLANK = "[…]"


def check_wording(
    tables: Sequence[TableRows], restated: Restated = NOTHING_RESTATED, *, fix: bool = False
) -> None:
    """Tell texts that hold personal data, and names that hold markup or formulas.

    Markup and formulas that are in force already are not told again.

    With ``fix`` addresses and numbers are blanked; names of people nobody can tell from places.
    """
    for table in tables:
        if not table.kind.restricted:
            for name in _prose(table.kind.record_class):  # type: ignore[arg-type]
                _check_column(table, name, restated, fix=fix)


@lru_cache(maxsize=64)
def _prose(record_class: type) -> tuple[str, ...]:
    return tuple(
        field.name
        for field in fields_of(record_class)
        if field.type == "text" and not field.codes and field.name not in _NOT_PROSE
    )


def _check_column(table: TableRows, name: str, restated: Restated, *, fix: bool) -> None:
    odd: dict[str, list[tuple[int, str]]] = {"text.markup": [], "text.formula": []}
    for row, record, text in table.stating(name):
        if not isinstance(text, str):
            continue
        suspect = "@" in text or (name not in _REFERENCES and _MANY_DIGITS.search(text))
        if suspect and (found_in := _contacts_in(text, name)):
            tell(table, row, _personal(record, name, text, found_in), fix=fix)
        rule = _oddity(text) if name in _NAMES else None
        if rule is not None and not restated.holds(table, record):
            odd[rule].append((row.number, text))
    for rule, found in odd.items():
        if found:
            tell_of_all(table, _odd(rule, name, found))


def _oddity(text: str) -> str | None:
    if "<" in text and _MARKUP.search(text):
        return "text.markup"
    return "text.formula" if text[:1] in "=@+-" and _FORMULA.match(text) else None


def _personal(record: Any, name: str, text: str, contacts: Sequence[str]) -> Finding:
    blanked = text
    for found in sorted(contacts, key=len, reverse=True):
        blanked = blanked.replace(found, _BLANK)
    return Finding(
        rule="privacy.contact",
        message="The text holds an e-mail address or a telephone number, and would be published.",
        do_next="Move it to the Contacts sheet, which is never published.",
        target=name,
        proposal=f"the text without it, {blanked!r}",
        repair=changed(record, **{name: blanked}),
    )


def _contacts_in(text: str, name: str) -> list[str]:
    """Return the addresses and numbers in a text; of a reference, its addresses."""
    patterns = (_EMAIL,) if name in _REFERENCES else (_EMAIL, _ABROAD)
    found = [match[0] for pattern in patterns for match in pattern.finditer(text)]
    said = () if name in _REFERENCES else _SAID.finditer(text)
    return [*found, *(match[1] for match in said)]


def _odd(rule: str, name: str, found: Sequence[tuple[int, str]]) -> Finding:
    row, text = found[0]
    rows = "1 row" if len(found) == 1 else f"{len(found)} rows"
    markup = rule == "text.markup"
    return Finding(
        rule=rule,
        message=f"{'Markup (HTML)' if markup else 'A formula'} stands as text in {rows}, first in "
        f"row {row}; it is kept as text and does nothing.",
        do_next="Write the plain text."
        if markup
        else "Write the value, without the sign before it.",
        target=name,
        value=text[:80],
    )
