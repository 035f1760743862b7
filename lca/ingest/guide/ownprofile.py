"""Write a proposal as a profile of the user's own, which ``load_own_profile`` reads."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lca.ingest.texts import one_line

from .proposal import SAID_OTHERWISE, ColumnProposal, Proposal

_MOST_NEEDED = 4
_MOST_CODES = 60


def as_toml(proposal: Proposal, container: str, *, source: str = "") -> str:
    """Return a profile as TOML; what a person should look at is a comment beside it.

    Parameters
    ----------
    container : str
        The kind of file that it is for (:mod:`lca.ingest.containers`).
    source : str
        The file that it was made for.
    """
    return "\n".join(_lines(proposal, container, source)) + "\n"


def _lines(proposal: Proposal, container: str, source: str) -> Iterator[str]:
    mapped = [one for one in proposal.columns if one.target is not None]
    left = [one for one in proposal.columns if one.target is None]
    yield f"title = {_text(f'Own profile for {proposal.layer}')}"
    yield f"reads = {_text(f'Tables like {proposal.sheet}, into {proposal.layer}.')}"
    yield f"source = {_text(f'Proposed from {source or proposal.sheet}')}"
    yield f"containers = {_list([container])}"
    yield ""
    for name in proposal.lacking:
        option = SAID_OTHERWISE.get(name)
        mend = f"say it when you import: {option}" if option else "add a column for it"
        yield f"# No column fills {name}, which every row needs: {mend}."
    yield "[[tables]]"
    yield f"layer = {_text(proposal.layer)}"
    yield "# Recognised by these headings; the file of next week must have them too."
    surest = [one.heading for one in sorted(mapped, key=lambda one: -one.confidence)]
    # A | would mean either of two headings.
    yield f"needs = {_list([one for one in surest if '|' not in one][:_MOST_NEEDED])}"
    yield "own_headings = false"
    if left:
        yield "# Not read. Move one into columns if its content matters."
        yield f"ignored = {_list([one.heading for one in left])}"
    yield ""
    for one in mapped:
        yield from _column(one)


def _column(one: ColumnProposal) -> Iterator[str]:
    yield "[[tables.columns]]"
    if not one.sure:
        yield f"# Please check: {one_line(one.why)} (for example {_text('; '.join(one.samples))})."
    yield f"field = {_text(str(one.target))}"
    yield f"headings = {_list([one.heading])}"
    if one.unit is not None:
        yield f"unit = {_text(one.unit)}"
    if one.date_order is not None:
        yield f"date_order = {_text(one.date_order)}"
    codes = list(one.codes.items())[:_MOST_CODES]
    known = ", ".join(f"{_text(word)} = {_text(code)}" for word, code in codes if code)
    if known:
        yield "# Words that resemble a code. Please check."
        yield f"codes = {{ {known} }}"
    unknown = [word for word, code in codes if not code]
    if unknown:
        yield f"# Words that are no code, to be added to codes: {_list(unknown)}"
    yield ""


def _text(text: str) -> str:
    """Return a TOML string: a JSON string is one, if it has no control character."""
    return json.dumps(one_line(text, 300), ensure_ascii=False)


def _list(texts: list[str]) -> str:
    return f"[{', '.join(_text(text) for text in texts)}]"
