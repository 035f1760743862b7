"""The export profiles as a page of the reference: what each column is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .profile import Profile, ProfileColumn, load_profiles

_HEAD = """# Export profiles

Columns and codes of other organisations' layers, filled from ours:

    lca layer export road_status --profile wfp-roads --out roads.shp.zip
    GET /collections/ports/export?f=gpkg&profile=sdi-t

A profile changes names, codes and units, never which rows are exported; the file carries the same
terms as any other export. *Not known* is never told as a measure of 0.

This page is written by `scripts/make_profile_page.py` from `layers/profiles/*.toml`.
"""


def page() -> str:
    """Return the page as Markdown."""
    return "\n".join([_HEAD, *(_of_profile(one) for one in load_profiles().values())])


def _of_profile(profile: Profile) -> str:
    lines = [f"## {profile.name}: {profile.title}", "", f"Source: {profile.source}.", ""]
    lines += [profile.note, ""]
    for layer, wanted in profile.layers.items():
        lines += [f"### {layer} as `{wanted.table}`", ""]
        lines += [wanted.note, ""] if wanted.note else []
        lines += ["| column | what | made of |", "|---|---|---|"]
        lines += _rows(wanted.columns)
        lines.append("")
    return "\n".join(lines)


def _rows(columns: Iterable[ProfileColumn]) -> Iterator[str]:
    for column in columns:
        unit = f" ({column.unit})" if column.unit else ""
        yield f"| `{column.name}` | {column.title}{unit} | {_made_of(column)} |"


def _made_of(column: ProfileColumn) -> str:
    if column.source is not None:
        parts = [f"`{column.source}`"]
    elif column.term is not None:
        parts = [f"the release's {column.term}"]
    elif column.place is not None:
        parts = [f"the geometry's {column.place}"]
    elif column.constant is not None:
        parts = [f"always {column.constant}"]
    else:
        parts = ["nothing" if column.unknown is None else f"always {column.unknown}"]
    parts += _changes(column)
    return "; ".join(parts)


def _changes(column: ProfileColumn) -> Iterator[str]:
    if column.factor is not None:
        yield f"times {column.factor}"
    if column.decimals is not None:
        yield f"rounded down to {column.decimals} decimal(s)"
    if column.codes:
        yield ", ".join(f"{word} = {code}" for word, code in column.codes.items())
    if column.otherwise is not None:
        yield f"any other = {column.otherwise}"
    if column.source is not None and column.unknown is not None:
        yield f"not known = {column.unknown}"
