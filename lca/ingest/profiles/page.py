"""The columns of a reading profile as tables of its page of the reference."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lca.ingest.sheets import kind_of_layer
from lca.record import Field, fields_of

from .profile import Code, ColumnRule, Profile, SetAside, TableRule

_BLOCK = re.compile(r"(<!-- columns of ([a-z0-9-]+) -->\n).*?(<!-- end of columns -->)", re.DOTALL)
_FORMS = {
    "closed_to": "words that say plainly which vehicles may pass, as *closed to heavy trucks*, `restricted`",
    "country": "a code of two or three letters or an English name becomes ISO 3166-1 alpha-3",
    "code": "capital letters, without spaces",
    "arcgis_date": "a date, or milliseconds since 1970",
    "dm_latitude": "degrees and minutes, as `1937N 03713E`",
    "dm_longitude": "degrees and minutes, as `1937N 03713E`",
}


def filled(text: str, profiles: Mapping[str, Profile]) -> str:
    """Return a page with the tables of columns written anew from the profiles it names."""
    return _BLOCK.sub(lambda match: f"{match[1]}{columns_of(profiles[match[2]])}{match[3]}", text)


def columns_of(profile: Profile) -> str:
    """Return the tables of a profile as Markdown."""
    lines = [f"Nothing is known where a cell {_nulls(profile)}.", ""]
    if profile.defaults:
        lines += [f"Every row that says nothing else has: {_named(profile.defaults)}.", ""]
    for table in profile.tables:
        lines += [*_of_table(table), ""]
    return "\n".join(lines)


def _of_table(table: TableRule) -> Iterator[str]:
    yield f"### Layer `{table.layer}`"
    yield ""
    needs = ", ".join(" or ".join(f"`{one}`" for one in need.split("|")) for need in table.needs)
    if needs:
        yield f"Recognised by its headings {needs}."
        yield ""
    if table.defaults:
        yield f"Every row has, unless it says otherwise: {_named(table.defaults)}."
        yield ""
    yield "| heading | field | unit, codes and nulls |"
    yield "|---|---|---|"
    kind = kind_of_layer(table.layer)
    fields = {one.name: one for one in fields_of(kind.record_class)} if kind else {}
    for column in table.columns:
        headings = ", ".join(f"`{one}`" for one in column.headings)
        yield f"| {headings} | `{column.field}` | {_done(column, fields.get(column.field))} |"
    for field, pattern in table.made.items():
        yield f"| (made) | `{field}` | `{pattern}`, where no column says it |"
    for aside in table.set_aside:
        yield ""
        yield f"Set aside: {aside.reason} This is so if `{aside.heading}` {_condition(aside)}."
    if table.ignored:
        yield ""
        yield "Known and not read: " + ", ".join(f"`{one}`" for one in table.ignored) + "."


def _condition(aside: SetAside) -> str:
    if aside.words:
        return "is one of: " + ", ".join(word or "(empty)" for word in aside.words)
    return f"has no `{aside.unless_has}`"


def _done(column: ColumnRule, field: Field | None) -> str:
    parts = []
    if column.unit is not None and field is not None and column.unit != field.unit:
        parts.append(f"{column.unit}, becomes {field.unit}")
    elif field is not None and field.unit:
        parts.append(field.unit)
    if column.codes:
        parts.append(_grouped(column.codes))
    elif field is not None and field.codes:
        parts.append("our words: " + ", ".join(field.codes))
    if column.form is not None:
        parts.append(_FORMS[column.form])
    if column.nulls:
        parts.append(f"{', '.join(column.nulls)}: not known")
    if column.zero_is_null is not None:
        parts.append("0: not known" if column.zero_is_null else "0 counts")
    return "; ".join(parts)


def _grouped(codes: Mapping[str, Code]) -> str:
    """Return the source's words by ours: many spellings mean one thing."""
    words_of: dict[str, list[str]] = {}
    for word, code in codes.items():
        ours = ("yes" if code else "no") if isinstance(code, bool) else str(code)
        words_of.setdefault(ours, []).append(word)
    return "; ".join(f"{', '.join(words)} = `{code}`" for code, words in words_of.items())


def _nulls(profile: Profile) -> str:
    words = [word for word in profile.nulls if word] + (["0"] if profile.zero_is_null else [])
    return " or ".join(["is empty", *([f"holds {', '.join(words)}"] if words else [])])


def _named(values: Mapping[str, Code]) -> str:
    return ", ".join(f"`{name}` {value}" for name, value in values.items())
