"""Read a filter, CQL2 text or CQL2 JSON, into a plain tree, within limits checked beforehand.

The parser of ``cql2`` (0.6) tries two readings of each bare bracket, so that a broken text with 30
brackets open keeps it busy for hours, and it descends once for each bracket, sign, NOT and
comparison, so that 4 kB of them end the process (stack overflow); hence the limits on what it is
given (:func:`_require_cheap`). Its JSON reader is not used: JSON needs none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import cql2
import orjson

from lca.errors import UsageError
from lca.instant import parse_instant

LONGEST = 8_192
"""Bytes of UTF-8 that a filter may have."""
_DEEPEST_JSON = 64
_MOST_READINGS = 32_768
_TOKENS = re.compile(
    r"""'(?:[^']|'')*'      # a text
      | "[^"]*"             # a quoted name
      | [^\W\d][\w:.]*      # a name or a word of the language
      | [<=>]+ | [()]""",
    re.VERBOSE,
)
_MOST_DESCENTS = 256
_MOST_OPEN = 32
_SIGNS = re.compile(r"(?:[-+]\s*){9}")
_DESCENDING = re.compile(r"[<=>]+|not|like")
_WORDS = {"and", "or", "not", "in", "between", "like", "is", "div"}
_JSON_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def read_filter(given: str | Mapping[str, Any]) -> Any:
    """Return a filter as the plain values of CQL2 JSON.

    Raises
    ------
    UsageError
        If it is empty, too long, too deep, or neither CQL2 text nor JSON.
    """
    text = given if isinstance(given, str) else orjson.dumps(given).decode()
    if not text.strip():
        raise refused("The filter is empty.", "Leave it out, or write one as status = 'closed'.")
    if len(text.encode(errors="surrogatepass")) > LONGEST:
        raise refused(
            f"The filter is longer than {LONGEST} bytes.", "Ask in parts, or in a simpler box."
        )
    return _from_json(text) if text.lstrip().startswith("{") else _from_text(text)


def refused(what: str, do_next: str) -> UsageError:
    """Return the error of a filter that is not accepted."""
    return UsageError(what, where="filter", do_next=do_next)


def _from_json(text: str) -> Any:
    depth = 0
    for token in _JSON_TOKENS.finditer(text):
        mark = token[0]
        depth += (mark in "[{") - (mark in "]}") if len(mark) == 1 else 0
        if depth > _DEEPEST_JSON:
            raise too_deep()
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise refused(f"It is not JSON: {error}.", "Correct it, or write CQL2 text.") from None


def _from_text(text: str) -> Any:
    _require_cheap(text)
    try:
        return cql2.parse_text(text).to_json()
    except (cql2.ParseError, cql2.ValidationError, ValueError, UnicodeError) as error:
        raise refused(
            f"It is not CQL2 text: {_where(str(error))}.",
            "Write it as status = 'closed' AND max_gross_t < 10.",
        ) from None


def _require_cheap(text: str) -> None:
    """Refuse what the parser might take long for, or not survive, or read as another time."""
    readings, descents, last, at = 0, 0, "", 0
    open_ = [(1, "")]
    for token in _TOKENS.finditer(text):
        times, called = open_[-1]
        readings += (token.end() - at) * times
        word, at = token[0].lower(), token.end()
        descents += bool(_DESCENDING.fullmatch(word))
        if word == "(":
            named = last not in _WORDS and (last[-1:].isalnum() or last[-1:] in {"_", '"'})
            open_.append((times, last) if named else (2 * times, ""))
        elif word == ")" and len(open_) > 1:
            open_.pop()
        elif called in {"timestamp", "interval"} and word.strip("'") not in {"", ".."}:
            _require_offset(token[0].strip("'"))
        last = word
        if readings > _MOST_READINGS or descents > _MOST_DESCENTS or len(open_) > _MOST_OPEN:
            raise too_deep()
    if readings + (len(text) - at) * open_[-1][0] > _MOST_READINGS or _SIGNS.search(text):
        raise too_deep()


def _require_offset(text: str) -> None:
    """Refuse a time that the parser would silently take as UTC."""
    if not re.match(r"\d", text):  # a column as the bound of an interval
        return
    try:
        parse_instant(text)
    except UsageError as error:
        raise refused(error.what, error.do_next) from None


def too_deep() -> UsageError:
    """Return the error of a filter that is nested too deep."""
    return refused("The filter is nested too deep.", "Write it with fewer brackets.")


def _where(message: str) -> str:
    """Return the place of a mistake, as ``line 1, column 4``, from the parser's message."""
    place = re.search(r"--> (\d+):(\d+)", message)
    return f"mistake at line {place[1]}, column {place[2]}" if place else "it cannot be read"
